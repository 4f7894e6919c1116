"""Boundaries located from what runs do."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import arguments
from .arguments import FloatArray
from .results import Boundaries, Interval, Phase

__all__ = ["locate_boundaries"]

_Phases = tuple[Phase, ...]
_LAZY = (Phase.LAZY,)
_CATAPULT = (Phase.CATAPULT,)
_CONVERGES = (Phase.LAZY, Phase.CATAPULT)
_DOES_NOT = (Phase.OSCILLATING, Phase.DIVERGENT)


class _Observations:
    """What was observed: rates and phase codes, one row an observation."""

    def __init__(self, observe: Callable[[Any], Any], low: FloatArray) -> None:
        self.observe = observe
        self.codes = self.phases(low)[None]
        self.rates = np.broadcast_to(low, self.codes.shape)

    def phases(self, rates: FloatArray) -> NDArray[np.int8]:
        codes = np.asarray(self.observe(rates[()]))
        if codes.dtype.kind not in "iu" or np.any((codes < 0) | (codes > max(Phase))):
            raise ValueError("observe(eta) must return Phase codes, one for each learning rate")
        return codes.astype(np.int8)

    def look(self, rates: FloatArray) -> NDArray[np.int8]:
        codes = self.phases(rates)
        self.codes = np.concatenate([self.codes, codes[None]])
        self.rates = np.concatenate([self.rates, rates[None]])
        return codes

    def edge(self, phases: _Phases, last: bool) -> tuple[FloatArray, NDArray[np.int8]]:
        """The last (or first) rate with one of these phases, and its phase; nan where none has."""
        seen = np.isin(self.codes, phases)
        rates = np.where(seen, self.rates, -np.inf if last else np.inf)
        at = rates.argmax(0, keepdims=True) if last else rates.argmin(0, keepdims=True)
        rate = np.take_along_axis(np.where(seen, self.rates, np.nan), at, 0)
        return rate[0], np.take_along_axis(self.codes, at, 0)[0]

    def bisect(self, lower: _Phases, upper: _Phases, rtol: float) -> Interval:
        """Narrow the gap between the last rate of the lower phases and the first of the upper."""
        (low, _), (high, _) = self.edge(lower, last=True), self.edge(upper, last=False)
        ended = np.any((self.rates > low) & (self.rates < high), axis=0)  # by UNDECIDED
        while (active := ~ended & (high - low > rtol * high)).any():
            middle = low + (high - low) / 2
            codes = self.look(np.where(active, middle, self.rates[0]))
            goes_low, goes_high = (active & np.isin(codes, phases) for phases in (lower, upper))
            low, high = np.where(goes_low, middle, low), np.where(goes_high, middle, high)
            ended = ~(goes_low | goes_high)
        low, phase_low = self.edge(lower, last=True)
        high, phase_high = self.edge(upper, last=False)
        absent = np.isnan(low) | np.isnan(high)
        low, high = (np.where(absent, np.inf, edge) for edge in (low, high))
        return Interval(low[()], high[()], phase_low[()], phase_high[()])

    def require(self, name: str, phases: _Phases, allowed: str, where: Any = True) -> None:
        """Raise unless, `where` it matters, the phase at the end `name` is one of these."""
        at = {"low": 0, "high": -1}[name]
        codes = self.codes[at]
        bad = np.asarray(~np.isin(codes, phases) & where)
        if bad.any():
            cell = tuple(np.argwhere(bad)[0])
            raise ValueError(
                f"{name} = {self.rates[at][cell]!s} must be {allowed}; there the phase is "
                f"{Phase(codes[cell]).name}"
            )

    def check_order(self) -> None:
        """Raise if LAZY, CATAPULT, and what does not converge were not seen in this order."""
        rates, codes = (np.reshape(rows, (len(rows), -1)) for rows in (self.rates, self.codes))
        order = rates.argsort(0, kind="stable")
        rates, codes = np.take_along_axis(rates, order, 0), np.take_along_axis(codes, order, 0)
        ranks = np.minimum(codes, Phase.OSCILLATING)
        ranks[codes == Phase.UNDECIDED] = -1
        bad = (ranks < np.maximum.accumulate(ranks, 0)) & (ranks >= 0)
        if bad.any():
            later, cell = np.argwhere(bad)[0]
            earlier = np.argmax(ranks[:, cell] > ranks[later, cell])
            place = tuple(map(int, np.unravel_index(cell, self.rates.shape[1:])))
            where = f" in cell {place}" if place else ""
            first, second = (
                f"{Phase(codes[i, cell]).name} at eta = {rates[i, cell]!s}"
                for i in (earlier, later)
            )
            raise ValueError(
                f"phases are out of order{where}: {first}, {second}; low and high must enclose "
                "nested phases"
            )


def locate_boundaries(
    observe: Callable[[Any], Any], low: Any, high: Any, rtol: float = 1e-8, *, samples: int = 17
) -> Boundaries:
    """Locate η_crit and η_max from what runs do, by bisection, each as an interval.

    Parameters
    ----------
    observe : callable
        ``observe(eta)`` runs something and returns Phase codes; eta has the shape that observe, low
        and high broadcast to.
    low, high : array_like
        Learning rates between which both boundaries are sought: at `low` runs are LAZY, at `high`
        they do not converge. In the unit of `observe`.
    rtol : float
        Width of the intervals relative to their upper end.
    samples : int
        Rates looked at first, evenly in ln η: phases that are out of order in a window wider than
        their spacing are noticed.

    Returns
    -------
    Boundaries
        eta_max separates what converges (LAZY, CATAPULT) from what does not (OSCILLATING,
        DIVERGENT); eta_crit separates LAZY from CATAPULT below it, and is Interval(inf, inf) where
        nothing seen there is CATAPULT. UNDECIDED ends a bisection and stays inside its interval.

    Raises
    ------
    ValueError
        For bad input; if `low` or `high` is on the wrong side; if the phases seen are out of order
        (with labels they need not be nested).

    Examples
    --------
    >>> import twolayer as tl
    >>> net = tl.Network.random(100, rng=0)
    >>> observe = lambda eta: net.outcome(eta, absorbing=tl.certificate).phase
    >>> located = tl.locate_boundaries(observe, 0.1, 10.0)
    >>> bool(abs(located.eta_max.middle * net.curvature - 4) < 1e-7)
    True
    """
    arguments.function("observe", observe)
    below, above = arguments.numbers("low", low, "rate"), arguments.numbers("high", high, "rate")
    arguments.shape_of(low=below, high=above)
    arguments.require("high", above, above > below, "above low")
    tolerance = arguments.single("rtol", rtol)
    samples = arguments.count("samples", samples, least=2)
    below, above = map(np.array, np.broadcast_arrays(below, above))
    observed = _Observations(observe, below)
    for rates in np.geomspace(observed.rates[0], above, samples)[1:]:
        observed.look(rates)
    observed.check_order()
    observed.require("low", _CONVERGES, "a rate at which runs converge")
    observed.require("high", _DOES_NOT, "a rate at which they do not")
    eta_max = observed.bisect(_CONVERGES, _DOES_NOT, tolerance)
    catapults = np.isfinite(observed.edge(_CATAPULT, last=False)[0])
    observed.require("low", _LAZY, "a rate at which runs are LAZY", catapults)
    eta_crit = observed.bisect(_LAZY, _CATAPULT, tolerance)
    observed.check_order()
    return Boundaries(eta_crit, eta_max)
