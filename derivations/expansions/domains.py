"""Polynomials in two variables bounded exactly on a disk or a triangle around the origin."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp
from sympy import QQ

from ..prover.claims import ge
from ..prover.proofs import Definitions, unfold
from ..prover.statement import Statement
from .bounds import bernstein, halves, nonnegative
from .series import Step, image, put_in, read

PIECES = 4  # halvings
NEGLIGIBLE = QQ(1, 2000)


@cache
def largest(polynomial):
    """A polynomial is nowhere larger than this on [-1, 1]: its largest Bernstein coefficient on 16
    pieces."""
    pieces = [bernstein(polynomial, -1, 1)]
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

    def crude(self, form):
        """A form is nowhere larger than this times size^weight: the sum of its terms."""
        first, second = map(self.fine, form.ring.gens)
        return sum(abs(value) * first**i * second**j for (i, j), value in form.items())

    def fine(self, form):
        """The same, from the form as a polynomial of `edge`."""
        return largest(self.on_edge(form))

    def on_edge(self, form):
        """A form there, a polynomial of `edge`."""
        return put_in(form, [read(sp.sympify(side), (self.edge,)) for side in self.sides])


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

    def holds(self, claim, assumptions) -> bool:
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


def bounded_on(name, symbol, domain, power, bounds, says, factor=sp.S.One, inner=None, moved=()):
    """|inner| is at most symbol * factor * size^power on a domain, or what a step changes: `moved`
    are the quantity after it and before."""
    if moved:
        inner = moved[0] - moved[1]
    return Statement(
        name,
        ge(symbol * factor * domain.size**power, sp.Abs(inner)),
        OnDomain(domain, power, bounds, factor, *moved),
        says,
        domain.assumptions,
    )


@cache
def _needed(domain, power, factor, expr, moved: bool):
    """What the proof gives for the bound of a polynomial, or of what a step adds to it: what the
    forms add up to at the radius. None where `factor` is none or a form is of too small a
    weight."""
    step, series = domain.step, read(expr, domain.step.variables)
    if moved:
        series = image(step, series) - series
    divisor = read(factor, step.variables)
    positive = nonnegative(bernstein(domain.on_edge(divisor), -1, 1))
    quotient, rest = divmod(series, divisor)
    weights = sorted(set(map(step.weight, quotient)))
    one_form = len(set(map(step.weight, divisor))) == 1
    if rest or not weights or weights[0] < power or not (one_form and positive):
        return None
    total, radius = 0, QQ.convert(domain.radius)
    for weight in weights:
        form, scale = step.form(quotient, weight), radius ** (weight - power)
        rough = domain.crude(form) * scale
        total += rough if rough <= NEGLIGIBLE * total else domain.fine(form) * scale
    return QQ.to_sympy(total)
