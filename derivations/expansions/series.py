"""Power series in two variables over the rationals, and what a step makes of them.

A series is a dictionary from the exponents of its two variables to a coefficient. This is the
arithmetic in which the homological equations of `mirror` and `flat` are solved and checked.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb, inf, lcm
from typing import Any

import sympy as sp

from ..prover.function import fractions

Monomial = tuple[int, int]
Series = dict[Monomial, Any]


@cache
def read(expr, variables) -> Series:
    """A SymPy polynomial as a series."""
    terms = sp.Poly(expr, *variables, domain="QQ").terms()
    return {(int(i), int(j)): Fraction(value) for (i, j), value in terms if value}


def write(series: Series, variables):
    """A series as a SymPy polynomial."""
    a, b = variables
    return sp.Add(*(sp.Rational(value) * a**i * b**j for (i, j), value in sorted(series.items())))


def added(one: Series, two: Series, factor=1) -> Series:
    """one + factor * two."""
    result = dict(one)
    for place, value in two.items():
        result[place] = result.get(place, 0) + factor * value
    return {place: value for place, value in result.items() if value}


def composition(
    maps: Sequence[Series], weights: Monomial = (0, 0), limit: float = 0
) -> Callable[[Monomial], Series]:
    """What becomes of a monomial a^i b^j if `maps` are put in for a and b: the terms up to a
    weight; all of them where nothing weighs anything."""

    @cache
    def monomial(exponents: Monomial) -> Series:
        i, j = exponents
        if not i + j:
            return {(0, 0): 1}
        earlier, new = (monomial((i - 1, j)), maps[0]) if i else (monomial((0, j - 1)), maps[1])
        result: Series = {}
        for (k, m), u in earlier.items():
            for (p, q), v in new.items():
                if (k + p) * weights[0] + (m + q) * weights[1] <= limit:
                    result[k + p, m + q] = result.get((k + p, m + q), 0) + u * v
        return result

    return monomial


@dataclass(frozen=True)
class Step:
    """A map of two variables (a, b): `later` are a' and b', of no smaller weights than a and b."""

    variables: tuple[Any, Any]
    weights: Monomial
    later: tuple[Any, Any]

    def weight(self, monomial: Monomial) -> int:
        return monomial[0] * self.weights[0] + monomial[1] * self.weights[1]


@cache
def _whole(step: Step, limit: float) -> tuple[int, Callable[[Monomial], Series]]:
    """What becomes of a monomial, in whole numbers: a and b are measured in units of
    unit^weight."""
    maps = [read(part, step.variables) for part in step.later]
    unit = lcm(*(value.denominator for part in maps for value in part.values()))
    whole = [
        {place: int(value * unit ** (step.weight(place) - own)) for place, value in part.items()}
        for part, own in zip(maps, step.weights, strict=True)
    ]
    return unit, composition(whole, step.weights, limit)


def image(step: Step, series: Series, limit: float = inf) -> Series:
    """A series after a step, up to a weight."""
    unit, monomial = _whole(step, limit)
    scale = lcm(*(Fraction(factor).denominator for factor in series.values()))
    total: Series = {}
    for exponents, factor in series.items():
        share = int(scale * factor * unit ** step.weight(exponents))
        for place, value in monomial(exponents).items():
            total[place] = total.get(place, 0) + share * value
    return {
        place: Fraction(value, scale * unit ** step.weight(place))
        for place, value in total.items()
        if value
    }


# What the tables are read off.
def joined(forms: Iterable[Any], variables) -> Series:
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


def coefficient_rows(series: Series, weights: Monomial):
    """Row j: the coefficients of b^j a^i, i = 0, 1, ..., as pairs, up to the largest weight."""
    first, second = weights
    largest = max(i * first + j * second for i, j in series)
    return tuple(
        fractions(series.get((i, j), 0) for i in range((largest - j * second) // first + 1))
        for j in range(largest // second + 1)
    )


def coefficients(polynomial):
    """Of variable^1, variable^2, ... in a polynomial, as pairs."""
    _, *values = reversed(sp.Poly(polynomial).all_coeffs())
    return fractions(values)


def pair(value) -> tuple[int, int]:
    """A number as (numerator, denominator)."""
    return Fraction(value).as_integer_ratio()
