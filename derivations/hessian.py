"""Sharpness beyond the tangent kernel: the Hessian of the loss, and where gradient flow would end.

The Hessian is known from what it does to a direction (a, b): the first-order change of the
gradient when (u, v) moves along it. The directions (w, w) and (w, -w) span everything, and the
learning rate times the Hessian maps each of them to a multiple of itself and of (v, u).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from . import scaling
from .closure import gradient_u, gradient_v, one, output
from .notation import P, Q, eta, f, lam, n, prime, r, rho, s, tau, u, v, x, y
from .prover.claims import Iff, eq, ge, gt
from .prover.function import Function
from .prover.proofs import Cases, Equivalence, Identity, Sign
from .prover.statement import Statement
from .prover.symbols import nonnegative, positive

w = sp.MatrixSymbol("w", n, 1)
move = sp.Symbol("move", real=True)


def moved(gradient: Any, a: Any, b: Any) -> Any:
    """The part of the gradient at (u + move a, v + move b) that is linear in `move`."""
    change = gradient.xreplace({u: u + move * a, v: v + move * b}).expand().doit()
    parts = []
    for term in sp.Add.make_args(change):
        coefficient, factors = term.as_coeff_matrices()
        slope = sp.expand(coefficient).coeff(move, 1)
        if slope != 0:
            parts.append(sp.MatMul(slope, *factors))
    return sp.MatAdd(*parts)


aligned_u, aligned_v = moved(gradient_u, w, w), moved(gradient_v, w, w)
opposed_u, opposed_v = moved(gradient_u, w, -w), moved(gradient_v, w, -w)
pull = w * (output - y * one) * eta / sp.sqrt(n)  # r w

# In the plane of (u + v, u + v) and (u - v, v - u), where 2 (v, u) is their difference, the two
# identities give the matrix ((P + r, -Q), (-P, Q - r)): |u + v|^2 eta/n = 2P, |u - v|^2 eta/n = 2Q.
h, far, near, PQ_next, fraction = sp.symbols("h h+ h- PQ' fraction", real=True)
STATE = {P: x / 2 + s, Q: x / 2 - s}
AMPLITUDES = {x: P + Q, s: (P - Q) / 2}
root = sp.sqrt((r + s) ** 2 + P * Q)
TOP = {far: x / 2 + root, near: x / 2 - root}
ahead, behind = (
    {1: positive("r+s"), 0: nonnegative("r+s")},
    {1: positive("-r-s"), 0: nonnegative("-r-s")},
)


def above(size: Any, means: Any, rest: Any, *, sign: int) -> Sign:
    """far -+ r = rest + root -+ (r + s), the second and third term together >= 0; size stands for
    |r + s|."""
    distance = sp.sqrt(size**2 + P * Q)
    both = distance + size if sign > 0 else P * Q / (distance + size)
    return Sign(rest + both, {size: means}, {**TOP, **AMPLITUDES})


NETWORK = {
    **STATE,
    x: eta * lam,
    s: eta * f / sp.sqrt(n),
    tau: eta * y / sp.sqrt(n),
    r: eta * (f - y) / sp.sqrt(n),
}
area, square = positive("PQ+"), positive("r^2+")
x_next = prime(x)
top_of_network = (lam + sp.sqrt(lam**2 + 4 * (f - y) ** 2 / n + 8 * f * (f - y) / n)) / 2
end_of_flow = sp.sqrt(lam**2 + 4 * (y**2 - f**2) / n)

STATEMENTS = (
    Statement(
        "hessian.aligned_u",
        eq(eta * aligned_u, pull + v * (w.T * u + v.T * w) * eta / n),
        Identity(),
        "eta Hessian maps (w, w) to r (w, w) + (eta/n) ((u + v).w) (v, u): its first half",
    ),
    Statement(
        "hessian.aligned_v",
        eq(eta * aligned_v, pull + u * (w.T * u + v.T * w) * eta / n),
        Identity(),
        "and its second. The n - 1 directions with w orthogonal to u + v have eigenvalue r.",
    ),
    Statement(
        "hessian.opposed_u",
        eq(eta * opposed_u, -pull + v * (v.T * w - w.T * u) * eta / n),
        Identity(),
        "It maps (w, -w) to -r (w, -w) - (eta/n) ((u - v).w) (v, u): its first half",
    ),
    Statement(
        "hessian.opposed_v",
        eq(eta * opposed_v, pull + u * (v.T * w - w.T * u) * eta / n),
        Identity(),
        "and its second. The n - 1 directions with w orthogonal to u - v have eigenvalue -r.",
    ),
    Statement(
        "hessian.pair",
        eq((P + r - h) * (Q - r - h) - P * Q, (h - x / 2) ** 2 - (x**2 / 4 + 2 * r * s + r**2)),
        Identity(STATE),
        "The last two eigenvalues are x/2 +- sqrt(x^2/4 + 2 r s + r^2): the characteristic "
        "polynomial of eta Hessian in the plane of (u + v, u + v) and (u - v, v - u).",
        argument="There 2 (v, u) is the difference of the two directions, so the matrix is ((P + "
        "r, -Q), (-P, Q - r)).",
    ),
    Statement(
        "hessian.radicand",
        eq(x**2 / 4 + 2 * r * s + r**2, (r + s) ** 2 + P * Q),
        Identity(STATE),
        "Both are real.",
    ),
    Statement(
        "hessian.top",
        ge(far, r),
        Cases(
            gt(r + s, 0), above(ahead[1], r + s, P, sign=-1), above(behind[0], -r - s, P, sign=1)
        ),
        "The larger of them is the sharpness: no other eigenvalue exceeds it, neither r",
    ),
    Statement(
        "hessian.top_opposed",
        ge(far, -r),
        Cases(
            gt(0, r + s), above(behind[1], -r - s, Q, sign=-1), above(ahead[0], r + s, Q, sign=1)
        ),
        "nor -r.",
    ),
    Statement(
        "hessian.sharpness",
        eq(far / eta, top_of_network),
        Identity({**TOP, **NETWORK}),
        "In the network's own numbers, where the learning rate drops out.",
    ),
    Statement(
        "hessian.at_zero_loss",
        eq(far, x),
        Identity({**TOP, **STATE, r: sp.Integer(0)}),
        "At zero loss the sharpness is the curvature of the tangent kernel.",
    ),
    Statement(
        "hessian.sharpens",
        Iff(gt(x_next, x), gt(r * (x * r - 4 * s), 0)),
        Equivalence(sp.Integer(1), definitions={x_next: scaling.x_update, s: r + tau}),
        "A step raises the curvature iff r (x r - 4 s) > 0.",
    ),
    Statement(
        "hessian.flow",
        eq(PQ_next, P * Q * (1 - fraction**2 * r**2) ** 2),
        Identity({PQ_next: P * (1 - fraction * r) ** 2 * Q * (1 + fraction * r) ** 2}),
        "A step with a fraction of the learning rate multiplies PQ by (1 - fraction^2 r^2)^2. "
        "Gradient flow keeps it: the limit of 1/fraction such steps for each step.",
    ),
    Statement(
        "hessian.flow_curvature",
        eq(2 * sp.sqrt(P * Q + tau**2) / eta, end_of_flow),
        Identity(NETWORK),
        "So the curvature at the end of gradient flow (final.curvature) is known at its start. "
        "The start P = 0 < tau, which flows to a saddle, is excepted, and Q = 0 > tau.",
    ),
    Statement(
        "hessian.flow_falls",
        Iff(gt(P * Q, PQ_next), gt(2, r**2)),
        Equivalence(
            area * square,
            {area: P * Q, square: r**2},
            {PQ_next: P * (1 - r) ** 2 * Q * (1 + r) ** 2},
        ),
        "A whole step lowers it iff r^2 < 2.",
        (gt(P * Q, 0), gt(r**2, 0)),
    ),
)

gap, label = sp.symbols("gap label", real=True)
BALANCE = (rho, 2 * f / (sp.sqrt(n) * lam))
FUNCTIONS = (
    Function(
        "hessian_sharpness",
        (lam, f, n, y),
        (top_of_network,),
        "The largest eigenvalue of the Hessian of the loss.",
        "hessian.pair, hessian.top, hessian.top_opposed, hessian.sharpness",
        helpers=(BALANCE, (gap, 2 * (f - y) / (sp.sqrt(n) * lam))),
        written=(lam * (1 + sp.sqrt((rho + gap) ** 2 + (1 - rho) * (1 + rho))) / 2,),
    ),
    Function(
        "flow_curvature",
        (lam, f, n, y),
        (end_of_flow,),
        "The curvature at the end of gradient flow.",
        "hessian.flow, hessian.flow_curvature",
        helpers=(BALANCE, (label, 2 * y / (sp.sqrt(n) * lam))),
        written=(lam * sp.sqrt((1 - rho) * (1 + rho) + label**2),),
    ),
)
