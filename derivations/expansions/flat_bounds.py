"""How far the flat series can be trusted: all that its cut leaves out is bounded.

From a start at x <= span both x and PQ only fall. A step changes the truncated invariant by an
exact polynomial with a factor PQ s^2, and over a run s^2 x^20 adds up to little: x falls fast where
it is large. For a sharper bound the change is that of the series with two forms more, and those two
are bounded at both ends of the run.
"""

import sympy as sp

from ..notation import P, Q, s, x
from ..prover.claims import eq, ge
from ..prover.proofs import Sign
from ..prover.quantities import named, prime
from ..prover.statement import Statement, defined, definitions, equation
from ..prover.symbols import nonnegative
from .bounds import ACCURACY, bounded, decimals, known, numbers
from .domains import Domain, bounded_on
from .flat import AT_END, AXIS, END, INVARIANT, OMITTED, ORDER, STEP, proved
from .invariants import missed
from .series import pair, table

invariant, longer = named("I J")
span, edge, near, at_start, at_end, change, geometric = named(
    "span edge near at_start at_end change geometric"
)
bend, tail, gap, error, kept = named("bend tail gap error kept")

SPAN = defined(
    "flat.span",
    span,
    sp.Rational("0.146"),
    "The flat series is used where a run starts at x <= span.",
)
LARGEST = SPAN.claim.rhs
KEEPS = 1 - LARGEST  # x'/x is at least this
BOUNDS = {
    **definitions(SPAN),
    **decimals(near="0.081", at_start="48", at_end="13.2", change="56000", bend="0.04"),
    **decimals(tail="13.4e6"),
    geometric: sp.Add(*((1 - span) ** k for k in range(ORDER + 1))),
    gap: (
        (at_start + at_end) * span ** (ORDER - 1)
        + change * span ** (ORDER + 1) / ((4 - span) * geometric)
    )
    / (1 - span / 2 - near * span**2)
    + tail * (span / 2) ** (ORDER - 1),
    error: sp.Rational("1.01") * gap / (2 * (1 - bend)),
    invariant: INVARIANT,
    longer: INVARIANT + OMITTED,
}
TRIANGLE = Domain(STEP, x, LARGEST, edge, ((1 + edge) / 2, (1 - edge) / 2), (eq(x, P + Q),))
# A step in P and Q.
UPDATES = definitions(proved["P"], proved["Q"])
MAP = {x: P + Q, prime(x): prime(P) + prime(Q), s: (P - Q) / 2, **UPDATES}
below, above = nonnegative(1 - kept), nonnegative(kept - KEEPS)
ON_AXIS = INVARIANT.subs(AT_END)

falls = equation(
    "flat.falls", x - prime(x), s**2 * (4 - x), "A step lowers x = P + Q by s^2 (4 - x).", MAP
)
slows = Statement(
    "flat.slows",
    ge(prime(x), (1 - x) * x),
    Sign(4 * P * Q + (P - Q) ** 2 * (P + Q) / 4, MAP),
    "A step lowers x at most by the factor 1 - x.",
)
shrinks = equation(
    "flat.product",
    prime(P) * prime(Q),
    P * Q * (1 - s**2) ** 2,
    "A step lowers PQ by the factor (1 - s^2)^2.",
    MAP,
)
total = Statement(
    "flat.total",
    ge(1 - kept ** (ORDER + 1), (1 - kept) * geometric),
    Sign(below * sp.expand(sum((KEEPS + above) ** k - KEEPS**k for k in range(ORDER + 1))), BOUNDS),
    "A step that lowers x to kept x lowers x^21 by at least (4 - span) geometric s^2 x^20; "
    f"{known(BOUNDS, span, geometric)}.",
    (ge(kept, KEEPS), ge(1, kept)),
    "Times x^21: (1 - kept) x^21 = s^2 (4 - x) x^20. So s^2 x^20, summed over a run, is at most "
    "span^21/((4 - span) geometric).",
    (falls, slows),
)
near_product = bounded_on(
    "flat.near",
    near,
    TRIANGLE,
    2,
    BOUNDS,
    "Where x <= span the invariant is PQ (1 - x/2) but for near PQ x^2, hence at most PQ; "
    f"{known(BOUNDS, near)}.",
    P * Q,
    inner=invariant - P * Q * (1 - (P + Q) / 2),
)
changes = bounded_on(
    "flat.change",
    change,
    TRIANGLE,
    ORDER,
    BOUNDS,
    "A step changes J, the invariant with the forms of degree 21 and 22, by at most this: the "
    f"whole polynomial, not only its lowest degree; {known(BOUNDS, change)}.",
    P * Q * ((P - Q) / 2) ** 2,
    moved=(prime(longer), longer),
)
starts = bounded_on(
    "flat.omitted",
    at_start,
    TRIANGLE,
    ORDER - 1,
    BOUNDS,
    "At the start of a run the forms of degree 21 and 22 are at most this; "
    f"{known(BOUNDS, at_start)}.",
    P * Q,
    inner=longer - invariant,
)
ends = bounded(
    "flat.last",
    at_end,
    4 * OMITTED.subs(AT_END) / x**2 / LARGEST ** (ORDER - 1),
    BOUNDS,
    (ge(x, 0), ge(LARGEST, x)),
    "At the end of a run, P = Q = x/2, the forms of degree 21 and 22 are a share of PQ span^19 of",
)
slope = bounded(
    "flat.slope",
    bend,
    x * sp.diff(ON_AXIS, x) / (2 * ON_AXIS) - 1,
    BOUNDS,
    (ge(x, 0), ge(sp.Rational("0.15"), x)),
    "Where P = Q the slope of the logarithm of the invariant in ln x differs from 2 by a share of",
)
excess = missed(
    "flat.excess",
    tail,
    AXIS,
    END,
    LARGEST / 2,
    BOUNDS,
    "At the x_oo of flat.ending, a series that is cut too, the invariant I_end is reach^2 but for "
    f"tail reach^21; reach <= span/2, {known(BOUNDS, tail)}.",
)
total_error = numbers(
    "flat.error",
    ge(ACCURACY, error),
    BOUNDS,
    "Where x <= span the flat series gives the final x to 1e-14 of itself: error = 1.01 "
    "gap/(2 (1 - bend)), gap = ((at_start + at_end) span^19 + change span^21/((4 - span) "
    "geometric))/(1 - span/2 - near span^2) + tail (span/2)^19.",
    "J changes by at most change PQ times the sum of s^2 x^20, PQ as at the start; so the "
    "invariant, from the start to the end of the run and to where the series ends, by at most a "
    "share gap. That is, but for its square, the difference of the logarithms; of ln x it is 2 "
    "(1 - bend) times less, both ends being below 15/100. Squares are far below 1 %. The bounds "
    "grow with x, so x = span is the worst.",
    (shrinks, total, near_product, changes, starts, ends, slope, excess),
)
STATEMENTS = (
    *(SPAN, falls, slows, shrinks, total, near_product, changes, starts, ends),
    *(slope, excess, total_error),
)
TABLES = (
    table("FLAT_RADIUS", pair, [SPAN], "To 1e-14 of itself where x is at most this.", total_error),
)
