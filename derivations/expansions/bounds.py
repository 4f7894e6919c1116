"""Inequalities proved exactly: rational functions of one variable on an interval, and numbers."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import comb
from typing import Any

import sympy as sp
from sympy import QQ, ZZ
from sympy.polys.densetools import dup_transform
from sympy.polys.rings import PolyRing

from ..prover.claims import ge
from ..prover.proofs import Definitions, Sign, unfold
from ..prover.quantities import named
from ..prover.statement import Statement

ACCURACY = sp.Rational("1e-14")  # of all series, where they are used
DEEPEST, POINTS = 12, 100
(omitted,) = named("omitted")


@cache
def in_lowest_terms(expr, variable):
    """An element of the field of rational functions of a variable."""
    above, below = map(ZZ.frac_field(variable).from_sympy, sp.fraction(sp.together(expr)))
    return above / below


def bernstein(polynomial, low, high):
    """Bernstein coefficients on [low, high] of a polynomial in one variable over the rationals."""
    ends, degree = [QQ.convert(high), QQ.convert(low)], polynomial.degree()
    values = dup_transform(polynomial.to_dense(), ends, [QQ(1), QQ(1)], QQ)[::-1]
    values += [QQ(0)] * (degree + 1 - len(values))
    return [value / comb(degree, k) for k, value in enumerate(values)]


def halves(values):
    """Bernstein coefficients on each half of the interval."""
    rows = [values]
    while len(rows[-1]) > 1:
        rows.append([(u + v) / 2 for u, v in pairwise(rows[-1])])
    return [row[0] for row in rows], [row[-1] for row in reversed(rows)]


def nonnegative(values, depth: int = DEEPEST) -> bool:
    """Whether Bernstein coefficients, halved often enough, are all >= 0: then so is the
    polynomial."""
    if min(values) >= 0:
        return True
    if values[0] < 0 or values[-1] < 0 or depth == 0:
        return False
    return all(nonnegative(half, depth - 1) for half in halves(values))


@dataclass(frozen=True)
class OnInterval:
    """bound >= |omitted| for low <= variable <= high, and not by much: somewhere half the bound is
    passed.

    The denominator of omitted and the numerators of bound -+ omitted have Bernstein coefficients of
    one sign on the halves, quarters, ... of the interval. `definitions` give both sides.
    """

    variable: Any
    low: Any
    high: Any
    definitions: Definitions

    def holds(self, claim, assumptions) -> bool:
        interval = ge(self.variable, self.low), ge(self.high, self.variable)
        if not all(relation in assumptions for relation in interval):
            return False
        if not isinstance(claim, sp.Ge) or not isinstance(claim.lts, sp.Abs):
            return False
        larger, inner = (unfold(side, self.definitions) for side in (claim.gts, claim.lts.args[0]))
        if not larger.is_Rational or inner.free_symbols != {self.variable}:
            return False
        fraction, ring = in_lowest_terms(inner, self.variable), PolyRing([self.variable], QQ)
        above, below = (part.set_ring(ring) for part in (fraction.numer, fraction.denom))
        step = (self.high - self.low) / POINTS
        points = [QQ.convert(self.low + k * step) for k in range(1, POINTS)]
        if below(points[0]) < 0:
            below = -below
        limit = below.mul_ground(QQ.convert(larger))
        return any(2 * abs(above(at)) >= limit(at) for at in points) and all(
            nonnegative(bernstein(part, self.low, self.high))
            for part in (below, limit + above, limit - above)
        )


def decimals(**values: str):
    """Values of symbols, by their ASCII names, as exact decimals."""
    return dict(zip(named(" ".join(values)), map(sp.Rational, values.values()), strict=True))


def known(bounds, *symbols) -> str:
    """Values of symbols, for a reader."""
    return ", ".join(f"{symbol} = {float(unfold(symbol, bounds)):g}" for symbol in symbols)


def numbers(name, claim, bounds, says, argument, uses):
    """A statement that one number is larger than another, both given by `bounds`."""
    proof = Sign(unfold(claim.gts - claim.lts, bounds), bounds)
    return Statement(name, claim, proof, says, (), argument, uses)


def bounded(name, symbol, term, bounds, interval, says, argument="", uses=()):
    """|term| is at most what `bounds` say of the symbol, on an interval of one variable."""
    lowest, highest = interval
    return Statement(
        name,
        ge(symbol, sp.Abs(omitted)),
        OnInterval(lowest.lhs, lowest.rhs, highest.lhs, {**bounds, omitted: term}),
        f"{says} at most {known(bounds, symbol)}.",
        interval,
        argument,
        uses,
    )
