"""Claims, and how they are written: in the order in which one writes them by hand."""

from collections.abc import Iterable
from functools import partial

import sympy as sp
from sympy.logic.boolalg import BooleanFunction
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

eq, gt, ge = (partial(relation, evaluate=False) for relation in (sp.Eq, sp.Gt, sp.Ge))


class Iff(BooleanFunction):  # type: ignore[misc]
    """Two inequalities that hold together."""


def is_negative(term) -> bool:
    """Whether a term of a sum is read with a minus sign."""
    return bool(term.as_coeff_Mul()[0] < 0)


def _reading_key(term):
    """What is added before what is subtracted, and what is short first."""
    return is_negative(term), term.count_ops(), term.sort_key()


def reading_order(terms):
    """Terms of a sum as one writes them: 1 - x + s r rather than s r - x + 1."""
    return sorted(terms, key=_reading_key)


def matrix_terms(expr):
    """A sum of matrices as pairs (number, product of matrices), in reading order."""
    terms = (term.as_coeff_mmul() for term in sp.MatAdd.make_args(expr))
    return sorted(terms, key=lambda term: (is_negative(term[0]), *_reading_key(term[1])))


def as_sum(terms: Iterable[str]) -> str:
    """The text of a sum from the texts of its terms."""
    return " + ".join(terms).replace("+ -", "- ")


class _Printer(StrPrinter):  # type: ignore[misc]
    def _as_ordered_terms(self, expr, order=None):
        return reading_order(expr.args)

    def _print_MatAdd(self, expr):
        return as_sum(self._scaled(*term) for term in matrix_terms(expr))

    def _print_MatMul(self, expr):
        return self._scaled(*expr.as_coeff_mmul())

    def _scaled(self, number, product):
        if is_negative(number):
            return "-" + self._scaled(-number, product)
        level = PRECEDENCE["Mul"]
        above, below = sp.fraction(number)
        scale = [self.parenthesize(above, level, strict=True)] if above != 1 else []
        factors = [self.parenthesize(factor, level) for factor in sp.MatMul.make_args(product)]
        text = "*".join(scale + factors)
        return text if below == 1 else f"{text}/{self.parenthesize(below, level)}"

    def _print_Trace(self, expr):
        return f"tr({self._print(expr.arg)})"

    def _print_BlockMatrix(self, expr):
        return self._print_ImmutableDenseMatrix(expr.blocks)

    def _print_ImmutableDenseMatrix(self, expr):
        return "[" + "; ".join(", ".join(map(self._print, row)) for row in expr.tolist()) + "]"


def text_of(expr) -> str:
    """An expression as text."""
    return str(_Printer().doprint(expr))


def show(claim) -> str:
    """The claim as text."""
    if isinstance(claim, Iff):
        return "  <=>  ".join(map(show, claim.args))
    sign = "=" if isinstance(claim, sp.Eq) else claim.rel_op
    return f"{text_of(claim.lhs)} {sign} {text_of(claim.rhs)}"
