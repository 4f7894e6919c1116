"""The mirror series: an invariant of training around the critical point (x, s) = (2, 0), label 0.

With delta = x - 2 of weight 1 and z = s^2 of weight 2 a step is the identity plus terms of higher
weight. An invariant delta^2 + 2z + ... is found weight by weight: its form of weight w cancels what
the lower forms lack at weight w + 1. By mirror.operator these equations are bidiagonal, with
factors 2j and 2(w - 2j + 2) that vanish only where the unknown does not occur: every form exists,
and is unique up to a power of the invariant (even w). The run ends at z = 0 on the other side of 2,
where the invariant is what it was at the start: the mirror law.
"""

import sympy as sp

from .. import scaling
from ..notation import delta, r, reach, s, tau, x, x_end, z
from ..prover.claims import eq
from ..prover.quantities import named, prime
from ..prover.statement import Statement, by_name, defined, definitions, equation
from .invariants import Reversion, invariant, on_axis
from .series import Step, coefficient_rows, coefficients, joined, table

ORDER = 28
VARIABLES = (delta, z)
STEP = Step(VARIABLES, (1, 2), (delta + z * (delta - 2), z * (1 + delta - z) ** 2))
first, second = named("first second")
monomial = delta**first * z**second

DISTANCE = defined(
    "mirror.distance",
    delta,
    x - 2,
    "The mirror series measures the scaled curvature from the critical point, with weight 1.",
)
SQUARE = defined(
    "mirror.square",
    z,
    s**2,
    "At label 0 the sign of the output does not matter: the series take its square, with weight 2.",
)
UNLABELLED = {r: s, tau: sp.Integer(0)}
NEXT = {x: scaling.x_update.subs(UNLABELLED), s: scaling.r_update.subs(UNLABELLED)}
COORDINATES = definitions(DISTANCE, SQUARE)
STATE = {x: x, s: s, **COORDINATES}
MAP = {**COORDINATES, **{prime(symbol): value.xreplace(NEXT) for symbol, value in STATE.items()}}

FORMS = invariant("mirror.weight", STEP, (2, 0), ORDER)
INVARIANT = sp.Add(*(statement.claim.rhs for statement in FORMS))
AXIS = on_axis(INVARIANT.subs(z, 0), delta, ORDER)
ENDING = Reversion(reach, AXIS, -1, origin=2)

STATEMENTS = (
    DISTANCE,
    SQUARE,
    equation(
        "mirror.delta",
        prime(delta),
        STEP.later[0],
        "A step changes the distance delta from the critical point by z (delta - 2).",
        MAP,
    ),
    equation("mirror.z", prime(z), STEP.later[1], "A step multiplies z by a square.", MAP),
    equation(
        "mirror.operator",
        -2 * z * sp.Derivative(monomial, delta) + 2 * delta * z * sp.Derivative(monomial, z),
        2 * second * delta ** (first + 1) * z**second
        - 2 * first * delta ** (first - 1) * z ** (second + 1),
        "To leading weight a step changes a form by -2z df/d(delta) + 2 delta z df/dz: this is "
        "what it makes of a monomial.",
    ),
    *FORMS,
    Statement(
        "mirror.ending",
        eq(x_end, ENDING.solution),
        ENDING,
        "Where the invariant is reach^2 the run ends at x_oo, the root below 2 of "
        "I(x_oo - 2, 0) = reach^2.",
        argument="The run ends at z = 0 below x = 2, where the invariant has the value of the "
        "start.",
    ),
    Statement(
        "mirror.law",
        eq(x_end, 2 - delta - sp.Rational(2, 3) * delta**2 - sp.Rational(4, 9) * delta**3),
        Reversion(delta, AXIS[:3], -1, origin=2, target=INVARIANT.subs(z, 0)),
        "The mirror law: from s -> 0 a run that starts at 2 + delta ends at 2 - delta - 2 "
        "delta^2/3 - 4 delta^3/9, up to weight 4.",
        argument="The run ends at z = 0 below x = 2, where the invariant has the value of the "
        "start.",
    ),
)
proved = by_name(STATEMENTS)

TABLES = (
    table(
        "MIRROR",
        lambda *forms: coefficient_rows(joined(forms, VARIABLES), STEP.weights),
        FORMS,
        "Row j: the coefficients of z^j delta^i, i = 0, 1, ..., in the invariant around (x, s) = "
        "(2, 0); delta = x - 2, z = s^2.",
    ),
    table(
        "MIRROR_END",
        coefficients,
        [proved["ending"]],
        "The final x is 2 plus these times rho, rho^2, ...; rho^2 is the invariant.",
    ),
)
END = tuple(sp.Rational(*pair) for pair in TABLES[1].integers)
