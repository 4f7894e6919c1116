"""Probabilities with their intervals: Clopper and Pearson's, and where the odds are even."""

import numpy as np
import pytest
from scipy import stats

from twolayer import Phase
from twolayer.samples import intervals

LEVEL = 1e-4

# intervals


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_intervals_are_clopper_and_pearson_s_and_undecided_runs_widen_them(confidence):
    phase = np.full((25, 26), Phase.DIVERGENT, np.int8)
    for column in range(26):
        phase[:column, column] = column % 2
    phase[-3:, 5:9] = Phase.UNDECIDED
    phase[:, 9] = Phase.UNDECIDED
    found = intervals.summary(np.arange(1.0, 27), np.ones(25), phase, confidence)
    for column, (converged, undecided) in enumerate(
        zip(found.converged, found.undecided, strict=True)
    ):
        low, _ = stats.binomtest(converged, 25).proportion_ci(confidence, method="exact")
        _, high = stats.binomtest(converged + undecided, 25).proportion_ci(
            confidence, method="exact"
        )
        np.testing.assert_allclose(
            [found.low[column], found.high[column]], [low, high], rtol=1e-10, atol=1e-14
        )
        if undecided < 25:
            assert found.probability[column] == converged / (25 - undecided)
            assert low <= found.probability[column] <= high
    assert np.isnan(found.probability[9])
    assert (found.low[9], found.high[9]) == (0, 1)
    assert (found.converged + found.diverged + found.undecided == 25).all()
    assert (found.catapulted[1::2] <= found.converged[1::2]).all()
    assert (found.catapulted[::2] == 0).all()


def thresholds(values, x):
    return np.where(x < np.asarray(values)[:, None], Phase.CATAPULT, Phase.DIVERGENT).astype(
        np.int8
    )


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_the_even_odds_covers_them_as_often_as_it_says(confidence):
    rng, x, covered, widths = np.random.default_rng(1), np.linspace(2, 7, 101), 0, []
    for _ in range(400):
        middle = rng.uniform(4, 5)
        found = intervals.summary(
            x, np.ones(60), thresholds(rng.normal(middle, 0.7, 60), x), confidence
        )
        covered += bool(found.half_low <= middle <= found.half_high)
        widths.append(found.half_high - found.half_low)
        assert found.half_low <= found.half <= found.half_high
    assert stats.binomtest(covered, 400, confidence, alternative="less").pvalue > LEVEL
    # of the order of the standard error of a median
    assert np.median(widths) < 5 * 0.7 * np.sqrt(np.pi / 2 / 60)


def test_even_odds_that_the_grid_does_not_bracket():
    x = np.array([1.0, 2.0, 3.0])
    for value, expected in ((9.0, (3.0, np.inf)), (0.5, (0.0, 1.0))):
        found = intervals.summary(x, np.ones(30), thresholds(np.full(30, value), x), 0.95)
        assert (found.half_low, found.half_high) == expected
        assert np.isnan(found.half)
    # one start says next to nothing
    found = intervals.summary(x, np.ones(1), thresholds([2.5], x), 0.95)
    assert (found.half_low, found.half, found.half_high) == (0, 2.5, np.inf)
    found = intervals.summary(x, np.ones(30), np.full((30, 3), Phase.UNDECIDED, np.int8), 0.95)
    assert (found.half_low, found.half_high) == (0, np.inf)
    assert np.isnan(found.half)


def test_even_odds_are_interpolated():
    x = np.array([1.0, 2.0, 4.0, 5.0])
    # 1, 1, 0.2, 0
    found = intervals.summary(x, np.ones(100), thresholds(np.repeat([3.0, 4.5], [80, 20]), x), 0.95)
    assert found.half == pytest.approx(2 + 2 * 5 / 8)
    assert (found.half_low, found.half_high) == (2, 4)


def test_largest_and_beyond():
    L, C, D, U = Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT, Phase.UNDECIDED
    rows = {
        (L, C, D, D): (2, 3),
        (D, D, D, D): (0, 1),
        (L, C, C, C): (4, np.inf),
        (L, D, C, D): (3, 4),
        (L, U, D, D): (1, 3),
        (U, D, D, U): (0, np.inf),
    }
    found = intervals.summary(
        np.array([1.0, 2.0, 3.0, 4.0]), np.ones(len(rows)), np.array(list(rows), np.int8), 0.95
    )
    assert list(zip(found.largest.tolist(), found.beyond.tolist(), strict=True)) == list(
        rows.values()
    )
