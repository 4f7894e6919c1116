"""What one alteration at one place makes of a claim or a formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

INEQUALITIES = (sp.Gt, sp.Ge, sp.Lt, sp.Le)


def rebuilt(node: Any, arguments: list[Any]) -> Any:
    return (
        node.func(*arguments, evaluate=False)
        if isinstance(node, Relational)
        else node.func(*arguments)
    )


def altered_here(node: Any) -> Iterator[Any]:
    """The node itself, altered: a direction, a number, a factor, an exponent, a sign."""
    if isinstance(node, INEQUALITIES):
        yield node.func(node.rhs, node.lhs, evaluate=False)
    elif node.is_Number:
        yield node + 1
        if node != 0:
            yield -node
    elif isinstance(node, sp.Symbol | sp.Function | sp.MatrixSymbol):
        yield 2 * node
    elif node.is_Pow:
        yield node.base ** (node.exp + 1)
    elif node.is_Add or node.is_MatAdd:
        for k, term in enumerate(node.args):
            yield rebuilt(node, [*node.args[:k], -term, *node.args[k + 1 :]])


def entered(node: Any) -> list[int]:
    """Which arguments are part of the claim: not the variables of an integral, a limit, a
    derivative."""
    if isinstance(node, sp.Integral | sp.Limit | sp.Derivative | sp.Product):
        return [0]
    if isinstance(node, sp.Subs):
        return [0, 2]
    if isinstance(node, sp.MatrixSymbol | sp.Identity | sp.ZeroMatrix):
        return []
    if isinstance(node, sp.ImmutableDenseMatrix):
        return [2]  # its entries, not its shape
    return list(range(len(node.args)))


def alterations(node: Any) -> Iterator[Any]:
    """Every claim that one alteration at one place makes of this one."""
    if isinstance(node, (sp.Expr, *INEQUALITIES)):
        yield from altered_here(node)
    for k in entered(node):
        for altered in alterations(node.args[k]):
            yield rebuilt(node, [*node.args[:k], altered, *node.args[k + 1 :]])
