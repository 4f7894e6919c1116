"""Data on which a network is one sample's network, against networks made of weights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from .weights import MODULE, exact, jacobian, trained


def test_one_input() -> None:
    """Any samples of one input: (curvature, output) follow the one-sample step, in fractions."""
    random = np.random.default_rng(1)
    u, v, x, y = (exact(random, rows, 1) for rows in (4, 4, 3, 3))
    rate, width = Fraction(1, 11), 4
    second, cross = (x.T @ x).item() / 3, (x.T @ y).item() / 3
    eta, target = MODULE["one_input"](rate, second, cross)
    assert (eta, target) == (rate * second, cross / second)

    def state() -> tuple[Any, Any]:
        return (u.T @ u + v.T @ v).item() / width, (u.T @ v).item() / 2

    for _ in range(3):
        expected = MODULE["step"](eta, *state(), eta / width, target)
        u, v = trained(u, v, x, y, rate, 2)
        assert state() == expected


def test_one_sample() -> None:
    """One sample of several inputs, in fractions: the weights along it follow the one-sample step,
    and what of the others it does not see stays."""
    random = np.random.default_rng(7)
    U, v = exact(random, 4, 3), exact(random, 4, 1)
    x, length, y = np.array([[Fraction(2), Fraction(3), Fraction(6)]]), 7, Fraction(5, 3)
    rate, width = Fraction(1, 100), 4
    unseen = U - U @ x.T @ x / length**2

    def state() -> tuple[Any, Any]:
        u = U @ x.T / length
        return (u.T @ u + v.T @ v).item() / width, (u.T @ v).item() / 2

    for _ in range(3):
        eta = rate * length**2
        expected = MODULE["step"](eta, *state(), eta / width, y / length)
        U, v = trained(U, v, x, np.array([[y]]), rate, 2)
        assert state() == expected
        assert (U - U @ x.T @ x / length**2 == unseen).all()


def test_one_direction() -> None:
    """Samples of several inputs along one direction, in fractions: the weights along it follow the
    one-sample step with the moments of the sizes, and what is across it stays."""
    random = np.random.default_rng(9)
    U, v = exact(random, 4, 3), exact(random, 4, 1)
    direction = np.array([[Fraction(2, 7)], [Fraction(3, 7)], [Fraction(6, 7)]])  # length 1
    sizes, y = exact(random, 5, 1), exact(random, 5, 1)
    x, rate, width = sizes @ direction.T, Fraction(1, 12), 4
    second, cross = (sizes.T @ sizes).item() / 5, (sizes.T @ y).item() / 5
    eta, target = MODULE["one_input"](rate, second, cross)
    across = U - U @ direction @ direction.T

    def state() -> tuple[Any, Any]:
        u = U @ direction
        return (u.T @ u + v.T @ v).item() / width, (u.T @ v).item() / 2

    for _ in range(3):
        expected = MODULE["step"](eta, *state(), eta / width, target)
        U, v = trained(U, v, x, y, rate, 2)
        assert state() == expected
        assert (U - U @ direction @ direction.T == across).all()


@pytest.mark.parametrize(("width", "outputs"), [(1, 3), (6, 1)])
def test_four_over_the_kernel_is_exact(width: int, outputs: int) -> None:
    """Width 1, and output weights along the top left singular vector: whitened inputs, labels 0."""
    random = np.random.default_rng([4, width])
    inputs = 2
    X = np.vstack([np.eye(inputs), -np.eye(inputs)]) * np.sqrt(2)
    u, v = random.standard_normal((width, inputs)), random.standard_normal((width, outputs))
    if outputs == 1:
        left, _, _ = np.linalg.svd(u)
        v = 1.3 * left[:, :1]
    top = np.linalg.eigvalsh(jacobian(u, v, X) @ jacobian(u, v, X).T / len(X))[-1]
    assert top == pytest.approx((np.linalg.norm(u, 2) ** 2 + np.linalg.norm(v, 2) ** 2) / width)
    for fraction, converges in ((0.995, True), (1.005, False)):
        now_u, now_v = u, v
        for _ in range(3000):
            now_u, now_v = trained(
                now_u, now_v, X, np.zeros((len(X), outputs)), fraction * 4 / top, np.sqrt(width)
            )
            if np.abs(now_u).max() > 1e3:
                break
        loss = np.linalg.norm(now_u.T @ now_v)
        assert (loss < 1e-6) if converges else (loss > 1e3)
