"""The bulk series: its nested table, and complex runs on the disks of the proof."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from derivations.expansions import bulk, bulk_catapult, bulk_lazy, manifold
from derivations.notation import x
from twolayer import _expansions

from .series_in_numbers import at


@pytest.mark.parametrize("order", range(1, bulk.ORDER + 1))
def test_nested_rows_are_the_coefficients(order):
    """The table, unfolded at a rational point, against the solved coefficient."""
    point = Fraction(7, 3)
    mu = 1 - point
    factors = [point - 1, point * (2 - point), 1 + mu**2, 1 + mu**2 + mu**4, 1 + mu**4]
    tables = (
        (_expansions.BULK, bulk.C),
        (_expansions.COORDINATE, bulk.D),
        (_expansions.MANIFOLD_X, manifold.CURVATURE),
        (_expansions.MANIFOLD_S, manifold.OUTPUT),
    )
    for table, solved in tables:
        below = Fraction(1)
        for _, exponents in table[:order]:
            for factor, exponent in zip(factors, exponents, strict=True):
                below *= factor**exponent
        above = sum(value * point**k for k, value in enumerate(table[order - 1][0]))
        assert above / below == Fraction(solved[order - 1].claim.rhs.subs(x, sp.Rational(7, 3)))


def around(disk):
    return [disk * mpmath.mpf("0.999") * mpmath.expjpi(mpmath.mpf(k) / 6) for k in range(12)]


ZERO, TWO = bulk_lazy.NEAR_ZERO, bulk_lazy.NEAR_TWO


@pytest.mark.parametrize(
    ("place", "disk"),
    [("0.146", ZERO), ("0.5", ZERO), ("1", ZERO), ("1", TWO), ("1.5", TWO), ("1.8915", TWO)],
)
def test_complex_runs_converge_where_the_proof_says(place, disk):
    """Below 2: from the edge of the disk a run stays within `away`, |1 - x + z| at most q."""
    place = sp.Rational(place)
    start, away, q = mpmath.mpf(place.p) / place.q, at(disk.away, place), at(disk.shrinks, place)
    for z in around(at(disk.disk, place)):
        now = start
        for _ in range(300):
            assert abs(1 - now + z) <= q
            now, z = now + z * (now - 4), z * (1 - now + z) ** 2
            assert abs(now - start) <= away
        assert abs(z) < 1e-9


def earlier_point(now, z, root):
    """The point that a step takes to (now, z), by Newton from a guess of its z."""

    def beyond(back):
        return back * (1 - (now + 4 * back) / (1 + back) + back) ** 2 - z

    back = mpmath.findroot(beyond, root)
    return (now + 4 * back) / (1 + back), back


@pytest.mark.parametrize("place", ["2.1", "2.5", "3", "3.6", "4"])
def test_complex_runs_go_back_where_the_proof_says(place):
    """Above 2: the earlier points stay within `away` and `near`; |sigma/s - 1| <= E/(1 - E)."""
    place = sp.Rational(place)
    start = mpmath.mpf(place.p) / place.q
    away, near, Q, product = (
        at(part, place)
        for part in (bulk_catapult.away, bulk_catapult.near, bulk_catapult.Q, bulk_catapult.factors)
    )
    for z in around(at(bulk_catapult.DISK, place)):
        now, parts = start, []
        for _ in range(200):
            now, z = earlier_point(now, z, z / (1 - now) ** 2)
            assert abs(z) <= near
            assert abs(now - start) <= away + 1e-12
            assert abs(1 - now + z) >= Q - 1e-12
            parts.append(1 - now + z)
        sigma = mpmath.fprod((1 - now) / part for part in parts)
        assert abs(sigma - 1) <= product / (1 - product)
