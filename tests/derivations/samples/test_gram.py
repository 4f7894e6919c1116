"""Gradient descent on the weights of many inputs and outputs, seen by its Gram matrix."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from .weights import Array, exact, trained

ROOT, SAMPLES, RATE = 2, 5, Fraction(3, 11)  # ROOT is the square root of the width


def blocks(u: Array, v: Array) -> tuple[Array, Array, Array]:
    return u.mT @ u / ROOT**2, u.mT @ v / ROOT, v.mT @ v / ROOT**2


def whole(hidden: Array, linear: Array, outer: Array) -> Array:
    return np.block([[hidden, linear / ROOT], [linear.mT / ROOT, outer]])


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (3, 1), (2, 3)])
def test_the_gram_matrix_closes(inputs: int, outputs: int) -> None:
    """gram.closure, gram.hidden, gram.cross and gram.outer, in fractions."""
    random = np.random.default_rng([inputs, outputs])
    X, Y = exact(random, SAMPLES, inputs), exact(random, SAMPLES, outputs)
    u, v = exact(random, ROOT**2, inputs), exact(random, ROOT**2, outputs)
    A, B, C = blocks(u, v)
    D = X.mT @ X @ B / SAMPLES - X.mT @ Y / SAMPLES
    push, mixing = RATE / ROOT**2, np.eye(inputs + outputs, dtype=int).astype(object)
    mixing[:inputs, inputs:], mixing[inputs:, :inputs] = -RATE / ROOT * D, -RATE / ROOT * D.mT
    later = blocks(*trained(u, v, X, Y, RATE, ROOT))
    assert (whole(*later) == mixing.mT @ whole(A, B, C) @ mixing).all()
    changes = (
        -push * (B @ D.mT + D @ B.mT) + RATE * push * D @ C @ D.mT,
        -RATE * (A @ D + D @ C) + RATE * push * D @ B.mT @ D,
        -push * (B.mT @ D + D.mT @ B) + RATE * push * D.mT @ A @ D,
    )
    for now, before, change in zip(later, (A, B, C), changes, strict=True):
        assert (now - before == change).all()


def test_loss_above_its_floor() -> None:
    """gram.moments, gram.excess and gram.floor."""
    random = np.random.default_rng(6)
    X, Y, B = (random.standard_normal(shape) for shape in ((SAMPLES, 3), (SAMPLES, 2), (3, 2)))
    best = np.linalg.lstsq(X, Y)[0]
    S, T, E = X.T @ X / SAMPLES, X.T @ Y / SAMPLES, B - best

    def loss(linear: Array) -> Any:
        return ((X @ linear - Y) ** 2).sum() / (2 * SAMPLES)

    square = (Y**2).sum() / (2 * SAMPLES)
    assert loss(B) == pytest.approx(np.trace(B.T @ S @ B) / 2 - np.trace(B.T @ T) + square)
    assert loss(best) == pytest.approx(square - np.trace(best.T @ S @ best) / 2)
    assert loss(B) == pytest.approx(loss(best) + np.trace(E.T @ S @ E) / 2)
    np.testing.assert_allclose(S @ B - T, S @ E, rtol=1e-12, atol=1e-14)
