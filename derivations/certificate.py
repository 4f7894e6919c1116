"""A certificate of convergence that one state can show.

Let m = min(V - 2, 4 - V) > 0 and load = |r| (|r| + |tau|). If load <= m^2/32 the run converges, and
V_oo is within 16 load/m of V. The proof follows the run as long as V_t stays within m/2 of V: there
the residual shrinks by 1 - m/4 a step, so V moves by a geometric sum too small for it to leave.
"""

from __future__ import annotations

import sympy as sp

from .notation import V, r, tau, x
from .prover.claims import eq, ge
from .prover.function import Function
from .prover.proofs import Induction, Sign, unfold
from .prover.statement import Statement
from .prover.symbols import nonnegative, positive

# V is the invariant at the start, W = V_t, r the residual and load its load at any later step.
m, load, shift = positive("m"), sp.Symbol("load", real=True), sp.Symbol("|V_T - V|", real=True)
W = sp.Symbol("V_t", real=True)
R, A = nonnegative("|r|"), nonnegative("|tau|")
T = sp.Symbol("T", integer=True, nonnegative=True)
travel = sp.Function("S")

floor, ceiling, drift_up, drift_down = (
    nonnegative(name) for name in ("V-2-m", "4-V-m", "m/2-W+V", "m/2-V+W")
)
low, high, calm, whole = (nonnegative(name) for name in ("W-2-m/2", "4-W-m/2", "m^2/32-r^2", "1-m"))
shrink, spare, budget = nonnegative("1-m/4"), nonnegative("spare"), nonnegative("m^2/32-load")
along, against = nonnegative("|z|-z"), nonnegative("|z|+z")
WHERE = {
    floor: V - 2 - m,
    ceiling: 4 - V - m,
    drift_up: m / 2 - W + V,
    drift_down: m / 2 - V + W,
    low: W - 2 - m / 2,
    high: 4 - W - m / 2,
    calm: m**2 / 32 - r**2,
    whole: 1 - m,
    budget: m**2 / 32 - load,
    shrink: 1 - m / 4,
    along: sp.Abs(tau * r) - tau * r,
    against: sp.Abs(tau * r) + tau * r,
}
margin_now, largest_load, bound = 1 - sp.Abs(V - 3), m**2 / 32, 16 * load / m
LOAD = {load: r**2 + sp.Abs(tau * r)}
NEAR = (ge(W - 2, m / 2), ge(4 - W, m / 2))
quotient, loaded = nonnegative("|r'/r|"), nonnegative("load+")

low_kept = Statement(
    "certificate.low_kept",
    ge(W - 2, m / 2),
    Sign(floor + drift_down, WHERE),
    "Within m/2 of V the margin is at least m/2: below",
    (ge(V - 2, m), ge(m / 2, V - W)),
)
high_kept = Statement(
    "certificate.high_kept",
    ge(4 - W, m / 2),
    Sign(ceiling + drift_up, WHERE),
    "and above.",
    (ge(4 - V, m), ge(m / 2, W - V)),
)
calm_residual = Statement(
    "certificate.residual",
    ge(load, r**2),
    Sign(sp.Abs(tau * r), definitions=LOAD),
    "The load bounds the squared residual.",
)
shrinks_above = Statement(
    "certificate.shrinks_above",
    ge(1 - m / 4, r**2 + W - 3),
    Sign(high + calm + m * (7 + whole) / 32, WHERE),
    "There the residual's multiplier is at most 1 - m/4",
    (*NEAR, ge(m**2 / 32, r**2), ge(1, m)),
)
shrinks_below = Statement(
    "certificate.shrinks_below",
    ge(r**2 + W - 3, -(1 - m / 4)),
    Sign(r**2 + low + m / 4, WHERE),
    "and at least -(1 - m/4):",
    NEAR,
)
load_shrinks = Statement(
    "certificate.load_shrinks",
    ge((1 - m / 4) * R * (R + A), quotient * R * (quotient * R + A)),
    Sign(R * (quotient * R * (spare + m / 4) + spare * (R + A)), {spare: 1 - m / 4 - quotient}),
    "the load shrinks by 1 - m/4 at least,",
    (ge(1 - m / 4, quotient),),
)
rises = Statement(
    "certificate.rises",
    ge(4 * load, W * (tau * r + r**2)),
    Sign((high + m / 2) * (r**2 + sp.Abs(tau * r)) + (low + 2 + m / 2) * along, WHERE, LOAD),
    "V rises by at most 4 load a step",
    (*NEAR, ge(sp.Abs(tau * r), tau * r)),
)
falls = Statement(
    "certificate.falls",
    ge(4 * load, -W * (tau * r + r**2)),
    Sign(
        (high + m / 2) * (r**2 + sp.Abs(tau * r)) + (low + 2 + m / 2) * (2 * r**2 + against),
        WHERE,
        LOAD,
    ),
    "and falls by at most as much,",
    (*NEAR, ge(sp.Abs(tau * r), -tau * r)),
)
geometric = Statement(
    "certificate.geometric",
    eq(travel(T), bound * (1 - (1 - m / 4) ** T)),
    Induction(T, 0, travel(T) + 4 * load * (1 - m / 4) ** T),
    "in T steps by a geometric sum,",
)
stays = Statement(
    "certificate.stays",
    ge(m / 2, bound),
    Sign(16 * budget / m, WHERE),
    "which never exceeds m/2.",
    (ge(largest_load, load),),
)
STATEMENTS = (
    Statement(
        "certificate.margin_low",
        ge(V - 2, margin_now),
        Sign(floor, {floor: sp.Abs(V - 3) + V - 3}),
        "m = 1 - |V - 3| is the smaller of V - 2",
        (ge(sp.Abs(V - 3), -(V - 3)),),
    ),
    Statement(
        "certificate.margin_high",
        ge(4 - V, margin_now),
        Sign(ceiling, {ceiling: sp.Abs(V - 3) - V + 3}),
        "and 4 - V.",
        (ge(sp.Abs(V - 3), V - 3),),
    ),
    low_kept,
    high_kept,
    calm_residual,
    shrinks_above,
    shrinks_below,
    load_shrinks,
    rises,
    falls,
    geometric,
    stays,
    Statement(
        "certificate.certificate",
        ge(bound, shift),
        Sign(
            16 * loaded / m * shrink**T + spare,
            {**WHERE, loaded: load, spare: bound * (1 - (1 - m / 4) ** T) - shift},
        ),
        "If load <= m^2/32 the run converges and the final V is within 16 load/m of the present "
        "one.",
        (ge(1, m / 4), ge(load, 0), ge(bound * (1 - (1 - m / 4) ** T), shift)),
        argument="By induction over T: V_t within m/2 of V up to T gives the steps above, so V_T "
        "is within the geometric sum, hence within m/2. The load goes to 0, V_T converges to a "
        "value between 2 and 4, the residual to 0.",
        uses=(
            low_kept,
            high_kept,
            calm_residual,
            shrinks_above,
            shrinks_below,
            load_shrinks,
            rises,
            falls,
            geometric,
            stays,
        ),
    ),
)

margin = sp.Symbol("margin", real=True)
NOW = {load: LOAD[load], m: margin_now, V: 4 + tau * r - x}
size = sp.Abs(r) * (sp.Abs(r) + sp.Abs(tau))
MARGIN = ((margin, 1 - sp.Abs(1 + tau * r - x)),)
FUNCTIONS = (
    Function(
        "certificate",
        (x, r, tau),
        (unfold(m, NOW), unfold(largest_load - load, NOW)),
        "(margin, slack): the run converges if margin > 0 and slack >= 0.",
        "certificate.certificate",
        helpers=MARGIN,
        written=(margin, margin**2 / 32 - size),
    ),
)
