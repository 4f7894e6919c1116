"""Sharpness beyond the tangent kernel: the Hessian, and where gradient flow would end."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import _derived, exact
from .docstrings import shared
from .starts import starts

__all__ = ["gradient_flow_curvature", "hessian_sharpness"]


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
