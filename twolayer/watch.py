"""Watch runs, whoever makes them: first step, peak, converged, diverged, undecided. Knows no model.

A model is a `start` that lays out the state of chosen runs (with the learning rate moved by some
units of rounding), an `advance` that makes one step, and what is seen of a state: the `size` of
each residual, and the `sharpness` of chosen runs, eta times curvature.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arguments import EPS
from .results import Outcome, Phase, Trajectory

FloatArray = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]
State = tuple[NDArray[np.float64], ...]  # the first axis of each array counts the runs

CONVERGED = 1e-6  # residual against its start: 1e-12 in the loss
# the residual at which half its square overflows
OVERFLOW = math.sqrt(2) * math.sqrt(np.finfo(np.float64).max)
TWIN = 8  # rounding of a whole step, in units of the twin's nudge
BLOCK = 16_384  # runs advanced together: a working set that fits the cache
LONGEST = 512  # steps between two compactions at most


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


@dataclass
class Record:
    """One entry a run, written when the run is settled."""

    phase: NDArray[np.int8]
    sharpness: FloatArray
    error: FloatArray
    peak: FloatArray
    peak_step: Index
    steps: Index
    expanding: Mask  # whether the sharpness at the start was at least 2

    def put(self, where: Index | slice, part: Record) -> None:
        for column in fields(self):
            getattr(self, column.name)[where] = getattr(part, column.name)

    @classmethod
    def join(cls, records: list[Record]) -> Record:
        return cls(
            *(
                np.concatenate([getattr(record, column.name) for record in records])
                for column in fields(cls)
            )
        )

    @classmethod
    def undecided(cls, runs: int, steps: int) -> Record:
        return cls(
            np.full(runs, Phase.UNDECIDED, np.int8),
            np.full(runs, np.nan),
            np.full(runs, np.nan),
            np.zeros(runs),
            np.zeros(runs, np.int64),
            np.full(runs, steps),
            np.zeros(runs, bool),
        )


@dataclass
class _Pool:
    """The runs that are not settled yet."""

    index: Index
    tolerance: FloatArray
    sharpness: FloatArray  # at the start
    raised: Mask
    peak: FloatArray
    peak_step: Index
    state: State

    def take(self, chosen: slice | Mask) -> _Pool:
        return _Pool(
            self.index[chosen], self.tolerance[chosen], self.sharpness[chosen], self.raised[chosen], self.peak[chosen],
            self.peak_step[chosen], tuple(part[chosen] for part in self.state),
        )  # fmt: skip

    @staticmethod
    def join(pools: list[_Pool]) -> _Pool:
        if len(pools) == 1:
            return pools[0]
        *columns, states = zip(*(vars(pool).values() for pool in pools), strict=True)
        index, tolerance, sharpness, raised, peak, peak_step = (
            np.concatenate(column) for column in columns
        )
        state = tuple(np.concatenate(parts) for parts in zip(*states, strict=True))
        return _Pool(index, tolerance, sharpness, raised, peak, peak_step, state)


def _advance_block(
    model: Model, pool: _Pool, first: int, last: int, record: Record
) -> _Pool | None:
    """Steps `first` + 1 to `last` of one block; settled runs go to the record, the others come
    back."""
    size = model.size(pool.state)
    alive = np.ones(size.shape, bool)
    if first == 0:
        alive &= ~_settle(model, pool, alive, 0, size, size, pool.state, record)
    for step in range(first + 1, last + 1):
        previous = size, pool.state
        pool.state = model.advance(pool.state)
        size = model.size(pool.state)
        if step == 1:
            pool.raised = size > pool.peak
            caught = ~alive & pool.raised & (record.phase[pool.index] == Phase.LAZY)
            record.phase[pool.index[caught]] = Phase.CATAPULT
        higher = size > pool.peak
        if higher.any():
            np.copyto(pool.peak, size, where=higher)
            np.copyto(pool.peak_step, step, where=higher)
        alive &= ~_settle(model, pool, alive, step, size, *previous, record)
        if not alive.any():
            return None
    if alive.all():
        return pool
    return pool.take(alive)


def _settle(
    model: Model,
    pool: _Pool,
    alive: Mask,
    step: int,
    size: FloatArray,
    size_before: FloatArray,
    before: State,
    record: Record,
) -> Mask:
    """Mark and record the runs that this step settles."""
    finite = size <= OVERFLOW
    arrived = alive & (size <= pool.tolerance)
    small = np.flatnonzero(arrived)
    if small.size:
        seen = model.sharpness(pool.state, small)
        arrived[small] = seen < 2
    if model.certain is not None:
        arrived |= model.certain(pool.state)
    arrived &= finite
    done: Mask = alive & (arrived | ~finite)
    which = np.flatnonzero(done)
    if which.size:
        index, came = pool.index[which], arrived[which]
        record.phase[index] = np.where(
            came, np.where(pool.raised[which], Phase.CATAPULT, Phase.LAZY), Phase.DIVERGENT
        )
        record.steps[index] = step
        record.peak[index] = np.where(came, pool.peak[which], np.inf)
        record.peak_step[index] = np.where(came, pool.peak_step[which], step)
        record.sharpness[index[~came]] = np.inf
        which, index = which[came], index[came]
        if not which.size:
            return done
        first = pool.sharpness[which]
        last = (
            seen[np.searchsorted(small, which)]
            if model.certain is None
            else model.sharpness(pool.state, which)
        )
        ratio = np.where(pool.tolerance[which] > 0, size[which] / size_before[which], 0.0)
        if model.limit is not None:
            tail = 2 * np.abs(model.limit(pool.state, which) - last)
        else:
            # twice the geometric series
            tail = 2 * np.abs(last - model.sharpness(before, which)) * ratio / (1 - ratio)
        rounding = EPS * (step + 1) * first * np.maximum(first / last, 1)
        ended = (size[which] <= pool.tolerance[which]) & (ratio < 1)
        record.sharpness[index], record.error[index] = (
            last,
            np.where(ended, tail + rounding, np.inf),
        )
    return done


def nudged(eta: FloatArray, nudge: int) -> FloatArray:
    """Learning rates moved by some units of rounding."""
    return eta * (1 + nudge * EPS)


def _follow(model: Model, index: Index, nudge: int, max_steps: int) -> Record:
    """Run until everything is settled or the budget is spent; rounds of growing length, compacted
    between them."""
    record = Record.undecided(index.size, max_steps)
    state = model.start(index, nudge)
    size, sharpness = model.size(state), model.sharpness(state, slice(None))
    raised, peak_step = np.zeros(size.shape, bool), np.zeros(size.shape, np.int64)
    pool: _Pool | None = _Pool(
        np.arange(size.size),
        model.tolerance * size,
        sharpness,
        raised,
        size.copy(),
        peak_step,
        state,
    )
    record.expanding[:] = sharpness >= 2
    step = 0
    while pool is not None:
        last = min(step + min(max(1, step), LONGEST), max_steps)
        blocks = [
            pool.take(slice(low, low + model.block))
            for low in range(0, pool.index.size, model.block)
        ]
        left = [
            pool
            for pool in (_advance_block(model, block, step, last, record) for block in blocks)
            if pool is not None
        ]
        pool = _Pool.join(left) if left else None
        step = last
        if last == max_steps:
            break
    if pool is not None:
        record.peak[pool.index], record.peak_step[pool.index] = pool.peak, pool.peak_step
    return record


def watch(model: Model, runs: int, max_steps: int) -> Record:
    """The record of all runs of a model, with an error estimate for each final sharpness."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        record = _follow(model, np.arange(runs), 0, max_steps)
        known = np.flatnonzero(
            np.isfinite(record.error) & (record.expanding | (record.peak_step > 0))
        )
        if known.size:
            twin = _follow(model, known, 1, max_steps)
            apart = np.abs(twin.sharpness - record.sharpness[known])
            record.error[known] += np.where(twin.phase == record.phase[known], TWIN * apart, np.inf)
    return record


def outcome(
    record: Record, eta: FloatArray, peak_loss: FloatArray, shape: tuple[int, ...]
) -> Outcome:
    """The record in the words and units of the caller."""
    phase, *numbers = (
        array.reshape(shape)[()]
        for array in (
            record.phase,
            record.sharpness / eta,
            record.error / eta,
            peak_loss,
            record.peak_step,
            record.steps,
        )
    )
    return Outcome(phase if shape else Phase(int(phase)), *numbers)


def trajectory(
    output: FloatArray | None, curvature: FloatArray, loss: FloatArray, shape: tuple[int, ...]
) -> Trajectory:
    """Rows of shape (steps + 1, runs) in the shape of the cells; a run is inf from the step on at
    which its loss overflowed."""
    columns = output, curvature, loss
    gone = np.flatnonzero(~np.isfinite(loss[-1]))
    if gone.size:
        after = np.logical_or.accumulate(~np.isfinite(loss[:, gone]), axis=0)
        for rows in columns:
            if rows is not None:
                rows[:, gone] = np.where(after, np.inf, rows[:, gone])
    return Trajectory(
        *(None if rows is None else rows.reshape(len(rows), *shape) for rows in columns)
    )
