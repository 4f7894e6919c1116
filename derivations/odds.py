"""How likely each phase is for a random network (label 0).

P_0 and Q_0 are independent chi-square variables times eta/n (initialization.two_chi_squares). Their
sum decides on divergence. The first step also asks for their difference, that is for the balance
rho.
"""

import sympy as sp

from .notation import V, a, b, i, n, r, rho, s, x, x_edge
from .prover.claims import ge, gt
from .prover.function import Function, right
from .prover.statement import defined, equation, equivalence, inequality
from .prover.symbols import nonnegative, positive

# s = rho x/2, and the root that is real where a first step can raise the loss.
BALANCE = {s: rho * x / 2}
room, real_root = positive(4 - x), nonnegative(sp.sqrt(1 - 2 * rho**2))


def density(value, freedom):
    """The density of a chi-square variable."""
    half = freedom / 2
    return value ** (half - 1) * sp.exp(-value / 2) / (2**half * sp.gamma(half))


def poisson(number):
    """The probability of this number for a Poisson variable of mean a/2."""
    return sp.exp(-a / 2) * (a / 2) ** number / sp.gamma(number + 1)


# With a = sum (1 + rho)/2 and b = sum (1 - rho)/2 the area element is da db = sum/2 dsum drho.
alignment = (
    2 ** (1 - n) * sp.gamma(n) / sp.gamma(n / 2) ** 2 * (4 * a * b / (a + b) ** 2) ** (n / 2 - 1)
)
EDGE = defined(
    "odds.x_edge",
    x_edge,
    4 / (1 + sp.sqrt(1 - 2 * rho**2)),
    "Where rho^2 <= 1/2, x_edge is this function of the balance rho.",
)
criterion = equivalence(
    "odds.edge",
    gt(x - s**2, 2),
    gt(x, x_edge),
    (1 + real_root) * (room + real_root * x) / 8,
    "At label 0, x < 4 and rho^2 <= 1/2 the first step raises the loss iff x > x_edge.",
    BALANCE,
    EDGE,
    gt(4, x),
    ge(1, 2 * rho**2),
)

STATEMENTS = (
    equation(
        "odds.independent",
        density(a, n) * density(b, n) * (a + b) / 2,
        density(a + b, 2 * n) * alignment,
        "The sum of two chi-square variables a and b is independent of rho = (a - b)/(a + b): the "
        "joint density is that of a chi-square variable with 2n degrees of freedom times one "
        "proportional to (1 - rho^2)^(n/2 - 1), 1 - rho^2 = 4ab/(a + b)^2. So rho^2 is Beta(1/2, "
        "n/2).",
        argument="A joint density that is a product belongs to independent variables.",
    ),
    equation(
        "odds.poisson",
        sp.Derivative(poisson(i), a),
        (poisson(i - 1) - poisson(i)) / 2,
        "A chi-square variable with 2n degrees of freedom exceeds a with probability exp(-a/2) "
        "sum_{i<n} (a/2)^i/i!: summed over i < n the derivatives telescope to minus its density. "
        "Training diverges iff x > 4.",
        argument="Summed over k < n the derivatives telescope to minus the density, and both "
        "sides go to 0 as t grows.",
    ),
    equivalence(
        "odds.criterion",
        gt(x - s**2, 2),
        gt(2, r**2 + V),
        1,
        "At label 0 the first step raises the loss iff x - s^2 > 2 (boundaries.rV_criterion).",
        {V: 4 - x, r: s},
    ),
    EDGE,
    criterion,
    inequality(
        "odds.no_window",
        gt(2, x - s**2),
        room**2 / 8 + positive(2 * rho**2 - 1) * x**2 / 8,
        "At label 0, x < 4 and rho^2 > 1/2 the first step never raises the loss.",
        BALANCE,
        gt(4, x),
        gt(2 * rho**2, 1),
    ),
)

FUNCTIONS = (
    Function(
        "catapult_edge",
        (rho,),
        (right(EDGE),),
        "The scaled curvature above which the first step raises the loss, by the balance.",
        also=(criterion,),
    ),
)
