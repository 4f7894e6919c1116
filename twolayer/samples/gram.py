"""Two-layer linear networks on a data set, followed exactly by their Gram matrix: the cost knows
neither width nor samples.

With M = [u V], f = X B, B = uᵀV/√n, a step of gradient descent is M′ = M times a matrix, so G =
MᵀM/n moves by itself. What is iterated is a factor of G, [F; R] with FFᵀ = uᵀu/n and RRᵀ = VᵀV/n:
an equivalent network of d + k units, so that rounding leaves G positive. Beside it moves the
distance of B from the best map, of which the loss is made: a loss far below the rounding of G is
not lost in a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from .. import _derived, arguments, watch
from ..arguments import EPS, FloatArray
from ..results import Outcome, Trajectory
from . import factor
from .data import Data

__all__ = ["GramNetwork"]

_BLOCK = 1 << 17  # numbers that are stepped together: they stay in the cache


@dataclass(frozen=True, eq=False)
class GramNetwork:
    """Two-layer linear networks with d inputs and k outputs, known by the Gram matrix of their
    weights; a batch of them is one object.

    Parameters
    ----------
    gram : array_like, shape (..., d + k, d + k)
        MᵀM/n, M = [u V] the weights (n × d and n × k). Dimensionless.
    width : array_like
        Number of hidden units n, finite, up to 1e18 and beyond; it broadcasts with the batch.
        `linearized` is the limit of infinite width.
    linear : bool
        Train the network linearised around its weights: its kernel stands still.

    Attributes
    ----------
    factor : ndarray, shape (..., d + k, q)
        L with LLᵀ = gram; √n Lᵀ are the weights of a network of q units that trains as this one,
        with the 1/√n of this one.

    Raises
    ------
    ValueError
        If no weights of that width have this Gram matrix: it must be square, symmetric, positive
        semi-definite, of rank at most n.

    Notes
    -----
    Derivations `gram.closure`, `factor.hidden`, `factor.map`, `factor.outer`: exact
    at every width. arXiv:2003.02218 has the model with one output. Which rows are inputs is read
    from the data that it is used with. With one input, output and sample it is the recursion of
    `twolayer.simulate`. A network narrower than the rank of the best map cannot reach `data.floor`:
    it is UNDECIDED.

    Examples
    --------
    >>> from twolayer import Data
    >>> data = Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = GramNetwork.random(width=10**12, inputs=2, rng=0)
    >>> net.outcome(data, np.array([0.9, 1.5, 2.1]) * 2 / net.curvature(data)).phase
    array([0, 1, 3], dtype=int8)
    """

    gram: Any
    width: Any
    linear: bool = False
    factor: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        gram, width = (
            arguments.numbers("gram", self.gram, "weights"),
            arguments.numbers("width", self.width, "units"),
        )
        if (
            gram.ndim < 2
            or gram.shape[-1] != gram.shape[-2]
            or gram.shape[-1] < 2
            or gram.size == 0
        ):
            raise ValueError(
                f"shape of gram = {gram.shape} must be (..., p, p) with p = inputs + outputs, at "
                "least 2"
            )
        arguments.shape_of(networks=gram[..., 0, 0], width=width)
        scale = np.abs(gram).max((-2, -1), keepdims=True)
        slack = 8 * gram.shape[-1] * EPS * scale
        arguments.require("gram", gram, np.abs(gram - gram.mT) <= slack, "symmetric")
        values = np.linalg.eigvalsh(gram)
        extra = np.arange(gram.shape[-1])[::-1] >= width[..., None]
        fits = (values >= -slack[..., 0]) & (~extra | (values <= slack[..., 0]))
        if not fits.all():
            raise ValueError(
                "gram must be positive semi-definite and of rank at most width: no weights have "
                "this one"
            )
        gram = (gram + gram.mT) / 2
        batch = np.broadcast_shapes(gram.shape[:-2], width.shape)
        self._set(
            gram,
            width,
            factor.factored(np.broadcast_to(gram, (*batch, *gram.shape[-2:])), width),
        )

    def _set(self, gram: FloatArray, width: Any, factor: FloatArray) -> None:
        for name, value in (("gram", gram), ("width", width[()]), ("factor", factor)):
            object.__setattr__(self, name, value)

    @classmethod
    def _known(cls, factor: FloatArray, width: Any, gram: FloatArray, linear: bool = False) -> Self:
        """The network with this Gram matrix and a factor of it, shape (..., d + k, q), which need
        no check."""
        network = object.__new__(cls)
        network._set(gram, np.asarray(width), factor)
        object.__setattr__(network, "linear", linear)
        return network

    @classmethod
    def from_weights(cls, u: Any, V: Any) -> Self:
        """The network with these weights.

        Parameters
        ----------
        u, V : array_like, shapes (..., n, d) and (..., n, k)

        Raises
        ------
        ValueError
            If the shapes do not agree or a weight is not a finite real number.

        Examples
        --------
        >>> GramNetwork.from_weights([[1.0], [2.0]], [[3.0], [4.0]]).gram
        array([[ 2.5,  5.5],
               [ 5.5, 12.5]])
        """
        weights = np.concatenate(arguments.layers(u, V), axis=-1)
        n, p = weights.shape[-2:]
        gram = weights.mT @ weights / n
        return cls._known(
            weights.mT / np.sqrt(n) if n < p else factor.factored(gram, np.float64(n)),
            np.float64(n),
            gram,
        )

    @classmethod
    def from_factor(cls, factor: Any, width: Any) -> Self:
        """The network whose Gram matrix is LLᵀ.

        Parameters
        ----------
        factor : array_like, shape (..., d + k, q)
            L, as an attribute of every network.
        width : array_like
            Number of hidden units n, at least the rank of L; it broadcasts with the batch.

        Raises
        ------
        ValueError
            If the shapes do not agree or a number is not finite.

        Examples
        --------
        >>> net = GramNetwork.from_factor([[1.0], [2.0]], width=10)
        >>> net.gram
        array([[1., 2.],
               [2., 4.]])
        """
        rows, n = (
            arguments.numbers("factor", factor, "weights"),
            arguments.numbers("width", width, "units"),
        )
        if rows.ndim < 2 or rows.shape[-2] < 2 or rows.size == 0:
            raise ValueError(
                f"shape of factor = {rows.shape} must be (..., p, q) with p = inputs + outputs, "
                "at least 2"
            )
        arguments.shape_of(networks=rows[..., 0, 0], width=n)
        return cls._known(rows, n, rows @ rows.mT)

    @classmethod
    def random(
        cls, width: Any, inputs: int, outputs: int = 1, size: Any = (), rng: Any = None
    ) -> Self:
        """Networks with independent N(0, 1) weights, drawn without drawing the weights.

        Parameters
        ----------
        width : array_like
            Number of hidden units n.
        inputs, outputs : int
            d and k.
        size : int or tuple of int
            Shape of the batch, to which `width` broadcasts; by default that of `width`.
        rng : None, int, Generator, ...
            As `numpy.random.default_rng` takes it (SPEC 7).

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Notes
        -----
        nG is Wishart: LLᵀ with L lower triangular (Bartlett), L_jj² ~ χ²_{n−j} for j = 0, 1, …, and
        N(0, 1) below the diagonal. For n < d + k the columns from n on are zero: the triangular
        factor of n × p Gaussian weights has n rows.

        Examples
        --------
        >>> GramNetwork.random([1, 10, 10**18], inputs=3, outputs=2, rng=0).gram.shape
        (3, 5, 5)
        """
        n = arguments.numbers("width", width, "units")
        p = arguments.count("inputs", inputs, least=1) + arguments.count(
            "outputs", outputs, least=1
        )
        shape = arguments.shape("size", size) or n.shape
        if arguments.shape_of(size=np.empty(shape), width=n) != shape:
            raise ValueError(f"size = {shape} must be a shape that width {n.shape} broadcasts to")
        draw = arguments.generator(rng)
        left = np.maximum(n[..., None] - np.arange(p), 0.0)
        squares = 2 * draw.standard_gamma(np.broadcast_to(left / 2, (*shape, p)))
        lower = np.tril(draw.standard_normal((*shape, p, p)), -1) * (left > 0)[..., None, :]
        lower[..., np.arange(p), np.arange(p)] = np.sqrt(squares)
        gram = lower @ lower.mT / n[..., None, None]
        return cls._known(factor.factored(gram, n), n, gram)

    @property
    def linearized(self) -> Self:
        """The network linearised around these weights: its kernel stands still while it is
        trained."""
        return self._known(self.factor, self.width, self.gram, True)

    def map(self, data: Data) -> Any:
        """The linear map B = uᵀV/√n from inputs to outputs, shape (..., d, k): f = X B."""
        return self._blocks(data)[1]

    def loss(self, data: Data) -> Any:
        """|X B − Y|²/(2m), shape of the batch.

        Examples
        --------
        >>> GramNetwork([[1.0, 0.5], [0.5, 1.0]], width=4).loss(Data([1.0, 2.0], [1.0, 2.0]))
        np.float64(0.0)
        """
        distance = self._projected(data)[2]
        return (data.floor + factor.excess(distance, data.spectrum) / 2)[()]

    def curvature(self, data: Data) -> Any:
        """Top eigenvalue of the neural tangent kernel of all samples and outputs, over m; shape of
        the batch.

        See Also
        --------
        spectrum : all eigenvalues
        """
        inward, outward, _ = self._projected(data)
        return factor.curvature(inward, outward, data.spectrum)[()]

    def spectrum(self, data: Data) -> Any:
        """Eigenvalues of the kernel, largest first, shape (..., rank·k); its m·k − rank·k others
        are zero.

        The first step multiplies the residual along an eigenvector by 1 − ηθ, up to O(1/n): it
        grows, and the direction catapults, where η > 2/θ.

        Examples
        --------
        >>> net, data = GramNetwork(np.eye(3), width=10), Data([[1.0, 0.0], [0.0, 2.0]], [0.0, 0.0])
        >>> 2 / net.spectrum(data)
        array([0.5, 2. ])
        >>> 0.6 > 2 / net.spectrum(data)
        array([ True, False])
        """
        inward, outward, _ = self._projected(data)
        hidden, outer = inward @ inward.mT, outward @ outward.mT
        weights = np.moveaxis(factor.eigenvalues(outer), -1, 0)
        parts = [
            factor.eigenvalues(factor.kernel(hidden, weight, data.spectrum)) for weight in weights
        ]
        return np.sort(np.concatenate(parts, axis=-1), axis=-1)[..., ::-1]

    def alignment(self, data: Data) -> Any:
        """Cosine between the residual, without what no linear map fits, and the top eigenvector of
        the kernel; shape of the batch.

        0 where nothing is left of the residual, `nan` where a step has overflowed.
        """
        inward, outward, distance = self._projected(data)
        hidden, outer = inward @ inward.mT, outward @ outward.mT
        usable = np.logical_and.reduce(
            [np.isfinite(part).all((-2, -1)) for part in (hidden, distance, outer)]
        )
        hidden, distance, outer = (
            np.where(usable[..., None, None], part, 0.0) for part in (hidden, distance, outer)
        )
        weights, vectors = np.linalg.eigh(outer)
        _, directions = np.linalg.eigh(factor.kernel(hidden, weights[..., -1], data.spectrum))
        residual = np.sqrt(data.spectrum)[:, None] * distance
        along = (directions[..., -1:].mT @ residual @ vectors[..., -1:])[..., 0, 0]
        whole = np.sqrt((residual * residual).sum((-2, -1)))
        cosine = np.divide(np.abs(along), whole, out=np.zeros_like(whole), where=whole > 0)
        return np.where(usable, cosine, np.nan)[()]

    def step(self, data: Data, eta: Any) -> Self:
        """The network after one step of gradient descent; `eta` broadcasts with the batch.

        It knows its Gram matrix and no more: a loss that `train` follows further ends here at the
        rounding of the map.

        Examples
        --------
        >>> data = Data([1.0, 2.0], [1.0, 2.0])
        >>> GramNetwork([[1.0, 0.0], [0.0, 1.0]], width=4).step(data, 0.1).map(data)
        array([[0.5]])
        """
        rate = arguments.numbers("eta", eta)
        arguments.shape_of(eta=rate, networks=self.gram[..., 0, 0], width=self.width)
        hidden, cross, outer = self._blocks(data)
        rate, root = rate[..., None, None], np.sqrt(np.asarray(self.width))[..., None, None]
        inward, outward = self.factor[..., : data.inputs, :], self.factor[..., data.inputs :, :]
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = data.directions @ (
                data.spectrum[:, None] * (data.directions.T @ cross - data.solution)
            )
            if not self.linear:
                inner, outer, _ = _derived.factor_change(
                    inward, outward, gradient, rate, rate / root
                )
                factor = np.concatenate([inward + inner, outward + outer], -2)
                return self._known(factor, self.width, factor @ factor.mT)
            cross = (cross + _derived.factor_change(inward, outward, gradient, rate, 0.0)[2]) / root
        still = np.zeros(cross.shape[:-2])[..., None, None]
        rows = (
            np.concatenate([hidden + still, cross], -1),
            np.concatenate([cross.mT, outer + still], -1),
        )
        return self._known(self.factor, self.width, np.concatenate(rows, -2), True)

    def train(self, data: Data, eta: Any, steps: int) -> Trajectory:
        """Train by gradient descent and keep loss and curvature of every step.

        Parameters
        ----------
        data : Data
        eta : array_like
            Learning rate; it broadcasts with the batch. Dimensionless.
        steps : int

        Returns
        -------
        Trajectory
            curvature and loss, shape (steps + 1, *cells), `inf` from the step on at which a run
            overflows; output is None.

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Notes
        -----
        Each step rounds what is left of the loss above `data.floor` by some ε of itself, ε =
        2.2e-16, not of G: it can be followed down to 1e-308 at every width, and is known to about
        steps·ε of itself, times what the run's own instability makes of a rounding (near η_max).
        The sum with a floor that is not 0 keeps ε of the floor; train on `data.fitted` to see below
        it.

        Examples
        --------
        >>> data = Data([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        >>> run = GramNetwork.random(width=10**18, inputs=2, rng=0).train(data, 0.1, steps=2000)
        >>> run.loss.shape, bool(0 < run.loss[-1] < 1e-80)
        ((2001,), True)
        """
        steps = arguments.count("steps", steps)
        shape, rate, start = self._cells(data, eta)
        curvature, loss = (np.empty((steps + 1, rate.size)) for _ in range(2))
        with np.errstate(over="ignore", invalid="ignore"):
            for block in self._slices(data, rate.size):
                state = start(np.arange(block.start, block.stop), 0)
                for t in range(steps + 1):
                    inward, outward, distance, *_ = state
                    loss[t, block] = data.floor + factor.excess(distance, data.spectrum) / 2
                    curvature[t, block] = factor.curvature(inward, outward, data.spectrum)
                    if t < steps:
                        state = factor.advance(state, data.spectrum)
        return watch.trajectory(None, curvature, loss, shape)

    def outcome(
        self, data: Data, eta: Any, max_steps: int = 10_000, tolerance: float = watch.CONVERGED**2
    ) -> Outcome:
        """Train by gradient descent and keep only how each run ends.

        Parameters
        ----------
        data : Data
        eta : array_like
            Learning rate; it broadcasts with the batch. Dimensionless.
        max_steps : int
            Budget; a run that spends it is UNDECIDED.
        tolerance : float
            A run has converged when its loss above `data.floor` is at most this share of its start
            while ηλ < 2. Data whose spectrum spans orders of magnitude train slowly along the small
            directions: a larger share ends earlier. `curvature_error` holds twice what is left to
            come, to first order in it (derivation `factor.left`).

        Returns
        -------
        Outcome
            Each field has the shape of the cells. The largest loss includes the floor. CATAPULT:
            the first step raised the loss.

        Raises
        ------
        ValueError
            For bad input, naming the argument.

        Examples
        --------
        >>> data = Data([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        >>> end = GramNetwork(np.eye(3), width=10).outcome(data, [0.3, 0.6, 1.2])
        >>> end.phase, end.curvature.round(4)
        (array([0, 1, 3], dtype=int8), array([4.1012, 2.1655,    inf]))
        """
        max_steps, tolerance = (
            arguments.count("max_steps", max_steps),
            arguments.single("tolerance", tolerance),
        )
        shape, rate, start = self._cells(data, eta)

        def advance(state: watch.State) -> watch.State:
            return factor.advance(state, data.spectrum)

        def size(state: watch.State) -> FloatArray:
            return np.sqrt(factor.excess(state[2], data.spectrum))

        def sharpness(state: watch.State, which: Any) -> Any:
            return state[3][which][:, 0, 0] * factor.curvature(
                state[0][which], state[1][which], data.spectrum
            )

        def limit(state: watch.State, which: Any) -> Any:
            return factor.limit(tuple(part[which] for part in state), data.spectrum)

        model = watch.Model(
            start,
            advance,
            size,
            sharpness,
            tolerance=float(np.sqrt(tolerance)),
            block=self._rows(data),
            limit=limit,
        )
        record = watch.watch(model, rate.size, max_steps)
        with np.errstate(over="ignore"):
            return watch.outcome(record, rate, data.floor + record.peak**2 / 2, shape)

    def _blocks(self, data: Data) -> tuple[FloatArray, FloatArray, FloatArray]:
        """uᵀu/n, B and VᵀV/n."""
        arguments.instance("data", data, Data)
        if self.gram.shape[-1] != data.inputs + data.outputs:
            raise ValueError(
                f"shape of gram = {self.gram.shape} must end in inputs + outputs of the data, "
                f"{data.inputs} + {data.outputs}, twice"
            )
        d = data.inputs
        root = np.sqrt(np.asarray(self.width))[..., None, None]
        return self.gram[..., :d, :d], root * self.gram[..., :d, d:], self.gram[..., d:, d:]

    def _projected(self, data: Data) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The factor's rows for the directions of the data and for the outputs, and the distance of
        the map from the best."""
        _, cross, _ = self._blocks(data)
        turn = data.directions.T
        inward, outward = self.factor[..., : data.inputs, :], self.factor[..., data.inputs :, :]
        with np.errstate(over="ignore", invalid="ignore"):
            rows = np.concatenate([turn @ inward, outward], -2)
            if rows.shape[-1] > rows.shape[-2]:
                rows = np.asarray(np.linalg.qr(rows.mT, mode="r")).mT
            rank = len(data.spectrum)
            return rows[..., :rank, :], rows[..., rank:, :], turn @ cross - data.solution

    def _cells(self, data: Data, eta: Any) -> tuple[tuple[int, ...], FloatArray, Any]:
        """The shape of the runs, their rates in a row, and what lays out their states."""
        rate = arguments.numbers("eta", eta)
        parts = self._projected(data)
        batch = arguments.shape_of(networks=self.gram[..., 0, 0], width=self.width)
        shape = arguments.shape_of(eta=rate, networks=np.empty(batch))
        rates = np.broadcast_to(rate, shape).reshape(-1)
        row = np.broadcast_to(np.arange(np.prod(batch, dtype=int)).reshape(batch), shape).reshape(
            -1
        )
        n = np.broadcast_to(self.width, batch).reshape(-1)
        flat = [
            np.broadcast_to(part, (*batch, *part.shape[-2:])).reshape(-1, *part.shape[-2:])
            for part in parts
        ]

        def start(index: watch.Index, nudge: int) -> watch.State:
            moved = watch.nudged(rates[index], nudge)[:, None, None]
            slope = (
                np.zeros_like(moved)
                if self.linear
                else moved / np.sqrt(n[row[index]])[:, None, None]
            )
            return *(part[row[index]] for part in flat), moved, slope

        return shape, rates, start

    def _rows(self, data: Data) -> int:
        """Runs that are stepped together."""
        return max(1, _BLOCK // (len(data.spectrum) + data.outputs) ** 2)

    def _slices(self, data: Data, runs: int) -> Iterator[slice]:
        rows = self._rows(data)
        return (slice(low, min(low + rows, runs)) for low in range(0, runs, rows))
