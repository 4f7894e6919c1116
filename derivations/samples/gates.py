"""Two-layer ReLU network on one input, gates frozen: two one-sample networks that do not see each
other.

A hidden unit with u_i > 0 is open on the samples x > 0 only, one with u_i < 0 on x < 0 only. So
side + has its own samples (x+, Y+, of m in all) and its own weights u+, v+, and so has side -; the
output is x u+.v+/sqrt(n) on side + and x u-.v-/sqrt(n) on side -, with the full width n.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .. import scaling
from ..notation import L, eta, m, n, prime, r, s
from ..notation import x as scaled_curvature
from ..prover.claims import Iff, eq, ge, gt
from ..prover.proofs import Equivalence, Identity, Sign
from ..prover.statement import Statement
from ..prover.symbols import nonnegative, positive
from .reductions import BOUNDARY, squared


class Side:
    """The samples and weights of one side, and what one step makes of the weights."""

    def __init__(self, sign: str) -> None:
        samples, units = (sp.Symbol(name + sign, positive=True) for name in ("m", "n"))
        self.x, self.Y = (sp.MatrixSymbol(name + sign, samples, 1) for name in ("x", "Y"))
        self.u, self.v = (sp.MatrixSymbol(name + sign, units, 1) for name in ("u", "v"))
        self.c, self.lam = (sp.Symbol(name + sign, positive=True) for name in ("c", "lambda"))
        self.f, self.y, self.floor = (
            sp.Symbol(name + sign, real=True) for name in ("f", "y", "floor")
        )
        self.kernel = (squared(self.u) + squared(self.v)) * self.x * self.x.T / (n * m)
        self.definitions = {
            self.lam: self.c * (squared(self.u) + squared(self.v)) / n,
            self.floor: squared(self.Y) / (2 * m) - self.c * self.y**2 / 2,
            self.f: self.slope(self.u, self.v),
            self.y: sp.Trace(self.x.T * self.Y) / (m * self.c),
            self.c: squared(self.x) / m,
        }

    def slope(self, hidden: Any, outer: Any) -> Any:
        """f, the output on this side over x."""
        return sp.Trace(hidden.T * outer) / sp.sqrt(n)

    def loss(self, hidden: Any, outer: Any) -> Any:
        return squared(self.slope(hidden, outer) * self.x - self.Y) / (2 * m)


up, down = Side("+"), Side("-")
du, dv = sp.MatrixSymbol("du", up.u.shape[0], 1), sp.MatrixSymbol("dv", up.u.shape[0], 1)
L_u, L_v = sp.symbols("L(u+du) L(v+dv)", real=True)
DEFINITIONS = {
    L: up.loss(up.u, up.v) + down.loss(down.u, down.v),
    L_u: up.loss(up.u + du, up.v) + down.loss(down.u, down.v),
    L_v: up.loss(up.u, up.v + dv) + down.loss(down.u, down.v),
    **up.definitions,
    **down.definitions,
}
IN_WEIGHTS = Identity(DEFINITIONS)

# How the outputs on both sides move with the weights (u+, v+, u-, v-), and the kernel J J.T/m.
blank_up, blank_down = (
    sp.ZeroMatrix(*(up.x * up.u.T).shape),
    sp.ZeroMatrix(*(down.x * down.u.T).shape),
)
across, back = sp.ZeroMatrix(*(up.x * down.u.T).shape), sp.ZeroMatrix(*(down.x * up.u.T).shape)
J = sp.BlockMatrix(
    [
        [up.x * up.v.T / sp.sqrt(n), up.x * up.u.T / sp.sqrt(n), across, across],
        [back, back, down.x * down.v.T / sp.sqrt(n), down.x * down.u.T / sp.sqrt(n)],
    ]
)
apart = sp.ZeroMatrix(*(up.x * down.x.T).shape)
Theta = sp.BlockMatrix([[up.kernel, apart], [apart.T, down.kernel]])

# One step of side +, in the coordinates of the one-sample network.
x_next, r_next = prime(scaled_curvature), prime(r)
u_next, v_next = prime(up.u), prime(up.v)
STEP = {
    x_next: eta * up.c * (squared(u_next) + squared(v_next)) / n,
    r_next: eta * up.c / sp.sqrt(n) * (up.slope(u_next, v_next) - up.y),
    u_next: up.u - r * up.v,
    v_next: up.v - r * up.u,
    scaled_curvature: eta * up.lam,
    s: eta * up.c / sp.sqrt(n) * up.f,
    r: eta * up.c / sp.sqrt(n) * (up.f - up.y),
    **up.definitions,
}
IN_STEP = Identity(STEP)

# Labels 0: the side that leaves first.
higher, lower = positive("lambda+"), positive("lambda-")
lead = nonnegative("lead")
V_up, V_down = sp.symbols("V+ V-", real=True)
MARGINS = {V_up: 4 - eta * higher, V_down: 4 - eta * lower}

# The first step of a random network: u and v standard normal, t = u/v.
weight, other, turn, gauss = positive("u_i"), positive("v_i"), positive("r"), positive("gauss")
ratio = sp.Symbol("t", real=True)
density = 1 / (sp.pi * (1 + ratio**2))

STATEMENTS = (
    Statement(
        "gates.loss",
        eq(
            L,
            up.c * (up.f - up.y) ** 2 / 2
            + up.floor
            + down.c * (down.f - down.y) ** 2 / 2
            + down.floor,
        ),
        IN_WEIGHTS,
        "c+ = sum x^2/m and y+ = sum x y/sum x^2 over the samples x > 0, f+ = u+.v+/sqrt(n); "
        "likewise for x < 0. The loss is a sum over the two sides.",
    ),
    Statement(
        "gates.gradient_u",
        eq(
            L_u,
            L
            + up.c * (up.f - up.y) * sp.Trace(du.T * up.v) / sp.sqrt(n)
            + up.c * sp.Trace(du.T * up.v) ** 2 / (2 * n),
        ),
        IN_WEIGHTS,
        "The gradient in u+ is c+ (f+ - y+) v+/sqrt(n), as the change that is linear in du shows;",
    ),
    Statement(
        "gates.gradient_v",
        eq(
            L_v,
            L
            + up.c * (up.f - up.y) * sp.Trace(up.u.T * dv) / sp.sqrt(n)
            + up.c * sp.Trace(up.u.T * dv) ** 2 / (2 * n),
        ),
        IN_WEIGHTS,
        "in v+ it is c+ (f+ - y+) u+/sqrt(n). Neither side's gradient contains the other's "
        "weights.",
    ),
    Statement(
        "gates.kernel",
        eq(J * J.T / m, Theta),
        Identity(),
        "The kernel of all samples has one block for each side,",
    ),
    Statement(
        "gates.eigenvalue",
        eq(up.kernel * up.x, up.lam * up.x),
        IN_WEIGHTS,
        "each with the eigenvalue lambda+ = c+ (|u+|^2 + |v+|^2)/n",
    ),
    Statement("gates.trace", eq(sp.Trace(up.kernel), up.lam), IN_WEIGHTS, "and no other but 0."),
    Statement(
        "gates.curvature",
        eq(x_next, scaling.x_map),
        IN_STEP,
        "One step is u+' = u+ - r v+, v+' = v+ - r u+ with r = eta c+ (f+ - y+)/sqrt(n). So x = "
        "eta lambda+ moves as in the one-sample network, s being eta c+ f+/sqrt(n),",
    ),
    Statement(
        "gates.residual",
        eq(r_next, scaling.r_map),
        IN_STEP,
        "and so does r: each side is the one-sample map, exactly, at every width.",
    ),
    Statement(
        "gates.P_start",
        eq(scaled_curvature / 2 + s, eta * up.c / n * squared(up.u + up.v) / 2),
        IN_STEP,
        "Standard normal weights: side + has n+ ~ Bin(n, 1/2) units, and P = x/2 + s and Q = x/2 "
        "- s are independent chi-square variables with n+ degrees of freedom, times eta c+/n. "
        "This is P,",
        argument="As in initialization.two_chi_squares: that u_i > 0 changes nothing, as each "
        "term is even in (u_i, v_i).",
    ),
    Statement(
        "gates.Q_start",
        eq(scaled_curvature / 2 - s, eta * up.c / n * squared(up.u - up.v) / 2),
        IN_STEP,
        "and this Q.",
    ),
    Statement(
        "gates.first_to_leave",
        ge(V_down, V_up),
        Sign(eta * lead, {lead: higher - lower}, MARGINS),
        "Labels 0, lambda+ >= lambda-: the side with the larger curvature is the nearer to "
        "divergence,",
        (ge(higher, lower),),
    ),
    Statement(
        "gates.boundary",
        Iff(gt(V_up, 0), gt(4 / higher, eta)),
        Equivalence(higher, definitions=MARGINS),
        "so the network converges below 4/max(lambda+, lambda-) and diverges above, unless a "
        "side lands on zero loss.",
        uses=BOUNDARY,
    ),
    Statement(
        "gates.flip",
        Iff(gt(0, weight - turn * other), gt(turn, weight / other)),
        Equivalence(other),
        "Real gates: the first step takes u_i > 0 to u_i - r v_i. For r > 0 this closes the gate "
        "iff v_i > 0 and u_i/v_i < r.",
    ),
    Statement(
        "gates.quotient",
        eq(
            sp.Derivative(-density * sp.exp(-(other**2) / 2 - (ratio * other) ** 2 / 2), other),
            other * gauss / sp.pi,
        ),
        Identity({gauss: sp.exp(-(other**2) / 2 - (ratio * other) ** 2 / 2)}),
        "The quotient t = u_i/v_i of two standard normal weights, given u_i > 0, has the density "
        "1/(pi (1 + t^2)): the integral of (|v|/pi) exp(-(1 + t^2) v^2/2) over v from 0 to "
        "infinity.",
    ),
    Statement(
        "gates.flipped",
        eq(sp.Derivative(sp.atan(ratio) / sp.pi, ratio), density),
        Identity(),
        "So the first step closes the fraction arctan|r|/pi of a side's open gates: the integral "
        "from 0 to r. For r < 0 it is u_i/|v_i| < |r|.",
    ),
)
