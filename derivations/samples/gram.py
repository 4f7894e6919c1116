"""Many samples, inputs and outputs: gradient descent closes on the Gram matrix of the weights.

X (m x d) are the inputs, Y (m x k) the labels, U (n x d) and W (n x k) the weights; f(X) = X B with
B = U.T W/sqrt(n), and the loss is |X B - Y|^2/(2m). The samples enter only through S = X.T X/m and
T = X.T Y/m, the weights only through A = U.T U/n, B and C = W.T W/n. The sizes are symbols.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..closure import GAIN
from ..notation import A, B, B_fit, C, D, E, L, S, T, U, W, X, Y, d, eta, floor, gain, k, m, n

# isort: split
from ..notation import slope
from ..prover.claims import eq
from ..prover.proofs import Defined, Identity
from ..prover.quantities import prime
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
    return Statement(name, eq(symbol, expr), Defined(), says)


IN_SAMPLES = (
    defined("gram.second_moments", S, X.T * X / m, "S holds the second moments of the inputs."),
    defined("gram.cross_moments", T, X.T * Y / m, "T holds the moments of inputs and labels."),
)
IN_WEIGHTS = (
    defined("gram.hidden_gram", A, U.T * U / n, "A is the Gram matrix of the hidden weights."),
    defined("gram.map", B, U.T * W / sp.sqrt(n), "B is the linear map that the network is."),
    defined("gram.outer_gram", C, W.T * W / n, "C is the Gram matrix of the output weights."),
)
GRADIENT = defined(
    "gram.gradient", D, S * B - T, "D is the gradient of the loss in the linear map B."
)
SLOPE = defined(
    "gram.slope",
    slope,
    eta / sp.sqrt(n),
    "The slope is the learning rate of the weights themselves.",
)

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
)

# Any solution of the normal equations, and the distance to it.
DISTANCE = defined("gram.distance", E, B - B_fit, "E is the distance of the linear map from B_fit.")
NORMAL = defined(
    "gram.normal_equations", T, S * B_fit, "B_fit solves the normal equations S B_fit = T."
)
FLOOR = defined(
    "gram.floor_of_loss", floor, loss_in_moments(B_fit), "The floor is the loss of B_fit."
)
AT_SOLUTION = Identity(
    {
        L: loss_in_moments(B),
        E_next: B_next - B_fit,
        **definitions(DISTANCE, NORMAL, FLOOR, GRADIENT),
    }
)
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
    *(*IN_SAMPLES, *IN_WEIGHTS, GRADIENT, SLOPE, *CLOSURE),
    *(DISTANCE, NORMAL, FLOOR, *END),
)
proved = by_name(STATEMENTS)
