"""Losses by their names, and networks without 1/sqrt(n), as the model of gram.

Every named loss is a multiple of L = |X B - Y|^2/(2m), and so L on inputs and labels multiplied by
its root: S, T and the kernel are multiplied by it. A network f(X) = scale X U.T W is one of width
1/scale^2.
"""

import sympy as sp

from ..notation import A, B, C, D, L, L_half_mse, L_half_sum, L_mean, L_mse, L_sum, S, T, U, W, X

# isort: split
from ..notation import Y, dU, dW, eta, eta_fit, gain, k, kernel_of, m, multiple, n, n_fit, residuals

# isort: split
from ..notation import scale
from ..prover.function import Function, solved
from ..prover.statement import by_name, defined, definitions, equation
from . import gram, kernel
from .gram import GRADIENT, IN_SAMPLES, A_next, B_next, C_next, U_next, W_next, squared

squares = squared(X * B - Y)
NAMED = (
    defined("losses.mean", L_mean, squares / m, "Summed over outputs, the mean over samples."),
    defined("losses.mse", L_mse, squares / (m * k), "The mean over samples and outputs."),
    defined("losses.half_mse", L_half_mse, squares / (2 * m * k), "Half of that mean."),
    defined("losses.sum", L_sum, squares, "The sum over samples and outputs."),
    defined("losses.half_sum", L_half_sum, squares / 2, "Half of that sum."),
)
DIVISORS = m, m * k, 2 * m * k, sp.Integer(1), sp.Integer(2)
FACTORS = tuple(
    equation(
        f"{name.name}_factor",
        divisor * multiple,
        2 * m,
        f"The loss {name.name.partition('.')[2]}, |X B - Y|^2 over a divisor, is the multiple "
        "2m/divisor of |X B - Y|^2/(2m).",
        {multiple: name.claim.lhs / L, L: gram.loss(B), **definitions(name)},
    )
    for name, divisor in zip(NAMED, DIVISORS, strict=True)
)

# A multiple of the loss is the loss on other data.
larger = {X: sp.sqrt(multiple) * X, Y: sp.sqrt(multiple) * Y}
second, cross = (moments.claim.rhs for moments in IN_SAMPLES)
slope_u, slope_v = (
    (multiple * gram.loss(gram.linear_map)).diff(weights).doit() for weights in (U, W)
)
AS_DATA = (
    equation(
        "losses.as_data",
        multiple * gram.loss(B),
        gram.loss(B).xreplace(larger),
        "A multiple of L is L on inputs and labels that are multiplied by its root.",
    ),
    equation(
        "losses.second_moments",
        second.xreplace(larger),
        multiple * S,
        "The moments S of these data are multiplied.",
        definitions(*IN_SAMPLES),
    ),
    equation(
        "losses.cross_moments",
        cross.xreplace(larger),
        multiple * T,
        "The moments T of these data are multiplied as S is, so that B_fit is the same.",
        definitions(*IN_SAMPLES),
    ),
    equation(
        "losses.kernel",
        kernel.KERNEL.claim.rhs.xreplace({X: sp.sqrt(multiple) * X}),
        multiple * kernel_of,
        "The kernel of these data is multiplied: so is the curvature of the loss.",
        definitions(kernel.KERNEL),
    ),
    *(
        equation(
            f"losses.rate_{layer}",
            weights - eta * slope,
            weights - eta_fit * ours,
            f"A step on a multiple of L moves {weights.name} as a step on L at the rate eta_fit, "
            "that multiple of eta: eta times the curvature is the same number for both.",
            {eta_fit: multiple * eta, **definitions(GRADIENT, *IN_SAMPLES), **gram.in_weights},
        )
        for layer, weights, slope, ours in (
            ("u", U, slope_u, gram.slope_u),
            ("v", W, slope_v, gram.slope_v),
        )
    ),
)

# Networks f(X) = scale X U.T W, of any number of units.
IN_WEIGHTS = {A: scale**2 * U.T * U, B: scale * U.T * W, C: scale**2 * W.T * W}
back_u, back_v = scale * W * residuals.T * X, scale * U * X.T * residuals
ahead = (scale * X * (dU.T * W + U.T * dW)).xreplace({dU: back_u, dW: back_v})
moved = {gain: eta / n_fit}
scaled_u, scaled_v = (gram.loss(IN_WEIGHTS[B]).diff(weights) for weights in (U, W))
SCALED = {
    **gram.later(IN_WEIGHTS, U, W),
    U_next: U - eta * scale * W * D.T,
    W_next: W - eta * scale * U * D,
    **IN_WEIGHTS,
    n_fit: 1 / scale**2,
    **definitions(*IN_SAMPLES, GRADIENT),
}
UNITS = (
    equation(
        "losses.scaled_gradient_u",
        scaled_u,
        scale * W * D.T,
        "For f(X) = scale X U.T W the gradient of the loss in U is scale W D.T.",
        SCALED,
    ),
    equation(
        "losses.scaled_gradient_v",
        scaled_v,
        scale * U * D,
        "For f(X) = scale X U.T W the gradient of the loss in W is scale U D.",
        SCALED,
    ),
    *(
        equation(
            f"losses.scaled_{name}",
            after - before,
            change.xreplace(moved),
            f"A step adds to {before.name}, at the width n_fit = 1/scale^2 in place of n, what it "
            "adds by gram: nothing is rescaled, neither rates nor losses.",
            SCALED,
        )
        for name, before, after, change in zip(
            ("hidden", "cross", "outer"),
            (A, B, C),
            (A_next, B_next, C_next),
            gram.changes,
            strict=True,
        )
    ),
    equation(
        "losses.scaled_kernel",
        ahead / m,
        by_name(kernel.STATEMENTS)["kernel"].claim.rhs,
        "The kernel, back to the weights and forward to the outputs, is that of gram's blocks.",
        SCALED,
    ),
    equation(
        "losses.scaled_map",
        B,
        gram.sqrt_n.xreplace({n: n_fit}) * (scale**2 * U.T * W),
        "The linear map is sqrt(n_fit) times its block in the Gram matrix scale^2 M.T M.",
        SCALED,
    ),
)
STATEMENTS = (*NAMED, *FACTORS, *AS_DATA, *UNITS)
proved = by_name(STATEMENTS)
FUNCTIONS = (
    Function(
        "loss_factors",
        (m, k),
        tuple(solved(factor, multiple) for factor in FACTORS),
        "The losses mean, mse, half-mse, sum and half-sum, over the sum of squares/(2 samples).",
        also=AS_DATA,
    ),
)
