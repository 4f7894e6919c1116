"""The expansions: where two hold they agree, and cut short each has the order that it should."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from twolayer import _derived, _expansions, expansions, final_curvature

# Where two hold


def test_series_agree_where_two_hold():
    """Just inside the region of the mirror series, iterate on until the bulk series holds."""
    d = 0.1 * np.cos(np.linspace(0.3, 2.8, 40))
    x, s = 2 + d, np.sqrt((0.9999 * expansions.MIRROR_RADIUS**2 - d**2 - 2 * d**3 / 3) / 2)
    direct = final_curvature(1.0, x, s, 1).curvature
    for _ in range(60):
        x, s = _derived.scaled_step_zero_target(x, s)
    z = s * s
    bulk = x + expansions.nested(_expansions.BULK, x, z)
    assert (z <= expansions.BULK_RADIUS * (x * (2 - x) / 2) ** 2 * (1 + x)).all()
    np.testing.assert_allclose(direct, bulk, rtol=0, atol=6e-14)


def run_of(x, s):
    """The state of runs that start here, and their ends."""
    ones = np.ones_like(x)
    ends = expansions.Ends(
        np.sqrt((x / 2 - s) * (x / 2 + s)), 0 * x, 0 * x, 0 * x, np.zeros(x.shape, int)
    )
    return expansions.Runs(
        np.arange(x.size), 4 - x, s, ones, np.zeros((3, x.size)), np.zeros((3, x.size))
    ), ends


def test_flat_and_bulk_series_agree_where_both_hold():
    x, share = (
        axis.reshape(-1)
        for axis in np.meshgrid(
            np.linspace(0.01, expansions.FLAT_RADIUS, 60), np.linspace(-1, 1, 21)
        )
    )
    s = share * np.sqrt(expansions.BULK_RADIUS * (1 + x)) * x * (2 - x) / 2
    flat, bulk = (
        expansion(*run_of(x, s))[0] for expansion in (expansions.near_origin, expansions.in_bulk)
    )
    np.testing.assert_allclose(flat, bulk, rtol=2.5e-14)
    assert np.median(np.abs(flat / bulk - 1)) < 3e-15
    assert (np.abs(flat / x - 1) > 1e-4).any()  # both say something


def test_two_rows_say_all_where_they_are_used():
    x = np.concatenate([np.linspace(0.01, 1.9, 200), np.linspace(2.11, 3.99, 200)])
    z = expansions.TWO_ROWS * expansions.BULK_RADIUS * (x * (2 - x) / 2) ** 2
    for table, size, where in ((_expansions.BULK, x, x > 0), (_expansions.COORDINATE, 1, x > 2)):
        two, four = (expansions.nested(table[:rows], x, z) for rows in (2, 4))
        assert (np.abs(two - four) / size)[where].max() < 1e-17


def test_the_region_of_the_mirror_series_is_that_of_its_bound():
    """The level of its radius in theory.md §6, ρ² + 2δ³/3, from the rows of the table."""
    assert expansions.LEVEL == [[0, 0, 1, 2 / 3], [2, 0]]


# Orders


def test_coordinates_invert_the_manifold():
    """(C, σ) of (X, S) is (x, σ)."""
    x = np.linspace(2.12, 3.99, 80)
    width = (x * (2 - x) / 2) ** 2
    w = 0.3 * expansions.BULK_RADIUS * width
    later = x + expansions.nested(_expansions.MANIFOLD_X, x, w)
    s = np.sqrt(w) * (1 + expansions.nested(_expansions.MANIFOLD_S, x, w))
    np.testing.assert_allclose(
        later + expansions.nested(_expansions.BULK, later, s * s), x, rtol=4e-15
    )
    sigma = s * (1 + expansions.nested(_expansions.COORDINATE, later, s * s))
    np.testing.assert_allclose(sigma, np.sqrt(w), rtol=2e-14)


def observed_order(change):
    """Of a change that vanishes with its argument, from exact rationals at 1/5000 and half of
    it."""
    one, two = (abs(change(Fraction(1, size))) for size in (5000, 10_000))
    return float(
        mpmath.log(mpmath.mpf(one.numerator) / one.denominator * two.denominator / two.numerator, 2)
    )


def cut_series(table, order, i_weight, j_weight):
    """The terms up to a weight, as a function of two fractions."""
    terms = {
        (i, j): Fraction(*pair)
        for j, row in enumerate(table)
        for i, pair in enumerate(row)
        if i * i_weight + j * j_weight <= order
    }
    return lambda a, b: sum(value * a**i * b**j for (i, j), value in terms.items())


def cut_nested(table, order, x, z):
    """`expansions.nested` of the first orders, in fractions."""
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

    assert observed_order(lambda z: curvature(*step(z)) - curvature(x, z)) == pytest.approx(
        order + 1, abs=0.05
    )
    assert observed_order(
        lambda z: (1 - x + z) * share(*step(z)) - (1 - curvature(x, z)) * share(x, z)
    ) == pytest.approx(order + 1, abs=0.05)  # fmt: skip


@pytest.mark.parametrize("x", [Fraction(22, 10), Fraction(27, 10), Fraction(19, 5)])
@pytest.mark.parametrize("order", range(1, len(_expansions.MANIFOLD_X) + 1))
def test_manifold_has_its_order(order, x):
    """Cut at w^order, w = σ², the step from (X, S) misses the manifold by O(w^(order + 1))."""

    def point(w):
        return x + cut_nested(_expansions.MANIFOLD_X, order, x, w), 1 + cut_nested(
            _expansions.MANIFOLD_S, order, x, w
        )

    def in_curvature(w):
        (here, share), (later, _) = point(w), point((1 - x) ** 2 * w)
        return here + w * share**2 * (here - 4) - later

    def in_output(w):
        (here, share), (_, later) = point(w), point((1 - x) ** 2 * w)
        return share * (1 - here + w * share**2) - (1 - x) * later

    for change in (in_curvature, in_output):
        assert observed_order(change) == pytest.approx(order + 1, abs=0.05)
