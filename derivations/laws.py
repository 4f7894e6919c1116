"""Laws of the catapult at label 0, near the transition and at large width.

Near (x, s) = (2, 0) write delta = x - 2, z = s^2, and count weights: 1 for delta, 2 for z. The
mirror series' beginning, `level`, is constant along a run up to weight 4, and the peak is where it
turns.
"""

from __future__ import annotations

import sympy as sp

from .expansions import mirror
from .notation import eta, f, lam, n, s, x
from .prover.claims import Iff, eq, gt
from .prover.function import Function
from .prover.proofs import Equivalence, Identity, Sign, Unproved
from .prover.statement import Statement
from .prover.symbols import positive

delta = sp.Symbol("delta", real=True)
z, t, size, step, theta = (
    positive("z"),
    positive("t"),
    positive("radius+"),
    positive("epsilon"),
    sp.Symbol("theta", real=True),
)
delta_next, z_next, back, turn, growth, level, level_next, peak_time = sp.symbols(
    "delta' z' back turn growth level level' peak_time", real=True
)


def levels(d: sp.Expr, w: sp.Expr) -> sp.Expr:
    """The mirror series up to weight 4."""
    series = sp.Add(*(mirror.proved[f"weight_{weight}"].claim.rhs for weight in (2, 3, 4)))
    return series.xreplace(dict(zip(mirror.VARIABLES, (d, w), strict=True)))


def end(root: sp.Expr) -> sp.Expr:
    """How far below x = 2 a run ends, by the root of its level."""
    return root + root**2 / 3 + 5 * root**3 / 18


MAP = {delta_next: delta - z * (2 - delta), z_next: z * (1 + delta - z) ** 2}
small = {delta: step * delta, z: step**2 * z}
SMALL = {level: levels(delta, z).xreplace(small), level_next: levels(*MAP.values()).xreplace(small)}
above, slow, up = positive("delta-z"), positive("2+delta-z"), positive("delta+")

# The flow that the map becomes near (2, 0), and the time from delta to its turning point.
flow_delta = -size * sp.tanh(size * t)
flow_z = size**2 / 2 / sp.cosh(size * t) ** 2
RATIO = {turn: (delta + sp.sqrt(delta**2 + 2 * z)) / sp.sqrt(z)}
wide, signal, multiplier = positive("eta lambda-2"), positive("|f|"), positive("eta lambda-1")
WIDE = {
    peak_time: (2 * sp.log(turn) - sp.log(2)) / (2 * sp.log(growth)),
    turn: (wide + sp.sqrt(wide**2 + 2 * s**2)) / s,
    growth: 1 + sp.sqrt(wide**2 + 2 * s**2),
    s: eta * signal / sp.sqrt(n),
    multiplier: 1 + wide,
}

STATEMENTS = (
    Statement(
        "laws.level",
        eq(
            sp.Limit((level_next - level) / step**6, step, 0),
            -z * (delta**4 + 5 * delta**2 * z + 10 * z**2 / 3),
        ),
        Identity(SMALL),
        "A step changes level = delta^2 + 2z + 2 delta^3/3 - delta^2 z - z^2 only at weight 6, "
        "and by a multiple of z. So a run keeps it up to weight 4.",
        argument="The z of all steps add up to at most weight 1: delta falls by z (2 - delta) "
        "each time.",
    ),
    Statement(
        "laws.rises",
        Iff(gt(z_next, z), gt(delta, z)),
        Equivalence(z * slow, {slow: 2 + delta - z}, MAP),
        "The loss rises while delta > z,",
        (gt(2 + delta - z, 0),),
    ),
    Statement(
        "laws.lands",
        gt(delta_next, -z),
        Sign(above + z * up, {above: delta - z, up: delta}, MAP),
        "and when it stops rising, delta > -z. So delta = theta z at the peak, |theta| <= 1.",
        (gt(delta, z), gt(delta, 0)),
    ),
    Statement(
        "laws.peak",
        eq(sp.Limit((z - level / 2) / level**2, z, 0), (1 - theta**2) / 8),
        Identity({level: levels(theta * z, z)}),
        "There z = level/2 + (1 - theta^2) level^2/8 up to weight 4: the last term depends on "
        "where steps land.",
    ),
    Statement(
        "laws.peak_start",
        eq(
            sp.Limit((level / 2 - z * step**2 - delta**2 * step**2 / 2) / step**3, step, 0),
            delta**3 / 3,
        ),
        Identity(SMALL),
        "So the peak of s^2 is s^2 + delta^2/2 + delta^3/3 from the start, up to weight 4; for s "
        "-> 0 it is between this and delta^4/8 more, up to weight 5.",
    ),
    Statement(
        "laws.mirror",
        eq(
            sp.Limit((levels(-back, sp.Integer(0)) - size**2) / size**5, size, 0),
            -sp.Rational(16, 27),
        ),
        Identity({back: end(size)}),
        "A run ends at z = 0 below x = 2, at the level it began with: at x = 2 - R - R^2/3 - 5 "
        "R^3/18, R = sqrt(level), up to weight 4.",
    ),
    Statement(
        "laws.mirror_leading",
        eq(sp.Limit(sp.sqrt(level) / step, step, 0), sp.sqrt(delta**2 + 2 * z)),
        Identity(SMALL),
        "To leading order x = 2 - sqrt(delta^2 + 2z), on both sides of the transition.",
    ),
    Statement(
        "laws.flow_delta",
        eq(sp.Derivative(flow_delta, t), -2 * flow_z),
        Identity(),
        "To lowest weight a step is a flow, delta' = -2z",
    ),
    Statement(
        "laws.flow_z",
        eq(sp.Derivative(flow_z, t), 2 * flow_delta * flow_z),
        Identity(),
        "and z' = 2 delta z, solved by delta = -radius tanh(radius t), z = radius^2/(2 "
        "cosh^2(radius t)), radius^2 = delta^2 + 2z.",
    ),
    Statement(
        "laws.turn",
        eq((turn**2 - 2) / (turn**2 + 2), delta / sp.sqrt(delta**2 + 2 * z)),
        Identity(RATIO),
        "So it peaks after ln(turn/sqrt(2))/radius steps, turn = (delta + radius)/|s|: "
        "tanh(ln(turn/sqrt(2))) = delta/radius.",
    ),
    Statement(
        "laws.leaving",
        eq(sp.Derivative(s * (1 - x + s**2), s), 1 - x + 3 * s**2),
        Identity(),
        "Far from the transition a small s is multiplied by 1 - x a step. In the law of the peak "
        "step, ln(turn/sqrt(2))/ln(1 + radius), both regimes are one.",
    ),
    Statement(
        "laws.peak_grows",
        eq(
            sp.Limit(peak_time - sp.log(n) / (2 * sp.log(multiplier)), n, sp.oo),
            sp.log(sp.sqrt(2) * wide / (eta * signal)) / sp.log(multiplier),
        ),
        Identity(WIDE),
        "The time to the peak grows as ln n/(2 ln(eta lambda - 1)), 2 < eta lambda < 4, plus a "
        "constant.",
    ),
    Statement(
        "laws.peak_step",
        gt(1, sp.Abs(peak_time - sp.Symbol("seen", real=True))),
        Unproved(
            "40 small starts at each of five x up to 3.9: below 0.55 step up to x = 3.6, 1.6 at 3.9"
        ),
        "For 2 < x < 3.6 and small s the law of the peak step is less than one step off.",
    ),
    Statement(
        "laws.period",
        eq(
            sp.Subs(eta * f / sp.sqrt(n), n, n * (eta * lam - 1) ** 2) * (1 - eta * lam),
            -eta * f / sp.sqrt(n),
        ),
        Identity({lam: (2 + wide) / eta}),
        "Width n (eta lambda - 1)^2 is where width n is, up to the mirror, but one step later: "
        "for 2 < eta lambda < 4 both end at the same curvature up to O(ln n/n).",
        argument="Until s is of order 1 the step is linear in s up to O(1/n); it takes of order "
        "ln n steps.",
    ),
)


def mirror_laws(d: sp.Expr, w: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """How far below x = 2 a run ends, to weight 1, 2 and 3."""
    level_2, level_3, level_4 = d**2 + 2 * w, d**2 + 2 * w + 2 * d**3 / 3, levels(d, w)
    return sp.sqrt(level_2), sp.sqrt(level_3) + level_3 / 3, end(sp.sqrt(level_4))


offset, radius = sp.symbols("offset radius", real=True)
WRITTEN = ((offset, x - 2), (radius, sp.sqrt(offset**2 + 2 * s**2)))
square, first, second, third, ratio, sharp = sp.symbols(
    "square first second third ratio sharp", real=True
)
FUNCTIONS = (
    Function(
        "mirror_curvature",
        (x, s),
        tuple(2 - law for law in mirror_laws(x - 2, s**2)),
        "The final scaled curvature near the transition: to first, second and third order.",
        "laws.level, laws.mirror, laws.mirror_leading",
        helpers=(
            (offset, x - 2),
            (square, s**2),
            (first, offset**2 + 2 * square),
            (second, first + 2 * offset**3 / 3),
            (third, second - square * (offset**2 + square)),
        ),
        written=(
            2 - sp.sqrt(first),
            2 - sp.sqrt(second) - second / 3,
            2 - sp.sqrt(third) * (1 + 5 * third / 18) - third / 3,
        ),
    ),
    Function(
        "peak_square",
        (x, s),
        (s**2 + (x - 2) ** 2 / 2 + (x - 2) ** 3 / 3,),
        "The largest s^2 of a run that starts near the transition and rises.",
        "laws.peak, laws.peak_start",
        helpers=((offset, x - 2),),
        written=(s**2 + offset**2 * (3 + 2 * offset) / 6,),
    ),
    Function(
        "peak_ratio",
        (x, s),
        (
            ((x - 2) + sp.sqrt((x - 2) ** 2 + 2 * s**2)) / sp.Abs(s),
            1 + sp.sqrt((x - 2) ** 2 + 2 * s**2),
        ),
        "(turn, growth): the peak is after ln(turn/sqrt(2))/ln(growth) steps.",
        "laws.turn, laws.leaving, laws.peak_grows",
        helpers=WRITTEN,
        written=((offset + radius) / sp.Abs(s), 1 + radius),
    ),
    Function(
        "width_period",
        (x,),
        ((x - 1) ** 2,),
        "Widths in this ratio end at the same curvature.",
        "laws.period",
    ),
    Function(
        "lazy_curvature",
        (eta, lam, f, n),
        (lam - f**2 * (4 - eta * lam) / (n * lam * (2 - eta * lam)),),
        "The final curvature of a wide network in the lazy phase, to first order in 1/width.",
        "final.lazy",
        helpers=((sharp, eta * lam), (ratio, f / lam)),
        written=(lam * (1 - ratio**2 * (4 - sharp) / (n * (2 - sharp))),),
    ),
)
