"""Two-layer linear networks on a data set, followed exactly by their Gram matrix: the cost knows
neither width nor samples.

With M = [u V], f = X B, B = uᵀV/√n, a step of gradient descent is M′ = M times a matrix, so G =
MᵀM/n moves by itself. What is iterated is a factor of G, [F; R] with FFᵀ = uᵀu/n and RRᵀ = VᵀV/n:
an equivalent network of d + k units, so that rounding leaves G positive. Beside it moves the
distance of B from the best map, of which the loss is made: a loss far below the rounding of G is
not lost in a run.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from .. import _derived, arguments, watch
from ..arguments import FloatArray
from ..docstrings import shared
from ..results import Outcome, Trajectory, in_short
from ..runs import Runs
from . import factor
from .data import Data
from .factor import Factor
from .gram_on_data import GramOnData

__all__ = ["GramNetwork"]


@dataclass(frozen=True, eq=False)
class GramNetwork(GramOnData):
    """Two-layer linear networks with d inputs and k outputs, known by the Gram matrix of their
    weights; a batch of them is one object.

    Parameters
    ----------
    gram : array_like, shape (..., d + k, d + k)
        MᵀM/n, M = [u V] the weights (n × d and n × k).
    width : array_like
        Width n, finite, up to 1e18 and beyond; it broadcasts with the batch. It is the effective
        width 1/α² of a network f = α X uᵀV, any positive number, and need not be the number of
        units. `linearized` is the limit of infinite width.
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
        If no weights have this Gram matrix: it must be square, symmetric, positive semi-definite.

    Notes
    -----
    Derivations `gram.closure`, `factor.hidden`, `factor.map`, `factor.outer`: exact
    at every width. arXiv:2003.02218 has the model with one output. Which rows are inputs is read
    from the data that it is used with. With one input, output and sample it is the recursion of
    `twolayer.simulate`. Rates, losses and curvatures are in the unit of the loss that the data name
    (`Data`). A network of fewer units than the rank of the best map cannot reach `data.floor`:
    it is UNDECIDED.

    Examples
    --------
    >>> import numpy as np
    >>> import twolayer as tl
    >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = tl.GramNetwork.random(width=10**12, inputs=2, rng=0)
    >>> net.outcome(data, np.array([0.9, 1.5, 2.1]) * 2 / net.curvature(data)).phase
    array([0, 1, 3], dtype=int8)
    """

    linear: bool = False

    def __repr__(self) -> str:
        size, batch = self.gram.shape[-1], self.gram.shape[:-2]
        rest = f"inputs_and_outputs={size}" + ", linear=True" * self.linear
        return f"GramNetwork(shape={batch}, width={in_short(self.width)}, {rest})"

    @property
    def linearized(self) -> Self:
        """The network linearised around these weights: its kernel stands still while it is
        trained."""
        return self._moved(linear=True)

    @np.errstate(all="ignore")
    @shared
    def step(self, data: Data, eta: Any) -> Self:
        """The network after one step of gradient descent; `eta` broadcasts with the batch.

        Derivations `factor.inward`, `factor.outward`, `factor.hidden`, `factor.outer`. It knows its
        Gram matrix and no more: a loss that `train` follows further ends here at the rounding of
        the map.

        Parameters
        ----------
        data : Data
        {rate}

        Returns
        -------
        GramNetwork
            This network is unchanged.

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> data = tl.Data([1.0, 2.0], [1.0, 2.0])
        >>> tl.GramNetwork([[1.0, 0.0], [0.0, 1.0]], width=4).step(data, 0.1).map(data)
        array([[0.5]])
        """
        rate = arguments.numbers("eta", eta)
        arguments.shape_of(eta=rate, networks=self.gram[..., 0, 0], width=self.width)
        linear_map, d, root = self.map(data), data.inputs, self._root
        inward, outward = np.split(self.factor, [d], -2)
        rate = rate[..., None, None]
        distance = data.directions.T @ linear_map - data.solution
        gradient = data.directions @ (factor.spectrum_of(data)[:, None] * distance)
        *sides, change = _derived.factor_change(
            inward, outward, gradient, rate, 0.0 if self.linear else rate / root
        )
        if not self.linear:
            rows = self.factor + np.concatenate(sides, -2)
            return self._moved(factor=rows, gram=rows @ rows.mT)
        cross = (linear_map + change) / root
        gram = np.broadcast_to(self.gram, (*cross.shape[:-2], *self.gram.shape[-2:])).copy()
        gram[..., :d, d:], gram[..., d:, :d] = cross, cross.mT
        return self._moved(gram=gram)

    @np.errstate(all="ignore")
    @shared
    def train(
        self, data: Data, eta: Any, steps: int, looks: Container[int] | None = None
    ) -> Trajectory:
        """Train by gradient descent and keep loss and curvature of every step.

        Parameters
        ----------
        data : Data
        {rate}
        steps : int
        looks : container of int
            Steps at which the curvature is computed, by default all; elsewhere it is `nan`. An
            eigenvalue costs more than a step.

        Returns
        -------
        Trajectory
            curvature and loss, shape (steps + 1, *cells), `inf` from the step on at which a run
            overflows; output is None.

        {refused}

        Notes
        -----
        Each step rounds what is left of the loss above `data.floor` by some ε of itself, ε =
        2.2e-16, not of G: it can be followed down to 1e-308 at every width, and is known to about
        steps·ε of itself, times what the run's own instability makes of a rounding (near η_max).
        The sum with a floor that is not 0 keeps ε of the floor; train on `data.fitted` to see below
        it.

        Examples
        --------
        >>> import twolayer as tl
        >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        >>> run = tl.GramNetwork.random(width=10**18, inputs=2, rng=0).train(data, 0.1, steps=2000)
        >>> run.loss.shape, bool(0 < run.loss[-1] < 1e-80)
        ((2001,), True)
        """
        steps = arguments.count("steps", steps)
        runs, model = self._runs(data, eta)
        return runs.train(model, steps, looks)

    @np.errstate(all="ignore")
    @shared
    def outcome(
        self, data: Data, eta: Any, max_steps: int = 10_000, tolerance: float = watch.CONVERGED**2
    ) -> Outcome:
        """Train by gradient descent and keep only how each run ends.

        Parameters
        ----------
        data : Data
        {rate}
        {budget}
        tolerance : float
            A run has converged when its loss above `data.floor` is at most this share of its start
            while ηλ < 2. Data whose spectrum spans orders of magnitude train slowly along the small
            directions: a larger share ends earlier. `curvature_error` holds twice what is left to
            come, to first order in it (derivation `factor.left`).

        Returns
        -------
        Outcome
            Each field has the shape of the cells. The largest loss includes the floor. CATAPULT:
            some step raised the loss above its start; the first, where X has rank 1 and there is
            one output (`Phase`).

        {refused}

        Examples
        --------
        >>> import numpy as np
        >>> import twolayer as tl
        >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        >>> end = tl.GramNetwork(np.eye(3), width=10).outcome(data, [0.3, 0.6, 1.2])
        >>> end.phase, end.curvature.round(4)
        (array([0, 1, 3], dtype=int8), array([4.1012, 2.1655,    inf]))
        """
        max_steps = arguments.count("max_steps", max_steps)
        residual = np.sqrt(arguments.single("tolerance", tolerance))
        runs, model = self._runs(data, eta, residual)
        return runs.outcome(model, max_steps, data.floor)

    def _runs(
        self, data: Data, eta: Any, tolerance: float = watch.CONVERGED
    ) -> tuple[Runs, watch.Model]:
        """One run for each cell, of the batch with the rates, and what is watched of it."""
        rate, start = arguments.numbers("eta", eta), self._equivalent(data)
        batch = start.distance.shape[:-2]

        def in_a_row(part: FloatArray) -> FloatArray:
            sides = part.shape[-2:]
            return np.broadcast_to(part, (*batch, *sides)).reshape(-1, *sides)

        networks = Factor(start.spectrum, *map(in_a_row, start[1:]))
        root = in_a_row(np.where(self.linear, np.inf, self._root))
        runs = Runs.of(batch, eta=rate)
        return runs, factor.model(networks, root, runs, data.floor, tolerance)
