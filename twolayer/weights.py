"""Gradient descent on the weights of networks with one input, written from its definition: the
judge's inner loop.

f = v·u/√n, where n, `width`, is the number of units or, for f = α v·u, 1/α²; L = ½(f − y)², so a
step is u′ = u − c v, v′ = v − c u with c = η(f − y)/√n. The curvature |∂f/∂(u, v)|² is
(|u|² + |v|²)/n. Nothing here knows the theory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import watch
from .arguments import FloatArray, Mask
from .runs import Runs

CHUNK = 65_536  # hidden units that one step touches at a time: few enough for one thread
LINE = 4096  # products that one dot product sums
TOGETHER = 131_072  # units that are stepped together: their weights stay in the cache


def _dots(a: FloatArray, b: FloatArray) -> Any:
    """Row-wise dot products, in lines of fixed length: the same bits however rows are grouped."""
    whole = a.shape[-1] // LINE * LINE
    if not whole:
        return np.vecdot(a, b)
    total = np.vecdot(a[..., whole:], b[..., whole:])
    lines = (*a.shape[:-1], whole // LINE, LINE)
    a, b = (part[..., :whole].reshape(lines) for part in (a, b))
    return total + np.vecdot(a, b).sum(-1)


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
    """Runs of a batch of networks (..., units), one step after the other. A state is weights (runs,
    2, units), eta, label, output and curvature."""

    def __init__(self, u: FloatArray, v: FloatArray, width: float, runs: Runs) -> None:
        self.u, self.v = (part.reshape(-1, part.shape[-1]) for part in (u, v))
        self.width, self.root, self.runs = width, float(np.sqrt(width)), runs
        self.spare = np.empty((0, 0, 0))  # weights that a step has replaced

    def start(self, index: watch.Index, nudge: int) -> watch.State:
        """The weights of some runs. Twins, of which only the end is asked for, have two units."""
        network, units = self.runs.network[index], self.u.shape[-1]
        eta, y = watch.nudged(self.runs.eta[index], nudge), self.runs.target[index]
        if nudge:
            weights = two_units(self.u[network], self.v[network])
        else:
            # room for two states in one piece, which the system does not take back between calls
            room = np.empty((1 + (units <= CHUNK), index.size, 2, units))
            weights, self.spare = room[0], room[-1]
            for chunk in watch.in_blocks(units, CHUNK):
                weights[:, 0, chunk] = self.u[network, chunk]
                weights[:, 1, chunk] = self.v[network, chunk]
        return weights, eta, y, output(weights, self.width), curvature(weights, self.width)

    def advance(self, state: watch.State) -> watch.State:
        """The state after one step; the next writes over the weights of this one."""
        weights, eta, y, f, _ = state
        mixing = np.ones((len(weights), 2, 2))
        mixing[:, 0, 1] = mixing[:, 1, 0] = eta * (y - f) / self.root
        if weights.shape[-1] > CHUNK:
            return weights, eta, y, *self._in_place(weights, mixing)
        moved = self.spare[: len(weights)]
        if moved.shape != weights.shape:
            moved = np.empty_like(weights)
        np.matmul(mixing, weights, out=moved)
        self.spare = weights
        return moved, eta, y, *self._seen(_dots(moved[:, 0], moved[:, 1]), _dots(moved, moved))

    def _in_place(self, weights: FloatArray, mixing: FloatArray) -> tuple[Any, Any]:
        """Output and curvature after a step: each weight travels from memory once."""
        product: Any = 0.0
        squares: Any = 0.0
        room = np.empty((*weights.shape[:-1], CHUNK))
        for chunk in watch.in_blocks(weights.shape[-1], CHUNK):
            part = weights[..., chunk]
            part[...] = np.matmul(mixing, part, out=room[..., : part.shape[-1]])
            product = product + _dots(part[:, 0], part[:, 1])
            squares = squares + _dots(part, part)
        return self._seen(product, squares)

    def _seen(self, product: FloatArray, squares: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Output and curvature, of u·v and of |u|² and |v|²."""
        return product / self.root, (squares[:, 0] + squares[:, 1]) / self.width

    def model(self, tolerance: float, absorbing: Any) -> watch.Model:
        """The runs as something to watch."""

        def measure(state: watch.State) -> tuple[FloatArray, ...]:
            _, _, y, f, lam = state
            return lam, (f - y) ** 2 / 2, f

        def size(state: watch.State) -> FloatArray:
            _, _, y, f, _ = state
            return np.abs(f - y)

        def sharpness(state: watch.State, which: Any) -> Any:
            _, eta, _, _, lam = state
            return eta[which] * lam[which]

        def certain(state: watch.State) -> Mask:
            _, eta, y, f, lam = state
            usable = np.isfinite(f) & np.isfinite(lam) & (lam > 0)
            eta, y, f, lam = (part[usable] for part in state[1:])
            usable[usable] = absorbing(eta, lam, f, self.width, y)
            return np.asarray(usable)

        together = max(1, TOGETHER // self.u.shape[-1])
        block, predicate = min(watch.BLOCK, together), absorbing and certain
        seen = self.start, self.advance, size, sharpness, predicate, tolerance, block
        return watch.Model(*seen, group=together, measure=measure)
