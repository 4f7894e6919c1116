"""The equivalent network: a factor of the Gram matrix moves as weights do, and where it goes.

[F; R] with F F.T = A, sqrt(n) F R.T = B and R R.T = C need not be the weights: it has as many
columns, or units, as the Gram matrix has rank. Near the end of a run the sum of all gradients to
come, Z, is known from the distance E of the linear map from the best one.
"""

import sympy as sp

from ..closure import GAIN
from ..notation import A, B, C, D, E, F, R, d, dA, dC, dF, dR, eta, gain, k, lam_C, left
from ..prover.quantities import code_matrix

# isort: split
from ..notation import n, part, root, slope, units, w_k
from ..prover.function import Function, right
from ..prover.quantities import prime
from ..prover.statement import by_name, defined, definitions, equation
from . import gram

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
IN_FACTOR = definitions(*FACTOR, INWARD, OUTWARD, ROOT, gram.SLOPE, GAIN)
FACTORED = (
    equation(
        "factor.hidden",
        (F + dF) * (F + dF).T - F * F.T,
        gram.changes[0],
        "The step of a factor, which need not be the weights, adds to F F.T what gradient descent "
        "adds to A.",
        IN_FACTOR,
    ),
    equation(
        "factor.cross",
        gram.sqrt_n * ((F + dF) * (R + dR).T - F * R.T),
        gram.changes[1],
        "The step of a factor adds to sqrt(n) F R.T what gradient descent adds to B.",
        IN_FACTOR,
    ),
    equation(
        "factor.map",
        gram.changes[1],
        -eta * (F * F.T * D + D * R * R.T) + eta * slope * D * R * F.T * D,
        "This is the change of the linear map in the factor's own terms.",
        IN_FACTOR,
    ),
    equation(
        "factor.outer",
        (R + dR) * (R + dR).T - R * R.T,
        gram.changes[2],
        "The step of a factor adds to R R.T what gradient descent adds to C. So every network is, "
        "exactly, one of d + k units or fewer, and its Gram matrix keeps rank and sign.",
        IN_FACTOR,
        argument="With factor.hidden and factor.map all blocks of the Gram matrix follow, step "
        "after step.",
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
TO_COME = definitions(LEFT_HIDDEN, LEFT_OUTER)
STRAIGHT = {
    **gram.later(TO_COME, B, E, left),
    B_next: B - part * E,
    E_next: E - part * E,
    Z_next: left - eta * D,
    D: part * left / eta,
    **TO_COME,
    **definitions(GAIN),
}
middle = (B + B_next) / 2
END = (
    equation(
        "factor.left",
        A * (left - eta * D) + (left - eta * D) * C,
        E - eta * (A * D + D * C),
        "Near the end, where A and C hardly move and 1/n is negligible beside them, a step takes "
        "eta D from Z and leaves A Z + Z C = E true: Z is the sum of all eta D to come.",
        definitions(LEFT),
        argument="E and Z end at 0 together, so what the steps take from Z adds up to Z.",
    ),
    equation(
        "factor.left_columns",
        (A + lam_C * sp.Identity(d)) * left * w_k,
        E * w_k - left * (C * w_k - lam_C * w_k),
        "Where C w_k = lambda_C w_k the last term is 0: along each eigenvector of C, Z is what "
        "solves a linear equation in d unknowns.",
        definitions(LEFT),
    ),
    equation(
        "factor.left_hidden_step",
        dA_next - dA,
        gain * (middle * D.T + D * middle.T),
        "A step that takes a part of Z, eta D = part Z, and as much of E off B, takes from dA what "
        "it adds to A to first order in D by gram.hidden, with B half way through the step.",
        STRAIGHT,
    ),
    equation(
        "factor.left_outer_step",
        dC_next - dC,
        gain * (middle.T * D + D.T * middle),
        "A step that takes a part of Z, eta D = part Z, and as much of E off B, takes from dC what "
        "it adds to C to first order in D by gram.outer, with B half way through the step.",
        STRAIGHT,
    ),
)
STATEMENTS = (*(ROOT, *FACTOR, INWARD, OUTWARD, *FACTORED), *(LEFT, LEFT_HIDDEN, LEFT_OUTER, *END))
proved = by_name(STATEMENTS)

inner, steep, half_way, pull, drop, fall = (
    code_matrix(name, rows, columns)
    for rows, columns, names in (
        (units, k, "inner"),
        (d, k, "steep middle"),
        (k, k, "pull drop"),
        (d, d, "fall"),
    )
    for name in names.split()
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
