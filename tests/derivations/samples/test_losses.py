"""Losses by name, and networks without 1/sqrt(n): in fractions, on samples and weights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from .weights import MODULE, exact


def named(square: Any) -> tuple[Fraction, ...]:
    """Mean over samples, mean over all, half of it, sum, half of it."""
    m, k = square.shape
    total = square.sum()
    return total / m, total / (m * k), total / (2 * m * k), total, total / 2


@pytest.mark.parametrize("outputs", [1, 3])
def test_factors(outputs: int) -> None:
    random = np.random.default_rng(outputs)
    residuals = exact(random, 5, outputs)
    ours = (residuals**2).sum() / 10
    factors = MODULE["loss_factors"](Fraction(5), Fraction(outputs))
    assert tuple(factor * ours for factor in factors) == named(residuals**2)


@pytest.mark.parametrize("units", [2, 6])
def test_without_the_root_of_the_width_the_gram_matrix_moves_as_at_another_width(
    units: int,
) -> None:
    """f = scale X U.T W: the step of the factor scale M at width 1/scale^2, of any rank."""
    random = np.random.default_rng(units)
    X, Y = exact(random, 4, 2), exact(random, 4, 3)
    U, W = exact(random, units, 2), exact(random, units, 3)
    scale, rate = Fraction(3, 4), Fraction(1, 50)
    second, cross = X.T @ X / 4, X.T @ Y / 4
    for _ in range(3):
        linear = scale * U.T @ W
        gradient = second @ linear - cross
        inward, outward = scale * U.T, scale * W.T
        parts = MODULE["factor_change"](inward, outward, gradient, rate, rate * scale)
        U, W = U - rate * scale * W @ gradient.T, W - rate * scale * U @ gradient
        assert (inward + parts[0] == scale * U.T).all()
        assert (outward + parts[1] == scale * W.T).all()
        assert (linear + parts[2] == scale * U.T @ W).all()
