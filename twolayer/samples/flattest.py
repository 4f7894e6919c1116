"""The flattest minimum on a data set: one convex minimum over a share, whatever the samples."""

import itertools
from typing import Any, NamedTuple

import numpy as np

from .. import _derived, arguments
from ..arguments import EPS, FloatArray
from ..conventions import loss_factor
from ..data_results import FlattestCurvature
from ..docstrings import shared
from .data import Data

__all__ = ["flattest_curvature"]

END = 0.7  # ln(2), and a little: the share is known within a factor of 2 on either side
APART = 1e-13, 1e-11, 1e-9, 1e-7  # in ln(share): where top eigenvectors on either side are taken


@shared
@np.errstate(all="ignore")
def flattest_curvature(data: Data, width: Any, units: Any = None) -> FlattestCurvature:
    """The smallest curvature of any minimum, and the largest rate at which a minimum is stable.

    Parameters
    ----------
    data : Data
    width : array_like
        Width n, or the effective width 1/α² of outputs f = α X uᵀV; up to `inf`. Dimensionless.
    units : array_like, optional
        Number of hidden units; they broadcast. Needed only where a whole width, which may count
        them or be 1/α² of more, is below the rank of the best linear map.

    Returns
    -------
    FlattestCurvature
        Above `eta` = 2/`curvature` every minimum is unstable: gradient descent cannot converge but
        from exceptional starts, whatever 2/λ₀ and 4/λ₀ say.

    {refused}

    Notes
    -----
    With S = XᵀX/m and H = S^½ B* it is the minimum over a > 0 of λ_max(aS + HHᵀ/(na)), and the
    maximum over |w| = 1 of 2|S^½ w||Hᵀw|/√n (derivation `flattest.value`). It lies between
    2σ_max(XᵀY/m)/√n and 2√(|S||HHᵀ|)/√n (derivations `flattest.lower`, `flattest.upper`), and is
    both with one input and one output, and where S = 1. It is proportional to the labels and to
    1/√n: large labels, and narrow networks, allow small rates only. The minimum is where a
    monotonic slope changes its sign (derivation `flattest.convex`); `error` is what lies between
    the two forms, for `data.spectrum` and `data.solution` as they are stored.

    Examples
    --------
    >>> import twolayer as tl
    >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [100.0, 0.0, 100.0])
    >>> flat = tl.flattest_curvature(data, [100, 10_000])
    >>> flat.curvature.round(4), flat.eta.round(4), flat.eta_bound.round(4)
    (array([17.1084,  1.7108]), array([0.1169, 1.169 ]), array([0.1342, 1.3416]))
    """
    arguments.instance("data", data, Data)
    n = arguments.numbers("width", width)
    seen = _seen(data)
    rank = seen.shape[1]
    if units is None:
        enough = f"at least {rank}, the rank of the best map, or units must be given"
        arguments.require("width", n, (n >= rank) | (n != np.trunc(n)), enough)
    number = np.full(n.shape, np.inf) if units is None else arguments.numbers("units", units)
    shape = arguments.shape_of(width=n, units=number)
    n, number = arguments.in_a_row(shape, n, number)
    kept = np.minimum(number, rank)
    curvature, error, lower = np.zeros((3, *n.shape))
    for units_kept in np.unique(kept[kept > 0]):
        here, some = kept == units_kept, seen[:, : int(units_kept)]
        inputs, labels, gap = _along(data.spectrum, some)
        curvature[here] = _derived.flattest_dual(inputs, labels, n[here], np.sqrt)
        error[here] = gap * curvature[here]
        cross = np.linalg.norm(np.sqrt(data.spectrum)[:, None] * some, 2)
        norms = data.spectrum[0], np.linalg.norm(some, 2), cross
        lower[here] = _derived.flattest_bounds(*norms, n[here], np.sqrt)[0]
    unit = loss_factor(data.loss, data.samples, data.outputs)
    curvature, error, lower = unit * curvature, unit * error, unit * lower
    fields = curvature, error, 2 / curvature, 2 / lower, number >= rank
    return FlattestCurvature(*(field.reshape(shape)[()] for field in fields))


def _seen(data: Data) -> FloatArray:
    """H times a rotation of the outputs, shape (rank of data, rank of H): columns across one
    another, largest first. What rounding leaves of others is not counted."""
    left, values, _ = np.linalg.svd(data.rows[1], full_matrices=False)
    noise = 8 * data.inputs * EPS * np.sqrt(data.spectrum[0] / data.spectrum[-1])
    return np.asarray((left * values)[:, values > noise * values[0]])


def _along(spectrum: FloatArray, seen: FloatArray) -> tuple[float, float, float]:
    """|S^½ w| and |Hᵀw| of the direction w that tells the flattest curvature, and what is left
    between it and that of a minimum, as a share of it."""
    from scipy.optimize import brentq

    norms = spectrum[0], np.linalg.norm(seen, 2)
    unit = _Unit(spectrum / norms[0], seen / norms[1])
    middle = brentq(
        lambda log_share: unit.slope(unit.top(log_share)[1], log_share),
        *(-END, END),
        xtol=EPS,
        rtol=4 * EPS,
    )
    high, direct = unit.top(middle)
    rounding, low, told = EPS * (8 + len(spectrum)), 0.0, (0.0, 0.0)
    others = (unit.between(middle, apart) for apart in APART)
    for w in itertools.chain([direct], others):
        value = _derived.flattest_dual(*unit.sizes(w), 1.0, np.sqrt)
        if value > low:
            low, told = value, unit.sizes(w)
        if high - low <= rounding * low:  # at a single top eigenvalue the first one is enough
            break
    gap = max(high - low, 0.0) / low + rounding
    return float(told[0] * np.sqrt(norms[0])), float(told[1] * norms[1]), gap


class _Unit(NamedTuple):
    """S (in its eigenbasis) and H, both of norm 1, at width 1."""

    spectrum: FloatArray
    seen: FloatArray

    def top(self, log_share: float) -> tuple[float, FloatArray]:
        """The top eigenvalue at a share, and its eigenvector."""
        second = np.diag(self.spectrum)
        matrix = _derived.flattest_kernel(np.exp(log_share), second, self.seen, 1.0)
        values, vectors = np.linalg.eigh(matrix)  # of SciPy's subsets some come back empty
        return float(values[-1]), vectors[:, -1]

    def sizes(self, w: FloatArray) -> tuple[float, float]:
        """|S^½ w| and |Hᵀw| of a direction of any length."""
        w = w / np.linalg.norm(w)
        return float(np.sqrt(np.sum(w * w * self.spectrum))), float(np.linalg.norm(self.seen.T @ w))

    def slope(self, w: FloatArray, log_share: float) -> float:
        """Of the curvature along w in ln(share)."""
        return float(_derived.flattest_slope(np.exp(log_share), *self.sizes(w), 1.0))

    def between(self, middle: float, apart: float) -> FloatArray:
        """In the plane of the top eigenvectors on either side, the direction of slope zero."""
        from scipy.optimize import brentq

        one, other = self.top(middle - apart)[1], self.top(middle + apart)[1]
        other = np.copysign(1.0, one @ other) * other

        def turned(angle: float) -> FloatArray:
            return np.asarray(np.cos(angle) * one + np.sin(angle) * other)

        if not self.slope(one, middle) < 0 < self.slope(other, middle):
            return one
        angle = brentq(lambda angle: self.slope(turned(angle), middle), 0.0, np.pi / 2)
        return turned(angle)
