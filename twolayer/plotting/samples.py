"""Networks on data sets: odds of converging, eigenvalues of the kernel, relinearised networks."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .. import arguments
from ..arguments import FloatArray
from ..data_results import ConvergenceOdds
from ..docstrings import shared
from ..results import Phase
from .legends import add_legend, mark_boundaries
from .runs import span, top
from .style import (
    DASH,
    DOT,
    HALO,
    LOOKS,
    SOLID,
    TWO_OVER_ETA,
    WIDTH_LOOKS,
    Artists,
    Look,
    canvas,
    legend_entry,
)

__all__ = ["plot_convergence_odds"]

# ηλ₀ of both boundaries at infinite width, and names that say so
INFINITE = {"eta_crit": 2, "eta_max": 4}
START_NAMES = {"eta_crit": r"$\eta = 2/\lambda_0$", "eta_max": r"$\eta = 4/\lambda_0$"}


class Course(NamedTuple):
    """The first steps of one run: arrays over the steps, `nan` where nothing was computed."""

    share: float
    eta: float
    phase: Phase
    loss: FloatArray
    eigenvalues: FloatArray
    alignment: FloatArray


class Restored(NamedTuple):
    """A network relinearised `delay` steps after the catapult (`delay` None: at the start), over
    the steps that follow."""

    share: float
    delay: int | None
    step: int
    deviation: float


class Relinearised(NamedTuple):
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
    >>> import twolayer as tl
    >>> from twolayer import plotting
    >>> data = tl.Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    >>> odds = tl.convergence_odds(data, 3, [3.0, 4.0, 5.0, 6.0], starts=50)
    >>> artists = plotting.plot_convergence_odds(odds)
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['converges', '95 % interval', '½ at 4.419 (4 … 5)']
    """
    arguments.instance("odds", odds, ConvergenceOdds, Mapping)
    named = {"converges": odds} if isinstance(odds, ConvergenceOdds) else dict(odds)
    if not named:
        raise ValueError("odds = {} must hold at least one ConvergenceOdds")
    for label, each in named.items():
        arguments.instance(f"odds[{label!r}]", each, ConvergenceOdds)
    lines, bars = [], []
    with canvas(ax) as ax:
        for (label, each), look in zip(named.items(), itertools.cycle(WIDTH_LOOKS), strict=False):
            x, band = each.sharpness, (each.low, each.high)
            ax.fill_between(x, *band, color=look.colour, alpha=0.25, linewidth=0, zorder=2)
            lines += look.line(ax, x, each.probability, label=label, zorder=3)
            if np.isfinite(each.half_high) and each.half_low > 0:
                bars += _draw_half(ax, each, look)
        ends = [each.sharpness[[0, -1]] for each in named.values()]
        left, right = np.min(ends), np.max(ends)
        ax.set(xlabel=r"$\eta\lambda_0$", ylabel="probability of converging")
        ax.set(yscale="linear", ylim=(-0.03, 1.03))
        if left < right:
            ax.set_xlim(left, right)
        places = {name: at for name, at in INFINITE.items() if left <= at <= right}
        boundaries, names = mark_boundaries(
            ax, places, {name: str(at) for name, at in places.items()}
        )
        boundaries["half"] = [ax.axhline(0.5, color="0.6", linewidth=0.6, linestyle=DOT, zorder=1)]
        share = ", ".join(sorted({f"{100 * each.confidence:g} %" for each in named.values()}))
        handles = [*lines, Patch(facecolor=("0.3", 0.25), label=f"{share} interval")]
        if bars:
            entry = "½, with interval"
            if len(named) == 1:
                entry = f"½ at {each.half:.4g} ({each.half_low:.4g} … {each.half_high:.4g})"
            handles.append(legend_entry(entry, marker="o", linestyle="-", linewidth=1.8))
        return Artists(ax, add_legend(ax, handles, names), lines, [], bars, boundaries, names)


def _draw_half(ax: Axes, odds: ConvergenceOdds, look: Look) -> list[Any]:
    """A bar with its ends, and a point where the probability is one half."""
    ends, height = [odds.half_low, odds.half, odds.half_high], [0.5] * 3
    bar = {"linestyle": "-", "linewidth": 1.8, "markevery": [1], "path_effects": HALO, "zorder": 5}
    return [
        *look.hollow(ax, ends, height, **bar),
        *look._replace(marker="|").hollow(ax, ends[::2], height[::2], markersize=7, zorder=6),
    ]


def plot_eigenvalues(theory: Course, weights: Course, *, ax: Axes | None = None) -> Artists:
    """The top eigenvalues of the kernel against the step: theory as lines, weights as markers, a
    thin line at 2/η."""
    lines, markers, time, look = [], [], np.arange(len(theory.loss)), LOOKS[theory.phase]
    kinds = zip(("first", "second", "third"), (SOLID, DASH, DOT), strict=True)
    with canvas(ax) as ax:
        shown, last = theory.eigenvalues, len(time)
        if theory.phase == Phase.DIVERGENT:
            shown, last = 3 * shown[:1], max(1, int(np.sum(np.isfinite(theory.loss))))
        ax.set(
            xlabel="training step",
            xlim=(-0.5, last - 0.5),
            ylabel=f"top eigenvalues, {theory.phase.name.lower()}",
            ylim=(0, 1.15 * top(shown, np.array(2 / theory.eta))),
        )
        values = theory.eigenvalues.T, weights.eigenvalues.T
        for exact, trained, (name, dashes) in zip(*values, kinds, strict=False):
            lines += look.line(ax, time, exact, linestyle=dashes, label=f"{name} eigenvalue")
            markers += look.hollow(ax, time, trained)
        bound = ax.axhline(2 / theory.eta, color="0.4", label=r"$2/\eta$", **TWO_OVER_ETA)
        legend = add_legend(
            ax, [*lines, legend_entry("trained network", marker=look.marker), bound]
        )
        return Artists(ax, legend, lines, [], markers, {"2/eta": [bound]}, [])


def plot_alignment(pairs: Sequence[tuple[Course, Course]], *, ax: Axes | None = None) -> Artists:
    """Cosine between the residual and the top eigenvector, for the runs that do not diverge: theory
    as lines, weights as markers."""
    lines, markers = [], []
    with canvas(ax) as ax:
        for theory, weights in pairs:
            if theory.phase != Phase.DIVERGENT:
                look, time = LOOKS[theory.phase], np.arange(len(theory.loss))
                label = f"{theory.phase.name.lower()}, ηλ₀ = {theory.share:g}"
                lines += look.line(ax, time, theory.alignment, label=label)
                markers += look.hollow(ax, time, weights.alignment)
        label = "|cos| of residual and top eigenvector"
        ax.set(xlabel="training step", ylabel=label, ylim=(-0.02, 1.05))
        legend = add_legend(ax, [*lines, legend_entry("trained network", marker="o")])
        return Artists(ax, legend, lines, [], markers, {}, [])


def plot_relinearised(runs: Relinearised, *, ax: Axes | None = None) -> Artists:
    """Losses of a full network, and of relinearised ones from where they start."""
    full = runs.full
    with canvas(ax) as ax:
        low, high = span(full, 1e8 * float(full[0]))
        ax.set(
            xlabel="training step",
            xlim=(-2, len(full) - 1),
            yscale="log",
            ylabel=f"loss above its floor, ηλ₀ = {runs.share:g}",
            ylim=(max(low, 1e-12 * high) / 2, 5 * high),
        )
        lines = ax.plot(full, color="0.75", linewidth=3, label="full network", zorder=1)
        for (time, loss), look in zip(
            runs.parts.items(), itertools.cycle(WIDTH_LOOKS), strict=False
        ):
            steps = np.arange(time, time + len(loss))
            lines += look.hollow(
                ax,
                steps,
                loss,
                label=f"relinearised at {time}",
                linestyle=look.dashes,
                markevery=[0],
                zorder=2,
            )
        return Artists(ax, add_legend(ax, lines), lines, [], [], {}, [])


def plot_restored(networks: Sequence[Restored], *, ax: Axes | None = None) -> Artists:
    """How far relinearised networks stray from full ones, against the learning rate."""
    lines = []
    texts = {None: "relinearised at the start", 0: "at the end of the catapult"}
    later = sorted({item.delay for item in networks if item.delay is not None})
    # those of the same moments beside `plot_relinearised`
    looks = WIDTH_LOOKS[:1] + WIDTH_LOOKS[2:]
    with canvas(ax) as ax:
        low, _ = span(np.array([item.deviation for item in networks]))
        ax.set(
            xlabel=r"learning rate $\eta\lambda_0$",
            xlim=(0, 4.1),
            yscale="log",
            ylabel="largest relative deviation of the loss",
            ylim=(min(0.01, low) / 3, 1e2),
        )
        for delay, look in zip((None, *later), looks, strict=False):
            chosen = [(item.share, item.deviation) for item in networks if item.delay == delay]
            label = texts.get(delay, f"{delay} steps later")
            lines += look.hollow(ax, *np.transpose(chosen), label=label, linestyle=look.dashes)
        boundaries, names = mark_boundaries(ax, INFINITE, START_NAMES)
        return Artists(ax, add_legend(ax, lines, names), lines, [], [], boundaries, names)
