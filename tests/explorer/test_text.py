"""The page as a text: whole, self-contained, in the colours of the figures, and readable."""

import re
from importlib import resources

import numpy as np
import pytest

import twolayer as tl
from twolayer import Phase, explorer
from twolayer.plotting import style

CSS = resources.files(explorer).joinpath("style.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in CSS.split("@media", 2)[:2]
)


def test_the_page_is_one_text_that_asks_for_no_other():
    text = explorer.page()
    assert text == explorer.page()
    assert "{{" not in text
    assert re.findall(r"https?://|@import|<script[^>]*\ssrc|<link(?![^>]*\"data:)", text) == []
    assert re.findall(r"url\((?!data:)", text) == []
    assert re.findall(r"\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|import)\b\s*\(", text) == []
    assert "default-src 'none'" in text
    assert text.count("</script>") == text.count("<script") == 1
    assert len(text.encode()) < 200_000


def test_lines_are_of_at_most_100_columns():
    for file in resources.files(explorer).iterdir():
        if file.name.endswith((".js", ".css", ".html")):
            lines = file.read_text(encoding="utf-8").splitlines()
            assert [line for line in lines if len(line) > 100] == [], file.name
            assert len(lines) <= 300 or file.name == "formulas.js"


def test_every_file_of_the_folder_is_in_it():
    folder = resources.files(explorer)
    names = {file.name for file in folder.iterdir() if file.name.endswith((".js", ".css"))}
    assert names == {*explorer.SCRIPTS, "style.css"}
    text = explorer.page()
    for name in names:
        assert folder.joinpath(name).read_text(encoding="utf-8") in text


def test_a_page_beside_others_has_one_line_more_the_link_to_them():
    plain, linked = (explorer.page(home).splitlines() for home in (None, "a&b.html"))
    (place,) = (k for k, line in enumerate(linked) if "Documentation" in line)
    assert linked[:place] + linked[place + 1 :] == plain
    assert linked[place] == '<p class="home"><a href="a&amp;b.html">Documentation</a></p>'


def test_the_words_for_p_q_and_v_are_true():
    rng = np.random.default_rng(0)
    eta, n, u, v = 0.7, 5, rng.normal(size=5), rng.normal(size=5)
    output, curvature = u @ v / n**0.5, (u @ u + v @ v) / n
    meaning = re.search(r'<p class="meaning">(.*?)</p>', explorer.page(), re.DOTALL)[1]
    text = " ".join(re.sub(r"<[^>]*>", "", meaning).split())
    assert text.endswith(" without a label")
    names = {"η": eta, "n": n, "u": u, "v": v, "λ": curvature}
    for part, expected in zip(
        text.removesuffix(" without a label").split(", "),
        tl.triangle(eta, curvature, output, n, 0.0),
        strict=True,
    ):
        letters = (
            part.split(" = ")[1].replace("−", "-").replace("ηλ", "η*λ").replace("/2n", "/(2*n)")
        )
        python = re.sub(r"η\|(.*)\|²", r"η*sum((\1)**2)", letters)
        assert eval(python, names) == pytest.approx(float(expected), rel=1e-12)


def test_write_leaves_the_page_in_a_file(tmp_path):
    explorer.write(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes().decode("utf-8") == explorer.page()
    explorer.write(tmp_path / "page.html", home="index.html")
    assert (tmp_path / "page.html").read_bytes().decode("utf-8") == explorer.page("index.html")


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.UNDECIDED])
def test_phases_have_the_colours_of_the_figures(phase):
    assert LIGHT[phase.name.lower()] == style.LOOKS[phase].colour.lower()


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """As the Web Content Accessibility Guidelines define it."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "page"])
def test_words_stand_out_from_the_ground(theme, ground):
    colours = LIGHT if theme == "light" else LIGHT | DARK
    for words in ("ink", "soft", "wrong"):
        assert contrast(colours[words], colours[ground]) >= 4.5
    assert contrast(colours["accent"], colours[ground]) >= 3


@pytest.mark.parametrize("phase", ["LAZY", "CATAPULT", "OSCILLATING", "DIVERGENT"])
def test_the_word_on_a_phase_stands_out(phase):
    on = re.search(rf'"{phase}"\].*--on-now: (#[0-9a-f]{{6}})', CSS)[1]
    assert contrast(on, LIGHT[phase.lower()]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_stand_out_from_the_phases_they_are_drawn_on(theme):
    colours = LIGHT if theme == "light" else LIGHT | DARK

    def mixed(phase):
        pairs = zip(*(bytes.fromhex(colours[name][1:]) for name in (phase, "paper")), strict=True)
        return "#" + bytes(round(0.55 * one + 0.45 * other) for one, other in pairs).hex()

    for phase in ("lazy", "catapult", "oscillating", "divergent"):
        assert contrast(colours["ink"], mixed(phase)) >= 3
