"""Random initialisations drawn from their exact law, at any width, without weights."""

from typing import Any

import numpy as np

from . import _derived, arguments
from .docstrings import shared

__all__ = ["no_catapult_probability", "phase_probability", "random_initialization"]

# Gauss–Legendre nodes of phase_probability: at 48 and 96 the result is the same to 1e-14 (tests)
_NODES = 64
_REACH = 13.0  # where exp(−nφ²/4), the weight of its integrand, falls below 1e-18: φ = 13/√n
_WIDEST = 1e300  # stands for an infinite width there


@shared
def random_initialization(
    width: Any, size: Any = None, scale: Any = 1.0, rng: Any = None
) -> tuple[Any, Any]:
    """Curvature and output of networks with independent N(0, scale²) weights.

    Parameters
    ----------
    width : array_like
        Number of hidden units n, whole, up to `inf`.
    size : int or tuple of int, optional
        Shape of the draw, to which `width` and `scale` broadcast; by default theirs.
    scale : array_like
        Standard deviation of a weight. Dimensionless.
    {rng}

    Returns
    -------
    curvature, output : float or ndarray
        λ₀ and f₀, jointly distributed as those of `Network.random`. Dimensionless, for the loss
        ½(f − y)² and f = v·u/√n.

    {refused}

    Notes
    -----
    Derivations `initialization.output_draw`, `initialization.curvature_draw`: three independent
    draws a ~ χ²ₙ, g ~ N(0, 1), c ~ χ²ₙ₋₁ give f₀ = √(a/n)·g and λ₀ = (a + g² + c)/n.

    Examples
    --------
    >>> import numpy as np
    >>> import twolayer as tl
    >>> curvature, output = tl.random_initialization([1, 100, 10**18], rng=0)
    >>> curvature.shape, bool(np.all(np.abs(output) <= np.sqrt([1, 100, 10**18]) * curvature / 2))
    ((3,), True)
    """
    n, deviation = (
        arguments.numbers("width", width, "units or inf"),
        arguments.numbers("scale", scale),
    )
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
    variance = deviation**2
    return np.where(endless, 2.0, curvature) * variance, np.where(endless, g, output) * variance


@shared
def phase_probability(eta: Any, width: Any, scale: Any = 1.0) -> tuple[Any, Any, Any]:
    """How likely each phase is for a network with independent N(0, scale²) weights, at label 0.

    Parameters
    ----------
    eta, width, scale : array_like
        Learning rate, number n of hidden units (up to `inf`), standard deviation of a weight; they
        broadcast. Dimensionless, for the loss ½(f − y)².

    Returns
    -------
    lazy, catapult, divergent : float or ndarray
        Probabilities of `phase` being LAZY, CATAPULT, DIVERGENT, to an absolute error of about
        1e-15·(1 + √n); OSCILLATING has none.

    {refused}

    Notes
    -----
    Derivations `odds.independent`, `odds.poisson`, `odds.edge`, `odds.no_window`. ηλ₀ = (η
    scale²/n)·χ²₂ₙ is independent of the balance ρ = 2f₀/(√n λ₀), ρ² ~ Beta(½, n/2). Training
    diverges above ηλ₀ = 4, and its first step raises the loss above 4/(1 + √(1 − 2ρ²)): one
    integral over √2·ρ = sin φ, in which everything is smooth.

    Examples
    --------
    >>> import twolayer as tl
    >>> [round(float(p), 6) for p in tl.phase_probability(1.5, 1)]
    [0.635629, 0.100774, 0.263597]
    >>> tl.phase_probability(1.5, [1, 10, 100])[1].round(4)
    array([0.1008, 0.6689, 0.9988])
    """
    from scipy import special

    units = arguments.numbers("width", width, "units or inf")
    rate, width, deviation = arguments.arrays(eta=eta, width=units, scale=scale)
    n = np.minimum(width, _WIDEST)
    total, lazy, catapult = 0.0, 0.0, 0.0
    with np.errstate(all="ignore"):
        unit = n / (rate * deviation * deviation) / 2
        below, diverges = special.gammainc(n, 4 * unit), special.gammaincc(n, 4 * unit)
        half = np.minimum(np.pi, 2 * _REACH / np.sqrt(n)) / 4
        for node, weight in zip(*np.polynomial.legendre.leggauss(_NODES), strict=True):
            phi = half * (1 + node)
            rho = np.sin(phi) / np.sqrt(2)
            share = weight * np.cos(phi) * np.exp((n / 2 - 1) * np.log1p(-rho * rho))
            edge = _derived.catapult_edge(rho, np.sqrt) * unit
            under, over = special.gammainc(n, edge), special.gammaincc(n, edge)
            total = total + share
            lazy = lazy + share * under
            catapult = catapult + share * np.where(below < 0.5, below - under, over - diverges)
        window = special.betainc(0.5, n / 2, 0.5) / total
        lazy = window * lazy + special.betaincc(0.5, n / 2, 0.5) * below
    return lazy, np.maximum(window * catapult, 0.0), diverges


@shared
def no_catapult_probability(width: Any) -> Any:
    """How likely a random network of width n has no catapult phase at all, at label 0.

    Parameters
    ----------
    width : array_like
        Number of hidden units n, whole, up to `inf`.

    Returns
    -------
    float or ndarray
        The probability of ρ² > ½ for ρ² ~ Beta(½, n/2), ρ = 2f₀/(√n λ₀): there `eta_crit` is inf. ½
        at n = 1, 1 − 1/√2 at n = 2, 1 % at n = 10.

    {refused}

    Notes
    -----
    Derivations `odds.independent`, `divergence.window_exists`. The scale of the weights drops out.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.no_catapult_probability([1, 2, 10]).round(4)
    array([0.5   , 0.2929, 0.0101])
    """
    from scipy import special

    n = np.minimum(arguments.numbers("width", width, "units or inf"), _WIDEST)
    with np.errstate(all="ignore"):
        return special.betaincc(0.5, n / 2, 0.5)
