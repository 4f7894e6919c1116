"""The flat series: an invariant of training around the origin, label 0, where the final curvature
is small.

Near P = Q = 0 a step is the identity plus terms of higher degree, so an invariant PQ + ... is found
degree by degree. The run ends at P = Q = x/2. Steps commute with P <-> Q, so the series is
symmetric, and that is why every degree can be solved.

What the cut leaves out is bounded in full. A step changes the truncated invariant by an exact
polynomial with a factor PQ s^2, and over a run s^2 x^20 adds up to little: x falls fast where it is
large. For a sharper bound the change is that of the series with two forms more, and those two are
bounded at both ends of the run.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from ..notation import P, Q, s
from ..prover.claims import eq, ge
from ..prover.function import Table, fractions
from ..prover.proofs import Identity, Sign
from ..prover.statement import Statement
from ..prover.symbols import nonnegative
from .bounds import Domain, OnDomain, OnInterval, known, numbers
from .series import Excess, Homological, Reversion, Series, Step, reverted, solve, write

ORDER = 20
RADIUS = sp.Rational(146, 1000)

rho, C, x = sp.symbols("rho C x", real=True)
a, b = nonnegative("a"), nonnegative("b")
VARIABLES = (P, Q)
minus, plus = (1 - (P - Q) / 2) ** 2, (1 + (P - Q) / 2) ** 2
STEP = Step(VARIABLES, (1, 1), minus, plus, split=True)
LOWEST: Series = {(1, 1): Fraction(1)}


def form(degree: int, lacking: Series) -> Series:
    """The form of this degree that cancels `lacking` = (P - Q) times a quotient (flat.operator)."""
    found, quotient = {}, Fraction(0)
    for j in range(degree + 1):
        quotient -= lacking.get((degree + 1 - j, j), Fraction(0))
        if degree != 2 * j:
            found[degree - j, j] = quotient / (2 * j - degree)
    return {place: value for place, value in found.items() if value}


FORMS, LACKING = solve(STEP, LOWEST, ORDER + 2, form)
OMITTED = sum(
    (write(FORMS.pop(degree), VARIABLES) for degree in (ORDER + 1, ORDER + 2)), sp.Integer(0)
)
TOTAL = sum((write(series, VARIABLES) for series in FORMS.values()), sp.Integer(0))

# Where the run ends, P = Q = d/2 and I = rho^2: the series of d in rho, reverted.
AXIS = [
    sum(FORMS[k].values(), Fraction(0)) / 2**k if k in FORMS else Fraction(0)
    for k in range(2, ORDER + 1)
]
ENDING = reverted(Fraction(2), AXIS)


def moved(f: sp.Expr) -> sp.Expr:
    """What a step adds to a form, to leading degree."""
    return (P - Q) * (Q * sp.Derivative(f, Q) - P * sp.Derivative(f, P))


def in_product() -> list[list[Fraction]]:
    """I = p (row 0 + row 1 p + ...), p = PQ, each row a polynomial in x = P + Q from its constant
    term on."""
    rest, rows = sp.Poly(TOTAL, P, Q, domain="QQ"), []
    terms = {(int(i), int(j)): Fraction(int(v.p), int(v.q)) for (i, j), v in rest.terms()}
    for j in range(1, ORDER // 2 + 1):
        row = []
        for i in range(ORDER - 2 * j + 1):
            value = terms.get((i + j, j), Fraction(0))
            row.append(value)
            for k in range(i + 1):
                place = (i - k + j, j + k)
                terms[place] = terms.get(place, Fraction(0)) - value * sp.binomial(i, k)
        rows.append(row)
    if any(terms.values()):
        raise ValueError("the flat series is not a polynomial in P + Q and PQ")
    return rows


ROWS = in_product()
operator = Statement(
    "flat.operator",
    eq(moved(P**a * Q**b), (b - a) * (P - Q) * P**a * Q**b),
    Identity(),
    "To leading degree a step changes a form by (P - Q)(Q df/dQ - P df/dP).",
    argument="What the lower forms lack vanishes where P = Q, for there a step is the identity; "
    "so it is P - Q times a quotient. It is symmetric as the map is, so the quotient is "
    "antisymmetric and has no (PQ)^k. All other monomials have b - a not 0: the rank is full, "
    "and the form is unique up to a power of the invariant.",
)
SERIES = (
    Statement("flat.P", eq(P * (1 - s) ** 2, P * minus), Identity({s: (P - Q) / 2}), "A step in P"),
    Statement("flat.Q", eq(Q * (1 + s) ** 2, Q * plus), Identity({s: (P - Q) / 2}), "and in Q."),
    operator,
    *(
        Statement(
            f"flat.degree_{degree}",
            eq(sp.Symbol(f"I_{degree}"), write(series, VARIABLES)),
            Homological(
                STEP,
                degree,
                LACKING[degree],
                (degree // 2, degree // 2) if degree % 2 == 0 and degree > 2 else None,
                (1, 1) if degree == 2 else None,
            ),
            f"The form of degree {degree}: with those before it, no step changes it below degree "
            f"{degree + 2}.",
        )
        for degree, series in FORMS.items()
    ),
    Statement(
        "flat.ending",
        eq(
            C,
            sp.Add(
                *(sp.Rational(v.numerator, v.denominator) * rho**k for k, v in enumerate(ENDING, 1))
            ),
        ),
        Reversion(rho, tuple(AXIS), 1),
        "Where the invariant is rho^2 the run ends at C: I(C/2, C/2) = rho^2.",
    ),
)

# From a start at x <= RADIUS, with p = PQ: x and PQ only fall.
x_next, t, ratio, end, turn = sp.symbols("x' t x'/x I_end turn", real=True)
invariant, longer, longer_next = sp.symbols("I J J'", real=True)
radius, near, omitted, last, change, gain, bend, tail, gap, error = sp.symbols(
    "radius near omitted last change gain bend tail gap error", real=True
)
at_end = {P: x / 2, Q: x / 2}
BOUNDS = {
    radius: RADIUS,
    near: sp.Rational(81, 1000),
    omitted: sp.Rational(48),
    last: sp.Rational(132, 10),
    change: sp.Rational(56000),
    gain: sum((1 - RADIUS) ** k for k in range(ORDER + 1)),
    bend: sp.Rational(4, 100),
    tail: sp.Rational(134, 10) * 10**6,
    gap: (
        (omitted + last) * radius ** (ORDER - 1)
        + change * radius ** (ORDER + 1) / ((4 - radius) * gain)
    )
    / (1 - radius / 2 - near * radius**2)
    + tail * (radius / 2) ** (ORDER - 1),
    error: sp.Rational(101, 100) * gap / (2 * (1 - bend)),
    invariant: TOTAL,
    longer: TOTAL + OMITTED,
}
TRIANGLE = Domain(STEP, x, RADIUS, t, ((1 + t) / 2, (1 - t) / 2), (eq(x, P + Q),))
AXIS_FORM = TOTAL.subs(at_end)
below, above = nonnegative("1-x'/x"), nonnegative("x'/x-1+radius")
kept = 1 - RADIUS

falls = Statement(
    "flat.falls",
    eq(x - x_next, s**2 * (4 - x)),
    Identity({x_next: P * minus + Q * plus, x: P + Q, s: (P - Q) / 2}),
    "A step lowers x = P + Q by s^2 (4 - x),",
)
slows = Statement(
    "flat.slows",
    ge(x_next, (1 - x) * x),
    Sign(4 * P * Q + (P - Q) ** 2 * (P + Q) / 4, {}, {x_next: P * minus + Q * plus, x: P + Q}),
    "but at most by the factor 1 - x,",
)
shrinks = Statement(
    "flat.product",
    eq(P * minus * Q * plus, P * Q * (1 - s**2) ** 2),
    Identity({s: (P - Q) / 2}),
    "and PQ by the factor (1 - s^2)^2.",
)
total = Statement(
    "flat.total",
    ge(1 - ratio ** (ORDER + 1), (1 - ratio) * gain),
    Sign(
        below * sp.expand(sum((kept + above) ** k - kept**k for k in range(ORDER + 1))),
        {below: 1 - ratio, above: ratio - kept},
        BOUNDS,
    ),
    f"So it lowers x^21 by at least (4 - radius) gain s^2 x^20; {known(BOUNDS, radius, gain)}.",
    (ge(ratio, kept), ge(1, ratio)),
    "Times x^21: (1 - x'/x) x^21 = s^2 (4 - x) x^20. So s^2 x^20, summed over a run, is at most "
    "radius^21/((4 - radius) gain).",
    (falls, slows),
)
near_product = Statement(
    "flat.near",
    ge(near * P * Q * x**2, sp.Abs(invariant - P * Q * (1 - (P + Q) / 2))),
    OnDomain(TRIANGLE, 2, BOUNDS, P * Q),
    "Where x <= radius the invariant is PQ (1 - x/2) but for near PQ x^2, hence at most PQ; "
    f"{known(BOUNDS, near)}.",
    TRIANGLE.assumptions,
)
changes = Statement(
    "flat.change",
    ge(change * P * Q * ((P - Q) / 2) ** 2 * x**ORDER, sp.Abs(longer_next - longer)),
    OnDomain(TRIANGLE, ORDER, BOUNDS, P * Q * (P - Q) ** 2, longer_next, longer),
    "J is the invariant with the forms of degree 21 and 22. A step changes it by at most this: "
    f"the whole polynomial, not only its lowest degree; {known(BOUNDS, change)}.",
    TRIANGLE.assumptions,
)
first = Statement(
    "flat.omitted",
    ge(omitted * P * Q * x ** (ORDER - 1), sp.Abs(longer - invariant)),
    OnDomain(TRIANGLE, ORDER - 1, BOUNDS, P * Q),
    f"The two forms are at most this at the start of a run, {known(BOUNDS, omitted)},",
    TRIANGLE.assumptions,
)
second = Statement(
    "flat.last",
    ge(last * RADIUS ** (ORDER - 1), sp.Abs(end)),
    OnInterval(
        x,
        sp.Integer(0),
        RADIUS,
        {last: BOUNDS[last], end: sp.expand(4 * OMITTED.subs(at_end) / x**2)},
    ),
    f"and this share of PQ at its end, P = Q = x/2; {known(BOUNDS, last)}.",
    (ge(x, 0), ge(RADIUS, x)),
)
slope = Statement(
    "flat.slope",
    ge(bend, sp.Abs(turn)),
    OnInterval(
        x,
        sp.Integer(0),
        sp.Rational(15, 100),
        {bend: BOUNDS[bend], turn: x * sp.diff(AXIS_FORM, x) / (2 * AXIS_FORM) - 1},
    ),
    "Where P = Q the logarithm of the invariant has slope 2 (1 + turn) in ln x, |turn| <= bend; "
    f"{known(BOUNDS, bend)}.",
    (ge(x, 0), ge(sp.Rational(15, 100), x)),
)
excess = Statement(
    "flat.excess",
    ge(tail * rho ** (ORDER + 1), sp.Abs(end - rho**2)),
    Excess(rho, end, RADIUS / 2, ORDER + 1, tuple(AXIS), tuple(ENDING), {tail: BOUNDS[tail]}),
    "At the C of flat.ending, a series that is cut too, the invariant I_end is rho^2 but for "
    f"tail rho^21; rho <= radius/2, {known(BOUNDS, tail)}.",
    (ge(rho, 0), ge(RADIUS / 2, rho)),
)
bounded = numbers(
    "flat.error",
    ge(sp.Rational(1, 10**14), error),
    BOUNDS,
    "Where x <= radius the series gives the final curvature to 1e-14 of itself: error = 1.01 "
    "gap/(2 (1 - bend)), gap = ((omitted + last) radius^19 + change radius^21/((4 - radius) "
    "gain))/(1 - radius/2 - near radius^2) + tail (radius/2)^19.",
    "J changes by at most change PQ times the sum of s^2 x^20, PQ as at the start; so the "
    "invariant, from the start to the end of the run and to where the series ends, by at most a "
    "share gap. That is, but for its square, the difference of the logarithms; of ln x it is 2 "
    "(1 - bend) times less, both ends being below 15/100. Squares are far below 1 %. The bounds "
    "grow with x, so x = radius is the worst.",
    (shrinks, total, near_product, changes, first, second, slope, excess),
)
STATEMENTS = (
    *SERIES, falls, slows, shrinks, total, near_product, changes, first, second, slope, excess, bounded,
)  # fmt: skip

TABLES = (
    Table(
        "FLAT",
        tuple(fractions(row) for row in ROWS),
        "The invariant around the origin is p times a series; row j: the coefficients of p^j "
        "x^i, i = 0, 1, ...; p = x^2/4 - s^2.",
        "flat.degree_2 to flat.degree_20",
    ),
    Table(
        "FLAT_END",
        fractions(ENDING),
        "The final x is these times rho, rho^2, ...; rho^2 is the invariant.",
        "flat.ending",
    ),
    Table(
        "FLAT_RADIUS",
        (RADIUS.p, RADIUS.q),
        "To 1e-14 of itself where x is at most this.",
        "flat.error",
    ),
)
