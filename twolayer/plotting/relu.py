"""Networks with real and with frozen gates, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..arguments import FloatArray
from ..relu.network import ReluTrajectory
from .runs import span
from .style import TWO_OVER_ETA, canvas, hollow

SIDES = ("x > 0", "x < 0")

_COLOURS = ("#0072B2", "#D55E00")
_REAL: dict[str, Any] = {"linestyle": (0, (4, 1.5))}
_TALL = 1e8  # the loss over its start at which the axes end


@dataclass(frozen=True)
class Gates:
    """Runs at one learning rate: frozen gates by the theory and trained, and real gates."""

    title: str
    eta: float
    exact: ReluTrajectory
    frozen: ReluTrajectory
    real: ReluTrajectory


def plot_gates(gates: Gates, axes: Sequence[Axes]) -> None:
    """Loss, curvatures and flipped units against the step, on three Axes."""
    last = _shown(gates.exact.loss)
    loss, curvature, flipped = axes
    with canvas(loss):
        _plot_loss(loss, gates, last)
        _plot_curvatures(curvature, gates, last)
        flips = gates.real.flipped[:last]
        for part, colour, side in zip(flips.T, _COLOURS, SIDES, strict=True):
            flipped.plot(part, color=colour, label=f"real gates, {side}", **_REAL)
        flipped.set_ylim(0, 1.3 * np.nanmax(flips) or 1.0)
        flipped.set(ylabel="fraction of a side's units on the other", xlabel="training step")


def add_legends(axes: Sequence[Axes]) -> None:
    """A legend in each of the Axes of one learning rate."""
    for ax in axes:
        with canvas(ax):
            ax.legend(loc="upper right")


def _shown(loss: FloatArray) -> int:
    """How many rows of a run to draw: a diverging one until it has left the axes, a strong catapult
    until it is over."""
    if not np.isfinite(loss).all():
        return int((loss < _TALL * loss[0]).sum()) + 1
    return min(len(loss), 4 * int(loss.argmax()) + 8)


def _plot_loss(ax: Axes, gates: Gates, last: int) -> None:
    exact, frozen, real = (run.loss[:last] for run in (gates.exact, gates.frozen, gates.real))
    (low, high), start = span(np.concatenate([exact, frozen, real])), exact[0]
    every = max(1, last // 16)
    ax.set(yscale="log", ylabel="loss", title=gates.title)
    ax.set_ylim(max(low, 1e-10 * start) / 2, min(high, _TALL * start) * 2)
    ax.plot(exact, color="0.2", label="exact, frozen gates")
    look: dict[str, Any] = {"markevery": every, "label": "trained, frozen gates", "zorder": 2}
    hollow(ax, np.arange(last), frozen, "o", "0.2", **look)
    ax.plot(real, color="#009E73", label="trained, real gates", **_REAL)


def _plot_curvatures(ax: Axes, gates: Gates, last: int) -> None:
    runs = (gates.exact, gates.frozen, gates.real)
    exact, frozen, real = (run.curvature[:last] for run in runs)
    every = max(1, last // 16)
    for i, (colour, side) in enumerate(zip(_COLOURS, SIDES, strict=True)):
        ax.plot(exact[:, i], color=colour, label=f"exact, {side}")
        look: dict[str, Any] = {"markevery": every, "zorder": 2}
        look["label"] = f"trained, frozen, {side}"
        hollow(ax, np.arange(last), frozen[:, i], "o", colour, **look)
        ax.plot(real[:, i], color=colour, label=f"real gates, {side}", **_REAL)
    ax.axhline(2 / gates.eta, color="0.4", label="2/η", **TWO_OVER_ETA)
    drawn = np.concatenate([exact, real])
    low, high = drawn.min(), min(drawn.max(), 3 * exact[0].max())
    room = (0.0, 1.1 * high) if low < high / 2 else (1.1 * low - high / 10, 1.5 * high - low / 2)
    ax.set(ylabel="curvatures λ₊, λ₋", ylim=room)
