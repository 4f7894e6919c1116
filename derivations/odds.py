"""How likely each phase is for a random network (label 0).

P_0 and Q_0 are independent chi-square variables times scale^2 eta/n
(initialization.two_chi_squares). Their sum decides on divergence. The first step also asks for
their difference, that is for the balance rho.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .notation import V, n, r, rho, s, x
from .prover.claims import Iff, eq, gt
from .prover.function import Function
from .prover.proofs import Equivalence, Identity, Sign
from .prover.statement import Statement
from .prover.symbols import nonnegative, positive

A, B, t, k = positive("A"), positive("B"), positive("t"), positive("k")
c = nonnegative("c")  # sqrt(1 - 2 rho^2), where it is real
edge = sp.Symbol("edge", real=True)
room, excess = positive("4-x"), positive("2rho^2-1")


def density(value: Any, freedom: Any) -> Any:
    """The density of a chi-square variable."""
    return (
        value ** (freedom / 2 - 1)
        * sp.exp(-value / 2)
        / (2 ** (freedom / 2) * sp.gamma(freedom / 2))
    )


# With A = S (1 + rho)/2 and B = S (1 - rho)/2 the area element is dA dB = S/2 dS drho.
alignment = (
    2 ** (1 - n) * sp.gamma(n) / sp.gamma(n / 2) ** 2 * (4 * A * B / (A + B) ** 2) ** (n / 2 - 1)
)

STATEMENTS = (
    Statement(
        "odds.independent",
        eq(density(A, n) * density(B, n) * (A + B) / 2, density(A + B, 2 * n) * alignment),
        Identity(),
        "The sum S of two chi-square variables A and B is independent of rho = (A - B)/S: their "
        "joint density is that of a chi-square variable with 2n degrees of freedom times one "
        "proportional to (1 - rho^2)^(n/2 - 1), 1 - rho^2 = 4AB/S^2. So rho^2 is Beta(1/2, n/2).",
    ),
    Statement(
        "odds.poisson",
        eq(
            sp.Derivative(sp.exp(-t) * t**k / sp.gamma(k + 1), t),
            sp.exp(-t) * t ** (k - 1) / sp.gamma(k) - sp.exp(-t) * t**k / sp.gamma(k + 1),
        ),
        Identity(),
        "A chi-square variable with 2n degrees of freedom exceeds 2t with probability exp(-t) "
        "sum_{k<n} t^k/k!: summed over k < n the derivatives telescope to minus its density. "
        "Training diverges iff x > 4.",
    ),
    Statement(
        "odds.criterion",
        Iff(gt(x - s**2, 2), gt(2, r**2 + V)),
        Equivalence(sp.Integer(1), definitions={V: 4 - x, r: s}),
        "At label 0 the first step raises the loss iff x - s^2 > 2 (boundaries.rV_criterion),",
    ),
    Statement(
        "odds.edge",
        Iff(gt(x - s**2, 2), gt(x, edge)),
        Equivalence(
            (1 + c) * (room + c * x) / 8,
            {room: 4 - x},
            {edge: 4 / (1 + c), s: x * sp.sqrt((1 - c**2) / 2) / 2},
        ),
        "that is, for s = rho x/2, iff x > 4/(1 + c), c = sqrt(1 - 2 rho^2),",
        (gt(4, x),),
    ),
    Statement(
        "odds.no_window",
        gt(2, x - s**2),
        Sign(
            room**2 / 8 + excess * x**2 / 8, {room: 4 - x, excess: 2 * rho**2 - 1}, {s: rho * x / 2}
        ),
        "and never where rho^2 > 1/2.",
        (gt(4, x), gt(2 * rho**2, 1)),
    ),
)

FUNCTIONS = (
    Function(
        "catapult_edge",
        (rho,),
        (4 / (1 + sp.sqrt(1 - 2 * rho**2)),),
        "The scaled curvature above which the first step raises the loss, by the balance.",
        "odds.edge",
    ),
)
