"""The equivalent network: a factor of the Gram matrix moves as weights do, and where it goes.

[F; R] with F F.T = A, sqrt(n) F R.T = B and R R.T = C need not be the weights: it has as many
columns, or units, as the Gram matrix has rank. Near the end of a run the sum of all gradients to
come, Z, is known from the distance E of the linear map from the best one.
"""

from __future__ import annotations

import sympy as sp

from ..closure import GAIN
from ..notation import A, B, C, D, E, F, R, d, dA, dC, dF, dR, eta, gain, k, lam_C, left
from ..prover.quantities import code_matrix

# isort: split
from ..notation import n, part, root, slope, units, w_k
from ..prover.claims import eq
from ..prover.function import Function, right
from ..prover.proofs import Identity
from ..prover.quantities import prime
from ..prover.statement import Statement, by_name, definitions
from .gram import SLOPE, defined
from .gram import proved as closed

changes = tuple(closed[block].claim.rhs for block in ("hidden", "cross", "outer"))
ROOT = defined("factor.root", n, root**2, "The root is that of the width.")
FACTOR = (
    defined("factor.factored_hidden", A, F * F.T, "A factor of the Gram matrix has F F.T = A."),
    defined(
        "factor.factored_map", B, root * F * R.T, "A factor of the Gram matrix has root F R.T = B."
    ),
    defined("factor.factored_outer", C, R * R.T, "A factor of the Gram matrix has R R.T = C."),
)
INWARD = defined("factor.inward", dF, -slope * D * R, "One step adds this to F, as to weights.")
OUTWARD = defined("factor.outward", dR, -slope * D.T * F, "One step adds this to R, as to weights.")
IN_FACTOR = Identity(definitions(*FACTOR, INWARD, OUTWARD, ROOT, SLOPE, GAIN))
FACTORED = (
    Statement(
        "factor.hidden",
        eq((F + dF) * (F + dF).T - F * F.T, changes[0]),
        IN_FACTOR,
        "The step of a factor, which need not be the weights, adds to F F.T what gradient descent "
        "adds to A.",
    ),
    Statement(
        "factor.cross",
        eq(sp.sqrt(n) * ((F + dF) * (R + dR).T - F * R.T), changes[1]),
        IN_FACTOR,
        "The step of a factor adds to sqrt(n) F R.T what gradient descent adds to B.",
    ),
    Statement(
        "factor.map",
        eq(changes[1], -eta * (F * F.T * D + D * R * R.T) + eta * slope * D * R * F.T * D),
        IN_FACTOR,
        "This is the change of the linear map in the factor's own terms.",
    ),
    Statement(
        "factor.outer",
        eq((R + dR) * (R + dR).T - R * R.T, changes[2]),
        IN_FACTOR,
        "The step of a factor adds to R R.T what gradient descent adds to C. So every network is, "
        "exactly, one of d + k units or fewer, and its Gram matrix keeps rank and sign.",
    ),
)

# A step that takes a part of Z along a straight way to the end.
B_next, E_next, Z_next, dA_next, dC_next = map(prime, (B, E, left, dA, dC))
ahead = B - E / 2
LEFT = defined("factor.end", E, A * left + left * C, "Z is what solves A Z + Z C = E.")
LEFT_HIDDEN = defined(
    "factor.left_hidden",
    dA,
    -(ahead * left.T + left * ahead.T) / n,
    "To first order in what is left, A will still move by this: B - E/2 is half way to the end.",
)
LEFT_OUTER = defined(
    "factor.left_outer",
    dC,
    -(ahead.T * left + left.T * ahead) / n,
    "To first order in what is left, C will still move by this: B - E/2 is half way to the end.",
)
later = {B: B_next, E: E_next, left: Z_next}
STRAIGHT = Identity(
    {
        dA_next: LEFT_HIDDEN.claim.rhs.xreplace(later),
        dC_next: LEFT_OUTER.claim.rhs.xreplace(later),
        B_next: B - part * E,
        E_next: E - part * E,
        Z_next: left - eta * D,
        D: part * left / eta,
        **definitions(LEFT_HIDDEN, LEFT_OUTER, GAIN),
    }
)
middle = (B + B_next) / 2
END = (
    Statement(
        "factor.left",
        eq(A * (left - eta * D) + (left - eta * D) * C, E - eta * (A * D + D * C)),
        Identity(definitions(LEFT)),
        "Near the end, where A and C hardly move and 1/n is negligible beside them, a step takes "
        "eta D from Z and leaves A Z + Z C = E true: Z is the sum of all eta D to come.",
        argument="E and Z end at 0 together, so what the steps take from Z adds up to Z.",
    ),
    Statement(
        "factor.left_columns",
        eq((A + lam_C * sp.Identity(d)) * left * w_k, E * w_k - left * (C * w_k - lam_C * w_k)),
        Identity(definitions(LEFT)),
        "Where C w_k = lambda_C w_k the last term is 0: along each eigenvector of C, Z is what "
        "solves a linear equation in d unknowns.",
    ),
    Statement(
        "factor.left_hidden_step",
        eq(dA_next - dA, gain * (middle * D.T + D * middle.T)),
        STRAIGHT,
        "A step that takes a part of Z, eta D = part Z, and as much of E off B, takes from dA what "
        "it adds to A to first order in D by gram.hidden, with B half way through the step.",
    ),
    Statement(
        "factor.left_outer_step",
        eq(dC_next - dC, gain * (middle.T * D + D.T * middle)),
        STRAIGHT,
        "A step that takes a part of Z, eta D = part Z, and as much of E off B, takes from dC what "
        "it adds to C to first order in D by gram.outer, with B half way through the step.",
    ),
)
STATEMENTS = (*(ROOT, *FACTOR, INWARD, OUTWARD, *FACTORED), *(LEFT, LEFT_HIDDEN, LEFT_OUTER, *END))
proved = by_name(STATEMENTS)

inner, pull, steep, half_way, fall, drop = (
    code_matrix(*row)
    for row in (
        *(("inner", units, k), ("pull", k, k), ("steep", d, k)),
        *(("middle", d, k), ("fall", d, d), ("drop", k, k)),
    )
)
in_factor = {B: right(proved["factored_map"]), n: right(ROOT)}
FUNCTIONS = (
    Function(
        "factor_change",
        (F, R, D, eta, slope),
        (right(INWARD), right(OUTWARD), right(proved["map"])),
        "What one step adds to a factor of the Gram matrix and to the map; slope = "
        "eta/sqrt(width).",
        helpers=((steep, -slope * D), (inner, F.T * D), (pull, slope * R * inner - R * R.T)),
        written=(steep * R, -slope * inner.T, eta * (D * pull - F * inner)),
        also=tuple(proved[block] for block in ("hidden", "cross", "outer")),
    ),
    Function(
        "factor_left",
        (F, R, E, left, root),
        (right(LEFT_HIDDEN, in_factor), right(LEFT_OUTER, in_factor)),
        "How far the Gram matrices of u and v will still move, to first order; root = sqrt(width).",
        helpers=(
            (half_way, F * R.T / root - E / (2 * root**2)),
            (fall, half_way * left.T),
            (drop, half_way.T * left),
        ),
        written=(-(fall + fall.T), -(drop + drop.T)),
        also=tuple(proved[name] for name in ("left", "left_hidden_step", "left_outer_step")),
    ),
)
