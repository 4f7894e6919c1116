"""Samples that are kept: the same numbers from arrays and from files."""

import numpy as np
import pytest

import twolayer as tl
from tests.deep.helpers import LOSSES
from twolayer import Data, Samples

X, Y = np.array([[1.0, 2.5], [0.0, -2.0], [4.0, 1.0]]), np.array([[3.0], [2.0], [-1.0]])


def same(one, two):
    for name in ("X", "Y"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), strict=True)
    assert one.loss == two.loss


def test_columns_may_be_left_out():
    same(Samples(X[:, 0], Y[:, 0]), Samples(X[:, :1], Y))
    one = Samples([1, 2], [True, False])
    assert (one.samples, one.inputs, one.outputs) == (2, 1, 1)
    assert one.X.dtype == one.Y.dtype == float
    assert repr(Samples(X, Y, "mse")) == "Samples(samples=3, inputs=2, outputs=1, loss='mse')"


def test_the_arrays_are_copies():
    inputs, labels = X.copy(), Y.copy()
    samples = Samples(inputs, labels)
    inputs[0], labels[0] = 7.0, 7.0
    same(samples, Samples(X, Y))
    turned = Samples(np.asfortranarray(X), Y[::-1])
    assert turned.X.flags.c_contiguous
    np.testing.assert_array_equal(turned.Y, Y[::-1])


def test_many_blocks_are_put_together():
    rng = np.random.default_rng(0)
    inputs, labels = rng.normal(size=(40_000, 4)), rng.normal(size=(40_000, 2))
    same(Samples(inputs, labels), Samples(inputs.astype(float), labels))
    np.testing.assert_array_equal(Samples(inputs, labels).X, inputs)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("named", LOSSES)
def test_the_slope_is_the_derivative_of_the_loss(named, k):
    rng = np.random.default_rng(1)
    samples = Samples(rng.normal(size=(4, 2)), np.zeros((4, k)), named)
    net = tl.DeepNetwork.random([2, 3, k], rng=0)
    row, h = net.parameters, 1e-6
    ends = [net.with_parameters(row + s * h * row).loss(samples) for s in (1, -1)]
    moved = (ends[0] - ends[1]) / (2 * h)
    f, along = net(samples.X), net.jvp(samples.X, row)
    assert samples.slope * np.vdot(f, along) / 4 == pytest.approx(moved, rel=1e-8)
    assert samples.slope == {"half-mean": 1, "mean": 2, "mse": 2 / k, "half-mse": 1 / k, "sum": 8,
                             "half-sum": 4}[named]  # fmt: skip


# Files


def test_a_table_and_an_archive_hold_the_same_samples(tmp_path):
    table, archive = tmp_path / "a.csv", tmp_path / "a.npz"
    table.write_text("one,two,label\n1,2.5,3\n0,-2,2\n4,1,-1\n", encoding="utf-8")
    np.savez(archive, X=X, Y=Y, P=2 * X)
    expected = Samples(X, Y, "mse")
    same(Samples.read(table, loss="mse"), expected)
    same(Samples.read(str(archive), loss="mse"), expected)
    same(Samples.read(table, label="label", loss="mse"), expected)
    same(Samples.read(table, 2), Samples(X[:, 0], np.column_stack([X[:, 1], Y])))
    same(Samples.read(table, drop=["one"], header=True), Samples(X[:, 1], Y))
    same(Samples.read(archive, arrays=("P", "Y")), Samples(2 * X, Y))
    centred = Samples.read(table, standardize=True)
    np.testing.assert_allclose(centred.X.mean(0), 0, atol=1e-15)
    np.testing.assert_allclose((centred.X**2).mean(0), 1)
    np.testing.assert_allclose(centred.Y, Y - Y.mean(), atol=1e-15)


def test_classes_and_gaps_of_a_table(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("x,kind\n1,a\n2,b\n,a\n4,c\n", encoding="utf-8")
    samples = Samples.read(file, drop_missing=True, classes=True)
    np.testing.assert_array_equal(samples.X, [[1], [2], [4]])
    np.testing.assert_array_equal(samples.Y, np.eye(3))
    assert samples.notes == Data.read(file, drop_missing=True, classes=True).notes
    assert samples.notes


def test_notes_are_those_of_data():
    inputs = np.column_stack([np.arange(4.0), np.ones(4), [2, 0, 1, 1]])
    assert Samples(inputs, inputs[:, 2]).notes == Data(inputs, inputs[:, 2]).notes
    assert len(Samples(inputs, inputs[:, 2]).notes) == 2


# Bad input


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": [[1.0, np.nan]] * 3}, r"X, column 1, sample 0 = nan must be finite"),
        ({"Y": [1.0, np.inf, 2.0]}, r"Y, column 0, sample 1 = inf must be finite"),
        ({"Y": [1.0, 2.0]}, r"shapes of X \(3, 2\) and Y \(2, 1\) must begin with the same number"),
        ({"X": 1.0}, r"shape of X = \(\) must be \(samples, columns\)"),
        ({"X": np.ones((3, 2, 2))}, r"shape of X = \(3, 2, 2\) must be"),
        ({"X": np.ones((0, 2))}, r"shape of X = \(0, 2\) must be"),
        ({"X": ["a", "b", "c"]}, r"X = .* must be an array of real numbers"),
        ({"X": X + 0j}, r"X = .* must be an array of real numbers"),
        ({"loss": "hinge"}, r"loss = 'hinge' must be one of half-mean"),
        ({"loss": None}, r"loss = None must be one of half-mean"),
    ],
)
def test_bad_arrays_are_named_in_one_line(change, message):
    with pytest.raises(ValueError, match=message) as error:
        Samples(**{"X": X, "Y": Y} | change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outputs": 0}, r"outputs = 0 must be a whole number of at least 1"),
        ({"label": "nothing"}, r"label = 'nothing' must be"),
        ({"arrays": ("X", "Y")}, r"arrays = \('X', 'Y'\) must be left out for a table"),
        ({"standardize": 1}, r"standardize = 1 must be True or False"),
        ({"loss": "hinge"}, r"loss = 'hinge' must be one of"),
        ({"path": "a.txt"}, r"path = 'a.txt' must end in"),
    ],
)
def test_bad_choices_of_a_file_are_named_in_one_line(tmp_path, change, message):
    file = tmp_path / "a.csv"
    file.write_text("x,y\n1,2\n2,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        Samples.read(**{"path": file} | change)
    assert "\n" not in str(error.value)


def test_what_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.csv"):
        Samples.read(tmp_path / "missing.csv")
    with pytest.raises(TypeError, match="unexpected keyword argument 'separator'"):
        Samples.read(tmp_path / "missing.csv", separator=";")
