"""The curvature at which training ends, from exact expansions instead of patience.

At target 0 the final curvature is an invariant function of (x, s) = (ηλ, ηf/√n). A run is iterated
only until one of its expansions (`_expansions`) holds to 1e-14: around the critical point, around
the origin, or in powers of the output. A run that is still leaving an unstable fixed point jumps
along its unstable manifold instead of waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from . import _derived, boundaries, exact
from .arguments import EPS, FloatArray
from .expansions import (
    _BULK_RADIUS,
    _CUT,
    _FEW,
    _FLAT_RADIUS,
    _MIRROR_RADIUS,
    _Ends,
    _in_bulk,
    _jump,
    _near_critical,
    _near_origin,
    _Runs,
)
from .results import FinalCurvature, Phase

__all__ = ["final_curvature"]

_BLOCK = 16_384
_ROUNDS = (1, 1, 2, 2, 3)  # steps between two looks at the runs; then as many as the last
_LIMIT = 1000  # steps that no run at target 0 needs: from V = 1e-16 it takes about 100
_BUDGET = 100_000  # steps at most with a target
# safety of the first-order estimate: the roundings of ηλ, of ηf/√n and of the first steps add up
_CHANGE = 4
_TWIN = 8  # the same for twins, of each of four numbers


@dataclass
class _Pool:
    """Runs for which one expansion holds, evaluated together when they are many."""

    expansion: Callable[[_Runs, _Ends], tuple[FloatArray, ...]]
    parts: list[_Runs] = field(default_factory=list)
    size: int = 0

    def add(self, run: _Runs, chosen: Any) -> int:
        """Take these runs; how many there are."""
        which = np.flatnonzero(chosen)
        if which.size:
            self.parts.append(run.take(which))
            self.size += which.size
        return which.size

    def values(self, ends: _Ends, least: int) -> Iterator[tuple[_Runs, tuple[FloatArray, ...]]]:
        """The runs, if they are so many, and what the expansion says of them; then the pool is
        empty."""
        if self.size >= least:
            run = _Runs.join(self.parts)
            self.parts, self.size = [], 0
            yield run, self.expansion(run, ends)


def _look(
    run: _Runs, ends: _Ends, steps: int, settled: list[_Pool], leaving: list[_Pool]
) -> _Runs | None:
    """Put the runs for which an expansion holds, and those that can jump, into their pools, and
    return the rest."""
    x, z = 4 - run.V, run.s * run.s
    d = x - 2
    lazy = d < 0
    reach = x * d
    reach *= reach
    reach *= _BULK_RADIUS / 4
    few = z <= _FEW * reach
    reach *= 1 + x * lazy
    critical = (d * d * (1 + 2 / 3 * d) + 2 * z <= _MIRROR_RADIUS * _MIRROR_RADIUS) & (x > 1)
    origin = x <= _FLAT_RADIUS
    small = z <= reach
    still = run.s == 0
    if still.any():
        critical &= ~(still & (d > 0))
        lazy |= still
    small &= ~(critical | origin)
    bulk, jumps = small & lazy, small & ~lazy
    several = ~few
    for pool, chosen in zip(settled, (critical, origin, bulk & few, bulk & several), strict=True):
        if pool.add(run, chosen):
            ends.steps[pool.parts[-1].index] = steps
    for pool, chosen in zip(leaving, (jumps & few, jumps & several), strict=True):
        pool.add(run, chosen)
    left = np.flatnonzero(~(critical | origin | small))
    return None if not left.size else run if left.size == x.size else run.take(left)


def _follow(x: FloatArray, s: FloatArray) -> _Ends:
    """The ends of runs from (x, s) at target 0, 0 < x < 4 up to rounding and s ≥ 0."""
    p, q = x / 2 + s, np.maximum(x / 2 - s, 0.0)
    doubt = 2 * EPS * p  # of q
    spread = np.sqrt(p) * doubt / (np.sqrt(q + doubt) + np.sqrt(q))
    end, change = np.full((2, *x.shape), np.nan)
    ends = _Ends(np.sqrt(p) * np.sqrt(q), spread, end, change, np.full(x.shape, _LIMIT))
    v = np.maximum(4 - x, EPS / 4)
    all_runs = _Runs(
        np.arange(x.size),
        v,
        s,
        np.ones_like(x),
        np.stack([EPS * x, 0 * x, 0 * x]),
        np.stack([0 * s, EPS * s, 0 * s]),
    )
    settled = [
        _Pool(expansion)
        for expansion in (_near_critical, _near_origin, partial(_in_bulk, rows=2), _in_bulk)
    ]
    leaving = [_Pool(partial(_jump, rows=2)), _Pool(_jump)]

    def settle(least: int) -> None:
        for pool in settled:
            for there, (end, change) in pool.values(ends, least):
                ends.x[there.index], ends.change[there.index] = end, change

    runs, steps, turn = (
        [all_runs.take(slice(low, low + _BLOCK)) for low in range(0, x.size, _BLOCK)],
        0,
        0,
    )
    while runs and steps < _LIMIT:
        left = []
        for i, run in enumerate(runs):
            rest = _look(run, ends, steps, settled, leaving)
            last = i == len(runs) - 1
            if rest is not None:
                left.append(rest)
            settle(_BLOCK)
            for pool in leaving:
                for there, values in pool.values(ends, 1 if last else _BLOCK):
                    left.append(_Runs(there.index, *values))
        count = _ROUNDS[min(turn, len(_ROUNDS) - 1)]
        if left and sum(run.index.size for run in left) <= _BLOCK * len(left) // 2:
            whole = _Runs.join(left)
            left = [
                whole.take(slice(low, low + _BLOCK)) for low in range(0, whole.index.size, _BLOCK)
            ]
        for run in left:
            for _ in range(count):
                run.advance()
        runs, steps, turn = left, steps + count, turn + 1
    settle(1)
    return ends


def _iterate(x: FloatArray, r: FloatArray, tau: FloatArray) -> tuple[FloatArray, FloatArray, Any]:
    """Final x with a target, from the product and a bounded tail; the bound; the steps. nan for
    runs that spend the budget."""
    end, tail, steps = np.full(x.shape, np.nan), np.full(x.shape, np.nan), np.full(x.shape, _BUDGET)
    index, done = np.arange(x.size), 0
    while index.size and done <= _BUDGET:
        margin, slack = _derived.certificate(x, r, tau)
        left_over = _derived.product_tail(x, r, tau)
        arrived = (margin > 0) & (slack >= 0) & (left_over <= 4 * EPS)
        which = index[arrived]
        end[which] = _derived.product_curvature(
            x[arrived], r[arrived] + tau[arrived], tau[arrived], np.sqrt
        )
        tail[which], steps[which] = left_over[arrived] * end[which], done
        index, x, r, tau = (array[~arrived] for array in (index, x, r, tau))
        count = min(1 + done // 8, 256)
        for low in range(0, index.size, _BLOCK):
            part = slice(low, low + _BLOCK)
            here = x[part], r[part]
            for _ in range(count):
                here = _derived.scaled_step(*here, tau[part])
            x[part], r[part] = here
        done += count
    return end, tail, steps


def _unlabelled(
    eta: FloatArray, curv: FloatArray, out: FloatArray, n: FloatArray
) -> tuple[FloatArray, FloatArray, Any]:
    """Final ηλ, its error and the steps of converging runs at target 0."""
    x, r, _ = _derived.scaled(eta, curv, out, n, np.float64(0), np.sqrt)
    ends = _follow(x, np.abs(r))
    # of the mean: P and Q are off independently
    apart = np.where(ends.mean > 0, np.minimum(ends.spread / ends.mean, 1.0), 0.0)
    # steps round V = 4 − x; near the origin P and Q
    size = np.where(ends.x > _FLAT_RADIUS, 2 + ends.x / 2, ends.x)
    error = _CHANGE * ends.change + ends.x * (_CUT + apart) + EPS * ends.steps * size
    # the output is below the smallest float: where it leads is not known
    lost = (r == 0) & (out != 0) & (x > 2)
    return ends.x, np.where(lost, np.inf, np.minimum(error, 2.0)), ends.steps


def _labelled(
    eta: FloatArray, curv: FloatArray, out: FloatArray, n: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray, Any]:
    """The same with a target: each run has twins that start one rounding of η, of λ₀, of f₀ and of
    y away, lest one hide another."""
    up = 1 + EPS
    starts = (
        (eta, curv, out, y),
        (eta * up, curv, out, y),
        (eta, curv * up, out, y),
        (eta, curv, out * up, y),
        (eta, curv, out, y * up),
    )
    states = [_derived.scaled(rate, lam, f, n, label, np.sqrt) for rate, lam, f, label in starts]
    end, tail, steps = (
        part.reshape(len(states), -1)
        for part in _iterate(*map(np.concatenate, zip(*states, strict=True)))
    )
    apart = np.where(np.isnan(end[1:]), 2.0, np.abs(end[1:] - end[0])).sum(axis=0)
    error = np.minimum(_TWIN * apart + tail[0] + EPS * (4 + steps[0]) * end[0], 2.0)
    return end[0], np.where(np.isnan(end[0]), np.inf, error), steps[0]


def final_curvature(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0
) -> FinalCurvature:
    """The curvature at which training ends, in closed form at target 0: without a step budget, and
    exact to rounding.

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, width n, label y; they broadcast to the shape of the cells.
        Dimensionless.

    Returns
    -------
    FinalCurvature
        curvature, error, phase and steps, each of the shape of the cells. DIVERGENT cells have
        curvature `inf`, OSCILLATING ones `nan`.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

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
    arrays = boundaries.cells(eta, curvature, output, width, target)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    codes = np.broadcast_to(exact.phase_codes(*arrays), shape).reshape(-1)
    cells = [np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    rate, curv, _, n, y = cells
    end, error = np.where(codes == Phase.DIVERGENT, np.inf, np.nan), np.full(codes.shape, np.nan)
    steps = np.zeros(codes.shape, np.int64)
    converges, infinite = codes <= Phase.CATAPULT, np.isinf(n)
    with np.errstate(all="ignore"):
        for chosen, solve in (
            (converges & ~infinite & (y == 0), _unlabelled),
            (converges & ~infinite & (y != 0), _labelled),
        ):
            which = slice(None) if chosen.all() else np.flatnonzero(chosen)
            if chosen.any():
                inputs = cells[:4] if solve is _unlabelled else cells
                x, doubt, taken = solve(*(array[which] for array in inputs))
                end[which], error[which], steps[which] = x / rate[which], doubt / rate[which], taken
    frozen = infinite & (codes == Phase.LAZY)
    end[frozen], error[frozen] = curv[frozen], 0.0
    phase = codes.reshape(shape).copy() if shape else Phase(int(codes[0]))
    return FinalCurvature(
        end.reshape(shape)[()], error.reshape(shape)[()], phase, steps.reshape(shape)[()]
    )
