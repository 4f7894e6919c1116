"""Expressions as Python source, in plain arithmetic."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..notation import ASCII
from .claims import is_negative, matrix_terms, reading_order

LINE = 100
NAMED = sp.Abs | sp.atan | type(sp.pi)


def _simple_first(expr: Any) -> tuple[Any, ...]:
    return not expr.is_number, bool(expr.is_Add), int(expr.count_ops()), expr.sort_key()


def source(expr: Any) -> str:
    """The expression in +, -, *, / and sqrt: what Fraction, NumPy, mpmath and SymPy share.

    No float appears, and no **: s*s*s takes NumPy a hundredth of the time of s**3. Where there is
    an arctangent, it is the caller's own as the root is, and pi is 4 arctan 1.
    Matrices are multiplied by @ and transposed by .mT, as stacks of NumPy arrays are.
    """
    if isinstance(expr, sp.MatrixExpr):
        return _matrix(expr)
    if expr.is_Symbol:
        return ASCII.get(expr, str(expr.name))
    if isinstance(expr, sp.Abs | sp.atan):
        return f"{expr.func.__name__.lower()}({source(expr.args[0])})"
    if expr == sp.pi:
        return "(4*atan(1))"
    if expr.is_Add:
        first, *rest = reading_order(expr.args)
        return source(first) + "".join(
            f" - {source(-term)}" if is_negative(term) else f" + {source(term)}" for term in rest
        )
    if expr.is_Integer and expr >= 0:
        return str(expr)
    if is_negative(expr):
        return "-" + _factor(-expr)
    return _fraction(expr)


def _factor(expr: Any) -> str:
    return f"({source(expr)})" if expr.is_Add else source(expr)


def _fraction(expr: Any) -> str:
    """A product of powers: repeated factors above and below one bar."""
    above, below = [], []
    for item in sorted(sp.Mul.make_args(expr), key=_simple_first):
        if item.is_Rational:
            above += [str(item.p)] * (item.p != 1)
            below += [str(item.q)] * (item.q != 1)
            continue
        base, exponent = item.as_base_exp()
        known = base.is_Symbol or base.is_Add or base.is_Integer or isinstance(base, NAMED)
        if exponent.is_Integer and known:
            text = _factor(base)
        elif (2 * exponent).is_Integer and not exponent.is_Integer:
            text, exponent = f"sqrt({source(base)})", 2 * exponent
        else:
            raise ValueError(f"cannot be written with + - * / and sqrt: {item}")
        (above if exponent > 0 else below).extend([text] * abs(int(exponent)))
    bottom = "*".join(below)
    return "*".join(above or ["1"]) + (
        f"/({bottom})" if len(below) > 1 else f"/{bottom}" if below else ""
    )


def _matrix(expr: Any) -> str:
    """A sum of products of matrices; what is short first, a number in front of its product."""
    if isinstance(expr, sp.MatrixSymbol):
        return ASCII.get(expr, str(expr.name))
    if isinstance(expr, sp.Transpose):
        return f"{_matrix_factor(expr.arg)}.mT"
    text = ""
    for number, product in matrix_terms(expr):
        sign = "-" if is_negative(number) else "+"
        text += f" {sign} " if text else sign.strip("+")
        above, below = sp.fraction(-number if sign == "-" else number)
        factors = [_matrix_factor(factor) for factor in sp.MatMul.make_args(product)]
        whole = " @ ".join(factors)
        text += f"{_factor(above)}*" * (above != 1)
        text += f"({whole})" if len(factors) > 1 and number not in (1, -1) else whole
        text += (f"/({source(below)})" if below.args else f"/{source(below)}") * (below != 1)
    return text


def _matrix_factor(expr: Any) -> str:
    return (
        _matrix(expr) if isinstance(expr, sp.MatrixSymbol | sp.Transpose) else f"({_matrix(expr)})"
    )
