"""Claims, and how they are written: in the order in which one writes them by hand."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.logic.boolalg import BooleanFunction
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter


class Iff(BooleanFunction):  # type: ignore[misc]
    """Two inequalities that hold together."""


def eq(left: Any, right: Any) -> Any:
    return sp.Eq(left, right, evaluate=False)


def gt(left: Any, right: Any) -> Any:
    return sp.Gt(left, right, evaluate=False)


def ge(left: Any, right: Any) -> Any:
    return sp.Ge(left, right, evaluate=False)


def is_negative(term: Any) -> bool:
    """Whether a term of a sum is read with a minus sign."""
    return bool(term.as_coeff_Mul()[0] < 0)


def reading_order(terms: Any) -> list[Any]:
    """Terms of a sum as one writes them: 1 - x + s r rather than s r - x + 1, what is short
    first."""
    return sorted(terms, key=lambda term: (is_negative(term), term.count_ops(), term.sort_key()))


def matrix_terms(expr: Any) -> list[tuple[Any, Any]]:
    """A sum of matrices as pairs (number, product of matrices), in reading order."""
    terms = [term.as_coeff_mmul() for term in sp.MatAdd.make_args(expr)]
    return sorted(
        terms, key=lambda term: (is_negative(term[0]), term[1].count_ops(), term[1].sort_key())
    )


class _Printer(StrPrinter):  # type: ignore[misc]
    def _print_Add(self, expr: Any, order: Any = None) -> str:
        first, *rest = reading_order(expr.args)
        level = precedence(expr)
        return str(self.parenthesize(first, level, strict=True)) + "".join(
            f" - {self.parenthesize(-term, level)}"
            if is_negative(term)
            else f" + {self.parenthesize(term, level)}"
            for term in rest
        )

    def _print_MatAdd(self, expr: Any) -> str:
        text = ""
        for number, product in matrix_terms(expr):
            sign = "-" if is_negative(number) else "+"
            text += f" {sign} " if text else sign.strip("+")
            text += self._scaled(-number if sign == "-" else number, product)
        return text

    def _print_MatMul(self, expr: Any) -> str:
        number, product = expr.as_coeff_mmul()
        return (
            "-" + self._scaled(-number, product)
            if is_negative(number)
            else self._scaled(number, product)
        )

    def _scaled(self, number: Any, product: Any) -> str:
        level = PRECEDENCE["Mul"]
        above, below = sp.fraction(number)
        factors = [self.parenthesize(factor, level) for factor in sp.MatMul.make_args(product)]
        scale = [self.parenthesize(above, level, strict=True)] if above != 1 else []
        return "*".join(scale + factors) + (
            f"/{self.parenthesize(below, level)}" if below != 1 else ""
        )

    def _print_Trace(self, expr: Any) -> str:
        return f"tr({self._print(expr.arg)})"

    def _print_BlockMatrix(self, expr: Any) -> str:
        return self._print_ImmutableDenseMatrix(expr.blocks)

    def _print_ImmutableDenseMatrix(self, expr: Any) -> str:
        return "[" + "; ".join(", ".join(map(self._print, row)) for row in expr.tolist()) + "]"


def text_of(expr: Any) -> str:
    """An expression as text."""
    return str(_Printer().doprint(expr))


def show(claim: Any) -> str:
    """The claim as text."""
    if isinstance(claim, Iff):
        return "  <=>  ".join(show(side) for side in claim.args)
    sign = "=" if isinstance(claim, sp.Eq) else claim.rel_op
    return f"{text_of(claim.lhs)} {sign} {text_of(claim.rhs)}"
