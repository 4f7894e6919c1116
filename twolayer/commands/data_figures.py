"""What the command `data` writes: figures, and their numbers as tables and arrays."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import plotting, storage
from ..arguments import FloatArray
from ..data_results import ConvergenceOdds
from ..plotting import samples
from ..plotting.samples import Course, Relinearised, Restored
from ..results import Outcome, Phase, Trajectory
from . import output
from .data_runs import WIDTHS


def write_spectrum(folder: Path, values: FloatArray) -> None:
    """The eigenvalues of the kernel at the start."""
    header = ("direction", "eigenvalue", "rate")
    output.write_csv(
        folder / "spectrum.csv", header, ((i, v, 2 / v) for i, v in enumerate(values, 1))
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


def draw_final_curvature(folder: Path, rates: FloatArray, start: FloatArray, ends: Outcome) -> None:
    """λ∞/λ₀ against ηλ₀ at several widths."""
    names = ["n = 10", *(f"n = $10^{{{e}}}$" for e in (3, 6, 12))]
    shown = np.isfinite(ends.curvature)
    final = shown.any(0)
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
            ylim=(0, min(max(1.15, 1.05 * np.max(ends.curvature, initial=0.0, where=shown)), 4.0)),
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


def draw_restoration(
    folder: Path, relinearised: Relinearised, networks: Sequence[Restored]
) -> None:
    """Losses of the full network and of relinearised ones, and how far they stray against the
    learning rate."""
    with output.drawing(folder / "restoration.png", 2) as (left, right):
        samples.plot_relinearised(relinearised, ax=left)
        samples.plot_restored(networks, ax=right)
    output.write_rows(folder / "restoration.csv", networks)


def draw_odds(folder: Path, odds: ConvergenceOdds) -> None:
    """How likely random networks are to converge."""
    with output.drawing(folder / "odds.png") as ax:
        plotting.plot_convergence_odds(odds, ax=ax)
    storage.save(folder / "odds.npz", odds)
