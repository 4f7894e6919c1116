"""Iterate the exact maps of `_derived`: whole trajectories, or only how each run ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _derived, arguments, boundaries, watch
from .boundaries import scaled_certificate
from .results import Outcome, Trajectory

__all__ = ["outcome", "simulate"]

_BLOCK = 16_384  # cells that `simulate` advances together: a working set that fits the cache


def simulate(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0, steps: int = 100
) -> Trajectory:  # fmt: skip
    """Iterate the (f, λ) recursion and keep every step.

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, width n, label y; they broadcast to the shape of the cells.
        Dimensionless. Width `inf` gives the linearised model, whose curvature stands still.
    steps : int
        Number of steps.

    Returns
    -------
    Trajectory
        output, curvature and loss of shape (steps + 1, *cells); a run that has overflowed is `inf`
        from there on.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

    Notes
    -----
    Derivations `closure.output`, `closure.curvature_update`; for label 0 it is the paper's
    (arXiv:2003.02218, section on the two-layer linear model).

    Examples
    --------
    >>> run = simulate(1.5, 2.0, 1.0, width=[10, 1000], steps=200)
    >>> run.loss.shape
    (201, 2)
    >>> bool(run.loss[-1].max() < 1e-12), bool((1.5 * run.curvature[-1] < 2).all())
    (True, True)
    """
    arrays = boundaries.cells(eta, curvature, output, width, target)
    steps = arguments.count("steps", steps)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    cells = [np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    output, curvature, loss = rows = [np.empty((steps + 1, cells[0].size)) for _ in range(3)]
    with np.errstate(over="ignore", invalid="ignore"):
        for group, labelled in _groups(cells[4]):
            for low in range(0, cells[4][group].size, _BLOCK):
                block = (
                    slice(low, low + _BLOCK)
                    if isinstance(group, slice)
                    else group[low : low + _BLOCK]
                )
                _fill(rows, [array[block] for array in cells], block, labelled)
    return watch.trajectory(output, curvature, loss, shape)


def _groups(target: arguments.FloatArray) -> list[tuple[Any, bool]]:
    """Cells without and with a label, as indices: each has a map of its own, so that its bits
    depend on no other cell."""
    labelled = target != 0
    if labelled.all() or not labelled.any():
        return [(slice(None), bool(labelled.any()))]
    return [(np.flatnonzero(~labelled), False), (np.flatnonzero(labelled), True)]


def _fill(rows: Any, cells: list[arguments.FloatArray], group: Any, labelled: bool) -> None:
    """Trajectories of one group of cells, in the columns `group` of output, curvature and loss."""
    output, curvature, loss = rows
    rate, lam, f, n, y = cells
    gain = _derived.gain(rate, n)
    for t in range(len(loss)):
        output[t, group], curvature[t, group], loss[t, group] = f, lam, _derived.loss(f, y)
        lam, f = (
            _derived.step(rate, lam, f, gain, y)
            if labelled
            else _derived.step_zero_target(rate, lam, f, gain)
        )


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
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, finite width n, label y; they broadcast to the shape of the cells.
        Dimensionless.
    max_steps : int
        Budget; a run that spends it is UNDECIDED.
    absorbing : bool
        Leave a run as soon as it is certain to converge (`certificate`), with the curvature it has
        there and an infinite `curvature_error`. Far faster near η_crit.

    Returns
    -------
    Outcome
        Each field has the shape of the cells. A run has converged when its loss is at most 1e-12 of
        its start while ηλ < 2, and diverged when its loss overflows.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz and infinite width included.

    Notes
    -----
    Derivations `scaling.x_update`, `scaling.r_update`; with `absorbing` also those of
    `twolayer.certificate`.

    Examples
    --------
    >>> end = outcome([0.5, 1.5, 2.5], 2.0, 1.0, width=100)
    >>> end.phase
    array([0, 1, 3], dtype=int8)
    >>> end.curvature.round(4)
    array([1.985 , 0.1485,    inf])
    """
    arrays = boundaries.cells(eta, curvature, output, width, target)
    arguments.require(
        "width",
        arrays[3],
        arrays[3] < np.inf,
        "finite in outcome: phase tells how an infinitely wide network ends",
    )
    max_steps = arguments.count("max_steps", max_steps)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    cells = [np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    record = watch.Record.undecided(cells[0].size, max_steps)
    for group, labelled in _groups(cells[4]):
        record.put(
            group,
            watch.watch(
                _model([array[group] for array in cells], labelled, absorbing),
                cells[4][group].size,
                max_steps,
            ),
        )
    with np.errstate(over="ignore", invalid="ignore"):
        peak_loss = _derived.scaled_loss(cells[0], record.peak, cells[3])
    return watch.outcome(record, cells[0], peak_loss, shape)


def _model(cells: list[arguments.FloatArray], labelled: bool, absorbing: bool) -> watch.Model:
    """The recursion of (x, r), or at label 0 of (x, s), as something to watch."""
    rate, lam, f, n, y = cells

    def start(index: watch.Index, nudge: int) -> watch.State:
        moved = watch.nudged(rate[index], nudge)
        x, r, tau = _derived.scaled(moved, lam[index], f[index], n[index], y[index], np.sqrt)
        return (x, r, tau) if labelled else (x, r)

    def advance(state: watch.State) -> watch.State:
        return (
            (*_derived.scaled_step(*state), state[2])
            if labelled
            else _derived.scaled_step_zero_target(*state)
        )

    def size(state: watch.State) -> arguments.FloatArray:
        return np.abs(state[1])

    def sharpness(state: watch.State, which: Any) -> Any:
        return state[0][which]

    def certain(state: watch.State) -> watch.Mask:
        return scaled_certificate(*state) if labelled else state[0] < 2

    return watch.Model(start, advance, size, sharpness, certain if absorbing else None)
