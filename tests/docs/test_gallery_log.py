"""Training logs in the gallery: which one follows the theory, and how that is drawn."""

import numpy as np
import pytest

import twolayer as tl
from tests.docs.artists import shown
from tests.docs.examples import run

pytest.importorskip("sklearn", reason="the examples need pip install -e '.[docs]'")
STEPS = slice(0, 13)  # those drawn on the right


@pytest.fixture(scope="module")
def page():
    return run("21_training_log")


def test_the_linear_network_follows_and_tells_its_width(page):
    log = page["logs"][0]
    width = 128 * 64 / np.sum(page["X"][0] ** 2)
    assert log.follows is True
    assert log.phase == log.phase_theory == tl.Phase.CATAPULT
    np.testing.assert_allclose([log.width, log.pair_width], width, rtol=1e-9)
    np.testing.assert_allclose(log.implied_width[STEPS], width, rtol=1e-6)
    assert log.loss_gap < 1e-10


def test_the_relu_network_catapults_and_follows_none(page):
    (eta, trained), log = page["runs"][1], page["logs"][1]
    assert log.follows is False
    assert log.phase == tl.Phase.CATAPULT
    assert eta * trained.curvature[-1] < 2
    assert log.leaves_step == 1
    implied = log.implied_width[STEPS] / log.pair_width
    assert (implied < -1).any()
    assert (implied > 0.3).any()
    assert log.loss_gap > 3


def test_the_relu_network_learns_more_slowly_at_the_end(page):
    log = page["logs"][1]
    run, theory = page["runs"][1][1].loss, log.theory.loss
    assert run[-1] / run[-10] > 0.5
    assert theory[-1] / theory[-10] < 0.3


def test_both_start_as_their_theory(page):
    for (eta, trained), log in zip(page["runs"], page["logs"], strict=True):
        np.testing.assert_allclose(log.theory.loss[0], trained.loss[0], rtol=1e-12)
        assert eta * trained.curvature[0] == pytest.approx(log.sharpness_start, rel=1e-14)


def test_logs_as_drawn(page):
    left, right = page["figures"][0].axes
    lines = shown(left)
    for k, marker in enumerate("os"):
        log, trained = page["logs"][k], page["runs"][k][1]
        ((points,), (widths,)) = (shown(ax, marker=marker) for ax in (left, right))
        np.testing.assert_array_equal(points[:, 1], trained.loss)
        np.testing.assert_array_equal(lines[k][:, 1], log.theory.loss)
        np.testing.assert_array_equal(widths[:, 1], log.implied_width / log.pair_width)
        low, high = right.get_ylim()
        assert ((low < widths[STEPS, 1]) & (widths[STEPS, 1] < high)).all()
    assert right.get_xlim() == (-0.5, 12.5)
    assert "follows it" in page["printed"]
    assert "does not follow it" in page["printed"]
