"""Networks made of their weights, sample by sample: what the statements are held against."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from derivations import contents
from derivations.prover import emit

MODULE: dict[str, Any] = {}
exec(compile(emit.render(contents.FUNCTIONS), "rendered", "exec"), MODULE)

Array = Any


def exact(random: np.random.Generator, *shape: int) -> Array:
    """An array of small fractions."""
    above, below = random.integers(-5, 6, shape), random.integers(1, 5, shape)
    return np.vectorize(Fraction, otypes=[object])(above, below)


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
