"""Iterate the exact maps of `_derived`: whole trajectories, or only how each run ends."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from . import _derived, arguments, boundaries, starts, watch
from .arguments import FloatArray, Mask
from .docstrings import shared
from .results import Outcome, Trajectory, laid_out
from .starts import Cells

__all__ = ["outcome", "simulate"]

SHARE = 1 << 17  # cells that `outcome` lays out together: 50 MB


@shared
def simulate(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0, steps: int = 100
) -> Trajectory:
    """Iterate the (f, λ) recursion and keep every step.

    Parameters
    ----------
    {cells}
        Width `inf` gives the linearised model, whose curvature stands still.
    steps : int
        Number of steps.

    Returns
    -------
    Trajectory
        output, curvature and loss of shape (steps + 1, *cells); a run that overflows is `inf` from
        there on. Where only the loss does, output and curvature are as they are.

    {refused_start}

    Notes
    -----
    Derivations `closure.output`, `closure.curvature_update`; for label 0 it is the paper's
    (arXiv:2003.02218, section on the two-layer linear model).

    Examples
    --------
    >>> import twolayer as tl
    >>> run = tl.simulate(1.5, 2.0, 1.0, width=[10, 1000], steps=200)
    >>> run.loss.shape
    (201, 2)
    >>> bool(run.loss[-1].max() < 1e-12), bool((1.5 * run.curvature[-1] < 2).all())
    (True, True)
    """
    arrays = starts.cells(eta, curvature, output, width, target)
    steps, cells = arguments.count("steps", steps), arrays.in_a_row()
    rows = np.empty((3, steps + 1, cells.eta.size))
    with np.errstate(all="ignore"):
        for block in _blocks(cells.target, watch.BLOCK):
            _fill(rows, cells, block)
    output, curvature, loss = rows
    return watch.trajectory(arrays.shape, curvature, loss, output)


def _blocks(target: FloatArray, most: int) -> Iterator[slice | watch.Index]:
    """Cells without a label, then those with one: each has a map of its own, so that its bits
    depend on no other cell."""
    for group in (np.flatnonzero(target == 0), np.flatnonzero(target)):
        for part in watch.in_blocks(group.size, most):
            block = group[part]
            whole = slice(block[0], block[-1] + 1)
            yield whole if whole.stop - whole.start == block.size else block


def _fill(rows: FloatArray, cells: Cells, block: slice | watch.Index) -> None:
    """Trajectories of one block of cells, in its columns of output, curvature and loss."""
    rate, lam, f, n, y = (array[block] for array in cells)
    gain = _derived.gain(rate, n)
    output, curvature, loss = rows
    for t in range(len(loss)):
        output[t, block], curvature[t, block], loss[t, block] = f, lam, _derived.loss(f, y)
        if y[0]:
            lam, f = _derived.step(rate, lam, f, gain, y)
        else:
            lam, f = _derived.step_zero_target(rate, lam, f, gain)


@shared
def outcome(
    eta: Any,
    curvature: Any,
    output: Any,
    width: Any,
    target: Any = 0.0,
    max_steps: int = 10_000,
    *,
    absorbing: bool = False,
) -> Outcome:
    """Iterate the recursion and keep only how each run ends; memory does not grow with the steps.

    Parameters
    ----------
    {cells}
        The width is finite.
    {budget}
    absorbing : bool
        Leave a run as soon as it is certain to converge (`certificate`), with the curvature it has
        there and an infinite `curvature_error`. Far faster near η_crit.

    Returns
    -------
    Outcome
        Each field has the shape of the cells. A run has converged when its loss is at most 1e-12 of
        its start while ηλ < 2, and diverged when its loss overflows. A start at zero loss never
        moves: LAZY where ηλ₀ < 2, else UNDECIDED, with curvature λ₀ after no step.

    {refused_start}

    Notes
    -----
    Derivations `scaling.x_update`, `scaling.r_update`; with `absorbing` also those of
    `twolayer.certificate`.

    Examples
    --------
    >>> import twolayer as tl
    >>> end = tl.outcome([0.5, 1.5, 2.5], 2.0, 1.0, width=100)
    >>> end.phase
    array([0, 1, 3], dtype=int8)
    >>> end.curvature.round(4)
    array([1.985 , 0.1485,    inf])
    """
    arrays = starts.cells(eta, curvature, output, width, target)
    finite = "finite in outcome: phase tells how an infinitely wide network ends"
    arguments.require("width", arrays.width, arrays.width < np.inf, finite)
    max_steps, size = arguments.count("max_steps", max_steps), math.prod(arrays.shape)
    kinds = np.int8, np.float64, np.float64, np.float64, np.int64, np.int64
    ends = Outcome(*(np.empty(size, kind) for kind in kinds))
    for share in watch.in_blocks(size, SHARE):
        part = _ends(arrays.share(share), max_steps, absorbing)
        for name, column in vars(ends).items():
            column[share] = getattr(part, name)
    return Outcome(*laid_out(arrays.shape, *vars(ends).values()))


def _ends(cells: Cells, max_steps: int, absorbing: bool) -> Outcome:
    """How runs in a row end."""
    record = watch.Record.undecided(cells.eta.size, max_steps)
    for group in _blocks(cells.target, watch.ALL):
        part = Cells(*(array[group] for array in cells))
        record.put(group, watch.watch(_model(part, absorbing), part.eta.size, max_steps))
    with np.errstate(all="ignore"):
        peak_loss = _derived.scaled_loss(cells.eta, record.peak, cells.width)
    return watch.outcome(record, cells.eta, peak_loss, cells.eta.shape)


def _model(cells: Cells, absorbing: bool) -> watch.Model:
    """The recursion of (x, r, τ), where r is s at label 0, as something to watch."""
    labelled = bool(cells.target[0])

    def start(index: watch.Index, nudge: int) -> watch.State:
        eta, lam, f, n, y = (array[index] for array in cells)
        return (*_derived.scaled(watch.nudged(eta, nudge), lam, f, n, y, np.sqrt),)

    def advance(state: watch.State) -> watch.State:
        x, r, tau = state
        step = _derived.scaled_step(*state) if labelled else _derived.scaled_step_zero_target(x, r)
        return *step, tau

    def certain(state: watch.State) -> Mask:
        return boundaries.scaled_certificate(*state) if labelled else state[0] < 2

    return watch.Model(
        start,
        advance,
        size=lambda state: np.abs(state[1]),
        sharpness=lambda state, which: state[0][which],
        certain=certain if absorbing else None,
    )
