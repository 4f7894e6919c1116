"""The command `data`: networks on a real data set, theory beside trained weights, in tables and
figures."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import plotting, storage
from ..arguments import FloatArray
from ..conventions import convention
from ..network import Network
from ..plotting import samples
from ..plotting.samples import Course, Restored
from ..results import Outcome, Phase, Trajectory
from ..samples.data import Data
from ..samples.gram import GramNetwork
from ..samples.odds import best_rank, convergence_odds
from . import data_runs, data_source, options, output
from .data_runs import BUDGET, DELAYS, SHARES, TOLERANCE, WIDTHS, WINDOW, Row

RATES = np.linspace(0.2, 4.6, 45)  # ηλ₀ of the final curvatures
ODDS = np.linspace(1.0, 6.0, 26)  # ηλ₀ of the odds of converging
RESTORED = np.linspace(0.1, 4.0, 16)  # ηλ₀ of the relinearised networks
PRINTED = 8  # eigenvalues in the output
REACHED = 1e-12  # share of the largest eigenvalue: narrow networks do not reach every direction
WRITTEN = (
    *("alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png"),
    *("networks.csv", "restoration.csv", "restoration.png", "spectrum.csv", "training.csv"),
    *("training.npz", "training.png", "odds.npz", "odds.png"),
)


def add_options(parser: options.Parser) -> None:
    data_source.add_options(parser)
    units = "hidden units of the trained network" + options.DEFAULT
    options.add_whole(parser, "--width", "N", 1_000, units)
    options.add_loss(parser)
    options.add_folder(parser, "twolayer-data")
    options.add_seed(parser, 0)
    starts = (
        "also train M random networks at each of 26 rates: how likely they converge (default: "
        "none; FOLDER/starts keeps what is done, and the same call goes on from there)"
    )
    options.add_whole(parser, "--starts", "M", 0, starts)


def work(args: argparse.Namespace) -> None:
    data, words = data_source.load(args)
    net = data_runs.random_network(data, args.width, args.seed)
    with output.folder(args.folder) as folder:
        run(data, words, net, args.seed, args.starts, folder)


def run(data: Data, words: str, net: Network, seed: int, starts: int, folder: Path) -> None:
    """The whole command; figures and tables go to `folder`, which exists."""
    theory = GramNetwork.from_weights(net.u, net.v)
    sparse = max(1, (len(data.spectrum) + data.outputs) // 75)  # a step costs the cube of this
    parts = (
        describe(folder, data, words, net, theory),
        compare_networks(folder, data, net),
        draw_final_curvature(folder, data, seed, RATES[::sparse]),
        draw_restoration(folder, theory, data, RESTORED[::sparse]),
    )
    lines = [line for part in tqdm(parts, unit="part", desc="twolayer data") for line in part]
    print(convention(data.loss), *lines, sep="\n")
    if starts:
        for line in draw_odds(folder, data, net.width, seed, starts):
            print(line)
    output.say_files(folder, WRITTEN if starts else WRITTEN[:-2])


def describe(
    folder: Path, data: Data, words: str, net: Network, theory: GramNetwork
) -> Iterator[str]:
    """What the data are and where their catapults lie."""
    start, values = theory.curvature(data), theory.spectrum(data)
    yield (
        f"data: m = {data.samples} samples, d = {data.inputs} inputs, k = {data.outputs} outputs, "
        f"rank {len(data.spectrum)}"
    )
    yield f"   {words}"
    yield (
        f"floor of the loss: {data.floor:.6g}; loss of the network at its start: "
        f"{theory.loss(data):.6g}"
    )
    yield (
        f"network: width {net.width}, curvature λ₀ = {start:.6g}; 2/λ₀ = {2 / start:.6g}, 4/λ₀ = "
        f"{4 / start:.6g}"
    )
    yield "   above 2/λ₀ the residual grows along the top direction at first;"
    yield (
        "   above 4/λ₀ training diverges: exact with label 0, one output, and one sample or one "
        "input; otherwise a rough guide"
    )
    rank = best_rank(data, TOLERANCE)
    if net.width < rank:
        yield (
            f"   the best linear map has rank {rank}: a network of this width cannot reach the "
            "floor, and stays undecided"
        )
    reached = list(enumerate(values[values > REACHED * start], 1))
    yield f"{'direction':>9}{'eigenvalue θ':>14}{'grows above 2/θ':>17}{'in ηλ₀':>9}"
    for number, value in reached[:PRINTED]:
        yield f"{number:>9}{value:>14.6g}{2 / value:>17.6g}{2 * start / value:>9.3f}"
    header = ("direction", "eigenvalue", "rate")
    output.write_csv(folder / "spectrum.csv", header, ((i, v, 2 / v) for i, v in reached))


def compare_networks(folder: Path, data: Data, net: Network) -> Iterator[str]:
    """What theory and weights say of three runs, at their ends and step by step."""
    rows = [data_runs.compare(net, data, share) for share in SHARES]
    output.write_rows(folder / "networks.csv", rows)
    draw_training(folder, [data_runs.follow(net, data, share) for share in SHARES])
    yield "\nThe theory (Gram matrix) and the same network trained on its weights:"
    yield from comparison(rows)


def comparison(rows: Sequence[Row]) -> Iterator[str]:
    """The table of `compare`."""
    other = f"{'difference':>12}"
    yield (
        f"{'ηλ₀':>5}  {'theory':<10}{'weights':<10}{'steps':>6}{'peak loss/start':>17}{other}"
        f"{'curvature':>12}{other}"
    )
    for row in rows:
        yield (
            f"{row.share:>5g}  {row.phase.lower():<10}{row.phase_weights.lower():<10}"
            f"{row.steps:>6}{row.peak:>17.6g}{row.peak_difference:>12.1e}"
            f"{row.curvature:>12.6g}{row.curvature_difference:>12.1e}"
        )


def draw_training(folder: Path, courses: Sequence[tuple[Course, Course]]) -> None:
    """Loss, top eigenvalues, and how the residual turns to the top eigenvector, in three phases."""
    theory, weights = (
        Trajectory(
            None,
            np.stack([course.eigenvalues[:, 0] for course in side], -1),
            np.stack([course.loss for course in side], -1),
        )
        for side in zip(*courses, strict=True)
    )
    phases = [exact.phase for exact, _ in courses]
    names = [f"ηλ₀ = {exact.share:g}" for exact, _ in courses]
    with output.drawing(folder / "training.png", 2, 2) as axes:
        first, *others = axes.flat
        plotting.plot_training(theory, weights, phases=phases, labels=names, every=1, ax=first)
        first.set_ylabel("loss above its floor")
        for ax, pair in zip(others, courses, strict=True):
            samples.plot_eigenvalues(*pair, ax=ax)
    with output.drawing(folder / "alignment.png") as ax:
        samples.plot_alignment(courses, ax=ax)
    storage.save(folder / "training.npz", theory)
    number = courses[0][0].eigenvalues.shape[1]
    what = ["loss", *(f"eigenvalue{i + 1}" for i in range(number)), "alignment"]
    output.write_csv(
        folder / "training.csv",
        ("share", "eta", "phase", "step", *what, *(f"{name}_weights" for name in what)),
        (
            (exact.share, exact.eta, exact.phase.name, step, *values)
            for exact, weights in courses
            for step, values in enumerate(np.hstack([_table(exact), _table(weights)]))
        ),
    )


def _table(course: Course) -> FloatArray:
    return np.column_stack([course.loss, course.eigenvalues, course.alignment])


def draw_final_curvature(folder: Path, data: Data, seed: int, rates: FloatArray) -> Iterator[str]:
    """λ∞/λ₀ against ηλ₀ at several widths; lines of the output: what is known how well, and what is
    left out."""
    start, ends = data_runs.final_curvatures(data, seed, rates)
    names = ["n = 10", *(f"n = $10^{{{e}}}$" for e in (3, 6, 12))]
    final = np.isfinite(ends.curvature).any(0)
    labels = [
        name if known else f"{name} (not final)" for name, known in zip(names, final, strict=True)
    ]
    # here the error may also be that of slow directions
    texts = samples.START_NAMES | {"uncertain": "error > 10 %"}
    with output.drawing(folder / "final_curvature.png") as ax:
        plotting.plot_final_curvature(
            rates, ends, labels=labels, eta_crit=2.0, eta_max=4.0, names=texts, ax=ax
        )
        ax.set(
            xlabel=r"learning rate $\eta\lambda_0$",
            xlim=(0, None),
            ylabel=r"final curvature $\lambda_\infty/\lambda_0$",
            ylim=(0, 1.15),
        )
    storage.save(folder / "final_curvature.npz", ends)
    columns = ends.curvature, ends.curvature_error, ends.steps
    output.write_csv(
        folder / "final_curvature.csv",
        ("width", "share", "eta", "phase", "final_over_initial", "error", "steps"),
        (
            (
                width,
                share,
                share / start[k],
                Phase(ends.phase[i, k]).name,
                *(c[i, k] for c in columns),
            )
            for k, width in enumerate(WIDTHS)
            for i, share in enumerate(rates)
        ),
    )
    yield (
        f"\nFinal curvature of random networks at {len(rates)} rates, ηλ₀ = {RATES[0]:g} … "
        f"{RATES[-1]:g}; a run ends when its loss above the floor is {TOLERANCE:g} of its start:"
    )
    yield from ends_table(rates, start, ends)


def ends_table(rates: FloatArray, start: FloatArray, ends: Outcome) -> Iterator[str]:
    """One line a width: the last rate that converges and the first that diverges, how many runs are
    open, and how well final curvatures are known."""
    yield (
        f"{'width':>18}{'λ₀':>10}{'converges to / diverges':>26}{'undecided':>11}{'not final':>11}"
        f"{'median/worst error':>20}"
    )
    for k, width in enumerate(WIDTHS):
        phase, curvature = ends.phase[:, k], ends.curvature[:, k]
        good = phase <= Phase.CATAPULT
        last, first = rates[good][-1:], rates[phase == Phase.DIVERGENT][:1]
        within = " / ".join(f"{rate[0]:.2f}" if rate.size else "-" for rate in (last, first))
        relative = (ends.curvature_error[:, k] / curvature)[good]
        relative = relative[np.isfinite(relative)]
        error = f"{np.median(relative):.0e} / {relative.max():.0e}" if relative.size else "-"
        undecided, unknown = np.sum(phase == Phase.UNDECIDED), np.sum(np.isnan(curvature[good]))
        yield f"{width:>18,}{start[k]:>10.4g}{within:>26}{undecided:>11}{unknown:>11}{error:>20}"


def draw_restoration(
    folder: Path, theory: GramNetwork, data: Data, shares: FloatArray
) -> Iterator[str]:
    """Losses of the full network and of relinearised ones, and how far they stray against the
    learning rate."""
    networks = data_runs.restoration(theory, data, shares)
    with output.drawing(folder / "restoration.png", 2) as (left, right):
        samples.plot_relinearised(data_runs.relinearised(theory, data), ax=left)
        samples.plot_restored(networks, ax=right)
    output.write_rows(folder / "restoration.csv", networks)
    yield (
        f"\nRestoration of linear dynamics: largest relative deviation of the loss in {WINDOW} "
        "steps, relinearised against full network:"
    )
    yield from restored(networks)


def restored(networks: list[Restored]) -> Iterator[str]:
    """The table of `restoration`."""
    heads = "".join(f"{f'after + {delay}':>13}" for delay in DELAYS)
    yield f"{'ηλ₀':>5}{'end of catapult':>17}{'at the start':>14}{heads}"
    for share in sorted({item.share for item in networks}):
        group = {item.delay: item for item in networks if item.share == share}
        end = "none seen"
        if 0 in group:
            end = f"step {group[0].step}" if group[0].step else "no catapult"
        strays = [f"{group[d].deviation:.1e}" if d in group else "-" for d in DELAYS]
        cells = "".join(f"{stray:>13}" for stray in strays)
        yield f"{share:>5g}{end:>17}{group[None].deviation:>14.1e}{cells}"


def draw_odds(folder: Path, data: Data, width: int, seed: int, starts: int) -> Iterator[str]:
    """How likely random networks are to converge: figure, arrays, and lines of the output."""
    yield f"\nHow likely {starts} random networks of width {width} are to converge:"
    limits: Any = {"max_steps": BUDGET, "tolerance": TOLERANCE, "workers": options.WORKERS}
    odds = convergence_odds(
        data, width, ODDS, starts, seed, folder=folder / "starts", progress=True, **limits
    )
    with output.drawing(folder / "odds.png") as ax:
        plotting.plot_convergence_odds(odds, ax=ax)
    storage.save(folder / "odds.npz", odds)
    yield f"{'ηλ₀':>5}{'converges':>11}{'95 % interval':>20}{'undecided':>11}"
    for column, share in enumerate(ODDS):
        interval = f"[{odds.low[column]:.4f}, {odds.high[column]:.4f}]"
        yield (
            f"{share:>5g}{odds.probability[column]:>11.4f}{interval:>20}"
            f"{odds.undecided[column]:>11}"
        )
    yield (
        f"one half at ηλ₀ = {odds.half:.4g}, interval [{odds.half_low:.4g}, {odds.half_high:.4g}]"
    )
