"""Where a run without a label ends, from exact expansions instead of patience.

The final curvature is an invariant function of (x, s) = (ηλ, ηf/√n). A run is iterated only until
one of its expansions (`expansions`) holds to 1e-14: around the critical point, around the origin,
or in powers of the output. A run that is still leaving an unstable fixed point jumps along its
unstable manifold instead of waiting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple

import numpy as np

from . import _derived, expansions
from .arguments import EPS, FloatArray, Mask
from .expansions import Ends, Runs
from .watch import BLOCK, in_blocks

_STRIDES = (1, 1, 2, 2, 3)  # steps between two looks at the runs; then as many as the last
_LIMIT = 1000  # steps that no run at target 0 needs: from V = 1e-16 it takes about 100
_TINIEST = np.finfo(np.float64).smallest_subnormal
# errors are first-order estimates: the roundings of ηλ, of ηf/√n and of the first steps add up
_SAFETY = 4


class Solution(NamedTuple):
    """Final ηλ, its error, and the steps that were taken to know it."""

    x: FloatArray
    error: FloatArray
    steps: Any


@dataclass
class _Queue:
    """Runs that wait for one expansion, which is evaluated when they are many."""

    expansion: Callable[[Runs, Ends], Any]
    ends: Ends
    waiting: list[Runs] = field(default_factory=list)

    def add(self, runs: Runs, chosen: Mask, steps: int) -> list[Runs]:
        """Take these of the runs, after so many steps; those that go on if many wait now."""
        if not chosen.any():
            return []
        self.waiting.append(runs.take(chosen))
        self.ends.steps[self.waiting[-1].index] = steps
        return self.evaluate(BLOCK)

    def evaluate(self, least: int) -> list[Runs]:
        """If so many wait, note their ends, or return them where they jump to."""
        if sum(runs.index.size for runs in self.waiting) < least:
            return []
        (runs,), self.waiting = Runs.join(self.waiting), []
        result = self.expansion(runs, self.ends)
        if isinstance(result, Runs):
            return [result]
        self.ends.x[runs.index], self.ends.x_change[runs.index] = result
        return []


def _start(x: FloatArray, s: FloatArray, first: int, ends: Ends) -> Runs:
    """Runs from (x, s), 0 < x < 4 up to rounding and s ≥ 0, from the `first` entry of `ends` on."""
    p, q, v = _derived.triangle(x, s, 0.0)
    q = np.maximum(q, 0.0)
    q_error = 2 * EPS * p
    index = np.arange(first, first + x.size)
    ends.mean[index] = np.sqrt(p) * np.sqrt(q)
    ends.mean_error[index] = np.sqrt(p) * q_error / (np.sqrt(q + q_error) + np.sqrt(q))
    none = np.zeros_like(x)
    s_error = np.maximum(EPS * s, _TINIEST)
    dV, ds = np.stack([EPS * x, none, none]), np.stack([none, s_error, none])
    return Runs(index, np.maximum(v, EPS / 4), s, np.ones_like(x), dV, ds)


def _where_each_holds(runs: Runs) -> list[Mask]:
    """Where the mirror series, the flat one, two rows of the bulk series and all of it give the end
    of a run; where it can jump, by two rows and by all; where it has to go on."""
    x, z, still = 4 - runs.V, runs.s * runs.s, runs.s == 0
    lazy = x <= 2
    level = expansions.double(expansions.LEVEL, x - 2, z)
    critical = (level <= expansions.MIRROR_RADIUS**2) & (x > 1) & (lazy | ~still)
    origin = x <= expansions.FLAT_RADIUS
    reach = expansions.BULK_RADIUS * (expansions.span(x) ** 2 / 4)
    beside = critical | origin
    small = (z <= reach * (1 + x * lazy)) & ~beside
    bulk, two_rows = small & (lazy | still), z <= expansions.TWO_ROWS * reach
    leaving = small & ~bulk
    ends = [critical, origin, bulk & two_rows, bulk & ~two_rows]
    return [*ends, leaving & two_rows, leaving & ~two_rows, ~(small | beside)]


def _sort(
    blocks: list[Runs], settling: list[_Queue], leaving: list[_Queue], steps: int
) -> list[Runs]:
    """Queue the runs for which an expansion holds; those that go on, some after a jump, in blocks
    at least half full."""
    going: list[Runs] = []
    for runs in blocks:
        *places, elsewhere = _where_each_holds(runs)
        for queue, chosen in zip(settling + leaving, places, strict=True):
            going += queue.add(runs, chosen, steps)
        if elsewhere.any():
            going.append(runs if elsewhere.all() else runs.take(elsewhere))
    for queue in leaving:
        going += queue.evaluate(1)
    if going and 2 * sum(runs.index.size for runs in going) <= BLOCK * len(going):
        return Runs.join(going, BLOCK)
    return going


def _follow(x: FloatArray, s: FloatArray) -> Ends:
    """The ends of runs from (x, s) at target 0, 0 < x < 4 up to rounding and s ≥ 0."""
    mean, mean_error, end, change = np.full((4, x.size), np.nan)
    ends = Ends(mean, mean_error, end, change, np.full(x.size, _LIMIT))
    blocks = [_start(x[b], s[b], b.start, ends) for b in in_blocks(x.size, BLOCK)]
    bulk, jump = expansions.in_bulk, expansions.jump
    series = (expansions.near_critical, expansions.near_origin, partial(bulk, rows=2), bulk)
    settling = [_Queue(expansion, ends) for expansion in series]
    leaving = [_Queue(expansion, ends) for expansion in (partial(jump, rows=2), jump)]
    steps = 0
    for stride in chain(_STRIDES, repeat(_STRIDES[-1])):
        blocks = _sort(blocks, settling, leaving, steps)
        if not blocks or steps >= _LIMIT:
            break
        for runs in blocks:
            for _ in range(stride):
                runs.advance()
        steps += stride
    for queue in settling:
        queue.evaluate(1)
    return ends


def solve(x: FloatArray, s: FloatArray) -> Solution:
    """The ends of converging runs from (x, s) at target 0."""
    ends = _follow(x, np.abs(s))
    # of the mean: P and Q are off independently
    mean_error = np.where(ends.mean > 0, np.minimum(ends.mean_error / ends.mean, 1.0), 0.0)
    # steps round V = 4 − x; near the origin P and Q
    rounded = np.where(ends.x > expansions.FLAT_RADIUS, 2 + ends.x / 2, ends.x)
    error = _SAFETY * ends.x_change + ends.x * (expansions.OMITTED + mean_error)
    error += EPS * ends.steps * rounded
    return Solution(ends.x, np.minimum(error, 2.0), ends.steps)
