"""Many samples, inputs and outputs: gradient descent closes on the Gram matrix of the weights.

X (m x d) are the inputs, Y (m x k) the labels, u (n x d) and v (n x k) the weights; f = X B with
B = u.T v/sqrt(n), and the loss is |X B - Y|^2/(2m). The samples enter only through S = X.T X/m and
T = X.T Y/m, the weights only through A = u.T u/n, B and C = v.T v/n. The sizes are symbols.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..notation import A, B, C, D, E, F, L, R, d, eta, k, left, m, n, prime, push, root, slope
from ..prover.claims import eq
from ..prover.function import Function
from ..prover.proofs import Identity
from ..prover.statement import Statement
from ..prover.symbols import Symmetric

X, Y = sp.MatrixSymbol("X", m, d), sp.MatrixSymbol("Y", m, k)
u, v = sp.MatrixSymbol("u", n, d), sp.MatrixSymbol("v", n, k)
S, T = Symmetric("S", d, d), sp.MatrixSymbol("T", d, k)
du, dv = sp.MatrixSymbol("du", n, d), sp.MatrixSymbol("dv", n, k)
H, J, solution = (sp.MatrixSymbol(letter, d, k) for letter in ("H", "J", "B_fit"))
E_next, g, u_next, v_next = prime(E), sp.MatrixSymbol("g", d, k), prime(u), prime(v)
A_next, B_next, C_next = prime(A), prime(B), prime(C)


def loss(linear: Any) -> Any:
    """Mean squared error of the linear map, halved."""
    return sp.Trace((X * linear - Y).T * (X * linear - Y)) / (2 * m)


def loss_in_moments(linear: Any) -> Any:
    return (
        sp.Trace(linear.T * S * linear) / 2 - sp.Trace(linear.T * T) + sp.Trace(Y.T * Y) / (2 * m)
    )


def cross(hidden: Any, outer: Any) -> Any:
    return hidden.T * outer / sp.sqrt(n)


def slopes(residuals: Any, inputs: Any, hidden: Any, outer: Any) -> tuple[Any, Any]:
    """Gradients in u and v, as gram.gradient_u and gram.gradient_v prove them; `residuals` are f -
    Y."""
    gradient = inputs.T * residuals / m
    return outer * gradient.T / sp.sqrt(n), hidden * gradient / sp.sqrt(n)


L_u, L_v, floor = sp.symbols("L(u+du) L(v+dv) floor", real=True)
slope_u, slope_v = v * D.T / sp.sqrt(n), u * D / sp.sqrt(n)
WEIGHTS = {
    L: loss(B),
    L_u: loss(cross(u + du, v)),
    L_v: loss(cross(u, v + dv)),
    A_next: u_next.T * u_next / n,
    B_next: cross(u_next, v_next),
    C_next: v_next.T * v_next / n,
    u_next: u - eta * slope_u,
    v_next: v - eta * slope_v,
    g: eta / sp.sqrt(n) * D,
    H: B - eta / 2 * D * C,
    J: B - eta / 2 * A * D,
    A: u.T * u / n,
    B: cross(u, v),
    C: v.T * v / n,
    push: eta / n,
    D: S * B - T,
    S: X.T * X / m,
    T: X.T * Y / m,
}
IN_WEIGHTS = Identity(WEIGHTS)

# Any solution of the normal equations, and the distance to it.
SOLVED = {
    L: loss_in_moments(B),
    floor: loss_in_moments(solution),
    E_next: B_next - solution,
    E: B - solution,
    D: S * B - T,
    T: S * solution,
}
AT_SOLUTION = Identity(SOLVED)

mixing = sp.BlockMatrix([[sp.Identity(d), -g], [-g.T, sp.Identity(k)]])


def gram(hidden: Any, linear: Any, outer: Any) -> Any:
    """The Gram matrix of all weights, M.T M/n with M = [u v]."""
    return sp.BlockMatrix([[hidden, linear / sp.sqrt(n)], [linear.T / sp.sqrt(n), outer]])


changes = (
    -push * (B * D.T + D * B.T) + eta * push * D * C * D.T,
    -eta * (A * D + D * C) + eta * push * D * B.T * D,
    -push * (B.T * D + D.T * B) + eta * push * D.T * A * D,
)

# A factor of the Gram matrix, [F R] stacked: F F.T = A, F R.T = B/sqrt(n), R R.T = C. It moves as
# weights do.
F_next, R_next = F - slope * D * R, R - slope * D.T * F
FACTOR = {A: F * F.T, B: sp.sqrt(n) * F * R.T, C: R * R.T, push: eta / n, slope: eta / sp.sqrt(n)}
IN_FACTOR = Identity(FACTOR)
factor_moves = -eta * (F * F.T * D + D * R * R.T) + eta * slope * D * R * F.T * D

STATEMENTS = (
    Statement(
        "gram.moments",
        eq(L, loss_in_moments(B)),
        IN_WEIGHTS,
        "The samples enter the loss through S, T and |Y|^2 alone.",
    ),
    Statement(
        "gram.gradient_u",
        eq(L_u, L + sp.Trace(du.T * slope_u) + sp.Trace((du.T * v).T * S * (du.T * v)) / (2 * n)),
        IN_WEIGHTS,
        "The gradient of the loss in u is v D.T/sqrt(n), as the change that is linear in du shows;",
    ),
    Statement(
        "gram.gradient_v",
        eq(L_v, L + sp.Trace(dv.T * slope_v) + sp.Trace((u.T * dv).T * S * (u.T * dv)) / (2 * n)),
        IN_WEIGHTS,
        "in v it is u D/sqrt(n).",
    ),
    Statement(
        "gram.mixing",
        eq(sp.BlockMatrix([[u_next, v_next]]), sp.BlockMatrix([[u, v]]) * mixing),
        IN_WEIGHTS,
        "So one step multiplies M = [u v] from the right, g = (eta/sqrt(n)) D: every hidden unit "
        "by the same matrix.",
    ),
    Statement(
        "gram.closure",
        eq(gram(A_next, B_next, C_next), mixing.T * gram(A, B, C) * mixing),
        IN_WEIGHTS,
        "Hence the Gram matrix M.T M/n closes, at every width: a step costs nothing that grows "
        "with n or m.",
    ),
    Statement(
        "gram.hidden",
        eq(A_next - A, changes[0]),
        IN_WEIGHTS,
        "Block by block: the change of the hidden weights' Gram matrix,",
    ),
    Statement("gram.cross", eq(B_next - B, changes[1]), IN_WEIGHTS, "of the linear map,"),
    Statement(
        "gram.outer", eq(C_next - C, changes[2]), IN_WEIGHTS, "of the output weights' Gram matrix."
    ),
    Statement(
        "gram.hidden_half",
        eq(A_next - A, -push * (H * D.T + D * H.T)),
        IN_WEIGHTS,
        "The first is one product and its transpose, H = B - (eta/2) D C;",
    ),
    Statement(
        "gram.outer_half",
        eq(C_next - C, -push * (J.T * D + D.T * J)),
        IN_WEIGHTS,
        "so is the last, J = B - (eta/2) A D.",
    ),
    Statement(
        "gram.factor_hidden",
        eq(F_next * F_next.T - F * F.T, changes[0]),
        IN_FACTOR,
        "A factor of the Gram matrix, A = F F.T, B = sqrt(n) F R.T, C = R R.T, need not be the "
        "weights: F' = F - slope D R,",
    ),
    Statement(
        "gram.factor_cross",
        eq(sp.sqrt(n) * (F_next * R_next.T - F * R.T), changes[1]),
        IN_FACTOR,
        "R' = R - slope D.T F, slope = eta/sqrt(n), is again a factor after the step.",
    ),
    Statement(
        "gram.factor_map",
        eq(changes[1], factor_moves),
        IN_FACTOR,
        "The change of the linear map in the factor's own terms.",
    ),
    Statement(
        "gram.factor_outer",
        eq(R_next * R_next.T - R * R.T, changes[2]),
        IN_FACTOR,
        "So every network is, exactly, one of d + k units or fewer, and its Gram matrix keeps "
        "rank and sign.",
    ),
    Statement(
        "gram.residual",
        eq(D, S * E),
        AT_SOLUTION,
        "Let S B_fit = T and E = B - B_fit. The gradient is linear in the residual E,",
    ),
    Statement(
        "gram.residual_change",
        eq(E_next - E, B_next - B),
        AT_SOLUTION,
        "which moves by the change of B: a run followed in E loses no digits as it converges.",
    ),
    Statement(
        "gram.left",
        eq(A * (left - eta * D) + (left - eta * D) * C, E - eta * (A * D + D * C)),
        Identity({E: A * left + left * C}),
        "Near the end, where A and C hardly move and 1/n is negligible beside them, let A Z + Z "
        "C = E: a step takes eta D from Z and leaves this so.",
        argument="E and Z end at 0 together, so Z is the sum of all eta D to come.",
    ),
    Statement(
        "gram.left_hidden",
        eq(-push * (B * D.T + D * B.T), -(B * (eta * D).T + eta * D * B.T) / n),
        Identity({push: eta / n}),
        "Each moves A by this, to first order in D: in all by -(B Z.T + Z B.T)/n, with B half "
        "way to the end, B - E/2.",
    ),
    Statement(
        "gram.excess",
        eq(L, floor + sp.Trace(E.T * S * E) / 2),
        AT_SOLUTION,
        "The loss is its floor, the loss of B_fit, and an excess that is quadratic in E",
    ),
    Statement(
        "gram.floor",
        eq(floor, sp.Trace(Y.T * Y) / (2 * m) - sp.Trace(solution.T * S * solution) / 2),
        AT_SOLUTION,
        "and >= 0, as S is positive semidefinite. The floor itself.",
    ),
)

inner, pull, steep = (
    sp.MatrixSymbol("inner", F.shape[1], k),
    sp.MatrixSymbol("pull", k, k),
    sp.MatrixSymbol("steep", d, k),
)
middle, fall, drop = (
    sp.MatrixSymbol("middle", d, k),
    sp.MatrixSymbol("fall", d, d),
    sp.MatrixSymbol("drop", k, k),
)
midway = root * F * R.T - E / 2  # the map half way to its end
FUNCTIONS = (
    Function(
        "factor_change",
        (F, R, D, eta, slope),
        (F_next - F, R_next - R, factor_moves),
        "What one step adds to a factor of the Gram matrix and to the map; slope = eta/sqrt(width).",
        "gram.factor_hidden, gram.factor_map, gram.factor_outer",
        helpers=((steep, -slope * D), (inner, F.T * D), (pull, slope * R * inner - R * R.T)),
        written=(steep * R, -slope * inner.T, eta * (D * pull - F * inner)),
    ),
    Function(
        "factor_left",
        (F, R, E, left, root),
        (
            -(midway * left.T + left * midway.T) / root**2,
            -(midway.T * left + left.T * midway) / root**2,
        ),
        "How far the Gram matrices of u and v will still move, to first order; root = sqrt(width).",
        "gram.left, gram.left_hidden",
        helpers=(
            (middle, F * R.T / root - E / (2 * root**2)),
            (fall, middle * left.T),
            (drop, middle.T * left),
        ),
        written=(-(fall + fall.T), -(drop + drop.T)),
    ),
)
