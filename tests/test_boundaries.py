"""The closed forms: their symmetries, exact rationals as their judge, both sides of every
boundary."""

from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import twolayer as tl
from tests.helpers import OFFSETS, Cell, cells, from_scaled, in_rows, only, random_cells
from twolayer import Phase
from twolayer.recursion import outcome, simulate

BOUNDARIES = (tl.eta_crit, tl.eta_max, tl.eta_div)
EPS = np.finfo(float).eps


EXACT = Context(prec=20_000, traps=[Inexact])  # a number that it would have to round raises


def judge(cell: Cell) -> Phase:
    """The phase from its definition in exact decimals, all times n, so that nothing is divided: |τ|
    and V, and the loss before and after one step."""
    if cell.width == np.inf:
        cell = cell._replace(output=0.0, width=1.0, target=0.0)  # every f and y carries 1/√n
    with localcontext(EXACT):
        eta, curvature, f, n, y = (Decimal(float(value)) for value in cell)
        x, g, eta2 = eta * curvature, f - y, eta * eta
        tau2, r2 = eta2 * y * y, eta2 * g * g
        invariant = 4 * n + eta2 * y * g - n * x
        if tau2 > 4 * n or invariant < 0 or (invariant == 0 and r2 > 4 * n):
            return Phase.DIVERGENT
        if tau2 > n or invariant == 0:
            return Phase.OSCILLATING
        if g == 0:  # at the minimum itself: what its neighbours do
            return Phase.CATAPULT if x > 2 else Phase.LAZY
        after = n * y + g * (n - n * x + eta2 * f * g) - n * y
        return Phase.CATAPULT if abs(after) > abs(n * g) else Phase.LAZY


def shifted(values, rng):
    """The values moved by −2 … 2 units in the last place, or by a small part of themselves."""
    ulps = rng.integers(-2, 3, values.shape)
    small = rng.choice([1e-2, 1e-4, 1e-6, 1e-9, 1e-12, 1e-14], values.shape) * rng.choice(
        [-1, 1], values.shape
    )
    return np.where(
        rng.random(values.shape) < 0.8, values + ulps * np.spacing(values), values * (1 + small)
    )


def crowd(rng, size):
    """Starts at the four boundaries; half of them on short binary fractions, for which ties are
    exact."""
    dyadic = rng.random(size) < 0.5
    short = np.round(rng.uniform(-2, 2, (3, size)) * 8) / 8
    tau, balance, rho = np.where(dyadic, short, rng.uniform(-2, 2, (3, size)))
    root = np.where(
        dyadic,
        2.0 ** rng.integers(0, 30, size),
        np.sqrt(rng.choice([1, 2, 3, 10, 50, 10**6, 10**12, 10**18], size)),
    )
    n = np.rint(root * root)
    eta = np.where(dyadic, 2.0 ** rng.integers(-8, 9, size), 10 ** rng.uniform(-3, 3, size))
    f, y = balance * root / eta, np.where(rng.random(size) < 0.3, 0.0, tau * root / eta)
    first = Cell(eta, shifted(2 / eta + eta * f * (f - y) / n, rng), f, n, y)
    last = Cell(eta, shifted(4 / eta + eta * y * (f - y) / n, rng), f, n, y)
    s = 1 + rho / 8
    flat = Cell(
        eta, 2 * s / eta * (1 + np.abs(balance) / 4), s * root / eta, n, shifted(root / eta, rng)
    )
    # u = v: there V ≥ 0 is possible
    twice = Cell(
        eta, 2 * np.abs(rho) / eta, np.abs(rho) * root / eta, n, shifted(2 * root / eta, rng)
    )
    minimum = Cell(eta, shifted(np.where(dyadic, 2, 4) / eta, rng), y, n, y)
    endless = Cell(
        eta, shifted(np.where(rng.random(size) < 0.5, 2, 4) / eta, rng), f, np.full(size, np.inf), y
    )
    everything = Cell(
        *(
            np.concatenate(parts)
            for parts in zip(first, last, flat, twice, minimum, endless, strict=True)
        )
    )
    signs = rng.choice([-1, 1], everything.eta.shape)
    everything = everything._replace(
        output=everything.output * signs, target=everything.target * signs
    )
    exists = (everything.curvature > 0) & (
        np.abs(everything.output) <= np.sqrt(everything.width) * everything.curvature / 2
    )
    return only(everything, exists)


@pytest.mark.slow
def test_phase_is_exact_at_every_boundary():
    cell = crowd(np.random.default_rng(3), 19_000)
    found = tl.phase(*cell)
    expected = np.array([judge(row) for row in in_rows(cell)])
    assert found.size >= 100_000
    assert (np.bincount(expected, minlength=4) > 5000).all(), "the crowd must stand on every side"
    wrong = np.flatnonzero(found != expected)
    assert not wrong.size, (
        f"{wrong.size} wrong, the first {only(cell, wrong[:1])}: {found[wrong[0]]}, not "
        f"{expected[wrong[0]]!r}"
    )


def test_the_crowd_holds_ties_and_cells_that_rounding_decides_wrongly():
    cell = crowd(np.random.default_rng(3), 3000)
    eta, curvature, f, n, y = (
        np.array([Fraction(v) if v < np.inf else Fraction(10**400) for v in part.tolist()])
        for part in cell
    )
    x, g = eta * curvature, f - y
    ties = {
        "first step": abs(1 - x + eta * eta * f * g / n) == 1,
        "V": 4 + eta * eta * y * g / n == x,
        "|τ| = 1": eta * eta * y * y == n,
        "|τ| = 2": eta * eta * y * y == 4 * n,
    }
    assert {name: count.sum() > 100 for name, count in ties.items()} == dict.fromkeys(ties, True)
    rounded = 4 - cell.eta * (
        cell.curvature - cell.eta * cell.target * (cell.output - cell.target) / cell.width
    )
    exact = np.sign((4 + eta * eta * y * g / n - x).astype(float))
    near = np.abs(rounded) < 1e-10
    assert (np.sign(rounded) != exact)[near].sum() > 100


@pytest.mark.parametrize("size", [1e-306, 1e-200, 1e-100, 1e100, 1e200, 1e300])
@given(cell=cells())
def test_phase_is_exact_where_products_overflow_or_vanish(size, cell):
    extreme = cell.scaled(size / cell.eta)
    assume(np.isfinite(extreme).all() and extreme.curvature > 0)
    assume(abs(extreme.output) / np.sqrt(float(cell.width)) <= extreme.curvature / 2)
    assert tl.phase(*extreme) == judge(extreme)


@pytest.mark.parametrize("width", [2.0**200, 1e250, 1e308])
@pytest.mark.parametrize("x", [2 - 1e-9, 2.0, 2 + 1e-9, 4 - 1e-9, 4.0, 4 + 1e-9])
def test_phase_is_exact_at_enormous_widths(width, x):
    for balance, tau in product((0.0, 0.3, -0.9), (0.0, 0.5, -1.5)):
        cell = Cell(*map(float, from_scaled(0.5, x, balance, width, tau)))
        assert tl.phase(*cell) == judge(cell)
    # (ηy)² = 2.25 n may overflow
    bounded = Cell(*map(float, from_scaled(0.5, 3.2, 0.999, width, 1.5)))
    assert tl.phase(*bounded) == judge(bounded) == Phase.OSCILLATING


@given(cell=cells())
def test_phase_equals_the_judge_everywhere(cell):
    found = tl.phase(*cell)
    assert isinstance(found, Phase)
    assert found == judge(cell)


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.0, 0.9, 2.5])
def test_phase_is_what_runs_do_away_from_the_boundaries(tau):
    rng = np.random.default_rng(11)
    cell = random_cells(rng, 20_000, x=(0.05, 5.0), tau=tau)
    unit = cell.eta / np.sqrt(cell.width)
    x, r, t = cell.eta * cell.curvature, unit * (cell.output - cell.target), unit * cell.target
    v, first = 4 + t * r - x, np.abs(1 - x + (r + t) * r)
    clear = (
        (np.abs(v) > 0.05)
        & (np.abs(first - 1) > 1e-9)
        & (np.abs(np.abs(t) - 1) > 0.05)
        & (np.abs(np.abs(t) - 2) > 0.05)
    )
    clear &= np.abs(r) > 1e-3  # where f = y no run shows anything
    cell = only(cell, clear)
    said, ran = tl.phase(*cell), outcome(*cell, max_steps=3000).phase
    converges, bounded = said <= Phase.CATAPULT, said == Phase.OSCILLATING
    decided = ran != Phase.UNDECIDED
    np.testing.assert_array_equal(ran[~bounded & decided], said[~bounded & decided])
    assert decided[~bounded].mean() > 0.93  # the others crawl: x near 2 or near 0
    assert (ran[bounded] == Phase.UNDECIDED).all()
    assert decided[said == Phase.DIVERGENT].all()
    assert min(converges.sum(), (said == Phase.DIVERGENT).sum()) > 1000
    assert (tau > 1) == bool(bounded.sum() > 100)


# Laws


@given(cell=cells(), power=st.integers(-20, 20))
def test_the_unit_of_the_learning_rate_drops_out(cell, power):
    other = cell.scaled(2.0**power)
    assert tl.phase(*other) == tl.phase(*cell)
    assert tl.triangle(*other) == tl.triangle(*cell)
    assert tl.certificate(*other) == tl.certificate(*cell)
    for boundary in BOUNDARIES:
        assert boundary(*other.start) == boundary(*cell.start) * 2.0**power


@given(cell=cells(widths=(1, 2, 7, 50, 10**9)), power=st.integers(1, 8))
def test_the_width_drops_out(cell, power):
    other = cell._replace(
        width=cell.width * 4**power, output=cell.output * 2**power, target=cell.target * 2**power
    )
    assert tl.phase(*other) == tl.phase(*cell)
    assert tl.triangle(*other) == tl.triangle(*cell)
    for boundary in BOUNDARIES:
        assert boundary(*other.start) == boundary(*cell.start)


@given(cell=cells())
def test_the_sign_of_the_output_drops_out(cell):
    p, q, v = tl.triangle(*cell)
    assert tl.triangle(*cell.mirrored()) == (q, p, v)
    assert tl.phase(*cell.mirrored()) == tl.phase(*cell)
    assert tl.certificate(*cell.mirrored()) == tl.certificate(*cell)
    for boundary in BOUNDARIES:
        assert boundary(*cell.mirrored().start) == boundary(*cell.start)


@given(cell=cells())
def test_rates_are_ordered(cell):
    crit, largest, div = (boundary(*cell.start) for boundary in BOUNDARIES)
    assert largest <= div
    assert crit < largest or crit == np.inf
    assert (largest < div) == (
        cell.target != 0 and np.sqrt(float(cell.width)) / abs(cell.target) < div
    )
    if cell.target:
        np.testing.assert_allclose(
            largest, min(div, np.sqrt(float(cell.width)) / abs(cell.target)), rtol=2 * EPS, atol=0
        )
        # a double root: half the digits
        assert div <= 2 * np.sqrt(float(cell.width)) / abs(cell.target) * (1 + 1e-7)


@given(cell=cells(), at=st.floats(1e-3, 1))
def test_below_eta_max_everything_converges_and_above_nothing(cell, at):
    largest = tl.eta_max(*cell.start)
    assert tl.phase(largest * at * (1 - 1e-6), *cell.start).converges
    assert not tl.phase(largest / at * (1 + 1e-6), *cell.start).converges


# Both sides of every boundary


@pytest.mark.parametrize("offset", OFFSETS)
@given(cell=cells(largest_tau=1.5))
def test_both_sides_of_eta_max_and_eta_div(offset, cell):
    largest, div = tl.eta_max(*cell.start), tl.eta_div(*cell.start)
    assert tl.phase(largest * (1 - offset), *cell.start).converges
    beyond = tl.phase(largest * (1 + offset), *cell.start)
    assert beyond == Phase.DIVERGENT if largest == div else not beyond.converges
    assume(div * abs(cell.target) < 1.9 * np.sqrt(float(cell.width)))
    below, above = (tl.triangle(div * (1 + side * offset), *cell.start)[2] for side in (-1, 1))
    assert below > 0 > above
    assert tl.phase(div * (1 + offset), *cell.start) == Phase.DIVERGENT


@pytest.mark.parametrize("offset", OFFSETS)
@given(cell=cells(largest_tau=1.5))
def test_both_sides_of_eta_crit(offset, cell):
    crit, residual = tl.eta_crit(*cell.start), abs(cell.output - cell.target)
    # a change of the residual that the rounding of output - label does not hide
    assume(crit < np.inf and offset * residual > 4 * np.spacing(max(abs(cell.output), residual)))
    below, above = (
        simulate(crit * (1 + side * offset), *cell.start, steps=1).loss for side in (-1, 1)
    )
    assert below[1] < below[0]
    assert tl.phase(crit * (1 - offset), *cell.start) == Phase.LAZY
    plus = upper_root(cell)  # above it, the first step lowers the loss again
    assume(crit * (1 + offset) < min(plus, tl.eta_max(*cell.start)))
    assert above[1] > above[0]
    assert tl.phase(crit * (1 + offset), *cell.start) == Phase.CATAPULT


def upper_root(cell: Cell) -> float:
    c = cell.output * (cell.output - cell.target) / cell.width
    return (
        (cell.curvature + np.sqrt(max(cell.curvature**2 - 8 * c, 0.0))) / (2 * c)
        if c > 0
        else np.inf
    )


@pytest.mark.parametrize("boundary", [tl.eta_crit, tl.eta_div])
@given(cell=cells())
def test_boundaries_solve_their_quadratic(boundary, cell):
    """Smallest positive root of 2 − ηλ + η²f(f − y)/n, or of 4 − ηλ + η²y(f − y)/n, in 60
    digits."""
    constant, factor = (2, cell.output) if boundary is tl.eta_crit else (4, cell.target)
    with mpmath.workdps(60):
        curvature, f, y = (
            mpmath.mpf(float(value)) for value in (cell.curvature, cell.output, cell.target)
        )
        c = mpmath.mpf(float(factor)) * (f - y) / mpmath.mpf(float(cell.width))
        radicand = curvature**2 - 4 * constant * c
        root = 2 * constant / (curvature + mpmath.sqrt(radicand)) if radicand >= 0 else mpmath.inf
        expected = float(root)
        close = abs(radicand) < 1e-6 * curvature**2  # a double root: half the digits
    found = boundary(*cell.start)
    if found == np.inf:
        assert expected >= tl.eta_max(*cell.start) * (1 - (1e-7 if close else 4 * EPS))
    else:
        np.testing.assert_allclose(
            found, expected, rtol=1e-7 if close else 1e-9, atol=0, equal_nan=False
        )


def test_the_three_roots_of_theory_section_4():
    start = (4.4, 2.0, 1, 0.8)  # the phases are not nested here: 5/6, 1, 1.25
    np.testing.assert_allclose(
        [tl.eta_crit(*start), tl.eta_max(*start)], [5 / 6, 1.25], rtol=1e-14, atol=0
    )
    for offset in OFFSETS:
        rates = [root * (1 + side * offset) for root in (5 / 6, 1, 1.25) for side in (-1, 1)]
        assert tl.phase(rates, *start).tolist() == [0, 1, 1, 0, 0, 3]  # η_div = √n/|y| here


@pytest.mark.parametrize("output", [0.0, 0.3, -2.0])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_infinite_width(output, target):
    lam = np.array([0.5, 1.0, 8.0])
    np.testing.assert_allclose(
        tl.eta_crit(lam, output, np.inf, target), 2 / lam, rtol=1e-15, atol=0
    )
    for boundary in (tl.eta_max, tl.eta_div):
        np.testing.assert_allclose(
            boundary(lam, output, np.inf, target), 4 / lam, rtol=1e-15, atol=0
        )
    assert tl.phase(
        np.array([2 - 1e-6, 2, 2 + 1e-6, 4 - 1e-6, 4, 4 + 1e-6]), 1.0, output, np.inf, target
    ).tolist() == [0, 0, 1, 1, 2, 3]


@pytest.mark.parametrize(("output", "target"), [(1.0, 0.0), (1.0, 0.4), (0.3, 1.0)])
def test_finite_width_tends_to_the_theory_of_infinite_width(output, target):
    """First the order 1/n, then the limit; n(η_crit λ₀/2 − 1) → 2f₀(f₀ − y)/λ₀² has an error of
    order 1/n again."""
    lam, n = 1.7, 10.0 ** np.arange(2, 6)
    for boundary, limit in ((tl.eta_crit, 2 / lam), (tl.eta_div, 4 / lam)):
        away = boundary(lam, output, n, target) - limit
        if target or boundary is tl.eta_crit:
            np.testing.assert_allclose(away[:-1] / away[1:], 10, rtol=0.2, atol=0, equal_nan=False)
        else:
            np.testing.assert_array_equal(away, 0)
        np.testing.assert_allclose(boundary(lam, output, 1e16, target), limit, rtol=1e-14, atol=0)
    slope = n * (tl.eta_crit(lam, output, n, target) * lam / 2 - 1)
    error = slope - 2 * output * (output - target) / lam**2
    assert (np.abs(error) < 10 / n).all()
    np.testing.assert_allclose(error[:-2] / error[1:-1], 10, rtol=0.2, atol=0, equal_nan=False)


def test_the_catapult_window_of_label_zero():
    """η_max/η_crit = 1 + √(1 − 2ρ²), ρ = 2|f₀|/(√n λ₀); no catapult where ρ > 1/√2."""
    rho = np.array([0, 0.1, 0.5, 0.7, 0.7071067, 0.7071068, 0.9, 1])
    ratio = tl.eta_max(2.0, rho * 3, 9) / tl.eta_crit(2.0, rho * 3, 9)
    np.testing.assert_allclose(
        ratio,
        np.where(2 * rho**2 < 1, 1 + np.sqrt(np.maximum(1 - 2 * rho**2, 0)), 0),
        rtol=1e-9,
        atol=0,
    )


@given(cell=cells())
def test_the_minimum_has_the_boundaries_of_its_neighbours(cell):
    here = cell._replace(target=cell.output)
    lam = cell.curvature
    assert tl.eta_div(*here.start) == 4 / lam
    crit = tl.eta_crit(*here.start)
    assert crit == (2 / lam if 2 / lam < tl.eta_max(*here.start) else np.inf)


# The triangle


@given(cell=cells())
def test_the_triangle_is_a_partition(cell):
    p, q, v = tl.triangle(*cell)
    root = np.sqrt(float(cell.width))
    tau, r = cell.eta * cell.target / root, cell.eta * (cell.output - cell.target) / root
    size = 4 + cell.eta * cell.curvature + abs(tau * r)
    np.testing.assert_allclose(p + q + v, 4 + tau * r, rtol=0, atol=8 * EPS * size, equal_nan=False)
    assert min(p, q) >= -8 * EPS * size


def test_the_triangle_is_measured_on_weights():
    rng = np.random.default_rng(5)
    u, v = rng.normal(size=(2, 40, 6))
    p, q, _ = tl.triangle(0.7, *tl.Network(u, v).start)
    np.testing.assert_allclose(p, 0.7 * ((u + v) ** 2).sum(-1) / 12, rtol=1e-13, atol=0)
    np.testing.assert_allclose(q, 0.7 * ((u - v) ** 2).sum(-1) / 12, rtol=1e-13, atol=0)


# The certificate


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.0, 0.5, 0.99])
def test_certified_runs_converge(tau):
    rng = np.random.default_rng(7)
    wide = random_cells(rng, 40_000, x=(0.1, 4.0), tau=tau)
    near = wide._replace(
        output=wide.target + 10 ** rng.uniform(-4, 0, 40_000) * (wide.output - wide.target)
    )
    allowed = np.abs(near.output) <= np.sqrt(near.width) * near.curvature / 2
    cell = only(near, allowed)
    cell = only(cell, tl.certificate(*cell) & (np.abs(cell.eta * cell.curvature - 2) < 1.9))
    end = outcome(*cell, max_steps=5000)
    assert cell.eta.size > 1000
    assert np.isin(end.phase, (Phase.LAZY, Phase.UNDECIDED)).all()  # undecided runs crawl
    assert (end.phase == Phase.LAZY).mean() > 0.95
    if tau:
        x, r = (
            cell.eta * cell.curvature,
            np.abs(cell.eta * (cell.output - cell.target) / np.sqrt(cell.width)),
        )
        t = cell.eta * cell.target / np.sqrt(cell.width)
        v = 4 + t * cell.eta * (cell.output - cell.target) / np.sqrt(cell.width) - x
        margin = np.minimum(v - 2, 4 - v)
        assert (margin > 0).all()
        assert (r * (r + np.abs(t)) <= margin**2 / 32 * (1 + 1e-9)).all()
        run = simulate(*cell, steps=20)
        residual = np.sqrt(run.loss)
        live = residual[:-1] > 1e-6 * residual[0]
        assert (residual[1:] <= residual[:-1] * (1 - margin / 4) * (1 + 1e-9))[live].all()


@pytest.mark.parametrize("offset", OFFSETS)
def test_both_sides_of_the_certificate(offset):
    assert tl.certificate(1.0, [2 - offset, 2 + offset], 0.1, 10).tolist() == [True, False]
    # τ = −½, r > 0 with r(r + |τ|) = m²/32, m = 1 − |1 + τr − x|, at x = 1 + τr: m = 1
    r = (-0.5 + np.sqrt(0.25 + 4 / 32)) / 2
    assert [
        bool(tl.certificate(1.0, 1 - 0.5 * s, -0.5 + s, 1, -0.5))
        for s in (r * (1 - offset), r * (1 + offset))
    ] == [True, False]


# Shapes


@pytest.mark.parametrize("function", [tl.phase, tl.triangle, tl.certificate, *BOUNDARIES])
def test_broadcasting(function):
    rng = np.random.default_rng(1)
    cell = random_cells(rng, 6, x=(0.5, 4.5), tau=1.2, widths=(3,))
    arguments = list(cell if function not in BOUNDARIES else cell.start)
    flat = np.array(function(*arguments))
    for axis in range(len(arguments)):
        shaped = [
            np.array(a).reshape(2, 3) if i != axis else np.array(a)[:1]
            for i, a in enumerate(arguments)
        ]
        one = [a if i != axis else np.broadcast_to(a[:1], (6,)) for i, a in enumerate(arguments)]
        legal = np.abs(one[-3]) <= np.sqrt(one[-2]) * one[-4] / 2
        if legal.all():
            expected = np.array(function(*one)).reshape(*flat.shape[:-1], 2, 3)
            np.testing.assert_array_equal(np.array(function(*shaped)), expected, strict=True)
    scalar = function(*(float(a[0]) for a in arguments))
    for value in scalar if isinstance(scalar, tuple) else (scalar,):
        assert np.ndim(value) == 0
        assert not isinstance(value, np.ndarray)
    np.testing.assert_array_equal(np.array(scalar), flat[..., 0])
    assert np.array(function(*(a[:0] for a in arguments))).shape == (*flat.shape[:-1], 0)
    assert np.array(
        function(*(a[:0].reshape(0, 1) for a in arguments[:-1]), arguments[-1])
    ).shape == (*flat.shape[:-1], 0, 6)


def test_phase_of_more_cells_than_one_block():
    rates = np.linspace(0.01, 4.5, 40_000).reshape(200, 200)
    codes = tl.phase(rates, 1.0, 0.0, 5.0)
    assert codes.dtype == np.int8
    np.testing.assert_array_equal(codes, np.select([rates <= 2, rates < 4], [0, 1], 3))
    np.testing.assert_array_equal(tl.phase(rates.T, 1.0, 0.0, 5.0), codes.T)


EXTREME = [
    (1e307, 1e306, 1, 1e306), (1e307, 0.0, 1, 1e-320), (5e-324, 0.0, 3, 0.0),
    (5e-324, 0.0, 3, 5e-324), (1e-300, 1e300, np.inf, 1e300), (1e-300, 0.0, 10, 1e300),
    (1e300, 1e300, 1e18, -1e300),
]  # fmt: skip


@pytest.mark.parametrize("start", EXTREME)
@pytest.mark.parametrize("eta", [5e-324, 1.0, 1e308])
def test_extreme_numbers(eta, start):
    """Right where the answer is exact, and neither nan nor a warning anywhere (pytest makes
    warnings errors)."""
    assert tl.phase(eta, *start) == judge(Cell(eta, *start))
    assert isinstance(tl.certificate(eta, *start), np.bool_)
    assert len(tl.triangle(eta, *start)) == 3
    for boundary in BOUNDARIES:
        assert boundary(*start) > 0
    if start[2] == np.inf:
        lam = np.float64(start[0])
        assert [boundary(*start) for boundary in BOUNDARIES] == [2 / lam, 4 / lam, 4 / lam]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_defaults_are_output_0_label_0_and_infinite_width(boundary):
    assert boundary(3.0) == boundary(3.0, 0.0, np.inf, 0.0)
    assert boundary(3.0, width=2) == boundary(3.0, 0.0, 2, 0.0)
    assert boundary(3.0, 1.0, 2) == boundary(3.0, 1.0, 2, 0.0)
    assert (
        boundary(3.0, width=2, target=0.5)
        == boundary(3.0, 0.0, 2, 0.5)
        != boundary(3.0, 1.0, 2, 0.5)
    )
    assert (
        tl.triangle(1.0, 3.0, 1.0, 4)
        == tl.triangle(1.0, 3.0, 1.0, 4, 0.0)
        != tl.triangle(1.0, 3.0, 1.0, 4, 0.5)
    )


@pytest.mark.parametrize("function", [tl.phase, tl.triangle, tl.certificate])
@pytest.mark.parametrize("eta", [0.5, 1.5, 2.5])
def test_with_a_rate_the_defaults_are_the_same(function, eta):
    assert function(eta, 2.0) == function(eta, 2.0, 0.0, np.inf, 0.0)
    assert function(eta, 2.0) == function(eta, 2.0, output=0.7, target=0.3)


def test_the_certificate_at_label_0_stops_at_2():
    x = np.array([np.nextafter(2, 0), 2.0, np.nextafter(2, 3)])
    assert tl.certificate(1.0, x, 0.1, 5).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("s", "phase"),
    [
        (3.0, Phase.OSCILLATING),
        (4.0, Phase.OSCILLATING),
        (4.125, Phase.DIVERGENT),
        (5.0, Phase.DIVERGENT),
    ],
)
def test_where_both_ties_meet(s, phase):
    """V = 0 and |τ| = 2 exactly, u = v: r' = r³ − 3r is bounded up to r = s − 2 = 2."""
    assert tl.triangle(1.0, 2 * s, s, 1, 2.0)[2] == 0
    assert tl.phase(1.0, 2 * s, s, 1, 2.0) == phase
