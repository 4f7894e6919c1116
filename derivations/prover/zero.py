"""Deciding whether an expression is exactly zero. Every proof ends here; only True is relied on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .symbols import Unit


def _radical(base: Any) -> Any:
    """The square root of a fraction as a fraction of square roots, where the denominator is
    positive."""
    above, below = sp.fraction(sp.factor(sp.together(base)))
    return sp.sqrt(above) / sp.sqrt(below) if below.is_positive else sp.sqrt(base)


def _is_root(expr: Any) -> bool:
    return bool(expr.is_Pow and expr.exp in (sp.Rational(1, 2), sp.Rational(-1, 2)))


def _differs_somewhere(expr: Any) -> bool:
    """True if one rational point shows that the expression is not zero. It never shows that it
    is."""
    values = sorted(expr.free_symbols | expr.atoms(AppliedUndef), key=str)
    point = {value: sp.Rational(sp.prime(20 + 3 * k), 97) for k, value in enumerate(values)}
    value = sp.N(expr.subs(point), 30)
    return bool(value.is_number and value is not sp.nan and abs(value) > sp.Float("1e-12"))


Word = tuple[Any, ...]  # a product of matrices, factor by factor


def _words(expr: Any) -> Iterator[tuple[Word, Any]]:
    """The products of which a matrix expression is the sum, each with its coefficient."""
    if isinstance(expr, sp.MatAdd):
        for term in expr.args:
            yield from _words(term)
    elif isinstance(expr, sp.MatPow) and expr.exp.is_Integer and expr.exp > 0:
        yield from _words(sp.MatMul(*[expr.base] * int(expr.exp), evaluate=False))
    elif isinstance(expr, sp.MatMul):
        coefficient, factors = expr.as_coeff_matrices()
        for parts in product(*(tuple(_words(factor)) for factor in factors)):
            yield (
                sum((word for word, _ in parts), ()),
                sp.Mul(coefficient, *(number for _, number in parts)),
            )
    elif isinstance(expr, sp.Transpose):
        for word, coefficient in _words(expr.arg):
            yield tuple(factor.T for factor in reversed(word)), coefficient
    elif isinstance(expr, sp.Identity):
        yield (), sp.Integer(1)
    elif not isinstance(expr, sp.ZeroMatrix):
        yield (expr,), sp.Integer(1)


@cache
def _text(factor: Any) -> str:
    """The factor with its shape: two matrices of one name are still two."""
    return str(sp.srepr(factor))


def _trace(word: Word) -> Any:
    """The trace of a product: the same for every rotation of its factors, and for its transpose."""
    mirrored = tuple(factor.T for factor in reversed(word))
    turned = [side[k:] + side[:k] for side in (word, mirrored) for k in range(len(word))]
    first = min([_text(factor) for factor in factors] for factors in turned)
    if any((factor.T, factor) in turned for factor in word if isinstance(factor, Unit)):
        return sp.Integer(1)
    return sp.Symbol(f"tr({' '.join(first)})", real=True)


def _collected(expr: Any) -> dict[Word, Any]:
    """The coefficient of every product; factors that form a number, as b.T a does, count as
    coefficients."""
    total: dict[Word, Any] = {}
    for word, coefficient in _words(expr):
        pieces: list[Word] = [()]
        for factor in word:
            pieces[-1] += (factor,)
            if factor.shape[1] == 1:
                pieces.append(())
        rest: Word = ()
        for piece in filter(None, pieces):
            if piece[0].shape[0] == piece[-1].shape[1] == 1:
                coefficient *= _trace(piece)
            else:
                rest += piece
        total[rest] = total.get(rest, 0) + _traced(coefficient)
    return total


def _traced(expr: Any) -> Any:
    """A number with every trace in it taken apart."""

    def apart(trace: Any) -> Any:
        words = _collected(trace.arg)
        size = trace.arg.shape[0]
        return sp.Add(
            *(number * (_trace(word) if word else size) for word, number in words.items())
        )

    if not sp.sympify(expr).has(sp.Trace):
        return expr
    return expr.replace(lambda part: isinstance(part, sp.Trace), apart)


def _blocks(expr: Any) -> list[list[Any]]:
    """The rows of blocks of a sum of products of block matrices."""
    if isinstance(expr, sp.BlockMatrix):
        rows: list[list[Any]] = expr.blocks.tolist()
        return rows
    if isinstance(expr, sp.Transpose):
        return [
            [sp.Transpose(block) for block in column]
            for column in zip(*_blocks(expr.arg), strict=True)
        ]
    if isinstance(expr, sp.MatAdd):
        sums = zip(*map(_blocks, expr.args), strict=True)
        return [[sp.MatAdd(*entry) for entry in zip(*rows, strict=True)] for rows in sums]
    number, (first, *rest) = expr.as_coeff_matrices()
    result = [[number * block for block in row] for row in _blocks(first)]
    for factor in rest:
        columns = list(zip(*_blocks(factor), strict=True))
        result = [
            [
                sp.MatAdd(*(sp.MatMul(a, b) for a, b in zip(row, column, strict=True)))
                for column in columns
            ]
            for row in result
        ]
    return result


def is_zero(expr: Any) -> bool:
    """True if algebra shows that the expression vanishes identically; False if it does not."""
    expr = sp.sympify(expr)
    if isinstance(expr, sp.MatrixBase):
        return all(is_zero(entry) for entry in expr)
    if isinstance(expr, sp.MatrixExpr):
        if expr.has(sp.ImmutableDenseMatrix) and not expr.has(sp.MatrixSymbol):
            return is_zero(expr.as_explicit())
        if expr.has(sp.BlockMatrix):
            return all(is_zero(block) for row in _blocks(expr) for block in row)
        return all(is_zero(number) for number in _collected(expr).values())
    expr = _traced(expr)
    if sp.expand(expr) == 0:
        return True
    if expr.has(sp.Integral, sp.Limit, sp.oo, -sp.oo, sp.zoo, sp.nan) or _differs_somewhere(expr):
        return False
    expr = expr.replace(_is_root, lambda root: _radical(root.base) ** (2 * root.exp))
    above = sp.numer(sp.together(expr))
    return bool(sp.expand(above) == 0 or sp.simplify(above) == 0 or sp.simplify(expr) == 0)
