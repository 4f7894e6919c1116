"""Runs as they are drawn: columns of one shape, and a phase and a name for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import arguments
from ..arguments import FloatArray, Mask
from ..results import Phase

LARGEST = 1e300  # value on an axis, and 1 over the least: beyond, Matplotlib overflows


def columns(**values: Any) -> list[FloatArray]:
    """Arrays of one shape, one column a run (a single run is one column); `inf`, `nan` allowed."""
    arrays = [arguments.numbers(name, value, "any") for name, value in values.items()]
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


def span(values: FloatArray, most: float = LARGEST) -> tuple[float, float]:
    """The ends of a logarithmic axis: the least and the largest value that it can show, below
    `most`."""
    shown = values[_shown(values, most)]
    return (float(shown.min()), float(shown.max())) if shown.size else (1.0, 1.0)


def top(*values: FloatArray) -> float:
    """The end of a linear axis that begins at 0: the largest value that it can show, else 1."""
    return max(float(np.max(part, initial=0, where=_shown(part))) for part in values) or 1.0


def _shown(values: FloatArray, most: float = LARGEST) -> Mask:
    return (values > 1 / LARGEST) & (values < min(most, LARGEST))


def strings(name: str, value: Any, count: int) -> list[str]:
    """`value` as a list of so many strings."""
    given = [] if isinstance(value, str) or not np.iterable(value) else list(value)
    if len(given) != count or not all(isinstance(item, str) for item in given):
        raise ValueError(f"{name} = {value!r} must be {count} strings")
    return given


def mapping(name: str, value: Any) -> dict[str, Any]:
    """`value`, a mapping or None, as a dictionary."""
    arguments.instance(name, {} if value is None else value, Mapping)
    return dict(value or {})


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
    given = [""] * count if labels is None else strings("labels", labels, count)
    pairs = []
    for phase, label in zip(map(Phase, codes), given, strict=True):
        name = phase.name.lower()
        pairs.append((phase, label if name in label else f"{name}, {label}" if label else name))
    return pairs
