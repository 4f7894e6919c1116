"""Sliders by keys, fields while they are typed in, and links that name only some numbers."""

import math

import pytest

from tests.explorer.helpers import DEFAULTS, FRAGMENT, opened

pytestmark = pytest.mark.browser


def pressed(shown, slider, key, name, times=1):
    """The number after each press of a key on a slider."""
    seen = []
    for _ in range(times):
        shown.tab.locator(slider).press(key)
        seen.append(shown.state()[name])
    return seen


def test_arrow_keys_leave_infinite_width_and_come_back(shown):
    shown.set(width=math.inf)
    (width,) = pressed(shown, "#width-slider", "ArrowLeft", "width")
    assert width == 1e6
    assert pressed(shown, "#width-slider", "ArrowRight", "width", 2) == [math.inf] * 2
    assert shown.value("#width") == "inf"


def test_each_arrow_key_is_another_width(shown):
    shown.set(width=1)
    up = pressed(shown, "#width-slider", "ArrowRight", "width", 30)
    assert up == sorted(set(up))
    assert up[:9] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    down = pressed(shown, "#width-slider", "ArrowDown", "width", 30)
    assert down == [*up[-2::-1], 1]
    assert pressed(shown, "#width-slider", "ArrowLeft", "width") == [1]
    assert pressed(shown, "#width-slider", "ArrowUp", "width") == [2]


def test_keys_that_are_faster_than_a_frame_each_count(shown):
    shown.set(width=1)
    shown.tab.evaluate(
        """for (let k = 0; k < 5; k += 1) document.querySelector("#width-slider").dispatchEvent(
          new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }))"""
    )
    assert shown.state()["width"] == 6


@pytest.mark.parametrize("position", [1, 5, 19, 601])
def test_a_thumb_in_a_hand_stays_where_it_is(shown, position):
    shown.tab.locator("#width-slider").fill(str(position))
    assert shown.value("#width-slider") == str(position)
    assert shown.tab.get_attribute("#width-slider", "max") == "601"


@pytest.mark.parametrize("curvature", [2, 0.7, 1.2345])
def test_arrow_keys_move_the_label_everywhere(shown, curvature):
    largest = 1.5 * curvature / 2 * 10
    for position in (-300, -299, -200, -3, -1, 0, 1, 200, 298):
        shown.set(curvature=curvature, target=largest * position / 300)
        (after,) = pressed(shown, "#target-slider", "ArrowRight", "target")
        assert after == pytest.approx(largest * (position + 1) / 300, rel=1e-3, abs=1e-12)
        assert shown.value("#target-slider") == str(position + 1)


def test_a_field_is_marked_while_it_says_what_cannot_be(shown):
    field = shown.tab.locator("#eta")
    field.fill("0")
    field.press("Enter")
    assert shown.refusal().startswith("η = 0")
    field.fill("-1")
    assert shown.refusal() == ""
    assert field.get_attribute("aria-invalid") == "true"
    field.press("Tab")
    assert shown.refusal().startswith("η = -1")
    field.fill("-")
    assert (shown.refusal(), field.get_attribute("aria-invalid")) == ("", "true")
    field.fill("1")
    assert shown.state()["eta"] == 1
    assert field.get_attribute("aria-invalid") is None
    field.fill("1.4")
    field.fill("1.4x")  # while the last change may still have to be drawn
    shown.state()
    assert (field.get_attribute("aria-invalid"), field.input_value()) == ("true", "1.4x")
    field.fill("1.4")
    shown.state()
    assert field.get_attribute("aria-invalid") is None


@pytest.mark.parametrize(
    ("fragment", "named"),
    [
        ("#eta=1.5&width=inf", {"eta": 1.5, "width": math.inf}),
        ("#target=3", {"target": 3.0}),
        ("#width=25&output=-2", {"width": 25.0, "output": -2.0}),
    ],
)
def test_a_link_may_name_some_numbers_only(browser, tmp_path, fragment, named):
    with opened(browser, tmp_path, fragment) as shown:
        assert shown.state() == DEFAULTS | named
        assert shown.refusal() == ""
        shown.set(**DEFAULTS | {"curvature": 3})
        shown.until("location.hash.includes('curvature=3')")
        shown.tab.evaluate("fragment => { location.hash = fragment; }", fragment)
        shown.until("window.explorer.state.curvature === 2")
        assert shown.state() == DEFAULTS | named


@pytest.mark.parametrize(
    ("fragment", "line"),
    [
        ("#nonsense", "It may name eta, curvature, output, width, target only."),
        ("#eta=1&eta=2", "It names eta twice."),
        ("#width=", "n = nothing must be a number."),
        ("#width=1=2", "n = 1=2 must be a number."),
        ("#output=11", "f₀ = 11 must be at most 10 in size: no network has it (Cauchy–Schwarz)."),
        (FRAGMENT.format(**DEFAULTS | {"target": "x"}), "y = x must be a number."),
    ],
)
def test_what_is_wrong_with_a_link_is_named(browser, tmp_path, fragment, line):
    with opened(browser, tmp_path, fragment) as shown:
        start = "This link is damaged, so these are the defaults. "
        assert shown.refusal() == start + line


@pytest.mark.parametrize("width", [1280, 390])
def test_beside_the_pages_it_links_to_them(browser, tmp_path, width):
    (tmp_path / "index.html").write_text("<!doctype html><title>start page</title>")
    look = {"viewport": {"width": width, "height": 800}}
    with opened(browser, tmp_path, home="index.html", **look) as shown:
        assert shown.unscrolled()
        assert shown.requests == [shown.address]
        shown.tab.click("text=Documentation")
        shown.tab.wait_for_url("**/index.html")
        assert shown.tab.title() == "start page"


def test_without_pages_beside_it_there_is_no_link_to_them(shown):
    assert shown.tab.locator("text=Documentation").count() == 0
