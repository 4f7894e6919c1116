"""The curvature at which training ends."""

from __future__ import annotations

from typing import Any

import sympy as sp

from .notation import P, Q, eta, f, lam, n, r, s, tau, x
from .statement import Identity, Induction, Statement, eq

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
        "At zero loss it gives the curvature; with final.product, the final one as an exact product.",
    ),
    Statement(
        "final.first_order",
        eq(c1, (4 - x) / (x * (x - 2))),
        Identity(SOLVED),
        "Label 0, x < 2: the final value of x is x + c1 s^2 + O(s^4).",
        argument="x_oo = x - sum of z_t (4 - x_t); z_t = z_0 (1 - x)^(2t) up to a factor 1 + O(t z_0), and "
        "x_t = x + O(z_0).",
    ),
    Statement(
        "final.lazy",
        eq(
            sp.Limit(n * (x + c1 * s**2 - eta * lam) / eta, n, sp.oo),
            -(f**2) * (4 - eta * lam) / (lam * (2 - eta * lam)),
        ),
        Identity({**SOLVED, x: eta * lam, s: eta * f / sp.sqrt(n)}),
        "The lazy phase at large width: the final curvature is lambda - f^2 (4 - eta lambda)/(n lambda (2 - "
        "eta lambda)) + O(1/n^2).",
    ),
)
