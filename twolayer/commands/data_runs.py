"""Runs on a data set: what the theory says and what trained weights do, side by side. Writes and
draws nothing.

Rates are given in units of the start: ηλ₀ = 2 is where the linearised network stops converging, ηλ₀
= 4 where one with label 0, one output and inputs along one direction diverges; otherwise the second
is not exact. The loss is the one above the floor that no linear network gets below.
"""

import itertools
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import watch
from ..arguments import FloatArray
from ..network import Network
from ..plotting.samples import Course, Relinearised, Restored
from ..results import Outcome, Phase
from ..samples.data import Data
from ..samples.descent import alignment, descent, excess, top
from ..samples.endings import LAST, Endings, endings
from ..samples.gram import GramNetwork
from ..samples.guide import rate_guide

WIDEST = 100_000  # units of a network whose weights are trained
SHARES = 1.0, 3.0, 4.8  # ηλ₀ of the three runs: lazy, catapult, divergent
GUIDED, FEW = 0.9, 200  # of the rate of the guide; directions up to which it is cheap
FOLLOWED = 40  # steps of them that are followed
# at which the kernel of the trained weights is looked at
LOOKS = *range(9), *range(12, FOLLOWED + 1, 4)
TOLERANCE, BUDGET = 1e-4, 4_000
WIDTHS = 10, 10**3, 10**6, 10**12  # of the final curvatures
CUT = 1e6  # times its start: the loss at which a divergent run is left
WINDOW = 100  # steps for which a relinearised network is compared with the full one
DELAYS = 0, 10, 30  # steps from the end of the catapult to the relinearisation
EIGENVALUES = 3


class Limits(NamedTuple):
    """A run ends when its loss above the floor is `tolerance` of its start, or undecided after so
    many steps."""

    steps: int = BUDGET
    tolerance: float = TOLERANCE


LIMITS = Limits()


def random_network(data: Data, width: int, seed: int) -> Network:
    """The network whose weights are trained.

    Raises
    ------
    ValueError
        If its weights are too many to be trained.
    """
    if not 1 <= width <= WIDEST:
        raise ValueError(f"--width = {width} must be from 1 to {WIDEST}: its weights are trained")
    return Network.random(width, rng=[seed, 0], data=data)


class Row(NamedTuple):
    """One learning rate: what the theory says, and what the trained weights did in as many steps;
    of a run that is undecided the fields of `Endings`."""

    share: float
    eta: float
    phase: str
    phase_weights: str
    steps: int
    peak: float
    peak_weights: float
    peak_difference: float
    curvature: float
    curvature_weights: float
    curvature_difference: float
    ending: str
    low: float
    high: float
    conditioning: float
    needed: float


def trained(
    theory: GramNetwork, data: Data, shares: tuple[float, ...] = SHARES
) -> tuple[float, ...]:
    """ηλ₀ of the three runs, the first below the rate of the guide where large labels push that
    below them; on data where the guide is dear, as they are."""
    if len(data.spectrum) > FEW:
        return shares
    guide = rate_guide(theory, data)
    return (min(shares[0], float(GUIDED * guide.rate * guide.curvature)), *shares[1:])


def compare(net: Network, data: Data, share: float, limits: Limits = LIMITS) -> Row:
    """A run until the theory's end; of one that diverges, the steps in which the loss is below
    `CUT` times its start.

    The peak is that of the loss, over the loss at the start.
    """
    theory = GramNetwork.from_weights(net.u, net.v)
    eta = share / theory.curvature(data)
    end = theory.outcome(data, eta, *limits)
    phase, last = Phase(int(end.phase)), int(end.steps)
    run, steps = theory.train(data.fitted, eta, last, looks=[last]), last
    curvature = run.curvature[last]
    if phase == Phase.DIVERGENT:
        steps = int(np.argmin(run.loss <= CUT * run.loss[0])) - 1
        curvature = theory.train(data.fitted, eta, steps, looks=[steps]).curvature[steps]
    losses: list[float] = []
    states = itertools.islice(descent(net.u, net.v, data, eta), last + 1)
    for step, (u, v, residual) in enumerate(states):
        losses.append(excess(residual, data))
        if step == steps:
            curvature_weights = top(u, v, data)[0][0]
    stands = open_ends(theory, data, np.array([eta]), np.array([phase]), limits)
    peak, peak_weights = (max(part[: steps + 1]) / part[0] for part in (run.loss, losses))
    return Row(
        share,
        eta,
        phase.name,
        _phase_of(np.sqrt(losses), last, data.solution.size == 1, limits.tolerance).name,
        steps,
        peak,
        peak_weights,
        peak_weights / peak - 1,
        curvature,
        curvature_weights,
        curvature_weights / curvature - 1,
        *(part[0].item() for part in vars(stands).values()),
    )


def _phase_of(
    sizes: FloatArray, last: int, one_sample: bool, tolerance: float = TOLERANCE
) -> Phase:
    """What the residuals of a run show that was to be `last` steps long."""
    if len(sizes) <= last:
        return Phase.DIVERGENT
    if sizes[-1] > np.sqrt(tolerance) * (1 + 1e-6) * sizes[0]:
        return Phase.UNDECIDED
    peak = int(np.argmax(sizes))
    raised = sizes[1] > sizes[0] if one_sample else watch.rises(sizes[peak], peak, sizes[0])
    return Phase.CATAPULT if raised else Phase.LAZY


def follow(
    net: Network,
    data: Data,
    share: float,
    limits: Limits = LIMITS,
    looks: tuple[int, ...] = LOOKS,
) -> tuple[Course, Course]:
    """What the theory says step by step, and what the weights show: of them at some steps."""
    theory, data = GramNetwork.from_weights(net.u, net.v), data.fitted
    eta = share / theory.curvature(data)
    rows, number = max(looks) + 1, min(EIGENVALUES, len(data.spectrum) * data.outputs)
    phase = Phase(int(theory.outcome(data, eta, *limits).phase))
    shapes = rows, (rows, number), rows
    exact, weights = (
        Course(share, eta, phase, *(np.full(shape, np.nan) for shape in shapes)) for _ in range(2)
    )
    states = itertools.islice(descent(net.u, net.v, data, eta), rows)
    for step, (u, v, residual) in enumerate(states):
        exact.loss[step] = theory.loss(data)
        if not exact.loss[step] / 1e30 < exact.loss[0]:
            break
        exact.eigenvalues[step] = theory.spectrum(data)[:number]
        exact.alignment[step] = theory.alignment(data)
        if step in looks:
            weights.loss[step] = excess(residual, data)
            weights.eigenvalues[step], vector = top(u, v, data, number)
            weights.alignment[step] = alignment(residual, vector)
        theory = theory.step(data, eta)
    return exact, weights


def settled(loss: FloatArray, sharpness: FloatArray) -> int | None:
    """The end of the catapult: the first step from which on the loss is at most its start and ηλ <
    2; None if there is none."""
    calm = (loss <= loss[0]) & (sharpness < 2)
    end = int(np.flatnonzero(~calm).max(initial=-1)) + 1
    return end if end < calm.size else None


def deviation(nets: GramNetwork, data: Data, eta: Any) -> FloatArray:
    """How far the loss of networks linearised here strays from that of the full ones, while that is
    above a millionth of itself here.

    The largest relative difference; `nan` where the full network diverges, inf where the linearised
    one alone does.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        both = nets, nets.linearized
        full, frozen = (part.train(data.fitted, eta, WINDOW, looks=()).loss for part in both)
        large = np.minimum.accumulate(full > 1e-6 * full[0], axis=0)
        apart = np.max(np.where(large, np.abs(frozen / full - 1), 0.0), axis=0)
        return np.where(np.isfinite(full[-1]), apart, np.nan)


def restoration(theory: GramNetwork, data: Data, shares: FloatArray) -> list[Restored]:
    """Relinearised at the start and after the catapult; only the first where no end of it is seen,
    or where rounding decides whether there is one."""
    rates = shares / theory.curvature(data)
    run = theory.train(data.fitted, rates, max(DELAYS) + 3 * WINDOW)
    places: list[tuple[int, int | None, int]] = []
    for column, rate in enumerate(rates):
        places.append((column, None, 0))
        end = settled(run.loss[:, column], rate * run.curvature[:, column])
        places += [(column, delay, end + delay) for delay in DELAYS if end is not None]
    columns, delays, steps = (np.array(part) for part in zip(*places, strict=True))
    factors, nets = np.empty((len(places), *theory.factor.shape)), theory
    for step in range(steps.max() + 1):
        factor = np.broadcast_to(nets.factor, (len(rates), *theory.factor.shape))
        factors[steps == step] = factor[columns[steps == step]]
        nets = nets.step(data, rates)
    finite = np.isfinite(factors).all((-2, -1))
    columns, delays, steps = (part[finite] for part in (columns, delays, steps))
    frozen = GramNetwork.from_factor(factors[finite], theory.width)
    strays = deviation(frozen, data, rates[columns])
    return list(map(Restored, shares[columns].tolist(), delays, steps.tolist(), strays.tolist()))


def relinearised(theory: GramNetwork, data: Data) -> Relinearised:
    """Losses of the full network in the catapult, and of networks relinearised at the start,
    half-way to its end, at it and after it."""
    share = SHARES[1]
    eta = share / theory.curvature(data)
    networks = restoration(theory, data, np.array([share]))
    ends = [item.step for item in networks if item.delay is not None]
    times = {0, ends[0] // 2, *ends} if ends else {0, 5, 10}
    full, parts = theory.train(data.fitted, eta, WINDOW, looks=()).loss, {}
    for time in range(max(times) + 1):
        if time in times:
            steps = max(1, WINDOW - time)
            with np.errstate(over="ignore", invalid="ignore"):
                parts[time] = theory.linearized.train(data.fitted, eta, steps, looks=()).loss
        theory = theory.step(data, eta)
    return Relinearised(share, full, parts)


def final_curvatures(
    data: Data, width: int, seed: int, rates: FloatArray, limits: Limits = LIMITS
) -> tuple[float, Outcome, Endings]:
    """λ₀ of a random network, how its runs end, the final curvature and its error over λ₀, and how
    those stand that do not.

    A curvature without a finite error is not final: it is `nan`.
    """
    drawn = GramNetwork.random(width, data.inputs, data.outputs, rng=[seed, 1, width])
    units = drawn.factor[:, drawn.factor.any(0)]  # of a narrow one the others are zero
    net = GramNetwork.from_factor(units, width)
    start = net.curvature(data)
    ends = net.outcome(data, rates / start, *limits)
    known = np.isfinite(ends.curvature_error) | (ends.phase == Phase.DIVERGENT)
    curvature, error = (
        np.where(known, part, np.nan) / start for part in (ends.curvature, ends.curvature_error)
    )
    ends = replace(ends, curvature=curvature, curvature_error=error)
    return start, ends, open_ends(net, data, rates / start, ends.phase, limits)


def open_ends(
    net: GramNetwork, data: Data, eta: Any, phase: Any, limits: Limits = LIMITS
) -> Endings:
    """How the runs among these stand that are undecided, whether they oscillate or are slow; of the
    others kind is "" and the numbers are `nan`. Shape of `eta`."""
    undecided = np.flatnonzero(phase == Phase.UNDECIDED)
    kind, numbers = np.full(eta.size, "", "<U11"), np.full((4, eta.size), np.nan)
    if undecided.size and limits.steps >= LAST:
        found = endings(net, data, eta[undecided], *limits)
        kind[undecided] = found.kind
        numbers[:, undecided] = found.low, found.high, found.conditioning, found.steps
    return Endings(kind, *numbers)
