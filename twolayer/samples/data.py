"""Samples, reduced to what gradient descent on a linear network sees of them.

f = X B on the inputs X (m × d), loss |X B − Y|²/(2m): all that training needs is in XᵀX/m and
XᵀY/m. The samples are read once, block by block, and not kept. Knows no network.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import arguments
from ..arguments import EPS, FloatArray
from . import files
from .blocks import Samples, in_blocks

__all__ = ["Data"]


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
        self._reduce(in_blocks(arguments.table("X", X), arguments.table("Y", Y)))

    def __repr__(self) -> str:
        size = f"samples={self.samples}, inputs={self.inputs}, outputs={self.outputs}"
        return f"Data({size}, rank={len(self.spectrum)}, floor={self.floor:.4g})"

    @classmethod
    def read(cls, path: str | os.PathLike[str], outputs: int = 1) -> "Data":
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
        data = object.__new__(cls)
        outputs = arguments.count("outputs", outputs, least=1)
        data._reduce(files.read(Path(path), outputs))
        return data

    @property
    def rows(self) -> tuple[FloatArray, FloatArray]:
        """Inputs (rank, d) and labels (rank, k) of the fewest samples with the same training: |rows
        B − labels|²/2 + floor is the loss."""
        root = np.sqrt(self.spectrum)[:, None]
        return root * self.directions.T, root * self.solution

    @property
    def fitted(self) -> "Data":
        """The same inputs with the labels of the best linear map: the same training, its loss
        counted from the floor."""
        data = object.__new__(Data)
        vars(data).update(vars(self), floor=0.0)
        return data

    def _reduce(self, samples: Samples) -> None:
        """Fields from the samples, in one pass; in two where the labels are far closer to a linear
        map than the first block guessed."""
        with np.errstate(all="ignore"):
            x, y = next(samples.blocks())
            _check(samples, 0, x, y)
            guess: Any = np.linalg.lstsq(x, y, rcond=None)[0]
            sums = _sums(samples, guess)
            self._fit(sums)
            if 2 * self.floor < 1e-6 * sums.square:
                self._fit(_sums(samples, self.directions @ self.solution))
            size = np.sum(self.rows[1] ** 2) + 2 * self.floor
            noise = (8 * self.inputs * EPS) ** 2 * (self.spectrum[0] / self.spectrum[-1]) * size
        if self.floor <= noise:
            vars(self).update(floor=0.0)

    def _fit(self, sums: "_Sums") -> None:
        """Fields from the sums, the floor with what rounding leaves of it."""
        spectrum, directions = np.linalg.eigh(sums.second)
        largest = spectrum[-1]
        if not largest > 1e-300:
            raise ValueError(
                "X must have an entry of at least 1e-150 in size: nothing can be learned from zeros"
            )
        rank = int(np.sum(spectrum > 4 * len(spectrum) * EPS * largest))
        spectrum, directions = spectrum[::-1][:rank].copy(), directions[:, ::-1][:, :rank].copy()
        directions *= np.sign(directions[np.abs(directions).argmax(0), np.arange(rank)])
        step = directions.T @ sums.cross / spectrum[:, None]
        fitted = np.sum((np.sqrt(spectrum)[:, None] * step) ** 2)
        vars(self).update(
            samples=sums.samples,
            inputs=len(sums.second),
            outputs=sums.cross.shape[1],
            spectrum=spectrum,
            directions=directions,
            solution=directions.T @ sums.guess + step,
            floor=max(float(sums.square - fitted) / 2, 0.0),
        )


class _Sums(NamedTuple):
    """Over the residual R of a guess at B*, not over Y: they do not cancel where the labels are
    linear in X."""

    samples: int
    second: FloatArray  # XᵀX/m
    guess: FloatArray
    cross: FloatArray  # XᵀR/m
    square: float  # |R|²/m


def _sums(samples: Samples, guess: FloatArray) -> _Sums:
    """One pass over the samples."""
    count, square = 0, 0.0
    second: Any = 0.0
    cross: Any = 0.0
    for x, y in samples.blocks():
        rest = y - x @ guess
        second = second + x.T @ x
        cross = cross + x.T @ rest
        square += float(np.vdot(rest, rest))
        if not (np.isfinite(square) and np.isfinite(np.trace(second))):
            _check(samples, count, x, y)
            raise ValueError(
                f"X and Y must be at most 1e150 in size, and are not in samples {count} to "
                f"{count + len(x) - 1}"
            )
        count += len(x)
    return _Sums(count, second / count, guess, cross / count, square / count)


def _check(samples: Samples, before: int, x: FloatArray, y: FloatArray) -> None:
    """Raise ValueError, naming column and sample, if a number of a block is not finite."""
    for block, names in (x, samples.inputs), (y, samples.labels):
        bad = ~np.isfinite(block)
        if bad.any():
            row, column = np.argwhere(bad)[0]
            value = float(block[row, column])
            raise ValueError(f"{names[column]}, sample {before + row} = {value!r} must be finite")
