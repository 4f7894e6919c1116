"""Legends and names of curves: above the axes in figures of ours, inside where they are the
caller's."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import offset_copy

from .style import BOUNDARIES, HALO, styled

_LEAST = 6.0  # points: no type is made smaller to fit
_PLACES: tuple[Any, ...] = (
    *("upper right", "upper left", "lower left", "lower right", "center right", "center left"),
    *("lower center", "upper center", "center"),
)


def mark_boundaries(
    ax: Axes, places: Mapping[str, float], texts: Mapping[str, str]
) -> tuple[dict[str, list[Line2D]], list[Annotation]]:
    """Boundaries at single learning rates: vertical lines and their names, their own where `texts`
    has none."""
    drawn, names = {}, []
    for name, at in places.items():
        text, dashes = BOUNDARIES[name]
        drawn[name] = [ax.axvline(at, color="0.2", linewidth=0.8, linestyle=dashes, zorder=1)]
        names.append(name_top(ax, texts.get(name, text), at))
    return drawn, names


def add_legend(
    ax: Axes,
    handles: Sequence[Any],
    names: Sequence[Annotation] = (),
    share: tuple[float, float] = (0.6, 0.35),
) -> Legend:
    """A legend above the axes of our figures, and above the names there: it hides no data. On the
    caller's Axes, and on any that have a legend, it stands inside, where it moves nothing, on at
    most this share of their width and height."""
    _part(ax, names)
    if not styled(ax) or ax.get_legend() is not None:
        return _inside(ax, handles, share)
    lift = 4 + (1.3 * float(names[0].get_fontsize()) if names else 0)
    return ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        bbox_transform=offset_copy(ax.transAxes, ax.get_figure(root=True), y=lift, units="points"),
        borderaxespad=0,
        ncols=_columns([handle.get_label() for handle in handles]),
    )


def _columns(labels: Sequence[str]) -> int:
    """As many as the longest lets fit into 3.4 in, without one entry alone below three columns."""
    longest = max(len(re.sub(r"\\[a-z]+|[${}_^]", "", label)) for label in labels)
    return 1 if longest > 31 else 2 if longest > 12 or len(labels) % 3 == 1 else 3


def _inside(ax: Axes, handles: Sequence[Any], share: tuple[float, float]) -> Legend:
    """A legend within the axes, in smaller type where they are small; beside those that are there
    already."""
    ax.autoscale_view()  # else lines stand where they will not be drawn
    ax.apply_aspect()
    others = [item for item in ax.get_children() if isinstance(item, Legend)]
    labels = [handle.get_label() for handle in handles]
    how: dict[str, Any] = {"loc": "upper right", "frameon": True, "framealpha": 0.9}
    legend = Legend(ax, handles, labels, **how)
    shrink = np.min(np.multiply(share, ax.bbox.size) / legend.get_window_extent().size)
    usual = float(legend.get_texts()[0].get_fontsize())
    how["fontsize"] = min(usual, max(shrink * usual, _LEAST))
    if ax.get_legend() is None:
        legend = ax.legend(handles=handles, **how | {"loc": "best"})
    else:
        legend = Legend(ax, handles, labels, **how)
        ax.add_artist(legend)
        legend.set_loc(min(_PLACES, key=lambda place: _hidden(legend, place, others)))
    legend.set_in_layout(False)
    return legend


def _hidden(legend: Legend, place: Any, others: Sequence[Legend]) -> tuple[int, ...]:
    """How many other legends, how many names and how much of the lines a legend covers at a
    place."""
    legend.set_loc(place)
    box, ax = legend.get_window_extent(), legend.axes
    lines = [line.get_transform().transform_path(line.get_path()) for line in ax.lines]
    return (
        *(
            box.count_overlaps([item.get_window_extent() for item in group])
            for group in (others, ax.texts)
        ),
        sum(
            box.count_contains(line.vertices) + line.intersects_bbox(box, filled=False)
            for line in lines
        ),
    )


def name_top(ax: Axes, text: str, x: float) -> Annotation:
    """The name of a line that reaches the top of the axes at `x`: above them in figures of ours,
    else below their edge."""
    at, coords = (x, 1), ("data", "axes fraction")
    if styled(ax):
        return add_name(ax, text, at, coords)
    name = add_name(ax, text, at, coords, to="bottom")
    _turn(name, "right")
    return name


def _part(ax: Axes, names: Sequence[Annotation]) -> None:
    """Names that would meet turn away from one another; on the caller's Axes none leaves them."""
    for name in names:
        if not styled(ax) and name.get_window_extent().x1 > ax.bbox.x1:
            _turn(name, "left")
    ordered = sorted(names, key=lambda name: sum(name.get_window_extent().intervalx))
    for left, right in itertools.pairwise(ordered):
        if left.get_window_extent().overlaps(right.get_window_extent()):
            _turn(left, "left")
            _turn(right, "right")


def _turn(name: Annotation, to: str) -> None:
    """Put a name to the left or to the right of what it names; above it, if that is a horizontal
    line."""
    x, ha = {"left": (-2, "right"), "right": (2, "left")}[to]
    name.set(ha=ha, position=(x, name.get_position()[1]))
    if name.get_verticalalignment() == "center":
        name.set_verticalalignment("bottom")


def add_name(
    ax: Axes,
    text: str,
    at: tuple[Any, Any],
    coords: Any = "data",
    *,
    to: str = "top",
    off: float = 2,
) -> Annotation:
    """A name beside a point, with a halo, at some points' distance."""
    x, y, ha, va = {
        "top": (0, off, "center", "bottom"),
        "bottom": (0, -off, "center", "top"),
        "right": (off, 0, "left", "center"),
        "left": (-off, 0, "right", "center"),
    }[to]
    return ax.annotate(
        text,
        at,
        (x, y),
        xycoords=coords,
        textcoords="offset points",
        ha=ha,
        va=va,
        annotation_clip=False,
        path_effects=HALO,
        zorder=5,
    )
