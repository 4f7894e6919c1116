"""Result objects: frozen, compared by identity; intervals and phase codes."""

import numpy as np
import pytest

from twolayer import Interval, Phase


def test_results_are_frozen_and_compare_by_identity():
    interval = Interval(np.ones(2), np.ones(2), 0, 1)
    with pytest.raises(AttributeError, match="low"):
        interval.low = 3
    assert interval != Interval(np.ones(2), np.ones(2), 0, 1)
    assert {interval: 1}[interval] == 1


def test_the_middle_of_an_interval():
    assert Interval(1.0, 2.0, 0, 1).middle == 1.5
    assert Interval(np.inf, np.inf, 0, 0).middle == np.inf
    assert not isinstance(Interval(1.0, 2.0, 0, 1).middle, np.ndarray)
    middle = Interval(
        np.array([1.0, np.inf, 1e308]), np.array([1.5, np.inf, 1.5e308]), np.zeros(3), np.ones(3)
    ).middle
    np.testing.assert_allclose(middle, [1.25, np.inf, 1.25e308], rtol=1e-15, atol=0)


def test_phase_codes():
    assert {phase.name: phase.value for phase in Phase} == {
        "LAZY": 0,
        "CATAPULT": 1,
        "OSCILLATING": 2,
        "DIVERGENT": 3,
        "UNDECIDED": 4,
    }
    assert [phase.converges for phase in Phase] == [True, True, False, False, False]
