"""Samples, reduced to what gradient descent on a linear network sees of them.

f = X B on the inputs X (m × d), loss |X B − Y|² over a divisor that the loss's name says: all that
training needs is in XᵀX/m and XᵀY/m. The samples are read once, block by block, and not kept. Knows
no network.
"""

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments, losses
from ..arguments import EPS, FloatArray
from .blocks import Source, finite, in_blocks
from .preparation import noted
from .sums import Marks, Sums, summed

__all__ = ["Data"]


@dataclass(frozen=True, eq=False, init=False)
class Data:
    """A data set of m samples with d inputs and k outputs, as it is: nothing is centred, scaled or
    given a bias.

    Parameters
    ----------
    X : array_like, shape (m, d) or (m,)
        Inputs.
    Y : array_like, shape (m, k) or (m,)
        Labels.
    loss : str
        The squared loss in whose unit learning rates are taken, and losses and curvatures given, by
        networks on these data. Each is so many times the first, c; rates are divided by it and
        curvatures multiplied.

        ==========  ==============  =====================================================
        name        c               loss, Σ over samples and outputs
        ==========  ==============  =====================================================
        half-mean   1               Σ(f − y)²/(2m), the default
        mean        2               Σ(f − y)²/m
        mse         2/k             Σ(f − y)²/(mk), the usual mean squared error
        half-mse    1/k             Σ(f − y)²/(2mk)
        sum         2m              Σ(f − y)²
        half-sum    m               Σ(f − y)²/2
        ==========  ==============  =====================================================

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
        The loss of B*, in the unit of `loss`, that no linear network gets below; 0 where it is less
        than the rounding of B* leaves.
    loss : str
    input_names, label_names : tuple of str
        What a file calls the columns; else X[0], X[1], ... and Y[0], ...
    notes : tuple of str
        What a user should know: columns that are constant or count like an index and, of a file,
        what was left out, which labels are classes, and what was centred and scaled.
    fingerprint : str
        A hash of the samples, by which jobs that are kept in a folder know their data.

    Raises
    ------
    ValueError
        If shapes do not agree, X has no column that is not zero, or a number is not finite; the
        column is named.

    Notes
    -----
    Derivations `gram.normal_equations`, `gram.floor`; factors of losses `losses.mean_factor`,
    `losses.mse_factor`, `losses.half_mse_factor`, `losses.sum_factor`, `losses.half_sum_factor`.

    Inputs over √d, as some frameworks have them, are ``X / d**0.5``; a hidden bias is a column of
    ones in X; an output bias is outside the model.

    An eigenvalue below 4·d·ε of the largest, ε = 2.2e-16, is taken as zero: columns of zeros,
    duplicate and dependent columns are no obstacle, and a column whose root mean square is some
    1e-7 of another's is not seen. Use comparable scales.

    Examples
    --------
    >>> import twolayer as tl
    >>> data = tl.Data([[1.0, 2.0], [0.0, 2.0], [1.0, 0.0]], [3.0, 2.0, 1.0])
    >>> data.samples, data.inputs, data.outputs, data.floor
    (3, 2, 1, 0.0)
    >>> data.spectrum.round(4), (data.directions @ data.solution).round(12).ravel()
    (array([2.8685, 0.4648]), array([1., 1.]))
    >>> [tl.Data([1.0, 2.0], [1.0, 0.0], loss=loss).floor for loss in ("half-mean", "mse")]
    [0.2, 0.4]
    """

    samples: int
    inputs: int
    outputs: int
    spectrum: FloatArray
    directions: FloatArray
    solution: FloatArray
    floor: float
    loss: str
    input_names: tuple[str, ...]
    label_names: tuple[str, ...]
    notes: tuple[str, ...]
    fingerprint: str

    @np.errstate(all="ignore")
    def __init__(self, X: Any, Y: Any, loss: str = losses.DEFAULT) -> None:
        vars(self).update(loss=losses.named(loss))
        self._reduce(noted(in_blocks(arguments.table("X", X), arguments.table("Y", Y))))

    def __repr__(self) -> str:
        size = f"samples={self.samples}, inputs={self.inputs}, outputs={self.outputs}"
        return f"Data({size}, rank={len(self.spectrum)}, floor={self.floor:.4g})"

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        outputs: int = 1,
        *,
        label: Any = None,
        drop: Any = (),
        arrays: tuple[str, str] | None = None,
        header: bool | None = None,
        classes: bool = False,
        drop_missing: bool = False,
        standardize: bool = False,
        loss: str = losses.DEFAULT,
    ) -> "Data":
        """The data set in a file: a table (.csv, .tsv, .parquet), or an .npz with two arrays.

        Parameters
        ----------
        path : path-like
            A table as text has commas, semicolons or tabs between its cells, and with the last two
            perhaps decimal commas; UTF-8, UTF-16 or Latin-1; lines that begin with # are remarks.
            An array of more than 16 MB in an .npz that is not compressed is read block by block,
            without its check sum. A .parquet file needs pyarrow.
        outputs : int
            Number of labels, the last columns of a table, if `label` does not say which.
        label, drop : str, int or sequence of them
            Columns of a table that are labels, and columns that are left out, by their names or
            their numbers from 0 (negative: from the end). The others are inputs.
        arrays : (str, str)
            Names of inputs and labels in an .npz; X and Y unless given.
        header : bool
            Whether the first row of a table as text holds names. If not given, it does if none of
            its cells is a number or a gap, but for an empty first one above names of rows or a
            count, which is then left out; a row that may be either is refused.
        classes : bool
            Take labels that are numbers as classes; labels that are text are. Two classes become
            -1 and +1, more of them one column each, 1 for its own samples and 0 for others.
        drop_missing : bool
            Leave out rows with gaps, which are refused otherwise. Gaps are empty cells, NA, N/A,
            n/a, #N/A, NaN, nan, null, NULL and ?, and missing values of a .parquet file.
        standardize : bool
            Centre inputs and scale them to mean square 1, and centre labels.
        loss : str
            As for `Data`.

        Returns
        -------
        Data

        Raises
        ------
        ValueError
            If the file is not what its ending says, or for what `Data` refuses; of a table the
            message names line and column.
        OSError
            If it cannot be read.

        Examples
        --------
        >>> import twolayer as tl
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "points.csv"
        >>> _ = file.write_text("height,weight,kind\\n1,2,a\\n2,4,b\\n3,5,a\\n")
        >>> data = tl.Data.read(file, label="weight", drop="kind")
        >>> data.input_names, data.label_names, data.solution.round(4)
        (('height',), ('weight',), array([[1.7857]]))
        >>> for note in data.notes:
        ...     print(note)
        left out as asked: kind
        height counts 1 … 3, as an index does (drop='height' leaves it out)
        """
        from . import files, tables

        data = object.__new__(cls)
        vars(data).update(loss=losses.named(loss))
        outputs = arguments.count("outputs", outputs, least=1)
        choice = tables.Choice(
            outputs, label, drop, arrays, header, classes, drop_missing, standardize
        )
        data._reduce(files.read(Path(path), choice))
        return data

    @functools.cached_property
    def rows(self) -> tuple[FloatArray, FloatArray]:
        """Inputs (rank, d) and labels (rank, k) of the fewest samples with the same training: |rows
        B − labels|²/2 is the half-mean loss above its floor (derivation `gram.excess`)."""
        root = np.sqrt(self.spectrum)[:, None]
        return root * self.directions.T, root * self.solution

    @property
    def fitted(self) -> "Data":
        """The same inputs with the labels of the best linear map: the same training, its loss
        counted from the floor."""
        data = object.__new__(Data)
        vars(data).update(vars(self), floor=0.0)
        return data

    @property
    def reduced(self) -> "Data":
        """The same data on the space that the inputs span, d = rank: a network with weights u
        trains on the data as one with u @ directions does on these. Exactly: outputs see of u
        nothing else, and gradient descent keeps the rest of u as it is."""
        data = object.__new__(Data)
        rank = len(self.spectrum)
        vars(data).update(vars(self), inputs=rank, directions=np.eye(rank))
        vars(data).pop("rows", None)
        return data

    def _reduce(self, samples: Source) -> None:
        """Fields from the samples, in one pass; in two where the labels are far closer to a linear
        map than the first block guessed."""
        with np.errstate(all="ignore"):
            x, y = next(samples.blocks())
            finite(samples, 0, x, y)
            guess: Any = np.linalg.lstsq(x, y, rcond=None)[0]
            sums = summed(samples, guess, marks := Marks())
            vars(self).update(fingerprint=marks.digest())
            self._fit(sums)
            if 2 * self.floor < 1e-6 * sums.square:
                self._fit(summed(samples, self.directions @ self.solution))
            size = np.sum(self.rows[1] ** 2) + 2 * self.floor
            noise = (8 * self.inputs * EPS) ** 2 * (self.spectrum[0] / self.spectrum[-1]) * size
        unit = losses.slope(self.loss, self.samples, self.outputs)
        vars(self).update(floor=0.0 if self.floor <= noise else unit * self.floor)
        vars(self).update(
            input_names=samples.inputs, label_names=samples.labels, notes=samples.notes
        )

    def _fit(self, sums: Sums) -> None:
        """Fields from the sums, the floor of the half-mean loss with what rounding leaves of it."""
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
