"""The files of the command `deep` hold what was found, each number in its own column."""

import csv

import numpy as np
import pytest

from twolayer.commands import deep_figures
from twolayer.commands.deep_jobs import Found
from twolayer.commands.deep_runs import Dropped, Ended
from twolayer.plotting.deep import Accuracy, Drop, Scaled, UpperEnd

SHARES = np.array([1.0, 2.5])


def numbers(first, shape=(2, 2)):
    return first + np.arange(float(np.prod(shape))).reshape(shape) / 64


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def column(path, name):
    return [float(row[name]) for row in rows(path)]


@pytest.fixture
def found():
    early, final = numbers(0.5), numbers(0.25)
    dropped = [Dropped(3.0, SHARES, SHARES, (2.0 + i, 2.1), (2.2 + i, 2.3), 0) for i in range(2)]
    drop = Drop(64, SHARES, np.array([3.0, 3.5]), early, 10, final, (2.0, 2.3))
    ended = [Ended(4.0 + i, 5.0 + i, i, 2 * i, 3 * i) for i in range(2)]
    end = UpperEnd("relu", 64, np.array([4.0, 5.0]), np.array([5.0, 6.0]))
    scaled = Scaled(1.5, 3.0, SHARES, SHARES / 3, numbers(0.5, (2,)), numbers(1.0, (2,)))
    sides = numbers(0.5), numbers(0.75)
    accuracy = Accuracy(SHARES, 80, 320.0, *sides, "accuracy", (9, 8))
    return Found([], [drop], [dropped], [end], [ended], [scaled], accuracy)


def test_scales(tmp_path, found):
    deep_figures.write_scales(tmp_path, found.scales)
    (one,) = found.scales
    for name, values in [
        ("share", one.shares), ("eta", one.eta), ("final_over_start", one.final),
        ("peak_over_start", one.peak), ("start", [3, 3]), ("scale", [1.5, 1.5]),
    ]:  # fmt: skip
        np.testing.assert_array_equal(column(tmp_path / "scales.csv", name), values)


def test_accuracy(tmp_path, found):
    deep_figures.write_accuracy(tmp_path, found.accuracy)
    path = tmp_path / "accuracy.csv"
    np.testing.assert_array_equal(column(path, "share"), np.repeat(SHARES, 2))
    for side in ("at_steps", "at_budget"):
        values = getattr(found.accuracy, side).ravel()
        np.testing.assert_array_equal(column(path, f"accuracy_{side}"), values)


def test_upper_ends(tmp_path, found):
    deep_figures.write_upper_ends(tmp_path, found)
    for name in Ended._fields:
        values = [getattr(one, name) for one in found.ended[0]]
        assert column(tmp_path / "upper_ends.csv", name) == values


def test_curvature(tmp_path, found):
    deep_figures.write_curvature(tmp_path, found)
    (drop,) = found.drops
    path = tmp_path / "curvature.csv"
    np.testing.assert_array_equal(column(path, "early_over_start"), drop.early.T.ravel())
    np.testing.assert_array_equal(column(path, "final_over_start"), drop.final.T.ravel())
    with np.load(tmp_path / "curvature.npz") as arrays:
        np.testing.assert_array_equal(arrays["grows"], [[[2.0, 2.1], [3.0, 2.1]]])
        np.testing.assert_array_equal(arrays["rises"], [[[2.2, 2.3], [3.2, 2.3]]])
