"""The unstable manifold of the fixed point (x, 0), 2 < x < 4, label 0, by Poincare's linearisation.

Where a run leaves the fixed point it is at (X(sigma), S(sigma)), and a step multiplies sigma by
mu = 1 - x. With w = sigma^2, X = x + X_1 w + ... and S = sigma (1 + S_1 w + ...) obey one linear
equation an order, with factors mu^(2k) - 1 and mu (mu^(2k) - 1): never 0, since |mu| > 1.

What the cut leaves out is bounded in full: the same equations bound all coefficients by a geometric
series.
"""

import sympy as sp

from ..notation import x
from ..prover.claims import ge, gt
from ..prover.proofs import Sign
from ..prover.quantities import named
from ..prover.statement import Statement, defined, definitions, equation
from ..prover.symbols import nonnegative, positive
from .bounds import ACCURACY, bounded, decimals, known, numbers
from .coefficients import FIELD, X, convolved, nested, next_order, solved, width
from .series import pair, table

ORDER = 4
ORIGINS = (ge(x, sp.Rational("2.09")), ge(4, x))  # of runs with x >= 21/10: bulk.origin


def solve():
    """The equations of X_k and S_k: X(mu sigma) = X + S^2 (X - 4), S(mu sigma) = S (1 - X + S^2),
    up to the first omitted order."""
    curvature, output = [X], [FIELD.one]
    for k in range(1, ORDER + 2):
        # S^2 = w (squares[0] + squares[1] w + ...)
        squares = [convolved(output[:i], output[:i]) for i in range(1, k + 1)]
        for_curvature = next_order(curvature, -convolved(squares, [X - 4, *curvature[1:]]))
        rest = [c - square for c, square in zip(curvature[1:], squares, strict=True)]
        yield for_curvature, next_order(output, convolved(output, rest), 1)


_for_curvature, _for_output = zip(*solve(), strict=True)
CURVATURE = solved(
    "manifold.X",
    "X",
    _for_curvature,
    "With this coefficient X(mu sigma) = X + S^2 (X - 4) at order w^{}, w = sigma^2.",
)
OUTPUT = solved(
    "manifold.S",
    "S",
    _for_output,
    "With this coefficient S(mu sigma) = S (1 - X + S^2) at order sigma w^{}, w = sigma^2.",
)

# |X_k| <= amplitude/circle^k and |S_k| <= 1/circle^k for every k >= 1; mu^2 - 1 = excess.
span, order, circle, amplitude, grown = named("span order circle amplitude grown")
part_W, fifth_X, fifth_S, X_more, X_error = named("part_W fifth_X fifth_S X_more X_error")
excess = x * (x - 2)
SPAN = defined(
    "manifold.span",
    span,
    sp.Rational("0.0036"),
    "The manifold's series are used where sigma^2 <= span (x(2 - x)/2)^2.",
)
CIRCLE = defined(
    "manifold.circle",
    circle,
    (x - 1) * excess**2 / (4 - x + excess),
    "The circle is the sigma^2 up to which the series of X and S are shown to converge.",
)
AMPLITUDE = defined(
    "manifold.amplitude",
    amplitude,
    (x - 1) * excess - circle,
    "The amplitude bounds the terms of X on the circle; it is not negative for 2 < x <= 4.",
)
REACH = definitions(CIRCLE, AMPLITUDE)
BOUNDS = {
    **definitions(SPAN),
    **REACH,
    **decimals(part_W="0.0025", fifth_X="55e-17", fifth_S="79e-16", X_more="0.51", X_error="9e-16"),
}
beyond, short, later = positive(x - 2), nonnegative(4 - x), nonnegative(order - 1)
INSIDE = (gt(x, 2), ge(4, x), ge(order, 1))
_excess = beyond * (2 + beyond)
_pairs = later * (later + 1) / 2
_amplitude = (1 + beyond) * _excess * short / (short + _excess)


def at_least(order):
    """mu^(2 order) by the first terms of the binomial theorem."""
    return 1 + order * excess + order * (order - 1) * excess**2 / 2


spare = nonnegative(grown - at_least(order))
rate = equation(
    "manifold.rate",
    (1 - x) ** 2,
    at_least(1),
    "For k = 1 mu^(2k) is 1 + k p + k (k - 1) p^2/2 with p = mu^2 - 1 = x (x - 2).",
)
binomial = Statement(
    "manifold.binomial",
    ge((1 - x) ** 2 * grown, at_least(order + 1)),
    Sign(spare * (1 + beyond) ** 2 + _pairs * _excess**3),
    "If mu^(2k) = grown is at least 1 + k p + k (k - 1) p^2/2, p = x (x - 2), so is mu^(2k + 2) "
    "with k + 1 for k: the step of an induction that manifold.rate starts.",
    (ge(grown, at_least(order)), *INSIDE),
    uses=(rate,),
)
curvature_grows = Statement(
    "manifold.X_all",
    ge(
        amplitude * (at_least(order) - 1),
        circle * ((4 - x) * order + amplitude * order * (order - 1) / 2),
    ),
    Sign(_pairs * _amplitude * _excess**2 * (beyond**2 + 1) / (short + _excess), REACH),
    "For every k |X_k| is at most amplitude/circle^k.",
    INSIDE,
    "By induction on k. (mu^(2k) - 1) X_k is the coefficient of w^k in w (S/sigma)^2 (X - 4), so "
    "at most what lower coefficients as large as they may be make of it, circle^-k times that of "
    "v^k in circle v (1 - v)^-2 (4 - x + amplitude v/(1 - v)): circle ((4 - x) k + amplitude k "
    "(k - 1)/2).",
    (binomial,),
)
output_grows = Statement(
    "manifold.S_all",
    ge((x - 1) * (at_least(order) - 1), amplitude * order + circle * order * (order + 1) / 2),
    Sign(_pairs * (1 + beyond) * _excess**2 * (beyond**2 + beyond + 1) / (short + _excess), REACH),
    "For every k |S_k| is at most 1/circle^k.",
    INSIDE,
    "By induction on k: |mu| (mu^(2k) - 1) |S_k| is at most circle^-k times the coefficient of "
    "v^k in (1 - v)^-1 (amplitude v/(1 - v) + circle v (1 - v)^-2). So both series converge for "
    "w < circle.",
    (binomial, curvature_grows),
)
parts = bounded(
    "manifold.part",
    part_W,
    span * width / circle,
    BOUNDS,
    ORIGINS,
    "The share span (x(2 - x)/2)^2 of the circle is",
)
more = bounded(
    "manifold.alpha", X_more, amplitude / x, BOUNDS, ORIGINS, "The amplitude is a share of x of"
)
REGION = "For w <= span (x(2 - x)/2)^2"
omitted_X = bounded(
    "manifold.X_5",
    fifth_X,
    CURVATURE[ORDER].claim.rhs * (span * width) ** (ORDER + 1) / x,
    BOUNDS,
    ORIGINS,
    f"{REGION} the term X_5 w^5 is a share of x of",
)
omitted_S = bounded(
    "manifold.S_5",
    fifth_S,
    OUTPUT[ORDER].claim.rhs * (span * width) ** (ORDER + 1),
    BOUNDS,
    ORIGINS,
    f"{REGION} the term S_5 w^5 is",
)
geometric = part_W ** (ORDER + 2) / (1 - part_W)
total_X = numbers(
    "manifold.X",
    ge(X_error, fifth_X + X_more * geometric),
    BOUNDS,
    f"{REGION} all that the series of X leaves out is a share of x of at most "
    f"{known(BOUNDS, X_error)}.",
    "The terms from w^6 on are at most those of a geometric series.",
    (curvature_grows, parts, more, omitted_X),
)
total_S = numbers(
    "manifold.S",
    ge(ACCURACY, fifth_S + geometric),
    BOUNDS,
    f"{REGION} all that the series of S leaves out is a share of sigma of at most 1e-14.",
    "For smaller sigma it is smaller, like sigma^10.",
    (output_grows, parts, omitted_S),
)
STATEMENTS = (
    *(statement for both in zip(CURVATURE, OUTPUT, strict=True) for statement in both),
    *(SPAN, CIRCLE, AMPLITUDE, rate, binomial, curvature_grows, output_grows),
    *(parts, more, omitted_X, omitted_S, total_X, total_S),
)
TABLES = (
    table(
        "MANIFOLD_X",
        nested,
        CURVATURE[:ORDER],
        "X = x + X_1 w + ..., w = sigma^2, in the arrangement of BULK.",
    ),
    table("MANIFOLD_S", nested, OUTPUT[:ORDER], "S = sigma (1 + S_1 w + ...), likewise."),
    table(
        "MANIFOLD_RADIUS",
        pair,
        [SPAN],
        "MANIFOLD_X and MANIFOLD_S: all that they leave out is below 1e-14 where w <= this (x(2 "
        "- x)/2)^2.",
        total_X,
        total_S,
    ),
)
