"""Training, step by step: loss or curvature of the theory as lines, of networks as markers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from ..results import Phase, Trajectory
from .legends import add_legend
from .runs import agree, columns, phases_and_names, span
from .style import LOOKS, TWO_OVER_ETA, Artists, canvas, legend_entry

__all__ = ["plot_training"]


@shared
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
    {looks}
    eta : array_like, shape (k,)
        Learning rates, for thin lines at 2/η, the curvature above which a minimum repels. Used with
        the curvature only.
    {ax}

    Returns
    -------
    Artists
        lines, markers (networks), boundaries ("2/eta").

    {refused}

    Examples
    --------
    >>> import twolayer as tl
    >>> from twolayer import plotting
    >>> start = ([0.5, 1.5, 2.5], 2.0, 1.0, 100)
    >>> artists = plotting.plot_training(tl.simulate(*start, steps=30), phases=tl.phase(*start))
    >>> [text.get_text() for text in artists.legend.get_texts()]
    ['lazy', 'catapult', 'divergent']
    """
    if quantity not in ("loss", "curvature"):
        raise ValueError(f"quantity = {quantity!r} must be 'loss' or 'curvature'")
    arguments.instance("runs", runs, Trajectory)
    if networks is not None:
        arguments.instance("networks", networks, Trajectory)
    values, trained = columns(
        runs=getattr(runs, quantity), networks=getattr(networks or runs, quantity)
    )
    rows, count = values.shape
    pairs = phases_and_names(phases, labels, count)
    interval = (
        max(1, (rows - 1) // 12) if every is None else arguments.count("every", every, least=1)
    )
    rates = np.empty(0)
    if eta is not None and quantity == "curvature":
        rates = np.atleast_1d(arguments.numbers("eta", eta))
        agree(eta=rates.shape, runs=(count,))
    lines, markers, time = [], [], np.arange(rows)
    with canvas(ax) as ax:
        _set_axes(ax, quantity, values, [phase != Phase.DIVERGENT for phase, _ in pairs])
        for i, (phase, name) in enumerate(pairs):
            lines += LOOKS[phase].line(ax, time, values[:, i], label=name)
            if networks is not None:
                markers += LOOKS[phase].hollow(ax, time, trained[:, i], markevery=interval)
        limits = [
            ax.axhline(2 / rate, color=drawn.get_color(), **TWO_OVER_ETA)
            for rate, drawn in zip(rates, lines, strict=False)
        ]
        handles = lines + [legend_entry("trained network", marker="o")] * bool(markers)
        handles += [legend_entry(r"$2/\eta$", **TWO_OVER_ETA)] * bool(limits)
        boundaries = {"2/eta": limits} if limits else {}
        return Artists(ax, add_legend(ax, handles), lines, [], markers, boundaries, [])


def _set_axes(ax: Axes, quantity: str, values: FloatArray, bounded: list[bool]) -> None:
    """Scales, names and ends; the ends first, for autoscaling would overflow on a divergent run."""
    low, high = span(values[:, bounded] if any(bounded) else values[:1])
    ax.set(xscale="linear", xlabel="training step")
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    if quantity == "curvature":
        ax.set(yscale="linear", ylim=(0, 1.25 * high), ylabel=r"curvature $\lambda$")
    else:
        ax.set(yscale="log", ylabel="loss $L$")
        ax.set_ylim(max(low, 1e-12 * high) / 2, high * (2 if all(bounded) else 1e3))
