"""The main job: train real networks, compute the theory, and lay both side by side in tables and
figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import _derived, boundaries, locate, phases, recursion, results, storage
from ..final import final_curvature
from ..network import Network
from ..results import Boundaries, Interval, Phase
from ..samples import workers
from .output import drawing, write_csv

WIDTHS = (1, 10, 100, 1_000, 10_000, 100_000)
SEEDS = 5
LABEL = 0.5
WORKERS = 2
BRACKET = 0.05, 9.0  # of ηλ₀: both boundaries are sought between
UNDECIDED = "runs inside the interval are undecided"
# of the networks in the figures, rescaled to it: η_crit = 1 and η_max = 2 at infinite width
CURVATURE = 2.0
# learning rates of the three phases there
TRAINED = {Phase.LAZY: 0.3, Phase.CATAPULT: 1.5, Phase.DIVERGENT: 2.02}


@dataclass(frozen=True)
class Row:
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


def located(width: int, seed: int, index: int, target: float) -> list[Row]:
    """Both boundaries of one random network."""
    net = network(width, seed, index)
    curvature, *_ = start = net.start
    low, high = (edge / curvature for edge in BRACKET)
    rtol, samples = (1e-8, 17) if target == 0 else (1e-6, 33)

    def trained(eta: Any) -> Any:
        return net.outcome(eta, target, absorbing=boundaries.certificate).phase

    def iterated(eta: Any) -> Any:
        return recursion.outcome(eta, *start, target, absorbing=True).phase

    remark = ""
    try:
        sides = [
            locate.locate_boundaries(observe, low, high, rtol, samples=samples)
            for observe in (trained, iterated)
        ]
    except ValueError as error:  # with a label the phases need not be nested
        nowhere = Interval(np.nan, np.nan, Phase.UNDECIDED, Phase.UNDECIDED)
        sides, remark = [Boundaries(nowhere, nowhere)] * 2, str(error)
    names = ("eta_crit", "eta_max")
    trained_on, iterated_on = sides
    return [
        _row(
            target,
            width,
            index,
            name,
            start,
            getattr(trained_on, name),
            getattr(iterated_on, name),
            remark,
        )
        for name in names
    ]


def _row(
    target: float, width: int, index: int, name: str, start: Any, trained: Interval, iterated: Interval, remark: str
) -> Row:  # fmt: skip
    closed = getattr(boundaries, name)
    exact, limit, middle = (
        float(closed(*start, target)),
        float(closed(start[0])),
        float(trained.middle),
    )
    if not remark and trained.high > trained.low * (1 + 1e-5):
        remark = UNDECIDED
    return Row(
        target=target,
        width=width,
        seed=index,
        boundary=name,
        network_low=float(trained.low),
        network_high=float(trained.high),
        recursion_low=float(iterated.low),
        recursion_high=float(iterated.high),
        exact=exact,
        infinite_width=limit,
        relative_difference=0.0 if middle == exact else middle / exact - 1,
        curvature=float(start[0]),
        output=float(start[1]),
        remark=remark,
    )


def locate_all(seed: int, progress: Callable[[int], object]) -> list[Row]:
    """All rows, from worker processes; wide networks first, the result in order."""
    jobs = [
        (width, seed, index, target)
        for target in (0.0, LABEL)
        for width in WIDTHS
        for index in range(SEEDS)
    ]
    queue, found = sorted(jobs, reverse=True), {}

    def keep(index: int, rows: list[Row]) -> None:
        found[queue[index]] = rows
        progress(1)

    workers.run(located, queue, WORKERS, keep)
    return [row for job in jobs for row in found[job]]


def boundary_table(rows: list[Row]) -> Iterator[str]:
    """One line for each width and boundary: the first network's numbers, and the worst of all that
    are decided."""
    worst_of = f"worst of {SEEDS}"
    yield (
        f"{'width':>7}  "
        f"{'boundary':<9}{'located on a network':^27}{'located on the recursion':^27}{'exact theory':>13}{'n = inf':>12}{'difference':>12}{worst_of:>12}"
    )
    for row in rows:
        if row.seed == 0:
            group = [
                r
                for r in rows
                if (r.target, r.width, r.boundary) == (row.target, row.width, row.boundary)
            ]
            worst = max((abs(r.relative_difference) for r in group if not r.remark), default=np.nan)
            trained = f"[{row.network_low:.9f}, {row.network_high:.9f}]"
            iterated = f"[{row.recursion_low:.9f}, {row.recursion_high:.9f}]"
            yield (
                f"{row.width:>7}  "
                f"{row.boundary:<9}{trained:^27}{iterated:^27}{row.exact:>13.9f}{row.infinite_width:>12.8f}{'undecided' if row.remark == UNDECIDED else format(row.relative_difference, '.1e'):>12}{worst:>12.1e}"
            )


def correction_table(rows: list[Row]) -> Iterator[str]:
    """How the finite-width correction of η_crit, measured on networks, approaches its limit."""
    yield f"{'width':>7}{'n(η_crit λ₀/2 − 1), measured':>31}{'limit 2f₀²/λ₀²':>17}{'difference':>12}"
    for row in rows:
        if row.seed == 0 and row.target == 0 and row.boundary == "eta_crit":
            measured, limit = correction(row)
            yield f"{row.width:>7}{measured:>31.6f}{limit:>17.6f}{measured / limit - 1:>12.1e}"


def correction(row: Row) -> tuple[float, float]:
    """n(η_crit λ₀/2 − 1) from the located η_crit, and its limit (derivation
    `boundaries.crit_correction`)."""
    middle = (row.network_low + row.network_high) / 2
    return row.width * (middle * row.curvature / 2 - 1), float(
        _derived.crit_correction(row.curvature, row.output, 0.0)
    )


def scaled_network(width: int, seed: int) -> Network:
    """A random network rescaled to the figures' curvature."""
    net = network(width, seed)
    factor = np.sqrt(CURVATURE / net.curvature)
    return Network(net.u * factor, net.v * factor)


def draw_training(folder: Path, seed: int) -> None:
    from ..plotting import core

    net, rates = scaled_network(1000, seed), np.array(list(TRAINED.values()))
    trained, iterated = net.train(rates, 40), recursion.simulate(rates, *net.start, steps=40)
    modes, names = list(TRAINED), [f"η = {rate:g}" for rate in rates]
    with drawing(folder / "training.png", 2) as (left, right):
        core.plot_training(iterated, trained, phases=modes, labels=names, ax=left)
        core.plot_training(
            iterated, trained, quantity="curvature", phases=modes, labels=names, eta=rates, ax=right
        )
    storage.save(folder / "training_networks.npz", trained)
    storage.save(folder / "training_theory.npz", iterated)


def draw_final_curvature(folder: Path, seed: int) -> None:
    from ..plotting import core

    widths = (10, 1_000, 100_000)
    nets = [scaled_network(width, seed) for width in widths]
    fine, coarse = np.linspace(0.02, 2.1, 521), np.linspace(0.1, 2.1, 21) + 0.01
    curvatures, outputs, sizes = (
        np.array(column) for column in zip(*(net.start for net in nets), strict=True)
    )
    ends = final_curvature(fine[:, None], curvatures, outputs, sizes)
    parts = [net.outcome(coarse, max_steps=2_000) for net in nets]
    trained = results.Outcome(
        *(
            np.stack(column, -1)
            for column in zip(*(vars(part).values() for part in parts), strict=True)
        )
    )
    with drawing(folder / "final_curvature.png") as ax:
        core.plot_final_curvature(
            fine, ends, labels=[f"n = {width:,}" for width in widths], networks=trained, network_eta=coarse,
            eta_crit=boundaries.eta_crit(CURVATURE), eta_max=boundaries.eta_max(CURVATURE), ax=ax,
        )  # fmt: skip
        ax.set(xlabel="learning rate η  (λ₀ = 2; boundaries at n = ∞)", xlim=(0, None))
    storage.save(folder / "final_curvature_theory.npz", ends)
    storage.save(folder / "final_curvature_networks.npz", trained)
    write_csv(
        folder / "final_curvature.csv",
        ("width", "eta", "curvature_theory", "curvature_error"),
        (
            (w, e, ends.curvature[i, k], ends.error[i, k])
            for k, w in enumerate(widths)
            for i, e in enumerate(fine)
        ),
    )


def draw_diagrams(folder: Path, seed: int) -> None:
    from ..plotting import core

    by_width = phases.phase_diagram(
        eta=np.linspace(0.01, 2.3, 230), curvature=CURVATURE, output=0.9, width=np.unique(np.logspace(0, 5, 61).round()),
        observe=True, max_steps=100_000,
    )  # fmt: skip
    by_label = phases.phase_diagram(
        eta=1.0, curvature=np.linspace(0.65, 5.15, 181), output=0.3, width=1, target=np.linspace(-2.2, 2.2, 177),
        observe=True, max_steps=3_000,
    )  # fmt: skip
    lines = {"|τ| = 1": (-1.0, 1.0), "|τ| = 2": (-2.0, 2.0)}
    with drawing(folder / "phase_diagram.png", 2) as (left, right):
        core.plot_phase_diagram(
            by_width, ax=left, xlabel="learning rate η  (λ₀ = 2, f₀ = 0.9)", ylabel="width n"
        )
        artists = core.plot_phase_diagram(
            by_label, ax=right, xlabel="ηλ₀  (ηf₀/√n = 0.3)", ylabel="τ = ηy/√n", lines=lines
        )
        for text in artists.legend.get_texts():
            text.set_text(text.get_text().replace("undecided", "undecided (theory: oscillating)"))
    storage.save(folder / "phase_diagram_width.npz", by_width)
    storage.save(folder / "phase_diagram_label.npz", by_label)


def draw_triangle(folder: Path, seed: int) -> None:
    from ..plotting import core

    net, rates = scaled_network(10, seed), np.array(list(TRAINED.values()))
    run = net.train(rates, 60)
    seen = np.isfinite(run.loss) & (run.loss < 1e6)
    corners = [np.full(seen.shape, np.nan) for _ in range(3)]
    etas = np.broadcast_to(rates, seen.shape)[seen]
    for corner, values in zip(
        corners,
        boundaries.triangle(etas, run.curvature[seen], run.output[seen], net.width),
        strict=True,
    ):
        corner[seen] = values
    with drawing(folder / "triangle.png") as ax:
        core.plot_triangle(
            *corners, phases=list(TRAINED), labels=[f"η = {rate:g}" for rate in rates], ax=ax
        )
    storage.save(folder / "triangle.npz", run)


def draw_laws(folder: Path, seed: int) -> None:
    """Four laws of the catapult, each on networks trained on their weights."""
    from ..plotting.laws import plot_law
    from . import laws

    seen = [(law, law.series(seed)) for law in laws.LAWS]
    with drawing(folder / "laws.png", 2, 2) as axes:
        for ax, (law, sets) in zip(axes.flat, seen, strict=True):
            plot_law(law, sets, ax=ax)
    columns = list(
        zip(*(point for law, sets in seen for point in laws.points(law, sets)), strict=True)
    )
    write_csv(folder / "laws.csv", laws.POINT, zip(*columns, strict=True))
    arrays: dict[str, Any] = {
        name: np.array(column) for name, column in zip(laws.POINT, columns, strict=True)
    }
    storage.write_whole(folder / "laws.npz", lambda file: np.savez(file, **arrays))


def run(folder: Path, seed: int, say: Callable[[str], None]) -> None:
    """The whole main job; figures and tables go to `folder`, which exists."""
    figures = (draw_training, draw_final_curvature, draw_diagrams, draw_triangle, draw_laws)
    with tqdm(total=2 * len(WIDTHS) * SEEDS + len(figures), unit="job", desc="twolayer") as bar:
        rows = locate_all(seed, bar.update)
        write_csv(
            folder / "boundaries.csv",
            Row.__dataclass_fields__,
            (vars(row).values() for row in rows),
        )
        storage.write_whole(
            folder / "boundaries.npz", lambda file: np.savez(file, **_columns(rows))
        )
        for draw in figures:
            draw(folder, seed)
            bar.update()
    for target in (0.0, LABEL):
        say(
            f"\nBoundaries at label y = {target:g}, random networks of {SEEDS} seeds trained on "
            "their weights:"
        )
        for line in boundary_table([row for row in rows if row.target == target]):
            say(line)
        for row in rows:
            if row.target == target and row.remark:
                say(f"   n = {row.width}, seed {row.seed}, {row.boundary}: {row.remark}")
    say("\nThe finite-width correction of η_crit (y = 0) tends to its limit:")
    for line in correction_table(rows):
        say(line)
    measured = (
        (row.width, row.seed, *correction(row))
        for row in rows
        if row.target == 0 and row.boundary == "eta_crit"
    )
    write_csv(folder / "correction.csv", ("width", "seed", "measured", "limit"), measured)
    say(f"\nFigures (png), tables (csv) and arrays (npz) are in {folder}:")
    for path in sorted(folder.iterdir()):
        say(f"   {path.name}")


def _columns(rows: list[Row]) -> dict[str, Any]:
    return {
        name: np.array([getattr(row, name) for row in rows]) for name in Row.__dataclass_fields__
    }
