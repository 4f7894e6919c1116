"""The chapters in reading order, and all that they state and hand to the package."""

from typing import Any

from . import (
    boundaries,
    certificate,
    chaos,
    closure,
    conventions,
    divergence,
    fates,
    final,
    hessian,
    initialization,
    laws,
    lyapunov,
    odds,
    scaling,
    triangle,
)
from .expansions import CHAPTERS as EXPANSIONS
from .samples import (
    factor,
    flattest,
    gates,
    gram,
    kernel,
    losses,
    reductions,
    reductions_direction,
)

CHAPTERS: tuple[Any, ...] = (
    *(
        closure,
        conventions,
        scaling,
        triangle,
        initialization,
        boundaries,
        divergence,
        lyapunov,
        fates,
    ),
    *(certificate, chaos, final, *EXPANSIONS, hessian, laws, odds),
    *(gram, factor, kernel, losses, reductions, reductions_direction, flattest, gates),
)


def _all(kind: str) -> tuple[Any, ...]:
    """What the chapters hold of one kind."""
    return tuple(item for chapter in CHAPTERS for item in getattr(chapter, kind, ()))


STATEMENTS, FUNCTIONS, TABLES = map(_all, ("STATEMENTS", "FUNCTIONS", "TABLES"))


# What the explorer computes with, in JavaScript.
_SCRIPT = """
    gain step step_zero_target loss
    scaled from_scaled scaled_step tau_squared residual_squared
    triangle corners from_triangle largest_output
    first_step invariant eta_crit eta_div eta_flat critical_curvature certificate
    portrait_step portrait_change without_label product_curvature product_tail
"""
_SCRIPT_TABLES = "MIRROR MIRROR_END MIRROR_RADIUS FLAT FLAT_END FLAT_RADIUS"


def _named(items: Any, names: str) -> tuple[Any, ...]:
    """The items of these names."""
    found = {item.name: item for item in items}
    return tuple(found[name] for name in names.split())


SCRIPT = {
    "functions": _named(FUNCTIONS, _SCRIPT),
    "tables": _named(TABLES, _SCRIPT_TABLES),
    "careful": _named(FUNCTIONS, "eta_crit eta_div"),  # their radicands may nearly vanish
}
