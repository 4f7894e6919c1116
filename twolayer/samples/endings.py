"""What runs on a data set do that do not end: some oscillate, others are only slow."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arguments, watch
from ..arguments import EPS, FloatArray
from .data import Data
from .factor import Factor, spectrum_of
from .gram import GramNetwork

FASTEST = 1e-16  # what a step leaves of a residual, at least
LAST = 4  # what is looked at is this part of the steps: the last quarter


@dataclass(frozen=True, eq=False)
class Endings:
    """The last quarter of runs that spent their budget. All fields have the shape of the cells.

    Attributes
    ----------
    kind : str array
        "falling": the loss does not rise by more than rounding, and more steps are all that is
        needed. "oscillating": it rises and falls; it may yet converge. "rising": it only rises, as
        before the peak of a catapult. "overflowed": the run diverged.
    low, high : float array
        The losses between which it stays there, floor included; `inf` where it overflowed.
    conditioning : float array
        Of a falling run: θ_max/θ of the kernel where it was left, θ of the direction that needs
        most steps; `nan` otherwise.
    steps : float array
        Of a falling run: how many steps it needs, those taken included. Along θ the residual
        is multiplied by 1 − ηθ a step (derivation `kernel.residuals`), so that a share of the loss
        is reached in ln(√share)/ln|1 − ηθ| steps; the kernel is taken to stand still. `inf` where
        a network is too narrow to reach the floor or ηθ is 2, `nan` otherwise.
    """

    kind: Any
    low: Any
    high: Any
    conditioning: Any
    steps: Any


def endings(
    network: GramNetwork,
    data: Data,
    eta: Any,
    max_steps: int = 10_000,
    tolerance: float = watch.CONVERGED**2,
) -> Endings:
    """Whether runs that `GramNetwork.outcome` leaves UNDECIDED oscillate, or how slow they are.

    Parameters
    ----------
    network : GramNetwork
    data : Data
    eta : array_like
        Learning rate; it broadcasts with the batch. Dimensionless.
    max_steps : int
        Steps of each run, at least 4; the last quarter of them is looked at.
    tolerance : float
        The share of its loss above the floor at which a run would have converged.

    Raises
    ------
    ValueError
        For bad input, naming the argument.

    Examples
    --------
    >>> data, network = Data(np.eye(2), [9.0, 1.0]), GramNetwork(np.eye(3), width=4)
    >>> end = endings(network, data, [0.01, 0.5], max_steps=500)
    >>> end.kind, end.low.round(2), end.high.round(2)
    (array(['falling', 'oscillating'], dtype='<U11'), array([0.  , 1.47]), array([0.  , 3.03]))
    """
    steps = arguments.count("max_steps", max_steps, least=LAST)
    share = arguments.single("tolerance", tolerance)
    arguments.instance("network", network, GramNetwork)
    runs, model = network._runs(data, eta)
    columns: list[Any] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for block in watch.in_blocks(max(runs.eta.size, 1), model.block):
            which = np.arange(runs.eta.size)[block]
            columns.append(_followed(model, which, steps, data, share, runs.eta[block]))
    fields = (np.concatenate(part).reshape(runs.shape)[()] for part in zip(*columns, strict=True))
    return Endings(*fields)


def _followed(
    model: watch.Model, which: Any, steps: int, data: Data, share: float, eta: FloatArray
) -> tuple[Any, ...]:
    """The fields of `Endings` for a block of runs."""
    state = model.start(which, 0)
    first = size = model.size(state)
    for step in range(1, steps + 1):
        state = model.advance(state)
        if step < steps - steps // LAST:
            continue
        size = model.size(state)
        if step == steps - steps // LAST:
            low, high, up, down = size, size, np.ones_like(size), np.ones_like(size)
        low, high = np.minimum(low, size), np.maximum(high, size)
        up, down = np.fmax(up, size / low), np.fmax(down, high / size)
    finite = np.isfinite(high)
    rose, fell = (watch.rises(part, steps // LAST, 1.0) for part in (up, down))
    kind = np.select(
        [~finite, rose & fell, rose], ["overflowed", "oscillating", "rising"], "falling"
    )
    falling = kind == "falling"
    end = Factor(spectrum_of(data), *(np.where(falling[:, None, None], p, 0.0) for p in state[:3]))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, more = _slowest(end, eta, np.where(falling, share * first**2, np.inf))
    losses = (data.floor + np.where(finite, part, np.inf) ** 2 / 2 for part in (low, high))
    return kind, *losses, *(np.where(falling, part, np.nan) for part in (ratio, steps + more))


def _slowest(end: Factor, eta: FloatArray, tolerated: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How many steps are needed until the square of each residual is what is tolerated, and θ_max/θ
    of the direction that then has most of it left."""
    hidden, outer = end.grams
    weights, turn = np.linalg.eigh(outer)
    values, vectors = np.linalg.eigh(end._kernel(hidden[..., None, :, :], weights))
    residual = (np.sqrt(end.spectrum)[:, None] * end.distance @ turn).mT
    squares = (vectors.mT @ residual[..., None])[..., 0] ** 2
    values, squares = (part.reshape(len(part), -1) for part in (values, squares))
    moved = np.where(values > EPS * values.max(-1, keepdims=True), eta[:, None] * values, 0.0)
    pairs = [_needed(*cell) for cell in zip(moved, squares, tolerated, strict=True)]
    ratio, steps = np.array(pairs).reshape(-1, 2).T
    return ratio, steps


def _needed(moves: FloatArray, squares: FloatArray, tolerated: float) -> tuple[float, float]:
    """The same of one run: moves are ηθ, squares what is left along them."""
    from scipy.optimize import brentq

    # of a residual that 1 − ηθ multiplies; the least where it does not shrink
    rates = np.maximum(-np.log(np.maximum(np.abs(1 - moves), FASTEST)), 0.0)

    def left(steps: float) -> Any:
        return squares * np.exp(-2 * rates * steps)

    fixed = rates == 0
    if fixed.all() or np.sum(squares[fixed]) >= tolerated:
        return np.inf, np.inf
    steps, most = 0.0, np.sum(squares) / tolerated
    if most > 1:
        spare = tolerated - np.sum(squares[fixed])
        longest = np.log(np.sum(squares) / spare) / (2 * rates[~fixed].min())
        steps = float(brentq(lambda steps: np.sum(left(steps)) - tolerated, 0.0, 1.01 * longest))
    slowest = moves[~fixed][left(steps)[~fixed].argmax()]
    return float(moves.max() / slowest), steps
