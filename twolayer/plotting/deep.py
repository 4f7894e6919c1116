"""Deep networks: courses of runs, the drop of the curvature, upper ends, scales, accuracy.

Learning rates are given as ηλ₀, in units of the curvature at the start. What cannot stand within the
axes has a mark on their edge.
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator

from ..arguments import FloatArray
from ..results import Phase
from .edges import entries, mark_outside, mark_untrained, set_logarithmic, set_rates
from .legends import add_legend, mark_boundaries, name_top
from .runs import LARGEST, span, top
from .style import (
    DASH,
    DOT,
    LOOKS,
    SOLID,
    TWO_OVER_ETA,
    WIDTH_LOOKS,
    Artists,
    Look,
    canvas,
    legend_entry,
)

RATES = r"learning rate $\eta\lambda_0$"
SCALED_RATES = {"eta": r"learning rate $\eta$", "shares": RATES}
START = r"$\eta = 2/\lambda_0$"
ACTIVATIONS = {"linear": "linear", "tanh": "tanh", "relu": "ReLU"}
# ηλ₀ up to which the two-layer linear model trains, and ReLU networks in the paper
UPPER = {"linear": 4.0, "relu": 12.0}
UPPER_NAMES = {"linear": "4: two-layer linear model", "relu": "12: ReLU, in the paper"}
UPPER_LINES: tuple[dict[str, Any], ...] = (
    {"linestyle": DASH, "linewidth": 0.8, "zorder": 1},
    {"linestyle": DOT, "linewidth": 0.8, "zorder": 1},
)


class DeepCourse(NamedTuple):
    """One run, step by step; `curvature` is `nan` where it was not looked at."""

    share: float
    eta: float
    phase: Phase
    collapsed: bool
    loss: FloatArray
    curvature: FloatArray


class Drop(NamedTuple):
    """Curvatures over their starts at one width, shape (rates, seeds): after `early_step` steps, and
    at the end (`nan` where a run did not train, `inf` where it diverged); and the ηλ₀ between which
    the drop begins, over the seeds."""

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
    """What the test set says of trained networks, shape (rates, seeds): after as many steps at every
    rate, and after as much t·ηλ₀; `nan` where a run diverged. `measure` is "accuracy" or "loss",
    `samples` are those trained and tested on."""

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
    lines: list[Line2D] = []
    limits: list[Line2D] = []
    outside: list[Line2D] = []
    with canvas(ax) as ax:
        low, high = _ends_of_courses(courses, quantity)
        ax.set(xlabel="training step", yscale="log", ylim=(low, high))
        ax.set_ylabel("loss $L$" if quantity == "loss" else r"curvature $\lambda$")
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        for course in courses:
            values, look = getattr(course, quantity), LOOKS[course.phase]
            step = np.flatnonzero(~np.isnan(values))
            values = values[step].clip(1 / LARGEST, LARGEST)
            kind = "collapsed" if course.collapsed else course.phase.name.lower()
            label = f"{kind}, $\\eta\\lambda_0 = {course.share:.3g}$"
            marks = {"marker": look.marker, "markerfacecolor": "white", "markevery": 0.11}
            lines += look.line(ax, step, values, label=label, **marks)
            outside += mark_outside(ax, step, values, look.colour, first=True)
            if quantity == "curvature":
                ends = {"marker": look.marker, "markevery": [1], "clip_on": False}
                limits.append(ax.axhline(2 / course.eta, color=look.colour, **ends, **TWO_OVER_ETA))
        handles = lines + [legend_entry(r"$2/\eta$", **TWO_OVER_ETA)] * bool(limits)
        boundaries = {"2/eta": limits} if limits else {}
        return Artists(ax, add_legend(ax, handles), lines, outside, [], boundaries, [])


def _ends_of_courses(courses: Sequence[DeepCourse], quantity: str) -> tuple[float, float]:
    """Ends of the vertical axis: what runs that do not diverge show, with 2/η."""
    bounded = [c for c in courses if c.phase != Phase.DIVERGENT]
    parts = [getattr(c, quantity) for c in bounded] or [getattr(c, quantity)[:1] for c in courses]
    if quantity == "curvature":
        parts += [np.array([2 / c.eta]) for c in courses]
    low, high = span(np.concatenate(parts or [np.ones(1)]))
    room = 2.0 if len(bounded) == len(courses) or quantity == "curvature" else 1e3
    return max(low, 1e-12 * high) / 2, high * room


def plot_drop(drops: Sequence[Drop], *, ax: Axes | None = None) -> Artists:
    """The curvature over its start against the learning rate at several widths: early as open
    markers, at the end as filled ones on lines; medians, with bars from the lowest to the highest
    seed. Along the bottom: between which rates the drop begins. Along the top: rates at which a
    seed diverged or did not train."""
    lines, markers, bars, begins, edges = [], [], [], [], []
    with canvas(ax) as ax:
        ax.set_ylim(0, 1.25 * top(*(drop.final for drop in drops), np.ones(1)))
        ax.set_ylabel(r"curvature $\lambda/\lambda_0$")
        grid = np.geomspace(*set_rates(ax, [drop.shares for drop in drops], RATES), 400)
        bound = ax.plot(grid, 2 / grid, color="0.4", label=r"$\lambda = 2/\eta$", **TWO_OVER_ETA)
        for i, (drop, look) in enumerate(zip(drops, itertools.cycle(WIDTH_LOOKS), strict=False)):
            middle, *ends = _spread(drop.early)
            markers += look.hollow(ax, drop.shares, middle, zorder=4)
            edges += mark_outside(ax, drop.shares, middle, look.colour)
            bars += _bars(ax, drop.shares, ends, look, linewidth=0.6)
            middle, *ends = _spread(drop.final)
            filled = {"marker": look.marker, "label": f"width {drop.width}", "zorder": 3}
            lines += look.line(ax, drop.shares, middle, **filled)
            bars += _bars(ax, drop.shares, ends, look, linewidth=1.2)
            edges += mark_untrained(ax, drop.shares, drop.final, 0.98 - 0.045 * i, look.colour)
            begins += _draw_transition(ax, drop.transition, 0.03 + 0.045 * i, look)
        boundaries, names = _mark_start(ax)
        boundaries |= {"2/eta": bound, "seeds": bars, "transition": begins}
        steps = ", ".join(sorted({f"{drop.early_step}" for drop in drops}))
        handles = [*lines, *bound]
        handles += [legend_entry(f"after {steps} steps", marker="o")] * bool(drops)
        handles += [legend_entry("at the end", marker="o", markerfacecolor="0.3")]
        handles += [legend_entry("drop begins", marker="|", linestyle=SOLID)] * bool(begins)
        legend = add_legend(ax, handles + entries(edges), names)
        return Artists(ax, legend, lines, edges, markers, boundaries, names)


def _draw_transition(
    ax: Axes, ends: tuple[float, float], height: float, look: Look
) -> list[Line2D]:
    """An interval of rates, at a height in fractions of the axes; none where it is not known."""
    if np.isnan(ends).any():
        return []
    how: Any = {"marker": "|", "linestyle": SOLID, "linewidth": 1.8, "color": look.colour}
    how |= {"transform": ax.get_xaxis_transform(), "zorder": 5}
    return ax.plot(ends, [height] * 2, **how)


def plot_upper_ends(ends: Sequence[UpperEnd], *, ax: Axes | None = None) -> Artists:
    """Up to which ηλ₀ networks train, an interval a seed, by activation and width. A triangle on an
    edge of the axes: no rate was tried beyond."""
    ordered = {name: [e for e in ends if e.activation == name] for name in ACTIVATIONS}
    groups = [sorted(group, key=lambda end: end.width) for group in ordered.values() if group]
    lines, edges, names, ticks = [], [], [], {}
    with canvas(ax) as ax:
        known = [*UPPER.values(), *(x for end in ends for x in (*end.low, *end.high))]
        low, high = span(np.array(known))
        set_logarithmic(ax, "y", low / 1.25, high * 1.25)
        left = 0.0
        for group, look in zip(groups, WIDTH_LOOKS, strict=False):
            for place, end in enumerate(group, 1):
                ticks[left + place] = f"{end.width}"
                x, interval = left + place + _fan(len(end.low)), _interval(end)
                lines += _bars(ax, x, interval, look, marker="_", linewidth=1.5)
                edges += [m for y in interval for m in mark_outside(ax, x, y, look.colour)]
            middle = left + (len(group) + 1) / 2
            names.append(name_top(ax, ACTIVATIONS[group[0].activation], middle))
            left += len(group) + 0.5
        ax.set(
            xlim=(0.4, max(left, 1) + 0.1),
            xlabel="width",
            ylabel=r"largest $\eta\lambda_0$ that trains",
        )
        ax.set_xticks([*ticks], [*ticks.values()])
        boundaries = {
            name: [ax.axhline(at, color="0.3", label=UPPER_NAMES[name], **kind)]
            for (name, at), kind in zip(UPPER.items(), UPPER_LINES, strict=True)
        }
        handles = [legend_entry("trains below, not above", marker="_", linestyle=SOLID)]
        handles += [line for (line,) in boundaries.values()]
        legend = add_legend(ax, handles + entries(edges), names)
        return Artists(ax, legend, lines, edges, [], boundaries, names)


def _fan(count: int) -> FloatArray:
    """Where the intervals of so many seeds stand, about the place of their width."""
    return np.linspace(-0.3, 0.3, count + 2)[1:-1]


def _interval(end: UpperEnd) -> tuple[FloatArray, FloatArray]:
    """Both ends, beyond any axis where none is known."""
    low = np.where(np.isnan(end.low), 0.0, end.low).clip(1 / LARGEST, LARGEST)
    return low, np.where(np.isnan(end.high), np.inf, end.high).clip(1 / LARGEST, LARGEST)


def plot_scales(
    scaled: Sequence[Scaled], *, left: Axes, right: Axes, quantity: str = "final"
) -> tuple[Artists, Artists]:
    """The curvature at the end over its start, or the largest loss over its start ("peak"), for
    several scales of the weights: against η, where each has its line at 2/λ₀, and against ηλ₀."""
    return (
        _plot_scales(scaled, quantity, "eta", left),
        _plot_scales(scaled, quantity, "shares", right),
    )


def _plot_scales(scaled: Sequence[Scaled], quantity: str, rates: str, ax: Axes) -> Artists:
    lines, edges, starts = [], [], []
    with canvas(ax) as ax:
        ends = set_rates(ax, [getattr(part, rates) for part in scaled], SCALED_RATES[rates])
        _set_scaled(ax, scaled, quantity)
        for i, (part, look) in enumerate(zip(scaled, itertools.cycle(WIDTH_LOOKS), strict=False)):
            x, y = getattr(part, rates), getattr(part, quantity).clip(0, LARGEST)
            label = rf"$\sigma_w = {part.scale:.3g}$"
            how: Any = {"linestyle": look.dashes, "markerfacecolor": "none", "label": label}
            lines += look.hollow(ax, x, np.where(y < LARGEST, y, np.nan), **how)
            edges += mark_untrained(ax, x, part.final, 0.98 - 0.045 * i, look.colour)
            if rates == "eta":
                at = 2 / part.curvature
                starts.append(ax.axvline(at, color=look.colour, linewidth=0.8, linestyle=DASH))
        handles, names, boundaries = list(lines), [], {"eta_crit": starts}
        if rates == "eta":
            handles += [legend_entry(r"$2/\lambda_0$", linestyle=DASH, linewidth=0.8)]
        else:
            boundaries, names = _mark_start(ax)
        legend = add_legend(ax, handles + entries(edges), names)
        return Artists(ax, legend, lines, edges, [], boundaries, names)


def _set_scaled(ax: Axes, scaled: Sequence[Scaled], quantity: str) -> None:
    """The vertical axis of one of both quantities, of runs that trained."""
    shown = [np.where(np.isfinite(part.final), getattr(part, quantity), np.nan) for part in scaled]
    if quantity == "final":
        ax.set(yscale="linear", ylim=(0, 1.25 * top(*shown, np.ones(1))))
        ax.set_ylabel(r"final curvature $\lambda/\lambda_0$")
    else:
        low, high = span(np.concatenate([*shown, np.ones(1)]))
        ax.set(yscale="log", ylim=(low / 2, high * 10), ylabel="largest loss $L/L_0$")


def plot_accuracy(accuracy: Accuracy, *, ax: Axes | None = None) -> Artists:
    """Accuracy or loss on the test set against the learning rate, after equally many steps and at
    equal t·ηλ₀: medians, with bars from the lowest to the highest seed."""
    texts = f"after {accuracy.steps} steps", rf"at $t\eta\lambda_0 = {accuracy.budget:g}$"
    lines, bars, edges = [], [], []
    sides = accuracy.at_steps, accuracy.at_budget
    trained, tested = accuracy.samples
    with canvas(ax) as ax:
        set_rates(ax, [accuracy.shares], RATES)
        ax.set_ylabel(f"test {accuracy.measure} ({trained} train, {tested} test)")
        _set_measure(ax, np.concatenate(sides, None), accuracy.measure)
        for i, (values, text, look) in enumerate(zip(sides, texts, WIDTH_LOOKS, strict=False)):
            middle, *ends = _spread(values)
            how: Any = {"linestyle": look.dashes, "label": text}
            lines += look.hollow(ax, accuracy.shares, middle, **how)
            bars += _bars(ax, accuracy.shares, ends, look, linewidth=0.9)
            edges += mark_outside(ax, accuracy.shares, middle, look.colour)
            edges += mark_untrained(ax, accuracy.shares, values, 0.02 + 0.045 * i, look.colour)
        boundaries, names = _mark_start(ax)
        boundaries["seeds"] = bars
        legend = add_legend(ax, lines + entries(edges), names)
        return Artists(ax, legend, lines, edges, [], boundaries, names)


def _set_measure(ax: Axes, values: FloatArray, measure: str) -> None:
    """The vertical axis, around the values, with room for crosses below."""
    low, high = span(values)
    if measure == "loss":
        high = min(high, 1e3 * low)
        set_logarithmic(ax, "y", low / 1.5, high * 1.2)
    else:
        least = float(np.min(values, initial=1, where=np.isfinite(values)))
        room = 0.08 * max(high - least, 0.1)
        ax.set(yscale="linear", ylim=(least - 2 * room, high + room))


def _mark_start(ax: Axes) -> tuple[dict[str, list[Line2D]], list[Annotation]]:
    """A line at ηλ₀ = 2."""
    return mark_boundaries(ax, {"eta_crit": 2.0}, {"eta_crit": START})


def _spread(values: FloatArray) -> FloatArray:
    """Median, least and largest of what is finite in each row; `nan` where nothing is."""
    rows = [row[np.isfinite(row)] for row in values]
    found = [(np.median(row), row.min(), row.max()) if row.size else [np.nan] * 3 for row in rows]
    return np.reshape(found, (-1, 3)).T


def _bars(ax: Axes, x: FloatArray, ends: Any, look: Look, **how: Any) -> list[Line2D]:
    """Upright bars, as one line with gaps."""
    low, high = ends
    y = np.column_stack([low, high, np.full(len(x), np.nan)]).ravel()
    usual: dict[str, Any] = {"linestyle": SOLID, "zorder": 2}
    return look.line(ax, np.repeat(x, 3), y, **usual | how)
