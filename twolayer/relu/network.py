"""Two-layer ReLU networks with one input, trained on their weights by gradient descent written from
its definition: a judge.

f(x) = Σ v_i relu(u_i x)/√n on samples (x, y), L = Σ (f − y)²/(2m). A unit with u_i > 0 sees only
the samples with x > 0, one with u_i < 0 only those with x < 0: on each side the network is linear,
f = x·(output of the side), and a side's samples enter by Σx² and Σxy alone. With real gates a unit
whose u_i changes sign goes to the other side; frozen gates keep it where it began. Nothing here
knows the theory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import arguments, watch
from ..arguments import FloatArray
from ..samples.data import Data

__all__ = ["ReluNetwork", "ReluTrajectory", "Sides"]

_CHUNK = 32_768  # hidden units that are trained together: their arrays stay in the cache


def _column(name: str, value: Any) -> FloatArray:
    """`value`, of shape (m,) or (m, 1), as a row of m numbers."""
    numbers = arguments.numbers(name, value, "weights")
    if numbers.size == 0 or numbers.shape not in ((numbers.size,), (numbers.size, 1)):
        raise ValueError(f"shape of {name} = {numbers.shape} must be (samples,), not empty")
    return numbers.reshape(-1)


@dataclass(frozen=True, eq=False, init=False)
class Sides:
    """Samples with one input, reduced to what each of the two sides x > 0 and x < 0 sees of them.

    Parameters
    ----------
    x, y : array_like, shape (m,)
        Inputs and labels. Dimensionless. Samples at x = 0 move nothing; one of the sides may be
        empty.

    Attributes
    ----------
    samples : int
        m, of both sides and zero together.
    second_moment : ndarray, shape (2,)
        c± = Σ x²/m over the side x > 0 and over the side x < 0; 0 for an empty side. m counts all
        samples.
    target : ndarray, shape (2,)
        Σ xy/Σ x² over each side, the best slope there; 0 for an empty side.
    floor : float
        The loss that no function with one slope on each side gets below.

    Raises
    ------
    ValueError
        If the shapes are not (m,), no input differs from 0, or a number is not finite.

    Examples
    --------
    >>> sides = Sides([1.0, 2.0, -1.0, 0.0], [1.0, 2.0, 3.0, 0.5])
    >>> sides.second_moment, sides.target, sides.floor
    (array([1.25, 0.25]), array([ 1., -3.]), 0.03125)
    """

    samples: int
    second_moment: FloatArray
    target: FloatArray
    floor: float

    def __init__(self, x: Any, y: Any) -> None:
        inputs, labels = _column("x", x), _column("y", y)
        if inputs.size != labels.size:
            raise ValueError(f"shapes of x {inputs.shape} and y {labels.shape} must be the same")
        if not inputs.any():
            raise ValueError(
                "x must have an entry that is not 0: nothing can be learned from zeros"
            )
        moments, targets = np.zeros(2), np.zeros(2)
        floor = float(np.mean(np.where(inputs == 0, labels, 0.0) ** 2)) / 2
        for side, chosen in enumerate((inputs > 0, inputs < 0)):
            if chosen.any():
                data = Data(np.where(chosen, inputs, 0.0), np.where(chosen, labels, 0.0))
                moments[side], targets[side] = (
                    data.spectrum[0],
                    data.directions[0, 0] * data.solution[0, 0],
                )
                floor += data.floor
        for name, value in zip(
            self.__dataclass_fields__, (inputs.size, moments, targets, floor), strict=True
        ):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class ReluTrajectory:
    """A run of a ReLU network, step by step; the last axis of all but the loss is the side, x > 0
    and x < 0.

    A run whose loss has overflowed is `inf` from that step on, and its `flipped` is `nan`.

    Attributes
    ----------
    output : ndarray, shape (steps + 1, *cells, 2)
        f(1) and −f(−1): the slope of the function on each side.
    curvature : ndarray, shape (steps + 1, *cells, 2)
        The two eigenvalues of the kernel that are not always zero, one for each side.
    loss : ndarray, shape (steps + 1, *cells)
        Σ (f − y)²/(2m) over the samples of both sides.
    flipped : ndarray, shape (steps + 1, *cells, 2)
        Fraction of the units that began on a side whose u no longer has the sign of that side. With
        frozen gates their gates have not followed.
    """

    output: Any
    curvature: Any
    loss: Any
    flipped: Any

    @classmethod
    def closed(cls, output: Any, curvature: Any, loss: Any, flipped: Any) -> ReluTrajectory:
        """These arrays, with runs ended where their loss overflowed."""
        gone = np.logical_or.accumulate(~np.isfinite(loss), axis=0)
        output, curvature = (
            np.where(gone[..., None], np.inf, part) for part in (output, curvature)
        )
        return cls(
            output,
            curvature,
            np.where(gone, np.inf, loss),
            np.where(gone[..., None], np.nan, flipped),
        )


def _gates(u: FloatArray) -> NDArray[np.bool_]:
    """Which units are open on each side, shape (..., 2, width)."""
    return np.stack([u > 0, u < 0], axis=-2)


def _measure(
    u: FloatArray, v: FloatArray, gates: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Output and (|u|² + |v|²)/n of each side, shape (..., 2)."""
    n = u.shape[-1]
    product, squares = (
        np.where(gates, part[..., None, :], 0.0).sum(-1) for part in (u * v, u * u + v * v)
    )
    return product / np.sqrt(n), squares / n


@dataclass(frozen=True, eq=False)
class ReluNetwork:
    """Two-layer ReLU networks with one input, with their weights; a batch of them is one object.

    Parameters
    ----------
    u, v : array_like, shape (..., width)
        Hidden weights, of the same shape. Dimensionless.

    Raises
    ------
    ValueError
        If the shapes do not agree or are empty, or a weight is not a finite real number.

    Notes
    -----
    f(x) = Σ v_i relu(u_i x)/√n with relu′(0) = 0, the network of Zhu, Liu, Radhakrishnan & Belkin,
    arXiv:2205.11787, Theorem 3.

    Examples
    --------
    >>> net = ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])
    >>> net([-1.0, 0.0, 2.0])
    array([1.5, 0. , 1. ])
    >>> net.curvature(Sides([1.0, -2.0], [0.0, 0.0]))
    array([0.75, 3.5 ])
    """

    u: Any
    v: Any

    def __post_init__(self) -> None:
        u, v = (
            arguments.numbers(name, value, "weights")
            for name, value in (("u", self.u), ("v", self.v))
        )
        if u.shape != v.shape:
            raise ValueError(f"shapes of u {u.shape} and v {v.shape} must be the same")
        if u.size == 0 or u.ndim == 0:
            raise ValueError(
                f"shape of u and v = {u.shape} must be (..., width) with at least one weight"
            )
        object.__setattr__(self, "u", u)
        object.__setattr__(self, "v", v)

    @classmethod
    def random(cls, width: int, size: Any = (), scale: float = 1.0, rng: Any = None) -> ReluNetwork:
        """Networks with independent N(0, scale²) weights.

        Parameters
        ----------
        width : int
        size : int or tuple of int
            Shape of the batch.
        scale : float
            Standard deviation of a weight.
        rng : None, int, Generator, ...
            As `numpy.random.default_rng` takes it (SPEC 7).

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Examples
        --------
        >>> ReluNetwork.random(1000, size=3, rng=0).u.shape
        (3, 1000)
        """
        width = arguments.count("width", width, least=1)
        deviation = arguments.single("scale", scale)
        draw = arguments.generator(rng)
        shape = (*arguments.shape("size", size), width)
        return cls(deviation * draw.standard_normal(shape), deviation * draw.standard_normal(shape))

    @property
    def width(self) -> int:
        """Number of hidden units n, of both sides together."""
        return int(self.u.shape[-1])

    def __call__(self, x: Any) -> Any:
        """f(x), shape (..., m) for inputs of shape (m,)."""
        inputs = arguments.numbers("x", x, "weights")
        return (
            np.maximum(self.u[..., None, :] * inputs[..., None], 0.0) * self.v[..., None, :]
        ).sum(-1) / np.sqrt(self.width)

    def start(self, data: Sides) -> tuple[Any, Any, int, Any]:
        """(curvature, output, width, target) of each side, as the functions of the theory take
        them; shapes (..., 2).

        The curvature is that at input 1, (|u±|² + |v±|²)/n over the units of the side, and n the
        full width. Rates are in units of 1/c±, the `second_moment` of the side.

        Examples
        --------
        >>> import twolayer as tl
        >>> data = Sides([1.0, -2.0], [0.0, 0.0])
        >>> net = ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])
        >>> tl.eta_max(*net.start(data)) / data.second_moment
        array([5.33333333, 1.14285714])
        """
        parts = [
            _measure(*weights, _gates(weights[0])) for weights in self._weights(self.u.shape[:-1])
        ]
        output, curvature = (
            np.concatenate(part).reshape(*self.u.shape[:-1], 2) for part in zip(*parts, strict=True)
        )
        return curvature, output, self.width, data.target

    def curvature(self, data: Sides) -> Any:
        """Eigenvalues of the kernel JJᵀ/m, J the derivatives of the outputs on all m samples by all
        weights: λ± = c±(|u±|² + |v±|²)/n, one for each side, shape (..., 2); the others are
        zero."""
        return data.second_moment * self.start(data)[0]

    def train(self, data: Sides, eta: Any, steps: int, frozen: bool = False) -> ReluTrajectory:
        """Train by gradient descent and keep every step.

        Parameters
        ----------
        data : Sides
        eta : array_like
            Learning rate; it broadcasts with the batch. Dimensionless.
        steps : int
        frozen : bool
            Keep the gates of the start: unit i then adds v_i u_i x/√n on the side where it was
            open, whatever becomes of the sign of u_i.

        Returns
        -------
        ReluTrajectory
            The network itself is unchanged.

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Examples
        --------
        >>> data = Sides([1.0, -1.0], [0.0, 0.0])
        >>> net = ReluNetwork.random(1000, rng=0)
        >>> eta = 3 / net.curvature(data).max()
        >>> real, frozen = net.train(data, eta, 60), net.train(data, eta, 60, frozen=True)
        >>> bool(real.loss[-1] < 1e-8), bool(frozen.loss[-1] < 1e-8), real.flipped[-1].max().round(2)
        (True, True, np.float64(0.27))
        """
        steps, rate = arguments.count("steps", steps), arguments.numbers("eta", eta)
        shape = arguments.shape_of(eta=rate, networks=np.empty(self.u.shape[:-1]))
        rates = np.broadcast_to(rate, shape).reshape(-1)
        output, curvature, flipped = (np.empty((steps + 1, rates.size, 2)) for _ in range(3))
        loss = np.empty((steps + 1, rates.size))
        low = 0
        with np.errstate(over="ignore", invalid="ignore"):
            for u, v in self._weights(shape):
                block = slice(low, low + len(u))
                low = block.stop
                began = gates = _gates(u)
                for t in range(steps + 1):
                    now = _gates(u)
                    gates = began if frozen else now
                    f, squares = _measure(u, v, gates)
                    residual = f - data.target
                    output[t, block], curvature[t, block] = f, data.second_moment * squares
                    loss[t, block] = data.floor + (data.second_moment * residual**2).sum(-1) / 2
                    flipped[t, block] = (began & ~now).sum(-1) / np.maximum(began.sum(-1), 1)
                    if t < steps:
                        push = (
                            rates[block, None] * data.second_moment * residual / np.sqrt(self.width)
                        )
                        along = np.where(gates, push[..., None], 0.0).sum(-2)
                        u, v = u - along * v, v - along * u
        return ReluTrajectory.closed(
            *(
                part.reshape(len(part), *shape, *part.shape[2:])
                for part in (output, curvature, loss, flipped)
            )
        )

    def _weights(self, shape: tuple[int, ...]) -> Iterator[tuple[FloatArray, FloatArray]]:
        """u and v of the runs of this shape, in blocks of rows that fit the cache."""
        batch = self.u.shape[:-1]
        row = np.broadcast_to(np.arange(np.prod(batch, dtype=int)).reshape(batch), shape).reshape(
            -1
        )
        together = max(1, _CHUNK // self.width)
        for low in range(0, max(row.size, 1), together):
            chosen: watch.Index = row[low : low + together]
            yield self.u.reshape(-1, self.width)[chosen], self.v.reshape(-1, self.width)[chosen]
