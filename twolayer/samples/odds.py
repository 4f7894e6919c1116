"""How likely networks are to converge on a data set: with several inputs no single ηλ₀ is the
boundary, each start has its own.

Starts are drawn and trained in chunks, each from its own spawned generator, so that neither workers
nor interrupts change a bit of the result; with a folder each finished chunk is kept there, and a
rerun goes on from them.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments, watch
from ..data_results import ConvergenceOdds
from ..docstrings import shared
from . import chunks
from .chunks import Chunk, Job, Span
from .data import Data
from .intervals import summary
from .workers import run

__all__ = ["convergence_odds"]

MOST = 10**8


@shared
def convergence_odds(
    data: Data,
    width: int,
    sharpness: Any,
    starts: int = 1000,
    seed: int = 0,
    *,
    max_steps: int = 10_000,
    tolerance: float = watch.CONVERGED**2,
    confidence: float = 0.95,
    folder: str | os.PathLike[str] | None = None,
    workers: int = 1,
    progress: bool = False,
) -> ConvergenceOdds:
    """How likely a random network is to converge on a data set, at each value of ηλ₀.

    Parameters
    ----------
    data : Data
    width : int
        Number of hidden units n, at least the rank of the best linear map of the data.
    sharpness : array_like, shape (g,)
        Values of ηλ₀, increasing; λ₀ is the top kernel eigenvalue of each start, so each has its
        own learning rates. Dimensionless, whatever the loss of the data: the unit of curvatures
        alone depends on it.
    starts : int
        Number of networks, at most 10⁸, with independent N(0, 1) weights. All values of ηλ₀ are
        tried on the same ones.
    seed : int
        The same seed gives the same starts, whatever the grid and the number of workers; more
        starts begin with those of fewer.
    max_steps, tolerance : int, float
        Budget of each run, and the share of its loss above the floor at which it has converged
        (`GramNetwork.outcome`). Small ηλ₀ on data of wide spectrum trains slowly: runs that spend
        the budget are UNDECIDED, and widen the intervals.
    confidence : float
        Of the intervals.
    folder : path-like
        Where to keep what is done, 250 starts a file; it is made if its parent exists. The same
        call after an interrupt or a kill goes on from there, and gives the same bits as one that
        was not interrupted; with more starts, too.
    workers : int
        Number of processes. With more than one, call from under ``if __name__ == "__main__":``, as
        for `multiprocessing`.
    progress : bool
        Show a bar.

    Returns
    -------
    ConvergenceOdds

    {refused}
        Also if a file in `folder` is damaged or belongs to another job.
    OSError
        If `folder` cannot be made, read or written.

    Notes
    -----
    The intervals of the probability are exact for each value of ηλ₀ by itself: of many, a share of
    1 − confidence may miss. The interval of the value at which it is one half covers it with at
    least `confidence` if each start converges below some ηλ₀ and not above it. That is nearly so:
    at width 3 with two inputs, as in the example, 0.9 % of 20,000 starts diverge and converge again
    higher up on a grid of spacing 0.05 (a finer one sees more).

    Where one ηλ₀ is exact all starts agree on it: 4 without labels, for one output and inputs along
    one direction, and at width 1 where XᵀX/m has equal eigenvalues (derivations
    `reductions.boundary`, `reductions.direction_u`, `reductions.narrow_kernel`). arXiv:2003.02218
    has one sample.

    Examples
    --------
    >>> import twolayer as tl
    >>> data = tl.Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    >>> tl.convergence_odds(data, 1, [3.9, 4.1], starts=20).probability
    array([1., 0.])
    >>> odds = tl.convergence_odds(data, 3, [3.0, 4.0, 5.0, 6.0], starts=100)
    >>> odds.converged, odds.catapulted, odds.diverged
    (array([99, 88,  3,  0]), array([64, 72,  3,  0]), array([  0,  12,  97, 100]))
    >>> odds.half_low, odds.half_high
    (np.float64(4.0), np.float64(5.0))
    """
    from tqdm import tqdm

    job, spans, done = check(
        data,
        width,
        sharpness,
        starts,
        seed,
        max_steps=max_steps,
        tolerance=tolerance,
        folder=folder,
    )
    workers = arguments.count("workers", workers, least=1)
    confidence = arguments.single("confidence", confidence, "tolerance")
    place = None if folder is None else Path(folder)
    if place is not None:
        place.mkdir(exist_ok=True)
    missing = [span for span in spans if span not in done]
    kept = sum(last - first for first, last in done)
    with tqdm(
        total=spans[-1][1],
        initial=kept,
        unit="start",
        desc="convergence_odds",
        disable=not progress,
    ) as bar:

        def keep(index: int, chunk: Chunk) -> None:
            span = missing[index]
            if place is not None:
                chunks.write(place, span, job, chunk)
            done[span] = chunk
            bar.update(len(chunk.phase))

        run(chunks.train, [(job, span) for span in missing], workers, keep)
    curvature, phase = map(np.concatenate, zip(*(done[span] for span in spans), strict=True))
    return summary(job.sharpness, curvature, phase, confidence)


def check(
    data: Data,
    width: int,
    sharpness: Any,
    starts: int,
    seed: int,
    *,
    max_steps: int,
    tolerance: float,
    folder: str | os.PathLike[str] | None,
) -> tuple[Job, list[Span], dict[Span, Chunk]]:
    """The job, its chunks, and those that are done; whatever is wrong with what `convergence_odds`
    was given, or with what is kept in the folder, is raised here, before any work."""
    job = _job(data, width, sharpness, seed, max_steps, tolerance)
    starts, size = arguments.count("starts", starts, least=1), chunks.STARTS
    if starts > MOST:
        raise ValueError(
            f"starts = {starts} must be at most {MOST}: each of them is kept in memory"
        )
    spans = [(first, min(first + size, starts)) for first in range(0, starts, size)]
    if folder is None or not (place := Path(folder)).is_dir():
        return job, spans, {}
    return job, spans, {span: chunk for span in spans if (chunk := chunks.read(place, span, job))}


def _job(data: Any, width: Any, sharpness: Any, seed: Any, max_steps: Any, tolerance: Any) -> Job:
    arguments.instance("data", data, Data)
    values = arguments.numbers("sharpness", sharpness, "eta")
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"shape of sharpness = {values.shape} must be (g,), not empty")
    arguments.require(
        "sharpness", values, np.diff(values, prepend=0.0) > 0, "above the value before it"
    )
    width = arguments.units(width)
    share = arguments.single("tolerance", tolerance)
    needed = best_rank(data, share)
    if width < needed:
        raise ValueError(
            f"width = {width} must be at least {needed}, the rank of the best linear map: no "
            "narrower network converges to it"
        )
    seed, budget = arguments.count("seed", seed), arguments.count("max_steps", max_steps)
    return Job(data, width, values, seed, budget, share)


def best_rank(data: Data, tolerance: float) -> int:
    """Rank of the best linear map, without what is a smaller share than `tolerance` of its own
    loss."""
    _, labels = data.rows
    rest = np.cumsum(np.linalg.svd(labels, compute_uv=False)[::-1] ** 2)
    return int(np.sum(rest > tolerance * rest[-1]))
