"""The top eigenvalues of JJᵀ/m, by Lanczos on products with J and Jᵀ. Knows no network and no
theory."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import arguments, losses
from ..arguments import FloatArray, Shape
from ..data_results import KernelCurvature

__all__ = ["kernel_curvature"]

DENSE = 32  # rows up to which a matrix is built whole
Product = Callable[[FloatArray], FloatArray]


def top(matvec: Product, size: int, count: int) -> tuple[FloatArray, FloatArray]:
    """The largest eigenvalues of a symmetric matrix, largest first, and for each the length of its
    residual."""
    from scipy.linalg import eigh
    from scipy.sparse.linalg import LinearOperator, eigsh

    if size <= max(DENSE, count + 1):
        matrix = np.stack([matvec(row) for row in np.eye(size)], -1)
        values, vectors = eigh((matrix + matrix.T) / 2)
    else:
        operator = LinearOperator((size, size), matvec=matvec, dtype=np.float64)
        start = np.random.default_rng(0).standard_normal(size)
        values, vectors = eigsh(operator, count, which="LA", v0=start)
    values, vectors = values[::-1][:count], vectors[:, ::-1][:, :count]
    moved = np.stack([matvec(vector) for vector in vectors.T], -1)
    return values, np.linalg.norm(moved - values * vectors, axis=0)


def kernel_curvature(
    jvp: Callable[[Any], Any],
    vjp: Callable[[Any], Any],
    parameters: int | Shape,
    outputs: int | Shape,
    *,
    count: int = 1,
    samples: int | None = None,
    loss: str = losses.DEFAULT,
) -> KernelCurvature:
    """Contract: see the issue; to be finished."""
    p, q = (
        arguments.shape(name, value)
        for name, value in (("parameters", parameters), ("outputs", outputs))
    )
    rows, columns = int(np.prod(q)), int(np.prod(p))
    m = q[0] if samples is None else samples
    unit = losses.slope(loss, m, rows // m) / m

    def forward(v: FloatArray) -> FloatArray:
        return np.asarray(jvp(v.reshape(p)), np.float64).reshape(rows)

    def back(w: FloatArray) -> FloatArray:
        return np.asarray(vjp(w.reshape(q)), np.float64).reshape(columns)

    if rows <= columns:
        values, error = top(lambda w: forward(back(w)) * unit, rows, count)
    else:
        values, error = top(lambda v: back(forward(v)) * unit, columns, count)
    return KernelCurvature(values, error)
