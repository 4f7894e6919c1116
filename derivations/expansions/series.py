"""Power series in two variables over the rationals, cut off by weight.

A series is a dictionary from the exponents of its two variables to a coefficient. This is the
arithmetic in which the homological equations of `mirror` and `flat` are solved and checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm
from typing import Any

import sympy as sp

Monomial = tuple[int, int]
Series = dict[Monomial, Fraction]
ONE: Series = {(0, 0): Fraction(1)}
EXACT = 40


def rational(value: Any) -> Fraction:
    """A SymPy number as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def product(one: Series, two: Series, weights: Monomial = (0, 0), limit: int = 0) -> Series:
    """The terms of the product up to a weight; all of them where nothing weighs anything."""
    result: Series = {}
    for (i, j), u in one.items():
        for (k, m), v in two.items():
            if (i + k) * weights[0] + (j + m) * weights[1] <= limit:
                result[i + k, j + m] = result.get((i + k, j + m), 0) + u * v
    return result


@dataclass(frozen=True)
class Step:
    """A map (a, b) -> (a', b'), b' = b times something, as a power of each; both start at weight 1
    or more.

    `first` and `second` are a' and b'/b; `split` says that a' is a times `first` as well.
    """

    variables: tuple[Any, Any]
    weights: Monomial
    first: Any
    second: Any
    split: bool = False

    def powers(self, expr: Any, limit: int) -> Callable[[int], Series]:
        base = read(expr, self.variables)
        known = [ONE]

        def power(number: int) -> Series:
            while len(known) <= number:
                known.append(product(known[-1], base, self.weights, limit))
            return known[number]

        return power

    def changes(self, limit: int) -> Callable[[Monomial], Series]:
        """What a step adds to a monomial, up to a weight."""
        first, second = self.powers(self.first, limit), self.powers(self.second, limit)

        @cache
        def change(monomial: Monomial) -> Series:
            i, j = monomial
            shift = (i if self.split else 0, j)
            rest = limit - shift[0] * self.weights[0] - shift[1] * self.weights[1]
            grown = product(first(i), second(j), self.weights, rest)
            result = {(k + shift[0], m + shift[1]): value for (k, m), value in grown.items()}
            result[monomial] = result.get(monomial, Fraction(0)) - 1
            return {place: value for place, value in result.items() if value}

        return change

    def weight(self, monomial: Monomial) -> int:
        return monomial[0] * self.weights[0] + monomial[1] * self.weights[1]


def read(expr: Any, variables: tuple[Any, Any]) -> Series:
    """A SymPy polynomial as a series."""
    terms = sp.Poly(expr, *variables, domain="QQ").terms()
    return {(int(i), int(j)): rational(value) for (i, j), value in terms if value}


def write(series: Series, variables: tuple[Any, Any]) -> Any:
    """A series as a SymPy polynomial."""
    a, b = variables
    return sp.Add(
        *(
            sp.Rational(v.numerator, v.denominator) * a**i * b**j
            for (i, j), v in sorted(series.items())
        )
    )


def added(one: Series, two: Series, factor: Fraction = Fraction(1)) -> Series:
    """one + factor * two."""
    result = dict(one)
    for place, value in two.items():
        result[place] = result.get(place, Fraction(0)) + factor * value
    return {place: value for place, value in result.items() if value}


@cache
def image(step: Step, expr: Any) -> Series:
    """A polynomial after a step, all of it: Horner's rule in b' and, row by row, in a'.

    In whole numbers: a and b are measured in units (1/unit)^weight, and the polynomial in units of
    1/scale.
    """
    series, maps = (
        read(expr, step.variables),
        [read(part, step.variables) for part in (step.first, step.second)],
    )
    unit = lcm(*(value.denominator for part in maps for value in part.values()))
    scale = lcm(*(value.denominator for value in series.values()))
    light = 0 if step.split else step.weights[0]
    first: Any
    second: Any
    first, second = (
        {place: int(value * unit ** (step.weight(place) - less)) for place, value in part.items()}
        for part, less in zip(maps, (light, 0), strict=True)
    )
    first = {(i + 1, j): value for (i, j), value in first.items()} if step.split else first
    second = {(i, j + 1): value for (i, j), value in second.items()}
    total: Any = {}
    for j in range(max(j for _, j in series), -1, -1):
        row: Any = {}
        for i in range(max((i for i, k in series if k == j), default=-1), -1, -1):
            row = product(row, first)
            row[0, 0] = row.get((0, 0), 0) + int(
                scale * unit ** step.weight((i, j)) * series.get((i, j), 0)
            )
        total = product(total, second)
        for place, value in row.items():
            total[place] = total.get(place, 0) + value
    return {
        place: Fraction(value, scale * unit ** step.weight(place))
        for place, value in total.items()
        if value
    }


def solve(
    step: Step, lowest: Series, order: int, form: Callable[[int, Series], Series]
) -> tuple[dict[int, Series], dict[int, Series]]:
    """The invariant series that starts with `lowest`, and what it lacked, weight by weight.

    `form` solves one homological equation: given a weight and the change of weight + 1 that the
    lower forms leave, it returns the form that cancels it.
    """
    change = step.changes(order + 1)
    start = max(step.weight(place) for place in lowest)
    forms: dict[int, Series] = {start: lowest}
    lacks: dict[int, Series] = {start: {}}
    total: Series = {}
    for place, value in lowest.items():
        total = added(total, change(place), value)
    for weight in range(start + 1, order + 1):
        lacks[weight] = {
            place: value for place, value in total.items() if step.weight(place) == weight + 1
        }
        forms[weight] = form(weight, lacks[weight])
        for place, value in forms[weight].items():
            total = added(total, change(place), value)
    return forms, lacks


@dataclass(frozen=True)
class Homological:
    """The claimed form cancels the change of the next weight that the lower forms leave.

    `absent` is the monomial on which the equation leaves the form free: it does not occur.
    `unit` is the monomial of coefficient 1 in the lowest form.
    """

    step: Step
    weight: int
    lacking: Any
    absent: Monomial | None
    unit: Monomial | None = None

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.rhs.is_polynomial(*self.step.variables):
            return False
        form = read(claim.rhs, self.step.variables)
        if self.unit is not None and form.get(self.unit) != 1:
            return False
        if any(self.step.weight(place) != self.weight for place in form) or self.absent in form:
            return False
        total: Series = dict(self.lacking)
        change = _changes(self.step, self.weight + 1)
        for place, value in form.items():
            total = added(total, change(place), value)
        return claim.lhs.is_Symbol and all(
            self.step.weight(place) != self.weight + 1 for place in total
        )


@cache
def _changes(step: Step, limit: int) -> Callable[[Monomial], Series]:
    return step.changes(limit)


def reverted(lead: Fraction, square: list[Fraction]) -> list[Fraction]:
    """The series d(rho) = lead rho + ... for which d^2 (square[0] + square[1] d + ...) = rho^2.

    As many coefficients as `square` has, from rho^1 on; order by order each is one linear equation.
    """
    found = [lead]
    for place in range(1, len(square)):
        found.append(-level([*found, Fraction(0)], square)[place] / (2 * square[0] * lead))
    return found


def level(found: list[Fraction], square: list[Fraction]) -> list[Fraction]:
    """Coefficients of rho^2, rho^3, ... in d^2 (square[0] + square[1] d + ...), d = found[0] rho +
    ..."""
    power, total = _times(found, found), [Fraction(0)] * len(found)
    for shift, value in enumerate(square[: len(found)]):
        for k in range(len(found) - shift):
            total[k + shift] += value * power[k]
        power = _times(power, found)
    return total


def _times(one: list[Fraction], two: list[Fraction]) -> list[Fraction]:
    return [sum((one[i] * two[k - i] for i in range(k + 1)), Fraction(0)) for k in range(len(one))]


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
        series = sp.expand(claim.rhs - self.origin)
        if not series.is_polynomial(self.rho):
            return False
        values = sp.Poly(series, self.rho, domain="QQ").all_coeffs()
        zero, *found = (rational(value) for value in reversed(values))
        target = [
            *self.target,
            *[Fraction(int(k == 0 and not self.target)) for k in range(len(self.square))],
        ]
        return (
            zero == 0
            and len(found) == len(self.square)
            and found[0] * self.lead > 0
            and level(found, list(self.square)) == target[: len(found)]
        )


@dataclass(frozen=True)
class Excess:
    """bound * rho^power >= |value - rho^2| for 0 <= rho <= radius, value = d^2 (square[0] +
    square[1] d + ...), d = found[0] rho + ...

    And not by much: the proof needs more than half the bound. Here all that the cut leaves is
    bounded: the coefficients up to `EXACT` as they are, those beyond by the same with absolute
    values.
    """

    rho: Any
    value: Any
    radius: Any
    power: int
    square: tuple[Fraction, ...]
    found: tuple[Fraction, ...]
    definitions: dict[Any, Any]

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        inside = {sp.Ge(self.rho, 0), sp.Ge(self.radius, self.rho)} <= set(assumptions)
        if (
            not inside
            or not isinstance(claim, sp.Ge)
            or claim.lts != sp.Abs(self.value - self.rho**2)
        ):
            return False
        limit = claim.gts.xreplace(self.definitions) / self.rho**self.power
        needed = self.needed()
        return (
            bool(limit.is_Rational)
            and needed is not None
            and rational(limit) / 2 <= needed <= rational(limit)
        )

    def needed(self) -> Fraction | None:
        """What the proof gives for the bound; None where the series is not reverted up to the
        cut."""
        rest = [Fraction(0)] * (EXACT - len(self.found))
        radius = rational(self.radius)
        exact = [
            value - (k == 0)
            for k, value in enumerate(level([*self.found, *rest], [*self.square, *rest]))
        ]
        if any(exact[: self.power - 2]):
            return None
        sizes = [abs(value) for value in self.found], [abs(value) for value in self.square]
        end = sum((value * radius**k for k, value in enumerate(sizes[0], 1)), Fraction(0))
        whole = sum((value * end**k for k, value in enumerate(sizes[1], 2)), Fraction(0))
        for k, value in enumerate(level([*sizes[0], *rest], [*sizes[1], *rest]), 2):
            whole -= value * radius**k
        near = sum((abs(value) * radius**k for k, value in enumerate(exact, 2)), Fraction(0))
        return (near + whole) / radius**self.power
