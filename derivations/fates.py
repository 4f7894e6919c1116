"""Where a training run ends.

For |tau| < 2 the sign of V, kept for ever, decides between bounded and unbounded. What drives
every proof is a quantity that grows at each step: V itself at label 0 (the sum rule),
|V| Q^(-tau/2) with a label 0 < tau < 2 (chapter lyapunov).
"""

import sympy as sp

from . import lyapunov, scaling, triangle
from .closure import PAPER
from .notation import L, P, Q, V, count, eta, i, n, r, rise, s, t, tau, x
from .prover.claims import eq, ge, gt
from .prover.proofs import Cases, Induction, Sign, Unproved
from .prover.quantities import at, prime
from .prover.statement import Statement, by_name, definitions, equation, inequality
from .prover.symbols import nonnegative, positive
from .triangle import BAND, STATE

x_next, s_next, V_next = prime(x), prime(s), prime(V)

# Label 0: the state is (x, s), and V grows by 1 + s^2.
UNLABELLED = definitions(
    scaling.proved["x_zero_target"], scaling.proved["s_zero_target"], {z: STATE[z] for z in (P, Q)}
)
GROWTH = definitions(triangle.proved["V_growth"], {tau: 0, r: s})
below_two, below_four = positive(2 - x), positive(4 - x)
V_0 = at(V, 0)
least = V_0 * (1 + rise) ** count
counts, more = ge(V, least), nonnegative(V - least)

sum_rule = Statement(
    "fates.sum_rule",
    eq(at(V, t), V_0 * sp.Product(1 + at(r, i) * at(s, i), (i, 0, t - 1))),
    Induction(
        t, V_0, triangle.proved["V_update"].claim.rhs.xreplace({z: at(z, t) for z in (V, r, s)})
    ),
    "The sum rule, exact for every label: V after t steps follows from the outputs on the way.",
)
step_growth = equation(
    "fates.step_growth",
    V_next,
    V * (1 + 2 * eta**2 * L / n),
    "At label 0 a step multiplies V by 1 + s^2 = 1 + 2 eta^2 L/n, which measures its loss.",
    GROWTH,
    scaling.proved["loss"],
)
V_top = inequality("fates.V_top", gt(4, V), x, "At label 0, V = 4 - x never reaches 4.", {V: 4 - x})
counted = inequality(
    "fates.counted",
    ge(V_next, V_0 * (1 + rise) ** (count + 1)),
    more * (1 + s**2) + positive(V_0) * (1 + rise) ** count * nonnegative(s**2 - rise),
    "Let K count the steps so far with s^2 >= rise. At label 0 one more of them keeps V >= V_0 "
    "(1 + rise)^K true.",
    GROWTH,
    gt(V_0, 0),
    counts,
    ge(s**2, rise),
)
uncounted = inequality(
    "fates.uncounted",
    ge(V_next, least),
    more * (1 + s**2) + positive(V_0) * (1 + rise) ** count * s**2,
    "At label 0 any other step keeps V >= V_0 (1 + rise)^K true as well.",
    GROWTH,
    gt(V_0, 0),
    counts,
)
ZERO_TARGET = (
    sum_rule,
    step_growth,
    V_top,
    counted,
    uncounted,
    inequality(
        "fates.step_count",
        gt(4, least),
        positive(4 - V) + more,
        "At label 0 and V > 0 every run converges to zero loss: the number K of steps with "
        "loss >= L, s^2 >= rise = 2 eta^2 L/n, is finite, as V >= V_0 (1 + rise)^K at the start "
        "and after every step.",
        counts,
        uses=(step_growth, counted, uncounted, V_top),
        argument="By induction along the run each step that K counts multiplies V by 1 + rise at "
        "least (fates.counted), and V never exceeds 4.",
    ),
    inequality(
        "fates.curvature_falls",
        ge(x, x_next),
        s**2 * below_four,
        "At label 0 the curvature never rises while x < 4.",
        UNLABELLED,
        gt(4, x),
        source=PAPER,
    ),
    inequality(
        "fates.absorbing",
        gt(2, x_next),
        below_two + s**2 * (below_two + 2),
        "At label 0, x < 2 is never left.",
        UNLABELLED,
        gt(2, x),
    ),
    inequality(
        "fates.shrinks_below",
        gt(1, s_next / s),
        x * below_four / 4 + P * Q,
        "At label 0 and x < 4 a step multiplies the output by less than 1.",
        UNLABELLED,
        gt(4, x),
    ),
    inequality(
        "fates.shrinks_above",
        ge(s_next / s, -1),
        nonnegative(2 - x) + s**2,
        "At label 0 and x <= 2 a step multiplies the output by at least -1, so that with "
        "fates.shrinks_below the loss never grows.",
        UNLABELLED,
        ge(2, x),
    ),
    equation(
        "fates.exception",
        sp.Subs(scaling.proved["s_zero_target"].claim.rhs / s, x, 1 + s**2),
        0,
        "At label 0 a start with s^2 = x - 1 has zero loss after one step, whatever the phase: why "
        "'almost every' is said.",
    ),
    Statement(
        "fates.late_rise",
        gt(x, sp.Rational(191, 50)),
        Unproved("0.4 % of starts at n = 1, none at n = 50"),
        "Where the first step lowers the loss and it later exceeds that of the start (label 0), "
        "x > 3.82 and |s| > sqrt(2).",
    ),
)

# 1 < |tau| < 2 and V > 0.
right, left, over = positive(r), nonnegative(-r), positive(tau - 1 + r)
OSCILLATING = (
    Statement(
        "fates.no_convergence",
        gt(-1, 1 - x + s * r),
        Cases(
            gt(r, 0),
            Sign(2 * Q + 2 * positive(tau - 1) + right * positive(2 - tau - r), STATE),
            Sign(2 * Q + 2 * over + left + left * over, STATE),
        ),
        "For 1 < |tau| < 2 and V > 0 a run stays bounded and converges only if it lands on "
        "zero loss in finitely many steps.",
        (gt(tau, 1), gt(2 - tau, r), gt(r, 1 - tau)),
        argument="P, Q and V are bounded (triangle.P_bound, Q_bound, V_bound). Near r = 0 the "
        "multiplier is below -1, so that a residual that is not 0 grows until it leaves the "
        "neighbourhood.",
        uses=tuple(triangle.proved[name] for name in ("P_bound", "Q_bound", "V_bound")),
    ),
    Statement(
        "fates.almost_every",
        eq(sp.Limit(at(r, t), t, sp.oo), 0),
        Unproved("4e5 random networks, twice, no exception; proved at label 0 (fates.step_count)"),
        "For |tau| < 1 and V > 0 almost every start converges to zero loss.",
        (gt(1, tau), gt(tau, -1), gt(V, 0)),
    ),
)

# |tau| > 2, and V < 0.
far, over_two, start = positive(r - 2), positive(tau - 2), positive(V)
gap = positive(1 - V - r**2)
ninefold = 9**t * V_0
at_least = nonnegative(V - ninefold)
beyond_two = inequality(
    "fates.beyond_two",
    gt(r, 2),
    (start + 2 * Q) / over_two,
    "For tau > 2 and V > 0 the residual is above 2.",
    STATE,
    gt(tau, 2),
    gt(V, 0),
)
grows_ninefold = inequality(
    "fates.ninefold",
    gt(V_next, 9 ** (t + 1) * V_0),
    start * (6 * far + 2 * over_two + far * over_two + far**2) + 9 * at_least,
    "For tau > 2 and V > 0 a step makes V more than nine times as large: V >= 9^t V_0 stays true.",
    triangle.proved["V_growth"],
    gt(tau, 2),
    gt(V, 0),
    ge(V, ninefold),
    uses=(beyond_two,),
)
repelled = inequality(
    "fates.repelled",
    gt((r**2 + V - 3) ** 2, 4),
    gap * (4 + gap),
    "Zero loss repels where V < 0: a step that starts with r^2 < 1 - V more than doubles the "
    "residual.",
    gt(1 - V, r**2),
)
edge = inequality(
    "fates.edge",
    gt(r, 2),
    positive(-V - 2 * Q) / positive(2 - tau),
    "For |tau| < 2 the residual is above 2 where V < -2Q.",
    STATE,
    *BAND,
    gt(-V, 2 * Q),
)
small_Q = inequality(
    "fates.small_Q",
    gt(-V, 2 * Q),
    positive(Q) ** (tau / 2) * positive(-V * Q ** (-tau / 2) - 2 * Q ** (1 - tau / 2)),
    "V < -2Q holds where V < 0 and |V| Q^(-tau/2) is bounded below, once Q > 0 is small.",
    gt(Q, 0),
    gt(-V * Q ** (-tau / 2), 2 * Q ** (1 - tau / 2)),
)
flees = inequality(
    "fates.Q_flees",
    ge(prime(Q), 9 * Q),
    Q * (6 * far + far**2),
    "Where the residual is above 2 a step makes Q at least nine times as large.",
    triangle.proved["Q_update"],
    gt(r, 2),
)
grows = inequality(
    "fates.balanced_grows",
    gt(r * (r**2 + (2 - r) * (2 - tau) - 3), r),
    right * far * (far + positive(2 + tau)),
    "If Q = 0, where V < 0 means r > 2, the residual grows for ever.",
    gt(tau, -2),
    gt(r, 2),
    gt(r, 0),
    argument="By induction along the run it repeats at every step.",
)
DIVERGENT = (
    beyond_two,
    grows_ninefold,
    inequality(
        "fates.runaway",
        gt(tau * r, ninefold - 4),
        x + at_least,
        "For |tau| > 2 and V > 0 training diverges from every start: V >= 9^t V_0 after t steps, "
        "and the residual follows it.",
        {V: STATE[V]},
        ge(V, ninefold),
        uses=(grows_ninefold,),
        argument="By induction along the run the growth repeats at every step.",
    ),
    repelled,
    edge,
    small_Q,
    flees,
    grows,
    inequality(
        "fates.divergent",
        ge(-V * (1 + tau * r + r**2), -V * (1 - abs(tau * r))),
        positive(-V) * (r**2 + nonnegative(abs(tau * r) + tau * r)),
        "For V < 0 and |tau| < 2 the loss is unbounded, from every start that never lands on "
        "zero loss exactly.",
        gt(-V, 0),
        ge(abs(tau * r), -tau * r),
        argument="Unbounded state: at tau = 0, |V| grows by 1 + s^2; were it bounded, s -> "
        "0, against fates.repelled. For 0 < tau < 2: if Q = 0 see balanced_grows. Else "
        "|V| Q^(-tau/2) grows by exp(phi) (lyapunov.growth), to infinity, as a finite limit means "
        "r -> 0. Were the run bounded, Q -> 0, and fates.small_Q, edge and Q_flees let Q grow "
        "ninefold at every late step. Unbounded loss: were |r| <= bound, |V| would be unbounded. "
        "While |V| > high > bound^2 + 2, |r| doubles at least and is at most bound/(high - "
        "bound^2), so its sum is at most twice that, and by this claim |V| cannot fall from 2 high "
        "to high if high is large: |r| doubles for ever.",
        uses=(*lyapunov.phi_positive, repelled, edge, small_Q, flees, grows),
    ),
    Statement(
        "fates.far_labels",
        eq(sp.Limit(abs(at(V, t)), t, sp.oo), sp.oo),
        Unproved("runs of random networks, no exception"),
        "For |tau| >= 2 and V < 0 almost every start diverges.",
        (ge(abs(tau), 2), gt(0, V)),
    ),
)

STATEMENTS = (*ZERO_TARGET, *OSCILLATING, *DIVERGENT)
proved = by_name(STATEMENTS)
