"""What the command `deep` writes: figures, and their numbers as tables and arrays."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..plotting import deep
from ..plotting.deep import Accuracy, DeepCourse, Scaled
from . import output
from .deep_jobs import Found

NAMES = "training", "curvature", "upper_ends", "scales", "accuracy"
WRITTEN = tuple(f"{name}.{ending}" for name in NAMES for ending in ("csv", "npz", "png"))


def write(folder: Path, found: Found) -> None:
    """All files."""
    write_training(folder, found.courses)
    write_curvature(folder, found)
    write_upper_ends(folder, found)
    write_scales(folder, found.scales)
    write_accuracy(folder, found.accuracy)


def write_training(folder: Path, courses: Sequence[DeepCourse]) -> None:
    """Loss and curvature against the step, in three phases."""
    with output.drawing(folder / "training.png", 2) as axes:
        for ax, quantity in zip(axes, ("loss", "curvature"), strict=True):
            deep.plot_courses(courses, quantity, ax=ax)
    _write(
        folder / "training",
        ("share", "eta", "phase", "collapsed", "step", "loss", "curvature"),
        (
            (run.share, run.eta, run.phase.name, run.collapsed, step, *values)
            for run in courses
            for step, values in enumerate(zip(run.loss, run.curvature, strict=True))
        ),
        courses,
    )


def write_curvature(folder: Path, found: Found) -> None:
    """The curvature after the first steps and at the end against ηλ₀, at several widths."""
    with output.drawing(folder / "curvature.png", 2) as axes:
        for ax, quantity in zip(axes, ("early", "final"), strict=True):
            deep.plot_drop(found.drops, quantity, ax=ax)
    _write(
        folder / "curvature",
        ("width", "network", "share", "start", "early_over_start", "final_over_start"),
        (
            (drop.width, i, share, start, drop.early[j, i], drop.final[j, i])
            for drop in found.drops
            for i, start in enumerate(drop.start)
            for j, share in enumerate(drop.shares)
        ),
        found.drops,
        grows=[[one.grows for one in several] for several in found.dropped],
        rises=[[one.rises for one in several] for several in found.dropped],
    )


def write_upper_ends(folder: Path, found: Found) -> None:
    """Up to which ηλ₀ networks train, by activation and width."""
    with output.drawing(folder / "upper_ends.png") as ax:
        deep.plot_upper_ends(found.ends, ax=ax)
    _write(
        folder / "upper_ends",
        ("activation", "width", "network", *found.ended[0][0]._fields),
        (
            (end.activation, end.width, i, *one)
            for end, several in zip(found.ends, found.ended, strict=True)
            for i, one in enumerate(several)
        ),
        found.ends,
    )


def write_scales(folder: Path, scales: Sequence[Scaled]) -> None:
    """The curvature at the end and the largest loss, for three scales of the weights."""
    with output.drawing(folder / "scales.png", 2, 2) as axes:
        for (left, right), quantity in zip(axes, ("final", "peak"), strict=True):
            deep.plot_scales(scales, left=left, right=right, quantity=quantity)
    _write(
        folder / "scales",
        ("scale", "start", "share", "eta", "final_over_start", "peak_over_start"),
        (
            (one.scale, one.curvature, *values)
            for one in scales
            for values in zip(one.shares, one.eta, one.final, one.peak, strict=True)
        ),
        scales,
    )


def write_accuracy(folder: Path, accuracy: Accuracy) -> None:
    """What the test set says, at equal steps and at equal t·η."""
    with output.drawing(folder / "accuracy.png") as ax:
        deep.plot_accuracy(accuracy, ax=ax)
    sides = accuracy.at_steps, accuracy.at_budget
    _write(
        folder / "accuracy",
        ("share", "network", f"{accuracy.measure}_at_steps", f"{accuracy.measure}_at_budget"),
        (
            (share, i, *(side[j, i] for side in sides))
            for j, share in enumerate(accuracy.shares)
            for i in range(sides[0].shape[1])
        ),
        [accuracy],
    )


def _write(
    path: Path,
    header: Sequence[str],
    lines: Iterable[Iterable[Any]],
    results: Sequence[Any],
    **others: Any,
) -> None:
    """A table, and an .npz of what was drawn: each field of the results, one row a result."""
    output.write_csv(path.with_suffix(".csv"), header, lines)
    fields = zip(results[0]._fields, zip(*results, strict=True), strict=True)
    arrays = {name: np.array(values) for name, values in fields}
    output.write_arrays(path.with_suffix(".npz"), **arrays, **others)
