"""The boundaries of random networks: located on their weights, on the recursion, and by the theory,
side by side in tables."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _derived, boundaries, locate, recursion
from ..network import Network
from ..results import Boundaries, Interval, Phase
from ..samples import workers
from .options import WORKERS
from .output import table

WIDTHS = 1, 10, 100, 1_000, 10_000, 100_000
SEEDS = 5
LABEL = 0.5
BRACKET = 0.05, 9.0  # of ηλ₀: both boundaries are sought between
UNDECIDED = "runs inside the interval are undecided"


class Row(NamedTuple):
    """One boundary of one network: located on its weights, on the recursion, and by the theory."""

    target: float
    width: int
    seed: int
    boundary: str
    network_low: float
    network_high: float
    recursion_low: float
    recursion_high: float
    exact: float
    infinite_width: float
    relative_difference: float
    curvature: float
    output: float
    remark: str = ""


def network(width: int, seed: int, index: int = 0) -> Network:
    """Network number `index` of a width; the same whatever else is computed."""
    return Network.random(width, rng=[seed, width, index])


def iterated(start: Sequence[Any]) -> Callable[[Any], Any]:
    """Phases of the recursion against the learning rate."""
    return lambda eta: recursion.outcome(eta, *start, absorbing=True).phase


def sought(
    observe: Callable[[Any], Any],
    curvature: float,
    rtol: float,
    samples: int,
    first: float = np.inf,
) -> Boundaries:
    """Both boundaries, from phases that are observed in the bracket, which begins at half the
    `first` of them at the latest."""
    low, high = (edge / curvature for edge in BRACKET)
    low = min(low, first / 2)
    return locate.locate_boundaries(observe, low, high, rtol, samples=samples)


def located(width: int, seed: int, index: int, target: float) -> list[Row]:
    """Both boundaries of one random network."""
    net = network(width, seed, index)
    curvature, output, _, _ = start = *net.start, target
    rtol, samples = (1e-8, 17) if target == 0 else (1e-6, 33)

    def trained(eta: Any) -> Any:
        return net.outcome(eta, target, absorbing=boundaries.certificate).phase

    remark = ""
    try:
        sides = [
            sought(observe, curvature, rtol, samples) for observe in (trained, iterated(start))
        ]
    except ValueError as error:  # with a label the phases need not be nested
        nowhere = Interval(np.nan, np.nan, Phase.UNDECIDED, Phase.UNDECIDED)
        sides, remark = [Boundaries(nowhere, nowhere)] * 2, str(error)
    rows = []
    for name in ("eta_crit", "eta_max"):
        closed, (weights, states) = getattr(boundaries, name), (getattr(s, name) for s in sides)
        exact, middle = closed(*start), weights.middle
        undecided = not remark and weights.high > weights.low * (1 + 1e-5)
        rows.append(
            Row(
                target,
                width,
                index,
                name,
                weights.low,
                weights.high,
                states.low,
                states.high,
                exact,
                closed(curvature),
                0.0 if middle == exact else middle / exact - 1,
                curvature,
                output,
                UNDECIDED if undecided else remark,
            )
        )
    return rows


def locate_all(seed: int, progress: Callable[[int], object]) -> list[Row]:
    """All rows, from worker processes; wide networks first, the result in order."""
    jobs = [
        (width, seed, index, target)
        for target in (0.0, LABEL)
        for width in WIDTHS
        for index in range(SEEDS)
    ]
    queue, done = sorted(jobs, reverse=True), {}

    def keep(index: int, rows: list[Row]) -> None:
        done[queue[index]] = rows
        progress(1)

    workers.run(located, queue, WORKERS, keep)
    return [row for job in jobs for row in done[job]]


def boundary_table(rows: list[Row], target: float) -> Iterator[str]:
    """One line for each width and boundary: the first network's numbers, and the worst of all that
    are decided; then the remarks."""
    rows = [row for row in rows if row.target == target]
    yield (
        f"\nBoundaries at label y = {target:g}, random networks of {SEEDS} seeds trained on their "
        "weights:"
    )
    header = (
        *("width", "boundary", "located on a network", "located on the recursion"),
        *("exact theory", "n = inf", "relative\ndifference", f"worst\nof {SEEDS}"),
    )
    lines = []
    for row in rows:
        if row.seed == 0:
            decided = [
                abs(other.relative_difference)
                for other in rows
                if (other.width, other.boundary) == (row.width, row.boundary) and not other.remark
            ]
            undecided = row.remark == UNDECIDED
            lines.append(
                (
                    *(f"{row.width}", row.boundary),
                    f"[{row.network_low:.9f}, {row.network_high:.9f}]",
                    f"[{row.recursion_low:.9f}, {row.recursion_high:.9f}]",
                    *(f"{row.exact:.9f}", f"{row.infinite_width:.8f}"),
                    "undecided" if undecided else f"{row.relative_difference:.1e}",
                    f"{max(decided, default=np.nan):.1e}",
                )
            )
    yield from table(header, lines, left=(1,))
    for row in rows:
        if row.remark:
            yield f"   n = {row.width}, seed {row.seed}, {row.boundary}: {row.remark}"


class Correction(NamedTuple):
    """n(η_crit λ₀/2 − 1) from the located η_crit of one network, and its limit (derivation
    `boundaries.crit_correction`)."""

    width: int
    seed: int
    measured: float
    limit: float


def corrections(rows: list[Row]) -> Iterator[Correction]:
    """The finite-width correction of η_crit at label 0, network by network."""
    for row in rows:
        if row.target == 0 and row.boundary == "eta_crit":
            middle = (row.network_low + row.network_high) / 2
            measured = row.width * (middle * row.curvature / 2 - 1)
            limit = _derived.crit_correction(row.curvature, row.output, 0.0)
            yield Correction(row.width, row.seed, measured, limit)


def correction_table(rows: list[Correction]) -> Iterator[str]:
    """How the finite-width correction of η_crit, measured on networks, approaches its limit."""
    yield "\nThe finite-width correction of η_crit (y = 0) tends to its limit:"
    yield from table(
        ("width", "n(η_crit λ₀/2 − 1), measured", "limit 2f₀²/λ₀²", "relative difference"),
        (
            (f"{width}", f"{measured:.6f}", f"{limit:.6f}", f"{measured / limit - 1:.1e}")
            for width, seed, measured, limit in rows
            if seed == 0
        ),
    )
