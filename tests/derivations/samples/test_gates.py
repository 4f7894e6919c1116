"""ReLU networks on one input: frozen gates, and the gates that a first step closes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from .weights import MODULE, exact


def test_frozen_gates() -> None:
    """A ReLU network whose gates stay as they were: each side follows the scaled map, in
    fractions."""
    random = np.random.default_rng(2)
    u, v, x, y = (exact(random, rows) for rows in (4, 4, 6, 6))
    u[:2], u[2:], x[:3], x[3:] = abs(u[:2]) + 1, -abs(u[2:]) - 1, abs(x[:3]) + 1, -abs(x[3:]) - 1
    gates = np.outer(x, u) > 0
    rate, root, samples = Fraction(1, 13), 2, 6

    def state(units: slice, data: slice) -> tuple[Any, Any, Any]:
        c = (x[data] @ x[data]) / samples
        target = (x[data] @ y[data]) / samples / c
        unit = rate * c / root
        curvature = unit * (u[units] @ u[units] + v[units] @ v[units]) / root
        return curvature, unit * (u[units] @ v[units] / root - target), unit * target

    sides = [(slice(0, 2), slice(0, 3)), (slice(2, 4), slice(3, 6))]
    assert all(gates[data, units].all() and gates[data, units].size == 6 for units, data in sides)
    for _ in range(2):
        expected = [MODULE["scaled_step"](*state(*side)) for side in sides]
        residual = (gates * np.outer(x, u)) @ v / root - y
        slope_u = ((residual * x) @ gates) * v / root / samples
        slope_v = (residual @ (gates * np.outer(x, u))) / root / samples
        u, v = u - rate * slope_u, v - rate * slope_v
        assert [state(*side)[:2] for side in sides] == expected


def test_gates_closed_by_the_first_step() -> None:
    random = np.random.default_rng(3)
    u, v = np.abs(random.standard_normal(10**6)), random.standard_normal(10**6)
    for r in (0.3, -1.7):
        law = MODULE["flipped_fraction"](r, np.arctan)
        assert law == np.arctan(abs(r)) / np.pi
        assert np.mean(u - r * v < 0) == pytest.approx(law, abs=0.002)
