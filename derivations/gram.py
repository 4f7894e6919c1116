"""Many samples, inputs and outputs: gradient descent closes on the Gram matrix of the weights.

X (m x d) are the inputs, Y (m x k) the labels, u (n x d) and v (n x k) the weights; f = X B with
B = u.T v/sqrt(n), and the loss is |X B - Y|^2/(2m). The samples enter only through S = X.T X/m and
T = X.T Y/m, the weights only through A = u.T u/n, B and C = v.T v/n. The sizes are symbols.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .function import Function
from .notation import A, B, C, D, L, Symmetric, d, eta, k, m, n, prime, push
from .statement import Identity, Statement, eq

X, Y = sp.MatrixSymbol("X", m, d), sp.MatrixSymbol("Y", m, k)
u, v = sp.MatrixSymbol("u", n, d), sp.MatrixSymbol("v", n, k)
S, T = Symmetric("S", d, d), sp.MatrixSymbol("T", d, k)
du, dv, dB = sp.MatrixSymbol("du", n, d), sp.MatrixSymbol("dv", n, k), sp.MatrixSymbol("dB", d, k)
g, u_next, v_next = sp.MatrixSymbol("g", d, k), prime(u), prime(v)
A_next, B_next, C_next = prime(A), prime(B), prime(C)


def loss(linear: Any) -> Any:
    """Mean squared error of the linear map, halved."""
    return sp.Trace((X * linear - Y).T * (X * linear - Y)) / (2 * m)


def cross(hidden: Any, outer: Any) -> Any:
    return hidden.T * outer / sp.sqrt(n)


L_u, L_v = sp.symbols("L(u+du) L(v+dv)", real=True)
WEIGHTS = {
    L: loss(B),
    L_u: loss(cross(u + du, v)),
    L_v: loss(cross(u, v + dv)),
    A_next: u_next.T * u_next / n,
    B_next: cross(u_next, v_next),
    C_next: v_next.T * v_next / n,
    u_next: u - v * g.T,
    v_next: v - u * g,
    g: eta / sp.sqrt(n) * D,
    A: u.T * u / n,
    B: cross(u, v),
    C: v.T * v / n,
    push: eta / n,
    D: S * B - T,
    S: X.T * X / m,
    T: X.T * Y / m,
}
IN_WEIGHTS = Identity(WEIGHTS)

changes = (
    -push * (B * D.T + D * B.T) + eta * push * D * C * D.T,
    -eta * (A * D + D * C) + eta * push * D * B.T * D,
    -push * (B.T * D + D.T * B) + eta * push * D.T * A * D,
)

STATEMENTS = (
    Statement(
        "gram.hidden",
        eq(A_next - A, changes[0]),
        IN_WEIGHTS,
        "One step of gradient descent changes the Gram matrix of the hidden weights,",
    ),
    Statement("gram.cross", eq(B_next - B, changes[1]), IN_WEIGHTS, "the linear map,"),
    Statement("gram.outer", eq(C_next - C, changes[2]), IN_WEIGHTS, "and the Gram matrix of the output weights."),
)

left, right = sp.MatrixSymbol("left", d, k), sp.MatrixSymbol("right", d, k)
inner, fall, drop = sp.MatrixSymbol("inner", k, k), sp.MatrixSymbol("fall", d, d), sp.MatrixSymbol("drop", k, k)
FUNCTIONS = (
    Function(
        "gram_change",
        (A, B, C, D, eta, push),
        changes,
        "What one step adds to (hidden, cross, outer); arrays of shape (..., rows, columns), push = eta/width.",
        "gram.hidden, gram.cross, gram.outer",
        helpers=(
            (left, A * D),
            (right, D * C),
            (inner, B.T * D),
            (fall, (B - eta * right / 2) * D.T),
            (drop, inner - eta * left.T * D / 2),
        ),
        written=(-push * (fall + fall.T), eta * (push * D * inner - left - right), -push * (drop + drop.T)),
    ),
)
