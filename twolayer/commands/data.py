"""The command `data`: networks on a real data set, theory beside trained weights, in tables and
figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import storage
from ..arguments import FloatArray
from ..network import Network
from ..plotting.samples import draw_alignment, draw_eigenvalues, draw_restoration
from ..results import Outcome, Phase, Trajectory
from ..samples.data import Data
from ..samples.gram import GramNetwork
from ..samples.odds import best_rank, convergence_odds
from . import check, data_runs, output
from .data_runs import BUDGET, DELAYS, SHARES, TOLERANCE, WIDTHS, WINDOW, Course, Restored, Row

RATES = np.linspace(0.2, 4.6, 45)  # ηλ₀ of the final curvatures
ODDS = np.linspace(1.0, 6.0, 26)  # ηλ₀ of the odds of converging
RESTORED = np.linspace(0.1, 4.0, 16)  # ηλ₀ of the relinearised networks
PRINTED = 8  # eigenvalues in the output
WRITTEN = (
    "alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png", "networks.csv", "restoration.csv",
    "restoration.png", "spectrum.csv", "training.csv", "training.npz", "training.png", "odds.npz", "odds.png",
)  # fmt: skip


def comparison(rows: list[Row]) -> Iterator[str]:
    """The table of `compare`."""
    other = f"{'difference':>12}"
    yield f"{'ηλ₀':>5}  {'theory':<10}{'weights':<10}{'steps':>6}{'peak loss/start':>17}{other}{'curvature':>12}{other}"
    for row in rows:
        yield (
            f"{row.share:>5g}  "
            f"{row.phase.lower():<10}{row.phase_weights.lower():<10}{row.steps:>6}{row.peak:>17.6g}{row.peak_difference:>12.1e}{row.curvature:>12.6g}{row.curvature_difference:>12.1e}"
        )


def draw_training(folder: Path, courses: list[tuple[Course, Course]]) -> None:
    """Loss and top eigenvalues in the three phases."""
    from ..plotting import core

    phases, names = (
        [said.phase for said, _ in courses],
        [f"ηλ₀ = {said.share:g}" for said, _ in courses],
    )
    said, shown = (Trajectory(None, *(np.stack(rows, -1) for rows in zip(*((c.eigenvalues[:, 0], c.loss) for c in side), strict=True)))
                   for side in zip(*courses, strict=True))  # fmt: skip
    with output.drawing(folder / "training.png", 2, 2) as axes:
        first, *others = axes.reshape(-1)
        core.plot_training(said, shown, phases=phases, labels=names, every=1, ax=first)
        first.set_ylabel("loss above its floor")
        for ax, pair in zip(others, courses, strict=True):
            draw_eigenvalues(ax, *pair)
    storage.save(folder / "training.npz", said)
    number = courses[0][0].eigenvalues.shape[1]
    what = ["loss", *(f"eigenvalue{i + 1}" for i in range(number)), "alignment"]
    output.write_csv(
        folder / "training.csv",
        ("share", "eta", "phase", "step", *what, *(f"{name}_weights" for name in what)),
        (
            (said.share, said.eta, said.phase.name, t, *_values(said, t), *_values(shown, t))
            for said, shown in courses
            for t in range(len(said.loss))
        ),
    )


def _values(course: Course, step: int) -> tuple[float, ...]:
    return course.loss[step], *course.eigenvalues[step], course.alignment[step]


def draw_final_curvature(folder: Path, data: Data, seed: int, rates: FloatArray) -> list[str]:
    """λ∞/λ₀ against ηλ₀ at several widths; lines of the output: what is known how well, and what is
    left out."""
    from ..plotting import core

    start, ends = data_runs.final_curvatures(data, seed, rates)
    names = ["n = 10", *(f"n = $10^{{{e}}}$" for e in (3, 6, 12))]
    shown = np.isfinite(ends.curvature).any(0)
    labels = [
        name if seen else f"{name} (not final)" for name, seen in zip(names, shown, strict=True)
    ]
    with output.drawing(folder / "final_curvature.png") as ax:
        drawn = core.plot_final_curvature(
            rates, ends, labels=labels, eta_crit=2.0, eta_max=4.0, ax=ax
        )
        for name, text in zip(
            drawn.names, (r"$\eta = 2/\lambda_0$", r"$\eta = 4/\lambda_0$"), strict=True
        ):
            name.set_text(text)
        for entry in drawn.legend.get_texts():  # here the error may also be that of slow directions
            entry.set_text(entry.get_text().replace(" (chaos)", ""))
        ax.set(xlabel=r"learning rate $\eta\lambda_0$", ylim=(0, 1.15), xlim=(0, None))
        ax.set_ylabel(r"final curvature $\lambda_\infty/\lambda_0$")
    storage.save(folder / "final_curvature.npz", ends)
    output.write_csv(
        folder / "final_curvature.csv",
        ("width", "share", "eta", "phase", "final_over_initial", "error", "steps"),
        (
            (
                width, share, share / start[k], Phase(ends.phase[i, k]).name, ends.curvature[i, k], ends.curvature_error[i, k],
                ends.steps[i, k],
            )
            for k, width in enumerate(WIDTHS)
            for i, share in enumerate(rates)
        ),
    )  # fmt: skip
    return [
        f"{width:>18,}{start[k]:>10.4g}{_within(rates, ends.phase[:, k]):>26}{int(np.sum(ends.phase[:, k] == Phase.UNDECIDED)):>11}{_open(ends, k):>11}{_error(ends, k):>20}"
        for k, width in enumerate(WIDTHS)
    ]


def _within(rates: FloatArray, phase: Any) -> str:
    """Where the last rate that converges lies, and the first that diverges."""
    good, bad = rates[phase <= Phase.CATAPULT], rates[phase == Phase.DIVERGENT]
    return (
        f"{f'{good.max():.2f}' if good.size else '-'} / {f'{bad.min():.2f}' if bad.size else '-'}"
    )


def _open(ends: Outcome, column: int) -> int:
    """How many runs have come to the tolerance and not to their final curvature."""
    return int(
        np.sum(np.isnan(ends.curvature[:, column]) & (ends.phase[:, column] <= Phase.CATAPULT))
    )


def _error(ends: Outcome, column: int) -> str:
    relative = (ends.curvature_error / ends.curvature)[:, column]
    relative = relative[(ends.phase[:, column] <= Phase.CATAPULT) & np.isfinite(relative)]
    return f"{np.median(relative):.0e} / {relative.max():.0e}" if relative.size else "-"


def describe(data: Data, words: str, net: Network) -> Iterator[str]:
    """What the data are and where their catapults lie."""
    theory = GramNetwork.from_weights(net.u, net.v)
    start, values = float(theory.curvature(data)), theory.spectrum(data)
    yield f"data: m = {data.samples} samples, d = {data.inputs} inputs, k = {data.outputs} outputs, rank {len(data.spectrum)}"
    yield f"   {words}"
    yield f"floor of the loss: {data.floor:.6g}; loss of the network at its start: {theory.loss(data):.6g}"
    yield f"network: width {net.width}, curvature λ₀ = {start:.6g}; 2/λ₀ = {2 / start:.6g}, 4/λ₀ = {4 / start:.6g}"
    yield "   above 2/λ₀ the residual grows along the top direction at first;"
    yield "   above 4/λ₀ training diverges: exact with label 0, one output, and one sample or one input; otherwise a rough guide"
    rank = best_rank(data, TOLERANCE)
    if net.width < rank:
        yield f"   the best linear map has rank {rank}: a network of this width cannot reach the floor, and stays undecided"
    yield f"{'direction':>9}{'eigenvalue θ':>14}{'grows above 2/θ':>17}{'in ηλ₀':>9}"
    for number, value in enumerate(values[:PRINTED]):
        if value > 1e-12 * start:  # narrow networks do not reach every direction
            yield f"{number + 1:>9}{value:>14.6g}{2 / value:>17.6g}{2 * start / value:>9.3f}"


def draw_odds(folder: Path, data: Data, width: int, seed: int, starts: int) -> Iterator[str]:
    """How likely random networks are to converge: figure, arrays, and lines of the output."""
    from ..plotting import samples

    found = convergence_odds(
        data, width, ODDS, starts, seed, max_steps=BUDGET, tolerance=TOLERANCE, folder=folder / "starts", workers=check.WORKERS,
        progress=True,
    )  # fmt: skip
    with output.drawing(folder / "odds.png") as ax:
        samples.plot_convergence_odds(found, ax=ax)
    storage.save(folder / "odds.npz", found)
    yield f"{'ηλ₀':>5}{'converges':>11}{'95 % interval':>20}{'undecided':>11}"
    for column, share in enumerate(ODDS):
        interval = f"[{found.low[column]:.4f}, {found.high[column]:.4f}]"
        yield f"{share:>5g}{found.probability[column]:>11.4f}{interval:>20}{found.undecided[column]:>11}"
    yield f"one half at ηλ₀ = {found.half:.4g}, interval [{found.half_low:.4g}, {found.half_high:.4g}]"


def run(
    data: Data,
    words: str,
    net: Network,
    seed: int,
    starts: int,
    folder: Path,
    say: Callable[[str], None],
) -> None:
    """The whole command; figures and tables go to `folder`, which exists."""
    theory = GramNetwork.from_weights(net.u, net.v)
    with tqdm(total=len(SHARES) + 4, unit="part", desc="twolayer data") as bar:
        lines = list(describe(data, words, net))
        rows = data_runs.compare(net, data)
        bar.update()
        courses = []
        for share in SHARES:
            courses.append(data_runs.follow(net, data, share))
            bar.update()
        draw_training(folder, courses)
        draw_alignment(folder, courses)
        bar.update()
        sparse = max(1, (len(data.spectrum) + data.outputs) // 75)  # a step costs the cube of this
        ends = draw_final_curvature(folder, data, seed, RATES[::sparse])
        bar.update()
        found = draw_restoration(folder, theory, data, RESTORED[::sparse])
        bar.update()
    values = theory.spectrum(data)
    reached = values[values > 1e-12 * values[0]]
    output.write_csv(
        folder / "spectrum.csv",
        ("direction", "eigenvalue", "rate"),
        ((i + 1, v, 2 / v) for i, v in enumerate(reached)),
    )
    output.write_csv(
        folder / "networks.csv", Row.__dataclass_fields__, (vars(row).values() for row in rows)
    )
    for line in lines:
        say(line)
    say("\nThe theory (Gram matrix) and the same network trained on its weights:")
    for line in comparison(rows):
        say(line)
    say(f"\nFinal curvature of random networks at {len(RATES[::sparse])} rates, ηλ₀ = {RATES[0]:g} … {RATES[-1]:g}; a run ends when its"
        f" loss above the floor is {TOLERANCE:g} of its start:")  # fmt: skip
    say(
        f"{'width':>18}{'λ₀':>10}{'converges to / diverges':>26}{'undecided':>11}{'not final':>11}{'median/worst error':>20}"
    )
    for line in ends:
        say(line)
    say(
        f"\nRestoration of linear dynamics: largest relative deviation of the loss in {WINDOW} "
        "steps, relinearised against full network:"
    )
    for line in restored(found):
        say(line)
    if starts:
        say(f"\nHow likely {starts} random networks of width {net.width} are to converge:")
        for line in draw_odds(folder, data, net.width, seed, starts):
            say(line)
    say(f"\nFigures (png), tables (csv) and arrays (npz) are in {folder}:")
    for name in WRITTEN if starts else WRITTEN[:-2]:
        say(f"   {name}")


def restored(found: list[Restored]) -> Iterator[str]:
    """The table of `restoration`."""
    heads = "".join(f"{f'after + {delay}':>13}" for delay in DELAYS)
    yield f"{'ηλ₀':>5}{'end of catapult':>17}{'at the start':>14}{heads}"
    for share in sorted({item.share for item in found}):
        group = {item.delay: item for item in found if item.share == share}
        end = (
            "none seen"
            if 0 not in group
            else f"step {group[0].step}"
            if group[0].step
            else "no catapult"
        )
        cells = "".join(
            f"{group[d].deviation:>13.1e}" if d in group else f"{'-':>13}" for d in DELAYS
        )
        yield f"{share:>5g}{end:>17}{group[None].deviation:>14.1e}{cells}"
