"""On the divergence boundary V = 0 training is chaos that can be solved.

For every label with |tau| < 2 the residual follows r' = r^3 - 3r on [-2, 2]. With r = 2 cos(theta)
a step triples the angle: this is the Chebyshev map T_3.
"""

from __future__ import annotations

import sympy as sp

from .notation import P, Q, V, prime, r, s, tau, x
from .prover.claims import eq, ge
from .prover.proofs import Identity, Induction, Sign, Unproved
from .prover.statement import Statement
from .triangle import BAND, INSIDE, STATE, above, below

theta = sp.Symbol("theta", real=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
angle = sp.Function("r")
A, R = sp.symbols("A R", positive=True)
r_next, s_next = prime(r), prime(s)
ON_BOUNDARY = {**STATE, x: 4 + tau * r}
MEAN = {A: (sp.sqrt(5 - 2 * tau) + sp.sqrt(5 + 2 * tau)) / 2}

STATEMENTS = (
    Statement(
        "chaos.cubic",
        eq(r_next, r**3 - 3 * r),
        Identity(ON_BOUNDARY),
        "On V = 0 the residual closes, for every label.",
    ),
    Statement(
        "chaos.below",
        ge(2, r),
        Sign(2 * Q / above, INSIDE, ON_BOUNDARY),
        "There it stays at most 2",
        BAND,
    ),
    Statement(
        "chaos.above",
        ge(r, -2),
        Sign(2 * P / below, INSIDE, ON_BOUNDARY),
        "and at least -2: r = 2 cos(theta).",
        BAND,
    ),
    Statement(
        "chaos.tripling",
        eq((2 * sp.cos(theta)) ** 3 - 3 * (2 * sp.cos(theta)), 2 * sp.cos(3 * theta)),
        Identity(),
        "A step triples the angle.",
    ),
    Statement(
        "chaos.closed_form",
        eq(angle(T), 2 * sp.cos(3**T * theta)),
        Induction(T, 2 * sp.cos(theta), angle(T) ** 3 - 3 * angle(T)),
        "Every step of the run in closed form.",
    ),
    Statement(
        "chaos.stretching",
        eq(
            sp.Subs(sp.Derivative(r**3 - 3 * r, r), r, 2 * sp.cos(theta)),
            3 * sp.sin(3 * theta) / sp.sin(theta),
        ),
        Identity(),
        "Errors grow by 3 a step: along a run the sines telescope, and the Lyapunov exponent is "
        "ln 3.",
    ),
    Statement(
        "chaos.balanced",
        eq(s_next, s * (1 + tau - s) ** 2),
        Identity({s_next: s - r * (x - s * r), x: 2 * s, r: s - tau}),
        "Balanced networks, Q = 0, follow a cubic map of their own at every V.",
    ),
    Statement(
        "chaos.mean_growth",
        eq(tau**2 / (4 * A**2) + (1 - tau**2 / 4) / (A**2 - 4), 1),
        Identity(MEAN),
        "With angles spread evenly, E ln(1 + tau r + r^2) = 2 ln R, A = R + 1/R = (sqrt(5 - 2 "
        "tau) + sqrt(5 + 2 tau))/2.",
        argument="Jensen's formula for z^2 (1 + tau w + w^2), w = z + 1/z: its zeros w = exp(+-i "
        "phi), 2 cos(phi) = -tau, come from |z| = R where (cos(phi)/(R + 1/R))^2 + (sin(phi)/(R "
        "- 1/R))^2 = 1, and (R - 1/R)^2 = A^2 - 4.",
    ),
    Statement(
        "chaos.golden",
        eq(R + 1 / R, A),
        Identity({**MEAN, tau: sp.Integer(0), R: (1 + sp.sqrt(5)) / 2}),
        "At label 0, R is the golden ratio.",
    ),
    Statement(
        "chaos.transient",
        eq(sp.Function("E")(sp.log(prime(V) / V)), 2 * sp.log(R)),
        Unproved(
            "averages over many runs; just below V = 0 the even spread of angles is only "
            "approximate"
        ),
        "Just below the boundary V grows by R^2 a step on average.",
    ),
)
