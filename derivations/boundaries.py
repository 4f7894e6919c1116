"""When the first step raises the loss: exact at every width and label.

The first step multiplies the residual by mu = 1 - eta lambda + kappa eta^2, kappa = f (f - y)/n, a
parabola in the learning rate. It raises the loss where |mu| > 1, that is between roots of mu = -1
(eta_crit and eta_plus) and beyond the root of mu = 1.
"""

import sympy as sp

from . import closure, scaling, triangle
from .closure import PAPER
from .notation import (
    L,
    P,
    Q,
    V,
    eta,
    eta_crit,
    eta_plus,
    f,
    kappa,
    lam,
    multiplier,
    n,
    r,
    root_crit,
    tau,
    x,
    y,
)
from .prover.claims import ge, gt
from .prover.function import Function, point, right
from .prover.proofs import Cases, Sign
from .prover.quantities import code_names, prime
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
from .triangle import STATE, WITHIN

KAPPA = defined(
    "boundaries.kappa",
    kappa,
    f * (f - y) / n,
    "The product of output and residual decides how the width moves the first boundary.",
)
ROOT = defined(
    "boundaries.root",
    root_crit,
    sp.sqrt(lam**2 - 8 * kappa),
    "The parabola mu + 1 in the rate has this root of its discriminant.",
)
PLUS = defined(
    "boundaries.eta_plus",
    eta_plus,
    (lam + root_crit) / (2 * kappa),
    "The far root of mu = -1 is eta_plus.",
)
MULTIPLIER = equation(
    "boundaries.multiplier",
    multiplier,
    1 - eta * lam + kappa * eta**2,
    "The first step multiplies the residual by mu, a parabola in the rate.",
    {multiplier: prime(r) / r},
    scaling.DEFINITIONS,
    KAPPA,
)
CROSSING = equation(
    "boundaries.crossing",
    sp.Subs(sp.Derivative(multiplier, eta), eta, 4 / (lam + root_crit)),
    -root_crit,
    "At the rate eta_crit = 4/(lambda + R_crit) the multiplier mu falls, with slope -R_crit.",
    MULTIPLIER,
    ROOT,
)
ROOTS = definitions(
    MULTIPLIER,
    ROOT,
    PLUS,
    {eta_crit: point(CROSSING).expression, prime(L): closure.proved["loss_update"].claim.rhs},
)
NETWORK = definitions(ROOTS, KAPPA)

# Stand-ins for what the assumptions make positive or nonnegative.
minus_kappa, plus_kappa = nonnegative(-kappa), positive(kappa)
root, excess = nonnegative(ROOT.claim.rhs), nonnegative(root_crit - lam)
positive_root = sp.sqrt(lam**2 + 8 * minus_kappa)
raises = gt(multiplier**2, 1)
HAS_ROOT = (gt(kappa, 0), ge(lam**2, 8 * kappa))

ROOT_EXCESS = inequality(
    "boundaries.root_excess",
    ge(root_crit, lam),
    8 * minus_kappa / (lam + positive_root),
    "If output and residual disagree in sign the root R_crit exceeds lambda.",
    ROOTS,
    ge(0, kappa),
)
NOT_ABOVE = Statement(
    "boundaries.not_above",
    gt(4, r**2 + V),
    Cases(
        gt(r, 0),
        Sign(x * positive(2 - r) / 2 + Q * positive(r), STATE),
        Sign(x * positive(2 + r) / 2 + P * nonnegative(-r), STATE),
    ),
    "Inside the triangle the multiplier r^2 + V - 3 is below 1: it can raise the loss only "
    "by being below -1. So s r < x, and eta > lambda/kappa lies beyond the divergence "
    "boundary.",
    WITHIN,
    uses=(triangle.proved["r_below"], triangle.proved["r_above"]),
)

STATEMENTS = (
    KAPPA,
    ROOT,
    PLUS,
    # The boundary at infinite width, where the state starts at zero loss.
    equation(
        "boundaries.fixed_point",
        sp.Derivative(scaling.r_update, r),
        1 - x + 2 * tau * r + 3 * r**2,
        "At zero loss, r = 0, a step multiplies a small residual by 1 - eta lambda.",
        source=PAPER,
    ),
    equivalence(
        "boundaries.stable",
        gt(1, (1 - x) ** 2),
        gt(2, x),
        x,
        "The factor 1 - eta lambda shrinks the residual iff eta < 2/lambda: the boundary at "
        "infinite width, where r and s start at 0.",
        source=PAPER,
    ),
    MULTIPLIER,
    CROSSING,
    # For which rates the first step raises the loss.
    equivalence(
        "boundaries.first_step",
        gt(prime(L), L),
        raises,
        positive(L),
        "The first step raises the loss iff |mu| > 1.",
        NETWORK,
        gt(L, 0),
    ),
    equation(
        "boundaries.factors",
        multiplier**2 - 1,
        eta * (kappa * eta - lam) * (kappa * eta**2 - lam * eta + 2),
        "Besides 0 there are at most three rates where |mu| = 1: the roots of these factors.",
        ROOTS,
    ),
    ROOT_EXCESS,
    equivalence(
        "boundaries.raised_above",
        raises,
        gt(eta, eta_crit),
        eta * (lam + eta * minus_kappa) * (lam + positive_root) * (4 + eta * excess) / 8,
        "For f (f - y) <= 0 the first step raises the loss iff eta > eta_crit.",
        ROOTS,
        ge(0, kappa),
        uses=(ROOT_EXCESS,),
    ),
    equation(
        "boundaries.raised_between",
        multiplier**2 - 1,
        kappa**2 * eta * (eta - lam / kappa) * (eta - eta_crit) * (eta - eta_plus),
        "For f (f - y) > 0 the first step raises the loss iff eta_crit < eta < eta_plus or "
        "eta > lambda/kappa.",
        ROOTS,
        argument="The product changes its sign at each of its roots, whose order "
        "boundaries.order_roots and order_far give.",
    ),
    inequality(
        "boundaries.no_catapult",
        gt(kappa * eta**2 - lam * eta + 2, 0),
        plus_kappa * (eta - lam / (2 * plus_kappa)) ** 2
        + positive(8 * kappa - lam**2) / (4 * plus_kappa),
        "If lambda^2 < 8 kappa only eta > lambda/kappa raises the loss at once.",
        gt(8 * kappa, lam**2),
        gt(kappa, 0),
    ),
    # How the rates where |mu| = 1 lie to each other, for f (f - y) > 0.
    inequality(
        "boundaries.order_roots",
        ge(eta_plus, eta_crit),
        root / plus_kappa,
        "The rate eta_plus is never below eta_crit.",
        ROOTS,
        *HAS_ROOT,
    ),
    inequality(
        "boundaries.order_far",
        gt(lam / kappa, eta_plus),
        4 / (lam + root),
        "The rate lambda/kappa, where mu is 1 again, lies above eta_plus.",
        ROOTS,
        *HAS_ROOT,
    ),
    inequality(
        "boundaries.after_linear",
        ge(eta_plus, 4 / lam),
        root * (lam + root) / (2 * lam * plus_kappa),
        "The rate eta_plus is never below 4/lambda.",
        ROOTS,
        *HAS_ROOT,
    ),
    # The first boundary, and how it bends with the width.
    equation(
        "boundaries.eta_crit",
        sp.Subs(multiplier, eta, eta_crit),
        -1,
        "At eta_crit = 4/(lambda + sqrt(lambda^2 - 8 f (f - y)/n)) the first step only flips "
        "the residual.",
        NETWORK,
    ),
    equation(
        "boundaries.critical_curvature",
        sp.Subs(multiplier, lam, 2 / eta + kappa * eta),
        -1,
        "At the curvature 2/eta + kappa eta the first step only flips the residual.",
        NETWORK,
    ),
    equation(
        "boundaries.wide_crit",
        sp.Limit(eta_crit, n, sp.oo),
        2 / lam,
        "At infinite width the boundary is the paper's.",
        NETWORK,
        source=PAPER,
    ),
    equation(
        "boundaries.crit_correction",
        sp.Limit(n * (eta_crit * lam / 2 - 1), n, sp.oo),
        2 * f * (f - y) / lam**2,
        "The first relative correction of eta_crit in 1/n is 2 f (f - y)/lambda^2.",
        NETWORK,
    ),
    equivalence(
        "boundaries.crit_bends",
        gt(2 / lam, eta_crit),
        gt(0, kappa),
        16 / (lam * (lam + root) ** 2),
        "A finite network is raised before 2/lambda iff its output and residual disagree in sign.",
        ROOTS,
        *HAS_ROOT[1:],
    ),
    # The same criterion in (r, V).
    NOT_ABOVE,
    equivalence(
        "boundaries.rV_criterion",
        gt((r**2 + V - 3) ** 2, 1),
        gt(2, r**2 + V),
        positive(4 - r**2 - V),
        "Inside the triangle a step raises the loss iff r^2 + V < 2.",
        STATE,
        *WITHIN,
        uses=(NOT_ABOVE,),
    ),
)
proved = by_name(STATEMENTS)

in_f = {kappa: right(KAPPA)}
output_ratio, residual_ratio = code_names("output_ratio residual_ratio")
FUNCTIONS = (
    Function(
        "first_step",
        (eta, lam, f, n, y),
        (right(MULTIPLIER, in_f),),
        "What the first step multiplies the residual by: above 1 in size it raises the loss.",
        written=(1 - eta * (lam - eta * f * (f - y) / n),),
    ),
    Function(
        "eta_crit",
        (lam, f, n, y),
        (point(CROSSING, {root_crit: right(ROOT, in_f)}),),
        "The smallest rate whose first step does not lower the loss; 2/curvature at width = inf.",
        also=(proved["eta_crit"],),
    ),
    Function(
        "critical_curvature",
        (eta, f, n, y),
        (point(proved["critical_curvature"], in_f),),
        "The curvature at which the first step multiplies the residual by -1.",
    ),
    Function(
        "crit_correction",
        (lam, f, y),
        (right(proved["crit_correction"]),),
        "The limit of n (eta_crit curvature/2 - 1) as the width n grows.",
        helpers=((output_ratio, f / lam), (residual_ratio, (f - y) / lam)),
    ),
)
