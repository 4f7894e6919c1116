"""What a data set sees of networks that are known by their Gram matrix: their map, loss and
kernel."""

from typing import Any

import numpy as np

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from . import factor
from .data import Data
from .factor import Factor
from .gram_matrix import GramMatrix


class GramOnData(GramMatrix):
    """What `GramNetwork` says of a data set before it is trained, see there."""

    @property
    def _root(self) -> FloatArray:
        """√n, beside matrices."""
        return np.asarray(np.sqrt(self.width))[..., None, None]

    @np.errstate(all="ignore")
    @shared
    def map(self, data: Data) -> Any:
        """The linear map B = uᵀV/√n from inputs to outputs, shape (..., d, k): f = X B (derivation
        `losses.scaled_map`).

        {on_data}

        Examples
        --------
        >>> import twolayer as tl
        >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        >>> gram = [[1.0, 0.0, 0.5], [0.0, 1.0, 0.0], [0.5, 0.0, 1.0]]
        >>> tl.GramNetwork(gram, width=4).map(data)
        array([[1.],
               [0.]])
        """
        arguments.instance("data", data, Data)
        d = data.inputs
        if self.gram.shape[-1] != d + data.outputs:
            raise ValueError(
                f"shape of gram = {self.gram.shape} must end in inputs + outputs of the data, "
                f"{d} + {data.outputs}, twice"
            )
        return self._root * self.gram[..., :d, d:]

    @np.errstate(all="ignore")
    @shared
    def loss(self, data: Data) -> Any:
        """The loss that the data name, shape of the batch; |X B − Y|²/(2m) by default (derivation
        `gram.excess`).

        {on_data}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.GramNetwork([[1.0, 0.5], [0.5, 1.0]], width=4).loss(tl.Data([1.0, 2.0], [1.0, 2.0]))
        np.float64(0.0)
        """
        return (self._equivalent(data).excess / 2 + data.floor)[()]

    @np.errstate(all="ignore")
    @shared
    def curvature(self, data: Data) -> Any:
        """Top eigenvalue of the neural tangent kernel of all samples and outputs, over m, in the
        unit of the loss that the data name (`Data`); shape of the batch (derivation
        `kernel.kernel`). `spectrum` has the other eigenvalues.

        {on_data}

        Examples
        --------
        >>> import numpy as np
        >>> import twolayer as tl
        >>> tl.GramNetwork(np.eye(3), width=10).curvature(tl.Data([[1.0, 0.0], [0.0, 2.0]], [0, 0]))
        np.float64(4.0)
        """
        return self._equivalent(data).curvature[()]

    @np.errstate(all="ignore")
    @shared
    def spectrum(self, data: Data) -> Any:
        """Eigenvalues of the kernel, largest first, shape (..., rank·k), in the unit of the loss
        that the data name; its m·k − rank·k others are zero (derivations `kernel.blocks`,
        `kernel.reduced`).

        The first step multiplies the residual along an eigenvector by 1 − ηθ, up to O(1/n): it
        grows, and the direction catapults, where η > 2/θ.

        {on_data}

        Examples
        --------
        >>> import numpy as np
        >>> import twolayer as tl
        >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0]], [0.0, 0.0])
        >>> net = tl.GramNetwork(np.eye(3), width=10)
        >>> 2 / net.spectrum(data)
        array([0.5, 2. ])
        >>> 0.6 > 2 / net.spectrum(data)
        array([ True, False])
        """
        return self._equivalent(data).eigenvalues()

    @np.errstate(all="ignore")
    @shared
    def alignment(self, data: Data) -> Any:
        """Cosine between the residual, without what no linear map fits, and the top eigenvector of
        the kernel; shape of the batch.

        0 where nothing is left of the residual, `nan` where a step has overflowed.

        {on_data}

        Examples
        --------
        >>> import numpy as np
        >>> import twolayer as tl
        >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0]], [3.0, 4.0])
        >>> tl.GramNetwork(np.eye(3), width=10).alignment(data).round(12)
        np.float64(0.8)
        """
        return self._equivalent(data).alignment()[()]

    def _equivalent(self, data: Data) -> Factor:
        """The factor's rows for the directions of the data and for the outputs, and the distance of
        the map from the best."""
        linear_map, turn, rank = self.map(data), data.directions.T, len(data.spectrum)
        inward, outward = np.split(self.factor, [data.inputs], -2)
        rows = np.concatenate([turn @ inward, outward], -2)
        if rows.shape[-1] > rows.shape[-2]:
            rows = np.asarray(np.linalg.qr(rows.mT, mode="r")).mT
        distance = turn @ linear_map - data.solution
        return Factor(factor.spectrum_of(data), rows[..., :rank, :], rows[..., rank:, :], distance)
