"""Samples as they are read: block by block, with the names of their columns."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray

NUMBERS = 1 << 16  # numbers of X that are read together: they stay in the cache

Blocks = Iterator[tuple[FloatArray, FloatArray]]


class Source(NamedTuple):
    """Rows of inputs and labels, in C order, which can be read more than once; the names of their
    columns and of their arrays; what a user should know of them."""

    blocks: Callable[[], Blocks]
    inputs: tuple[str, ...]
    labels: tuple[str, ...]
    arrays: tuple[str, str] = ("X", "Y")
    notes: tuple[str, ...] = ()


def in_blocks(inputs: Any, labels: Any, arrays: tuple[str, str] = ("X", "Y")) -> Source:
    """The samples of two tables, which are neither copied nor kept."""
    if inputs.shape[0] != labels.shape[0]:
        raise ValueError(
            f"shapes of {arrays[0]} {inputs.shape} and {arrays[1]} {labels.shape} must begin with "
            "the same number of samples"
        )
    samples, columns = inputs.shape
    rows = max(1, NUMBERS // columns)

    def blocks() -> Blocks:
        for first in range(0, samples, rows):
            x, y = (part[first : first + rows] for part in (inputs, labels))
            yield np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)

    x_names, y_names = (
        tuple(f"{name}[{index}]" for index in range(part.shape[1]))
        for name, part in zip(arrays, (inputs, labels), strict=True)
    )
    return Source(blocks, x_names, y_names, arrays)


def finite(samples: Source, before: int, x: FloatArray, y: FloatArray) -> None:
    """Raise ValueError, naming column and sample, if a number of a block is not finite."""
    for block, name in zip((x, y), samples.arrays, strict=True):
        bad = ~np.isfinite(block)
        if bad.any():
            row, column = np.argwhere(bad)[0]
            value = float(block[row, column])
            raise ValueError(
                f"{name}, column {column}, sample {before + row} = {value!r} must be finite"
            )
