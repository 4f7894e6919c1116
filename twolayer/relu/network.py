"""Two-layer ReLU networks with one input, trained on their weights by gradient descent written from
its definition: a judge.

f(x) = Σ v_i relu(u_i x)/√n on samples (x, y), L = Σ (f − y)²/(2m). A unit with u_i > 0 sees only
the samples with x > 0, one with u_i < 0 only those with x < 0: on each side the network is linear,
f = x·(output of the side), and a side's samples enter by Σx² and Σxy alone. With real gates a unit
whose u_i changes sign goes to the other side; frozen gates keep it where it began. Nothing here
knows the theory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from ..network import Network
from ..runs import Runs
from .sides import Sides

__all__ = ["ReluNetwork", "ReluTrajectory"]

_UNITS = 32_768  # hidden units that are trained together: their arrays stay in the cache


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

    Examples
    --------
    >>> import twolayer as tl
    >>> net = tl.ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])
    >>> run = net.train(tl.Sides([1.0, -2.0], [0.0, 0.0]), 0.1, steps=2)
    >>> run.output.shape, run.loss.round(3)
    ((3, 2), array([2.312, 1.071, 0.607]))
    """

    output: Any
    curvature: Any
    loss: Any
    flipped: Any


def trajectory(data: Sides, output: Any, squares: Any, flipped: Any) -> ReluTrajectory:
    """The run with these outputs and (|u|² + |v|²)/n, which are overwritten from where its loss
    overflows."""
    with np.errstate(all="ignore"):
        curvature = data.second_moment * squares
        loss = data.floor + (data.second_moment * (output - data.target) ** 2).sum(-1) / 2
    gone = np.logical_or.accumulate(~np.isfinite(loss), axis=0)
    output[gone] = curvature[gone] = loss[gone] = np.inf
    flipped[gone] = np.nan
    return ReluTrajectory(output, curvature, loss, flipped)


def _gates(u: FloatArray) -> NDArray[np.bool_]:
    """Which units are open on each side, shape (..., 2, width)."""
    return np.stack([u > 0, u < 0], axis=-2)


def _descend(
    u: FloatArray, v: FloatArray, data: Sides, eta: FloatArray, frozen: bool
) -> Iterator[tuple[FloatArray, ...]]:
    """Output, (|u|² + |v|²)/n and flipped fraction of each side after 0, 1, 2, … steps."""
    began, n = _gates(u), u.shape[-1]
    units, root = np.maximum(began.sum(-1), 1), np.sqrt(n)
    while True:
        opened = _gates(u)
        gates = began if frozen else opened
        product, squares = (
            np.where(gates, part[:, None, :], 0.0).sum(-1) for part in (u * v, u * u + v * v)
        )
        output = product / root
        yield output, squares / n, (began & ~opened).sum(-1) / units
        push = eta[:, None] * data.second_moment * (output - data.target) / root
        along = np.where(gates, push[..., None], 0.0).sum(-2)
        u, v = u - along * v, v - along * u


@shared
@dataclass(frozen=True, eq=False)
class ReluNetwork:
    """Two-layer ReLU networks with one input, with their weights; a batch of them is one object.

    Parameters
    ----------
    u, v : array_like, shape (..., width)
        Hidden weights, of the same shape. Dimensionless.

    {refused_weights}

    Notes
    -----
    f(x) = Σ v_i relu(u_i x)/√n with relu′(0) = 0 (derivation `gates.loss` has its loss), the
    network of Zhu, Liu, Radhakrishnan & Belkin, arXiv:2205.11787, Theorem 3.

    Examples
    --------
    >>> import twolayer as tl
    >>> net = tl.ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])
    >>> net([-1.0, 0.0, 2.0])
    array([1.5, 0. , 1. ])
    >>> net.curvature(tl.Sides([1.0, -2.0], [0.0, 0.0]))
    array([0.75, 3.5 ])
    """

    u: Any
    v: Any

    def __post_init__(self) -> None:
        u, v = arguments.vectors(self.u, self.v)
        vars(self).update(u=u, v=v)

    @classmethod
    @shared
    def random(
        cls, width: int, size: Any = (), scale: float = 1.0, rng: Any = None
    ) -> "ReluNetwork":
        """Networks with independent N(0, scale²) weights.

        Parameters
        ----------
        {draws}

        Returns
        -------
        ReluNetwork

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.ReluNetwork.random(1000, size=3, rng=0).u.shape
        (3, 1000)
        """
        linear = Network.random(width, size, scale, rng)
        return cls(linear.u, linear.v)

    @property
    def width(self) -> int:
        """Number of hidden units n, of both sides together."""
        return int(self.u.shape[-1])

    @shared
    def __call__(self, x: Any) -> Any:
        """f(x), shape (..., m) for inputs of shape (m,).

        Parameters
        ----------
        x : array_like, shape (m,)

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])([-2.0, 2.0])
        array([3., 1.])
        """
        inputs = arguments.numbers("x", x, "weights")
        return (
            np.maximum(self.u[..., None, :] * inputs[..., None], 0.0) * self.v[..., None, :]
        ).sum(-1) / np.sqrt(self.width)

    @shared
    def start(self, data: Sides) -> tuple[Any, Any, int, Any]:
        """(curvature, output, width, target) of each side, as the functions of the theory take
        them; shapes (..., 2).

        The curvature is that at input 1, (|u±|² + |v±|²)/n over the units of the side, and n the
        full width. Rates are in units of 1/c±, the `second_moment` of the side (derivations
        `gates.curvature`, `gates.residual`).

        Parameters
        ----------
        data : Sides

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> data = tl.Sides([1.0, -2.0], [0.0, 0.0])
        >>> net = tl.ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])
        >>> tl.eta_max(*net.start(data)) / data.second_moment
        array([5.33333333, 1.14285714])
        """
        output, squares, _ = self._steps(data, np.asarray(1.0), 0, frozen=True)[:, 0]
        return squares, output, self.width, data.target

    @shared
    def curvature(self, data: Sides) -> Any:
        """Eigenvalues of the kernel JJᵀ/m, J the derivatives of the outputs on all m samples by all
        weights: λ± = c±(|u±|² + |v±|²)/n, one for each side, shape (..., 2); the others are
        zero (derivations `gates.eigenvalue`, `gates.trace`).

        Parameters
        ----------
        data : Sides

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.ReluNetwork([1.0, -1.0, 2.0, -1.0], [1.0, 1.0, 0.0, 2.0])
        >>> net.curvature(tl.Sides([1.0, -2.0], [0.0, 0.0]))
        array([0.75, 3.5 ])
        """
        return self.start(data)[0] * data.second_moment

    @shared
    def train(self, data: Sides, eta: Any, steps: int, frozen: bool = False) -> ReluTrajectory:
        """Train by gradient descent and keep every step.

        Parameters
        ----------
        data : Sides
        {rate}
        steps : int
        frozen : bool
            Keep the gates of the start: unit i then adds v_i u_i x/√n on the side where it was
            open, whatever becomes of the sign of u_i.

        Returns
        -------
        ReluTrajectory
            The network itself is unchanged.

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> data = tl.Sides([1.0, -1.0], [0.0, 0.0])
        >>> net = tl.ReluNetwork.random(1000, rng=0)
        >>> eta = 3 / net.curvature(data).max()
        >>> real, frozen = net.train(data, eta, 60), net.train(data, eta, 60, frozen=True)
        >>> bool(real.loss[-1] < 1e-8), bool(frozen.loss[-1] < 1e-8)
        (True, True)
        >>> real.flipped[-1].max().round(2)
        np.float64(0.27)
        """
        steps, rate = arguments.count("steps", steps), arguments.numbers("eta", eta)
        return trajectory(data, *self._steps(data, rate, steps, frozen))

    def _steps(self, data: Sides, eta: FloatArray, steps: int, frozen: bool) -> FloatArray:
        """Output, (|u|² + |v|²)/n and flipped fraction, shape (3, steps + 1, *cells, 2)."""
        arguments.instance("data", data, Sides)
        runs = Runs.of(self.u.shape[:-1], eta=eta)
        columns = np.empty((3, steps + 1, runs.eta.size, 2))
        together = max(1, _UNITS // self.width)
        with np.errstate(all="ignore"):
            for low in range(0, runs.eta.size, together):
                block = slice(low, low + together)
                network = runs.network[block]
                u, v = (part.reshape(-1, self.width)[network] for part in (self.u, self.v))
                run = _descend(u, v, data, runs.eta[block], frozen)
                for step, row in zip(range(steps + 1), run, strict=False):
                    columns[:, step, block] = row
        return columns.reshape(3, steps + 1, *runs.shape, 2)
