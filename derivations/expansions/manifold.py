"""The unstable manifold of the fixed point (x, 0), 2 < x < 4, label 0, by Poincare's linearisation.

Where a run leaves the fixed point it is at (X(sigma), S(sigma)), and a step multiplies sigma by
mu = 1 - x. With w = sigma^2, X = x + X_1 w + ... and S = sigma (1 + S_1 w + ...) obey one linear
equation an order, with factors mu^(2k) - 1 and mu (mu^(2k) - 1): never 0, since |mu| > 1.

What the cut leaves out is bounded in full: the same equations bound all coefficients by a geometric
series.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..notation import x
from ..prover.claims import eq, ge, gt
from ..prover.function import Table
from ..prover.proofs import Identity, Sign
from ..prover.statement import Statement
from ..prover.symbols import nonnegative, positive
from .bounds import known, numbers
from .bulk import FIELD, M, Solves, X, bounded, factored, nested, width

ORDER = 4
RADIUS = sp.Rational(36, 10**4)
ORIGINS = (ge(x, sp.Rational(209, 100)), ge(4, x))  # of runs with x >= 21/10: bulk.origin


def convolved(one: list[Any], two: list[Any], order: int) -> Any:
    return sum((one[i] * two[order - i] for i in range(order + 1)), FIELD.zero)


def solve(order: int) -> tuple[list[Any], list[Any], list[Solves], list[Solves]]:
    """X_k and S_k, and their equations: X(mu sigma) = X + S^2 (X - 4), S(mu sigma) = S (1 - X +
    S^2)."""
    curvature, output = [X], [FIELD.one]
    for_curvature, for_output = [], []
    for k in range(1, order + 1):
        # S^2 = w (squares[0] + squares[1] w + ...)
        squares = [convolved(output, output, i) for i in range(k)]
        push = convolved(squares, [X - 4, *curvature[1:]], k - 1)
        for_curvature.append(Solves(-push, M ** (2 * k) - 1))
        curvature.append(push / for_curvature[-1].factor)
        rest = sum(
            (output[j] * (curvature[k - j] - squares[k - j - 1]) for j in range(k)), FIELD.zero
        )
        for_output.append(Solves(rest, M * (M ** (2 * k) - 1)))
        output.append(-rest / for_output[-1].factor)
    return curvature, output, for_curvature, for_output


CURVATURE, OUTPUT, CURVATURE_EQUATIONS, OUTPUT_EQUATIONS = solve(ORDER + 1)
x_omitted, s_omitted = (
    FIELD.to_sympy(found[ORDER + 1]) * (RADIUS * width) ** (ORDER + 1)
    for found in (CURVATURE, OUTPUT)
)

# |X_k| <= alpha/W^k and |S_k| <= 1/W^k for every k >= 1; p = mu^2 - 1.
alpha, W, p, k = sp.symbols("alpha W p k", real=True)
beyond, short, before = positive("x-2"), nonnegative("4-x"), nonnegative("k-1")
REACH = {p: x * (x - 2), W: (x - 1) * p**2 / (4 - x + p), alpha: (x - 1) * p - W}
PLACES = {beyond: x - 2, short: 4 - x, before: k - 1}
INSIDE = (gt(x, 2), ge(4, x), ge(k, 1))
_p = beyond * (2 + beyond)
_W = (1 + beyond) * _p**2 / (short + _p)
_alpha = _W * short / _p
_pairs = before * (before + 1) / 2
omitted_X, omitted_S, part, more_X, error_X = sp.symbols(
    "omitted_X omitted_S part more_X error_X", real=True
)
BOUNDS = {
    omitted_X: sp.Rational(55, 10**17),
    omitted_S: sp.Rational(79, 10**16),
    part: sp.Rational(25, 10**4),
    more_X: sp.Rational(51, 100),
    error_X: sp.Rational(9, 10**16),
}

rate = Statement(
    "manifold.rate",
    eq((1 - x) ** 2 - 1, p),
    Identity(REACH),
    "mu^2 = 1 + p, p = x (x - 2) > 0.",
    argument="So mu^(2k) - 1 >= k p + k (k - 1) p^2/2, by the binomial theorem.",
)
curvature_grows = Statement(
    "manifold.X_all",
    ge(alpha * (k * p + k * (k - 1) * p**2 / 2), W * ((4 - x) * k + alpha * k * (k - 1) / 2)),
    Sign(_pairs * _alpha * _p**2 * (beyond**2 + 1) / (short + _p), PLACES, REACH),
    "With W = (x - 1) p^2/(4 - x + p) and alpha = (x - 1) p - W >= 0: |X_k| <= alpha/W^k for "
    "every k,",
    INSIDE,
    "By induction on k. (mu^(2k) - 1) X_k is the coefficient of w^k in w (S/sigma)^2 (X - 4), so "
    "at most what lower coefficients as large as they may be make of it, W^-k times that of v^k "
    "in W v (1 - v)^-2 (4 - x + alpha v/(1 - v)): W ((4 - x) k + alpha k (k - 1)/2).",
    (rate,),
)
output_grows = Statement(
    "manifold.S_all",
    ge((x - 1) * (k * p + k * (k - 1) * p**2 / 2), alpha * k + W * k * (k + 1) / 2),
    Sign(
        _pairs * (1 + beyond) * _p**2 * (beyond**2 + beyond + 1) / (short + _p),
        PLACES,
        REACH,
    ),
    "and |S_k| <= 1/W^k.",
    INSIDE,
    "Likewise: |mu| (mu^(2k) - 1) |S_k| is at most W^-k times the coefficient of v^k in (1 - "
    "v)^-1 (alpha v/(1 - v) + W v (1 - v)^-2). So both series converge for w < W.",
    (rate, curvature_grows),
)
parts = bounded(
    "manifold.part",
    RADIUS * width / REACH[W].subs(REACH),
    BOUNDS[part],
    ORIGINS,
    "RADIUS (x(2 - x)/2)^2 is a share of W of",
    part,
)
more = bounded(
    "manifold.alpha",
    REACH[alpha].subs(REACH).subs(REACH) / x,
    BOUNDS[more_X],
    ORIGINS,
    "and alpha a share of x of",
    more_X,
)
fifth_X = bounded(
    "manifold.X_5", x_omitted / x, BOUNDS[omitted_X], ORIGINS,
    "For w <= RADIUS (x(2 - x)/2)^2 the term X_5 w^5 is a share of x of", omitted_X,
)  # fmt: skip
fifth_S = bounded(
    "manifold.S_5", s_omitted, BOUNDS[omitted_S], ORIGINS, "and the term S_5 w^5 is", omitted_S
)

STATEMENTS = (
    *(
        statement
        for k in range(1, ORDER + 2)
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
    rate, curvature_grows, output_grows, parts, more, fifth_X, fifth_S,
    numbers(
        "manifold.X",
        ge(error_X, omitted_X + more_X * part ** (ORDER + 2) / (1 - part)),
        BOUNDS,
        "For sigma^2 <= RADIUS (x(2 - x)/2)^2 all that the series of X leaves out is a share of "
        f"x of at most {known(BOUNDS, error_X)},",
        "The terms from w^6 on are at most those of a geometric series.",
        (curvature_grows, parts, more, fifth_X),
    ),
    numbers(
        "manifold.S",
        ge(sp.Rational(1, 10**14), omitted_S + part ** (ORDER + 2) / (1 - part)),
        BOUNDS,
        "and that of S a share of sigma of at most 1e-14.",
        "For smaller sigma both are smaller, like sigma^10.",
        (output_grows, parts, fifth_S),
    ),
)  # fmt: skip

TABLES = (
    Table(
        "MANIFOLD_X",
        nested(CURVATURE[1 : ORDER + 1]),
        "X = x + X_1 w + ..., w = sigma^2, in the arrangement of BULK.",
        "manifold.X1 to manifold.X4",
    ),
    Table(
        "MANIFOLD_S",
        nested(OUTPUT[1 : ORDER + 1]),
        "S = sigma (1 + S_1 w + ...), likewise.",
        "manifold.S1 to manifold.S4",
    ),
    Table(
        "MANIFOLD_RADIUS",
        (RADIUS.p, RADIUS.q),
        "MANIFOLD_X and MANIFOLD_S: all that they leave out is below 1e-14 where w <= this (x(2 "
        "- x)/2)^2.",
        "manifold.X, manifold.S",
    ),
)
