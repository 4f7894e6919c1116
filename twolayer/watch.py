"""Watch runs, whoever makes them: first step, peak, converged, diverged, undecided. Knows no model.

A model is a `start` that lays out the state of chosen runs (with the learning rate moved by some
units of rounding), an `advance` that makes one step, and what is seen of a state: the `size` of
each residual, and the `sharpness` of chosen runs, eta times curvature.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arguments import EPS, FloatArray, Mask, Shape
from .results import Outcome, Phase, Trajectory, laid_out, trusted

Index = NDArray[np.int64]
State = tuple[FloatArray, ...]  # the first axis of each array counts the runs
Before = tuple[FloatArray, State]  # sizes and state one step earlier

CONVERGED = 1e-6  # residual against its start: 1e-12 in the loss
# the residual at which half its square overflows
OVERFLOW = math.sqrt(2) * math.sqrt(np.finfo(np.float64).max)
TWIN = 8  # rounding of a whole step, in units of the twin's nudge
BLOCK = 16_384  # runs advanced together: a working set that fits the cache
ALL = 1 << 62  # more than there can be
LONGEST = 512  # steps between two compactions of all runs at most
_LAZY, _DIVERGENT = int(Phase.LAZY), int(Phase.DIVERGENT)
_STILL = -1.0  # the ratio of residuals that are 0 and stay so
COMPACT = 0.5  # a block is compacted when less than this share of it is left


def in_blocks(size: int, most: int) -> Iterator[slice]:
    """So many entries, a block at a time."""
    return (slice(low, min(low + most, size)) for low in range(0, size, most))


def rises(peak: Any, step: Any, start: Any) -> Any:
    """Whether the largest residual, seen at this step, is above that of the start by more than
    rounding: eight units of rounding a step."""
    return peak > start * (1 + TWIN * EPS * (1 + step))


@dataclass(frozen=True)
class Model:
    start: Callable[[Index, int], State]
    advance: Callable[[State], State]
    size: Callable[[State], FloatArray]
    sharpness: Callable[[State, Any], FloatArray]
    certain: Callable[[State], Mask] | None = None  # certain to converge: an optional predicate
    tolerance: float = CONVERGED
    block: int = field(default_factory=lambda: BLOCK)
    # where the sharpness of chosen runs goes
    limit: Callable[[State, Any], FloatArray] | None = None
    group: int = ALL  # runs laid out together: all, unless memory is short
    # what `Runs.train` keeps of a state: curvature, loss, and the output where it is one number
    measure: Callable[[State], tuple[FloatArray, ...]] = lambda state: ()
    loss: Callable[[State], FloatArray] | None = None  # of that, without the curvature
    any_step: bool = False  # a rise at any step is a catapult; otherwise one at the first step is


@dataclass
class Record:
    """One entry a run, written when the run is settled."""

    phase: NDArray[np.int8]
    raised: Mask  # whether the first step raised the residual, or any did where the model says so
    peak_step: Index
    steps: Index
    peak: FloatArray
    first: FloatArray  # the sharpness at the start
    sharpness: FloatArray
    other: FloatArray  # that of one step earlier, or the one to which it goes
    ratio: FloatArray  # of the last two residuals; inf for one that has not fallen as it should
    error: FloatArray

    @classmethod
    def undecided(cls, runs: int, steps: int) -> Record:
        phase, raised = np.full(runs, Phase.UNDECIDED, np.int8), np.zeros(runs, bool)
        peak_step, budget = np.full((2, runs), steps)
        return cls(phase, raised, peak_step, budget, *np.full((6, runs), np.nan))

    def put(self, where: Index | slice, part: Record) -> None:
        for name, column in vars(self).items():
            column[where] = getattr(part, name)


@dataclass
class _Live:
    """The runs that are not settled yet."""

    state: State
    index: Index
    tolerance: FloatArray
    peak: FloatArray
    peak_step: Index
    size: FloatArray

    def take(self, chosen: slice | Mask) -> _Live:
        state, *columns = vars(self).values()
        return _Live(tuple(part[chosen] for part in state), *(part[chosen] for part in columns))

    @staticmethod
    def join(parts: list[_Live]) -> _Live:
        if len(parts) == 1:
            return parts[0]
        states, *columns = zip(*(vars(part).values() for part in parts), strict=True)
        state = map(np.concatenate, zip(*states, strict=True))
        return _Live(tuple(state), *map(np.concatenate, columns))


@dataclass
class _Watch:
    """Runs of a model, followed into their record."""

    model: Model
    record: Record
    twins: bool  # of which only the end is asked for

    def follow(self, own: Index, index: Index, nudge: int, max_steps: int) -> None:
        """Run until everything is settled or the budget is spent; rounds of growing length,
        compacted between them. `own` are the places of the runs `index` in the record."""
        model, record, step = self.model, self.record, 0
        state = model.start(index, nudge)
        size, record.first[own] = model.size(state), model.sharpness(state, slice(None))
        live = _Live(state, own, model.tolerance * size, size.copy(), np.zeros_like(own), size)
        while live.index.size:
            last = min(step + min(max(1, step), LONGEST), max_steps)
            blocks = in_blocks(live.index.size, model.block)
            live = _Live.join([self._advance(live.take(block), step, last) for block in blocks])
            step = last
            if last == max_steps:
                break
        record.peak[live.index], record.peak_step[live.index] = live.peak, live.peak_step
        if model.any_step:
            record.raised[own] = rises(record.peak[own], record.peak_step[own], size)
        caught = (record.phase[own] == Phase.LAZY) & record.raised[own]
        record.phase[own[caught]] = Phase.CATAPULT

    def _advance(self, live: _Live, first: int, last: int) -> _Live:
        """Steps `first` + 1 to `last` of one block; settled runs go to the record, the others come
        back."""
        alive = np.ones(live.size.shape, bool)
        if first == 0:
            alive &= ~self._still(live)
            alive &= ~self._settle(live, (live.size, live.state), 0, alive)
        for step in range(first + 1, last + 1):
            before = live.size, live.state
            live.state = self.model.advance(live.state)
            live.size = self.model.size(live.state)
            higher = live.size > live.peak
            if step == 1:
                self.record.raised[live.index] = higher
            if higher.any():
                np.copyto(live.peak, live.size, where=higher)
                np.copyto(live.peak_step, step, where=higher)
            settled = self._settle(live, before, step, alive)
            if settled.any():
                alive &= ~settled
                left = np.count_nonzero(alive)
                if left == 0:
                    break
                if left < COMPACT * alive.size:
                    live = live.take(alive)
                    alive = alive[alive]
        return live if alive.all() else live.take(alive)

    def _still(self, live: _Live) -> Mask:
        """Mark and record the runs that a step does not move: those that start at zero loss."""
        model, record, still = self.model, self.record, live.size == 0
        which = np.flatnonzero(still)
        if which.size:
            state = tuple(part[which] for part in live.state)
            same = [now == then for now, then in zip(model.advance(state), state, strict=True)]
            still[which] = np.all([part.reshape(which.size, -1).all(axis=1) for part in same], 0)
            index = live.index[still]
            stays = record.first[index]
            record.phase[index] = np.where(stays < 2, Phase.LAZY, Phase.UNDECIDED)
            record.peak_step[index], record.steps[index] = 0, 0
            record.peak[index], record.sharpness[index], record.ratio[index] = 0.0, stays, _STILL
        return np.asarray(still)

    def _settle(self, live: _Live, before: Before, step: int, alive: Mask) -> Mask:
        """Mark and record the runs that this step settles."""
        model, record = self.model, self.record
        gone = alive & ~(live.size <= OVERFLOW)
        arrived = alive & (live.size <= live.tolerance) & ~gone
        last = np.empty(0)
        if arrived.any():
            small = np.flatnonzero(arrived)
            last = model.sharpness(live.state, small)
            calm = last < 2
            arrived[small], last = calm, last[calm]
        if model.certain is not None:
            arrived |= alive & ~gone & model.certain(live.state)
            last = model.sharpness(live.state, arrived)
        if last.size:
            which = np.flatnonzero(arrived)
            index = live.index[which]
            record.phase[index], record.steps[index], record.sharpness[index] = _LAZY, step, last
            record.peak[index], record.peak_step[index] = live.peak[which], live.peak_step[which]
            if not self.twins:
                self._look_back(live, before, which)
        if gone.any():
            index = live.index[gone]
            record.phase[index] = _DIVERGENT
            record.steps[index] = record.peak_step[index] = step
            record.sharpness[index] = record.peak[index] = np.inf
        return arrived | gone

    def _look_back(self, live: _Live, before: Before, which: Index) -> None:
        """How the last step of runs went: the error of their sharpness is made of it."""
        model, record, index = self.model, self.record, live.index[which]
        (size_before, state_before), size = before, live.size[which]
        ratio = np.where(live.tolerance[which] > 0, size / size_before[which], 0.0)
        record.ratio[index] = np.where(size <= live.tolerance[which], ratio, np.inf)
        if model.limit is None:
            record.other[index] = model.sharpness(state_before, which)
        else:
            record.other[index] = model.limit(live.state, which)


def nudged(eta: FloatArray, nudge: int) -> FloatArray:
    """Learning rates moved by some units of rounding."""
    return eta * (1 + nudge * EPS)


def watch(model: Model, runs: int, max_steps: int) -> Record:
    """The record of all runs of a model, with an error estimate for each final sharpness."""
    record = _follow(model, np.arange(runs), 0, max_steps)
    record.error = _errors(record, model)
    expanding = (record.first >= 2) | (record.peak_step > 0)
    known = np.flatnonzero(np.isfinite(record.error) & expanding & (record.ratio != _STILL))
    twin = _follow(model, known, 1, max_steps)
    with np.errstate(all="ignore"):
        apart = np.abs(twin.sharpness - record.sharpness[known])
    record.error[known] += np.where(twin.phase == record.phase[known], TWIN * apart, np.inf)
    return record


def _errors(record: Record, model: Model) -> FloatArray:
    """Of the last sharpness: twice what is left to come, and the rounding of the steps."""
    first, last, ratio = record.first, record.sharpness, record.ratio
    with np.errstate(all="ignore"):
        tail = 2 * np.abs(record.other - last)
        if model.limit is None:
            tail *= ratio / (1 - ratio)  # the geometric series
        rounding = EPS * (record.steps + 1) * first * np.maximum(first / last, 1)
        error = np.where(ratio < 1, tail + rounding, np.where(ratio >= 1, np.inf, np.nan))
    return np.where(ratio == _STILL, 0.0, error)


def _follow(model: Model, index: Index, nudge: int, max_steps: int) -> Record:
    record, own = Record.undecided(index.size, max_steps), np.arange(index.size)
    with np.errstate(all="ignore"):
        for group in in_blocks(index.size, model.group):
            _Watch(model, record, nudge > 0).follow(own[group], index[group], nudge, max_steps)
    return record


def outcome(record: Record, eta: FloatArray, peak_loss: FloatArray, shape: Shape) -> Outcome:
    """The record in the words and units of the caller."""
    with np.errstate(all="ignore"):
        curvature = record.sharpness / eta
        error = trusted(curvature, record.error / eta)
    return Outcome(
        *laid_out(shape, record.phase, curvature, error, peak_loss, record.peak_step, record.steps)
    )


def trajectory(
    shape: Shape,
    curvature: FloatArray,
    loss: FloatArray,
    output: FloatArray | None = None,
) -> Trajectory:
    """Rows of shape (steps + 1, runs) in the shape of the cells; a run that overflows is inf from
    the step on at which its loss did so for good."""
    last = [row[-1] for row in (curvature, output) if row is not None]
    gone = np.flatnonzero(~np.isfinite(last).all(axis=0) | np.isnan(loss[-1]))
    after = np.logical_and.accumulate(~np.isfinite(loss[::-1, gone]), axis=0)[::-1]

    def laid_out(rows: FloatArray) -> FloatArray:
        rows[:, gone] = np.where(after, np.inf, rows[:, gone])
        return rows.reshape(len(rows), *shape)

    return Trajectory(
        None if output is None else laid_out(output), laid_out(curvature), laid_out(loss)
    )
