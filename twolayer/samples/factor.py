"""The equivalent network: a factor [F; R] of the Gram matrix, FFᵀ = uᵀu/n and RRᵀ = VᵀV/n, on the
directions of a data set.

Its step, its loss and kernel, and where its curvature goes; the equations are those of
derivations/samples/factor.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _derived
from ..arguments import EPS, FloatArray

# F (runs, r, q) and R (runs, k, q), distance of the map from the best (runs, r, k), eta, eta/√n
State = tuple[FloatArray, ...]


def eigenvalues(matrices: FloatArray) -> FloatArray:
    """Eigenvalues of symmetric matrices, in ascending order; inf where a matrix has overflowed."""
    finite = np.isfinite(matrices).all((-2, -1))
    result = np.full(matrices.shape[:-1], np.inf)
    result[finite] = (
        matrices[finite][..., 0]
        if matrices.shape[-1] == 1
        else np.linalg.eigvalsh(matrices[finite])
    )
    return result


def kernel(hidden: FloatArray, weight: FloatArray, spectrum: FloatArray) -> FloatArray:
    """Kernel of the outputs along one eigenvector of VᵀV/n, `weight` its eigenvalue, on the
    directions of the data."""
    root = np.sqrt(spectrum)
    with np.errstate(over="ignore", invalid="ignore"):
        kernel: FloatArray = hidden * (root[:, None] * root)
        diagonal = np.arange(len(spectrum))
        kernel[..., diagonal, diagonal] += weight[..., None] * spectrum
    return kernel


def factored(gram: FloatArray, width: Any) -> FloatArray:
    """L with LLᵀ = gram, positive semi-definite and of rank at most `width`.

    Cholesky's, with a column of zeros where nothing is left but rounding: it keeps small blocks to
    their own rounding. Where the width decides the rank, eigenvectors: a column too many, however
    small, would be a unit that learns.
    """
    size = gram.shape[-1]
    slack = 8 * size * EPS * np.einsum("...ii->...i", gram)
    factor = np.zeros_like(gram)
    for j in range(size):
        rest = gram[..., j:, j] - (factor[..., j:, :j] @ factor[..., j, :j, None])[..., 0]
        pivot = rest[..., :1]
        positive = pivot > slack[..., j : j + 1]
        factor[..., j:, j] = np.where(positive, rest / np.sqrt(np.where(positive, pivot, 1.0)), 0.0)
    narrow = np.broadcast_to(width, gram.shape[:-2]) < size
    if narrow.any():
        values, vectors = np.linalg.eigh(gram[narrow])
        kept = np.arange(size)[::-1] < np.broadcast_to(width, narrow.shape)[narrow][..., None]
        factor[narrow] = (
            vectors * np.sqrt(np.where(kept, np.maximum(values, 0.0), 0.0))[..., None, :]
        )
    return factor


def advance(state: State, spectrum: FloatArray) -> State:
    inward, outward, distance, eta, slope = state
    inner, outer, change = _derived.factor_change(
        inward, outward, spectrum[:, None] * distance, eta, slope
    )
    inner += inward
    outer += outward
    change += distance
    return inner, outer, change, eta, slope


def excess(distance: FloatArray, spectrum: FloatArray) -> FloatArray:
    """Twice the loss above the floor."""
    return np.asarray(np.einsum("...ik,...ik,i->...", distance, distance, spectrum))


def top(hidden: FloatArray, outer: FloatArray, spectrum: FloatArray) -> Any:
    """The curvature: the largest eigenvalue of all."""
    return eigenvalues(kernel(hidden, eigenvalues(outer)[..., -1], spectrum))[..., -1]


def curvature(inward: FloatArray, outward: FloatArray, spectrum: FloatArray) -> Any:
    return top(inward @ inward.mT, outward @ outward.mT, spectrum)


def limit(state: State, spectrum: FloatArray) -> FloatArray:
    """Where ηλ goes, to first order in what is left: slow directions and all, without waiting for
    them."""
    inward, outward, distance, eta, slope = state
    hidden, outer = inward @ inward.mT, outward @ outward.mT
    weights, turn = np.linalg.eigh(outer)
    sums = hidden[..., None, :, :] + weights[..., :, None, None] * np.eye(len(spectrum))
    # narrow: some directions never end
    sums += EPS * np.trace(sums, axis1=-2, axis2=-1)[..., None, None] * np.eye(len(spectrum))
    left = np.linalg.solve(sums, (distance @ turn).mT[..., None])[..., 0].mT @ turn.mT
    moved, turned = _derived.factor_left(inward, outward, distance, left, eta / slope)
    return np.asarray(eta[:, 0, 0] * top(hidden + moved, outer + turned, spectrum))
