"""Samples as they are read: block by block, with the names of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .. import arguments
from ..arguments import FloatArray

NUMBERS = 1 << 16  # numbers of X that are read together: they stay in the cache

Blocks = Iterator[tuple[FloatArray, FloatArray]]


class Samples(NamedTuple):
    """Rows of inputs and labels, in C order, which can be read more than once, and what their
    columns are called in a message."""

    blocks: Callable[[], Blocks]
    inputs: list[str]
    labels: list[str]


def rows_together(columns: int) -> int:
    """Samples that are read together."""
    return max(1, NUMBERS // columns)


def numbered(name: str, columns: int) -> list[str]:
    """Names of the columns of an array."""
    return [f"{name}, column {index}" for index in range(columns)]


def from_arrays(X: Any, Y: Any) -> Samples:
    """The samples of two arrays, which are neither copied nor kept."""
    inputs, labels = arguments.table("X", X), arguments.table("Y", Y)
    if len(inputs) != len(labels):
        raise ValueError(
            f"shapes of X {inputs.shape} and Y {labels.shape} must begin with the same number of "
            "samples"
        )
    columns = inputs.shape[1]
    rows = rows_together(columns)

    def blocks() -> Blocks:
        for first in range(0, len(inputs), rows):
            x, y = (part[first : first + rows] for part in (inputs, labels))
            yield np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)

    return Samples(blocks, numbered("X", columns), numbered("Y", labels.shape[1]))
