"""One network, many conventions: any loss weight, output scale and rates of two layers.

The output is f = scale u.v, the loss weight (f - y)^2/2; u learns at the rate eta_u, v at eta_v. A
step of gradient descent on the weights moves output and curvature by the step of closure, at a
width 1/scale^2 that need not be whole: all that follows from that step holds for this network.
"""

import sympy as sp

from . import closure
from .closure import one, scalar
from .notation import L, L_other, eta, eta_fit, eta_u, eta_v, f, f_fit, lam, lam_fit, lam_loss, n

# isort: split
from .notation import n_fit, scale, skew, u, uu, uv, v, vv, weight, y
from .prover.function import Function, right, solved
from .prover.quantities import prime
from .prover.statement import by_name, defined, definitions, equation

output = scale * v.T * u
loss = weight * (output.T * output - 2 * y * output + y**2 * one) / 2
without_constant = sp.MatAdd(loss, -weight * y**2 * one / 2).doit()
gradient_u, gradient_v = (without_constant.diff(weights) for weights in (u, v))
error = weight * scale * (output - y * one)
grad_f = output.diff(u), output.diff(v)

RATE = defined(
    "conventions.rate",
    eta_fit,
    weight * sp.sqrt(eta_u * eta_v),
    "The model's rate is the geometric mean of the two rates, times the weight of the loss.",
)
SKEW = defined(
    "conventions.skew",
    skew,
    sp.sqrt(eta_u / eta_v),
    "The skew is the root of the quotient of the two rates; it is 1 where they are equal.",
)
CURVATURE = defined(
    "conventions.curvature",
    lam_fit,
    scale**2 * (eta_v * uu + eta_u * vv) / sp.sqrt(eta_u * eta_v),
    "The model's curvature weighs each layer by the rate of the other, which moves it.",
)
OUTPUT = defined(
    "conventions.output", f_fit, scale * uv, "The model's output is that of the network."
)
WIDTH = defined(
    "conventions.width",
    n_fit,
    1 / scale**2,
    "The effective width is 1/scale^2, however many units there are.",
)
LOSS_CURVATURE = defined(
    "conventions.loss_curvature",
    lam_loss,
    weight * scale**2 * (uu + vv),
    "The loss has a curvature of its own, which knows no rates.",
)

# One step, with the one number that mixes u and v at each rate.
push = weight * scale * (f_fit - y)
u_next, v_next = u - eta_u * push * v, v - eta_v * push * u
hidden, outer, product = (
    scalar(one.T * two) for one, two in ((u_next, u_next), (v_next, v_next), (v_next, u_next))
)
known = definitions(RATE, SKEW, CURVATURE, OUTPUT, WIDTH, LOSS_CURVATURE)
STEP = {
    prime(f_fit): scale * product,
    prime(lam_fit): scale**2 * (eta_v * hidden + eta_u * outer) / sp.sqrt(eta_u * eta_v),
    L: closure.LOSS.claim.rhs.xreplace({f: f_fit}),
    L_other: scalar(loss),
    **known,
}
EQUAL = {**STEP, eta_v: eta_u}
IN_MODEL = {eta: eta_fit, lam: lam_fit, f: f_fit, n: n_fit}

STATEMENTS = (
    *(RATE, SKEW, CURVATURE, OUTPUT, WIDTH, LOSS_CURVATURE),
    equation(
        "conventions.loss",
        L_other,
        weight * L,
        "This loss of the weights is the model's loss times its weight.",
        STEP,
    ),
    equation(
        "conventions.gradient_u",
        gradient_u,
        v * error,
        "The gradient of this loss in u is v weight scale (f - y).",
    ),
    equation(
        "conventions.gradient_v",
        gradient_v,
        u * error,
        "The gradient of this loss in v is u weight scale (f - y).",
    ),
    equation(
        "conventions.output_step",
        prime(f_fit),
        closure.f_update.xreplace(IN_MODEL),
        "A step on the weights, each layer at its own rate, moves the output as the step of "
        "closure moves it at the model's rate, curvature and width, and the same label.",
        STEP,
    ),
    equation(
        "conventions.curvature_step",
        prime(lam_fit),
        closure.lam_update.xreplace(IN_MODEL),
        "A step on the weights moves the model's curvature as the step of closure does: the pair "
        "closes, so that all runs, phases and boundaries are those of the model.",
        STEP,
    ),
    equation(
        "conventions.own_curvature",
        weight * sum(scalar(half.T * half) for half in grad_f),
        lam_loss,
        "The second derivative of the loss by the output, weight, times |grad f|^2, is the loss's "
        "own curvature: the top eigenvalue of its Hessian where f = y.",
        STEP,
        argument="Where f = y the Hessian is weight grad f grad f^T, by the product rule.",
    ),
    equation(
        "conventions.equal_rates",
        lam_loss,
        weight * lam_fit,
        "At equal rates the loss's own curvature is the model's times the weight.",
        EQUAL,
    ),
    equation(
        "conventions.scaled",
        eta_fit * lam_fit,
        weight * scale**2 * (eta_v * uu + eta_u * vv),
        "The dimensionless curvature eta lambda is the sum over both layers of rate times "
        "curvature of the loss in this layer.",
        STEP,
    ),
    equation(
        "conventions.rate_in_skew",
        eta_fit,
        weight * (skew * eta_v),
        "The model's rate, without rounding at equal rates.",
        STEP,
    ),
    equation(
        "conventions.rate_u",
        eta_u,
        eta_fit / weight * skew,
        "A rate of the model is this rate of u, whatever skew is kept.",
        STEP,
    ),
    equation(
        "conventions.rate_v",
        eta_v,
        eta_fit / weight / skew,
        "A rate of the model is this rate of v, whatever skew is kept.",
        STEP,
    ),
    equation(
        "conventions.curvature_in_skew",
        lam_fit,
        (uu / skew + vv * skew) / n_fit,
        "The rates enter the model's curvature only by their quotient.",
        STEP,
    ),
    equation(
        "conventions.output_in_width",
        f_fit,
        uv / sp.sqrt(n_fit),
        "In terms of the effective width the output is that of the model.",
        STEP,
    ),
    equation(
        "conventions.loss_curvature_in_width",
        lam_loss,
        weight * ((uu + vv) / n_fit),
        "The loss's own curvature, in terms of the effective width.",
        STEP,
    ),
)
proved = by_name(STATEMENTS)
steps = tuple(proved[name] for name in ("output_step", "curvature_step"))
FUNCTIONS = (
    Function(
        "reduced",
        (uu, vv, uv, skew, n_fit),
        (right(proved["curvature_in_skew"]), right(proved["output_in_width"])),
        "(curvature, output) in the model of weights with these inner products.",
        also=steps,
    ),
    Function(
        "effective_width",
        (scale,),
        (right(WIDTH),),
        "The width of the model for a network f = scale u.v.",
        also=steps,
    ),
    Function(
        "rate_skew",
        (eta_u, eta_v),
        (right(SKEW),),
        "How much faster u learns than v; 1 where the rates are equal.",
    ),
    Function(
        "model_rate",
        (eta_v, skew, weight),
        (right(proved["rate_in_skew"]),),
        "The learning rate in the model.",
        also=steps,
    ),
    Function(
        "layer_rates",
        (eta_fit, skew, weight),
        (right(proved["rate_u"]), right(proved["rate_v"])),
        "The rates of u and v at a learning rate of the model.",
    ),
    Function(
        "loss_curvature",
        (uu, vv, n_fit, weight),
        (right(proved["loss_curvature_in_width"]),),
        "The curvature of a loss itself.",
        also=(proved["own_curvature"],),
    ),
    Function(
        "model_curvature",
        (lam_loss, weight),
        (solved(proved["equal_rates"], lam_fit),),
        "The curvature in the model, from that of a loss at equal rates.",
    ),
    Function(
        "weighted_loss",
        (L, weight),
        (right(proved["loss"]),),
        "The loss of a network, from the model's.",
    ),
    Function(
        "weighted_curvature",
        (lam_fit, weight),
        (right(proved["equal_rates"]),),
        "The curvature of a loss at equal rates, from the model's.",
        also=(proved["scaled"],),
    ),
)
