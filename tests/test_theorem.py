"""The paper's theorem in numbers, at widths from 100 to 10¹²: the bounds that the derivations prove
are read off their claims and held against runs of the recursion."""

import mpmath
import numpy as np
import pytest

import twolayer as tl
from derivations import notation, theorem, theorem_end
from derivations.prover.quantities import at
from derivations.prover.statement import by_name
from twolayer import Phase, _derived

STATEMENTS = by_name((*theorem.STATEMENTS, *theorem_end.STATEMENTS))
WIDTHS = 10.0 ** np.arange(2, 13)
START = at(notation.delta, 0), at(notation.z, 0)
CATAPULTS = [2.1, 2.3, 2.5, 3.0, 3.5, 3.9]
LAZY = [0.3, 1.0, 1.7, 1.95]
OUTPUT = 0.7


def value(expression, **values) -> float:
    """A part of a claim in numbers; symbols by their names in the symbol table."""
    symbols = {getattr(notation, name): number for name, number in values.items()}
    return float(expression.doit().subs(symbols))


def margin(x):
    return min(x, 2 - x)


def run(x, width, steps, digits=50):
    """f and λ step by step, as the paper writes them, at η = 1 and in many digits."""
    with mpmath.workdps(digits):
        f, curvature, n = mpmath.mpf(OUTPUT), mpmath.mpf(x), mpmath.mpf(width)
        rows = [(f, curvature)]
        for _ in range(steps):
            f, curvature = (
                f * (1 - curvature + f * f / n),
                curvature + f * f / n * (curvature - 4),
            )
            rows.append((f, curvature))
        return rows


def scaled_run(x, width, steps):
    """δ and z of a run in float64, one column a width."""
    found = tl.simulate(1.0, x, OUTPUT, width, steps=steps)
    return found.curvature - 2, found.output**2 / width


def first(mask):
    """The first row of each column at which it is true, as it is somewhere."""
    assert mask.any(axis=0).all()
    return mask.argmax(axis=0)


@pytest.mark.parametrize("x", LAZY)
def test_lazy_steps_do_not_grow_with_the_width(x):
    """One number for all wide networks, and from the width of theorem.lazy_width on no more than
    theorem.lazy_steps says."""
    small = margin(x)
    allowed = STATEMENTS["lazy_width"].claim.args[1].lts
    least = value(allowed, eta=1, f=OUTPUT, margin=small)
    widths = np.concatenate([[least], WIDTHS[least < WIDTHS]])
    loss = tl.simulate(1.0, x, OUTPUT, widths, steps=3000).loss
    taken = first(loss <= 1e-6 * loss[0])
    assert np.ptp(taken[widths > 1000 * least]) <= 1
    bound = STATEMENTS["lazy_steps"].claim.lhs.point[0]
    start = at(notation.L, 0)
    limit = float(bound.subs({start: 1, notation.L: 1e-6, notation.margin: small}))
    assert (taken <= np.ceil(limit)).all()
    assert (np.diff(loss, axis=0) <= 0).all()


@pytest.mark.parametrize("x", LAZY)
def test_lazy_curvature_moves_as_one_over_the_width(x):
    """λ₀ − λ_∞ times n: the coefficient of final.lazy up to O(1/n), within theorem.lazy_move."""
    rest = []
    for width in (1e4, 1e6, 1e8, 1e10, 1e12):
        end = run(x, width, 2200)[-1][1]
        with mpmath.workdps(50):
            law = _derived.lazy_curvature(1, mpmath.mpf(x), mpmath.mpf(OUTPUT), mpmath.mpf(width))
            rest.append(float((end - law) * mpmath.mpf(width) ** 2))
            assert law < x
        moved = STATEMENTS["lazy_move"].claim.rhs
        assert abs(end - x) < value(moved, eta=1, f=OUTPUT, margin=margin(x), n=width)
    # What is left is of order 1/n²: one coefficient for all wide networks (0 at ηλ₀ = 1).
    np.testing.assert_allclose(rest[1:], rest[-1], rtol=0.02, atol=1e-6)


@pytest.mark.parametrize("x", CATAPULTS)
def test_the_rise_takes_as_many_steps_as_the_theorem_says(x):
    """ln n/(2 ln(x − 1)) and a bounded part: never fewer than theorem.not_before, never more than
    theorem.climb_time and what fates.step_count adds."""
    delta, z = scaled_run(x, WIDTHS, 1200)
    stops = first(delta <= z)
    d0 = x - 2
    for width, taken in zip(WIDTHS, stops, strict=True):
        start = {START[0]: d0, START[1]: OUTPUT**2 / width}
        fewest = float(theorem.FEWEST.subs(start))
        assert taken >= fewest - 1e-9
        climb = STATEMENTS["climb_time"].claim.lhs.point[0]
        most = float(climb.subs(start)) + 1 + np.log(4 / (2 - d0)) / np.log1p(d0 * d0 / 8)
        assert taken <= most
    bounded = stops - np.log(WIDTHS) / (2 * np.log(x - 1))
    assert np.ptp(bounded) < 2.0
    law = value(STATEMENTS["log_n"].claim.rhs, x=x, eta=1, f=OUTPUT)
    assert (bounded >= law - 1e-9).all()


@pytest.mark.parametrize("x", CATAPULTS)
def test_the_peak_is_of_order_n(x):
    """Between theorem.reaches and theorem.peak_top: more than the n/log n of the paper."""
    widths = np.concatenate([WIDTHS[1:], np.geomspace(1e5, 1e5 * (x - 1) ** 2, 50)])
    loss = tl.simulate(1.0, x, OUTPUT, widths, steps=1200).loss
    peak = loss.max(axis=0) / widths
    reached = STATEMENTS["reaches"].claim.lts
    least = float(reached.subs({START[0]: x - 2, notation.n: 1, notation.eta: 1}))
    assert least == pytest.approx((x - 2) ** 2 / 16)
    assert (peak >= least).all()
    assert (peak < 2).all()
    wide = peak[: len(WIDTHS) - 1] * np.log(WIDTHS[1:])
    assert (wide[1:] > wide[0]).all()


@pytest.mark.parametrize("x", [2.1, 2.3, 2.5])
def test_the_whole_catapult_takes_of_order_ln_n_steps(x):
    """Up at the rate ln(x − 1), down at ln(1/|1 − x_∞|), and a bounded number between
    (theorem.same_end); the curvature ends below the bound of theorem.same_end and above that of
    theorem.floor."""
    widths = WIDTHS[WIDTHS >= 1e4]
    delta, z = scaled_run(x, widths, 2500)
    end = delta[-1] + 2
    taken = first((z * widths / 2 < 1e-3) & (delta < 0))
    up, down = 1 / (2 * np.log(x - 1)), -1 / (2 * np.log(np.abs(1 - end)))
    assert np.ptp(taken - (up + down) * np.log(widths)) < 3
    assert (end < 2 - (x - 2) ** 2 / 16).all()
    bound = STATEMENTS["floor"].claim.lts
    mean, V = at(notation.mean, 0), at(notation.V, 0)
    least = [float(bound.subs({mean: np.sqrt(x * x / 4 - s2), V: 4 - x})) for s2 in z[0]]
    assert (end > least).all()
    assert (z <= 0.5).all()


def test_every_catapult_ends_below_two_over_eta():
    x = np.linspace(2.01, 3.9, 40)[:, None]
    found = tl.outcome(1.0, x, OUTPUT, WIDTHS, max_steps=200_000)
    assert (found.phase == Phase.CATAPULT).all()
    assert (found.curvature < 2).all()


def steps_down_to(width, x=3.2, loss=0.005):
    s, t = 1 / np.sqrt(width), 0
    while x >= 2 or width * s * s / 2 > loss:
        x, s, t = x + s * s * (x - 4), s * (1 - x + s * s), t + 1
    return t


@pytest.mark.parametrize(("width", "expected"), [(21_642_124, 23_233), (1_169_152, 5_391)])
def test_some_widths_take_of_order_root_n_steps(width, expected):
    """The evidence of theorem.slow_widths: ηλ₀ = 3.2, η = f₀ = 1. A width one part in a thousand
    away takes a thousandth."""
    assert steps_down_to(width) == expected
    assert expected > np.sqrt(width)
    for near in (0.9, 1.1):
        assert steps_down_to(int(near * width)) < 30 * np.log(width)


def test_where_such_widths_begin():
    """Over a period of widths the limit of the final curvature comes down to 0 from ηλ₀ = 3.085."""
    cycle = np.arange(4000) / 4000
    least = [tl.limit_curvature(1.0, x, cycle).min() for x in (2.5, 3.0, 3.08, 3.09, 3.2)]
    assert least[2] > 0.01
    assert least[0] > least[1] > least[2]
    assert (np.array(least[3:]) < 1e-3).all()


def test_at_equality_runs_stay_bounded_and_do_not_converge():
    """η = 4/λ₀: OSCILLATING, |s| ≤ 2 for ever (chaos.below, chaos.above), no end."""
    starts = np.random.default_rng(0).uniform(0.1, 1.9, 200)
    found = tl.simulate(2.0, 2.0, starts, WIDTHS[:, None], steps=2000)
    assert (tl.phase(2.0, 2.0, starts, WIDTHS[:, None]) == Phase.OSCILLATING).all()
    assert (found.curvature == 2.0).all()
    square = 4 * found.output**2 / WIDTHS[:, None]
    assert (square <= 4).all()
    assert (square[-50:].max(axis=0) > 0.1).all()


@pytest.mark.parametrize("x", [4.0 + 1e-6, 4.1, 5.0, 40.0])
def test_above_the_boundary_loss_is_unbounded(x):
    starts = np.random.default_rng(1).uniform(0.1, 1.9, 50)
    found = tl.outcome(1.0, x, starts, WIDTHS[:, None], max_steps=2000)
    assert (found.phase == Phase.DIVERGENT).all()
    assert np.isinf(found.peak_loss).all()


def test_the_exceptions_that_the_theorem_of_the_paper_omits():
    """s₀² = x₀ − 1: zero loss after one step above the boundary, and in the catapult phase with the
    curvature above 2/η (fates.exception)."""
    for x, output in ((5.0, 4.0), (3.25, 3.0)):
        found = tl.simulate(1.0, x, output, 4.0, steps=5)
        assert (found.loss[1:] == 0).all()
        assert (found.curvature[1:] == found.curvature[1]).all()
    assert found.curvature[-1] == 3.25 + 9 / 4 * (3.25 - 4)


def test_starts_that_land_on_zero_loss_at_equality():
    """s₀ = √3 at η = 4/λ₀, and whatever has cos(3ᵗθ) = 0 for s₀ = 2 cos θ (theorem.no_minimum)."""
    found = tl.simulate(1.0, 4.0, 3.0, 3.0, steps=5)
    assert (found.loss[1:] == 0).all()
    assert (found.curvature == 4.0).all()
    with mpmath.workdps(60):
        for t in range(1, 5):
            z = 4 * mpmath.cos(mpmath.pi / (2 * mpmath.mpf(3) ** t)) ** 2
            squares = [z]
            for _ in range(t):
                squares.append(squares[-1] * (squares[-1] - 3) ** 2)
            assert squares[t] < 1e-100
            assert min(squares[:t]) > 2.9


def test_every_bound_is_proved():
    unproved = {name for name, s in STATEMENTS.items() if not s.verdict.startswith("proved")}
    assert unproved == {"slow_widths"}
