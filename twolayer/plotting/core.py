"""Draw result objects on an Axes. Computes nothing: what is drawn is what it was given.

Every function draws on the Axes it is given, or on that of a `new_figure` in the shipped style,
twolayer.mplstyle, and returns `Artists`. No pyplot: save a new figure with
``artists.ax.figure.savefig(path)``. Phases differ in colour (Okabe and Ito's), line, marker and
hatch.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from .. import arguments
from ..arguments import FloatArray
from ..results import FinalCurvature, Outcome, Phase, PhaseDiagram, Trajectory
from .style import (
    _CELL_EDGE,
    _DASH_DOT,
    BOUNDARIES,
    DASH,
    DOT,
    HALO,
    LOOKS,
    TWO_OVER_ETA,
    WIDTH_LOOKS,
    Artists,
    add_legend,
    add_name,
    canvas,
    legend_entry,
)

__all__ = [
    "plot_final_curvature",
    "plot_phase_diagram",
    "plot_training",
    "plot_triangle",
]


_AXIS_LABELS = {
    "eta": r"learning rate $\eta$",
    "curvature": r"initial curvature $\lambda_0$",
    "output": "initial output $f_0$",
    "width": "width $n$",
    "target": "label $y$",
}


def _columns(**values: Any) -> list[FloatArray]:
    """Arrays of one shape, one column a run (a single run is one column); `inf` and `nan` are
    allowed."""
    arrays = [np.asarray(value, dtype=np.float64) for value in values.values()]
    _agree(**{name: array.shape for name, array in zip(values, arrays, strict=True)})
    if arrays[0].ndim not in (1, 2) or arrays[0].size == 0:
        raise ValueError(
            f"shape of {next(iter(values))} = {arrays[0].shape} must be (m,) or (m, k), not empty"
        )
    return [array.reshape(len(array), -1) for array in arrays]


def _agree(**shapes: tuple[int, ...]) -> None:
    if len(set(shapes.values())) > 1:
        raise ValueError(
            f"shapes must agree: {', '.join(f'{name} {shape}' for name, shape in shapes.items())}"
        )


def _runs(phases: Any, labels: Sequence[str] | None, count: int) -> list[tuple[Phase, str]]:
    """The phase of each run, and its name: that of the phase and the label."""
    codes, given = (
        np.atleast_1d(np.asarray(phases)),
        [""] * count if labels is None else list(labels),
    )
    if (
        codes.dtype.kind not in "iu"
        or codes.shape != (count,)
        or not np.isin(codes, list(Phase)).all()
    ):
        raise ValueError(f"phases = {phases!r} must be Phase codes, one for each of {count} runs")
    if isinstance(labels, str) or len(given) != count:
        raise ValueError(f"labels = {labels!r} must be {count} strings")
    pairs = [
        (Phase(code), Phase(code).name.lower(), label)
        for code, label in zip(codes.tolist(), given, strict=True)
    ]
    return [
        (phase, f"{name}, {label}" if label and name not in label else label or name)
        for phase, name, label in pairs
    ]


def plot_training(
    runs: Trajectory,
    networks: Trajectory | None = None,
    *,
    quantity: str = "loss",
    phases: Any,
    labels: Sequence[str] | None = None,
    eta: Any = None,
    every: int | None = None,
    ax: Axes | None = None,
) -> Artists:
    """Loss or curvature against the step: theory as lines, trained networks as markers.

    Parameters
    ----------
    runs, networks : Trajectory, shape (steps + 1, k)
        What `simulate` and `Network.train` return. Networks get a marker every `every` steps (by
        default some twelve in all).
    quantity : {"loss", "curvature"}
        Vertical axes (the loss's is logarithmic) end where the runs that do not diverge have
        nothing left to show.
    phases, labels : Phase codes, shape (k,), and k str
        Colour, line and marker of each run, and its name in the legend: its phase and, if there are
        labels, its label.
    eta : array_like, shape (k,)
        Learning rates, for thin lines at 2/η, the curvature above which a minimum repels. Used with
        the curvature only.
    ax : Axes
        Where to draw; a new figure if not given.

    Returns
    -------
    Artists
        lines, markers (networks), boundaries ("2/eta").

    Raises
    ------
    ValueError
        For bad input, naming the argument.

    Examples
    --------
    >>> from twolayer import phase, simulate
    >>> start = ([0.5, 1.5, 2.5], 2.0, 1.0, 100)
    >>> artists = plot_training(simulate(*start, steps=30), phases=phase(*start))
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['lazy', 'catapult', 'divergent']
    """
    if quantity not in ("loss", "curvature"):
        raise ValueError(f"quantity = {quantity!r} must be 'loss' or 'curvature'")
    values, trained = _columns(
        runs=getattr(runs, quantity),
        networks=getattr(runs if networks is None else networks, quantity),
    )
    steps, count = values.shape[0] - 1, values.shape[1]
    pairs = _runs(phases, labels, count)
    interval = max(1, steps // 12) if every is None else arguments.count("every", every, least=1)
    rates = (
        np.empty(0)
        if eta is None or quantity == "loss"
        else np.atleast_1d(arguments.numbers("eta", eta))
    )
    _agree(eta=rates.shape if rates.size else (count,), runs=(count,))
    bounded = np.array([phase != Phase.DIVERGENT for phase, _ in pairs])
    shown = values[:, bounded] if bounded.any() else values[:1]
    shown = shown[(shown > 0) & (shown < 1e300)]
    low, high = (shown.min(), shown.max()) if shown.size else (1.0, 1.0)
    with canvas(ax) as ax:
        if quantity == "curvature":
            ax.set(ylim=(0, 1.25 * high), ylabel=r"curvature $\lambda$", xlabel="training step")
        else:  # the limits first: autoscaling would overflow on a divergent run
            ax.set(yscale="log", ylabel="loss $L$", xlabel="training step")
            ax.set_ylim(max(low, 1e-12 * high) / 2, high * (2 if bounded.all() else 1e3))
        lines, markers, time = [], [], np.arange(steps + 1)
        for i, (phase, name) in enumerate(pairs):
            colour, line, marker, _ = LOOKS[phase]
            lines += ax.plot(time, values[:, i], color=colour, linestyle=line, label=name, zorder=2)
            if networks is not None:
                markers += ax.plot(
                    time,
                    trained[:, i],
                    marker,
                    color=colour,
                    markerfacecolor="white",
                    markevery=interval,
                    zorder=3,
                )
        limits = [
            ax.axhline(2 / rate, color=drawn.get_color(), **TWO_OVER_ETA)
            for rate, drawn in zip(rates, lines, strict=False)
        ]
        handles = lines + [legend_entry("trained network", marker="o")] * bool(markers)
        handles += [legend_entry(r"$2/\eta$", **TWO_OVER_ETA)] * bool(limits)
        return Artists(
            ax, add_legend(ax, handles), lines, [], markers, {"2/eta": limits} if limits else {}, []
        )


def plot_final_curvature(
    eta: Any,
    ends: Outcome | FinalCurvature,
    *,
    labels: Sequence[str],
    networks: Outcome | None = None,
    network_eta: Any = None,
    eta_crit: float | None = None,
    eta_max: float | None = None,
    ax: Axes | None = None,
) -> Artists:
    """Final curvature against the learning rate for several widths, with 2/η and both boundaries.

    Parameters
    ----------
    eta, ends : array_like, shape (m,), and FinalCurvature or Outcome, shape (m, k)
        Learning rates, and how runs of k widths ended: lines where the curvature is known to 10 %,
        points where it is not (near η_max the transient is chaotic and amplifies rounding; the
        reported error says so). What diverged or is undecided is left out.
    network_eta, networks : array_like, shape (m2,), and Outcome, shape (m2, k)
        The same of trained networks, drawn as markers.
    labels : sequence of k str
        Names of the widths.
    eta_crit, eta_max : float
        Boundaries to mark, such as those at infinite width.
    ax : Axes
        Where to draw; a new figure if not given.

    Returns
    -------
    Artists
        lines, points, markers (networks), boundaries ("2/eta", "eta_crit", "eta_max"), names.

    Raises
    ------
    ValueError
        For bad input, naming the argument.

    Examples
    --------
    >>> from twolayer import outcome
    >>> eta = np.linspace(0.1, 1.9, 19)
    >>> ends = outcome(eta[:, None], 2.0, 1.0, width=[10, 1000])
    >>> sorted(plot_final_curvature(eta, ends, labels=["n = 10", "n = 1000"], eta_crit=1.0, eta_max=2.0).boundaries)
    ['2/eta', 'eta_crit', 'eta_max']
    """
    if (networks is None) != (network_eta is None):
        raise ValueError("networks and network_eta must be given together")
    known_to = ends.error if isinstance(ends, FinalCurvature) else ends.curvature_error
    rates, (final, error) = (
        arguments.numbers("eta", eta),
        _columns(curvature=ends.curvature, curvature_error=known_to),
    )
    trained_rates, trained = rates, np.full(final.shape, np.nan)
    if networks is not None:
        trained_rates, (trained,) = (
            arguments.numbers("network_eta", network_eta, "eta"),
            _columns(networks=networks.curvature),
        )
    _agree(eta=rates.shape, ends=final.shape[:1])
    _agree(network_eta=trained_rates.shape, networks=trained.shape[:1])
    _agree(ends=final.shape[1:], networks=trained.shape[1:], labels=np.shape(labels))
    marks = {
        name: arguments.single(name, at, "eta")
        for name, at in (("eta_crit", eta_crit), ("eta_max", eta_max))
        if at is not None
    }
    final, trained = (np.where(np.isfinite(array), array, np.nan) for array in (final, trained))
    known = error <= 0.1 * final
    with canvas(ax) as ax:
        lines, points, markers, handles = [], [], [], []
        for i, label in enumerate(labels):
            colour, line, marker = WIDTH_LOOKS[i % len(WIDTH_LOOKS)]
            before, after = np.append(False, known[:-1, i]), np.append(known[1:, i], False)
            # a line of one point would not show
            lone = np.flatnonzero(known[:, i] & ~before & ~after).tolist()
            lines += ax.plot(
                rates,
                np.where(known[:, i], final[:, i], np.nan),
                "_",
                color=colour,
                linestyle=line,
                markevery=lone,
                zorder=3,
            )
            points += ax.plot(
                rates,
                np.where(known[:, i], np.nan, final[:, i]),
                ".",
                color=colour,
                markersize=2,
                zorder=2,
            )
            if networks is not None:
                markers += ax.plot(
                    trained_rates,
                    trained[:, i],
                    marker,
                    color=colour,
                    markerfacecolor="white",
                    zorder=4,
                )
            handles.append(
                legend_entry(
                    label,
                    color=colour,
                    linestyle=line,
                    marker=marker if networks is not None else "",
                )
            )
        boundaries = {
            "2/eta": ax.plot(rates, 2 / rates, color="0.4", label=r"$2/\eta$", **TWO_OVER_ETA)
        }
        boundaries |= {
            name: [ax.axvline(at, color="0.2", linewidth=0.8, linestyle=BOUNDARIES[name][1])]
            for name, at in marks.items()
        }
        names = [
            add_name(ax, BOUNDARIES[name][0], (at, 1), ("data", "axes fraction"))
            for name, at in marks.items()
        ]
        handles += boundaries["2/eta"]
        if np.any(~known & np.isfinite(final)):
            handles.append(legend_entry("error > 10 % (chaos)", marker=".", markersize=2))
        highest = max(
            np.max(array, where=np.isfinite(array), initial=0) for array in (final, trained)
        )
        ax.set(
            xlabel=_AXIS_LABELS["eta"],
            ylabel=r"final curvature $\lambda_\infty$",
            ylim=(0, 1.15 * highest or 1),
        )
        return Artists(
            ax, add_legend(ax, handles, names), lines, points, markers, boundaries, names
        )


def _edges(name: str, centres: FloatArray) -> tuple[FloatArray, str]:
    """Edges of the cells around these centres, and the scale of their axis: log if they are more
    even there."""
    arguments.require(f"diagram.{name}", centres, np.isfinite(centres), "finite to be drawn")
    if centres.size < 2 or (np.diff(centres) <= 0).any():
        raise ValueError(f"diagram.{name} must have at least two values, in increasing order")
    at, scale = centres, "linear"
    if centres[0] > 0 and centres[-1] > 5 * centres[0]:
        steps, ratios = np.diff(centres), np.diff(np.log(centres))
        if ratios.std() / ratios.mean() < steps.std() / steps.mean():
            at, scale = np.log(centres), "log"
    inner = (at[1:] + at[:-1]) / 2
    edges = np.concatenate([[2 * at[0] - inner[0]], inner, [2 * at[-1] - inner[-1]]])
    return np.exp(edges) if scale == "log" else edges, scale


def plot_phase_diagram(
    diagram: PhaseDiagram,
    *,
    ax: Axes | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    lines: Mapping[str, Any] | None = None,
) -> Artists:
    """A phase diagram: the observed phases (the theory's, if none were observed) as cells under the
    exact boundaries.

    Parameters
    ----------
    diagram : PhaseDiagram
        eta, or else curvature, lies along x where it is an axis, with its boundaries: η_crit and
        η_max, or λ_crit (the first step keeps the loss) and λ_div (V = 0). An axis of even ratios
        becomes logarithmic.
    ax : Axes
        Where to draw; a new figure if not given.
    xlabel, ylabel : str
        In place of the names of the arguments.
    lines : mapping of str to float or floats
        Further lines by name: horizontal, at these values of y.

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
    >>> from twolayer import phase_diagram
    >>> diagram = phase_diagram(eta=np.linspace(0.1, 2.5, 25), curvature=2.0, output=1.0, width=[1, 10, 100, 1000])
    >>> sorted(plot_phase_diagram(diagram).boundaries)
    ['eta_crit', 'eta_max']
    """
    x, y = sorted(diagram.axes, key=lambda name: ("eta", "curvature", name).index(name))
    (x_edges, x_scale), (y_edges, y_scale) = (
        _edges(name, getattr(diagram, name)) for name in (x, y)
    )
    extra = {
        name: np.atleast_1d(arguments.numbers(f"lines[{name!r}]", at, "target"))
        for name, at in (lines or {}).items()
    }
    seen = diagram.phase.data if diagram.observed is None else diagram.observed.phase
    codes = np.ma.masked_array(seen, np.ma.getmaskarray(diagram.phase))
    codes = codes.T if (x, y) == diagram.axes else codes
    kind = codes.filled(len(Phase))
    patches = [
        Patch(facecolor=(look[0], 0.55), hatch=look[3], label=phase.name.lower(), **_CELL_EDGE)
        for phase, look in LOOKS.items()
    ]
    patches.append(
        Patch(facecolor="none", hatch="xxxxxx", label="no network (Cauchy–Schwarz)", **_CELL_EDGE)
    )
    with canvas(ax) as ax:
        cells = ax.pcolormesh(
            x_edges,
            y_edges,
            codes,
            cmap=ListedColormap([look[0] for look in LOOKS.values()]),
            vmin=-0.5,
            vmax=len(Phase) - 0.5,
            alpha=0.55,
            linewidth=0,
            rasterized=True,
            zorder=0,
        )
        # contours run through cells of width zero, between each cell and its copy: along the edges
        hatches = ax.contourf(
            np.repeat(x_edges, 2)[1:-1],
            np.repeat(y_edges, 2)[1:-1],
            kind.repeat(2, 0).repeat(2, 1),
            colors="none",
            levels=np.arange(-0.5, len(patches)),
            hatches=[patch.get_hatch() for patch in patches],
            zorder=0.5,
        )
        hatches.set(**_CELL_EDGE)
        ax.set(xscale=x_scale, yscale=y_scale, xlim=x_edges[[0, -1]], ylim=y_edges[[0, -1]])
        ax.set(
            xlabel=_AXIS_LABELS[x] if xlabel is None else xlabel,
            ylabel=_AXIS_LABELS[y] if ylabel is None else ylabel,
        )
        boundaries, names, level = {}, [], getattr(diagram, y)
        for name in {
            "eta": ["eta_crit", "eta_max"],
            "curvature": ["curvature_crit", "curvature_div"],
        }.get(x, []):
            text, line = BOUNDARIES[name]
            at = np.asarray(getattr(diagram, name))
            boundaries[name] = ax.plot(
                at, level, color="black", linestyle=line, path_effects=HALO, zorder=3
            )
            inside = (at > x_edges[0]) & (at < x_edges[-1])
            furthest = int(np.where(inside, at, -np.inf).argmax())
            if inside[-1]:
                names.append(add_name(ax, text, (at[-1], 1), ("data", "axes fraction")))
            elif inside[furthest]:
                names.append(add_name(ax, text, (at[furthest], level[furthest]), to="right"))
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
        return Artists(
            ax,
            add_legend(ax, [patches[i] for i in np.unique(kind)], names),
            [],
            [],
            [],
            boundaries,
            names,
            cells,
        )


def _corners(p: Any, q: Any, v: Any) -> tuple[FloatArray, FloatArray]:
    """Where a point of the triangle is drawn: Q at the left, P at the right, V at the top, sides of
    length 1."""
    return np.subtract(p, q) / 8, np.multiply(v, np.sqrt(3) / 8)


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
    phases, labels : Phase codes, shape (k,), and k str
        Colour, line and marker of each run, and its name in the legend: its phase and, if there are
        labels, its label.
    curves : mapping of str to (P, Q, V)
        Further curves by name.
    ax : Axes
        Where to draw; a new figure if not given.

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
    >>> from twolayer import phase, simulate, triangle
    >>> start = ([0.5, 1.5], 2.0, 1.0, 10)
    >>> run = simulate(*start, steps=30)
    >>> artists = plot_triangle(*triangle(start[0], run.curvature, run.output, 10), phases=phase(*start))
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['lazy', 'catapult', 'start']
    """
    p, q, v = _columns(P=P, Q=Q, V=V)
    pairs = _runs(phases, labels, p.shape[1])
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(p + q + v - 4) > 1e-6 * (4 + np.abs(p) + np.abs(q) + np.abs(v))
        arguments.require("P + Q + V", p + q + v, ~off, "4, as it is with label 0")
        x, y = _corners(p, q, v)
    drawn = {
        name: _corners(*_columns(**dict(zip("PQV", curve, strict=True))))
        for name, curve in (curves or {}).items()
    }
    outside = ~((np.abs(x) < 0.7) & (y > -0.2) & (y < 0.95))
    # after the first point beyond the axes
    gone = ~np.isfinite(x + y) | (np.cumsum(outside, axis=0) > outside)
    x, y = np.where(gone, np.nan, x), np.where(gone, np.nan, y)
    with canvas(ax) as ax:
        ax.set(aspect="equal", xlim=(-0.7, 0.7), ylim=(-0.2, 0.95))
        ax.set_axis_off()
        boundaries = {
            "triangle": ax.plot(
                *_corners([4, 0, 0, 4], [0, 4, 0, 0], [0, 0, 4, 0]),
                color="black",
                linewidth=0.9,
                zorder=1,
            )
        }
        for level, turn in np.ndindex(3, 3):  # where P, Q or V is 1, 2 or 3
            ends = np.roll([[level + 1, level + 1], [3 - level, 0], [0, 3 - level]], turn, axis=0)
            ax.plot(*_corners(*ends), color="0.88", linewidth=0.5, zorder=0)
        names = [
            add_name(ax, f"$V = {value}$", _corners(4 - value, 0, value), to="right")
            for value in (1, 2, 3)
        ]
        for corner, at, to in (
            ("P", (4, 0, 0), "right"),
            ("Q", (0, 4, 0), "left"),
            ("V", (0, 0, 4), "top"),
        ):
            names.append(add_name(ax, f"${corner} = 4$", _corners(*at), to=to))
        names.append(
            add_name(ax, r"$V = 0$: $\eta = \eta_\mathrm{max}$", (0, 0), to="bottom", off=10)
        )
        lines, markers = [], []
        for i, (phase, name) in enumerate(pairs):
            colour, line, marker, _ = LOOKS[phase]
            lines += ax.plot(
                x[:, i],
                y[:, i],
                ".",
                color=colour,
                linestyle=line,
                linewidth=0.8,
                markersize=3,
                label=name,
                zorder=2,
            )
            markers += ax.plot(x[:1, i], y[:1, i], marker, color=colour, markersize=6, zorder=3)
        handles = [*lines, legend_entry("start", marker="o", markersize=6, markerfacecolor="0.3")]
        for (name, curve), line in zip(
            drawn.items(), itertools.cycle((DASH, _DASH_DOT, DOT)), strict=False
        ):
            boundaries[name] = ax.plot(
                *curve, color="0.3", linewidth=0.9, linestyle=line, label=name, zorder=1
            )
            handles += boundaries[name]
        return Artists(ax, add_legend(ax, handles), lines, [], markers, boundaries, names)
