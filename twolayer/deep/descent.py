"""Gradient descent on the parameters of deep networks, and the curvature on the way. Nothing here
knows the theory."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray
from ..runs import Runs
from ..watch import in_blocks
from .curvature import top
from .layers import Architecture, Layers
from .samples import Samples

__all__ = ["DeepTrajectory"]

LARGEST_KERNEL = 1_500  # rows of a kernel that is built whole
TOGETHER = 1 << 17  # numbers of a pass that several runs make together: they stay in the cache


@dataclass(frozen=True, eq=False)
class DeepTrajectory:
    """Runs of deep networks, step by step, in the unit of the loss that the samples name.

    Attributes
    ----------
    loss : float array, shape (steps + 1, *cells)
        `inf` from the step on at which the loss of a run, or one of its parameters, overflows.
    curvature : float array, shape (steps + 1, *cells)
        λ, the top eigenvalue of JJᵀ/m; `nan` where it was not looked at, `inf` as the loss.
    collapsed : bool array, shape (*cells)
        Whether after the last step some hidden layer is zero on every sample: the output depends on
        the inputs no more, and nothing before that layer, which ReLU has closed, moves again. Such
        a run has neither converged nor diverged.
    network : DeepNetwork
        The networks after the last step, a batch of the shape of the cells; those of runs that
        overflowed are `nan`.

    Examples
    --------
    >>> import twolayer as tl
    >>> samples = tl.Samples([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = tl.DeepNetwork.random([2, 64, 64, 1], scale=2**0.5, rng=0)
    >>> run = net.train(samples, [0.1, 1e3], steps=30, looks=[30])
    >>> run.loss.shape, run.loss[30].round(4), run.curvature[30].round(2)
    ((31, 2), array([0.0361, 0.3333]), array([2.46, 0.  ]))
    >>> run.collapsed, run.network
    (array([False,  True]), DeepNetwork(shape=(2,), widths=(2, 64, 64, 1), relu))
    """

    loss: Any
    curvature: Any
    collapsed: Any
    network: Any


def loss_of(residual: FloatArray, samples: Samples) -> Any:
    """The loss that the samples name, of residuals (..., m, k); `inf` where it overflows."""
    squares = (residual * residual).reshape(*residual.shape[:-2], -1).sum(-1)
    loss = samples.slope / samples.samples / 2 * squares
    return np.where(np.isfinite(loss), loss, np.inf)[()]


def gradient(layers: Layers, taken: list[Any], residual: FloatArray, samples: Samples) -> Any:
    """The derivative of the loss by all parameters, shape (..., size)."""
    return layers.vjp(taken, samples.slope / samples.samples * residual)


def curvature(
    architecture: Architecture, flat: FloatArray, taken: list[Any], samples: Samples
) -> float:
    """The top eigenvalue of JJᵀ/m in the unit of the loss, of one network, of which is known what
    its layers take; `inf` where it overflows."""
    layers, shape = architecture.layers(flat), (samples.samples, samples.outputs)
    rows = samples.samples * samples.outputs
    kernel = layers.kernel(taken, samples.outputs) if rows <= LARGEST_KERNEL else None

    def product(w: FloatArray) -> Any:
        if kernel is not None:
            return np.einsum("ij,j->i", kernel, w)
        return layers.jvp(taken, architecture.layers(layers.vjp(taken, w.reshape(shape)))).reshape(
            rows
        )

    values, _, _ = top(product, rows, 1)
    return float(values[0]) * samples.slope / samples.samples


def collapsed(taken: list[Any]) -> Any:
    """Whether some hidden layer is zero on every sample, of what the layers take; shape of the
    batch."""
    return np.logical_or.reduce([~signal.any((-2, -1)) for signal in taken[1:]])


class Descent(NamedTuple):
    """Loss and curvature, shape (steps + 1, runs), whether the runs have collapsed, (runs,), and
    their last parameters, (runs, size)."""

    loss: FloatArray
    curvature: FloatArray
    collapsed: Any
    parameters: FloatArray


def descend(
    architecture: Architecture,
    parameters: FloatArray,
    samples: Samples,
    runs: Runs,
    steps: int,
    looks: Container[int],
) -> Descent:
    """Train networks with parameters (networks, size); a run is left where it overflows."""
    number, size = runs.eta.size, parameters.shape[-1]
    loss, measured = np.full((2, steps + 1, number), np.inf)  # unless a run gets there
    done = Descent(loss, measured, np.zeros(number, bool), np.full((number, size), np.nan))
    touched = samples.samples * sum(architecture.widths) + 2 * size
    for block in in_blocks(number, max(1, TOGETHER // touched)):
        run = np.arange(number)[block]
        flat = parameters[runs.network[run]]
        for step in range(steps + 1):
            taken, output = architecture.layers(flat).forward(samples.X)
            residual = output - samples.Y
            loss = loss_of(residual, samples)
            finite = np.isfinite(loss) & np.isfinite(flat).all(-1)
            if not finite.all():
                run, flat, residual, loss = (part[finite] for part in (run, flat, residual, loss))
                taken = [samples.X, *(signal[finite] for signal in taken[1:])]
            if run.size == 0:
                break
            done.loss[step, run], done.curvature[step, run] = loss, np.nan
            if step in looks:
                for i, place in enumerate(run):
                    signals = [samples.X, *(signal[i] for signal in taken[1:])]
                    done.curvature[step, place] = curvature(architecture, flat[i], signals, samples)
            if step < steps:
                slope = gradient(architecture.layers(flat), taken, residual, samples)
                slope *= runs.eta[run, None]
                flat -= slope
        done.collapsed[run], done.parameters[run] = collapsed(taken), flat
    return done
