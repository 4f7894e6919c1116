"""Other losses, output scales and rates of two layers: the exact reduction to the model, and back.

A network f = α u·v with the loss w·½(f − y)² and a rate for each layer trains, step by step, as the
model of width 1/α² at one rate. Formulas come from `_derived`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _derived, arguments, foreign, losses
from .arguments import FloatArray
from .docstrings import shared
from .starts import SLACK

__all__ = ["Reduction", "reduction"]

LINEAR = "f = X uᵀV/√n of n hidden units without biases"
DEEP = "of layers W h/√(fan-in) without biases"


def convention(
    loss: str = losses.DEFAULT, output: str = LINEAR, *, samples: int = 1, outputs: int = 1
) -> str:
    """Loss, mean and parametrisation in one sentence."""
    factor = loss_factor(loss, samples, outputs)
    times = "" if factor == 1 else f", here {factor:.6g} times half-mean"
    return (
        f"Convention: output {output}; loss {loss}, {losses.NAMED[loss]} over m samples and k "
        f"outputs{times}; the curvature is that of this loss, and one learning rate trains all "
        "weights."
    )


def loss_factor(loss: str, samples: int = 1, outputs: int = 1) -> float:
    """A named loss over the half-mean one (derivations `losses.mean_factor` to
    `losses.half_sum_factor`): rates of the model are so many times its rates, its curvatures so
    many times those of the model."""
    factors = 1, *_derived.loss_factors(samples, outputs)
    return float(dict(zip(losses.NAMED, factors, strict=True))[loss])


CONVENTION = convention()


@dataclass(frozen=True, eq=False)
class Reduction:
    """A network of another convention in the model's numbers, and the way back.

    Attributes
    ----------
    eta, curvature, output, width, target : float or ndarray
        What the functions of the theory take, all of one shape: dimensionless, for the loss
        ½(f − y)², f = v·u/√n and one rate. The width is 1/α², any positive number.
    loss_curvature : float or ndarray
        The curvature of the network's own loss at these weights, wα²(|u|² + |v|²), which knows no
        rates: the top eigenvalue of its Hessian where f = y.
    weight : float or ndarray
        w, the factor of ½(f − y)².
    skew : float or ndarray
        √(η_u/η_v).

    Notes
    -----
    Derivations `conventions.width`, `conventions.loss_curvature`, `conventions.skew`; `reduction`
    has the others.

    Examples
    --------
    >>> import twolayer as tl
    >>> net = tl.reduction(u=[1.0, 0.0], v=[1.0, 1.0], scale=0.5, loss="mse", eta_u=0.1, eta_v=0.1)
    >>> net.width, net.curvature, net.loss_curvature
    (np.float64(4.0), np.float64(0.75), np.float64(1.5))
    >>> tl.eta_max(*net.start).round(4), net.rates(tl.eta_max(*net.start))[0].round(4)
    (np.float64(5.3333), np.float64(2.6667))
    """

    eta: Any
    curvature: Any
    output: Any
    width: Any
    target: Any
    loss_curvature: Any
    weight: Any
    skew: Any

    @property
    def start(self) -> tuple[Any, Any, Any, Any]:
        """(curvature, output, width, target), as the functions of the theory take them."""
        return self.curvature, self.output, self.width, self.target

    def rates(self, eta: Any) -> tuple[Any, Any]:
        """A learning rate of the model, such as `eta_crit`, as the network's own two rates.

        Parameters
        ----------
        eta : array_like
            Rates of the model, positive or inf; they broadcast with the reduction.

        Returns
        -------
        eta_u, eta_v : float or ndarray
            With the quotient that the reduction was given (derivations `conventions.rate_u`,
            `conventions.rate_v`).

        Raises
        ------
        ValueError
            If a rate is not positive, or the shapes do not broadcast.

        Examples
        --------
        >>> import twolayer as tl
        >>> same = tl.reduction(u=[1.0, 0.0], v=[1.0, 1.0], loss="mse", eta_u=0.4, eta_v=0.1)
        >>> [rate.round(12) for rate in same.rates(same.eta)]
        [np.float64(0.4), np.float64(0.1)]
        """
        rate = arguments.numbers("eta", eta, "rate or inf")
        arguments.shape_of(eta=rate, reduction=self.skew)
        eta_u, eta_v = _derived.layer_rates(rate, self.skew, self.weight)
        return eta_u[()], eta_v[()]

    def losses(self, loss: Any) -> Any:
        """A loss of the model, ½(f − y)², as the network's own, w·½(f − y)² (derivation
        `conventions.loss`).

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.reduction(u=[1.0, 0.0], v=[1.0, 1.0], loss="mse").losses(0.25)
        np.float64(0.5)
        """
        return _derived.weighted_loss(np.asarray(loss, np.float64), self.weight)[()]

    def curvatures(self, curvature: Any) -> Any:
        """A curvature λ of the model as the network's own, wλ.

        It is that of its loss if both layers have one rate. If not, it is the one that decides: ηλ
        = √(η_u η_v)·wλ; the loss's own is known at the start (`loss_curvature`), and later needs
        |u|² − |v|² too (derivation `conventions.equal_rates`).

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.reduction(u=[1.0, 0.0], v=[1.0, 1.0], loss="mse")
        >>> net.curvature, net.curvatures(net.curvature)
        (np.float64(1.5), np.float64(3.0))
        """
        return _derived.weighted_curvature(np.asarray(curvature, np.float64), self.weight)[()]


@shared
@np.errstate(all="ignore")
def reduction(
    *,
    u: Any = None,
    v: Any = None,
    hidden_square: Any = None,
    outer_square: Any = None,
    product: Any = None,
    scale: Any = None,
    loss: Any = losses.DEFAULT,
    eta_u: Any = 1.0,
    eta_v: Any = 1.0,
    target: Any = 0.0,
) -> Reduction:
    """A network f = α u·v with the loss w·½(f − y)² and rates η_u, η_v, as the model: exactly, step
    by step.

    Parameters
    ----------
    u, v : array_like, shape (..., n)
        Weights of the two layers, the first one's on one input equal to 1.
    hidden_square, outer_square, product : array_like
        In place of weights: |u|², |v|² and u·v.
    scale : array_like
        α. By default 1/√n of the weights, as the paper has it; 1 for a network without 1/√n.
        Required where only |u|², |v|² and u·v are given.
    loss : str or array_like
        "half-mean", "half-mse" or "half-sum", all ½(f − y)² for the one sample and output; "mean",
        "mse" or "sum", (f − y)²; or a number w, the factor of ½(f − y)². On more samples or
        outputs the names differ: `Data` takes them.
    eta_u, eta_v : array_like
        Learning rates of u and of v.
    target : array_like
        The label y.

    Returns
    -------
    Reduction
        Everything broadcasts, weights without their last axis. ``phase(r.eta, *r.start)`` is the
        phase of the network, ``r.rates(eta_max(*r.start))`` its largest rates of this quotient.

    {refused}
        Also if no weights have these numbers, |u·v| ≤ |u||v|, or all weights are zero.

    Notes
    -----
    Derivations `conventions.output_step`, `conventions.curvature_step` and `conventions.width`,
    from gradient descent on the weights: width 1/α², eta w√(η_u η_v), curvature α²(η_v|u|² +
    η_u|v|²)/√(η_u η_v), output α u·v, the same label. An input x in place of 1 is a hidden layer of
    weights u·x. Inputs over √d are X/√d in `Data`, and a hidden bias is a column of ones there; an
    output bias is outside the model.

    Examples
    --------
    Two layers without bias, ``nn.Linear(1, 256, bias=False)`` and ``nn.Linear(256, 1, bias=False)``
    on the input 1, trained by SGD on the mean squared error:

    >>> import numpy as np
    >>> import twolayer as tl
    >>> rng = np.random.default_rng(0)
    >>> first = rng.uniform(-1, 1, 256)  # first.weight[:, 0]
    >>> second = rng.uniform(-1, 1, 256) / 16  # second.weight[0]
    >>> layers = {"u": first, "v": second, "scale": 1.0, "loss": "mse", "target": 0.5}
    >>> net = tl.reduction(**layers, eta_u=0.01, eta_v=0.01)
    >>> net.width, tl.phase(net.eta, *net.start)
    (np.float64(1.0), <Phase.LAZY: 0>)
    >>> largest, _ = net.rates(tl.eta_max(*net.start))
    >>> bool(0.02 < largest < 0.03)
    True

    With two parameter groups, the first layer ten times as fast:

    >>> net = tl.reduction(**layers, eta_u=0.1, eta_v=0.01)
    >>> [round(float(rate), 4) for rate in net.rates(tl.eta_max(*net.start))]
    [0.2081, 0.0208]
    """
    hidden, outer, inner, units = _inner_products(u, v, hidden_square, outer_square, product)
    weight = _weight(loss)
    if scale is None and units is None:
        raise ValueError("scale = None must be a number, as no weights are given")
    alpha = arguments.numbers("scale", 1.0 if scale is None else scale)
    width = np.asarray(units, np.float64) if scale is None else _derived.effective_width(alpha)
    label = arguments.numbers("target", target)
    rate_u, rate_v = map(arguments.numbers, ("eta_u", "eta_v"), (eta_u, eta_v), ("rate", "rate"))
    arguments.shape_of(
        weights=hidden, scale=alpha, loss=weight, eta_u=rate_u, eta_v=rate_v, target=label
    )
    skew = _derived.rate_skew(rate_u, rate_v, np.sqrt)
    parts = (
        _derived.model_rate(rate_v, skew, weight),
        *_derived.reduced(hidden, outer, inner, skew, width, np.sqrt),
        *(width, label, _derived.loss_curvature(hidden, outer, width, weight), weight, skew),
    )
    for name, part in zip(("eta", "curvature", "output"), parts, strict=False):
        allowed = "finite in the model's numbers: weights, rates or loss are too large"
        arguments.require(name, np.asarray(part), np.isfinite(part), allowed)
    return Reduction(*(np.array(part)[()] for part in np.broadcast_arrays(*parts)))


def of_curvature(curvature: Any, output: Any, width: Any, target: Any, loss: str) -> Reduction:
    """A network known by the curvature of its own loss, trained at one rate; the rate 1 of the
    network is the reduction's."""
    weight, skew = loss_factor(losses.named(loss)), 1.0
    inner = _derived.model_curvature(arguments.numbers("curvature", curvature), weight)
    rate = _derived.model_rate(1.0, skew, weight)
    return Reduction(rate, inner[()], output, width, target, curvature, weight, skew)


def _weight(loss: Any) -> FloatArray:
    """The factor of ½(f − y)² in a loss of one sample and output."""
    if loss is None or isinstance(loss, str):
        return np.asarray(loss_factor(losses.named(loss)))
    return arguments.numbers("loss", loss, "rate")


def _inner_products(
    u: Any, v: Any, *squares: Any
) -> tuple[FloatArray, FloatArray, FloatArray, int | None]:
    """|u|², |v|² and u·v of one shape, and the number of units where there are weights."""
    names = "hidden_square", "outer_square", "product"
    given = [value is not None for value in (u, v, *squares)]
    if given == [True] * 2 + [False] * 3:
        pair = arguments.vectors(u, v)
        if pair[0].ndim > 1 and pair[0].shape[-1] == 1:
            raise ValueError(
                f"shape of u and v = {pair[0].shape} must be (..., units) with more than one unit: "
                "of nn.Linear layers take first.weight[:, 0] and second.weight[0]"
            )
        hidden, outer, inner = (np.vecdot(*ends) for ends in (pair[:1] * 2, pair[1:] * 2, pair))
        units, slack = pair[0].shape[-1], np.inf
    elif given == [False] * 2 + [True] * 3:
        rules = "square", "square", "output"
        numbers = map(arguments.numbers, names, squares, rules)
        hidden, outer, inner = np.broadcast_arrays(*numbers)
        units, slack = None, SLACK * max(map(foreign.precision, squares))
    else:
        raise ValueError(f"either u and v must be given, or {', '.join(names)}: all of them")
    arguments.require("hidden_square", hidden, hidden + outer > 0, "above 0, or outer_square must")
    largest = np.sqrt(hidden) * np.sqrt(outer)
    allowed = "at most |u||v| in size (Cauchy-Schwarz: no weights have it)"
    arguments.require("product", inner, np.abs(inner) <= largest * (1 + slack), allowed)
    return hidden, outer, np.clip(inner, -largest, largest), units
