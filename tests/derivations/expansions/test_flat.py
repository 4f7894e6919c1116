"""The flat series: its table in x and PQ, and its bounds on runs in 50 digits."""

from fractions import Fraction

import mpmath
import pytest

from derivations.expansions import flat, flat_bounds
from derivations.expansions.series import read
from twolayer import _expansions

from .series_in_numbers import ending, number, series


def test_flat_series_in_x_and_product():
    """The table in (x, PQ) is the series in (P, Q), in exact rationals."""
    p, q = Fraction(1, 7), Fraction(2, 9)
    rows = sum(
        Fraction(*pair) * (p + q) ** i * (p * q) ** j
        for j, row in enumerate(_expansions.FLAT)
        for i, pair in enumerate(row)
    )
    terms = read(flat.INVARIANT, flat.VARIABLES).items()
    values = (Fraction(int(c.numerator), int(c.denominator)) * p**i * q**j for (i, j), c in terms)
    assert p * q * rows == sum(values)


@pytest.mark.parametrize("share", ["0", "0.3", "0.6", "0.8", "0.9"])
def test_flat_bounds_at_the_edge(share):
    with mpmath.workdps(50):
        x = number(flat_bounds, flat_bounds.span)
        s = x * mpmath.mpf(share) / 2
        p = x**2 / 4 - s**2
        rho = mpmath.sqrt(p * series(_expansions.FLAT, x, p))
        said = ending(_expansions.FLAT_END, rho)
        for _ in range(3000):
            z = s * s
            p *= (1 - z) ** 2
            x, s = x + z * (x - 4), s * (1 - x + z)
        assert z < mpmath.mpf(10) ** -20 * x**2
        assert abs(said / (2 * mpmath.sqrt(p)) - 1) <= mpmath.mpf(10) ** -14
