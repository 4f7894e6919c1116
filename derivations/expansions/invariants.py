"""Invariant series, solved and checked form by form, and where they say that a run ends.

`Homological` and `Reversion` are kinds of proof: both check a claim by putting it in, in exact
numbers, and never ask how it was found. `Excess` bounds what a cut reversion leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from ..notation import numbered
from ..prover.claims import eq
from ..prover.statement import Statement
from .series import Monomial, Series, Step, added, image, joined, read, write

BEYOND = 40  # the coefficients of a composition up to here are bounded as they are
PRIME = 2**61 - 1  # two numbers that differ modulo this differ


def lacking(step: Step, limit: int, weight: int, series: Series) -> Series:
    """What a step makes, at one weight more, of a series up to a weight below `limit`."""
    later = image(step, series, limit)
    return {place: value for place, value in later.items() if step.weight(place) == weight + 1}


@cache
def _lower(step: Step, limit: int, weight: int, forms: tuple[Any, ...]) -> Series:
    return lacking(step, limit, weight, joined(forms, step.variables))


@dataclass(frozen=True)
class Homological:
    """The claimed form cancels the change of the next weight that the forms `lower` leave.

    `absent` is the monomial on which the equation leaves the form free: it does not occur.
    `unit` is the monomial of coefficient 1 in the lowest form. `limit` is above all weights that
    are checked with this step.
    """

    step: Step
    limit: int
    weight: int
    lower: tuple[Any, ...]
    absent: Monomial | None = None
    unit: Monomial | None = None

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.rhs.is_polynomial(*self.step.variables):
            return False
        form = read(claim.rhs, self.step.variables)
        if self.unit is not None and form.get(self.unit) != 1:
            return False
        if any(self.step.weight(place) != self.weight for place in form) or self.absent in form:
            return False
        where = self.step, self.limit, self.weight
        return bool(claim.lhs.is_Symbol) and not added(
            _lower(*where, self.lower), lacking(*where, form)
        )


def invariant(
    names: str,
    step: Step,
    lowest: Series,
    order: int,
    form: Callable[[int, Series], Series],
    free: Monomial,
) -> tuple[Statement, ...]:
    """The invariant series that starts with `lowest`, a statement for each weight up to `order`.

    `form` solves one homological equation: given a weight and the change of weight + 1 that the
    lower forms leave, it returns the form that cancels it. At even weights it leaves a power of
    the monomial `free`, of weight 2, open.
    """
    statements: list[Statement] = []
    for weight in range(2, order + 1):
        lower = tuple(statement.claim.rhs for statement in statements)
        missing = _lower(step, order + 1, weight, lower)
        power = (free[0] * weight // 2, free[1] * weight // 2)
        proof = Homological(
            *(step, order + 1, weight, lower),
            absent=None if weight % 2 or not lower else power,
            unit=None if lower else free,
        )
        value = write(form(weight, missing) if lower else lowest, step.variables)
        says = (
            f"The form of weight {weight} of the invariant: with those before it, no step changes "
            f"it below weight {weight + 2}."
        )
        claim = eq(numbered("I", weight), value)
        statements.append(Statement(f"{names}_{weight}", claim, proof, says))
    return tuple(statements)


def composed(series: Sequence[Any], square: Sequence[Any], prime: int = 0) -> list[Any]:
    """Coefficients of reach^2, reach^3, ... in d^2 (square[0] + square[1] d + ...), where d =
    series[0] reach + series[1] reach^2 + ...; as many as d has, modulo `prime` if it is given."""

    def times(one: Sequence[Any], two: Sequence[Any]) -> list[Any]:
        terms = (sum(one[i] * two[k - i] for i in range(k + 1)) for k in range(len(one)))
        return [value % prime for value in terms] if prime else list(terms)

    total: list[Any] = [0] * len(series)
    for value in reversed(square[: len(series)]):
        total = [value, *times(series, total)[:-1]]
    return times(times(series, series), total)


def reverted(lead: int, square: Sequence[Any], variable: Any) -> Any:
    """The series d = lead variable + ... for which d^2 (square[0] + square[1] d + ...) is the
    square of the variable.

    It has as many terms as `square`; order by order each is one linear equation.
    """
    series = [Fraction(lead)]
    for place in range(1, len(square)):
        excess = composed([*series, Fraction(0)], square)[place]
        series.append(-excess / (2 * square[0] * lead))
    return sp.Add(*(sp.Rational(value) * variable**k for k, value in enumerate(series, 1)))


def _residues(values: Iterable[Fraction]) -> list[int]:
    return [value.numerator * pow(value.denominator, -1, PRIME) % PRIME for value in values]


@dataclass(frozen=True)
class Reversion:
    """The claimed series d, end(reach) - origin, has d^2 (square[0] + square[1] d + ...) =
    `target`, up to the cut.

    `target` lists the coefficients of reach^2, reach^3, ...: reach^2 alone where it is empty.
    """

    reach: Any
    square: tuple[Fraction, ...]
    lead: int
    origin: int = 0
    target: tuple[Fraction, ...] = ()

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.lhs.is_Symbol:
            return False
        if not claim.rhs.is_polynomial(self.reach):
            return False
        values = sp.Poly(claim.rhs - self.origin, self.reach, domain="QQ").all_coeffs()
        zero, *series = map(Fraction, reversed(values))
        target = self.target or tuple(Fraction(k == 0) for k in range(len(self.square)))
        soon = composed(_residues(series), _residues(self.square), PRIME)
        return (
            zero == 0
            and len(series) == len(self.square)
            and series[0] * self.lead > 0
            and soon == _residues(target)  # a quick refusal, never a proof
            and composed(series, self.square) == list(target)
        )


@dataclass(frozen=True)
class Excess:
    """bound * reach^power >= |value - reach^2| for 0 <= reach <= radius, value = d^2 (square[0] +
    square[1] d + ...), d = series[0] reach + ...

    And not by much: the proof needs more than half the bound. Here all that the cut leaves is
    bounded: the coefficients up to `BEYOND` as they are, those beyond by the same with absolute
    values.
    """

    reach: Any
    value: Any
    radius: Any
    power: int
    square: tuple[Fraction, ...]
    series: tuple[Fraction, ...]
    definitions: dict[Any, Any]

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        inside = {sp.Ge(self.reach, 0), sp.Ge(self.radius, self.reach)} <= set(assumptions)
        distance = sp.Abs(self.value - self.reach**2)
        if not inside or not isinstance(claim, sp.Ge) or claim.lts != distance:
            return False
        limit = claim.gts.xreplace(self.definitions) / self.reach**self.power
        needed = excess(self.series, self.square, Fraction(self.radius), self.power)
        return bool(limit.is_Rational and needed is not None and limit / 2 <= needed <= limit)


@cache
def excess(
    series: tuple[Fraction, ...], square: tuple[Fraction, ...], radius: Fraction, power: int
) -> Any:
    """|value - reach^2| is at most this times reach^power, see `Excess`; None where the series is
    not reverted up to the cut."""
    rest = [Fraction(0)] * (BEYOND - len(series))
    exact = composed([*series, *rest], [*square, *rest])
    exact[0] -= 1
    if any(exact[: power - 2]):
        return None
    sizes = [abs(value) for value in series], [abs(value) for value in square]
    end = sum(value * radius**k for k, value in enumerate(sizes[0], 1))
    whole = sum(value * end**k for k, value in enumerate(sizes[1], 2))
    both = composed([*sizes[0], *rest], [*sizes[1], *rest])
    near = sum(
        (abs(u) - v) * radius**k for k, (u, v) in enumerate(zip(exact, both, strict=True), 2)
    )
    return sp.Rational((near + whole) / radius**power)
