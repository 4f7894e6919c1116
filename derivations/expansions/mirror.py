"""The mirror series: an invariant of training around the critical point (x, s) = (2, 0), label 0.

With delta = x - 2 of weight 1 and z = s^2 of weight 2 a step is the identity plus terms of higher
weight. An invariant delta^2 + 2z + ... is found weight by weight: its form of weight w cancels what
the lower forms lack at weight w + 1. The run ends at z = 0 on the other side of 2, where the
invariant is what it was at the start: the mirror law.

What the cut leaves out is bounded in full. A step changes the truncated invariant by an exact
polynomial in delta and z with a factor z, and z, summed over a run, is at most half the way that
delta falls.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from .. import scaling
from ..notation import r, s, tau, x
from ..prover.claims import eq, ge
from ..prover.function import Table, fractions
from ..prover.proofs import Identity, Sign
from ..prover.statement import Statement
from ..prover.symbols import nonnegative
from .bounds import Domain, OnDomain, OnInterval, known, numbers
from .series import Excess, Homological, Reversion, Series, Step, reverted, solve, write

ORDER = 28
RADIUS = sp.Rational(1085, 10**4)

delta, z = sp.symbols("delta z", real=True)
rho, C = sp.symbols("rho C", real=True)
a, b = nonnegative("a"), nonnegative("b")
delta_next, z_next = sp.symbols("delta' z'", real=True)
VARIABLES = (delta, z)
growth = (1 + delta - z) ** 2
STEP = Step(VARIABLES, (1, 2), delta + z * (delta - 2), growth)
LOWEST: Series = {(2, 0): Fraction(1), (0, 1): Fraction(2)}


def form(weight: int, lacking: Series) -> Series:
    """The form of this weight that cancels `lacking`.

    By mirror.operator, f_j, the coefficient of delta^(w - 2j) z^j, obeys
    2j f_j - 2(w - 2j + 2) f_(j-1) = -lacking_j for j from 1 to (w + 1)/2.
    """
    wanted = {
        j: -lacking.get((weight + 1 - 2 * j, j), Fraction(0))
        for j in range(1, (weight + 1) // 2 + 1)
    }
    found = {0: Fraction(0)}
    if weight % 2:
        for j in range((weight + 1) // 2, 0, -1):
            found[j - 1] = (2 * j * found.get(j, Fraction(0)) - wanted[j]) / (
                2 * (weight - 2 * j + 2)
            )
    else:
        for j in range(1, weight // 2 + 1):
            found[j] = (wanted[j] + 2 * (weight - 2 * j + 2) * found[j - 1]) / (2 * j)
    return {(weight - 2 * j, j): value for j, value in found.items() if value}


FORMS, LACKING = solve(STEP, LOWEST, ORDER, form)
INVARIANT = sum((write(series, VARIABLES) for series in FORMS.values()), sp.Integer(0))

# Where the run ends z = 0 and delta < 0, and I = rho^2 there: delta = -rho + ..., reverted.
AXIS = {i: value for series in FORMS.values() for (i, j), value in series.items() if j == 0}
ON_AXIS = [AXIS.get(i, Fraction(0)) for i in range(2, ORDER + 1)]
ENDING = reverted(Fraction(-1), ON_AXIS)


def moved(f: sp.Expr) -> sp.Expr:
    """What a step adds to a form, to leading weight."""
    return -2 * z * sp.Derivative(f, delta) + 2 * delta * z * sp.Derivative(f, z)


UNLABELLED = {r: s, tau: sp.Integer(0)}
MAP = {
    x: 2 + delta,
    z: s**2,
    delta_next: scaling.x_update.subs(UNLABELLED) - 2,
    z_next: scaling.r_update.subs(UNLABELLED) ** 2,
}
operator = Statement(
    "mirror.operator",
    eq(
        moved(delta**a * z**b),
        2 * b * delta ** (a + 1) * z**b - 2 * a * delta ** (a - 1) * z ** (b + 1),
    ),
    Identity(),
    "To leading weight a step changes a form by -2z df/d(delta) + 2 delta z df/dz.",
    argument="So at each weight w the equations are bidiagonal, with factors 2j and 2(w - 2j + "
    "2) that vanish only where the unknown does not occur: the rank is full, the form exists, "
    "and it is unique up to a power of the invariant (even w).",
)
FORM_STATEMENTS = tuple(
    Statement(
        f"mirror.weight_{weight}",
        eq(sp.Symbol(f"I_{weight}"), write(series, VARIABLES)),
        Homological(
            STEP,
            weight,
            LACKING[weight],
            (weight, 0) if weight % 2 == 0 and weight > 2 else None,
            (2, 0) if weight == 2 else None,
        ),
        f"The form of weight {weight}: with those before it, no step changes it below weight "
        f"{weight + 2}.",
        uses=(operator,) if weight == 2 else (),
    )
    for weight, series in FORMS.items()
)
SERIES = (
    Statement(
        "mirror.delta",
        eq(delta_next, delta + z * (delta - 2)),
        Identity(MAP),
        "A step in delta = x - 2, of weight 1,",
    ),
    Statement("mirror.z", eq(z_next, z * growth), Identity(MAP), "and in z = s^2, of weight 2."),
    operator,
    *FORM_STATEMENTS,
    Statement(
        "mirror.ending",
        eq(
            C,
            2
            + sp.Add(
                *(sp.Rational(v.numerator, v.denominator) * rho**k for k, v in enumerate(ENDING, 1))
            ),
        ),
        Reversion(rho, tuple(ON_AXIS), -1, origin=2),
        "Where the invariant is rho^2 the run ends at C: the root below 2 of I(C - 2, 0) = rho^2.",
    ),
    Statement(
        "mirror.law",
        eq(C, 2 - delta - sp.Rational(2, 3) * delta**2 - sp.Rational(4, 9) * delta**3),
        Reversion(delta, tuple(ON_AXIS[:3]), -1, origin=2, target=tuple(ON_AXIS[:3])),
        "The mirror law: from s -> 0 a run that starts at 2 + delta ends at 2 - delta - 2 "
        "delta^2/3 - 4 delta^3/9, up to weight 4.",
    ),
)

# A run that starts where `level` is at most RADIUS^2 stays where size = sqrt(delta^2 + 2z) is at
# most `wide`, and at most `narrow` where delta >= 0; a further step would stay within `outer`.
level = delta**2 + 2 * z + 2 * delta**3 / 3
invariant, invariant_next, size, square_next, t, top, end = sp.symbols(
    "I I' size (size^2)' t top I_end", real=True
)
wide, narrow, outer, radius, near, grow, change, bend, lean, tail, drift, gap, error, turn = (
    sp.symbols(
        "wide narrow outer radius near grow change bend lean tail drift gap error turn", real=True
    )
)
room, fall, up, extent = (
    nonnegative("size+delta"),
    nonnegative("top-delta"),
    nonnegative("z+"),
    nonnegative("size+"),
)
BOUNDS = {
    radius: RADIUS,
    wide: sp.Rational(1134, 10**4),
    narrow: sp.Rational(1091, 10**4),
    outer: sp.Rational(116, 10**3),
    near: sp.Rational(43, 10**4),
    grow: sp.Rational(42, 10),
    change: sp.Rational(601, 100) * 10**12,
    bend: sp.Rational(112, 1000),
    lean: sp.Rational(995, 1000),
    tail: sp.Rational(235, 100) * 10**12,
    drift: change * (narrow ** (ORDER + 1) * (1 + narrow) / (2 - narrow) + wide ** (ORDER + 1) / 2),
    gap: drift + tail * narrow ** (ORDER + 1),
    error: gap / (2 * (1 - bend) * lean * radius),
    invariant: INVARIANT,
}
WIDE, OUTER = (
    Domain(
        STEP, size, BOUNDS[most], t, (t, (1 - t**2) / 2), (eq(size**2, delta**2 + 2 * z), ge(z, 0))
    )
    for most in (wide, outer)
)
ON_THE_AXIS = {
    bend: BOUNDS[bend],
    turn: sp.expand(sp.diff(INVARIANT.subs(z, 0), delta) / (2 * delta) - 1),
}


near_level = Statement(
    "mirror.near",
    ge(near * size**2, sp.Abs(invariant - level)),
    OnDomain(OUTER, 2, BOUNDS),
    "Where size <= outer the invariant is level = delta^2 + 2z + 2 delta^3/3 but for a share "
    f"near of size^2 = delta^2 + 2z; {known(BOUNDS, outer, near)}.",
    OUTER.assumptions,
)
low = Statement(
    "mirror.low",
    ge(level, (1 - 2 * size / 3) * (delta**2 + 2 * z)),
    Sign(2 * (room * delta**2 + 2 * extent * up) / 3, {room: size + delta, up: z, extent: size}),
    "And level is at least size^2 (1 - 2 size/3), which grows with size up to size = 1.",
    (ge(delta, -size), ge(z, 0), ge(size, 0)),
)
grows = Statement(
    "mirror.grows",
    ge(grow * z * size**2, sp.Abs(square_next - (delta**2 + 2 * z))),
    OnDomain(WIDE, 2, BOUNDS, z, square_next, delta**2 + 2 * z),
    "A step from size <= wide changes size^2 by at most grow z size^2; "
    f"{known(BOUNDS, wide, grow)}.",
    WIDE.assumptions,
)
changes = Statement(
    "mirror.change",
    ge(change * z * size**ORDER, sp.Abs(invariant_next - invariant)),
    OnDomain(WIDE, ORDER, BOUNDS, z, invariant_next, invariant),
    "It changes the invariant by at most this: the whole polynomial, not only its lowest weight "
    f"{ORDER + 2}; {known(BOUNDS, change)}.",
    WIDE.assumptions,
)
total = Statement(
    "mirror.total",
    ge(delta - delta_next, (2 - top) * z),
    Sign(up * fall, {up: z, fall: top - delta}, {delta_next: delta + z * (delta - 2)}),
    "Where delta <= top it falls by at least (2 - top) z: the z of these steps add up to at most "
    "its fall over 2 - top.",
    (ge(z, 0), ge(top, delta)),
    "With top = narrow while delta >= 0, from narrow to -narrow^2 at the lowest (z <= size^2/2); "
    "with top = 0 after that, down to -wide. So along a run the invariant changes by at most "
    "drift = change (narrow^29 (1 + narrow)/(2 - narrow) + wide^29/2).",
    (changes,),
)
lands = numbers(
    "mirror.lands",
    ge(outer**2, (1 + grow * wide**2 / 2) * wide**2),
    BOUNDS,
    "A step from size <= wide ends at size <= outer,",
    "z <= size^2/2.",
    (grows,),
)
stays = numbers(
    "mirror.stays",
    ge((1 - 2 * wide / 3 - near) * wide**2, radius**2 + near * wide**2 + gap),
    BOUNDS,
    "and at size <= wide after all: a run stays there that starts where level <= radius^2 and "
    f"delta > -1; {known(BOUNDS, radius)}, and gap = drift + tail narrow^29 with the tail of "
    "mirror.excess.",
    "At the start size^2 <= 3 level < 1, so size <= wide by mirror.low. Later, while all points "
    "so far are where they should be, the next has size <= outer and level <= radius^2 + near "
    "wide^2 + drift + near size^2; so size^2 (1 - 2 size/3 - near), which grows with size, is at "
    "most what it is at wide.",
    (near_level, low, lands, total),
)
right = numbers(
    "mirror.right",
    ge(narrow**2, radius**2 + 2 * near * wide**2 + gap),
    BOUNDS,
    f"Where delta >= 0 it even stays at size <= narrow; {known(BOUNDS, narrow)}.",
    "There level is at least size^2. From a smaller level, q^2 radius^2, a run stays at sizes q "
    "wide and q narrow: every term of the argument has a factor q^2 or more.",
    (stays,),
)
slope = Statement(
    "mirror.slope",
    ge(bend, sp.Abs(turn)),
    OnInterval(delta, -BOUNDS[wide], sp.Integer(0), ON_THE_AXIS),
    "On the axis z = 0, -wide <= delta <= 0, the slope of the invariant is 2 delta (1 + turn), "
    f"|turn| <= bend; {known(BOUNDS, bend)}.",
    (ge(delta, -BOUNDS[wide]), ge(0, delta)),
)
excess = Statement(
    "mirror.excess",
    ge(tail * rho ** (ORDER + 1), sp.Abs(end - rho**2)),
    Excess(
        rho, end, BOUNDS[narrow], ORDER + 1, tuple(ON_AXIS), tuple(ENDING), {tail: BOUNDS[tail]}
    ),
    "At the C of mirror.ending, a series that is cut too, the invariant I_end is rho^2 but for "
    f"tail rho^29; rho <= narrow, {known(BOUNDS, tail)}.",
    (ge(rho, 0), ge(BOUNDS[narrow], rho)),
)
apart = numbers(
    "mirror.lean",
    ge(radius**2 - near * wide**2 - gap, (1 + near) * lean**2 * radius**2),
    BOUNDS,
    "So the end of the run and the end that the series gives are both at delta <= -lean radius; "
    f"{known(BOUNDS, lean)}.",
    "The run has an end: delta falls, and the z add up, so they go to 0. It is at delta < 0: "
    "near delta > 0 = z a small z grows, and at delta = 0 the invariant would be lost. There the "
    "invariant is at most (1 + near) delta^2. So it is where the series ends, between delta = 0 "
    "and -wide by mirror.stays: C depends continuously on rho.",
    (right, excess),
)
bounded = numbers(
    "mirror.error",
    ge(sp.Rational(1, 10**14), error),
    BOUNDS,
    "Where level <= RADIUS^2 and x > 1 (but for z = 0 < delta, which stands still) the series "
    "gives the final curvature to 1e-14: error = gap/(2 (1 - bend) lean radius).",
    "Between the two ends the invariant differs by at most gap. By mirror.slope that is at least "
    "(1 - bend) times the difference of delta^2, and the two |delta| add up to at least 2 lean "
    "radius. From a smaller level, q^2 radius^2, gap has a factor q^29 and the two |delta| a "
    "factor q.",
    (slope, apart),
)
STATEMENTS = (
    *SERIES, near_level, low, grows, changes, total, lands, stays, right, slope, excess, apart, bounded,
)  # fmt: skip

TABLES = (
    Table(
        "MIRROR",
        tuple(
            fractions(
                FORMS[weight].get((weight - 2 * j, j), 0) if weight in FORMS else 0
                for weight in range(2 * j, ORDER + 1)
            )
            for j in range(ORDER // 2 + 1)
        ),
        "Row j: the coefficients of z^j delta^i, i = 0, 1, ..., in the invariant around (x, s) = "
        "(2, 0); delta = x - 2, z = s^2.",
        "mirror.weight_2 to mirror.weight_28",
    ),
    Table(
        "MIRROR_END",
        fractions(ENDING),
        "The final x is 2 plus these times rho, rho^2, ...; rho^2 is the invariant.",
        "mirror.ending",
    ),
    Table(
        "MIRROR_RADIUS",
        (RADIUS.p, RADIUS.q),
        "To 1e-14 where delta^2 + 2z + 2 delta^3/3 is at most the square of this and x > 1.",
        "mirror.error",
    ),
)
