"""The tangent kernel of many samples, against the derivatives of the outputs in the weights."""

from __future__ import annotations

import numpy as np
import pytest

from .weights import jacobian, trained


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
