"""What may be said of columns before they are used, and centring and scaling them on request."""

from typing import Any

import numpy as np

from ..arguments import FloatArray
from .blocks import Blocks, Source, finite


def noted(samples: Source, advice: bool = False) -> Source:
    """With a note of each column that is constant or counts like an index; of a table, also what to
    do with it.

    After a block only columns that may still be one of the two are looked at: mostly none.
    """
    count, names = 0, (*samples.inputs, *samples.labels)
    first: Any = None
    constant = counting = np.ones(len(names), bool)
    for x, y in samples.blocks():
        both = np.hstack([x, y])
        first = both[0] if first is None else first
        rows = np.arange(count, count + len(both))[:, None]
        with np.errstate(invalid="ignore"):
            constant = constant & (both == first).all(0)
            counting = counting & (both - first == rows).all(0) & np.isin(first, (0, 1))
        count += len(both)
        if not (constant | counting).any():
            break
    notes = []
    for index, name in enumerate(names):
        leave = f" (drop={name!r} leaves it out)" * (advice and index < len(samples.inputs))
        if constant[index] and count > 1:
            notes.append(f"{name} is constant{leave}")
        if counting[index] and count > 2:
            begin = int(first[index])
            notes.append(f"{name} counts {begin} … {begin + count - 1}, as an index does{leave}")
    return samples._replace(notes=(*samples.notes, *notes))


def standardized(samples: Source) -> Source:
    """Inputs with mean 0 and mean square 1, labels with mean 0; a constant column becomes 0."""
    shift, scale, middle = _moments(samples)

    def blocks() -> Blocks:
        for x, y in samples.blocks():
            yield (x - shift) / scale, y - middle

    note = "inputs centred and scaled to mean square 1, labels centred"
    return samples._replace(blocks=blocks, notes=(*samples.notes, note))


def _moments(samples: Source) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Means and root mean squares of the inputs, and means of the labels."""
    count, inputs = 0, len(samples.inputs)
    total: Any = 0.0
    low, high = np.inf, -np.inf
    with np.errstate(over="ignore", invalid="ignore"):
        for x, y in samples.blocks():
            finite(samples, count, x, y)
            both = np.hstack([x, y])
            count, total = count + len(both), total + both.sum(0)
            low, high = np.minimum(low, both.min(0)), np.maximum(high, both.max(0))
        # of a constant column exactly: no rounding is left that could be scaled up
        mean: Any = np.where(low == high, low, total / count)
        spread: Any = np.maximum(high - mean, mean - low)[:inputs]
        if not np.isfinite(mean).all() or spread.max() > 1e150:
            raise ValueError("X and Y must be at most 1e150 in size to be standardized")
    spread[spread == 0] = 1.0
    square: Any = 0.0
    for x, _ in samples.blocks():
        square = square + (((x - mean[:inputs]) / spread) ** 2).sum(0)
    scale = spread * np.sqrt(square / count)
    scale[scale == 0] = 1.0
    return mean[:inputs], scale, mean[inputs:]
