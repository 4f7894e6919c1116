"""How far the bulk series can be trusted above x = 2: all that its cut leaves out is bounded.

For complex z in a disk a hundred times as wide as the series is used runs still converge backwards,
so C and sigma/s are analytic there and differ little from x and 1. By Cauchy's estimate all
coefficients are then small against the disk; the first two omitted ones are bounded as they are.
"""

import sympy as sp

from ..notation import x
from ..prover.claims import ge
from ..prover.quantities import named
from ..prover.statement import definitions
from . import bulk_lazy
from .bounds import ACCURACY, bounded, decimals, known, numbers
from .bulk import EXACT, C, D
from .bulk_lazy import SPAN, flare, omitted_terms, served, span
from .coefficients import width
from .series import pair, table

back_Q, back_move, back_part, back_away, product = named(
    "back_Q back_move back_part back_away product"
)
origin_5, origin_6, origin_error, coordinate_5, coordinate_6 = named(
    "origin_5 origin_6 origin_error coordinate_5 coordinate_6"
)
BOUNDS = {
    **definitions(SPAN),
    **decimals(
        back_Q="0.95", back_move="0.99", back_part="1/133", back_away="0.07", product="0.31"
    ),
    **decimals(origin_5="24e-17", origin_6="34e-20", origin_error="36e-17"),
    **decimals(coordinate_5="76e-16", coordinate_6="19e-18"),
}
CATAPULT = (ge(x, sp.Rational("2.1")), ge(4, x))
LARGEST = span * width  # z is at most this
REGION = "For 21/10 <= x <= 4 and z <= span (x(2 - x)/2)^2"

# The points that runs come from stay within away of x, the first z of them at most near, and
# |x - 1 - z| is at least Q.
near = flare(x - 2)
away = (x - 2) * (4 - x) / 5
Q = x - 1 - away - near
DISK = near * Q**2
# near (4 - x + away)/(1 - Q^-2) as a share of away
earlier = near * ((x - 2) / 5 + 1) / (1 - Q**-2) / ((x - 2) / 5)
factors = near * Q / (Q**2 - 1) * (1 + (4 - x + away) / (Q**2 - 1))

backwards = bounded(
    "bulk.back_grows", back_Q, 1 / Q, BOUNDS, CATAPULT,
    "For 21/10 <= x <= 4, near = (x - 2)^2/(4 + 7 (x - 2)), away = (x - 2)(4 - x)/5 and complex "
    "x, z within away of this x and near of 0 |1 - x + z| is at least Q = x - 1 - away - near, "
    "and 1/Q is",
    "So for |z| <= disk = near Q^2 there is one point there that a step takes to (x, z): with x "
    "= (x' + 4z)/(1 + z) z (1 - x + z)^2 = z' has one solution in |z| < near, by Rouche, and it "
    "is analytic in z'.",
)  # fmt: skip
goes_back = bounded(
    "bulk.back_stays", back_move, earlier, BOUNDS, CATAPULT,
    "For 21/10 <= x <= 4 and the near, away and Q of bulk.back_grows near (4 - x + away)/(1 - "
    "Q^-2), as a share of away (both are 0 at x = 4), is",
    "So the points that a run comes from, from any |z| <= disk, stay there: |z| is at most near, "
    "then shrinks by Q^2 a step (so does the circle in Rouche's theorem), and x moves by |z| |x "
    "- 4|. Their x converges uniformly to C, analytic in z on the disk, |C - x| <= away, with "
    "the coefficients of bulk.c1, ..., the only ones: the factors in their equations are not 0.",
    (backwards,),
)  # fmt: skip
share = bounded(
    "bulk.back_part", back_part, LARGEST / DISK, BOUNDS, CATAPULT,
    "For 21/10 <= x <= 4 span (x(2 - x)/2)^2 is a share of disk = near Q^2 of",
)  # fmt: skip
far = bounded(
    "bulk.back_away", back_away, away / x, BOUNDS, CATAPULT,
    "For 21/10 <= x <= 4 the away of bulk.back_grows is a share of x of",
)  # fmt: skip
multiplied = bounded(
    "bulk.back_product", product, factors, BOUNDS, CATAPULT,
    "For 21/10 <= x <= 4 and the near, away and Q of bulk.back_grows E = near Q/(Q^2 - 1) (1 + "
    "(4 - x + away)/(Q^2 - 1)) is",
    "sigma/s is the product of (1 - C)/(1 - x + z) = 1 + (x - z - C)/(1 - x + z) over the points "
    "that the run comes from. There |x - C| is at most |z| (4 - x + away)/(Q^2 - 1), and the |z| "
    "add up to at most near Q^2/(Q^2 - 1): what is added to the factors 1 adds up to at most E. "
    "So sigma/s is analytic on the disk, |sigma/s - 1| <= exp(E) - 1 <= E/(1 - E), with the "
    "coefficients of bulk.d1, ..., the only ones: the factors in their equations are not 0.",
    (goes_back,),
)  # fmt: skip
origin = omitted_terms(
    "origin", C, LARGEST, x, BOUNDS, CATAPULT, REGION + " the term c_{0} z^{0} is a share of x of"
)
coordinate = omitted_terms(
    "coordinate", D, LARGEST, 1, BOUNDS, CATAPULT,
    REGION + " the term d_{0} z^{0} of sigma is a share of s of",
)  # fmt: skip
beyond = back_part ** (EXACT + 1) / (1 - back_part)  # a geometric series
origin_total = numbers(
    "bulk.origin",
    ge(origin_error, origin_5 + origin_6 + back_away * beyond),
    BOUNDS,
    f"{REGION} all that the bulk series leaves out is a share of x of at most "
    f"{known(BOUNDS, origin_error)}.",
    "|c_k| <= away/disk^k by Cauchy: from c_7 on a geometric series. C itself is within "
    "away/133 of x (Schwarz), so above 209/100.",
    (*origin, goes_back, share, far),
)
coordinate_total = numbers(
    "bulk.coordinate",
    ge(ACCURACY, coordinate_5 + coordinate_6 + product / (1 - product) * beyond),
    BOUNDS,
    f"{REGION} all that the series of sigma leaves out is a share of s of at most 1e-14.",
    "|d_k| <= E/(1 - E)/disk^k. For smaller z it is smaller, like z^5.",
    (*coordinate, multiplied, share),
)
nearer = served(
    "bulk.right",
    LARGEST,
    (ge(x, 2), ge(CATAPULT[0].rhs, x)),
    f"{REGION} the mirror series serves up to x = 21/10: its gauge is",
)
STATEMENTS = (
    *(backwards, goes_back, share, far, multiplied, *origin, *coordinate),
    *(origin_total, coordinate_total, nearer),
)
TABLES = (
    table(
        "BULK_RADIUS",
        pair,
        [SPAN],
        "BULK and COORDINATE: all that they leave out is below 1e-14 where z <= this (x(2 - "
        "x)/2)^2 and x > 2; of BULK also where z <= this (1 + x)(x(2 - x)/2)^2, x < 2.",
        bulk_lazy.total,
        origin_total,
        coordinate_total,
    ),
)
