"""What runs are given as, and where their axes end."""

import io
from itertools import combinations_with_replacement

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.plotting.artists import EXTREMES
from twolayer import Phase
from twolayer.plotting import runs


def test_a_single_run_is_one_column_and_infinities_stay():
    (column,) = runs.columns(loss=[1, np.inf, np.nan])
    np.testing.assert_array_equal(column, [[1.0], [np.inf], [np.nan]])
    assert column.dtype == np.float64
    first, second = runs.columns(a=np.ones((3, 2)), b=np.zeros((3, 2)))
    assert first.shape == second.shape == (3, 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": "x"}, "a = 'x' must be a real number or an array of them"),
        ({"a": 1.0}, r"shape of a = \(\) must be \(m,\) or \(m, k\), not empty"),
        ({"a": []}, r"shape of a = \(0,\) must be"),
        ({"a": [1.0], "b": [1.0, 2.0]}, r"shapes must agree: a \(1,\), b \(2,\)"),
    ],
)
def test_columns_refuse(values, message):
    with pytest.raises(ValueError, match=message):
        runs.columns(**values)


@pytest.mark.parametrize(("value", "other"), list(combinations_with_replacement(EXTREMES, 2)))
def test_ends_of_axes_can_be_drawn(value, other):
    """With room to spare, and without a warning."""
    values = np.array([value, other])
    low, high = runs.span(values)
    ax = Figure().add_subplot(yscale="log", ylim=(low / 3, 1e3 * high))
    ax.figure.savefig(io.BytesIO(), format="png", dpi=30)
    shown = [number for number in (value, other) if 1e-300 < number < 1e300]
    assert (low, high) == ((min(shown), max(shown)) if shown else (1, 1))
    ax.set(yscale="linear", ylim=(0, 1.5 * runs.top(values)))
    ax.figure.savefig(io.BytesIO(), format="png", dpi=30)
    assert runs.top(values) == (max(shown) if shown else 1)


def test_ends_of_axes_leave_out_what_is_above_a_bound():
    assert runs.span(np.array([2.0, 0.5, 7.0, 0.0]), 7.0) == (0.5, 2.0)
    assert runs.top(np.array([1.0, 3.0]), np.array([[np.inf, 2.0]])) == 3.0
    assert runs.top(np.array([np.nan, -1.0])) == 1.0


def test_names_of_runs():
    pairs = runs.phases_and_names([0, 3], ["η = 1", "divergent, at last"], 2)
    assert pairs == [(Phase.LAZY, "lazy, η = 1"), (Phase.DIVERGENT, "divergent, at last")]
    assert runs.phases_and_names(Phase.CATAPULT, None, 1) == [(Phase.CATAPULT, "catapult")]
    with pytest.raises(ValueError, match=r"labels = \[5\] must be 1 strings"):
        runs.phases_and_names([0], [5], 1)


def test_mappings():
    assert runs.mapping("names", None) == {}
    assert runs.mapping("names", {"a": 1}) == {"a": 1}
    with pytest.raises(ValueError, match=r"names = \[\] must be a Mapping object"):
        runs.mapping("names", [])
