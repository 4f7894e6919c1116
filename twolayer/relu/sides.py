"""Samples with one input, as a ReLU network sees them: x > 0 and x < 0 apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arguments
from ..arguments import FloatArray
from ..samples.data import Data

__all__ = ["Sides"]


def _column(name: str, value: Any) -> FloatArray:
    """`value`, of shape (m,) or (m, 1), as a row of m numbers."""
    numbers = arguments.numbers(name, value, "weights")
    if numbers.size == 0 or numbers.shape not in ((numbers.size,), (numbers.size, 1)):
        raise ValueError(f"shape of {name} = {numbers.shape} must be (samples,), not empty")
    return numbers.reshape(-1)


@dataclass(frozen=True, eq=False, init=False)
class Sides:
    """Samples with one input, reduced to what each of the two sides x > 0 and x < 0 sees of them.

    Parameters
    ----------
    x, y : array_like, shape (m,)
        Inputs and labels; the loss is Σ(f − y)²/(2m). Samples at x = 0 move nothing; one of the
        sides may be empty.

    Attributes
    ----------
    samples : int
        m, of both sides and zero together.
    second_moment : ndarray, shape (2,)
        c± = Σ x²/m over the side x > 0 and over the side x < 0; 0 for an empty side. m counts all
        samples.
    target : ndarray, shape (2,)
        Σ xy/Σ x² over each side, the best slope there; 0 for an empty side.
    floor : float
        The loss that no function with one slope on each side gets below.

    Raises
    ------
    ValueError
        If the shapes are not (m,), no input differs from 0, or a number is not finite.

    Notes
    -----
    Derivation `gates.loss`.

    Examples
    --------
    >>> import twolayer as tl
    >>> sides = tl.Sides([1.0, 2.0, -1.0, 0.0], [1.0, 2.0, 3.0, 0.5])
    >>> sides.second_moment, sides.target, sides.floor
    (array([1.25, 0.25]), array([ 1., -3.]), 0.03125)
    """

    samples: int
    second_moment: FloatArray
    target: FloatArray
    floor: float

    def __init__(self, x: Any, y: Any) -> None:
        inputs, labels = _column("x", x), _column("y", y)
        if inputs.size != labels.size:
            raise ValueError(f"shapes of x {inputs.shape} and y {labels.shape} must be the same")
        if not inputs.any():
            raise ValueError(
                "x must have an entry that is not 0: nothing can be learned from zeros"
            )
        moments, targets = np.zeros((2, 2))
        floor = float(np.mean(np.where(inputs == 0, labels, 0.0) ** 2)) / 2
        for side, chosen in enumerate((inputs > 0, inputs < 0)):
            if chosen.any():
                data = Data(np.where(chosen, inputs, 0.0), np.where(chosen, labels, 0.0))
                moments[side], targets[side] = data.spectrum[0], data.solution[0, 0]
                floor += data.floor
        vars(self).update(samples=inputs.size, second_moment=moments, target=targets, floor=floor)
