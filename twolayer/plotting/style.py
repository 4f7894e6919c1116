"""How everything is drawn: figures in the shipped style, looks, legends and names of curves."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from matplotlib import patheffects, style
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import offset_copy

from .. import arguments
from ..results import Phase


class Artists(NamedTuple):
    """What was drawn: lines, points and markers run by run, boundaries by name; empty where a
    figure has none."""

    ax: Axes
    legend: Legend
    lines: list[Line2D]
    points: list[Line2D]
    markers: list[Line2D]
    boundaries: dict[str, list[Line2D]]
    names: list[Annotation]
    cells: QuadMesh | None = None


_STYLE = "twolayer.plotting.twolayer"


SOLID, DASH, _DASH_DOT, DOT, _DASH_DOTS = (
    "-",
    (0, (5, 1.5)),
    (0, (5, 1.5, 1, 1.5)),
    (0, (1.5, 1.2)),
    (0, (3, 1, 1, 1, 1, 1)),
)


LOOKS: dict[Phase, tuple[str, Any, str, str]] = {  # colour, line, marker, hatch
    Phase.LAZY: ("#0072B2", SOLID, "o", ""),
    Phase.CATAPULT: ("#E69F00", DASH, "s", "////"),
    Phase.OSCILLATING: ("#009E73", _DASH_DOT, "D", "----"),
    Phase.DIVERGENT: ("#D55E00", DOT, "^", "...."),
    Phase.UNDECIDED: ("#CC79A7", _DASH_DOTS, "v", "\\\\\\\\"),
}


WIDTH_LOOKS: list[tuple[str, Any, str]] = [
    ("#000000", SOLID, "o"),
    ("#D55E00", DASH, "s"),
    ("#0072B2", _DASH_DOT, "^"),
    ("#009E73", DOT, "D"),
    ("#CC79A7", _DASH_DOTS, "v"),
]


BOUNDARIES: dict[str, tuple[str, Any]] = {
    "eta_crit": (r"$\eta_\mathrm{crit}$", DASH),
    "eta_max": (r"$\eta_\mathrm{max}$", SOLID),
    "curvature_crit": (r"$\lambda_\mathrm{crit}$", DASH),
    "curvature_div": (r"$\lambda_\mathrm{div}$", SOLID),
}


TWO_OVER_ETA: dict[str, Any] = {"linewidth": 0.7, "linestyle": (0, (8, 3)), "zorder": 1}


# the colour of the hatch, and no edge
_CELL_EDGE: dict[str, Any] = {"edgecolor": "0.35", "linewidth": 0}


HALO = [patheffects.withStroke(linewidth=2, foreground="white")]


class _StyledFigure(Figure):
    """A figure that is in the shipped style whenever it is drawn, and in which everything here is
    drawn on it."""

    def draw(self, renderer: RendererBase) -> None:
        with style.context(_STYLE):
            super().draw(renderer)


def new_figure(rows: int = 1, columns: int = 1) -> tuple[Figure, Any]:
    """A figure in the shipped style, without pyplot; one panel is one journal column wide.

    Parameters
    ----------
    rows, columns : int
        Numbers of panels.

    Returns
    -------
    figure, axes : Figure, and Axes or ndarray of Axes
        What the functions of this module draw on these axes is in the shipped style too.

    Raises
    ------
    ValueError
        If a number is not a whole number of at least 1.

    Examples
    --------
    >>> figure, (left, right) = new_figure(1, 2)
    >>> figure.get_size_inches()
    array([6.8, 2.8])
    """
    rows, columns = (
        arguments.count("rows", rows, least=1),
        arguments.count("columns", columns, least=1),
    )
    with style.context(_STYLE):
        figure = _StyledFigure()
        width, height = figure.get_size_inches()
        figure.set_size_inches(columns * width, rows * height)
        return figure, figure.subplots(rows, columns)


@contextlib.contextmanager
def canvas(ax: Axes | None) -> Iterator[Axes]:
    """The given Axes, or those of a new figure; while it is drawn on, the shipped style is in force
    if its figure has it."""
    ax = new_figure()[1] if ax is None else ax
    styled = isinstance(ax.get_figure(root=True), _StyledFigure)
    with style.context(_STYLE) if styled else contextlib.nullcontext():
        yield ax


def add_legend(ax: Axes, handles: Sequence[Any], names: Sequence[Annotation] = ()) -> Legend:
    """A legend above the axes, and above the names there: it hides no data. As many columns as its
    longest entry lets fit 3.4 in."""
    longest = max(len(re.sub(r"\\[a-z]+|[${}_^]", "", handle.get_label())) for handle in handles)
    lift = 4 + (1.3 * float(names[0].get_fontsize()) if names else 0)
    above = offset_copy(ax.transAxes, ax.get_figure(root=True), y=lift, units="points")
    return ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        bbox_transform=above,
        borderaxespad=0,
        ncols=3 if longest <= 12 else 2 if longest <= 30 else 1,
    )


def legend_entry(label: str, **look: Any) -> Line2D:
    return Line2D(
        [],
        [],
        **{"color": "0.3", "linestyle": "", "markerfacecolor": "white", "label": label} | look,
    )


def add_name(
    ax: Axes,
    text: str,
    at: tuple[Any, Any],
    coords: Any = "data",
    *,
    to: str = "top",
    off: float = 2,
) -> Annotation:
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
