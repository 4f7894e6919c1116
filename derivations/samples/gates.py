"""ReLU on one input with frozen gates: two one-sample networks that do not see each other.

A hidden unit with u_i > 0 is open on the samples x > 0 only, one with u_i < 0 on x < 0 only. So
side + has its own samples (X+, Y+, of m in all) and its own weights u+, v+, and so has side -; the
output is x u+.v+/sqrt(n) on side + and x u-.v-/sqrt(n) on side -, with the full width n.
"""

import sympy as sp

from .. import scaling
from ..notation import L, V, X, Y, eta, f, floor, lam, m, n, quotient, r, s, u, u_i
from ..prover.quantities import on_side, prime

# isort: split
from ..notation import v, v_i, x, xx, y_fit
from ..prover.claims import Iff, ge, gt
from ..prover.function import Function, right
from ..prover.proofs import Equivalence, Sign
from ..prover.statement import Statement, equation
from ..prover.symbols import nonnegative
from .gram import inner, later, sqrt_n, squared
from .reductions import BOUNDARY, INPUT


class Side:
    """The samples and weights of one side, and its numbers."""

    def __init__(self, sign: str) -> None:
        self.x, self.Y = (on_side(column.subs(INPUT), sign) for column in (X, Y))
        self.u, self.v, self.f, self.lam = (on_side(part, sign) for part in (u, v, f, lam))
        self.xx, self.y, self.floor, self.V = (on_side(p, sign) for p in (xx, y_fit, floor, V))
        self.loss = squared(self.x * self.u.T * self.v / sqrt_n - self.Y) / (2 * m)
        self.excess = self.xx * (self.f - self.y) ** 2 / 2  # the loss above the floor
        size = squared(self.u) + squared(self.v)
        self.kernel = size * self.x * self.x.T / (n * m)
        self.definitions = {
            self.lam: self.xx * size / n,
            self.floor: squared(self.Y) / (2 * m) - self.xx * self.y**2 / 2,
            self.f: inner(self.u, self.v) / sqrt_n,
            self.y: inner(self.x, self.Y) / (m * self.xx),
            self.xx: squared(self.x) / m,
        }


up, down = Side("+"), Side("-")
IN_WEIGHTS = {L: up.loss + down.loss, **up.definitions, **down.definitions}
gradient_u, gradient_v = (  # SymPy takes the derivative of one trace at a time
    (up.loss.diff(weights) + down.loss.diff(weights)).doit() for weights in (up.u, up.v)
)
slope_u, slope_v = (up.xx * (up.f - up.y) * weights / sqrt_n for weights in (up.v, up.u))

# How the outputs on both sides move with the weights (u+, v+, u-, v-), and what the kernel is.
up_moves, down_moves = ([side.x * w.T / sqrt_n for w in (side.v, side.u)] for side in (up, down))
across, back, apart = 0 * up.x * down.u.T, 0 * down.x * up.u.T, 0 * up.x * down.x.T
jacobian = sp.BlockMatrix([[*up_moves, across, across], [back, back, *down_moves]])
kernel = sp.BlockMatrix([[up.kernel, apart], [apart.T, down.kernel]])
FROZEN = (
    equation(
        "gates.loss",
        L,
        up.excess + up.floor + down.excess + down.floor,
        "With xx+ = sum x^2/m and y_fit+ = sum x y/sum x^2 over the samples x > 0, f+ = "
        "u+.v+/sqrt(n), and likewise for x < 0, the loss is a sum over the two sides.",
        IN_WEIGHTS,
    ),
    equation(
        "gates.gradient_u",
        gradient_u,
        slope_u,
        "The gradient of the loss in u+ does not contain the weights of the other side.",
        IN_WEIGHTS,
    ),
    equation(
        "gates.gradient_v",
        gradient_v,
        slope_v,
        "The gradient of the loss in v+ does not contain the weights of the other side.",
        IN_WEIGHTS,
    ),
    equation(
        "gates.kernel",
        jacobian * jacobian.T / m,
        kernel,
        "The kernel of all samples has one block for each side.",
    ),
    equation(
        "gates.eigenvalue",
        up.kernel * up.x,
        up.lam * up.x,
        "The block of side + has the eigenvalue lambda+ = xx+ (|u+|^2 + |v+|^2)/n.",
        IN_WEIGHTS,
    ),
    equation(
        "gates.trace",
        sp.Trace(up.kernel),
        up.lam,
        "The block of side + has no eigenvalue but lambda+ and 0: lambda+ is its trace.",
        IN_WEIGHTS,
    ),
)

# One step of side +, in the coordinates of the one-sample network.
unit = eta * up.xx / sqrt_n
in_weights = {x: eta * up.definitions[up.lam], r: unit * (up.definitions[up.f] - up.y)}
IN_STEP = {
    **later(in_weights, up.u, up.v),
    prime(up.u): up.u - eta * slope_u,
    prime(up.v): up.v - eta * slope_v,
    s: unit * up.f,
    **in_weights,
    **up.definitions,
}
P_start = equation(
    "gates.P_start",
    x / 2 + s,
    eta * up.xx / n * squared(up.u + up.v) / 2,
    "The scaled coordinate P = x/2 + s of side + is a square of its weights.",
    IN_STEP,
)
MAPS = (
    equation(
        "gates.curvature",
        prime(x),
        scaling.proved["x_update"].claim.rhs,
        "On side +, x = eta lambda+ moves as in the one-sample network, with s = eta xx+ f+/sqrt(n)"
        " and r = eta xx+ (f+ - y_fit+)/sqrt(n).",
        IN_STEP,
    ),
    equation(
        "gates.residual",
        prime(r),
        scaling.proved["r_update"].claim.rhs,
        "On side +, r = eta xx+ (f+ - y_fit+)/sqrt(n) moves as in the one-sample network: each "
        "side is the one-sample map, exactly, at every width.",
        IN_STEP,
    ),
    P_start,
    equation(
        "gates.Q_start",
        x / 2 - s,
        eta * up.xx / n * squared(up.u - up.v) / 2,
        "The scaled coordinate Q = x/2 - s of side + is a square of its weights. Standard normal "
        "weights: side + has n+ ~ Bin(n, 1/2) units, and P and Q are independent chi-square "
        "variables with n+ degrees of freedom, times eta xx+/n.",
        IN_STEP,
        argument="As in initialization.two_chi_squares: that u_i > 0 changes nothing, as each "
        "term is even in (u_i, v_i).",
        uses=(P_start,),
    ),
)

# Labels 0: the side that leaves first.
MARGINS = {side.V: 4 - eta * side.lam for side in (up, down)}
FIRST = (
    Statement(
        "gates.first_to_leave",
        ge(down.V, up.V),
        Sign(eta * nonnegative(up.lam - down.lam), MARGINS),
        "At labels 0 the side with the larger curvature is the nearer to divergence.",
        (ge(up.lam, down.lam),),
    ),
    Statement(
        "gates.boundary",
        Iff(gt(up.V, 0), gt(4 / up.lam, eta)),
        Equivalence(up.lam, MARGINS),
        "At labels 0 and frozen gates a side converges below 4/lambda+ and diverges above, unless "
        "it lands on zero loss: the network converges below 4/max(lambda+, lambda-).",
        uses=BOUNDARY,
    ),
)

# Real gates, and the first step of a random network: u and v standard normal.
density = 1 / (sp.pi * (1 + quotient**2))
gauss = sp.exp(-(v_i**2) / 2 - (quotient * v_i) ** 2 / 2)
FLIPPED = equation(
    "gates.flipped",
    sp.Integral(density, (quotient, 0, sp.Abs(r))),
    sp.atan(sp.Abs(r)) / sp.pi,
    "The first step of a random network closes the fraction arctan|r|/pi of a side's open gates: "
    "those of one sign of v_i with u_i/|v_i| < |r|.",
    argument="A unit flips where its quotient lies on the far side of the step, and the density "
    "is integrated there.",
)
STATEMENTS = (
    *(*FROZEN, *MAPS, *FIRST),
    Statement(
        "gates.flip",
        Iff(gt(0, u_i - r * v_i), gt(r, u_i / v_i)),
        Equivalence(v_i),
        "With real gates the first step takes u_i > 0 to u_i - r v_i. For r > 0 this closes the "
        "gate of a unit with v_i > 0 iff u_i/v_i < r; where v_i < 0, u_i grows.",
    ),
    equation(
        "gates.quotient",
        sp.Derivative(-density * gauss, v_i),
        v_i * gauss / sp.pi,
        "The quotient u_i/v_i of two standard normal weights, given u_i > 0, has the density "
        "1/(pi (1 + q_i^2)) at positive values: the integral over v_i from 0 to infinity of this, "
        "whose primitive rises from minus that density to 0.",
        argument="The density of a quotient of independent normal variables is this integral.",
    ),
    FLIPPED,
)

FUNCTIONS = (
    Function(
        "flipped_fraction",
        (r,),
        (right(FLIPPED),),
        "Fraction of a side's open gates that the first step of a random ReLU network closes.",
    ),
)
