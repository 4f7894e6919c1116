"""Gradient descent on the weights of a network on a data set, written from its definition: a judge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..arguments import FloatArray
from .data import Data

LARGEST_KERNEL = 1_500  # rows of a kernel whose eigenvalues are computed from weights


def residual_on_data(u: FloatArray, v: FloatArray, data: Data) -> FloatArray:
    """Outputs minus labels on the rows that stand for the samples, shape (runs, rank, k)."""
    inputs, labels = data.rows
    return np.asarray(inputs @ (u.mT @ v) / np.sqrt(u.shape[-2]) - labels)


def descend_on_data(
    u: FloatArray, v: FloatArray, data: Data, eta: FloatArray, residual: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """One step of gradient descent on |f − Y|²/(2m)."""
    inputs, _ = data.rows
    push = eta[..., None, None] / np.sqrt(u.shape[-2]) * (inputs.T @ residual)
    return u - v @ push.mT, v - u @ push


def _top_eigenvalue(u: FloatArray, v: FloatArray, data: Data) -> FloatArray:
    """Top eigenvalue of the kernel; inf where weights have overflowed."""
    kernels = kernel_on_data(u, v, data)
    finite = np.isfinite(kernels).all((-2, -1))
    result = np.full(finite.shape, np.inf)
    result[finite] = np.linalg.eigvalsh(kernels[finite])[..., -1]
    return result


def kernel_on_data(u: FloatArray, v: FloatArray, data: Data) -> FloatArray:
    """The kernel Σ ∂f_αa ∂f_βb over all weights, α and β rows, a and b outputs, shape (..., rank·k,
    rank·k)."""
    inputs, _ = data.rows
    rank, outputs = len(inputs), v.shape[-1]
    by_hidden = np.einsum("ac,...ij->...aicj", inputs @ inputs.T, v.mT @ v)
    by_outer = np.einsum("...ac,ij->...aicj", inputs @ (u.mT @ u) @ inputs.T, np.eye(outputs))
    return np.asarray(
        (by_hidden + by_outer).reshape(*u.shape[:-2], rank * outputs, rank * outputs) / u.shape[-2]
    )


def descent(
    u: FloatArray, v: FloatArray, data: Data, eta: float
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Weights u, V and residual after 0, 1, 2, … steps; it ends before it overflows."""
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            residual = residual_on_data(u, v, data)
            finite = np.isfinite(np.sum(residual**2))
        if not finite:
            return
        yield u, v, residual
        with np.errstate(over="ignore", invalid="ignore"):
            u, v = descend_on_data(u, v, data, np.asarray(eta), residual)


def top(u: FloatArray, v: FloatArray, data: Data, number: int = 1) -> tuple[FloatArray, FloatArray]:
    """The largest eigenvalues of the kernel of weights, largest first, and the eigenvector of the
    first; `nan` for too large a kernel."""
    from scipy.linalg import eigh

    size = len(data.spectrum) * data.outputs
    if size > LARGEST_KERNEL:
        return np.full(number, np.nan), np.full(size, np.nan)
    values, vectors = eigh(
        kernel_on_data(u, v, data), subset_by_index=(max(0, size - number), size - 1)
    )
    return values[::-1], vectors[:, -1]


def alignment(residual: FloatArray, vector: FloatArray) -> float:
    """Cosine between the residual on the rows of the data and an eigenvector of the kernel."""
    whole = float(np.linalg.norm(residual))
    return float(abs(residual.reshape(-1) @ vector)) / whole if whole else 0.0
