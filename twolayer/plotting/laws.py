"""The laws of the catapult: trained networks on the lines of the theory."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from ..arguments import FloatArray
from ..results import Phase
from .legends import add_legend
from .style import LOOKS, WIDTH_LOOKS, Artists, canvas


class Series(NamedTuple):
    """Trained networks beside the theory: points (with an interval each, if there are any), the
    theory at them, and its line."""

    label: str
    x: FloatArray
    trained: FloatArray
    theory: FloatArray
    line: tuple[FloatArray, FloatArray]
    interval: FloatArray = np.empty((2, 0))
    phase: Phase | None = None


class Law(NamedTuple):
    """One panel."""

    name: str
    xlabel: str
    ylabel: str
    scale: str
    series: Callable[[int], list[Series]]
    # of each series against the one before it; then the vertical axis has no numbers
    shift: float = 0


def plot_law(law: Law, sets: Sequence[Series], *, ax: Axes | None = None) -> Artists:
    """Lines and the networks on them; the intervals of networks are error bars, which are the
    artists' points."""
    lines, points, markers, handles = [], [], [], []
    with canvas(ax) as ax:
        ax.set(xscale=law.scale, xlabel=law.xlabel, ylabel=law.ylabel)
        if law.shift:
            ax.set_yticks([])
        for i, series in enumerate(sets):
            look = WIDTH_LOOKS[i % len(WIDTH_LOOKS)]
            if series.phase is not None:
                look = LOOKS[series.phase]
            x, y = series.line
            lines += look.line(ax, x, y + i * law.shift)
            for at, ends in zip(series.x, series.interval.T, strict=False):
                points += look.line(ax, [at, at], ends, marker="_", linestyle="-", linewidth=0.8)
            if series.x.size:
                markers += look.hollow(ax, series.x, series.trained + i * law.shift)
            handles.append(look.entry(series.label, series.x.size))
        return Artists(ax, add_legend(ax, handles), lines, points, markers, {}, [])
