"""Gradient descent closes on two numbers, the output and the curvature, at every width.

Nothing is assumed but f = v.u/sqrt(n) and L = (f - y)^2/2. The gradient is linear in the
weights, so one step mixes u and v with one scalar, r = eta (f - y)/sqrt(n). Of the three inner
products of u and v only two enter the update of f and lambda: u.v and |u|^2 + |v|^2.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .notation import L, eta, f, gain, lam, n, prime, r, y
from .prover.function import Function
from .prover.statement import Identity, Statement, eq

PAPER = "Lewkowycz et al., arXiv:2003.02218"

# The network: u and v are columns of n weights. Scalars are 1 x 1 matrices until `scalar` reads
# them.
u, v = sp.MatrixSymbol("u", n, 1), sp.MatrixSymbol("v", n, 1)
one = sp.Identity(1)
output = v.T * u / sp.sqrt(n)
loss = (output.T * output - 2 * y * output + y**2 * one) / 2
gradient_u, gradient_v = (sp.MatAdd(loss, -(y**2) * one / 2).doit().diff(w) for w in (u, v))

# The inner products u.u, v.v and u.v.
uu, vv, uv = (
    sp.Symbol("|u|^2", nonnegative=True),
    sp.Symbol("|v|^2", nonnegative=True),
    sp.Symbol("u.v", real=True),
)
INNER = {(u.T, u): uu, (v.T, v): vv, (u.T, v): uv, (v.T, u): uv}


def scalar(matrix: Any) -> Any:
    """A 1 x 1 product of weights, written in the inner products."""
    total = sp.Integer(0)
    for term in sp.Add.make_args(matrix.expand().doit()):
        coefficient, factors = term.as_coeff_matrices()
        factors = [factor for factor in factors if factor != one]
        for pair in zip(factors[::2], factors[1::2], strict=True):
            coefficient *= INNER[pair]
        total += coefficient
    return total


# One step on the weights, in terms of r, which is the same number for all of them.
u_next, v_next = u - r * v, v - r * u
f_next, lam_next, L_next = prime(f), prime(lam), prime(L)
difference, difference_next = sp.symbols("D D'", real=True)
DEFINITIONS = {
    f_next: scalar(v_next.T * u_next) / sp.sqrt(n),
    lam_next: scalar(u_next.T * u_next + v_next.T * v_next) / n,
    L_next: (f_next - y) ** 2 / 2,
    L: (f - y) ** 2 / 2,
    difference: scalar(u.T * u - v.T * v),
    difference_next: scalar(u_next.T * u_next - v_next.T * v_next),
    r: eta * (f - y) / sp.sqrt(n),
    f: scalar(output),
    gain: eta / n,
    lam: scalar(u.T * u + v.T * v) / n,
}
IN_WEIGHTS = Identity(DEFINITIONS)
NO_LABEL = Identity({**DEFINITIONS, y: sp.Integer(0)})

# What the claims below establish, for use in every later module.
f_update = y + (f - y) * (1 - eta * lam + eta**2 * f * (f - y) / n)
lam_update = lam + eta / n * (f - y) * (eta * lam * (f - y) - 4 * f)
f_gain = y + (f - y) * (1 - eta * lam + eta * gain * f * (f - y))
lam_gain = lam + gain * (f - y) * (eta * lam * (f - y) - 4 * f)
grad_f = (output.diff(u), output.diff(v))
squared_slope = scalar(grad_f[0].T * grad_f[0] + grad_f[1].T * grad_f[1])

STATEMENTS = (
    Statement(
        "closure.gradient_u",
        eq(gradient_u, v * (output - y * one) / sp.sqrt(n)),
        Identity(),
        "The gradient of the loss in u is v (f - y)/sqrt(n).",
    ),
    Statement(
        "closure.gradient_v",
        eq(gradient_v, u * (output - y * one) / sp.sqrt(n)),
        Identity(),
        "The gradient of the loss in v is u (f - y)/sqrt(n). One step is u' = u - r v, v' = v - "
        "r u.",
    ),
    Statement(
        "closure.curvature",
        eq(squared_slope, lam),
        IN_WEIGHTS,
        "The tangent kernel of one sample is |grad f|^2, and it is lambda.",
        source=PAPER,
    ),
    Statement(
        "closure.fisher_u",
        eq(
            grad_f[0] * (grad_f[0].T * grad_f[0] + grad_f[1].T * grad_f[1]),
            v * (u.T * u + v.T * v) / n ** sp.Rational(3, 2),
        ),
        Identity(),
        "grad f is an eigenvector of the Fisher matrix grad f grad f^T with eigenvalue lambda "
        "(its u half).",
        source=PAPER,
    ),
    Statement(
        "closure.fisher_v",
        eq(
            grad_f[1] * (grad_f[0].T * grad_f[0] + grad_f[1].T * grad_f[1]),
            u * (u.T * u + v.T * v) / n ** sp.Rational(3, 2),
        ),
        Identity(),
        "The same for its v half.",
        source=PAPER,
    ),
    Statement(
        "closure.fisher_trace",
        eq(sum(scalar(slope.T * slope) for slope in grad_f), lam),
        IN_WEIGHTS,
        "lambda is the top eigenvalue of the Fisher matrix.",
        source=PAPER,
        argument="tr(grad f grad f^T) = |grad f|^2; the matrix is positive semidefinite, so with "
        "lambda an eigenvalue and lambda the trace, all others are 0.",
    ),
    Statement(
        "closure.output",
        eq(f_next, f_update),
        IN_WEIGHTS,
        "The next output is a function of output and curvature alone.",
    ),
    Statement(
        "closure.curvature_update",
        eq(lam_next, lam_update),
        IN_WEIGHTS,
        "So is the next curvature: the pair (f, lambda) closes.",
    ),
    Statement(
        "closure.paper_output",
        eq(f_next, f * (1 - eta * lam + eta**2 * f**2 / n)),
        NO_LABEL,
        "At label 0 this is the paper's recursion of the output.",
        source=PAPER,
    ),
    Statement(
        "closure.paper_curvature",
        eq(lam_next, lam + eta * f**2 / n * (eta * lam - 4)),
        NO_LABEL,
        "At label 0 this is the paper's recursion of the curvature.",
        source=PAPER,
    ),
    Statement(
        "closure.curvature_gain",
        eq(lam_next, lam_gain),
        IN_WEIGHTS,
        "The width enters the update only through the gain h = eta/n, which is 0 in the "
        "linearised model.",
    ),
    Statement(
        "closure.output_gain", eq(f_next, f_gain), IN_WEIGHTS, "So it does with the output's."
    ),
    Statement(
        "closure.loss_update",
        eq(L_next, L * (1 - eta * lam + eta**2 * f * (f - y) / n) ** 2),
        IN_WEIGHTS,
        "One step multiplies the loss by a square.",
    ),
    Statement(
        "closure.third_number",
        eq(difference_next, (1 - r**2) * difference),
        IN_WEIGHTS,
        "The third inner product, D = |u|^2 - |v|^2, enters neither update, and follows its own.",
    ),
)

residual, push, drop = sp.symbols("residual push drop", real=True)
FUNCTIONS = (
    Function(
        "gain",
        (eta, n),
        (DEFINITIONS[gain],),
        "All that the width does to a step; 0 at width = inf.",
        "closure.curvature_gain",
    ),
    Function(
        "step",
        (eta, lam, f, gain, y),
        (lam_gain, f_gain),
        "One step of gradient descent, (curvature, output); gain = 0 is the linearised model.",
        "closure.curvature_gain, closure.output_gain",
        helpers=((residual, f - y), (push, gain * residual)),
        written=(
            lam + push * (eta * lam * residual - 4 * f),
            y + residual * (1 - eta * (lam - push * f)),
        ),
    ),
    Function(
        "step_zero_target",
        (eta, lam, f, gain),
        (lam_gain.subs(y, 0), f_gain.subs(y, 0)),
        "One step of gradient descent at target 0, (curvature, output): the paper's recursion.",
        "closure.paper_curvature, closure.paper_output",
        helpers=((drop, gain * f**2),),
        written=(lam + drop * (eta * lam - 4), f * (1 - eta * (lam - drop))),
    ),
    Function(
        "loss",
        (f, y),
        ((f - y) ** 2 / 2,),
        "Loss of an output.",
        "closure.loss_update",
        helpers=((residual, f - y),),
        written=(residual**2 / 2,),
    ),
)
