"""What a label changes, and how the boundaries lie to each other.

A label sets its own scale of rates, |tau| = eta |y|/sqrt(n): at 1 the last minimum of zero loss
becomes unstable, at 2 the triangle ends. The mirror gives negative labels.
"""

from __future__ import annotations

import sympy as sp

from .boundaries import LIANG, NETWORK, NO_LABEL, eta_crit, eta_div, eta_plus
from .notation import Q, eta, f, kappa, lam, n, r, rho, s, tau, x, y
from .prover.claims import Iff, eq, ge, gt
from .prover.function import Function
from .prover.proofs import Equivalence, Identity, Sign
from .prover.statement import Statement
from .prover.symbols import positive

eta_flat = sp.Symbol("eta_flat", real=True)
AT_ZERO_LOSS = {r: sp.Integer(0), s: r + tau, Q: x / 2 - s}
WINDOW = {**NO_LABEL, rho: 2 * f / (sp.sqrt(n) * lam)}
EXAMPLE = {
    **NETWORK,
    n: sp.Integer(1),
    f: sp.Integer(2),
    lam: sp.Rational(22, 5),
    y: sp.Rational(4, 5),
}
beyond, size = positive("tau-1"), positive("tau+")

STATEMENTS = (
    Statement(
        "labels.flattest",
        ge(x, 2 * tau),
        Sign(2 * Q, definitions=AT_ZERO_LOSS),
        "At zero loss lambda >= 2|y|/sqrt(n); balanced networks, Q = 0, reach it.",
    ),
    Statement(
        "labels.flattest_stable",
        Iff(gt(1, (1 - 2 * tau) ** 2), gt(1, tau)),
        Equivalence(4 * size, {size: tau}),
        "The flattest minimum is stable iff |tau| < 1,",
        (gt(tau, 0),),
    ),
    Statement(
        "labels.eta_flat",
        eq(sp.Subs(eta * y / sp.sqrt(n), eta, eta_flat), 1),
        Identity({eta_flat: sp.sqrt(n) / y}),
        "that is, below eta_flat = sqrt(n)/|y|. eta_max is the smaller of eta_div and eta_flat.",
        source=LIANG,
    ),
    Statement(
        "labels.none_stable",
        gt(x, 2),
        Sign(2 * Q + 2 * beyond, {beyond: tau - 1}, AT_ZERO_LOSS),
        "Beyond |tau| = 1 no minimum of zero loss is stable.",
        (gt(tau, 1),),
    ),
    Statement(
        "labels.window",
        eq(eta_div / eta_crit, 1 + sp.sqrt(1 - 2 * rho**2)),
        Identity(WINDOW),
        "At label 0, the width of the catapult phase, rho = 2|f|/(sqrt(n) lambda),",
    ),
    Statement(
        "labels.window_exists",
        Iff(gt(lam**2, 8 * kappa), gt(1, 2 * rho**2)),
        Equivalence(lam**2, definitions=WINDOW),
        "and where there is one.",
    ),
    Statement(
        "labels.not_nested",
        gt(eta_div, eta_plus),
        Sign(sp.Rational(1, 4), definitions=EXAMPLE),
        "With a label the phases are not nested in the rate: for n = 1, f = 2, lambda = 22/5, y "
        "= 4/5 the first step lowers the loss again above eta_plus = 1, below eta_div = 5/4",
    ),
    Statement(
        "labels.example_window",
        gt(eta_plus, eta_crit),
        Sign(sp.Rational(1, 6), definitions=EXAMPLE),
        "and above eta_crit = 5/6.",
    ),
)

FUNCTIONS = (
    Function(
        "eta_flat",
        (n, y),
        (sp.sqrt(n) / sp.Abs(y),),
        "The rate at which |tau| = 1: above it no minimum of zero loss is stable.",
        "labels.eta_flat",
    ),
)
