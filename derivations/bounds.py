"""Inequalities between rational functions of one variable on an interval, proved exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any

import sympy as sp

from .statement import Definitions, ge, unfold

DEEPEST, POINTS = 12, 100


def _bernstein(coefficients: list[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
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


def _positive(values: list[Fraction], depth: int) -> bool:
    """Whether Bernstein coefficients, halved often enough, are all >= 0: then so is the polynomial."""
    if min(values) >= 0:
        return True
    if values[0] < 0 or values[-1] < 0 or depth == 0:
        return False
    left, row = [values[0]], values
    right = [values[-1]]
    while len(row) > 1:
        row = [(u + v) / 2 for u, v in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return _positive(left, depth - 1) and _positive(right[::-1], depth - 1)


@dataclass(frozen=True)
class OnInterval:
    """bound >= |omitted| for low <= variable <= high, and not by much: somewhere half the bound is passed.

    Numerators and denominators of bound -+ omitted have Bernstein coefficients of one sign on the halves,
    quarters, ... of the interval. `definitions` give both sides.
    """

    variable: Any
    low: Any
    high: Any
    definitions: Definitions

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        interval = {ge(self.variable, self.low), ge(self.high, self.variable)}
        if not isinstance(claim, sp.Ge) or not interval <= set(assumptions):
            return False
        if not isinstance(claim.lts, sp.Abs):
            return False
        larger, inner = (unfold(side, self.definitions) for side in (claim.gts, claim.lts.args[0]))
        if larger.free_symbols or inner.free_symbols != {self.variable}:
            return False
        return self._sharp(larger, inner) and all(self._nonnegative(larger + sign * inner) for sign in (1, -1))

    def _sharp(self, larger: Any, inner: Any) -> bool:
        above, below = (sp.Poly(part, self.variable, domain="QQ") for part in sp.fraction(sp.cancel(inner)))
        points = [self.low + (self.high - self.low) * sp.Rational(k, POINTS) for k in range(1, POINTS)]
        return bool(2 * max(abs(above.eval(point) / below.eval(point)) for point in points) >= larger)

    def _nonnegative(self, excess: Any) -> bool:
        middle, signs = (self.low + self.high) / 2, set()
        for part in sp.fraction(sp.cancel(excess)):
            poly = sp.Poly(part, self.variable, domain="QQ")
            sign = int(sp.sign(poly.eval(middle)))
            values = [sign * Fraction(int(v.p), int(v.q)) for v in reversed(poly.all_coeffs())]
            ends = Fraction(str(self.low)), Fraction(str(self.high))
            if sign == 0 or not _positive(_bernstein(values, *ends), DEEPEST):
                return False
            signs.add(sign)
        return len(signs) == 1
