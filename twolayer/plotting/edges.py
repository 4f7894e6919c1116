"""Marks on the edges of axes, for what these cannot hold."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..arguments import FloatArray
from .style import legend_entry

ABOVE, BELOW, DIVERGED, UNTRAINED = 6, 7, "x", "+"  # markers: 6 points up, 7 down
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


def mark_untrained(
    ax: Axes, x: FloatArray, values: FloatArray, height: float, colour: str
) -> list[Line2D]:
    """Crosses at the rates at which a run diverged (`inf`), and upright ones at which none did but
    one did not train (`nan`), at a height in fractions of the axes. Runs are along the last axis of
    two."""
    runs = values.reshape(len(x), -1)
    diverged, unknown = np.isinf(runs).any(1), np.isnan(runs).any(1)
    return [
        *_mark(ax, x[diverged], DIVERGED, height, colour),
        *_mark(ax, x[unknown & ~diverged], UNTRAINED, height, colour),
    ]


def entries(marks: Iterable[Line2D], says: dict[Any, str] | None = None) -> list[Line2D]:
    """What the legend says of marks, once of each kind; `says` where it is not the usual."""
    texts = _SAYS | (says or {})
    found = {texts[mark.get_marker()]: mark.get_marker() for mark in marks}
    usual: dict[str, Any] = {"markersize": 4, "markerfacecolor": "0.3"}
    return [legend_entry(text, marker=marker, **usual) for text, marker in found.items()]


def _mark(ax: Axes, x: FloatArray, marker: Any, height: float, colour: str) -> list[Line2D]:
    if not x.size:
        return []
    how: dict[str, Any] = {"color": colour, "markersize": 4, "clip_on": False, "zorder": 6}
    how |= {"linestyle": "", "transform": ax.get_xaxis_transform()}
    return ax.plot(x, np.full(len(x), height), marker=marker, **how)
