"""The two-layer starts that a training log allows, and how far the theory's runs are from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _derived, arguments
from ..arguments import EPS, FloatArray
from ..recursion import simulate
from ..results import Trajectory
from ..starts import cauchy_schwarz
from ..watch import in_blocks
from .training_log import Log

TOLERANCE = 0.02  # of ln(loss), and of ηλ over max(1, ηλ)
CLOSE = 1e-9  # gaps that are alike: those of rounding
LONGEST = 10_000  # steps of a log over which starts are compared
TOGETHER = 1 << 20  # numbers of a course that runs fill together
DECADES, A_DECADE = 16, 15  # of the widths that are tried
CLOSER, EDGES, AROUND = 4, 2, 64  # rounds of searches, widths in each
TELLING = 24  # steps, those of the largest loss, that are solved for the width


@dataclass(frozen=True)
class Family:
    """Starts, one an entry; how long and how well each follows the log, and what it does."""

    output: FloatArray
    width: FloatArray
    leaves: FloatArray  # the first step at which it is too far from the log; inf for none
    before: FloatArray  # the largest gap until then
    gap: FloatArray  # and of all
    peak: FloatArray
    sharpness: FloatArray

    @property
    def best(self) -> int:
        """The one that follows longest, and of several the closest."""
        before = np.maximum(self.before, CLOSE)
        return int(np.lexsort((self.gap, before, -self.leaves))[0])

    @property
    def start(self) -> tuple[float, float]:
        """Its output and width."""
        return float(self.output[self.best]), float(self.width[self.best])

    def with_more(self, other: Family) -> Family:
        parts = zip(vars(self).values(), vars(other).values(), strict=True)
        return Family(*(np.concatenate(pair) for pair in parts))


def gaps(log: Log, theory: Trajectory) -> tuple[FloatArray, FloatArray]:
    """How far runs are from the log in ln(loss) and in ηλ, shape (steps + 1, *cells); NaN where the
    log has nothing to compare. Where it diverged in NaN, every loss above the last one is its own,
    as is every course that comes back to one."""
    steps = len(theory.loss)
    more = (slice(steps), *[None] * (theory.loss.ndim - 1))
    loss, sharpness = apart(log, theory, log.level[more], log.sharpness[more])
    if log.diverged:
        level = log.over_start(theory.loss[log.ends :])
        later = np.maximum.accumulate(level[::-1])[::-1]
        loss[log.ends :] = np.maximum(0, log.level[log.ends - 1] - later)
    return loss, sharpness


@np.errstate(all="ignore")
def apart(
    log: Log, theory: Trajectory, level: FloatArray, sharpness: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """How far these are from runs, NaN where they are not known."""
    own = log.eta * theory.curvature
    gap = np.abs(own - sharpness) / np.maximum(1, own)
    known = (own < np.inf) & np.isfinite(sharpness)
    return np.abs(log.over_start(theory.loss) - level), np.where(known, gap, np.nan)


def farthest(*parts: FloatArray) -> FloatArray:
    """The larger of gaps, 0 where nothing is compared."""
    return np.asarray(np.fmax(0.0, np.fmax.reduce(parts)))


def leaving(gap: FloatArray, tolerance: float = TOLERANCE) -> FloatArray:
    """The first step at which a gap is above the tolerance; inf for none."""
    over = gap > tolerance
    return np.asarray(np.where(over.any(axis=0), over.argmax(axis=0), np.inf))


def tried(log: Log, output: FloatArray, width: FloatArray) -> Family:
    """Run the theory from starts of the first curvature."""
    steps, parts = min(len(log.loss) - 1, LONGEST), []
    for block in in_blocks(output.size, max(1, TOGETHER // (steps + 1))):
        start = log.curvature[0], output[block], width[block], log.target
        theory = simulate(log.eta, *start, steps=steps)
        gap = farthest(*gaps(log, theory))
        last = log.eta * theory.curvature[min(steps, log.steps)]
        peak = theory.loss[: log.steps + 1].max(axis=0)
        leaves = leaving(gap)
        before = np.where(np.arange(steps + 1)[:, None] < leaves, gap, 0.0)
        parts.append((leaves, before.max(axis=0), gap.max(axis=0), peak, last))
    return Family(output, width, *map(np.concatenate, zip(*parts, strict=True)))


def family(log: Log) -> Family:
    """All starts that the log allows; where it leaves the width open, ever closer around the one
    that follows longest, and around the smallest and the largest width that follow to the end."""
    members = tried(log, *_starts(log))
    if log.width is None:
        for _ in range(CLOSER):
            members = _closer(log, members, members.best)
        for largest in (False, True) * EDGES:
            following = np.flatnonzero(np.isinf(members.leaves))
            if following.size:
                widths = members.width[following]
                edge = widths.argmax() if largest else widths.argmin()
                members = _closer(log, members, int(following[edge]))
    return members


def _closer(log: Log, members: Family, which: int) -> Family:
    """With more widths between the two next to that of one, which is finite."""
    output, width = members.output[which], members.width[which]
    if not np.isfinite(width):
        return members
    row = np.unique(members.width[(members.output == output) & (members.width < np.inf)])
    at = np.searchsorted(row, width)
    ends = row[max(at - 1, 0)], row[min(at + 1, row.size - 1)]
    more = tried(log, np.full(AROUND, output), np.geomspace(*ends, AROUND))
    return members.with_more(more)


def _starts(log: Log) -> tuple[FloatArray, FloatArray]:
    """Outputs and widths: of the output given, or on both sides of the label."""
    size, curvature = log.size[0], log.curvature[0]
    sides = [1.0, -1.0] if log.target else [1.0]
    given = log.output[0]
    outputs = [log.target + side * size for side in sides] if np.isnan(given) else [given]
    if log.width is not None:
        return _of_width(log, np.array(outputs))
    rows = [np.empty((2, 0))]
    solved = _solved(log)
    for output in outputs:
        unit = abs(output) / _derived.largest_output(curvature, 1.0, np.sqrt)
        flat = log.eta / _derived.eta_flat(1.0, log.target, np.sqrt) / 4 if log.target else 0.0
        least = unit**2 * (1 + 4 * EPS)
        grid = max(least, flat**2) * np.logspace(0, DECADES, DECADES * A_DECADE + 1)
        width = np.concatenate([grid, [np.inf], np.maximum(solved, max(least, 1e-300))])
        rows.append(np.stack([np.full(width.size, output), width]))
    output, width = np.concatenate(rows, axis=1)
    return output, width


def _of_width(log: Log, outputs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The outputs that a network of the width given can have."""
    width = np.full(outputs.shape, log.width)
    exists, bounded = cauchy_schwarz(log.curvature[0], outputs, width, log.rounding)
    if not exists.any():
        known = "output" if np.isfinite(log.output[0]) else "output of the first loss"
        allowed = "at most sqrt(width)*curvature/2 in size (Cauchy-Schwarz: no network has it)"
        arguments.require(known, outputs, exists, allowed)
    return bounded[exists], width[exists]


@np.errstate(all="ignore")
def _solved(log: Log) -> FloatArray:
    """Widths with which single steps do what they did to the loss, or to the curvature, whichever
    side of the label they were on."""
    known = np.flatnonzero(np.isfinite(log.loss[1:]) & np.isfinite(log.curvature[:-1]))
    steps = known[np.argsort(-log.loss[known], kind="stable")[:TELLING]]
    found: list[Any] = []
    for side in (1.0, -1.0):
        changes = pairs(log, side)
        found += [changes.implied_width[steps], [changes.pair_width]]
        still, bent, _ = _affine(log, steps, side)
        for end in (log.size[steps + 1], -log.size[steps + 1]):
            found.append(_derived.gain(log.eta, (end - still) / bent))
    width = np.concatenate(found)
    return np.asarray(width[np.isfinite(width) & (width > 0)])


def _affine(log: Log, steps: Any, side: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of a step from this side of the label, which is affine in the gain: the residual without
    gain, and what a unit of gain, here an imaginary one, adds to it and to the curvature."""
    output = log.target + side * log.size[steps]
    curvature, after = _derived.step(log.eta, log.curvature[steps], output, 1j, log.target)
    return after.real - log.target, after.imag, curvature.imag


@dataclass(frozen=True)
class Pairs:
    """The width of each step, the one that fits all relative changes best, and the share of them
    that it leaves over."""

    implied_width: FloatArray
    pair_width: float = np.nan
    width_spread: float = np.nan


@np.errstate(all="ignore")
def pairs(log: Log, side: Any) -> Pairs:
    """What the changes of the curvature say of the width, with outputs on this side of the label,
    1 or -1, one number or one a step."""
    steps = np.arange(log.steps)
    moved = _affine(log, steps, np.broadcast_to(side, log.loss.shape)[steps])[2]
    change = np.diff(log.curvature[: log.steps + 1])
    larger = np.maximum(log.curvature[steps], log.curvature[steps + 1])
    seen = np.isfinite(change) & np.isfinite(moved) & (moved != 0)
    seen &= np.abs(change) > log.rounding * log.curvature[steps]
    implied = np.where(seen, _derived.gain(log.eta, change / moved), np.nan)
    if not seen.any():
        return Pairs(implied)
    part, change = moved[seen] / larger[seen], change[seen] / larger[seen]
    gain = np.sum(change * part) / np.sum(part * part)
    left = change - gain * part
    spread = np.sqrt(np.sum(left * left) / np.sum(change * change))
    width = _derived.gain(log.eta, gain) if gain > 0 else np.nan
    return Pairs(implied, float(width), float(spread))


@dataclass(frozen=True)
class Comparison:
    """The theory's run from the start that follows a log longest, in the model's unit, beside
    it."""

    members: Family
    theory: Trajectory
    loss_gap: float
    sharpness_gap: float
    leaves: float
    known: int  # the steps that the digits of the log leave certain


def compared(log: Log) -> Comparison:
    """The theory beside a log."""
    members = family(log)
    start = log.curvature[0], *members.start, log.target
    theory = simulate(log.eta, *start, steps=len(log.loss) - 1)
    loss, sharpness = gaps(log, theory)
    leaves = float(leaving(farthest(loss, sharpness)))
    known = _known(log, members, theory)
    upto = 1 + (log.steps if leaves == np.inf else known)
    sharpness_gap = float(np.fmax.reduce(sharpness[1:upto], initial=np.nan))
    return Comparison(members, theory, float(loss[:upto].max()), sharpness_gap, leaves, known)


def _known(log: Log, members: Family, theory: Trajectory) -> int:
    """Up to which step the run stays where it is when the start moves by the rounding of the log,
    and a width that was searched for to the next one tried."""
    output, width = members.start
    wider = width * (1 + log.rounding)
    if log.width is None and np.isfinite(width):
        above = members.width[(members.width > width) & (members.width < np.inf)]
        wider = max(wider, above.min(initial=width * 2))
    curvature, output = (1 + log.rounding) * np.array([log.curvature[0], output])
    twin = simulate(log.eta, curvature, output, wider, log.target, len(theory.loss) - 1)
    moved = apart(log, theory, log.over_start(twin.loss), log.eta * twin.curvature)
    last = float(leaving(farthest(*moved), TOLERANCE / 4))
    return int(min(max(last - 1, 0.0), log.steps))
