"""Rivals of `Data` and `GramNetwork`: the loop over starts, weights trained in NumPy, and the one
product that samples need."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import twolayer as tl


def problem(inputs: int = 10) -> tl.Data:
    """50 samples of Gaussian inputs, and labels that no linear map fits."""
    rng = np.random.default_rng(0)
    return tl.Data(rng.standard_normal((50, inputs)), rng.standard_normal(50))


def rate(data: tl.Data, nets: tl.GramNetwork) -> float:
    """Every network converges, a few of them after a catapult."""
    return float(1.2 / np.median(nets.curvature(data)))


def bare_loop(
    gram: Any,
    width: float,
    data: tl.Data,
    eta: float,
    tolerance: float = 1e-12,
    max_steps: int = 10_000,
) -> list[Any]:
    """What a user would write for one output, start by start: iterate the Gram matrix on the
    directions of the data until the loss is small (that is all: the curvature is looked at when it
    is, and at the end; no peak, no twin)."""
    ends, turn, spectrum, d = [], data.directions, data.spectrum, data.inputs
    for one in gram:
        A, C = turn.T @ one[:d, :d] @ turn, one[d, d]
        b = turn.T @ one[:d, d] * np.sqrt(width)
        rest = b - data.solution[:, 0]
        small = tolerance * (spectrum @ (rest * rest))
        push = eta / width
        for step in range(max_steps + 1):  # noqa: B007 - read below
            g = spectrum * rest
            loss = g @ rest
            if loss <= small:
                root = np.sqrt(spectrum)
                curvature = np.linalg.eigvalsh(root[:, None] * A * root + C * np.diag(spectrum))[-1]
                if eta * curvature < 2:
                    break
            if not loss < 1e300:
                curvature = np.inf
                break
            Ag, bg = A @ g, b @ g
            fall = np.outer(b - eta * C / 2 * g, g)
            A = A - push * (fall + fall.T)
            b, rest = (part + eta * (push * bg * g - Ag - C * g) for part in (b, rest))
            C = C - push * (2 * bg - eta * (g @ Ag))
        ends.append((step, curvature))
    return ends


def one_by_one(nets: tl.GramNetwork, data: tl.Data, eta: float) -> list[tl.Outcome]:
    """This package, start by start."""
    return [tl.GramNetwork(gram, nets.width).outcome(data, eta) for gram in nets.gram]


def weights(u: Any, v: Any, data: tl.Data, eta: float, steps: Any) -> list[Any]:
    """Train the weights of each network for as many steps as its outcome took: no curvature, no
    stopping rule."""
    rows, labels = data.rows
    ends = []
    for a, b, count in zip(u, v, steps, strict=True):
        a, b, root = a.copy(), b.copy(), np.sqrt(len(a))
        for _ in range(count):
            slope = eta / root * (rows.T @ (rows @ (a.T @ b) / root - labels))
            a, b = a - b @ slope.T, b - a @ slope
        ends.append((a, b))
    return ends


def stored(samples: int = 10**6, inputs: int = 20) -> tuple[Callable[[], Any], Any]:
    """What reads an .npz that the system has in its cache, and its inputs in memory."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((samples, inputs))
    folder = tempfile.TemporaryDirectory()  # goes when nothing can read it any more
    path = Path(folder.name) / "samples.npz"
    np.savez(path, X=X, Y=X @ rng.standard_normal((inputs, 1)) + rng.standard_normal((samples, 1)))
    return lambda: (tl.Data.read(path), folder)[0], X
