"""Inequalities proved exactly: rational functions of one variable on an interval, and numbers."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import comb
from typing import Any

import sympy as sp

from ..prover.claims import ge
from ..prover.proofs import Definitions, Sign, unfold
from ..prover.quantities import named
from ..prover.statement import Statement

DEEPEST, POINTS = 12, 100
(omitted,) = named("omitted")


@cache
def fraction_field(variable):
    """The rational functions of a variable."""
    return sp.ZZ.frac_field(variable)


@cache
def in_lowest_terms(expr, variable):
    """A rational function as an element of that field."""
    field = fraction_field(variable)
    above, below = map(field.from_sympy, sp.fraction(sp.together(expr)))
    return above / below


def bernstein(coefficients: list[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    """Bernstein coefficients on [low, high] of a polynomial given from its constant term on."""
    degree = len(coefficients) - 1
    shifted = list(coefficients)
    for i in range(degree):
        for k in range(degree - 1, i - 1, -1):
            shifted[k] += low * shifted[k + 1]
    scaled = [value * (high - low) ** k / comb(degree, k) for k, value in enumerate(shifted)]
    for i in range(1, degree + 1):
        for k in range(degree, i - 1, -1):
            scaled[k] += scaled[k - 1]
    return scaled


def halves(values: list[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """Bernstein coefficients on each half of the interval."""
    lower, upper, row = [values[0]], [values[-1]], values
    while len(row) > 1:
        row = [(u + v) / 2 for u, v in pairwise(row)]
        lower.append(row[0])
        upper.append(row[-1])
    return lower, upper[::-1]


def nonnegative(values: list[Fraction], depth: int = DEEPEST) -> bool:
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

    def holds(self, claim, assumptions: tuple[Any, ...]) -> bool:
        interval = {ge(self.variable, self.low), ge(self.high, self.variable)}
        if not isinstance(claim, sp.Ge) or not all(
            relation in assumptions for relation in interval
        ):
            return False
        if not isinstance(claim.lts, sp.Abs):
            return False
        larger, inner = (unfold(side, self.definitions) for side in (claim.gts, claim.lts.args[0]))
        if not larger.is_Rational or inner.free_symbols != {self.variable}:
            return False
        fraction = in_lowest_terms(inner, self.variable)
        above, below = (
            sp.Poly(part.as_expr(), self.variable, domain="QQ")
            for part in (fraction.numer, fraction.denom)
        )
        return self._sharp(larger, above, below) and self._below(larger, above, below)

    def _sharp(self, larger, above, below) -> bool:
        size = self.high - self.low
        points = [self.low + size * sp.Rational(k, POINTS) for k in range(1, POINTS)]
        return any(2 * abs(above.eval(at)) >= larger * abs(below.eval(at)) for at in points)

    def _below(self, larger, above, below) -> bool:
        """Whether `below` has one sign, and |above| is at most larger |below|."""
        degree, ends = (
            max(above.degree(), below.degree()),
            (Fraction(self.low), Fraction(self.high)),
        )
        sign = int(sp.sign(below.eval((self.low + self.high) / 2)))

        def values(poly) -> list[Fraction]:
            known = [sign * Fraction(value) for value in reversed(poly.all_coeffs())]
            return bernstein(known + [Fraction(0)] * (degree + 1 - len(known)), *ends)

        upper, lower, limit = values(above), values(below), Fraction(larger)
        both = (
            [limit * v + side * u for u, v in zip(upper, lower, strict=True)] for side in (1, -1)
        )
        return sign != 0 and all(nonnegative(part) for part in (lower, *both))


def decimals(**values: str):
    """Values of symbols, by their ASCII names, as exact decimals."""
    return dict(zip(named(" ".join(values)), map(sp.Rational, values.values()), strict=True))


def known(bounds: Definitions, *symbols) -> str:
    """Values of symbols, for a reader."""
    return ", ".join(f"{symbol} = {float(unfold(symbol, bounds)):g}" for symbol in symbols)


def numbers(
    name: str, claim, bounds: Definitions, says: str, argument: str, uses: tuple[Any, ...]
) -> Statement:
    """A statement that one number is larger than another, both given by `bounds`."""
    proof = Sign(unfold(claim.gts - claim.lts, bounds), bounds)
    return Statement(name, claim, proof, says, (), argument, uses)


def bounded(
    name: str,
    symbol,
    term,
    bounds: Definitions,
    interval,
    says: str,
    argument: str = "",
    uses: tuple[Statement, ...] = (),
) -> Statement:
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
