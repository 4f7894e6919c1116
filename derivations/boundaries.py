"""The boundaries are exact at every width and label.

The first step multiplies the residual by m = 1 - eta lambda + kappa eta^2, kappa = f (f - y)/n,
and the invariant starts at V = 4 - eta lambda + zeta eta^2, zeta = y (f - y)/n. Both are
parabolas in the learning rate: their roots are the boundaries. Where a proof is written for
y > 0, the mirror (f, y) -> (-f, -y) gives y < 0: it leaves lambda, kappa, zeta, m and V alone.
"""

from __future__ import annotations

import sympy as sp

from . import scaling, triangle
from .closure import PAPER
from .notation import L, P, Q, V, eta, f, kappa, lam, n, prime, r, s, tau, x, y, zeta
from .prover.claims import Iff, eq, ge, gt
from .prover.function import Function
from .prover.proofs import Cases, Equivalence, Identity, Sign, unfold
from .prover.statement import Statement
from .prover.symbols import nonnegative, positive
from .triangle import INSIDE, STATE, WITHIN

LIANG = "Liang & Montufar, arXiv:2509.25351, Theorem 1"

m, R, S = sp.symbols("m R S", real=True)
eta_crit, eta_plus, eta_div = sp.symbols("eta_crit eta_plus eta_div", real=True)
L_next = prime(L)
ROOTS = {
    m: 1 - eta * lam + kappa * eta**2,
    V: 4 - eta * lam + zeta * eta**2,
    R: sp.sqrt(lam**2 - 8 * kappa),
    S: sp.sqrt(lam**2 - 16 * zeta),
    eta_crit: 4 / (lam + R),
    eta_plus: (lam + R) / (2 * kappa),
    eta_div: 8 / (lam + S),
    L_next: L * m**2,  # closure.loss_update
}
NETWORK = {**ROOTS, kappa: f * (f - y) / n, zeta: y * (f - y) / n}
NO_LABEL = {**NETWORK, y: sp.Integer(0)}
critical_curvature, divergence_curvature = (2 + kappa * eta**2) / eta, (4 + zeta * eta**2) / eta
crit_correction = 2 * f * (f - y) / lam**2

# Stand-ins for what the assumptions make positive; the last two, lambda -+ 2f/sqrt(n), are
# Cauchy-Schwarz.
loss, minus_kappa, plus_kappa = positive("L+"), nonnegative("-kappa"), positive("kappa+")
root, root_div, excess = nonnegative("R+"), nonnegative("S+"), nonnegative("R-lambda")
label, slack_minus, slack_plus = positive("y+"), nonnegative("lambda-"), nonnegative("lambda+")
CAUCHY_SCHWARZ = (ge(lam, 2 * f / sp.sqrt(n)), ge(lam, -2 * f / sp.sqrt(n)))
REAL_ROOT = ge(lam**2, 8 * kappa)
WHERE = {
    loss: L,
    minus_kappa: -kappa,
    plus_kappa: kappa,
    root: sp.sqrt(lam**2 - 8 * kappa),
    excess: R - lam,
    root_div: sp.sqrt(lam**2 - 16 * y * (f - y) / n),
    label: y,
    slack_minus: lam - 2 * f / sp.sqrt(n),
    slack_plus: lam + 2 * f / sp.sqrt(n),
}


def first_step() -> list[Statement]:
    """When the first step raises the loss."""
    raises = gt(m**2, 1)
    root_excess = Statement(
        "boundaries.root_excess",
        ge(R, lam),
        Sign(8 * minus_kappa / (lam + sp.sqrt(lam**2 + 8 * minus_kappa)), WHERE, ROOTS),
        "If output and residual disagree in sign the root exceeds lambda.",
        (ge(0, kappa),),
    )
    shortfall = positive("8kappa-lambda^2")
    positive_root = sp.sqrt(lam**2 + 8 * minus_kappa)
    return [
        Statement(
            "boundaries.fixed_point",
            eq(sp.Derivative(scaling.r_update, r), 1 - x + 2 * tau * r + 3 * r**2),
            Identity(),
            "At zero loss, r = 0, the residual is multiplied by 1 - eta lambda,",
            source=PAPER,
        ),
        Statement(
            "boundaries.stable",
            Iff(gt(1, (1 - x) ** 2), gt(2, x)),
            Equivalence(x),
            "which shrinks it iff eta < 2/lambda: the boundary at infinite width, where r and s "
            "start at 0.",
            source=PAPER,
        ),
        Statement(
            "boundaries.multiplier",
            eq(1 - x + s * r, m),
            Identity({**scaling.DEFINITIONS, **NETWORK}),
            "At finite width the first step multiplies the residual by m.",
        ),
        Statement(
            "boundaries.first_step",
            Iff(gt(L_next, L), raises),
            Equivalence(loss, WHERE, ROOTS),
            "It raises the loss iff |m| > 1.",
            (gt(L, 0),),
        ),
        Statement(
            "boundaries.factors",
            eq(m**2 - 1, eta * (kappa * eta - lam) * (kappa * eta**2 - lam * eta + 2)),
            Identity(ROOTS),
            "Where |m| = 1: three rates besides 0.",
        ),
        root_excess,
        Statement(
            "boundaries.raised_above",
            Iff(raises, gt(eta, eta_crit)),
            Equivalence(
                eta
                * (lam + eta * minus_kappa)
                * (lam + positive_root)
                / 2
                * (1 + eta * excess / 4),
                WHERE,
                ROOTS,
            ),
            "For f (f - y) <= 0 the first step raises the loss iff eta > eta_crit.",
            (ge(0, kappa),),
            uses=(root_excess,),
        ),
        Statement(
            "boundaries.raised_between",
            eq(
                m**2 - 1, kappa**2 * eta * (eta - lam / kappa) * (eta - eta_crit) * (eta - eta_plus)
            ),
            Identity(ROOTS),
            "For f (f - y) > 0 it does so iff eta_crit < eta < eta_plus or eta > lambda/kappa, "
            "in the order",
        ),
        Statement(
            "boundaries.order_roots",
            ge(eta_plus, eta_crit),
            Sign(root / plus_kappa, WHERE, ROOTS),
            "eta_crit <= eta_plus",
            (gt(kappa, 0), REAL_ROOT),
        ),
        Statement(
            "boundaries.order_far",
            gt(lam / kappa, eta_plus),
            Sign(4 / (lam + root), WHERE, ROOTS),
            "< lambda/kappa.",
            (gt(kappa, 0), REAL_ROOT),
        ),
        Statement(
            "boundaries.no_catapult",
            gt(kappa * eta**2 - lam * eta + 2, 0),
            Sign(
                plus_kappa * (eta - lam / (2 * plus_kappa)) ** 2 + shortfall / (4 * plus_kappa),
                {**WHERE, shortfall: 8 * kappa - lam**2},
            ),
            "If lambda^2 < 8 kappa only eta > lambda/kappa raises the loss at once.",
            (gt(8 * kappa, lam**2), gt(kappa, 0)),
        ),
        Statement(
            "boundaries.after_linear",
            ge(eta_plus, 4 / lam),
            Sign(root * (lam + root) / (2 * lam * plus_kappa), WHERE, ROOTS),
            "eta_plus is never below 4/lambda.",
            (gt(kappa, 0), REAL_ROOT),
        ),
        Statement(
            "boundaries.eta_crit",
            eq(sp.Subs(m, eta, eta_crit), -1),
            Identity(NETWORK),
            "At eta_crit = 4/(lambda + sqrt(lambda^2 - 8 f (f - y)/n)) the first step only flips "
            "the residual.",
        ),
        Statement(
            "boundaries.critical_curvature",
            eq(m + 1, eta * (critical_curvature - lam)),
            Identity(NETWORK),
            "The same, solved for the curvature.",
        ),
        Statement(
            "boundaries.wide_crit",
            eq(sp.Limit(eta_crit, n, sp.oo), 2 / lam),
            Identity(NETWORK),
            "At infinite width the boundary is the paper's.",
            source=PAPER,
        ),
        Statement(
            "boundaries.crit_correction",
            eq(sp.Limit(n * (eta_crit * lam / 2 - 1), n, sp.oo), crit_correction),
            Identity(NETWORK),
            "The first correction in 1/n.",
        ),
        Statement(
            "boundaries.crit_bends",
            Iff(gt(2 / lam, eta_crit), gt(0, kappa)),
            Equivalence(16 / (lam * (lam + root) ** 2), WHERE, ROOTS),
            "A finite network is raised before 2/lambda iff its output and residual disagree in "
            "sign.",
            (REAL_ROOT,),
        ),
    ]


def in_the_triangle() -> list[Statement]:
    """The same criterion in (r, V)."""
    step, far = positive("r+"), nonnegative("-r")
    up, down = positive("2-r"), positive("2+r")
    where = {**INSIDE, step: r, far: -r, up: 2 - r, down: 2 + r}
    r_below, r_above = (
        t for t in triangle.STATEMENTS if t.name in ("triangle.r_below", "triangle.r_above")
    )
    not_above = Statement(
        "boundaries.not_above",
        gt(4, r**2 + V),
        Cases(
            gt(r, 0),
            Sign(x * up / 2 + Q * step, where, STATE),
            Sign(x * down / 2 + P * far, where, STATE),
        ),
        "Inside the triangle the multiplier r^2 + V - 3 is below 1: it can raise the loss only "
        "by being below -1. So s r < x, and eta > lambda/kappa lies beyond the divergence "
        "boundary.",
        WITHIN,
        uses=(r_below, r_above),
    )
    room = positive("4-r^2-V")
    return [
        not_above,
        Statement(
            "boundaries.rV_criterion",
            Iff(gt((r**2 + V - 3) ** 2, 1), gt(2, r**2 + V)),
            Equivalence(room, {room: 4 - r**2 - V}, STATE),
            "Inside the triangle a step raises the loss iff r^2 + V < 2.",
            WITHIN,
            uses=(not_above,),
        ),
    ]


def divergence() -> list[Statement]:
    """When V starts negative."""
    gap, other = positive("gap"), nonnegative("other")
    radicand = Statement(
        "boundaries.radicand",
        ge(lam**2, 16 * y * (f - y) / n),
        Sign(slack_minus * slack_plus + 4 * (f - 2 * y) ** 2 / n, WHERE),
        "eta_div is real for every network.",
        CAUCHY_SCHWARZ,
        source=LIANG,
    )
    reach, short = 2 * y - f, 4 * y / sp.sqrt(n)
    second_root = Statement(
        "boundaries.second_root",
        ge(short, lam - S),
        Cases(
            gt(lam, short),
            Sign(
                8 * label * slack_minus / (sp.sqrt(n) * (root_div + gap)),
                {**WHERE, gap: lam - short},
                NETWORK,
            ),
            Sign(root_div + other, {**WHERE, other: short - lam}, NETWORK),
        ),
        "The other root of V lies beyond tau = 2.",
        (*CAUCHY_SCHWARZ, gt(y, 0)),
        uses=(radicand,),
    )
    beyond, within = nonnegative("beyond"), positive("2-tau")
    share = 2 / (label * (lam + root_div))
    return [
        Statement(
            "boundaries.invariant",
            eq(4 + tau * r - x, V),
            Identity({**scaling.DEFINITIONS, **NETWORK}),
            "The invariant V at the start.",
        ),
        radicand,
        Statement(
            "boundaries.eta_div",
            eq(V, 4 * (1 - eta / eta_div) * (1 - eta * (lam - S) / 8)),
            Identity(NETWORK),
            "V = 0 at eta_div = 8/(lambda + sqrt(lambda^2 - 16 y (f - y)/n)).",
            source=LIANG,
        ),
        Statement(
            "boundaries.divergence_curvature",
            eq(V, eta * (divergence_curvature - lam)),
            Identity(NETWORK),
            "The same, solved for the curvature.",
        ),
        Statement(
            "boundaries.div_bound",
            ge(2 * sp.sqrt(n) / y, eta_div),
            Cases(
                gt(reach, 0),
                Sign(
                    share
                    * slack_minus
                    * (sp.sqrt(n) + n * slack_plus / (sp.sqrt(n) * root_div + 2 * gap)),
                    {**WHERE, gap: reach},
                    NETWORK,
                ),
                Sign(
                    share * (sp.sqrt(n) * (slack_minus + root_div) + 2 * other),
                    {**WHERE, other: -reach},
                    NETWORK,
                ),
            ),
            "eta_div <= 2 sqrt(n)/|y|: the invariant is lost before |tau| reaches 2.",
            (*CAUCHY_SCHWARZ, gt(y, 0)),
            uses=(radicand,),
        ),
        second_root,
        Statement(
            "boundaries.divergence",
            Iff(gt(V, 0), gt(eta_div, eta)),
            Equivalence(
                (lam + root_div) / 2 * (label * within / (2 * sp.sqrt(n)) + eta * beyond / 8),
                {**WHERE, within: 2 * sp.sqrt(n) / y - eta, beyond: short - lam + S},
                NETWORK,
            ),
            "While |tau| < 2, V starts positive iff eta < eta_div; |tau| > 2 diverges at once "
            "(fates.runaway).",
            (*CAUCHY_SCHWARZ, gt(y, 0), gt(2 * sp.sqrt(n) / y, eta)),
            uses=(radicand, second_root),
            source=LIANG,
        ),
        Statement(
            "boundaries.divergence_zero_target",
            Iff(gt(V, 0), gt(4 / lam, eta)),
            Equivalence(lam, definitions=NO_LABEL),
            "At label 0 the boundary is 4/lambda at every width.",
            source=PAPER,
        ),
        Statement(
            "boundaries.wide_div",
            eq(sp.Limit(eta_div, n, sp.oo), 4 / lam),
            Identity(NETWORK),
            "So it is at infinite width,",
        ),
        Statement(
            "boundaries.unlabelled_div",
            eq(sp.Subs(eta_div, y, 0), 4 / lam),
            Identity(NETWORK),
            "and where there is no label.",
        ),
        Statement(
            "boundaries.div_bends",
            Iff(gt(4 / lam, eta_div), gt(0, zeta)),
            Equivalence(64 / (lam * (lam + root_div) ** 2), WHERE, NETWORK),
            "A label moves the boundary either way.",
            CAUCHY_SCHWARZ,
            uses=(radicand,),
        ),
    ]


STATEMENTS = (*first_step(), *in_the_triangle(), *divergence())

ALL = (eta, lam, f, n, y)
output_ratio, residual_ratio = sp.symbols("output_ratio residual_ratio", real=True)
residual_part = (residual_ratio, (f - y) / lam)
FUNCTIONS = (
    Function(
        "first_step",
        ALL,
        (unfold(m, NETWORK),),
        "What the first step multiplies the residual by: above 1 in size it raises the loss.",
        "boundaries.multiplier",
        written=(1 - eta * (lam - eta * f * (f - y) / n),),
    ),
    Function(
        "invariant",
        ALL,
        (unfold(V, NETWORK),),
        "V at the start; no step changes its sign while |tau| < 2.",
        "boundaries.invariant",
        written=(4 - eta * (lam - eta * y * (f - y) / n),),
    ),
    Function(
        "eta_crit",
        (lam, f, n, y),
        (unfold(eta_crit, NETWORK),),
        "The smallest rate whose first step does not lower the loss; 2/curvature at width = inf.",
        "boundaries.eta_crit",
        written=(4 / (lam + sp.sqrt(lam**2 - 8 * f * (f - y) / n)),),
    ),
    Function(
        "eta_div",
        (lam, f, n, y),
        (unfold(eta_div, NETWORK),),
        "The rate at which V = 0; 4/curvature at target 0 and at width = inf.",
        "boundaries.eta_div",
        written=(8 / (lam + sp.sqrt(lam**2 - 16 * y * (f - y) / n)),),
    ),
    Function(
        "critical_curvature",
        (eta, f, n, y),
        (unfold(critical_curvature, NETWORK),),
        "The curvature at which the first step multiplies the residual by -1.",
        "boundaries.critical_curvature",
        written=(2 / eta + eta * f * (f - y) / n,),
    ),
    Function(
        "divergence_curvature",
        (eta, f, n, y),
        (unfold(divergence_curvature, NETWORK),),
        "The curvature at which V = 0.",
        "boundaries.divergence_curvature",
        written=(4 / eta + eta * y * (f - y) / n,),
    ),
    Function(
        "crit_correction",
        (lam, f, y),
        (crit_correction,),
        "The limit of n (eta_crit curvature/2 - 1) as the width n grows.",
        "boundaries.crit_correction",
        helpers=((output_ratio, f / lam), residual_part),
        written=(2 * output_ratio * residual_ratio,),
    ),
)
