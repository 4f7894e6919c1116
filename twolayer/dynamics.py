"""Iterate the exact maps of `_derived`: whole trajectories, or only how each run ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _derived, arguments, observe
from .results import Outcome, Trajectory
from .theory import scaled_certificate

__all__ = ["outcome", "simulate"]

_BLOCK = 4096  # cells advanced together: the arrays of one step stay in the first-level cache


def simulate(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0, steps: int = 100
) -> Trajectory:  # fmt: skip
    """Iterate the (f, λ) recursion and keep every step.

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, width n, label y; they broadcast to the shape of the cells. Dimensionless. Width `inf` gives the
        linearised model, whose curvature stands still.
    steps : int
        Number of steps.

    Returns
    -------
    Trajectory
        output, curvature and loss of shape (steps + 1, *cells); a run that has overflowed is `inf` from there on.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

    Notes
    -----
    Derivation `closed update`; for label 0 it is the paper's (arXiv:2003.02218, section on the two-layer linear model).

    Examples
    --------
    >>> run = simulate(1.5, 2.0, 1.0, width=[10, 1000], steps=200)
    >>> run.loss.shape
    (201, 2)
    >>> bool(run.loss[-1].max() < 1e-12), bool((1.5 * run.curvature[-1] < 2).all())
    (True, True)
    """
    arrays = arguments.cells(eta, curvature, output, width, target)
    steps = arguments.count("steps", steps)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    cells = [np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    rate, lam, f, n, y = cells
    out, curv, loss = (np.empty((steps + 1, lam.size)) for _ in range(3))
    labelled = bool(np.any(y))
    with np.errstate(over="ignore", invalid="ignore"):
        for low in range(0, lam.size, _BLOCK):
            part = slice(low, low + _BLOCK)
            a, l, g, m, b = rate[part], lam[part], f[part], n[part], y[part]
            curv[0, part], out[0, part], loss[0, part] = l, g, _derived.loss(g, b)
            for t in range(1, steps + 1):
                l, g = _derived.step(a, l, g, m, b) if labelled else _derived.step_zero_target(a, l, g, m)
                curv[t, part], out[t, part], loss[t, part] = l, g, _derived.loss(g, b)
    return observe.trajectory(out, curv, loss, shape)


def outcome(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0, max_steps: int = 10_000, *, absorbing: bool = False
) -> Outcome:
    """Iterate the recursion and keep only how each run ends; memory does not grow with the steps.

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, finite width n, label y; they broadcast to the shape of the cells. Dimensionless.
    max_steps : int
        Budget; a run that spends it is UNDECIDED.
    absorbing : bool
        Leave a run as soon as it is certain to converge (`certificate`), with the curvature it has there and an infinite
        `curvature_error`. Far faster near η_crit.

    Returns
    -------
    Outcome
        Each field has the shape of the cells. A run has converged when its loss is at most 1e-12 of its start while ηλ < 2, and diverged
        when its loss overflows.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz and infinite width included.

    Notes
    -----
    Derivations `scaled step` and `certificate`.

    Examples
    --------
    >>> end = outcome([0.5, 1.5, 2.5], 2.0, 1.0, width=100)
    >>> end.phase
    array([0, 1, 3], dtype=int8)
    >>> end.curvature.round(4)
    array([1.985 , 0.1485,    inf])
    """
    arrays = arguments.cells(eta, curvature, output, width, target)
    arguments.require("width", arrays[3], arrays[3] < np.inf, "finite in outcome: phase tells how an infinitely wide network ends")
    max_steps = arguments.count("max_steps", max_steps)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    cells = [np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    rate, lam, f, n, y = cells
    labelled = bool(np.any(y))

    def start(index: observe.Index, nudge: int) -> observe.State:
        moved = rate[index] * (1 + nudge * np.finfo(np.float64).eps)
        x, r, tau = _derived.scaled(moved, lam[index], f[index], n[index], y[index], np.sqrt)
        return (x, r, tau) if labelled else (x, r)

    def advance(state: observe.State) -> observe.State:
        return (*_derived.scaled_step(*state), state[2]) if labelled else _derived.scaled_step_zero_target(*state)

    def look(state: observe.State) -> tuple[observe.FloatArray, observe.FloatArray]:
        return np.abs(state[1]), state[0]

    def certain(state: observe.State) -> observe.Mask:
        return scaled_certificate(*state) if labelled else state[0] < 2

    model = observe.Model(start, advance, look, certain if absorbing else None)
    record = observe.watch(model, lam.size, max_steps)
    with np.errstate(over="ignore", invalid="ignore"):
        peak_loss = _derived.scaled_loss(rate, record.peak, n)
    return observe.outcome(record, rate, peak_loss, shape)
