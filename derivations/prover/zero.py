"""Deciding whether an expression is exactly zero. Every proof ends here; only True is relied on."""

from functools import cache
from itertools import pairwise, product
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .symbols import Unit


def _radical(base):
    """The root of a fraction as a fraction of roots, where the denominator is positive."""
    above, below = sp.fraction(sp.factor(sp.together(base)))
    return sp.sqrt(above) / sp.sqrt(below) if below.is_positive else sp.sqrt(base)


def _is_root(expr):
    return expr.is_Pow and abs(expr.exp) == sp.S.Half


def _differs_somewhere(expr) -> bool:
    """True if one rational point shows that the expression is not zero; no point shows it is."""
    values = sorted(expr.free_symbols | expr.atoms(AppliedUndef), key=str)
    point = {value: sp.Rational(sp.prime(20 + 3 * k), 97) for k, value in enumerate(values)}
    value = sp.N(expr.subs(point), 30)
    return bool(value.is_number and value is not sp.nan and abs(value) > sp.Float("1e-12"))


def _words(expr):
    """The products of which a matrix is the sum, each a word of factors, with their numbers."""
    if isinstance(expr, sp.MatAdd):
        for term in expr.args:
            yield from _words(term)
    elif isinstance(expr, sp.MatPow) and expr.exp.is_Integer and expr.exp > 0:
        yield from _words(sp.MatMul(*[expr.base] * int(expr.exp), evaluate=False))
    elif isinstance(expr, sp.MatMul):
        coefficient, factors = expr.as_coeff_matrices()
        for parts in product(*(tuple(_words(factor)) for factor in factors)):
            words, numbers = zip(*parts, strict=True)
            yield sum(words, ()), sp.Mul(coefficient, *numbers)
    elif isinstance(expr, sp.Transpose):
        for word, coefficient in _words(expr.arg):
            yield tuple(factor.T for factor in reversed(word)), coefficient
    elif isinstance(expr, sp.Identity):
        yield (), sp.Integer(1)
    elif not isinstance(expr, sp.ZeroMatrix):
        yield (expr,), sp.Integer(1)


@cache
def _text(factor) -> str:
    """The factor with its shape: two matrices of one name are still two."""
    return str(sp.srepr(factor))


def _trace(word):
    """The trace of a product: the same for every rotation of its factors, and for its transpose."""
    mirrored = tuple(factor.T for factor in reversed(word))
    turned = [side[k:] + side[:k] for side in (word, mirrored) for k in range(len(word))]
    first = min([_text(factor) for factor in factors] for factors in turned)
    if any((factor.T, factor) in turned for factor in word if isinstance(factor, Unit)):
        return sp.Integer(1)
    return sp.Symbol(f"tr({' '.join(first)})", real=True)


def _collected(expr):
    """The coefficient of every product; factors that form a number, as b.T a does, go into it."""
    total: dict[Any, Any] = {}
    for word, coefficient in _words(expr):
        columns = [place + 1 for place, factor in enumerate(word) if factor.shape[1] == 1]
        pieces = [word[a:b] for a, b in pairwise([0, *columns, len(word)]) if a < b]
        numbers, others = sp.sift(
            pieces, lambda piece: piece[0].shape[0] == piece[-1].shape[1] == 1, binary=True
        )
        rest = sum(others, ())
        number = sp.Mul(_traced(coefficient), *map(_trace, numbers))
        total[rest] = total.get(rest, 0) + number
    return total


def _traced(expr):
    """A number with every trace in it taken apart."""

    def apart(matrix):
        return sum(
            number * (_trace(word) if word else matrix.shape[0])
            for word, number in _collected(matrix).items()
        )

    return expr.replace(sp.Trace, apart) if expr.has(sp.Trace) else expr


def is_zero(expr) -> bool:
    """True if algebra shows that the expression vanishes identically; False if it does not."""
    expr = sp.sympify(expr)
    if isinstance(expr, sp.MatrixBase):
        return all(is_zero(entry) for entry in expr)
    if isinstance(expr, sp.MatrixExpr):
        if expr.has(sp.ImmutableDenseMatrix) and not expr.has(sp.MatrixSymbol):
            return is_zero(expr.as_explicit())
        if expr.has(sp.BlockMatrix):
            return all(is_zero(block) for block in sp.block_collapse(expr).blocks)
        return all(is_zero(number) for number in _collected(expr).values())
    expr = _traced(expr)
    if sp.expand(expr) == 0:
        return True
    if expr.has(sp.Integral, sp.Limit, sp.oo, -sp.oo, sp.zoo, sp.nan) or _differs_somewhere(expr):
        return False
    expr = expr.replace(_is_root, lambda root: _radical(root.base) ** (2 * root.exp))
    above = sp.numer(sp.together(expr))
    return bool(sp.expand(above) == 0 or sp.simplify(above) == 0 or sp.simplify(expr) == 0)
