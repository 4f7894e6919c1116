"""Deciding whether an expression is exactly zero. Every proof ends here; only True is relied on."""

from __future__ import annotations

from typing import Any

import sympy as sp


def _radical(base: Any) -> Any:
    """The square root of a fraction as a fraction of square roots, where the denominator is positive."""
    above, below = sp.fraction(sp.factor(sp.together(base)))
    return sp.sqrt(above) / sp.sqrt(below) if below.is_positive else sp.sqrt(base)


def _is_root(expr: Any) -> bool:
    return bool(expr.is_Pow and expr.exp in (sp.Rational(1, 2), sp.Rational(-1, 2)))


def _differs_somewhere(expr: Any) -> bool:
    """True if one rational point shows that the expression is not zero. It never shows that it is."""
    symbols = sorted(expr.free_symbols, key=lambda symbol: str(symbol))
    point = {symbol: sp.Rational(sp.prime(20 + 3 * k), 83) for k, symbol in enumerate(symbols)}
    value = sp.N(expr.subs(point), 30)
    return bool(value.is_number and abs(value) > sp.Float("1e-12"))


def is_zero(expr: Any) -> bool:
    """True if algebra shows that the expression vanishes identically; False if it does not."""
    expr = sp.sympify(expr)
    if isinstance(expr, sp.MatrixExpr):
        return bool(expr.expand().doit().is_ZeroMatrix)
    if sp.expand(expr) == 0:
        return True
    if expr.has(sp.Integral, sp.Limit) or _differs_somewhere(expr):
        return False
    expr = expr.replace(_is_root, lambda root: _radical(root.base) ** (2 * root.exp))
    above = sp.numer(sp.together(expr))
    return bool(sp.expand(above) == 0 or sp.simplify(above) == 0 or sp.simplify(expr) == 0)
