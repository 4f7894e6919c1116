"""The figures of the main job, with the arrays and tables that are drawn."""

from pathlib import Path
from typing import Any

import numpy as np

from .. import boundaries, phases, plotting, recursion, results, storage
from ..final import final_curvature
from ..network import Network
from ..plotting.laws import plot_law
from ..results import Phase
from . import laws, located
from .output import drawing, write_csv, write_rows

# of the networks, rescaled to it: η_crit = 1 and η_max = 2 at infinite width
CURVATURE = 2.0
# learning rates of the three phases there
TRAINED = {Phase.LAZY: 0.3, Phase.CATAPULT: 1.5, Phase.DIVERGENT: 2.02}
RATES = np.array(list(TRAINED.values()))
NAMES: dict[str, Any] = {"phases": list(TRAINED), "labels": [f"η = {rate:g}" for rate in RATES]}


def scaled_network(width: int, seed: int) -> Network:
    """A random network rescaled to the figures' curvature."""
    net = located.network(width, seed)
    factor = np.sqrt(CURVATURE / net.curvature)
    return Network(net.u * factor, net.v * factor)


def draw_runs(path: Path, *runs: results.Trajectory, **how: Any) -> None:
    """Loss and curvature side by side."""
    with drawing(path, 2) as axes:
        for ax, quantity in zip(axes, ("loss", "curvature"), strict=True):
            plotting.plot_training(*runs, quantity=quantity, ax=ax, **how)


def draw_training(folder: Path, seed: int) -> None:
    net = scaled_network(1000, seed)
    trained, iterated = net.train(RATES, 40), recursion.simulate(RATES, *net.start, steps=40)
    draw_runs(folder / "training.png", iterated, trained, eta=RATES, every=2, **NAMES)
    storage.save(folder / "training_networks.npz", trained)
    storage.save(folder / "training_theory.npz", iterated)


def draw_final_curvature(folder: Path, seed: int) -> None:
    widths = 10, 1_000, 100_000
    nets = [scaled_network(width, seed) for width in widths]
    fine, coarse = np.linspace(0.02, 2.1, 521), np.linspace(0.1, 2.1, 21) + 0.01
    ends = final_curvature(fine[:, None], *np.transpose([net.start for net in nets]))
    outcomes = [net.outcome(coarse, max_steps=2_000) for net in nets]
    columns = zip(*(vars(outcome).values() for outcome in outcomes), strict=True)
    trained = results.Outcome(*(np.stack(column, -1) for column in columns))
    with drawing(folder / "final_curvature.png") as ax:
        plotting.plot_final_curvature(
            fine,
            ends,
            labels=[f"n = {width:,}" for width in widths],
            networks=trained,
            network_eta=coarse,
            eta_crit=boundaries.eta_crit(CURVATURE),
            eta_max=boundaries.eta_max(CURVATURE),
            ax=ax,
        )
        ax.set(xlabel="learning rate η  (λ₀ = 2; boundaries at n = ∞)", xlim=(0, None))
    storage.save(folder / "final_curvature_theory.npz", ends)
    storage.save(folder / "final_curvature_networks.npz", trained)
    write_csv(
        folder / "final_curvature.csv",
        ("width", "eta", "curvature_theory", "curvature_error"),
        (
            (width, eta, *known)
            for k, width in enumerate(widths)
            for eta, *known in zip(fine, ends.curvature[:, k], ends.error[:, k], strict=True)
        ),
    )


def draw_diagrams(folder: Path, seed: int) -> None:
    by_width = phases.phase_diagram(
        eta=np.linspace(0.01, 2.29, 115),
        curvature=CURVATURE,
        output=0.9,
        width=np.unique(np.logspace(0, 5, 61).round()),
        observe=True,
        max_steps=100_000,
    )
    by_label = phases.phase_diagram(
        eta=1.0,
        curvature=np.linspace(0.65, 5.15, 181),
        output=0.3,
        width=1,
        target=np.linspace(-2.2, 2.2, 177),
        observe=True,
        max_steps=3_000,
    )
    with drawing(folder / "phase_diagram.png", 2) as (left, right):
        plotting.plot_phase_diagram(
            by_width, ax=left, xlabel="learning rate η  (λ₀ = 2, f₀ = 0.9)", ylabel="width n"
        )
        plotting.plot_phase_diagram(
            by_label,
            ax=right,
            xlabel="ηλ₀  (ηf₀/√n = 0.3)",
            ylabel="τ = ηy/√n",
            lines={"|τ| = 1": (-1.0, 1.0), "|τ| = 2": (-2.0, 2.0)},
            labels={Phase.UNDECIDED: "undecided (theory: oscillating)"},
        )
    storage.save(folder / "phase_diagram_width.npz", by_width)
    storage.save(folder / "phase_diagram_label.npz", by_label)


def draw_triangle(folder: Path, seed: int) -> None:
    net = scaled_network(10, seed)
    run = net.train(RATES, 60)
    bounded = run.loss < 1e6
    corners = np.full((3, *bounded.shape), np.nan)
    etas = np.broadcast_to(RATES, bounded.shape)[bounded]
    corners[:, bounded] = boundaries.triangle(
        etas, run.curvature[bounded], run.output[bounded], net.width
    )
    with drawing(folder / "triangle.png") as ax:
        plotting.plot_triangle(*corners, ax=ax, **NAMES)
    storage.save(folder / "triangle.npz", run)


def draw_laws(folder: Path, seed: int) -> None:
    """Four laws of the catapult, each on networks trained on their weights."""
    panels = [(law, law.series(seed)) for law in laws.LAWS]
    with drawing(folder / "laws.png", 2, 2) as axes:
        for ax, (law, sets) in zip(axes.flat, panels, strict=True):
            plot_law(law, sets, ax=ax)
    points = [point for law, sets in panels for point in laws.points(law, sets)]
    write_rows(folder / "laws.csv", points)
    write_rows(folder / "laws.npz", points)


FIGURES = draw_training, draw_final_curvature, draw_diagrams, draw_triangle, draw_laws
