"""On the divergence boundary V = 0 training is chaos that can be solved.

For every label with |tau| < 2 the residual follows r' = r^3 - 3r on [-2, 2]. With r = 2 cos(theta)
a step triples the angle: this is the Chebyshev map T_3.
"""

import sympy as sp

from . import scaling
from .notation import P, Q, V, major, nu, r, s, t, tau, theta, x
from .prover.claims import eq, ge
from .prover.proofs import Induction, Unproved
from .prover.quantities import at, prime
from .prover.statement import Statement, by_name, defined, definitions, equation, inequality
from .triangle import BAND, STATE, above, below

ON_BOUNDARY = {**STATE, x: 4 + tau * r}
START = 2 * sp.cos(theta)
cubic = equation(
    "chaos.cubic",
    prime(r),
    r**3 - 3 * r,
    "On V = 0 the residual closes, for every label.",
    ON_BOUNDARY,
)
r_next = cubic.claim.rhs
MAJOR = defined(
    "chaos.major",
    major,
    (sp.sqrt(5 - 2 * tau) + sp.sqrt(5 + 2 * tau)) / 2,
    "The ellipse that omega + 1/omega makes of |omega| = nu has this half axis, nu + 1/nu.",
)
AXIS = definitions(MAJOR)

STATEMENTS = (
    cubic,
    inequality(
        "chaos.below",
        ge(2, r),
        2 * Q / above,
        "On V = 0 the residual stays at most 2.",
        ON_BOUNDARY,
        *BAND,
    ),
    inequality(
        "chaos.above",
        ge(r, -2),
        2 * P / below,
        "On V = 0 the residual stays at least -2, so that r = 2 cos(theta).",
        ON_BOUNDARY,
        *BAND,
    ),
    equation(
        "chaos.tripling",
        r_next.xreplace({r: START}),
        2 * sp.cos(3 * theta),
        "On V = 0 a step triples the angle.",
    ),
    Statement(
        "chaos.closed_form",
        eq(at(r, t), 2 * sp.cos(3**t * theta)),
        Induction(t, START, r_next.xreplace({r: at(r, t)})),
        "On V = 0 every step of the run has a closed form.",
    ),
    equation(
        "chaos.stretching",
        sp.Subs(sp.Derivative(r_next, r), r, START),
        3 * sp.sin(3 * theta) / sp.sin(theta),
        "A step multiplies a small error by this. Along a run the sines telescope, and from almost "
        "every start the Lyapunov exponent is ln 3.",
        argument="Along a run the sines telescope, so that the mean of ln|3 sin(3 "
        "theta)/sin(theta)| tends to ln 3 for almost every theta.",
    ),
    equation(
        "chaos.balanced",
        prime(s),
        s * (1 + tau - s) ** 2,
        "Balanced networks, Q = 0, follow a cubic map of their own at every V.",
        scaling.proved["s_update"],
        {x: 2 * s, r: s - tau},
    ),
    MAJOR,
    equation(
        "chaos.mean_growth",
        tau**2 / (4 * major**2) + (1 - tau**2 / 4) / (major**2 - 4),
        1,
        "With angles spread evenly, E ln(1 + tau r + r^2) = 2 ln nu, where nu + 1/nu = major.",
        AXIS,
        argument="Jensen's formula for omega^2 (1 + tau sum + sum^2), sum = omega + 1/omega, on "
        "|omega| = 1: its zeros sum = cos(angle) +- sqrt(-1) sin(angle), 2 cos(angle) = -tau, come "
        "from |omega| = nu where (cos(angle)/(nu + 1/nu))^2 + (sin(angle)/(nu - 1/nu))^2 = 1, and "
        "(nu - 1/nu)^2 = major^2 - 4.",
    ),
    equation(
        "chaos.golden",
        nu + 1 / nu,
        major,
        "At label 0 nu is the golden ratio.",
        AXIS,
        {tau: 0, nu: (1 + sp.sqrt(5)) / 2},
    ),
    Statement(
        "chaos.transient",
        eq(
            sp.Limit(sp.Limit(sp.log(abs(at(V, t) / at(V, 0))), at(V, 0), 0) / t, t, sp.oo),
            2 * sp.log(nu),
        ),
        Unproved(
            "averages over many runs; just below V = 0 the even spread of angles is only "
            "approximate"
        ),
        "Just below the boundary V grows by nu^2 a step on average, for as long as it is small.",
    ),
)
proved = by_name(STATEMENTS)
