"""Other conventions are the model: in fractions, on weights."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from .samples.weights import MODULE, exact


def of_square(number: Fraction) -> Fraction:
    return Fraction(*map(math.isqrt, number.as_integer_ratio()))


@pytest.mark.parametrize("layers", [(Fraction(9), Fraction(4)), (Fraction(1), Fraction(1, 16))])
def test_a_step_at_two_rates_is_the_step_of_the_model(layers: tuple[Fraction, Fraction]) -> None:
    """Any scale, weight and number of units; the quotient of the rates is a square."""
    random = np.random.default_rng(0)
    u, v = exact(random, 5), exact(random, 5)
    scale, weight, target = Fraction(2, 3), Fraction(7, 5), Fraction(1, 4)
    eta_u, eta_v = (rate / 900 for rate in layers)
    skew = MODULE["rate_skew"](eta_u, eta_v, of_square)
    assert skew**2 == eta_u / eta_v
    width, rate = MODULE["effective_width"](scale), MODULE["model_rate"](eta_v, skew, weight)

    def root(square: Any) -> Fraction:
        assert square == width
        return 1 / scale

    def state() -> tuple[Any, Any]:
        return MODULE["reduced"](u @ u, v @ v, u @ v, skew, width, root)

    assert MODULE["layer_rates"](rate, skew, weight) == (eta_u, eta_v)
    for _ in range(3):
        lam, f = state()
        assert f == scale * (u @ v)
        assert rate * lam == weight * scale**2 * (eta_v * (u @ u) + eta_u * (v @ v))
        expected = MODULE["step"](rate, lam, f, rate / width, target)
        push = weight * scale * (f - target)
        u, v = u - eta_u * push * v, v - eta_v * push * u
        assert state() == expected


def test_the_way_back() -> None:
    weight, lam = Fraction(3), Fraction(5, 7)
    assert MODULE["weighted_loss"](lam, weight) == 3 * lam
    own = MODULE["weighted_curvature"](lam, weight)
    assert (own, MODULE["model_curvature"](own, weight)) == (3 * lam, lam)
    uu, vv, width = Fraction(2), Fraction(9), Fraction(4, 3)
    assert MODULE["loss_curvature"](uu, vv, width, weight) == weight * 11 / width
