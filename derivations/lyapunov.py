"""With a label 0 < tau < 2 a quantity grows at every step: |V| Q^(-tau/2).

It grows by exp(phi), where phi is a function of the residual alone. That phi is positive is shown
on the four intervals between its poles and minima: -oo, -1 - tau, -1, 0, oo. For tau < 0 the mirror
exchanges P and Q.
"""

import sympy as sp

from . import triangle
from .notation import Q, V, r, tau
from .prover.claims import gt
from .prover.proofs import Cases, Monotone, Sign
from .prover.quantities import prime
from .prover.statement import Statement, equation
from .prover.symbols import nonnegative, positive

phi = sp.log(1 + tau * r + r**2) - tau / 2 * sp.log((1 + r) ** 2)
FAR = -1 - tau

label, above, over_one = positive(tau), positive(2 - tau), nonnegative(tau - 1)
LABEL = (gt(2, tau), gt(tau, 0))
log_sign = Statement(
    "lyapunov.log_sign",
    gt(0, sp.log(tau**2)),
    Monotone(tau, 1, positive(1 - tau), -2 / label),
    "Below 1 the logarithm of the squared label is negative.",
    (gt(1, tau), gt(tau, 0)),
)
saddle = Statement(
    "lyapunov.saddle",
    gt(sp.log(2 + tau), tau / 2 * sp.log(tau**2)),
    Cases(
        gt(1, tau),
        Sign(sp.log(2 + label) + label * positive(-sp.log(tau**2)) / 2),
        Monotone(
            tau,
            2,
            above,
            -(2 + over_one) / (3 + over_one) - sp.log(1 + over_one * (2 + over_one)) / 2,
        ),
    ),
    "At its far minimum, r = -1 - tau, phi is positive.",
    LABEL,
    uses=(log_sign,),
)

right, inner, outer, before = map(positive, (r, 1 + r, -1 - r, FAR - r))


def positive_phi(name, says, factors, *interval) -> Statement:
    """phi > 0 on an interval, whose end where phi is least comes first, by the sign of its slope.

    The factors are r, 1 + tau + r and 1 + r, in what is positive there.
    """
    first, second, third = factors
    square = (r + tau / 2) ** 2 + above * (2 + label) / 4
    slope = above * first * second / (third * square)
    (end,) = {interval[0].gts, interval[0].lts} - {r}
    at_far = Sign(positive(saddle.claim.gts - saddle.claim.lts))
    away = positive(interval[0].gts - interval[0].lts)
    proof = Monotone(r, end, away, slope, at_end=at_far if end == FAR else None)
    return Statement(
        f"lyapunov.phi_{name}", gt(phi, 0), proof, says, (*LABEL, *interval), uses=(saddle,)
    )


phi_positive = (
    positive_phi(
        "right", "Right of r = 0 phi is positive.", (right, 1 + label + right, 1 + right), gt(r, 0)
    ),
    positive_phi(
        "middle",
        "Between r = -1 and 0 phi is positive.",
        (-positive(-r), label + inner, inner),
        *(gt(0, r), gt(r, -1)),
    ),
    positive_phi(
        "left",
        "Between r = -1 - tau and -1 phi is positive.",
        (-1 - outer, positive(r - FAR), -outer),
        *(gt(r, FAR), gt(-1, r)),
    ),
    positive_phi(
        "far",
        "Left of r = -1 - tau phi is positive.",
        (-1 - label - before, -before, -label - before),
        gt(FAR, r),
    ),
)
STATEMENTS = (
    equation(
        "lyapunov.phi_slope",
        sp.Derivative(phi, r),
        r * (2 - tau) * (1 + tau + r) / ((1 + r) * (1 + tau * r + r**2)),
        "The slope of phi is a product whose sign is read off.",
    ),
    log_sign,
    saddle,
    *phi_positive,
    equation(
        "lyapunov.growth",
        sp.log(prime(V) / V) - tau / 2 * sp.log(prime(Q) / Q),
        phi,
        "For 0 < tau < 2 each step with r != 0 raises |V| Q^(-tau/2), whatever the sign of V. With "
        "V > 0 there is no cycle, and a run that does not converge balances itself: Q goes to 0.",
        triangle.proved["V_growth"],
        triangle.proved["Q_update"],
        argument="phi is continuous but for +oo at r = -1 and grows to +oo with |r|, so it is "
        "bounded away from 0 where r is. If r does not go to 0 the sum of phi diverges; V is "
        "bounded (triangle.V_bound), so Q -> 0.",
        uses=phi_positive,
    ),
)
