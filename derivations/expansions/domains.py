"""Polynomials in two variables bounded exactly on a disk or a triangle around the origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from ..prover.claims import ge
from ..prover.proofs import Definitions, unfold
from .bounds import bernstein, halves, nonnegative
from .series import Monomial, Series, Step, added, composition, image, read

PIECES = 4  # halvings
NEGLIGIBLE = Fraction(1, 2000)


@cache
def largest(coefficients: tuple[Fraction, ...]) -> Fraction:
    """A polynomial is nowhere larger than this on [-1, 1]: its largest Bernstein coefficient on 16
    pieces."""
    pieces = [bernstein(list(coefficients), Fraction(-1), Fraction(1))]
    for _ in range(PIECES):
        pieces = [half for piece in pieces for half in halves(piece)]
    return max(abs(value) for piece in pieces for value in piece)


@dataclass(frozen=True)
class Domain:
    """Points where each variable of a step is size^weight times its value on the edge; 0 <= size <=
    radius.

    On the edge the variables are polynomials of `edge`, -1 <= edge <= 1. `relations` say the same
    without it.
    """

    step: Step
    size: Any
    radius: Any
    edge: Any
    sides: tuple[Any, Any]
    relations: tuple[Any, ...]

    @property
    def assumptions(self) -> tuple[Any, ...]:
        return (*self.relations, ge(self.radius, self.size))

    def crude(self, form: Series) -> Fraction:
        """A form is nowhere larger than this times size^weight: the sum of its terms."""
        first, second = (self.fine({(int(k == 0), int(k == 1)): 1}) for k in (0, 1))
        terms = (abs(value) * first**i * second**j for (i, j), value in form.items())
        return sum(terms, Fraction(0))

    def fine(self, form: Series) -> Fraction:
        """The same, from the form as a polynomial of `edge`."""
        return largest(self.on_edge(form))

    def on_edge(self, form: Series) -> tuple[Fraction, ...]:
        """Coefficients of a form there, of edge^0, edge^1, ..."""
        total: Series = {}
        for exponents, value in form.items():
            total = added(total, _on_edge(self)(exponents), value)
        return tuple(total.get((k, 0), Fraction(0)) for k in range(max(total)[0] + 1))


@cache
def _on_edge(domain: Domain) -> Callable[[Monomial], Series]:
    return composition([read(side, (domain.edge, domain.size)) for side in domain.sides])


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
        unit = self.factor * self.domain.size**self.power
        limit = sp.cancel(unfold(claim.gts, self.definitions) / unit)
        needed = self.needed(claim.lts.args[0]) if limit.is_Rational else None
        return bool(needed is not None and limit / 2 <= sp.Rational(needed) <= limit)

    def _factor_is_positive(self) -> bool:
        step, factor = self.domain.step, read(self.factor, self.domain.step.variables)
        values = bernstein(list(self.domain.on_edge(factor)), Fraction(-1), Fraction(1))
        return len({step.weight(place) for place in factor}) == 1 and nonnegative(values)

    def _polynomial(self, inner: Any) -> Series | None:
        """All that is bounded, in the variables of the step."""
        step = self.domain.step
        share = sp.Integer(0) if self.later is None else inner.coeff(self.later)
        rest = unfold(sp.expand(inner - share * self.later) if share else inner, self.definitions)
        if not share.is_Rational or not rest.free_symbols <= set(step.variables):
            return None
        if not rest.is_polynomial(*step.variables):
            return None
        total = read(rest, step.variables)
        if not share:
            return total
        before = read(unfold(self.before, self.definitions), step.variables)
        return added(total, image(step, before), Fraction(share))

    def _quotient(self, inner: Any) -> Series | None:
        """The polynomial over `factor`, where that is a polynomial."""
        total, variables = self._polynomial(inner), self.domain.step.variables
        if not total:
            return None
        terms = {place: sp.Rational(value) for place, value in total.items()}
        divisor = sp.Poly(self.factor, *variables, domain="QQ")
        quotient, remainder = sp.Poly.from_dict(terms, *variables, domain="QQ").div(divisor)
        if not remainder.is_zero:
            return None
        return {place: Fraction(value) for place, value in quotient.terms()}

    def needed(self, inner: Any) -> Fraction | None:
        """What the proof gives for the bound: what the forms add up to at the radius. None where
        one is of too small a weight."""
        forms: dict[int, Series] = {}
        for place, value in (self._quotient(inner) or {(0, 0): Fraction(1)}).items():
            forms.setdefault(self.domain.step.weight(place), {})[place] = value
        if min(forms) < self.power:
            return None
        total, radius = Fraction(0), Fraction(self.domain.radius)
        for weight, form in sorted(forms.items()):
            scale = radius ** (weight - self.power)
            rough = self.domain.crude(form) * scale
            total += rough if rough <= NEGLIGIBLE * total else self.domain.fine(form) * scale
        return total
