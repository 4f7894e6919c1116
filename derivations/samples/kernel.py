"""The tangent kernel of many samples: its spectrum, its recursion, and why it does not close.

The outputs of all samples move by the map `forward` of a change of the weights; `backward` is its
transpose, and Theta = forward backward/m the kernel (m k x m k), known from what it does to
residuals f~ (m x k). With one output it is X (C + A) X.T/m, where C = |v|^2/n.
"""

import sympy as sp

from ..notation import A, B, C, D, Phi, Psi, S, Theta, Theta_1, Theta_2, U, W, X, Y, d, dU, dW, e_m

# isort: split
from ..notation import eta, f_1, f_2, k, kernel_of, lam, lam_C, m, n, omega, outputs
from ..prover.quantities import prime

# isort: split
from ..notation import residuals, root_S, size, v, w_d, w_k, w_m
from ..prover.statement import defined, definitions, equation
from . import gram
from .gram import inner, sqrt_n, squared

# Any number of outputs.
backward = W * residuals.T * X / sqrt_n, U * X.T * residuals / sqrt_n
forward = X * (dU.T * W + U.T * dW) / sqrt_n
KERNEL = defined(
    "kernel.theta",
    kernel_of,
    forward.xreplace(dict(zip((dU, dW), backward, strict=True))) / m,
    "The kernel Theta takes residuals back to the weights and forward to the outputs, over m.",
)
shifted = lam_C * sp.Identity(d) + A
WHOLE = {S: root_S * root_S}
block = X * shifted * X.T / m
swap, swap_back = (
    equation(
        "kernel.swap",
        Phi * Psi * (Phi * w_d) - omega * Phi * w_d,
        Phi * (Psi * Phi * w_d - omega * w_d),
        "Where Psi Phi w = omega w, Phi w is an eigenvector of Phi Psi with the same eigenvalue.",
    ),
    equation(
        "kernel.swap_back",
        Psi * (Phi * w_d) / omega - w_d,
        (Psi * Phi * w_d - omega * w_d) / omega,
        "Where Psi Phi w = omega w and omega is not 0, Psi/omega takes Phi w back to w. The same "
        "holds with Phi and Psi exchanged: the two products have the same eigenvalues but for "
        "zeros, each with as many independent eigenvectors.",
    ),
)
SPECTRUM = (
    KERNEL,
    equation(
        "kernel.backward",
        inner(residuals, forward),
        inner(dU, backward[0]) + inner(dW, backward[1]),
        "A change (dU, dW) of the weights moves the outputs by X (dU.T W + U.T dW)/sqrt(n), to "
        "first order. The transpose of this map takes f~ to (W f~.T X, U X.T f~)/sqrt(n).",
    ),
    equation(
        "kernel.kernel",
        kernel_of,
        (X * X.T * residuals * C + X * A * X.T * residuals) / m,
        "The kernel is (X X.T (x) C + X A X.T (x) 1)/m, an m k x m k matrix.",
        {**definitions(KERNEL), **gram.in_weights},
    ),
    equation(
        "kernel.blocks",
        KERNEL.claim.rhs.xreplace({residuals: w_m * w_k.T}),
        block * w_m * w_k.T + X * X.T * w_m * (C * w_k - lam_C * w_k).T / m,
        "Where C w_k = lambda_C w_k the last term is 0: the kernel takes w_m w_k.T to "
        "(X (lambda_C + A) X.T w_m/m) w_k.T. In the eigenbasis of C it is block diagonal, one "
        "m x m block for each output.",
        gram.in_weights,
    ),
    *(swap, swap_back),
    equation(
        "kernel.input_side",
        X.T * (X * shifted / m),
        S * shifted,
        "The block X (lambda_C + A) X.T/m shares its nonzero eigenvalues with S (lambda_C + A), "
        "which is d x d: the factors X.T and X (lambda_C + A)/m change places.",
        definitions(*gram.IN_SAMPLES),
        uses=(swap, swap_back),
    ),
    equation(
        "kernel.root",
        S * shifted,
        root_S * (root_S * shifted),
        "The matrix S (lambda_C + A) is a product of sqrt(S) and sqrt(S) (lambda_C + A).",
        WHOLE,
    ),
)
reduced = equation(
    "kernel.reduced",
    (root_S * shifted) * root_S,
    lam_C * S + root_S * A * root_S,
    "The two factors of S (lambda_C + A) change places: k symmetric d x d matrices lambda_C S + "
    "sqrt(S) A sqrt(S) hold the spectrum of the kernel. In the eigenbasis of S, sqrt(S) is "
    "diagonal.",
    WHOLE,
    uses=(swap, swap_back, *SPECTRUM[-2:]),
)


def one_output(expr):
    """The same for one output, whose weights are v."""
    return expr.subs(k, 1).xreplace({W.subs(k, 1): v})


GRADIENT = equation(
    "kernel.gradient",
    D,
    X.T * residuals / m,
    "The gradient D of the loss in the linear map is made of the residuals f~ of all samples.",
    {residuals: X * B - Y, **definitions(gram.GRADIENT, *gram.IN_SAMPLES)},
)
# One step with one output. Here D and f~ are columns.
labels, out, res, D_1 = (one_output(symbol) for symbol in (Y, outputs, residuals, D))
U_next, v_next, res_next, Theta_next = prime(U), prime(v), prime(res), prime(Theta)
THETA = defined(
    "kernel.one_output",
    Theta,
    (squared(v) * X * X.T + X * U.T * U * X.T) / (n * m),
    "With one output the kernel is the matrix Theta.",
)
linear, gradient = one_output(gram.linear_map), one_output(GRADIENT.claim.rhs)
SAMPLES = {res: out - labels, out: X * linear}
STEP = {
    **gram.later({res: X * linear - labels, **definitions(THETA)}, U, v),
    U_next: U - eta * one_output(gram.slope_u),
    v_next: v - eta * one_output(gram.slope_v),
    D_1: gradient,
    **definitions(THETA),
    **SAMPLES,
}
moved = X * D_1  # what a change of B along D does to the outputs
overlap = inner(out, res)
residual_update = (sp.Identity(m) - eta * Theta) * res + eta**2 / (n * m) * overlap * moved
kernel_change = -eta / (n * m) * (
    out * moved.T + moved * out.T + 2 / m * overlap * X * X.T
) + eta**2 / (n**2 * m) * (squared(v) * moved * moved.T + squared(U * D_1) * X * X.T)
ALIGNED = {  # residuals along e_m: the labels that make them so
    **{symbol: STEP[symbol] for symbol in (Theta_next, U_next, v_next, Theta)},
    lam: inner(e_m, Theta * e_m),
    D_1: gradient.xreplace({res: size * e_m}),
    **SAMPLES,
}
RECURSION = (
    *(GRADIENT, THETA),
    equation(
        "kernel.matrix",
        Theta * res,
        one_output(KERNEL.claim.rhs),
        "With one output the matrix Theta does to residuals what the kernel does.",
        definitions(THETA),
    ),
    equation(
        "kernel.residuals",
        res_next,
        residual_update,
        "With one output, one step of the residuals is made by Theta, and by the outputs where the "
        "width is finite.",
        STEP,
    ),
    equation(
        "kernel.recursion",
        Theta_next,
        Theta + kernel_change,
        "With one output, one step of the kernel needs |v|^2 and U.T U beside Theta.",
        STEP,
    ),
)


# Two networks of width 4 with two orthogonal samples: equal outputs, labels and kernels.
def example(expr, hidden, outer):
    """The matrix for one output, inputs 1, labels 1/2 and 2, and these weights, in numbers."""
    sizes = {n: 4, m: 2, d: 2}
    values = {X: sp.eye(2), labels: sp.Matrix([sp.Rational(1, 2), 2]), U: hidden, v: outer}
    given = {symbol.subs(sizes): sp.ImmutableMatrix(value) for symbol, value in values.items()}
    return sp.ImmutableMatrix(expr.subs(sizes).xreplace(given).doit())


slopes = {U: gram.gradient_u, v: gram.gradient_v}
trained = {weights: weights - eta * one_output(slope) for weights, slope in slopes.items()}
IN_EXAMPLE = {
    symbol: example(expr, hidden, outer)
    for outputs_i, Theta_i, hidden, outer in (
        (f_1, Theta_1, sp.Matrix([[1, 0], [1, 0], [0, 1], [0, 1]]), sp.Matrix([1, 0, 0, 0])),
        (f_2, Theta_2, sp.Matrix([[1, 0], [0, 0], [0, 1], [0, 0]]), sp.Matrix([1, 1, 0, 0])),
    )
    for symbol, expr in (
        (outputs_i, X * linear),
        (Theta_i, THETA.claim.rhs),
        (prime(Theta_i), THETA.claim.rhs.xreplace(trained)),
    )
}
NOT_CLOSED = (
    equation(
        "kernel.same_outputs",
        f_1,
        f_2,
        "Two networks of width 4 on two orthogonal samples, X = 1, with labels 1/2 and 2, have "
        "equal outputs.",
        IN_EXAMPLE,
    ),
    equation(
        "kernel.same_kernels",
        Theta_1,
        Theta_2,
        "The two networks of kernel.same_outputs have equal kernels.",
        IN_EXAMPLE,
    ),
    equation(
        "kernel.not_closed",
        prime(Theta_1) - prime(Theta_2),
        eta**2 / 32 * sp.ImmutableMatrix([[1, 0], [0, 0]]),
        "The two networks of kernel.same_outputs have different kernels after one step: outputs, "
        "labels and kernel alone do not determine the next kernel.",
        IN_EXAMPLE,
    ),
)
STATEMENTS = (
    *(*SPECTRUM, reduced, *RECURSION, *NOT_CLOSED),
    equation(
        "kernel.aligned",
        inner(e_m, Theta_next * e_m),
        lam + eta * squared(D_1) / n * (eta * lam - 4 * inner(e_m, out) / size),
        "Let f~ = |f~| e_m with |e_m| = 1, e_m an eigenvector of Theta or not, and lambda = "
        "e_m.Theta e_m. After one step e_m.Theta' e_m is this, exactly. If e_m is the top "
        "eigenvector, lambda is the top eigenvalue of Theta.",
        ALIGNED,
    ),
    equation(
        "kernel.below_the_top",
        inner(e_m, Theta * e_m),
        omega - squared(Psi * e_m),
        "Where no eigenvalue of Theta is above omega, omega - Theta is a product Psi.T Psi, and "
        "e_m.Theta e_m is omega less a square. So the top eigenvalue is at least e_m.Theta e_m, "
        "that of the next kernel too.",
        {Theta: omega * sp.Identity(m) - Psi.T * Psi},
    ),
)
