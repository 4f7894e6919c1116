"""What is said of columns, and centring and scaling, against their definitions."""

import numpy as np
import pytest

from tests.samples.helpers import refuses, same
from twolayer import Data
from twolayer.samples import blocks, preparation


@pytest.fixture(params=[1 << 16, 9])
def numbers(request, monkeypatch):
    """Samples in one block, and in many."""
    monkeypatch.setattr(blocks, "NUMBERS", request.param)


def test_columns_that_are_constant_or_count(numbers):
    rng, m = np.random.default_rng(0), 12
    count, draw = np.arange(m), rng.normal(size=m)
    later = np.where(count < m - 1, 5.0, 6.0)  # but for the last
    X = np.column_stack([draw, np.full(m, 0.1), count, count + 1, count + 2, 2 * count, later])
    Y = np.column_stack([np.zeros(m), draw, count])
    data = Data(X, Y)
    assert data.input_names == tuple(f"X[{index}]" for index in range(7))
    assert data.label_names == ("Y[0]", "Y[1]", "Y[2]")
    assert data.notes == (
        "X[1] is constant",
        "X[2] counts 0 … 11, as an index does",
        "X[3] counts 1 … 12, as an index does",
        "Y[0] is constant",
        "Y[2] counts 0 … 11, as an index does",
    )
    assert data.fitted.notes == data.notes


def test_few_samples_say_nothing_of_columns():
    assert Data([[1.0, 2.0]], [0.0]).notes == ()
    assert Data([[1.0], [2.0]], [0.0, 1.0]).notes == ()
    assert Data([[1.0], [2.0], [3.0]], [0.0, 1.0, 0.0]).notes == (
        "X[0] counts 1 … 3, as an index does",
    )


def test_blocks_are_looked_at_only_while_a_column_may_be_one_of_the_two(monkeypatch):
    monkeypatch.setattr(blocks, "NUMBERS", 10)
    rng, looks = np.random.default_rng(0), []
    for X in (rng.normal(size=(100, 2)), np.ones((100, 2))):
        samples = blocks.in_blocks(X, rng.normal(size=(100, 1)))

        def watched(samples=samples):
            for block in samples.blocks():
                looks[-1] += 1
                yield block

        looks.append(0)
        preparation.noted(samples._replace(blocks=watched))
    assert looks == [1, 20]


def standardized(X, Y):
    samples = preparation.standardized(blocks.in_blocks(np.asarray(X), np.asarray(Y)))
    parts = list(samples.blocks())
    return [np.concatenate(side) for side in zip(*parts, strict=True)]


def test_moments(numbers):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(1e3, [1.0, 1e-3, 1e60], (50, 3)), rng.normal(5, 2, (50, 2))
    x, y = standardized(X, Y)
    rounding = 10 * np.finfo(float).eps * 1e3 / 1e-3  # of a mean, over the spread
    np.testing.assert_allclose(x, (X - X.mean(0)) / X.std(0), rtol=1e-12, atol=rounding)
    np.testing.assert_allclose(y, Y - Y.mean(0), rtol=0, atol=1e-14)


@pytest.mark.parametrize("value", [0.1, 1e-200, 1e100, 0.0])
def test_a_constant_column_becomes_zero(numbers, value):
    """Not the rounding of its mean, scaled up."""
    x, y = standardized(np.full((7, 2), value), np.full((7, 1), value))
    assert not x.any()
    assert not y.any()


def test_what_cannot_be_standardized(tmp_path):
    for X, message in (
        ([[1.0], [np.nan], [2.0]], "X, column 0, sample 1 = nan must be finite"),
        ([[1e200], [-1e200], [1.0]], "X and Y must be at most 1e150 in size to be standardized"),
        ([[1e308], [1e308], [1.0]], "X and Y must be at most 1e150 in size to be standardized"),
    ):
        np.savez(tmp_path / "a.npz", X=X, Y=np.arange(3.0))
        with refuses(message):
            Data.read(tmp_path / "a.npz", standardize=True)
    tiny = np.array([[1e-160], [2e-160], [4e-160]])
    np.savez(tmp_path / "a.npz", X=tiny, Y=[1.0, 2, 4])
    same(
        Data.read(tmp_path / "a.npz", standardize=True),
        Data((tiny / 1e-160 - 7 / 3) / np.sqrt(14 / 9), np.array([1.0, 2, 4]) - 7 / 3),
        1e-13,
    )
