"""What else present weights say: the Hessian, where gradient flow would end, and the angle between
the layers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import _derived, arguments, exact
from .arguments import EPS
from .docstrings import shared
from .starts import SLACK, starts

__all__ = ["gradient_flow_curvature", "hessian_sharpness", "layer_alignment"]


def _from_start(formula: Callable[..., Any], *start: Any) -> Any:
    arrays = starts(*start)
    with np.errstate(all="ignore"):
        unit, scaled = arrays.in_unit()
        return (exact.rooted(formula, scaled, least=0.0) * unit)[()]


@shared
def hessian_sharpness(
    curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0
) -> Any:
    """Largest eigenvalue of the Hessian of the loss; no learning rate enters it.

    Parameters
    ----------
    {present}

    Returns
    -------
    float or ndarray
        (λ + √(λ² + 8f(f − y)/n + 4(f − y)²/n))/2, exact for every network; λ at zero loss and at
        infinite width. The other eigenvalues are the same with −√ and ±(f − y)/√n, n − 1 times
        each.

    {refused_start}

    Notes
    -----
    Derivations `hessian.sharpness`, `hessian.pair`, `hessian.top`. Labels of any size; a radicand
    that nearly vanishes is exact.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.hessian_sharpness(2.0, output=1.0, width=[4, 100, 10**6]).round(4)
    array([2.3229, 2.0149, 2.    ])
    """
    return _from_start(_derived.hessian_sharpness, curvature, output, width, target)


@shared
def gradient_flow_curvature(
    curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0
) -> Any:
    """Curvature at which gradient flow (gradient descent of vanishing rate) from here would end.

    Parameters
    ----------
    {present}

    Returns
    -------
    float or ndarray
        √(λ² + 4(y² − f²)/n) = 2√(PQ + τ²)/η, exact for every network; λ at infinite width. A step
        of gradient descent lowers it iff η²(f − y)²/n < 2. A start with u = −v and y > 0, or u = v
        and y < 0, flows to a saddle; it has the value of its neighbours.

    {refused_start}

    Notes
    -----
    Derivations `hessian.flow`, `hessian.flow_curvature`, `hessian.flow_falls`. Labels of any size;
    good to 2e-14 of itself, since a radicand that nearly vanishes is exact.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.gradient_flow_curvature(2.0, output=1.0, width=4, target=[0.0, 1.0]).round(4)
    array([1.7321, 2.    ])
    """
    return _from_start(_derived.flow_curvature, curvature, output, width, target)


@shared
def layer_alignment(curvature: Any, output: Any, width: Any, imbalance: Any = 0.0) -> Any:
    """Cosine of the angle between the layers u and v.

    Parameters
    ----------
    curvature, output, width : array_like
        The present λ and f, and the width n. Dimensionless, for f = v·u/√n.
    imbalance : array_like
        |u|² − |v|²; all broadcast. Each step multiplies it, up to its sign, as it multiplies
        `gradient_flow_curvature` of target 0: their quotient stays what it was at the start.

    Returns
    -------
    float or ndarray
        2f/(√n √(λ² − (|u|² − |v|²)²/n²)); 1 in size where u and v are parallel, as they are at
        width 1; 0 at infinite width; nan where a layer vanishes. Digits are lost where one layer
        holds nearly all of the curvature: rounding counts (nλ)²/((nλ)² − (|u|² − |v|²)²) times.

    {refused_start}
    ValueError
        Also if |u|·|v| would be less than |u·v|.

    Notes
    -----
    Derivations `alignment.angle`, `alignment.cosine`. At label 0 and below η_max, layers that are
    not parallel turn towards one line at every step that raises the loss, away from it at every
    step with ηλ < 2, and almost all end orthogonal (`alignment.while_rising`, `alignment.aligns`,
    `alignment.orthogonal`).

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.layer_alignment(2.0, 1.0, [4, 100, 10**6], imbalance=1.0).round(4)
    array([0.504, 0.1  , 0.001])
    """
    start = starts(curvature, output, width, 0.0)
    (difference,) = arguments.arrays(imbalance=imbalance)
    arguments.shape_of(curvature=curvature, output=output, width=width, imbalance=difference)
    unit, (curv, out, n, _) = start.in_unit()
    with np.errstate(all="ignore"):
        share = difference / unit
        room = _derived.imbalance_room(curv, out, n, np.sqrt) + 2 * SLACK * EPS * curv * curv
        allowed = "at most sqrt((width*curvature)^2 - 4*width*output^2) in size (Cauchy-Schwarz)"
        arguments.require("imbalance", difference, (share / n) ** 2 <= room, allowed)
        cosine = _derived.layer_alignment(
            curv, out, n, share, lambda a: np.sqrt(np.maximum(a, 0.0))
        )
        return np.clip(cosine, -1.0, 1.0)[()]
