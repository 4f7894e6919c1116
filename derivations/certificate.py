"""A certificate of convergence that one state can show.

Let margin = min(V - 2, 4 - V) > 0 and load = |r| (|r| + |tau|). If load <= margin^2/32 the run
converges, and V_oo is within 16 load/margin of V. The proof follows the run as long as V_t stays
within margin/2 of V: there the residual shrinks by 1 - margin/4 a step, so V moves by a geometric
sum too small for it to leave.
"""

from .notation import V, V_t, load, load_t, margin, multiplier, r, shift, slack, t, tau, x
from .prover.claims import ge
from .prover.function import Function, right
from .prover.statement import by_name, defined, definitions, inequality
from .prover.symbols import nonnegative
from .triangle import INVARIANT

DISTANCE = defined(
    "certificate.margin",
    margin,
    1 - abs(V - 3),
    "The margin is the distance of V from the nearer end of the interval from 2 to 4.",
)
LOAD = defined(
    "certificate.load",
    load,
    abs(r) * (abs(r) + abs(tau)),
    "The load of a state is small where its residual is.",
)
SLACK = defined(
    "certificate.slack",
    slack,
    margin**2 / 32 - load,
    "The slack is what the margin allows beyond the load.",
)
IN_STATE = definitions(LOAD)

# V and load are those of the state that shows the certificate, r is the residual t steps later.
factor, bound, half = 1 - margin / 4, 16 * load / margin, margin / 2
travelled = bound * (1 - factor**t)
drift = tau * r
low, high = nonnegative(V_t - 2 - half), nonnegative(4 - V_t - half)
NEAR = (ge(V_t - 2, half), ge(4 - V_t, half))
DECAYED = ge(load * factor**t, load_t)
decayed, reserve = nonnegative(load * factor**t - load_t), nonnegative(travelled - shift)
to_four, present = high + half, low + 2 + half  # 4 - V_t and V_t
size, quotient = abs(r), abs(multiplier)
spare = nonnegative(factor - quotient)

STEPS = (
    inequality(
        "certificate.low_kept",
        ge(V_t - 2, half),
        nonnegative(V - 2 - margin) + nonnegative(half - V + V_t),
        "Within margin/2 of V the distance of V_t from 2 is at least margin/2.",
        ge(V - 2, margin),
        ge(half, V - V_t),
    ),
    inequality(
        "certificate.high_kept",
        ge(4 - V_t, half),
        nonnegative(4 - V - margin) + nonnegative(half - V_t + V),
        "Within margin/2 of V the distance of V_t from 4 is at least margin/2.",
        ge(4 - V, margin),
        ge(half, V_t - V),
    ),
    inequality(
        "certificate.residual",
        ge(load, r**2),
        abs(r) * abs(tau),
        "The load bounds the squared residual.",
        IN_STATE,
    ),
    inequality(
        "certificate.shrinks_above",
        ge(factor, r**2 + V_t - 3),
        high + nonnegative(margin**2 / 32 - r**2) + margin * (7 + nonnegative(1 - margin)) / 32,
        "Near V the residual's multiplier r^2 + V_t - 3 is at most 1 - margin/4.",
        *NEAR,
        ge(margin**2 / 32, r**2),
        ge(1, margin),
    ),
    inequality(
        "certificate.shrinks_below",
        ge(r**2 + V_t - 3, -factor),
        r**2 + low + margin / 4,
        "Near V the residual's multiplier r^2 + V_t - 3 is at least -(1 - margin/4).",
        *NEAR,
    ),
    inequality(
        "certificate.load_shrinks",
        ge(factor * load, quotient * size * (quotient * size + abs(tau))),
        size * (quotient * size * (spare + margin / 4) + spare * (size + abs(tau))),
        "A step that shrinks the residual by 1 - margin/4 shrinks the load by as much at least.",
        IN_STATE,
        ge(factor, quotient),
    ),
    inequality(
        "certificate.rises",
        ge(4 * load, V_t * (drift + r**2)),
        to_four * (r**2 + abs(drift)) + present * nonnegative(abs(drift) - drift),
        "Near V a step raises V by at most 4 times the load of its state.",
        IN_STATE,
        *NEAR,
        ge(abs(drift), drift),
    ),
    inequality(
        "certificate.falls",
        ge(4 * load, -V_t * (drift + r**2)),
        to_four * (r**2 + abs(drift)) + present * (2 * r**2 + nonnegative(abs(drift) + drift)),
        "Near V a step lowers V by at most 4 times the load of its state.",
        IN_STATE,
        *NEAR,
        ge(abs(drift), -drift),
    ),
    inequality(
        "certificate.decays",
        ge(load * factor ** (t + 1), factor * load_t),
        nonnegative(factor) * decayed,
        "If t steps shrank the load by (1 - margin/4)^t, the next does by the power t + 1.",
        DECAYED,
        ge(factor, 0),
    ),
    inequality(
        "certificate.geometric",
        ge(bound * (1 - factor ** (t + 1)), shift + 4 * load_t),
        reserve + 4 * decayed,
        "If V moved in t steps by at most a geometric sum, 16 load/margin (1 - (1 - margin/4)^t), "
        "one more step, of 4 times its load, extends the sum to t + 1.",
        ge(travelled, shift),
        DECAYED,
    ),
    inequality(
        "certificate.stays",
        ge(half, bound),
        16 * nonnegative(slack) / margin,
        "The geometric sum never exceeds margin/2.",
        SLACK,
        ge(slack, 0),
    ),
)
STATEMENTS = (
    DISTANCE,
    LOAD,
    SLACK,
    inequality(
        "certificate.margin_low",
        ge(V - 2, margin),
        nonnegative(abs(V - 3) + V - 3),
        "The margin 1 - |V - 3| is at most V - 2.",
        DISTANCE,
        ge(abs(V - 3), -(V - 3)),
    ),
    inequality(
        "certificate.margin_high",
        ge(4 - V, margin),
        nonnegative(abs(V - 3) - V + 3),
        "The margin 1 - |V - 3| is at most 4 - V.",
        DISTANCE,
        ge(abs(V - 3), V - 3),
    ),
    *STEPS,
    inequality(
        "certificate.certificate",
        ge(bound, shift),
        16 * nonnegative(load) / margin * nonnegative(factor) ** t + reserve,
        "If load <= margin^2/32 the run converges and the final V is within 16 load/margin of the "
        "present one.",
        ge(factor, 0),
        ge(load, 0),
        ge(travelled, shift),
        argument="At t = 0 nothing has moved. Where both bounds hold at t, V_t is within margin/2 "
        "of V, so they hold at t + 1. The load goes to 0, V_t converges to a value between 2 and "
        "4, the residual to 0.",
        uses=STEPS,
    ),
)
proved = by_name(STATEMENTS)

distance = right(DISTANCE, {V: right(INVARIANT)})
MARGIN = ((margin, distance.expression),)
FUNCTIONS = (
    Function(
        "certificate",
        (x, r, tau),
        (distance, right(SLACK, {margin: distance, load: right(LOAD)})),
        "(margin, slack): the run converges if margin > 0 and slack >= 0.",
        helpers=MARGIN,
        also=(proved["certificate"],),
    ),
)
