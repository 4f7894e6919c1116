"""Samples that are kept, for networks that see more of them than XᵀX and XᵀY."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments, losses
from ..arguments import FloatArray
from ..samples.blocks import Source, finite, in_blocks
from ..samples.preparation import noted

__all__ = ["Samples"]


@dataclass(frozen=True, eq=False)
class Samples:
    """m samples with d inputs and k outputs, and the squared loss to train on; nothing is centred
    or scaled.

    Parameters
    ----------
    X : array_like, shape (m, d) or (m,)
        Inputs; kept as a copy of shape (m, d).
    Y : array_like, shape (m, k) or (m,)
        Labels; kept as a copy of shape (m, k).
    loss : str
        The squared loss in whose unit learning rates are taken, and losses and curvatures given, by
        networks on these samples: a name that `Data` takes.

    Attributes
    ----------
    notes : tuple of str
        What a user should know, as `Data` says it.

    Raises
    ------
    ValueError
        If shapes do not agree, or a number is not finite; the column is named.

    Notes
    -----
    `Data` reduces samples to XᵀX/m and XᵀY/m, which is all that a linear network sees of them; a
    network with an activation needs the samples.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.Samples([[1.0, 2.0], [0.0, 2.0], [1.0, 0.0]], [3.0, 2.0, 1.0], loss="mse")
    Samples(samples=3, inputs=2, outputs=1, loss='mse')
    """

    X: Any
    Y: Any
    loss: str = losses.DEFAULT
    notes: tuple[str, ...] = field(default=(), init=False)

    @np.errstate(all="ignore")
    def __post_init__(self) -> None:
        vars(self).update(loss=losses.named(self.loss))
        self._keep(noted(in_blocks(arguments.table("X", self.X), arguments.table("Y", self.Y))))

    def __repr__(self) -> str:
        size = f"samples={self.samples}, inputs={self.inputs}, outputs={self.outputs}"
        return f"Samples({size}, loss={self.loss!r})"

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
    ) -> "Samples":
        """The samples in a file, read as `Data.read` reads it.

        Parameters
        ----------
        path : path-like
            A table (.csv, .tsv, .parquet), or an .npz with two arrays.
        outputs : int
            Number of labels, the last columns of a table, if `label` does not say which.
        label, drop, arrays, header, classes, drop_missing, standardize
            As for `Data.read`.
        loss : str
            As for `Samples`.

        Returns
        -------
        Samples

        Raises
        ------
        ValueError
            If the file is not what its ending says, or for what `Samples` refuses; of a table the
            message names line and column.
        OSError
            If it cannot be read.

        Examples
        --------
        >>> import twolayer as tl
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "points.csv"
        >>> _ = file.write_text("height,weight\\n1,2\\n2,4\\n3,5\\n")
        >>> tl.Samples.read(file).Y.ravel()
        array([2., 4., 5.])
        """
        from ..samples import files, tables

        samples = object.__new__(cls)
        vars(samples).update(loss=losses.named(loss))
        outputs = arguments.count("outputs", outputs, least=1)
        choice = tables.Choice(
            outputs, label, drop, arrays, header, classes, drop_missing, standardize
        )
        samples._keep(files.read(Path(path), choice))
        return samples

    @property
    def samples(self) -> int:
        """Number of samples m."""
        return len(self.X)

    @property
    def inputs(self) -> int:
        """Number of inputs d."""
        return int(self.X.shape[1])

    @property
    def outputs(self) -> int:
        """Number of outputs k."""
        return int(self.Y.shape[1])

    @property
    def slope(self) -> float:
        """c, how many times the half-mean loss this one is: its derivative by one output of one
        sample is c·(f − y)/m (derivation `losses.mean_factor` and its like)."""
        return losses.slope(self.loss, self.samples, self.outputs)

    @np.errstate(all="ignore")
    def _keep(self, source: Source) -> None:
        """X and Y, all blocks together."""
        read: tuple[list[Any], list[Any]] = [], []
        for x, y in source.blocks():
            finite(source, sum(map(len, read[0])), x, y)
            for part, block in zip(read, (x, y), strict=True):
                part.append(block)
        X, Y = map(np.concatenate, read)
        vars(self).update(X=X, Y=Y, notes=source.notes)


def right(samples: Samples, output: FloatArray) -> Any:
    """Whether outputs (..., m, k) are right, shape (..., m); ValueError for labels of no class."""
    labels = samples.Y
    if samples.outputs == 1:
        label = labels[:, 0]
        allowed = "not 0: with one output the class is the sign of the label"
        arguments.require("Y", label, label != 0, allowed)
        return np.sign(output[..., 0]) == np.sign(label)
    most = labels.max(-1)
    largest = most[:, None] == labels
    allowed = "the largest label once: with several outputs it is the class"
    arguments.require("Y", most, largest.sum(-1) == 1, allowed)
    return output[..., largest] > np.where(largest, -np.inf, output).max(-1)
