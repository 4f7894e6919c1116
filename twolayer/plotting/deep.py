"""Deep networks: courses of runs, the drop of the curvature, upper ends, scales, accuracy.

Learning rates are given as ηλ₀, in units of the curvature at the start. Bars reach from the lowest
seed to the highest ("seeds" among the boundaries); what cannot stand within the axes has a mark on
their edge (`points`).
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..arguments import FloatArray
from ..results import Phase
from .edges import ABOVE, BELOW, DIVERGED, UNTRAINED, entries, mark_outside, mark_untrained
from .legends import add_legend, name_top
from .rates import (
    RATES,
    draw_bars,
    draw_bound,
    draw_interval,
    draw_seeds,
    mark_start,
    mark_starts,
    row,
    seeds_entry,
    set_logarithmic,
    set_measure,
    set_rates,
    set_ratio,
    spread,
)
from .runs import LARGEST, span, top
from .style import (
    DASH,
    DOT,
    LOOKS,
    SOLID,
    TWO_OVER_ETA,
    WIDTH_LOOKS,
    Artists,
    canvas,
    legend_entry,
)

NAMES = {"relu": "ReLU"}  # where they are not the names in code
# ηλ₀ up to which the two-layer linear model trains, and ReLU networks of the paper
UPPER = {"linear": 4.0, "relu": 12.0}
UPPER_NAMES = {"linear": "4: two-layer linear model", "relu": "12: ReLU, in the paper"}
UPPER_DASHES = {"linear": DASH, "relu": DOT}
TRIED = {ABOVE: "trains at all rates tried", BELOW: "trains at none"}
INSIDE = 0.98  # of the width of the axes: a marker there does not leave them
TALLEST = 1e8  # times its start: what an axis of losses or curvatures shows
ENDS: dict[str, Any] = {"marker": "o", "markersize": 2.5, "markerfacecolor": "0.3"}
BAR: dict[str, Any] = {"markersize": 8, "markeredgewidth": 1.5}
EARLY, LOST = {UNTRAINED: "some not measured"}, {DIVERGED: "some lost"}
ALONE = {DIVERGED: "diverged", UNTRAINED: "did not train"}


class DeepCourse(NamedTuple):
    """One run, step by step; `curvature` is `nan` where it was not looked at."""

    share: float
    eta: float
    phase: Phase
    collapsed: bool
    loss: FloatArray
    curvature: FloatArray


class Drop(NamedTuple):
    """Curvatures over their starts at one width, shape (rates, seeds), after `early_step` steps and
    at the end; `nan` where a run did not train, `inf` where it diverged. The `transition` is the
    pair of ηλ₀ between which, over the seeds, the residual along the top eigenvector begins to grow
    at the first step."""

    width: int
    shares: FloatArray
    start: FloatArray
    early: FloatArray
    early_step: int
    final: FloatArray
    transition: tuple[float, float]


class UpperEnd(NamedTuple):
    """ηλ₀ at which networks of each seed train (`low`) and above at which they do not (`high`)."""

    activation: str
    width: int
    low: FloatArray
    high: FloatArray


class Scaled(NamedTuple):
    """Runs from one scale of the weights at the start, by learning rate: the curvature at the end
    over its start, and the largest loss over its start."""

    scale: float
    curvature: float
    shares: FloatArray
    eta: FloatArray
    final: FloatArray
    peak: FloatArray


class Accuracy(NamedTuple):
    """What the test set says of trained networks, shape (rates, seeds): after equally many steps,
    and at equal t·ηλ₀, the `budget`; `nan` where one is lost. `measure` is "accuracy" or "loss",
    `samples` are the numbers of those trained and tested on."""

    shares: FloatArray
    steps: int
    budget: float
    at_steps: FloatArray
    at_budget: FloatArray
    measure: str
    samples: tuple[int, int]


def plot_courses(
    courses: Sequence[DeepCourse], quantity: str = "loss", *, ax: Axes | None = None
) -> Artists:
    """Loss or curvature against the step, by phase; with the curvature a thin line at 2/η, which
    ends in the marker of its run. Where a run leaves the axes stands a triangle."""
    lines, limits, outside, seen = [], [], [], set()
    with canvas(ax) as ax:
        ax.set(xlabel="training step", yscale="log", ylim=_ends_of_courses(courses, quantity))
        ax.set_ylabel("loss $L$" if quantity == "loss" else r"curvature $\lambda$")
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        for course in courses:
            values, look = getattr(course, quantity), LOOKS[course.phase]
            step = np.flatnonzero(~np.isnan(values)).astype(float)
            values = values[~np.isnan(values)].clip(1 / LARGEST, LARGEST)
            kind = "collapsed" if course.collapsed else course.phase.name.lower()
            label = f"{kind}, $\\eta\\lambda_0 = {course.share:.3g}$"
            face = look.colour if course.phase in seen else "white"
            marks: dict[str, Any] = {"marker": look.marker, "markerfacecolor": face}
            lines += look.line(ax, step, values, label=label, markevery=0.11, **marks)
            outside += mark_outside(ax, step, values, values, look.colour, first=True)
            if quantity == "curvature":
                how = marks | {"markevery": [1], "clip_on": False} | TWO_OVER_ETA
                limits.append(ax.axhline(2 / course.eta, xmax=INSIDE, color=look.colour, **how))
            seen.add(course.phase)
        handles = lines + [legend_entry(r"$2/\eta$", **TWO_OVER_ETA)] * bool(limits)
        boundaries = {"2/eta": limits} if limits else {}
        return Artists(ax, add_legend(ax, handles), lines, outside, [], boundaries, [])


def _ends_of_courses(courses: Sequence[DeepCourse], quantity: str) -> tuple[float, float]:
    """Ends of the vertical axis: what runs that converge show, else those that do not diverge, else
    the starts of all; with 2/η."""
    chosen = [course for course in courses if course.phase.converges]
    chosen = chosen or [course for course in courses if course.phase != Phase.DIVERGENT]
    starts = [getattr(course, quantity)[:1] for course in courses]
    parts = [getattr(course, quantity) for course in chosen] or starts or [np.ones(1)]
    most = TALLEST * top(*starts, np.zeros(1))
    if quantity == "curvature":
        parts += [np.array([2 / course.eta]) for course in courses]
    low, high = span(np.concatenate(parts), most)
    room = 1e3 if len(chosen) < len(courses) and quantity == "loss" else 2.0
    return max(low, 1e-12 * high) / 2, high * room


def plot_drop(drops: Sequence[Drop], quantity: str = "final", *, ax: Axes | None = None) -> Artists:
    """The curvature over its start, "early" or "final", against the learning rate at several
    widths; in rows below 0, between which rates the top direction begins to grow."""
    parts = [getattr(drop, quantity) for drop in drops]
    kinds = [
        (drop.shares, part, f"width {drop.width}") for drop, part in zip(drops, parts, strict=True)
    ]
    steps = ", ".join(sorted({f"{drop.early_step}" for drop in drops}))
    when = f"after {steps} steps" if quantity == "early" else "at the end"
    with canvas(ax) as ax:
        set_ratio(ax, [spread(part)[0] for part in parts], when, len(drops))
        bound = draw_bound(ax, set_rates(ax, [drop.shares for drop in drops]))
        lines, bars, edges = draw_seeds(ax, kinds)
        begins = []
        for i, (drop, look) in enumerate(zip(drops, itertools.cycle(WIDTH_LOOKS), strict=False)):
            begins += draw_interval(ax, drop.transition, row(i), look)
        boundaries, names = mark_start(ax)
        boundaries |= {"2/eta": bound, "seeds": bars, "transition": begins}
        handles = [*lines, *bound, *seeds_entry(*parts)]
        grows = legend_entry("below 0: top direction grows", linestyle=SOLID, **ENDS)
        handles += [grows] * bool(begins)
        handles += entries(edges, EARLY if quantity == "early" else None)
        return Artists(ax, add_legend(ax, handles, names), lines, edges, [], boundaries, names)


def plot_upper_ends(ends: Sequence[UpperEnd], *, ax: Axes | None = None) -> Artists:
    """Up to which ηλ₀ networks train, an interval a seed, by activation and width. A triangle on an
    edge of the axes: no end was found there."""
    groups: dict[str, list[UpperEnd]] = {}
    for end in sorted(ends, key=lambda end: end.width):
        groups.setdefault(NAMES.get(end.activation, end.activation), []).append(end)
    lines, edges, names, ticks, left = [], [], [], {}, 0.0
    with canvas(ax) as ax:
        known = [*UPPER.values(), *(x for end in ends for x in (*end.low, *end.high))]
        low, high = span(np.array(known))
        set_logarithmic(ax, "y", low / 1.25, high * 1.25)
        for (name, group), look in zip(groups.items(), itertools.cycle(WIDTH_LOOKS), strict=False):
            for place, end in enumerate(group, 1):
                ticks[left + place] = f"{end.width}"
                x = left + place + np.linspace(-0.3, 0.3, len(end.low) + 2)[1:-1]
                interval = _interval(end)
                lines += draw_bars(ax, x, *interval, look, marker="_", linewidth=1.5)
                edges += mark_outside(ax, x, *interval, look.colour)
            names.append(name_top(ax, name, left + (len(group) + 1) / 2))
            left += len(group) + 0.5
        ax.set(xlim=(0.4, max(left, 1) + 0.1), xlabel="width of the hidden layers")
        ax.set_xticks([*ticks], [*ticks.values()])
        ax.set_ylabel(r"largest $\eta\lambda_0$ that trains")
        boundaries = {}
        for name, at in UPPER.items():
            how: Any = {"linestyle": UPPER_DASHES[name], "linewidth": 0.8, "zorder": 1}
            boundaries[name] = [ax.axhline(at, color="0.3", label=UPPER_NAMES[name], **how)]
        handles = [legend_entry("trains, then first fails", marker="|", **BAR)]
        handles += [*itertools.chain(*boundaries.values()), *entries(edges, TRIED)]
        return Artists(ax, add_legend(ax, handles, names), lines, edges, [], boundaries, names)


def _interval(end: UpperEnd) -> tuple[FloatArray, FloatArray]:
    """Both ends, beyond all axes where none is known."""
    low, high = np.nan_to_num(end.low), np.nan_to_num(end.high, nan=np.inf, posinf=np.inf)
    return low.clip(1 / LARGEST, LARGEST), high.clip(1 / LARGEST, LARGEST)


def plot_scales(
    scaled: Sequence[Scaled], *, left: Axes, right: Axes, quantity: str = "final"
) -> tuple[Artists, Artists]:
    """The curvature at the end over its start, or the largest loss over its start ("peak"), for
    several scales of the weights: against η, where each has its line at 2/λ₀, and against ηλ₀."""
    drawn = []
    for ax, rates in ((left, "eta"), (right, "shares")):
        with canvas(ax):
            label = RATES if rates == "shares" else r"learning rate $\eta$"
            starts = [2 / part.curvature for part in scaled] if rates == "eta" else [2.0]
            ends = set_rates(ax, [getattr(part, rates) for part in scaled], starts, label)
            _set_scaled(ax, scaled, quantity)
            lines, edges = _draw_scales(ax, scaled, rates, quantity)
            handles = list(lines)
            if rates == "shares":
                boundaries, names = mark_start(ax)
                boundaries["2/eta"] = draw_bound(ax, ends) if quantity == "final" else []
                handles += boundaries["2/eta"]
            else:
                boundaries, names = mark_starts(ax, [part.curvature for part in scaled]), []
                handles += boundaries["eta_crit"][:1]
            legend = add_legend(ax, handles + entries(edges, ALONE), names)
            drawn.append(Artists(ax, legend, lines, edges, [], boundaries, names))
    return drawn[0], drawn[1]


def _set_scaled(ax: Axes, scaled: Sequence[Scaled], quantity: str) -> None:
    """The vertical axis, for runs that trained."""
    shown = [np.where(np.isfinite(part.final), getattr(part, quantity), np.nan) for part in scaled]
    if quantity == "final":
        set_ratio(ax, shown, "at the end")
    else:
        low, high = span(np.concatenate([*shown, np.ones(1)]))
        ax.set(yscale="log", ylim=(low / 2, high * 10), ylabel="largest loss $L/L_0$")


def _draw_scales(
    ax: Axes, scaled: Sequence[Scaled], rates: str, quantity: str
) -> tuple[list[Line2D], list[Line2D]]:
    """Curves, and marks on the edges."""
    lines, edges = [], []
    for part, look in zip(scaled, itertools.cycle(WIDTH_LOOKS), strict=False):
        x, y = getattr(part, rates), getattr(part, quantity)
        y = np.where(np.isfinite(part.final) & (y < LARGEST), y, np.nan)
        how: Any = {"linestyle": look.dashes, "markerfacecolor": "none"}
        lines += look.hollow(ax, x, y, label=rf"$\sigma_w = {part.scale:.3g}$", **how)
        edges += mark_outside(ax, x, y, y, look.colour)
    kinds = [(getattr(part, rates), part.final) for part in scaled]
    return lines, edges + mark_untrained(ax, kinds)


def plot_accuracy(accuracy: Accuracy, *, ax: Axes | None = None) -> Artists:
    """Accuracy or loss on the test set against the learning rate, after equally many steps and at
    equal t·ηλ₀."""
    texts = f"after {accuracy.steps} steps", rf"at $t\eta\lambda_0 = {accuracy.budget:g}$"
    given = accuracy.at_steps, accuracy.at_budget
    sides = [np.where(np.isnan(part), np.inf, part) for part in given]
    trained, tested = accuracy.samples
    with canvas(ax) as ax:
        set_rates(ax, [accuracy.shares])
        ax.set_ylabel(f"test {accuracy.measure} ({trained} train, {tested} test)")
        set_measure(ax, np.concatenate(sides, None), accuracy.measure)
        kinds = [(accuracy.shares, *side) for side in zip(sides, texts, strict=True)]
        lines, bars, edges = draw_seeds(ax, kinds)
        boundaries, names = mark_start(ax)
        boundaries["seeds"] = bars
        legend = add_legend(ax, lines + seeds_entry(*sides) + entries(edges, LOST), names)
        return Artists(ax, legend, lines, edges, [], boundaries, names)
