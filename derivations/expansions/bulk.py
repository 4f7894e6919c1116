"""The bulk series: the final curvature as a power series in z = s^2 at every x, label 0.

No step changes C(x, s), and C(x, 0) = x. Order by order in z invariance is one linear equation for
c_k(x), with factor (1 - x)^(2k) - 1: solvable everywhere but at |1 - x| = 1, so on the real line at
x = 0 and 2. For 2 < x < 4 the same series gives the unstable fixed point that the run comes from,
and sigma = s (1 + d_1 z + ...), which each step multiplies by 1 - C, says how far it has come; the
factor of d_k is (1 - x)((1 - x)^(2k) - 1), never 0 for x > 2.
"""

from math import comb, factorial

from ..notation import s, x, z
from ..prover.quantities import prime
from ..prover.statement import equation
from .coefficients import FIELD, MU, X, convolved, nested, next_order, solved
from .mirror import MAP
from .series import table

ORDER = 4
EXACT = ORDER + 2  # the coefficients up to here are solved; those beyond are bounded together


def moved(coefficient, order):
    """Taylor coefficients in z of a function of x at the next step, x' = x + z (x - 4)."""
    result = []
    for k in range(order + 1):
        result.append(coefficient * (X - 4) ** k / factorial(k))
        coefficient = coefficient.diff(X)
    return result


def after(coefficients, extra):
    """The next coefficient in (mu + z)^extra times sum_j c_j(x') z'^j, z' = z (mu + z)^2,
    mu = 1 - x."""
    total, order = FIELD.zero, len(coefficients)
    for j, coefficient in enumerate(coefficients):
        power = 2 * j + extra
        for i, shift in enumerate(moved(coefficient, order - j)):
            k = order - j - i
            if k <= power:
                total += shift * comb(power, k) * MU ** (power - k)
    return total


BULK, SIGMA = [X], [FIELD.one]  # c_0, c_1, ... and, with sigma' = (1 - C) sigma, d_0, d_1, ...
_for_end = [next_order(BULK, after(BULK, 0)) for _ in range(EXACT)]
_for_sigma = [
    next_order(SIGMA, after(SIGMA, 1) + convolved(SIGMA, BULK[1 : len(SIGMA) + 1]), 1)
    for _ in range(EXACT)
]
C = solved(
    "bulk.c",
    "c",
    _for_end,
    "The final x is C = x + c_1 z + ...: with this coefficient no step changes it at order z^{}.",
)
D = solved(
    "bulk.d",
    "d",
    _for_sigma,
    "The distance sigma = s (1 + d_1 z + ...) from the fixed point is multiplied by 1 - C, with "
    "this coefficient also at order z^{}.",
)
STATEMENTS = (
    equation(
        "bulk.x",
        prime(x),
        x + z * (x - 4),
        "At label 0 a step changes x by z (x - 4), z = s^2.",
        MAP,
    ),
    equation(
        "bulk.s",
        prime(s),
        s * (1 - x + z),
        "At label 0 a step multiplies s by 1 - x + z, z = s^2.",
        MAP,
    ),
    *C,
    *D,
)
TABLES = (
    table(
        "BULK",
        nested,
        C[:ORDER],
        "C = x + c_1 z + ... = x + t_1 (N_1 + t_2 (N_2 + ...)); for each order the coefficients "
        "of N_k in x^0, x^1, ..., and the exponents of x - 1, x(2 - x), 1 + mu^2, 1 + mu^2 + "
        "mu^4 and 1 + mu^4 in z/t_k, where mu = 1 - x.",
    ),
    table("COORDINATE", nested, D[:ORDER], "In the same arrangement: sigma = s (1 + d_1 z + ...)."),
)
