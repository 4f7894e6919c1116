"""Gram matrices of random weights, drawn without drawing the weights."""

from __future__ import annotations

import numpy as np

from ..arguments import FloatArray


def wishart(
    width: FloatArray, size: int, shape: tuple[int, ...], rng: np.random.Generator
) -> FloatArray:
    """MᵀM/n of n × `size` independent N(0, 1) weights M, of a shape to which `width` broadcasts.

    Bartlett: nG = LLᵀ with L lower triangular, L_jj² ~ χ²_{n−j} for j = 0, 1, …, and N(0, 1) below
    the diagonal. For n < size the columns from n on are zero: the triangular factor of the weights
    has n rows.
    """
    freedom = np.maximum(width[..., None] - np.arange(size), 0.0)
    squares = 2 * rng.standard_gamma(np.broadcast_to(freedom / 2, (*shape, size)))
    lower = np.tril(rng.standard_normal((*shape, size, size)), -1) * (freedom > 0)[..., None, :]
    lower[..., np.arange(size), np.arange(size)] = np.sqrt(squares)
    return lower @ lower.mT / width[..., None, None]
