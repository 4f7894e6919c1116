"""Runs in the triangle P + Q + V = 4."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from .legends import add_legend, add_name
from .runs import columns, mapping, phases_and_names
from .style import DASH, DASH_DOT, DOT, LOOKS, Artists, Look, canvas, legend_entry

__all__ = ["plot_triangle"]

_CORNERS = [4, 0, 0], [0, 4, 0], [0, 0, 4]  # P, Q, V


@shared
def plot_triangle(
    P: Any,
    Q: Any,
    V: Any,
    *,
    phases: Any,
    labels: Sequence[str] | None = None,
    curves: Mapping[str, tuple[Any, Any, Any]] | None = None,
    ax: Axes | None = None,
) -> Artists:
    """Runs in the triangle P + Q + V = 4, of which every network of every width is one point (label
    0).

    Parameters
    ----------
    P, Q, V : array_like, shape (steps + 1, k)
        What `triangle` returns; `inf` and `nan` end a run. Divergent runs leave through the edge V
        = 0, where η = η_max.
    {looks}
    curves : mapping of str to (P, Q, V)
        Further curves by name.
    {ax}

    Returns
    -------
    Artists
        lines, markers (the starts), boundaries ("triangle" and the names of `curves`), names.

    Raises
    ------
    ValueError
        For shapes that disagree, phases that are not codes, or P + Q + V not 4.

    Examples
    --------
    >>> import twolayer as tl
    >>> from twolayer import plotting
    >>> start = ([0.5, 1.5], 2.0, 1.0, 10)
    >>> run = tl.simulate(*start, steps=30)
    >>> corners = tl.triangle(start[0], run.curvature, run.output, 10)
    >>> artists = plotting.plot_triangle(*corners, phases=tl.phase(*start))
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['lazy', 'catapult', 'start']
    """
    corners = np.array(columns(P=P, Q=Q, V=V))
    pairs = phases_and_names(phases, labels, corners.shape[2])
    with np.errstate(all="ignore"):
        total, size = corners.sum(0), np.abs(corners).sum(0)
        off = np.abs(total - 4) > 1e-6 * (4 + size)
        arguments.require("P + Q + V", total, ~off, "4, as it is with label 0")
        x, y = _place(*corners)
    further = {
        name: _place(*_curve(name, curve)) for name, curve in mapping("curves", curves).items()
    }
    outside = ~((np.abs(x) < 0.7) & (y > -0.2) & (y < 0.95))
    # after the first point beyond the axes
    gone = ~np.isfinite(x + y) | (np.cumsum(outside, axis=0) > outside)
    x, y = np.where(gone, np.nan, x), np.where(gone, np.nan, y)
    lines, markers = [], []
    with canvas(ax) as ax:
        names = _draw_frame(ax)
        outline = _place(*np.transpose(_CORNERS + _CORNERS[:1]))
        boundaries = {"triangle": ax.plot(*outline, color="black", linewidth=0.9, zorder=1)}
        for i, (phase, name) in enumerate(pairs):
            look, path, start = LOOKS[phase], (x[:, i], y[:, i]), (x[:1, i], y[:1, i])
            lines += look.line(ax, *path, marker=".", markersize=3, linewidth=0.8, label=name)
            markers += look.hollow(ax, *start, markerfacecolor=look.colour, markersize=6)
        handles = [*lines, legend_entry("start", marker="o", markersize=6, markerfacecolor="0.3")]
        dashes = itertools.cycle((DASH, DASH_DOT, DOT))
        for (name, curve), line in zip(further.items(), dashes, strict=False):
            look = Look("0.3", line, "")
            boundaries[name] = look.line(ax, *curve, linewidth=0.9, label=name, zorder=1)
            handles += boundaries[name]
        legend = add_legend(ax, handles, share=(0.35, 0.35))  # beside the top
        return Artists(ax, legend, lines, [], markers, boundaries, names)


def _curve(name: str, curve: Any) -> list[FloatArray]:
    if not np.iterable(curve) or len(parts := list(curve)) != 3:
        raise ValueError(f"curves[{name!r}] must be three arrays: P, Q and V")
    return columns(**{f"{key} of {name}": part for key, part in zip("PQV", parts, strict=True)})


def _place(p: Any, q: Any, v: Any) -> tuple[FloatArray, FloatArray]:
    """Where a point of the triangle is drawn: Q at the left, P at the right, V at the top, sides of
    length 1."""
    return np.subtract(p, q) / 8, np.multiply(v, np.sqrt(3) / 8)


def _draw_frame(ax: Axes) -> list[Annotation]:
    """The empty Axes, lines where P, Q or V is 1, 2 or 3, and the names of corners and levels."""
    ax.set(xscale="linear", yscale="linear", aspect="equal", xlim=(-0.7, 0.7), ylim=(-0.2, 0.95))
    ax.set_axis_off()
    for level, turn in np.ndindex(3, 3):
        ends = np.roll([[level + 1, level + 1], [3 - level, 0], [0, 3 - level]], turn, axis=0)
        ax.plot(*_place(*ends), color="0.88", linewidth=0.5, zorder=0)
    places = [(f"$V = {value}$", [4 - value, 0, value], "right") for value in (1, 2, 3)]
    corners = "$P = 4$", "$Q = 4$", "$V = 4$"
    places += zip(corners, _CORNERS, ("right", "left", "top"), strict=True)
    names = [add_name(ax, text, _place(*at), to=to) for text, at, to in places]
    edge = r"$V = 0$: $\eta = \eta_\mathrm{max}$"
    return [*names, add_name(ax, edge, (0, 0), to="bottom", off=10)]
