"""The final curvature against the learning rate, for several widths."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .. import arguments
from ..docstrings import shared
from ..results import FinalCurvature, Outcome
from .legends import add_legend, mark_boundaries
from .runs import agree, columns, mapping, top
from .style import AXIS_LABELS, TWO_OVER_ETA, WIDTH_LOOKS, Artists, canvas, legend_entry

__all__ = ["plot_final_curvature"]


@shared
def plot_final_curvature(
    eta: Any,
    ends: Outcome | FinalCurvature,
    *,
    labels: Sequence[str],
    networks: Outcome | None = None,
    network_eta: Any = None,
    eta_crit: float | None = None,
    eta_max: float | None = None,
    names: Mapping[str, str] | None = None,
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
    names : mapping of str to str
        Their names in the figure, where they are not η_crit and η_max; and "uncertain", that of
        points in the legend.
    {ax}

    Returns
    -------
    Artists
        lines, points, markers (networks), boundaries ("2/eta", "eta_crit", "eta_max"), names.

    {refused}

    Examples
    --------
    >>> import numpy as np
    >>> import twolayer as tl
    >>> from twolayer import plotting
    >>> eta = np.linspace(0.1, 1.9, 19)
    >>> ends = tl.outcome(eta[:, None], 2.0, 1.0, width=[10, 1000])
    >>> names = ["n = 10", "n = 1000"]
    >>> artists = plotting.plot_final_curvature(eta, ends, labels=names, eta_crit=1.0, eta_max=2.0)
    >>> sorted(artists.boundaries)
    ['2/eta', 'eta_crit', 'eta_max']
    """
    if (networks is None) != (network_eta is None):
        raise ValueError("networks and network_eta must be given together")
    arguments.instance("ends", ends, Outcome, FinalCurvature)
    known_to = ends.error if isinstance(ends, FinalCurvature) else ends.curvature_error
    rates = np.atleast_1d(arguments.numbers("eta", eta))
    final, error = columns(curvature=ends.curvature, curvature_error=known_to)
    trained_rates, trained = rates[:0], final[:0]
    if networks is not None:
        trained_rates = np.atleast_1d(arguments.numbers("network_eta", network_eta, "eta"))
        arguments.instance("networks", networks, Outcome)
        trained = columns(networks=networks.curvature)[0]
    agree(eta=rates.shape, ends=final.shape[:1])
    agree(network_eta=trained_rates.shape, networks=trained.shape[:1])
    agree(ends=final.shape[1:], networks=trained.shape[1:], labels=np.shape(labels))
    marks = _given(eta_crit=eta_crit, eta_max=eta_max)
    texts = {"uncertain": "error > 10 % (chaos)"} | mapping("names", names)
    final, trained = (np.where(np.isfinite(array), array, np.nan) for array in (final, trained))
    known = error <= 0.1 * final
    certain, uncertain = np.where(known, final, np.nan), np.where(known, np.nan, final)
    around = np.pad(known, ((1, 1), (0, 0)))
    lone = known & ~around[:-2] & ~around[2:]  # a line of one point shows by its marker only
    lines, points, markers, handles = [], [], [], []
    with canvas(ax) as ax:
        ax.set(yscale="linear", ylim=(0, 1.15 * top(final, trained)))
        for i, label in enumerate(labels):
            look = WIDTH_LOOKS[i % len(WIDTH_LOOKS)]
            alone = {"marker": "_", "markevery": np.flatnonzero(lone[:, i]).tolist()}
            lines += look.line(ax, rates, certain[:, i], **alone, zorder=3)
            points += look.line(ax, rates, uncertain[:, i], marker=".", linestyle="", markersize=2)
            if networks is not None:
                markers += look.hollow(ax, trained_rates, trained[:, i], zorder=4)
            handles.append(look.entry(label, networks is not None))
        handles += ax.plot(rates, 2 / rates, color="0.4", label=r"$2/\eta$", **TWO_OVER_ETA)
        boundaries, named = mark_boundaries(ax, marks, texts)
        boundaries["2/eta"] = handles[-1:]
        if np.any(~known & np.isfinite(final)):
            handles.append(legend_entry(texts["uncertain"], marker=".", markersize=2))
        ax.set(xlabel=AXIS_LABELS["eta"], ylabel=r"final curvature $\lambda_\infty$")
        legend = add_legend(ax, handles, named)
        return Artists(ax, legend, lines, points, markers, boundaries, named)


def _given(**rates: Any) -> dict[str, float]:
    """The learning rates that are given, checked."""
    return {name: arguments.single(name, at, "eta") for name, at in rates.items() if at is not None}
