"""Numbers at the ends of what a float holds, very small windows, and no JavaScript."""

import math
import re

import pytest

import twolayer as tl
from tests.explorer.helpers import DEFAULTS, FRAGMENT, NAMES, opened
from twolayer.explorer import page

pytestmark = pytest.mark.browser

TINY = [  # far below every boundary
    (1e-16, 2.0, 1.0, 100.0, 0.0),
    (1e-300, 2.0, 1.0, 100.0, 0.0),
    (1.0, 1e-300, 0.0, 100.0, 0.0),
    (1e-15, 2.0, -1.0, 100.0, 0.5),
    (1.0, 1e-300, 0.0, 1e20, 1e9),  # τ = 0.1
]
HUGE = [
    (5e-324, 2.0, 1.0, 100.0, 0.0),
    (1e-308, 2.0, 1.0, 100.0, 0.0),
    (2.0, 4.0, 1.0, 0.5, 1.7e308),
    (1.4, 2.0, 1.0, 100.0, 1e300),
    (1e300, 2.0, 1.0, 100.0, 0.0),
    (1.0, 5e-324, 0.0, 100.0, 1.0),
    (1.4, 2.0, 0.0, math.inf, 1e300),
]
# attributes of the drawings that are no numbers
BROKEN = """[...document.querySelectorAll("svg *, .handle")].flatMap((node) => [...node.attributes])
  .map((attribute) => attribute.value).filter((value) => /NaN|Infinity|undefined/.test(value))"""


def at(kept, start):
    assert kept.set(**dict(zip(NAMES, start, strict=True))) == ""
    return kept.readouts()


def test_far_below_every_boundary_none_is_near(kept):
    for start in TINY:
        values = at(kept, start)
        assert values["phase"] == tl.phase(*start).name == "LAZY"
        assert not values["onBoundary"], start
        assert kept.text("#phase") == "lazy " + kept.text("#phase .sentence")


def test_drawings_of_extreme_numbers_are_numbers(kept):
    for start in TINY + HUGE:
        values = at(kept, start)
        assert values["phase"] == tl.phase(*start).name
        assert kept.tab.evaluate(BROKEN) == [], start
        assert kept.complaints == []


def test_a_loss_that_no_float_holds_is_not_called_zero(kept):
    remarks = {
        (1.4, 2.0, 1e-170, 100.0, 0.0): "The loss is too small for a float.",
        (1.4, 1e300, 1e300, 100.0, 1e160): "The loss is too large for a float.",
        (1.4, 2.0, 0.0, 100.0, -1e155): "The loss is too large for a float.",
        (1.4, 2.0, 3.0, 100.0, 3.0): "The loss is zero: this start has the output of its label.",
        (1.4, 2.0, 3.0, 100.0, 2.0): "",
    }
    for start, remark in remarks.items():
        at(kept, start)
        assert kept.text("#loss .remark") == remark
        assert kept.tab.locator("#loss .told").is_visible() == (remark == "")
        unknown = "float" in remark
        assert (kept.text("[data-name=peakLoss]") == "–") == unknown
        assert (kept.text("[data-name=steps]") == "–") == unknown


@pytest.mark.parametrize("width", [100, 200])
def test_a_window_of_a_finger_s_width(browser, tmp_path, width):
    look = {"viewport": {"width": width, "height": 700}}
    with opened(browser, tmp_path, **look) as shown:
        assert shown.unscrolled()
        assert shown.complaints == []


def test_an_encoded_link_and_a_broken_code(browser, tmp_path):
    with opened(browser, tmp_path, "#width=∞&output=%2D2") as shown:
        assert shown.state() == DEFAULTS | {"width": math.inf, "output": -2.0}
        assert shown.refusal() == ""
        for text in ("%E2", "1.3=9"):
            fragment = FRAGMENT.format(**DEFAULTS | {"eta": text})
            shown.tab.evaluate("fragment => { location.hash = fragment; }", fragment)
            shown.until(f"document.querySelector('#refusal').textContent.includes('{text} must')")
            assert shown.state() == DEFAULTS


def test_without_javascript_a_sentence_says_so(kept):
    """Read as text: where scripts are only forbidden to run the browser hides it too."""
    words = re.findall(r"<noscript><p>(.*?)</p></noscript>\n<main>", page(), re.DOTALL)
    assert "it needs JavaScript" in words[0]
    assert kept.text("body").count("it needs JavaScript") == 0
