"""The phase of checked cells, exactly right for the float64 numbers given.

What decides it is rational in the arguments (derivations `boundaries.first_step`,
`divergence.criterion`, `divergence.eta_flat`). float64 decides most cells; where rounding might
change the answer, fractions do.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import _derived, watch
from .arguments import EPS, FloatArray
from .results import Phase

# relative to the sum of the terms' sizes: at most ten roundings of half an eps, and a margin
_ROUNDING = 8 * EPS
# sizes whose products in the deciding quantities neither overflow nor underflow
_SAFE = (1e-60, 1e60)


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
            doubt = np.flatnonzero(_doubtful(deciders, *block))
            if doubt.size:
                codes[doubt] = _deciders(*_fractions(*(array[doubt] for array in block))).phase()
        return np.asarray(blocks.operands[-1])


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


def _doubtful(deciders: _Deciders, eta: Any, curv: Any, out: Any, n: Any, y: Any) -> Any:
    """Where rounding may have changed the phase."""
    first, v, tau2, _ = deciders
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


def _fractions(*arrays: FloatArray) -> list[Any]:
    """The same numbers as fractions; at infinite width the limits, those of f = y = 0 at any finite
    width."""
    infinite = np.isinf(arrays[3])
    eta, curv, out, n, y = (array.copy() for array in np.broadcast_arrays(*arrays))
    out[infinite], n[infinite], y[infinite] = 0.0, 1.0, 0.0
    return [np.frompyfunc(Fraction, 1, 1)(array) for array in (eta, curv, out, n, y)]
