"""Samples that are kept, for networks that see more of them than XᵀX and XᵀY."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments, losses
from ..samples import files
from ..samples.blocks import Source, finite, in_blocks
from ..samples.tables import Choice

__all__ = ["Samples"]


@dataclass(frozen=True, eq=False)
class Samples:
    """m samples with d inputs and k outputs, and the squared loss to train on; nothing is centred
    or scaled.

    Parameters
    ----------
    X : array_like, shape (m, d) or (m,)
        Inputs.
    Y : array_like, shape (m, k) or (m,)
        Labels.
    loss : str
        The squared loss in whose unit rates are taken, and losses and curvatures given: a name that
        `Data` takes.

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

    def __post_init__(self) -> None:
        vars(self).update(loss=losses.named(self.loss))
        source = in_blocks(arguments.table("X", self.X), arguments.table("Y", self.Y))
        vars(self).update(_kept(source))

    def __repr__(self) -> str:
        size = f"samples={self.samples}, inputs={self.inputs}, outputs={self.outputs}"
        return f"Samples({size}, loss={self.loss!r})"

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        outputs: int = 1,
        *,
        loss: str = losses.DEFAULT,
        **choice: Any,
    ) -> "Samples":
        """The samples in a file, read as `Data.read` reads it.

        Parameters
        ----------
        path, outputs, loss
            As for `Data.read`.
        **choice
            The other arguments of `Data.read`.

        Returns
        -------
        Samples

        Raises
        ------
        ValueError, OSError
            As `Data.read`.

        Examples
        --------
        >>> import twolayer as tl
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "points.csv"
        >>> _ = file.write_text("height,weight\\n1,2\\n2,4\\n3,5\\n")
        >>> tl.Samples.read(file).Y.ravel()
        array([2., 4., 5.])
        """
        samples = object.__new__(cls)
        vars(samples).update(loss=losses.named(loss))
        outputs = arguments.count("outputs", outputs, least=1)
        vars(samples).update(_kept(files.read(Path(path), Choice(outputs, **choice))))
        return samples

    @property
    def samples(self) -> int:
        """m."""
        return len(self.X)

    @property
    def inputs(self) -> int:
        """d."""
        return int(self.X.shape[1])

    @property
    def outputs(self) -> int:
        """k."""
        return int(self.Y.shape[1])

    @property
    def slope(self) -> float:
        """The derivative of the loss in one output of one sample, over (f − y)/m."""
        return losses.slope(self.loss, self.samples, self.outputs)


def _kept(source: Source) -> dict[str, Any]:
    """X and Y, all blocks together."""
    read: tuple[list[Any], list[Any]] = [], []
    for x, y in source.blocks():
        finite(source, sum(map(len, read[0])), x, y)
        for part, block in zip(read, (x, y), strict=True):
            part.append(block)
    return dict(zip("XY", map(np.concatenate, read), strict=True))
