"""Power series in two variables over the rationals, and what a step makes of them.

A series is an element of SymPy's sparse ring of polynomials. This is the arithmetic in which the
homological equations of `mirror` and `flat` are solved and checked.
"""

from dataclasses import dataclass
from functools import cache, cached_property, reduce
from math import inf, lcm
from typing import Any

import sympy as sp
from sympy import QQ, ZZ
from sympy.polys.rings import PolyRing

from ..prover.function import Table, fractions, right

Monomial = tuple[int, int]


@cache
def read(expr, variables):
    """A SymPy polynomial as a series."""
    return PolyRing(variables, QQ).from_expr(expr)


def joined(forms, variables):
    """The series whose forms are these polynomials."""
    return sum((read(form, variables) for form in forms), read(sp.S.Zero, variables))


def put_in(series, maps, cut=lambda part: part):
    """A series with `maps` in place of its two variables, every product cut."""

    def horner(values, at):
        return reduce(lambda total, value: cut(total * at) + value, values, at.ring.zero)

    first, second = maps
    return horner([horner(row, second) for row in series.to_dense()], first)


@dataclass(frozen=True)
class Step:
    """A map of two variables (a, b): `later` are a' and b', which are a and b but for terms of
    higher weight."""

    variables: tuple[Any, Any]
    weights: Monomial
    later: tuple[Any, Any]

    def weight(self, monomial):
        return monomial[0] * self.weights[0] + monomial[1] * self.weights[1]

    def form(self, series, weight):
        """The terms of this weight."""
        return self.cut(series, weight, weight)

    def cut(self, series, most, least=0):
        """The terms of weights from `least` to `most`."""
        return series.new(
            {place: value for place, value in series.items() if least <= self.weight(place) <= most}
        )

    def scaled(self, series, unit):
        """A series in variables that are measured in units of unit^weight."""
        return series.new(
            {place: value * unit ** self.weight(place) for place, value in series.items()}
        )

    @cached_property
    def moves(self):
        """What a step adds to a and to b at the next weight."""
        moves = []
        for symbol, later, own in zip(self.variables, self.later, self.weights, strict=True):
            change = read(later - symbol, self.variables)
            if min(map(self.weight, change)) <= own:
                raise ValueError("a step that is not the identity but for terms of higher weight")
            moves.append(self.form(change, own + 1))
        return moves

    def leading(self, form):
        """What a step adds to a form at the next weight."""
        first, second = (form.diff(k) * move for k, move in enumerate(self.moves))
        return first + second


@cache
def _whole(step):
    """The unit in which a step is a map in whole numbers, and that map."""
    maps = [read(part, step.variables) for part in step.later]
    unit = lcm(*(int(value.denominator) for part in maps for value in part.values()))
    ring = PolyRing(step.variables, ZZ)
    pairs = zip(maps, step.weights, strict=True)
    return unit, [
        step.scaled(part, unit).quo_ground(unit**own).set_ring(ring) for part, own in pairs
    ]


def image(step, series, limit=inf):
    """A series after a step, up to a weight."""
    unit, maps = _whole(step)
    scale, numerators = step.scaled(series, unit).clear_denoms()
    later = put_in(numerators.set_ring(maps[0].ring), maps, lambda part: step.cut(part, limit))
    return step.scaled(later.set_ring(series.ring), QQ(1, unit)).quo_ground(scale)


# What the tables are read off.
def table(name, rows, statements, says, *also):
    """The table that `rows` makes of what these statements say a symbol is."""
    return Table(name, rows, says, tuple(map(right, statements)), also)


@cache
def in_sum_and_product(form, variables):
    """A symmetric form in a and b as a series in a + b and a b; ValueError if it is not one."""
    symmetric, rest, _ = read(form, variables).symmetrize()
    if rest:
        raise ValueError("a form that is not symmetric")
    return symmetric


def coefficient_rows(series, weights):
    """Row j: the coefficients of b^j a^i, i = 0, 1, ..., as pairs, up to the largest weight."""
    first, second = weights
    largest = max(i * first + j * second for i, j in series)
    return tuple(
        fractions(
            QQ.to_sympy(series.get((i, j), QQ(0)))
            for i in range((largest - j * second) // first + 1)
        )
        for j in range(largest // second + 1)
    )


def coefficients(polynomial):
    """Of variable^1, variable^2, ... in a polynomial, as pairs."""
    _, *values = reversed(sp.Poly(polynomial).all_coeffs())
    return fractions(values)


def pair(value):
    """A number as (numerator, denominator)."""
    return value.numerator, value.denominator
