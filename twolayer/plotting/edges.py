"""Marks on the edges of axes, for what these cannot hold."""

from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform, offset_copy

from ..arguments import FloatArray
from .legends import add_name
from .style import WIDTH_LOOKS, legend_entry

ABOVE, BELOW, DIVERGED, UNTRAINED = 6, 7, "x", "+"  # markers: 6 points up, 7 down
_ROW = 4.0  # points between rows of crosses
_SAYS = {
    ABOVE: "beyond the axes",
    BELOW: "beyond the axes",
    DIVERGED: "some diverged",
    UNTRAINED: "some did not train",
}


def mark_outside(
    ax: Axes, x: FloatArray, low: FloatArray, high: FloatArray, colour: str, *, first: bool = False
) -> list[Line2D]:
    """Triangles where intervals reach beyond the vertical limits; of several in a row only on the
    first if `first`."""
    bottom, top = ax.get_ylim()
    marks = []
    for beyond, marker, edge in ((high > top, ABOVE, 1.0), (low < bottom, BELOW, 0.0)):
        at = beyond & ~np.r_[False, beyond[:-1]] if first else beyond
        marks += _mark(ax, x[at], marker, edge, colour)
    return marks


def mark_untrained(ax: Axes, kinds: Sequence[tuple[FloatArray, FloatArray]]) -> list[Line2D]:
    """Crosses on the upper edge at the rates at which a run diverged (`inf`), and upright ones at
    which none did but one did not train (`nan`); those of further kinds stand in rows under it, and
    a line parts them from the values. Each kind has its rates and its runs along the last axis of
    two. Where nothing trained, the axes say so and have no vertical scale."""
    if kinds and not any(np.isfinite(values).any() for _, values in kinds if values.size):
        ax.set_yticks([])
        ax.set_yticks([], minor=True)
        add_name(ax, "no run trains", (0.5, 0.5), "axes fraction")
        return []
    marks = []
    for i, ((x, values), look) in enumerate(zip(kinds, cycle(WIDTH_LOOKS), strict=False)):
        runs = values.reshape(len(x), -1)
        diverged, unknown = np.isinf(runs).any(1), np.isnan(runs).any(1)
        marks += _mark(ax, x[diverged], DIVERGED, 1.0, look.colour, i)
        marks += _mark(ax, x[unknown & ~diverged], UNTRAINED, 1.0, look.colour, i)
    if marks:
        parted = _below(ax, ax.transAxes, len(kinds) - 0.25)
        ax.plot([0, 1], [1, 1], color="0.8", linewidth=0.6, zorder=0, transform=parted)
    return marks


def entries(marks: Iterable[Line2D], says: dict[Any, str] | None = None) -> list[Line2D]:
    """What the legend says of marks, once of each kind; `says` where it is not the usual."""
    texts = _SAYS | (says or {})
    found = {texts[mark.get_marker()]: mark.get_marker() for mark in marks}
    usual: dict[str, Any] = {"markersize": 4, "markerfacecolor": "0.3"}
    return [legend_entry(text, marker=marker, **usual) for text, marker in found.items()]


def _mark(
    ax: Axes, x: FloatArray, marker: Any, height: float, colour: str, row: int = 0
) -> list[Line2D]:
    if not x.size:
        return []
    how: dict[str, Any] = {"color": colour, "markersize": 4, "clip_on": False, "zorder": 6}
    edge = ax.get_xaxis_transform()
    how |= {"linestyle": "", "transform": _below(ax, edge, row) if row else edge}
    return ax.plot(x, np.full(len(x), height), marker=marker, **how)


def _below(ax: Axes, transform: Transform, rows: float) -> Transform:
    return offset_copy(transform, ax.get_figure(root=True), y=-_ROW * rows, units="points")
