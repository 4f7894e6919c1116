"""The final curvature: its laws first, then multiple precision, then how far it says it can be trusted."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import twolayer as tl
from twolayer import Phase, _derived, _expansions, final, final_curvature

from .helpers import Cell, from_scaled, random_cells

EPS = np.finfo(float).eps
RNG = np.random.default_rng


def ended(x, s):
    """Final x and its error from the dimensionless state."""
    x, s = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(s, float))
    with np.errstate(all="ignore"):
        return final._unlabelled(np.ones_like(x), x, s, np.ones_like(x))[:2]


def states(rng, size, low=0.01, high=3.9):
    x = rng.uniform(low, high, size)
    return x, x / 2 * rng.uniform(0, 1, size) ** rng.integers(1, 20, size)


def in_mpmath(x, s, steps=200_000):
    """Final x by plain iteration in 60 digits, with the exact product; None if it takes too long."""
    with mpmath.workdps(60):
        goal = mpmath.mpf(10) ** -24
        x, s = mpmath.mpf(float(x)), mpmath.mpf(float(s))
        mean = x * x / 4 - s * s
        for _ in range(steps):
            z = s * s
            if x < 2 and z * (4 - x) < goal * x * x * (2 - x):
                return 2 * mpmath.sqrt(mean)
            mean *= (1 - z) ** 2
            x, s = x + z * (x - 4), s * (1 - x + z)
    return None


@pytest.mark.parametrize("seed", range(4))
def test_a_step_changes_nothing(seed):
    x, s = states(RNG(seed), 20_000)
    later_x, later_s = _derived.scaled_step_zero_target(x, s)
    (one, doubt), (two, later_doubt) = ended(x, s), ended(later_x, later_s)
    off = np.abs(one - two) / (doubt + later_doubt)
    assert (off <= 1).all()
    assert np.median(np.abs(one / two - 1)) < 4e-15


def test_it_is_where_the_run_ends():
    cell = random_cells(RNG(5), 4000, (0.05, 3.9))
    said, ran = final_curvature(*cell), tl.outcome(*cell, max_steps=20_000)
    known = (ran.phase <= Phase.CATAPULT) & np.isfinite(ran.curvature_error) & (cell.eta * said.curvature > 1e-3)
    assert known.mean() > 0.8
    apart = np.abs(said.curvature - ran.curvature)[known]
    assert (apart <= (said.error + ran.curvature_error + 1e-11 * said.curvature)[known]).all()
    np.testing.assert_array_equal(said.phase, tl.phase(*cell))


def test_zero_output_stays():
    x = np.linspace(0.01, 3.9, 50)
    np.testing.assert_allclose(ended(x, 0 * x)[0], x, rtol=4 * EPS)


@pytest.mark.parametrize(("low", "high", "share"), [(0.02, 1.99, 1e-13), (2.01, 3.0, 3e-13), (3.0, 3.9, 1e-11)])
def test_against_multiple_precision(low, high, share):
    x, s = states(RNG(9), 60, low, high)
    said, doubt = ended(x, s)
    count = 0
    for a, b, value, error in zip(x, s, said, doubt, strict=True):
        exact = in_mpmath(a, b, steps=4000)
        if exact is not None:
            count += 1
            assert abs(value - exact) <= error
            assert abs(value / exact - 1) <= max(share, float(error / exact))
    assert count > 30


@pytest.mark.parametrize("gap", [1e-2, -1e-2, 3e-3])
def test_across_the_transition(gap):
    for s in (3e-3, 1e-2):
        value, error = ended(2 + gap, s)
        exact = in_mpmath(2 + gap, s)
        assert exact is not None
        assert abs(value[0] - exact) <= error[0] <= 1e-12


@pytest.mark.parametrize("gap", [1e-8, -1e-8, 1e-6, 1e-4])
@pytest.mark.parametrize("s", [1e-9, 1e-7, 1e-4])
def test_near_the_transition_it_is_the_mirror_law(gap, s):
    """The first two orders of the series, by hand: ρ_I² = ρ² + 2δ³/3, C = 2 − ρ_I − ρ_I²/3 (theory.md §6)."""
    gap = (2 + gap) - 2  # what float64 makes of it
    rho = np.hypot(gap, np.sqrt(2) * s)
    said = ended(2 + gap, s)[0][0]
    assert abs(said - (2 - rho - rho**2 / 3 - gap**3 / (3 * rho))) <= 2 * rho**3 + 4 * EPS


@pytest.mark.parametrize("s", [0.9999, 0.99999, 0.9999999])
def test_tiny_final_curvature(s):
    """Almost balanced networks: the final curvature is small and slow; the exact product of the first steps times the flat law."""
    value, error = ended(2.0, s)
    with mpmath.workdps(50):
        x, output = mpmath.mpf(2), mpmath.mpf(s)
        for _ in range(4):
            z = output**2
            x, output = x + z * (x - 4), output * (1 - x + z)
        mean = mpmath.sqrt(x * x / 4 - output**2)
        rho = mean * mpmath.sqrt(1 - x / 2 + x**2 / 16 - x**3 / 24)
        exact = 2 * rho + rho**2 + 9 * rho**3 / 8
    assert exact < 1e-5
    assert abs(value[0] - exact) <= error[0] + abs(x) ** 4 * exact
    assert abs(value[0] / exact - 1) < 1e-11


def test_wide_networks_are_log_periodic():
    """Widths n and n(x − 1)²: theory.md §7, up to ln n/n."""
    x, f = np.array([2.8, 3.0, 3.2]), 0.3
    n = 1e12
    one = final_curvature(x, 1.0, f, np.round(n)).curvature
    two = final_curvature(x, 1.0, f, np.round(n * (x - 1) ** 2)).curvature
    half = final_curvature(x, 1.0, f, np.round(n * (x - 1))).curvature
    np.testing.assert_allclose(one, two, rtol=1e-9)
    assert (np.abs(half / one - 1) > 1e-3).all()


# The expansions, and where they hold


def test_series_agree_where_two_hold():
    """Just inside the region of the mirror series, iterate on until the bulk series holds."""
    d = 0.1 * np.cos(np.linspace(0.3, 2.8, 40))
    x, s = 2 + d, np.sqrt((0.9999 * final._MIRROR_RADIUS**2 - d**2 - 2 * d**3 / 3) / 2)
    direct = ended(x, s)[0]
    for _ in range(60):
        x, s = _derived.scaled_step_zero_target(x, s)
    z = s * s
    bulk = x + final._nested(_expansions.BULK, x, final._factors(x), z)
    assert (z <= final._BULK_RADIUS * (x * (2 - x) / 2) ** 2 * (1 + x)).all()
    np.testing.assert_allclose(direct, bulk, rtol=0, atol=6e-14)


def test_coordinates_invert_the_manifold():
    """(C, σ) of (X, S) is (x, σ)."""
    x = np.linspace(2.12, 3.99, 80)
    width = (x * (2 - x) / 2) ** 2
    w = 0.3 * final._BULK_RADIUS * width
    factors = final._factors(x)
    later = x + final._nested(_expansions.MANIFOLD_X, x, factors, w)
    s = np.sqrt(w) * (1 + final._nested(_expansions.MANIFOLD_S, x, factors, w))
    factors = final._factors(later)
    np.testing.assert_allclose(later + final._nested(_expansions.BULK, later, factors, s * s), x, rtol=4e-15)
    sigma = s * (1 + final._nested(_expansions.COORDINATE, later, factors, s * s))
    np.testing.assert_allclose(sigma, np.sqrt(w), rtol=2e-14)


def observed_order(change):
    """Of a change that vanishes with its argument, from exact rationals at 1/5000 and half of it."""
    one, two = (abs(change(Fraction(1, size))) for size in (5000, 10_000))
    return float(mpmath.log(mpmath.mpf(one.numerator) / one.denominator * two.denominator / two.numerator, 2))


def cut_series(table, order, i_weight, j_weight):
    """The terms up to a weight, as a function of two fractions."""
    terms = {(i, j): Fraction(*pair) for j, row in enumerate(table) for i, pair in enumerate(row) if i * i_weight + j * j_weight <= order}
    return lambda a, b: sum(value * a**i * b**j for (i, j), value in terms.items())


def cut_nested(table, order, x, z):
    """`final._nested` of the first orders, in fractions."""
    q = (1 - x) ** 2
    factors, total = (x - 1, x * (2 - x), 1 + q, 1 + q + q * q, 1 + q * q), Fraction(0)
    for numerator, exponents in table[:order][::-1]:
        total = z * (total + sum(value * x**k for k, value in enumerate(numerator)))
        for factor, exponent in zip(factors, exponents, strict=True):
            total /= factor**exponent
    return total


@pytest.mark.parametrize("order", [6, 10, 15])
def test_mirror_series_has_its_order(order):
    """Cut to weight w = order the invariant changes at a step by O(ε^(w + 2))."""
    value = cut_series(_expansions.MIRROR, order, 1, 2)

    def change(small):
        d, z = small, small**2
        return value(d + z * (d - 2), z * (1 + d - z) ** 2) - value(d, z)

    assert observed_order(change) == pytest.approx(order + 2, abs=0.05)


@pytest.mark.parametrize("order", [4, 9, 14])
def test_flat_series_has_its_order(order):
    """Cut to degree = order the invariant changes at a step by O(ε^(order + 2))."""
    series = cut_series(_expansions.FLAT, order - 2, 1, 2)

    def value(p, q):
        return p * q * series(p + q, p * q)

    def change(small):
        p, q = 2 * small, small / 3
        s = (p - q) / 2
        return value(p * (1 - s) ** 2, q * (1 + s) ** 2) - value(p, q)

    assert observed_order(change) == pytest.approx(order + 2, abs=0.05)


@pytest.mark.parametrize("x", [Fraction(3, 5), Fraction(17, 10), Fraction(27, 10)])
@pytest.mark.parametrize("order", range(1, len(_expansions.BULK) + 1))
def test_bulk_series_has_its_order(order, x):
    """Cut at z^order, C and the product (1 - C) σ are wrong after a step by O(z^(order + 1))."""

    def curvature(x, z):
        return x + cut_nested(_expansions.BULK, order, x, z)

    def share(x, z):
        return 1 + cut_nested(_expansions.COORDINATE, order, x, z)

    def step(z):
        return x + z * (x - 4), z * (1 - x + z) ** 2

    assert observed_order(lambda z: curvature(*step(z)) - curvature(x, z)) == pytest.approx(order + 1, abs=0.05)
    assert observed_order(
        lambda z: (1 - x + z) * share(*step(z)) - (1 - curvature(x, z)) * share(x, z)
    ) == pytest.approx(order + 1, abs=0.05)  # fmt: skip


@pytest.mark.parametrize("x", [Fraction(22, 10), Fraction(27, 10), Fraction(19, 5)])
@pytest.mark.parametrize("order", range(1, len(_expansions.MANIFOLD_X) + 1))
def test_manifold_has_its_order(order, x):
    """Cut at w^order, w = σ², the step from (X, S) misses the manifold by O(w^(order + 1))."""

    def point(w):
        return x + cut_nested(_expansions.MANIFOLD_X, order, x, w), 1 + cut_nested(_expansions.MANIFOLD_S, order, x, w)

    def in_curvature(w):
        (here, share), (later, _) = point(w), point((1 - x) ** 2 * w)
        return here + w * share**2 * (here - 4) - later

    def in_output(w):
        (here, share), (_, later) = point(w), point((1 - x) ** 2 * w)
        return share * (1 - here + w * share**2) - (1 - x) * later

    for change in (in_curvature, in_output):
        assert observed_order(change) == pytest.approx(order + 1, abs=0.05)


# Phases, labels, shapes, bad input


def test_phases():
    end = final_curvature([0.5, 1.5, 2.0, 2.5], 2.0, 1.0, 100)
    assert end.phase.tolist() == [0, 1, 2, 3]
    assert np.isfinite(end.curvature[:2]).all()
    assert np.isnan(end.curvature[2])
    assert end.curvature[3] == np.inf
    wide = final_curvature([0.5, 1.5, 2.5], 2.0, 1.0, np.inf)
    assert wide.curvature[0] == 2
    assert np.isnan(wide.curvature[1])
    assert wide.curvature[2] == np.inf


def test_few_steps_anywhere():
    x, s = np.linspace(0.002, 3.998, 300)[:, None], np.logspace(-9, 0, 300)[None, :]
    x, s = (array.reshape(-1) for array in np.broadcast_arrays(x, s))
    allowed = x >= 2 * s
    end = final_curvature(x[allowed], 1.0, s[allowed] / x[allowed], 1)
    assert end.steps.max() <= 70
    assert end.steps.mean() < 8
    assert np.isfinite(end.curvature).all()


def test_labels_end_where_runs_end():
    cell = random_cells(RNG(3), 500, (0.1, 3.0), tau=0.7)
    said, ran = final_curvature(*cell), tl.outcome(*cell, max_steps=50_000)
    both = (said.phase <= Phase.CATAPULT) & np.isfinite(said.curvature) & np.isfinite(ran.curvature_error)
    assert both.mean() > 0.5
    error, said = said.error[both], said.curvature[both]
    allowed = error + ran.curvature_error[both] + 1e-5 * said  # a run stops at a residual of 1e-6
    assert (np.abs(said - ran.curvature[both]) <= allowed).all()


def test_labels_against_multiple_precision():
    cell = from_scaled(1.0, np.array([0.5, 1.3, 2.2]), np.array([0.3, -0.2, 0.4]), 7, np.array([0.2, -0.4, 0.5]))
    said = final_curvature(*cell)
    for k in range(3):
        with mpmath.workdps(50):
            x, s, tau = (mpmath.mpf(float(v)) for v in _derived_state(Cell(*(np.broadcast_to(a, 3)[k] for a in cell))))
            for _ in range(4000):
                r = s - tau
                x, s = x + r * (x * r - 4 * s), tau + r * (1 - x + s * r)
        assert abs(said.curvature[k] - x) <= said.error[k] <= 1e-12


def _derived_state(cell):
    x, r, tau = _derived.scaled(*(float(value) for value in cell), np.sqrt)
    return x, r + tau, tau


def test_shapes_and_saving(tmp_path):
    grid = final_curvature(np.array([[0.5], [1.5]]), 2.0, 1.0, [10, 100, 1000])
    assert grid.curvature.shape == grid.error.shape == grid.phase.shape == grid.steps.shape == (2, 3)
    one = final_curvature(1.5, 2.0, 1.0, 100)
    assert one.phase is Phase.CATAPULT
    assert one.curvature == grid.curvature[1, 1]
    tl.save(tmp_path / "end.npz", grid)
    np.testing.assert_array_equal(tl.load(tmp_path / "end.npz").curvature, grid.curvature)
    assert final_curvature(np.empty((0, 2)), 2.0, 1.0, 10).curvature.shape == (0, 2)


@pytest.mark.parametrize("bad", [{"eta": 0.0}, {"curvature": -1.0}, {"output": 100.0}, {"width": 2.5}, {"target": np.inf}])
def test_bad_input(bad):
    good = {"eta": 1.0, "curvature": 2.0, "output": 1.0, "width": 10, "target": 0.0}
    with pytest.raises(ValueError, match=next(iter(bad))) as caught:
        final_curvature(**(good | bad))
    assert "\n" not in str(caught.value)
