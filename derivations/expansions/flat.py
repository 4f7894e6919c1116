"""The flat series: an invariant of training around the origin, label 0, where the final curvature
is small.

Near P = Q = 0 a step is the identity plus terms of higher degree, so an invariant PQ + ... is found
degree by degree. What the lower forms lack vanishes where P = Q, for there a step is the identity;
so it is P - Q times a quotient. Steps commute with P <-> Q, so the quotient is antisymmetric and
has no (PQ)^k; by flat.operator all other monomials can be cancelled: every form exists, and is
unique up to a power of the invariant. The run ends at P = Q = x/2.
"""

from fractions import Fraction

import sympy as sp

from .. import triangle
from ..notation import P, Q, reach, x, x_end
from ..prover.claims import eq
from ..prover.function import Table, right
from ..prover.quantities import named, prime
from ..prover.statement import Statement, by_name, equation
from .invariants import Reversion, invariant, reverted
from .mirror import UNLABELLED
from .series import Series, Step, coefficient_rows, coefficients, in_sum_and_product, joined

ORDER = 20
VARIABLES = (P, Q)
STEP = Step(VARIABLES, (1, 1), (P * (1 - (P - Q) / 2) ** 2, Q * (1 + (P - Q) / 2) ** 2))
first, second = named("first second")


def form(degree: int, lacking: Series) -> Series:
    """The form of this degree that cancels `lacking` = (P - Q) times a quotient (flat.operator)."""
    result, quotient = {}, Fraction(0)
    for j in range(degree + 1):
        quotient -= lacking.get((degree + 1 - j, j), Fraction(0))
        if degree != 2 * j:
            result[degree - j, j] = quotient / (2 * j - degree)
    return {place: value for place, value in result.items() if value}


def moved(form):
    """What a step adds to a form, to leading degree."""
    return (P - Q) * (Q * sp.Derivative(form, Q) - P * sp.Derivative(form, P))


ALL = invariant("flat.degree", STEP, (1, 1), P * Q, ORDER + 2, form)
FORMS = ALL[: ORDER - 1]
INVARIANT, OMITTED = (
    sp.Add(*(statement.claim.rhs for statement in part)) for part in (FORMS, ALL[ORDER - 1 :])
)
AT_END = {P: x / 2, Q: x / 2}
# The invariant where P = Q = x/2, over x^2.
AXIS = tuple(Fraction(*pair) for pair in coefficients(sp.expand(INVARIANT.subs(AT_END) / x)))
STATE = {
    symbol: triangle.STATE[symbol].xreplace(UNLABELLED) for symbol in (P, Q, prime(P), prime(Q))
}

STATEMENTS = (
    equation(
        "flat.P",
        prime(P),
        STEP.later[0],
        "At label 0 what a step makes of P is a polynomial in P and Q.",
        STATE,
    ),
    equation(
        "flat.Q",
        prime(Q),
        STEP.later[1],
        "At label 0 what a step makes of Q is a polynomial in P and Q.",
        STATE,
    ),
    equation(
        "flat.operator",
        moved(P**first * Q**second),
        (second - first) * (P - Q) * P**first * Q**second,
        "To leading degree a step changes a form by (P - Q)(Q df/dQ - P df/dP): this is what it "
        "makes of a monomial.",
    ),
    *ALL,
    Statement(
        "flat.ending",
        eq(x_end, reverted(2, AXIS, reach)),
        Reversion(reach, AXIS, 1),
        "Where the invariant is reach^2 the run ends at x_oo: I(x_oo/2, x_oo/2) = reach^2.",
    ),
)
proved = by_name(STATEMENTS)


def in_product(*forms):
    """I = p (row 0 + row 1 p + ...), p = PQ, each row a polynomial in x = P + Q."""
    series = in_sum_and_product(joined(forms, VARIABLES))
    return coefficient_rows(series, (1, 2))[1:]


TABLES = (
    Table(
        "FLAT",
        in_product,
        "The invariant around the origin is p times a series; row j: the coefficients of p^j "
        "x^i, i = 0, 1, ...; p = x^2/4 - s^2.",
        readings=tuple(right(statement) for statement in FORMS),
    ),
    Table(
        "FLAT_END",
        coefficients,
        "The final x is these times rho, rho^2, ...; rho^2 is the invariant.",
        readings=(right(proved["ending"]),),
    ),
)
END = tuple(Fraction(*pair) for pair in TABLES[1].integers)
