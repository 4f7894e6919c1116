"""Odds from what starts did: probabilities with exact intervals, and where they are even."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import FloatArray
from ..data_results import ConvergenceOdds
from ..results import Phase


def summary(
    sharpness: FloatArray, curvature: FloatArray, phase: NDArray[np.int8], confidence: float
) -> ConvergenceOdds:
    """Probability with its interval, and the value at which it is one half with its interval."""
    starts = len(phase)
    converged = np.sum(phase <= Phase.CATAPULT, axis=0)
    undecided = np.sum(phase == Phase.UNDECIDED, axis=0)
    decided = starts - undecided
    probability = converged / np.where(decided > 0, decided, np.nan)
    low, high = _interval(converged, converged + undecided, starts, confidence)
    values = np.r_[0.0, sharpness, np.inf]
    surely = np.r_[True, low > 0.5, False]
    surely_not = np.r_[False, high < 0.5, True]
    first = np.flatnonzero(surely)[-1]
    last = first + surely_not[first:].argmax()
    half = _half(sharpness[:last], probability[:last])
    return ConvergenceOdds(
        sharpness,
        curvature,
        phase,
        probability,
        low,
        high,
        half,
        values[first],
        values[last],
        np.float64(confidence),
    )


def _interval(
    fewest: Any, most: Any, total: int, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Clopper and Pearson's: the probabilities that leave (1 − confidence)/2 to at least the fewest
    and to at most the most."""
    from scipy import special

    tail = (1 - confidence) / 2
    low = special.betaincinv(np.maximum(fewest, 1), total - fewest + 1, tail)
    high = special.betainccinv(most + 1, np.maximum(total - most, 1), tail)
    return np.where(fewest > 0, low, 0.0), np.where(most < total, high, 1.0)


def _half(sharpness: FloatArray, probability: FloatArray) -> Any:
    """Where the probability falls through one half for the last time."""
    known = np.isfinite(probability)
    x, p = sharpness[known], probability[known]
    above = np.flatnonzero(p >= 0.5)
    if above.size == 0 or (i := above[-1]) == x.size - 1:
        return np.float64(np.nan)
    return x[i] + (x[i + 1] - x[i]) * (p[i] - 0.5) / (p[i] - p[i + 1])
