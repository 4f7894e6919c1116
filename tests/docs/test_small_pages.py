"""Pages without what nobody sees: smaller, and the same to the eye."""

import pytest

small_pages = pytest.importorskip("small_pages")

FORMULA = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>η</mi></mrow>'
    '<annotation encoding="application/x-tex">\\eta</annotation></semantics></math>'
    '<span class="mord" style="margin-right:0.0359em;">η</span>'
    '<span class="strut" style="height:0.625em;vertical-align:-0.1944em;"></span>'
    '<span class="mord" style="margin-right:0.0359em;">η</span>'
    '<span class="mord" style="color:red;">η</span>'
)
SMALL = (
    '<math><mrow><mi>η</mi></mrow></math><span class="mord _0">η</span>'
    '<span class="strut _1"></span><span class="mord _0">η</span>'
    '<span class="mord" style="color:red;">η</span>'
)


def test_sources_go_and_sizes_become_classes():
    classes = {}
    assert small_pages.small(FORMULA, classes) == SMALL
    assert small_pages.sheet_of(classes).splitlines() == [
        "._0{margin-right:0.0359em!important;}",
        "._1{height:0.625em!important;vertical-align:-0.1944em!important;}",
    ]


def test_a_sheet_says_its_classes():
    classes = {}
    small_pages.small(FORMULA, classes)
    assert small_pages.rules(small_pages.sheet_of(classes)) == classes
    assert small_pages.rules("") == {}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "_static" / "katex").mkdir(parents=True)
    (tmp_path / "_static" / "theme.css.map").touch()
    (tmp_path / "_static" / "theme.css").touch()
    (tmp_path / "one.html").write_text(FORMULA, encoding="utf-8")
    return tmp_path


def test_later_builds_add_to_the_sheet_of_earlier_ones(folder):
    """Pages that are not built again keep their classes."""
    small_pages.shrink(folder)
    old = (folder / "_static" / small_pages.SHEET).read_text(encoding="utf-8")
    (folder / "a.html").write_text('<span class="x" style="top:-3em;"></span>' + FORMULA)
    small_pages.shrink(folder)
    assert (folder / "one.html").read_text(encoding="utf-8") == SMALL
    assert (folder / "a.html").read_text(encoding="utf-8") == ('<span class="x _2"></span>' + SMALL)
    new = (folder / "_static" / small_pages.SHEET).read_text(encoding="utf-8")
    assert new == old + "._2{top:-3em!important;}\n"


def test_maps_of_sources_go(folder):
    small_pages.shrink(folder)
    assert [path.name for path in (folder / "_static").glob("theme*")] == ["theme.css"]


# where each part of a formula stands, and after its sizes are its own style again
PLACES = """(rules) => {
    const parts = [...document.querySelectorAll(".katex *")];
    const places = () => parts.map((part) => {
        const box = part.getBoundingClientRect();
        return [box.x, box.y, box.width, box.height].join();
    });
    const before = places();
    let changed = 0;
    for (const part of parts)
        for (const name of [...part.classList])
            if (name in rules) {
                part.classList.remove(name);
                part.style.cssText += rules[name];
                changed += 1;
            }
    const after = places();
    return [parts.length, changed, before.filter((place, i) => place !== after[i]).length];
}"""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "generated/derivations/final"])
def test_no_formula_moves(browser, site, name):
    sheet = (site / "_static" / small_pages.SHEET).read_text(encoding="utf-8")
    rules = {name: style for style, name in small_pages.rules(sheet).items()}
    page = browser.new_page()
    page.goto((site / f"{name}.html").as_uri())
    page.evaluate("document.fonts.ready")
    parts, changed, moved = page.evaluate(PLACES, rules)
    page.close()
    assert moved == 0
    assert changed > parts / 20


@pytest.mark.browser
def test_the_site_has_nothing_left_of_it(site):
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "application/x-tex" not in text, path
        assert not small_pages.SIZED.search(text), path
    assert list(site.rglob("*.map")) == []
    assert {path.suffix for path in (site / "_static" / "katex" / "fonts").iterdir()} == {".woff2"}
