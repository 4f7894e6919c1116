"""Gradient descent closes on two numbers, the output and the curvature, at every width.

Nothing is assumed but f = v.u/sqrt(n) and L = (f - y)^2/2. The gradient is linear in the
weights, so one step mixes u and v with one scalar, r = eta (f - y)/sqrt(n). Of the three inner
products of u and v only two enter the update of f and lambda: u.v and |u|^2 + |v|^2.
"""

import sympy as sp

from .notation import L, eta, f, gain, imbalance, lam, n, r, u, uu, uv, v, vv, y
from .prover.function import Function, right
from .prover.quantities import code_names, prime
from .prover.statement import by_name, defined, definitions, equation

PAPER = "Lewkowycz et al., arXiv:2003.02218"

# The network: u and v are columns of n weights. Scalars are 1 x 1 matrices until `scalar` reads
# them.
one = sp.Identity(1)
output = v.T * u / sp.sqrt(n)
loss = (output.T * output - 2 * y * output + y**2 * one) / 2
gradient_u, gradient_v = (sp.MatAdd(loss, -(y**2) * one / 2).doit().diff(w) for w in (u, v))
error = (output - y * one) / sp.sqrt(n)
INNER = {(u.T, u): uu, (v.T, v): vv, (u.T, v): uv, (v.T, u): uv}


def scalar(matrix):
    """A 1 x 1 product of weights, written in the inner products."""
    total = 0
    for term in sp.Add.make_args(matrix.expand().doit()):
        coefficient, factors = term.as_coeff_matrices()
        letters = [factor for factor in factors if factor != one]
        pairs = zip(letters[::2], letters[1::2], strict=True)
        total += sp.Mul(coefficient, *(INNER[pair] for pair in pairs))
    return total


# One step on the weights, in terms of r, which is the same number for all of them.
u_next, v_next = u - r * v, v - r * u
f_next, lam_next, L_next = prime(f), prime(lam), prime(L)
LOSS = defined("closure.loss", L, (f - y) ** 2 / 2, "The loss is half the squared error.")
GAIN = defined(
    "closure.gain",
    gain,
    eta / n,
    "The gain is all that the width does to a step; it is 0 in the linearised model, n = oo.",
)
RESIDUAL = defined(
    "closure.residual",
    r,
    eta * (f - y) / sp.sqrt(n),
    "The scaled residual is the one number with which a step mixes u and v.",
)
DEFINITIONS = definitions(
    LOSS,
    GAIN,
    RESIDUAL,
    {
        f_next: scalar(v_next.T * u_next) / sp.sqrt(n),
        lam_next: scalar(u_next.T * u_next + v_next.T * v_next) / n,
        L_next: LOSS.claim.rhs.xreplace({f: f_next}),
        imbalance: scalar(u.T * u - v.T * v),
        prime(imbalance): scalar(u_next.T * u_next - v_next.T * v_next),
        f: scalar(output),
        lam: scalar(u.T * u + v.T * v) / n,
    },
)
NO_LABEL = {**DEFINITIONS, y: 0}

grad_f = output.diff(u), output.diff(v)
slope = grad_f[0].T * grad_f[0] + grad_f[1].T * grad_f[1]
scaled_slope = (u.T * u + v.T * v) / n ** sp.Rational(3, 2)

STATEMENTS = (
    LOSS,
    GAIN,
    RESIDUAL,
    equation(
        "closure.loss_in_weights",
        scalar(loss),
        L,
        "The function of the weights that gradient descent descends is this loss.",
        DEFINITIONS,
    ),
    equation(
        "closure.gradient_u",
        gradient_u,
        v * error,
        "The gradient of the loss in u is v (f - y)/sqrt(n), so that a step is u' = u - r v.",
    ),
    equation(
        "closure.gradient_v",
        gradient_v,
        u * error,
        "The gradient of the loss in v is u (f - y)/sqrt(n), so that a step is v' = v - r u.",
    ),
    equation(
        "closure.curvature",
        scalar(slope),
        lam,
        "The tangent kernel of one sample is |grad f|^2, and it is lambda.",
        DEFINITIONS,
        source=PAPER,
    ),
    equation(
        "closure.fisher_u",
        grad_f[0] * slope,
        v * scaled_slope,
        "The u half of grad f is multiplied by lambda when the Fisher matrix grad f grad f^T acts "
        "on grad f.",
        source=PAPER,
    ),
    equation(
        "closure.fisher_v",
        grad_f[1] * slope,
        u * scaled_slope,
        "The v half of grad f is multiplied by lambda as well: grad f is an eigenvector of the "
        "Fisher matrix with eigenvalue lambda.",
        source=PAPER,
    ),
    equation(
        "closure.fisher_trace",
        sum(scalar(half.T * half) for half in grad_f),
        lam,
        "The curvature lambda is the top eigenvalue of the Fisher matrix.",
        DEFINITIONS,
        source=PAPER,
        argument="tr(grad f grad f^T) = |grad f|^2; the matrix is positive semidefinite, so with "
        "lambda an eigenvalue and lambda the trace, all others are 0.",
    ),
    equation(
        "closure.output",
        f_next,
        y + (f - y) * (1 - eta * lam + eta**2 * f * (f - y) / n),
        "The next output is a function of output and curvature alone.",
        DEFINITIONS,
    ),
    equation(
        "closure.curvature_update",
        lam_next,
        lam + eta / n * (f - y) * (eta * lam * (f - y) - 4 * f),
        "The next curvature is a function of output and curvature alone: the pair closes.",
        DEFINITIONS,
    ),
    equation(
        "closure.paper_output",
        f_next,
        f * (1 - eta * lam + eta**2 * f**2 / n),
        "At label 0 this is the paper's recursion of the output.",
        NO_LABEL,
        source=PAPER,
    ),
    equation(
        "closure.paper_curvature",
        lam_next,
        lam + eta * f**2 / n * (eta * lam - 4),
        "At label 0 this is the paper's recursion of the curvature.",
        NO_LABEL,
        source=PAPER,
    ),
    equation(
        "closure.curvature_gain",
        lam_next,
        lam + gain * (f - y) * (eta * lam * (f - y) - 4 * f),
        "The width enters the update of the curvature only through the gain h = eta/n.",
        DEFINITIONS,
    ),
    equation(
        "closure.output_gain",
        f_next,
        y + (f - y) * (1 - eta * lam + eta * gain * f * (f - y)),
        "The width enters the update of the output only through the gain h = eta/n.",
        DEFINITIONS,
    ),
    equation(
        "closure.paper_curvature_gain",
        lam_next,
        lam + gain * f**2 * (eta * lam - 4),
        "At label 0 this is the paper's recursion of the curvature in terms of the gain.",
        NO_LABEL,
    ),
    equation(
        "closure.paper_output_gain",
        f_next,
        f * (1 - eta * lam + eta * gain * f**2),
        "At label 0 this is the paper's recursion of the output in terms of the gain.",
        NO_LABEL,
    ),
    equation(
        "closure.loss_update",
        L_next,
        L * (1 - eta * lam + eta**2 * f * (f - y) / n) ** 2,
        "One step multiplies the loss by a square.",
        DEFINITIONS,
    ),
    equation(
        "closure.third_number",
        prime(imbalance),
        (1 - r**2) * imbalance,
        "The third inner product, |u|^2 - |v|^2, enters neither update, and follows its own.",
        DEFINITIONS,
    ),
)
proved = by_name(STATEMENTS)
# For later chapters: the next output and the next curvature.
f_update, lam_update = (proved[name].claim.rhs for name in ("output", "curvature_update"))

residual, push, drop = code_names("residual push drop")
FUNCTIONS = (
    Function(
        "gain", (eta, n), (right(GAIN),), "All that the width does to a step; 0 at width = inf."
    ),
    Function(
        "step",
        (eta, lam, f, gain, y),
        (right(proved["curvature_gain"]), right(proved["output_gain"])),
        "One step of gradient descent, (curvature, output); gain = 0 is the linearised model.",
        helpers=((residual, f - y), (push, gain * residual)),
        written=(
            lam + push * (eta * lam * residual - 4 * f),
            y + residual * (1 - eta * (lam - push * f)),
        ),
    ),
    Function(
        "step_zero_target",
        (eta, lam, f, gain),
        (right(proved["paper_curvature_gain"]), right(proved["paper_output_gain"])),
        "One step of gradient descent at target 0, (curvature, output): the paper's recursion.",
        helpers=((drop, gain * f**2),),
        written=(lam + drop * (eta * lam - 4), f * (1 - eta * (lam - drop))),
    ),
    Function("loss", (f, y), (right(LOSS),), "Loss of an output.", helpers=((residual, f - y),)),
)
