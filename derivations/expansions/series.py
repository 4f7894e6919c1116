"""Power series in two variables over the rationals, and what a step makes of them.

A series is a dictionary from the exponents of its two variables to a coefficient. This is the
arithmetic in which the homological equations of `mirror` and `flat` are solved and checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb, lcm
from typing import Any

import sympy as sp

from ..prover.function import fractions

Monomial = tuple[int, int]
Series = dict[Monomial, Any]
ONE: Series = {(0, 0): 1}


def rational(value: Any) -> Fraction:
    """A SymPy number as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def number(value: Fraction) -> Any:
    """A Fraction as a SymPy number."""
    return sp.Rational(value.numerator, value.denominator)


@cache
def read(expr: Any, variables: tuple[Any, Any]) -> Series:
    """A SymPy polynomial as a series."""
    terms = sp.Poly(expr, *variables, domain="QQ").terms()
    return {(int(i), int(j)): rational(value) for (i, j), value in terms if value}


def write(series: Series, variables: tuple[Any, Any]) -> Any:
    """A series as a SymPy polynomial."""
    a, b = variables
    return sp.Add(*(number(value) * a**i * b**j for (i, j), value in sorted(series.items())))


def product(one: Series, two: Series, weights: Monomial = (0, 0), limit: int = 0) -> Series:
    """The terms of the product up to a weight; all of them where nothing weighs anything."""
    result: Series = {}
    for (i, j), u in one.items():
        for (k, m), v in two.items():
            if (i + k) * weights[0] + (j + m) * weights[1] <= limit:
                result[i + k, j + m] = result.get((i + k, j + m), 0) + u * v
    return result


def added(one: Series, two: Series, factor: Any = 1) -> Series:
    """one + factor * two."""
    result = dict(one)
    for place, value in two.items():
        result[place] = result.get(place, 0) + factor * value
    return {place: value for place, value in result.items() if value}


@dataclass(frozen=True)
class Step:
    """A map (a, b) -> (a', b'), b' = b times something; both start at weight 1 or more.

    `first` and `second` are a' and b'/b; `split` says that a' is a times `first` as well.
    """

    variables: tuple[Any, Any]
    weights: Monomial
    first: Any
    second: Any
    split: bool = False

    def weight(self, monomial: Monomial) -> int:
        return monomial[0] * self.weights[0] + monomial[1] * self.weights[1]

    def whole(self, expr: Any, light: int = 0) -> Series:
        """A polynomial in whole numbers: a and b are measured in units (1/unit)^weight, and it
        itself in units of (1/unit)^light."""
        unit = self.unit
        return {
            place: int(value * unit ** (self.weight(place) - light))
            for place, value in read(expr, self.variables).items()
        }

    @property
    def unit(self) -> int:
        maps = (read(part, self.variables) for part in (self.first, self.second))
        return lcm(*(value.denominator for part in maps for value in part.values()))

    @property
    def light(self) -> int:
        """The weight in which `first` is measured."""
        return 0 if self.split else self.weights[0]


@cache
def changes(step: Step, limit: int) -> Callable[[Monomial], dict[int, Series]]:
    """What a step adds to a monomial, form by form, up to a weight."""
    unit, maps = step.unit, (step.whole(step.first, step.light), step.whole(step.second))
    known: tuple[list[Series], ...] = ([ONE], [ONE])

    def power(which: int, exponent: int) -> Series:
        powers = known[which]
        while len(powers) <= exponent:
            powers.append(product(powers[-1], maps[which], step.weights, limit))
        return powers[exponent]

    @cache
    def change(monomial: Monomial) -> dict[int, Series]:
        i, j = monomial
        shift = (i if step.split else 0, j)
        grown = product(power(0, i), power(1, j), step.weights, limit - step.weight(shift))
        result: dict[int, Series] = {}
        for (k, m), value in grown.items():
            place = (k + shift[0], m + shift[1])
            share = Fraction(value, unit ** (step.weight(place) - step.weight(monomial)))
            if share := share - (place == monomial):
                result.setdefault(step.weight(place), {})[place] = share
        return result

    return change


@cache
def image(step: Step, expr: Any) -> Series:
    """A polynomial after a step, all of it: Horner's rule in b' and, row by row, in a'."""
    unit, series = step.unit, read(expr, step.variables)
    scale = lcm(*(value.denominator for value in series.values()))
    whole = {place: int(scale * unit ** step.weight(place) * v) for place, v in series.items()}
    shift = int(step.split)
    first = {(i + shift, j): v for (i, j), v in step.whole(step.first, step.light).items()}
    second = {(i, j + 1): value for (i, j), value in step.whole(step.second).items()}
    total: Series = {}
    for j in range(max(j for _, j in series), -1, -1):
        row: Series = {}
        for i in range(max((i for i, k in series if k == j), default=-1), -1, -1):
            row = product(row, first)
            row[0, 0] = row.get((0, 0), 0) + whole.get((i, j), 0)
        total = added(product(total, second), row)
    return {
        place: Fraction(value, scale * unit ** step.weight(place)) for place, value in total.items()
    }


def pair(value: Any) -> tuple[int, int]:
    """A number as (numerator, denominator)."""
    return int(value.p), int(value.q)


def coefficient_rows(series: Series, weights: Monomial) -> tuple[Any, ...]:
    """Row j: the coefficients of b^j a^i, i = 0, 1, ..., as pairs, up to the largest weight."""
    first, second = weights
    largest = max(i * first + j * second for i, j in series)
    return tuple(
        fractions(series.get((i, j), 0) for i in range((largest - j * second) // first + 1))
        for j in range(largest // second + 1)
    )


def coefficients(expr: Any, variable: Any) -> tuple[Any, ...]:
    """Of a polynomial: the coefficients of variable^1, variable^2, ..., as pairs."""
    _, *values = reversed(sp.Poly(expr, variable, domain="QQ").all_coeffs())
    return tuple(pair(value) for value in values)


def power_series(values: Iterable[Fraction], variable: Any) -> Any:
    """The polynomial with these coefficients of variable^1, variable^2, ..."""
    return sp.Add(*(number(value) * variable**k for k, value in enumerate(values, 1)))


def joined(forms: Iterable[Any], variables: tuple[Any, Any]) -> Series:
    """The series whose forms are these polynomials."""
    total: Series = {}
    for form in forms:
        total = added(total, read(form, variables))
    return total


def in_sum_and_product(series: Series) -> Series:
    """A symmetric series in a and b as one in a + b and a b; ValueError if it is not symmetric."""
    rest, result = dict(series), {}
    for j in range(max(j for _, j in series) + 1):
        for i in [i for i, k in rest if k == j and i >= j]:
            result[i - j, j] = value = rest[i, j]
            for k in range(i - j + 1):
                rest[i - k, j + k] = rest.get((i - k, j + k), 0) - value * comb(i - j, k)
    if any(rest.values()):
        raise ValueError("a series that is not symmetric")
    return result
