"""The matrix statements against networks made of weights: kernels, reductions, gates."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from derivations import contents
from derivations.prover import emit

MODULE: dict[str, Any] = {}
exec(compile(emit.render(contents.FUNCTIONS), "rendered", "exec"), MODULE)

Array = Any


def trained(u: Array, v: Array, X: Array, Y: Array, rate: Any, root: Any) -> tuple[Array, Array]:
    """One step on all weights; root is the square root of the width."""
    slope = X.mT @ (X @ (u.mT @ v) / root - Y) / len(X)
    return u - rate * (v @ slope.mT) / root, v - rate * (u @ slope) / root


def jacobian(u: Array, v: Array, X: Array) -> Array:
    """The derivatives of all outputs in all weights, one row for each sample and output."""
    width, outputs = v.shape
    rows = []
    for sample in X:
        for k in range(outputs):
            slope_v = np.zeros_like(v)
            slope_v[:, k] = u @ sample
            rows.append(
                np.concatenate([np.outer(v[:, k], sample).ravel(), slope_v.ravel()])
                / np.sqrt(width)
            )
    return np.array(rows)


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (2, 1), (1, 3), (3, 2)])
def test_kernel_and_its_spectrum(inputs: int, outputs: int) -> None:
    """kernel.kernel, kernel.blocks and kernel.reduced, from the Jacobian."""
    random = np.random.default_rng([inputs, outputs])
    width, samples = 5, 4
    u, v = random.standard_normal((width, inputs)), random.standard_normal((width, outputs))
    X = random.standard_normal((samples, inputs))
    A, C, J = u.T @ u / width, v.T @ v / width, jacobian(u, v, X)
    kernel = J @ J.T / samples
    np.testing.assert_allclose(
        kernel,
        (np.kron(X @ X.T, C) + np.kron(X @ A @ X.T, np.eye(outputs))) / samples,
        rtol=1e-12,
        atol=1e-12,
    )
    sigma, basis = np.linalg.eigh(X.T @ X / samples)
    rotated, scale = basis.T @ A @ basis, np.diag(np.sqrt(sigma))
    reduced = [
        np.linalg.eigvalsh(c * np.diag(sigma) + scale @ rotated @ scale)
        for c in np.linalg.eigvalsh(C)
    ]
    top = np.sort(np.concatenate(reduced))
    np.testing.assert_allclose(np.linalg.eigvalsh(kernel)[-len(top) :], top, rtol=1e-10, atol=1e-12)


def test_kernel_after_a_step() -> None:
    """kernel.residuals, kernel.recursion and kernel.aligned, on a network of width 5."""
    random = np.random.default_rng(11)
    width, samples, rate = 5, 4, 0.3
    u, v = random.standard_normal((width, 2)), random.standard_normal((width, 1))
    X, Y = random.standard_normal((samples, 2)), random.standard_normal((samples, 1))
    out = X @ u.T @ v / np.sqrt(width)
    res = out - Y
    D = X.T @ res / samples
    moved, overlap = X @ D, (out.T @ res).item()
    (kernel, after) = (
        j @ j.T / samples
        for j in (jacobian(u, v, X), jacobian(*trained(u, v, X, Y, rate, np.sqrt(width)), X))
    )
    change = (
        -rate
        / (width * samples)
        * (out @ moved.T + moved @ out.T + 2 / samples * X @ X.T * overlap)
    )
    change += (
        rate**2
        / (width**2 * samples)
        * ((v.T @ v) * moved @ moved.T + (D.T @ u.T @ u @ D) * X @ X.T)
    )
    np.testing.assert_allclose(after, kernel + change, rtol=1e-12)
    new_u, new_v = trained(u, v, X, Y, rate, np.sqrt(width))
    step = res - rate * kernel @ res + rate**2 / (width * samples) * overlap * moved
    np.testing.assert_allclose(X @ new_u.T @ new_v / np.sqrt(width) - Y, step, rtol=1e-12)
    size = np.linalg.norm(res)
    e = res / size
    lam = (e.T @ kernel @ e).item()
    aligned = lam + rate * (D.T @ D).item() / width * (rate * lam - 4 * (e.T @ out).item() / size)
    assert (e.T @ after @ e).item() == pytest.approx(aligned, rel=1e-12)


def fractions(random: np.random.Generator, *shape: int) -> Array:
    return np.vectorize(Fraction, otypes=[object])(
        random.integers(-5, 6, shape), random.integers(1, 5, shape)
    )


def test_one_input() -> None:
    """Any samples of one input: (curvature, output) follow the one-sample step, in fractions."""
    random = np.random.default_rng(1)
    u, v, x, y = (fractions(random, rows, 1) for rows in (4, 4, 3, 3))
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


def test_frozen_gates() -> None:
    """A ReLU network whose gates stay as they were: each side follows the scaled map, in
    fractions."""
    random = np.random.default_rng(2)
    u, v, x, y = (fractions(random, rows) for rows in (4, 4, 6, 6))
    u[:2], u[2:], x[:3], x[3:] = abs(u[:2]) + 1, -abs(u[2:]) - 1, abs(x[:3]) + 1, -abs(x[3:]) - 1
    gates = np.outer(x, u) > 0
    rate, root, samples = Fraction(1, 13), 2, 6

    def state(units: slice, data: slice) -> tuple[Any, Any, Any]:
        c = (x[data] @ x[data]) / samples
        target = (x[data] @ y[data]) / samples / c
        unit = rate * c / root
        curvature = unit * (u[units] @ u[units] + v[units] @ v[units]) / root
        return curvature, unit * (u[units] @ v[units] / root - target), unit * target

    sides = [(slice(0, 2), slice(0, 3)), (slice(2, 4), slice(3, 6))]
    assert all(gates[data, units].all() and gates[data, units].size == 6 for units, data in sides)
    for _ in range(2):
        expected = [MODULE["scaled_step"](*state(*side)) for side in sides]
        residual = (gates * np.outer(x, u)) @ v / root - y
        slope_u = ((residual * x) @ gates) * v / root / samples
        slope_v = (residual @ (gates * np.outer(x, u))) / root / samples
        u, v = u - rate * slope_u, v - rate * slope_v
        assert [state(*side)[:2] for side in sides] == expected


def test_gates_closed_by_the_first_step() -> None:
    random = np.random.default_rng(3)
    u, v = np.abs(random.standard_normal(10**6)), random.standard_normal(10**6)
    for r in (0.3, -1.7):
        assert np.mean(u - r * v < 0) == pytest.approx(np.arctan(abs(r)) / np.pi, abs=0.002)


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
