"""Gradient descent on the weights of networks with one input, written from its definition: the
judge's inner loop.

f = v·u/√n and L = ½(f − y)², so a step is u′ = u − c v, v′ = v − c u with c = η(f − y)/√n. The
curvature |∂f/∂(u, v)|² is (|u|² + |v|²)/n. Nothing here knows the theory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import watch
from .arguments import FloatArray, Mask
from .runs import Runs

CHUNK = 32_768  # hidden units that one step touches at a time: few enough for one thread
LINE = 4096  # products that one dot product sums
TOGETHER = 131_072  # units that are stepped together: their weights stay in the cache


def _dots(a: FloatArray, b: FloatArray) -> Any:
    """Row-wise dot products, in lines of fixed length: the same bits however rows are grouped."""
    whole = a.shape[-1] // LINE * LINE
    total = np.vecdot(a[..., whole:], b[..., whole:])
    if whole:
        lines = (*a.shape[:-1], whole // LINE, LINE)
        a, b = (part[..., :whole].reshape(lines) for part in (a, b))
        total = total + np.vecdot(a, b).sum(-1)
    return total


def output(weights: FloatArray, width: float) -> Any:
    """f of weights (..., 2, units), u and v."""
    chunks = watch.in_blocks(weights.shape[-1], CHUNK)
    parts = (_dots(weights[..., 0, chunk], weights[..., 1, chunk]) for chunk in chunks)
    return sum(parts) / np.sqrt(width)


def curvature(weights: FloatArray, width: float) -> Any:
    """(|u|² + |v|²)/n of weights (..., 2, units)."""
    chunks = watch.in_blocks(weights.shape[-1], CHUNK)
    squares = sum(_dots(weights[..., chunk], weights[..., chunk]) for chunk in chunks)
    return (squares[..., 0] + squares[..., 1]) / width


def two_units(u: FloatArray, v: FloatArray) -> FloatArray:
    """The same networks with their hidden units rotated until all but two are zero, shape (..., 2,
    2): the output does not change, and steps of gradient descent rotate along."""
    length, product = np.sqrt(_dots(u, u)), _dots(u, v)
    along = np.divide(product, length, out=np.zeros_like(product), where=length > 0)
    across = np.sqrt(np.maximum(_dots(v, v) - along * along, 0.0))
    pairs = np.stack((length, np.zeros_like(length), along, across), -1)
    return pairs.reshape(*length.shape, 2, 2)


class Descent:
    """Runs of a batch of networks (..., units), one step after the other.

    A state is weights (runs, 2, units), eta, label and output; where the units fill several chunks,
    which are moved in place, also the curvature. Else it is computed where it is asked for.
    """

    def __init__(self, u: FloatArray, v: FloatArray, width: float, runs: Runs) -> None:
        self.u, self.v = (part.reshape(-1, part.shape[-1]) for part in (u, v))
        self.width, self.runs = width, runs
        self.spare = np.empty((0, 0, 0))  # weights that a step has replaced

    def start(self, index: watch.Index, nudge: int) -> watch.State:
        """The weights of some runs. Twins, of which only the end is asked for, have two units."""
        network, units = self.runs.network[index], self.u.shape[-1]
        rate, label = watch.nudged(self.runs.eta[index], nudge), self.runs.target[index]
        if nudge:
            weights = two_units(self.u[network], self.v[network])
        else:
            # room for two states in one piece, which the system does not take back between calls
            room = np.empty((1 + (units <= CHUNK), index.size, 2, units))
            weights, self.spare = room[0], room[-1]
            for chunk in watch.in_blocks(units, CHUNK):
                weights[:, 0, chunk] = self.u[network, chunk]
                weights[:, 1, chunk] = self.v[network, chunk]
        state = weights, rate, label, output(weights, self.width)
        wide = weights.shape[-1] > CHUNK
        return (*state, curvature(weights, self.width)) if wide else state

    def advance(self, state: watch.State) -> watch.State:
        """The state after one step; the next writes over the weights of this one."""
        weights, eta, y, f = state[:4]
        mixing = np.ones((len(weights), 2, 2))
        mixing[:, 0, 1] = mixing[:, 1, 0] = eta * (y - f) / np.sqrt(self.width)
        if weights.shape[-1] > CHUNK:
            return weights, eta, y, *self._in_place(weights, mixing)
        moved = self.spare[: len(weights)]
        if moved.shape != weights.shape:
            moved = np.empty_like(weights)
        np.matmul(mixing, weights, out=moved)
        self.spare = weights
        return moved, eta, y, output(moved, self.width)

    def _in_place(self, weights: FloatArray, mixing: FloatArray) -> tuple[Any, Any]:
        """Output and curvature after a step: each weight travels from memory once."""
        product = squares = 0.0
        for chunk in watch.in_blocks(weights.shape[-1], CHUNK):
            part = mixing @ weights[..., chunk]
            weights[..., chunk] = part
            product = product + output(part, self.width)
            squares = squares + curvature(part, self.width)
        return product, squares

    def curvatures(self, state: watch.State, which: Any) -> Any:
        """Of chosen runs."""
        return state[4][which] if len(state) > 4 else curvature(state[0][which], self.width)

    def model(self, tolerance: float, absorbing: Any) -> watch.Model:
        """The runs as something to watch."""

        def measure(state: watch.State) -> tuple[FloatArray, ...]:
            _, _, y, f = state[:4]
            return self.curvatures(state, slice(None)), (f - y) ** 2 / 2, f

        def size(state: watch.State) -> FloatArray:
            _, _, y, f = state[:4]
            return np.abs(f - y)

        def sharpness(state: watch.State, which: Any) -> Any:
            return state[1][which] * self.curvatures(state, which)

        def certain(state: watch.State) -> Mask:
            lam = self.curvatures(state, slice(None))
            _, *rest = state[:4]
            usable = np.isfinite(rest[-1]) & np.isfinite(lam) & (lam > 0)
            eta, y, f, lam = (part[usable] for part in (*rest, lam))
            usable[usable] = absorbing(eta, lam, f, self.width, y)
            return np.asarray(usable)

        together = max(1, TOGETHER // self.u.shape[-1])
        block, predicate = min(watch.BLOCK, together), absorbing and certain
        seen = self.start, self.advance, size, sharpness, predicate, tolerance, block
        return watch.Model(*seen, group=together, measure=measure)
