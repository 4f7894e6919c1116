"""The laws of the catapult: trained networks on the lines of the theory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from ..arguments import FloatArray
from ..results import Phase
from . import style


@dataclass(frozen=True)
class Series:
    """Trained networks beside the theory: points (with an interval each, if there are any), the
    theory at them, and its line."""

    label: str
    x: FloatArray
    trained: FloatArray
    theory: FloatArray
    line: tuple[FloatArray, FloatArray]
    interval: FloatArray = field(default_factory=lambda: np.empty((2, 0)))
    phase: Phase | None = None


class Law(NamedTuple):
    """One panel."""

    name: str
    xlabel: str
    ylabel: str
    scale: str
    series: Callable[[int], list[Series]]
    # of each series against the one before it; then the vertical axis has no numbers
    shift: float = 0


def plot_law(law: Law, sets: Sequence[Series], *, ax: Axes | None = None) -> style.Artists:
    """Lines and the networks on them; the intervals of networks are error bars, which are the
    artists' points."""
    with style.canvas(ax) as ax:
        ax.set(xscale=law.scale, xlabel=law.xlabel, ylabel=law.ylabel)
        if law.shift:
            ax.set_yticks([])
        lines, points, markers, handles = [], [], [], []
        for i, series in enumerate(sets):
            colour, dashes, marker = (
                style.WIDTH_LOOKS[i % 5] if series.phase is None else style.LOOKS[series.phase][:3]
            )
            x, y = series.line
            lines += ax.plot(x, y + i * law.shift, color=colour, linestyle=dashes, zorder=2)
            look: dict[str, Any] = {"color": colour, "marker": marker if series.x.size else ""}
            for at, pair in zip(series.x, series.interval.T, strict=False):
                points += ax.plot([at, at], pair, "_-", color=colour, linewidth=0.8, zorder=3)
            if series.x.size:
                markers += ax.plot(
                    series.x,
                    series.trained + i * law.shift,
                    linestyle="",
                    markerfacecolor="white",
                    zorder=4,
                    **look,
                )
            handles.append(style.legend_entry(series.label, linestyle=dashes, **look))
        return style.Artists(ax, style.add_legend(ax, handles), lines, points, markers, {}, [])
