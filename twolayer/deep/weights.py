"""Weights and biases of a batch of deep networks, given or drawn, and laid in a row. Nothing here
knows the theory."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from .. import arguments
from ..arguments import FloatArray, Shape
from ..docstrings import shared
from .layers import ACTIVATIONS, Architecture, Layers, in_a_row


@dataclass(frozen=True, eq=False, repr=False)
class Weights:
    """What `DeepNetwork` holds."""

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
        size = f"shape={self.shape}, widths=({widths}){biased}"
        return f"{type(self).__name__}({size}, {self.activation})"

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
    ) -> Self:
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
        sizes = _widths(widths)
        batch, generator = arguments.shape("size", size), arguments.generator(rng)
        if not isinstance(biases, bool):
            raise ValueError(f"biases = {biases!r} must be True or False")
        weights = [
            generator.standard_normal((*batch, after, before)) * deviation
            for (before, after), deviation in zip(
                itertools.pairwise(sizes), _deviations(scale, len(sizes) - 1), strict=True
            )
        ]
        offsets = [np.zeros((*batch, after)) for after in sizes[1:]] if biases else None
        return cls(weights, offsets, activation)

    @property
    def shape(self) -> Shape:
        """Shape of the batch."""
        return tuple(self.weights[0].shape[:-2])

    @property
    def widths(self) -> Shape:
        """d, the widths of the hidden layers, k."""
        return (self.weights[0].shape[-1], *(weight.shape[-2] for weight in self.weights))

    @property
    def depth(self) -> int:
        """Number of layers of weights."""
        return len(self.weights)

    @property
    def size(self) -> int:
        """Number of parameters of one network."""
        biased = self.biases is not None
        return sum(after * (before + biased) for before, after in itertools.pairwise(self.widths))

    @property
    def parameters(self) -> FloatArray:
        """All parameters, shape (..., size): of each layer its weights, row by row, then its
        biases."""
        parts: list[Any] = list(self.weights)
        if self.biases is not None:
            parts = [part for pair in zip(self.weights, self.biases, strict=True) for part in pair]
        return np.asarray(in_a_row(parts, len(self.shape)))

    @shared
    def with_parameters(self, parameters: Any) -> Self:
        """Networks of the same widths and activation with other parameters.

        Parameters
        ----------
        parameters : array_like, shape (..., size)
            In the order of the property `parameters`; any batch.

        Returns
        -------
        DeepNetwork

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork.random([2, 3, 1], size=4, rng=0)
        >>> net.with_parameters(-net.parameters[0])
        DeepNetwork(shape=(), widths=(2, 3, 1), relu)
        """
        return self._at(self._row("parameters", parameters, "weights"))

    @property
    def _architecture(self) -> Architecture:
        return Architecture(self.widths, self.biases is not None, self.activation)

    @property
    def _layers(self) -> Layers:
        biases = self.biases
        rows = None if biases is None else [bias[..., None, :] for bias in biases]
        return Layers(self.weights, rows, self.activation)

    def _at(self, parameters: FloatArray) -> Self:
        """The same networks elsewhere, unchecked: those of a run that overflowed are `nan`."""
        layers = self._architecture.layers(parameters)
        biases = None if layers.biases is None else [bias[..., 0, :] for bias in layers.biases]
        network = object.__new__(type(self))
        vars(network).update(weights=layers.weights, biases=biases, activation=self.activation)
        return network

    def _row(self, name: str, value: Any, rule: str) -> FloatArray:
        row = arguments.numbers(name, value, rule)
        if row.shape[-1:] != (self.size,):
            raise ValueError(f"shape of {name} = {row.shape} must end in {self.size}, the size")
        return row


def _weights(given: Any) -> list[FloatArray]:
    """Given weights, checked, one array a layer."""
    arrays = _in_layers("weights", given, "")
    if len(arrays) < 2:
        raise ValueError(f"weights must be at least two arrays, one a layer, not {len(arrays)}")
    for i, part in enumerate(arrays):
        if part.ndim < 2 or part.size == 0:
            raise ValueError(
                f"shape of weights[{i}] = {part.shape} must be (..., fan-out, fan-in), not empty"
            )
    for i, (before, part) in enumerate(itertools.pairwise(arrays), 1):
        if (*part.shape[:-2], part.shape[-1]) != before.shape[:-1]:
            raise ValueError(
                f"shape of weights[{i}] = {part.shape} must have the batch and, as fan-in, the "
                f"fan-out of weights[{i - 1}], {before.shape}"
            )
    return arrays


def _biases(given: Any, weights: Sequence[FloatArray]) -> list[FloatArray]:
    """Given biases, checked, one array a layer."""
    arrays = _in_layers("biases", given, ", or None")
    shapes, allowed = [part.shape for part in arrays], [part.shape[:-1] for part in weights]
    if shapes != allowed:
        raise ValueError(
            f"shapes of biases {shapes} must be those of the rows of weights {allowed}"
        )
    return arrays


def _in_layers(name: str, given: Any, otherwise: str) -> list[FloatArray]:
    """One array of numbers a layer, in C order."""
    if isinstance(given, str) or not np.iterable(given):
        raise ValueError(f"{name} = {given!r} must be a sequence of arrays, one a layer{otherwise}")
    parts = (arguments.numbers(f"{name}[{i}]", part, "weights") for i, part in enumerate(given))
    return [np.asarray(part, order="C") for part in parts]


def _widths(given: Any) -> Shape:
    """d, the widths of the hidden layers, k."""
    sizes = arguments.shape("widths", given)
    if len(sizes) < 3 or 0 in sizes:
        raise ValueError(
            f"widths = {sizes} must be d, the widths of one or more hidden layers, and k, each at "
            "least 1"
        )
    return sizes


def _deviations(scale: Any, layers: int) -> FloatArray:
    """The standard deviation of the weights of each layer."""
    deviation = arguments.numbers("scale", scale)
    if deviation.shape not in ((), (layers,)):
        raise ValueError(
            f"shape of scale = {deviation.shape} must be () or ({layers},), one number a layer"
        )
    return np.broadcast_to(deviation, layers)
