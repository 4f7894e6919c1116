"""A random network of any width is three numbers.

The weights are independent and standard normal. Laws are compared by the generating function
E exp(alpha u.v + (1 - beta) (|u|^2 + |v|^2)/2), which is finite for |alpha| < beta and so
determines the law of (f, lambda).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .notation import (
    M_draw,
    M_two,
    M_weights,
    a,
    alpha,
    beta,
    beta_p,
    beta_q,
    beta_v,
    c,
    code_names,
    f,
    g,
    lam,
    n,
    tilt,
    uu,
    uv,
    vv,
    w,
)
from .prover.claims import eq
from .prover.function import Function, right
from .prover.proofs import Defined, Identity
from .prover.statement import Statement, by_name, definitions
from .triangle import WEIGHTS

WIDTH = Statement(
    "initialization.width",
    eq(beta, (beta_p + beta_q) / 2),
    Defined(),
    "A weight w has the exponent -beta w^2/2, so that beta_P = beta - alpha belongs to "
    "(u + v)/sqrt(2) and beta_Q = beta + alpha to (u - v)/sqrt(2).",
)
COUPLING = Statement(
    "initialization.coupling",
    eq(alpha, (beta_q - beta_p) / 2),
    Defined(),
    "The exponent alpha of u.v is half the difference of beta_Q and beta_P.",
)
REDUCED = Statement(
    "initialization.reduced",
    eq(beta_v, beta - alpha**2 / beta),
    Defined(),
    "Integrated over u at fixed v, exp(alpha u v - beta u^2/2) leaves exp(alpha^2 v^2/(2 beta)): "
    "the exponent of v^2/2 falls from beta to beta_v.",
)
SQUARE = Statement(
    "initialization.square",
    eq(tilt * w - beta * w**2 / 2, -beta * (w - tilt / beta) ** 2 / 2 + tilt**2 / (2 * beta)),
    Identity(),
    "Completing the square moves a linear term out of a Gaussian integral.",
)
GAUSS = Statement(
    "initialization.gauss",
    eq(sp.Integral(sp.exp(-beta * w**2 / 2), (w, -sp.oo, sp.oo)), sp.sqrt(2 * sp.pi / beta)),
    Identity(),
    "The Gaussian integral is proportional to the standard deviation.",
)
CHI_SQUARE = Statement(
    "initialization.chi_square",
    eq(
        sp.Integral(a ** (n / 2 - 1) * sp.exp(-beta * a / 2), (a, 0, sp.oo)),
        2 ** (n / 2) * sp.gamma(n / 2) * beta ** (-n / 2),
    ),
    Identity(),
    "E exp((1 - beta) a/2) of a chi-square variable with n degrees of freedom is this integral, "
    "divided by its value at beta = 1.",
)
REST = Statement(
    "initialization.rest",
    eq(beta_v, beta_p * beta_q / beta),
    Identity(definitions(WIDTH, COUPLING, REDUCED)),
    "The exponents of u and of what it leaves to v multiply to those of u + v and u - v.",
)


def gauss(width: Any) -> Any:
    """The integral of exp(-width w^2/2) over the real line."""
    return GAUSS.claim.rhs.subs(beta, width)


def chi_square(width: Any, freedom: Any) -> Any:
    """E exp((1 - width) a/2) for a chi-square variable."""
    integral = CHI_SQUARE.claim.rhs
    return (integral / integral.subs(beta, 1)).subs({beta: width, n: freedom}, simultaneous=True)


# In the draw, g does to a what u does to v, and the exponent of a is beta.
GENERATING = {
    M_weights: (gauss(beta) * gauss(beta_v) / (2 * sp.pi)) ** n,
    M_two: chi_square(beta_p, n) * chi_square(beta_q, n),
    M_draw: chi_square(beta_v, n) * chi_square(beta, 1) * chi_square(beta, n - 1),
    **definitions(REST),
}
LAW = (beta_p * beta_q) ** (-n / 2)
# The three numbers: |v|^2, the component of u along v, and what is left of |u|^2.
DRAW = {
    a: vv,
    g: uv / sp.sqrt(vv),
    c: uu - uv**2 / vv,
    **{symbol: WEIGHTS[symbol] for symbol in (f, lam)},
}

STATEMENTS = (
    WIDTH,
    COUPLING,
    REDUCED,
    SQUARE,
    GAUSS,
    CHI_SQUARE,
    REST,
    Statement(
        "initialization.weights",
        eq(M_weights, LAW),
        Identity(GENERATING),
        "This is the generating function of (u.v, |u|^2 + |v|^2) for n pairs of normal weights.",
    ),
    Statement(
        "initialization.two_chi_squares",
        eq(M_two, LAW),
        Identity(GENERATING),
        "The generating function of the weights is that of ((a - b)/2, a + b) with a, b "
        "independent chi-square, n degrees of freedom each. So P_0 and Q_0 are independent "
        "chi-square variables times eta/n: a = |u + v|^2/2, b = |u - v|^2/2 (triangle.P_weights).",
    ),
    Statement(
        "initialization.draw",
        eq(M_draw, LAW),
        Identity(GENERATING),
        "The generating function of the weights is that of (sqrt(a) g, a + g^2 + c), which forms "
        "no difference of large numbers.",
    ),
    Statement(
        "initialization.output_draw",
        eq(f, sp.sqrt(a / n) * g),
        Identity(DRAW),
        "With a = |v|^2 and g the component of u along v, the output is sqrt(a/n) g.",
    ),
    Statement(
        "initialization.curvature_draw",
        eq(lam, (a + g**2 + c) / n),
        Identity(DRAW),
        "With c for what is left of |u|^2, the curvature is (a + g^2 + c)/n.",
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
