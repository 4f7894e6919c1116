"""Networks with real and with frozen gates, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import style

from .. import storage
from ..relu.network import ReluNetwork, ReluTrajectory
from ..relu.sides import Sides
from .style import new_figure

TALL = 1e8  # the loss over its start at which the axes end


SIDES = ("x > 0", "x < 0")


def _shown(loss: Any) -> int:
    """How many rows of a run to draw: a diverging one until it has left the axes, a strong catapult
    until it is over."""
    if not np.isfinite(loss).all():
        return int((loss < TALL * loss[0]).sum()) + 1
    return min(len(loss), 4 * int(loss.argmax()) + 8)


def _figure(
    path: Path,
    data: Sides,
    net: ReluNetwork,
    eta: Any,
    runs: tuple[ReluTrajectory, ReluTrajectory, ReluTrajectory],
) -> None:
    """Loss, curvatures and flipped units against the step, one column a learning rate."""
    figure, axes = new_figure(3, 3)
    exact, frozen, real = runs
    names = (
        "between 2/λ₁ and 2/λ₂: one side catapults",
        "between 2/λ₂ and 4/λ₁: both do",
        "above 4/λ₁: frozen gates diverge",
    )
    colours, top = ("#0072B2", "#D55E00"), net.curvature(data).max()
    with style.context("twolayer.plotting.twolayer"):
        for column, (rate, name) in enumerate(zip(eta, names, strict=True)):
            loss, curvature, flipped = axes[:, column]
            last = _shown(exact.loss[:, column])
            time = np.arange(last)
            every = max(1, last // 16)
            curves = [part[:last, column] for part in (exact.loss, frozen.loss, real.loss)]
            loss.set(
                yscale="log", ylabel="loss", title=f"η = {rate:.3f}, ηλ₁ = {rate * top:.2f}\n{name}"
            )
            seen = np.concatenate([curve[np.isfinite(curve) & (curve > 0)] for curve in curves])
            loss.set_ylim(
                max(seen.min(), 1e-10 * exact.loss[0, column]) / 2,
                min(seen.max(), TALL * exact.loss[0, column]) * 2,
            )
            loss.plot(time, curves[0], color="0.2", label="exact, frozen gates")
            loss.plot(
                time,
                curves[1],
                "o",
                color="0.2",
                markerfacecolor="white",
                markevery=every,
                label="trained, frozen gates",
            )
            loss.plot(
                time,
                curves[2],
                color="#009E73",
                linestyle=(0, (4, 1.5)),
                label="trained, real gates",
            )
            curvature.set(ylabel="curvatures λ₊, λ₋")
            flipped.set(ylabel="fraction of a side's units on the other", xlabel="training step")
            for side, (colour, label) in enumerate(zip(colours, SIDES, strict=True)):
                lines = [
                    part[:last, column, side]
                    for part in (exact.curvature, frozen.curvature, real.curvature)
                ]
                curvature.plot(time, lines[0], color=colour, label=f"exact, {label}")
                hollow = {"color": colour, "markerfacecolor": "white", "markevery": every}
                curvature.plot(time, lines[1], "o", label=f"trained, frozen, {label}", **hollow)
                curvature.plot(
                    time,
                    lines[2],
                    color=colour,
                    linestyle=(0, (4, 1.5)),
                    label=f"real gates, {label}",
                )
                flipped.plot(
                    time,
                    real.flipped[:last, column, side],
                    color=colour,
                    linestyle=(0, (4, 1.5)),
                    label=f"real gates, {label}",
                )
            curvature.axhline(
                2 / rate, color="0.4", linewidth=0.7, linestyle=(0, (8, 3)), label="2/η"
            )
            flipped.set_ylim(0, 1.3 * np.nanmax(real.flipped[:last, column]) or 1.0)
            drawn = np.concatenate([part.curvature[:last, column] for part in (exact, real)])
            low, high = drawn.min(), min(drawn.max(), 3 * top)
            curvature.set_ylim(
                (0.0, 1.1 * high)
                if low < high / 2
                else (low - (high - low) / 10, high + (high - low) / 2)
            )
        for row in axes:
            row[0].legend(loc="upper right")
    storage.write_whole(path, lambda file: figure.savefig(file, format=path.suffix[1:]))
