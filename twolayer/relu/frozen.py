"""The ReLU network with one input and frozen gates: two one-sample maps, exactly, one on each side
of zero."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _derived, arguments, boundaries, recursion
from ..docstrings import shared
from ..results import Phase
from .network import ReluNetwork, ReluTrajectory, trajectory
from .sides import Sides

__all__ = ["FrozenGates"]


@dataclass(frozen=True, eq=False)
class FrozenGates:
    """Exact theory of ReLU networks whose gates stay as they began.

    Parameters
    ----------
    network : ReluNetwork
    data : Sides

    Raises
    ------
    ValueError
        If they are of another class.

    Notes
    -----
    Derivations `gates.kernel`, `gates.residual`, `gates.boundary`: each side is the recursion of
    `twolayer.simulate` with rate ηc±, curvature (|u±|² + |v±|²)/n, output f± = Σ± u_i v_i/√n, the
    full width n and the target Σ±xy/Σ±x²; the sides do not see each other. With label 0 training
    diverges above 4/max(λ₊, λ₋), and the loss of a side grows above its own 2/λ±, up to 1/n: Zhu,
    Liu, Radhakrishnan & Belkin, arXiv:2205.11787, Theorem 3, where it is proved for the quadratic
    model, which has frozen gates, at large width. Real gates follow until the first unit changes
    its sign (`ReluNetwork.train`).

    A side without samples or without open units never moves: its boundaries are `inf` and its phase
    is LAZY.

    Examples
    --------
    >>> import twolayer as tl
    >>> data = tl.Sides([1.0, 2.0, -1.0], [0.0, 0.0, 0.0])
    >>> exact = tl.FrozenGates(tl.ReluNetwork.random(1000, rng=0), data)
    >>> exact.eta_crit.round(3), exact.eta_max.round(3)
    (array([1.303, 5.567]), array([ 2.601, 11.115]))
    >>> exact.phase([[1.0], [2.0], [9.0]])
    array([[0, 0],
           [1, 0],
           [3, 1]], dtype=int8)
    """

    network: ReluNetwork
    data: Sides

    def __post_init__(self) -> None:
        arguments.instance("network", self.network, ReluNetwork)
        arguments.instance("data", self.data, Sides)

    def _starts(self) -> tuple[Any, Any, tuple[Any, Any, Any, Any]]:
        """Whether each side moves, its Σx²/m, and its start; those of a side that does not move are
        harmless."""
        curvature, output, width, target = self.network.start(self.data)
        moves = (curvature > 0) & (self.data.second_moment > 0)
        moment = np.where(moves, self.data.second_moment, 1.0)
        start = (
            np.where(moves, curvature, 1.0),
            np.where(moves, output, 0.0),
            width,
            np.where(moves, target, 0.0),
        )
        return moves, moment, start

    def _boundary(self, of_side: Callable[..., Any]) -> Any:
        moves, moment, start = self._starts()
        return np.where(moves, of_side(*start) / moment, np.inf)

    @property
    def eta_crit(self) -> Any:
        """Smallest learning rate above which the first step raises the loss of each side, shape
        (..., 2)."""
        return self._boundary(boundaries.eta_crit)

    @property
    def eta_max(self) -> Any:
        """Largest learning rate at which each side converges, shape (..., 2): the network does
        below the smaller one."""
        return self._boundary(boundaries.eta_max)

    def phase(self, eta: Any) -> Any:
        """Phase of each side; `eta` of shape (..., 1) or (..., 2) broadcasts with the sides.

        Parameters
        ----------
        eta : array_like
            Learning rate, in the unit of the loss Σ(f − y)²/(2m).

        Returns
        -------
        int8 ndarray of Phase codes
            Derivations `gates.curvature`, `gates.residual`.

        Raises
        ------
        ValueError
            If a learning rate is not positive and finite, or the shapes do not broadcast.

        Examples
        --------
        >>> import twolayer as tl
        >>> data = tl.Sides([1.0, 2.0, -1.0], [0.0, 0.0, 0.0])
        >>> tl.FrozenGates(tl.ReluNetwork.random(1000, rng=0), data).phase(2.0)
        array([1, 0], dtype=int8)
        """
        rate = arguments.numbers("eta", eta)
        moves, moment, start = self._starts()
        arguments.shape_of(eta=rate, sides=moves)
        scaled, _ = _derived.one_input(rate, moment, moment * start[3])
        return np.where(moves, boundaries.phase(scaled, *start), np.int8(Phase.LAZY))

    @shared
    def simulate(self, eta: Any, steps: int = 100) -> ReluTrajectory:
        """Iterate the recursion of each side and keep every step.

        Parameters
        ----------
        eta : array_like
            Learning rate; it broadcasts with the batch of networks. In the unit of
            the loss Σ(f − y)²/(2m).
        steps : int

        Returns
        -------
        ReluTrajectory
            As `ReluNetwork.train` returns it with frozen gates, but for `flipped`, which is `nan`:
            the recursion knows no single unit.

        {refused}

        Notes
        -----
        Derivations `gates.curvature`, `gates.residual`.

        Examples
        --------
        >>> import numpy as np
        >>> import twolayer as tl
        >>> data = tl.Sides([1.0, 2.0, -1.0], [1.0, 2.0, 3.0])
        >>> net = tl.ReluNetwork.random(10, rng=0)
        >>> run = tl.FrozenGates(net, data).simulate(0.3, 50)
        >>> trained = net.train(data, 0.3, 50, frozen=True)
        >>> bool(np.abs(run.loss / trained.loss - 1).max() < 1e-9)
        True
        """
        rate = arguments.numbers("eta", eta)
        moves, moment, start = self._starts()
        arguments.shape_of(eta=rate, networks=moves[..., 0])
        scaled, _ = _derived.one_input(rate[..., None], moment, moment * start[3])
        run = recursion.simulate(scaled, *start, steps)
        curvature, output, *_ = self.network.start(self.data)
        output = np.where(moves, run.output, output)
        squares = np.where(moves, run.curvature, curvature)
        return trajectory(self.data, output, squares, np.full(output.shape, np.nan))
