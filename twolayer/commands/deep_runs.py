"""What the command `deep` computes: runs of deep networks, one job each. Writes and draws nothing.

Learning rates are given as ηλ₀. A run trains if its loss ends below its start, at a network that
has not collapsed; it fails if it diverges or collapses; else it is open.
"""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray
from ..deep.curvature import top
from ..deep.descent import DeepTrajectory
from ..deep.network import DeepNetwork
from ..deep.samples import Samples
from ..deep.seen import seen
from ..plotting.deep import DeepCourse, Scaled
from ..results import Phase

SCALES = {"relu": 2**0.5, "tanh": 1.0, "linear": 1.0}  # of the weights: signals keep their size
LAZY, CATAPULT = 1.0, 3.0  # ηλ₀ of two runs
# the third run is the first of these that diverges
FAILING = 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0
SCAN = 2 * 2 ** (np.arange(9) / 2)  # ηλ₀ in search of the upper end
GROWS = 1.0, 4.0  # ηλ₀ in search of the first growth
EARLY = 10  # steps after which the curvature is looked at
WHOLE = 512  # samples × outputs up to which the curvature is looked at after each step
SPARSE = 4  # steps between looks at others
DRAWS = 100  # networks that are drawn for one with a curvature


class Kind(NamedTuple):
    """The networks: number of layers, activation between them, scale of the weights over the usual
    one; and how long they train."""

    depth: int
    activation: str
    steps: int
    scale: float = 1.0


class Dropped(NamedTuple):
    """One network at many rates: λ₀; λ over λ₀ after the first steps (`nan` for runs that diverge
    or collapse) and at the end, by rate; the ηλ₀ between which the residual along the top direction
    first grows at the first step, and between which the loss first rises above its start; runs that
    collapsed."""

    start: float
    early: FloatArray
    final: FloatArray
    grows: tuple[float, float]
    rises: tuple[float, float]
    collapsed: int


class Ended(NamedTuple):
    """The upper end of one network: it trains at `low` and fails at `high`; how many runs of the
    scan collapsed, how many stayed open, and how many trained above one that failed."""

    low: float
    high: float
    collapsed: int
    open: int
    above: int


def drawn(kind: Kind, samples: Samples, width: int, seed: list[int]) -> tuple[DeepNetwork, float]:
    """A random network and λ₀; narrow ReLU networks that are silent at the start are drawn
    again."""
    generator = np.random.default_rng(seed)
    widths = [samples.inputs, *[width] * (kind.depth - 1), samples.outputs]
    scale = kind.scale * SCALES[kind.activation]
    for _ in range(DRAWS):
        network = DeepNetwork.random(widths, (), scale, generator, activation=kind.activation)
        if 1e-150 < (curvature := float(network.curvature(samples))) < 1e150:
            return network, curvature
    raise ValueError(
        f"the curvature of random networks of width {width} must be positive and finite, not "
        f"{curvature:g}: a smaller --depth, a larger --width or --standardize help"
    )


def phase_of(run: DeepTrajectory) -> Phase:
    """What one run shows."""
    return Phase(int(seen(run.loss, run.collapsed)))


def course(kind: Kind, samples: Samples, width: int, seed: list[int], share: float) -> DeepCourse:
    """A run, step by step."""
    network, start = drawn(kind, samples, width, seed)
    every = 1 if samples.samples * samples.outputs <= WHOLE else SPARSE
    looks = {*range(0, kind.steps + 1, every), kind.steps}
    run = network.train(samples, share / start, kind.steps, looks)
    phase = phase_of(run)
    return DeepCourse(share, share / start, phase, bool(run.collapsed), run.loss, run.curvature)


def failing(kind: Kind, samples: Samples, width: int, seed: list[int]) -> DeepCourse:
    """The course of a run that diverges, if one does; else that of the largest rate."""
    network, start = drawn(kind, samples, width, seed)
    for share in FAILING:
        if phase_of(network.train(samples, share / start, kind.steps, ())) == Phase.DIVERGENT:
            break
    return course(kind, samples, width, seed, share)


def ending(run: DeepTrajectory, start: float) -> float:
    """λ at the end over λ₀: `inf` where the run diverged, `nan` where it does not train."""
    phase = phase_of(run)
    if phase <= Phase.CATAPULT:
        return float(run.curvature[-1] / start)
    return np.inf if phase == Phase.DIVERGENT else np.nan


def drop(
    kind: Kind, samples: Samples, width: int, seed: list[int], shares: FloatArray, halvings: int
) -> Dropped:
    """Curvatures of one network at many rates, and where the transition sits."""
    network, start = drawn(kind, samples, width, seed)
    steps, early = kind.steps, min(EARLY, kind.steps)

    def train(share: float) -> DeepTrajectory:
        return network.train(samples, share / start, steps, {early, steps})

    runs = [(share, train(share)) for share in shares]
    phases = [phase_of(run) for _, run in runs]
    kept = [
        p != Phase.DIVERGENT and not run.collapsed for p, (_, run) in zip(phases, runs, strict=True)
    ]
    first = np.array([run.curvature[early] / start for _, run in runs])
    rises = narrowed(
        lambda share: phase_of(train(share)) != Phase.LAZY,
        *first_true(shares, [phase != Phase.LAZY for phase in phases]),
        halvings,
    )
    direction = top_direction(network, samples)
    before = abs(np.vdot(direction, network(samples.X) - samples.Y))

    def grows(share: float) -> bool:
        one = network.train(samples, share / start, 1, ()).network
        return bool(abs(np.vdot(direction, one(samples.X) - samples.Y)) > before)

    ends = first_true(np.array(GROWS), [grows(share) for share in GROWS])
    return Dropped(
        start,
        np.where(kept, first, np.nan),
        np.array([ending(run, start) for _, run in runs]),
        narrowed(grows, *ends, halvings + 6),
        rises,
        sum(bool(run.collapsed) for _, run in runs),
    )


def top_direction(network: DeepNetwork, samples: Samples) -> FloatArray:
    """The top eigenvector of the kernel JJᵀ, of the shape of the outputs."""
    shape = samples.Y.shape

    def product(w: FloatArray) -> FloatArray:
        pulled = network.vjp(samples.X, w.reshape(shape))
        return np.asarray(network.jvp(samples.X, pulled)).reshape(-1)

    return top(product, samples.Y.size, 1)[2].reshape(shape)


def first_true(shares: FloatArray, true: list[bool]) -> tuple[float, float]:
    """The neighbours between which something first becomes true; 0 before all and `inf` after."""
    values = [0.0, *map(float, shares), np.inf]
    at = true.index(True) if any(true) else len(true)
    return values[at], values[at + 1]


def narrowed(
    holds: Callable[[float], bool], low: float, high: float, halvings: int
) -> tuple[float, float]:
    """An interval, open at neither end, after bisections: what holds at `high`, not at `low`."""
    for _ in range(halvings if low > 0 and np.isfinite(high) else 0):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return low, high


def upper_end(kind: Kind, samples: Samples, width: int, seed: list[int], halvings: int) -> Ended:
    """Where a network stops training: a scan, then bisections, which an open run ends."""
    network, start = drawn(kind, samples, width, seed)

    def status(share: float) -> tuple[bool, bool, bool]:
        """Whether a run trains, fails, and collapses."""
        run = network.train(samples, share / start, kind.steps, ())
        phase, silent = phase_of(run), bool(run.collapsed)
        return phase <= Phase.CATAPULT, phase == Phase.DIVERGENT or silent, silent

    trains, fails, silent = map(list, zip(*map(status, SCAN), strict=True))
    low, _ = first_true(SCAN, [not good for good in trains])
    _, high = first_true(SCAN, fails)
    first = trains.index(False) if not all(trains) else len(trains)
    for _ in range(halvings if low > 0 and np.isfinite(high) else 0):
        middle = float(np.sqrt(low * high))
        good, bad, _ = status(middle)
        if good == bad:
            break
        low, high = (middle, high) if good else (low, middle)
    stays = sum(not good and not bad for good, bad in zip(trains, fails, strict=True))
    return Ended(low, high, sum(silent), stays, sum(trains[first:]))


def scaled(kind: Kind, samples: Samples, width: int, seed: list[int], shares: FloatArray) -> Scaled:
    """One network at many rates, its weights at one scale."""
    network, start = drawn(kind, samples, width, seed)
    runs = [network.train(samples, share / start, kind.steps, {kind.steps}) for share in shares]
    return Scaled(
        kind.scale * SCALES[kind.activation],
        start,
        shares,
        shares / start,
        np.array([ending(run, start) for run in runs]),
        np.array([run.loss.max() / run.loss[0] for run in runs]),
    )


def tested(
    kind: Kind,
    samples: tuple[Samples, Samples],
    classes: bool,
    width: int,
    seed: list[int],
    share: float,
    budget: float,
) -> tuple[float, float]:
    """Accuracy on the test set, or the loss if there are no classes: after the steps, and when
    t·ηλ₀ has spent the budget; `nan` where the run diverged or collapsed, or the network is zero on
    most test samples."""
    train, test = samples
    network, start = drawn(kind, train, width, seed)
    stops = kind.steps, max(1, round(budget / share))
    found = dict.fromkeys(stops, np.nan)
    measure: Any = DeepNetwork.accuracy if classes else DeepNetwork.loss
    losses = [np.array([network.loss(train)])]
    for before, stop in itertools.pairwise(sorted({0, *stops})):
        run = network.train(train, share / start, stop - before, ())
        network = run.network
        losses.append(run.loss[1:])
        if run.collapsed or seen(np.concatenate(losses)) == Phase.DIVERGENT:
            break
        if 2 * network(test.X).any(1).sum() > test.samples:
            found[stop] = float(measure(network, test))
    return found[stops[0]], found[stops[1]]
