"""Runs as they are drawn: columns of one shape, and a phase and a name for each."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arguments import FloatArray
from ..results import Phase


def columns(**values: Any) -> list[FloatArray]:
    """Arrays of one shape, one column a run (a single run is one column); `inf`, `nan` allowed."""
    arrays = [np.asarray(value, dtype=np.float64) for value in values.values()]
    agree(**{name: array.shape for name, array in zip(values, arrays, strict=True)})
    if arrays[0].ndim not in (1, 2) or arrays[0].size == 0:
        raise ValueError(
            f"shape of {next(iter(values))} = {arrays[0].shape} must be (m,) or (m, k), not empty"
        )
    return [array.reshape(len(array), -1) for array in arrays]


def agree(**shapes: tuple[int, ...]) -> None:
    """Raise unless these shapes are one."""
    if len(set(shapes.values())) > 1:
        raise ValueError(
            f"shapes must agree: {', '.join(f'{name} {shape}' for name, shape in shapes.items())}"
        )


def span(values: FloatArray, most: float = np.inf) -> tuple[float, float]:
    """The ends of a logarithmic axis: the least and the largest value between 0 and `most`."""
    shown = values[(values > 0) & (values < most)]
    return (float(shown.min()), float(shown.max())) if shown.size else (1.0, 1.0)


def phases_and_names(
    phases: Any, labels: Sequence[str] | None, count: int
) -> list[tuple[Phase, str]]:
    """The phase of each run, and its name: that of the phase and the label."""
    codes = np.atleast_1d(phases)
    if (
        codes.dtype.kind not in "iu"
        or codes.shape != (count,)
        or not np.isin(codes, list(Phase)).all()
    ):
        raise ValueError(f"phases = {phases!r} must be Phase codes, one for each of {count} runs")
    given = [""] * count if labels is None else list(labels)
    if isinstance(labels, str) or len(given) != count:
        raise ValueError(f"labels = {labels!r} must be {count} strings")
    pairs = []
    for phase, label in zip(map(Phase, codes), given, strict=True):
        name = phase.name.lower()
        pairs.append((phase, label if name in label else f"{name}, {label}" if label else name))
    return pairs
