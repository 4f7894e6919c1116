"""The tangent kernel of many samples: its spectrum, its recursion, and why it does not close.

The outputs of all samples move by the map `forward` of a change of the weights; `backward` is its
transpose, and Theta = forward backward/m the kernel (m k x m k), known from what it does to a
residual R (m x k). With one output it is X (c + A) X.T/m, where c = |v|^2/n.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..notation import A, C, d, eta, k, lam, m, n, prime
from ..prover.claims import eq
from ..prover.proofs import Identity
from ..prover.statement import Statement
from ..prover.symbols import Symmetric, Unit
from . import gram
from .gram import WEIGHTS, S, X, u, v

# Any number of outputs.
R, du, dv = sp.MatrixSymbol("R", m, k), gram.du, gram.dv
w, q, z = sp.MatrixSymbol("w", m, 1), sp.MatrixSymbol("q", k, 1), sp.MatrixSymbol("z", d, 1)
back_u, back_v = v * R.T * X / sp.sqrt(n), u * X.T * R / sp.sqrt(n)
forward = X * (du.T * v + u.T * dv) / sp.sqrt(n)
kernel_of = sp.MatrixSymbol("Theta(R)", m, k)


def kernel(residual: Any) -> Any:
    """Theta of a residual, from the weights."""
    there = X * ((v * residual.T * X).T * v + u.T * (u * X.T * residual)) / n
    return there / m


# One block of it, and the products of two factors that share its spectrum.
c, mu = sp.symbols("c_a mu", real=True)
one_d = sp.Identity(d)
root = Symmetric("sqrt(S)", d, d)
block = X * (c * one_d + A) * X.T / m
reduced = c * S + root * A * root
SQUARED = {S: root * root}
Z, W = sp.MatrixSymbol("Z", m, d), sp.MatrixSymbol("W", d, m)

# One output, one step. Here v and D, the gradient in B, are columns, and f~ are the residuals of
# the samples.
v1, labels = sp.MatrixSymbol("v", n, 1), sp.MatrixSymbol("Y", m, 1)
out, res, D = (sp.MatrixSymbol(name, size, 1) for name, size in (("f", m), ("f~", m), ("D", d)))
Theta = Symmetric("Theta", m, m)
u_next, v_next, res_next, Theta_next = prime(u), prime(v1), prime(res), prime(Theta)
vv, uu = sp.Trace(v1.T * v1), u.T * u


def theta_of(inputs: Any, hidden: Any, outer: Any) -> Any:
    """The kernel of one output; C is the number |v|^2/n."""
    return (
        sp.Trace(outer.T * outer) * inputs * inputs.T + inputs * (hidden.T * hidden) * inputs.T
    ) / (n * m)


def theta(hidden: Any, outer: Any) -> Any:
    return theta_of(X, hidden, outer)


STEP = {
    res_next: X * u_next.T * v_next / sp.sqrt(n) - labels,
    Theta_next: theta(u_next, v_next),
    u_next: u - eta / sp.sqrt(n) * v1 * D.T,
    v_next: v1 - eta / sp.sqrt(n) * u * D,
    Theta: theta(u, v1),
    D: X.T * res / m,
    res: out - labels,
    out: X * u.T * v1 / sp.sqrt(n),
}
moved = X * D  # what a change of B along D does to the outputs
overlap = sp.Trace(out.T * res)
residual_update = (sp.Identity(m) - eta * Theta) * res + eta**2 / (n * m) * overlap * moved
kernel_change = -eta / (n * m) * (
    out * moved.T + moved * out.T + 2 / m * overlap * X * X.T
) + eta**2 / (n**2 * m) * (vv * moved * moved.T + sp.Trace(D.T * uu * D) * X * X.T)

# Residuals along a direction e of length 1: the labels that make them so.
e, phi = Unit("e", m, 1), sp.Symbol("|f~|", positive=True)
D_squared, along = sp.symbols("|D|^2 e.f", real=True)
ALIGNED = {
    Theta_next: theta(u_next, v_next),
    u_next: STEP[u_next],
    v_next: STEP[v_next],
    lam: sp.Trace(e.T * theta(u, v1) * e),
    D_squared: sp.Trace(D.T * D),
    along: sp.Trace(e.T * STEP[out]),
    D: phi * X.T * e / m,
}

# Two networks of width 4 with two orthogonal samples: equal outputs, labels and kernels.
SAMPLES = sp.Identity(2).as_explicit()
LABELS = sp.Matrix([sp.Rational(1, 2), 2])
STARTS = {
    1: (sp.Matrix([[1, 0], [1, 0], [0, 1], [0, 1]]), sp.Matrix([1, 0, 0, 0])),
    2: (sp.Matrix([[1, 0], [0, 0], [0, 1], [0, 0]]), sp.Matrix([1, 1, 0, 0])),
}
EXAMPLE: dict[Any, Any] = {}
f_1, f_2, Theta_1, Theta_2 = (
    sp.MatrixSymbol(f"{name}_{i}", 2, size)
    for name, size in (("f", 1), ("Theta", 2))
    for i in (1, 2)
)
for out_i, Theta_i, (hidden, outer) in zip(
    (f_1, f_2), (Theta_1, Theta_2), STARTS.values(), strict=True
):
    slope = SAMPLES.T * (SAMPLES * hidden.T * outer / 2 - LABELS) / 2
    after = hidden - eta / 2 * outer * slope.T, outer - eta / 2 * hidden * slope
    EXAMPLE[out_i] = sp.ImmutableMatrix(SAMPLES * hidden.T * outer / 2)
    for name, (now_u, now_v) in ((Theta_i, (hidden, outer)), (prime(Theta_i), after)):
        total = (now_v.T * now_v)[0] * SAMPLES * SAMPLES.T + SAMPLES * now_u.T * now_u * SAMPLES.T
        EXAMPLE[name] = sp.ImmutableMatrix(total / 8)
IN_EXAMPLE = Identity(EXAMPLE)

swap = Statement(
    "kernel.swap",
    eq(Z * W * (Z * z) - mu * Z * z, Z * (W * Z * z - mu * z)),
    Identity(),
    "Z W and W Z have the same eigenvalues but for zeros, and as often: where W Z z = mu z, Z z "
    "is an eigenvector of Z W.",
    argument="For mu != 0, Z is one to one there, as W Z z = mu z is not 0; so is W the other way.",
)
STATEMENTS = (
    Statement(
        "kernel.backward",
        eq(sp.Trace(R.T * forward), sp.Trace(du.T * back_u) + sp.Trace(dv.T * back_v)),
        Identity(),
        "A change (du, dv) of the weights moves the outputs by X (du.T v + u.T dv)/sqrt(n), to "
        "first order. The transpose of this map takes R to (v R.T X, u X.T R)/sqrt(n).",
    ),
    Statement(
        "kernel.kernel",
        eq(kernel_of, (X * X.T * R * C + X * A * X.T * R) / m),
        Identity({kernel_of: kernel(R), A: WEIGHTS[A], C: WEIGHTS[C]}),
        "One after the other, over m: Theta = (X X.T (x) C + X A X.T (x) 1)/m, an m k x m k "
        "matrix.",
    ),
    Statement(
        "kernel.blocks",
        eq(kernel_of, block * w * q.T + X * X.T * w * (C * q - c * q).T / m),
        Identity({kernel_of: kernel(w * q.T), A: WEIGHTS[A], C: WEIGHTS[C]}),
        "Where C q = c_a q the last term is 0: Theta takes w q.T to (X (c_a + A) X.T w/m) q.T. "
        "In the eigenbasis of C it is block diagonal, one m x m block for each output.",
    ),
    swap,
    Statement(
        "kernel.input_side",
        eq(X.T * (X * (c * one_d + A) / m), S * (c * one_d + A)),
        Identity({S: WEIGHTS[S]}),
        "So the block X (c_a + A) X.T/m shares its nonzero eigenvalues with S (c_a + A), which "
        "is d x d,",
        uses=(swap,),
    ),
    Statement(
        "kernel.reduced",
        eq((root * (c * one_d + A)) * root, reduced),
        Identity(SQUARED),
        "and this one with the symmetric c_a S + sqrt(S) A sqrt(S): k matrices of d x d hold the "
        "spectrum of Theta. In the eigenbasis of S, sqrt(S) is diagonal.",
        argument="S (c_a + A) = sqrt(S) (sqrt(S) (c_a + A)), and the two factors change places.",
        uses=(swap,),
    ),
    Statement(
        "kernel.residuals",
        eq(res_next, residual_update),
        Identity(STEP),
        "One output: D = X.T f~/m is the gradient in B. One step of the residuals f~ = f - y,",
    ),
    Statement(
        "kernel.recursion",
        eq(Theta_next, Theta + kernel_change),
        Identity(STEP),
        "and of the kernel. It needs |v|^2 and u.T u beside Theta:",
    ),
    Statement(
        "kernel.same_outputs",
        eq(f_1, f_2),
        IN_EXAMPLE,
        "Two networks of width 4 on two orthogonal samples, X = 1, with labels 1/2 and 2, have "
        "equal outputs",
    ),
    Statement("kernel.same_kernels", eq(Theta_1, Theta_2), IN_EXAMPLE, "and equal kernels,"),
    Statement(
        "kernel.not_closed",
        eq(prime(Theta_1) - prime(Theta_2), eta**2 / 32 * sp.ImmutableMatrix([[1, 0], [0, 0]])),
        IN_EXAMPLE,
        "but not after one step: outputs, labels and kernel alone do not determine the next "
        "kernel.",
    ),
    Statement(
        "kernel.aligned",
        eq(
            sp.Trace(e.T * Theta_next * e),
            lam + eta * D_squared / n * (eta * lam - 4 * along / phi),
        ),
        Identity(ALIGNED),
        "Let f~ = |f~| e with |e| = 1, e an eigenvector of Theta or not, and lambda = e.Theta e. "
        "After one step e.Theta' e is this, exactly. If e is the top eigenvector, lambda is the "
        "top eigenvalue of Theta, and that of Theta' is at least e.Theta' e.",
        argument="The top eigenvalue of Theta' is the largest e.Theta' e, reached only where e "
        "is a top eigenvector.",
    ),
)
