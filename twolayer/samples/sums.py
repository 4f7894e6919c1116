"""One pass over samples: their moments, and a hash by which they are known again."""

from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray
from .blocks import Source, finite

WHOLE = 1 << 17  # numbers that a fingerprint looks at one by one
MARKED = 256  # of later ones, so many at a time


class Marks:
    """A hash of blocks of samples: of all bits of the first numbers; of the others, so that a large
    file is not twice as slow, of sums of their bits. No product, whose bits depend on the number of
    threads."""

    def __init__(self) -> None:
        self.hash, self.left = sha256(), WHOLE

    def add(self, block: FloatArray) -> None:
        bits = block.reshape(-1).view(np.uint64)
        if self.left < bits.size:
            bits = np.add.reduceat(bits, np.arange(0, bits.size, MARKED))
        self.left -= block.size
        self.hash.update(repr(block.shape).encode() + bits.tobytes())

    def digest(self) -> str:
        return self.hash.hexdigest()[:32]


class Sums(NamedTuple):
    """Over the residual R of a guess at B*, not over Y: they do not cancel where the labels are
    linear in X."""

    samples: int
    second: FloatArray  # XᵀX/m
    guess: FloatArray
    cross: FloatArray  # XᵀR/m
    square: float  # |R|²/m


def summed(samples: Source, guess: FloatArray, marks: Marks | None = None) -> Sums:
    """One pass over the samples."""
    count, square = 0, 0.0
    second: Any = 0.0
    cross: Any = 0.0
    for x, y in samples.blocks():
        rest = y - x @ guess
        second = second + x.T @ x
        cross = cross + x.T @ rest
        square += float((rest * rest).sum())  # no dot product: threads change its bits
        if marks is not None:
            marks.add(x)
            marks.add(y)
        if not (np.isfinite(square) and np.isfinite(np.trace(second))):
            finite(samples, count, x, y)
            raise ValueError(
                f"X and Y must be at most 1e150 in size, and are not in samples {count} to "
                f"{count + len(x) - 1}"
            )
        count += len(x)
    return Sums(count, second / count, guess, cross / count, square / count)
