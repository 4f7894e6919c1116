"""The chapters in reading order, and all that they state and hand to the package."""

from typing import Any

from . import (
    alignment,
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
    theorem,
    theorem_end,
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
    *(certificate, chaos, final, alignment, *EXPANSIONS, hessian, laws, theorem, theorem_end, odds),
    *(gram, factor, kernel, losses, reductions, reductions_direction, flattest, gates),
)


def _all(kind: str) -> tuple[Any, ...]:
    """What the chapters hold of one kind."""
    return tuple(item for chapter in CHAPTERS for item in getattr(chapter, kind, ()))


STATEMENTS, FUNCTIONS, TABLES = map(_all, ("STATEMENTS", "FUNCTIONS", "TABLES"))
