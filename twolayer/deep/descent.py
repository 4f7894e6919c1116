"""Gradient descent on the parameters of deep networks, and the curvature on the way. Nothing here
knows the theory."""

from collections.abc import Container
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray, Mask
from ..runs import Runs
from ..watch import in_blocks
from .curvature import top
from .layers import Layers
from .samples import Samples

LARGEST_KERNEL = 1_500  # rows of a kernel that is built whole
TOGETHER = 1 << 17  # numbers of a pass that several runs make together: they stay in the cache


class Architecture(NamedTuple):
    """What networks have in common whose parameters stand in rows (..., size)."""

    widths: tuple[int, ...]
    biased: bool
    activation: str

    def layers(self, flat: FloatArray) -> Layers:
        return Layers.of(flat, *self)


def loss_of(residual: FloatArray, samples: Samples) -> Any:
    """The loss that the samples name, of residuals (..., m, k)."""
    squares = (residual * residual).reshape(*residual.shape[:-2], -1).sum(-1)
    return samples.slope / samples.samples / 2 * squares


def gradient(layers: Layers, taken: list[Any], residual: FloatArray, samples: Samples) -> Any:
    """The derivative of the loss by all parameters, shape (..., size)."""
    return layers.vjp(taken, samples.slope / samples.samples * residual)


def curvature(layers: Layers, samples: Samples) -> float:
    """The top eigenvalue of JJᵀ/m in the unit of the loss, of one network; `inf` where its outputs
    have overflowed."""
    unit = samples.slope / samples.samples
    taken, output = layers.forward(samples.X)
    if not np.isfinite(output).all():
        return np.inf
    if output.size <= LARGEST_KERNEL:
        kernel = layers.kernel(taken, samples.outputs)
        if not np.isfinite(kernel).all():
            return np.inf
        values, _ = top(lambda w: unit * (kernel @ w), output.size, 1)
    else:

        def product(w: FloatArray) -> FloatArray:
            pulled = layers.vjp(taken, w.reshape(output.shape))
            widths = layers.weights[0].shape[1], *(weight.shape[0] for weight in layers.weights)
            along = Layers.of(pulled, widths, layers.biases is not None, layers.activation)
            return np.asarray(unit * layers.jvp(taken, along).reshape(-1))

        values, _ = top(product, output.size, 1)
    return float(values[0])


def collapsed(taken: list[Any]) -> Mask:
    """Whether some hidden layer is zero on every sample, of what the layers take; shape of the
    batch."""
    silent = [~signal.any((-2, -1)) for signal in taken[1:]]
    return np.logical_or.reduce(np.broadcast_arrays(*silent))


class Descent(NamedTuple):
    """Loss and curvature, shape (steps + 1, runs), the last parameters, (runs, size), and whether
    they have collapsed, (runs,)."""

    loss: FloatArray
    curvature: FloatArray
    parameters: FloatArray
    collapsed: Mask


def descend(
    kind: Architecture,
    parameters: FloatArray,
    samples: Samples,
    runs: Runs,
    steps: int,
    looks: Container[int],
) -> Descent:
    """Train networks with parameters (networks, size); a run is left where its loss overflows."""
    number, size = runs.eta.size, parameters.shape[-1]
    result = Descent(
        np.full((steps + 1, number), np.inf),
        np.full((steps + 1, number), np.nan),
        np.full((number, size), np.inf),
        np.zeros(number, bool),
    )
    touched = samples.samples * sum(kind.widths) + 2 * size
    for block in in_blocks(number, max(1, TOGETHER // touched)):
        run = np.arange(number)[block]
        flat = parameters[runs.network[run]]
        for step in range(steps + 1):
            layers = kind.layers(flat)
            taken, output = layers.forward(samples.X)
            residual = output - samples.Y
            loss = loss_of(residual, samples)
            finite = np.isfinite(loss)
            result.loss[step, run] = np.where(finite, loss, np.inf)
            result.curvature[step:, run[~finite]] = np.inf
            if not finite.all():
                run, flat, residual = run[finite], flat[finite], residual[finite]
                taken = [samples.X, *(signal[finite] for signal in taken[1:])]
                layers = kind.layers(flat)
            if run.size == 0:
                break
            if step in looks:
                for place, row in zip(run, flat, strict=True):
                    result.curvature[step, place] = curvature(kind.layers(row), samples)
            if step < steps:
                slope = gradient(layers, taken, residual, samples)
                flat = flat - runs.eta[run, None] * slope
        else:
            result.parameters[run] = flat
            result.collapsed[run] = collapsed(taken)
    return result
