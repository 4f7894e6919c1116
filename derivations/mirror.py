"""The mirror series: an invariant of training around the critical point (x, s) = (2, 0), label 0.

With delta = x - 2 of weight 1 and z = s^2 of weight 2 a step is the identity plus terms of higher
weight. An invariant delta^2 + 2z + ... is found weight by weight: its form of weight w cancels what
the lower forms lack at weight w + 1. The run ends at z = 0 on the other side of 2, where the
invariant is what it was at the start: the mirror law.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from . import scaling
from .bounds import OnInterval
from .notation import nonnegative, r, s, tau, x
from .series import Homological, Reversion, Series, Step, reverted, solve, write
from .statement import Identity, Statement, Unproved, eq, ge
from .table import Table, fractions

ORDER = 28
RADIUS = sp.Rational(11, 100)

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
    wanted = {j: -lacking.get((weight + 1 - 2 * j, j), Fraction(0)) for j in range(1, (weight + 1) // 2 + 1)}
    found = {0: Fraction(0)}
    if weight % 2:
        for j in range((weight + 1) // 2, 0, -1):
            found[j - 1] = (2 * j * found.get(j, Fraction(0)) - wanted[j]) / (2 * (weight - 2 * j + 2))
    else:
        for j in range(1, weight // 2 + 1):
            found[j] = (wanted[j] + 2 * (weight - 2 * j + 2) * found[j - 1]) / (2 * j)
    return {(weight - 2 * j, j): value for j, value in found.items() if value}


FORMS, LACKING = solve(STEP, LOWEST, ORDER + 1, form)
OMITTED = write(FORMS.pop(ORDER + 1), VARIABLES)

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
CIRCLE = (ge(delta, -RADIUS), ge(RADIUS, delta))
bound, omitted = sp.symbols("bound omitted", real=True)
BOUND = {bound: sp.Rational(14, 10**16), omitted: OMITTED.subs(z, (RADIUS**2 - delta**2) / 2) / (2 * RADIUS)}

operator = Statement(
    "mirror.operator",
    eq(moved(delta**a * z**b), 2 * b * delta ** (a + 1) * z**b - 2 * a * delta ** (a - 1) * z ** (b + 1)),
    Identity(),
    "To leading weight a step changes a form by -2z df/d(delta) + 2 delta z df/dz.",
    argument="So at each weight w the equations are bidiagonal, with factors 2j and 2(w - 2j + 2) that vanish only where "
    "the unknown does not occur: the rank is full, the form exists, and it is unique up to a power of the "
    "invariant (even w).",
)
FORM_STATEMENTS = tuple(
    Statement(
        f"mirror.weight_{weight}",
        eq(sp.Symbol(f"I_{weight}"), write(series, VARIABLES)),
        Homological(STEP, weight, LACKING[weight], (weight, 0) if weight % 2 == 0 and weight > 2 else None,
                    (2, 0) if weight == 2 else None),
        f"The form of weight {weight}: with those before it, no step changes it below weight {weight + 2}.",
        uses=(operator,) if weight == 2 else (),
    )
    for weight, series in FORMS.items()
)
STATEMENTS = (
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
        eq(C, 2 + sp.Add(*(sp.Rational(v.numerator, v.denominator) * rho**k for k, v in enumerate(ENDING, 1)))),
        Reversion(rho, tuple(ON_AXIS), -1, origin=2),
        "Where the invariant is rho^2 the run ends at C: the root below 2 of I(C - 2, 0) = rho^2.",
    ),
    Statement(
        "mirror.law",
        eq(C, 2 - delta - sp.Rational(2, 3) * delta**2 - sp.Rational(4, 9) * delta**3),
        Reversion(delta, tuple(ON_AXIS[:3]), -1, origin=2, target=tuple(ON_AXIS[:3])),
        "The mirror law: from s -> 0 a run that starts at 2 + delta ends at 2 - delta - 2 delta^2/3 - 4 delta^3/9, up to weight 4.",
    ),
    Statement(
        "mirror.bound",
        ge(bound, sp.Abs(omitted)),
        OnInterval(delta, -RADIUS, RADIUS, BOUND),
        "On the circle delta^2 + 2z = RADIUS^2 the first omitted form, of weight 29, moves the end by at most bound = "
        f"{float(BOUND[bound])}: it is divided by 2 rho.",
        CIRCLE,
    ),
    Statement(
        "mirror.error",
        ge(sp.Rational(1, 10**14), sp.Abs(C - sp.Symbol("seen", real=True))),
        Unproved("in 50 digits at 13 starts on that circle the end is at most 5.9e-15 off"),
        "Inside the circle the series gives the final curvature to 1e-14.",
    ),
)

TABLES = (
    Table(
        "MIRROR",
        tuple(
            fractions(FORMS[weight].get((weight - 2 * j, j), 0) if weight in FORMS else 0 for weight in range(2 * j, ORDER + 1))
            for j in range(ORDER // 2 + 1)
        ),
        "Row j: the coefficients of z^j delta^i, i = 0, 1, ..., in the invariant around (x, s) = (2, 0); delta = x - 2, z = s^2.",
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
        "To 1e-14 where sqrt(delta^2 + 2z) is at most this.",
        "mirror.bound; mirror.error is measured",
    ),
)
