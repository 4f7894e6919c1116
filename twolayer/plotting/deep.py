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
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, StrMethodFormatter

from ..arguments import FloatArray, Mask
from ..results import Phase
from .legends import add_legend, add_name, mark_boundaries, name_top
from .runs import LARGEST, span
from .style import (
    DASH,
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

ETA_CRIT, NAME = 2.0, r"$\eta = 2/\lambda_0$"  # ηλ₀ above which the linearised network diverges
UPPER = {"linear": 4.0, "relu": 12.0}  # ηλ₀: the two-layer linear model's, the paper's for ReLU
UPPER_NAMES = {"linear": "4, two layers, linear", "relu": "12, ReLU (the paper)"}
ACTIVATIONS = {"linear": "linear", "tanh": "tanh", "relu": "ReLU"}
RATES = r"learning rate $\eta\lambda_0$"


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
            outside += _mark_outside(ax, step, values, look.colour, first=True)
            if quantity == "curvature":
                ends = {"marker": look.marker, "markevery": [1], "clip_on": False}
                limits.append(
                    ax.axhline(2 / course.eta, color=look.colour, **ends, **TWO_OVER_ETA)
                )
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
    """The curvature over its start against the learning rate at several widths, early as open
    markers and at the end as filled ones on lines: medians, with bars from the lowest to the
    highest seed. Bars along the bottom: where the drop begins."""
    raise NotImplementedError


def plot_upper_ends(ends: Sequence[UpperEnd], *, ax: Axes | None = None) -> Artists:
    """The largest ηλ₀ at which networks train, an interval a seed, by activation and width."""
    raise NotImplementedError


def plot_scales(
    scaled: Sequence[Scaled], *, left: Axes, right: Axes, quantity: str = "final"
) -> tuple[Artists, Artists]:
    """The curvature at the end, or the largest loss ("peak"), over its start, for several scales of
    the weights: against η and against ηλ₀."""
    raise NotImplementedError


def plot_accuracy(accuracy: Accuracy, *, ax: Axes | None = None) -> Artists:
    """Accuracy or loss on the test set against the learning rate, at equal steps and at equal
    t·ηλ₀."""
    raise NotImplementedError


def _mark_outside(
    ax: Axes, x: FloatArray, y: FloatArray, colour: str, *, first: bool = False
) -> list[Line2D]:
    """Triangles on the edges where values lie beyond them, on the first of several in a row if
    `first`."""
    marks = []
    low, high = ax.get_ylim()
    for beyond, marker, edge in ((y > high, 6, 1.0), (y < low, 7, 0.0)):
        at = beyond & ~np.concatenate([[False], beyond[:-1]]) if first else beyond
        marks += _mark_edge(ax, x[at], marker, edge, colour)
    return marks


def _mark_edge(ax: Axes, x: FloatArray, marker: Any, height: float, colour: str) -> list[Line2D]:
    """Markers at one height, in fractions of the axes."""
    if not len(x):
        return []
    how: dict[str, Any] = {"color": colour, "markersize": 4, "clip_on": False, "zorder": 6}
    return ax.plot(
        x, [height] * len(x), marker=marker, linestyle="", transform=ax.get_xaxis_transform(), **how
    )
