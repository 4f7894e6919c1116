"""Width and learning rate drop out.

In x = eta lambda, s = eta f/sqrt(n), tau = eta y/sqrt(n) and r = s - tau the update contains
neither eta nor n: networks of all widths trained at all rates follow one map of the plane.
"""

import sympy as sp

from . import closure
from .closure import PAPER
from .notation import L, eta, f, lam, n, r, s, tau, x, y
from .prover.function import Function, right, solved
from .prover.quantities import code_names, prime
from .prover.statement import by_name, defined, definitions, equation


def one_step_later(step, *statements):
    """What definitions say of the next step, where `step` says what changes."""
    return {prime(known.claim.lhs): known.claim.rhs.xreplace(step) for known in statements}


unit = eta / sp.sqrt(n)
CURVATURE = defined(
    "scaling.curvature",
    x,
    eta * lam,
    "The scaled curvature is the learning rate in units of 1/lambda.",
)
OUTPUT = defined(
    "scaling.output", s, unit * f, "The scaled output is measured in units of sqrt(n)/eta."
)
LABEL = defined(
    "scaling.label",
    tau,
    unit * y,
    "The scaled label is measured in the units of the scaled output.",
)
DEFINITIONS = definitions(
    CURVATURE,
    OUTPUT,
    LABEL,
    closure.RESIDUAL,
    closure.LOSS,
    one_step_later(
        {f: closure.f_update, lam: closure.lam_update}, CURVATURE, OUTPUT, closure.RESIDUAL
    ),
)
NO_LABEL = {**DEFINITIONS, y: 0}

STATEMENTS = (
    CURVATURE,
    OUTPUT,
    LABEL,
    equation(
        "scaling.residual",
        r,
        s - tau,
        "The scaled residual is scaled output minus scaled label.",
        DEFINITIONS,
    ),
    equation(
        "scaling.x_update",
        prime(x),
        x + r * (x * r - 4 * s),
        "One step of the scaled curvature contains neither eta nor n.",
        DEFINITIONS,
    ),
    equation(
        "scaling.r_update",
        prime(r),
        r * (1 - x + s * r),
        "One step of the scaled residual contains neither eta nor n.",
        DEFINITIONS,
    ),
    equation(
        "scaling.s_update",
        prime(s),
        s - r * (x - s * r),
        "One step of the scaled output contains neither eta nor n.",
        DEFINITIONS,
    ),
    equation(
        "scaling.x_zero_target",
        prime(x),
        x + s**2 * (x - 4),
        "At label 0 the curvature falls as long as x < 4.",
        NO_LABEL,
        source=PAPER,
    ),
    equation(
        "scaling.s_zero_target",
        prime(s),
        s * (1 - x + s**2),
        "At label 0 the output is multiplied by a number that x and s^2 give.",
        NO_LABEL,
        source=PAPER,
    ),
    equation(
        "scaling.loss",
        L,
        n * r**2 / (2 * eta**2),
        "The loss is half the squared residual, in units of n/eta^2.",
        DEFINITIONS,
    ),
    equation(
        "scaling.label_squared",
        tau**2,
        eta**2 * y**2 / n,
        "The square of the scaled label is rational in the data.",
        DEFINITIONS,
    ),
    equation(
        "scaling.residual_squared",
        r**2,
        eta**2 * (f - y) ** 2 / n,
        "The square of the scaled residual is rational in the data.",
        DEFINITIONS,
    ),
)
proved = by_name(STATEMENTS)
# For later chapters: the output that belongs to a residual, and one step in terms of (x, r, tau).
output = solved(proved["residual"], s)
x_step, r_step = (right(proved[name], {s: output}) for name in ("x_update", "r_update"))
x_update, r_update = x_step.expression, r_step.expression
x_map, r_map = (proved[name].claim.rhs for name in ("x_update", "r_update"))

rate = solved(CURVATURE, eta)

scale, square, ratio = code_names("unit s2 ratio")
FUNCTIONS = (
    Function(
        "scaled",
        (eta, lam, f, n, y),
        (right(CURVATURE), right(closure.RESIDUAL), right(LABEL)),
        "The dimensionless state (x, r, tau); width = inf gives r = tau = 0.",
        helpers=((scale, unit),),
    ),
    Function(
        "from_scaled",
        (x, s, lam, n),
        (rate, solved(OUTPUT, f, {eta: rate})),
        "(eta, output) of the network of this curvature and width whose state is (x, s).",
    ),
    Function(
        "scaled_step",
        (x, r, tau),
        (x_step, r_step),
        "One step of the dimensionless state, (x, r).",
        helpers=((s, r + tau),),
        written=(x_map, r_map),
    ),
    Function(
        "scaled_step_zero_target",
        (x, s),
        (right(proved["x_zero_target"]), right(proved["s_zero_target"])),
        "One step of the dimensionless state at target 0, (x, s).",
        helpers=((square, s**2),),
    ),
    Function(
        "scaled_loss",
        (eta, r, n),
        (right(proved["loss"]),),
        "The loss of a scaled residual.",
        helpers=((ratio, r / eta),),
    ),
    Function(
        "tau_squared",
        (eta, n, y),
        (right(proved["label_squared"]),),
        "tau^2, rational in its arguments.",
        helpers=((scale, eta * y),),
    ),
    Function(
        "residual_squared",
        (eta, f, n, y),
        (right(proved["residual_squared"]),),
        "r^2, rational in its arguments.",
        helpers=((scale, eta * (f - y)),),
    ),
)
