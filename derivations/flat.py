"""The flat series: an invariant of training around the origin, label 0, where the final curvature is small.

Near P = Q = 0 a step is the identity plus terms of higher degree, so an invariant PQ + ... is found
degree by degree. The run ends at P = Q = x/2. Steps commute with P <-> Q, so the series is
symmetric, and that is why every degree can be solved.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from .bounds import OnInterval
from .notation import P, Q, nonnegative, s
from .series import Homological, Reversion, Series, Step, reverted, solve, write
from .statement import Identity, Statement, Unproved, eq, ge
from .table import Table, fractions

ORDER = 20
RADIUS = sp.Rational(3, 20)

rho, C, p, share, x = sp.symbols("rho C p share x", real=True)
a, b = nonnegative("a"), nonnegative("b")
VARIABLES = (P, Q)
minus, plus = (1 - (P - Q) / 2) ** 2, (1 + (P - Q) / 2) ** 2
STEP = Step(VARIABLES, (1, 1), minus, plus, split=True)
LOWEST: Series = {(1, 1): Fraction(1)}


def form(degree: int, lacking: Series) -> Series:
    """The form of this degree that cancels `lacking` = (P - Q) times a quotient (flat.operator)."""
    found, quotient = {}, Fraction(0)
    for j in range(degree + 1):
        quotient -= lacking.get((degree + 1 - j, j), Fraction(0))
        if degree != 2 * j:
            found[degree - j, j] = quotient / (2 * j - degree)
    return {place: value for place, value in found.items() if value}


FORMS, LACKING = solve(STEP, LOWEST, ORDER + 1, form)
OMITTED = write(FORMS.pop(ORDER + 1), VARIABLES)
TOTAL = sum((write(series, VARIABLES) for series in FORMS.values()), sp.Integer(0))

# Where the run ends, P = Q = d/2 and I = rho^2: the series of d in rho, reverted.
AXIS = [sum(FORMS[k].values(), Fraction(0)) / 2**k if k in FORMS else Fraction(0) for k in range(2, ORDER + 1)]
ENDING = reverted(Fraction(2), AXIS)


def moved(f: sp.Expr) -> sp.Expr:
    """What a step adds to a form, to leading degree."""
    return (P - Q) * (Q * sp.Derivative(f, Q) - P * sp.Derivative(f, P))


def in_product() -> list[list[Fraction]]:
    """I = p (row 0 + row 1 p + ...), p = PQ, each row a polynomial in x = P + Q from its constant term on."""
    rest, rows = sp.Poly(TOTAL, P, Q, domain="QQ"), []
    terms = {(int(i), int(j)): Fraction(int(v.p), int(v.q)) for (i, j), v in rest.terms()}
    for j in range(1, ORDER // 2 + 1):
        row = []
        for i in range(ORDER - 2 * j + 1):
            value = terms.get((i + j, j), Fraction(0))
            row.append(value)
            for k in range(i + 1):
                place = (i - k + j, j + k)
                terms[place] = terms.get(place, Fraction(0)) - value * sp.binomial(i, k)
        rows.append(row)
    if any(terms.values()):
        raise ValueError("the flat series is not a polynomial in P + Q and PQ")
    return rows


ROWS = in_product()
operator = Statement(
    "flat.operator",
    eq(moved(P**a * Q**b), (b - a) * (P - Q) * P**a * Q**b),
    Identity(),
    "To leading degree a step changes a form by (P - Q)(Q df/dQ - P df/dP).",
    argument="What the lower forms lack vanishes where P = Q, for there a step is the identity; so it is P - Q times a "
    "quotient. It is symmetric as the map is, so the quotient is antisymmetric and has no (PQ)^k. All other "
    "monomials have b - a not 0: the rank is full, and the form is unique up to a power of the invariant.",
)
bound, omitted = sp.symbols("bound omitted", real=True)
BOUND = {
    bound: sp.Rational(6, 10**15),
    omitted: (OMITTED / (P * Q)).subs({P: RADIUS * (1 + share) / 2, Q: RADIUS * (1 - share) / 2}) / 2,
}
SHARES = (ge(share, 0), ge(1, share))
STATEMENTS = (
    Statement("flat.P", eq(P * (1 - s) ** 2, P * minus), Identity({s: (P - Q) / 2}), "A step in P"),
    Statement("flat.Q", eq(Q * (1 + s) ** 2, Q * plus), Identity({s: (P - Q) / 2}), "and in Q."),
    operator,
    *(
        Statement(
            f"flat.degree_{degree}",
            eq(sp.Symbol(f"I_{degree}"), write(series, VARIABLES)),
            Homological(STEP, degree, LACKING[degree], (degree // 2, degree // 2) if degree % 2 == 0 and degree > 2 else None,
                        (1, 1) if degree == 2 else None),
            f"The form of degree {degree}: with those before it, no step changes it below degree {degree + 2}.",
        )
        for degree, series in FORMS.items()
    ),
    Statement(
        "flat.ending",
        eq(C, sp.Add(*(sp.Rational(v.numerator, v.denominator) * rho**k for k, v in enumerate(ENDING, 1)))),
        Reversion(rho, tuple(AXIS), 1),
        "Where the invariant is rho^2 the run ends at C: I(C/2, C/2) = rho^2.",
    ),
    Statement(
        "flat.bound",
        ge(bound, sp.Abs(omitted)),
        OnInterval(share, sp.Integer(0), sp.Integer(1), BOUND),
        "Where x = RADIUS and (P - Q)/x = share, the first omitted form, of degree 21, moves the end by at most bound = "
        f"{float(BOUND[bound])} of itself: half of what it adds to PQ.",
        SHARES,
    ),
    Statement(
        "flat.error",
        ge(sp.Rational(1, 10**14) * C, sp.Abs(C - sp.Symbol("seen", real=True))),
        Unproved("in 50 digits at 5 starts with x = 3/20 the end is at most 4.7e-15 of itself off"),
        "Where x is at most RADIUS the series gives the final curvature to 1e-14 of itself.",
    ),
)

TABLES = (
    Table(
        "FLAT",
        tuple(fractions(row) for row in ROWS),
        "The invariant around the origin is p times a series; row j: the coefficients of p^j x^i, i = 0, 1, ...; p = x^2/4 - s^2.",
        "flat.degree_2 to flat.degree_20",
    ),
    Table("FLAT_END", fractions(ENDING), "The final x is these times rho, rho^2, ...; rho^2 is the invariant.", "flat.ending"),
    Table(
        "FLAT_RADIUS",
        (RADIUS.p, RADIUS.q),
        "To 1e-14 of itself where x is at most this.",
        "flat.bound; flat.error is measured",
    ),
)
