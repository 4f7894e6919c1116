"""Real finite networks, trained on their weights by gradient descent written from its definition:
the judge.

f = v·u/√n, L = ½(f − y)², so ∂L/∂u = (f − y)v/√n and ∂L/∂v = (f − y)u/√n; the curvature |∂f/∂(u,
v)|² is (|u|² + |v|²)/n. On a data set f = X uᵀV/√n with u of shape (n, d) and V of shape (n, k),
and the loss is |f − Y|²/(2m). Nothing here knows the theory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import arguments, watch
from .arguments import FloatArray
from .results import Outcome, Trajectory
from .samples.data import Data
from .samples.descent import _top_eigenvalue, descend_on_data, residual_on_data

__all__ = ["Network"]

_CHUNK = 131_072  # hidden units that one fused step touches at a time
_LINE = 4096  # products that one dot product sums


def _dots(a: FloatArray, b: FloatArray) -> Any:
    """Row-wise dot products, in lines of fixed length: the same bits however the rows are
    grouped."""
    whole = a.shape[-1] // _LINE * _LINE
    total = np.vecdot(a[..., whole:], b[..., whole:])
    if whole:
        lines = (*a.shape[:-1], -1, _LINE)
        total = total + np.vecdot(a[..., :whole].reshape(lines), b[..., :whole].reshape(lines)).sum(
            -1
        )
    return total


def _pass(weights: FloatArray, rate: FloatArray | None = None) -> tuple[Any, Any]:
    """Output and curvature of runs with weights (u, v) of shape (runs, 2, width), after u −=
    rate·v, v −= rate·u in place.

    Chunk by chunk, so that each weight travels from memory once.
    """
    width = weights.shape[-1]
    product, squares = 0.0, 0.0
    for low in range(0, width, _CHUNK):
        chunk = weights[..., low : low + _CHUNK]
        if rate is not None:
            chunk -= rate[:, None, None] * chunk[:, ::-1]
        product = product + _dots(chunk[:, 0], chunk[:, 1])
        squares = squares + _dots(chunk, chunk).sum(-1)
    return product / np.sqrt(width), squares / width


def _descend(weights: FloatArray, eta: FloatArray, residual: FloatArray) -> tuple[Any, Any]:
    """One step of gradient descent, in place; output and curvature after it."""
    return _pass(weights, eta * residual / np.sqrt(weights.shape[-1]))


@dataclass(frozen=True, eq=False)
class Network:
    """Two-layer linear networks with their weights; a batch of them is one object.

    Parameters
    ----------
    u, v : array_like, shape (..., width)
        Hidden weights, of the same shape. Dimensionless. Arrays of float64 are not copied. On a
        data set with d inputs and k outputs they have shapes (..., width, d) and (..., width, k).
    data : Data, optional
        What the networks are trained on, in place of a single input 1 with a label.

    Raises
    ------
    ValueError
        If the shapes do not agree or are empty, or a weight is not a finite real number.

    Notes
    -----
    The model of Lewkowycz et al., arXiv:2003.02218: f = v·u/√n on the single input 1.

    Examples
    --------
    >>> net = Network([[1.0, 0.0], [1.0, 1.0]], [[1.0, 2.0], [0.5, 0.5]])
    >>> net.width, net.curvature, net.output.round(4)
    (2, array([3.  , 1.25]), array([0.7071, 0.7071]))
    >>> net.outcome([0.5, 3.5]).phase
    array([0, 3], dtype=int8)

    Two inputs, one output:

    >>> from twolayer import Data
    >>> data = Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = Network.random(100, rng=0, data=data)
    >>> net.outcome([0.5, 0.9, 1.5] / net.curvature * 2).phase
    array([0, 0, 1], dtype=int8)
    """

    u: Any
    v: Any
    data: Data | None = None

    def __post_init__(self) -> None:
        if self.data is not None:
            arguments.instance("data", self.data, Data)
            u, v = arguments.layers(self.u, self.v)
            ends = self.data.inputs, self.data.outputs
            if (u.shape[-1], v.shape[-1]) != ends:
                raise ValueError(
                    f"shapes of u {u.shape} and v {v.shape} must end in the inputs and outputs of "
                    f"the data, {ends}"
                )
            object.__setattr__(self, "u", u)
            object.__setattr__(self, "v", v)
            return
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
    def random(
        cls,
        width: int,
        size: Any = (),
        scale: float = 1.0,
        rng: Any = None,
        data: Data | None = None,
    ) -> Network:
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
        data : Data, optional
            What the networks are trained on.

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Examples
        --------
        >>> Network.random(1000, size=3, rng=0).u.shape
        (3, 1000)
        """
        width = arguments.count("width", width, least=1)
        deviation = arguments.single("scale", scale)
        draw = arguments.generator(rng)
        if data is not None:
            arguments.instance("data", data, Data)
        shape = (*arguments.shape("size", size), width)
        u, v = (
            draw.standard_normal((*shape, *last))
            for last in (((), ()) if data is None else ((data.inputs,), (data.outputs,)))
        )
        u *= deviation
        v *= deviation
        return cls(u, v, data)

    @property
    def width(self) -> int:
        """Number of hidden units n."""
        return int(self.u.shape[-1 if self.data is None else -2])

    @property
    def output(self) -> Any:
        """f = v·u/√n, shape of the batch; on a data set the map B = uᵀv/√n from inputs to outputs,
        shape (..., d, k): f = X B."""
        return self.start[1] if self.data is None else self.u.mT @ self.v / np.sqrt(self.width)

    @property
    def curvature(self) -> Any:
        """λ = (|u|² + |v|²)/n, shape of the batch: |∂f/∂(u, v)|², the top eigenvalue of the Fisher
        matrix. On a data set of m samples it is the top eigenvalue of JJᵀ/m, J the derivatives of
        all outputs on all samples by all weights."""
        return (
            self.start[0] if self.data is None else _top_eigenvalue(self.u, self.v, self.data)[()]
        )

    @property
    def start(self) -> tuple[Any, Any, int]:
        """(curvature, output, width), as the functions of the theory take them; for a single input.

        Examples
        --------
        >>> from twolayer import eta_max
        >>> eta_max(*Network([1.0, 1.0], [1.0, 0.0]).start).round(4)
        np.float64(2.6667)
        """
        if self.data is not None:
            raise ValueError(
                "data = Data object must be None for start: a network on a data set is more than "
                "three numbers"
            )
        batch = self.u.shape[:-1]
        parts = [_pass(self._copies(batch, block)) for block in self._blocks(int(np.prod(batch)))]
        output, curvature = (
            np.concatenate(part).reshape(batch)[()] for part in zip(*parts, strict=True)
        )
        return curvature, output, self.width

    def train(self, eta: Any, steps: int, target: Any = 0.0) -> Trajectory:
        """Train by gradient descent and keep output, curvature and loss of every step.

        Parameters
        ----------
        eta, target : array_like
            Learning rate and label; they broadcast with the batch. Dimensionless. A data set brings
            its own labels.
        steps : int

        Returns
        -------
        Trajectory
            Shape (steps + 1, *cells), `inf` from the step on at which a run overflows; on a data
            set output is None. The network itself is unchanged.

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Examples
        --------
        >>> run = Network.random(100, rng=1).train(1.5, steps=100)
        >>> run.loss.shape, bool(run.loss[-1] < 1e-10)
        ((101,), True)
        """
        steps = arguments.count("steps", steps)
        shape, rate, label = self._cells(eta, target)
        if self.data is not None:
            return self._train_on_data(self.data, steps, shape, rate)
        output, curvature, loss = (np.empty((steps + 1, rate.size)) for _ in range(3))
        with np.errstate(over="ignore", invalid="ignore"):
            for block in self._blocks(rate.size):
                weights = self._copies(shape, block)
                a, y = rate[block], label[block]
                f, lam = _pass(weights)
                for t in range(steps + 1):
                    output[t, block], curvature[t, block], loss[t, block] = f, lam, (f - y) ** 2 / 2
                    if t < steps:
                        f, lam = _descend(weights, a, f - y)
        return watch.trajectory(output, curvature, loss, shape)

    def outcome(
        self, eta: Any, target: Any = 0.0, max_steps: int = 10_000, *, absorbing: Callable[..., Any] | None = None,
        tolerance: float = watch.CONVERGED**2,
    ) -> Outcome:  # fmt: skip
        """Train by gradient descent and keep only how each run ends.

        Parameters
        ----------
        eta, target : array_like
            Learning rate and label; they broadcast with the batch. Dimensionless. A data set brings
            its own labels.
        max_steps : int
            Budget; a run that spends it is UNDECIDED.
        absorbing : callable, optional
            For a single input. A predicate ``absorbing(eta, curvature, output, width, target)``
            that is true where a run is certain to converge, such as `twolayer.certificate`. Such a
            run is left there, with the curvature it has and an infinite `curvature_error`.

        tolerance : float
            A run has converged when its loss, on a data set that above the floor, is at most this
            share of its start while ηλ < 2.

        Returns
        -------
        Outcome
            Each field has the shape of the cells; diverged means what it means in
            `twolayer.outcome`.

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Examples
        --------
        >>> net = Network.random(100, rng=1)
        >>> net.outcome([0.5, 1.5, 2.5]).phase
        array([0, 1, 3], dtype=int8)
        """
        max_steps, residual = (
            arguments.count("max_steps", max_steps),
            float(np.sqrt(arguments.single("tolerance", tolerance))),
        )
        if absorbing is not None:
            arguments.function("absorbing", absorbing)
        shape, rate, label = self._cells(eta, target)
        if self.data is not None:
            if absorbing is not None:
                raise ValueError(
                    "absorbing must be None on a data set: it is told of a single input"
                )
            return self._outcome_on_data(self.data, max_steps, residual, shape, rate)
        record = watch.Record.join(
            [
                self._watch(shape, block, rate[block], label[block], max_steps, residual, absorbing)
                for block in self._blocks(rate.size)
            ]
        )
        with np.errstate(over="ignore"):
            return watch.outcome(record, rate, record.peak**2 / 2, shape)

    def _watch(
        self,
        shape: tuple[int, ...],
        block: slice,
        rate: FloatArray,
        label: FloatArray,
        max_steps: int,
        tolerance: float,
        absorbing: Any,
    ) -> watch.Record:
        def start(index: watch.Index, nudge: int) -> watch.State:
            weights = self._copies(shape, np.arange(block.start, block.stop)[index])
            return (
                weights,
                watch.nudged(rate[index], nudge),
                label[index],
                *_pass(weights),
            )

        def advance(state: watch.State) -> watch.State:
            weights, eta, y, f, _ = state
            return weights, eta, y, *_descend(weights, eta, f - y)

        def size(state: watch.State) -> FloatArray:
            _, _, y, f, _ = state
            return np.abs(f - y)

        def sharpness(state: watch.State, which: Any) -> Any:
            _, eta, _, _, curvature = state
            return eta[which] * curvature[which]

        def certain(state: watch.State) -> watch.Mask:
            _, eta, y, f, curvature = state
            usable = np.isfinite(f) & np.isfinite(curvature) & (curvature > 0)
            usable[usable] = absorbing(
                eta[usable], curvature[usable], f[usable], self.width, y[usable]
            )
            return usable

        model = watch.Model(
            start, advance, size, sharpness, None if absorbing is None else certain, tolerance
        )
        return watch.watch(model, rate.size, max_steps)

    def _train_on_data(
        self, data: Data, steps: int, shape: tuple[int, ...], rate: FloatArray
    ) -> Trajectory:
        curvature, loss = (np.empty((steps + 1, rate.size)) for _ in range(2))
        with np.errstate(over="ignore", invalid="ignore"):
            for block in self._blocks(rate.size):
                u, v = self._pairs(shape, np.arange(block.start, block.stop))
                for t in range(steps + 1):
                    curvature[t, block] = _top_eigenvalue(u, v, data)
                    residual = residual_on_data(u, v, data)
                    loss[t, block] = data.floor + (residual * residual).sum((-2, -1)) / 2
                    u, v = descend_on_data(u, v, data, rate[block], residual)
        return watch.trajectory(None, curvature, loss, shape)

    def _outcome_on_data(
        self, data: Data, max_steps: int, tolerance: float, shape: tuple[int, ...], rate: FloatArray
    ) -> Outcome:
        def start(index: watch.Index, nudge: int) -> watch.State:
            u, v = self._pairs(shape, index)
            return (
                u,
                v,
                watch.nudged(rate[index], nudge),
                residual_on_data(u, v, data),
            )

        def advance(state: watch.State) -> watch.State:
            u, v, eta, residual = state
            u, v = descend_on_data(u, v, data, eta, residual)
            return u, v, eta, residual_on_data(u, v, data)

        def size(state: watch.State) -> FloatArray:
            return np.asarray(np.sqrt((state[3] * state[3]).sum((-2, -1))))

        def sharpness(state: watch.State, which: Any) -> Any:
            u, v, eta, _ = (part[which] for part in state)
            return eta * _top_eigenvalue(u, v, data)

        model = watch.Model(
            start, advance, size, sharpness, tolerance=tolerance, block=self._together()
        )
        record = watch.watch(model, rate.size, max_steps)
        with np.errstate(over="ignore"):
            return watch.outcome(record, rate, data.floor + record.peak**2 / 2, shape)

    def _pairs(self, shape: tuple[int, ...], chosen: watch.Index) -> tuple[FloatArray, FloatArray]:
        """Weights of the chosen runs, shapes (runs, width, d) and (runs, width, k)."""
        row = self._row(shape, chosen)
        u, v = (part.reshape(-1, *part.shape[-2:])[row] for part in (self.u, self.v))
        return u, v

    def _row(self, shape: tuple[int, ...], chosen: slice | watch.Index) -> watch.Index:
        """Which networks of the batch the chosen runs train."""
        batch = self._batch()
        return np.broadcast_to(np.arange(np.prod(batch, dtype=int)).reshape(batch), shape).reshape(
            -1
        )[chosen]

    def _batch(self) -> tuple[int, ...]:
        return tuple(self.u.shape[: -1 if self.data is None else -2])

    def _together(self) -> int:
        """Runs that are trained together: as many as keep their weights in the cache."""
        return max(
            1,
            _CHUNK
            // (
                self.width
                if self.data is None
                else self.width * (self.data.inputs + self.data.outputs)
            ),
        )

    def _cells(self, eta: Any, target: Any) -> tuple[tuple[int, ...], FloatArray, FloatArray]:
        """The shape of the runs, and their rates and labels in a row."""
        rate, label = arguments.numbers("eta", eta), arguments.numbers("target", target)
        if self.data is not None:
            arguments.require(
                "target", label, label == 0, "left out on a data set, which brings its own labels"
            )
        shape = arguments.shape_of(eta=rate, target=label, networks=np.empty(self._batch()))
        return (
            shape,
            np.broadcast_to(rate, shape).reshape(-1),
            np.broadcast_to(label, shape).reshape(-1),
        )

    def _blocks(self, runs: int) -> Iterator[slice]:
        rows = self._together()
        return (slice(low, min(low + rows, runs)) for low in range(0, max(runs, 1), rows))

    def _copies(self, shape: tuple[int, ...], chosen: slice | watch.Index) -> FloatArray:
        """Copies of the weights of the chosen runs, shape (runs, 2, width)."""
        row = self._row(shape, chosen)
        weights = np.empty((row.size, 2, self.width))
        for side, part in enumerate((self.u, self.v)):
            part.reshape(-1, self.width).take(row, axis=0, out=weights[:, side], mode="clip")
        return weights
