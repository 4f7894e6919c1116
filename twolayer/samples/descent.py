"""Gradient descent on the weights of a network on a data set, written from its definition: a judge.

f = X uᵀV/√n with u of shape (units, d) and V (units, k); n, `width`, is the number of units
or, for f = α X uᵀV, 1/α². The loss is the one that the data name: with residuals f − Y divided by
√m, its part above the floor is `losses.share` times their square, and its derivative `losses.slope`
times them. Nothing here knows the theory.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import arguments, losses, watch
from ..arguments import FloatArray
from ..runs import Runs
from .data import Data

LARGEST_KERNEL = 1_500  # rows of a kernel whose eigenvalues are computed from weights


def layers(u: Any, v: Any, data: Any) -> tuple[FloatArray, FloatArray]:
    """Weights, checked, of networks that can be trained on the data."""
    arguments.instance("data", data, Data)
    hidden, outer = arguments.layers(u, v)
    ends = data.inputs, data.outputs
    if (hidden.shape[-1], outer.shape[-1]) != ends:
        raise ValueError(
            f"shapes of u {hidden.shape} and v {outer.shape} must end in the inputs and outputs of "
            f"the data, {ends}"
        )
    return hidden, outer


def slope(data: Data) -> float:
    """The derivative of the loss of the data in an output of their rows, over its residual."""
    return losses.slope(data.loss, data.samples, data.outputs)


def excess(residual: FloatArray, data: Data) -> Any:
    """The loss above the floor, of residuals (..., rank, k)."""
    return slope(data) * (residual * residual).sum((-2, -1)) / 2


def _root(u: FloatArray, width: float | None) -> Any:
    """√n."""
    return np.sqrt(u.shape[-2] if width is None else width)


def residuals(u: FloatArray, v: FloatArray, data: Data, width: float | None = None) -> FloatArray:
    """Outputs minus labels on the rows that stand for the samples, shape (runs, rank, k)."""
    inputs, labels = data.rows
    return np.asarray(inputs @ (u.mT @ v) / _root(u, width) - labels)


def step(
    u: FloatArray,
    v: FloatArray,
    data: Data,
    eta: FloatArray,
    residual: FloatArray,
    width: float | None = None,
) -> tuple[FloatArray, FloatArray]:
    """The weights after one step of gradient descent."""
    inputs, _ = data.rows
    push = eta[..., None, None] / _root(u, width) * (inputs.T @ (slope(data) * residual))
    return u - v @ push.mT, v - u @ push


def kernel(u: FloatArray, v: FloatArray, data: Data, width: float | None = None) -> FloatArray:
    """The kernel Σ ∂f_αa ∂f_βb over all weights, α and β rows, a and b outputs, shape (..., rank·k,
    rank·k)."""
    inputs, _ = data.rows
    size = len(inputs) * v.shape[-1]
    by_hidden = np.einsum("ac,...ij->...aicj", inputs @ inputs.T, v.mT @ v)
    by_outer = np.einsum("...ac,ij->...aicj", inputs @ (u.mT @ u) @ inputs.T, np.eye(v.shape[-1]))
    n = u.shape[-2] if width is None else width
    return np.asarray((by_hidden + by_outer).reshape(*u.shape[:-2], size, size) / n)


def curvature(u: FloatArray, v: FloatArray, data: Data, width: float | None = None) -> FloatArray:
    """Top eigenvalue of the kernel in the unit of the loss, whose second derivative by the outputs
    multiplies it; inf where weights have overflowed."""
    kernels = kernel(u, v, data, width)
    finite = np.isfinite(kernels).all((-2, -1))
    result = np.full(finite.shape, np.inf)
    result[finite] = slope(data) * np.linalg.eigvalsh(kernels[finite])[..., -1]
    return result


def model(
    u: FloatArray,
    v: FloatArray,
    data: Data,
    width: float,
    runs: Runs,
    tolerance: float,
    together: int,
) -> watch.Model:
    """Runs of a batch of networks as something to watch."""

    def start(index: watch.Index, nudge: int) -> watch.State:
        hidden, outer = (part.reshape(-1, *part.shape[-2:])[runs.network[index]] for part in (u, v))
        rate = watch.nudged(runs.eta[index], nudge)
        return hidden, outer, rate, residuals(hidden, outer, data, width)

    def advance(state: watch.State) -> watch.State:
        hidden, outer, eta, residual = state
        hidden, outer = step(hidden, outer, data, eta, residual, width)
        return hidden, outer, eta, residuals(hidden, outer, data, width)

    def measure(state: watch.State) -> tuple[FloatArray, ...]:
        hidden, outer, _, residual = state
        return curvature(hidden, outer, data, width), data.floor + excess(residual, data)

    # a state: hidden weights, outer weights, eta, residual
    return watch.Model(
        start,
        advance,
        size=lambda state: np.sqrt(2 * excess(state[3], data)),
        sharpness=lambda state, which: (
            state[2][which] * curvature(state[0][which], state[1][which], data, width)
        ),
        tolerance=tolerance,
        any_step=data.solution.size > 1,  # otherwise the residual is one number
        block=together,
        measure=measure,
    )


def descent(
    u: FloatArray, v: FloatArray, data: Data, eta: float
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Weights u, V and residual after 0, 1, 2, … steps; it ends before it overflows."""
    while True:
        with np.errstate(all="ignore"):
            residual = residuals(u, v, data)
            finite = np.isfinite(np.sum(residual**2))
        if not finite:
            return
        yield u, v, residual
        with np.errstate(all="ignore"):
            u, v = step(u, v, data, np.asarray(eta), residual)


def top(u: FloatArray, v: FloatArray, data: Data, number: int = 1) -> tuple[FloatArray, FloatArray]:
    """The largest eigenvalues of the kernel of weights in the unit of the loss, largest first, and
    the eigenvector of the first; `nan` for too large a kernel."""
    from scipy.linalg import eigh

    size = len(data.spectrum) * data.outputs
    if size > LARGEST_KERNEL:
        return np.full(number, np.nan), np.full(size, np.nan)
    few = max(0, size - number), size - 1
    values, vectors = eigh(kernel(u, v, data), subset_by_index=few)
    return slope(data) * values[::-1], vectors[:, -1]


def alignment(residual: FloatArray, vector: FloatArray) -> float:
    """Cosine between the residual on the rows of the data and an eigenvector of the kernel."""
    whole = float(np.linalg.norm(residual))
    return float(abs(residual.reshape(-1) @ vector)) / whole if whole else 0.0
