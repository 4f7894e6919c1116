"""The command `relu`: networks with real and with frozen gates beside the exact theory of the
frozen ones, on the data of Zhu et al.

Their setting (arXiv:2205.11787, Theorem 3): 128 samples from N(±2, 1), width 5000, for which they
print 2/λ₁ = 0.37 and 2/λ₂ = 0.39. Those numbers belong to one draw and to the loss Σ(f − y)²/m:
with it λ± = 2c±(|u±|² + |v±|²)/n ≈ 5, and 2/λ scatters around 0.4. The loss of this package is Σ(f
− y)²/(2m), so its curvatures are half, and its learning rates twice, as large: 0.74 and 0.78. What
is printed under "published units" is divided by 2.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import _derived
from ..conventions import convention
from ..plotting.relu import SIDES, add_legends, plot_gates
from ..relu.frozen import FrozenGates
from ..relu.network import ReluNetwork
from ..relu.sides import Sides
from ..results import Phase
from . import options, output

OUTPUT = "f = Σ vᵢ max(uᵢx, 0)/√n of n hidden units without biases"
SAMPLES, MEAN, WIDTH = 128, 2.0, 5_000
PUBLISHED = 0.37, 0.39  # 2/λ₁ and 2/λ₂
UNITS = 2.0  # our learning rate over theirs
DRAWS = 1_000  # over which the published pair is compared
STEPS = 80
STRONG = 3.0  # ηλ₁ of the flip table
FLIPPING = {2_000: 40, 20_000: 10}  # width: networks
RESIDUALS = 0.03, 0.1, 0.3, 1.0, 2.0  # |r₀| of the first-step table
FIRST = 20_000, 10  # width and number of its networks
FATED = 1_000, 40
FATE_STEPS = 150
FATES = 2.5, 3.0, 3.5, 3.7, 3.9, 4.1  # ηλ₁ of the table of fates
WINDOWS = (  # of `rates`
    "between 2/λ₁ and 2/λ₂: one side catapults",
    "between 2/λ₂ and 4/λ₁: both do",
    "above 4/λ₁: frozen gates diverge",
)


def add_options(parser: options.Parser) -> None:
    options.add_folder(parser, "twolayer-relu")
    text = "seed of samples and network; 2/λ₁ and 2/λ₂ of 972 are the published ones"
    options.add_seed(parser, 972, text=text)


def work(args: argparse.Namespace) -> None:
    with output.folder(args.folder) as folder:
        run(folder, args.seed)


def run(folder: Path, seed: int) -> None:
    """The whole command; figure and tables go to `folder`, which exists."""
    data, net = draw(seed)
    print(convention(output=OUTPUT))
    for part in (
        threshold_table(folder, seed, data, net),
        run_table(folder, data, net),
        flip_table(folder, seed, data),
        table(
            folder / "relu_first_step.csv",
            "\nUnits that the first step flips:",
            ("|r₀|", "measured", "± 1 s.e.", "arctan|r₀|/π"),
            ("{:g}", "{:.4f}", "{:.4f}", "{:.4f}"),
            first_step(seed),
        ),
        table(
            folder / "relu_fates.csv",
            f"\nFractions of {FATED[1]} networks of width {FATED[0]:,} on these samples, real "
            f"gates within {FATE_STEPS} steps:",
            ("ηλ₁", "frozen gates converge", "real gates converged", "diverged"),
            ("{:g}", *["{:.2f}"] * 3),
            fates(seed, data),
        ),
    ):
        for line in part:
            print(line)
    print(
        f"\nwritten to {folder}: " + ", ".join(sorted(path.name for path in folder.glob("relu*")))
    )


def draw(seed: int) -> tuple[Sides, ReluNetwork]:
    """Data and network of one seed: their inputs, both means equally likely, with label 0, for no
    label enters the curvature of a start."""
    rng = np.random.default_rng(seed)
    x = rng.choice([-MEAN, MEAN], SAMPLES) + rng.standard_normal(SAMPLES)
    return Sides(x, np.zeros(SAMPLES)), ReluNetwork.random(WIDTH, rng=rng)


def thresholds(draws: int) -> Any:
    """2/λ₁ and 2/λ₂ of the first seeds, in published units, shape (draws, 2)."""
    curvatures = [net.curvature(data) for data, net in map(draw, range(draws))]
    return np.sort(2 / np.array(curvatures), axis=-1) / UNITS


def rates(data: Sides, net: ReluNetwork) -> Any:
    """Learning rates between 2/λ₁ and 2/λ₂, between 2/λ₂ and 4/λ₁, and above 4/λ₁."""
    first, second = np.sort(2 / net.curvature(data))
    return np.array([(first + second) / 2, (second + 2 * first) / 2, 2.05 * first])


def flips(seed: int, width: int, networks: int, data: Sides) -> dict[str, Any]:
    """At ηλ₁ = 3: the flipped fraction of the side of λ₁, how far real gates go from frozen ones,
    and since when; one entry a network."""
    net = ReluNetwork.random(width, size=networks, rng=[seed, width])
    curvature = net.curvature(data)
    eta, side = STRONG / curvature.max(-1), curvature.argmax(-1)
    real, frozen = (net.train(data, eta, STEPS, frozen=still) for still in (False, True))
    each, scale = np.arange(networks), eta[:, None] * data.second_moment
    # s± = ηc±f±/√n
    apart = np.abs(np.subtract(*(scale * run.output / np.sqrt(width) for run in (real, frozen))))
    return {
        "flipped": real.flipped.max(0)[each, side],
        "apart": apart.max(0)[each, side],
        "first flip": (real.flipped > 0).any(-1).argmax(0),
        "first apart": (apart > 0).any(-1).argmax(0),
    }


class FirstStep(NamedTuple):
    """|r₀|, the fraction of units the first step flips, its standard error, and the law."""

    r: float
    flipped: float
    standard_error: float
    law: float


def first_step(seed: int) -> Iterator[FirstStep]:
    """Units that the first step flips, beside the law arctan|r₀|/π (derivation `gates.flipped`).

    A unit flips where r₀v/u > 1; v/u of two independent Gaussian numbers of one scale is a Cauchy
    variable.
    """
    width, networks = FIRST
    net = ReluNetwork.random(width, size=networks, rng=[seed, width])
    for r in RESIDUALS:
        flipped = []
        for u, v in zip(net.u, net.v, strict=True):
            one = ReluNetwork(u, v)
            output = one.start(Sides([1.0], [0.0]))[1][0]
            run = one.train(Sides([1.0], [output - r * np.sqrt(width)]), 1.0, 1)
            flipped.append(run.flipped[1, 0])
        law = _derived.flipped_fraction(r, np.arctan)
        error = np.sqrt(law * (1 - law) / (networks * width / 2))
        yield FirstStep(r, np.mean(flipped), error, law)


class Fate(NamedTuple):
    """ηλ₁, and the fractions of networks that with frozen gates converge (theory), with real gates
    have converged and have diverged."""

    eta_lambda_1: float
    frozen_converge: float
    real_converged: float
    real_diverged: float


def fates(seed: int, data: Sides) -> Iterator[Fate]:
    """How random networks fare on these samples, at several learning rates."""
    width, networks = FATED
    net = ReluNetwork.random(width, size=networks, rng=[seed, width])
    exact, top = FrozenGates(net, data), net.curvature(data).max(-1)
    for x in FATES:
        run = net.train(data, x / top, FATE_STEPS)
        frozen = (exact.phase((x / top)[:, None]) <= Phase.CATAPULT).all(-1)
        converged = run.loss[-1] <= 1e-6 * run.loss[0]
        yield Fate(x, frozen.mean(), converged.mean(), np.isinf(run.loss[-1]).mean())


def _spread(values: Any, digits: int = 2) -> str:
    low, middle, high = np.percentile(values, [5, 50, 95])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def threshold_table(folder: Path, seed: int, data: Sides, net: ReluNetwork) -> Iterator[str]:
    """2/λ₁ and 2/λ₂ of this seed, beside the published pair and those of many seeds."""
    own, pairs = np.sort(2 / net.curvature(data)), thresholds(DRAWS)
    yield f"{SAMPLES} samples from N(±{MEAN:g}, 1), label 0, width {WIDTH:,}, seed {seed}:"
    yield "   their loss is Σ(f − y)²/m, ours Σ(f − y)²/(2m): our learning rates are twice theirs"
    seeds = f"median [5 %, 95 %]\nof {DRAWS:,} seeds"
    lines = [
        (
            *(name, f"{value:.4f}", f"{value / UNITS:.4f}", f"{known:.2f}"),
            *(_spread(column, 3), f"{np.mean(column < known):.0%}"),
        )
        for name, value, known, column in zip(
            ("2/λ₁", "2/λ₂"), own, PUBLISHED, pairs.T, strict=True
        )
    ]
    lines.append(("4/λ₁", f"{2 * own[0]:.4f}", f"{2 * own[0] / UNITS:.4f}", "", "", ""))
    header = ("", "our units", "published units", "published", seeds, "share below\npublished")
    yield from output.table(header, lines)
    nearest = np.abs(pairs - PUBLISHED).max(-1).argmin()
    yield (
        f"   of these seeds, {nearest} is nearest to the published pair: {pairs[nearest, 0]:.4f}, "
        f"{pairs[nearest, 1]:.4f}"
    )
    columns = ("seed", "two_over_lambda_1", "two_over_lambda_2")
    numbers = ((i, *pair) for i, pair in enumerate(pairs))
    output.write_csv(folder / "relu_thresholds.csv", columns, numbers)


def run_table(folder: Path, data: Sides, net: ReluNetwork) -> Iterator[str]:
    """Three learning rates: figure, arrays, and lines of the output."""
    exact, eta = FrozenGates(net, data), rates(data, net)
    real, frozen = (net.train(data, eta, STEPS, frozen=still) for still in (False, True))
    runs = {"exact": exact.simulate(eta, STEPS), "frozen": frozen, "real": real}
    yield "\nThree learning rates. Frozen gates, by the theory; then real gates, as trained:"
    for i, (rate, phases) in enumerate(zip(eta, exact.phase(eta[:, None]), strict=True)):
        theory = ", ".join(
            f"{side}: {Phase(code).name}" for side, code in zip(SIDES, phases, strict=True)
        )
        alive = np.isfinite(real.loss[:, i])
        ended = f"loss {real.loss[-1, i]:.1e} after {STEPS} steps"
        if not alive.all():
            ended = f"loss overflows at step {alive.argmin()}"
        most = np.nanmax(real.flipped[:, i], axis=0)
        yield (
            f"   η = {rate:.4f}   {theory:<34}   real gates: {ended}, at most {most[0]:.1%} and "
            f"{most[1]:.1%} of a side's units on the other"
        )
    top = net.curvature(data).max()
    with output.drawing(folder / "relu.png", 3, 3) as axes:
        for i, (rate, window) in enumerate(zip(eta, WINDOWS, strict=True)):
            title = f"η = {rate:.3f}, ηλ₁ = {rate * top:.2f}\n{window}"
            plot_gates(list(runs.values()), i, eta=rate, title=title, axes=axes[:, i])
        add_legends(axes[:, 0])
    parts = {f"{name}_{key}": part for name, run in runs.items() for key, part in vars(run).items()}
    output.write_arrays(folder / "relu_runs.npz", eta=eta, **parts)


def flip_table(folder: Path, seed: int, data: Sides) -> Iterator[str]:
    """How many gates flip in a strong catapult, and how far real gates go from frozen ones."""
    yield (
        f"\nReal gates against frozen ones at ηλ₁ = {STRONG:g}, {STEPS} steps, on the side of λ₁: "
        "median [5 %, 95 %] over networks"
    )
    lines, table = [], []
    for name, samples in (("both sides", data), ("x > 0 only", Sides([1.0], [0.0]))):
        for width, networks in FLIPPING.items():
            measured = flips(seed, width, networks, samples)
            same = np.sum(measured["first flip"] == measured["first apart"])
            spreads = _spread(measured["flipped"]), _spread(measured["apart"])
            table.append((name, f"{width}", f"{networks}", *spreads, f"{same} of {networks}"))
            rows = zip(range(networks), *measured.values(), strict=True)
            lines += [(name, width, *row) for row in rows]
    header: tuple[str, ...] = (
        *("data", "width", "networks", "largest\nflipped fraction"),
        *("largest\n|s_real − s_frozen|", "apart since\nthe first flip"),
    )
    yield from output.table(header, table, left=(0,))
    header = ("data", "width", "network", "flipped", "s_apart", "first_flip", "first_apart")
    output.write_csv(folder / "relu_flips.csv", header, lines)


def table(
    path: Path,
    title: str,
    header: tuple[str, ...],
    forms: tuple[str, ...],
    rows: Iterable[tuple[float, ...]],
) -> Iterator[str]:
    """Lines of the output, and the same numbers as a file."""
    yield title
    rows = list(rows)
    yield from output.table(
        header,
        ([form.format(cell) for form, cell in zip(forms, row, strict=True)] for row in rows),
    )
    output.write_rows(path, rows)
