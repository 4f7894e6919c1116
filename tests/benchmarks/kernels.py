"""The curvature of a deep network from Jacobian products, and of its kernel built whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import twolayer as tl


def curvature(samples: int, outputs: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """λ of a network of 100,000 parameters in two ways, the second by one gradient an output of
    each sample."""
    net = tl.DeepNetwork.random([50, 256, 256, outputs], scale=2**0.5, rng=0)
    X = np.random.default_rng(0).standard_normal((samples, 50))
    rows = samples * outputs

    def whole() -> Any:
        basis = np.eye(rows).reshape(rows, samples, outputs)
        J = np.stack([net.vjp(X, row) for row in basis])
        return np.linalg.eigvalsh(J @ J.T / samples)[-1]

    def products() -> Any:
        return tl.kernel_curvature(
            lambda v: net.jvp(X, v), lambda w: net.vjp(X, w), net.size, (samples, outputs)
        )

    exact = whole()
    found = products()
    assert abs(found.curvature - exact) <= found.error[0] + 1e-13 * exact
    return products, whole
