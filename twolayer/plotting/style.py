"""How everything is drawn: figures in the shipped style, looks, legends and names of curves."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
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

SOLID = "-"
DASH = (0, (5, 1.5))
DASH_DOT = (0, (5, 1.5, 1, 1.5))
DOT = (0, (1.5, 1.2))
DASH_DOTS = (0, (3, 1, 1, 1, 1, 1))


class Look(NamedTuple):
    """How one of several things is told apart."""

    colour: str
    dashes: Any
    marker: str
    hatch: str = ""

    def line(self, ax: Axes, x: Any, y: Any, **how: Any) -> list[Line2D]:
        """A line: theory."""
        return ax.plot(x, y, **{"color": self.colour, "linestyle": self.dashes, "zorder": 2} | how)

    def hollow(self, ax: Axes, x: Any, y: Any, **how: Any) -> list[Line2D]:
        """Markers with white faces: trained networks."""
        usual: dict[str, Any] = {"color": self.colour, "markerfacecolor": "white", "zorder": 3}
        return ax.plot(x, y, self.marker, **usual | how)

    def entry(self, label: str, marked: Any) -> Line2D:
        """Line and marker in a legend."""
        marker = self.marker if marked else ""
        return legend_entry(label, color=self.colour, linestyle=self.dashes, marker=marker)


LOOKS = {
    Phase.LAZY: Look("#0072B2", SOLID, "o"),
    Phase.CATAPULT: Look("#E69F00", DASH, "s", "////"),
    Phase.OSCILLATING: Look("#009E73", DASH_DOT, "D", "----"),
    Phase.DIVERGENT: Look("#D55E00", DOT, "^", "...."),
    Phase.UNDECIDED: Look("#CC79A7", DASH_DOTS, "v", "\\\\\\\\"),
}

WIDTH_LOOKS = [
    Look("#000000", SOLID, "o"),
    Look("#D55E00", DASH, "s"),
    Look("#0072B2", DASH_DOT, "^"),
    Look("#009E73", DOT, "D"),
    Look("#CC79A7", DASH_DOTS, "v"),
]

BOUNDARIES: dict[str, tuple[str, Any]] = {
    "eta_crit": (r"$\eta_\mathrm{crit}$", DASH),
    "eta_max": (r"$\eta_\mathrm{max}$", SOLID),
    "curvature_crit": (r"$\lambda_\mathrm{crit}$", DASH),
    "curvature_div": (r"$\lambda_\mathrm{div}$", SOLID),
}

AXIS_LABELS = {
    "eta": r"learning rate $\eta$",
    "curvature": r"initial curvature $\lambda_0$",
    "output": "initial output $f_0$",
    "width": "width $n$",
    "target": "label $y$",
}

TWO_OVER_ETA: dict[str, Any] = {"linewidth": 0.7, "linestyle": (0, (8, 3)), "zorder": 1}

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
    rows = arguments.count("rows", rows, least=1)
    columns = arguments.count("columns", columns, least=1)
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


def mark_boundaries(
    ax: Axes, places: Mapping[str, float], texts: Mapping[str, str]
) -> tuple[dict[str, list[Line2D]], list[Annotation]]:
    """Boundaries at single learning rates: vertical lines, and names above the axes, their own
    where `texts` has none."""
    drawn, names = {}, []
    for name, at in places.items():
        text, dashes = BOUNDARIES[name]
        drawn[name] = [ax.axvline(at, color="0.2", linewidth=0.8, linestyle=dashes, zorder=1)]
        names.append(add_name(ax, texts.get(name, text), (at, 1), ("data", "axes fraction")))
    return drawn, names


def add_legend(ax: Axes, handles: Sequence[Any], names: Sequence[Annotation] = ()) -> Legend:
    """A legend above the axes, and above the names there: it hides no data."""
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


def legend_entry(label: str, **look: Any) -> Line2D:
    """What stands for many artists in a legend."""
    usual = {"color": "0.3", "linestyle": "", "markerfacecolor": "white", "label": label}
    return Line2D([], [], **usual | look)


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
