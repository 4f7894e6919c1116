"""The chapters in reading order, and all that they state and hand to the package."""

from __future__ import annotations

from typing import Any

from . import (
    boundaries,
    certificate,
    chaos,
    closure,
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
from .prover.function import Function, Table
from .prover.statement import Statement
from .samples import factor, gates, gram, kernel, reductions

CHAPTERS: tuple[Any, ...] = (
    *(closure, scaling, triangle, initialization, boundaries, divergence, lyapunov, fates),
    *(certificate, chaos, final, *EXPANSIONS, hessian, laws, odds),
    *(gram, factor, kernel, reductions, gates),
)
STATEMENTS: tuple[Statement, ...] = tuple(
    statement for chapter in CHAPTERS for statement in chapter.STATEMENTS
)
FUNCTIONS: tuple[Function, ...] = tuple(
    function for chapter in CHAPTERS for function in getattr(chapter, "FUNCTIONS", ())
)
TABLES: tuple[Table, ...] = tuple(
    table for chapter in CHAPTERS for table in getattr(chapter, "TABLES", ())
)
