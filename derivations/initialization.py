"""A random network of any width is three numbers.

The weights are independent and standard normal. Laws are compared by the generating function
E exp(alpha u.v + beta (|u|^2 + |v|^2)), which is finite near 0 and so determines the law of
(f, lambda). With k = 1 - 2 beta it is finite for A = k - alpha > 0 and B = k + alpha > 0.
"""

from __future__ import annotations

import sympy as sp

from .notation import P, Q, a, c, eta, f, g, lam, n, uu, uv, vv
from .prover.claims import eq
from .prover.function import Function
from .prover.proofs import Identity
from .prover.statement import Statement
from .prover.symbols import positive
from .triangle import WEIGHTS, minus, plus

alpha, h, t = sp.symbols("alpha h t", real=True)
k, A, B, rest = positive("k"), positive("A"), positive("B"), positive("k - alpha^2/k")


def gauss(width: sp.Expr) -> sp.Expr:
    """The integral of exp(-width t^2/2) over the real line, as initialization.gauss proves it."""
    return sp.sqrt(2 * sp.pi / width)


def chi_square(width: sp.Expr, freedom: sp.Expr) -> sp.Expr:
    """E exp((1 - width) a/2) for a chi-square variable, as initialization.chi_square proves it."""
    return width ** (-freedom / 2)


# Integrated over u at fixed v, exp(alpha u v - k u^2/2) leaves exp(alpha^2 v^2/(2 k)): the weight
# of v^2/2 falls from k to rest. In the draw, g does the same to a, whose own exponent is k.
unit_weights = gauss(k) * gauss(rest) / (2 * sp.pi)
GENERATING = {
    sp.Symbol("M_weights"): unit_weights**n,
    sp.Symbol("M_two"): chi_square(A, n) * chi_square(B, n),
    sp.Symbol("M_draw"): chi_square(rest, n) * chi_square(k, sp.Integer(1)) * chi_square(k, n - 1),
    rest: A * B / k,
}
M_weights, M_two, M_draw, _ = GENERATING
LAW = (A * B) ** (-n / 2)

# The three numbers: |v|^2, the component of u along v, and what is left of |u|^2.
DRAW = {a: vv, g: uv / sp.sqrt(vv), c: uu - uv**2 / vv, f: uv / sp.sqrt(n), lam: (uu + vv) / n}

drawn_output, drawn_curvature = sp.sqrt(a / n) * g, (a + g**2 + c) / n

STATEMENTS = (
    Statement(
        "initialization.square",
        eq(-k * t**2 / 2 + h * t, -k * (t - h / k) ** 2 / 2 + h**2 / (2 * k)),
        Identity(),
        "Completing the square moves a linear term out of a Gaussian integral.",
    ),
    Statement(
        "initialization.gauss",
        eq(sp.Integral(sp.exp(-k * t**2 / 2), (t, -sp.oo, sp.oo)), gauss(k)),
        Identity(),
        "The Gaussian integral.",
    ),
    Statement(
        "initialization.chi_square",
        eq(
            sp.Integral(a ** (n / 2 - 1) * sp.exp(-k * a / 2), (a, 0, sp.oo)),
            2 ** (n / 2) * sp.gamma(n / 2) * chi_square(k, n),
        ),
        Identity(),
        "The generating function of a chi-square variable with n degrees of freedom.",
    ),
    Statement(
        "initialization.rest",
        eq(k - alpha**2 / k, rest),
        Identity({**GENERATING, k: (A + B) / 2, alpha: (B - A) / 2}),
        "What integrating one weight leaves for the other.",
    ),
    Statement(
        "initialization.weights",
        eq(M_weights, LAW),
        Identity(GENERATING),
        "The generating function of (u.v, |u|^2 + |v|^2) for n pairs of normal weights.",
    ),
    Statement(
        "initialization.two_chi_squares",
        eq(M_two, LAW),
        Identity(GENERATING),
        "It is that of ((a - b)/2, a + b) with a, b independent chi-square, n degrees of freedom "
        "each.",
    ),
    Statement(
        "initialization.P_start",
        eq(P, eta / n * plus / 2),
        Identity(WEIGHTS),
        "So P_0 and Q_0 are independent chi-square variables times eta/n: a = |u + v|^2/2",
    ),
    Statement(
        "initialization.Q_start",
        eq(Q, eta / n * minus / 2),
        Identity(WEIGHTS),
        "and b = |u - v|^2/2.",
    ),
    Statement(
        "initialization.draw",
        eq(M_draw, LAW),
        Identity(GENERATING),
        "It is also that of (sqrt(a) g, a + g^2 + c), which forms no difference of large numbers.",
    ),
    Statement(
        "initialization.output_draw",
        eq(f, drawn_output),
        Identity(DRAW),
        "In the weights a is |v|^2, g the component of u along v, and c what is left of |u|^2: "
        "the output",
    ),
    Statement(
        "initialization.curvature_draw",
        eq(lam, drawn_curvature),
        Identity(DRAW),
        "and the curvature.",
    ),
)

share = sp.Symbol("share", nonnegative=True)
FUNCTIONS = (
    Function(
        "random_start",
        (n, a, g, c),
        (drawn_curvature, drawn_output),
        "(curvature, output) of a random network: a ~ chi2(n), g ~ N(0, 1), c ~ chi2(n - 1).",
        "initialization.draw, initialization.curvature_draw, initialization.output_draw",
        helpers=((share, a / n),),
        written=(drawn_curvature, sp.sqrt(share) * g),
    ),
)
