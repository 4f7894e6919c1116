"""Expressions as source: plain arithmetic, and what it evaluates to."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from derivations.notation import eta, f, g, lam, n, r, s, x
from derivations.prover.quantities import ASCII
from derivations.prover.source import source
from derivations.prover.zero import is_zero


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (x**3, "x*x*x"),
        (3 * x / 2, "3*x/2"),
        (1 / (x**2 * r), "1/(r*x*x)"),
        (-x - r, "-r - x"),
        (1 - (x - r) * s, "1 - s*(x - r)"),
        (sp.sqrt(n) / lam, "sqrt(width)/curvature"),
        (f / sp.sqrt(n * lam + 1), "output/sqrt(1 + curvature*width)"),
        (sp.Rational(2, 3), "2/3"),
        (-sp.Rational(1, 2) * sp.Abs(g), "-abs(g)/2"),
        ((x + 1) ** 2 / (x - 1) ** 2, "(1 + x)*(1 + x)/((x - 1)*(x - 1))"),
        (n ** sp.Rational(3, 2), "sqrt(width)*sqrt(width)*sqrt(width)"),
        (sp.pi * sp.atan(x) / 2, "(4*atan(1))*atan(x)/2"),
        (2 * sp.atan(x / r) ** 2 / sp.pi, "2*atan(x/r)*atan(x/r)/(4*atan(1))"),
    ],
)
def test_printer(expr: Any, text: str) -> None:
    assert source(expr) == text
    names = {ASCII[symbol]: symbol for symbol in expr.free_symbols}
    assert is_zero(eval(text, {"sqrt": sp.sqrt, "atan": sp.atan, **names}) - expr)


def test_printer_refuses_what_it_cannot_write() -> None:
    for expr in (sp.exp(x), x ** sp.Rational(1, 3), sp.Float("0.5") * x):
        with pytest.raises(ValueError, match="cannot be written"):
            source(expr * eta)
