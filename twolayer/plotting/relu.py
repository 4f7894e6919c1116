"""Networks with real and with frozen gates, side by side."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..arguments import FloatArray
from ..relu.network import ReluTrajectory
from .runs import span
from .style import SOLID, TWO_OVER_ETA, Look, canvas

SIDES = ("x > 0", "x < 0")

_DASHES = (0, (4, 1.5))  # of real gates
_LOOKS = (Look("#0072B2", _DASHES, "o"), Look("#D55E00", _DASHES, "o"))
_TALL = 1e8  # the loss over its start at which the axes end


def plot_gates(
    runs: Sequence[ReluTrajectory], column: int, *, eta: float, title: str, axes: Sequence[Axes]
) -> None:
    """Loss, curvatures and flipped units against the step, on three Axes: one learning rate of
    runs with frozen gates by the theory, with frozen gates trained, and with real gates."""
    loss, curvature, flipped = axes
    time = np.arange(_shown(runs[0].loss[:, column]))
    flips = runs[-1].flipped[time, column]
    with canvas(loss):
        loss.set_title(title)
        _plot_loss(loss, time, *(run.loss[time, column] for run in runs))
        curvature.axhline(2 / eta, color="0.4", label="2/η", **TWO_OVER_ETA)
        _plot_curvatures(curvature, time, *(run.curvature[time, column] for run in runs))
        for part, look, side in zip(flips.T, _LOOKS, SIDES, strict=True):
            look.line(flipped, time, part, label=f"real gates, {side}")
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


def _plot_loss(ax: Axes, time: Any, exact: Any, frozen: Any, real: Any) -> None:
    (low, high), start = span(np.concatenate([exact, frozen, real])), exact[0]
    ax.set(yscale="log", ylabel="loss")
    ax.set_ylim(max(low, 1e-10 * start) / 2, min(high, _TALL * start) * 2)
    look = Look("0.2", SOLID, "o")
    look.line(ax, time, exact, label="exact, frozen gates")
    look.hollow(ax, time, frozen, label="trained, frozen gates", **_some(time))
    Look("#009E73", _DASHES, "").line(ax, time, real, label="trained, real gates")


def _plot_curvatures(ax: Axes, time: Any, exact: Any, frozen: Any, real: Any) -> None:
    for i, (look, side) in enumerate(zip(_LOOKS, SIDES, strict=True)):
        look.line(ax, time, exact[:, i], linestyle=SOLID, label=f"exact, {side}")
        look.hollow(ax, time, frozen[:, i], label=f"trained, frozen, {side}", **_some(time))
        look.line(ax, time, real[:, i], label=f"real gates, {side}")
    drawn = np.concatenate([exact, real])
    low, high = drawn.min(), min(drawn.max(), 3 * exact[0].max())
    room = (0.0, 1.1 * high) if low < high / 2 else (1.1 * low - high / 10, 1.5 * high - low / 2)
    ax.set(ylabel="curvatures λ₊, λ₋", ylim=room)


def _some(time: Any) -> dict[str, Any]:
    """Sixteen markers, under the lines of real gates."""
    return {"markevery": max(1, len(time) // 16), "zorder": 2}
