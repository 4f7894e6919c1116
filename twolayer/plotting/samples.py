"""Figures of data sets, by the conventions of `twolayer.plotting`: draws what it is given, on given
Axes or its own, without pyplot."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ..arguments import FloatArray
from ..commands import data_runs
from ..commands.data_runs import DELAYS, SHARES, WINDOW, Course, Restored
from ..results import ConvergenceOdds, Phase
from ..samples.data import Data
from ..samples.gram import GramNetwork
from . import style
from .style import (
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


def draw_eigenvalues(ax: Any, said: Course, shown: Course) -> list[Any]:
    """The top eigenvalues of the kernel against the step: theory as lines, weights as markers, a
    thin line at 2/η."""

    with style.canvas(ax) as ax:
        colour, _, marker, _ = style.LOOKS[said.phase]
        lines, time = [], np.arange(len(said.loss))
        styles = (style.SOLID, style.DASH, style.DOT)
        for number, (line, name) in enumerate(
            zip(styles[: said.eigenvalues.shape[1]], ("first", "second", "third"), strict=False)
        ):
            look: dict[str, Any] = {"color": colour, "markerfacecolor": "white"}
            lines += ax.plot(
                time,
                said.eigenvalues[:, number],
                color=colour,
                linestyle=line,
                label=f"{name} eigenvalue",
                zorder=2,
            )
            lines += ax.plot(time, shown.eigenvalues[:, number], marker, zorder=3, **look)
        bound = ax.axhline(2 / said.eta, color="0.4", label=r"$2/\eta$", **style.TWO_OVER_ETA)
        bounded = said.phase != Phase.DIVERGENT
        highest = max(
            np.nanmax(said.eigenvalues) if bounded else 3 * said.eigenvalues[0, 0], 2 / said.eta
        )
        ax.set(
            ylim=(0, 1.15 * highest),
            xlabel="training step",
            ylabel=f"top eigenvalues, {said.phase.name.lower()}",
        )
        ax.set_xlim(-0.5, (len(time) if bounded else int(np.sum(np.isfinite(said.loss)))) - 0.5)
        trained = style.legend_entry("trained network", marker=marker)
        style.add_legend(ax, [*lines[::2], trained, bound])
        return [*lines, bound]


def draw_alignment(folder: Path, courses: list[tuple[Course, Course]]) -> list[Any]:
    """Cosine between the residual and the top eigenvector, for the runs that do not diverge."""
    from ..commands import output

    with output.drawing(folder / "alignment.png") as given, style.canvas(given) as ax:
        lines = []
        for said, shown in courses:
            if said.phase != Phase.DIVERGENT:
                colour, line, marker, _ = style.LOOKS[said.phase]
                label, time = (
                    f"{said.phase.name.lower()}, ηλ₀ = {said.share:g}",
                    np.arange(len(said.loss)),
                )
                lines += ax.plot(
                    time, said.alignment, color=colour, linestyle=line, label=label, zorder=2
                )
                lines += ax.plot(
                    time, shown.alignment, marker, color=colour, markerfacecolor="white", zorder=3
                )
        ax.set(
            ylim=(-0.02, 1.05),
            xlabel="training step",
            ylabel="|cos| of residual and top eigenvector",
        )
        style.add_legend(ax, [*lines[::2], style.legend_entry("trained network", marker="o")])
    return lines


def draw_restoration(
    folder: Path, theory: GramNetwork, data: Data, shares: FloatArray
) -> list[Restored]:
    """Losses of the full network and of relinearised ones, and how far they stray against the
    learning rate."""
    from ..commands import output

    found = data_runs.restoration(theory, data, shares)
    share = SHARES[1]
    eta = float(share / theory.curvature(data))
    full = theory.train(data.fitted, eta, WINDOW).loss
    ends = [
        item.step
        for item in data_runs.restoration(theory, data, np.array([share]))
        if item.delay is not None
    ]
    times = sorted({0, *((ends[0] // 2, *ends) if ends else (5, 10))})
    with output.drawing(folder / "restoration.png", 2) as (left, right):
        with style.canvas(left) as ax:
            ax.set(
                yscale="log",
                xlabel="training step",
                ylabel=f"loss above its floor, ηλ₀ = {share:g}",
            )
            lines = ax.plot(full, color="0.75", linewidth=3, label="full network", zorder=1)
            nets = [
                net
                for _, net in zip(
                    range(times[-1] + 1), data_runs.steps(theory, data, eta), strict=False
                )
            ]
            for time, (colour, line, marker) in zip(
                times, itertools.cycle(style.WIDTH_LOOKS), strict=False
            ):
                with np.errstate(over="ignore", invalid="ignore"):
                    loss = nets[time].linearized.train(data.fitted, eta, max(1, WINDOW - time)).loss
                steps = np.arange(time, time + len(loss))
                lines += ax.plot(steps, loss, color=colour, linestyle=line, marker=marker, markevery=[0], markerfacecolor="white",
                                 label=f"relinearised at {time}", zorder=2)  # fmt: skip
            shown = full[full < 1e8 * full[0]]
            ax.set(
                ylim=(max(shown.min(), 1e-12 * shown.max()) / 2, 5 * shown.max()), xlim=(-2, WINDOW)
            )
            style.add_legend(ax, lines)
        with style.canvas(right) as ax:
            lines = []
            # those of the same moments on the left
            looks = [look for i, look in enumerate(style.WIDTH_LOOKS) if i != 1]
            for delay, (colour, line, marker) in zip((None, *DELAYS), looks, strict=False):
                chosen = [item for item in found if item.delay == delay]
                name = {None: "relinearised at the start", 0: "at the end of the catapult"}.get(
                    delay, f"{delay} steps later"
                )
                lines += ax.plot([c.share for c in chosen], [c.deviation for c in chosen], color=colour, linestyle=line, marker=marker,
                                 markerfacecolor="white", label=name)  # fmt: skip
            ax.set(
                yscale="log",
                ylim=(min(0.01, *(c.deviation for c in found)) / 3, 1e2),
                xlim=(0, 4.1),
            )
            ax.set(
                xlabel=r"learning rate $\eta\lambda_0$",
                ylabel="largest relative deviation of the loss",
            )
            names = []
            for at, text, key in (
                (2, r"$\eta = 2/\lambda_0$", "eta_crit"),
                (4, r"$\eta = 4/\lambda_0$", "eta_max"),
            ):
                ax.axvline(at, color="0.2", linewidth=0.8, linestyle=style.BOUNDARIES[key][1])
                names.append(style.add_name(ax, text, (at, 1), ("data", "axes fraction")))
            style.add_legend(ax, lines, names)
    output.write_csv(
        folder / "restoration.csv",
        Restored.__dataclass_fields__,
        (vars(item).values() for item in found),
    )
    return found
