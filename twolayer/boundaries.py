"""Closed forms on arrays: the boundaries, the phase of a start, its point in the triangle.

Formulas come from `_derived`; this module takes limits of width. A start that a coarse type has
rounded beyond Cauchy-Schwarz (float32: by up to 1e-6 of itself) is put on it first, which moves its
boundaries by about as much of themselves, and by up to the square root of that (1e-3) where their
radicand nearly vanishes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _derived, exact
from .arguments import FloatArray, Mask
from .docstrings import shared
from .results import laid_out
from .starts import Start, cells, starts

__all__ = [
    "certificate",
    "eta_crit",
    "eta_div",
    "eta_max",
    "phase",
    "triangle",
]


@shared
def eta_crit(curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0) -> Any:
    """Smallest learning rate above which the first step raises the loss.

    Parameters
    ----------
    {start}

    Returns
    -------
    float or ndarray
        η_crit = 4/(λ₀ + √(λ₀² − 8f₀(f₀ − y)/n)), which is 2/λ₀ at infinite width; `inf` where no
        rate below η_max raises the loss at the first step. A start with f₀ = y has the value of its
        neighbours, 2/λ₀. With a label the loss may fall again above a second rate below η_max:
        `phase` knows.

    {refused_start}

    Notes
    -----
    Derivations `boundaries.eta_crit`, `boundaries.raised_above`, `boundaries.raised_between`,
    `boundaries.no_catapult`, `boundaries.wide_crit`. 2/λ₀ is the paper's η_crit (arXiv:2003.02218,
    §1.1). Good to 1e-14 of itself for the numbers given: where the radicand
    nearly vanishes it is computed exactly, and so is its sign. There a rounding ε of λ₀ or f₀ moves
    η_crit by up to √ε of itself.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.eta_crit(2.0)
    np.float64(1.0)
    >>> tl.eta_crit(2.0, output=1.0, width=[2, 4, 1000])
    array([      inf, 1.17157288, 1.0005005 ])
    """
    start = starts(curvature, output, width, target)
    with np.errstate(all="ignore"):
        unit, scaled = start.in_unit()
        crit = exact.rooted(_derived.eta_crit, scaled) / unit
        return np.where(crit < _eta_max(start), crit, np.inf)[()]


@shared
def eta_div(curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0) -> Any:
    """Learning rate above which the loss is unbounded.

    Parameters
    ----------
    {start}

    Returns
    -------
    float or ndarray
        η_div = 8/(λ₀ + √(λ₀² − 16y(f₀ − y)/n)): 4/λ₀ for label 0 at every width, and at infinite
        width.

    {refused_start}

    Notes
    -----
    Derivations `divergence.eta_div`, `divergence.criterion`, `divergence.zero_target`,
    `divergence.wide`: the rate at which the invariant V vanishes at the start. Good to 1e-14 of
    itself, as `eta_crit` is.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.eta_div(2.0, output=1.0, width=4)
    np.float64(2.0)
    >>> tl.eta_div(2.0, output=1.0, width=4, target=[-1.0, 0.5])
    array([1.46410162, 2.14359354])
    """
    return _eta_div(starts(curvature, output, width, target))[()]


def _eta_div(start: Start) -> Any:
    with np.errstate(all="ignore"):
        unit, scaled = start.in_unit()
        return exact.rooted(_derived.eta_div, scaled, least=0.0) / unit


@shared
def eta_max(curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0) -> Any:
    """Learning rate below which training converges to zero loss, and above which it does not.

    Parameters
    ----------
    {start}

    Returns
    -------
    float or ndarray
        η_max = min(η_div, √n/|y|): 4/λ₀ for label 0. The second bound is where the flattest
        minimum, λ = 2|y|/√n, loses stability.

    {refused_start}

    Notes
    -----
    Derivations `divergence.eta_div`, `divergence.eta_flat`, `divergence.flattest`,
    `fates.almost_every` (measured); for label 0 `fates.step_count`. Liang & Montúfar
    (arXiv:2509.25351), Theorem 1.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.eta_max(2.0)
    np.float64(2.0)
    >>> tl.eta_max(2.0, output=1.0, width=4, target=[0.0, 0.5, 1.5])
    array([2.        , 2.14359354, 1.33333333])
    """
    return _eta_max(starts(curvature, output, width, target))[()]


def _eta_max(start: Start) -> Any:
    with np.errstate(all="ignore"):
        flat = _derived.eta_flat(start.width, start.target, np.sqrt)
        return np.minimum(_eta_div(start), flat)


@shared
def triangle(
    eta: Any, curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0
) -> tuple[Any, Any, Any]:
    """Coordinates P, Q, V that steps multiply: for label 0 a point of the triangle P + Q + V = 4.

    Parameters
    ----------
    {cells}

    Returns
    -------
    P, Q, V : float or ndarray
        η|u + v|²/(2n), η|u − v|²/(2n), and V = 4 + τr − ηλ₀ with r = η(f₀ − y)/√n and τ = ηy/√n,
        whose sign tells whether training is bounded.

    {refused_start}

    Notes
    -----
    Derivations `triangle.P_weights`, `triangle.Q_weights`, `triangle.invariant`,
    `triangle.P_update`, `triangle.Q_update`, `triangle.V_update`, `triangle.sum`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.triangle(1.0, 3.0, 1.0, 4)
    (np.float64(2.0), np.float64(1.0), np.float64(1.0))
    """
    arrays = cells(eta, curvature, output, width, target)
    with np.errstate(all="ignore"):
        P, Q, V = _derived.triangle(*_derived.scaled(*arrays, np.sqrt))
    return P[()], Q[()], V[()]


@shared
def certificate(
    eta: Any, curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0
) -> Any:
    """Whether a run that is here is certain to converge to zero loss (sufficient, not necessary).

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, the present λ and f, width n, label y; they broadcast. Dimensionless, for the
        loss ½(f − y)² and f = v·u/√n.

    Returns
    -------
    bool or ndarray
        For label 0, whether ηλ < 2. Otherwise whether |r|(|r| + |τ|) ≤ m²/32 with m = min(V − 2, 4
        − V) > 0, r = η(f − y)/√n, τ = ηy/√n, and V as in `triangle`.

    {refused_start}

    Notes
    -----
    Derivations `fates.absorbing`, `certificate.certificate`. Give it to `Network.outcome` as
    `absorbing`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.certificate(1.0, [1.9, 2.1], 0.1, 100)
    array([ True, False])
    """
    arrays = cells(eta, curvature, output, width, target)
    with np.errstate(all="ignore"):
        return scaled_certificate(*_derived.scaled(*arrays, np.sqrt))[()]


def scaled_certificate(x: FloatArray, r: FloatArray, tau: FloatArray) -> Mask:
    """`certificate` in the dimensionless coordinates."""
    margin, slack = _derived.certificate(x, r, tau)
    return np.where(tau == 0, x < 2, (margin > 0) & (slack >= 0))


@shared
def phase(
    eta: Any, curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0
) -> Any:
    """How training ends, in closed form and exactly right for the float64 numbers given.

    Parameters
    ----------
    {cells}

    Returns
    -------
    Phase, or int8 ndarray of its codes

    {refused_start}

    Notes
    -----
    With V as in `triangle` and τ = ηy/√n, DIVERGENT: V < 0 or |τ| > 2; OSCILLATING: 1 < |τ| < 2, or
    V = 0; otherwise training converges, CATAPULT if the first step raises the loss and LAZY if not
    (derivations `divergence.criterion`, `boundaries.first_step`, `divergence.eta_flat`,
    `fates.divergent`, `fates.runaway`, `fates.no_convergence`, and `fates.almost_every`, which is
    measured). All of these are rational in the arguments: cells that rounding cannot decide are
    decided in exact rational arithmetic. The starts of measure zero that the theorem excepts, such
    as f₀ = y, have the phase of their neighbours.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.phase(1.5, 2.0)
    <Phase.CATAPULT: 1>
    >>> tl.phase([0.5, 1.5, 2.0, 2.5], 2.0, 1.0, 100)
    array([0, 1, 2, 3], dtype=int8)
    """
    codes = exact.phase_codes(*cells(eta, curvature, output, width, target))
    return laid_out(codes.shape, codes)[0]
