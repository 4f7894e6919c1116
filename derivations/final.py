"""The curvature at which training ends."""

from __future__ import annotations

from typing import Any

import sympy as sp

from . import scaling
from .certificate import MARGIN, NOW, margin, margin_now
from .notation import P, Q, V, ds, dV, eta, f, lam, mean, n, prime, r, s, tau, x
from .prover.claims import eq, ge
from .prover.function import Function
from .prover.proofs import Identity, Induction, Sign, unfold
from .prover.statement import Statement

T, i = sp.Symbol("T", integer=True, nonnegative=True), sp.Symbol("i", integer=True)
product_at, r_at = sp.Function("PQ"), sp.Function("r")

# Label 0, x < 2: C = x + c1(x) z + O(z^2), z = s^2, is the final curvature if no step changes it,
# z' = z (1 - x + z)^2 and x' = x - z (4 - x). At order z that is one linear equation for c1.
z = sp.Symbol("z", nonnegative=True)
c1 = sp.Symbol("c1", real=True)
x_later, z_later = x - z * (4 - x), z * (1 - x + z) ** 2
change = x_later + c1 * z_later - (x + c1 * z)
order_z: Any = sp.diff(change, z).subs(z, 0)
SOLVED = {c1: sp.solve(order_z, c1)[0]}

# The portrait of label 0: V, s and G = sqrt(PQ), each multiplied by a number at every step.
PORTRAIT = {
    prime(V): 4 - scaling.x_update.subs({r: s, tau: sp.Integer(0)}),
    prime(s): scaling.r_update.subs({r: s, tau: sp.Integer(0)}),
    prime(P): P * (1 - s) ** 2,
    prime(Q): Q * (1 + s) ** 2,
    x: 4 - V,
}
V_step, s_step = V * (1 + s**2), s * (s**2 + V - 3)
V_change, s_change = (sp.diff(step, V) * dV + sp.diff(step, s) * ds for step in (V_step, s_step))

# Where the certificate holds residuals shrink by q = 1 - m/4 a step or more.
m, spare = sp.Symbol("m", positive=True), sp.Symbol("spare", nonnegative=True)
q = 1 - m / 4
squares = sp.Function("squares")
left = sp.Symbol("left", nonnegative=True)
start_x, end_x = sp.symbols("x_t x_oo", positive=True)

STATEMENTS = (
    Statement(
        "final.product",
        eq(product_at(T), product_at(0) * sp.Product((1 - r_at(i) ** 2) ** 2, (i, 0, T - 1))),
        Induction(T, product_at(0), product_at(T) * (1 - r_at(T) ** 2) ** 2),
        "PQ = x^2/4 - s^2 is multiplied by (1 - r^2)^2 at each step (triangle.P_update, Q_update).",
    ),
    Statement(
        "final.curvature",
        eq(x, 2 * sp.sqrt(tau**2 + P * Q)),
        Identity({r: sp.Integer(0), P: x / 2 + s, Q: x / 2 - s, s: tau}),
        "At zero loss it gives the curvature; with final.product, the final one as an exact "
        "product.",
    ),
    Statement(
        "final.first_order",
        eq(c1, (4 - x) / (x * (x - 2))),
        Identity(SOLVED),
        "Label 0, x < 2: the final value of x is x + c1 s^2 + O(s^4).",
        argument="x_oo = x - sum of z_t (4 - x_t); z_t = z_0 (1 - x)^(2t) up to a factor 1 + O(t "
        "z_0), and x_t = x + O(z_0).",
    ),
    Statement(
        "final.lazy",
        eq(
            sp.Limit(n * (x + c1 * s**2 - eta * lam) / eta, n, sp.oo),
            -(f**2) * (4 - eta * lam) / (lam * (2 - eta * lam)),
        ),
        Identity({**SOLVED, x: eta * lam, s: eta * f / sp.sqrt(n)}),
        "The lazy phase at large width: the final curvature is lambda - f^2 (4 - eta lambda)/(n "
        "lambda (2 - eta lambda)) + O(1/n^2).",
    ),
    Statement(
        "final.portrait_V",
        eq(prime(V), V_step),
        Identity(PORTRAIT),
        "At label 0 a step multiplies V,",
    ),
    Statement("final.portrait_s", eq(prime(s), s_step), Identity(PORTRAIT), "s"),
    Statement(
        "final.portrait_mean",
        eq(prime(P) * prime(Q), P * Q * (1 - s**2) ** 2),
        Identity(PORTRAIT),
        "and G = sqrt(PQ), by 1 - s^2.",
    ),
    Statement(
        "final.squares",
        eq(squares(T), 16 * r**2 / (m * (8 - m)) * (1 - q ** (2 * T))),
        Induction(T, 0, squares(T) + r**2 * q ** (2 * T)),
        "With a label, where the certificate holds with margin m (certificate.residual, "
        "shrinks_above, shrinks_below) the squared residuals of all later steps add up to at "
        "most 16 r^2/(m (8 - m)).",
    ),
    Statement(
        "final.tail",
        ge(2 * left, (start_x**2 - end_x**2) / (start_x * (start_x + end_x))),
        Sign(
            spare / (start_x * (start_x + end_x)) + 2 * left * end_x / (start_x + end_x),
            {spare: 2 * left * start_x**2 - start_x**2 + end_x**2},
        ),
        "If they add up to left, then PQ is multiplied by at least (1 - left)^2 >= 1 - 2 left "
        "from here on, x^2 = 4(tau^2 + PQ) loses at most 2 left of itself, and x = 2 sqrt(tau^2 "
        "+ PQ) at most 2 left of itself too.",
        (ge(2 * left * start_x**2, start_x**2 - end_x**2),),
        argument="x_oo is 2 sqrt(tau^2 + PQ) with the final PQ (final.curvature).",
    ),
)

square = sp.Symbol("s2", real=True)
SQUARE = ((square, s**2),)
FUNCTIONS = (
    Function(
        "portrait_step",
        (V, s, mean),
        (V_step, s_step, mean * (1 - s**2)),
        "One step at target 0 of V, s and the geometric mean of P and Q.",
        "final.portrait_V, final.portrait_s, final.portrait_mean",
        helpers=SQUARE,
        written=(V * (1 + square), s * (V + square - 3), mean * (1 - s) * (1 + s)),
    ),
    Function(
        "portrait_change",
        (V, s, dV, ds),
        (V_change, s_change),
        "What one step makes of a small change of V and s.",
        "final.portrait_V, final.portrait_s",
        helpers=SQUARE,
        written=(dV * (1 + square) + 2 * V * s * ds, s * dV + ds * (V + 3 * square - 3)),
    ),
    Function(
        "product_curvature",
        (x, s, tau),
        (2 * sp.sqrt(tau**2 + x**2 / 4 - s**2),),
        "The final x if PQ stayed as it is.",
        "final.curvature",
        written=(sp.sqrt(4 * (tau - s) * (tau + s) + x**2),),
    ),
    Function(
        "product_tail",
        (x, r, tau),
        (unfold(32 * r**2 / (margin_now * (8 - margin_now)), NOW),),
        "The share of product_curvature beyond the final x, at most, where the certificate holds.",
        "final.squares, final.tail",
        helpers=MARGIN,
        written=(32 * r**2 / (margin * (8 - margin)),),
    ),
)
