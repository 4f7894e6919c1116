r"""Claims as LaTeX that KaTeX reads, in the order in which one writes them by hand.

`typeset` gives a claim, `latex_of` an expression. A sum of very many terms can be cut: `Shortened`
says after how many, and the claim then ends in \cdots.
"""

from dataclasses import dataclass
from itertools import pairwise

import sympy as sp
from letters import symbol
from orders import fraction, is_decimal, joined, low_brackets, power_of_ten, width, written_order
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction
from sympy.printing.latex import LatexPrinter

from derivations.prover.claims import Iff, is_negative, matrix_terms, show
from derivations.prover.symbols import STANDS_FOR

LINE = 64  # characters of a formula that fit on a line of the page
READABLE = 300  # characters of a claim as text; one with more is shortened
CIRCULAR = TrigonometricFunction | HyperbolicFunction
RELATIONS = {"==": "=", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "!=": r"\ne"}
OPEN_ENDED = sp.Product | sp.Sum | sp.Integral | sp.Limit | sp.Derivative


@dataclass(frozen=True)
class Shortened:
    """How many terms of a sum are written where it has more than `most`, and how many digits of a
    number that has more than `digits`."""

    most: int = 6
    kept: int = 4
    digits: int = 9
    rounded: int = 4


class Printer(LatexPrinter):
    """SymPy's printer with this theory's letters, orders and matrices."""

    def __init__(self, shortened=None):
        super().__init__({"ln_notation": True, "order": None, "fold_short_frac": False})
        self.shortened = shortened
        self.cut = False

    def doprint(self, expr):
        return low_brackets(super().doprint(expr))

    # letters
    def _print_Symbol(self, expr, style="plain"):
        if expr in STANDS_FOR:
            return rf"\left[{self._print(STANDS_FOR[expr])}\right]"
        return symbol(expr.name)

    def _print_MatrixSymbol(self, expr):
        return symbol(expr.name)

    _print_Symmetric = _print_Unit = _print_MatrixSymbol

    def _print_Function(self, expr, exp=None):
        if not isinstance(expr, AppliedUndef):
            return super()._print_Function(expr, exp)
        text = rf"{symbol(expr.func.__name__)}_{{{self._print(expr.args[0])}}}"
        return text if exp is None else rf"{text}^{{{exp}}}"

    # numbers
    def _print_Rational(self, expr):
        if expr < 0:
            return "- " + self._print(-expr)
        if self._too_long(expr):
            self.cut = True
            return power_of_ten(f"{expr.n(self.shortened.rounded):.{self.shortened.rounded - 1}e}")
        if is_decimal(expr):
            digits = str(expr.p * 10 ** len(str(expr.q)) // expr.q)
            return power_of_ten(f"{digits}e-{len(str(expr.q))}")
        return str(expr.p) if expr.q == 1 else rf"\frac{{{expr.p}}}{{{expr.q}}}"

    _print_Integer = _print_Half = _print_One = _print_Zero = _print_NegativeOne = _print_Rational

    def _too_long(self, number):
        digits = max(len(str(number.p)), len(str(number.q)))
        return bool(self.shortened) and digits > self.shortened.digits

    def _is_whole(self, number):
        return is_decimal(number) or self._too_long(number)

    # sums and products
    def _as_ordered_terms(self, expr, order=None):
        return written_order(expr.args)

    def _print_Add(self, expr, order=None):
        limit = self.shortened
        if limit is None or len(expr.args) <= limit.most:
            return super()._print_Add(expr, order)
        self.cut = True
        return joined(self._print(term) for term in written_order(expr.args)[: limit.kept]) + (
            r" + \cdots"
        )

    def _print_Mul(self, expr):
        if is_negative(expr):
            return "- " + self._print(-expr)
        above, below = map(self._side_by_side, fraction(expr, self._is_whole))
        return rf"\frac{{{above}}}{{{below}}}" if below != "1" else above

    def _side_by_side(self, factors):
        """Factors in this order: words apart, sums and inner products in brackets."""
        if len(factors) < 2:
            return "".join(map(self._print, factors)) or "1"
        texts = [self._in_product(factor, factor is factors[-1]) for factor in factors]
        return _spaced(texts)

    def _in_product(self, factor, is_last):
        text = self._print(factor)
        open_ended = isinstance(factor, OPEN_ENDED) and not is_last
        loose = factor.is_Add or open_ended or text.startswith("-") or r" \cdot " in text[:8]
        return rf"\left({text}\right)" if loose else text

    def _print_Pow(self, expr):
        base, exponent = expr.as_base_exp()
        if expr.exp.is_Rational and expr.exp < 0:
            return rf"\frac{{1}}{{{self._print(1 / expr)}}}"
        if exponent == sp.S.Half:
            return rf"\sqrt{{{self._print(base)}}}"
        text, power = self._print(base), self._print(exponent)
        if exponent.is_Rational and not exponent.is_Integer:
            power = f"{exponent.p}/{exponent.q}"
        if base.is_Symbol and text.endswith("'"):
            return rf"{{{text}}}^{{{power}}}"
        bars = isinstance(base, sp.Abs) or (text[0] == "|" and text.endswith("|"))
        letter = (base.is_Symbol and "^" not in text) or isinstance(base, AppliedUndef)
        if isinstance(base, CIRCULAR) and exponent.is_Integer:
            return self._print(base, exp=power)
        simple = bars or ((letter or base.is_Integer) and text[0] != "-" and r"\cdot" not in text)
        return rf"{text}^{{{power}}}" if simple else rf"\left({text}\right)^{{{power}}}"

    def _print_exp(self, expr, exp=None):
        inner = self._print(expr.exp)
        text = rf"e^{{{inner}}}" if r"\frac" not in inner else rf"\exp\left({inner}\right)"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _print_Derivative(self, expr):
        text = super()._print_Derivative(expr)
        inner = self._print(expr.expr)
        if expr.expr.is_Mul and not fraction(expr.expr)[1]:
            return text.removesuffix(inner) + rf"\left({inner}\right)"
        return text

    def _print_Subs(self, expr):
        inner = self._in_product(expr.expr, True)
        points = ", ".join(
            f"{self._print(variable)} = {self._print(point)}"
            for variable, point in zip(expr.variables, expr.point, strict=True)
        )
        return rf"\left. {inner} \right|_{{{points}}}"

    # matrices
    def _print_MatAdd(self, expr):
        return joined(self._scaled(*term) for term in matrix_terms(expr))

    def _print_MatMul(self, expr):
        return self._scaled(*expr.as_coeff_mmul())

    def _scaled(self, number, product):
        """A product of matrices with the number, or the fraction, in front of it."""
        if is_negative(number):
            return "- " + self._scaled(-number, product)
        factors = sp.MatMul.make_args(product)
        texts = [self._matrix_factor(factor, len(factors), number) for factor in factors]
        if number != 1 and product.has(sp.BlockMatrix, sp.ImmutableDenseMatrix):
            return _spaced([self._in_product(number, False), *texts])
        above, below = fraction(number)
        in_front = [self._in_product(sp.Mul(*above), False)] if above else []
        text = _spaced(in_front + texts)
        return rf"\frac{{{text}}}{{{self._side_by_side(below)}}}" if below else text

    def _matrix_factor(self, factor, count, number):
        text = self._print(factor)
        loose = isinstance(factor, sp.MatAdd) and (count > 1 or fraction(number)[0])
        return rf"\left({text}\right)" if loose else text

    def _print_Transpose(self, expr):
        inner = self._print(expr.arg)
        simple = isinstance(expr.arg, sp.MatrixSymbol) and "'" not in expr.arg.name
        return rf"{inner}^\top" if simple else rf"\left({inner}\right)^\top"

    def _print_Trace(self, expr):
        return rf"\operatorname{{tr}}\left({self._print(expr.arg)}\right)"

    def _print_Identity(self, expr):
        return r"\mathbf{1}"

    def _print_ZeroMatrix(self, expr):
        return "0"

    def _print_BlockMatrix(self, expr):
        return self._print_ImmutableDenseMatrix(expr.blocks)

    def _print_ImmutableDenseMatrix(self, expr):
        rows = (" & ".join(map(self._print, row)) for row in expr.tolist())
        return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"

    # claims
    def _print_Iff(self, expr):
        return r" \;\Longleftrightarrow\; ".join(map(self._print, expr.args))

    def _print_Relational(self, expr):
        left, sign, right = self._sides(expr)
        return f"{left} {sign} {right}"

    def _sides(self, expr):
        """Left side, sign and right side: a number, or what bounds an absolute value, is right."""
        left, right, sign = expr.lhs, expr.rhs, expr.rel_op
        if sign != "==" and (left.is_number or isinstance(right, sp.Abs)):
            left, right, sign = right, left, expr.reversed.rel_op
        left, right = self._print(left), self._print(right)
        return left, r"\approx" if self.cut and sign == "==" else RELATIONS[sign], right


def _spaced(texts):
    """Factors beside one another: a thin space around words, a dot between numbers."""
    text = texts[0]
    for before, after in pairwise(texts):
        words = before.startswith(r"\mathrm{") or after.startswith(r"\mathrm{")
        digits = before[-1].isdigit() and after[0].isdigit()
        text += (r" \cdot " if digits else r" \, " if words else " ") + after
    return text


def latex_of(expr, shortened=None) -> str:
    """An expression, a claim or one of its sides as LaTeX on one line."""
    return Printer(shortened).doprint(sp.sympify(expr))


def _lines(printer, expr):
    """The terms of a sum, gathered into lines of about the width of the page."""
    lines, filled = [[]], 0
    for term in written_order(expr.args):
        text = printer._print(term)
        if filled and filled + width(text) > LINE:
            lines.append([])
            filled = 0
        lines[-1].append(text)
        filled += width(text)
    return [joined(terms) for terms in lines]


def typeset(claim, shortened=None) -> str:
    """A claim as LaTeX for a line of its own; a right side that is a long sum is broken into
    lines."""
    printer = Printer(shortened)
    whole = printer.doprint(claim)
    if isinstance(claim, Iff) or not claim.rhs.is_Add or printer.cut or width(whole) <= LINE:
        return whole
    first, *others = _lines(printer, claim.rhs)
    left, sign, right = printer._sides(claim)
    if not others or right != printer._print(claim.rhs):
        return whole
    rows = [rf"{left} {sign} {{}} & {first}"]
    rows += [rf"& {line if line.startswith('-') else '+ ' + line}" for line in others]
    return low_brackets(r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}")


def shortened_claim(claim) -> tuple[str, bool]:
    """A claim as LaTeX, and whether it was shortened because it is very long."""
    if len(show(claim)) <= READABLE:
        return typeset(claim), False
    printer = Printer(Shortened())
    printer.doprint(claim)
    return typeset(claim, Shortened()), printer.cut
