"""Three coordinates that every step only multiplies: the triangle.

P = x/2 + s, Q = x/2 - s and V = 4 + tau r - x. P and Q are squares of the weights; V measures
the distance to divergence and keeps its sign while |tau| < 2. They satisfy one linear relation,
so for each |tau| < 2 the networks with V > 0, of every width, are the points of one triangle.
"""

from __future__ import annotations

import sympy as sp

from . import closure, scaling
from .notation import P, Q, V, eta, f, lam, n, p, prime, q, r, s, tau, u, uu, uv, v, vv, x
from .prover.claims import eq, ge, gt
from .prover.function import Function
from .prover.proofs import Identity, Sign, unfold
from .prover.statement import Statement
from .prover.symbols import positive

P_next, Q_next, V_next, r_next = prime(P), prime(Q), prime(V), prime(r)
plus, minus = sp.symbols("|u+v|^2 |u-v|^2", nonnegative=True)

# In the state (x, r):
STATE = {
    P: x / 2 + s,
    Q: x / 2 - s,
    V: 4 + tau * r - x,
    s: r + tau,
    P_next: scaling.x_update / 2 + scaling.r_update + tau,
    Q_next: scaling.x_update / 2 - scaling.r_update - tau,
    V_next: 4 + tau * scaling.r_update - scaling.x_update,
    r_next: scaling.r_update,
}
# In the weights:
plus, minus = sp.symbols("|u+v|^2 |u-v|^2", nonnegative=True)
WEIGHTS = {
    P: x / 2 + s,
    Q: x / 2 - s,
    x: eta * lam,
    s: eta * f / sp.sqrt(n),
    lam: (uu + vv) / n,
    f: uv / sp.sqrt(n),
    plus: closure.scalar((u + v).T * (u + v)),
    minus: closure.scalar((u - v).T * (u - v)),
}
# The open triangle, and stand-ins for what is positive inside it.
above, below, height = positive("2-tau"), positive("2+tau"), positive("V+")
INSIDE = {above: 2 - tau, below: 2 + tau, height: V}
BAND = (gt(2, tau), gt(tau, -2))
WITHIN = (*BAND, gt(V, 0))
# In amplitudes, the squared residual is a loss of two weights:
two_weight_loss = ((p**2 - q**2) / 2 - tau) ** 2 / 2
AMPLITUDES = {r: (p**2 - q**2) / 2 - tau}

# Where the point lies in the triangle:
weights = (P / (2 * (2 + tau)), Q / (2 * (2 - tau)), V / (4 - tau**2))
largest_output = sp.sqrt(n) * lam / 2

STATEMENTS = (
    Statement(
        "triangle.P_weights",
        eq(P, eta * plus / (2 * n)),
        Identity(WEIGHTS),
        "P is a squared length.",
    ),
    Statement("triangle.Q_weights", eq(Q, eta * minus / (2 * n)), Identity(WEIGHTS), "So is Q."),
    Statement(
        "triangle.cauchy_schwarz",
        ge(x, 2 * s),
        Sign(eta * minus / n, definitions=WEIGHTS),
        "Hence x >= 2s, and by the mirror (f, y) -> (-f, -y), which exchanges P and Q, x >= 2|s|.",
    ),
    Statement(
        "triangle.largest_output",
        ge(largest_output, f),
        Sign(minus / (2 * sp.sqrt(n)), definitions=WEIGHTS),
        "No network of curvature lambda has a larger output; balanced ones, u = v, reach it.",
    ),
    Statement(
        "triangle.P_update",
        eq(P_next, P * (1 - r) ** 2),
        Identity(STATE),
        "A step multiplies P by a square.",
    ),
    Statement("triangle.Q_update", eq(Q_next, Q * (1 + r) ** 2), Identity(STATE), "And Q."),
    Statement(
        "triangle.V_update",
        eq(V_next, V * (1 + r * s)),
        Identity(STATE),
        "And V by a number that may be negative.",
    ),
    Statement(
        "triangle.V_growth",
        eq(V_next, V * (1 + tau * r + r**2)),
        Identity(STATE),
        "The same, in r.",
    ),
    Statement(
        "triangle.rV",
        eq(r_next, r * (r**2 + V - 3)),
        Identity(STATE),
        "With V' = V (1 + tau r + r^2) this is the shortest closed form of the training run.",
    ),
    Statement(
        "triangle.sum",
        eq(P + Q + V, 4 + tau * r),
        Identity(STATE),
        "One linear relation; at label 0 the sum is 4.",
    ),
    Statement(
        "triangle.V_sign",
        gt(V_next / V, 0),
        Sign((r + tau / 2) ** 2 + above * below / 4, INSIDE, STATE),
        "V keeps its sign while |tau| < 2.",
        BAND,
    ),
    Statement(
        "triangle.barycentric",
        eq(sum(weights), 1),
        Identity(STATE),
        "P, Q and V are weights of a point in a triangle: each term is >= 0 where |tau| < 2 and "
        "V >= 0.",
    ),
    Statement(
        "triangle.P_bound",
        ge(2 * (2 + tau), P),
        Sign((below * Q + 2 * height) / above, INSIDE, STATE),
        "Inside the triangle everything is bounded: P by its corner,",
        WITHIN,
    ),
    Statement(
        "triangle.Q_bound",
        ge(2 * (2 - tau), Q),
        Sign((above * P + 2 * height) / below, INSIDE, STATE),
        "Q by its corner,",
        WITHIN,
    ),
    Statement(
        "triangle.V_bound",
        ge(4 - tau**2, V),
        Sign((above * P + below * Q) / 2, INSIDE, STATE),
        "and V by its own.",
        WITHIN,
    ),
    Statement(
        "triangle.upper_edge",
        eq(V + 2 * Q, (2 - r) * (2 - tau)),
        Identity(STATE),
        "How far r is from 2.",
    ),
    Statement(
        "triangle.lower_edge",
        eq(V + 2 * P, (2 + r) * (2 + tau)),
        Identity(STATE),
        "How far r is from -2.",
    ),
    Statement(
        "triangle.r_below",
        gt(2, r),
        Sign((height + 2 * Q) / above, INSIDE, STATE),
        "Inside the triangle the residual stays below 2,",
        WITHIN,
    ),
    Statement(
        "triangle.r_above",
        gt(r, -2),
        Sign((height + 2 * P) / below, INSIDE, STATE),
        "and above -2.",
        WITHIN,
    ),
    Statement(
        "triangle.amplitude_p",
        eq(sp.Derivative(two_weight_loss, p), p * r),
        Identity(AMPLITUDES),
        "With P = p^2, Q = q^2 the network of width n is a network of two weights: gradient "
        "descent at rate 1 on r^2/2 gives p' = p (1 - r)",
    ),
    Statement(
        "triangle.amplitude_q",
        eq(sp.Derivative(two_weight_loss, q), -q * r),
        Identity(AMPLITUDES),
        "and q' = q (1 + r), whose squares are P' and Q'.",
    ),
)

half = sp.Symbol("half", real=True)
coordinates = tuple(unfold(coordinate, STATE) for coordinate in (P, Q, V))
HALVES = ((s, r + tau), (half, x / 2))
FUNCTIONS = (
    Function(
        "triangle",
        (x, r, tau),
        coordinates,
        "The coordinates (P, Q, V), each multiplied by every step.",
        "triangle.P_update, triangle.Q_update, triangle.V_update",
        helpers=HALVES,
        written=(half + s, half - s, coordinates[2]),
    ),
    Function(
        "largest_output",
        (lam, n),
        (largest_output,),
        "The largest |output| of any network of this curvature.",
        "triangle.largest_output",
    ),
)
