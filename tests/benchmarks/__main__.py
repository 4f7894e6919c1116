"""Speed as ratios to named rivals: `python -m tests.benchmarks [row ...]` prints a table.

Rival and subject alternate in one run; each time is a median.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import twolayer as tl
from tests.benchmarks import data, deep, final, loops, networks


@dataclass(frozen=True)
class Row:
    name: str
    rival: str
    subject: Callable[[], Any]
    opponent: Callable[[], Any]
    bound: float  # the ratio asked for
    repeats: int = 3
    scale: int = 1  # the rival does this part of the work
    # the ratio is subject/rival, at most `bound`; else rival/subject, at least
    slower: bool = False
    remark: Callable[[Any], str] = lambda result: ""
    report: Callable[[], list[str]] = list  # further lines


def imports(module: str) -> Callable[[], Any]:
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def undecided(end: tl.Outcome) -> str:
    return f"{np.mean(end.phase == tl.Phase.UNDECIDED):.2%} undecided, of 10,000 steps"


def grid() -> tuple[Any, Any]:
    """Learning rates and widths of a map of a million cells."""
    return np.linspace(0.0044, 4.3956, 1000)[:, None], np.logspace(0, 18, 1000).round()[None, :]


def plain_steps() -> Callable[[], Any]:
    x, n = (np.broadcast_to(axis, (1000, 1000)).copy() for axis in grid())
    ones = np.ones((1000, 1000))
    return lambda: loops.plain(x, ones, 0.4 * ones, n, 2000)


def outcome() -> Row:
    x, n = grid()
    return Row(
        "outcome", "2,000 plain NumPy steps", lambda: tl.outcome(x, 1.0, 0.4, n, absorbing=True),
        plain_steps(), 10, remark=undecided,
    )  # fmt: skip


def simulate() -> Row:
    rates = np.linspace(0.01, 4.0, 10_000)
    ours, theirs = (
        lambda: tl.simulate(rates, 1.0, 0.5, 100, steps=1000),
        lambda: loops.trajectory(rates, 1.0, 0.5, 100, 1000),
    )
    return Row("simulate", "the loop, storing its arrays", ours, theirs, 2, repeats=15)


def train() -> Row:
    net = tl.Network.random(10**7, rng=0)
    spare = net.u.copy(), net.v.copy()
    ours, theirs = lambda: net.train(1.0, 40), lambda: networks.passes(*spare)
    return Row(
        "Network.train", "one in-place pass over u and v", ours, theirs, 3, repeats=5, slower=True
    )


def network_outcome() -> Row:
    nets = tl.Network.random(1000, size=1000, rng=0)
    ours, theirs = (
        lambda: nets.outcome(0.8, max_steps=2000),
        lambda: networks.user_networks(nets.u, nets.v, 0.8, 2000),
    )
    return Row("Network.outcome", "the loop over seeds", ours, theirs, 2, repeats=9)


def against_torch() -> list[Row]:
    """One thread each; none where torch is not installed."""
    torch = networks.threads_of_one()
    if torch is None:
        return []
    rows = []
    for way, name in (networks.by_autograd, "autograd and SGD"), (networks.by_hand, "by hand"):
        for width, size, eta in (
            (1000, 100, 0.5), (1000, 100, 1.2), (1000, 100, 2.5), (10**6, 1, 1.2),
        ):  # fmt: skip
            pair = networks.outcome(torch, way, width, size, eta)
            work = f"outcome {size} x {width:.0e}, {eta}"
            rows.append(Row(work, f"torch, {name}", *pair, 2, repeats=15))
        pair = networks.train(torch, way)
        rows.append(Row("train 100 x 1000", f"torch, {name}", *pair, 2, repeats=15))
    return rows


def phase_diagram() -> Row:
    x, n = grid()
    axes: dict[str, Any] = {"eta": x[:, 0], "curvature": 1.0, "output": 0.4, "width": n[0]}
    return Row(
        "phase_diagram", "2,000 plain NumPy steps", lambda: tl.phase_diagram(**axes),
        plain_steps(), 100,
    )  # fmt: skip


def diagram_of_curvatures() -> Row:
    x, n = grid()
    axes: dict[str, Any] = {"eta": x[:, 0], "curvature": 1.0, "output": 0.4, "width": n[0]}
    ours, theirs = lambda: tl.phase_diagram(**axes, final=True), lambda: tl.phase_diagram(**axes)
    return Row(
        "phase_diagram, final", "phase_diagram of phases", ours, theirs, 10, repeats=7, slower=True
    )


def final_curvature() -> Row:
    cells = final.cells()
    state = final.scaled(*cells)
    ours, theirs = lambda: tl.final_curvature(*cells), lambda: final.plain(*state)
    return Row(
        "final_curvature", "NumPy, compacted, in place", ours, theirs, 5, repeats=1,
        remark=final.few_steps, report=final.accuracy,
    )  # fmt: skip


def final_curvature_c() -> Row | None:
    cells, settle = final.cells(), final.compiled()
    if settle is None:
        return None
    state = final.scaled(*cells)
    ours, theirs = lambda: tl.final_curvature(*cells), lambda: settle(*state)
    return Row(
        "final_curvature",
        "C loop on two threads",
        ours,
        theirs,
        1,
        repeats=7,
        remark=final.few_steps,
    )


def width() -> Row:
    """All networks make 200 steps."""
    samples = data.problem()
    nets = [tl.GramNetwork.random(n, 10, size=1000, rng=0) for n in (10**12, 10)]
    rates = [0.3 / net.curvature(samples) for net in nets]
    ours, theirs = (
        lambda net=net, eta=eta: net.outcome(samples, eta, max_steps=200, tolerance=1e-250)
        for net, eta in zip(nets, rates, strict=True)
    )
    return Row("Gram, width 1e12", "width 10", ours, theirs, 1.1, repeats=15, slower=True)


def starts() -> Row:
    samples, nets = data.problem(), tl.GramNetwork.random(1000, 10, size=1000, rng=0)
    eta = data.rate(samples, nets)
    ours, theirs = (
        lambda: nets.outcome(samples, eta),
        lambda: data.bare_loop(nets.gram, 1000.0, samples, eta),
    )
    return Row("Gram, 1,000 starts", "bare loop, no peak, no error", ours, theirs, 20, repeats=7)


def starts_one_by_one() -> Row:
    samples, nets = data.problem(), tl.GramNetwork.random(1000, 10, size=1000, rng=0)
    few, eta = tl.GramNetwork.random(1000, 10, size=50, rng=0), data.rate(samples, nets)
    ours, theirs = lambda: nets.outcome(samples, eta), lambda: data.one_by_one(few, samples, eta)
    return Row(
        "Gram, 1,000 starts", "outcome, 50 starts x 20", ours, theirs, 20, repeats=7, scale=20
    )


def weights() -> Row:
    samples, nets = data.problem(), tl.GramNetwork.random(10**4, 10, size=1000, rng=0)
    eta, rng = data.rate(samples, nets), np.random.default_rng(0)
    u, v = rng.standard_normal((10, 10**4, 10)), rng.standard_normal((10, 10**4, 1))
    steps = nets.outcome(samples, eta).steps[:10]
    ours, theirs = (
        lambda: nets.outcome(samples, eta),
        lambda: data.weights(u, v, samples, eta, steps),
    )
    return Row(
        "Gram, 1,000 starts",
        "weights, n = 1e4, 10 starts x 100",
        ours,
        theirs,
        100,
        repeats=5,
        scale=100,
    )


def read() -> Row:
    ours, inputs = data.stored()
    return Row(
        "Data.read",
        "X.T @ X, 1e6 x 20",
        ours,
        lambda: inputs.T @ inputs,
        2,
        repeats=15,
        slower=True,
    )


def kernel_curvature() -> Row:
    ours, theirs = deep.curvatures()
    exact = theirs()
    return Row(
        "kernel_curvature", "the kernel whole, eigvalsh", ours, theirs, 5,
        remark=lambda found: deep.agreement(found, exact),
    )  # fmt: skip


def import_time() -> Row:
    return Row(
        "import twolayer",
        "import numpy",
        imports("twolayer"),
        imports("numpy"),
        1.5,
        repeats=15,
        slower=True,
    )


ROWS = (
    outcome, simulate, train, network_outcome, against_torch, phase_diagram, diagram_of_curvatures,
    final_curvature, final_curvature_c, width, starts, starts_one_by_one, weights, read,
    kernel_curvature, import_time,
)  # fmt: skip


def clock(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def show(row: Row) -> bool:
    """Print the row; whether it missed its bound."""
    row.subject()
    pairs = [(clock(row.subject), clock(row.opponent)) for _ in range(row.repeats)]
    ours, theirs = (
        statistics.median(pair[side][0] for pair in pairs) * part
        for side, part in ((0, 1), (1, row.scale))
    )
    ratio = ours / theirs if row.slower else theirs / ours
    miss = ratio > row.bound if row.slower else ratio < row.bound
    asked = (
        f"at most {row.bound:g} x its time" if row.slower else f"at least {row.bound:g} x faster"
    ) + ": MISSED" * miss
    print(
        f"{row.name:<24}{row.rival:<34}{ours:>8.3f}s{theirs:>8.3f}s{ratio:>8.2f}  {asked}  "
        f"{row.remark(pairs[-1][0][1])}",
        flush=True,
    )
    print("".join(f"   {line}\n" for line in row.report()), end="", flush=True)
    return miss


def main(names: list[str]) -> int:
    unknown = set(names) - {build.__name__ for build in ROWS}
    if unknown:
        print(
            f"benchmarks: no row {', '.join(sorted(unknown))}; there are "
            f"{', '.join(build.__name__ for build in ROWS)}",
            file=sys.stderr,
        )
        return 2
    missed = 0
    print(f"{'work':<24}{'rival':<34}{'subject':>9}{'rival':>9}{'ratio':>8}  asked for")
    for build in ROWS:
        if names and build.__name__ not in names:
            continue
        built = build()
        rows = built if isinstance(built, list) else [built] if built else []  # none: no rival
        missed += sum(map(show, rows))
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
