"""The page driven as a reader drives it: dragged, typed into, slid, linked to."""

import math
import re

import numpy as np
import pytest

import twolayer as tl
from tests.explorer.helpers import DEFAULTS, FRAGMENT, opened

pytestmark = pytest.mark.browser

PLANE, TRIANGLE = "#plane", "#triangle"


def everything(shown):
    """All that is shown of the start, as drawn."""
    parts = (
        "#plane svg",
        "#triangle svg",
        "#loss svg",
        "#curvature-curve svg",
        "#readouts",
        "#phase",
    )
    return [shown.state(), shown.readouts(), *(shown.tab.inner_html(part) for part in parts)]


def plane_unit(shown):
    """Pixels to a unit of ηλ₀ where the plane ends at 4.5."""
    return shown.tab.locator("#plane canvas").bounding_box()["width"] / 4.5


def test_a_drag_in_the_plane_moves_eta_and_output(shown):
    unit = plane_unit(shown)
    assert shown.state() == DEFAULTS
    shown.drag(PLANE, -60, -40)
    state = shown.state()
    assert {**state, "eta": 1.4, "output": 1} == DEFAULTS
    assert state["eta"] * 2 == pytest.approx(2.8 - 60 / unit, abs=2e-3)
    assert state["eta"] * state["output"] / 10 == pytest.approx(0.14 + 40 / unit, abs=2e-3)
    assert shown.readouts()["phase"] == tl.phase(*state.values()).name == "LAZY"
    assert shown.text("#phase .word") == "lazy"


def test_the_mouse_takes_the_start_from_anywhere_in_the_plane(shown):
    box = shown.tab.locator("#plane canvas").bounding_box()
    shown.tab.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    state = shown.state()
    assert state["eta"] * 2 == pytest.approx(0.3 * 4.5, abs=0.02)
    assert state["output"] == pytest.approx(0, abs=0.1)


def test_a_drag_out_of_the_networks_stays_on_their_edge(shown):
    for down in (-190, 420):
        shown.drag(PLANE, -30, down)
        state = shown.state()
        assert shown.refusal() == ""
        largest = math.sqrt(state["width"]) * state["curvature"] / 2
        assert abs(state["output"]) == pytest.approx(largest, rel=1e-3)
        assert abs(state["output"]) <= largest


def test_a_drag_in_the_triangle_moves_curvature_and_output(shown):
    # the canvas is wider than the triangle by its strip
    side = shown.tab.locator("#triangle canvas").bounding_box()["width"] / (1 + 0.07 * 2 / 3**0.5)
    start = tl.triangle(*DEFAULTS.values())
    shown.drag(TRIANGLE, 40, -50)
    state = shown.state()
    assert {**state, "curvature": 2, "output": 1} == DEFAULTS
    P, Q, V = np.subtract(tl.triangle(*state.values()), start)
    np.testing.assert_allclose(P - Q, 4 * 2 * 40 / side, atol=0.01)
    np.testing.assert_allclose(V, 4 * 50 / (side * 3**0.5 / 2), atol=0.01)


def test_outside_the_triangle_it_says_so(shown):
    assert shown.text("#triangle .remark") == ""
    shown.drag(TRIANGLE, 0, 110)
    assert shown.readouts()["phase"] == "DIVERGENT"
    assert shown.text("#triangle .remark") == "Outside the triangle: V < 0."
    assert shown.set(eta=1, output=1, width=100, target=25) == ""
    assert shown.text("#triangle .remark").startswith("No triangle: |τ| ≥ 2")
    assert not shown.tab.locator("#triangle .handle").is_visible()


def test_typed_numbers_are_taken(shown):
    field = shown.tab.locator
    field("#width").fill("1e6")
    assert shown.state()["width"] == 1e6
    field("#target").fill("−0.25")
    field("#output").fill(".5")
    field("#curvature").fill("2.5")
    field("#eta").fill("1.1")
    field("#eta").press("Enter")
    assert list(shown.state().values()) == [1.1, 2.5, 0.5, 1e6, -0.25]
    field("#width").fill("∞")
    assert shown.state()["width"] == math.inf
    field("#eta").focus()
    assert shown.value("#width") == "inf"
    assert field("#target-slider").is_disabled()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("eta", "0", "η = 0 must be positive and finite."),
        ("eta", "", "η = nothing must be a number."),
        ("eta", "inf", "η = inf must be positive and finite."),
        ("curvature", "-2", "λ₀ = -2 must be positive and finite."),
        ("curvature", "0.1", "f₀ = 1 must be at most 0.5 in size: no network has it"),
        ("output", "10.1", "f₀ = 10.1 must be at most 10 in size: no network has it"),
        ("width", "0.5", "f₀ = 1 must be at most 0.707107 in size: no network has it"),
        ("width", "-1", "n = -1 must be positive, or inf."),
        ("target", "x", "y = x must be a number."),
        ("target", "1e999", "y = inf must be finite."),
    ],
)
def test_impossible_values_get_one_line_and_change_nothing(shown, name, text, line):
    before = everything(shown)
    field = shown.tab.locator(f"#{name}")
    field.fill(text)
    field.press("Enter")
    assert shown.refusal().startswith(line)
    assert "\n" not in shown.refusal()
    assert everything(shown) == before
    assert field.get_attribute("aria-invalid") == "true"
    field.press("Escape")
    assert shown.state() == DEFAULTS
    assert shown.refusal() == ""
    assert field.get_attribute("aria-invalid") is None
    assert float(field.input_value()) == DEFAULTS[name]


def test_sliders_set_width_and_label(shown):
    shown.tab.locator("#width-slider").fill("400")
    assert shown.state()["width"] == 10_000
    shown.tab.locator("#width-slider").fill("601")
    assert shown.state()["width"] == math.inf
    shown.tab.locator("#width-slider").fill("0")
    assert shown.state()["width"] == 1
    shown.tab.locator("#target-slider").press("ArrowRight")
    assert shown.state()["target"] == 0.005
    shown.tab.locator("#target-slider").fill("-300")
    assert shown.state()["target"] == -1.5
    assert shown.value("#target") == "-1.5"


def test_a_slider_into_the_impossible_goes_back(shown):
    shown.set(output=8)
    before = everything(shown)
    shown.tab.locator("#width-slider").fill("100")
    assert "Cauchy–Schwarz" in shown.refusal()
    assert everything(shown) == before
    assert shown.value("#width-slider") == "200"


def test_keys_move_the_start(shown):
    handle = shown.tab.locator("#plane .handle")
    handle.focus()
    for key in ("ArrowLeft", "Shift+ArrowLeft"):
        handle.press(key)
    state = shown.state()
    assert state["eta"] * 2 == pytest.approx(2.8 - 0.11, abs=1e-9)
    handle.press("ArrowUp")
    assert shown.state()["eta"] == state["eta"]
    assert shown.state()["output"] > state["output"]
    assert handle.get_attribute("aria-valuetext").endswith(": catapult")
    other = shown.tab.locator("#triangle .handle")
    other.focus()
    before = shown.state()
    other.press("Shift+ArrowUp")
    assert shown.state()["curvature"] < before["curvature"]
    assert shown.state()["eta"] == before["eta"]


def test_all_that_moves_is_reached_by_the_tabulator_and_seen(shown):
    names = []
    for _ in range(17):
        shown.tab.keyboard.press("Tab")
        names.append(
            shown.tab.evaluate(
                "[document.activeElement.ariaLabel || document.activeElement.id ||"
                " document.activeElement.textContent,"
                " getComputedStyle(document.activeElement).outlineStyle,"
                " getComputedStyle(document.activeElement, '::after').outlineStyle]"
            )
        )
    reached = " ".join(name for name, *_ in names)
    for name in ("phase plane", "in the triangle", "eta", "curvature", "output", "width", "target"):
        assert name in reached
    for name in ("width, logarithmic", "label", "copy", "oscillating"):
        assert name in reached
    assert [name for name, *outlines in names if "solid" not in outlines] == []


def test_phase_and_end_are_said_aloud_once_the_start_rests(shown):
    shown.set(eta=0.9)
    shown.until("document.querySelector('#live').textContent.startsWith('lazy')")
    final = tl.final_curvature(0.9, 2, 1, 100).curvature
    said = re.search(r"Final curvature: ([\d.]+)", shown.tab.text_content("#live"))
    assert float(said[1]) == pytest.approx(final, rel=1e-9)


def test_a_link_brings_the_state_back_to_the_last_digit(browser, tmp_path, shown):
    state = {
        "eta": 0.1 + 0.2,
        "curvature": 2 / 3,
        "output": -1e-7,
        "width": 1e15 / 3,
        "target": 0.7,
    }
    assert shown.set(**state) == ""
    shown.until("location.hash.length > 10")
    fragment = shown.tab.evaluate("location.hash")
    with opened(browser, tmp_path, fragment) as again:
        assert again.state() == state
        assert again.readouts() == shown.readouts()
        again.set(width=math.inf)
        again.until("location.hash.includes('width=inf')")
        again.tab.reload()
        again.until("window.explorer")
        assert again.state() == state | {"width": math.inf}


def test_a_changed_address_changes_the_state_and_back(shown):
    shown.tab.click("text=a wide network")
    assert shown.state()["width"] == 1e6
    shown.tab.click("nav >> text=oscillating")
    assert shown.readouts()["phase"] == "OSCILLATING"
    shown.tab.go_back()
    assert shown.state()["width"] == 1e6


@pytest.mark.parametrize(
    "fragment",
    [
        "#nonsense",
        "#eta=1.5&eta=1.5",
        FRAGMENT.format(**DEFAULTS | {"eta": "1.4x"}),
        FRAGMENT.format(**DEFAULTS | {"eta": "-1"}),
        FRAGMENT.format(**DEFAULTS | {"output": "1e9"}),
        FRAGMENT.format(**DEFAULTS) + "&more=1",
        "#eta=",
    ],
)
def test_a_damaged_link_gets_one_line_and_the_defaults(browser, tmp_path, fragment):
    with opened(browser, tmp_path, fragment) as shown:
        assert shown.state() == DEFAULTS
        assert shown.refusal().startswith("This link is damaged")
        assert shown.complaints == []
        shown.set(eta=1)
        assert shown.refusal() == ""
        shown.until("location.hash.startsWith('#eta=1&')")
        shown.tab.evaluate("fragment => { location.hash = fragment; }", fragment)
        shown.until("!document.querySelector('#refusal').hidden")
        assert shown.state() == DEFAULTS


def test_the_button_copies_the_link(shown):
    shown.set(eta=1.25)
    shown.tab.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {configurable: true, value:"
        " {writeText: async (text) => { window.taken = text; }}})"
    )
    shown.tab.click("#copy")
    shown.tab.wait_for_selector("text=Copied.")
    state = DEFAULTS | {"eta": 1.25, "curvature": 2, "output": 1, "width": 100, "target": 0}
    assert shown.tab.evaluate("window.taken") == shown.address + FRAGMENT.format(**state)
