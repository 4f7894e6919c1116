"""What the command `data` computes, in worker processes: jobs of seconds that do not depend on one
another."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray
from ..network import Network
from ..plotting.samples import Course, Relinearised, Restored
from ..results import Outcome
from ..samples import workers
from ..samples.data import Data
from ..samples.endings import Endings
from ..samples.gram import GramNetwork
from ..watch import in_blocks
from . import data_runs, data_tables, options
from .data_runs import SHARES, WIDTHS, Limits, Row

RATES = np.linspace(0.2, 4.6, 45)  # ηλ₀ of the final curvatures
RESTORED = np.linspace(0.1, 4.0, 16)  # ηλ₀ of the relinearised networks
# numbers of a network on the directions of the data, from which on there are fewer rates, and from
# which on there are fewer steps
FEWER_RATES, FEWER_STEPS = 75, 300
LEAST = 1_000  # steps
TOGETHER = 4e8  # of such numbers squared, times steps: the rates of one job, a second of work


class Plan(NamedTuple):
    """How much is computed."""

    seed: int
    limits: Limits
    rates: FloatArray
    restored: FloatArray
    together: int


def plan(data: Data, seed: int, steps: int | None, tolerance: float) -> Plan:
    """A step costs the square of directions and outputs, an eigenvalue the cube: where they are
    many, rates are fewer, and steps, unless they are given."""
    size = len(data.spectrum) + data.outputs
    sparse = max(1, size // FEWER_RATES)
    if steps is None:
        fewer = 100 * round(data_runs.BUDGET * (FEWER_STEPS / size) ** 2 / 100)
        steps = min(data_runs.BUDGET, max(LEAST, fewer))
    together = max(1, int(TOGETHER / (max(1, steps) * size**2)))
    limits = Limits(steps, tolerance)
    return Plan(seed, limits, RATES[::sparse], RESTORED[::sparse], together)


class Found(NamedTuple):
    """What is said of data and start, and the spectrum there; three runs, theory beside weights;
    how random networks of each width start, shape (widths,), and end or stand, shape (rates,
    widths); relinearised networks."""

    about: list[str]
    spectrum: FloatArray
    rows: list[Row]
    courses: list[tuple[Course, Course]]
    start: FloatArray
    ends: Outcome
    stands: Endings
    relinearised: Relinearised
    restored: list[Restored]


def compute(
    data: Data,
    inputs: int,
    words: str,
    net: Network,
    plan: Plan,
    progress: Callable[[int, int], object],
) -> Found:
    """All of it, also the words, for which there is an eigenvalue problem to be solved; `progress`
    is told how many jobs of how many are done."""
    blocks = [plan.rates[part] for part in in_blocks(plan.rates.size, plan.together)]
    shares = np.array_split(plan.restored, min(plan.restored.size, 3))
    trained = data_runs.trained(GramNetwork.from_weights(net.u, net.v), data, SHARES)
    jobs = _jobs(data, inputs, words, net, plan, blocks, shares, trained)
    done: dict[int, Any] = {}

    def keep(index: int, result: Any) -> None:
        done[index] = result
        progress(len(done), len(jobs))

    progress(0, len(jobs))
    workers.run(_call, jobs, options.WORKERS, keep)
    results = iter([done[index] for index in range(len(jobs))])
    about, spectrum = next(results)
    rows, courses = ([next(results) for _ in SHARES] for _ in range(2))
    relinearised = next(results)
    restored = [item for _ in shares for item in next(results)]
    parts = [[next(results) for _ in blocks] for _ in WIDTHS]
    start = np.array([of_width[0][0] for of_width in parts])
    ends, stands = (_joined([[job[part] for job in one] for one in parts]) for part in (1, 2))
    return Found(about, spectrum, rows, courses, start, ends, stands, relinearised, restored)


def _jobs(
    data: Data,
    inputs: int,
    words: str,
    net: Network,
    plan: Plan,
    blocks: list[FloatArray],
    shares: list[FloatArray],
    trained: tuple[float, ...],
) -> list[tuple[Any, ...]]:
    """What is to be called, and with what, in the order in which results are read."""
    theory, limits = GramNetwork.from_weights(net.u, net.v), plan.limits
    return [
        (data_tables.about, data, inputs, words, theory, limits),
        *((data_runs.compare, net, data, share, limits) for share in trained),
        *((data_runs.follow, net, data, share, limits) for share in trained),
        (data_runs.relinearised, theory, data),
        *((data_runs.restoration, theory, data, part) for part in shares),
        *(
            (data_runs.final_curvatures, data, width, plan.seed, block, limits)
            for width in WIDTHS
            for block in blocks
        ),
    ]


def _joined(results: list[list[Any]]) -> Any:
    """Results of blocks of rates, for each width, as one of shape (rates, widths)."""
    kind = type(results[0][0])
    columns = (
        np.stack([np.concatenate([vars(part)[name] for part in one]) for one in results], -1)
        for name in vars(results[0][0])
    )
    return kind(*columns)


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)
