"""The two-layer starts that a training log allows, and how far the theory's runs are from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

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
ROUNDS, AROUND = 5, 64  # of the search, and its widths around each of three
TELLING = 24  # steps, those of the largest loss, that are solved for the width


class Family(NamedTuple):
    """Starts, one an entry, how well the run of each follows the log, and what it does."""

    output: FloatArray
    width: FloatArray
    leaves: FloatArray  # the first step at which it is too far from the log; inf for none
    before: FloatArray  # the largest gap until then
    gap: FloatArray  # and of all
    peak: FloatArray
    sharpness: FloatArray  # at the end

    @property
    def best(self) -> int:
        """The one that follows longest, and of several the closest."""
        return int(np.lexsort((self.gap, self.before, -self.leaves))[0])

    @property
    def start(self) -> tuple[float, float]:
        """Its output and width."""
        return float(self.output[self.best]), float(self.width[self.best])

    @property
    def following(self) -> FloatArray:
        """The widths whose runs follow the log to its end."""
        return self.width[np.isinf(self.leaves)]


def family(log: Log) -> Family:
    """All starts that the log allows; where it leaves the width open, ever closer around the one
    that follows longest, and around the smallest and the largest width that follow to the end."""
    members, spacing = _tried(log, *_starts(log)), 10 ** (1 / A_DECADE)
    for _ in range(ROUNDS if log.width is None else 0):
        order = np.argsort(members.width, kind="stable")
        follow = order[np.isinf(members.leaves[order])]
        near = [members.best, *follow[:1], *follow[-1:]]
        around = np.geomspace(1 / spacing, spacing, AROUND)
        width = np.outer(members.width[near], around).ravel()
        more = _tried(log, np.repeat(members.output[near], AROUND), width)
        members = Family(*np.concatenate([members, more], axis=1))
        spacing **= 2 / (AROUND - 1)  # what lies between two of these
    return members


def _starts(log: Log) -> tuple[FloatArray, FloatArray]:
    """Outputs and widths: of the output given, or on both sides of the label."""
    outputs = log.output[:1]
    if np.isnan(outputs[0]):
        outputs = log.target + np.array([1.0, -1.0] if log.target else [1.0]) * log.size[0]
    if log.width is not None:
        return outputs, np.full(outputs.shape, log.width)
    least = (outputs / _derived.largest_output(log.curvature[0], 1.0, np.sqrt)) ** 2
    flat = log.eta / _derived.eta_flat(1.0, log.target, np.sqrt)  # |τ| at width 1
    # on the edge itself rounding gives P or Q the wrong sign, and the run another end
    lowest = np.maximum(least * (1 + 4 * EPS), (flat / 4) ** 2)
    steps = np.logspace(0, DECADES, DECADES * A_DECADE + 1)
    grid, solved = np.outer(lowest, steps), [*_solved(log), np.inf]
    width = np.append(grid, np.tile(solved, (outputs.size, 1)), axis=1)
    return np.repeat(outputs, width.shape[1]), width.ravel()


def _solved(log: Log) -> FloatArray:
    """Widths with which single steps do to the loss what they did, on any side of the label before
    and after."""
    after = log.size[1 : log.steps + 1]
    known = np.flatnonzero(np.isfinite(after) & np.isfinite(log.curvature[: log.steps]))
    steps = known[np.argsort(-log.loss[known], kind="stable")[:TELLING]]
    found = []
    for side in (1.0, -1.0):
        still, bent, _ = _affine(log, side)
        for end in (after, -after):
            found.append(_derived.gain(log.eta, (end - still) / bent)[steps])
    return np.concatenate(found)


def _affine(log: Log, side: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each step from this side of the label, 1 or -1, which is affine in the gain: the residual
    without gain, and what a unit of gain, here an imaginary one, adds to it and to the
    curvature."""
    output = (log.target + side * log.size)[: log.steps]
    state = log.eta, log.curvature[: log.steps], output
    curvature, after = _derived.step(*state, 1j, log.target)
    return after.real - log.target, after.imag, curvature.imag


def _tried(log: Log, output: FloatArray, width: FloatArray) -> Family:
    """Run the theory from starts of the first curvature, those that a network has."""
    exists, bounded = cauchy_schwarz(log.curvature[0], output, width, log.rounding)
    exists &= (width > 0) & ((bounded == output) | (log.width is not None))
    known = "output" if np.isfinite(log.output[0]) else "output of the first loss"
    allowed = "at most sqrt(width)*curvature/2 in size (Cauchy-Schwarz: no network has it)"
    arguments.require(known, output, exists | exists.any(), allowed)
    output, width = bounded[exists], width[exists]
    steps, parts = min(len(log.loss) - 1, LONGEST), []
    for block in in_blocks(output.size, max(1, TOGETHER // (steps + 1))):
        start = output[block], width[block]
        theory = simulate(log.eta, log.curvature[0], *start, log.target, steps)
        gap = np.fmax(*gaps(log, theory))
        leaves = leaving(gap)
        before = np.where(np.arange(steps + 1) < leaves[:, None], gap, CLOSE)
        peak = theory.loss[: log.steps + 1].max(axis=0)
        last = log.eta * theory.curvature[min(steps, log.steps)]
        largest = (np.fmax.reduce(part, axis=-1) for part in (before, gap))
        parts.append([*start, leaves, *largest, peak, last])
    return Family(*np.concatenate(parts, axis=1))


def gaps(log: Log, theory: Trajectory) -> tuple[FloatArray, FloatArray]:
    """How far runs are from the log in ln(loss) and in ηλ, shape (*cells, steps + 1); NaN where the
    log has nothing to compare. Where it diverged in NaN, every loss above the last one is its own,
    as is every course that comes back to one."""
    steps, ends = len(theory.loss), log.ends
    loss, sharpness = _apart(log, theory, log.level[:steps], log.sharpness[:steps])
    if log.diverged:
        level = log.over_start(theory.loss.T[..., ends:])
        later = np.maximum.accumulate(level[..., ::-1], axis=-1)[..., ::-1]
        loss[..., ends:] = np.maximum(0, log.level[ends - 1] - later)
    return loss, sharpness


@np.errstate(all="ignore")
def _apart(
    log: Log, theory: Trajectory, level: FloatArray, sharpness: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """How far these are from runs, NaN where they are not known."""
    own = log.eta * theory.curvature.T
    gap = np.abs(own - sharpness) / np.maximum(1, own)
    known = (own < np.inf) & np.isfinite(sharpness)
    return np.abs(log.over_start(theory.loss.T) - level), np.where(known, gap, np.nan)


def leaving(gap: FloatArray, tolerance: float = TOLERANCE) -> FloatArray:
    """The first step at which a gap is above the tolerance; inf for none."""
    over = gap > tolerance
    return np.asarray(np.where(over.any(axis=-1), over.argmax(axis=-1), np.inf))


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
    one number or one a step."""
    before, after = log.curvature[: log.steps], log.curvature[1 : log.steps + 1]
    change, moved = after - before, _affine(log, side)[2]
    seen = np.isfinite(change) & np.isfinite(moved) & (moved != 0)
    seen &= np.abs(change) > log.rounding * before
    implied = np.where(seen, _derived.gain(log.eta, change / moved), np.nan)
    if not seen.any():
        return Pairs(implied)
    part, change = (column[seen] / np.maximum(before, after)[seen] for column in (moved, change))
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
    leaves, known = float(leaving(np.fmax(loss, sharpness))), _known(log, members, theory)
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
    moved = _apart(log, theory, log.over_start(twin.loss), log.eta * twin.curvature)
    last = float(leaving(np.fmax(*moved), TOLERANCE / 4))
    return int(min(max(last - 1, 0.0), log.steps))
