"""Polynomials in two variables bounded exactly on a disk or a triangle around the origin."""

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
    def assumptions(self):
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

    def holds(self, claim, assumptions: tuple[Any, ...]) -> bool:
        domain, moved = self.domain, self.later is not None
        if not isinstance(claim, sp.Ge) or not isinstance(claim.lts, sp.Abs):
            return False
        if not set(domain.assumptions) <= set(assumptions):
            return False
        if moved and claim.lts != sp.Abs(self.later - self.before):
            return False
        expr = unfold(self.before if moved else claim.lts.args[0], self.definitions)
        scale = self.factor * domain.size**self.power
        limit = sp.cancel(unfold(claim.gts, self.definitions) / scale)
        if not limit.is_Rational or not expr.free_symbols <= set(domain.step.variables):
            return False
        needed = _needed(domain, self.power, self.factor, expr, moved)
        return bool(needed is not None and limit / 2 <= needed <= limit)


@cache
def _needed(domain: Domain, power: int, factor, expr, moved: bool):
    """What the proof gives for the bound of a polynomial, or of what a step adds to it: what the
    forms add up to at the radius. None where `factor` is none or a form is of too small a
    weight."""
    step, series = domain.step, read(expr, domain.step.variables)
    if moved:
        series = added(image(step, series), series, -1)
    quotient = _quotient(series, factor, step.variables)
    forms: dict[int, Series] = {}
    for place, value in quotient.items():
        forms.setdefault(step.weight(place), {})[place] = value
    if not forms or min(forms) < power or not _is_positive_form(factor, domain):
        return None
    total, radius = Fraction(0), Fraction(domain.radius)
    for weight, form in sorted(forms.items()):
        scale = radius ** (weight - power)
        rough = domain.crude(form) * scale
        total += rough if rough <= NEGLIGIBLE * total else domain.fine(form) * scale
    return sp.Rational(total)


def _quotient(series: Series, factor, variables) -> Series:
    """A polynomial over `factor`; nothing where that is no polynomial."""
    terms = {place: sp.Rational(value) for place, value in series.items()}
    quotient, remainder = sp.div(
        *(sp.Poly(part, *variables, domain="QQ") for part in (terms, factor))
    )
    return {} if remainder else {place: Fraction(value) for place, value in quotient.terms()}


def _is_positive_form(factor, domain: Domain) -> bool:
    form = read(factor, domain.step.variables)
    values = bernstein(list(domain.on_edge(form)), Fraction(-1), Fraction(1))
    return len(set(map(domain.step.weight, form))) == 1 and nonnegative(values)
