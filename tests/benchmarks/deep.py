"""The rival of `kernel_curvature`: all rows of the Jacobian, its kernel, all eigenvalues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import twolayer as tl

SAMPLES = 500


def curvatures() -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Subject and rival, on a ReLU network of depth 3 with 33,000 parameters."""
    net = tl.DeepNetwork.random([64, 128, 128, 1], scale=2**0.5, rng=0)
    X = np.random.default_rng(0).standard_normal((SAMPLES, 64))
    outputs = SAMPLES, 1
    return (
        lambda: tl.kernel_curvature(
            lambda v: net.jvp(X, v), lambda w: net.vjp(X, w), net.size, outputs
        ),
        lambda: whole(lambda w: net.vjp(X, w), outputs),
    )


def whole(vjp: Callable[[Any], Any], outputs: tuple[int, int]) -> Any:
    rows = [vjp(row.reshape(outputs)) for row in np.eye(outputs[0] * outputs[1])]
    J = np.stack(rows)
    return np.linalg.eigvalsh(J @ J.T / outputs[0])[-1]


def agreement(found: tl.KernelCurvature, exact: Any) -> str:
    """How far the two are apart, beside the error that is stated."""
    apart = abs(found.curvature - exact) / exact
    return (
        f"{found.products} products; apart by {apart:.0e} of λ, stated {found.error[0] / exact:.0e}"
    )
