"""The generated step of the Gram matrix, against gradient descent on the weights themselves."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from derivations import contents
from derivations.notation import A, B, C, D, F, R, eta, gain, slope
from derivations.prover import emit
from derivations.prover.source import source
from derivations.prover.zero import is_zero
from derivations.samples import gram

MODULE: dict[str, Any] = {}
exec(compile(emit.render(contents.FUNCTIONS), "rendered", "exec"), MODULE)
factor_change = MODULE["factor_change"]

RATE, ROOT, SAMPLES = Fraction(2, 7), 2, 4  # ROOT is the square root of the width
WIDTH = ROOT * ROOT
Array = Any


def exact(random: np.random.Generator, *shape: int) -> Array:
    """An array of small fractions."""
    above, below = random.integers(-5, 6, shape), random.integers(1, 5, shape)
    return np.vectorize(Fraction, otypes=[object])(above, below)


# orthogonal
TURN = np.kron(
    np.eye(2, dtype=int),
    np.array([[Fraction(3, 5), Fraction(4, 5)], [Fraction(-4, 5), Fraction(3, 5)]]),
)


def gram_of(u: Array, v: Array) -> tuple[Array, Array, Array]:
    return u.mT @ u / WIDTH, u.mT @ v / ROOT, v.mT @ v / WIDTH


@pytest.mark.parametrize("inputs", [1, 2, 3])
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_against_the_weights(inputs: int, outputs: int) -> None:
    """Three steps on the weights, the gradient summed sample by sample, in fractions; the factor is
    not the weights."""
    random = np.random.default_rng([inputs, outputs])
    X, Y = exact(random, SAMPLES, inputs), exact(random, SAMPLES, outputs)
    u, v = exact(random, WIDTH, inputs), exact(random, WIDTH, outputs)
    inward, outward, linear = u.mT @ TURN / ROOT, v.mT @ TURN / ROOT, u.mT @ v / ROOT
    for _ in range(3):
        gradient = X.mT @ (X @ linear - Y) / SAMPLES
        change = factor_change(inward, outward, gradient, RATE, RATE / ROOT)
        assert all(isinstance(number, Fraction) for part in change for number in part.flat)
        inward, outward, linear = (
            old + new for old, new in zip((inward, outward, linear), change, strict=True)
        )
        slope_u, slope_v = np.zeros_like(u), np.zeros_like(v)
        for sample, label in zip(X, Y, strict=True):
            residual = (u @ sample) @ v / ROOT - label
            slope_u = slope_u + np.outer(v @ residual, sample) / ROOT / SAMPLES
            slope_v = slope_v + np.outer(u @ sample, residual) / ROOT / SAMPLES
        u, v = u - RATE * slope_u, v - RATE * slope_v
        for mine, theirs in zip(
            (inward @ inward.mT, linear, outward @ outward.mT), gram_of(u, v), strict=True
        ):
            assert (mine == theirs).all()
        assert (ROOT * inward @ outward.mT == linear).all()


def test_stacks_broadcast() -> None:
    """A stack gives what its members give one by one, with one rate or a rate for each."""
    random = np.random.default_rng(5)
    inward, outward = random.standard_normal((5, 3, 4)), random.standard_normal((5, 2, 4))
    gradient = random.standard_normal((5, 3, 2))
    rates = random.uniform(0, 1, (5, 1, 1))
    for rate in (0.25, rates):
        stacked = factor_change(inward, outward, gradient, rate, rate / ROOT)
        assert [part.shape for part in stacked] == [(5, 3, 4), (5, 2, 4), (5, 3, 2)]
        for row in range(5):
            own = rate if isinstance(rate, float) else float(rate[row, 0, 0])
            alone = factor_change(inward[row], outward[row], gradient[row], own, own / ROOT)
            for part, single in zip(stacked, alone, strict=True):
                np.testing.assert_allclose(part[row], single, rtol=1e-12, atol=1e-14)


class Written:
    """A SymPy matrix that understands @ and .mT."""

    def __init__(self, expr: Any) -> None:
        self.expr = expr

    def __matmul__(self, other: Written) -> Written:
        return Written(self.expr * other.expr)

    def __add__(self, other: Written) -> Written:
        return Written(self.expr + other.expr)

    def __sub__(self, other: Written) -> Written:
        return Written(self.expr - other.expr)

    def __rmul__(self, number: Any) -> Written:
        return Written(number * self.expr)

    def __truediv__(self, number: Any) -> Written:
        return Written(self.expr / number)

    @property
    def mT(self) -> Written:
        return Written(self.expr.T)


def test_on_symbols() -> None:
    """The text, run on matrices of any size, gives back the derived expressions."""
    result = factor_change(*map(Written, (F, R, D)), eta, slope)
    for written, derived in zip(result, gram.FUNCTIONS[0].values, strict=True):
        assert is_zero(written.expr - derived)


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (A * D, "hidden @ gradient"),
        (B.T * D, "cross.mT @ gradient"),
        (-gain * (B + D), "-gain*(cross + gradient)"),
        (eta * B * C / 2, "eta*(cross @ outer)/2"),
        (-B, "-cross"),
        (B - 2 * D / 3, "cross - 2*gradient/3"),
        (-B * C - D, "-gradient - cross @ outer"),
        ((B + D).T * D, "(cross.mT + gradient.mT) @ gradient"),
        ((1 + eta) * B, "(1 + eta)*cross"),
        (B / (eta * gain), "cross/(eta*gain)"),
        ((A * B) * (B.T * D), "hidden @ cross @ cross.mT @ gradient"),
    ],
)
def test_printer(expr: Any, text: str) -> None:
    assert source(expr) == text
    names = {"hidden": A, "cross": B, "outer": C, "gradient": D}
    wrapped = {name: Written(symbol) for name, symbol in names.items()}
    value = eval(
        text.replace("-gradient", "-1*gradient").replace("-cross", "-1*cross"),
        {**wrapped, "eta": eta, "gain": gain},
    )
    assert is_zero(value.expr - expr)


def test_an_arrangement_with_a_transpose_missing_is_refused() -> None:
    function, _ = gram.FUNCTIONS
    inner = sp.MatrixSymbol("inner", F.shape[1], D.shape[1])
    wrong = (function.written[0], -slope * inner.T * D.T * F, function.written[2])
    with pytest.raises(ValueError, match=r"factor_change: .* is not the derived"):
        type(function)(**{**vars(function), "written": wrong}).render()
