"""Oracles and samples that the tests of this folder share. Nothing here uses the package's
formulas."""

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from twolayer import Data

FIELDS = ("phase", "curvature", "curvature_error", "peak_loss", "peak_step", "steps")
DATA_FIELDS = (
    "samples",
    "inputs",
    "outputs",
    "spectrum",
    "directions",
    "solution",
    "floor",
)


def same(one, two, rtol=0.0):
    for name in DATA_FIELDS:
        np.testing.assert_allclose(
            getattr(one, name),
            getattr(two, name),
            rtol=rtol,
            atol=rtol,
            equal_nan=False,
            err_msg=name,
        )


def samples(rng, m, d, k, rank=None):
    X = rng.normal(size=(m, d)) * 2.0 ** rng.integers(-3, 4, d)
    if rank is not None:
        X = rng.normal(size=(m, rank)) @ rng.normal(size=(rank, d))
    return X, rng.normal(size=(m, k))


# Files


def text(path, content):
    """A file of that text, or of those bytes."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Bad input


def refuses(message):
    return pytest.raises(ValueError, match=rf"\A{message}\Z")


NUMBERS = "must be an array of real numbers"


SHAPE = r"must be \(samples, columns\) or \(samples,\), not empty"


# Oracles


def output(u, V, X, root=None):
    return X @ u.T @ V / (math.sqrt(len(u)) if root is None else root)


def loss(u, V, X, Y, root=None):
    return ((output(u, V, X, root) - Y) ** 2).sum() / (2 * len(X))


def descend(u, V, X, Y, eta, root=None):
    """One step of gradient descent on the loss; `root` is √n in the caller's numbers."""
    root = math.sqrt(len(u)) if root is None else root
    slope = X.T @ (output(u, V, X, root) - Y) / len(X)
    return u - eta / root * V @ slope.T, V - eta / root * u @ slope


def kernel(u, V, X):
    """JJᵀ/m, J the derivative of each output on each sample by each weight, m·k × n(d + k)."""
    (n, d), k, m = u.shape, V.shape[1], len(X)
    J = np.zeros((m, k, n, d + k))
    for a in range(m):
        for b in range(k):
            J[a, b, :, :d] = np.outer(V[:, b], X[a]) / math.sqrt(n)
            J[a, b, :, d + b] = u @ X[a] / math.sqrt(n)
    J = J.reshape(m * k, -1)
    return J @ J.T / m


def gram_of(u, V):
    M = np.hstack([u, V])
    return M.T @ M / len(M)


def problem(seed, n, d, k, m):
    """Samples and weights."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(m, d)),
        rng.normal(size=(m, k)),
        rng.normal(size=(n, d)),
        rng.normal(size=(n, k)),
    )


sizes = {
    "n": st.integers(1, 12),
    "d": st.integers(1, 5),
    "k": st.integers(1, 3),
    "m": st.integers(1, 8),
}


# Shapes and bits


def equal(one, two, index=...):
    for name in FIELDS if hasattr(one, "phase") else ("loss", "curvature"):
        np.testing.assert_array_equal(
            getattr(one, name), np.asarray(getattr(two, name))[index], err_msg=name, strict=True
        )


PLAIN = Data(np.sqrt(2) * np.eye(2), [0.0, 0.0])  # whitened, no labels


JOB = {
    "data": PLAIN,
    "width": 3,
    "sharpness": [2.0, 4.2],
    "seed": 0,
    "max_steps": 500,
    "tolerance": 1e-12,
}
