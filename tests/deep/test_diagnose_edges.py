"""Training logs at the edges of what `diagnose` tells: digits, units, notes, few looks."""

import numpy as np
import pytest

import twolayer as tl
from twolayer.deep.family import pairs
from twolayer.deep.seen import seen
from twolayer.deep.training_log import Log

NAN = np.nan
SHARPNESS = (0.5, 1.5, 1.9, 2.1, 2.5, 3.0, 3.5, 3.9, 4.5)  # of starts with a label


def run(sharpness, output=0.3, width=40.0, target=0.0, steps=60):
    found = tl.simulate(sharpness / 2, 2.0, output, width, target, steps)
    return sharpness / 2, found.loss, found.curvature


def written(values, digits):
    return np.array([float(f"{value:.{digits - 1}e}") for value in values])


def log_of(eta, loss, curvature, output=None, width=None):
    return Log.of(eta, loss, curvature, output, width, 0.0, "half-mean")


def said(log, words):
    return any(words in note for note in log.notes)


@pytest.mark.parametrize("digits", range(2, 8))
def test_rounding_is_half_of_the_last_place(digits):
    eta, loss, curvature = run(2.7)
    log = log_of(eta, written(loss, digits), written(curvature, digits))
    assert log.rounding == 0.5 * 10.0 ** (1 - digits)


def test_eight_digits_are_none():
    eta, loss, curvature = run(2.7)
    log = log_of(eta, written(loss, 8), written(curvature, 8))
    assert log.rounding == 8 * np.finfo(float).eps


def test_nan_after_a_loss_that_equals_the_first_is_no_divergence():
    assert log_of(1.0, [1.0, 0.5, 1.0, NAN], None).diverged is False
    assert log_of(1.0, [1.0, 0.5, 1.0 + 1e-9, NAN], None).diverged is True


@pytest.mark.parametrize(("units", "raised"), [(168, False), (184, True)])
def test_rounding_of_single_precision_adds_up_over_steps(units, raised):
    loss = np.full(12, 0.5, np.float32)
    loss[0], loss[10] = 1.0, 1 + units * np.finfo(np.float32).eps
    assert (seen(loss) == tl.Phase.CATAPULT) == raised


def test_the_rise_is_one_of_residuals_whose_squares_are_the_losses():
    # at step 1: 16 units of the residual, 32 of the loss
    loss = np.array([1.0, 1 + 24 * np.finfo(float).eps, 0.5])
    assert seen(loss) == tl.Phase.LAZY


def test_the_phase_of_the_theory_is_that_of_the_label():
    assert any(
        tl.phase(s / 2, 2.0, 0.3, 3.0, 1.0) != tl.phase(s / 2, 2.0, 0.3, 3.0) for s in SHARPNESS
    )
    for sharpness in SHARPNESS:
        eta, loss, curvature = run(sharpness, 0.3, 3.0, 1.0)
        found = tl.diagnose(eta, loss, curvature, 0.3, 3.0, 1.0)
        assert found.phase_theory == tl.phase(eta, 2.0, 0.3, 3.0, 1.0)


def test_a_curvature_that_is_not_known_at_the_start_is_none_of_the_start():
    eta, loss, curvature = run(1.5)
    curvature[0] = NAN
    found = tl.diagnose(eta, loss, curvature)
    assert np.isnan(found.sharpness_start)
    assert found.sharpness_end == eta * curvature[-1]


def test_a_collapse_shows_though_the_last_curvature_is_not_known():
    curvature = [2.0, 2.0, 1.0, 0.0, NAN]
    found = tl.diagnose(1.0, [1.0, 2.0, 0.9, 0.5, 0.5], curvature)
    assert found.phase == tl.Phase.UNDECIDED
    assert said(found, "collapsed")


def test_the_largest_loss_of_the_family_may_be_at_the_last_step():
    eta, loss, curvature = run(2.5, 0.01, 1000.0, steps=6)
    assert loss.argmax() == 6
    found = tl.diagnose(eta, loss, curvature, 0.01, 1000.0)
    np.testing.assert_allclose(found.family_peak, loss[6], rtol=1e-9)


@pytest.mark.parametrize(("sharpness", "digits"), [(2.7, 5), (3.6, 4)])
def test_known_steps_are_those_up_to_which_digits_fix_the_run(sharpness, digits):
    eta, loss, curvature = run(sharpness, 0.3, 40.0)
    found = tl.diagnose(eta, written(loss, digits), written(curvature, digits), 0.3, 40.0)
    more = 1 + 0.5 * 10.0 ** (1 - digits)
    twin, lam = tl.simulate(eta, 2.0 * more, 0.3 * more, 40.0 * more, steps=60), eta * curvature
    levels = (np.log(np.maximum(losses / loss[0], 1e-8)) for losses in (twin.loss, loss))
    gap = np.abs(np.subtract(*levels))
    gap = np.maximum(gap, np.abs(eta * twin.curvature - lam) / np.maximum(1, lam))
    assert found.known_steps > 0
    assert gap[: found.known_steps + 1].max() < 0.005
    assert found.known_steps == 60 or gap[found.known_steps + 1] > 0.005


def test_one_width_for_all_steps_is_by_least_squares():
    eta, loss, curvature = run(2.7)
    noisy = curvature * (1 + 0.01 * np.random.default_rng(0).standard_normal(curvature.size))
    log = log_of(eta, loss, noisy)
    found = pairs(log, 1.0)
    change, larger = np.diff(noisy), np.maximum(noisy[1:], noisy[:-1])
    moved = eta * 2 * loss[:-1] * (eta * noisy[:-1] - 4)  # of f²(ηλ − 4)·η/n, at label 0
    slope = np.linalg.lstsq((moved / larger)[:, None], change / larger)[0][0]
    assert found.pair_width == pytest.approx(1 / slope, rel=1e-9)


def test_a_floor_is_said_in_the_unit_of_the_log():
    loss = np.maximum(0.5 ** np.arange(61), 1e-3)
    found = tl.diagnose(0.2, loss, None, loss_name="mse")
    assert said(found, "stays near 0.001 at the end")


@pytest.mark.parametrize(("share", "floor"), [(0.015, True), (0.03, False)])
def test_a_floor_is_a_last_quarter_that_does_a_fiftieth(share, floor):
    level = -np.concatenate([np.linspace(0, 4, 46), 4 + np.linspace(0, 4 * share, 16)[1:]])
    assert said(tl.diagnose(0.2, np.exp(level)), "stays near") == floor


@pytest.mark.parametrize(("turns", "words"), [(1, False), (2, True)])
def test_one_turn_upwards_is_a_catapult_and_two_are_said(turns, words):
    loss = [1.0, 0.9, 2.0, 0.5, 0.6 if turns == 2 else 0.4, 0.3]
    assert said(tl.diagnose(1.0, loss), "turned upwards") == words


@pytest.mark.parametrize(("factor", "words"), [(1.015, False), (1.05, True)])
def test_an_output_that_does_not_give_the_loss_is_said(factor, words):
    eta, loss, curvature = run(1.5)
    output = np.sqrt(2 * loss * factor)
    assert said(tl.diagnose(eta, loss, curvature, output, 400.0), "do not give the loss") == words


def test_one_step_without_a_curvature_is_said():
    eta, loss, curvature = run(1.5, steps=20)
    curvature[7] = NAN
    assert said(tl.diagnose(eta, loss, curvature), "known at 20 of 21 steps")


def test_a_curvature_that_overflows_everywhere_is_compared_nowhere():
    _, loss, curvature = run(2.5)
    with np.errstate(all="raise"):
        found = tl.diagnose(1e300, loss, 1e300 * curvature, target=1.0)
    assert np.isnan(found.sharpness_gap)


def test_all_steps_of_a_log_of_some_hundreds_are_compared():
    eta, loss, curvature = run(0.2, steps=300)
    assert not said(tl.diagnose(eta, loss, curvature), "Widths are compared")
    curvature[200:] *= 2
    found = tl.diagnose(eta, loss, curvature)
    assert (found.follows, found.leaves_step) == (False, 200)
    assert np.isnan(found.width_range).all()


def test_losses_are_told_apart_up_to_1e30_and_down_to_1e_minus_8():
    log = log_of(1.0, [2.0, 2e29, 2e31, 2e-7, 2e-9], None)
    expected = np.log([1, 1e29, 1e30, 1e-7, 1e-8])
    np.testing.assert_allclose(log.level, expected, rtol=1e-12, atol=1e-12)


def test_a_rate_that_changes_after_four_steps_is_a_sudden_change():
    eta, loss, curvature = run(1.2, steps=20)
    other = tl.simulate(eta / 2, curvature[4], -np.sqrt(2 * loss[4]), 40.0, 0.0, 16)
    joined = [
        np.concatenate(pair)
        for pair in ((loss[:5], other.loss[1:]), (curvature[:5], other.curvature[1:]))
    ]
    found = tl.diagnose(eta, *joined, 0.3, 40.0)
    assert found.leaves_step == 5
    assert said(found, "follows the theory up to step 4 and leaves it at once")


@pytest.mark.parametrize("most", [1e2, 1e3, 1e5])
@pytest.mark.parametrize("width", [None, 40.0])
def test_a_log_cut_by_nan_may_have_any_loss_from_there(most, width):
    eta, loss, curvature = run(4.5, 0.01)
    cut = int(np.flatnonzero(loss > most)[0])
    gone = np.arange(loss.size) >= cut
    found = tl.diagnose(eta, *(np.where(gone, NAN, c) for c in (loss, curvature)), width=width)
    short = tl.diagnose(eta, loss[:cut], curvature[:cut], width=width)
    assert cut > 5
    assert (found.phase, found.follows, short.follows) == (tl.Phase.DIVERGENT, True, True)
    assert (found.leaves_step, found.loss_gap < 1e-6) == (None, True)
    assert found.width == pytest.approx(short.width, rel=1e-9)
    assert not said(found, "leaves it at once")


def test_a_run_that_comes_back_contradicts_nan_once_it_has():
    eta, loss, curvature = run(2.7)
    cut = int(loss.argmax()) - 1
    gone = np.arange(loss.size) >= cut
    nans = [np.where(gone, NAN, c) for c in (loss, curvature)]
    found = tl.diagnose(eta, *nans, output=0.3, width=40.0)
    above = np.flatnonzero(loss >= loss[cut - 1] * np.exp(-0.02))[-1]
    assert (found.follows, found.leaves_step) == (False, above + 1)
    assert not said(found, "leaves it at once")


def test_a_run_that_dips_and_diverges_does_not_contradict_nan():
    eta, loss, curvature = run(4.5, 0.001)
    assert loss[8] < 0.1 * loss[7] < loss[9]
    gone = np.arange(loss.size) > 7
    found = tl.diagnose(eta, *(np.where(gone, NAN, c) for c in (loss, curvature)), width=40.0)
    assert (found.follows, found.phase) == (True, tl.Phase.DIVERGENT)


def test_a_log_cut_by_nan_before_five_steps_cannot_confirm():
    eta, loss, curvature = run(4.5, 1.0, 4.0)
    gone = np.arange(loss.size) >= 4
    found = tl.diagnose(eta, *(np.where(gone, NAN, c) for c in (loss, curvature)))
    assert (found.phase, found.follows) == (tl.Phase.DIVERGENT, None)
    assert said(found, "3 steps cannot confirm")


def test_what_was_not_measured_is_not_printed():
    eta, loss, curvature = run(2.7)
    found = tl.diagnose(eta, loss, curvature[0])
    assert np.isnan([found.sharpness_end, found.sharpness_gap, found.width_spread]).all()
    assert found.last_look == 0
    lines = str(found).splitlines()
    assert lines[1] == "ηλ 2.7 at the start, not measured later"
    assert lines[3].endswith(" in ln(loss)")
    assert not any("nan" in line or "steps" in line for line in lines[1:5])
    some = np.where(np.arange(61) <= 40, curvature, NAN)
    found = tl.diagnose(eta, loss, some)
    assert (found.last_look, found.sharpness_end) == (40, eta * curvature[40])
    under = found.step_under_two
    words = f"{found.sharpness_end:.4g} at step 40; below 2 at {41 - under} of 41 looks, "
    assert f"{words}from step {under} to the last look\n" in str(found)
    some[0] = NAN
    assert "ηλ not measured at the start, " in str(tl.diagnose(eta, loss, some))
    assert "theory:" not in str(tl.diagnose(eta, loss, some))


def test_below_two_at_the_last_step_alone_is_not_for_good():
    found = tl.diagnose(1.0, [1.0, 2.0, 0.9, 0.5], [3.0, 2.5, 2.1, 1.997])
    assert "from step 3 to the end of the log" in str(found)


@pytest.mark.parametrize(
    ("last", "words"), [(1.999, None), (2.0, "last look ηλ"), (2.7, "last 3 looks ηλ")]
)
def test_a_catapult_that_has_not_come_under_two_has_not_settled(last, words):
    loss = [1.0, 3.0, 0.9, 0.5, 0.7, 0.4, 0.6, 0.3]
    before = 2.7 if last == 2.7 else 1.9
    curvature = [3.0, 2.8, 2.1, 1.9, before, before, NAN, last]
    found = tl.diagnose(1.0, loss, curvature)
    assert found.phase == tl.Phase.CATAPULT
    assert said(found, "has not settled") == (words is not None)
    assert words is None or said(found, words)


def test_turns_above_two_are_said_beside_a_curvature():
    loss = [1.0, 3.0, 0.9, 1.5, 0.7, 1.4, 0.6, 0.3]
    found = tl.diagnose(1.0, loss, [3.0, 2.8, 2.5, 2.4, 2.6, 2.5, 2.4, 2.2])
    assert said(found, "turned upwards 2 times where ηλ was 2 or above")
    calm = tl.diagnose(1.0, loss, [3.0, 2.8, 1.5, 1.4, 1.6, 1.5, 1.4, 1.2])
    assert said(calm, "rose at 2 of 5 steps at which ηλ was below 2")
    assert not said(calm, "turned upwards")


def test_steps_that_agree_on_no_width():
    eta, loss, curvature = run(2.7)
    found = tl.diagnose(eta, loss, 2 * curvature[0] - curvature)
    assert np.isnan(found.pair_width)
    assert f"\nthe steps agree on no width: spread {found.width_spread:.2g}\n" in str(found)
    noisy = curvature * (1 + 0.2 * np.random.default_rng(2).standard_normal(curvature.size))
    found = tl.diagnose(eta, loss, noisy)
    assert found.width_spread > 0.5
    assert "agree on no width" in str(found)


def test_the_print_names_the_phase_of_the_theory_once():
    eta, loss, curvature = run(2.7)
    found = tl.diagnose(eta, loss, 0.6 * curvature)
    assert found.phase_theory == tl.Phase.LAZY
    assert str(found).count("LAZY") == 1


def test_what_contradicts_the_theory_is_not_too_short_to_confirm_it():
    eta, loss, curvature = run(1.5, steps=4)
    assert said(tl.diagnose(eta, loss, curvature), "4 steps cannot confirm")
    assert said(tl.diagnose(eta, loss, curvature[0]), "too few to confirm")
    for other in (1.5 * curvature, 1.5 * curvature[0]):
        found = tl.diagnose(eta, loss, other)
        assert found.follows is False
        assert not said(found, "confirm")


def test_the_smallest_width_of_a_family_is_a_network():
    """On the edge of Cauchy-Schwarz itself rounding would make P or Q negative, and diverge."""
    for sharpness in (0.14, 0.42, 0.84, 0.97):
        output = 0.3 + sharpness / 6.5
        eta, loss, curvature = run(sharpness, output, 40.0, -1.2, 100)
        found = tl.diagnose(eta, loss, curvature, output, target=-1.2)
        assert found.family_peak[1] == pytest.approx(found.peak_loss, rel=1e-12)
        assert found.family_sharpness[1] < np.inf


@pytest.mark.parametrize("width", [3.0, 300.0])
def test_the_first_curvature_alone_gives_the_width_by_the_first_step(width):
    """Of an output that passes the label, or does not."""
    for sharpness in (0.6, 1.8, 2.8):
        eta, loss, curvature = run(sharpness, 0.9, width, 0.2)
        found = tl.diagnose(eta, loss, curvature[0], target=0.2)
        assert found.loss_gap < 1e-6
        assert found.width == pytest.approx(width, rel=1e-9)
