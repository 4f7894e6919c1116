"""Up to which learning rate a network is to be trained on a data set: the exact rate where one is
known, otherwise the smaller one of two."""

from typing import Any

import numpy as np

from .. import _derived, arguments
from ..arguments import FloatArray
from ..boundaries import eta_crit, eta_div, eta_max
from ..conventions import loss_factor
from ..data_results import RateGuide
from .data import Data
from .flattest import flattest_curvature
from .gram import GramNetwork

__all__ = ["rate_guide"]

SMALLEST = 1e-140  # root mean square of labels whose squares float64 holds


@np.errstate(all="ignore")
def rate_guide(network: GramNetwork, data: Data) -> RateGuide:
    """Up to which learning rate networks are to be trained on a data set, and what says so.

    Parameters
    ----------
    network : GramNetwork
        The start; `GramNetwork.from_weights` makes it of weights.
    data : Data

    Returns
    -------
    RateGuide
        Of the shape of the batch, with rates in the unit of the loss that the data name.

    Raises
    ------
    ValueError
        If the network is linearised (it converges up to 2/λ₀, and no further), or does not fit the
        data.

    Notes
    -----
    4/λ₀ knows nothing of labels. Where they are far larger than the outputs at the start, the map
    that training has to reach is steep, and the flattest minimum with it: its rate 2/λ_flat is the
    smaller one, and inversely proportional to the labels (derivations `flattest.value`,
    `flattest.stable`). Labels scaled to a root mean square of 1
    allow `eta_flat_unit`, and the map is scaled back afterwards.

    With inputs of rank 1 and one output the network is that of one sample with rate η·xx, xx the
    eigenvalue of XᵀX/m, and the best slope as its label (derivations `reductions.direction_u` and
    `reductions.direction_v`): the boundaries are those of `twolayer.eta_max`, exactly.

    Examples
    --------
    >>> import twolayer as tl
    >>> network = tl.GramNetwork.random(100, inputs=2, rng=0)
    >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [100.0, 0.0, 100.0])
    >>> guide = tl.rate_guide(network, data)
    >>> guide.four_over.round(3), guide.eta_flat.round(3), guide.binding
    (np.float64(1.147), np.float64(0.117), np.str_('eta_flat'))
    >>> guide.label_size.round(2), guide.output_size.round(2), guide.eta_flat_unit.round(2)
    (np.float64(81.65), np.float64(1.88), np.float64(9.54))
    """
    if hasattr(network, "u"):
        raise ValueError(
            "network = Network object must be a GramNetwork: GramNetwork.from_weights(u, v) is one"
        )
    arguments.instance("network", network, GramNetwork)
    arguments.instance("data", data, Data)
    if network.linear:
        raise ValueError(
            "network = linearised GramNetwork must not be linearised: that converges up to "
            "2/curvature and no further"
        )
    curvature = np.asarray(network.curvature(data))
    shape, exact = curvature.shape, data.solution.size == 1
    # a step keeps the rank of the weights, and with it that of all maps to come
    rank = np.linalg.matrix_rank(network.factor)
    flat = flattest_curvature(data, np.broadcast_to(network.width, shape), rank)
    four_over = 4 / curvature
    crit, largest, div = np.full((3, *shape), np.nan)
    if exact:
        crit, largest, div = _one_sample(network, data)
    upper, word = (div, "eta_div") if exact else (four_over, "four_over")
    floor = data.floor / loss_factor(data.loss, data.samples, data.outputs)
    size = _size(2 * floor + np.sum(data.rows[1] ** 2), data)
    if size < SMALLEST:
        size = np.nan if data.rows[1].any() else 0.0
    outputs = data.rows[0] @ network.map(data)
    return RateGuide(
        exact,
        *(curvature[()], 2 / curvature[()], four_over[()]),
        *(crit[()], largest[()], div[()]),
        *(flat.eta, flat.eta_bound),
        (largest if exact else np.minimum(four_over, flat.eta))[()],
        np.where(upper <= flat.eta, word, "eta_flat")[()],
        np.full(shape, size)[()],
        _size(np.sum(outputs**2, (-2, -1)), data)[()],
        flat.eta * size if size > 0 else np.full(shape, np.nan)[()],
    )


def _size(square: Any, data: Data) -> Any:
    """Root mean square, from the sum of squares over outputs, in the mean over samples."""
    return np.sqrt(square / data.outputs)


def _one_sample(network: GramNetwork, data: Data) -> tuple[FloatArray, ...]:
    """Boundaries of the networks of one sample that they are, at rates of the data."""
    seen = network._equivalent(data)
    hidden, outer = (part[..., 0, :] for part in (seen.inward, seen.outward))
    curvature = np.sum(hidden**2, -1) + np.sum(outer**2, -1)
    output = np.sqrt(network.width) * np.sum(hidden * outer, -1)
    second = seen.spectrum[0]
    scale, target = _derived.one_input(1.0, second, second * data.solution[0, 0])
    start = curvature, output, network.width, target
    return tuple(np.asarray(rate(*start)) / scale for rate in (eta_crit, eta_max, eta_div))
