"""The recursion: against trained weights, in exact rationals, its invariants, how runs end, and how
far to trust that."""

import tracemalloc
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import twolayer as tl
from tests.helpers import (
    FIELDS,
    Cell,
    cells,
    descend,
    errs_by_its_twin,
    final_curvature,
    fractions,
    from_scaled,
    in_rows,
    measure,
    only,
    random_cells,
    same_in_units,
)
from twolayer import Phase, Trajectory, _derived, recursion, watch
from twolayer.recursion import outcome, simulate

EPS = np.finfo(float).eps


def same(one, two, index=...):
    """The same bits in every field."""
    for name in FIELDS:
        np.testing.assert_array_equal(
            np.asarray(getattr(one, name))[index], getattr(two, name), strict=False, err_msg=name
        )


def coordinates(cell, run):
    """x, r, s, τ along a trajectory."""
    unit = cell.eta / np.sqrt(cell.width)
    return (
        cell.eta * run.curvature,
        unit * (run.output - cell.target),
        unit * run.output,
        unit * cell.target,
    )


# Against weights


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("root", [1, 2, 3, 5])
def test_recursion_equals_training_exactly(seed, root):
    """Weights, rate and label are rationals and the width is a square: one step after the other
    agrees to the last digit."""
    rng = np.random.default_rng([seed, root])
    u, v = fractions(rng, root**2), fractions(rng, root**2)
    eta, target = Fraction(int(rng.integers(1, 30)), 16), Fraction(int(rng.integers(-30, 30)), 16)
    f, curvature = measure(u, v, root)
    g, sharp = f, curvature
    for _ in range(5):
        u, v = descend(u, v, eta, target, root)
        f, curvature = measure(u, v, root)
        sharp, g = _derived.step(eta, sharp, g, _derived.gain(eta, Fraction(root**2)), target)
        assert (g, sharp) == (f, curvature)


@pytest.mark.parametrize("seed", range(5))
def test_recursion_at_label_zero_equals_training_exactly(seed):
    rng = np.random.default_rng([seed, 99])
    u, v, eta = fractions(rng, 4), fractions(rng, 4), Fraction(int(rng.integers(1, 30)), 16)
    g, sharp = measure(u, v, 2)
    for _ in range(5):
        u, v = descend(u, v, eta, 0, 2)
        sharp, g = _derived.step_zero_target(eta, sharp, g, _derived.gain(eta, Fraction(4)))
        assert (g, sharp) == measure(u, v, 2)


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_simulate_is_what_training_does(seed, label):
    """Random widths, labels and rates in every phase; a random step multiplies rounding by at most
    ten."""
    rng = np.random.default_rng([seed, 7])
    for width in rng.choice(200, 8, replace=False) + 1:
        net = tl.Network.random(int(width), size=6, rng=rng)
        eta = rng.uniform(0.1, 1.05, 6) * 4 / net.curvature
        target = label * rng.normal(size=6)
        ran, said = net.train(eta, 12, target), simulate(eta, *net.start, target, steps=12)
        grown = 10.0 ** np.arange(13)[:, None] * 1e-15 * np.sqrt(width)
        tame = np.maximum.accumulate(np.abs(said.output)) < 100 * np.sqrt(width)
        assert tame.mean() > 0.5
        for name in ("output", "curvature", "loss"):
            a, b = getattr(ran, name), getattr(said, name)
            scale = np.maximum.accumulate(np.abs(b)) + 1
            assert (np.abs(a[tame] - b[tame]) <= (10 * grown * scale)[tame]).all(), name


@given(cell=cells(largest_x=4.0, largest_tau=1.0))
def test_simulate_is_the_exact_recursion(cell):
    f, curvature = Fraction(float(cell.output)), Fraction(float(cell.curvature))
    eta, y = Fraction(cell.eta), Fraction(float(cell.target))
    run = simulate(*cell, steps=5)
    for t in range(6):
        size = (
            abs(float(run.output[: t + 1].max()))
            + abs(float(run.output[: t + 1].min()))
            + abs(cell.target)
        )
        np.testing.assert_allclose(
            run.output[t], float(f), rtol=0, atol=4.0**t * 100 * EPS * size, equal_nan=False
        )
        np.testing.assert_allclose(
            run.curvature[t],
            float(curvature),
            rtol=0,
            atol=4.0**t * 100 * EPS * run.curvature[: t + 1].max(),
        )
        np.testing.assert_allclose(
            run.loss[t], (run.output[t] - cell.target) ** 2 / 2, rtol=2 * EPS, atol=0
        )
        push, g = eta * (f - y) / Fraction(float(cell.width)), f - y
        f, curvature = (
            y + g * (1 - eta * curvature + eta * f * push),
            curvature + push * (eta * curvature * g - 4 * f),
        )


# Laws


@given(cell=cells(), power=st.integers(-10, 10))
def test_the_unit_of_the_learning_rate_drops_out(cell, power):
    unit = 2.0**power
    here, there = simulate(*cell, steps=8), simulate(*cell.scaled(unit), steps=8)
    same_in_units(here, there, unit)


@given(cell=cells())
def test_the_sign_of_the_output_drops_out(cell):
    here, there = simulate(*cell, steps=8), simulate(*cell.mirrored(), steps=8)
    np.testing.assert_array_equal(
        np.where(np.isfinite(here.output), -there.output, np.inf), here.output
    )
    np.testing.assert_array_equal(there.curvature, here.curvature)
    np.testing.assert_array_equal(there.loss, here.loss)
    same(outcome(*cell, max_steps=50), outcome(*cell.mirrored(), max_steps=50))


@given(cell=cells(largest_x=4.0), first=st.integers(0, 6), then=st.integers(0, 6))
def test_runs_compose(cell, first, then):
    whole, half = simulate(*cell, steps=first + then), simulate(*cell, steps=first)
    f, curvature = half.output[-1], half.curvature[-1]
    assume(
        np.isfinite(f) and curvature > 0 and abs(f) <= np.sqrt(float(cell.width)) * curvature / 2
    )
    rest = simulate(cell.eta, curvature, f, cell.width, cell.target, steps=then)
    for name in ("output", "curvature", "loss"):
        np.testing.assert_array_equal(getattr(whole, name)[first:], getattr(rest, name))


@given(cell=cells())
def test_minima_stand_still(cell):
    here = cell._replace(target=cell.output)
    run = simulate(*here, steps=4)
    assert (run.output == cell.output).all()
    assert (run.curvature == cell.curvature).all()
    assert (run.loss == 0).all()
    end = outcome(*here, max_steps=20)
    flat = cell.eta * cell.curvature < 2
    assert (end.phase, end.steps) == (Phase.LAZY if flat else Phase.UNDECIDED, 0)
    assert (end.curvature, end.curvature_error) == (cell.eta * cell.curvature / cell.eta, 0)
    assert end.peak_loss == 0


@given(cell=cells(largest_x=4.5))
def test_three_coordinates_are_multiplied(cell):
    """P' = P(1 − r)², Q' = Q(1 + r)², V' = V(1 + rs), and P + Q + V = 4 + τr."""
    run = simulate(*cell, steps=3)
    with np.errstate(all="ignore"):
        x, r, s, tau = coordinates(cell, run)
        p, q, v = x / 2 + s, x / 2 - s, 4 + tau * r - x
        size = np.maximum.accumulate(np.abs(x) + np.abs(r * tau) + 4) * (1 + np.abs(r)) ** 3
    for t in range(3):
        if size[t] < 1e6:
            for before, factor, after in (
                (p, (1 - r) ** 2, p),
                (q, (1 + r) ** 2, q),
                (v, 1 + r * s, v),
            ):
                np.testing.assert_allclose(
                    after[t + 1],
                    before[t] * factor[t],
                    rtol=0,
                    atol=100 * EPS * size[t],
                    equal_nan=False,
                )


def test_the_difference_of_the_weights_squares():
    """|u|² − |v|² is multiplied by 1 − r², on weights; the recursion does not need it."""
    rng = np.random.default_rng(2)
    u, v = fractions(rng, 9), fractions(rng, 9)
    eta, y = Fraction(3, 8), Fraction(1, 5)
    for _ in range(4):
        r2 = (eta * (measure(u, v, 3)[0] - y)) ** 2 / 9
        before = (u * u).sum() - (v * v).sum()
        u, v = descend(u, v, eta, y, 3)
        assert (u * u).sum() - (v * v).sum() == before * (1 - r2)


def test_the_invariant_keeps_its_sign():
    rng = np.random.default_rng(4)
    cell = random_cells(rng, 5000, x=(0.05, 6), tau=1.9)
    with np.errstate(all="ignore"):
        x, r, _, tau = coordinates(cell, simulate(*cell, steps=30))
        v = 4 + tau * r - x
        known = np.isfinite(v) & (np.abs(v) > 1e-9 * (np.abs(x) + np.abs(tau * r)))
    known = np.logical_and.accumulate(known, axis=0)
    assert (np.sign(v) == np.sign(v[0]))[known].all()
    assert (v[0] > 0).mean() > 0.2
    assert (v[0] < 0).mean() > 0.2
    np.testing.assert_array_equal(tl.triangle(*cell)[2] > 0, v[0] > 0)


@pytest.mark.parametrize("tau", [0.0, 0.6])
def test_sum_rule(tau):
    """The product of 1 + rs over a run is V at its end over V at its start."""
    cell = random_cells(np.random.default_rng(5), 500, x=(0.3, 3.7), tau=tau)
    cell = only(cell, tl.phase(*cell) <= Phase.CATAPULT)
    x, r, s, t = coordinates(cell, simulate(*cell, steps=400))
    v = 4 + t * r - x
    np.testing.assert_allclose(
        np.prod(1 + (r * s)[:-1], axis=0), v[-1] / v[0], rtol=1e-9, atol=0, equal_nan=False
    )


def test_the_number_of_large_losses_is_bounded():
    """Label 0: at most ln(4/V₀)/ln(1 + 2η²L/n) steps have a loss of L or more."""
    cell = random_cells(np.random.default_rng(6), 2000, x=(0.1, 3.99))
    run = simulate(*cell, steps=300)
    v = 4 - cell.eta * cell.curvature
    for level in (0.01, 0.1, 1.0):
        loss = level * cell.width / cell.eta**2
        assert ((run.loss >= loss).sum(0) <= np.log(4 / v) / np.log1p(2 * level)).all()


@pytest.mark.parametrize("sign", [-1, 1])
def test_lyapunov_function_grows(sign):
    """0 < τ < 2, V > 0: V·Q^(−τ/2) increases at every step with r ≠ 0; with τ < 0 it is P."""
    cell = random_cells(np.random.default_rng(8), 3000, x=(0.1, 4.0), tau=1.9)
    cell = cell._replace(target=sign * np.abs(cell.target))
    cell = only(cell, (tl.triangle(*cell)[2] > 0.01) & (np.abs(cell.target) > 0))
    x, r, s, tau = coordinates(cell, simulate(*cell, steps=6))
    v, side = 4 + tau * r - x, x / 2 - sign * s
    clear = np.logical_and.accumulate((side > 1e-6) & (v > 1e-6) & (np.abs(r) > 1e-3), axis=0)
    with np.errstate(invalid="ignore"):
        height = np.log(v) - np.abs(tau) / 2 * np.log(side)
    clear = clear[1:] & clear[:-1]
    assert clear.sum() > 3000
    assert (np.diff(height, axis=0)[clear] > 0).all()


@pytest.mark.parametrize("tau", [0.0, 0.7, -1.3])
def test_the_divergence_boundary_is_the_chebyshev_map(tau):
    """V = 0: r_t = 2cos(3ᵗθ), for every label; the slope of the map is at most 9."""
    theta = np.linspace(0.1, 3.0, 50)
    r = 2 * np.cos(theta)
    cell = Cell(1.0, 4 + tau * r, r + tau, 1, tau)
    cell = cell._replace(output=np.clip(cell.output, -cell.curvature / 2, cell.curvature / 2))
    run = simulate(*cell, steps=8)
    t = np.arange(9)[:, None]
    np.testing.assert_allclose(
        run.output - tau, 2 * np.cos(3.0**t * theta), rtol=0, atol=1e-15 * 9.0**8, equal_nan=False
    )


def test_lazy_curvature_to_first_order():
    """λ_∞ = λ₀ − f₀²(4 − ηλ₀)/(nλ₀(2 − ηλ₀)) + O(n⁻²): the order first, then the limit."""
    n, lam, f = 10.0 ** np.arange(3, 6), 1.3, 0.9
    for eta in (0.3, 1.0, 1.4):
        change = n * (outcome(eta, lam, f, n).curvature - lam)
        limit = -(f**2) * (4 - eta * lam) / (lam * (2 - eta * lam))
        error = change - limit
        np.testing.assert_allclose(error[:-1] / error[1:], 10, rtol=0.2, atol=0, equal_nan=False)
        assert abs(error[-1]) < 1e-3 * abs(limit)


def test_mirror_law_above_eta_crit():
    """ηλ_∞ ≈ 2 − √((ηλ₀ − 2)² + 2s₀²) with an error below ρ², on both sides of the transition."""
    x, s = np.meshgrid(2 + np.array([-1e-2, -1e-3, 0, 1e-3, 1e-2, 0.1]), [1e-3, 1e-2, 0.05])
    end = outcome(1.0, x, s, 1, max_steps=60_000)
    assert (end.phase <= Phase.CATAPULT).all()
    rho = np.sqrt((x - 2) ** 2 + 2 * s**2)
    assert (np.abs(end.curvature - (2 - rho)) < rho**2).all()


# Infinite width


@pytest.mark.parametrize("x", [0.5, 1.0, 1.9, 2.0, 3.0, 4.5])
def test_infinite_width_is_the_linearised_model(x):
    run = simulate(0.5, 2 * x, 3.0, np.inf, 0.4, steps=40)
    assert (run.curvature == 2 * x).all()
    np.testing.assert_allclose(
        run.output, 0.4 + 2.6 * (1 - x) ** np.arange(41), rtol=1e-13, atol=0, equal_nan=False
    )
    np.testing.assert_allclose(
        np.sqrt(2 * run.loss),
        2.6 * np.abs(1 - x) ** np.arange(41),
        rtol=1e-13,
        atol=2 * EPS,
        equal_nan=False,
    )


@pytest.mark.parametrize("target", [0.0, 0.4])
def test_finite_width_tends_to_the_linearised_model(target):
    """The error is of order 1/n; then the limit."""
    n = 10.0 ** np.arange(3, 8)
    run, limit = (simulate(1.5, 1.8, 1.0, width, target, steps=4) for width in (n, np.inf))
    for name in ("output", "curvature"):
        error = (getattr(run, name) - getattr(limit, name)[:, None])[1:]
        np.testing.assert_allclose(
            error[:, :-1] / error[:, 1:], 10, rtol=0.1, atol=0, equal_nan=False
        )
    far = simulate(1.5, 1.8, 1.0, 1e18, target, steps=4)
    np.testing.assert_allclose(far.output, limit.output, rtol=1e-13, atol=0)
    np.testing.assert_allclose(far.curvature, limit.curvature, rtol=1e-14, atol=0)


# How runs end


def settled(run, eta):
    """Step at which a trajectory has converged or overflowed, and whether it has converged; from
    the definitions."""
    for t, (loss, curvature) in enumerate(zip(run.loss, run.curvature, strict=True)):
        if not np.isfinite(loss):
            return t, False
        if loss <= 1e-12 * run.loss[0] and eta * curvature < 2:
            return t, True
    return None


@pytest.mark.parametrize("tau", [0.0, 0.8, 2.5])
def test_outcome_is_read_off_the_trajectory(tau):
    """At every point: when, in which phase, with which curvature and peak; chaotic runs only in
    their phase."""
    cell = random_cells(
        np.random.default_rng(10), 150, x=(0.2, 4.5), tau=tau, widths=(1, 3, 10, 100)
    )
    end = outcome(*cell, max_steps=400)
    decided = 0
    whole = simulate(*cell, steps=400)
    for i, row in enumerate(in_rows(cell)):
        run = Trajectory(whole.output[:, i], whole.curvature[:, i], whole.loss[:, i])
        what = settled(run, row.eta)
        if what is None:
            assert end.phase[i] == Phase.UNDECIDED
            assert np.isnan([end.curvature[i], end.curvature_error[i]]).all()
            assert end.steps[i] == 400
            continue
        step, converged = what
        decided += 1
        raised = run.loss[1] > run.loss[0]
        assert end.phase[i] == (
            (Phase.CATAPULT if raised else Phase.LAZY) if converged else Phase.DIVERGENT
        )
        if not converged:
            assert (end.curvature[i], end.peak_loss[i]) == (np.inf, np.inf)
            assert np.isnan(end.curvature_error[i])
            # the loss overflows by rates and widths, the scaled residual without
            assert abs(end.steps[i] - step) <= 1
        elif end.curvature_error[i] < 1e-10 * end.curvature[i] or not raised:
            assert abs(end.steps[i] - step) <= 1
            peak = int(run.loss.argmax())
            np.testing.assert_allclose(
                end.peak_loss[i], run.loss[peak], rtol=1e-9, atol=0, equal_nan=False
            )
            assert end.peak_step[i] == peak
            np.testing.assert_allclose(
                end.curvature[i], run.curvature[step], rtol=1e-6, atol=0, equal_nan=False
            )
    assert decided > 75


@given(cell=cells(largest_x=4.0, largest_tau=0.9, widths=(1, 3, 50)))
def test_a_settled_run_does_not_depend_on_its_budget(cell):
    end = outcome(*cell, max_steps=2000)
    assume(end.phase != Phase.UNDECIDED)
    same(outcome(*cell, max_steps=int(end.steps)), end)
    same(outcome(*cell, max_steps=5000), end)
    if end.steps:
        short = outcome(*cell, max_steps=int(end.steps) - 1)
        assert (short.phase, short.steps) == (Phase.UNDECIDED, end.steps - 1)
        assert np.isnan([short.curvature, short.curvature_error]).all()


def test_undecided_runs_show_the_peak_so_far():
    run, end = simulate(2.1, 1.0, 0.01, 100, steps=9), outcome(2.1, 1.0, 0.01, 100, max_steps=9)
    assert (end.phase, end.peak_step, end.steps) == (Phase.UNDECIDED, run.loss.argmax(), 9)
    np.testing.assert_allclose(end.peak_loss, run.loss.max(), rtol=1e-12, atol=0)


def test_no_steps_show_nothing_but_minima():
    end = outcome([1.0, 1.0, 3.0], 1.0, [0.3, 0.0, 0.0], 4, max_steps=0)
    assert end.phase.tolist() == [Phase.UNDECIDED, Phase.LAZY, Phase.UNDECIDED]
    assert end.steps.tolist() == [0, 0, 0]


@pytest.mark.parametrize("tau", [0.0, 0.8])
def test_absorbing_runs_end_in_the_same_phase_but_sooner(tau):
    cell = random_cells(np.random.default_rng(12), 3000, x=(0.05, 5.0), tau=tau)
    patient, hasty = outcome(*cell), outcome(*cell, absorbing=True)
    decided = patient.phase != Phase.UNDECIDED
    np.testing.assert_array_equal(hasty.phase[decided], patient.phase[decided])
    assert (hasty.steps <= patient.steps).all()
    converged = hasty.phase <= Phase.CATAPULT
    assert hasty.steps[converged].mean() < 0.5 * patient.steps[converged].mean()
    early = converged & (hasty.steps < patient.steps)
    assert np.isinf(hasty.curvature_error[early]).all()
    if tau == 0:
        np.testing.assert_array_equal(hasty.phase, tl.phase(*cell))  # nothing crawls any more
        assert (hasty.curvature * cell.eta < 2)[converged].all()


def test_diverged_runs_are_infinite_without_a_warning():
    eta = np.array([4.1, 5.0, 50.0])
    run = simulate(eta, 1.0, 0.3, 10, steps=60)
    for rows in (run.output, run.curvature, run.loss):
        assert (rows[-1] == np.inf).all()
        assert not np.isnan(rows).any()
    gone = np.isinf(run.loss)
    assert (np.diff(gone.astype(int), axis=0) >= 0).all()
    np.testing.assert_array_equal(gone, np.isinf(run.output))
    np.testing.assert_array_equal(gone, np.isinf(run.curvature))
    end = outcome(eta, 1.0, 0.3, 10)
    assert (end.phase == Phase.DIVERGENT).all()
    assert np.isinf([end.curvature, end.peak_loss]).all()
    assert np.isnan(end.curvature_error).all()
    np.testing.assert_array_equal(end.peak_step, end.steps)
    linear = simulate(4.1, 1.0, 0.3, np.inf, steps=2000)
    assert linear.loss[-1] == linear.output[-1] == linear.curvature[-1] == np.inf


def test_a_start_that_overflows_at_once():
    run, end = simulate(1e300, 1e300, 1e200, 1, steps=2), outcome(1e300, 1e300, 1e200, 1)
    assert (run.loss == np.inf).all()
    assert (end.phase, end.steps) == (Phase.DIVERGENT, 0)
    far = (1e200, 1e-200, 0.0, 1, 1e200)  # ηλ = 1, but the label is out of reach: |τ| = 1e400
    assert outcome(*far).phase == tl.phase(*far) == Phase.DIVERGENT


# Shapes, bits, memory


def mixture(size, tau=0.5):
    return random_cells(
        np.random.default_rng(20), size, x=(0.3, 4.4), tau=tau, widths=(1, 5, 100, 10**9)
    )


def test_the_same_bits_whatever_the_blocks(monkeypatch):
    cell = mixture(300)
    whole, run = outcome(*cell, max_steps=700), simulate(*cell, steps=30)
    for block in (1, 7, 64, 10**6):
        monkeypatch.setattr(watch, "BLOCK", block)
        same(outcome(*cell, max_steps=700), whole)
        np.testing.assert_array_equal(simulate(*cell, steps=30).curvature, run.curvature)
    for longest in (1, 3, 2000):
        monkeypatch.setattr(watch, "LONGEST", longest)
        same(outcome(*cell, max_steps=700), whole)


@pytest.mark.parametrize("tau", [0.0, 0.5])
def test_the_same_bits_whatever_the_company(tau):
    cell = mixture(200, tau)
    whole, run = outcome(*cell, max_steps=700), simulate(*cell, steps=30)
    order = np.random.default_rng(0).permutation(200)
    for chosen in (order, order[:50], np.array([3])):
        same(whole, outcome(*only(cell, chosen), max_steps=700), chosen)
        np.testing.assert_array_equal(
            simulate(*only(cell, chosen), steps=30).output, run.output[:, chosen]
        )


def test_cells_without_a_label_have_the_same_bits_beside_cells_with_one():
    cell = only(mixture(100, 0.0), slice(None))
    beside = Cell(
        *(
            np.append(part, extra)
            for part, extra in zip(cell, (1.0, 1.0, 0.3, 4.0, 0.2), strict=True)
        )
    )
    alone = slice(0, 100)
    np.testing.assert_array_equal(
        simulate(*beside, steps=30).curvature[:, alone], simulate(*cell, steps=30).curvature
    )
    same(outcome(*beside, max_steps=700), outcome(*cell, max_steps=700), alone)


def test_memory_does_not_grow_with_the_steps():
    def peak(steps):
        tracemalloc.start()
        outcome(np.linspace(1.9999, 2.0, 200, endpoint=False), 1.0, 1e-3, 10**6, max_steps=steps)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < 2 * peak(200) + 20_000


@pytest.mark.parametrize("function", [simulate, outcome])
def test_broadcasting(function):
    eta, curvature, width = np.array([0.5, 1.5, 2.5])[:, None], np.array([1.0, 1.5]), 4
    budget = {"steps": 7} if function is simulate else {"max_steps": 7}
    grid = function(eta, curvature, 0.5, width, 0.1, **budget)
    names = ("output", "curvature", "loss") if function is simulate else FIELDS
    for i, j in np.ndindex(3, 2):
        one = function(float(eta[i, 0]), float(curvature[j]), 0.5, width, 0.1, **budget)
        for name in names:
            np.testing.assert_array_equal(
                getattr(one, name), getattr(grid, name)[..., i, j], err_msg=name
            )
            assert np.shape(getattr(one, name)) == ((8,) if function is simulate else ())
    for name in names:
        assert getattr(grid, name).shape == ((8, 3, 2) if function is simulate else (3, 2))


def test_scalars_come_back_as_scalars():
    end = outcome(1.5, 2.0, 1.0, 100)
    assert isinstance(end.phase, Phase)
    kinds = {name: np.asarray(getattr(end, name)).dtype.kind for name in FIELDS[1:]}
    assert kinds == {
        "curvature": "f",
        "curvature_error": "f",
        "peak_loss": "f",
        "peak_step": "i",
        "steps": "i",
    }
    assert not any(isinstance(getattr(end, name), np.ndarray) for name in FIELDS)
    assert outcome([1.5], 2.0, 1.0, 100).phase.dtype == np.int8


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_no_cells_at_all(shape):
    empty = np.ones(shape)
    assert outcome(empty, 1.0, 0.1, 4).phase.shape == shape
    run = simulate(empty, 1.0, 0.1, 4, steps=5)
    assert run.loss.shape == run.output.shape == run.curvature.shape == (6, *shape)


def test_arguments_are_left_alone():
    cell = mixture(50)
    before = [part.copy() for part in cell]
    simulate(*cell, steps=3)
    outcome(*cell, max_steps=3)
    np.testing.assert_array_equal(cell, before)
    assert simulate(*cell, steps=0).loss.shape == (1, 50)


# The error of the final curvature


def coverage(cell):
    """Share of the final curvatures that lie within their reported error of a run in 80 digits; how
    many there were."""
    end = outcome(*cell)
    truth = [
        final_curvature(row) if phase <= Phase.CATAPULT else None
        for row, phase in zip(in_rows(cell), end.phase, strict=True)
    ]
    known = [i for i, value in enumerate(truth) if value is not None]
    inside = [
        abs(truth[i] - Decimal(float(end.curvature[i]))) <= Decimal(float(end.curvature_error[i]))
        for i in known
    ]
    assert np.isfinite(end.curvature[known]).all()
    assert not np.isnan(end.curvature_error[known]).any()
    return np.mean(inside), len(known), end.curvature_error[known] / end.curvature[known]


def test_the_twin_starts_one_rounding_higher():
    lam, f = tl.random_initialization(10, 200, rng=4)
    eta = (1 - 10 ** np.random.default_rng(5).uniform(-5, -3, 200)) * 4 / lam
    errs_by_its_twin(lambda rate: outcome(rate, lam, f, 10), eta)


def test_the_oracle_of_the_final_curvature():
    """80 digits are plenty: mpmath says the same, and so does Decimal, where runs are most
    chaotic."""
    for x in (1.5, 3.0, 3.999, 4 - 1e-6):
        cell = Cell(x, 1.0, 0.3, 7, 0.0)
        one, two = final_curvature(cell), final_curvature(cell, mpmath.mpf)
        assert abs(one - Decimal(mpmath.nstr(two, 60))) < Decimal("1e-30") * one


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 10, 10**12])
@pytest.mark.parametrize("x", [(0.05, 2.0), (2.0, 3.9), (3.9, 4.0), (3.999, 4.0)])
def test_reported_error_covers_the_real_one(x, width):
    """Random networks, y = 0. A twin run tells the size of the error up to luck: where runs are
    chaotic 97 % are covered, elsewhere all."""
    rng = np.random.default_rng([width, int(1000 * x[0])])
    lam, f = tl.random_initialization(width, 100, rng=rng)
    share, count, size = coverage(
        Cell(rng.uniform(*x, 100) / lam, lam, f, np.full(100, width), np.zeros(100))
    )
    assert count > 90
    assert share >= (0.97 if x[0] >= 3.9 else 1.0)
    # honest, and not by being useless
    assert np.median(size) < {0.05: 1e-11, 2.0: 1e-9}.get(x[0], 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("part", [(0.1, 0.5), (0.5, 0.9), (0.9, 0.99)])
def test_reported_error_covers_the_real_one_with_labels(part):
    rng = np.random.default_rng(int(100 * part[0]))
    lam, f = tl.random_initialization(5, 100, rng=rng)
    target = rng.normal(size=100)
    eta = rng.uniform(*part, 100) * tl.eta_max(lam, f, 5, target)
    share, count, size = coverage(Cell(eta, lam, f, np.full(100, 5), target))
    assert count > 90
    assert share >= 0.98
    assert np.median(size) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("gap", [0.1, 1e-2])
def test_reported_error_of_nearly_balanced_networks(gap):
    """u ≈ ±v: λ_∞ is much smaller than λ₀ and remembers the rounding of λ₀² − 4f₀²/n."""
    rng = np.random.default_rng(30)
    share, count, _ = coverage(
        Cell(*np.broadcast_arrays(*from_scaled(1.0, rng.uniform(0.5, 3.9, 60), 1 - gap, 10.0, 0.0)))
    )
    assert count > 50
    assert share == 1.0


def test_reported_error_where_the_loss_never_exceeds_its_start():
    """Width 1 just below η_max: chaos under a large initial loss; the twin has to run there too."""
    rng = np.random.default_rng(31)
    x = 4 - 10 ** rng.uniform(-5, -3, 100)
    share, count, _ = coverage(
        Cell(x, np.ones(100), rng.uniform(1.9, 2, 100) / x, np.ones(100), np.zeros(100))
    )
    assert count > 90
    assert share >= 0.95


@pytest.mark.parametrize("label", [0.0, 0.3])
@pytest.mark.parametrize("absorbing", [False, True])
def test_a_start_at_zero_loss_never_moves(label, absorbing):
    end = outcome([0.5, 1.0, 2.5], 2.0, label, 7, label, absorbing=absorbing)
    assert end.phase.tolist() == [Phase.LAZY, Phase.UNDECIDED, Phase.UNDECIDED]
    np.testing.assert_array_equal(end.curvature, 2.0)
    np.testing.assert_array_equal(end.curvature_error, 0.0)
    for field in (end.steps, end.peak_step, end.peak_loss):
        np.testing.assert_array_equal(field, 0)


def test_where_only_the_loss_overflows_output_and_curvature_are_as_they_are():
    """The same run in a unit in which the loss is a number."""
    unit = 2.0**530
    here = simulate(1.0, 2.0, 0.01, 10, steps=300)
    with np.errstate(all="ignore"):
        there = simulate(1 / unit, 2 * unit, 0.01 * unit, 10, steps=300)
    np.testing.assert_array_equal(there.output, here.output * unit)
    np.testing.assert_array_equal(there.curvature, here.curvature * unit)
    assert np.isinf(there.loss[0])
    assert (there.loss[~np.isinf(there.loss)] <= np.finfo(float).max).all()
    first = simulate(1e-160, 2e160, 1e158, 10, steps=0)
    assert (first.output, first.curvature, first.loss) == (1e158, 2e160, np.inf)


def test_memory_is_a_small_multiple_of_the_results():
    x, width = np.linspace(0.01, 4.4, 1000)[:, None], np.logspace(0, 18, 500).round()
    outcome(x[:9], 1.0, 0.4, width)
    tracemalloc.start()
    try:
        end = outcome(x, 1.0, 0.4, width, max_steps=200)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    results = sum(field.nbytes for field in vars(end).values())
    share = 500 * recursion.SHARE  # bytes that one share of the cells takes
    assert peak <= 1.1 * results + share
    assert 1.1 * 10**7 * 41 + share < 10**7 * 41 * 3  # of 1e7 cells


def test_the_same_bits_whatever_the_share(monkeypatch):
    cell = random_cells(np.random.default_rng(3), 1000, x=(0.05, 4.5), tau=0.3)
    whole = outcome(*cell, max_steps=300)
    monkeypatch.setattr(recursion, "SHARE", 77)
    same(outcome(*cell, max_steps=300), whole)
