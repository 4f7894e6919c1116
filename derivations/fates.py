"""Where a training run ends.

For |tau| < 2 the sign of V, kept for ever, decides between bounded and unbounded. What drives
every proof is a quantity that grows at each step: V itself at label 0 (the sum rule),
V Q^(-tau/2) with a label 0 < tau < 2 (the mirror exchanges P and Q for tau < 0).
"""

from __future__ import annotations

import sympy as sp

from . import scaling, triangle
from .closure import PAPER
from .notation import L, P, Q, V, eta, n, prime, r, s, tau, x
from .prover.claims import eq, ge, gt
from .prover.proofs import Cases, Identity, Induction, Monotone, Sign, Unproved
from .prover.statement import Statement
from .prover.symbols import nonnegative, positive
from .triangle import BAND, STATE, above

T, i = sp.Symbol("T", integer=True, nonnegative=True), sp.Symbol("i", integer=True)
V_at, r_at, s_at = sp.Function("V"), sp.Function("r"), sp.Function("s")
x_next, s_next, r_next, P_next, Q_next, V_next = (prime(z) for z in (x, s, r, P, Q, V))

# Label 0: the state is (x, s).
UNLABELLED = {
    x_next: x + s**2 * (x - 4),
    s_next: s * (1 - x + s**2),
    P: x / 2 + s,
    Q: x / 2 - s,
}
room, low = positive("4-x"), positive("2-x")


def zero_target() -> list[Statement]:
    """At label 0 every run with V > 0 converges."""
    V_0, V_T, K = positive("V_0"), positive("V_T"), nonnegative("K")
    left, spare, at_most = nonnegative("left"), nonnegative("spare"), nonnegative("2-x")
    step = 1 + 2 * eta**2 * L / n
    sum_rule = Statement(
        "fates.sum_rule",
        eq(V_at(T), V_at(0) * sp.Product(1 + r_at(i) * s_at(i), (i, 0, T - 1))),
        Induction(T, V_at(0), V_at(T) * (1 + r_at(T) * s_at(T))),
        "The sum rule, exact for every label: V follows from the outputs seen on the way "
        "(triangle.V_update).",
    )
    step_growth = Statement(
        "fates.step_growth",
        eq(1 + s**2, step),
        scaling.NO_LABEL,
        "At label 0 each factor is 1 + s^2 and measures the loss of that step.",
    )
    V_top = Statement(
        "fates.V_top",
        gt(4, V),
        Sign(x, definitions={V: 4 - x}),
        "At label 0, V = 4 - x never reaches 4.",
    )
    return [
        sum_rule,
        step_growth,
        V_top,
        Statement(
            "fates.step_count",
            ge(sp.log(4 / V_0), K * sp.log(step)),
            Sign(
                sp.log(1 + left) + sp.log(1 + spare),
                {left: 4 / V_T - 1, spare: V_T / (V_0 * step**K) - 1},
            ),
            "At label 0 and V > 0 every run converges to zero loss: the number K of steps with "
            "loss >= L is finite.",
            (ge(4 / V_T, 1), ge(V_T / (V_0 * step**K), 1)),
            uses=(sum_rule, step_growth, V_top),
            argument="V_T < 4 by V_top. By the sum rule V_T is V_0 times factors >= 1, K of them "
            "at least 1 + 2 eta^2 L/n.",
        ),
        Statement(
            "fates.curvature_falls",
            ge(x, x_next),
            Sign(s**2 * room, {room: 4 - x}, UNLABELLED),
            "At label 0 the curvature never rises while x < 4.",
            (gt(4, x),),
            source=PAPER,
        ),
        Statement(
            "fates.absorbing",
            gt(2, x_next),
            Sign(low + s**2 * (low + 2), {low: 2 - x}, UNLABELLED),
            "At label 0, x < 2 is never left,",
            (gt(2, x),),
        ),
        Statement(
            "fates.shrinks_below",
            gt(1, s_next / s),
            Sign(x * room / 4 + P * Q, {room: 4 - x}, UNLABELLED),
            "and there the output's multiplier is below 1",
            (gt(4, x),),
        ),
        Statement(
            "fates.shrinks_above",
            ge(s_next / s, -1),
            Sign(at_most + s**2, {at_most: 2 - x}, UNLABELLED),
            "and at least -1: from x <= 2 on the loss never grows.",
            (ge(2, x),),
        ),
        Statement(
            "fates.exception",
            eq(sp.Subs(1 - x + s**2, x, 1 + s**2), 0),
            Identity(),
            "A start with s^2 = x - 1 has zero loss after one step, whatever the phase: why "
            "'almost every' is said.",
        ),
        Statement(
            "fates.late_rise",
            gt(x, sp.Rational(191, 50)),
            Unproved("0.4 % of starts at n = 1, none at n = 50"),
            "Where the first step lowers the loss and a later one raises it (label 0), x > 3.82 "
            "and |s| > sqrt(2).",
        ),
    ]


# A label 0 < tau < 2, as a symbol that is positive.
t = positive("tau")
LABELLED = {V_next: V * (1 + t * r + r**2), Q_next: Q * (1 + r) ** 2}
phi = sp.log(1 + t * r + r**2) - t / 2 * sp.log((1 + r) ** 2)
growth = (r + t / 2) ** 2 + above * (2 + t) / 4
slope = r * (2 - t) * (1 + t + r) / ((1 + r) * (1 + t * r + r**2))


def lyapunov() -> list[Statement]:
    """phi > 0 on the four intervals between its poles and minima, -oo, -1 - tau, -1, 0, oo."""
    d, c, h, o = positive("d"), positive("c"), nonnegative("h"), positive("o")
    small = positive("-log(tau)")
    where = {above: 2 - t}
    log_sign = Statement(
        "fates.log_sign",
        gt(0, sp.log(t)),
        Monotone(t, 1, d, -1 / t, {d: 1 - t}),
        "Below 1 the logarithm is negative.",
        (gt(1, t),),
    )
    saddle = Statement(
        "fates.phi_saddle",
        gt(sp.log(2 + t), t / 2 * sp.log(t**2)),
        Cases(
            gt(1, t),
            Sign(sp.log(2 + t) + t * small, {small: -sp.log(t)}),
            Monotone(t, 2, above, -(2 + h) / (3 + h) - sp.log(1 + h), {above: 2 - t, h: t - 1}),
        ),
        "phi is positive at its far minimum, r = -1 - tau.",
        (gt(2, t),),
        uses=(log_sign,),
    )
    at_saddle = Sign(o, {o: sp.log(2 + t) - t / 2 * sp.log(t**2)})
    pieces = (
        (
            "right",
            (gt(r, 0),),
            Monotone(r, 0, d, d * above * (d + 1 + t) / ((1 + d) * growth), {**where, d: r}),
            "phi > 0 right of 0,",
        ),
        (
            "middle",
            (gt(0, r), gt(r, -1)),
            Monotone(r, 0, d, -d * above * (t + c) / (c * growth), {**where, d: -r, c: 1 + r}),
            "between -1 and 0,",
        ),
        (
            "left",
            (gt(r, -1 - t), gt(-1, r)),
            Monotone(
                r,
                -1 - t,
                d,
                (1 + c) * above * d / (c * growth),
                {**where, d: r + 1 + t, c: -1 - r},
                at_saddle,
            ),
            "between -1 - tau and -1,",
        ),
        (
            "far",
            (gt(-1 - t, r),),
            Monotone(
                r,
                -1 - t,
                d,
                -(1 + t + d) * above * d / ((t + d) * growth),
                {**where, d: -1 - t - r},
                at_saddle,
            ),
            "and left of that.",
        ),
    )
    everywhere = [
        Statement(f"fates.phi_{name}", gt(phi, 0), proof, says, (gt(2, t), *given), uses=(saddle,))
        for name, given, proof, says in pieces
    ]
    return [
        Statement(
            "fates.phi_slope",
            eq(sp.Derivative(phi, r), slope),
            Identity(),
            "The slope of phi, whose sign is read off.",
        ),
        log_sign,
        saddle,
        *everywhere,
        Statement(
            "fates.lyapunov",
            eq(sp.log(V_next / V) - t / 2 * sp.log(Q_next / Q), phi),
            Identity(LABELLED),
            "For 0 < tau < 2 each step with r != 0 raises |V| Q^(-tau/2), whatever the sign of "
            "V. With V > 0 there is no cycle, and a run that does not converge balances itself: "
            "Q goes to 0.",
            argument="phi is continuous but for +oo at r = -1 and grows to +oo with |r|, so it "
            "is bounded away from 0 where |r| > e. If r does not go to 0 the sum of phi "
            "diverges; V is bounded (triangle.V_bound), so Q -> 0.",
            uses=tuple(everywhere),
        ),
    ]


def oscillating() -> list[Statement]:
    """1 < |tau| < 2 and V > 0."""
    up, out, near, e = positive("r+"), nonnegative("-r"), positive("2-tau-r"), positive("tau-1+r")
    beyond = positive("tau-1")
    where = {up: r, out: -r, near: 2 - tau - r, e: tau - 1 + r, beyond: tau - 1}
    return [
        Statement(
            "fates.no_convergence",
            gt(-1, 1 - x + s * r),
            Cases(
                gt(r, 0),
                Sign(2 * Q + 2 * beyond + up * near, where, STATE),
                Sign(2 * Q + 2 * e + out + out * e, where, STATE),
            ),
            "For 1 < |tau| < 2 and V > 0 a run stays bounded and converges only if it lands on "
            "zero loss in finitely many steps.",
            (gt(tau, 1), gt(2 - tau, r), gt(r, 1 - tau)),
            argument="P, Q and V are bounded (triangle.P_bound, Q_bound, V_bound). Near r = 0 the "
            "multiplier is below -1, so that a residual that is not 0 grows until it leaves the "
            "neighbourhood.",
            uses=tuple(
                z for z in triangle.STATEMENTS if z.name in ("triangle.P_bound", "triangle.Q_bound")
            ),
        ),
        Statement(
            "fates.almost_every",
            eq(sp.Limit(r_at(T), T, sp.oo), 0),
            Unproved(
                "4e5 random networks, twice, no exception; proved at label 0 (fates.step_count)"
            ),
            "For |tau| < 1 and V > 0 almost every start converges to zero loss.",
            (gt(1, tau), gt(tau, -1), gt(V, 0)),
        ),
    ]


def divergent() -> list[Statement]:
    """V < 0, and |tau| > 2."""
    gap = positive("1-V-r^2")
    far, e, start, depth = positive("r-2"), positive("tau-2"), positive("V+"), positive("-V-2Q")
    pull, lead, q, G = nonnegative("pull"), positive("lead"), positive("Q"), positive("G")
    r_size, below_two = positive("r+"), positive("2+tau")
    where = {far: r - 2, e: tau - 2, start: V, depth: -V - 2 * Q, above: 2 - tau}
    beyond_two = Statement(
        "fates.beyond_two",
        gt(r, 2),
        Sign((start + 2 * Q) / e, where, STATE),
        "For tau > 2 and V > 0 the residual is above 2,",
        (gt(tau, 2), gt(V, 0)),
    )
    repelled = Statement(
        "fates.repelled",
        gt((r**2 + V - 3) ** 2, 4),
        Sign(gap * (4 + gap), {gap: 1 - V - r**2}),
        "Zero loss repels where V < 0: a step that starts with r^2 < 1 - V more than doubles the "
        "residual.",
        (gt(1 - V, r**2),),
    )
    edge = Statement(
        "fates.edge",
        gt(r, 2),
        Sign(depth / above, where, STATE),
        "Where V < -2Q the residual is above 2;",
        (*BAND, gt(-V, 2 * Q)),
    )
    small_Q = Statement(
        "fates.small_Q",
        gt(G * q ** (t / 2), 2 * q),
        Sign(q ** (t / 2) * lead, {lead: G - 2 * q ** (1 - t / 2)}),
        "which it is, Q > 0 being small, where |V| = G Q^(tau/2) with G bounded below;",
        (gt(G, 2 * q ** (1 - t / 2)),),
    )
    flees = Statement(
        "fates.Q_flees",
        ge(Q_next, 9 * Q),
        Sign(Q * (6 * far + far**2), where, LABELLED),
        "then Q grows at least ninefold.",
        (gt(r, 2),),
    )
    grows = Statement(
        "fates.balanced_grows",
        gt(r * (r**2 + (2 - r) * (2 - tau) - 3), r),
        Sign(r_size * far * (far + below_two), {far: r - 2, r_size: r, below_two: 2 + tau}),
        "If Q = 0, where V < 0 means r > 2, the residual grows for ever.",
        (gt(tau, -2), gt(r, 2), gt(r, 0)),
    )
    return [
        beyond_two,
        Statement(
            "fates.runaway",
            gt(V_next, 9 * V),
            Sign(
                start * (6 * far + 2 * e + far * e + far**2),
                where,
                {V_next: V * (1 + tau * r + r**2)},
            ),
            "and V grows at least ninefold: |tau| > 2 and V > 0 diverges from every start.",
            (gt(tau, 2), gt(V, 0)),
            uses=(beyond_two,),
            argument="V stays positive, so this repeats; as x >= 0, tau r >= V - 4 grows without "
            "bound.",
        ),
        repelled,
        edge,
        small_Q,
        flees,
        grows,
        Statement(
            "fates.divergent",
            ge(-V * (1 + tau * r + r**2), -V * (1 - sp.Abs(tau * r))),
            Sign(start * (r**2 + pull), {start: -V, pull: sp.Abs(tau * r) + tau * r}),
            "For V < 0 and |tau| < 2 the loss is unbounded, from every start that never lands on "
            "zero loss exactly.",
            (gt(-V, 0), ge(sp.Abs(tau * r), -tau * r)),
            argument="Unbounded state: at tau = 0, |V| grows by 1 + s^2; were it bounded, s -> "
            "0, against fates.repelled. For 0 < tau < 2: if Q = 0 see balanced_grows. Else G = "
            "|V| Q^(-tau/2) grows by phi, to infinity, as a finite limit means r -> 0. Were the "
            "run bounded, Q -> 0, and fates.small_Q, edge and Q_flees let Q grow ninefold at "
            "every late step. Unbounded loss: were |r| <= b, |V| would be unbounded. While |V| > "
            "M > b^2 + 2, |r| doubles at least and is at most b/(M - b^2), so its sum is at most "
            "twice that, and by this claim |V| cannot fall from 2M to M if M is large: |r| "
            "doubles for ever.",
            uses=(repelled, edge, small_Q, flees, grows),
        ),
        Statement(
            "fates.far_labels",
            eq(sp.Limit(sp.Abs(V_at(T)), T, sp.oo), sp.oo),
            Unproved("runs of random networks, no exception"),
            "For |tau| >= 2 and V < 0 almost every start diverges.",
            (ge(sp.Abs(tau), 2), gt(0, V)),
        ),
    ]


STATEMENTS = (*zero_target(), *lyapunov(), *oscillating(), *divergent())
