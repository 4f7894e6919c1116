"""Laws of the catapult and of what surrounds it: each with the range where it holds and the order
of its error.

Formulas come from `_derived`; this module checks arguments, broadcasts, and says nothing (nan)
where a law is silent. All laws of the catapult are for label 0, in x = ηλ₀ and s = ηf₀/√n.
"""

from typing import Any

import numpy as np

from . import _derived, arguments, starts
from .arguments import FloatArray
from .docstrings import shared
from .final import final_curvature
from .starts import Cells

__all__ = [
    "lazy_curvature",
    "limit_curvature",
    "mirror_curvature",
    "peak_loss",
    "peak_step",
    "width_period",
]

# limit_curvature starts at |s₀| ≤ this × (ηλ₀ − 2): the next digit of its square is lost in float64
_SMALL = 1e-8
_MIRROR_RANGE, _PEAK_RANGE = 0.5, 1.0  # largest ρ at which mirror_curvature and peak_loss speak
_STEP_RANGE = 3.9  # largest ηλ₀ at which peak_step does


def _state(eta: Any, curvature: Any, output: Any, width: Any) -> tuple[Cells, Any, Any]:
    """Checked arguments, and x and s."""
    arrays = starts.cells(eta, curvature, output, width, 0.0)
    with np.errstate(all="ignore"):
        x, s, _ = _derived.scaled(*arrays, np.sqrt)
    return arrays, x, s


def root(radicand: Any) -> Any:
    """Square root of a radicand that is never negative but may round below zero."""
    return np.sqrt(np.maximum(radicand, 0.0))


def _rises(x: FloatArray, s: FloatArray) -> Any:
    """Whether the first step raises the loss (derivation `laws.rises`)."""
    return x - 2 > s * s


@shared
def mirror_curvature(eta: Any, curvature: Any, output: Any, width: Any, order: int = 1) -> Any:
    """Final curvature near η_crit, on both sides of it: the finite-width rounding of the
    transition.

    Parameters
    ----------
    {unlabelled}
    order : {1, 2, 3}
        How many orders of the series.

    Returns
    -------
    float or ndarray
        (2 − ρ)/η with ρ² = (ηλ₀ − 2)² + 2s₀², s₀ = ηf₀/√n, and the next terms of the series. Its
        error is O(ρ^(order + 1)): ⅔ρ²/η for order 1 as ρ → 0, and at most 0.9ρ², 0.9ρ³ and 1.5ρ⁴
        over η for ρ ≤ ½ [measured]; nan where ρ > ½.

    {refused_start}

    Notes
    -----
    Derivations `laws.level`, `laws.mirror_leading`, `laws.mirror_second`, `laws.mirror`. For s₀ → 0
    and ηλ₀ > 2 this is the mirror law λ_∞ ≈ 4/η − λ₀; at ηλ₀ = 2 the curvature falls by √2·|f₀|/√n.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.mirror_curvature(1.0, [1.9, 2.0, 2.1], 1.0, 1000).round(3)
    array([1.89 , 1.955, 1.89 ])
    >>> tl.mirror_curvature(1.0, 2.1, 0.0, 1000, order=3).round(6)
    np.float64(1.892859)
    """
    count = arguments.count("order", order, least=1)
    if count > 3:
        raise ValueError(f"order = {order!r} must be 1, 2 or 3")
    (rate, *_), x, s = _state(eta, curvature, output, width)
    with np.errstate(all="ignore"):
        laws = _derived.mirror_curvature(x, s, root)
        rho = 2 - laws[0]
        return np.where(rho <= _MIRROR_RANGE, laws[count - 1] / rate, np.nan)[()]


@shared
def peak_loss(eta: Any, curvature: Any, output: Any, width: Any) -> Any:
    """Largest loss of a run that starts near η_crit.

    Parameters
    ----------
    {unlabelled}

    Returns
    -------
    float or ndarray
        n/(2η²)·(s₀² + δ²/2 + δ³/3) with δ = ηλ₀ − 2 where δ > s₀², that is, where the first step
        raises the loss, with an error of relative order ρ² = δ² + 2s₀². For s₀ → 0 the factor
        n/(2η²) has a coefficient between 0 (+ δ⁵) and δ⁴/8 (+ δ⁵) more, which depends on where the
        steps land. Elsewhere the loss never rises: f₀²/2 (proved for δ ≤ 0). `inf` where training
        diverges; nan where 0 < δ and ρ > 1, where it says nothing. At infinite width the peak is
        infinite where δ > 0.

    {refused_start}

    Notes
    -----
    Derivations `laws.rises`, `laws.lands`, `laws.peak`, `laws.peak_start`, `fates.shrinks_below`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.peak_loss(1.0, [1.5, 2.1, 2.2, 4.1], 1.0, 10**6).round(1)
    array([5.00000e-01, 2.66720e+03, 1.13338e+04,         inf])
    """
    (rate, _, out, n, _), x, s = _state(eta, curvature, output, width)
    with np.errstate(all="ignore"):
        rho = 2 - _derived.mirror_curvature(x, s, root)[0]
        silent = (x == 4) | ((x > 2) & (rho > _PEAK_RANGE))
        risen = _derived.scaled_loss(rate, root(_derived.peak_square(x, s)), n)
        peak = np.where(_rises(x, s), risen, _derived.loss(out, 0.0))
        return np.select([x > 4, silent], [np.inf, np.nan], peak)[()]


@shared
def peak_step(eta: Any, curvature: Any, output: Any, width: Any) -> Any:
    """How many steps the loss rises at first; up to ηλ₀ = 3.87 that is to its peak.

    Parameters
    ----------
    {unlabelled}

    Returns
    -------
    float or ndarray
        ln((δ + ρ)/(√2·|s₀|))/ln(1 + ρ) with δ = ηλ₀ − 2, ρ² = δ² + 2s₀², which is ln n/(2 ln(ηλ₀ −
        1)) and a constant as n → ∞; 0 where the first step
        does not raise the loss; `inf` where the loss of a rising run has no first step (f₀ = 0,
        infinite width); nan where ηλ₀ > 3.9. As s₀ → 0 the error stays bounded: below one step for
        ηλ₀ < 3.6, below two up to 3.87 [measured]. Beyond, the steps of the first rise: a later one
        may be higher.

    {refused_start}

    Notes
    -----
    Derivations `laws.turn` (near ηλ₀ = 2 the run follows a flow that can be solved),
    `laws.leaving`, `laws.peak_grows`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.peak_step(1.5, 2.0, 1.0, [10**6, 10**12]).round(1)
    array([ 9.9, 19.8])
    """
    _, x, s = _state(eta, curvature, output, width)
    with np.errstate(all="ignore"):
        turn, growth = _derived.peak_ratio(x, s, np.sqrt)
        steps = (2 * np.log(turn) - np.log(2.0)) / (2 * np.log(growth))
        return np.where(x > _STEP_RANGE, np.nan, np.where(_rises(x, s), steps, 0.0))[()]


@shared
def lazy_curvature(eta: Any, curvature: Any, output: Any, width: Any) -> Any:
    """Final curvature of a wide network in the lazy phase, to first order in 1/n.

    Parameters
    ----------
    {unlabelled}

    Returns
    -------
    float or ndarray
        λ₀ − f₀²(4 − ηλ₀)/(nλ₀(2 − ηλ₀)), with an error of O(1/n²); nan where ηλ₀ ≥ 2 or |s₀| >
        ηλ₀(2 − ηλ₀)/8, s₀ = ηf₀/√n, beyond which the next order counts: near η_crit see
        `mirror_curvature`.

    {refused_start}

    Notes
    -----
    Derivations `final.first_order`, `final.lazy`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.lazy_curvature([0.5, 1.5], 1.0, 1.0, 1000).round(5)
    array([0.99767, 0.995  ])
    """
    arrays, x, s = _state(eta, curvature, output, width)
    with np.errstate(all="ignore"):
        wide = (x < 2) & (np.abs(s) <= x * (2 - x) / 8)
        return np.where(wide, _derived.lazy_curvature(*arrays[:4]), np.nan)[()]


@shared
def width_period(eta: Any, curvature: Any) -> Any:
    """The ratio of widths that end at the same curvature: the final curvature of wide networks is
    periodic in ln n.

    Parameters
    ----------
    eta, curvature : array_like
        Learning rate, λ₀; they broadcast. Dimensionless, for the loss ½f². Label 0.

    Returns
    -------
    float or ndarray
        (ηλ₀ − 1)², nan unless 2 < ηλ₀ < 4. Widths n and n(ηλ₀ − 1)² with the same f₀ end at the
        same λ_∞ up to O(ln n/n).

    {refused}

    Notes
    -----
    Derivation `laws.period`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.width_period(1.5, 2.0)
    np.float64(4.0)
    """
    rate, curv = arguments.arrays(eta=eta, curvature=curvature)
    with np.errstate(all="ignore"):
        x = rate * curv
        return np.where((x > 2) & (x < 4), _derived.width_period(x), np.nan)[()]


@shared
def limit_curvature(eta: Any, curvature: Any, cycle: Any) -> Any:
    """Final curvature at infinite width, along the period of `width_period`: its distribution, not
    a number.

    Parameters
    ----------
    eta, curvature : array_like
        Learning rate, λ₀. Dimensionless, for the loss ½f². Label 0.
    cycle : array_like
        Where in the period: ln|s₀|/ln(ηλ₀ − 1), s₀ = ηf₀/√n, of which only the fraction matters.
        All broadcast. Evenly spaced, such as ``np.arange(100)/100``, it gives the distribution over
        widths that are evenly spread in ln n.

    Returns
    -------
    float or ndarray
        The limit of λ_∞ as n grows by periods. λ₀ where ηλ₀ ≤ 2, inf where ηλ₀ > 4, nan at 4 and so
        near it that rounding leaves less than three digits. Below ηλ₀ = 2.24 it depends on the
        cycle by less than 1e-15 and below 2.4 by 2e-8; at 3 by 0.06/η, at 3.5 by more than 1/η.

    {refused}

    Notes
    -----
    Derivation `laws.period`. The run starts at |s₀| ≤ 1e-8·(ηλ₀ − 2), which differs from the limit
    by O(s₀² ln|s₀|), less than rounding. Towards ηλ₀ = 4 rounding grows 3-fold a step for ever
    longer: see `final_curvature`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.limit_curvature(1.0, 2.2, [0.0, 0.5]).round(6)
    array([1.769692, 1.769692])
    >>> tl.limit_curvature(1.0, 3.2, [0.0, 0.25, 0.5, 0.75]).round(3)
    array([0.094, 0.012, 0.164, 0.268])
    """
    rate, curv, place = arguments.arrays(eta=eta, curvature=curvature, cycle=cycle)
    with np.errstate(all="ignore"):
        x = rate * curv
    inside = (x > 2) & (x < 4)
    start = np.where(inside, x, 3.0)
    grows = np.log(start - 1)
    fraction = place - np.floor(place)
    periods = np.ceil(fraction - np.log(_SMALL * (start - 2)) / grows)
    end = final_curvature(1.0, start, np.exp((fraction - periods) * grows), 1)
    known = np.where(end.error <= 1e-3 * end.curvature, end.curvature / rate, np.nan)
    return np.select([inside, x <= 2, x > 4], [known, curv, np.inf], np.nan)[()]
