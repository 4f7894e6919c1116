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

from .series import Monomial, Series, Step, changes, rational, read

BEYOND = 40  # the coefficients of a composition up to here are bounded as they are
PRIME = 2**61 - 1  # two numbers that differ modulo this differ


def lacking(step: Step, limit: int, weight: int, forms: Iterable[Series]) -> Series:
    """What a step makes of these forms at one weight more, if `limit` is at least that."""
    change = changes(step, limit)
    total: Series = {}
    for form in forms:
        for monomial, factor in form.items():
            for place, value in change(monomial).get(weight + 1, {}).items():
                total[place] = total.get(place, 0) + factor * value
    return {place: value for place, value in total.items() if value}


def solve(
    step: Step, lowest: Series, order: int, form: Callable[[int, Series], Series]
) -> dict[int, Series]:
    """The invariant series that starts with `lowest`, weight by weight.

    `form` solves one homological equation: given a weight and the change of weight + 1 that the
    lower forms leave, it returns the form that cancels it.
    """
    start = max(step.weight(place) for place in lowest)
    forms = {start: lowest}
    for weight in range(start + 1, order + 1):
        forms[weight] = form(weight, lacking(step, order + 1, weight, forms.values()))
    return forms


@cache
def _left(step: Step, limit: int, weight: int, lower: tuple[Any, ...]) -> Series:
    return lacking(step, limit, weight, (read(form, step.variables) for form in lower))


@dataclass(frozen=True)
class Homological:
    """The claimed form cancels the change of the next weight that the forms `lower` leave.

    `absent` is the monomial on which the equation leaves the form free: it does not occur.
    `unit` is the monomial of coefficient 1 in the lowest form. `limit` is the largest weight of
    all that is checked with this step.
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
        total = dict(_left(self.step, self.limit, self.weight, self.lower))
        for place, value in lacking(self.step, self.limit, self.weight, (form,)).items():
            total[place] = total.get(place, 0) + value
        return bool(claim.lhs.is_Symbol) and not any(total.values())


def composed(series: list[Any], square: Sequence[Any], prime: int = 0) -> list[Any]:
    """Coefficients of rho^2, rho^3, ... in d^2 (square[0] + square[1] d + ...), where d =
    series[0] rho + series[1] rho^2 + ...; as many as d has, modulo `prime` if it is given."""

    def times(one: list[Any], two: list[Any]) -> list[Any]:
        terms = (sum(one[i] * two[k - i] for i in range(k + 1)) for k in range(len(one)))
        return [value % prime for value in terms] if prime else list(terms)

    total: list[Any] = [0] * len(series)
    for value in reversed(square[: len(series)]):
        total = [value, *times(series, total)[:-1]]
    return times(times(series, series), total)


def reverted(lead: Fraction, square: Sequence[Fraction]) -> list[Fraction]:
    """The series d(rho) = lead rho + ... for which d^2 (square[0] + square[1] d + ...) = rho^2.

    As many coefficients as `square` has, from rho^1 on; order by order each is one linear equation.
    """
    series = [lead]
    for place in range(1, len(square)):
        excess = composed([*series, Fraction(0)], square)[place]
        series.append(-excess / (2 * square[0] * lead))
    return series


def _residues(values: Iterable[Fraction]) -> list[int]:
    return [value.numerator * pow(value.denominator, -1, PRIME) % PRIME for value in values]


@dataclass(frozen=True)
class Reversion:
    """The claimed series d, end(rho) - origin, has d^2 (square[0] + square[1] d + ...) = `target`,
    up to the cut.

    `target` lists the coefficients of rho^2, rho^3, ...: rho^2 alone where it is empty.
    """

    rho: Any
    square: tuple[Fraction, ...]
    lead: int
    origin: int = 0
    target: tuple[Fraction, ...] = ()

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.lhs.is_Symbol:
            return False
        if not claim.rhs.is_polynomial(self.rho):
            return False
        values = sp.Poly(claim.rhs - self.origin, self.rho, domain="QQ").all_coeffs()
        zero, *series = (rational(value) for value in reversed(values))
        return (
            zero == 0
            and len(series) == len(self.square)
            and series[0] * self.lead > 0
            and self._agrees(_residues(series), _residues(self.square), PRIME)  # soon refused
            and self._agrees(series, self.square, 0)
        )

    def _agrees(self, series: list[Any], square: Sequence[Any], prime: int) -> bool:
        target: Iterable[Any] = self.target or (Fraction(k == 0) for k in range(len(square)))
        wanted = _residues(target) if prime else list(target)
        return composed(series, square, prime) == wanted


@dataclass(frozen=True)
class Excess:
    """bound * rho^power >= |value - rho^2| for 0 <= rho <= radius, value = d^2 (square[0] +
    square[1] d + ...), d = series[0] rho + ...

    And not by much: the proof needs more than half the bound. Here all that the cut leaves is
    bounded: the coefficients up to `BEYOND` as they are, those beyond by the same with absolute
    values.
    """

    rho: Any
    value: Any
    radius: Any
    power: int
    square: tuple[Fraction, ...]
    series: tuple[Fraction, ...]
    definitions: dict[Any, Any]

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        inside = {sp.Ge(self.rho, 0), sp.Ge(self.radius, self.rho)} <= set(assumptions)
        left = sp.Abs(self.value - self.rho**2)
        if not inside or not isinstance(claim, sp.Ge) or claim.lts != left:
            return False
        limit = claim.gts.xreplace(self.definitions) / self.rho**self.power
        needed = excess(self.series, self.square, rational(self.radius), self.power)
        if not limit.is_Rational or needed is None:
            return False
        return rational(limit) / 2 <= needed <= rational(limit)


@cache
def excess(
    series: tuple[Fraction, ...], square: tuple[Fraction, ...], radius: Fraction, power: int
) -> Fraction | None:
    """|value - rho^2| is at most this times rho^power, see `Excess`; None where the series is not
    reverted up to the cut."""
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
    return Fraction((near + whole) / radius**power)
