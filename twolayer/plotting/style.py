"""How everything is drawn: figures in the shipped style, and looks."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib import patheffects, style
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import offset_copy

from .. import arguments
from ..results import Phase


class Artists(NamedTuple):
    """What was drawn: lines, points and markers run by run, boundaries by name; empty where a
    figure has none.

    Attributes
    ----------
    ax : Axes
        Where it was drawn; ``artists.ax.figure.savefig(path)`` saves it.
    legend : Legend
    lines, points, markers : list of Line2D
        Theory, what rounding blurs of it, and trained networks.
    boundaries : dict of str to list of Line2D
    names : list of Annotation
        What stands in the figure beside lines.
    cells : QuadMesh or None
        Of a phase diagram.

    Examples
    --------
    >>> import twolayer as tl
    >>> from twolayer import plotting
    >>> run = tl.simulate([0.5, 1.5], 2.0, 1.0, width=100, steps=9)
    >>> artists = plotting.plot_training(run, phases=[0, 1])
    >>> len(artists.lines), artists.ax.get_xlabel()
    (2, 'training step')
    """

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
            for ax in self.axes:
                _lift_titles(self, ax, renderer)
            super().draw(renderer)


def _lift_titles(figure: Figure, ax: Axes, renderer: RendererBase) -> None:
    """Titles go above a legend that stands above the axes."""
    legend = ax.get_legend()
    if legend is None or (box := legend.get_window_extent(renderer)).y0 < ax.bbox.y1:
        return
    lift = (box.y1 - ax.bbox.y1) / figure.dpi + 0.05
    for title in set(ax.get_children()).difference(ax.texts):
        if isinstance(title, Text):
            title.set_transform(offset_copy(ax.transAxes, figure, y=lift))


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
    >>> from twolayer import plotting
    >>> figure, (left, right) = plotting.new_figure(1, 2)
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
    if its figure has it, and no number warns."""
    ax = new_figure()[1] if ax is None else ax
    arguments.instance("ax", ax, Axes)
    look = style.context(_STYLE) if styled(ax) else contextlib.nullcontext()
    with look, np.errstate(all="ignore"):
        yield ax


def styled(ax: Axes) -> bool:
    """Whether the Axes are those of a `new_figure`, where what stands above them is ours."""
    return isinstance(ax.get_figure(root=True), _StyledFigure)


def legend_entry(label: str, **look: Any) -> Line2D:
    """What stands for many artists in a legend."""
    usual = {"color": "0.3", "linestyle": "", "markerfacecolor": "white", "label": label}
    return Line2D([], [], **usual | look)
