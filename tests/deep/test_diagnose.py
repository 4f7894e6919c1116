"""Training logs: those of the two-layer network are known for what they are, others are not."""

import dataclasses
import re

import numpy as np
import pytest

import twolayer as tl
from twolayer import Phase
from twolayer.log_results import Diagnosis

NAN = np.nan
FACTOR = {"half-mean": 1, "half-mse": 1, "half-sum": 1, "mean": 2, "mse": 2, "sum": 2}


def log_of(sharpness, width=100, target=0.0, steps=100, seed=0):
    """Rate, loss and curvature of a trained network."""
    net = tl.Network.random(width, rng=seed)
    eta = sharpness / float(net.curvature)
    run = net.train(eta, steps=steps, target=target)
    return eta, run.loss, run.curvature


def theory(sharpness, output=0.3, width=40, target=0.0, steps=100):
    run = tl.simulate(sharpness / 2, 2.0, output, width, target, steps)
    return sharpness / 2, run.loss, run.curvature


def said(log, words):
    """Whether a note has these words."""
    return any(words in note for note in log.notes)


class TestTwoLayers:
    @pytest.mark.parametrize("loss_name", FACTOR)
    @pytest.mark.parametrize("target", [0.0, 0.6, -1.5])
    def test_a_network_is_recognised_in_every_unit(self, target, loss_name):
        c = FACTOR[loss_name]
        for sharpness, width in [(0.5, 7), (1.8, 200), (2.7, 7), (2.7, 200), (3.4, 30), (6.0, 30)]:
            eta, loss, curvature = log_of(sharpness, width, target, seed=width)
            log = tl.diagnose(eta / c, c * loss, c * curvature, target=target, loss_name=loss_name)
            assert log.follows is True, (sharpness, width, log.notes)
            assert log.pair_width == pytest.approx(width, rel=1e-9)
            assert log.width_spread < 1e-9
            assert log.leaves_step is None
            assert max(log.loss_gap, log.sharpness_gap) < 1e-6
            assert log.theory.loss[0] == pytest.approx(c * loss[0], rel=1e-12)
            inside = np.isfinite(loss) & (loss > 1e-7 * loss[0]) & (loss < 1e20)
            np.testing.assert_allclose(log.theory.loss[inside], c * loss[inside], rtol=1e-6)
            lam = log.theory.curvature[inside]
            np.testing.assert_allclose(lam, c * curvature[inside], rtol=1e-6)

    @pytest.mark.parametrize("sharpness", [2.3, 2.9, 3.5, 3.9])
    @pytest.mark.parametrize("width", [3, 50, 10_000])
    def test_the_width_of_a_catapult_is_found_to_rounding(self, sharpness, width):
        log = tl.diagnose(*log_of(sharpness, width))
        assert log.width == pytest.approx(width, rel=1e-9)
        assert abs(log.output) == pytest.approx(np.sqrt(2 * log.theory.loss[0]), rel=1e-12)
        low, high = log.width_range
        assert low <= width * (1 + 1e-9)
        assert high >= width * (1 - 1e-9)
        assert high < 1.1 * low

    @pytest.mark.parametrize("width", [2, 30, 1000])
    @pytest.mark.parametrize("sharpness", [0.4, 1.9, 2.2, 3.0, 3.7, 4.3])
    def test_the_phase_is_that_of_the_closed_form(self, width, sharpness):
        log = tl.diagnose(*theory(sharpness, 0.1, width, steps=400))
        assert log.phase == log.phase_theory == tl.phase(sharpness / 2, 2.0, 0.1, width)
        assert log.follows is True

    def test_on_both_sides_of_eta_crit(self):
        crit = 2 * tl.eta_crit(2.0, 0.3, 40)
        for factor, phase in ((0.999, Phase.LAZY), (1.001, Phase.CATAPULT)):
            log = tl.diagnose(*theory(factor * crit, steps=300))
            assert (log.phase, log.phase_theory, log.follows) == (phase, phase, True)

    @pytest.mark.parametrize("sharpness", [3.9, 3.99, 3.999, 3.9999, 3.99999])
    @pytest.mark.parametrize("width", [None, 10])
    def test_chaos_makes_no_log_of_the_theory_a_stranger(self, sharpness, width):
        for seed in range(4):
            log = tl.diagnose(*log_of(sharpness, 10, steps=300, seed=seed), width=width)
            assert log.follows is not False
            assert log.follows or said(log, "the digits of the log fix that run")

    def test_chaos_is_said(self):
        eta, loss, curvature = log_of(3.99999, 10, steps=300, seed=0)
        few = [np.array([float(f"{v:.3e}") for v in column]) for column in (loss, curvature)]
        log = tl.diagnose(eta, *few, width=10)
        assert log.follows is None
        assert log.known_steps < log.leaves_step
        assert said(log, f"fix that run up to step {log.known_steps} only")

    def test_single_precision_and_few_digits_will_do(self):
        eta, loss, curvature = log_of(2.5, 100)
        single = [column.astype(np.float32) for column in (loss, curvature)]
        printed = [[float(f"{v:.4e}") for v in column] for column in (loss, curvature)]
        plain = [column.astype(np.float64) for column in single]
        for given in (single, plain, printed):
            log = tl.diagnose(eta, *given)
            assert log.follows is True
            assert log.width == pytest.approx(100, rel=0.01)

    def test_single_precision_overflows_early(self):
        eta, loss, curvature = log_of(4.5)
        with np.errstate(over="ignore"):
            single = [column.astype(np.float32) for column in (loss, curvature)]
        log = tl.diagnose(eta, *single)
        assert (log.phase, log.follows) == (Phase.DIVERGENT, True)

    @pytest.mark.parametrize(("eta", "width"), [(1.99, 10), (1.25, np.inf)])
    def test_fewer_digits_know_fewer_steps(self, eta, width):
        run = tl.simulate(eta, 2.0, 0.3, width, steps=60)
        columns = run.loss, run.curvature
        four = [[float(f"{v:.3e}") for v in column] for column in columns]
        single = [column.astype(np.float32).astype(np.float64) for column in columns]
        steps = [tl.diagnose(eta, *given, width=width).known_steps for given in (columns, single)]
        few = tl.diagnose(eta, *four, width=width).known_steps
        assert few < min(steps)
        assert steps[1] < steps[0] or width == np.inf

    @pytest.mark.parametrize("digits", [4, 16])
    def test_the_gaps_are_those_of_the_run_that_is_shown(self, digits):
        eta, loss, curvature = log_of(2.5)
        loss, curvature = (
            np.array([float(f"{v:.{digits - 1}e}") for v in column]) for column in (loss, curvature)
        )
        log = tl.diagnose(eta, loss, curvature)
        assert log.follows is True
        large = np.minimum(loss, log.theory.loss) > 1e-8 * loss[0]
        gap = np.abs(np.log(loss[large] / log.theory.loss[large])).max()
        assert log.loss_gap == pytest.approx(gap, rel=0.2, abs=1e-12)
        sharpness = eta * log.theory.curvature
        apart = np.abs(eta * curvature - sharpness) / np.maximum(1, sharpness)
        assert log.sharpness_gap == pytest.approx(apart.max(), rel=1e-6, abs=1e-15)

    def test_the_start_that_is_given_is_taken(self):
        eta, loss, curvature = log_of(2.5, 100)
        right = tl.diagnose(eta, loss, curvature, width=100)
        assert (right.follows, right.width) == (True, 100)
        wrong = tl.diagnose(eta, loss, curvature, width=70)
        assert (wrong.follows, wrong.width) == (False, 70)
        assert wrong.pair_width == pytest.approx(100, rel=1e-12)
        side = tl.diagnose(*theory(1.7, 1.0, 9, 0.7), output=1.0, target=0.7)
        assert (side.follows, side.output) == (True, 1.0)
        other = tl.diagnose(*theory(1.7, 1.0, 9, 0.7), output=0.4, target=0.7)
        assert other.follows is False

    def test_the_side_of_the_label_is_found(self):
        for output in (1.0, 0.4):
            log = tl.diagnose(*theory(1.7, output, 9, 0.7), target=0.7)
            assert log.follows is True
            assert log.output == pytest.approx(output, rel=1e-12)
            eta, loss, curvature = theory(2.6, output, 9, 0.7)
            first = tl.diagnose(eta, loss, curvature[0], target=0.7)
            assert first.output == pytest.approx(output, rel=1e-12)
            assert first.width == pytest.approx(9, rel=1e-12)

    def test_an_output_of_zero_at_the_start(self):
        log = tl.diagnose(*theory(1.2, 0.0, 5, 0.8, steps=200), output=0.0, target=0.8)
        assert log.follows is True
        assert log.pair_width == pytest.approx(5, rel=1e-9)

    def test_a_linearised_network_has_any_width_above_some(self):
        loss = 0.5 * 0.25 ** np.arange(21.0)
        log = tl.diagnose(1.0, loss, np.full(21, 0.5))
        assert log.follows is True
        assert log.width_range[1] == np.inf
        assert np.isnan(log.pair_width)
        assert said(log, f"widths from {log.width_range[0]:.3g} on follow it")

    @pytest.mark.parametrize("sharpness", [1.9, 2.5, 3.6])
    def test_a_deep_network_of_two_linear_layers_on_one_sample(self, sharpness):
        """Zhu et al., arXiv:2205.11787: its effective width is md/|x|²."""
        x = np.linspace(0.3, 2.0, 6)
        sample = tl.Samples(x[None], [0.4])
        net = tl.DeepNetwork.random([6, 50, 1], activation="linear", rng=2)
        eta = sharpness / net.curvature(sample)
        run = net.train(sample, eta, steps=80)
        log = tl.diagnose(eta, run.loss, run.curvature, target=0.4)
        assert log.follows is True
        assert log.width == pytest.approx(50 * 6 / (x @ x), rel=1e-7)
        assert log.output == pytest.approx(net(x[None])[0, 0], rel=1e-9)

    def test_balanced_layers_are_on_the_edge_of_cauchy_schwarz(self):
        u = np.linspace(0.2, 1.0, 12)
        net = tl.Network(u, u)
        run = net.train(2.4 / net.curvature, steps=200)
        eta = 2.4 / float(net.curvature)
        for width in (None, 12):
            assert tl.diagnose(eta, run.loss, run.curvature, width=width).follows is True
        for seed in range(10):
            u = np.random.default_rng(seed).standard_normal(12)
            run = tl.Network(u, -u).train(1.2 / (u @ u), steps=60)
            single = [column.astype(np.float32) for column in (run.loss, run.curvature)]
            assert tl.diagnose(1.2 / (u @ u), *single, width=12).phase == Phase.LAZY


class TestFamily:
    def test_it_is_all_widths_that_have_the_first_loss(self):
        eta, loss, curvature = theory(2.6, 0.3, 40)
        log = tl.diagnose(eta, loss, curvature)
        ends = tl.simulate(eta, 2.0, 0.3, np.geomspace(0.3**2 * 1.001, 1e10, 400), steps=100)
        peaks = ends.loss.max(axis=0)
        assert log.family_peak[0] <= peaks.min() * 1.01
        assert log.family_peak[1] >= peaks.max()
        assert log.family_sharpness[0] <= eta * ends.curvature[-1].min() + 0.01
        assert log.family_sharpness[1] == 2.6  # at infinite width

    def test_it_ends_where_the_log_does_and_has_its_unit(self):
        eta, loss, curvature = theory(2.6, 0.3, 40)
        cut = tl.diagnose(eta, loss[:31], curvature[:31])
        loss[31:], curvature[31:] = NAN, NAN
        log = tl.diagnose(eta, loss, curvature)
        np.testing.assert_allclose(log.family_peak, cut.family_peak, rtol=1e-9)
        np.testing.assert_allclose(log.family_sharpness, cut.family_sharpness, rtol=1e-9)
        double = tl.diagnose(eta / 2, 2 * loss, 2 * curvature, loss_name="mse")
        np.testing.assert_allclose(double.family_peak, 2 * log.family_peak, rtol=1e-9)
        assert double.peak_loss == pytest.approx(2 * log.peak_loss, rel=1e-12)

    @pytest.mark.parametrize("sharpness", [0.5, 2.2])
    def test_the_widths_that_follow_end_where_runs_leave(self, sharpness):
        eta, loss, curvature = theory(sharpness, 0.8, 140)
        low, high = tl.diagnose(eta, loss, curvature).width_range
        edges = {low * 0.999: False, low * 1.001: True, high * 0.999: True, high * 1.001: False}
        for width, follows in edges.items():
            assert tl.diagnose(eta, loss, curvature, width=width).follows is follows

    def test_no_start_peaks_so_high_and_the_range_says_so(self):
        eta, loss, curvature = theory(0.8, 0.3, 40)
        loss[3] = 5.0
        log = tl.diagnose(eta, loss, curvature)
        assert log.follows is False
        assert log.family_peak[1] < log.peak_loss
        assert np.isnan(log.width_range).all()

    def test_a_width_too_small_for_the_loss(self):
        eta, loss, curvature = theory(1.0, 0.5, 40)  # |f| = 0.5 needs a width of at least 1/4
        assert tl.diagnose(eta, loss, curvature, width=0.2500001).width == 0.2500001
        with pytest.raises(ValueError, match=r"output of the first loss.*Cauchy-Schwarz"):
            tl.diagnose(eta, loss, curvature, width=0.2499)
        with pytest.raises(ValueError, match=r"^output\[0\] = 0.5 must be .*Cauchy-Schwarz"):
            tl.diagnose(eta, loss, curvature, 0.5, width=0.2499)


class TestOthers:
    @pytest.mark.parametrize("sharpness", [0.8, 2.5, 3.7, 4.5])
    def test_what_is_not_the_theory_does_not_follow(self, sharpness):
        eta, loss, curvature = log_of(sharpness)
        rng = np.random.default_rng(1)
        noise = np.exp(0.1 * rng.standard_normal(loss.size))
        for other in (
            (eta, loss * noise, curvature),
            (eta, loss, 1.5 * curvature),
            (eta, loss, curvature / 1.5),
            (1.05 * eta, loss, curvature),
            (eta, loss[::2], curvature[::2]),
        ):
            log = tl.diagnose(*other)
            assert log.follows is False
            assert max(log.loss_gap, log.sharpness_gap) > 0.02
            assert log.leaves_step <= log.known_steps

    def test_curvature_that_moves_within_the_tolerance_but_otherwise(self):
        eta, loss, curvature = log_of(0.8)
        log = tl.diagnose(eta, loss, curvature[::-1])
        assert log.follows is True
        assert "the steps agree on no width" in str(log)
        assert "agree on no width" not in str(tl.diagnose(eta, loss, curvature))

    def test_runs_that_are_spliced(self):
        eta, loss, curvature = log_of(2.5)
        _, other, flat = log_of(0.5, seed=1)
        log = tl.diagnose(eta, np.append(loss[:9], other), np.append(curvature[:9], flat))
        assert (log.follows, log.leaves_step) == (False, 9)
        assert said(log, "up to step 8 and leaves it at once")

    def test_a_schedule_is_refused_or_suspected(self):
        eta, loss, curvature = theory(0.2, steps=10)
        run = tl.simulate(4 * eta, curvature[-1], np.sqrt(2 * loss[-1]), 40, steps=30)
        warm = np.append(loss[:-1], run.loss), np.append(curvature[:-1], run.curvature)
        log = tl.diagnose(eta, *warm)
        assert (log.follows, log.leaves_step) == (False, 11)
        assert said(log, "a schedule")
        drift = tl.diagnose(*log_of(0.8), width=70)
        assert drift.leaves_step > 3
        assert not said(drift, "a schedule")
        with pytest.raises(ValueError, match=r"eta = \(41,\) must be \(\): one constant rate"):
            tl.diagnose(np.full(41, eta), *warm)

    @pytest.mark.parametrize("beta", [0.5, 0.9])
    def test_momentum(self, beta):
        rng = np.random.default_rng(3)
        (u, v), before, rows = rng.standard_normal((2, 50)), (0.0, 0.0), []
        eta = 0.6 * 50 / (u @ u + v @ v)
        for _ in range(80):
            f = u @ v / np.sqrt(50)
            rows.append((f * f / 2, (u @ u + v @ v) / 50))
            push = beta * before[0] - eta * f * v / np.sqrt(50)
            pull = beta * before[1] - eta * f * u / np.sqrt(50)
            u, v, before = u + push, v + pull, (push, pull)
        log = tl.diagnose(eta, *np.array(rows).T)
        assert log.follows is False
        assert log.width_spread > 0.1
        assert said(log, "momentum")

    @pytest.mark.parametrize("sharpness", [0.6, 3.5, 6.0, 40.0])
    def test_a_deep_network_is_another(self, sharpness):
        rng = np.random.default_rng(0)
        X = rng.standard_normal((12, 4))
        samples = tl.Samples(X, np.sign(X[:, 0]))
        net = tl.DeepNetwork.random([4, 48, 48, 1], scale=2**0.5, rng=1)
        eta = sharpness / net.curvature(samples)
        run = net.train(samples, eta, steps=60)
        log = tl.diagnose(eta, run.loss, run.curvature)
        assert log.follows is False
        assert log.width_spread > 0.2
        risen = Phase.CATAPULT if run.loss.max() > run.loss[0] else Phase.LAZY
        assert log.phase == {40.0: Phase.DIVERGENT}.get(sharpness, risen)
        assert log.peak_loss == run.loss.max()
        if sharpness == 6.0:  # where every two-layer run diverges
            assert log.phase_theory == Phase.DIVERGENT
            assert log.family_peak[0] > log.peak_loss

    def test_small_batches_are_suspected_and_counted(self):
        eta, loss, curvature = log_of(0.5, steps=40)
        loss = loss[0] * np.exp(-0.1 * np.arange(41.0))
        loss[7], loss[20] = 2 * loss[6], 2 * loss[19]
        log = tl.diagnose(eta, loss, curvature)
        assert said(log, "rose at 2 of 40 steps at which ηλ was below 2")
        assert said(log, "mini-batches")
        assert said(log, "which the model never does")
        labelled = tl.diagnose(eta, loss, curvature, target=0.1)
        assert said(labelled, "which the model seldom does")
        blind = tl.diagnose(eta, loss)
        assert said(blind, "turned upwards 2 times")

    def test_rises_above_two_over_eta_are_no_noise(self):
        eta, loss, curvature = log_of(2.5)
        loss[12] = 2 * loss[11]
        log = tl.diagnose(eta, loss, curvature)
        under = np.count_nonzero(eta * curvature[:-1] < 2)
        assert said(log, f"rose at 1 of {under} steps at which ηλ was below 2")

    def test_a_rise_after_a_first_fall_is_no_contradiction(self):
        """The closed form says LAZY of some starts whose loss rises after the first step."""
        s = np.linspace(1.42, 1.94, 400)
        run = tl.simulate(1.95, 2.0, s / 1.95, 1, steps=300)
        late = np.flatnonzero(
            (tl.phase(1.95, 2.0, s / 1.95, 1) == Phase.LAZY)
            & (run.loss.max(axis=0) > 1.1 * run.loss[0])
            & (run.loss[-1] < run.loss[0])
        )
        assert late.size
        start = s[late[0]] / 1.95
        loss = run.loss[:, late[0]] * np.where(np.arange(301) == 1, 1.05, 1)
        log = tl.diagnose(1.95, loss, run.curvature[:, late[0]], start, 1)
        assert (log.phase, log.phase_theory, log.follows) == (Phase.CATAPULT, Phase.LAZY, False)

    def test_a_floor_is_said(self):
        eta, loss, curvature = log_of(0.5, steps=60)
        log = tl.diagnose(eta, loss + 1e-3 * loss[0], curvature)
        assert log.follows is False
        assert said(log, "stays near 0.00011 at the end: a floor")
        assert not said(tl.diagnose(*log_of(0.02, steps=60)), "stays near")

    def test_a_network_that_collapses(self):
        log = tl.diagnose(1.0, [1.0, 3.0, 0.5, 0.5, 0.5, 0.5], [8.0, 3.0, 0.0, 0.0, 0.0, 0.0])
        assert log.phase == Phase.UNDECIDED
        assert said(log, "collapsed")


class TestWhatIsMissing:
    @pytest.mark.parametrize("sharpness", [0.8, 2.5, 3.7])
    def test_curvature_at_every_fifth_step(self, sharpness):
        eta, loss, curvature = log_of(sharpness)
        some = np.where(np.arange(101) % 5, NAN, curvature)
        log = tl.diagnose(eta, loss, some)
        assert log.follows is True
        assert log.looks == 21
        assert log.width == pytest.approx(100, rel=1e-6)
        assert np.isnan(log.implied_width).all()
        assert said(log, "at 21 of 101 steps")
        assert tl.diagnose(eta, loss, np.where(np.arange(101), 1.1, 1) * some).follows is False

    def test_two_looks_are_too_few_to_confirm_and_enough_to_contradict(self):
        eta, loss, curvature = log_of(2.5)
        two = np.full(101, NAN)
        two[[0, 4, 9]] = curvature[[0, 4, 9]]
        log = tl.diagnose(eta, loss, two)
        assert log.follows is None
        assert said(log, "too few to confirm")
        two[9] *= 1.1
        assert tl.diagnose(eta, loss, two).follows is False
        two[[9, 14]] = curvature[[9, 14]]
        assert tl.diagnose(eta, loss, two).follows is True

    def test_one_number(self):
        eta, loss, curvature = log_of(2.5)
        log = tl.diagnose(eta, loss, curvature[0])
        assert log.follows is None
        assert log.loss_gap < 1e-9
        assert log.width == pytest.approx(100, rel=1e-9)
        assert (log.sharpness_start, log.looks) == (pytest.approx(2.5), 1)
        assert said(log, "at 1 of 101 steps, too few to confirm")
        assert tl.diagnose(eta, loss, 1.2 * curvature[0]).follows is False

    def test_no_curvature(self):
        eta, loss, _ = log_of(2.5)
        log = tl.diagnose(eta, loss)
        assert (log.phase, log.follows, log.theory) == (Phase.CATAPULT, None, None)
        assert np.isnan([log.sharpness_start, log.sharpness_end, log.pair_width]).all()
        assert (log.looks, log.step_under_two, log.last_look) == (0, None, None)
        assert said(log, "Without a curvature")

    def test_curvature_that_begins_late_gives_the_width_without_a_label(self):
        eta, loss, curvature = log_of(2.5)
        curvature[0] = NAN
        log = tl.diagnose(eta, loss, curvature)
        assert (log.follows, log.theory) == (None, None)
        assert log.pair_width == pytest.approx(100, rel=1e-12)
        assert said(log, "Without a curvature before the first step")
        eta, loss, curvature = theory(1.7, 1.0, 9, 0.7)
        curvature[0] = NAN
        assert np.isnan(tl.diagnose(eta, loss, curvature, target=0.7).pair_width)

    def test_outputs_tell_the_side_of_every_step(self):
        run = tl.simulate(0.85, 2.0, 1.0, 9, 0.7, 100)
        other = tl.simulate(0.85, 1.5, 0.3, 9, 0.7, 100)
        joined = [
            np.append(getattr(run, name)[:6], getattr(other, name)[:6])
            for name in ("loss", "curvature", "output")
        ]
        widths = tl.diagnose(0.85, *joined, target=0.7).implied_width
        np.testing.assert_allclose(np.delete(widths, 5), 9, rtol=1e-9)
        lam = np.where(np.arange(101), run.curvature, NAN)
        log = tl.diagnose(0.85, run.loss, lam, run.output, target=0.7)
        assert log.pair_width == pytest.approx(9, rel=1e-9)

    def test_nan_at_the_end(self):
        eta, loss, curvature = log_of(4.5)
        gone = np.flatnonzero(np.isinf(loss))
        cut = gone[0] - 3
        loss[cut:], curvature[cut:] = NAN, NAN
        log = tl.diagnose(eta, loss, curvature)
        assert log.phase == Phase.DIVERGENT
        assert log.peak_loss == np.inf
        assert said(log, "taken as divergence")
        eta, loss, curvature = log_of(2.5)
        loss[60:], curvature[60:] = NAN, NAN
        log = tl.diagnose(eta, loss, curvature)
        assert (log.phase, log.follows, log.steps) == (Phase.CATAPULT, True, 59)
        assert said(log, "to end at step 59")
        assert log.theory.loss.shape == (101,)

    def test_a_log_of_few_steps(self):
        eta, loss, curvature = log_of(2.5)
        assert tl.diagnose(eta, loss[:5], curvature[:5]).follows is None
        assert said(tl.diagnose(eta, loss[:5], curvature[:5]), "4 steps cannot confirm")
        assert tl.diagnose(eta, loss[:6], curvature[:6]).follows is True

    def test_an_output_that_is_not_that_of_the_loss(self):
        eta, loss, curvature = theory(1.2, steps=60)
        log = tl.diagnose(eta, 2 * loss, curvature, 0.3)
        assert log.follows is False
        assert said(log, "At step 0 output and label do not give the loss, but 0.5 times it")
        outputs = tl.simulate(0.6, 2.0, 0.3, 40, steps=60).output.copy()
        assert not said(tl.diagnose(eta, loss, curvature, outputs), "do not give the loss")
        outputs[4] *= 2
        assert said(tl.diagnose(eta, loss, curvature, outputs), "At step 4 output and label")

    @pytest.mark.parametrize(("sharpness", "seed"), [(0.6, 0), (2.5, 1), (6.0, 1)])
    def test_a_log_that_is_cut_is_not_given_the_opposite_verdict_in_silence(self, sharpness, seed):
        """Of a schedule: up to the change it follows."""
        eta, loss, curvature = log_of(sharpness, seed=seed, steps=12)
        rest = log_of(0.5, seed=5, steps=60)
        whole = np.append(loss, rest[1]), np.append(curvature, rest[2])
        for size in range(2, 40):
            log = tl.diagnose(eta, *(column[:size] for column in whole))
            if log.follows:
                assert size <= 13
                assert log.phase == Phase.DIVERGENT or log.notes
            if size > 14:
                assert log.follows is False

    def test_of_a_log_that_follows_no_beginning_does_not(self):
        eta, loss, curvature = log_of(3.3, 20)
        for size in range(2, 60):
            log = tl.diagnose(eta, loss[:size], curvature[:size])
            assert log.follows is not False
            assert log.follows or size < 6
            if log.phase.converges and loss[size - 1] > 1e-8 * loss[0]:
                assert said(log, "what would come later")


class TestWhatIsShown:
    def test_of_a_run_known_by_heart(self):
        loss = [1.0, 2.0, 4.0, 0.5, 0.1]
        log = tl.diagnose(0.5, loss, [5.0, 4.5, 3.0, 4.2, 2.0])
        assert (log.phase, log.peak_loss, log.peak_step) == (Phase.CATAPULT, 4.0, 2)
        assert (log.sharpness_start, log.sharpness_end) == (2.5, 1.0)
        assert (log.looks, log.looks_under_two, log.step_under_two) == (5, 2, 4)
        log = tl.diagnose(0.5, loss, [5.0, NAN, 3.0, 3.5, NAN])
        assert (log.looks, log.looks_under_two, log.step_under_two) == (3, 2, 2)
        assert log.sharpness_end == 1.75
        log = tl.diagnose(0.5, loss, [5.0, 3.0, 3.0, 3.5, 4.0])  # 2 itself is not below
        assert (log.looks_under_two, log.step_under_two) == (3, None)

    @pytest.mark.parametrize("target", [0.0, 0.7])
    @pytest.mark.parametrize("sharpness", [0.8, 2.5, 4.5])
    @pytest.mark.parametrize("c", [1e-3, 7.0])
    def test_units_do_not_matter(self, sharpness, target, c):
        run = tl.simulate(sharpness / 2, 2.0, 0.3, 40, target, 80)
        one = tl.diagnose(sharpness / 2, run.loss, run.curvature, run.output, target=target)
        two = tl.diagnose(
            c * sharpness / 2, run.loss / c**2, run.curvature / c, run.output / c, None, target / c
        )
        for name in ("phase", "phase_theory", "follows", "peak_step", "step_under_two", "steps"):
            assert getattr(one, name) == getattr(two, name)
        for name in ("sharpness_start", "sharpness_end", "pair_width", "family_sharpness"):
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=1e-9)
        assert two.output * c == pytest.approx(one.output, rel=1e-12)
        if one.phase != Phase.DIVERGENT:
            assert two.peak_loss * c**2 == pytest.approx(one.peak_loss, rel=1e-12)

    def test_the_width_of_every_step(self):
        """As the paper's recursion has it: x' − x = s²(x − 4) with s² = 2η²L/n."""
        eta, loss, curvature = log_of(2.9, 30, steps=40)
        log = tl.diagnose(eta, loss, curvature)
        assert log.implied_width.shape == (40,)
        known = np.isfinite(log.implied_width)
        x, square = eta * curvature, 2 * eta**2 * loss
        expected = (square[:-1] * (x[:-1] - 4) / np.diff(x))[known]
        rounding = 8 * 2.0**-52 * (x[:-1] / np.abs(np.diff(x)))[known]
        assert (np.abs(log.implied_width[known] / expected - 1) < rounding).all()
        early = known & (loss[:-1] > 1e-2)
        assert early.sum() >= 3
        np.testing.assert_allclose(log.implied_width[early], 30, rtol=1e-9)

    def test_rounding_tells_no_width(self):
        eta, loss, curvature = log_of(2.9, 30, steps=100)
        assert np.isnan(tl.diagnose(eta, loss, curvature).implied_width[-9:]).all()
        curvature[-3:] *= 1 + 2.0**-51 * np.array([1, -1, 1])
        assert np.isnan(tl.diagnose(eta, loss, curvature).implied_width[-2:]).all()

    def test_a_width_that_is_not_constant_shows_in_the_spread(self):
        log = tl.diagnose(*theory(2.9, 0.3, 30))
        run = tl.simulate(1.45, 2.0, 0.3, 30, steps=100)
        bent = run.curvature - 0.05 * (run.curvature[0] - run.curvature) ** 2
        assert log.width_spread < 1e-9
        assert 0.01 < tl.diagnose(1.45, run.loss, bent).width_spread < 1

    def test_the_report_says_it_in_a_few_lines(self):
        text = str(tl.diagnose(*log_of(2.5)))
        assert text.startswith("CATAPULT in 100 steps; largest loss 4.755 at step 6\nηλ 2.5 at")
        assert "from step 7 to the end of the log" in text
        assert "follows it; closest from output 0.4689 and width 100, which is CATAPULT" in text
        assert len(text.splitlines()) == 6
        eta, loss, curvature = log_of(2.5)
        assert "does not follow it" in str(tl.diagnose(eta, loss, 1.5 * curvature))
        blind = str(tl.diagnose(eta, loss))
        assert "step 6\n- Without a curvature" in blind
        few = str(tl.diagnose(eta, loss[:4], curvature[:4]))
        assert "no verdict; closest from" in few

    def test_every_field_is_described_and_none_can_be_changed(self):
        names = [field.name for field in dataclasses.fields(Diagnosis)]
        rows = re.findall(r"^ {4}(\w[\w, ]*) : ", Diagnosis.__doc__, re.MULTILINE)
        assert sorted(", ".join(rows).split(", ")) == sorted(names)
        log = tl.diagnose(1.0, [1.0, 0.5])
        for name in names:
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(log, name, 0)


GOOD = {"eta": 0.5, "loss": [0.5, 0.3, 0.2], "curvature": [2.0, 2.0, 2.0]}


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"loss": [0.5]}, r"shape of loss = \(1,\) must be"),
        ({"loss": []}, r"shape of loss = \(0,\) must be"),
        ({"loss": 0.5}, r"shape of loss = \(\) must be"),
        ({"loss": [[0.5, 0.3, 0.2]]}, r"shape of loss = \(1, 3\) must be"),
        ({"loss": [0.5, -0.1, 0.2]}, r"loss\[1\] = -0.1 must be a number of at least 0"),
        ({"loss": [0.5, NAN, 0.2]}, r"loss\[1\] = nan must be .*at the end"),
        ({"loss": [0.5, NAN, NAN]}, r"loss\[1\] = nan must be .*after a step"),
        ({"loss": [NAN, 0.3, 0.2]}, r"loss\[0\] = nan"),
        ({"loss": [0.0, 0.3, 0.2]}, r"loss\[0\] = 0.0 must be positive"),
        ({"loss": [np.inf, 0.3, 0.2]}, r"loss\[0\] = inf must be positive and finite"),
        ({"loss": [0.5, 0.3]}, r"shape of curvature = \(3,\) must be that of loss, \(2,\)"),
        ({"curvature": [2.0]}, r"shape of curvature = \(1,\) must be that of loss, \(3,\)"),
        ({"curvature": [2.0, -1.0, 1.0]}, r"curvature\[1\] = -1.0 must be positive"),
        ({"curvature": [0.0, 1.0, 1.0]}, r"curvature\[0\] = 0.0 must be positive"),
        ({"curvature": [2.0, np.inf, 1.0]}, r"curvature\[1\] = inf must be positive and finite"),
        ({"curvature": 0.0}, r"curvature = 0.0 must be positive"),
        ({"curvature": NAN}, r"curvature = nan must be positive"),
        ({"output": [1.0, 0.5]}, r"shape of output = \(2,\) must be that of loss"),
        ({"output": [NAN, 0.5, 0.5]}, r"output\[0\] = nan must be finite"),
        ({"output": [1.0, np.inf, 0.5]}, r"output\[1\] = inf must be finite"),
        ({"output": np.inf}, r"output = inf must be finite"),
        ({"output": 10.0, "width": 4}, r"output\[0\] = 10.0 must be .*Cauchy-Schwarz"),
        ({"output": 10.0, "width": 4, "target": 9.0}, r"output\[0\] = 10.0 .*Cauchy-Schwarz"),
        ({"width": 0}, r"width = 0.0 must be positive"),
        ({"width": -2.0}, r"width = -2.0 must be positive"),
        ({"width": [3, 4]}, r"width = \[3, 4\] must be a single number"),
        ({"target": [0.0, 1.0, 1.0]}, r"target = .* must be a single number"),
        ({"target": NAN}, r"target = nan must be finite"),
        ({"eta": 0.0}, r"eta = 0.0 must be positive"),
        ({"eta": [0.5, 0.5, 0.5]}, r"shape of eta = \(3,\) must be \(\): one constant rate"),
        ({"loss_name": "huber"}, r"loss_name = 'huber' must be one of half-mean"),
        ({"loss_name": None}, r"loss_name = None must be one of half-mean"),
    ],
)
def test_bad_input_is_named_in_one_line(given, match):
    with pytest.raises(ValueError, match=match) as error:
        tl.diagnose(**GOOD | given)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", ["float32", "bfloat16"])
def test_tensors_of_torch(kind):
    torch = pytest.importorskip("torch")
    eta, loss, curvature = log_of(2.5)
    given = [
        torch.tensor(column, dtype=getattr(torch, kind), requires_grad=True)
        for column in (loss, curvature)
    ]
    log = tl.diagnose(eta, *given)
    assert log.phase == Phase.CATAPULT
    if kind == "float32":
        assert (log.follows, round(log.width, 2)) == (True, 100.0)
    else:
        assert log.follows is not True


@pytest.mark.parametrize("unit", [1e-300, 1e300])
def test_numbers_at_the_ends_of_float64(unit):
    for curvature in (unit, 1.0):
        log = tl.diagnose(1.0, unit * np.array([1.0, 0.5, 0.1]), np.full(3, curvature))
        assert log.phase == Phase.LAZY
        assert log.follows is False
        assert str(log)


def test_nothing_that_is_given_is_changed():
    eta, loss, curvature = log_of(4.5, steps=20)
    loss[9:] = NAN
    copies = loss.copy(), curvature.copy()
    tl.diagnose(eta, loss, curvature)
    np.testing.assert_array_equal(loss, copies[0])
    np.testing.assert_array_equal(curvature, copies[1])
