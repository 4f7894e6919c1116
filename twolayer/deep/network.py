"""Deep fully connected networks, trained on their weights by gradient descent as it is defined: a
judge.

The passes through the layers are in layers.py. Nothing here knows the theory.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from ..runs import Runs
from . import descent
from .descent import Architecture
from .layers import ACTIVATIONS, Layers, in_a_row
from .samples import Samples

__all__ = ["DeepNetwork", "DeepTrajectory"]


@dataclass(frozen=True, eq=False)
class DeepTrajectory:
    """Runs of deep networks, step by step, in the unit of the loss that the samples name.

    Attributes
    ----------
    loss : ndarray, shape (steps + 1, *cells)
        `inf` from the step on at which a run overflows.
    curvature : ndarray, shape (steps + 1, *cells)
        Top eigenvalue of JJᵀ/m; `nan` where it was not looked at, `inf` as the loss.
    collapsed : bool array, shape (*cells)
        Whether at the end some hidden layer is zero on every sample: the output depends on the
        inputs no more, and nothing but biases after that layer can still learn. Neither converged
        nor diverged.
    network : DeepNetwork
        The networks after the last step, a batch of the shape of the cells.
    """

    loss: Any
    curvature: Any
    collapsed: Any
    network: DeepNetwork


@shared
@dataclass(frozen=True, eq=False)
class DeepNetwork:
    """Fully connected networks of any depth and widths, with their weights; a batch of them is one
    object.

    Parameters
    ----------
    weights : sequence of array_like, shapes (..., fan-out, fan-in)
        One array a layer, at least two, as PyTorch's ``nn.Linear.weight`` has it; the first has
        fan-in d, the last fan-out k. Leading axes are the batch.
    biases : sequence of array_like, shapes (..., fan-out), optional
        One array a layer.
    activation : {"relu", "tanh", "linear"}
        Between the layers.

    {refused_weights}

    Notes
    -----
    h₀ = X, a_l = h_{l−1} W_lᵀ/√(fan-in) + b_l, h_l = φ(a_l), f the last a_l: the parametrisation of
    Lewkowycz et al., arXiv:2003.02218. At depth 2, linear and without biases this is `Network` with
    u = W₁ and v = W₂ᵀ on inputs X/√d. relu′(0) = 0.

    Examples
    --------
    >>> import twolayer as tl
    >>> samples = tl.Samples([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = tl.DeepNetwork.random([2, 256, 256, 1], scale=2**0.5, rng=0)
    >>> net.depth, net.size, net(samples.X).shape
    (3, 66304, (3, 1))
    >>> eta_crit = 2 / net.curvature(samples)
    >>> run = net.train(samples, [0.5 * eta_crit, 1.5 * eta_crit], steps=60)
    >>> (run.loss.max(axis=0) > run.loss[0]).tolist()
    [False, True]
    """

    weights: Sequence[Any]
    biases: Sequence[Any] | None = None
    activation: str = "relu"

    def __post_init__(self) -> None:
        if not isinstance(self.activation, str) or self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation = {self.activation!r} must be one of {', '.join(ACTIVATIONS)}"
            )
        vars(self).update(weights=_weights(self.weights))
        if self.biases is not None:
            vars(self).update(biases=_biases(self.biases, self.weights))

    def __repr__(self) -> str:
        widths = ", ".join(map(str, self.widths))
        biased = "" if self.biases is None else ", biases"
        return f"DeepNetwork(shape={self.shape}, widths=({widths}){biased}, {self.activation})"

    @classmethod
    @shared
    def random(
        cls,
        widths: Sequence[int],
        size: Any = (),
        scale: Any = 1.0,
        rng: Any = None,
        *,
        activation: str = "relu",
        biases: bool = False,
    ) -> DeepNetwork:
        """Networks with independent N(0, scale²) weights, and biases that are zero.

        Parameters
        ----------
        widths : sequence of int
            d, the widths of the hidden layers, k.
        size : int or tuple of int
            Shape of the batch.
        scale : float or sequence of float
            Standard deviation of a weight, one for all layers or one each.
        {rng}
        activation : {"relu", "tanh", "linear"}
        biases : bool
            Whether layers have biases.

        Returns
        -------
        DeepNetwork

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.DeepNetwork.random([8, 32, 32, 1], size=5, scale=2**0.5, rng=0)
        DeepNetwork(shape=(5,), widths=(8, 32, 32, 1), relu)
        """
        sizes = arguments.shape("widths", widths)
        if len(sizes) < 3 or 0 in sizes:
            raise ValueError(
                f"widths = {sizes} must be d, the widths of one or more hidden layers, and k, each "
                "at least 1"
            )
        batch, generator = arguments.shape("size", size), arguments.generator(rng)
        deviations = arguments.numbers("scale", scale)
        if deviations.shape not in ((), (len(sizes) - 1,)):
            raise ValueError(
                f"shape of scale = {deviations.shape} must be () or ({len(sizes) - 1},), one "
                "number a layer"
            )
        deviations = np.broadcast_to(deviations, len(sizes) - 1)
        weights = [
            generator.standard_normal((*batch, after, before)) * deviation
            for before, after, deviation in zip(sizes, sizes[1:], deviations, strict=False)
        ]
        offsets = [np.zeros((*batch, after)) for after in sizes[1:]] if biases else None
        return cls(weights, offsets, activation)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch."""
        return self.weights[0].shape[:-2]

    @property
    def widths(self) -> tuple[int, ...]:
        """d, the widths of the hidden layers, k."""
        return (self.weights[0].shape[-1], *(weight.shape[-2] for weight in self.weights))

    @property
    def depth(self) -> int:
        """Number of layers of weights."""
        return len(self.weights)

    @property
    def size(self) -> int:
        """Number of parameters of one network."""
        rows = self.widths[1:]
        return sum(
            after * (before + (self.biases is not None))
            for before, after in zip(self.widths, rows, strict=False)
        )

    @property
    def parameters(self) -> FloatArray:
        """All parameters, shape (..., size): of each layer its weights, row by row, then its
        biases."""
        parts: list[Any] = list(self.weights)
        if self.biases is not None:
            parts = [part for pair in zip(self.weights, self.biases, strict=True) for part in pair]
        return np.asarray(in_a_row(parts, len(self.shape)))

    def with_parameters(self, parameters: Any) -> DeepNetwork:
        """Networks of the same widths and activation with parameters (..., size), as `parameters`
        has them."""
        return self._at(self._row("parameters", parameters))

    @np.errstate(all="ignore")
    def __call__(self, X: Any) -> Any:
        """Outputs, shape (..., m, k), on inputs of shape (m, d)."""
        return self._layers.forward(self._inputs(X))[1]

    @np.errstate(all="ignore")
    def jvp(self, X: Any, direction: Any) -> Any:
        """J v: how the outputs on inputs X move along a direction in the parameters, (..., size);
        shape (..., m, k)."""
        taken, _ = self._layers.forward(self._inputs(X))
        return self._layers.jvp(taken, self._kind.layers(self._row("direction", direction)))

    @np.errstate(all="ignore")
    def vjp(self, X: Any, cotangent: Any) -> Any:
        """Jᵀ w of a cotangent of the outputs, (..., m, k); shape (..., size)."""
        inputs = self._inputs(X)
        pull, ends = (
            arguments.numbers("cotangent", cotangent, "any"),
            (len(inputs), self.widths[-1]),
        )
        if pull.shape[-2:] != ends:
            raise ValueError(
                f"shape of cotangent = {pull.shape} must end in samples and outputs, {ends}"
            )
        shape = np.broadcast_shapes(pull.shape, (*self.shape, *ends))
        return self._layers.vjp(self._layers.forward(inputs)[0], np.broadcast_to(pull, shape))

    @np.errstate(all="ignore")
    def loss(self, samples: Samples) -> Any:
        """The loss that the samples name, shape of the batch."""
        self._fit(samples)
        return descent.loss_of(self(samples.X) - samples.Y, samples)

    @np.errstate(all="ignore")
    def gradient(self, samples: Samples) -> Any:
        """The derivative of the loss by all parameters, shape (..., size)."""
        self._fit(samples)
        taken, output = self._layers.forward(samples.X)
        return descent.gradient(self._layers, taken, output - samples.Y, samples)

    @np.errstate(all="ignore")
    def curvature(self, samples: Samples) -> Any:
        """λ, the top eigenvalue of JJᵀ/m in the unit of the loss, shape of the batch; `inf` where
        outputs overflow."""
        self._fit(samples)
        rows = self.parameters.reshape(-1, self.size)
        found = [descent.curvature(self._kind.layers(row), samples) for row in rows]
        return np.array(found).reshape(self.shape)[()]

    @np.errstate(all="ignore")
    def accuracy(self, samples: Samples) -> Any:
        """The share of samples that are told right, shape of the batch: by the sign of the output
        and of the label (k = 1), or by which output and which label is the largest."""
        self._fit(samples)
        output, labels = self(samples.X), samples.Y
        if samples.outputs == 1:
            return (output * labels > 0).mean((-2, -1))
        return (output.argmax(-1) == labels.argmax(-1)).mean(-1)

    @shared
    def train(
        self, samples: Samples, eta: Any, steps: int, looks: Container[int] | None = None
    ) -> DeepTrajectory:
        """Train by gradient descent and keep loss and curvature of every step.

        Parameters
        ----------
        samples : Samples
        eta : array_like
            Learning rate, for the loss of the samples; it broadcasts with the batch.
        steps : int
        looks : container of int
            Steps at which the curvature is computed, by default all; elsewhere it is `nan`. It
            costs more than a step.

        Returns
        -------
        DeepTrajectory
            The network itself is unchanged.

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> samples = tl.Samples([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
        >>> net = tl.DeepNetwork.random([2, 64, 64, 1], rng=0)
        >>> run = net.train(samples, 2.5 / net.curvature(samples), steps=60, looks=[0, 60])
        >>> run.loss.shape, bool(run.curvature[60] < run.curvature[0])
        ((61,), True)
        """
        steps = arguments.count("steps", steps)
        self._fit(samples)
        runs = Runs.of(self.shape, eta=arguments.numbers("eta", eta))
        rows = self.parameters.reshape(-1, self.size)
        with np.errstate(all="ignore"):
            done = descent.descend(
                self._kind, rows, samples, runs, steps, range(steps + 1) if looks is None else looks
            )
        courses = (part.reshape(steps + 1, *runs.shape) for part in (done.loss, done.curvature))
        network = self._at(done.parameters.reshape(*runs.shape, self.size))
        return DeepTrajectory(*courses, done.collapsed.reshape(runs.shape)[()], network)

    @property
    def _kind(self) -> Architecture:
        return Architecture(self.widths, self.biases is not None, self.activation)

    @property
    def _layers(self) -> Layers:
        return self._kind.layers(self.parameters)

    def _at(self, parameters: FloatArray) -> DeepNetwork:
        """The same networks elsewhere, unchecked: those of a run that overflowed are `inf`."""
        layers = self._kind.layers(parameters)
        biases = None if layers.biases is None else [bias[..., 0, :] for bias in layers.biases]
        network = object.__new__(DeepNetwork)
        vars(network).update(weights=layers.weights, biases=biases, activation=self.activation)
        return network

    def _row(self, name: str, value: Any) -> FloatArray:
        row = arguments.numbers(name, value, "any")
        if row.shape[-1:] != (self.size,):
            raise ValueError(f"shape of {name} = {row.shape} must end in {self.size}, the size")
        return row

    def _inputs(self, X: Any) -> FloatArray:
        inputs = arguments.table("X", X).astype(np.float64, copy=False)
        if inputs.shape[1] != self.widths[0]:
            raise ValueError(
                f"shape of X = {inputs.shape} must be (samples, {self.widths[0]}), the inputs of "
                "the network"
            )
        return inputs

    def _fit(self, samples: Samples) -> None:
        arguments.instance("samples", samples, Samples)
        ends = self.widths[0], self.widths[-1]
        if (samples.inputs, samples.outputs) != ends:
            raise ValueError(
                f"samples = {samples!r} must have the inputs and outputs of the network, {ends}"
            )


def _weights(given: Any) -> list[FloatArray]:
    """Weights, checked, one array a layer."""
    if isinstance(given, str) or not np.iterable(given):
        raise ValueError(f"weights = {given!r} must be a sequence of arrays, one a layer")
    arrays = [arguments.numbers(f"weights[{i}]", part, "weights") for i, part in enumerate(given)]
    if len(arrays) < 2:
        raise ValueError(f"weights must be at least two arrays, one a layer, not {len(arrays)}")
    for i, (part, before) in enumerate(zip(arrays, [None, *arrays[:-1]], strict=True)):
        if part.ndim < 2 or part.size == 0:
            raise ValueError(
                f"shape of weights[{i}] = {part.shape} must be (..., fan-out, fan-in), not empty"
            )
        if before is not None and (part.shape[-1], part.shape[:-2]) != (
            before.shape[-2],
            before.shape[:-2],
        ):
            raise ValueError(
                f"shape of weights[{i}] = {part.shape} must have the batch and, as fan-in, the "
                f"fan-out of weights[{i - 1}], {before.shape}"
            )
    return arrays


def _biases(given: Any, weights: Sequence[FloatArray]) -> list[FloatArray]:
    """Biases, checked, one array a layer."""
    if isinstance(given, str) or not np.iterable(given):
        raise ValueError(f"biases = {given!r} must be a sequence of arrays, one a layer, or None")
    arrays = [arguments.numbers(f"biases[{i}]", part, "weights") for i, part in enumerate(given)]
    shapes, allowed = [part.shape for part in arrays], [part.shape[:-1] for part in weights]
    if shapes != allowed:
        raise ValueError(
            f"shapes of biases {shapes} must be those of the rows of weights {allowed}"
        )
    return arrays
