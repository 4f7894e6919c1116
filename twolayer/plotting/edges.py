"""Marks on the edges of axes for what they cannot hold, and logarithmic axes of few decades."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from ..arguments import FloatArray
from .style import legend_entry

_FAR = 20  # times the least rate: from here on an axis of rates is logarithmic
_ABOVE, _BELOW, _DIVERGED, _UNTRAINED = 6, 7, "x", "+"  # markers: 6 and 7 point up and down
_SAYS = {
    _ABOVE: "beyond the axes",
    _BELOW: "beyond the axes",
    _DIVERGED: "some diverged",
    _UNTRAINED: "some did not train",
}


def mark_outside(
    ax: Axes, x: FloatArray, y: FloatArray, colour: str, *, first: bool = False
) -> list[Line2D]:
    """Triangles where values lie beyond the vertical limits; of several in a row only on the first
    if `first`."""
    low, high = ax.get_ylim()
    marks = []
    for beyond, marker, edge in ((y > high, _ABOVE, 1.0), (y < low, _BELOW, 0.0)):
        at = beyond & ~np.r_[False, beyond[:-1]] if first else beyond
        marks += _mark(ax, x[at], marker, edge, colour)
    return marks


def mark_untrained(
    ax: Axes, x: FloatArray, values: FloatArray, height: float, colour: str
) -> list[Line2D]:
    """Crosses at the rates at which a run diverged (`inf`), upright ones where one did not train
    (`nan`); runs are along the second axis."""
    runs = values.reshape(len(x), -1)
    diverged, unknown = np.isinf(runs).any(1), np.isnan(runs).any(1)
    return [
        *_mark(ax, x[diverged], _DIVERGED, height, colour),
        *_mark(ax, x[unknown & ~diverged], _UNTRAINED, height, colour),
    ]


def _mark(ax: Axes, x: FloatArray, marker: Any, height: float, colour: str) -> list[Line2D]:
    """Markers at one height, in fractions of the axes."""
    if not x.size:
        return []
    how: dict[str, Any] = {"color": colour, "markersize": 4, "clip_on": False, "zorder": 6}
    how |= {"linestyle": "", "transform": ax.get_xaxis_transform()}
    return ax.plot(x, np.full(len(x), height), marker=marker, **how)


def entries(marks: Iterable[Line2D], says: dict[Any, str] | None = None) -> list[Line2D]:
    """What the legend says of marks, each kind once."""
    found = {
        text: mark.get_marker()
        for mark in marks
        for text in [(_SAYS | (says or {}))[mark.get_marker()]]
    }
    return [legend_entry(text, marker=marker, markersize=4) for text, marker in found.items()]


def set_rates(ax: Axes, shares: Sequence[FloatArray], label: str) -> tuple[float, float]:
    """The horizontal axis: from 0, or logarithmic where rates are far apart; the least rate and the
    end of the axis."""
    rates = np.concatenate([*shares, [np.nan]])
    rates = rates[rates > 0]
    least, most = (rates.min(), rates.max()) if rates.size else (1.0, 4.0)
    ax.set_xlabel(label)
    if most > _FAR * least:
        set_logarithmic(ax, "x", least / 1.2, most * 1.2)
        return float(least / 1.2), float(most * 1.2)
    ax.set(xscale="linear", xlim=(0, 1.04 * most))
    return float(least / 2), float(1.04 * most)


def set_logarithmic(ax: Axes, which: str, low: float, high: float) -> None:
    """A logarithmic axis, with plain numbers where it spans few decades."""
    axis = {"x": ax.xaxis, "y": ax.yaxis}[which]
    ax.set(**{f"{which}scale": "log", f"{which}lim": (low, high)})
    decades = np.log10(high / low)
    if decades < 3:
        steps = (1, 1.5, 2, 3, 4, 6, 8) if decades < 1 else (1, 2, 5)
        powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
        axis.set_major_locator(FixedLocator([p * s for p in powers for s in steps]))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
