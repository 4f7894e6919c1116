"""What is rational in the arguments, for the float64 numbers given: the phase of checked cells,
exactly right, and roots of differences that nearly vanish.

The phase: derivations `boundaries.first_step`, `divergence.criterion`, `divergence.eta_flat`.
float64 decides most cells; where rounding might change the answer, fractions do.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import _derived, watch
from .arguments import EPS, FloatArray
from .results import Phase
from .starts import Start

# relative to the sum of the terms' sizes: at most ten roundings of half an eps, and a margin
_ROUNDING = 8 * EPS
# sizes whose products in the deciding quantities neither overflow nor underflow
_SAFE = (1e-60, 1e60)
_SMALL = 1e-2  # of λ², a radicand that loses digits


def phase_codes(*arrays: FloatArray) -> NDArray[np.int8]:
    """`twolayer.phase` of arrays eta, curvature, output, width and target; broadcasts in blocks
    that fit the cache."""
    options: Any = {
        "flags": ["external_loop", "buffered", "zerosize_ok"],
        "op_flags": [["readonly"]] * 5 + [["writeonly", "allocate"]],
        "op_dtypes": [np.float64] * 5 + [np.int8],
    }
    blocks = np.nditer([*arrays, None], buffersize=watch.BLOCK, order="C", **options)
    with blocks, np.errstate(all="ignore"):
        for *block, codes in blocks:
            deciders = _deciders(*block)
            codes[...] = deciders.phase()
            doubt = np.flatnonzero(_near(deciders, *block) | _extreme(*block))
            if doubt.size:
                codes[doubt] = _with_care(*(array[doubt] for array in block))
        return np.asarray(blocks.operands[-1])


def _with_care(*cells: FloatArray) -> Any:
    """The phase of cells that are extreme or near a boundary: in a unit in which λ is near 1, and
    where that does not decide in fractions."""
    eta, curv, out, n, y = cells
    power = np.frexp(curv)[1]
    unit = np.ldexp(1.0, -np.clip(power, -1000, 1000))
    scaled = eta / unit, curv * unit, out * unit, n, y * unit
    deciders = _deciders(*scaled)
    codes = deciders.phase()
    # of smaller numbers nothing is lost: what decides is compared with 1 and with 4
    lost = ~np.isfinite(deciders.tau_squared) | (((n < _SAFE[0]) | (n > _SAFE[1])) & (n < np.inf))
    doubt = np.flatnonzero(_near(deciders, *scaled) | lost)
    if doubt.size:
        codes[doubt] = _deciders(*_fractions(*(array[doubt] for array in cells))).phase()
    return codes


class _Deciders(NamedTuple):
    first_step: Any
    V: Any
    tau_squared: Any
    residual_squared: Any

    def phase(self) -> Any:
        first, v, tau2, r2 = self
        bounded = (tau2 <= 4) & ((v > 0) | ((v == 0) & (r2 <= 4)))
        return np.where(
            (tau2 <= 1) & (v > 0),
            np.where(abs(first) > 1, Phase.CATAPULT, Phase.LAZY),
            np.where(bounded, Phase.OSCILLATING, Phase.DIVERGENT),
        )


def _deciders(eta: Any, curv: Any, out: Any, n: Any, y: Any) -> _Deciders:
    return _Deciders(
        _derived.first_step(eta, curv, out, n, y),
        _derived.invariant(eta, curv, out, n, y),
        _derived.tau_squared(eta, n, y),
        _derived.residual_squared(eta, out, n, y),
    )


def _near(deciders: _Deciders, eta: Any, curv: Any, out: Any, n: Any, y: Any) -> Any:
    """Where rounding may have changed the phase, or something has overflowed."""
    first, v, tau2, _ = deciders
    size, label = np.abs(out), np.abs(y)
    # the same formula with every term positive
    v_terms = _derived.invariant(eta, -curv, size + 2 * label, n, label)
    first_terms = _derived.first_step(eta, -curv, size, n, -label)
    far_v = np.abs(v) > _ROUNDING * v_terms
    far_first = np.abs(np.abs(first) - 1) > _ROUNDING * first_terms
    near_one, near_four = np.abs(tau2 - 1) <= _ROUNDING, np.abs(tau2 - 4) <= 4 * _ROUNDING
    return near_four | (
        (tau2 <= 4) & ~(far_v & ((v <= 0) | ~(near_one | ((tau2 <= 1) & ~far_first))))
    )


def _extreme(eta: Any, curv: Any, out: Any, n: Any, y: Any) -> Any:
    """Where products may overflow or underflow."""
    low, high = _SAFE
    doubt = ((n < low) | (n > high)) & (n < np.inf)
    for number in (eta, curv, np.abs(out), np.abs(y)):
        doubt |= (number != 0) & ((number < low) | (number > high))
    return doubt


def _fractions(*arrays: FloatArray) -> list[Any]:
    """The same numbers as fractions; at infinite width the limits, those of f = y = 0 at any finite
    width."""
    *rest, out, n, y = (array.copy() for array in np.broadcast_arrays(*arrays))
    infinite = np.isinf(n)
    out[infinite], n[infinite], y[infinite] = 0.0, 1.0, 0.0
    return [np.frompyfunc(Fraction, 1, 1)(array) for array in (*rest, out, n, y)]


def rooted(formula: Callable[..., Any], start: Start, least: float = -np.inf) -> Any:
    """A formula of a start with one square root. Its radicand, taken to be at least so much, is
    exact where it is small beside λ²; `nan` where it is negative."""
    radicands: list[Any] = []

    def root(radicand: Any) -> Any:
        radicands.append(radicand)
        return np.sqrt(np.maximum(radicand, least))

    value = np.asarray(formula(*start, root))
    small = np.abs(radicands[0]) < _SMALL * start.curvature * start.curvature
    if small.any():
        numbers = _fractions(*(array[small] for array in np.broadcast_arrays(*start)))
        rational_root = np.frompyfunc(lambda q: _root(max(q, least)), 1, 1)
        value[small] = formula(*numbers, rational_root)
    return value


def _root(radicand: Any) -> float:
    return math.sqrt(radicand) if radicand >= 0 else math.nan
