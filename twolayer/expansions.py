"""The expansions of the final curvature at target 0, evaluated on arrays of runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from . import _derived, _expansions
from .arguments import EPS, FloatArray

_CUT = 1e-14  # what the expansions leave out, as a share


_FEW = 1e-3  # of the radius in z: there two rows of BULK and of COORDINATE leave less than 1e-17


def _floats(rows: Any) -> Any:
    """Pairs (numerator, denominator), however nested, as floats."""
    if isinstance(rows[0], int):
        return rows[0] / rows[1]
    return [_floats(row) for row in rows]


_MIRROR, _MIRROR_END, _MIRROR_RADIUS = map(
    _floats, (_expansions.MIRROR, _expansions.MIRROR_END, _expansions.MIRROR_RADIUS)
)


_FLAT, _FLAT_END, _FLAT_RADIUS = map(
    _floats, (_expansions.FLAT, _expansions.FLAT_END, _expansions.FLAT_RADIUS)
)


_BULK_RADIUS, _MANIFOLD_RADIUS = map(
    _floats, (_expansions.BULK_RADIUS, _expansions.MANIFOLD_RADIUS)
)


def _horner(coefficients: Any, x: FloatArray) -> FloatArray:
    """Polynomial with the given coefficients of x⁰, x¹, …"""
    if len(coefficients) == 1:
        return np.full_like(x, coefficients[0])
    total: FloatArray = coefficients[-1] * x
    total += coefficients[-2]
    for value in coefficients[-3::-1]:
        total *= x
        if value:
            total += value
    return total


def _double(rows: Any, a: FloatArray, b: FloatArray) -> FloatArray:
    """Σ_j b^j Σ_i rows[j][i] a^i."""
    total = _horner(rows[-1], a)
    for row in rows[-2::-1]:
        total *= b
        total += _horner(row, a)
    return total


def _factors(x: FloatArray, rows: int = 4) -> list[FloatArray]:
    """What the denominators in that many rows of a table are made of (see `_expansions.BULK`)."""
    q = 1 - x
    factors = [-q, x * (2 - x)]
    q *= q
    factors.append(1 + q)
    if rows > 2:
        square = q * q
        factors += [factors[2] + square, 1 + square]
    return factors


def _nested(table: Any, x: FloatArray, factors: list[FloatArray], z: FloatArray) -> FloatArray:
    """t₁(N₁ + t₂(N₂ + …)), t_k = z over a product of factors."""
    total = None
    for numerator, exponents in table[::-1]:
        term = _horner(numerator, x)
        if total is not None:
            term += total
        term *= z
        below = None
        # the last ones do not occur in two rows
        for factor, exponent in zip(factors, exponents, strict=False):
            for _ in range(exponent):
                below = factor if below is None else below * factor
        total = term if below is None else np.divide(term, below, out=term)
    assert total is not None
    return total


@dataclass
class _Runs:
    """Runs that are still iterated: V, s, what the steps made of 1 as a mean of P and Q, and, shape
    (3, runs), of three changes of (V, s): roundings of ηλ and of ηf/√n, and one of the steps, never
    smaller than what the last step may have rounded."""

    index: Any
    V: FloatArray
    s: FloatArray
    share: FloatArray
    dV: FloatArray
    ds: FloatArray

    def take(self, chosen: Any) -> _Runs:
        """Runs by a slice, as views, or by indices."""
        columns = (self.index, self.V, self.s, self.share, self.dV, self.ds)
        return _Runs(
            *(
                part[..., chosen] if isinstance(chosen, slice) else part.take(chosen, axis=-1)
                for part in columns
            )
        )

    @staticmethod
    def join(parts: list[_Runs]) -> _Runs:
        if len(parts) == 1:
            return parts[0]
        return _Runs(
            *(
                np.concatenate([getattr(part, f.name) for part in parts], axis=-1)
                for f in fields(_Runs)
            )
        )

    def advance(self) -> None:
        least = (2 * EPS) * np.abs(self.s)  # by which the step itself may round the next s
        self.dV, ds = _derived.portrait_change(self.V, self.s, self.dV, self.ds)
        self.V, self.s, self.share = _derived.portrait_step(self.V, self.s, self.share)
        self.ds = ds
        np.copysign(np.maximum(np.abs(ds[2]), least), ds[2], out=ds[2])


@dataclass
class _Ends:
    """One entry a run: the geometric mean of P and Q at the start and how far rounding can move it;
    the final x, what a rounding of the start does to it, and the steps taken."""

    mean: FloatArray
    spread: FloatArray
    x: FloatArray
    change: FloatArray
    steps: Any


def _near_critical(run: _Runs, ends: _Ends) -> tuple[FloatArray, FloatArray]:
    """Final x and its first-order change, from the mirror series."""
    d, z = 2 - run.V, run.s * run.s
    rho = np.sqrt(np.maximum(_double(_MIRROR, d, z), 0.0))
    change = np.abs(d) * np.abs(run.dV).sum(axis=0) + 2 * np.abs(run.s) * np.abs(run.ds).sum(axis=0)
    return 2 + rho * _horner(_MIRROR_END, rho), change / np.maximum(rho, np.sqrt(change) + 1e-300)


def _near_origin(run: _Runs, ends: _Ends) -> tuple[FloatArray, FloatArray]:
    """The same from the flat series."""
    x, mean = 4 - run.V, np.abs(ends.mean[run.index] * run.share)
    factor = np.sqrt(_double(_FLAT, x, mean * mean))
    factor *= _horner(_FLAT_END, mean * factor)
    larger = np.maximum(x / 2 + np.abs(run.s), mean)
    toward = np.abs(run.dV / 2).sum(axis=0) + np.abs(run.ds).sum(axis=0)
    # a step rounds s, but `mean` stays what it was
    away = np.abs(run.dV / 2 + np.sign(run.s) * run.ds)[:2].sum(axis=0)
    change = mean * toward / larger + np.minimum(
        away * larger / np.maximum(mean, 1e-300), np.sqrt(away * larger)
    )
    return mean * factor, factor * (change / 2 + np.abs(ends.spread[run.index] * run.share))


def _in_bulk(run: _Runs, ends: _Ends, rows: int = 4) -> tuple[FloatArray, FloatArray]:
    """The same from the bulk series; a run that stands still, s = 0, stays."""
    x, z = 4 - run.V, run.s * run.s
    factors = _factors(x, rows)
    slope = run.V / factors[1]
    change = np.abs(run.dV).sum(axis=0) + 2 * np.abs(slope * run.s) * np.abs(run.ds).sum(axis=0)
    return x + _nested(_expansions.BULK[:rows], x, factors, z), change


def _jump(run: _Runs, ends: _Ends, rows: int = 4) -> tuple[FloatArray, ...]:
    """The same run a number of steps later, along the unstable manifold of the fixed point that it
    comes from."""
    x, s, z = 4 - run.V, np.abs(run.s), run.s * run.s
    factors = _factors(x, rows)
    width = factors[1] * factors[1] / 4
    origin = x + _nested(_expansions.BULK[:rows], x, factors, z)
    sigma = s * (1 + _nested(_expansions.COORDINATE[:rows], x, factors, z))
    rate, factors = origin - 1, _factors(origin)
    reach = np.sqrt(_MANIFOLD_RADIUS) * np.abs(factors[1]) / 2
    skipped = np.maximum(np.floor(np.log(reach / sigma) / np.log(rate)), 0.0)
    sigma *= rate**skipped
    w = sigma * sigma
    later = origin + _nested(_expansions.MANIFOLD_X, origin, factors, w)
    output = sigma * (1 + _nested(_expansions.MANIFOLD_S, origin, factors, w))
    omitted = _CUT * ((z / (_BULK_RADIUS * width)) ** 5 + (sigma / reach) ** 10)
    apart = np.abs(run.ds).sum(axis=0)
    # the fixed point
    moved = np.abs(run.dV).sum(axis=0) + 2 * np.abs(run.V / factors[1]) * s * apart
    grown = apart / s + skipped * (moved / rate + EPS) + omitted  # sigma, as a share of it
    ends.mean[run.index] = np.sqrt((later / 2 - output) * (later / 2 + output))
    ends.spread[run.index] = EPS * ends.mean[run.index]
    along = 2 * (4 - origin) / np.abs(factors[1]) * w * grown
    return (
        4 - later,
        output,
        np.ones_like(x),
        np.stack([moved, along, 0 * s]),
        np.stack([0 * s, output * grown, 0 * s]),
    )
