"""Passes through the layers of a fully connected network, written from its definition: a judge.

h₀ = X, a_l = h_{l−1} W_lᵀ/√(fan-in of l) + b_l, h_l = φ(a_l), and the output is the last a_l. φ′ is
taken from h_l. Leading axes of the weights are a batch of networks. Nothing here knows the theory.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .products import gram, times

# φ(a), and φ′·x from h = φ(a); the kink of ReLU has derivative 0, and what it closes is 0 though x
# has overflowed
ACTIVATIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]] = {
    "linear": (lambda a: a, lambda h, x: x),
    "relu": (lambda a: np.maximum(a, 0.0), lambda h, x: np.where(h > 0, x, 0.0)),
    "tanh": (np.tanh, lambda h, x: (1 - h * h) * x),
}

LARGE = 1e100


def in_a_row(parts: Sequence[Any], batch: int) -> Any:
    """Arrays of a batch with so many axes, one after the other, shape (..., size)."""
    return np.concatenate([part.reshape(*part.shape[:batch], -1) for part in parts], axis=-1)


@dataclass(frozen=True)
class Layers:
    """Weights (..., fan-out, fan-in), not divided by √fan-in, biases (..., 1, fan-out) or None, and
    the activation between them."""

    weights: Sequence[Any]
    biases: Sequence[Any] | None
    activation: str

    @property
    def roots(self) -> list[float]:
        """√fan-in of each layer."""
        return [float(np.sqrt(weight.shape[-1])) for weight in self.weights]

    def forward(self, X: Any) -> tuple[list[Any], Any]:
        """What each layer takes, h₀ to h_{L−1}, and the output, shape (..., m, k)."""
        function, _ = ACTIVATIONS[self.activation]
        taken: list[Any] = []
        signal = X
        for layer, (weight, root) in enumerate(zip(self.weights, self.roots, strict=True)):
            taken.append(function(signal) if layer else signal)
            signal = times(taken[-1], weight.mT)
            signal /= root
            if self.biases is not None:
                signal += self.biases[layer]
        return taken, signal

    def backward(self, taken: Sequence[Any], cotangent: Any) -> list[Any]:
        """What a cotangent of the output, (..., m, k), becomes before each layer's a_l, divided by
        the root of the layer."""
        _, through = ACTIVATIONS[self.activation]
        pulled = [cotangent / self.roots[-1]]
        for layer in range(len(self.weights) - 1, 0, -1):
            back = through(taken[layer], times(pulled[0], self.weights[layer]))
            back /= self.roots[layer - 1]
            pulled.insert(0, back)
        return pulled

    def vjp(self, taken: Sequence[Any], cotangent: Any) -> Any:
        """Jᵀ w, shape (..., size): of each layer its weights, row by row, then its biases."""
        parts: list[Any] = []
        pulled = self.backward(taken, cotangent)
        for back, signal, root in zip(pulled, taken, self.roots, strict=True):
            parts.append(times(back.mT, signal))
            if self.biases is not None:
                parts.append(back.sum(-2) * root)
        return in_a_row(parts, cotangent.ndim - 2)

    def jvp(self, taken: Sequence[Any], direction: "Layers") -> Any:
        """J v: how the output moves along a direction in the parameters, shape (..., m, k)."""
        _, through = ACTIVATIONS[self.activation]
        move: Any = 0.0
        for layer, (weight, root) in enumerate(zip(self.weights, self.roots, strict=True)):
            along = times(taken[layer], direction.weights[layer].mT)
            if layer:
                along = along + times(through(taken[layer], move), weight.mT)
            move = along / root
            if direction.biases is not None:
                move = move + direction.biases[layer]
        return move

    def kernel(self, taken: Sequence[Any], outputs: int) -> Any:
        """JJᵀ of one network, shape (k m, k m): output by output, in each sample by sample."""
        m = len(taken[0])
        basis = np.repeat(np.eye(outputs)[:, None, :], m, axis=1)
        total = np.zeros((outputs, m, outputs, m))
        for back, signal, root in zip(self.backward(taken, basis), taken, self.roots, strict=True):
            size = max(1.0, np.abs(signal).max() / LARGE)  # nothing else squares what is large
            inner = gram(signal / size)
            if self.biases is not None:
                inner += (root / size) ** 2
            rows = gram(back.reshape(outputs * m, -1) * size)
            total += rows.reshape(total.shape) * inner[:, None, :]
        return total.reshape(outputs * m, outputs * m)


class Architecture(NamedTuple):
    """What networks have in common whose parameters stand in rows (..., size)."""

    widths: Sequence[int]
    biased: bool
    activation: str

    def layers(self, flat: Any) -> Layers:
        """The layers with these parameters, as `Layers.vjp` lays them."""
        weights, biases, first = [], [], 0
        for before, after in itertools.pairwise(self.widths):
            last = first + before * after
            weights.append(flat[..., first:last].reshape(*flat.shape[:-1], after, before))
            first = last
            if self.biased:
                biases.append(flat[..., None, first : first + after])
                first += after
        return Layers(weights, biases if self.biased else None, self.activation)
