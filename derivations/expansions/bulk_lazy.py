"""How far the bulk series can be trusted below x = 2: all that its cut leaves out is bounded.

For complex z in a disk a hundred times as wide as the series is used runs still converge, so C is
analytic there and differs little from x. By Cauchy's estimate all coefficients are then small
against the disk; the first two omitted ones are bounded as they are.
"""

from dataclasses import dataclass
from typing import Any

import sympy as sp

from ..notation import delta, x, z
from ..prover.claims import ge
from ..prover.quantities import named
from ..prover.statement import defined, definitions
from . import flat_bounds, mirror_bounds
from .bounds import ACCURACY, bounded, decimals, numbers
from .bulk import EXACT, ORDER, C
from .coefficients import width

span, gauge, lazy_5, lazy_6, tail_0, tail_2 = named("span gauge lazy_5 lazy_6 tail_0 tail_2")
SPAN = defined(
    "bulk.span",
    span,
    sp.Rational("0.0008"),
    "The bulk series is used where z <= span (x(2 - x)/2)^2, for x < 2 where z <= span (1 + x) "
    "(x(2 - x)/2)^2.",
)
BOUNDS = {
    **definitions(SPAN),
    **decimals(shrink_0="0.93", move_0="0.99", part_0="1/140", tail_0="40e-17", lazy_5="82e-16"),
    **decimals(shrink_2="0.95", move_2="0.99", part_2="1/100", tail_2="67e-17", lazy_6="2e-17"),
}
MIRROR = mirror_bounds.BOUNDS
LAZY = (ge(x, flat_bounds.LARGEST), ge(2 - MIRROR[span], x))
LARGEST = span * (1 + x) * width  # z is at most this


@dataclass(frozen=True)
class Disk:
    """Complex z, |z| <= disk, from which runs stay within away of x, |1 - x + z| at most q.

    `far` is how far x is from the nearer of 0 and 2.
    """

    far: Any
    disk: Any

    @property
    def away(self):
        return self.far / 2

    @property
    def shrinks(self):
        """The q above."""
        return 1 - self.far + self.away + self.disk


def flare(distance):
    """How large |z| may be at this distance from x = 2."""
    return distance**2 / (4 + 7 * distance)


NEAR_ZERO, NEAR_TWO = Disk(x, x**2 / (4 * (2 + x))), Disk(2 - x, flare(2 - x))


def tail_bounds(name, disk, interval, side, says):
    """What all coefficients from c_7 on add up to."""
    shrink, move, part, tail = named(f"shrink_{side} move_{side} part_{side} tail_{side}")
    share = LARGEST / disk.disk
    way = disk.disk * (4 - x + disk.away) / (1 - disk.shrinks**2)
    shrinks = bounded(
        f"bulk.{name}_shrinks", shrink, disk.shrinks, BOUNDS, interval,
        f"With {says} for complex x, z within away = far/2 of this x and disk of 0 |1 - x + z| is "
        "at most q = 1 - far/2 + disk, and this is",
    )  # fmt: skip
    stays = bounded(
        f"bulk.{name}_stays", move, way / disk.away, BOUNDS, interval,
        f"With {says} and q = 1 - far/2 + disk the way of x, disk (4 - x + away)/(1 - q^2), is as "
        "a share of away = far/2",
        "From this x and any |z| <= disk a run therefore stays there: by induction |z| shrinks "
        "by q^2 a step, and all that x moves, |z| |x - 4| a step, adds up to less than away. So "
        "x converges, uniformly; its limit C is analytic in z on the disk (and in x, z for small "
        "z), no step changes it, C(x, 0) = x and |C - x| <= away. Its coefficients are those of "
        "bulk.c1, ..., the only ones: the factors (1 - x)^(2k) - 1 in their equations are not 0.",
        (shrinks,),
    )  # fmt: skip
    parts = bounded(
        f"bulk.{name}_part", part, share, BOUNDS, interval,
        f"With {says} span (1 + x)(x(2 - x)/2)^2 is a share of disk of",
    )  # fmt: skip
    tails = bounded(
        f"bulk.{name}_tail", tail, disk.away / x * share ** (EXACT + 1) / (1 - part),
        BOUNDS, interval,
        f"With {says} all terms from c_7 z^7 on add up to a share of x of",
        "|c_k| <= away/disk^k by Cauchy: a geometric series, away share^7/(1 - share).",
        (stays, parts),
    )  # fmt: skip
    return shrinks, stays, parts, tails


def omitted_terms(name, series, largest, unit, bounds, interval, says):
    """What the terms of the omitted coefficients that are solved are at the largest z."""
    return tuple(
        bounded(
            f"bulk.{name}_{k}",
            named(f"{name}_{k}")[0],
            series[k - 1].claim.rhs * largest**k / unit,
            bounds,
            interval,
            says.format(k),
        )
        for k in range(ORDER + 1, EXACT + 1)
    )


def served(name, largest, interval, says):
    """Where the mirror series takes over: there its gauge is at most the square of its span."""
    spans = {span: BOUNDS[span], gauge: MIRROR[span] ** 2}
    moved = MIRROR[gauge].xreplace({delta: x - 2, z: largest})
    return bounded(name, gauge, moved, spans, interval, says)


lower = tail_bounds(
    "lower",
    NEAR_ZERO,
    (LAZY[0], ge(1, x)),
    0,
    "146/1000 <= x <= 1, far = x and disk = x^2/(4 (2 + x))",
)
upper = tail_bounds(
    "upper",
    NEAR_TWO,
    (ge(x, 1), LAZY[1]),
    2,
    "1 <= x <= 18915/10000, far = 2 - x and disk = far^2/(4 + 7 far)",
)
REGION = "For 146/1000 <= x <= 18915/10000 and z <= span (1 + x)(x(2 - x)/2)^2"
terms = omitted_terms(
    "lazy", C, LARGEST, x, BOUNDS, LAZY, REGION + " the term c_{0} z^{0} is a share of x of"
)
total = numbers(
    "bulk.lazy",
    ge(ACCURACY, lazy_5 + lazy_6 + sp.Max(tail_0, tail_2)),
    BOUNDS,
    f"{REGION} all that the bulk series leaves out is at most a share 1e-14 of x.",
    "For smaller z it is smaller, like z^5.",
    (*terms, lower[-1], upper[-1]),
)
nearer = served(
    "bulk.left",
    LARGEST,
    (ge(x, 2 - MIRROR[span]), ge(2, x)),
    f"{REGION} the mirror series serves from x = 2 - span of mirror.span on: its gauge is",
)
STATEMENTS = (SPAN, *terms, *lower, *upper, total, nearer)
