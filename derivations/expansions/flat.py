"""The flat series: an invariant of training around the origin, label 0, where the final curvature
is small.

Near P = Q = 0 a step is the identity plus terms of higher degree, so an invariant PQ + ... is found
degree by degree. What the lower forms lack vanishes where P = Q, for there a step is the identity;
so it is P - Q times a quotient. Steps commute with P <-> Q, so the quotient is antisymmetric and
has no (PQ)^k; by flat.operator all other monomials can be cancelled: every form exists, and is
unique up to a power of the invariant. The run ends at P = Q = x/2.
"""

import sympy as sp

from .. import triangle
from ..notation import P, Q, reach, x, x_end
from ..prover.claims import eq
from ..prover.quantities import named, prime
from ..prover.statement import Statement, by_name, equation
from .invariants import Reversion, invariant, on_axis
from .mirror import UNLABELLED
from .series import Step, coefficient_rows, coefficients, in_sum_and_product, table

ORDER = 20
VARIABLES = (P, Q)
STEP = Step(VARIABLES, (1, 1), (P * (1 - (P - Q) / 2) ** 2, Q * (1 + (P - Q) / 2) ** 2))
first, second = named("first second")
monomial = P**first * Q**second

ALL = invariant("flat.degree", STEP, (1, 1), ORDER + 2)
FORMS = ALL[: ORDER - 1]
INVARIANT, OMITTED = (
    sp.Add(*(statement.claim.rhs for statement in part)) for part in (FORMS, ALL[ORDER - 1 :])
)
AT_END = {P: x / 2, Q: x / 2}
AXIS = on_axis(INVARIANT.subs(AT_END), x, ORDER)
ENDING = Reversion(reach, AXIS, 2)
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
        (P - Q) * (Q * sp.Derivative(monomial, Q) - P * sp.Derivative(monomial, P)),
        (second - first) * (P - Q) * monomial,
        "To leading degree a step changes a form by (P - Q)(Q df/dQ - P df/dP): this is what it "
        "makes of a monomial.",
    ),
    *ALL,
    Statement(
        "flat.ending",
        eq(x_end, ENDING.solution),
        ENDING,
        "Where the invariant is reach^2 the run ends at x_oo: I(x_oo/2, x_oo/2) = reach^2.",
        argument="The run ends at P = Q, where the invariant has the value of the start.",
    ),
)
proved = by_name(STATEMENTS)


def in_product(*forms):
    """I = p (row 0 + row 1 p + ...), p = PQ, each row a polynomial in x = P + Q."""
    series = sum(in_sum_and_product(form, VARIABLES) for form in forms)
    return coefficient_rows(series, (1, 2))[1:]


TABLES = (
    table(
        "FLAT",
        in_product,
        FORMS,
        "The invariant around the origin is p times a series; row j: the coefficients of p^j "
        "x^i, i = 0, 1, ...; p = x^2/4 - s^2.",
    ),
    table(
        "FLAT_END",
        coefficients,
        [proved["ending"]],
        "The final x is these times rho, rho^2, ...; rho^2 is the invariant.",
    ),
)
END = tuple(sp.Rational(*pair) for pair in TABLES[1].integers)
