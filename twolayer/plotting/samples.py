"""Networks on data sets: odds of converging, eigenvalues of the kernel, relinearised networks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ..arguments import FloatArray
from ..docstrings import shared
from ..results import ConvergenceOdds, Phase
from .runs import span
from .style import (
    DASH,
    DOT,
    HALO,
    LOOKS,
    SOLID,
    TWO_OVER_ETA,
    WIDTH_LOOKS,
    Artists,
    add_legend,
    canvas,
    hollow,
    legend_entry,
    mark_boundary,
)

__all__ = ["plot_convergence_odds"]

# η of both boundaries at infinite width, in words of the start
START_NAMES = {"eta_crit": r"$\eta = 2/\lambda_0$", "eta_max": r"$\eta = 4/\lambda_0$"}


@dataclass(frozen=True)
class Course:
    """The first steps of one run: arrays over the steps, `nan` where nothing was computed."""

    share: float
    eta: float
    phase: Phase
    loss: FloatArray
    eigenvalues: FloatArray
    alignment: FloatArray


@dataclass(frozen=True)
class Restored:
    """A network relinearised `delay` steps after the catapult (`delay` None: at the start), over
    the steps that follow."""

    share: float
    delay: int | None
    step: int
    deviation: float


@dataclass(frozen=True)
class Relinearised:
    """The loss of a full network, and of networks relinearised at some of its steps, from there."""

    share: float
    full: FloatArray
    parts: dict[int, FloatArray]


@shared
def plot_convergence_odds(
    odds: ConvergenceOdds | Mapping[str, ConvergenceOdds], *, ax: Axes | None = None
) -> Artists:
    """Probability of converging against ηλ₀, its interval as a band, and the value at which it is
    one half as a bar with its interval.

    Parameters
    ----------
    odds : ConvergenceOdds, or mapping of str to ConvergenceOdds
        What `convergence_odds` returns; several, such as those of several widths, by their names in
        the legend.
    {ax}

    Returns
    -------
    Artists
        lines (probabilities), markers (the bars at one half, where the grid has both of their ends;
        a point at `half`), boundaries ("eta_crit" at ηλ₀ = 2 and "eta_max" at 4, those of one input
        at infinite width; "half"), names.

    Raises
    ------
    ValueError
        If there is nothing to draw.

    Examples
    --------
    >>> from twolayer import Data, convergence_odds
    >>> data = Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    >>> odds = convergence_odds(data, 3, [3.0, 4.0, 5.0, 6.0], starts=50)
    >>> artists = plot_convergence_odds(odds)
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['converges', '95 % interval', '½ at 4.419 (4 … 5)']
    """
    named = {"converges": odds} if isinstance(odds, ConvergenceOdds) else dict(odds)
    if not named:
        raise ValueError("odds = {} must hold at least one ConvergenceOdds")
    lines, bars, halves, names = [], [], [], []
    with canvas(ax) as ax:
        for (label, each), look in zip(named.items(), itertools.cycle(WIDTH_LOOKS), strict=False):
            colour, line, marker = look
            x = each.sharpness
            band: dict[str, Any] = {"alpha": 0.25, "linewidth": 0, "zorder": 2}
            ax.fill_between(x, each.low, each.high, color=colour, **band)
            style: dict[str, Any] = {"linestyle": line, "label": label, "zorder": 3}
            lines += ax.plot(x, each.probability, color=colour, **style)
            if np.isfinite(each.half_high) and each.half_low > 0:
                halves.append((each.half, each.half_low, each.half_high))
                bars += _draw_half(ax, each, colour, marker)
        left = min(each.sharpness[0] for each in named.values())
        right = max(each.sharpness[-1] for each in named.values())
        ax.set(xlabel=r"$\eta\lambda_0$", ylabel="probability of converging", ylim=(-0.03, 1.03))
        if left < right:
            ax.set_xlim(left, right)
        half = ax.axhline(0.5, color="0.6", linewidth=0.6, linestyle=DOT, zorder=1)
        boundaries = {"half": [half]}
        for name, at in (("eta_crit", 2), ("eta_max", 4)):
            if left <= at <= right:
                boundaries[name], text = mark_boundary(ax, name, at, str(at))
                names.append(text)
        share = ", ".join(sorted({f"{100 * each.confidence:g} %" for each in named.values()}))
        handles = [*lines, Patch(facecolor=("0.3", 0.25), label=f"{share} interval")]
        if halves:
            entry = "½, with interval"
            if len(named) == 1:
                entry = "½ at {:.4g} ({:.4g} … {:.4g})".format(*halves[0])
            handles.append(legend_entry(entry, marker="o", linestyle="-", linewidth=1.8))
        return Artists(ax, add_legend(ax, handles, names), lines, [], bars, boundaries, names)


def _draw_half(ax: Axes, odds: ConvergenceOdds, colour: str, marker: str) -> list[Any]:
    """A bar with its ends, and a point where the probability is one half."""
    ends = [odds.half_low, odds.half, odds.half_high]
    bar: dict[str, Any] = {"linestyle": "-", "linewidth": 1.8, "markerfacecolor": "white"}
    bar |= {"markevery": [1], "path_effects": HALO, "zorder": 5}
    return [
        *ax.plot(ends, [0.5] * 3, marker, color=colour, **bar),
        *ax.plot(ends[::2], [0.5] * 2, "|", color=colour, markersize=7, zorder=6),
    ]


def plot_eigenvalues(theory: Course, weights: Course, *, ax: Axes | None = None) -> Artists:
    """The top eigenvalues of the kernel against the step: theory as lines, weights as markers, a
    thin line at 2/η."""
    colour, _, marker, _ = LOOKS[theory.phase]
    lines, markers, time = [], [], np.arange(len(theory.loss))
    looks = zip(("first", "second", "third"), (SOLID, DASH, DOT), strict=True)
    with canvas(ax) as ax:
        for exact, seen, (name, line) in zip(
            theory.eigenvalues.T, weights.eigenvalues.T, looks, strict=False
        ):
            label = f"{name} eigenvalue"
            lines += ax.plot(time, exact, color=colour, linestyle=line, label=label, zorder=2)
            markers += hollow(ax, time, seen, marker, colour)
        bound = ax.axhline(2 / theory.eta, color="0.4", label=r"$2/\eta$", **TWO_OVER_ETA)
        highest, last = 3 * theory.eigenvalues[0, 0], int(np.sum(np.isfinite(theory.loss)))
        if theory.phase != Phase.DIVERGENT:
            highest, last = np.nanmax(theory.eigenvalues), len(time)
        ax.set(xlim=(-0.5, last - 0.5), ylim=(0, 1.15 * max(highest, 2 / theory.eta)))
        ax.set_xlabel("training step")
        ax.set_ylabel(f"top eigenvalues, {theory.phase.name.lower()}")
        legend = add_legend(ax, [*lines, legend_entry("trained network", marker=marker), bound])
        return Artists(ax, legend, lines, [], markers, {"2/eta": [bound]}, [])


def plot_alignment(pairs: Sequence[tuple[Course, Course]], *, ax: Axes | None = None) -> Artists:
    """Cosine between the residual and the top eigenvector, for the runs that do not diverge: theory
    as lines, weights as markers."""
    lines, markers = [], []
    with canvas(ax) as ax:
        for theory, weights in pairs:
            if theory.phase != Phase.DIVERGENT:
                colour, line, marker, _ = LOOKS[theory.phase]
                look = {"color": colour, "linestyle": line, "zorder": 2}
                label = f"{theory.phase.name.lower()}, ηλ₀ = {theory.share:g}"
                lines += ax.plot(theory.alignment, label=label, **look)
                time = np.arange(len(weights.alignment))
                markers += hollow(ax, time, weights.alignment, marker, colour)
        ax.set(ylim=(-0.02, 1.05), xlabel="training step")
        ax.set_ylabel("|cos| of residual and top eigenvector")
        legend = add_legend(ax, [*lines, legend_entry("trained network", marker="o")])
        return Artists(ax, legend, lines, [], markers, {}, [])


def plot_relinearised(runs: Relinearised, *, ax: Axes | None = None) -> Artists:
    """Losses of a full network, and of relinearised ones from where they start."""
    full = runs.full
    with canvas(ax) as ax:
        ax.set(yscale="log", xlabel="training step")
        ax.set_ylabel(f"loss above its floor, ηλ₀ = {runs.share:g}")
        low, high = span(full, 1e8 * full[0])
        ax.set_ylim(max(low, 1e-12 * high) / 2, 5 * high)
        ax.set_xlim(-2, len(full) - 1)
        lines = ax.plot(full, color="0.75", linewidth=3, label="full network", zorder=1)
        for (time, loss), (colour, line, marker) in zip(
            runs.parts.items(), itertools.cycle(WIDTH_LOOKS), strict=False
        ):
            look: dict[str, Any] = {"marker": marker, "markevery": [0], "markerfacecolor": "white"}
            look |= {"label": f"relinearised at {time}", "color": colour, "linestyle": line}
            lines += ax.plot(np.arange(time, time + len(loss)), loss, zorder=2, **look)
        return Artists(ax, add_legend(ax, lines), lines, [], [], {}, [])


def plot_restored(found: Sequence[Restored], *, ax: Axes | None = None) -> Artists:
    """How far relinearised networks stray from full ones, against the learning rate."""
    lines, names, boundaries = [], [], {}
    texts = {None: "relinearised at the start", 0: "at the end of the catapult"}
    later = sorted({item.delay for item in found if item.delay is not None})
    # those of the same moments beside `plot_relinearised`
    looks = WIDTH_LOOKS[:1] + WIDTH_LOOKS[2:]
    with canvas(ax) as ax:
        low, _ = span(np.array([item.deviation for item in found]))
        ax.set(yscale="log", ylim=(min(0.01, low) / 3, 1e2), xlim=(0, 4.1))
        for delay, (colour, line, marker) in zip((None, *later), looks, strict=False):
            chosen = [(item.share, item.deviation) for item in found if item.delay == delay]
            look: dict[str, Any] = {"color": colour, "linestyle": line, "markerfacecolor": "white"}
            label = texts.get(delay, f"{delay} steps later")
            lines += ax.plot(*np.transpose(chosen), marker=marker, label=label, **look)
        ax.set(
            xlabel=r"learning rate $\eta\lambda_0$", ylabel="largest relative deviation of the loss"
        )
        for name, at in (("eta_crit", 2), ("eta_max", 4)):
            boundaries[name], text = mark_boundary(ax, name, at, START_NAMES[name])
            names.append(text)
        return Artists(ax, add_legend(ax, lines, names), lines, [], [], boundaries, names)
