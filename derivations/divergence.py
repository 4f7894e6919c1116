"""Where training diverges, and what a label changes: exact at every width and label.

The invariant starts at V = 4 - eta lambda + zeta eta^2, zeta = y (f - y)/n, a parabola in the
learning rate whose first root is eta_div. A label sets its own scale of rates, |tau| = eta
|y|/sqrt(n): at 1 the last minimum of zero loss becomes unstable, at 2 the triangle ends. Where a
proof is written for y > 0, the mirror (f, y) -> (-f, -y) gives y < 0: it leaves lambda, kappa, zeta
and V alone.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from . import boundaries, scaling
from .closure import PAPER
from .notation import (
    Q,
    V,
    eta,
    eta_crit,
    eta_div,
    eta_plus,
    f,
    kappa,
    lam,
    n,
    r,
    rho,
    root_div,
    tau,
    x,
    y,
    zeta,
)
from .prover.claims import Iff, eq, ge, gt
from .prover.function import Function, point, right
from .prover.proofs import Cases, Equivalence, Identity, Sign
from .prover.statement import Statement, by_name, defined, definitions
from .prover.symbols import nonnegative, positive
from .triangle import BALANCE, INVARIANT, STATE

root_n = sp.sqrt(n)
LIANG = "Liang & Montufar, arXiv:2509.25351, Theorem 1"

ZETA = defined(
    "divergence.zeta",
    zeta,
    y * (f - y) / n,
    "The product of label and residual decides how the width moves the divergence boundary.",
)
ROOT = defined(
    "divergence.root",
    root_div,
    sp.sqrt(lam**2 - 16 * zeta),
    "The parabola V in the rate has this root of its discriminant.",
)
START = Statement(
    "divergence.invariant",
    eq(V, 4 - eta * lam + zeta * eta**2),
    Identity({**scaling.DEFINITIONS, **definitions(INVARIANT, ZETA)}),
    "The invariant starts at a value that is a parabola in the rate.",
)
CROSSING = Statement(
    "divergence.crossing",
    eq(sp.Subs(sp.Derivative(V, eta), eta, 8 / (lam + root_div)), -root_div),
    Identity(definitions(START, ROOT)),
    "At the rate eta_div = 8/(lambda + R_div) the invariant V falls, with slope -R_div.",
)
NETWORK: dict[Any, Any] = {
    **boundaries.NETWORK,
    **definitions(START, ROOT, ZETA),
    eta_div: point(CROSSING).expression,
}
NO_LABEL = {**NETWORK, y: sp.Integer(0)}
IN_NETWORK = Identity(NETWORK)


def in_network(certificate: Any) -> Sign:
    """A proof by a sign in the network's own numbers."""
    return Sign(certificate, NETWORK)


# Two stand-ins, lambda -+ 2f/sqrt(n), are Cauchy-Schwarz.
slack_minus, slack_plus = (nonnegative(lam - sign * 2 * f / root_n) for sign in (1, -1))
CAUCHY_SCHWARZ = (ge(lam, 2 * f / root_n), ge(lam, -2 * f / root_n))
LABELLED = (*CAUCHY_SCHWARZ, gt(y, 0))
root, label = nonnegative(ROOT.claim.rhs), positive(y)
share = 2 / (label * (lam + root))
short, end = 4 * y / root_n, 2 * root_n / y  # the curvature 4 tau/eta, the rate at tau = 2

RADICAND = Statement(
    "divergence.radicand",
    ge(lam**2, 16 * zeta),
    in_network(slack_minus * slack_plus + 4 * (f - 2 * y) ** 2 / n),
    "The boundary eta_div is real for every network.",
    CAUCHY_SCHWARZ,
    source=LIANG,
)

SECOND_ROOT = Statement(
    "divergence.second_root",
    ge(short, lam - root_div),
    Cases(
        gt(lam, short),
        in_network(8 * label * slack_minus / (root_n * (root + positive(lam - short)))),
        in_network(root + nonnegative(short - lam)),
    ),
    "The other root of V lies beyond tau = 2.",
    LABELLED,
    uses=(RADICAND,),
)
at_zero_loss = {**STATE, r: sp.Integer(0)}
without_label = {**NO_LABEL, **definitions(BALANCE)}
values = {n: sp.Integer(1), f: sp.Integer(2), lam: sp.Rational(22, 5), y: sp.Rational(4, 5)}
example = {**NETWORK, **values}

STATEMENTS = (
    ZETA,
    ROOT,
    START,
    CROSSING,
    RADICAND,
    # When V starts negative.
    Statement(
        "divergence.eta_div",
        eq(V, 4 * (1 - eta / eta_div) * (1 - eta * (lam - root_div) / 8)),
        IN_NETWORK,
        "The invariant vanishes at eta_div = 8/(lambda + sqrt(lambda^2 - 16 y (f - y)/n)).",
        source=LIANG,
    ),
    Statement(
        "divergence.curvature",
        eq(sp.Subs(x - tau * r, lam, 4 / eta + zeta * eta), 4),
        Identity({**scaling.DEFINITIONS, **definitions(ZETA)}),
        "At the curvature 4/eta + zeta eta, x - tau r is 4 and the invariant vanishes.",
    ),
    Statement(
        "divergence.bound",
        ge(end, eta_div),
        Cases(
            gt(2 * y - f, 0),
            in_network(
                share
                * slack_minus
                * (root_n + n * slack_plus / (root_n * root + 2 * positive(2 * y - f)))
            ),
            in_network(share * (root_n * (slack_minus + root) + 2 * nonnegative(f - 2 * y))),
        ),
        "The boundary eta_div is at most 2 sqrt(n)/|y|: V is lost before |tau| reaches 2.",
        LABELLED,
        uses=(RADICAND,),
    ),
    SECOND_ROOT,
    Statement(
        "divergence.criterion",
        Iff(gt(V, 0), gt(eta_div, eta)),
        Equivalence(
            (lam + root)
            / 2
            * (
                label * positive(end - eta) / (2 * root_n)
                + eta * nonnegative(short - lam + root_div) / 8
            ),
            NETWORK,
        ),
        "While |tau| < 2, V starts positive iff eta < eta_div; |tau| > 2 diverges at once "
        "(fates.runaway).",
        (*LABELLED, gt(end, eta)),
        uses=(RADICAND, SECOND_ROOT),
        source=LIANG,
    ),
    Statement(
        "divergence.zero_target",
        Iff(gt(V, 0), gt(4 / lam, eta)),
        Equivalence(lam, NO_LABEL),
        "At label 0 the boundary is 4/lambda at every width.",
        source=PAPER,
    ),
    Statement(
        "divergence.wide",
        eq(sp.Limit(eta_div, n, sp.oo), 4 / lam),
        IN_NETWORK,
        "At infinite width the boundary eta_div is 4/lambda for every label.",
    ),
    Statement(
        "divergence.unlabelled",
        eq(sp.Subs(eta_div, y, 0), 4 / lam),
        IN_NETWORK,
        "Where there is no label the formula of eta_div gives 4/lambda.",
    ),
    Statement(
        "divergence.bends",
        Iff(gt(4 / lam, eta_div), gt(0, zeta)),
        Equivalence(64 / (lam * (lam + root) ** 2), NETWORK),
        "A label moves the boundary down iff label and residual disagree in sign.",
        CAUCHY_SCHWARZ,
        uses=(RADICAND,),
    ),
    # Which minima of zero loss are stable.
    Statement(
        "divergence.flattest",
        ge(x, 2 * tau),
        Sign(2 * Q, at_zero_loss),
        "At zero loss lambda >= 2|y|/sqrt(n); balanced networks, Q = 0, reach it.",
    ),
    Statement(
        "divergence.flattest_stable",
        Iff(gt(1, (1 - 2 * tau) ** 2), gt(1, tau)),
        Equivalence(4 * positive(tau)),
        "The flattest minimum is stable iff |tau| < 1.",
        (gt(tau, 0),),
    ),
    Statement(
        "divergence.eta_flat",
        eq(sp.Subs(abs(tau), eta, root_n / abs(y)), 1),
        Identity(definitions(scaling.LABEL)),
        "At the rate eta_flat = sqrt(n)/|y| the scaled label |tau| is 1; eta_max is the smaller "
        "of eta_div and eta_flat.",
        source=LIANG,
    ),
    Statement(
        "divergence.none_stable",
        gt(x, 2),
        Sign(2 * Q + 2 * positive(tau - 1), at_zero_loss),
        "Beyond |tau| = 1 no minimum of zero loss is stable.",
        (gt(tau, 1),),
    ),
    # How the two boundaries lie to each other.
    Statement(
        "divergence.window",
        eq(eta_div / eta_crit, 1 + sp.sqrt(1 - 2 * rho**2)),
        Identity(without_label),
        "At label 0 the balance rho gives the width of the catapult phase.",
    ),
    Statement(
        "divergence.window_exists",
        Iff(gt(lam**2, 8 * kappa), gt(1, 2 * rho**2)),
        Equivalence(lam**2, without_label),
        "At label 0 there is a catapult phase iff 2 rho^2 < 1.",
    ),
    Statement(
        "divergence.not_nested",
        gt(eta_div, eta_plus),
        Sign(sp.Rational(1, 4), example),
        "With a label the phases are not nested in the rate: for n = 1, f = 2, lambda = 22/5, y "
        "= 4/5 the first step lowers the loss again above eta_plus = 1, below eta_div = 5/4.",
    ),
    Statement(
        "divergence.example_window",
        gt(eta_plus, eta_crit),
        Sign(sp.Rational(1, 6), example),
        "In the same network, n = 1, f = 2, lambda = 22/5, y = 4/5, the first step raises the "
        "loss between eta_crit = 5/6 and eta_plus = 1.",
    ),
)
proved = by_name(STATEMENTS)

in_y = {zeta: right(ZETA)}
FUNCTIONS = (
    Function(
        "invariant",
        (eta, lam, f, n, y),
        (right(START, in_y),),
        "V at the start; no step changes its sign while |tau| < 2.",
        written=(4 - eta * (lam - eta * y * (f - y) / n),),
    ),
    Function(
        "eta_div",
        (lam, f, n, y),
        (point(CROSSING, {root_div: right(ROOT, in_y)}),),
        "The rate at which V = 0; 4/curvature at target 0 and at width = inf.",
        also=(proved["eta_div"],),
    ),
    Function(
        "divergence_curvature",
        (eta, f, n, y),
        (point(proved["curvature"], in_y),),
        "The curvature at which V = 0.",
    ),
    Function(
        "eta_flat",
        (n, y),
        (point(proved["eta_flat"]),),
        "The rate at which |tau| = 1: above it no minimum of zero loss is stable.",
    ),
)
