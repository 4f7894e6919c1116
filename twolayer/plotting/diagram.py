"""Phase diagrams: cells of observed phases under the exact boundaries."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from ..results import Phase, PhaseDiagram
from .legends import add_legend, add_name, name_top
from .runs import LARGEST, mapping
from .style import AXIS_LABELS, BOUNDARIES, DOT, HALO, LOOKS, Artists, canvas

__all__ = ["plot_phase_diagram"]

# the colour of the hatch, and no edge
_CELL_EDGE: dict[str, Any] = {"edgecolor": "0.35", "linewidth": 0}
_ALPHA = 0.55
_DRAWN = {"eta": ("eta_crit", "eta_max"), "curvature": ("curvature_crit", "curvature_div")}


@shared
def plot_phase_diagram(
    diagram: PhaseDiagram,
    *,
    ax: Axes | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    lines: Mapping[str, Any] | None = None,
    labels: Mapping[Phase, str] | None = None,
) -> Artists:
    """A phase diagram: the observed phases (the theory's, if none were observed) as cells under the
    exact boundaries.

    Parameters
    ----------
    diagram : PhaseDiagram
        eta, or else curvature, lies along x where it is an axis, with its boundaries: η_crit and
        η_max, or λ_crit (the first step keeps the loss) and λ_div (V = 0). An axis of even ratios
        becomes logarithmic. Along whole widths boundaries are steps: between them are no networks
        that count units.
    {ax}
    xlabel, ylabel : str
        In place of the names of the arguments.
    lines : mapping of str to float or floats
        Further lines by name: horizontal, at these values of y.
    labels : mapping of Phase to str
        Names of phases in the legend, in place of their own.

    Returns
    -------
    Artists
        boundaries (by the names of the diagram's fields and of `lines`), names, cells.

    Raises
    ------
    ValueError
        If an axis of the diagram is not increasing or not finite, or a line is not.

    Examples
    --------
    >>> import numpy as np
    >>> import twolayer as tl
    >>> from twolayer import plotting
    >>> eta, width = np.linspace(0.1, 2.5, 25), [1, 10, 100, 1000]
    >>> diagram = tl.phase_diagram(eta=eta, curvature=2.0, output=1.0, width=width)
    >>> sorted(plotting.plot_phase_diagram(diagram).boundaries)
    ['eta_crit', 'eta_max']
    """
    arguments.instance("diagram", diagram, PhaseDiagram)
    x, y = sorted(diagram.axes, key=lambda name: ("eta", "curvature", name).index(name))
    (x_edges, x_scale), (y_edges, y_scale) = (_edges(diagram, name) for name in (x, y))
    extra = {
        name: np.atleast_1d(arguments.numbers(f"lines[{name!r}]", at, "target"))
        for name, at in mapping("lines", lines).items()
    }
    phases = diagram.phase.data if diagram.observed is None else diagram.observed.phase
    codes = np.ma.masked_array(phases, np.ma.getmaskarray(diagram.phase))
    codes = codes.T if (x, y) == diagram.axes else codes
    texts = {phase: phase.name.lower() for phase in Phase} | mapping("labels", labels)
    patches = [
        Patch(facecolor=(look.colour, _ALPHA), hatch=look.hatch, label=texts[phase], **_CELL_EDGE)
        for phase, look in LOOKS.items()
    ]
    absent = "no network (Cauchy–Schwarz)"
    patches.append(Patch(facecolor="none", hatch="xxxxxx", label=absent, **_CELL_EDGE))
    boundaries, names = {}, []
    with canvas(ax) as ax:
        ax.set(xscale=x_scale, yscale=y_scale, xlim=x_edges[[0, -1]], ylim=y_edges[[0, -1]])
        ax.set_xlabel(AXIS_LABELS[x] if xlabel is None else xlabel)
        ax.set_ylabel(AXIS_LABELS[y] if ylabel is None else ylabel)
        cells = _draw_cells(ax, x_edges, y_edges, codes, patches)
        for name in _DRAWN.get(x, ()):
            at, level = np.asarray(getattr(diagram, name)), getattr(diagram, y)
            boundaries[name], named = _draw_boundary(ax, name, at, level, y_edges, y == "width")
            names += named
        for name, values in extra.items():
            boundaries[name] = [
                ax.axhline(at, color="black", linewidth=0.9, linestyle=DOT, path_effects=HALO)
                for at in values
            ]
            names += [
                add_name(ax, name, (1, at), ("axes fraction", "data"), to="right")
                for at in values
                if y_edges[0] < at < y_edges[-1]
            ]
        handles = [patches[code] for code in np.unique(codes.filled(len(Phase)))]
        legend = add_legend(ax, handles, names)
        return Artists(ax, legend, [], [], [], boundaries, names, cells)


def _edges(diagram: PhaseDiagram, name: str) -> tuple[FloatArray, str]:
    """Edges of the cells around the values of an axis, and its scale: log if they are more even
    there."""
    centres: FloatArray = getattr(diagram, name)
    arguments.require(f"diagram.{name}", centres, np.isfinite(centres), "finite to be drawn")
    if centres.size < 2 or (np.diff(centres) <= 0).any():
        raise ValueError(f"diagram.{name} must have at least two values, in increasing order")
    at, scale = centres, "linear"
    if centres[0] > 0 and centres[-1] > 5 * centres[0]:
        steps, ratios = np.diff(centres), np.diff(np.log(centres))
        with np.errstate(all="ignore"):
            if ratios.std() / ratios.mean() < steps.std() / steps.mean():
                at, scale = np.log(centres), "log"
    beyond = np.pad(at, 1, mode="reflect", reflect_type="odd")
    edges = (beyond[1:] + beyond[:-1]) / 2
    most = np.log(LARGEST)
    return np.exp(np.clip(edges, -most, most)) if scale == "log" else edges, scale


def _draw_cells(
    ax: Axes, x_edges: FloatArray, y_edges: FloatArray, codes: Any, patches: list[Patch]
) -> QuadMesh:
    """Cells in the colours of their phases, and over them the hatches."""
    colours = ListedColormap([look.colour for look in LOOKS.values()])
    cells = ax.pcolormesh(
        x_edges,
        y_edges,
        codes,
        cmap=colours,
        vmin=-0.5,
        vmax=len(Phase) - 0.5,
        alpha=_ALPHA,
        linewidth=0,
        rasterized=True,
        zorder=0,
    )
    # contours run through cells of width zero, between each cell and its copy: along the edges
    hatches = ax.contourf(
        np.repeat(x_edges, 2)[1:-1],
        np.repeat(y_edges, 2)[1:-1],
        codes.filled(len(Phase)).repeat(2, 0).repeat(2, 1),
        colors="none",
        levels=np.arange(-0.5, len(patches)),
        hatches=[patch.get_hatch() for patch in patches],
        zorder=0.5,
    )
    hatches.set(**_CELL_EDGE)
    return cells


def _draw_boundary(
    ax: Axes, name: str, at: FloatArray, level: FloatArray, edges: FloatArray, stepped: bool
) -> tuple[list[Line2D], list[Annotation]]:
    """A curve through `at` in each row, and its name: at their top where it ends there, else
    beside its furthest point, or beside its middle where that would be one of its ends.

    Along units, whole numbers, it is `stepped`: straight through each row, and along the edges.
    """
    text, line = BOUNDARIES[name]
    x, y = at, level
    if stepped and (level == np.trunc(level)).all():
        x, y = np.repeat(at, 3), np.column_stack([edges[:-1], level, edges[1:]]).ravel()
    ax.plot(x, y, color="white", linewidth=2, zorder=2.9)  # dashes are joined by it
    drawn = ax.plot(x, y, color="black", linestyle=line, zorder=3)
    left, right = ax.get_xlim()
    inside = np.flatnonzero((at > left) & (at < right))
    if not inside.size:
        return drawn, []
    if inside[-1] == len(at) - 1:
        return drawn, [name_top(ax, text, at[-1])]
    row = inside[at[inside].argmax()]
    if row in (inside[0], inside[-1]):
        row = inside[inside.size // 2]
    return drawn, [add_name(ax, text, (at[row], level[row]), to="right")]
