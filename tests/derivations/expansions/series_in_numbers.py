"""Tables and bounds in mpmath, for the numerical checks of the chapters."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

from derivations.notation import x
from derivations.prover.proofs import unfold


def series(table: Any, a: Any, b: Any) -> Any:
    """A table in two variables, in mpmath."""
    return sum(
        mpmath.mpf(n) / d * a**i * b**j
        for j, row in enumerate(table)
        for i, (n, d) in enumerate(row)
        if n
    )


def ending(table: Any, rho: Any) -> Any:
    """Where a run ends, by its table."""
    return sum(mpmath.mpf(n) / d * rho**k for k, (n, d) in enumerate(table, 1))


def number(module: Any, symbol: Any) -> Any:
    """The value of a symbol in the bounds of a chapter."""
    return at(symbol, 0, module.BOUNDS)


def at(expr: Any, place: Any, definitions: Any = None) -> Any:
    """A function of x at a rational place."""
    value = sp.Rational(unfold(sp.sympify(expr), definitions or {}).subs(x, place))
    return mpmath.mpf(value.p) / value.q
