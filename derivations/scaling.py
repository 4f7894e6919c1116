"""Width and learning rate drop out.

In x = eta lambda, s = eta f/sqrt(n), tau = eta y/sqrt(n) and r = s - tau the update contains
neither eta nor n: networks of all widths trained at all rates follow one map of the plane.
"""

from __future__ import annotations

import sympy as sp

from . import closure
from .closure import PAPER
from .notation import L, eta, f, lam, n, prime, r, s, tau, x, y
from .prover.claims import eq
from .prover.function import Function
from .prover.proofs import Identity
from .prover.statement import Statement

x_next, s_next, r_next = prime(x), prime(s), prime(r)
unit = eta / sp.sqrt(n)
DEFINITIONS = {
    x: eta * lam,
    s: unit * f,
    tau: unit * y,
    r: unit * (f - y),
    x_next: eta * closure.lam_update,
    s_next: unit * closure.f_update,
    r_next: unit * (closure.f_update - y),
    L: (f - y) ** 2 / 2,
}
IN_NETWORK = Identity(DEFINITIONS)
NO_LABEL = Identity({**DEFINITIONS, y: sp.Integer(0)})

# What the claims below establish; for later modules, as functions of the state (x, r) and of tau.
x_map = x + r * (x * r - 4 * s)
r_map = r * (1 - x + s * r)
x_map_unlabelled = x + s**2 * (x - 4)
s_map_unlabelled = s * (1 - x + s**2)
x_update, r_update = (value.subs(s, r + tau) for value in (x_map, r_map))
loss, tau_squared, r_squared = n * r**2 / (2 * eta**2), eta**2 * y**2 / n, eta**2 * (f - y) ** 2 / n

STATEMENTS = (
    Statement(
        "scaling.residual", eq(r, s - tau), IN_NETWORK, "The residual is output minus label."
    ),
    Statement(
        "scaling.x_update",
        eq(x_next, x_map),
        IN_NETWORK,
        "One step of the scaled curvature, without eta and n.",
    ),
    Statement(
        "scaling.r_update",
        eq(r_next, r_map),
        IN_NETWORK,
        "One step of the scaled residual, without eta and n.",
    ),
    Statement(
        "scaling.s_update",
        eq(s_next, s - r * (x - s * r)),
        IN_NETWORK,
        "The same for the scaled output.",
    ),
    Statement(
        "scaling.x_zero_target",
        eq(x_next, x_map_unlabelled),
        NO_LABEL,
        "At label 0 the curvature falls as long as x < 4.",
        source=PAPER,
    ),
    Statement(
        "scaling.s_zero_target",
        eq(s_next, s_map_unlabelled),
        NO_LABEL,
        "The output at label 0.",
        source=PAPER,
    ),
    Statement(
        "scaling.loss",
        eq(L, loss),
        IN_NETWORK,
        "The loss is the squared residual, in units of n/eta^2.",
    ),
    Statement(
        "scaling.label_squared",
        eq(tau**2, tau_squared),
        IN_NETWORK,
        "tau^2 is rational in the data.",
    ),
    Statement("scaling.residual_squared", eq(r**2, r_squared), IN_NETWORK, "So is r^2."),
)

scale, square, ratio = sp.symbols("unit s2 ratio", real=True)
FUNCTIONS = (
    Function(
        "scaled",
        (eta, lam, f, n, y),
        (DEFINITIONS[x], DEFINITIONS[r], DEFINITIONS[tau]),
        "The dimensionless state (x, r, tau); width = inf gives r = tau = 0.",
        "scaling.residual",
        helpers=((scale, unit),),
        written=(eta * lam, scale * (f - y), scale * y),
    ),
    Function(
        "scaled_step",
        (x, r, tau),
        (x_update, r_update),
        "One step of the dimensionless state, (x, r).",
        "scaling.x_update, scaling.r_update",
        helpers=((s, r + tau),),
        written=(x_map, r_map),
    ),
    Function(
        "scaled_step_zero_target",
        (x, s),
        (x_map_unlabelled, s_map_unlabelled),
        "One step of the dimensionless state at target 0, (x, s).",
        "scaling.x_zero_target, scaling.s_zero_target",
        helpers=((square, s**2),),
        written=(x + square * (x - 4), s * (1 - x + square)),
    ),
    Function(
        "scaled_loss",
        (eta, r, n),
        (loss,),
        "The loss of a scaled residual.",
        "scaling.loss",
        helpers=((ratio, r / eta),),
        written=(n * ratio**2 / 2,),
    ),
    Function(
        "tau_squared",
        (eta, n, y),
        (tau_squared,),
        "tau^2, rational in its arguments.",
        "scaling.label_squared",
        helpers=((scale, eta * y),),
        written=(scale**2 / n,),
    ),
    Function(
        "residual_squared",
        (eta, f, n, y),
        (r_squared,),
        "r^2, rational in its arguments.",
        "scaling.residual_squared",
        helpers=((scale, eta * (f - y)),),
        written=(scale**2 / n,),
    ),
)
