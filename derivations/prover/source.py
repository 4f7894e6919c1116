"""Expressions as Python source, in plain arithmetic."""

import sympy as sp

from .claims import as_sum, is_negative, matrix_terms, reading_order
from .quantities import ASCII

LINE = 100
CALLED = sp.Abs | sp.atan


def source(expr) -> str:
    """The expression in +, -, *, / and sqrt: what Fraction, NumPy, mpmath and SymPy share.

    No float appears, and no **: s*s*s takes NumPy a hundredth of the time of s**3. Where there is
    an arctangent, it is the caller's own as the root is, and pi is 4 arctan 1.
    Matrices are multiplied by @ and transposed by .mT, as stacks of NumPy arrays are.
    """
    if expr.is_symbol:
        return ASCII.get(expr, str(expr.name))
    if isinstance(expr, sp.Transpose):
        return f"{_matrix_factor(expr.arg)}.mT"
    if isinstance(expr, sp.MatrixExpr):
        return as_sum(_scaled(*term) for term in matrix_terms(expr))
    if isinstance(expr, CALLED):
        return f"{expr.func.__name__.lower()}({source(expr.args[0])})"
    if expr == sp.pi:
        return "(4*atan(1))"
    if expr.is_Add:
        return as_sum(map(source, reading_order(expr.args)))
    if expr.is_Integer and expr >= 0:
        return str(expr)
    if is_negative(expr):
        return "-" + _factor(-expr)
    return _fraction(expr)


def _factor(expr) -> str:
    return f"({source(expr)})" if expr.is_Add else source(expr)


def _simple_first(expr):
    return not expr.is_number, expr.is_Add, expr.count_ops(), expr.sort_key()


def _fraction(expr) -> str:
    """A product of powers: repeated factors above and below one bar."""
    above, below = [], []
    for item in sorted(sp.Mul.make_args(expr), key=_simple_first):
        if item.is_Rational:
            above += [str(item.p)] * (item.p != 1)
            below += [str(item.q)] * (item.q != 1)
            continue
        base, exponent = item.as_base_exp()
        known = base.is_Symbol or base.is_Add or base.is_Integer or base == sp.pi
        if exponent.is_Integer and (known or isinstance(base, CALLED)):
            text = _factor(base)
        elif (2 * exponent).is_Integer and not exponent.is_Integer:
            text, exponent = f"sqrt({source(base)})", 2 * exponent
        else:
            raise ValueError(f"cannot be written with + - * / and sqrt: {item}")
        (above if exponent > 0 else below).extend([text] * abs(int(exponent)))
    return "*".join(above or ["1"]) + _divided("*".join(below), len(below) > 1)


def _divided(below: str, is_product: bool) -> str:
    return f"/({below})" if is_product else f"/{below}" if below else ""


def _scaled(number, product) -> str:
    """A product of matrices with the number in front of it."""
    if is_negative(number):
        return "-" + _scaled(-number, product)
    above, below = sp.fraction(number)
    factors = [_matrix_factor(factor) for factor in sp.MatMul.make_args(product)]
    text = " @ ".join(factors)
    text = f"({text})" if len(factors) > 1 and number != 1 else text
    text = text if above == 1 else f"{_factor(above)}*{text}"
    return text + _divided("" if below == 1 else source(below), bool(below.args))


def _matrix_factor(expr) -> str:
    simple = isinstance(expr, sp.MatrixSymbol | sp.Transpose)
    return source(expr) if simple else f"({source(expr)})"
