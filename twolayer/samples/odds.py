"""How likely networks are to converge on a data set: with several inputs no single ηλ₀ is the
boundary, each start has its own.

Starts are drawn and trained in chunks, each from its own spawned generator, so that neither workers
nor interrupts change a bit of the result; with a folder each finished chunk is kept there, and a
rerun goes on from them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import arguments, storage, watch
from ..arguments import FloatArray
from ..results import ConvergenceOdds, Phase
from .data import Data
from .gram import GramNetwork
from .workers import run

__all__ = ["convergence_odds"]

_CHUNK = 250  # starts that share a generator, and are kept or lost together
# numbers in the Gram matrices that are drawn or trained together: it bounds the memory
_TOGETHER = 1 << 23

Part = tuple[FloatArray, NDArray[np.int8]]  # curvature (starts,) and phase (starts, g) of a chunk
Span = tuple[int, int]  # first start of a chunk, and the one after its last


@dataclass(frozen=True)
class _Job:
    """What decides the bits of each chunk."""

    data: Data
    width: int
    sharpness: FloatArray
    seed: int
    max_steps: int
    tolerance: float

    @property
    def header(self) -> dict[str, Any]:
        """The job by names and numbers, arrays by a hash: what a file of a chunk must agree
        with."""
        from .. import __version__

        parts = {
            name: _hash(value)
            for name, value in vars(self.data).items()
            if name not in ("samples", "inputs", "outputs")
        }
        numbers = {
            name: value for name, value in vars(self).items() if name not in ("data", "sharpness")
        }
        grid = {"sharpness": _hash(self.sharpness)}
        return (
            {"data": "-".join(parts.values())}
            | numbers
            | grid
            | {"chunk": _CHUNK, "twolayer": __version__, "numpy": np.__version__}
        )


def _hash(value: Any) -> str:
    array = np.asarray(value, "<f8")
    from hashlib import sha256

    return sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()[:16]


def convergence_odds(
    data: Data, width: int, sharpness: Any, starts: int = 1000, seed: int = 0, *, max_steps: int = 10_000,
    tolerance: float = watch.CONVERGED**2, confidence: float = 0.95, folder: str | os.PathLike[str] | None = None, workers: int = 1,
    progress: bool = False,
) -> ConvergenceOdds:  # fmt: skip
    """How likely a random network is to converge on a data set, at each value of ηλ₀.

    Parameters
    ----------
    data : Data
    width : int
        Number of hidden units n, at least the rank of the best linear map of the data.
    sharpness : array_like, shape (g,)
        Values of ηλ₀, increasing; λ₀ is the top kernel eigenvalue of each start, so each has its
        own learning rates. Dimensionless.
    starts : int
        Number of networks, with independent N(0, 1) weights. All values of ηλ₀ are tried on the
        same ones.
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

    Raises
    ------
    ValueError
        For bad input, naming the argument; if a file in `folder` is damaged or belongs to another
        job.
    OSError
        If `folder` cannot be made, read or written.

    Notes
    -----
    The intervals of the probability are exact for each value of ηλ₀ by itself: of many, a share of
    1 − confidence may miss. The interval of the value at which it is one half covers it with at
    least `confidence` if each start converges below some ηλ₀ and not above it. That is nearly so:
    at width 3 with two inputs, as in the example, 0.9 % of 20,000 starts diverge and converge again
    higher up on a grid of spacing 0.05 (a finer one sees more).

    Where one ηλ₀ is exact all starts agree on it: 4 without labels, for one output and one sample
    or one input, and at width 1 where XᵀX/m has equal eigenvalues. arXiv:2003.02218 has one sample.

    Examples
    --------
    >>> data = Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    >>> convergence_odds(data, 1, [3.9, 4.1], starts=20).probability
    array([1., 0.])
    >>> odds = convergence_odds(data, 3, [3.0, 4.0, 5.0, 6.0], starts=100)
    >>> odds.converged, odds.catapulted, odds.diverged
    (array([99, 88,  3,  0]), array([59, 60,  3,  0]), array([  0,  12,  97, 100]))
    >>> odds.half_low, odds.half_high
    (np.float64(4.0), np.float64(5.0))
    """
    job = _job(data, width, sharpness, seed, max_steps, tolerance)
    starts, workers = (
        arguments.count("starts", starts, least=1),
        arguments.count("workers", workers, least=1),
    )
    confidence = arguments.single("confidence", confidence, "tolerance")
    place = None if folder is None else Path(folder)
    spans = [(first, min(first + _CHUNK, starts)) for first in range(0, starts, _CHUNK)]
    done: dict[Span, Part] = {}
    if place is not None:
        place.mkdir(exist_ok=True)
        done = {span: _read(place, span, job) for span in spans if _file(place, span).exists()}
    with _bar(progress, starts) as bar:
        left = [span for span in spans if span not in done]

        def keep(index: int, part: Part) -> None:
            span = left[index]
            if place is not None:
                _write(place, span, job, part)
            done[span] = part
            bar(span[1] - span[0])

        bar(sum(last - first for first, last in done))
        run(_run, [(job, span) for span in left], workers, keep)
    curvature, phase = (
        np.concatenate(column) for column in zip(*(done[span] for span in spans), strict=True)
    )
    return _summary(job.sharpness, curvature, phase, confidence)


def _job(data: Any, width: Any, sharpness: Any, seed: Any, max_steps: Any, tolerance: Any) -> _Job:
    arguments.instance("data", data, Data)
    values = arguments.numbers("sharpness", sharpness, "eta")
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"shape of sharpness = {values.shape} must be (g,), not empty")
    arguments.require(
        "sharpness", values, np.diff(values, prepend=0.0) > 0, "above the value before it"
    )
    width, share = (
        arguments.count("width", width, least=1),
        arguments.single("tolerance", tolerance),
    )
    needed = best_rank(data, share)
    if width < needed:
        raise ValueError(
            f"width = {width} must be at least {needed}, the rank of the best linear map: no "
            "narrower network converges to it"
        )
    return _Job(
        data,
        width,
        values,
        arguments.count("seed", seed),
        arguments.count("max_steps", max_steps),
        share,
    )


def best_rank(data: Data, tolerance: float) -> int:
    """Rank of the best linear map, without what is a smaller share than `tolerance` of its own
    loss."""
    left = np.cumsum(
        np.linalg.svd(np.sqrt(data.spectrum)[:, None] * data.solution, compute_uv=False)[::-1] ** 2
    )
    return int(np.sum(left > tolerance * left[-1]))


def _run(job: _Job, span: Span) -> Part:
    """One chunk: its starts drawn, and trained at every value of ηλ₀."""
    # that of spawn()
    rng = np.random.default_rng(np.random.SeedSequence(job.seed, spawn_key=(span[0] // _CHUNK,)))
    count, size = span[1] - span[0], (job.data.inputs + job.data.outputs) ** 2
    drawn, trained = (max(1, _TOGETHER // each) for each in (size, size * job.sharpness.size))
    curvature, phase = np.empty(count), np.empty((count, job.sharpness.size), np.int8)
    for first in range(0, count, drawn):
        # a part of the starts is drawn as a whole, needed or not: fewer starts are the beginning of
        # more
        nets = GramNetwork.random(
            job.width, job.data.inputs, job.data.outputs, size=min(drawn, _CHUNK - first), rng=rng
        )
        last = min(first + len(nets.gram), count)
        for low in range(first, last, trained):
            here = slice(low, min(low + trained, last))
            net = GramNetwork(nets.gram[low - first : here.stop - first], float(job.width))
            curvature[here] = net.curvature(job.data)
            eta = job.sharpness[:, None] / curvature[here]
            phase[here] = net.outcome(job.data, eta, job.max_steps, job.tolerance).phase.T
    return curvature, phase


@contextlib.contextmanager
def _bar(shown: bool, starts: int) -> Iterator[Callable[[int], object]]:
    if not shown:
        yield lambda count: None
        return
    from tqdm import tqdm

    with tqdm(total=starts, unit="start", desc="convergence_odds") as bar:
        yield bar.update


def _file(folder: Path, span: Span) -> Path:
    return folder / f"starts_{span[0]:08d}_{span[1]:08d}.npz"


def _write(folder: Path, span: Span, job: _Job, part: Part) -> None:
    import json

    header = json.dumps(job.header)
    storage.write_whole(
        _file(folder, span),
        lambda file: np.savez(file, job=header, curvature=part[0], phase=part[1]),
    )


def _read(folder: Path, span: Span, job: _Job) -> Part:
    """The chunk that a file holds, if it is whole and of this job."""
    import json

    path = _file(folder, span)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            header, curvature, phase = (
                dict(json.loads(str(archive["job"]))),
                archive["curvature"],
                archive["phase"],
            )
    except storage.BROKEN:
        raise ValueError(f"folder: {str(path)!r} is damaged; without it the job goes on") from None
    for name, value in job.header.items():
        if name not in header or header[name] != value:
            raise ValueError(
                f"folder: {str(path)!r} belongs to another job: {name} = {header.get(name)!r} "
                f"there, {value!r} here"
            )
    count = span[1] - span[0]
    codes = (
        phase.dtype == np.int8
        and phase.shape == (count, job.sharpness.size)
        and np.isin(phase, list(Phase)).all()
    )
    if not (codes and curvature.dtype == np.float64 and curvature.shape == (count,)):
        raise ValueError(f"folder: {str(path)!r} is damaged; without it the job goes on")
    return curvature, phase


def _summary(
    sharpness: FloatArray, curvature: FloatArray, phase: NDArray[np.int8], confidence: float
) -> ConvergenceOdds:
    """Probability with its interval, and the value at which it is one half with its interval."""
    starts, converged, undecided = (
        len(phase),
        np.sum(phase <= Phase.CATAPULT, axis=0),
        np.sum(phase == Phase.UNDECIDED, axis=0),
    )
    decided = starts - undecided
    probability = np.divide(
        converged, decided, out=np.full(sharpness.size, np.nan), where=decided > 0
    )
    low, _ = _interval(converged, starts, confidence)
    _, high = _interval(converged + undecided, starts, confidence)
    values = np.concatenate([[0.0], sharpness, [np.inf]])
    surely = np.flatnonzero(low > 0.5)
    first = int(surely[-1]) + 1 if surely.size else 0
    surely_not = np.flatnonzero(high[first:] < 0.5)
    last = first + int(surely_not[0]) + 1 if surely_not.size else sharpness.size + 1
    half = _half(sharpness[:last], probability[:last])
    return ConvergenceOdds(
        sharpness, curvature, phase, probability, low, high, half, values[first], values[last], np.float64(confidence)
    )  # fmt: skip


def _interval(count: Any, total: int, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Clopper and Pearson's: the probabilities that leave (1 − confidence)/2 to as few and to as
    many."""
    from scipy import special

    tail = (1 - confidence) / 2
    low = special.betaincinv(np.maximum(count, 1), total - count + 1, tail)
    high = special.betainccinv(count + 1, np.maximum(total - count, 1), tail)
    return np.where(count > 0, low, 0.0), np.where(count < total, high, 1.0)


def _half(sharpness: FloatArray, probability: FloatArray) -> Any:
    """Where the probability falls through one half for the last time."""
    known = np.isfinite(probability)
    x, p = sharpness[known], probability[known]
    above = np.flatnonzero(p >= 0.5)
    if above.size == 0 or (i := above[-1]) == x.size - 1:
        return np.float64(np.nan)
    return x[i] + (x[i + 1] - x[i]) * (p[i] - 0.5) / (p[i] - p[i + 1])
