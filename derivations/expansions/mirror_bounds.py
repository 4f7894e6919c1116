"""How far the mirror series can be trusted: all that its cut leaves out is bounded.

A step changes the truncated invariant by an exact polynomial in delta and z with a factor z, and z,
summed over a run, is at most half the way that delta falls. A run that starts where `gauge` is at
most span^2 stays where radius = sqrt(delta^2 + 2z) is at most `wide`, and at most `narrow` where
delta >= 0; a further step would stay within `widest`.
"""

import sympy as sp

from ..notation import delta, z
from ..prover.claims import eq, ge
from ..prover.proofs import Sign
from ..prover.quantities import named, prime
from ..prover.statement import Statement, defined, definitions
from ..prover.symbols import nonnegative
from .bounds import ACCURACY, bounded, decimals, known, numbers
from .domains import Domain, bounded_on
from .invariants import missed
from .mirror import AXIS, END, INVARIANT, ORDER, STEP, proved
from .series import pair, table

(invariant,) = named("I")
radius, span, wide, narrow, widest, top, gauge, edge = named(
    "radius span wide narrow widest top gauge edge"
)
near, grow, change, bend, lean, tail, drift, gap, error = named(
    "near grow change bend lean tail drift gap error"
)
square = delta**2 + 2 * z

SPAN = defined(
    "mirror.span",
    span,
    sp.Rational("0.1085"),
    "The mirror series is used where the gauge of a start is at most span^2.",
)
GAUGE = defined(
    "mirror.gauge",
    gauge,
    square + 2 * delta**3 / 3,
    "The gauge is the invariant up to smaller terms; it says where the mirror series is used.",
)
BOUNDS = {
    **definitions(SPAN, GAUGE),
    **decimals(wide="0.1134", narrow="0.1091", widest="0.116", near="0.0043", grow="4.2"),
    **decimals(change="6.01e12", bend="0.112", lean="0.995", tail="2.35e12"),
    drift: change * (narrow ** (ORDER + 1) * (1 + narrow) / (2 - narrow) + wide ** (ORDER + 1) / 2),
    gap: drift + tail * narrow ** (ORDER + 1),
    error: gap / (2 * (1 - bend) * lean * span),
    invariant: INVARIANT,
}
WIDE, OUTER = (
    Domain(
        STEP,
        radius,
        BOUNDS[most],
        edge,
        (edge, (1 - edge**2) / 2),
        (eq(radius**2, square), ge(z, 0)),
    )
    for most in (wide, widest)
)

near_level = bounded_on(
    "mirror.near",
    near,
    OUTER,
    2,
    BOUNDS,
    "Where radius <= widest the invariant is gauge = delta^2 + 2z + 2 delta^3/3 but for a share "
    f"near of radius^2 = delta^2 + 2z; {known(BOUNDS, widest, near)}.",
    inner=invariant - gauge,
)
low = Statement(
    "mirror.low",
    ge(gauge, (1 - 2 * radius / 3) * square),
    Sign(2 * (nonnegative(radius + delta) * delta**2 + 2 * radius * z) / 3, BOUNDS),
    "The gauge is at least radius^2 (1 - 2 radius/3), which grows with radius up to radius = 1.",
    (ge(delta, -radius),),
)
grows = bounded_on(
    "mirror.grows",
    grow,
    WIDE,
    2,
    BOUNDS,
    "A step from radius <= wide changes radius^2 by at most grow z radius^2; "
    f"{known(BOUNDS, wide, grow)}.",
    z,
    moved=(prime(radius) ** 2, square),
)
changes = bounded_on(
    "mirror.change",
    change,
    WIDE,
    ORDER,
    BOUNDS,
    "A step from radius <= wide changes the invariant by at most this: the whole polynomial, not "
    f"only its lowest weight {ORDER + 2}; {known(BOUNDS, change)}.",
    z,
    moved=(prime(invariant), invariant),
)
total = Statement(
    "mirror.total",
    ge(delta - prime(delta), (2 - top) * z),
    Sign(z * nonnegative(top - delta), definitions(proved["delta"])),
    "Where delta <= top it falls by at least (2 - top) z: the z of these steps add up to at most "
    "its fall over 2 - top.",
    (ge(top, delta),),
    "With top = narrow while delta >= 0, from narrow to -narrow^2 at the lowest (z <= radius^2/2); "
    "with top = 0 after that, down to -wide. So along a run the invariant changes by at most "
    "drift = change (narrow^29 (1 + narrow)/(2 - narrow) + wide^29/2).",
    (changes,),
)
lands = numbers(
    "mirror.lands",
    ge(widest**2, (1 + grow * wide**2 / 2) * wide**2),
    BOUNDS,
    "A step from radius <= wide ends at radius <= widest.",
    "By mirror.grows, since z <= radius^2/2.",
    (grows,),
)
stays = numbers(
    "mirror.stays",
    ge((1 - 2 * wide / 3 - near) * wide**2, span**2 + near * wide**2 + gap),
    BOUNDS,
    "A run stays at radius <= wide that starts where gauge <= span^2 and delta > -1; "
    f"{known(BOUNDS, span)}, and gap = drift + tail narrow^29 with the tail of mirror.excess.",
    "At the start radius^2 <= 3 gauge < 1, so radius <= wide by mirror.low. Later, while all "
    "points so far are where they should be, the next has radius <= widest and gauge <= span^2 + "
    "near wide^2 + drift + near radius^2; so radius^2 (1 - 2 radius/3 - near), which grows with "
    "radius, is at most what it is at wide.",
    (near_level, low, lands, total),
)
above = numbers(
    "mirror.right",
    ge(narrow**2, span**2 + 2 * near * wide**2 + gap),
    BOUNDS,
    f"Where delta >= 0 such a run even stays at radius <= narrow; {known(BOUNDS, narrow)}.",
    "There gauge is at least radius^2. From a smaller gauge, q^2 span^2, a run stays within q "
    "wide and q narrow: every term of the argument has a factor q^2 or more.",
    (stays,),
)
slope = bounded(
    "mirror.slope",
    bend,
    sp.diff(INVARIANT.subs(z, 0), delta) / (2 * delta) - 1,
    BOUNDS,
    (ge(delta, -BOUNDS[wide]), ge(0, delta)),
    "On the axis z = 0, -wide <= delta <= 0, the slope of the invariant differs from 2 delta by a "
    "share of",
)
excess = missed(
    "mirror.excess",
    tail,
    AXIS,
    END,
    BOUNDS[narrow],
    BOUNDS,
    "At the x_oo of mirror.ending, a series that is cut too, the invariant I_end is reach^2 but "
    f"for tail reach^29; reach <= narrow, {known(BOUNDS, tail)}.",
)
apart = numbers(
    "mirror.lean",
    ge(span**2 - near * wide**2 - gap, (1 + near) * lean**2 * span**2),
    BOUNDS,
    "The end of the run and the end that the series gives are both at delta <= -lean span; "
    f"{known(BOUNDS, lean)}.",
    "The run has an end: delta falls, and the z add up, so they go to 0. It is at delta < 0: "
    "near delta > 0 = z a small z grows, and at delta = 0 the invariant would be lost. There the "
    "invariant is at most (1 + near) delta^2. So it is where the series ends, between delta = 0 "
    "and -wide by mirror.stays: x_oo depends continuously on reach.",
    (above, excess),
)
total_error = numbers(
    "mirror.error",
    ge(ACCURACY, error),
    BOUNDS,
    "Where gauge <= span^2 and x > 1 (but for z = 0 < delta, which stands still) the mirror "
    "series gives the final x to 1e-14: error = gap/(2 (1 - bend) lean span).",
    "Between the two ends the invariant differs by at most gap. By mirror.slope that is at least "
    "(1 - bend) times the difference of delta^2, and the two |delta| add up to at least 2 lean "
    "span. From a smaller gauge, q^2 span^2, gap has a factor q^29 and the two |delta| a factor q.",
    (slope, apart),
)
STATEMENTS = (
    *(SPAN, GAUGE, near_level, low, grows, changes, total, lands, stays),
    *(above, slope, excess, apart, total_error),
)
TABLES = (
    table(
        "MIRROR_RADIUS",
        pair,
        [SPAN],
        "To 1e-14 where delta^2 + 2z + 2 delta^3/3 is at most the square of this and x > 1.",
        total_error,
    ),
)
