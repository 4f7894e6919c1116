"""How much the command `deep` computes, in jobs of seconds for worker processes, the longest
first."""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray
from ..plotting.deep import Accuracy, DeepCourse, Drop, Scaled, UpperEnd
from ..samples import workers
from . import deep_runs, options
from .deep_runs import Dropped, Ended, Kind
from .deep_source import Sets

ACTIVATIONS = "linear", "tanh", "relu"  # whose upper ends are measured
FACTORS = 2**-0.5, 1.0, 2**0.5  # of the scale of the weights, over the usual one
# ηλ₀ of the curvatures at the end and of the accuracy: up to the upper end, which ReLU networks of
# three layers and more have further
LOW, LOW_TESTED = (1.0, 1.5, 1.8, 2.0, 2.2, 2.5, 3.0), (1.0, 1.5, 1.8, 2.2, 2.5, 3.0)
FAR, NEAR = (4.0, 6.0, 8.0, 12.0), (3.5, 4.0, 5.0, 6.0)
BUDGET = 4.0  # t·ηλ₀ of the accuracy, in steps of the others: enough for ηλ₀ = 1 to learn
COURSES, DROPS, ENDS, SCALED, TESTED = range(5)  # parts, whose random numbers differ
LARGEST = 10_000_000  # parameters of a network
NARROWEST = 16  # hidden units of the widest networks: others have an eighth


class Plan(NamedTuple):
    """The networks; the widths of each part; and how many networks, rates and bisections."""

    kind: Kind
    width: int
    seed: int
    seeds: int
    drop_widths: tuple[int, ...]
    end_widths: tuple[int, ...]
    shares: FloatArray
    tested_shares: FloatArray
    halvings: int

    @property
    def budget(self) -> float:
        """t·ηλ₀."""
        return BUDGET * self.kind.steps


class Found(NamedTuple):
    """Three runs; curvatures at several widths, and what each network said; upper ends, and what
    each network said, by activation and width; scales of the weights; accuracy."""

    courses: list[DeepCourse]
    drops: list[Drop]
    dropped: list[list[Dropped]]
    ends: list[UpperEnd]
    ended: list[list[Ended]]
    scales: list[Scaled]
    accuracy: Accuracy


def plan(kind: Kind, sets: Sets, width: int, seed: int, seeds: int | None, full: bool) -> Plan:
    """Checked: all that is to be computed fits the data and the memory."""
    if kind.depth < 2:
        raise ValueError(f"--depth = {kind.depth} must be at least 2, the layers of weights")
    if kind.steps < 1:
        raise ValueError(f"--steps = {kind.steps} must be at least 1")
    if seeds is not None and seeds < 1:
        raise ValueError(f"--seeds = {seeds} must be at least 1")
    largest = _largest(kind, sets)
    if largest < NARROWEST:
        raise ValueError(
            f"--depth = {kind.depth} must be smaller, or the data have fewer inputs: networks of "
            f"width {NARROWEST} have more than {LARGEST:,} parameters"
        )
    if not NARROWEST <= width <= largest:
        raise ValueError(
            f"--width = {width} must be from {NARROWEST} to {largest}, with which a network of "
            f"depth {kind.depth} has {LARGEST:,} parameters on these data"
        )
    high = FAR if kind.activation == "relu" and kind.depth > 2 else NEAR
    shares, tested = (np.array([*low, *high]) for low in (LOW, LOW_TESTED))
    if full:
        shares, tested = (_denser(rates) for rates in (shares, tested))
    asked = Plan(
        kind,
        width,
        seed,
        seeds or (8 if full else 3),
        tuple(width // part for part in ((8, 4, 2, 1) if full else (4, 2, 1))),
        tuple(width // part for part in ((8, 4, 2, 1) if full else (8, 4, 2))),
        shares,
        tested,
        4 if full else 2,
    )
    _drawn(sets, asked)
    return asked


def _drawn(sets: Sets, plan: Plan) -> None:
    """Draw the narrowest networks of each activation: whether they have a curvature at all."""
    width = plan.end_widths[0]
    for name, i in itertools.product(ACTIVATIONS, range(plan.seeds)):
        kind = plan.kind._replace(activation=name)
        deep_runs.drawn(kind, sets.samples, width, [plan.seed, 1 + ENDS, width, i])


def labels_over_outputs(sets: Sets, plan: Plan) -> float:
    """The root mean square of the labels over that of the outputs, of the network of which three
    runs are drawn, at the start."""
    few = sets.samples
    network, _ = deep_runs.drawn(plan.kind, few, plan.width, [plan.seed, 1 + COURSES])
    return float(np.sqrt((few.Y**2).mean() / (network(few.X) ** 2).mean()))


def _largest(kind: Kind, sets: Sets) -> int:
    """The largest width whose networks have at most so many parameters."""
    ends, square = sets.trained.inputs + sets.trained.outputs, kind.depth - 2
    if square == 0:
        return LARGEST // ends
    return int((np.sqrt(ends**2 + 4.0 * square * LARGEST) - ends) / (2 * square))


def _denser(rates: FloatArray) -> FloatArray:
    """With one more rate between each two, and one below."""
    return np.sort(np.concatenate([rates[:1] / 2, rates, (rates[1:] + rates[:-1]) / 2]))


def compute(sets: Sets, plan: Plan, progress: Callable[[int, int], object]) -> Found:
    """All of it; `progress` is told how many jobs of how many are done."""
    jobs = _jobs(sets, plan)
    names = list(jobs)
    done: dict[Any, Any] = {}

    def keep(index: int, result: Any) -> None:
        done[names[index]] = result
        progress(len(done), len(jobs))

    progress(0, len(jobs))
    workers.run(_call, list(jobs.values()), options.WORKERS, keep)
    each = range(plan.seeds)
    dropped = [[done[DROPS, width, i] for i in each] for width in plan.drop_widths]
    kinds = [(name, width) for name in ACTIVATIONS for width in plan.end_widths]
    ended = [[done[ENDS, *kind, i] for i in each] for kind in kinds]
    return Found(
        [done[COURSES, number] for number in range(3)],
        [_drop(plan, width, found) for width, found in zip(plan.drop_widths, dropped, strict=True)],
        dropped,
        [
            UpperEnd(*kind, *np.array([end[:2] for end in found]).T)
            for kind, found in zip(kinds, ended, strict=True)
        ],
        ended,
        [done[SCALED, scale] for scale in FACTORS],
        _accuracy(sets, plan, done),
    )


def _drop(plan: Plan, width: int, found: list[Dropped]) -> Drop:
    start, early, final = (np.stack([one[part] for one in found], -1) for part in range(3))
    low, high = zip(*(one.grows for one in found), strict=True)
    steps = min(deep_runs.EARLY, plan.kind.steps)
    return Drop(width, plan.shares, start, early, steps, final, (min(low), max(high)))


def _accuracy(sets: Sets, plan: Plan, done: dict[Any, Any]) -> Accuracy:
    rates = plan.tested_shares
    pairs = [[done[TESTED, share, i] for i in range(plan.seeds)] for share in rates]
    at_steps, at_budget = np.moveaxis(np.array(pairs), -1, 0)
    return Accuracy(
        rates,
        plan.kind.steps,
        plan.budget,
        at_steps,
        at_budget,
        "accuracy" if sets.classes else "loss",
        (sets.trained.samples, sets.tested.samples),
    )


def _jobs(sets: Sets, plan: Plan) -> dict[Any, tuple[Any, ...]]:
    """What is to be called, and with what, by the part that it is of; the longest first."""
    kind, few, width, each = plan.kind, sets.samples, plan.width, range(plan.seeds)
    jobs: list[tuple[float, Any, tuple[Any, ...]]] = []

    def add(cost: float, name: Any, function: Any, *rest: Any) -> None:
        jobs.append((cost, name, (function, *rest)))

    own = [plan.seed, 1 + COURSES]
    for number, share in enumerate((deep_runs.LAZY, deep_runs.CATAPULT)):
        add(width**2 * 3, (COURSES, number), deep_runs.course, kind, few, width, own, share)
    add(width**2 * 5, (COURSES, 2), deep_runs.failing, kind, few, width, own)
    for n, i in itertools.product(plan.drop_widths, each):
        cost, seed = n**2 * plan.shares.size, [plan.seed, 1 + DROPS, n, i]
        rest = seed, plan.shares, plan.halvings
        add(cost, (DROPS, n, i), deep_runs.drop, kind, few, n, *rest)
    for name, n, i in itertools.product(ACTIVATIONS, plan.end_widths, each):
        of, seed = kind._replace(activation=name), [plan.seed, 1 + ENDS, n, i]
        last = plan.halvings + 1
        add(n**2 * 8, (ENDS, name, n, i), deep_runs.upper_end, of, few, n, seed, last)
    half, quarter = width // 2, width // 4
    for scale in FACTORS:
        cost, seed = half**2 * plan.shares.size, [plan.seed, 1 + SCALED]
        of = kind._replace(scale=scale)
        add(cost, (SCALED, scale), deep_runs.scaled, of, few, half, seed, plan.shares)
    for share, i in itertools.product(plan.tested_shares, each):
        cost = quarter**2 * max(1, BUDGET / share) * sets.trained.samples / few.samples
        seed, pair = [plan.seed, 1 + TESTED, i], (sets.trained, sets.tested)
        how = pair, sets.classes, quarter, seed, share, plan.budget
        add(cost, (TESTED, share, i), deep_runs.tested, kind, *how)
    jobs.sort(key=lambda job: -job[0])
    return {name: call for _, name, call in jobs}


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)
