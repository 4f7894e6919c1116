"""Rivals of `simulate` and `outcome`: the paper's recursion in plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np


def plain(eta: Any, curvature: Any, output: Any, width: Any, steps: int) -> Any:
    """What a user would write: the paper's recursion on whole arrays."""
    f, lam = output, curvature
    with np.errstate(all="ignore"):
        for _ in range(steps):
            f, lam = (
                f * (1 - eta * lam + eta**2 * f**2 / width),
                lam + eta * f**2 / width * (eta * lam - 4),
            )
    return f, lam


def trajectory(eta: Any, curvature: Any, output: Any, width: Any, steps: int) -> Any:
    """The same loop, storing its three arrays."""
    f, lam, loss = (np.empty((steps + 1, eta.size)) for _ in range(3))
    f[0], lam[0], loss[0] = output, curvature, output**2 / 2
    with np.errstate(all="ignore"):
        for t in range(steps):
            f[t + 1] = f[t] * (1 - eta * lam[t] + eta**2 * f[t] ** 2 / width)
            lam[t + 1] = lam[t] + eta * f[t] ** 2 / width * (eta * lam[t] - 4)
            loss[t + 1] = f[t + 1] ** 2 / 2
    return f, lam, loss
