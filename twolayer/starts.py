"""The five arguments as checked arrays: eta, curvature, output, width, target, as some network has
them (Cauchy-Schwarz)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from . import _derived, arguments, foreign
from .arguments import EPS, FloatArray, Mask, Shape

# balanced networks fail the inequality by a few ulp on their own computed numbers
SLACK = 8


class Start(NamedTuple):
    curvature: FloatArray
    output: FloatArray
    width: FloatArray
    target: FloatArray

    def in_unit(self) -> tuple[Any, Start]:
        """A power of two near the largest of the sizes, and the start in that unit, where no square
        overflows.

        At infinite width output and label do not matter, whatever their size.
        """
        curv, out, n, y = self
        out, y = (np.where(np.isinf(n), 0.0, value) for value in (out, y))
        largest = np.maximum(curv, np.maximum(np.abs(out), np.abs(y)))
        unit = np.ldexp(1.0, np.clip(np.frexp(largest)[1], -1000, 1000))
        return unit, Start(curv / unit, out / unit, n, y / unit)


class Cells(NamedTuple):
    eta: FloatArray
    curvature: FloatArray
    output: FloatArray
    width: FloatArray
    target: FloatArray

    @property
    def shape(self) -> Shape:
        return np.broadcast_shapes(*(array.shape for array in self))

    def in_a_row(self) -> Cells:
        return Cells(*arguments.in_a_row(self.shape, *self))

    def share(self, part: slice) -> Cells:
        """Some of the cells in a row, without a copy of the others."""
        return Cells(*(np.broadcast_to(array, self.shape).flat[part] for array in self))

    @property
    def still(self) -> Mask:
        """Where training never moves: at zero loss."""
        return np.asarray(self.output == self.target)


def cells(eta: Any, curvature: Any, output: Any, width: Any, target: Any) -> Cells:
    """The five arguments as checked arrays that broadcast and obey Cauchy-Schwarz."""
    rate, start = arguments.numbers("eta", eta), starts(curvature, output, width, target)
    arguments.shape_of(eta=rate, **start._asdict())
    return Cells(rate, *start)


def starts(curvature: Any, output: Any, width: Any, target: Any) -> Start:
    """`cells` without a learning rate."""
    values = Start(curvature, output, width, target)._asdict()
    start = Start(*arguments.arrays(**values))
    exists, bounded = cauchy_schwarz(*start[:3], coarsest(curvature, output))
    allowed = "at most sqrt(width)*curvature/2 in size (Cauchy-Schwarz: no network has it)"
    arguments.require("output", start.output, exists, allowed)
    return start._replace(output=bounded)


def coarsest(curvature: Any, output: Any) -> float:
    """The unit of rounding of the coarser of the two types in which they came."""
    return max(foreign.precision(curvature), foreign.precision(output))


def cauchy_schwarz(
    curvature: FloatArray, output: FloatArray, width: FloatArray, precision: float = EPS
) -> tuple[Mask, FloatArray]:
    """Whether a network has these numbers, up to 8 units of rounding (derivation
    `triangle.largest_output`), and the outputs, where they are beyond the bound put on it."""
    with np.errstate(all="ignore"):
        largest = _derived.largest_output(curvature, width, np.sqrt)
        size = np.abs(output)
        exists = np.asarray(size <= largest * (1 + SLACK * precision))
    beyond = size > largest
    if beyond.any():
        output = np.where(beyond & exists, np.copysign(largest, output), output)
    return exists, output
