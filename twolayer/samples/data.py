"""Samples, reduced to what gradient descent on a linear network sees of them.

f = X B on the inputs X (m × d), loss |X B − Y|²/(2m): all that training needs is in XᵀX/m and
XᵀY/m. The samples are read once, block by block, and not kept. Knows no network.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments
from ..arguments import EPS, FloatArray

__all__ = ["Data"]

_BLOCK = 1 << 16  # numbers of X that are read together: they stay in the cache

Blocks = Iterator[tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, eq=False, init=False)
class Data:
    """A data set of m samples with d inputs and k outputs, as it is: nothing is centred, scaled or
    given a bias.

    Parameters
    ----------
    X : array_like, shape (m, d) or (m,)
        Inputs. Dimensionless.
    Y : array_like, shape (m, k) or (m,)
        Labels.

    Attributes
    ----------
    samples, inputs, outputs : int
        m, d and k.
    spectrum : ndarray, shape (rank,)
        Non-zero eigenvalues of XᵀX/m, largest first.
    directions : ndarray, shape (d, rank)
        Their eigenvectors.
    solution : ndarray, shape (rank, k)
        The best linear map B* (XᵀX B* = XᵀY), in these directions.
    floor : float
        The loss |X B* − Y|²/(2m) that no linear network gets below; 0 where it is less than the
        rounding of B* leaves.

    Raises
    ------
    ValueError
        If shapes do not agree, X has no column that is not zero, or a number is not finite; the
        column is named.

    Notes
    -----
    An eigenvalue below 4·d·ε of the largest, ε = 2.2e-16, is taken as zero: columns of zeros,
    duplicate and dependent columns are no obstacle, and a column whose root mean square is some
    1e-7 of another's is not seen. Use comparable scales.

    Examples
    --------
    >>> data = Data([[1.0, 2.0], [0.0, 2.0], [1.0, 0.0]], [3.0, 2.0, 1.0])
    >>> data.samples, data.inputs, data.outputs, data.floor
    (3, 2, 1, 0.0)
    >>> data.spectrum.round(4), (data.directions @ data.solution).round(12).ravel()
    (array([2.8685, 0.4648]), array([1., 1.]))
    """

    samples: int
    inputs: int
    outputs: int
    spectrum: FloatArray
    directions: FloatArray
    solution: FloatArray
    floor: float

    def __init__(self, X: Any, Y: Any) -> None:
        inputs, labels = arguments.table("X", X), arguments.table("Y", Y)
        if len(inputs) != len(labels):
            raise ValueError(
                f"shapes of X {inputs.shape} and Y {labels.shape} must begin with the same number "
                "of samples"
            )
        rows = max(1, _BLOCK // inputs.shape[1])

        def blocks() -> Blocks:
            return (
                (inputs[low : low + rows], labels[low : low + rows])
                for low in range(0, len(inputs), rows)
            )

        self._set(*_reduce(blocks, _columns("X", inputs.shape[1]), _columns("Y", labels.shape[1])))

    def _set(self, *values: Any) -> None:
        for name, value in zip(self.__dataclass_fields__, values, strict=True):
            object.__setattr__(self, name, value)

    @classmethod
    def read(cls, path: str | os.PathLike[str], outputs: int = 1) -> Data:
        """The data set in a file: .npz with arrays X and Y, or .csv whose last columns are the
        labels.

        Parameters
        ----------
        path : path-like
            A .csv may begin with one line of column names. An .npz that is not compressed is read
            block by block, without its check sum.
        outputs : int
            Number of label columns of a .csv; for that ending alone.

        Raises
        ------
        ValueError
            If the file is not what its ending says, or for what `Data` refuses.
        OSError
            If it cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "points.csv"
        >>> _ = file.write_text("height, weight\\n1, 2\\n2, 4\\n")
        >>> Data.read(file).solution.round(12)
        array([[2.]])
        """
        from .files import _read_arrays, _read_table

        path, outputs = Path(path), arguments.count("outputs", outputs, least=1)
        if path.suffix == ".npz" and outputs > 1:
            raise ValueError(
                f"outputs = {outputs} must be left out for an .npz file, whose Y says how many "
                "there are"
            )
        if path.suffix == ".npz":
            return _read_arrays(cls, path)
        if path.suffix == ".csv":
            return _read_table(cls, path, outputs)
        raise ValueError(f"path = {str(path)!r} must end in .npz or .csv")

    @property
    def rows(self) -> tuple[FloatArray, FloatArray]:
        """Inputs (rank, d) and labels (rank, k) of the fewest samples with the same training: |rows
        B − labels|²/2 + floor is the loss."""
        root = np.sqrt(self.spectrum)[:, None]
        return root * self.directions.T, root * self.solution

    @property
    def fitted(self) -> Data:
        """The same inputs with the labels of the best linear map: the same training, its loss
        counted from the floor."""
        other = object.__new__(Data)
        other._set(*(vars(self) | {"floor": 0.0}).values())
        return other


def _columns(name: str, number: int) -> list[str]:
    return [f"{name}, column {index}" for index in range(number)]


def _reduce(
    blocks: Callable[[], Blocks], names: list[str], label_names: list[str]
) -> tuple[Any, ...]:
    """The fields of `Data` from its samples, in one pass; in two where the labels are far closer to
    a linear map than it guessed."""
    found, square = _fit(*_sums(blocks(), None, names, label_names))
    solution, floor = found[-2:]
    if 2 * floor < 1e-6 * square:
        found, _ = _fit(*_sums(blocks(), found[4] @ solution, names, label_names))
        solution, floor = found[-2:]
    spectrum = found[3]
    size = float(np.sum((np.sqrt(spectrum)[:, None] * solution) ** 2)) + 2 * floor
    noise = (8 * found[1] * EPS) ** 2 * (spectrum[0] / spectrum[-1]) * size
    return *found[:-1], floor if floor > noise else 0.0


def _sums(blocks: Blocks, guess: Any, names: list[str], label_names: list[str]) -> tuple[Any, ...]:
    """Number of samples, XᵀX/m, guess at B* (by default that of the first block), and of its
    residual R: XᵀR/m and |R|²/m.

    Sums over the residual, not over Y, do not cancel where the labels are linear in X.
    """
    samples, square = 0, 0.0
    second: Any = 0.0
    cross: Any = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for block in blocks:
            x, y = (np.ascontiguousarray(part, np.float64) for part in block)
            if guess is None:
                _check(samples, x, names)
                _check(samples, y, label_names)
                guess = np.linalg.lstsq(x, y, rcond=None)[0]
            rest = y - x @ guess
            second, cross, square = (
                second + x.T @ x,
                cross + x.T @ rest,
                square + float(np.vdot(rest, rest)),
            )
            if not (np.isfinite(square) and np.isfinite(np.trace(second))):
                _check(samples, x, names)
                _check(samples, y, label_names)
                raise ValueError(
                    f"X and Y must be at most 1e150 in size, and are not in samples {samples} to "
                    f"{samples + len(x) - 1}"
                )
            samples += len(x)
    return samples, second / samples, guess, cross / samples, square / samples


def _fit(
    samples: int, second: FloatArray, guess: FloatArray, cross: FloatArray, square: float
) -> tuple[tuple[Any, ...], float]:
    """The fields of `Data` from the sums, and what the floor was before the guess was improved."""
    spectrum, directions = np.linalg.eigh(second)
    largest = spectrum[-1]
    if not largest > 1e-300:
        raise ValueError(
            "X must have an entry of at least 1e-150 in size: nothing can be learned from zeros"
        )
    rank = int(np.sum(spectrum > 4 * len(spectrum) * EPS * largest))
    spectrum, directions = spectrum[::-1][:rank].copy(), directions[:, ::-1][:, :rank].copy()
    signs = np.where(directions[np.abs(directions).argmax(0), np.arange(rank)] < 0, -1.0, 1.0)
    directions *= signs
    step = directions.T @ cross / spectrum[:, None]
    floor = max((square - float(np.sum((np.sqrt(spectrum)[:, None] * step) ** 2))) / 2, 0.0)
    return (
        samples,
        len(second),
        cross.shape[1],
        spectrum,
        directions,
        directions.T @ guess + step,
        floor,
    ), square


def _check(before: int, block: FloatArray, names: list[str]) -> None:
    """Raise ValueError, naming column and sample, if a number is not finite."""
    bad = ~np.isfinite(block)
    if bad.any():
        row, column = np.unravel_index(int(np.argmax(bad)), bad.shape)
        raise ValueError(
            f"{names[column]}, sample {before + row} = {float(block[row, column])!r} must be finite"
        )
