"""Invariant series, solved and checked form by form, and where they say that a run ends.

`Homological` and `Reversion` are kinds of proof: both check a claim by putting it in, in exact
numbers, and never ask how it was found. `Excess` bounds what a cut reversion leaves.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp
from sympy import QQ
from sympy.polys.matrices import DomainMatrix
from sympy.polys.ring_series import rs_mul, rs_trunc
from sympy.polys.rings import PolyRing

from ..notation import reach
from ..prover.claims import eq, ge
from ..prover.proofs import Definitions, unfold
from ..prover.quantities import named, numbered
from ..prover.statement import Statement
from .series import Monomial, Step, image, joined, read

BEYOND = 41  # the terms of a composition up to here are bounded as they are
(end,) = named("I_end")


@cache
def lacking(step, lower):
    """What a step makes of forms of weight 2, 3, ... at the next weight but one."""
    weight = len(lower) + 3
    return step.form(image(step, joined(lower, step.variables), weight), weight)


@dataclass(frozen=True)
class Homological:
    """The claimed form cancels the change of the next weight that the forms `lower` leave.

    Weights begin at 2. The equation leaves the coefficient of the powers of `free`, a monomial of
    weight 2, open: it is 1 in the lowest form and 0 in all others.
    """

    step: Step
    lower: tuple[Any, ...]
    free: Monomial

    @property
    def weight(self) -> int:
        return len(self.lower) + 2

    @property
    def power(self) -> Monomial:
        """The power of `free` of this weight, if there is one."""
        return self.free[0] * self.weight // 2, self.free[1] * self.weight // 2

    def left(self, form):
        """What the forms change at the next weight, with this one."""
        return lacking(self.step, self.lower) + self.step.leading(form)

    @property
    def solution(self):
        """The form that its linear equations give."""
        ring, size = read(sp.S.Zero, self.step.variables).ring, range(self.weight + 1)
        places = [(i, j) for j in size for i in size if self.step.weight((i, j)) == self.weight]
        terms = [ring({place: QQ(1)}) for place in places if self.weight % 2 or place != self.power]
        start = ring.zero if self.lower else ring({self.free: QQ(1)})
        columns = [*map(self.step.leading, terms), -self.left(start)]
        rows = [[column.get(place, QQ(0)) for column in columns] for place in set().union(*columns)]
        solved, _ = DomainMatrix(rows, (len(rows), len(columns)), QQ).rref()
        pairs = zip(solved.to_list(), terms, strict=False)
        return sum((row[-1] * term for row, term in pairs), start)

    def holds(self, claim, assumptions) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.rhs.is_polynomial(*self.step.variables):
            return False
        form = read(claim.rhs, self.step.variables)
        settled = self.weight % 2 or form.get(self.power, 0) == (not self.lower)
        if not settled or form != self.step.form(form, self.weight):
            return False
        return bool(claim.lhs.is_Symbol) and not self.left(form)


def invariant(names, step, free, order):
    """The invariant series that starts with `free`, a statement for each weight up to `order`."""
    statements: list[Statement] = []
    for weight in range(2, order + 1):
        proof = Homological(step, tuple(form.claim.rhs for form in statements), free)
        claim = eq(numbered("I", weight), proof.solution.as_expr())
        says = (
            f"With the form of weight {weight} and those before it no step changes the "
            f"{names.partition('.')[0]} series below weight {weight + 2}."
        )
        statements.append(Statement(f"{names}_{weight}", claim, proof, says))
    return tuple(statements)


def on_axis(expr, variable, order):
    """The coefficients of variable^2, variable^3, ... in an invariant on an axis."""
    series = read(expr, (variable,))
    return tuple(series.get((power,), QQ(0)) for power in range(2, order + 1))


def composed(series, square, power):
    """The terms up to this power in d^2 (square[0] + square[1] d + ...) for a series d."""
    (variable,) = series.ring.gens

    def times(one, two):
        return rs_mul(one, two, variable, power + 1)

    total = series.ring.zero
    for value in square[::-1]:
        total = times(total, series) + value
    return times(times(series, series), total)


@cache
def reverted(square, lead, target):
    """The series d = lead variable + ... for which d^2 (square[0] + square[1] d + ...) is `target`.

    It has as many terms as `square`; order by order each is one linear equation.
    """
    (variable,) = target.ring.gens
    series = lead * variable
    for power in range(2, len(square) + 1):
        excess = composed(series, square, power + 1) - target
        series -= excess.get((power + 1,), 0) / (2 * square[0] * lead) * variable**power
    return series


@dataclass(frozen=True)
class Reversion:
    """The claimed series d, end(variable) - origin, has d^2 (square[0] + square[1] d + ...) =
    `target`, up to the cut."""

    variable: Any
    square: tuple[Any, ...]
    lead: int
    origin: int = 0
    target: Any = reach**2

    @property
    def cut_target(self):
        target = read(self.target, (self.variable,))
        return rs_trunc(target, target.ring.gens[0], len(self.square) + 2)

    @property
    def solution(self):
        """The series that is found order by order."""
        return self.origin + reverted(self.square, self.lead, self.cut_target).as_expr()

    def holds(self, claim, assumptions) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.lhs.is_Symbol:
            return False
        if claim.rhs.expand() != self.solution:  # a quick refusal, never a proof
            return False
        series = read(claim.rhs - self.origin, (self.variable,))
        return bool(composed(series, self.square, len(self.square) + 1) == self.cut_target)


@dataclass(frozen=True)
class Excess:
    """bound reach^power >= |I_end - reach^2| for 0 <= reach <= radius, I_end = d^2 (square[0] +
    square[1] d + ...), d = series[0] reach + ..., up to the cut, the power.

    And not by much: the proof needs more than half the bound. Here all that the cut leaves is
    bounded: the terms up to reach^`BEYOND` as they are, those beyond by the same with absolute
    values.
    """

    square: tuple[Any, ...]
    series: tuple[Any, ...]
    radius: Any
    definitions: Definitions

    def holds(self, claim, assumptions) -> bool:
        inside = {ge(reach, 0), ge(self.radius, reach)} <= set(assumptions)
        if not inside or not isinstance(claim, sp.Ge) or claim.lts != sp.Abs(end - reach**2):
            return False
        power = len(self.series) + 2
        limit = unfold(claim.gts, self.definitions) / reach**power
        needed = excess(self.series, self.square, self.radius, power)
        return bool(limit.is_Rational and needed is not None and limit / 2 <= needed <= limit)


@cache
def excess(values, square, radius, power):
    """|value - reach^2| is at most this times reach^power, see `Excess`; None where the series is
    not reverted up to the cut."""
    ring = PolyRing([reach], QQ)
    series = ring.from_dict({(k,): value for k, value in enumerate(values, 1)})

    def absolute(polynomial):
        return ring.from_dict({place: abs(value) for place, value in polynomial.items()})

    rest = composed(series, square, BEYOND) - ring.gens[0] ** 2
    if any(place < power for (place,) in rest):
        return None
    sizes = absolute(series), [abs(value) for value in square]
    near = absolute(rest) - composed(*sizes, BEYOND)
    largest = sizes[0](QQ.convert(radius))
    whole = sum(value * largest**power for power, value in enumerate(sizes[1], 2))
    return QQ.to_sympy(near(QQ.convert(radius)) + whole) / radius**power


def missed(name, symbol, square, series, radius, bounds, says):
    """By how much the invariant at the end that a series gives misses reach^2, see `Excess`."""
    return Statement(
        name,
        ge(symbol * reach ** (len(series) + 2), sp.Abs(end - reach**2)),
        Excess(square, series, radius, bounds),
        says,
        (ge(reach, 0), ge(radius, reach)),
    )
