"""The generated step of a factor of the Gram matrix, against gradient descent on the weights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from derivations.notation import A, B, C, D, F, R, eta, gain, left, root, slope
from derivations.notation import E as distance
from derivations.prover.source import source
from derivations.prover.zero import is_zero
from derivations.samples import factor

from .weights import MODULE, Array, exact

factor_change, factor_left = MODULE["factor_change"], MODULE["factor_left"]
RATE, ROOT, SAMPLES = Fraction(2, 7), 2, 4  # ROOT is the square root of the width
WIDTH = ROOT * ROOT
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


@pytest.mark.parametrize("straight", [False, True])
def test_what_is_left_to_come(straight: bool) -> None:
    """A wide network runs to its end: the Gram matrices move as foretold. Where the map is far from
    it, to first order in the distance; along a straight way, from a map of 0, at any distance."""
    random = np.random.default_rng(8)
    rate, scale = 0.004, 1e4  # scale is the square root of the width
    if straight:
        inward, outward = 0.9 * np.eye(5)[:3], 1.2 * np.eye(5)[3:]
        apart, spectrum = random.standard_normal((3, 2)), np.ones((3, 1))
    else:
        inward, outward = random.standard_normal((3, 5)), random.standard_normal((2, 5))
        apart, spectrum = random.standard_normal((3, 2)) / 10, np.array([[1.0], [0.7], [0.4]])
    hidden, outer = inward @ inward.mT, outward @ outward.mT
    sums = np.kron(hidden, np.eye(2)) + np.kron(np.eye(3), outer)
    to_come = np.linalg.solve(sums, apart.ravel()).reshape(apart.shape)
    foretold = factor_left(inward, outward, apart, to_come, scale)
    for _ in range(12_000):
        change = factor_change(inward, outward, spectrum * apart, rate, rate / scale)
        inward, outward, apart = (
            old + new for old, new in zip((inward, outward, apart), change, strict=True)
        )
    assert np.abs(apart).max() < 1e-6
    moved = inward @ inward.mT - hidden, outward @ outward.mT - outer
    for theirs, mine in zip(moved, foretold, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=0.01 * np.abs(theirs).max())


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

    def __neg__(self) -> Written:
        return Written(-self.expr)

    def __rmul__(self, number: Any) -> Written:
        return Written(number * self.expr)

    def __truediv__(self, number: Any) -> Written:
        return Written(self.expr / number)

    @property
    def mT(self) -> Written:
        return Written(self.expr.T)


def test_on_symbols() -> None:
    """The text, run on matrices of any size, gives back the derived expressions."""
    results = (
        factor_change(*map(Written, (F, R, D)), eta, slope),
        factor_left(*map(Written, (F, R, distance, left)), root),
    )
    for result, function in zip(results, factor.FUNCTIONS, strict=True):
        for written, derived in zip(result, function.values, strict=True):
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
    function, _ = factor.FUNCTIONS
    inner = sp.MatrixSymbol("inner", F.shape[1], D.shape[1])
    wrong = (function.written[0], -slope * inner.T * D.T * F, function.written[2])
    with pytest.raises(ValueError, match=r"factor_change: .* is not the derived"):
        type(function)(**{**vars(function), "written": wrong}).render()
