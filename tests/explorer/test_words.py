"""What is said in words and figures, and what keys, links and fields leave alone."""

import math
import re

import numpy as np
import pytest

import twolayer as tl
from tests.explorer.helpers import DEFAULTS, NAMES, opened

pytestmark = pytest.mark.browser


def said(kept, *cell):
    """The texts of the readouts at a state."""
    assert kept.set(**dict(zip(NAMES, cell, strict=True))) == ""
    return kept.tab.evaluate(
        """Object.fromEntries([...document.querySelectorAll("#readouts dd")]
        .map((node) => [node.dataset.name, node.textContent]))"""
    )


def test_readouts_say_their_own_number(kept):
    for cell in ((1.3, 2.0, 4.0, 100.0, 3.0), (1.4, 2.0, 3.0, 37.5, 0.0), (0.4, 2, 2, 100, 18)):
        texts, start = said(kept, *cell), cell[1:]
        crit, outcome = tl.eta_crit(*start), tl.outcome(*cell)
        rates = {"etaCrit": crit, "etaMax": tl.eta_max(*start), "etaDiv": tl.eta_div(*start)}
        for name, rate in rates.items():
            expected = pytest.approx(float(rate), rel=1e-7) if np.isfinite(rate) else "none"
            assert (float(texts[name]) if np.isfinite(rate) else texts[name]) == expected
        if np.isfinite(crit):
            assert float(texts["ratio"]) == pytest.approx(float(cell[0] / crit), rel=1e-4)
        else:
            assert texts["ratio"] == "–"
        loss, step = texts["peakLoss"].split(" at step ")
        assert float(loss) == pytest.approx(float(outcome.peak_loss), rel=1e-4)
        assert (int(step), int(texts["steps"])) == (outcome.peak_step, outcome.steps)


def test_peak_and_steps_where_there_are_none(kept):
    texts = said(kept, 1.4, 2, 1, math.inf, 0)
    assert (texts["peakLoss"], texts["steps"]) == ("without limit in n", "first rise: as ln n")
    assert said(kept, 1e-4, 2, 1, 100, 0)["steps"] == "more than 1000"
    assert said(kept, 0.65, 2, 2, 100, 18)["steps"] == "never"
    texts = said(kept, 2.1, 2, 1, 100, 0)
    assert (texts["peakLoss"], texts["steps"]) == ("unbounded", "never")


def test_the_boundary_is_said_aloud(kept):
    said(kept, 2, 2, 1, 100, 0)
    kept.until("document.querySelector('#live').textContent.includes(', on the boundary. Final')")


def pq(state):
    P, Q, V = tl.triangle(*state.values())
    return np.array([P - Q, V])


def test_arrow_keys_go_where_they_point(kept):
    triangle, plane = (kept.tab.locator(f"#{name} .handle") for name in ("triangle", "plane"))
    moves = {"ArrowRight": (0.04, 0), "ArrowUp": (0, 0.02), "ArrowLeft": (-0.04, 0)}
    for key, move in moves.items():
        before = pq(kept.state())
        triangle.press(key)
        np.testing.assert_allclose(pq(kept.state()) - before, move, atol=1e-4)
    kept.set(eta=1.2345678901234)
    before = kept.state()
    plane.press("ArrowUp")
    after = kept.state()
    assert after["eta"] == before["eta"]
    assert after["output"] > before["output"]
    for figure in ("#plane", "#triangle"):
        for held in ("ctrlKey", "altKey", "metaKey"):
            taken = kept.tab.evaluate(
                """([figure, held]) => {
                const options = {key: "ArrowRight", cancelable: true, [held]: true};
                const event = new KeyboardEvent("keydown", options);
                document.querySelector(`${figure} .handle`).dispatchEvent(event);
                return event.defaultPrevented;
                }""",
                [figure, held],
            )
            assert not taken
            assert kept.state() == after


def test_a_handle_taken_beside_its_centre_does_not_jump(kept):
    unit = kept.tab.locator("#plane canvas").bounding_box()["width"] / 4.5
    x, y = kept.centre("#plane .handle")
    mouse = kept.tab.mouse
    mouse.move(x + 12, y - 9)
    mouse.down()
    assert kept.state() == DEFAULTS
    mouse.move(x + 12 - 40, y - 9 - 20)
    mouse.up()
    state = kept.state()
    assert state["eta"] * 2 == pytest.approx(2.8 - 40 / unit, abs=3e-3)
    assert state["eta"] * state["output"] / 10 == pytest.approx(0.14 + 20 / unit, abs=3e-3)


def test_fields_and_the_label_s_slider(kept):
    for target, place in ((5, "100"), (-2.5, "-50")):
        kept.set(target=target)
        assert kept.value("#target-slider") == place
    assert kept.set(width=0) == "n = 0 must be positive, or inf."
    kept.set(eta=0.75, target=2)
    state = kept.state()
    field = kept.tab.locator("#curvature")
    field.fill("x")
    field.press("Escape")
    assert kept.value("#curvature") == "2"
    assert kept.state() == state


def test_a_damaged_link_stays_to_be_mended(browser, tmp_path):
    with opened(browser, tmp_path, "#eta=1.4x") as shown:
        shown.tab.wait_for_timeout(500)
        assert shown.tab.evaluate("location.hash") == "#eta=1.4x"
        assert re.search("damaged", shown.refusal())
