"""Kinds of symbols that the proofs know: stand-ins, symmetric matrices, columns of length 1."""

from __future__ import annotations

from typing import Any

import sympy as sp

STANDS_FOR: dict[Any, Any] = {}


class Symmetric(sp.MatrixSymbol):  # type: ignore[misc]
    """A matrix that is its own transpose."""

    def _eval_transpose(self) -> Any:
        return self


class Unit(sp.MatrixSymbol):  # type: ignore[misc]
    """A column of length 1."""


def _stand_in(expr: Any, **facts: bool) -> Any:
    symbol = sp.Symbol(f"[{expr}]", **facts)
    if STANDS_FOR.setdefault(symbol, expr) != expr:
        raise ValueError(f"{symbol} stands for another expression already")
    return symbol


def positive(expr: Any) -> Any:
    """The stand-in for an expression that an assumption makes positive."""
    return _stand_in(sp.sympify(expr), positive=True)


def nonnegative(expr: Any) -> Any:
    """The stand-in for an expression that an assumption makes >= 0."""
    return _stand_in(sp.sympify(expr), nonnegative=True)
