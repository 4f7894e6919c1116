"""Figures of data sets, by the conventions of `twolayer.plotting`: draws what it is given, on given
Axes or its own, without pyplot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .plotting import (
    BOUNDARIES,
    DOT,
    HALO,
    WIDTH_LOOKS,
    Artists,
    add_legend,
    add_name,
    canvas,
    legend_entry,
)
from .results import ConvergenceOdds

__all__ = ["plot_convergence_odds"]


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
    ax : Axes
        Where to draw; a new figure if not given.

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
    >>> odds = convergence_odds(Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]), 3, [3.0, 4.0, 5.0, 6.0], starts=50)
    >>> artists = plot_convergence_odds(odds)
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['converges', '95 % interval', '½ at 4.419 (4 … 5)']
    """
    named = {"converges": odds} if isinstance(odds, ConvergenceOdds) else dict(odds)
    if not named:
        raise ValueError("odds = {} must hold at least one ConvergenceOdds")
    with canvas(ax) as ax:
        lines, bars, ends = [], [], []
        for i, (label, each) in enumerate(named.items()):
            colour, line, marker = WIDTH_LOOKS[i % len(WIDTH_LOOKS)]
            ax.fill_between(
                each.sharpness, each.low, each.high, color=colour, alpha=0.25, linewidth=0, zorder=2
            )
            lines += ax.plot(
                each.sharpness,
                each.probability,
                color=colour,
                linestyle=line,
                label=label,
                zorder=3,
            )
            if np.isfinite(each.half_high) and each.half_low > 0:
                ends = [each.half_low, each.half, each.half_high]
                bars += ax.plot(
                    ends,
                    [0.5] * 3,
                    marker,
                    color=colour,
                    linestyle="-",
                    linewidth=1.8,
                    markerfacecolor="white",
                    markevery=[1],
                    path_effects=HALO,
                    zorder=5,
                )
                bars += ax.plot(ends[::2], [0.5] * 2, "|", color=colour, markersize=7, zorder=6)
        left = min(each.sharpness[0] for each in named.values())
        right = max(each.sharpness[-1] for each in named.values())
        ax.set(xlabel=r"$\eta\lambda_0$", ylabel="probability of converging", ylim=(-0.03, 1.03))
        if left < right:
            ax.set_xlim(left, right)
        boundaries = {
            "half": [ax.axhline(0.5, color="0.6", linewidth=0.6, linestyle=DOT, zorder=1)]
        }
        names = []
        for name, at in (("eta_crit", 2), ("eta_max", 4)):
            if left <= at <= right:
                boundaries[name] = [
                    ax.axvline(
                        at, color="0.2", linewidth=0.8, linestyle=BOUNDARIES[name][1], zorder=1
                    )
                ]
                names.append(add_name(ax, str(at), (at, 1), ("data", "axes fraction")))
        share = ", ".join(sorted({f"{100 * each.confidence:g} %" for each in named.values()}))
        handles = [*lines, Patch(facecolor=("0.3", 0.25), label=f"{share} interval")]
        if bars:
            text = (
                f"½ at {ends[1]:.4g} ({ends[0]:.4g} … {ends[2]:.4g})"
                if len(named) == 1
                else "½, with interval"
            )
            handles.append(legend_entry(text, marker="o", linestyle="-", linewidth=1.8))
        return Artists(ax, add_legend(ax, handles, names), lines, [], bars, boundaries, names)
