"""Random initialisations drawn from their exact law, at any width, without weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _derived, arguments

__all__ = ["random_initialization"]


def random_initialization(
    width: Any, size: Any = None, scale: Any = 1.0, rng: Any = None
) -> tuple[Any, Any]:
    """Curvature and output of networks with independent N(0, scale²) weights.

    Parameters
    ----------
    width : array_like
        Number of hidden units n, up to `inf`.
    size : int or tuple of int, optional
        Shape of the draw, to which `width` and `scale` broadcast; by default theirs.
    scale : array_like
        Standard deviation of a weight. Dimensionless.
    rng : None, int, Generator, ...
        As `numpy.random.default_rng` takes it (SPEC 7).

    Returns
    -------
    curvature, output : float or ndarray
        λ₀ and f₀, jointly distributed as those of `Network.random`. Dimensionless.

    Raises
    ------
    ValueError
        For bad input, naming the argument.

    Notes
    -----
    Derivations `initialization.output_draw`, `initialization.curvature_draw`: three independent
    draws a ~ χ²ₙ, g ~ N(0, 1), c ~ χ²ₙ₋₁ give f₀ = √(a/n)·g and λ₀ = (a + g² + c)/n.

    Examples
    --------
    >>> curvature, output = random_initialization([1, 100, 10**18], rng=0)
    >>> curvature.shape, bool(np.all(np.abs(output) <= np.sqrt([1, 100, 10**18]) * curvature / 2))
    ((3,), True)
    """
    n, deviation = arguments.numbers("width", width), arguments.numbers("scale", scale)
    shape = (
        arguments.shape_of(width=n, scale=deviation)
        if size is None
        else arguments.shape("size", size)
    )
    if arguments.shape_of(size=np.empty(shape), width=n, scale=deviation) != shape:
        raise ValueError(
            f"size = {shape} must be a shape that width {n.shape} and scale {deviation.shape} "
            "broadcast to"
        )
    draw = arguments.generator(rng)
    endless = np.isinf(n)
    units = np.where(endless, 1.0, n)
    a = 2 * draw.standard_gamma(np.broadcast_to(units / 2, shape))
    g = draw.standard_normal(shape)
    c = 2 * draw.standard_gamma(np.broadcast_to((units - 1) / 2, shape))
    curvature, output = _derived.random_start(units, a, g, c, np.sqrt)
    curvature, output = np.where(endless, 2.0, curvature), np.where(endless, g, output)
    return (curvature * deviation**2)[()], (output * deviation**2)[()]
