"""Many samples, inputs and outputs: gradient descent closes on the Gram matrix of the weights.

X (m x d) are the inputs, Y (m x k) the labels, U (n x d) and W (n x k) the weights; f(X) = X B with
B = U.T W/sqrt(n), and the loss is |X B - Y|^2/(2m). The samples enter only through S = X.T X/m and
T = X.T Y/m, the weights only through A = U.T U/n, B and C = W.T W/n. The sizes are symbols.
"""

import sympy as sp

from ..closure import GAIN
from ..notation import A, B, B_fit, C, D, E, L, S, T, U, W, X, Y, d, eta, floor, gain, k, m, n

# isort: split
from ..notation import slope
from ..prover.quantities import prime
from ..prover.statement import defined, definitions, equation

A_next, B_next, C_next, E_next, U_next, W_next = map(prime, (A, B, C, E, U, W))
sqrt_n = sp.sqrt(n)


def inner(one, two):
    """The sum of the products of their entries."""
    return sp.Trace(one.T * two)


def squared(matrix):
    return inner(matrix, matrix)


def loss(linear):
    """Mean squared error of the linear map, halved."""
    return squared(X * linear - Y) / (2 * m)


def loss_in_moments(linear):
    return inner(linear, S * linear) / 2 - inner(linear, T) + squared(Y) / (2 * m)


def gram(hidden, linear, outer):
    """The Gram matrix of all weights, M.T M/n with M = [U W]."""
    return sp.BlockMatrix([[hidden, linear / sqrt_n], [linear.T / sqrt_n, outer]])


def later(known, *weights):
    """What these definitions become once the weights have moved."""
    moved = {symbol: prime(symbol) for symbol in weights}
    return {prime(symbol): value.xreplace(moved) for symbol, value in known.items()}


IN_SAMPLES = (
    defined("gram.second_moments", S, X.T * X / m, "S holds the second moments of the inputs."),
    defined("gram.cross_moments", T, X.T * Y / m, "T holds the moments of inputs and labels."),
)
IN_WEIGHTS = (
    defined("gram.hidden_gram", A, U.T * U / n, "A is the Gram matrix of the hidden weights."),
    defined("gram.map", B, U.T * W / sqrt_n, "B is the linear map that the network is."),
    defined("gram.outer_gram", C, W.T * W / n, "C is the Gram matrix of the output weights."),
)
GRADIENT = defined(
    "gram.gradient", D, S * B - T, "D is the gradient of the loss in the linear map B."
)
SLOPE = defined(
    "gram.slope", slope, eta / sqrt_n, "The slope is the learning rate of the weights themselves."
)

# In the weights themselves; the gradients are SymPy's.
in_weights = definitions(*IN_WEIGHTS)
linear_map = in_weights[B]
gradient_u, gradient_v = (loss(linear_map).diff(weights) for weights in (U, W))
slope_u, slope_v = W * D.T / sqrt_n, U * D / sqrt_n
mixing = sp.BlockMatrix([[sp.Identity(d), -slope * D], [-slope * D.T, sp.Identity(k)]])
changes = (
    -gain * (B * D.T + D * B.T) + eta * gain * D * C * D.T,
    -eta * (A * D + D * C) + eta * gain * D * B.T * D,
    -gain * (B.T * D + D.T * B) + eta * gain * D.T * A * D,
)
STEP = {
    L: loss(B),
    **later(in_weights, U, W),
    U_next: U - eta * slope_u,
    W_next: W - eta * slope_v,
    **in_weights,
    **definitions(*IN_SAMPLES, GRADIENT, SLOPE, GAIN),
}
CLOSURE = (
    equation(
        "gram.moments",
        L,
        loss_in_moments(B),
        "The samples enter the loss through S, T and |Y|^2 alone.",
        STEP,
    ),
    equation(
        "gram.gradient_u",
        gradient_u,
        slope_u,
        "The gradient of the loss in the hidden weights U is W D.T/sqrt(n).",
        STEP,
    ),
    equation(
        "gram.gradient_v",
        gradient_v,
        slope_v,
        "The gradient of the loss in the output weights W is U D/sqrt(n).",
        STEP,
    ),
    equation(
        "gram.mixing",
        sp.BlockMatrix([[U_next, W_next]]),
        sp.BlockMatrix([[U, W]]) * mixing,
        "One step multiplies M = [U W] from the right: every hidden unit by the same matrix.",
        STEP,
    ),
    equation(
        "gram.closure",
        gram(A_next, B_next, C_next),
        mixing.T * gram(A, B, C) * mixing,
        "The Gram matrix M.T M/n closes at every width: a step costs nothing that grows with n "
        "or m.",
        STEP,
    ),
    equation(
        "gram.hidden",
        A_next - A,
        changes[0],
        "This is what one step adds to A, the Gram matrix of the hidden weights.",
        STEP,
    ),
    equation(
        "gram.cross",
        B_next - B,
        changes[1],
        "This is what one step adds to B, the linear map.",
        STEP,
    ),
    equation(
        "gram.outer",
        C_next - C,
        changes[2],
        "This is what one step adds to C, the Gram matrix of the output weights.",
        STEP,
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
AT_SOLUTION = {
    L: loss_in_moments(B),
    E_next: B_next - B_fit,
    **definitions(DISTANCE, NORMAL, FLOOR, GRADIENT),
}
END = (
    equation(
        "gram.residual",
        D,
        S * E,
        "The gradient is linear in the distance E of the map from the best one.",
        AT_SOLUTION,
    ),
    equation(
        "gram.residual_change",
        E_next - E,
        B_next - B,
        "The distance E moves by the change of B: a run followed in E loses no digits as it "
        "converges.",
        AT_SOLUTION,
    ),
    equation(
        "gram.excess",
        L,
        floor + inner(E, S * E) / 2,
        "The loss is its floor, the loss of B_fit, and an excess that is quadratic in E.",
        AT_SOLUTION,
    ),
    equation(
        "gram.excess_square",
        inner(E, S * E),
        squared(X * E) / m,
        "Twice the excess is a sum of squares, |X E|^2/m: no linear map has less loss than B_fit.",
        definitions(*IN_SAMPLES),
    ),
    equation(
        "gram.floor",
        floor,
        squared(Y) / (2 * m) - inner(B_fit, S * B_fit) / 2,
        "The floor is the loss of the zero map, less what B_fit explains.",
        AT_SOLUTION,
    ),
)
STATEMENTS = (*IN_SAMPLES, *IN_WEIGHTS, GRADIENT, SLOPE, *CLOSURE, DISTANCE, NORMAL, FLOOR, *END)
