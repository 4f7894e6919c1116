"""Where training diverges, and what a label changes: exact at every width and label.

The invariant starts at V = 4 - eta lambda + zeta eta^2, zeta = y (f - y)/n, a parabola in the
learning rate whose first root is eta_div. A label sets its own scale of rates, |tau| = eta
|y|/sqrt(n): at 1 the last minimum of zero loss becomes unstable, at 2 the triangle ends. Where a
proof is written for y > 0, the mirror (f, y) -> (-f, -y) gives y < 0: it leaves lambda, kappa, zeta
and V alone.
"""

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
from .prover.claims import ge, gt
from .prover.function import Function, point, right
from .prover.proofs import Cases, Sign
from .prover.statement import (
    Statement,
    by_name,
    defined,
    definitions,
    equation,
    equivalence,
    inequality,
)
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
START = equation(
    "divergence.invariant",
    V,
    4 - eta * lam + zeta * eta**2,
    "The invariant starts at a value that is a parabola in the rate.",
    scaling.DEFINITIONS,
    INVARIANT,
    ZETA,
)
CROSSING = equation(
    "divergence.crossing",
    sp.Subs(sp.Derivative(V, eta), eta, 8 / (lam + root_div)),
    -root_div,
    "At the rate eta_div = 8/(lambda + R_div) the invariant V falls, with slope -R_div.",
    START,
    ROOT,
)
NETWORK = definitions(boundaries.NETWORK, START, ROOT, ZETA, {eta_div: point(CROSSING).expression})
NO_LABEL = {**NETWORK, y: 0}

# Two stand-ins, lambda -+ 2f/sqrt(n), are Cauchy-Schwarz.
slack_minus, slack_plus = (nonnegative(lam - sign * 2 * f / root_n) for sign in (1, -1))
CAUCHY_SCHWARZ = (ge(lam, 2 * f / root_n), ge(lam, -2 * f / root_n))
LABELLED = (*CAUCHY_SCHWARZ, gt(y, 0))
root, label, lag = nonnegative(ROOT.claim.rhs), positive(y), positive(2 * y - f)
share = 2 / (label * (lam + root))
short, end = 4 * y / root_n, 2 * root_n / y  # the curvature 4 tau/eta, the rate at tau = 2

RADICAND = inequality(
    "divergence.radicand",
    ge(lam**2, 16 * zeta),
    slack_minus * slack_plus + 4 * (f - 2 * y) ** 2 / n,
    "The boundary eta_div is real for every network.",
    NETWORK,
    *CAUCHY_SCHWARZ,
    source=LIANG,
)
SECOND_ROOT = Statement(
    "divergence.second_root",
    ge(short, lam - root_div),
    Cases(
        gt(lam, short),
        Sign(8 * label * slack_minus / (root_n * (root + positive(lam - short))), NETWORK),
        Sign(root + nonnegative(short - lam), NETWORK),
    ),
    "The other root of V lies beyond tau = 2.",
    LABELLED,
    uses=(RADICAND,),
)
at_zero_loss = {**STATE, r: 0}
without_label = definitions(NO_LABEL, BALANCE)
example = {**NETWORK, n: 1, f: 2, lam: sp.Rational(22, 5), y: sp.Rational(4, 5)}

STATEMENTS = (
    ZETA,
    ROOT,
    START,
    CROSSING,
    RADICAND,
    # When V starts negative.
    equation(
        "divergence.eta_div",
        V,
        4 * (1 - eta / eta_div) * (1 - eta * (lam - root_div) / 8),
        "The invariant vanishes at eta_div = 8/(lambda + sqrt(lambda^2 - 16 y (f - y)/n)).",
        NETWORK,
        source=LIANG,
    ),
    equation(
        "divergence.curvature",
        sp.Subs(x - tau * r, lam, 4 / eta + zeta * eta),
        4,
        "At the curvature 4/eta + zeta eta, x - tau r is 4 and the invariant vanishes.",
        scaling.DEFINITIONS,
        ZETA,
    ),
    Statement(
        "divergence.bound",
        ge(end, eta_div),
        Cases(
            gt(2 * y - f, 0),
            Sign(
                share * slack_minus * (root_n + n * slack_plus / (root_n * root + 2 * lag)), NETWORK
            ),
            Sign(share * (root_n * (slack_minus + root) + 2 * nonnegative(f - 2 * y)), NETWORK),
        ),
        "The boundary eta_div is at most 2 sqrt(n)/|y|: V is lost before |tau| reaches 2.",
        LABELLED,
        uses=(RADICAND,),
        argument="The mirror (f, y) -> (-f, -y) gives y < 0.",
    ),
    SECOND_ROOT,
    equivalence(
        "divergence.criterion",
        gt(V, 0),
        gt(eta_div, eta),
        (lam + root)
        * (4 * label * positive(end - eta) / root_n + eta * nonnegative(short - lam + root_div))
        / 16,
        "While |tau| < 2, V starts positive iff eta < eta_div; |tau| > 2 diverges at once "
        "(fates.runaway).",
        NETWORK,
        *LABELLED,
        gt(end, eta),
        uses=(RADICAND, SECOND_ROOT),
        source=LIANG,
        argument="The mirror (f, y) -> (-f, -y) gives y < 0.",
    ),
    equivalence(
        "divergence.zero_target",
        gt(V, 0),
        gt(4 / lam, eta),
        lam,
        "At label 0 the boundary is 4/lambda at every width.",
        NO_LABEL,
        source=PAPER,
    ),
    equation(
        "divergence.wide",
        sp.Limit(eta_div, n, sp.oo),
        4 / lam,
        "At infinite width the boundary eta_div is 4/lambda for every label.",
        NETWORK,
    ),
    equation(
        "divergence.unlabelled",
        sp.Subs(eta_div, y, 0),
        4 / lam,
        "Where there is no label the formula of eta_div gives 4/lambda.",
        NETWORK,
    ),
    equivalence(
        "divergence.bends",
        gt(4 / lam, eta_div),
        gt(0, zeta),
        64 / (lam * (lam + root) ** 2),
        "A label moves the boundary down iff label and residual disagree in sign.",
        NETWORK,
        *CAUCHY_SCHWARZ,
        uses=(RADICAND,),
    ),
    # Which minima of zero loss are stable.
    inequality(
        "divergence.flattest",
        ge(x, 2 * tau),
        2 * Q,
        "At zero loss lambda >= 2|y|/sqrt(n); balanced networks, Q = 0, reach it.",
        at_zero_loss,
    ),
    equivalence(
        "divergence.flattest_stable",
        gt(1, (1 - 2 * tau) ** 2),
        gt(1, tau),
        4 * positive(tau),
        "The flattest minimum is stable iff |tau| < 1.",
        gt(tau, 0),
    ),
    equation(
        "divergence.eta_flat",
        sp.Subs(abs(tau), eta, root_n / abs(y)),
        1,
        "At the rate eta_flat = sqrt(n)/|y| the scaled label |tau| is 1; eta_max is the smaller "
        "of eta_div and eta_flat.",
        scaling.LABEL,
        source=LIANG,
    ),
    inequality(
        "divergence.none_stable",
        gt(x, 2),
        2 * Q + 2 * positive(tau - 1),
        "Beyond |tau| = 1 no minimum of zero loss is stable.",
        at_zero_loss,
        gt(tau, 1),
    ),
    # How the two boundaries lie to each other.
    equation(
        "divergence.window",
        eta_div / eta_crit,
        1 + sp.sqrt(1 - 2 * rho**2),
        "At label 0 the balance rho gives the width of the catapult phase.",
        without_label,
    ),
    equivalence(
        "divergence.window_exists",
        gt(lam**2, 8 * kappa),
        gt(1, 2 * rho**2),
        lam**2,
        "At label 0 there is a catapult phase iff 2 rho^2 < 1.",
        without_label,
    ),
    inequality(
        "divergence.not_nested",
        gt(eta_div, eta_plus),
        sp.Rational(1, 4),
        "With a label the phases are not nested in the rate: for n = 1, f = 2, lambda = 22/5, y "
        "= 4/5 the first step lowers the loss again above eta_plus = 1, below eta_div = 5/4.",
        example,
    ),
    inequality(
        "divergence.example_window",
        gt(eta_plus, eta_crit),
        sp.Rational(1, 6),
        "In the same network, n = 1, f = 2, lambda = 22/5, y = 4/5, the first step raises the "
        "loss between eta_crit = 5/6 and eta_plus = 1.",
        example,
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
