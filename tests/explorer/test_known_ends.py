"""An end is drawn where it is known, and only there; what the marks mean stands beside them."""

import math

import pytest

import twolayer as tl
from tests.explorer.helpers import DEFAULTS

pytestmark = pytest.mark.browser

FINAL = "#readouts [data-name=final]"
FIGURES = ("#plane", "#triangle", "#curvature-curve")
SHRINKS = "0: u = ±v, it shrinks for ever"


def drawn(shown):
    """In which figures a diamond is drawn, and whether λ∞ is written beside the curve."""
    shown.state()
    marks = [bool(shown.tab.get_attribute(f"{figure} .area .end", "d")) for figure in FIGURES]
    name = shown.tab.locator("#curvature-curve .area text", has_text="λ∞")
    assert name.count() == 1
    assert (name.get_attribute("display") == "inline") == marks[-1]
    return marks


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ({"eta": 2 - 1e-13}, "lost to rounding"),
        ({"eta": 1.4, "width": math.inf}, "no limit: log-periodic in n"),
        ({"eta": 0.65, "output": 2, "target": 18}, "none: it never settles"),
        ({"eta": 2.1}, "none: training diverges"),
    ],
)
def test_no_end_is_drawn_that_is_not_known(shown, start, text):
    assert drawn(shown) == [True] * 3
    shown.set(**start)
    assert shown.text(FINAL) == text
    assert drawn(shown) == [False] * 3
    shown.set(**DEFAULTS)
    assert drawn(shown) == [True] * 3


def test_starts_worth_a_look_end_where_the_package_says(shown):
    names = shown.tab.locator("nav a").all_inner_texts()
    assert len(names) == 7
    for place, name in enumerate(names):
        shown.tab.locator("nav a").nth(place).click()
        eta = shown.tab.evaluate(
            "place => Number(new URLSearchParams(document.links[place].hash.slice(1)).get('eta'))",
            place,
        )
        shown.until(f"window.explorer.state.eta === {eta!r}")
        values, text = shown.readouts(), shown.text(FINAL)
        assert "lost" not in text, name
        end = tl.final_curvature(*shown.state().values())
        known = math.isfinite(end.curvature)
        assert drawn(shown) == [known] * 3, name
        if known:
            gap = abs(values["finalCurvature"] - end.curvature)
            assert gap <= values["error"] + end.error < 1e-3 * end.curvature


@pytest.mark.parametrize("eta", [0.045, 1.0, 1.4, 1.9999])
@pytest.mark.parametrize(("width", "side"), [(100, 1), (100, -1), (7, 1), (37.5, -1)])
def test_equal_or_opposed_layers_shrink_for_ever(shown, eta, width, side):
    largest = math.sqrt(width) * DEFAULTS["curvature"] / 2
    shown.set(eta=eta, width=width, output=side * largest)
    assert shown.readouts()["phase"] == "LAZY"
    assert shown.text(FINAL) == SHRINKS
    assert drawn(shown) == [True] * 3


def test_the_left_corner_is_reached_by_a_drag_and_shrinks(shown):
    shown.drag("#plane", -400, -12)
    assert shown.text(FINAL) == SHRINKS


@pytest.mark.parametrize(
    "start",
    [
        {"output": 10 * (1 - 1e-12)},  # beside the edge, where an end is known
        {"output": 10, "target": 1},
        {"output": 10, "eta": 2.1},
        {"output": 0, "eta": 0.9},
    ],
)
def test_no_other_start_is_said_to_shrink(shown, start):
    shown.set(**start)
    assert "shrinks" not in shown.text(FINAL)


def test_marks_and_letters_are_explained_beside_the_drawings(shown):
    legend = shown.tab.locator("#plane .legend.lines li")
    assert [" ".join(text.split()) for text in legend.all_inner_texts()] == [
        "where it ends",
        "the run, step by step",
        "zero loss",
    ]
    for place, kind in enumerate(("end", "trail", "still")):
        looks = shown.tab.evaluate(
            """([place, kind]) => [`#plane .area .${kind}`,
              `#plane .legend.lines li:nth-child(${place + 1}) .${kind}`].map((selector) => {
              const { stroke, strokeWidth, strokeDasharray, fill } =
                getComputedStyle(document.querySelector(selector));
              return [stroke, strokeWidth, strokeDasharray, fill].join(" ");
            })""",
            [place, kind],
        )
        assert looks[0] == looks[1]
    box = shown.tab.locator("#plane .legend.lines").bounding_box()
    area = shown.tab.locator("#plane .area").bounding_box()
    assert box["y"] >= area["y"] + area["height"]
    letters = shown.text("#triangle .meaning")
    assert [part.split(" = ")[0] for part in letters.split(", ")] == ["P", "Q", "V"]
