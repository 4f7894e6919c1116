"""Many samples, inputs and outputs: gradient descent closes on the Gram matrix of the weights.

X (m x d) are the inputs, Y (m x k) the labels, U (n x d) and W (n x k) the weights; f(X) = X B with
B = U.T W/sqrt(n), and the loss is |X B - Y|^2/(2m). The samples enter only through S = X.T X/m and
T = X.T Y/m, the weights only through A = U.T U/n, B and C = W.T W/n. The sizes are symbols.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..closure import GAIN
from ..notation import A, B, B_fit, C, D, E, F, H, J, L, R, S, T, U, W, X, Y, code_matrix, d, dA
from ..notation import dC, dF, dR, eta, floor, gain, k, lam_C, left, m, n, part, prime, root, slope
from ..notation import units, w_k
from ..prover.claims import eq
from ..prover.function import Function, right, solved
from ..prover.proofs import Defined, Identity
from ..prover.statement import Statement, by_name, definitions

A_next, B_next, C_next, E_next = prime(A), prime(B), prime(C), prime(E)
U_next, W_next = prime(U), prime(W)


def loss(linear: Any) -> Any:
    """Mean squared error of the linear map, halved."""
    return sp.Trace((X * linear - Y).T * (X * linear - Y)) / (2 * m)


def loss_in_moments(linear: Any) -> Any:
    return (
        sp.Trace(linear.T * S * linear) / 2 - sp.Trace(linear.T * T) + sp.Trace(Y.T * Y) / (2 * m)
    )


def gram(hidden: Any, linear: Any, outer: Any) -> Any:
    """The Gram matrix of all weights, M.T M/n with M = [U W]."""
    return sp.BlockMatrix([[hidden, linear / sp.sqrt(n)], [linear.T / sp.sqrt(n), outer]])


def defined(name: str, symbol: Any, expr: Any, says: str) -> Statement:
    return Statement(f"gram.{name}", eq(symbol, expr), Defined(), says)


IN_SAMPLES = (
    defined("second_moments", S, X.T * X / m, "S holds the second moments of the inputs."),
    defined("cross_moments", T, X.T * Y / m, "T holds the moments of inputs and labels."),
)
IN_WEIGHTS = (
    defined("hidden_gram", A, U.T * U / n, "A is the Gram matrix of the hidden weights."),
    defined("map", B, U.T * W / sp.sqrt(n), "B is the linear map that the network is."),
    defined("outer_gram", C, W.T * W / n, "C is the Gram matrix of the output weights."),
)
GRADIENT = defined("gradient", D, S * B - T, "D is the gradient of the loss in the linear map B.")
SLOPE = defined("slope", slope, eta / sp.sqrt(n), "The weights' own learning rate is the slope.")
ROOT = defined("root", root, sp.sqrt(n), "The root of the width is what the output is divided by.")

# In the weights themselves; the gradients are SymPy's.
linear_map = IN_WEIGHTS[1].claim.rhs
gradient_u, gradient_v = (loss(linear_map).diff(weights) for weights in (U, W))
slope_u, slope_v = W * D.T / sp.sqrt(n), U * D / sp.sqrt(n)
mixing = sp.BlockMatrix([[sp.Identity(d), -slope * D], [-slope * D.T, sp.Identity(k)]])
changes = (
    -gain * (B * D.T + D * B.T) + eta * gain * D * C * D.T,
    -eta * (A * D + D * C) + eta * gain * D * B.T * D,
    -gain * (B.T * D + D.T * B) + eta * gain * D.T * A * D,
)
STEP = Identity(
    {
        L: loss(B),
        A_next: U_next.T * U_next / n,
        B_next: U_next.T * W_next / sp.sqrt(n),
        C_next: W_next.T * W_next / n,
        U_next: U - eta * slope_u,
        W_next: W - eta * slope_v,
        H: B - eta / 2 * D * C,
        J: B - eta / 2 * A * D,
        **definitions(*IN_SAMPLES, *IN_WEIGHTS, GRADIENT, SLOPE, GAIN),
    }
)
CLOSURE = (
    Statement(
        "gram.moments",
        eq(L, loss_in_moments(B)),
        STEP,
        "The samples enter the loss through S, T and |Y|^2 alone.",
    ),
    Statement(
        "gram.gradient_u",
        eq(gradient_u, slope_u),
        STEP,
        "The gradient of the loss in the hidden weights U is W D.T/sqrt(n).",
    ),
    Statement(
        "gram.gradient_v",
        eq(gradient_v, slope_v),
        STEP,
        "The gradient of the loss in the output weights W is U D/sqrt(n).",
    ),
    Statement(
        "gram.mixing",
        eq(sp.BlockMatrix([[U_next, W_next]]), sp.BlockMatrix([[U, W]]) * mixing),
        STEP,
        "One step multiplies M = [U W] from the right: every hidden unit by the same matrix.",
    ),
    Statement(
        "gram.closure",
        eq(gram(A_next, B_next, C_next), mixing.T * gram(A, B, C) * mixing),
        STEP,
        "The Gram matrix M.T M/n closes at every width: a step costs nothing that grows with n "
        "or m.",
    ),
    Statement(
        "gram.hidden",
        eq(A_next - A, changes[0]),
        STEP,
        "This is what one step adds to A, the Gram matrix of the hidden weights.",
    ),
    Statement(
        "gram.cross",
        eq(B_next - B, changes[1]),
        STEP,
        "This is what one step adds to B, the linear map.",
    ),
    Statement(
        "gram.outer",
        eq(C_next - C, changes[2]),
        STEP,
        "This is what one step adds to C, the Gram matrix of the output weights.",
    ),
    Statement(
        "gram.hidden_half",
        eq(A_next - A, -gain * (H * D.T + D * H.T)),
        STEP,
        "The change of A is one product and its transpose, with H = B - (eta/2) D C.",
    ),
    Statement(
        "gram.outer_half",
        eq(C_next - C, -gain * (J.T * D + D.T * J)),
        STEP,
        "The change of C is one product and its transpose, with J = B - (eta/2) A D.",
    ),
)

# A factor of the Gram matrix, [F R] stacked. It moves as weights do.
FACTOR = (
    defined("factored_hidden", A, F * F.T, "A factor of the Gram matrix has F F.T = A."),
    defined("factored_map", B, root * F * R.T, "A factor of the Gram matrix has root F R.T = B."),
    defined("factored_outer", C, R * R.T, "A factor of the Gram matrix has R R.T = C."),
)
INWARD = defined("inward", dF, -slope * D * R, "One step adds this to F, as to weights.")
OUTWARD = defined("outward", dR, -slope * D.T * F, "One step adds this to R, as to weights.")
IN_FACTOR = Identity(definitions(*FACTOR, INWARD, OUTWARD, ROOT, SLOPE, GAIN))
FACTORED = (
    Statement(
        "gram.factor_hidden",
        eq((F + dF) * (F + dF).T - F * F.T, changes[0]),
        IN_FACTOR,
        "The step of a factor, which need not be the weights, adds to F F.T what gradient descent "
        "adds to A.",
    ),
    Statement(
        "gram.factor_cross",
        eq(sp.sqrt(n) * ((F + dF) * (R + dR).T - F * R.T), changes[1]),
        IN_FACTOR,
        "The step of a factor adds to sqrt(n) F R.T what gradient descent adds to B.",
    ),
    Statement(
        "gram.factor_map",
        eq(changes[1], -eta * (F * F.T * D + D * R * R.T) + eta * slope * D * R * F.T * D),
        IN_FACTOR,
        "This is the change of the linear map in the factor's own terms.",
    ),
    Statement(
        "gram.factor_outer",
        eq((R + dR) * (R + dR).T - R * R.T, changes[2]),
        IN_FACTOR,
        "The step of a factor adds to R R.T what gradient descent adds to C. So every network is, "
        "exactly, one of d + k units or fewer, and its Gram matrix keeps rank and sign.",
    ),
)

# Any solution of the normal equations, and the distance to it.
DISTANCE = defined("distance", E, B - B_fit, "E is the distance of the linear map from B_fit.")
NORMAL = defined("normal_equations", T, S * B_fit, "B_fit solves the normal equations S B_fit = T.")
FLOOR = defined("floor_of_loss", floor, loss_in_moments(B_fit), "The floor is the loss of B_fit.")
AT_SOLUTION = Identity(
    {
        L: loss_in_moments(B),
        E_next: B_next - B_fit,
        **definitions(DISTANCE, NORMAL, FLOOR, GRADIENT),
    }
)
# A step that takes a part of Z along a straight way to the end.
Z_next, dA_next, dC_next = prime(left), prime(dA), prime(dC)
ahead = B - E / 2
LEFT = defined("end", E, A * left + left * C, "Z is what solves A Z + Z C = E.")
LEFT_HIDDEN = defined(
    "left_hidden",
    dA,
    -(ahead * left.T + left * ahead.T) / n,
    "To first order in D, A will still move by this, B - E/2 being half way to the end.",
)
LEFT_OUTER = defined(
    "left_outer",
    dC,
    -(ahead.T * left + left.T * ahead) / n,
    "To first order in D, C will still move by this, B - E/2 being half way to the end.",
)
later = {B: B_next, E: E_next, left: Z_next}
STRAIGHT = Identity(
    {
        dA_next: LEFT_HIDDEN.claim.rhs.xreplace(later),
        dC_next: LEFT_OUTER.claim.rhs.xreplace(later),
        B_next: B - part * E,
        E_next: E - part * E,
        Z_next: left - eta * D,
        D: part * left / eta,
        **definitions(LEFT_HIDDEN, LEFT_OUTER, GAIN),
    }
)
middle = (B + B_next) / 2
END = (
    Statement(
        "gram.residual",
        eq(D, S * E),
        AT_SOLUTION,
        "The gradient is linear in the distance E of the map from the best one.",
    ),
    Statement(
        "gram.residual_change",
        eq(E_next - E, B_next - B),
        AT_SOLUTION,
        "The distance E moves by the change of B: a run followed in E loses no digits as it "
        "converges.",
    ),
    Statement(
        "gram.left",
        eq(A * (left - eta * D) + (left - eta * D) * C, E - eta * (A * D + D * C)),
        Identity(definitions(LEFT)),
        "Near the end, where A and C hardly move and 1/n is negligible beside them, a step takes "
        "eta D from Z and leaves A Z + Z C = E true: Z is the sum of all eta D to come.",
        argument="E and Z end at 0 together, so what the steps take from Z adds up to Z.",
    ),
    Statement(
        "gram.left_columns",
        eq((A + lam_C * sp.Identity(d)) * left * w_k, E * w_k - left * (C * w_k - lam_C * w_k)),
        Identity(definitions(LEFT)),
        "Where C w_k = lambda_C w_k the last term is 0: along each eigenvector of C, Z is what "
        "solves a linear equation in d unknowns.",
    ),
    Statement(
        "gram.left_hidden_step",
        eq(dA_next - dA, gain * (middle * D.T + D * middle.T)),
        STRAIGHT,
        "A step that takes the part eta D = part Z of Z, and as much of E from B, takes from dA what "
        "it adds to A to first order in D (gram.hidden), B being taken half way through the step.",
    ),
    Statement(
        "gram.left_outer_step",
        eq(dC_next - dC, gain * (middle.T * D + D.T * middle)),
        STRAIGHT,
        "A step that takes the part eta D = part Z of Z, and as much of E from B, takes from dC what "
        "it adds to C to first order in D (gram.outer), B being taken half way through the step.",
    ),
    Statement(
        "gram.excess",
        eq(L, floor + sp.Trace(E.T * S * E) / 2),
        AT_SOLUTION,
        "The loss is its floor, the loss of B_fit, and an excess that is quadratic in E.",
    ),
    Statement(
        "gram.excess_square",
        eq(sp.Trace(E.T * S * E), sp.Trace((X * E).T * (X * E)) / m),
        Identity(definitions(*IN_SAMPLES)),
        "Twice the excess is a sum of squares, |X E|^2/m: no linear map has less loss than B_fit.",
    ),
    Statement(
        "gram.floor",
        eq(floor, sp.Trace(Y.T * Y) / (2 * m) - sp.Trace(B_fit.T * S * B_fit) / 2),
        AT_SOLUTION,
        "The floor is the loss of the zero map, less what B_fit explains.",
    ),
)

STATEMENTS = (
    *(*IN_SAMPLES, *IN_WEIGHTS, GRADIENT, SLOPE, ROOT, *CLOSURE),
    *(*FACTOR, INWARD, OUTWARD, *FACTORED),
    *(DISTANCE, NORMAL, FLOOR, LEFT, LEFT_HIDDEN, LEFT_OUTER, *END),
)
proved = by_name(STATEMENTS)

inner, pull, steep = (
    code_matrix("inner", units, k),
    code_matrix("pull", k, k),
    code_matrix("steep", d, k),
)
half_way, fall, drop = (
    code_matrix("middle", d, k),
    code_matrix("fall", d, d),
    code_matrix("drop", k, k),
)
in_factor = {B: right(proved["factored_map"]), n: solved(ROOT, n)}
FUNCTIONS = (
    Function(
        "factor_change",
        (F, R, D, eta, slope),
        (right(INWARD), right(OUTWARD), right(proved["factor_map"])),
        "What one step adds to a factor of the Gram matrix and to the map; slope = eta/sqrt(width).",
        helpers=((steep, -slope * D), (inner, F.T * D), (pull, slope * R * inner - R * R.T)),
        written=(steep * R, -slope * inner.T, eta * (D * pull - F * inner)),
        also=tuple(proved[f"factor_{block}"] for block in ("hidden", "cross", "outer")),
    ),
    Function(
        "factor_left",
        (F, R, E, left, root),
        (right(LEFT_HIDDEN, in_factor), right(LEFT_OUTER, in_factor)),
        "How far the Gram matrices of u and v will still move, to first order; root = sqrt(width).",
        helpers=(
            (half_way, F * R.T / root - E / (2 * root**2)),
            (fall, half_way * left.T),
            (drop, half_way.T * left),
        ),
        written=(-(fall + fall.T), -(drop + drop.T)),
        also=tuple(proved[name] for name in ("left", "left_hidden_step", "left_outer_step")),
    ),
)
