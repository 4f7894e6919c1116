"""The unstable manifold of the fixed point (x, 0), 2 < x < 4, label 0, by Poincare's linearisation.

Where a run leaves the fixed point it is at (X(sigma), S(sigma)), and a step multiplies sigma by
mu = 1 - x. With w = sigma^2, X = x + X_1 w + ... and S = sigma (1 + S_1 w + ...) obey one linear
equation an order, with factors mu^(2k) - 1 and mu (mu^(2k) - 1): never 0, since |mu| > 1.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .bulk import CATAPULT, FIELD, M, Solves, X, bounded, factored, nested, width
from .notation import x
from .statement import Statement, eq
from .table import Table

ORDER = 4
RADIUS = sp.Rational(36, 10**4)


def convolved(one: list[Any], two: list[Any], order: int) -> Any:
    return sum((one[i] * two[order - i] for i in range(order + 1)), FIELD.zero)


def solve(order: int) -> tuple[list[Any], list[Any], list[Solves], list[Solves]]:
    """X_k and S_k, and their equations: X(mu sigma) = X + S^2 (X - 4), S(mu sigma) = S (1 - X + S^2)."""
    curvature, output = [X], [FIELD.one]
    for_curvature, for_output = [], []
    for k in range(1, order + 1):
        squares = [convolved(output, output, i) for i in range(k)]  # S^2 = w (squares[0] + squares[1] w + ...)
        push = convolved(squares, [X - 4, *curvature[1:]], k - 1)
        for_curvature.append(Solves(-push, M ** (2 * k) - 1))
        curvature.append(push / for_curvature[-1].factor)
        rest = sum((output[j] * (curvature[k - j] - squares[k - j - 1]) for j in range(k)), FIELD.zero)
        for_output.append(Solves(rest, M * (M ** (2 * k) - 1)))
        output.append(-rest / for_output[-1].factor)
    return curvature, output, for_curvature, for_output


CURVATURE, OUTPUT, CURVATURE_EQUATIONS, OUTPUT_EQUATIONS = solve(ORDER + 1)
x_omitted, s_omitted = (FIELD.to_sympy(found[ORDER + 1]) * (RADIUS * width) ** (ORDER + 1) for found in (CURVATURE, OUTPUT))

STATEMENTS = (
    *(
        statement
        for k in range(1, ORDER + 1)
        for statement in (
            Statement(
                f"manifold.X{k}",
                eq(sp.Symbol(f"X_{k}"), factored(CURVATURE[k])),
                CURVATURE_EQUATIONS[k - 1],
                f"X(mu sigma) = X + S^2 (X - 4) at order sigma^{2 * k};",
            ),
            Statement(
                f"manifold.S{k}",
                eq(sp.Symbol(f"S_{k}"), factored(OUTPUT[k])),
                OUTPUT_EQUATIONS[k - 1],
                f"S(mu sigma) = S (1 - X + S^2) at order sigma^{2 * k + 1}.",
            ),
        )
    ),
    bounded("manifold.X", x_omitted / x, sp.Rational(9, 10**16), CATAPULT,
            "For sigma^2 <= RADIUS (x(2 - x)/2)^2 the first omitted term of X is a share of x of"),
    bounded("manifold.S", s_omitted, sp.Rational(10, 10**15), CATAPULT, "and that of S a share of sigma of"),
)  # fmt: skip

TABLES = (
    Table(
        "MANIFOLD_X",
        nested(CURVATURE[1 : ORDER + 1]),
        "X = x + X_1 w + ..., w = sigma^2, in the arrangement of BULK.",
        "manifold.X1 to manifold.X4",
    ),
    Table("MANIFOLD_S", nested(OUTPUT[1 : ORDER + 1]), "S = sigma (1 + S_1 w + ...), likewise.", "manifold.S1 to manifold.S4"),
    Table(
        "MANIFOLD_RADIUS",
        (RADIUS.p, RADIUS.q),
        "MANIFOLD_X and MANIFOLD_S: to 1e-14 where w <= this (x(2 - x)/2)^2.",
        "manifold.X, manifold.S",
    ),
)
