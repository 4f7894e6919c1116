"""Inequalities proved exactly: rational functions of one variable on an interval, polynomials on a
disk or a triangle."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise, zip_longest
from math import comb
from typing import Any

import sympy as sp

from ..prover.claims import ge
from ..prover.proofs import Definitions, Sign, unfold
from ..prover.statement import Statement
from .series import Series, Step, added, image, rational, read

DEEPEST, POINTS = 12, 100
PIECES = 4  # halvings
NEGLIGIBLE = Fraction(1, 2000)


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


def _halves(values: list[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """Bernstein coefficients on each half of the interval."""
    left, right, row = [values[0]], [values[-1]], values
    while len(row) > 1:
        row = [(u + v) / 2 for u, v in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return left, right[::-1]


def _positive(values: list[Fraction], depth: int) -> bool:
    """Whether Bernstein coefficients, halved often enough, are all >= 0: then so is the
    polynomial."""
    if min(values) >= 0:
        return True
    if values[0] < 0 or values[-1] < 0 or depth == 0:
        return False
    return all(_positive(half, depth - 1) for half in _halves(values))


@cache
def largest(coefficients: tuple[Fraction, ...]) -> Fraction:
    """A polynomial is nowhere larger than this on [-1, 1]: its largest Bernstein coefficient on 16
    pieces."""
    pieces = [_bernstein(list(coefficients), Fraction(-1), Fraction(1))]
    for _ in range(PIECES):
        pieces = [half for piece in pieces for half in _halves(piece)]
    return max(abs(value) for piece in pieces for value in piece)


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

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        interval = {ge(self.variable, self.low), ge(self.high, self.variable)}
        if not isinstance(claim, sp.Ge) or not all(
            relation in assumptions for relation in interval
        ):
            return False
        if not isinstance(claim.lts, sp.Abs):
            return False
        larger, inner = (unfold(side, self.definitions) for side in (claim.gts, claim.lts.args[0]))
        if larger.free_symbols or inner.free_symbols != {self.variable}:
            return False
        above, below = (
            sp.Poly(part, self.variable, domain="QQ") for part in sp.fraction(sp.cancel(inner))
        )
        return (
            bool(larger.is_Rational)
            and self._sharp(larger, above, below)
            and self._below(larger, above, below)
        )

    def _sharp(self, larger: Any, above: Any, below: Any) -> bool:
        points = [
            self.low + (self.high - self.low) * sp.Rational(k, POINTS) for k in range(1, POINTS)
        ]
        return bool(
            2 * max(abs(above.eval(point) / below.eval(point)) for point in points) >= larger
        )

    def _below(self, larger: Any, above: Any, below: Any) -> bool:
        """Whether `below` has one sign, and |above| is at most larger |below|."""
        degree, ends = (
            max(above.degree(), below.degree()),
            (rational(self.low), rational(self.high)),
        )
        sign = int(sp.sign(below.eval((self.low + self.high) / 2)))

        def values(poly: Any) -> list[Fraction]:
            known = [sign * rational(value) for value in reversed(poly.all_coeffs())]
            return _bernstein(known + [Fraction(0)] * (degree + 1 - len(known)), *ends)

        upper, lower, limit = values(above), values(below), rational(larger)
        wanted = (
            lower,
            *(
                [limit * v + side * u for u, v in zip(upper, lower, strict=True)]
                for side in (1, -1)
            ),
        )
        return sign != 0 and all(_positive(part, DEEPEST) for part in wanted)


@dataclass(frozen=True)
class Domain:
    """Points where each variable of a step is size^weight times its value on the edge; 0 <= size <=
    radius.

    On the edge the variables are polynomials of t, -1 <= t <= 1. `relations` say the same without
    t.
    """

    step: Step
    size: Any
    radius: Any
    t: Any
    edge: tuple[Any, Any]
    relations: tuple[Any, ...]

    @property
    def assumptions(self) -> tuple[Any, ...]:
        return (*self.relations, ge(self.radius, self.size))

    def crude(self, form: Series) -> Fraction:
        """A form is nowhere larger than this times size^weight: the sum of its terms."""
        first, second = (largest(_coefficients(side, self.t)) for side in self.edge)
        return sum(
            (abs(value) * first**i * second**j for (i, j), value in form.items()), Fraction(0)
        )

    def fine(self, form: Series) -> Fraction:
        """The same, from the form as a polynomial of t."""
        return largest(self.on_edge(form))

    def on_edge(self, form: Series) -> tuple[Fraction, ...]:
        """Coefficients of t^0, t^1, ..."""
        first, second = (_coefficients(side, self.t) for side in self.edge)
        total: list[Fraction] = []
        for (i, j), value in form.items():
            term = [value * part for part in _times(_power(first, i), _power(second, j))]
            total = [u + v for u, v in zip_longest(total, term, fillvalue=Fraction(0))]
        return tuple(total)


@dataclass(frozen=True)
class OnDomain:
    """bound * factor * size^power >= |polynomial| on a domain, and not by much: the proof needs
    more than half the bound.

    Once divided by `factor`, a form that is >= 0, the polynomial is a sum of forms, each bounded on
    the edge. `later` is `before` after a step; `definitions` give everything else.
    """

    domain: Domain
    power: int
    definitions: Definitions
    factor: Any = sp.S.One
    later: Any = None
    before: Any = None

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Ge) or not set(self.domain.assumptions) <= set(assumptions):
            return False
        if not isinstance(claim.lts, sp.Abs) or not self._factor_is_positive():
            return False
        limit = sp.cancel(
            unfold(claim.gts, self.definitions) / (self.factor * self.domain.size**self.power)
        )
        needed = self.needed(claim.lts.args[0]) if limit.is_Rational else None
        return needed is not None and rational(limit) / 2 <= needed <= rational(limit)

    def _factor_is_positive(self) -> bool:
        factor = read(self.factor, self.domain.step.variables)
        values = _bernstein(list(self.domain.on_edge(factor)), Fraction(-1), Fraction(1))
        return len({self.domain.step.weight(place) for place in factor}) == 1 and _positive(
            values, DEEPEST
        )

    def _quotient(self, inner: Any) -> Series | None:
        """The polynomial over `factor`, where that is a polynomial."""
        step = self.domain.step
        share = sp.Integer(0) if self.later is None else inner.coeff(self.later)
        rest = unfold(sp.expand(inner - share * self.later) if share else inner, self.definitions)
        if not (
            share.is_Rational
            and rest.free_symbols <= set(step.variables)
            and rest.is_polynomial(*step.variables)
        ):
            return None
        total = read(rest, step.variables)
        if share:
            total = added(
                total, image(step, unfold(self.before, self.definitions)), rational(share)
            )
        terms = {
            place: sp.Rational(value.numerator, value.denominator) for place, value in total.items()
        }
        quotient, remainder = sp.Poly.from_dict(terms, *step.variables, domain="QQ").div(
            sp.Poly(self.factor, *step.variables, domain="QQ")
        )
        return (
            {place: rational(value) for place, value in quotient.terms()}
            if remainder.is_zero
            else None
        )

    def needed(self, inner: Any) -> Fraction | None:
        """What the proof gives for the bound: what the forms add up to at the radius. None where
        one is of too small a weight."""
        forms: dict[int, Series] = {}
        for place, value in (self._quotient(inner) or {(0, 0): Fraction(1)}).items():
            forms.setdefault(self.domain.step.weight(place), {})[place] = value
        if min(forms) < self.power:
            return None
        total = Fraction(0)
        for weight, form in sorted(forms.items()):
            reach = rational(self.domain.radius) ** (weight - self.power)
            rough = self.domain.crude(form) * reach
            total += rough if rough <= NEGLIGIBLE * total else self.domain.fine(form) * reach
        return total


def known(bounds: Definitions, *names: Any) -> str:
    """Values of symbols, for a reader."""
    return ", ".join(f"{name} = {float(unfold(bounds[name], bounds)):g}" for name in names)


def numbers(
    name: str,
    claim: Any,
    bounds: Definitions,
    says: str,
    argument: str,
    uses: tuple[Statement, ...],
) -> Statement:
    """A statement that one number is larger than another, both given by `bounds`."""
    return Statement(
        name,
        claim,
        Sign(unfold(claim.gts - claim.lts, bounds), {}, bounds),
        says,
        (),
        argument,
        uses,
    )


def _coefficients(expr: Any, t: Any) -> tuple[Fraction, ...]:
    return tuple(rational(value) for value in reversed(sp.Poly(expr, t, domain="QQ").all_coeffs()))


def _times(one: tuple[Fraction, ...], two: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    result = [Fraction(0)] * (len(one) + len(two) - 1)
    for i, u in enumerate(one):
        for k, v in enumerate(two):
            result[i + k] += u * v
    return tuple(result)


@cache
def _power(base: tuple[Fraction, ...], exponent: int) -> tuple[Fraction, ...]:
    return _times(_power(base, exponent - 1), base) if exponent else (Fraction(1),)
