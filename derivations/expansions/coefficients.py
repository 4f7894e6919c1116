"""Coefficients that are rational functions of x, each the solution of one linear equation.

`Solves` is a kind of proof: it puts the claimed coefficient into its equation, in the field of
rational functions, and never asks how it was found.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp
from sympy import ZZ

from ..notation import x
from ..prover.claims import eq
from ..prover.quantities import numbered
from ..prover.statement import Statement
from .bounds import in_lowest_terms

FIELD = ZZ.frac_field(x)
X = FIELD.gens[0]
MU = 1 - X
PROBE = sp.Rational(7, 3)


@cache
def at_probe(element):
    return element.as_expr().subs(x, PROBE)


@dataclass(frozen=True)
class Solves:
    """The claimed coefficient u solves rest + factor u = 0 in the rational functions of x."""

    rest: Any
    factor: Any

    @property
    def solution(self):
        return -self.rest / self.factor

    def holds(self, claim, assumptions) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.lhs.is_Symbol:
            return False
        if not claim.rhs.is_rational_function(x):
            return False
        value = claim.rhs.xreplace({x: PROBE})  # it may refuse quickly, and is never a proof
        if not value.is_Rational or at_probe(self.rest) + at_probe(self.factor) * value:
            return False
        return not self.rest + self.factor * in_lowest_terms(claim.rhs, x)


def next_order(series, rest, extra=0):
    """The equation of the next coefficient, of factor mu^extra (mu^(2k) - 1); its solution is
    added to the series."""
    equation = Solves(rest, MU**extra * (MU ** (2 * len(series)) - 1))
    series.append(equation.solution)
    return equation


def convolved(one, two):
    """The coefficient of the last order in a product of two series."""
    return sum((u * v for u, v in zip(one, reversed(two), strict=True)), FIELD.zero)


# What the denominators are made of: x(2 - x), and what is positive on the real line.
mu = 1 - x
FACTORS = (x - 1, x * (2 - x), 1 + mu**2, 1 + mu**2 + mu**4, 1 + mu**4)
POLYNOMIALS = [FIELD.from_sympy(factor).numer for factor in FACTORS]
width = (x * (2 - x) / 2) ** 2  # of the region where the series are used


def _product(powers):
    return sp.prod([factor**power for factor, power in zip(FACTORS, powers, strict=True)])


@cache
def _parts(element):
    """A coefficient times FACTORS, to as small powers as cancel them all, and these powers."""
    below, powers = element.denom, []
    for factor in POLYNOMIALS:
        power = 0
        while not (common := below.gcd(factor)).is_ground:
            below, power = below.quo(common), power + 1
        powers.append(power)
    return element * FIELD.from_sympy(_product(powers)), tuple(powers)


def _written(element):
    """A coefficient as a formula: a polynomial, x - 4 taken out, over powers of FACTORS."""
    scaled, powers = _parts(element)
    rest, power = scaled.numer, 0
    while not rest.rem(X.numer - 4):
        rest, power = rest.quo(X.numer - 4), power + 1
    return (x - 4) ** power * rest.as_expr() / scaled.denom.as_expr() / _product(powers)


def solved(names, letter, equations, says):
    """A statement for each order: its coefficient solves its equation."""
    return tuple(
        Statement(
            f"{names}{k}",
            eq(numbered(letter, k), _written(equation.solution)),
            equation,
            says.format(k),
        )
        for k, equation in enumerate(equations, 1)
    )


def _less(one, two):
    return tuple(u - v for u, v in zip(one, two, strict=True))


def nested(*coefficients):
    """u_1 z + u_2 z^2 + ... as t_1 (N_1 + t_2 (N_2 + ...)): for each order the integers N_k, and
    the exponents of FACTORS in the denominator of t_k = z/(...)."""
    rows, before = [], (0,) * len(FACTORS)
    for coefficient in coefficients:
        scaled, own = _parts(in_lowest_terms(coefficient, x))
        powers = tuple(map(max, own, before))
        scaled *= FIELD.from_sympy(_product(_less(powers, own)))
        if scaled.denom != 1:
            raise ValueError("a denominator that FACTORS do not account for")
        integers = tuple(map(int, reversed(scaled.numer.to_dense())))
        rows.append((integers, _less(powers, before)))
        before = powers
    return tuple(rows)
