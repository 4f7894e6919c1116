"""What runs of several seeds show against the learning rate: axes, medians and bars."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter
from matplotlib.transforms import offset_copy

from ..arguments import FloatArray
from .edges import mark_outside, mark_untrained
from .legends import mark_boundaries
from .runs import LARGEST, span, top
from .style import DASH, SOLID, TWO_OVER_ETA, WIDTH_LOOKS, Look, legend_entry

RATES = r"learning rate $\eta\lambda_0$"
START = r"$\eta = 2/\lambda_0$"

_FAR = 20  # times the least rate: from there on an axis of rates is logarithmic
_TALLEST = 3.0  # λ/λ₀ that an axis shows
_BAR: dict[str, Any] = {"linestyle": SOLID, "solid_capstyle": "butt", "zorder": 2}
_APART = 0.8  # points between what stands at one rate: less than to the next rate or to 2


class Seeds(NamedTuple):
    """Artists: medians and bars, one each of a kind of runs, and marks on the edges."""

    lines: list[Line2D]
    bars: list[Line2D]
    edges: list[Line2D]


def set_rates(
    ax: Axes, shares: Sequence[FloatArray], starts: Sequence[float] = (2.0,), label: str = RATES
) -> tuple[float, float]:
    """The horizontal axis, which holds the rates and the starts of the catapult; from 0, or
    logarithmic where rates are far apart. Between which rates to draw a curve."""
    rates = np.concatenate([*shares, starts])
    rates = rates[(rates > 0) & (rates < LARGEST)]
    least, most = (float(rates.min()), float(rates.max())) if rates.size else (1.0, 4.0)
    ax.set_xlabel(label)
    if most > _FAR * least:
        set_logarithmic(ax, "x", least / 1.2, most * 1.2)
        return least / 1.2, most * 1.2
    ax.set(xscale="linear", xlim=(0, 1.04 * most))
    return least / 2, 1.04 * most


def set_logarithmic(ax: Axes, which: str, low: float, high: float) -> None:
    """A logarithmic axis, with plain numbers where it spans few decades."""
    axis, decades = {"x": ax.xaxis, "y": ax.yaxis}[which], np.log10(high / low)
    ax.set(**{f"{which}scale": "log", f"{which}lim": (low, high)})
    if decades < 3:
        steps = (1, 1.5, 2, 3, 4, 6, 8) if decades < 1.3 else (1, 2, 5)
        powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
        axis.set_major_locator(FixedLocator([power * step for power in powers for step in steps]))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))


def mark_start(ax: Axes) -> tuple[dict[str, list[Line2D]], list[Annotation]]:
    """A line at ηλ₀ = 2, above which the linearised network diverges."""
    return mark_boundaries(ax, {"eta_crit": 2.0}, {"eta_crit": START})


def mark_starts(ax: Axes, curvatures: Sequence[float]) -> dict[str, list[Line2D]]:
    """Where each of several curvatures has η = 2/λ₀."""
    how: dict[str, Any] = {"linewidth": 0.8, "linestyle": DASH, "zorder": 1}
    how |= {"label": r"$2/\lambda_0$"}
    looks = zip(curvatures, cycle(WIDTH_LOOKS), strict=False)
    lines = [ax.axvline(2 / curvature, color=look.colour, **how) for curvature, look in looks]
    return {"eta_crit": lines}


def draw_bound(ax: Axes, ends: tuple[float, float]) -> list[Line2D]:
    """The curve λ = 2/η, in units of λ₀, against ηλ₀."""
    rates = np.geomspace(*ends, 400)
    return ax.plot(rates, 2 / rates, color="0.4", label=r"$\lambda = 2/\eta$", **TWO_OVER_ETA)


def set_ratio(ax: Axes, shown: Sequence[FloatArray], when: str, rows: int = 0) -> None:
    """The vertical axis for curvatures over their starts, with room for rows of marks below 0."""
    high = 1.25 * min(top(*shown, np.ones(1)), _TALLEST)
    ax.set(yscale="linear", ylim=(0, high))
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= high])
    ax.set_ylim(-(0.02 + 0.06 * rows) * high, high)
    if rows:
        ax.axhline(0, color="0.8", linewidth=0.6, zorder=0)
    ax.set_ylabel(rf"curvature $\lambda/\lambda_0$ {when}")


def set_measure(ax: Axes, values: FloatArray, measure: str) -> None:
    """The vertical axis, with room for crosses above the values."""
    if measure == "loss":
        low, high = span(values)
        set_logarithmic(ax, "y", low / 1.2, 1.5 * min(high, 1e3 * low))
    else:
        shown = values[(values >= 0) & (values <= 1)]
        low, high = (shown.min(), shown.max()) if shown.size else (0.0, 1.0)
        room = 0.08 * max(high - low, 0.1)
        ax.set(yscale="linear", ylim=(low - room, high + 2 * room))


def spread(values: FloatArray) -> FloatArray:
    """Median, least and largest of what is finite in each row; `nan` where nothing is."""
    rows = [row[np.isfinite(row)].clip(-LARGEST, LARGEST) for row in values]
    found = [(np.median(row), row.min(), row.max()) if row.size else [np.nan] * 3 for row in rows]
    return np.reshape(found, (-1, 3)).T


def draw_seeds(ax: Axes, kinds: Sequence[tuple[FloatArray, FloatArray, str]]) -> Seeds:
    """Kinds of runs, each with its rates, values of shape (rates, seeds) and name: medians as
    markers on a line, bars from the lowest seed to the highest, and on the edge above them the
    crosses of seeds that did not train, unless none did. What stands at one rate is drawn side by
    side, less than a point apart."""
    lines, bars, edges = [], [], []
    for i, ((x, values, label), look) in enumerate(zip(kinds, cycle(WIDTH_LOOKS), strict=False)):
        apart = _APART * (i - (len(kinds) - 1) / 2)
        place = offset_copy(ax.transData, ax.get_figure(root=True), x=apart, units="points")
        middle, low, high = spread(values)
        how: dict[str, Any] = {"linestyle": look.dashes, "label": label, "transform": place}
        lines += look.hollow(ax, x, middle, **how)
        bars += draw_bars(ax, x, low, high, look, linewidth=0.9, transform=place)
        edges += mark_outside(ax, x, low, high, look.colour)
    edges += mark_untrained(ax, [(x, values) for x, values, _ in kinds])
    return Seeds(lines, bars, edges)


def row(i: int) -> float:
    """Height of the i-th row of marks below 0, in fractions of the axes."""
    return 0.03 + 0.05 * i


def draw_interval(ax: Axes, ends: tuple[float, float], height: float, look: Look) -> list[Line2D]:
    """An interval of rates, at a height in fractions of the axes; nothing where it is not known."""
    if np.isnan(ends).any():
        return []
    how: dict[str, Any] = _BAR | {"marker": look.marker, "markersize": 2.5, "zorder": 5}
    shown = np.clip(ends, 1 / LARGEST, LARGEST)
    return look.line(ax, shown, [height] * 2, transform=ax.get_xaxis_transform(), **how)


def draw_bars(
    ax: Axes, x: FloatArray, low: FloatArray, high: FloatArray, look: Look, **how: Any
) -> list[Line2D]:
    """Upright bars, as one line with gaps."""
    y = np.column_stack([low, high, np.full(len(x), np.nan)]).ravel()
    return look.line(ax, np.repeat(x, 3), y, **_BAR | how)


def seeds_entry(*values: FloatArray) -> list[Line2D]:
    """What the legend says of bars; nothing where no rate has two seeds."""
    counts = sorted({part.shape[1] for part in values if part.shape[1] > 1})
    if not counts:
        return []
    number = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return [legend_entry(f"range of {number} seeds", marker="|", markersize=8, markeredgewidth=0.9)]
