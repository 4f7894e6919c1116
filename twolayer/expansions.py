"""The expansions of the final curvature at target 0, evaluated on arrays of runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import numpy as np

from . import _derived
from . import _expansions as tables
from ._expansions import BULK, COORDINATE, MANIFOLD_S, MANIFOLD_X
from .arguments import EPS, FloatArray, Mask
from .watch import ALL, in_blocks

OMITTED = 1e-14  # what the expansions leave out, as a share
TWO_ROWS = 1e-3  # of BULK_RADIUS: there two rows of BULK and of COORDINATE leave less than 1e-17


def _floats(rows: Any) -> Any:
    """Pairs (numerator, denominator), however nested, as floats."""
    if isinstance(rows[0], int):
        return rows[0] / rows[1]
    return [_floats(row) for row in rows]


MIRROR, MIRROR_END = _floats(tables.MIRROR), _floats(tables.MIRROR_END)
FLAT, FLAT_END = _floats(tables.FLAT), _floats(tables.FLAT_END)
MIRROR_RADIUS, FLAT_RADIUS = _floats(tables.MIRROR_RADIUS), _floats(tables.FLAT_RADIUS)
BULK_RADIUS, MANIFOLD_RADIUS = _floats(tables.BULK_RADIUS), _floats(tables.MANIFOLD_RADIUS)
# the terms of MIRROR of weights 2 and 3 (delta weighs 1, z weighs 2): the level of its radius
LEVEL = [row[: 4 - 2 * j] for j, row in enumerate(MIRROR[:2])]


def horner(coefficients: Any, x: FloatArray) -> Any:
    """Polynomial with the given coefficients of x⁰, x¹, …"""
    total = coefficients[-1]
    for value in coefficients[-2::-1]:
        total *= x
        if value:
            total += value
    return total


def double(rows: Any, a: FloatArray, b: FloatArray) -> Any:
    """Σ_j b^j Σ_i rows[j][i] a^i."""
    total = horner(rows[-1], a)
    for row in rows[-2::-1]:
        total *= b
        total += horner(row, a)
    return total


def span(x: FloatArray) -> FloatArray:
    """x(2 − x): the bulk series and the manifold measure s against half of it."""
    return x * (2 - x)


def nested(table: Any, x: FloatArray, z: FloatArray) -> Any:
    """t₁(N₁ + t₂(N₂ + …)), t_k = z over a product of what the denominators in the tables are made
    of (see `_expansions.BULK`)."""
    square = (1 - x) * (1 - x)
    fourth = square * square
    factors = [x - 1, span(x), 1 + square, 1 + square + fourth, 1 + fourth]
    total: Any = 0.0
    for numerator, exponents in table[::-1]:
        powers = zip(factors, exponents, strict=True)
        below = reduce(mul, (factor for factor, power in powers for _ in range(power)))
        total = total + horner(numerator, x)
        total *= z
        total /= below
    return total


@dataclass
class Ends:
    """One entry a run: the geometric mean of P and Q where it starts, or where its last jump
    landed, and how far rounding can move it; the final x, what roundings do to it, and the steps
    taken."""

    mean: FloatArray
    mean_error: FloatArray
    x: FloatArray
    x_change: FloatArray
    steps: Any


@dataclass
class Runs:
    """Runs on their way: V, s, the geometric mean of P and Q as a share of that in `Ends`, and,
    shape (3, runs), three changes of (V, s): roundings of ηλ and of ηf/√n, and one of the steps,
    never smaller than what the last step may have rounded."""

    index: Any  # in `Ends`
    V: FloatArray
    s: FloatArray
    mean_share: FloatArray
    dV: FloatArray
    ds: FloatArray

    def take(self, chosen: Mask) -> Runs:
        (which,) = chosen.nonzero()
        return Runs(*(column.take(which, axis=-1) for column in vars(self).values()))

    @staticmethod
    def join(parts: list[Runs], most: int = ALL) -> list[Runs]:
        """All runs of the parts, so many at a time."""
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        joined = [np.concatenate(column, axis=-1) for column in columns]
        return [
            Runs(*(column[..., block] for column in joined))
            for block in in_blocks(joined[0].size, most)
        ]

    def moved(self) -> tuple[FloatArray, FloatArray]:
        """How far all roundings together can have moved V and s."""
        return np.abs(self.dV).sum(axis=0), np.abs(self.ds).sum(axis=0)

    def advance(self) -> None:
        least = (2 * EPS) * np.abs(self.s)  # by which the step itself may round the next s
        self.dV, ds = _derived.portrait_change(self.V, self.s, self.dV, self.ds)
        self.V, self.s, self.mean_share = _derived.portrait_step(self.V, self.s, self.mean_share)
        self.ds = ds
        np.copysign(np.maximum(np.abs(ds[2]), least), ds[2], out=ds[2])


End = tuple[FloatArray, FloatArray]  # final x and its first-order change


def near_critical(runs: Runs, ends: Ends) -> End:
    """Final x and its first-order change, from the mirror series."""
    delta, (dV, ds) = 2 - runs.V, runs.moved()
    rho = np.sqrt(np.maximum(double(MIRROR, delta, runs.s * runs.s), 0.0))
    change = np.abs(delta) * dV + 2 * np.abs(runs.s) * ds
    return 2 + rho * horner(MIRROR_END, rho), change / np.maximum(rho, np.sqrt(change) + 1e-300)


def near_origin(runs: Runs, ends: Ends) -> End:
    """The same from the flat series."""
    x, mean, (dV, ds) = 4 - runs.V, np.abs(ends.mean[runs.index] * runs.mean_share), runs.moved()
    factor = np.sqrt(double(FLAT, x, mean * mean))
    factor *= horner(FLAT_END, mean * factor)
    larger = np.maximum(x / 2 + np.abs(runs.s), np.maximum(mean, 1e-300))  # of P and Q
    # a step rounds s, but the mean stays what it was
    smaller_moved = np.abs(runs.dV / 2 + np.sign(runs.s) * runs.ds)[:2].sum(axis=0)
    product_moved = smaller_moved * larger
    change = mean * (dV / 2 + ds) / larger + np.minimum(
        product_moved / np.maximum(mean, 1e-300), np.sqrt(product_moved)
    )
    mean_error = np.abs(ends.mean_error[runs.index] * runs.mean_share)
    return mean * factor, factor * (change / 2 + mean_error)


def _end_moved(runs: Runs, x: FloatArray) -> FloatArray:
    """How far roundings move what the bulk series gives, by its first two terms."""
    dV, ds = runs.moved()
    return dV + 2 * np.abs(runs.V / span(x) * runs.s) * ds


def in_bulk(runs: Runs, ends: Ends, rows: int = 4) -> End:
    """The same from the bulk series; a run that stands still, s = 0, stays."""
    x = 4 - runs.V
    return x + nested(BULK[:rows], x, runs.s * runs.s), _end_moved(runs, x)


def jump(runs: Runs, ends: Ends, rows: int = 4) -> Runs:
    """The same runs a number of steps later, along the unstable manifold of the fixed point that
    each comes from."""
    x, s, z = 4 - runs.V, np.abs(runs.s), runs.s * runs.s
    fixed = x + nested(BULK[:rows], x, z)
    sigma = s * (1 + nested(COORDINATE[:rows], x, z))
    multiplier, width = fixed - 1, np.abs(span(fixed))
    reach = np.sqrt(MANIFOLD_RADIUS) * width / 2
    skipped = np.maximum(np.floor((np.log(reach) - np.log(sigma)) / np.log(multiplier)), 0.0)
    half = np.floor(skipped / 2)  # of a tiny sigma the whole power would overflow
    landing = sigma * multiplier**half * multiplier ** (skipped - half)
    w = landing * landing
    later_x = fixed + nested(MANIFOLD_X, fixed, w)
    later_s = landing * (1 + nested(MANIFOLD_S, fixed, w))
    omitted = OMITTED * ((z / (BULK_RADIUS * (span(x) ** 2 / 4))) ** 5 + (landing / reach) ** 10)
    moved = _end_moved(runs, fixed)
    # of sigma, as a share
    grown = runs.moved()[1] / s + skipped * (moved / multiplier + EPS) + omitted
    p, q, later_V = _derived.triangle(later_x, later_s, 0.0)
    ends.mean[runs.index] = mean = np.sqrt(p * q)
    ends.mean_error[runs.index] = EPS * mean
    along, none = 2 * (4 - fixed) / width * w * grown, np.zeros_like(x)
    dV, ds = np.stack([moved, along, none]), np.stack([none, later_s * grown, none])
    return Runs(runs.index, later_V, later_s, np.ones_like(x), dV, ds)
