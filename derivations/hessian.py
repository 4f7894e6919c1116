"""Sharpness beyond the tangent kernel: the Hessian of the loss, and where gradient flow would end.

The Hessian is known from what it does to a direction: the first-order change of the gradient when
(u, v) moves along it. The directions (e, e) and (e, -e) span everything, and the learning rate
times the Hessian maps each of them to a multiple of itself and of (v, u).
"""

import sympy as sp

from . import scaling, triangle
from .closure import error, gradient_u, gradient_v
from .notation import (
    P,
    Q,
    direction,
    eigenvalue,
    eta,
    f,
    fraction,
    lam,
    move,
    n,
    r,
    s,
    sharpness,
    tau,
    u,
    v,
    x,
    y,
)
from .prover.claims import ge, gt
from .prover.function import Function, right
from .prover.proofs import Cases, Sign
from .prover.quantities import code_names, prime
from .prover.statement import Statement, by_name, defined, definitions, equation, equivalence
from .prover.symbols import nonnegative, positive


def moved(gradient, of_u, of_v):
    """The part of the gradient at (u + move of_u, v + move of_v) that is linear in `move`."""
    change = gradient.xreplace({u: u + move * of_u, v: v + move * of_v})
    return change.expand().doit().diff(move).subs(move, 0).doit()


def pair(of_u, of_v):
    """A direction of both layers, as one column."""
    return sp.BlockMatrix([[of_u], [of_v]])


def hessian(of_u, of_v):
    """The learning rate times the Hessian, applied to a direction."""
    return pair(*(eta * moved(gradient, of_u, of_v) for gradient in (gradient_u, gradient_v)))


residual = eta * error  # r, as a 1 x 1 matrix
along, across, e = u + v, u - v, direction
# In the plane of (u + v, u + v) and (u - v, v - u):
PLANE = {
    P: eta * sp.Trace(along.T * along) / (2 * n),
    Q: eta * sp.Trace(across.T * across) / (2 * n),
    r: eta * (sp.Trace(v.T * u) / sp.sqrt(n) - y) / sp.sqrt(n),
}
STATE = definitions(triangle.ALIGNED, triangle.OPPOSED)
NETWORK = {**scaling.DEFINITIONS, **STATE}
TOP = defined(
    "hessian.larger",
    sharpness,
    x / 2 + sp.sqrt((r + s) ** 2 + P * Q),
    "The larger of the last two eigenvalues of eta Hessian is x/2 plus a root of squares.",
)
STEP = triangle.proved["P_update"], triangle.proved["Q_update"]
PQ_next = prime(P) * prime(Q)


def exceeds(size, weight, sign: int) -> Sign:
    """sharpness -+ r is weight + root +- size, where size is |r + s|, and root is larger."""
    distance = sp.sqrt(size**2 + P * Q)
    both = distance + size if sign > 0 else P * Q / (distance + size)
    return Sign(weight + both, definitions(TOP, {x: P + Q, s: (P - Q) / 2}))


aligned = equation(
    "hessian.aligned",
    hessian(e, e),
    pair(*(e * residual + w * (along.T * e) * eta / n for w in (v, u))),
    "The matrix eta Hessian maps (e, e) to r (e, e) + (eta/n) ((u + v).e) (v, u): the n - 1 "
    "directions with e orthogonal to u + v have eigenvalue r.",
)
opposite = equation(
    "hessian.opposed",
    hessian(e, -e),
    pair(*(z * residual - w * (across.T * e) * eta / n for z, w in ((-e, v), (e, u)))),
    "The matrix eta Hessian maps (e, -e) to -r (e, -e) - (eta/n) ((u - v).e) (v, u): the n - 1 "
    "directions with e orthogonal to u - v have eigenvalue -r.",
)
STATEMENTS = (
    aligned,
    opposite,
    equation(
        "hessian.plane_aligned",
        aligned.claim.rhs.xreplace({e: along}),
        pair((P + r) * along - P * across, (P + r) * along + P * across),
        "The matrix eta Hessian maps (u + v, u + v) to itself times P + r minus P (u - v, v - u).",
        PLANE,
        uses=(aligned,),
    ),
    equation(
        "hessian.plane_opposed",
        opposite.claim.rhs.xreplace({e: across}),
        pair((Q - r) * across - Q * along, -(Q - r) * across - Q * along),
        "The matrix eta Hessian maps (u - v, v - u) to itself times Q - r minus Q (u + v, u + v).",
        PLANE,
        uses=(opposite,),
    ),
    equation(
        "hessian.pair",
        (P + r - eigenvalue) * (Q - r - eigenvalue) - P * Q,
        (eigenvalue - x / 2) ** 2 - (x**2 / 4 + 2 * r * s + r**2),
        "The last two eigenvalues of eta Hessian are those of ((P + r, -Q), (-P, Q - r)), its "
        "matrix in the plane: x/2 +- sqrt(x^2/4 + 2 r s + r^2), by the characteristic polynomial.",
        STATE,
    ),
    equation(
        "hessian.radicand",
        x**2 / 4 + 2 * r * s + r**2,
        (r + s) ** 2 + P * Q,
        "The last two eigenvalues of eta Hessian are real: what is under the root is >= 0.",
        STATE,
    ),
    TOP,
    Statement(
        "hessian.top",
        ge(sharpness, r),
        Cases(gt(r + s, 0), exceeds(positive(r + s), P, -1), exceeds(nonnegative(-r - s), P, 1)),
        "The larger of the last two eigenvalues of eta Hessian is at least the eigenvalue r.",
    ),
    Statement(
        "hessian.top_opposed",
        ge(sharpness, -r),
        Cases(gt(0, r + s), exceeds(positive(-r - s), Q, -1), exceeds(nonnegative(r + s), Q, 1)),
        "The larger of the last two eigenvalues is at least the eigenvalue -r as well: it is the "
        "top of eta Hessian, eta times the sharpness.",
        argument="The other eigenvalues are r, -r and the smaller one of the pair, all at most "
        "this.",
    ),
    equation(
        "hessian.sharpness",
        sharpness / eta,
        (lam + sp.sqrt(lam**2 + 4 * (f - y) ** 2 / n + 8 * f * (f - y) / n)) / 2,
        "In the network's own numbers the learning rate drops out of the sharpness.",
        TOP,
        NETWORK,
    ),
    equation(
        "hessian.at_zero_loss",
        sharpness,
        x,
        "At zero loss the sharpness is the curvature of the tangent kernel.",
        TOP,
        STATE,
        {r: 0},
    ),
    equivalence(
        "hessian.sharpens",
        gt(prime(x), x),
        gt(r * (x * r - 4 * s), 0),
        1,
        "A step raises the curvature iff r (x r - 4 s) > 0.",
        scaling.proved["x_update"],
    ),
    equation(
        "hessian.flow",
        PQ_next,
        P * Q * (1 - fraction**2 * r**2) ** 2,
        "A step with a fraction of the learning rate multiplies PQ by (1 - fraction^2 r^2)^2. "
        "Gradient flow keeps it: the limit of 1/fraction such steps for each step.",
        {z: step.xreplace({r: fraction * r}) for z, step in definitions(*STEP).items()},
        argument="Gradient flow is the limit of steps whose learning rate goes to 0.",
    ),
    equation(
        "hessian.flow_curvature",
        2 * sp.sqrt(P * Q + tau**2) / eta,
        sp.sqrt(lam**2 + 4 * (y**2 - f**2) / n),
        "The curvature at the end of gradient flow (final.curvature) is known at its start. "
        "The start P = 0 < tau, which flows to a saddle, is excepted, and Q = 0 > tau.",
        NETWORK,
        argument="Gradient flow keeps |u|^2 - |v|^2 (hessian.flow) and ends at zero loss, f = y.",
    ),
    equivalence(
        "hessian.flow_falls",
        gt(P * Q, PQ_next),
        gt(2, r**2),
        positive(P * Q) * positive(r**2),
        "A whole step of gradient descent lowers PQ iff r^2 < 2.",
        *STEP,
        gt(P * Q, 0),
        gt(r**2, 0),
    ),
)
proved = by_name(STATEMENTS)

gap = code_names("gap")
FUNCTIONS = (
    Function(
        "hessian_sharpness",
        (lam, f, n, y),
        (right(proved["sharpness"]),),
        "The largest eigenvalue of the Hessian of the loss.",
        helpers=((gap, f - y),),
        written=((lam + sp.sqrt(lam**2 + 4 * gap * (2 * f + gap) / n)) / 2,),
        also=tuple(proved[name] for name in ("pair", "top", "top_opposed")),
    ),
    Function(
        "flow_curvature",
        (lam, f, n, y),
        (right(proved["flow_curvature"]),),
        "The curvature at the end of gradient flow.",
        written=(sp.sqrt(lam**2 + 4 * (y - f) * (y + f) / n),),
        also=(proved["flow"],),
    ),
)
