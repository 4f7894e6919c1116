"""Data on which the network is one sample's network exactly, so that all that was proved of that
holds.

`one_step` is the step of closure: one input equal to 1 and one label. Each reduction says which
rate, label and weights of it follow the network at hand.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .. import closure, fates
from ..notation import L, d, eta, f, k, lam, m, n, prime, u, v, xx, xy, y
from ..prover.claims import eq
from ..prover.function import Function
from ..prover.proofs import Identity
from ..prover.statement import Statement
from ..prover.symbols import Unit
from . import gram, kernel

FATES = {statement.name: statement for statement in fates.STATEMENTS}
BOUNDARY = (FATES["fates.step_count"], FATES["fates.divergent"])
SPECTRUM = next(statement for statement in kernel.STATEMENTS if statement.name == "kernel.reduced")
one = sp.Identity(1)


def one_step(hidden: Any, outer: Any, rate: Any, label: Any, width: Any = n) -> tuple[Any, Any]:
    """One step of the one-sample network from these weights."""
    here = {u: hidden, v: outer, y: label, n: width}
    return (
        hidden - rate * closure.gradient_u.xreplace(here),
        outer - rate * closure.gradient_v.xreplace(here),
    )


def squared(column: Any) -> Any:
    return sp.Trace(column.T * column)


# One input and one output, any samples and labels.
x, Y = sp.MatrixSymbol("x", m, 1), sp.MatrixSymbol("Y", m, 1)
u_next, v_next = prime(u), prime(v)
floor, target = sp.symbols("floor y_fit", real=True)
Theta = sp.MatrixSymbol("Theta", m, m)
residuals = x * (u.T * v) / sp.sqrt(n) - Y
slope_u, slope_v = gram.slopes(residuals, x, u, v)
ONE_INPUT = Identity(
    {
        L: squared(residuals) / (2 * m),
        floor: squared(Y) / (2 * m) - xy**2 / (2 * xx),
        u_next: u - eta * slope_u,
        v_next: v - eta * slope_v,
        f: sp.Trace(u.T * v) / sp.sqrt(n),
        lam: (squared(u) + squared(v)) / n,
        Theta: kernel.theta_of(x, u, v),
        target: xy / xx,
        xx: squared(x) / m,
        xy: sp.Trace(x.T * Y) / m,
    }
)
one_input_u, one_input_v = one_step(u, v, eta * xx, target)

# One sample and one output, any inputs: X is one row, w the projection of u on it.
X, U = sp.MatrixSymbol("X", 1, d), gram.u
U_next = prime(U)
w, w_next = sp.MatrixSymbol("w", n, 1), sp.MatrixSymbol("w'", n, 1)
size, loss_of_one, only = sp.symbols("|X| L_1 Theta", real=True)
residual = X * U.T * v / sp.sqrt(n) - y * one
slope_U, slope_Uv = (slope.subs(m, 1) for slope in gram.slopes(residual, X, U, v))
ONE_SAMPLE = Identity(
    {
        L: squared(residual) / 2,
        loss_of_one: (sp.Trace(w.T * v) / sp.sqrt(n) - y / size) ** 2 / 2,
        only: sp.Trace(kernel.theta_of(X, U, v).subs(m, 1)),
        w_next: U_next * X.T / size,
        U_next: U - eta * slope_U,
        v_next: v - eta * slope_Uv,
        lam: (squared(w) + squared(v)) / n,
        w: U * X.T / size,
        size: sp.sqrt(sp.Trace(X * X.T)),
    }
)
one_sample_w, one_sample_v = one_step(w, v, eta * size**2, y / size)

# Whitened inputs, S = 1, and labels 0, so that the gradient D is B itself. Width 1: u = p.T, v =
# q.T.
a, b = sp.symbols("a b", real=True)
e_p, e_q = Unit("e_p", d, 1), Unit("e_q", k, 1)
p, q = sp.MatrixSymbol("p", d, 1), sp.MatrixSymbol("q", k, 1)
p_next, q_next = prime(p), prime(q)
B = p * q.T
NARROW = Identity({p_next: p - eta * B * q, q_next: q - eta * B.T * p, p: a * e_p, q: b * e_q})
narrow_a, narrow_b = one_step(a * one, b * one, eta, sp.Integer(0), sp.Integer(1))

# One output, v along a left singular vector omega of u with right singular vector e_p and singular
# value a.
omega, any_u = Unit("omega", n, 1), sp.MatrixSymbol("u_0", n, d)
others = sp.MatrixSymbol("u_rest", n, d)
linear = U.T * v / sp.sqrt(n)
SINGULAR = Identity(
    {
        U_next: U - eta / sp.sqrt(n) * v * linear.T,
        v_next: v - eta / sp.sqrt(n) * U * linear,
        U: a * omega * e_p.T + others,
        v: b * omega,
        others: (sp.Identity(n) - omega * omega.T) * any_u * (sp.Identity(d) - e_p * e_p.T),
    }
)
aligned_u, aligned_v = one_step(a * omega, b * omega, eta, sp.Integer(0))

STATEMENTS = (
    Statement(
        "reductions.one_input_loss",
        eq(L, xx * (f - target) ** 2 / 2 + floor),
        ONE_INPUT,
        "One input, one output, any samples: xx = sum x^2/m, xy = sum x y/m, y_fit = xy/xx and f "
        "= u.v/sqrt(n). The loss is that of one sample with label y_fit, times xx, plus a floor.",
    ),
    Statement(
        "reductions.one_input_u",
        eq(u_next, one_input_u),
        ONE_INPUT,
        "The step is that of one sample with rate eta xx and label y_fit,",
    ),
    Statement("reductions.one_input_v", eq(v_next, one_input_v), ONE_INPUT, "for both layers."),
    Statement(
        "reductions.one_input_kernel",
        eq(Theta * x, xx * lam * x),
        ONE_INPUT,
        "The kernel's one nonzero eigenvalue is xx lambda, so that x = eta xx lambda is eta "
        "times it:",
    ),
    Statement(
        "reductions.one_input_trace",
        eq(sp.Trace(Theta), xx * lam),
        ONE_INPUT,
        "it is the whole trace.",
    ),
    Statement(
        "reductions.one_sample_loss",
        eq(L, size**2 * loss_of_one),
        ONE_SAMPLE,
        "One sample, one output, any inputs: w = u X.T/|X|. The loss is |X|^2 times that of "
        "weights w, v and label y/|X|.",
    ),
    Statement(
        "reductions.one_sample_w",
        eq(w_next, one_sample_w),
        ONE_SAMPLE,
        "The step is that of one sample with rate eta |X|^2 and label y/|X|,",
    ),
    Statement("reductions.one_sample_v", eq(v_next, one_sample_v), ONE_SAMPLE, "for both layers."),
    Statement(
        "reductions.one_sample_rest",
        eq(U_next - U, (w_next - w) * X / size),
        ONE_SAMPLE,
        "What of u the input does not see stays as it is.",
    ),
    Statement(
        "reductions.one_sample_kernel",
        eq(only, size**2 * lam),
        ONE_SAMPLE,
        "The kernel is |X|^2 lambda, lambda that of w and v.",
    ),
    Statement(
        "reductions.narrow_p",
        eq(p_next, e_p * narrow_a),
        NARROW,
        "Width 1, whitened inputs S = 1, labels 0, any inputs and outputs: u = a e_p.T, v = b "
        "e_q.T with |e_p| = |e_q| = 1. The directions stay,",
    ),
    Statement(
        "reductions.narrow_q",
        eq(q_next, e_q * narrow_b),
        NARROW,
        "and (a, b) are the weights of a one-sample network of width 1.",
    ),
    Statement(
        "reductions.narrow_kernel",
        eq((b**2 * sp.Identity(d) + p * p.T) * e_p, (a**2 + b**2) * e_p),
        NARROW,
        "Its curvature a^2 + b^2 = |u|^2 + |v|^2 is the top eigenvalue of the kernel. So "
        "4/lambda_0 is exact: below it every run converges, above it every run diverges that "
        "does not land on zero loss.",
        argument="By kernel.reduced with S = 1 the eigenvalues are c_a + those of A = p p.T, c_a "
        "those of C = q q.T; both are >= 0 with largest a^2 and b^2. The two fates are those of "
        "the one-sample network at label 0.",
        uses=(SPECTRUM, *BOUNDARY),
    ),
    Statement(
        "reductions.aligned_u",
        eq(U_next, aligned_u * e_p.T + others),
        SINGULAR,
        "One output, whitened inputs, labels 0: u = a omega e_p.T + u_rest, v = b omega with "
        "omega and e_p of length 1, u_rest.T omega = 0 and u_rest e_p = 0. Then v is along a "
        "left singular vector of u, and stays so,",
    ),
    Statement(
        "reductions.aligned_v",
        eq(v_next, aligned_v),
        SINGULAR,
        "while a omega and b omega are the weights of a one-sample network of width n; u_rest "
        "does not move.",
    ),
    Statement(
        "reductions.aligned_kernel",
        eq((squared(v) * sp.Identity(d) + U.T * U) * e_p / n, (a**2 + b**2) * e_p / n),
        SINGULAR,
        "Its curvature (a^2 + b^2)/n is an eigenvalue of the kernel, the top one where a is the "
        "largest singular value. There 4/lambda_0 is exact; else the boundary lies above it.",
        argument="By kernel.reduced with S = 1 and C = |v|^2/n the eigenvalues are |v|^2/n + "
        "those of A. The fates are those of the one-sample network.",
        uses=(SPECTRUM, *BOUNDARY),
    ),
)

FUNCTIONS = (
    Function(
        "one_input",
        (eta, xx, xy),
        (eta * xx, xy / xx),
        "(eta, target) of the one sample whose training run is that of many samples of one input.",
        "reductions.one_input_loss, reductions.one_input_u, reductions.one_input_v",
    ),
)
