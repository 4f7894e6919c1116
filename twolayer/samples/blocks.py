"""Samples as they are read: block by block, with the names of their columns."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray

NUMBERS = 1 << 16  # numbers of X that are read together: they stay in the cache

Blocks = Iterator[tuple[FloatArray, FloatArray]]


class Samples(NamedTuple):
    """Rows of inputs and labels, in C order, which can be read more than once, and what their
    columns are called in a message."""

    blocks: Callable[[], Blocks]
    inputs: list[str]
    labels: list[str]


def in_blocks(inputs: Any, labels: Any) -> Samples:
    """The samples of two tables, which are neither copied nor kept."""
    if inputs.shape[0] != labels.shape[0]:
        raise ValueError(
            f"shapes of X {inputs.shape} and Y {labels.shape} must begin with the same number of "
            "samples"
        )
    samples, columns = inputs.shape
    rows = max(1, NUMBERS // columns)

    def blocks() -> Blocks:
        for first in range(0, samples, rows):
            x, y = (part[first : first + rows] for part in (inputs, labels))
            yield np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)

    names = (
        [f"{name}, column {index}" for index in range(part.shape[1])]
        for name, part in (("X", inputs), ("Y", labels))
    )
    return Samples(blocks, *names)
