"""A random network of any width is three numbers.

The weights are independent and standard normal. Laws are compared by the generating function
E exp(alpha u.v + (1 - beta) (|u|^2 + |v|^2)/2), which is finite for |alpha| < beta and so
determines the law of (f, lambda).
"""

import sympy as sp

from .notation import M, a, alpha, beta, beta_p, beta_q, c, f, g, lam, n, tilt, uu, uv, vv, w
from .prover.function import Function, right
from .prover.quantities import code_names
from .prover.statement import by_name, equation
from .triangle import WEIGHTS

GAUSS = equation(
    "initialization.gauss",
    sp.Integral(sp.exp(-beta * w**2 / 2), (w, -sp.oo, sp.oo)),
    sp.sqrt(2 * sp.pi / beta),
    "The Gaussian integral is proportional to the standard deviation.",
)
CHI_SQUARE = equation(
    "initialization.chi_square",
    sp.Integral(a ** (n / 2 - 1) * sp.exp(-beta * a / 2), (a, 0, sp.oo)),
    2 ** (n / 2) * sp.gamma(n / 2) * beta ** (-n / 2),
    "E exp((1 - beta) a/2) of a chi-square variable with n degrees of freedom is this integral, "
    "divided by its value at beta = 1.",
)
REST = equation(
    "initialization.rest",
    beta - alpha**2 / beta,
    beta_p * beta_q / beta,
    "Integrated over u at fixed v, exp(alpha u v - beta u^2/2) leaves exp(alpha^2 v^2/(2 beta)): "
    "the exponent of v^2/2 falls from beta to beta - alpha^2/beta. With beta_P = beta - alpha and "
    "beta_Q = beta + alpha, which belong to u + v and u - v, this is their product over beta.",
    {beta: (beta_p + beta_q) / 2, alpha: (beta_q - beta_p) / 2},
)


def gauss(width):
    """The integral of exp(-width w^2/2) over the real line."""
    return GAUSS.claim.rhs.subs(beta, width)


def chi_square(width, freedom):
    """E exp((1 - width) a/2) for a chi-square variable."""
    integral = CHI_SQUARE.claim.rhs
    return (integral / integral.subs(beta, 1)).subs({beta: width, n: freedom}, simultaneous=True)


# In the draw, g does to a what u does to v, and the exponent of a is beta.
rest = REST.claim.rhs
law = (beta_p * beta_q) ** (-n / 2)
# The three numbers: |v|^2, the component of u along v, and what is left of |u|^2.
DRAW = {**WEIGHTS, a: vv, g: uv / sp.sqrt(vv), c: uu - uv**2 / vv}

STATEMENTS = (
    equation(
        "initialization.square",
        tilt * w - beta * w**2 / 2,
        -beta * (w - tilt / beta) ** 2 / 2 + tilt**2 / (2 * beta),
        "Completing the square moves a linear term out of a Gaussian integral.",
    ),
    GAUSS,
    CHI_SQUARE,
    REST,
    equation(
        "initialization.weights",
        M,
        law,
        "For n pairs of normal weights (u.v, |u|^2 + |v|^2) has this generating function.",
        {M: (gauss(beta) * gauss(rest) / (2 * sp.pi)) ** n},
    ),
    equation(
        "initialization.two_chi_squares",
        M,
        law,
        "The generating function of the weights is that of ((a - b)/2, a + b) with a, b "
        "independent chi-square, n degrees of freedom each. So P_0 and Q_0 are independent "
        "chi-square variables times eta/n: a = |u + v|^2/2, b = |u - v|^2/2 (triangle.P_weights).",
        {M: chi_square(beta_p, n) * chi_square(beta_q, n)},
        argument="A generating function that is finite near 0 determines the law.",
    ),
    equation(
        "initialization.draw",
        M,
        law,
        "The generating function of the weights is that of (sqrt(a) g, a + g^2 + c), which forms "
        "no difference of large numbers.",
        {M: chi_square(rest, n) * chi_square(beta, 1) * chi_square(beta, n - 1)},
        argument="A generating function that is finite near 0 determines the law.",
    ),
    equation(
        "initialization.output_draw",
        f,
        sp.sqrt(a / n) * g,
        "With a = |v|^2 and g the component of u along v, the output is sqrt(a/n) g.",
        DRAW,
    ),
    equation(
        "initialization.curvature_draw",
        lam,
        (a + g**2 + c) / n,
        "With c for what is left of |u|^2, the curvature is (a + g^2 + c)/n.",
        DRAW,
    ),
)
proved = by_name(STATEMENTS)

share = code_names("share")
FUNCTIONS = (
    Function(
        "random_start",
        (n, a, g, c),
        (right(proved["curvature_draw"]), right(proved["output_draw"])),
        "(curvature, output) of a random network: a ~ chi2(n), g ~ N(0, 1), c ~ chi2(n - 1).",
        helpers=((share, a / n),),
        written=((a + g**2 + c) / n, sp.sqrt(share) * g),
        also=(proved["draw"],),
    ),
)
