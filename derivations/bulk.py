"""The bulk series: the final curvature as a power series in z = s^2 at every x, label 0.

No step changes C(x, s), and C(x, 0) = x. Order by order in z invariance is one linear equation for
c_k(x), with factor (1 - x)^(2k) - 1: solvable everywhere but at |1 - x| = 1, so on the real line at
x = 0 and 2. For 2 < x < 4 the same series gives the unstable fixed point that the run comes from,
and sigma = s (1 + d_1 z + ...), which each step multiplies by 1 - C, says how far it has come.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial
from typing import Any

import sympy as sp

from . import scaling
from .bounds import OnInterval
from .flat import RADIUS as SMALLEST
from .mirror import RADIUS as MIRROR_RADIUS
from .mirror import UNLABELLED, delta, level
from .mirror import z as mirror_z
from .notation import prime, s, x
from .statement import Identity, Statement, eq, ge
from .table import Table

ORDER = 4
RADIUS = sp.Rational(8, 10**4)  # of z against width(x)

FIELD = sp.QQ.frac_field(x)
X = FIELD.gens[0]
M = 1 - X
z, bound, omitted = sp.symbols("z bound omitted", real=True)
LAZY = (ge(x, SMALLEST), ge(2 - MIRROR_RADIUS, x))
CATAPULT = (ge(x, sp.Rational(21, 10)), ge(4, x))


def moved(coefficient: Any, order: int) -> list[Any]:
    """Taylor coefficients in z of a function of x at the next step, x' = x + z (x - 4)."""
    result = []
    for k in range(order + 1):
        result.append(coefficient * (X - 4) ** k / factorial(k))
        coefficient = coefficient.diff(X)
    return result


def after(coefficients: list[Any], order: int, extra: int) -> Any:
    """Coefficient of z^order in (m + z)^extra times sum_j c_j(x') z'^j, z' = z (m + z)^2, m = 1 - x."""
    total = FIELD.zero
    for j, coefficient in enumerate(coefficients):
        shifts, power = moved(coefficient, order - j), 2 * j + extra
        for i, shift in enumerate(shifts):
            k = order - j - i
            if k <= power:
                total += shift * comb(power, k) * M ** (power - k)
    return total


@dataclass(frozen=True)
class Solves:
    """The claimed coefficient u solves rest + factor u = 0 in the rational functions of x."""

    rest: Any
    factor: Any

    def at_a_point(self, value: Any) -> bool:
        """Whether one rational point shows that the value is no solution: a quick refusal, never a proof."""
        rest, factor = (part.as_expr().subs(x, PROBE) for part in (self.rest, self.factor))
        return not value.is_Rational or bool(rest + factor * value != 0)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.lhs.is_Symbol or not claim.rhs.is_rational_function(x):
            return False
        if self.at_a_point(claim.rhs.subs(x, PROBE)):
            return False
        above, below = (sp.Poly(part, x, domain="QQ") for part in sp.fraction(sp.together(claim.rhs)))
        rest_above, rest_below, factor = (
            sp.Poly(part.as_expr(), x, domain="QQ") for part in (self.rest.numer, self.rest.denom, self.factor.numer)
        )
        return bool(self.factor.denom == 1 and (rest_above * below + factor * above * rest_below).is_zero)


PROBE = sp.Rational(7, 5)


def solve_bulk(order: int) -> tuple[list[Any], list[Solves]]:
    """c_0 ... c_order, and the equation of each from c_1 on."""
    found, equations = [X], []
    for k in range(1, order + 1):
        equations.append(Solves(after(found, k, 0), M ** (2 * k) - 1))
        found.append(-equations[-1].rest / equations[-1].factor)
    return found, equations


def solve_coordinate(order: int, bulk: list[Any]) -> tuple[list[Any], list[Solves]]:
    """d_0 = 1, d_1, ... and their equations: sigma' = (1 - C) sigma, s' = s (m + z)."""
    found, equations = [FIELD.one], []
    for k in range(1, order + 1):
        rest = after(found, k, 1) + sum((bulk[k - j] * found[j] for j in range(k)), FIELD.zero)
        equations.append(Solves(rest, M * (M ** (2 * k) - 1)))
        found.append(-rest / equations[-1].factor)
    return found, equations


def factored(element: Any) -> Any:
    return sp.factor(FIELD.to_sympy(element))


# What the denominators are made of: x(2 - x), and what is positive on the real line.
m = 1 - x
FACTORS = (x - 1, x * (2 - x), 1 + m**2, 1 + m**2 + m**4, 1 + m**4)


def nested(coefficients: list[Any]) -> tuple[Any, ...]:
    """u_1 z + u_2 z^2 + ... as t_1 (N_1 + t_2 (N_2 + ...)): for each order the integers N_k, and the exponents of
    FACTORS in the denominator of t_k = z/(...)."""
    rows, before = [], [0] * len(FACTORS)
    for element in coefficients:
        below, powers = sp.Poly(element.denom.as_expr(), x), []
        for factor in FACTORS:
            poly, power = sp.Poly(sp.expand(factor), x), 0
            while not below.rem(poly):
                below, power = below.quo(poly), power + 1
            powers.append(power)
        powers = [max(new, old) for new, old in zip(powers, before, strict=True)]
        scale = sp.prod([factor**power for factor, power in zip(FACTORS, powers, strict=True)])
        numerator = sp.Poly(sp.cancel(FIELD.to_sympy(element) * scale), x)
        if below.degree() > 0 or not all(value.is_Integer for value in numerator.all_coeffs()):
            raise ValueError("a denominator that FACTORS do not account for")
        rows.append(
            (tuple(int(v) for v in reversed(numerator.all_coeffs())), tuple(u - v for u, v in zip(powers, before, strict=True)))
        )
        before = powers
    return tuple(rows)


def bounded(name: str, term: Any, limit: Any, interval: tuple[Any, ...], says: str) -> Statement:
    """|term| <= limit on an interval of x."""
    proof = OnInterval(x, interval[0].rhs, interval[1].lhs, {bound: limit, omitted: term})
    return Statement(name, ge(bound, sp.Abs(omitted)), proof, f"{says} at most bound = {float(limit)}.", interval)


BULK, BULK_EQUATIONS = solve_bulk(ORDER + 1)
COORDINATE, COORDINATE_EQUATIONS = solve_coordinate(ORDER + 1, BULK)
width = (x * (2 - x) / 2) ** 2
c_omitted, d_omitted = (FIELD.to_sympy(found[ORDER + 1]) for found in (BULK, COORDINATE))
below_two, above_two = (
    level.subs({delta: x - 2, mirror_z: RADIUS * width * share}) for share in (1 + x, sp.Integer(1))
)
MAP = {prime(x): scaling.x_update.subs(UNLABELLED), prime(s): scaling.r_update.subs(UNLABELLED), z: s**2}

STATEMENTS = (
    Statement("bulk.x", eq(prime(x), x + z * (x - 4)), Identity(MAP), "A step in x"),
    Statement("bulk.s", eq(prime(s), s * (1 - x + z)), Identity(MAP), "and in s; z = s^2."),
    *(
        Statement(
            f"bulk.c{k}",
            eq(sp.Symbol(f"c_{k}"), factored(BULK[k])),
            BULK_EQUATIONS[k - 1],
            f"C = x + c_1 z + ... is unchanged by a step at order z^{k}.",
            argument="The factor of c_k is (1 - x)^(2k) - 1, never 0 for 0 < x < 2 or x > 2: every order has one solution."
            if k == 1
            else "",
        )
        for k in range(1, ORDER + 1)
    ),
    *(
        Statement(
            f"bulk.d{k}",
            eq(sp.Symbol(f"d_{k}"), factored(COORDINATE[k])),
            COORDINATE_EQUATIONS[k - 1],
            f"sigma = s (1 + d_1 z + ...) is multiplied by 1 - C at order z^{k}.",
            argument="The factor of d_k is (1 - x)((1 - x)^(2k) - 1), never 0 for x > 2: every order has one solution."
            if k == 1
            else "",
        )
        for k in range(1, ORDER + 1)
    ),
    bounded(
        "bulk.lazy", c_omitted * (RADIUS * (1 + x) * width) ** (ORDER + 1) / x, sp.Rational(10, 10**15), LAZY,
        "For x < 2 and z <= RADIUS (1 + x)(x(2 - x)/2)^2 the first omitted term is a share of x of",
    ),
    bounded(
        "bulk.origin", c_omitted * (RADIUS * width) ** (ORDER + 1) / x, sp.Rational(36, 10**17), CATAPULT,
        "For x > 2 and z <= RADIUS (x(2 - x)/2)^2 it is a share of",
    ),
    bounded(
        "bulk.coordinate", d_omitted * (RADIUS * width) ** (ORDER + 1), sp.Rational(10, 10**15), CATAPULT,
        "and that of sigma a share of",
    ),
    bounded(
        "bulk.left", below_two, MIRROR_RADIUS**2, (ge(x, 2 - MIRROR_RADIUS), ge(2, x)),
        "Nearer to 2 than these intervals reach the mirror series serves: for such z its level is",
    ),
    bounded("bulk.right", above_two, MIRROR_RADIUS**2, (ge(x, 2), ge(sp.Rational(21, 10), x)), "and above 2 it is"),
)  # fmt: skip

TABLES = (
    Table(
        "BULK",
        nested(BULK[1 : ORDER + 1]),
        "C = x + c_1 z + ... = x + t_1 (N_1 + t_2 (N_2 + ...)); for each order the coefficients of N_k in x^0, x^1, ..., and the "
        "exponents of x - 1, x(2 - x), 1 + m^2, 1 + m^2 + m^4 and 1 + m^4 in z/t_k, where m = 1 - x.",
        "bulk.c1 to bulk.c4",
    ),
    Table(
        "COORDINATE",
        nested(COORDINATE[1 : ORDER + 1]),
        "In the same arrangement: sigma = s (1 + d_1 z + ...).",
        "bulk.d1 to bulk.d4",
    ),
    Table(
        "BULK_RADIUS",
        (RADIUS.p, RADIUS.q),
        "BULK and COORDINATE: to 1e-14 where z <= this (x(2 - x)/2)^2 and x > 2; BULK where z <= this (1 + x)(x(2 - x)/2)^2, x < 2.",
        "bulk.lazy, bulk.origin, bulk.coordinate",
    ),
)
