"""The curvature at which training ends."""

import sympy as sp

from . import certificate, triangle
from .fates import GROWTH, UNLABELLED
from .notation import (
    P,
    Q,
    V,
    c1,
    delta,
    ds,
    dV,
    epsilon,
    eta,
    f,
    i,
    lam,
    margin,
    mean,
    n,
    p,
    q,
    r,
    r_small,
    rest,
    s,
    s_bare,
    t,
    tau,
    x,
    x_bare,
    x_end,
    x_kept,
)
from .prover.claims import eq, ge
from .prover.function import Function, larger, right
from .prover.proofs import Induction
from .prover.quantities import at, code_names, prime
from .prover.statement import Statement, defined, definitions, equation, inequality
from .prover.symbols import nonnegative

# G = sqrt(PQ), up to its sign, in the amplitudes, which descend the loss of two weights.
MEAN = defined("final.mean", mean, p * q, "The mean G is the product of p and q.")
slope_p, slope_q = (triangle.proved[f"amplitude_{z}"].claim.rhs for z in (p, q))
mean_update = equation(
    "final.mean_update",
    prime(mean),
    mean * (1 - r**2),
    "Each step multiplies G = sqrt(PQ) by 1 - r^2, for every label.",
    MEAN,
    {prime(mean): (p - slope_p) * (q - slope_q)},
)
portrait_V = equation(
    "final.portrait_V",
    prime(V),
    V * (1 + s**2),
    "At label 0 a step multiplies V by 1 + s^2.",
    GROWTH,
)
portrait_s = equation(
    "final.portrait_s",
    prime(s),
    s * (s**2 + V - 3),
    "At label 0 a step multiplies s by s^2 + V - 3.",
    UNLABELLED,
    {x: 4 - V},
)
portrait_mean = equation(
    "final.portrait_mean",
    prime(mean),
    mean * (1 - s**2),
    "At label 0 a step multiplies G by 1 - s^2: V, s and G are a portrait of the run.",
    mean_update,
    {r: s},
)
CHANGES = {
    prime(z): sp.diff(step.claim.rhs, V) * dV + sp.diff(step.claim.rhs, s) * ds
    for z, step in ((dV, portrait_V), (ds, portrait_s))
}
change_V = equation(
    "final.change_V",
    prime(dV),
    (1 + s**2) * dV + 2 * V * s * ds,
    "At label 0 a step turns a small change (dV, ds) of V and s into this change of V.",
    CHANGES,
)
change_s = equation(
    "final.change_s",
    prime(ds),
    s * dV + (3 * s**2 + V - 3) * ds,
    "At label 0 a step turns a small change (dV, ds) of V and s into this change of s.",
    CHANGES,
)

product = Statement(
    "final.product",
    eq(at(mean, t), at(mean, 0) * sp.Product(1 - at(r, i) ** 2, (i, 0, t - 1))),
    Induction(t, at(mean, 0), mean_update.claim.rhs.xreplace({mean: at(mean, t), r: at(r, t)})),
    "After t steps PQ = G^2 is its start times the product of all (1 - r^2)^2, for every label.",
)
curvature = equation(
    "final.curvature",
    x,
    2 * sp.sqrt(tau**2 + P * Q),
    "At zero loss, s = tau, PQ gives the curvature; with final.product, the final one as an exact "
    "product.",
    triangle.ALIGNED,
    triangle.OPPOSED,
    {s: tau},
)
# Label 0 and x < 2: what is constant along a run is its final x.
C1 = defined(
    "final.c1", c1, (4 - x) / (x * (x - 2)), "At label 0 the coefficient c1 is this function of x."
)
first_order = equation(
    "final.first_order",
    sp.Limit((prime(x) - x) / s**2 + c1 * ((prime(s) / s) ** 2 - 1), s, 0),
    0,
    "At label 0 and x < 2 the final value of x is x + c1 s^2 + O(s^4), which a step changes only "
    "at order s^4.",
    UNLABELLED,
    C1,
    argument="c1 changes by O(s^2) a step. And x_oo = x - sum of s_t^2 (4 - x_t), where s_t^2 = "
    "s_0^2 (1 - x)^(2t) up to a factor 1 + O(t s_0^2) and x_t = x + O(s_0^2).",
)
lazy = equation(
    "final.lazy",
    (x + c1 * s**2) / eta,
    lam - f**2 * (4 - eta * lam) / (n * lam * (2 - eta * lam)),
    "In the network's own numbers, (x + c1 s^2)/eta is what final.first_order makes the final "
    "curvature of the lazy phase at large width.",
    C1,
    {x: eta * lam, s: eta * f / sp.sqrt(n)},
)

# Near the transition a label only changes the coordinates: delta and r are small, of weight 1.
X_BARE = defined(
    "final.x_bare",
    x_bare,
    x - tau * r * V,
    "Near the transition a run with a label ends, to leading order, like one without that starts "
    "at x - tau r V.",
)
S_BARE = defined(
    "final.s_bare",
    s_bare,
    r * (1 + tau * r / 2) * sp.sqrt((1 - tau) * (1 + tau)),
    "The output of that run is r (1 + tau r/2) sqrt(1 - tau^2).",
)
# What a step makes of them.
NEXT = {prime(x): triangle.STEP[x], prime(r): triangle.STEP[r]}
NEXT[prime(V)] = triangle.INVARIANT.claim.rhs.xreplace({z: prime(z) for z in (x, r)})
LATER = {
    prime(symbol): value.xreplace({z: prime(z) for z in (x, r, V)})
    for symbol, value in definitions(X_BARE, S_BARE).items()
}
labelled = equation(
    "final.labelled",
    sp.Limit(
        (
            (prime(x_bare) - 2) ** 2
            - (x_bare - 2) ** 2
            + 2 * (prime(s_bare) - s_bare) * (prime(s_bare) + s_bare)
        )
        / epsilon**4,
        epsilon,
        0,
    ),
    2
    * r_small
    * (
        4 * tau**2 * r_small * (delta**2 + r_small**2)
        - tau * delta * (delta**2 + (9 + tau**2) * r_small**2)
        + 2 * delta**2 * r_small
    ),
    "With a label a step keeps (x_bare - 2)^2 + 2 s_bare^2 up to weight 3, as a step without a "
    "label keeps (x - 2)^2 + 2 s^2, and adds this at weight 4.",
    X_BARE,
    S_BARE,
    LATER,
    NEXT,
    triangle.INVARIANT,
    {x: 2 + epsilon * delta, r: epsilon * r_small},
)

shrink = certificate.factor  # of the residual, at least, where the certificate holds
bound = 16 * r**2 / (margin * (8 - margin))
squares = Statement(
    "final.squares",
    eq(at(rest, t), bound * (1 - shrink ** (2 * t))),
    Induction(t, 0, at(rest, t) + r**2 * shrink ** (2 * t)),
    "Where the certificate holds the residual shrinks by 1 - margin/4 a step or more "
    "(certificate.shrinks_above, shrinks_below), and the squared residuals of t steps add up to at "
    "most this, less than 16 r^2/(margin (8 - margin)).",
    argument="Along the run the shrinking of certificate.shrinks_above and shrinks_below repeats "
    "at every step.",
    uses=(certificate.proved["shrinks_above"], certificate.proved["shrinks_below"]),
)
PQ, PQ_start = at(mean, t) ** 2, at(mean, 0) ** 2
keeps, spare = ge(PQ, (1 - 2 * rest) * PQ_start), nonnegative(PQ - (1 - 2 * rest) * PQ_start)
product_falls = inequality(
    "final.product_falls",
    ge(PQ * (1 - r**2) ** 2, (1 - 2 * (rest + r**2)) * PQ_start),
    spare * (1 - r**2) ** 2 + PQ_start * r**2 * (r**2 + 2 * rest * nonnegative(2 - r**2)),
    "If PQ is at least 1 - 2 rest of its start, where rest is the sum of the squared residuals so "
    "far, then one step more keeps that true.",
    keeps,
    ge(2, r**2),
)
AT_ZERO_LOSS = {
    x_kept: curvature.claim.rhs.xreplace({P * Q: PQ_start}),
    x_end: curvature.claim.rhs.xreplace({P * Q: PQ}),
}
tail = inequality(
    "final.tail",
    ge(2 * bound, 1 - x_end / x_kept),
    2 * nonnegative(bound - rest)
    + (8 * rest * tau**2 + 4 * spare) / (x_kept * (x_kept + x_end))
    + 2 * rest * x_end / (x_kept + x_end),
    "Where the certificate holds the final x is below x_kept = 2 sqrt(tau^2 + PQ) by at most this "
    "share of it.",
    AT_ZERO_LOSS,
    ge(bound, rest),
    keeps,
    uses=(squares, product_falls),
    argument="This holds at every step t, and the final x is the limit of x at step t.",
)

STATEMENTS = (
    mean_update,
    MEAN,
    product,
    curvature,
    C1,
    first_order,
    lazy,
    X_BARE,
    S_BARE,
    labelled,
    portrait_V,
    portrait_s,
    portrait_mean,
    change_V,
    change_s,
    squares,
    product_falls,
    tail,
)

square = code_names("s2")
SQUARE = ((square, s**2),)
FUNCTIONS = (
    Function(
        "portrait_step",
        (V, s, mean),
        (right(portrait_V), right(portrait_s), right(portrait_mean)),
        "One step at target 0 of V, s and the geometric mean of P and Q.",
        helpers=SQUARE,
        written=(V * (1 + square), s * (V + square - 3), mean * (1 - s) * (1 + s)),
    ),
    Function(
        "portrait_change",
        (V, s, dV, ds),
        (right(change_V), right(change_s)),
        "What one step makes of a small change of V and s.",
        helpers=SQUARE,
    ),
    Function(
        "without_label",
        (x, r, tau),
        (right(X_BARE, {V: right(triangle.INVARIANT)}), right(S_BARE)),
        "The state (x, s) without a label that ends alike, near the transition.",
        also=(labelled,),
    ),
    Function(
        "product_curvature",
        (x, s, tau),
        (right(curvature, {P: right(triangle.ALIGNED), Q: right(triangle.OPPOSED)}),),
        "The final x if PQ stayed as it is.",
        written=(sp.sqrt(4 * (tau - s) * (tau + s) + x**2),),
    ),
    Function(
        "product_tail",
        (x, r, tau),
        (larger(tail, {margin: certificate.distance}),),
        "The share of product_curvature beyond the final x, at most, where the certificate holds.",
        helpers=certificate.MARGIN,
    ),
)
