"""What counts as zero among matrices of symbolic size: nothing commutes, traces turn."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from derivations.notation import d, k, n
from derivations.prover.symbols import Symmetric, Unit
from derivations.prover.zero import is_zero

A, B = sp.MatrixSymbol("A", d, d), sp.MatrixSymbol("B", d, d)
S, W = Symmetric("S", d, d), sp.MatrixSymbol("W", d, k)
a, b, e = sp.MatrixSymbol("a", d, 1), sp.MatrixSymbol("b", d, 1), Unit("e", d, 1)
p, q = sp.symbols("p q", real=True)
one = sp.Identity(d)
tr = sp.Trace


def blocks(*rows: list[Any]) -> Any:
    return sp.BlockMatrix(list(rows))


@pytest.mark.parametrize(
    "expr",
    [
        A * (A + B) - A * A - A * B,
        (A * B).T - B.T * A.T,
        (p + q) * A - p * A - q * A,
        p * A / (p + q) + q * A / (p + q) - A,
        (S * A).T - A.T * S,
        tr(A * B) - tr(B * A),
        tr(A.T) - tr(A),
        tr(W * W.T) - tr(W.T * W),
        tr(p * A + B) - p * tr(A) - tr(B),
        tr(one) - d,
        a * b.T * W - (W.T * b * a.T).T,
        a.T * S * b - b.T * S * a,
        a * (b.T * A * a) - tr(b.T * A * a) * a,
        tr(a * b.T) - tr(a.T * b),
        e * (e.T * a) - e * e.T * a,
        e.T * e - sp.Identity(1),
        tr(e * e.T * A) - tr(e.T * A * e),
        (one - e * e.T) * e,
        blocks([A, one], [B, S]).T - blocks([A.T, B.T], [one, S]),
        blocks([A, B], [one, S]) * blocks([one, A], [S, B])
        - blocks([A + B * S, A * A + B * B], [one + S * S, A + S * B]),
        sp.ImmutableMatrix([[p, 0], [0, p]]) - p * sp.ImmutableMatrix([[1, 0], [0, 1]]),
    ],
    ids=str,
)
def test_is_zero(expr: Any) -> None:
    assert is_zero(expr)


@pytest.mark.parametrize(
    "expr",
    [
        A * B - B * A,
        A.T - A,
        (S * A).T - S * A,
        tr(A * A * B * B) - tr(A * B * A * B),
        tr(A * B) - tr(A) * tr(B),
        tr(one) - 1,
        a * b.T - b * a.T,
        a.T * A * b - b.T * A * a,
        a.T * a - sp.Identity(1),
        tr(a * a.T) - 1,
        e * e.T - one,
        blocks([A, B], [B, A]) - blocks([A, B], [B, B]),
        blocks([A, B], [B, A]).T - blocks([A, B], [B, A]),
        sp.ImmutableMatrix([[p, 0], [0, p]]) - sp.ImmutableMatrix([[p, 0], [0, q]]),
        tr(sp.MatrixSymbol("X", d, d)) - tr(sp.MatrixSymbol("X", n, n)),
    ],
    ids=str,
)
def test_is_not_zero(expr: Any) -> None:
    assert not is_zero(expr)
