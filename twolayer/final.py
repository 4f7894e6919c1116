"""The curvature at which training ends, from exact expansions instead of patience.

At target 0 the final curvature is an invariant function of (x, s) = (ηλ, ηf/√n). A run is iterated
only until one of its expansions (`expansions`) holds to 1e-14: around the critical point, around
the origin, or in powers of the output. A run that is still leaving an unstable fixed point jumps
along its unstable manifold instead of waiting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from typing import Any

import numpy as np

from . import _derived, exact, expansions, starts
from .arguments import EPS, FloatArray, Mask
from .docstrings import shared
from .expansions import Ends, Runs
from .results import FinalCurvature, Phase, laid_out
from .starts import Cells
from .watch import BLOCK, in_blocks

__all__ = ["final_curvature"]

_STRIDES = (1, 1, 2, 2, 3)  # steps between two looks at the runs; then as many as the last
_LIMIT = 1000  # steps that no run at target 0 needs: from V = 1e-16 it takes about 100
_BUDGET = 100_000  # steps at most with a target
# errors are first-order estimates: the roundings of ηλ, of ηf/√n and of the first steps add up
_SAFETY = 4
_TWIN_SAFETY = 8  # the same for twins, of each of four numbers

Solution = tuple[FloatArray, FloatArray, Any]  # final ηλ, its error or bound, the steps


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
    dV, ds = np.stack([EPS * x, none, none]), np.stack([none, EPS * s, none])
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


def _without_label(cells: Cells) -> Solution:
    """Final ηλ, its error and the steps of converging runs at target 0."""
    x, s, _ = _derived.scaled(*cells, np.sqrt)
    ends = _follow(x, np.abs(s))
    # of the mean: P and Q are off independently
    mean_error = np.where(ends.mean > 0, np.minimum(ends.mean_error / ends.mean, 1.0), 0.0)
    # steps round V = 4 − x; near the origin P and Q
    rounded = np.where(ends.x > expansions.FLAT_RADIUS, 2 + ends.x / 2, ends.x)
    error = _SAFETY * ends.x_change + ends.x * (expansions.OMITTED + mean_error)
    error += EPS * ends.steps * rounded
    # the output is below the smallest float: where it leads is not known
    lost = (s == 0) & (cells[2] != 0) & (x > 2)
    return ends.x, np.where(lost, np.inf, np.minimum(error, 2.0)), ends.steps


def _until_certain(x: FloatArray, r: FloatArray, tau: FloatArray) -> Solution:
    """Final x with a target, from the product and a bounded tail; the bound; the steps. nan for
    runs that spend the budget."""
    (end, tail), steps = np.full((2, x.size), np.nan), np.full(x.size, _BUDGET)
    index, done = np.arange(x.size), 0
    while index.size and done <= _BUDGET:
        margin, slack = _derived.certificate(x, r, tau)
        rest = _derived.product_tail(x, r, tau)
        arrived = (margin > 0) & (slack >= 0) & (rest <= 4 * EPS)
        which = index[arrived]
        ends = _derived.product_curvature(x, r + tau, tau, np.sqrt)[arrived]
        end[which], tail[which], steps[which] = ends, rest[arrived] * ends, done
        index, x, r, tau = (array[~arrived] for array in (index, x, r, tau))
        stride = min(1 + done // 8, 256)
        for block in in_blocks(index.size, BLOCK):
            state = x[block], r[block]
            for _ in range(stride):
                state = _derived.scaled_step(*state, tau[block])
            x[block], r[block] = state
        done += stride
    return end, tail, steps


def _with_label(cells: Cells) -> Solution:
    """The same with a target: each run has twins that start one rounding of η, of λ₀, of f₀ and of
    y away, lest one hide another."""
    eta, curv, out, n, y = cells
    nudges = 1 + EPS * np.eye(5, 4, -1)[..., None]  # row 0 is the run itself
    rate, lam, f, label = (nudges[:, k] * number for k, number in enumerate((eta, curv, out, y)))
    state = _derived.scaled(rate, lam, f, n, label, np.sqrt)
    end, tail, steps = (part.reshape(5, -1) for part in _until_certain(*map(np.ravel, state)))
    apart = np.where(np.isnan(end[1:]), 2.0, np.abs(end[1:] - end[0])).sum(axis=0)
    error = np.minimum(_TWIN_SAFETY * apart + tail[0] + EPS * (4 + steps[0]) * end[0], 2.0)
    return end[0], np.where(np.isnan(end[0]), np.inf, error), steps[0]


@shared
def final_curvature(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0
) -> FinalCurvature:
    """The curvature at which training ends, in closed form at target 0: without a step budget, and
    exact to rounding.

    Parameters
    ----------
    {cells}

    Returns
    -------
    FinalCurvature
        curvature, error, phase and steps, each of the shape of the cells. DIVERGENT cells have
        curvature `inf`, OSCILLATING ones `nan`.

    {refused_start}

    Notes
    -----
    Target 0: ηλ_∞ = C(ηλ, ηf/√n), an invariant function of the state, C(x, 0) = x, with three
    expansions (derivations `mirror`, `flat` and `bulk`), each used only where it is proved to hold
    to 1e-14. A run takes the few steps (7 on average; about 70 near ηλ₀ = 2.1, and 90 where 4 − ηλ₀
    is a rounding) that bring it there, and jumps along the unstable manifold of a fixed point that
    it is still leaving (`manifold`, proved likewise). `error` follows roundings of ηλ and of ηf/√n
    to first order and adds what expansions and steps contribute. Near η_max it grows by 3 a step:
    there float64 does not know the final curvature.

    With a target the recursion is iterated, at most 100,000 steps, until `certificate` holds and
    the exact product ηλ_∞ = 2√(τ² + PQ Π(1 − r²)²) has a negligible rest (`final.tail`); curvature
    is `nan`, and `error` `inf`, for a run that needs more, however small the label. `error` is an
    estimate there, from twins a rounding away: of 36,000 cells with 3 < ηλ₀ < 4.3 it missed 5.

    Width inf: λ₀ in the lazy phase. In the catapult phase the final curvature is log-periodic in
    the width and has no limit: `nan`. A start with f₀ = 0 stays where it is in exact arithmetic,
    and so does its curvature.

    Examples
    --------
    >>> end = final_curvature([0.5, 1.5, 2.5], 2.0, 1.0, width=100)
    >>> end.curvature.round(8), end.steps
    (array([1.98499991, 0.14849334,        inf]), array([ 1, 12,  0]))
    >>> bool((end.error[:2] < 1e-13).all())
    True
    >>> final_curvature(1.01, 2.0, 1.0, width=10**18).curvature.round(12)
    np.float64(1.960128477034)
    """
    arrays = starts.cells(eta, curvature, output, width, target)
    cells = arrays.in_a_row()
    codes = exact.phase_codes(*cells)
    rate, curv, _, n, y = cells
    end, error = np.where(codes == Phase.DIVERGENT, np.inf, np.nan), np.full(codes.shape, np.nan)
    steps = np.zeros(codes.shape, np.int64)
    infinite = np.isinf(n)
    finite = (codes <= Phase.CATAPULT) & ~infinite
    with np.errstate(all="ignore"):
        for label, solve in ((y == 0, _without_label), (y != 0, _with_label)):
            chosen = finite & label
            if chosen.any():
                which = slice(None) if chosen.all() else np.flatnonzero(chosen)
                x, x_error, steps[which] = solve(Cells(*(array[which] for array in cells)))
                end[which], error[which] = x / rate[which], x_error / rate[which]
    frozen = infinite & (codes == Phase.LAZY)
    end[frozen], error[frozen] = curv[frozen], 0.0
    return FinalCurvature(*laid_out(arrays.shape, end, error, codes, steps))
