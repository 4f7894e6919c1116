"""The bulk series: the final curvature as a power series in z = s^2 at every x, label 0.

No step changes C(x, s), and C(x, 0) = x. Order by order in z invariance is one linear equation for
c_k(x), with factor (1 - x)^(2k) - 1: solvable everywhere but at |1 - x| = 1, so on the real line at
x = 0 and 2. For 2 < x < 4 the same series gives the unstable fixed point that the run comes from,
and sigma = s (1 + d_1 z + ...), which each step multiplies by 1 - C, says how far it has come.

What the cut leaves out is bounded in full. For complex z in a disk a hundred times as wide as the
series is used runs still converge (for x > 2: backwards), so C and sigma/s are analytic there and
differ little from x and 1. By Cauchy's estimate all coefficients are then small against the disk;
the first two omitted ones are bounded as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial
from typing import Any

import sympy as sp

from .. import scaling
from ..notation import prime, s, x
from ..prover.claims import eq, ge
from ..prover.function import Table
from ..prover.proofs import Identity
from ..prover.statement import Statement
from .bounds import OnInterval, known, numbers
from .flat import RADIUS as SMALLEST
from .mirror import RADIUS as MIRROR_RADIUS
from .mirror import UNLABELLED, delta, level
from .mirror import z as mirror_z

ORDER = 4
EXACT = ORDER + 2  # the coefficients up to here are solved; those beyond are bounded together
RADIUS = sp.Rational(8, 10**4)  # of z against width(x)

FIELD = sp.QQ.frac_field(x)
X = FIELD.gens[0]
M = 1 - X
z, bound, omitted = sp.symbols("z bound omitted", real=True)
LAZY = (ge(x, SMALLEST), ge(2 - MIRROR_RADIUS, x))
LOWER, UPPER = (LAZY[0], ge(1, x)), (ge(x, 1), LAZY[1])
CATAPULT = (ge(x, sp.Rational(21, 10)), ge(4, x))


def moved(coefficient: Any, order: int) -> list[Any]:
    """Taylor coefficients in z of a function of x at the next step, x' = x + z (x - 4)."""
    result = []
    for k in range(order + 1):
        result.append(coefficient * (X - 4) ** k / factorial(k))
        coefficient = coefficient.diff(X)
    return result


def after(coefficients: list[Any], order: int, extra: int) -> Any:
    """Coefficient of z^order in (m + z)^extra times sum_j c_j(x') z'^j, z' = z (m + z)^2, m = 1 -
    x."""
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
        """Whether one rational point shows that the value is no solution: a quick refusal, never a
        proof."""
        rest, factor = (part.as_expr().subs(x, PROBE) for part in (self.rest, self.factor))
        return not value.is_Rational or bool(rest + factor * value != 0)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if (
            not isinstance(claim, sp.Eq)
            or not claim.lhs.is_Symbol
            or not claim.rhs.is_rational_function(x)
        ):
            return False
        if self.at_a_point(claim.rhs.subs(x, PROBE)):
            return False
        above, below = (
            sp.Poly(part, x, domain="QQ") for part in sp.fraction(sp.together(claim.rhs))
        )
        rest_above, rest_below, factor = (
            sp.Poly(part.as_expr(), x, domain="QQ")
            for part in (self.rest.numer, self.rest.denom, self.factor.numer)
        )
        return bool(
            self.factor.denom == 1 and (rest_above * below + factor * above * rest_below).is_zero
        )


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
    """u_1 z + u_2 z^2 + ... as t_1 (N_1 + t_2 (N_2 + ...)): for each order the integers N_k, and
    the exponents of FACTORS in the denominator of t_k = z/(...)."""
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
            (
                tuple(int(v) for v in reversed(numerator.all_coeffs())),
                tuple(u - v for u, v in zip(powers, before, strict=True)),
            )
        )
        before = powers
    return tuple(rows)


def bounded(
    name: str,
    term: Any,
    limit: Any,
    interval: tuple[Any, ...],
    says: str,
    symbol: Any = bound,
    argument: str = "",
    uses: tuple[Statement, ...] = (),
) -> Statement:
    """|term| <= limit on an interval of x; `symbol` stands for the limit."""
    proof = OnInterval(x, interval[0].rhs, interval[1].lhs, {symbol: limit, omitted: term})
    return Statement(
        name,
        ge(symbol, sp.Abs(omitted)),
        proof,
        f"{says} at most {symbol} = {float(limit):g}.",
        interval,
        argument,
        uses,
    )


BULK, BULK_EQUATIONS = solve_bulk(EXACT)
COORDINATE, COORDINATE_EQUATIONS = solve_coordinate(EXACT, BULK)
width = (x * (2 - x) / 2) ** 2
LOW, HIGH = RADIUS * (1 + x) * width, RADIUS * width  # z is at most this, below 2 and above
below_two, above_two = (
    level.subs({delta: x - 2, mirror_z: RADIUS * width * share}) for share in (1 + x, sp.Integer(1))
)
MAP = {
    prime(x): scaling.x_update.subs(UNLABELLED),
    prime(s): scaling.r_update.subs(UNLABELLED),
    z: s**2,
}

ORDERS = (
    Statement("bulk.x", eq(prime(x), x + z * (x - 4)), Identity(MAP), "A step in x"),
    Statement("bulk.s", eq(prime(s), s * (1 - x + z)), Identity(MAP), "and in s; z = s^2."),
    *(
        Statement(
            f"bulk.c{k}",
            eq(sp.Symbol(f"c_{k}"), factored(BULK[k])),
            BULK_EQUATIONS[k - 1],
            f"C = x + c_1 z + ... is unchanged by a step at order z^{k}.",
            argument="The factor of c_k is (1 - x)^(2k) - 1, never 0 for 0 < x < 2 or x > 2: "
            "every order has one solution."
            if k == 1
            else "",
        )
        for k in range(1, EXACT + 1)
    ),
    *(
        Statement(
            f"bulk.d{k}",
            eq(sp.Symbol(f"d_{k}"), factored(COORDINATE[k])),
            COORDINATE_EQUATIONS[k - 1],
            f"sigma = s (1 + d_1 z + ...) is multiplied by 1 - C at order z^{k}.",
            argument="The factor of d_k is (1 - x)((1 - x)^(2k) - 1), never 0 for x > 2: every "
            "order has one solution."
            if k == 1
            else "",
        )
        for k in range(1, EXACT + 1)
    ),
)

# Complex z, |z| <= disk. Below 2 runs stay within away of x, where |1 - x + z| <= q; above 2 the
# points that they come from stay there, the first z of them at most near, and |x - 1 - z| >= Q.
distance = sp.Symbol("distance", real=True)
FLARE = distance**2 / (4 + 7 * distance)


@dataclass(frozen=True)
class Disk:
    """Below 2: how far x is from the nearer of 0 and 2, and |z| at most."""

    far: Any
    disk: Any

    @property
    def away(self) -> Any:
        return self.far / 2

    @property
    def shrinks(self) -> Any:
        return 1 - self.far + self.away + self.disk

    @property
    def moves(self) -> Any:
        """All that x can move, as a share of `away`."""
        return self.disk * (4 - x + self.away) / (1 - self.shrinks**2) / self.away


NEAR_ZERO, NEAR_TWO = Disk(x, x**2 / (4 * (2 + x))), Disk(2 - x, FLARE.subs(distance, 2 - x))
near = FLARE.subs(distance, x - 2)
away = (x - 2) * (4 - x) / 5
Q = x - 1 - away - near
DISK = near * Q**2
# near (4 - x + away)/(1 - Q^-2) as a share of away
earlier = near * ((x - 2) / 5 + 1) / (1 - Q**-2) / ((x - 2) / 5)
factors = near * Q / (Q**2 - 1) * (1 + (4 - x + away) / (Q**2 - 1))

NAMES = (
    "lazy_5 lazy_6 shrink_0 shrink_2 move_0 move_2 part_0 part_2 tail_0 tail_2 back_Q back_move "
    "back_part back_away product origin_5 origin_6 coordinate_5 coordinate_6 origin_error"
)
(
    lazy_5, lazy_6, shrink_0, shrink_2, move_0, move_2, part_0, part_2, tail_0, tail_2,
    back_Q, back_move, back_part, back_away, multiplied, origin_5, origin_6, coordinate_5, coordinate_6, origin_error,
) = sp.symbols(NAMES, real=True)  # fmt: skip
BOUNDS = {
    lazy_5: sp.Rational(82, 10**16),
    lazy_6: sp.Rational(2, 10**17),
    shrink_0: sp.Rational(93, 100),
    shrink_2: sp.Rational(95, 100),
    move_0: sp.Rational(99, 100),
    move_2: sp.Rational(99, 100),
    part_0: sp.Rational(1, 140),
    part_2: sp.Rational(1, 100),
    tail_0: sp.Rational(40, 10**17),
    tail_2: sp.Rational(67, 10**17),
    back_Q: sp.Rational(95, 100),
    back_move: sp.Rational(99, 100),
    back_part: sp.Rational(1, 133),
    back_away: sp.Rational(7, 100),
    multiplied: sp.Rational(31, 100),
    origin_5: sp.Rational(24, 10**17),
    origin_6: sp.Rational(34, 10**20),
    coordinate_5: sp.Rational(76, 10**16),
    coordinate_6: sp.Rational(19, 10**18),
    origin_error: sp.Rational(36, 10**17),
}


def term(found: list[Any], k: int, largest: Any) -> Any:
    """The k-th term of a series at the largest z."""
    return FIELD.to_sympy(found[k]) * largest**k


def stated(
    name: str,
    symbol: Any,
    term: Any,
    interval: tuple[Any, ...],
    says: str,
    argument: str = "",
    uses: Any = (),
) -> Statement:
    return bounded(f"bulk.{name}", term, BOUNDS[symbol], interval, says, symbol, argument, uses)


def below(
    name: str, disk: Disk, interval: tuple[Any, ...], symbols: tuple[Any, ...], says: str
) -> tuple[Statement, ...]:
    """What all coefficients from c_7 on add up to, for x < 2."""
    shrink, move, part, tail = symbols
    part_of = LOW / disk.disk
    shrinks = stated(
        f"{name}_shrinks",
        shrink,
        disk.shrinks,
        interval,
        f"{says} For complex x, z within away = far/2 of this x and disk of 0 |1 - x + z| is at "
        "most q = 1 - far/2 + disk,",
    )
    stays = stated(
        f"{name}_stays",
        move,
        disk.moves,
        interval,
        "and disk (4 - x + away)/(1 - q^2), as a share of away,",
        "From this x and any |z| <= disk a run therefore stays there: by induction |z| shrinks "
        "by q^2 a step, and all that x moves, |z| |x - 4| a step, adds up to less than away. So "
        "x converges, uniformly; its limit C is analytic in z on the disk (and in x, z for small "
        "z), no step changes it, C(x, 0) = x and |C - x| <= away. Its coefficients are those of "
        "bulk.c1, ..., the only ones.",
        (shrinks,),
    )
    parts = stated(
        f"{name}_part",
        part,
        part_of,
        interval,
        "RADIUS (1 + x)(x(2 - x)/2)^2 is a share of disk of",
    )
    tails = stated(
        f"{name}_tail",
        tail,
        disk.away / x * part_of**7 / (1 - BOUNDS[part]),
        interval,
        "So, as a share of x, all terms from c_7 z^7 on add up to",
        "|c_k| <= away/disk^k by Cauchy: a geometric series, away share^7/(1 - share).",
        (stays, parts),
    )
    return shrinks, stays, parts, tails


lower = below(
    "lower",
    NEAR_ZERO,
    LOWER,
    (shrink_0, move_0, part_0, tail_0),
    "Here far = x and disk = x^2/(4 (2 + x)).",
)
upper = below(
    "upper",
    NEAR_TWO,
    UPPER,
    (shrink_2, move_2, part_2, tail_2),
    "Here far = 2 - x and disk = far^2/(4 + 7 far).",
)
lazy = tuple(
    stated(f"lazy_{k}", symbol, term(BULK, k, LOW) / x, LAZY,
           f"For x < 2 and z <= RADIUS (1 + x)(x(2 - x)/2)^2 the term c_{k} z^{k} is a share of x "
           "of")
    for k, symbol in ((5, lazy_5), (6, lazy_6))
)  # fmt: skip
backwards = stated(
    "back_grows", back_Q, 1 / Q, CATAPULT,
    "For x > 2, near = (x - 2)^2/(4 + 7 (x - 2)), away = (x - 2)(4 - x)/5 and complex x, z "
    "within away of this x and near of 0 |1 - x + z| is at least Q = x - 1 - away - near, 1/Q",
    "So for |z| <= disk = near Q^2 there is one point there that a step takes to (x, z): with x "
    "= (x' + 4z)/(1 + z) z (1 - x + z)^2 = z' has one solution in |z| < near, by Rouche, and it "
    "is analytic in z'.",
)  # fmt: skip
goes_back = stated(
    "back_stays", back_move, earlier, CATAPULT,
    "And near (4 - x + away)/(1 - Q^-2), as a share of away (both are 0 at x = 4), is",
    "So the points that a run comes from, from any |z| <= disk, stay there: |z| is at most near, "
    "then shrinks by Q^2 a step (so does the circle in Rouche's theorem), and x moves by |z| |x "
    "- 4|. Their x converges uniformly to C, analytic in z on the disk, |C - x| <= away, with "
    "the coefficients of bulk.c1, ...",
    (backwards,),
)  # fmt: skip
back_share = stated(
    "back_part", back_part, HIGH / DISK, CATAPULT, "RADIUS (x(2 - x)/2)^2 is a share of disk of"
)
back_far = stated("back_away", back_away, away / x, CATAPULT, "and away a share of x of")
product = stated(
    "back_product", multiplied, factors, CATAPULT,
    "Let E = near Q/(Q^2 - 1) (1 + (4 - x + away)/(Q^2 - 1)),",
    "sigma/s is the product of (1 - C)/(1 - x + z) = 1 + (x - z - C)/(1 - x + z) over the points "
    "that the run comes from. There |x - C| is at most |z| (4 - x + away)/(Q^2 - 1), and the |z| "
    "add up to at most near Q^2/(Q^2 - 1): what is added to the factors 1 adds up to at most E. "
    "So sigma/s is analytic on the disk, |sigma/s - 1| <= exp(E) - 1 <= E/(1 - E), with the "
    "coefficients of bulk.d1, ...",
    (goes_back,),
)  # fmt: skip
origin = tuple(
    stated(f"origin_{k}", symbol, term(BULK, k, HIGH) / x, CATAPULT,
           f"For x > 2 and z <= RADIUS (x(2 - x)/2)^2 the term c_{k} z^{k} is a share of x of")
    for k, symbol in ((5, origin_5), (6, origin_6))
)  # fmt: skip
coordinate = tuple(
    stated(
        f"coordinate_{k}",
        symbol,
        term(COORDINATE, k, HIGH),
        CATAPULT,
        f"and the term d_{k} z^{k} of sigma a share of s of",
    )
    for k, symbol in ((5, coordinate_5), (6, coordinate_6))
)
BOUNDED = (
    *lazy, *lower, *upper,
    numbers(
        "bulk.lazy",
        ge(sp.Rational(1, 10**14), lazy_5 + lazy_6 + sp.Max(tail_0, tail_2)),
        BOUNDS,
        "For x < 2 and z <= RADIUS (1 + x)(x(2 - x)/2)^2 all that the series leaves out is at "
        "most a share 1e-14 of x.",
        "For smaller z it is smaller, like z^5.",
        (*lazy, lower[-1], upper[-1]),
    ),
    backwards, goes_back, back_share, back_far, product, *origin, *coordinate,
    numbers(
        "bulk.origin",
        ge(origin_error, origin_5 + origin_6 + back_away * back_part**7 / (1 - back_part)),
        BOUNDS,
        "For x > 2 and z <= RADIUS (x(2 - x)/2)^2 all that the series leaves out is a share of x "
        f"of at most {known(BOUNDS, origin_error)},",
        "|c_k| <= away/disk^k by Cauchy: from c_7 on a geometric series. C itself is within "
        "away/133 of x (Schwarz), so above 209/100.",
        (*origin, goes_back, back_share, back_far),
    ),
    numbers(
        "bulk.coordinate",
        ge(
            sp.Rational(1, 10**14),
            coordinate_5 + coordinate_6 + multiplied / (1 - multiplied) * back_part**7 / (1 - back_part),
        ),
        BOUNDS,
        "and that of sigma a share of s of at most 1e-14.",
        "|d_k| <= E/(1 - E)/disk^k. For smaller z both are smaller, like z^5.",
        (*coordinate, product, back_share),
    ),
)  # fmt: skip

STATEMENTS = (
    *ORDERS,
    *BOUNDED,
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
        "C = x + c_1 z + ... = x + t_1 (N_1 + t_2 (N_2 + ...)); for each order the coefficients "
        "of N_k in x^0, x^1, ..., and the exponents of x - 1, x(2 - x), 1 + m^2, 1 + m^2 + m^4 "
        "and 1 + m^4 in z/t_k, where m = 1 - x.",
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
        "BULK and COORDINATE: all that they leave out is below 1e-14 where z <= this (x(2 - "
        "x)/2)^2 and x > 2; of BULK also where z <= this (1 + x)(x(2 - x)/2)^2, x < 2.",
        "bulk.lazy, bulk.origin, bulk.coordinate",
    ),
)
