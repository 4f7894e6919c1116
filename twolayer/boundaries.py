"""Closed forms on arrays: the boundaries, the phase of a start, its point in the triangle.

Formulas come from `_derived`; this module checks arguments, broadcasts, and takes limits of width.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _derived, arguments
from .arguments import EPS, FloatArray
from .docstrings import shared
from .results import Phase

__all__ = ["certificate", "eta_crit", "eta_div", "eta_max", "phase", "triangle"]

_BLOCK = 16_384
# relative to the sum of the terms' sizes: at most ten roundings of half an eps, and a margin
_ROUNDING = 8 * EPS
# sizes whose products in the deciding quantities neither overflow nor underflow
_SAFE = (1e-60, 1e60)


Starts = tuple[FloatArray, FloatArray, FloatArray, FloatArray]  # curvature, output, width, target
Cells = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]  # eta before them

# balanced networks fail the inequality by a few ulp on their own computed numbers
CAUCHY_SCHWARZ_SLACK = 8 * EPS


def cells(eta: Any, curvature: Any, output: Any, width: Any, target: Any) -> Cells:
    """The five arguments as checked arrays that broadcast and obey Cauchy-Schwarz."""
    rate, start = arguments.numbers("eta", eta), starts(curvature, output, width, target)
    arguments.shape_of(
        eta=rate, **dict(zip(("curvature", "output", "width", "target"), start, strict=True))
    )
    return rate, *start


def starts(curvature: Any, output: Any, width: Any, target: Any) -> Starts:
    """`cells` without a learning rate."""
    lam, f, n, y = (
        arguments.numbers("curvature", curvature),
        arguments.numbers("output", output),
        arguments.numbers("width", width),
        arguments.numbers("target", target),
    )
    arguments.shape_of(curvature=lam, output=f, width=n, target=y)
    arguments.require(
        "output",
        f,
        cauchy_schwarz(lam, f, n),
        "at most sqrt(width)*curvature/2 in size (Cauchy-Schwarz: no network has it)",
    )
    return lam, f, n, y


def cauchy_schwarz(
    curvature: FloatArray, output: FloatArray, width: FloatArray
) -> NDArray[np.bool_]:
    """Whether some network has these numbers (derivation `triangle.largest_output`), up to 8
    ulp."""
    with np.errstate(over="ignore"):
        largest: FloatArray = _derived.largest_output(curvature, width, np.sqrt)
    return np.asarray(np.abs(output) <= largest * (1 + CAUCHY_SCHWARZ_SLACK))


def root(radicand: Any) -> Any:
    """Square root of a radicand that is never negative but may round below zero."""
    return np.sqrt(np.maximum(radicand, 0.0))


def _in_unit(curv: FloatArray, out: FloatArray, n: FloatArray, y: FloatArray) -> tuple[Any, Starts]:
    """A power of two near the largest of the sizes, and the start in that unit, where no square
    overflows.

    At infinite width output and label do not matter, whatever their size.
    """
    out, y = (np.where(np.isinf(n), 0.0, value) for value in (out, y))
    largest = np.maximum(curv, np.maximum(np.abs(out), np.abs(y)))
    unit = np.ldexp(1.0, np.clip(np.frexp(largest)[1], -1000, 1000))
    return unit, (curv / unit, out / unit, n, y / unit)


def _eta_flat(width: FloatArray, target: FloatArray) -> Any:
    with np.errstate(over="ignore"):
        return _derived.eta_flat(width, np.where(target == 0, 1.0, target), np.sqrt) * np.where(
            target == 0, np.inf, 1.0
        )


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

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz |f₀| ≤ √n λ₀/2 included.

    Notes
    -----
    Derivations `boundaries.eta_crit`, `boundaries.wide_crit`. 2/λ₀ is the paper's η_crit
    (arXiv:2003.02218, §1.1).

    Examples
    --------
    >>> eta_crit(2.0)
    np.float64(1.0)
    >>> eta_crit(2.0, output=1.0, width=[2, 4, 1000])
    array([      inf, 1.17157288, 1.0005005 ])
    """
    curv, out, n, y = starts(curvature, output, width, target)
    with np.errstate(all="ignore"):
        unit, start = _in_unit(curv, out, n, y)
        crit = _derived.eta_crit(*start, np.sqrt) / unit
        return np.where(crit < _eta_max(curv, out, n, y), crit, np.inf)[()]


def eta_div(curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0) -> Any:
    """Learning rate above which the loss is unbounded.

    Parameters
    ----------
    curvature, output, width, target : array_like
        Start λ₀, f₀, the width n and the label y; they broadcast. Dimensionless.

    Returns
    -------
    float or ndarray
        η_div = 8/(λ₀ + √(λ₀² − 16y(f₀ − y)/n)): 4/λ₀ for label 0 at every width, and at infinite
        width.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

    Notes
    -----
    Derivation `divergence.eta_div`: the rate at which the invariant V vanishes at the start.

    Examples
    --------
    >>> eta_div(2.0, output=1.0, width=4)
    np.float64(2.0)
    >>> eta_div(2.0, output=1.0, width=4, target=[-1.0, 0.5])
    array([1.46410162, 2.14359354])
    """
    return _eta_div(*starts(curvature, output, width, target))[()]


def _eta_div(curv: FloatArray, out: FloatArray, n: FloatArray, y: FloatArray) -> Any:
    with np.errstate(over="ignore", under="ignore"):
        unit, start = _in_unit(curv, out, n, y)
        return _derived.eta_div(*start, root) / unit


def eta_max(curvature: Any, output: Any = 0.0, width: Any = np.inf, target: Any = 0.0) -> Any:
    """Largest learning rate at which training converges to zero loss.

    Parameters
    ----------
    curvature, output, width, target : array_like
        Start λ₀, f₀, the width n and the label y; they broadcast. Dimensionless.

    Returns
    -------
    float or ndarray
        η_max = min(η_div, √n/|y|): 4/λ₀ for label 0. The second bound is where the flattest
        minimum, λ = 2|y|/√n, loses stability.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

    Notes
    -----
    Derivations `divergence.eta_div`, `divergence.eta_flat`. Liang & Montúfar (arXiv:2509.25351),
    Theorem 1.

    Examples
    --------
    >>> eta_max(2.0)
    np.float64(2.0)
    >>> eta_max(2.0, output=1.0, width=4, target=[0.0, 0.5, 1.5])
    array([2.        , 2.14359354, 1.33333333])
    """
    return _eta_max(*starts(curvature, output, width, target))[()]


def _eta_max(curv: FloatArray, out: FloatArray, n: FloatArray, y: FloatArray) -> Any:
    return np.minimum(_eta_div(curv, out, n, y), _eta_flat(n, y))


def triangle(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0
) -> tuple[Any, Any, Any]:
    """The multiplicative coordinates P, Q, V of a start: for label 0 a point of the triangle P + Q
    + V = 4.

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, width n, label y; they broadcast. Dimensionless.

    Returns
    -------
    P, Q, V : float or ndarray
        η|u + v|²/(2n), η|u − v|²/(2n), and V, whose sign tells whether training is bounded.

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

    Notes
    -----
    Derivations `triangle.P_update`, `triangle.Q_update`, `triangle.V_update`, `triangle.sum`.

    Examples
    --------
    >>> triangle(1.0, 3.0, 1.0, 4)
    (np.float64(2.0), np.float64(1.0), np.float64(1.0))
    """
    arrays = cells(eta, curvature, output, width, target)
    with np.errstate(all="ignore"):
        p, q, v = _derived.triangle(*_derived.scaled(*arrays, np.sqrt))
    return p[()], q[()], v[()]


def certificate(eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0) -> Any:
    """Whether a run that is here is certain to converge to zero loss (sufficient, not necessary).

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, the present λ and f, width n, label y; they broadcast. Dimensionless.

    Returns
    -------
    bool or ndarray
        For label 0, whether ηλ < 2. Otherwise whether |r|(|r| + |τ|) ≤ m²/32 with m = min(V − 2, 4
        − V) > 0.

    Raises
    ------
    ValueError
        For bad input, naming the argument.

    Notes
    -----
    Derivations `fates.absorbing`, `certificate.certificate`. Give it to `Network.outcome` as
    `absorbing`.

    Examples
    --------
    >>> certificate(1.0, [1.9, 2.1], 0.1, 100)
    array([ True, False])
    """
    rate, lam = arguments.numbers("eta", eta), arguments.numbers("curvature", curvature)
    f, n, y = (
        arguments.numbers("output", output),
        arguments.numbers("width", width),
        arguments.numbers("target", target),
    )
    arguments.shape_of(eta=rate, curvature=lam, output=f, width=n, target=y)
    with np.errstate(all="ignore"):
        return scaled_certificate(*_derived.scaled(rate, lam, f, n, y, np.sqrt))[()]


def scaled_certificate(x: FloatArray, r: FloatArray, tau: FloatArray) -> NDArray[np.bool_]:
    """`certificate` in the dimensionless coordinates."""
    margin, slack = _derived.certificate(x, r, tau)
    return np.where(tau == 0, x < 2, (margin > 0) & (slack >= 0))


def phase(eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0) -> Any:
    """How training ends, in closed form and exactly right for the float64 numbers given.

    Parameters
    ----------
    eta, curvature, output, width, target : array_like
        Learning rate, λ₀, f₀, width n, label y; they broadcast. Dimensionless.

    Returns
    -------
    Phase, or int8 ndarray of its codes

    Raises
    ------
    ValueError
        For bad input, naming the argument; Cauchy-Schwarz included.

    Notes
    -----
    DIVERGENT: V < 0 or |τ| > 2; OSCILLATING: 1 < |τ| < 2, or V = 0; otherwise training converges,
    CATAPULT if the first step raises the loss and LAZY if not (derivations `divergence.criterion`,
    `boundaries.first_step`, `divergence.eta_flat`). All of these are rational in the arguments:
    cells that rounding cannot decide are decided in exact rational arithmetic. The starts of
    measure zero that the theorem excepts, such as f₀ = y, have the phase of their neighbours.

    Examples
    --------
    >>> phase(1.5, 2.0, 1.0, 100)
    <Phase.CATAPULT: 1>
    >>> phase([0.5, 1.5, 2.0, 2.5], 2.0, 1.0, 100)
    array([0, 1, 2, 3], dtype=int8)
    """
    arrays = cells(eta, curvature, output, width, target)
    codes = phase_codes(*arrays)
    return Phase(int(codes)) if codes.ndim == 0 else codes


def phase_codes(*arrays: FloatArray) -> NDArray[np.int8]:
    """`phase` for arrays that are checked already; broadcasts in blocks that fit the cache."""
    options: Any = {
        "flags": ["external_loop", "buffered", "zerosize_ok", "delay_bufalloc"],
        "op_flags": [["readonly"]] * 5 + [["writeonly", "allocate"]],
        "op_dtypes": [np.float64] * 5 + [np.int8],
    }
    blocks = np.nditer([*arrays, None], buffersize=_BLOCK, order="C", **options)
    with blocks, np.errstate(all="ignore"):
        blocks.reset()
        for *block, codes in blocks:
            codes[...] = _decide(*_deciders(*block))
            doubt = np.flatnonzero(_doubtful(*block))
            if doubt.size:
                codes[doubt] = _decide(*_deciders(*_exact(*(array[doubt] for array in block))))
        return np.asarray(blocks.operands[5])


def _deciders(eta: Any, curv: Any, out: Any, n: Any, y: Any) -> tuple[Any, Any, Any, Any]:
    return (
        _derived.first_step(eta, curv, out, n, y),
        _derived.invariant(eta, curv, out, n, y),
        _derived.tau_squared(eta, n, y),
        _derived.residual_squared(eta, out, n, y),
    )


def _decide(first: Any, v: Any, tau2: Any, r2: Any) -> Any:
    bounded = (tau2 <= 4) & ((v > 0) | ((v == 0) & (r2 <= 4)))
    converges = (tau2 <= 1) & (v > 0)
    return np.where(
        converges,
        np.where(abs(first) > 1, Phase.CATAPULT, Phase.LAZY),
        np.where(bounded, Phase.OSCILLATING, Phase.DIVERGENT),
    )


def _doubtful(eta: Any, curv: Any, out: Any, n: Any, y: Any) -> Any:
    """Where rounding may have changed what `_decide` says."""
    first, v, tau2, _ = _deciders(eta, curv, out, n, y)
    size, label = np.abs(out), np.abs(y)
    # the same formula with every term positive
    v_terms = _derived.invariant(eta, -curv, size + 2 * label, n, label)
    first_terms = _derived.first_step(eta, -curv, size, n, -label)
    near_v = np.abs(v) <= _ROUNDING * v_terms
    near_first = np.abs(np.abs(first) - 1) <= _ROUNDING * first_terms
    near_one, near_four = np.abs(tau2 - 1) <= _ROUNDING, np.abs(tau2 - 4) <= 4 * _ROUNDING
    doubt = near_four | (
        (tau2 <= 4) & (near_v | ((v > 0) & (near_one | ((tau2 <= 1) & near_first))))
    )
    low, high = _SAFE
    for number in (eta, curv, size, label):
        doubt |= (number != 0) & ((number < low) | (number > high))
    return doubt | ((n > high) & (n < np.inf))


def _exact(*arrays: FloatArray) -> list[Any]:
    """The same numbers as fractions; at infinite width the limits, those of f = y = 0 at any finite
    width."""
    infinite = np.isinf(arrays[3])
    eta, curv, out, n, y = (array.copy() for array in np.broadcast_arrays(*arrays))
    out[infinite], n[infinite], y[infinite] = 0.0, 1.0, 0.0
    return [
        np.array([Fraction(value) for value in array.tolist()], dtype=object)
        for array in (eta, curv, out, n, y)
    ]
