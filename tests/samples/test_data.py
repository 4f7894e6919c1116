"""Data sets: what is kept of the samples says all about the loss, against definitions in plain
NumPy."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.helpers import DATA_FIELDS, NUMBERS, SHAPE, refuses, same, samples
from twolayer import Data, Network
from twolayer.samples import blocks, sums
from twolayer.samples import data as module


def loss(X, Y, B):
    """The definition."""
    return np.sum((X @ B - Y) ** 2) / (2 * len(X))


def alike(one, two, rtol=1e-10):
    """The same training: signs and turns of the directions say nothing, what they span and where
    they lead does."""
    assert (one.inputs, one.outputs) == (two.inputs, two.outputs)
    np.testing.assert_allclose(one.spectrum, two.spectrum, rtol=rtol, atol=0)
    for by in (
        lambda data: data.directions @ (data.spectrum[:, None] * data.directions.T),
        lambda data: data.directions @ data.solution,
    ):
        np.testing.assert_allclose(
            by(one), by(two), rtol=0, atol=rtol * np.abs(by(two)).max() + 1e-300
        )
    np.testing.assert_allclose(one.floor, two.floor, rtol=rtol, atol=0)


SIZES = [(1, 1, 1), (1, 3, 2), (2, 5, 1), (5, 5, 3), (40, 3, 1), (40, 1, 4), (300, 6, 2)]


# What is kept is all


@pytest.mark.parametrize(("m", "d", "k"), SIZES)
def test_the_rows_have_the_loss_and_the_gradient_of_the_samples(m, d, k):
    rng = np.random.default_rng([m, d, k])
    X, Y = samples(rng, m, d, k)
    data = Data(X, Y)
    rows, labels = data.rows
    assert (data.samples, data.inputs, data.outputs) == (m, d, k)
    assert rows.shape == (min(m, d), d)
    assert labels.shape == (min(m, d), k)
    for B in rng.normal(size=(5, d, k)):
        np.testing.assert_allclose(
            np.sum((rows @ B - labels) ** 2) / 2 + data.floor, loss(X, Y, B), rtol=1e-12
        )
        np.testing.assert_allclose(
            rows.T @ (rows @ B - labels),
            X.T @ (X @ B - Y) / m,
            rtol=0,
            atol=1e-12 * np.abs(X.T @ X).max() / m,
        )


@pytest.mark.parametrize(("m", "d", "k"), SIZES)
def test_spectrum_directions_solution_and_floor_are_what_they_say(m, d, k):
    X, Y = samples(np.random.default_rng([m, d, k]), m, d, k)
    data, second = Data(X, Y), X.T @ X / m
    assert (np.diff(data.spectrum) <= 0).all()
    assert (data.spectrum > 0).all()
    np.testing.assert_allclose(
        data.directions.T @ data.directions, np.eye(len(data.spectrum)), atol=1e-13
    )
    np.testing.assert_allclose(
        second @ data.directions, data.directions * data.spectrum, atol=1e-12 * np.abs(second).max()
    )
    np.testing.assert_allclose(np.trace(second), data.spectrum.sum(), rtol=1e-12)
    best = np.linalg.lstsq(X, Y, rcond=None)[0]
    np.testing.assert_allclose(
        data.directions @ data.solution, best, atol=1e-10 * np.abs(best).max()
    )
    if m > d:
        np.testing.assert_allclose(data.floor, loss(X, Y, best), rtol=1e-12)
    else:
        assert data.floor == 0.0
    # signs do not hang on LAPACK
    assert (data.directions[np.abs(data.directions).argmax(0), range(len(data.spectrum))] > 0).all()


@given(seed=st.integers(0, 10**6), m=st.integers(1, 30), d=st.integers(1, 6), k=st.integers(1, 3))
def test_order_and_copies_of_samples_change_nothing(seed, m, d, k):
    rng = np.random.default_rng(seed)
    X, Y = samples(rng, m, d, k)
    X += 2 * np.sign(X)  # no direction that is all but lost
    order = rng.permutation(m)
    data = Data(X, Y)
    rtol = 1e-11 * data.spectrum[0] / data.spectrum[-1]
    alike(Data(X[order], Y[order]), data, rtol)
    twice = Data(np.concatenate([X, X]), np.concatenate([Y, Y]))
    assert twice.samples == 2 * m
    alike(twice, data, rtol)


@given(seed=st.integers(0, 10**6), d=st.integers(1, 5))
def test_the_rows_are_a_data_set_with_the_same_training(seed, d):
    rng = np.random.default_rng(seed)
    data = Data(*samples(rng, 20, d, 2))
    rows, labels = data.rows
    again = Data(rows * np.sqrt(len(rows)), labels * np.sqrt(len(rows)))
    alike(again, data.fitted, 1e-10 * data.spectrum[0] / data.spectrum[-1])


def test_blocks_change_nothing_but_rounding(monkeypatch):
    X, Y = samples(np.random.default_rng(0), 200, 4, 2)
    whole = Data(X, Y)
    for numbers in (1, 5, 37, 400):
        monkeypatch.setattr(blocks, "NUMBERS", numbers)
        alike(Data(X, Y), whole, 1e-12)


def test_fitted_has_no_floor_and_is_else_the_same():
    data = Data(*samples(np.random.default_rng(0), 30, 3, 2))
    same(data.fitted.fitted, data.fitted)
    assert (data.floor > 0, data.fitted.floor) == (True, 0.0)
    for name in DATA_FIELDS[:-1]:
        assert getattr(data.fitted, name) is getattr(data, name)


def test_samples_are_left_alone_and_not_kept():
    X, Y = samples(np.random.default_rng(0), 30, 3, 2)
    before = X.copy(), Y.copy()
    data = Data(X, Y)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(Y, before[1])
    spectrum = data.spectrum.copy()
    X[:] = 0
    np.testing.assert_array_equal(data.spectrum, spectrum)
    with pytest.raises(AttributeError, match="floor"):
        data.floor = 1.0
    assert data != Data(*before)


# The floor


@pytest.mark.parametrize("rank", [None, 1, 3])
@pytest.mark.parametrize("sorted_by_input", [False, True])
def test_linear_labels_have_no_floor(rank, sorted_by_input):
    rng = np.random.default_rng(1)
    X, _ = samples(rng, 3000, 5, 1, rank)
    if sorted_by_input:
        X[:2000, 1:] = 0.0
    assert Data(X, X @ rng.normal(size=(5, 2))).floor == 0.0


@pytest.mark.parametrize("noise", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("ordered", [False, True])
def test_tiny_floors_are_known(monkeypatch, noise, ordered):
    """Labels that are all but linear, also where the first samples say nothing of some inputs;
    against 60 digits."""
    rng = np.random.default_rng(2)
    X, errors = samples(rng, 200, 3, 1)
    if ordered:
        X[:120, 1:] = 0.0
        monkeypatch.setattr(blocks, "NUMBERS", 90)
    Y = X @ rng.normal(size=(3, 1)) + noise * errors
    with mpmath.workdps(60):
        a, b = mpmath.matrix(X.tolist()), mpmath.matrix(Y.tolist())
        rest = a * mpmath.lu_solve(a.T * a, a.T * b) - b
        floor = float((rest.T * rest)[0] / 400)
    np.testing.assert_allclose(Data(X, Y).floor, floor, rtol=1e-6, atol=0)


def test_labels_are_read_twice_only_where_the_first_samples_mislead(monkeypatch):
    passes = []
    once = module.summed
    monkeypatch.setattr(module, "summed", lambda *arguments: passes.append(1) or once(*arguments))
    X, Y = samples(np.random.default_rng(3), 100, 3, 1)
    Data(X, Y)
    Data(X, X[:, :1])
    Data(X, 0 * Y)
    assert len(passes) == 3


# Singular inputs


def test_zero_duplicate_constant_and_dependent_columns():
    rng = np.random.default_rng(4)
    x, Y = samples(rng, 50, 2, 2)
    plain = Data(x, Y)
    zero = Data(np.insert(x, 1, 0.0, axis=1), Y)
    np.testing.assert_allclose(zero.spectrum, plain.spectrum, rtol=1e-12)
    np.testing.assert_allclose(zero.directions[1], 0.0, atol=1e-15)
    np.testing.assert_allclose(zero.floor, plain.floor, rtol=1e-12)
    for extra in (x[:, :1], x @ [[2.0], [-1.0]]):
        more = Data(np.hstack([x, extra]), Y)
        assert len(more.spectrum) == 2
        np.testing.assert_allclose(more.floor, plain.floor, rtol=1e-12)
    constant = Data(np.full((50, 3), 2.0), Y)
    np.testing.assert_allclose(constant.spectrum, [12.0], rtol=1e-14)
    np.testing.assert_allclose(constant.floor, np.var(Y, axis=0).sum() / 2, rtol=1e-12)
    np.testing.assert_allclose(
        constant.directions @ constant.solution, np.tile(Y.mean(0) / 6, (3, 1)), rtol=1e-12
    )


def test_fewer_samples_than_inputs():
    one = Data([[3.0, 0.0, 4.0]], [[10.0, -5.0]])
    np.testing.assert_allclose(one.spectrum, [25.0], rtol=1e-15)
    np.testing.assert_allclose(
        one.directions @ one.solution, np.outer([1.2, 0, 1.6], [1, -0.5]), rtol=1e-14, atol=1e-16
    )
    assert one.floor == 0.0
    assert len(Data(*samples(np.random.default_rng(0), 4, 9, 2)).spectrum) == 4
    assert Data([0.0, 0.0, 2.0], [1.0, 1.0, 0.0]).floor == pytest.approx(1 / 3, rel=1e-15)


# Kinds and sizes of numbers


def test_kinds_of_numbers():
    X, Y = [[1, 2], [3, 4], [5, 7]], [1, 0, 2]
    expected = Data(np.array(X, float), np.array(Y, float)[:, None])
    for kind in (int, np.float32, np.uint8, ">f8", np.float16, np.longdouble):
        same(Data(np.array(X, kind), np.array(Y, kind)), expected)
    same(Data(X, Y), expected)
    same(Data(np.asfortranarray(X), Y), expected)
    same(Data(np.array(X, float)[::-1][::-1], Y), expected)
    assert Data([1, 2], [1, 2]).directions.tolist() == [[1.0]]
    assert len(Data([1e-149], [1.0]).spectrum) == 1
    assert Data(np.array([255, 255], np.uint8), [1, 1]).spectrum.tolist() == [255.0**2]


@pytest.mark.parametrize("unit", [1e-140, 1e-100, 1e-5, 1e100, 1e145])
@pytest.mark.parametrize("label_unit", [1e-140, 1e-100, 1e100, 1e140])
def test_units(unit, label_unit):
    X, Y = samples(np.random.default_rng(5), 30, 3, 2)
    data, scaled = Data(X, Y), Data(X * unit, Y * label_unit)
    np.testing.assert_allclose(scaled.spectrum / unit / unit, data.spectrum, rtol=1e-12)
    np.testing.assert_allclose(scaled.solution, data.solution / unit * label_unit, rtol=1e-11)
    np.testing.assert_allclose(scaled.floor / label_unit / label_unit, data.floor, rtol=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 150, 299])
def test_numbers_that_are_not_finite_are_named(monkeypatch, bad, row):
    monkeypatch.setattr(blocks, "NUMBERS", 200)
    X, Y = samples(np.random.default_rng(0), 300, 4, 2)
    for name, table, column in (("X", X, 2), ("Y", Y, 1)):
        kept, table[row, column] = table[row, column], bad
        with refuses(f"{name}, column {column}, sample {row} = {bad!r} must be finite"):
            Data(X, Y)
        table[row, column] = kept


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        (
            np.ones((3, 2)),
            np.ones(4),
            r"shapes of X \(3, 2\) and Y \(4, 1\) must begin with the same number of samples",
        ),
        (
            np.ones((2, 3)),
            np.ones((3, 2)),
            r"shapes of X \(2, 3\) and Y \(3, 2\) must begin with the same number of samples",
        ),
        (np.ones((2, 3, 4)), np.ones(2), rf"shape of X = \(2, 3, 4\) {SHAPE}"),
        (1.0, [1.0], rf"shape of X = \(\) {SHAPE}"),
        ([], [], rf"shape of X = \(0,\) {SHAPE}"),
        (np.ones((2, 0)), [1, 2], rf"shape of X = \(2, 0\) {SHAPE}"),
        ([1.0], np.ones((1, 0)), rf"shape of Y = \(1, 0\) {SHAPE}"),
        (["a"], [1.0], rf"X = \['a'\] {NUMBERS}"),
        ([1.0], [1j], rf"Y = \[1j\] {NUMBERS}"),
        ([1j], [1.0], rf"X = \[1j\] {NUMBERS}"),
        ([[1.0], [1.0, 2.0]], [1.0, 1.0], rf"X = \[\[1.0\], \[1.0, 2.0\]\] {NUMBERS}"),
        (None, [1.0], rf"X = None {NUMBERS}"),
        (
            np.zeros((3, 2)),
            np.ones(3),
            "X must have an entry of at least 1e-150 in size: nothing can be learned from zeros",
        ),
        (
            np.full(3, 1e-155),
            np.ones(3),
            "X must have an entry of at least 1e-150 in size: nothing can be learned from zeros",
        ),
        (
            [1.0, 1e160],
            [1.0, 1.0],
            "X and Y must be at most 1e150 in size, and are not in samples 0 to 1",
        ),
        (
            [1.0, 1.0],
            [1.0, 1e160],
            "X and Y must be at most 1e150 in size, and are not in samples 0 to 1",
        ),
    ],
)
def test_bad_samples(X, Y, message):
    with refuses(message):
        Data(X, Y)


def test_reduced_data_train_as_the_larger_ones():
    """Weights on the space of the inputs move as those in the larger space do."""
    rng = np.random.default_rng(3)
    X, Y = rng.standard_normal((3, 7)), rng.standard_normal((3, 2))
    data = Data(X, Y)
    small = data.reduced
    assert (small.inputs, small.samples, small.outputs, small.floor) == (3, 3, 2, data.floor)
    net = Network(rng.standard_normal((5, 7)), rng.standard_normal((5, 2)), data)
    few = Network(net.u @ data.directions, net.v, small)
    eta = 2.5 / net.curvature
    one, two = (each.train(eta, 20) for each in (net, few))
    np.testing.assert_allclose(one.loss, two.loss, rtol=1e-10)
    np.testing.assert_allclose(one.curvature, two.curvature, rtol=1e-10)
    inputs, labels = small.rows
    np.testing.assert_array_equal(inputs, np.diag(np.sqrt(small.spectrum)))
    np.testing.assert_array_equal(labels, data.rows[1])


def test_a_fingerprint_is_that_of_the_samples(monkeypatch):
    """Every number counts where they are few, and sums of bits where they are many; neither the
    container nor what is made of the samples does."""
    rng = np.random.default_rng(3)
    X, Y = rng.standard_normal((40, 5)), rng.standard_normal((40, 2))
    for whole in sums.WHOLE, 0:
        monkeypatch.setattr(sums, "WHOLE", whole)
        data = Data(X, Y)
        mark = data.fingerprint
        assert mark == Data(X.tolist(), Y.copy(order="F")).fingerprint
        assert mark == data.fitted.fingerprint == data.reduced.fingerprint
        others = [(X + np.eye(40, 5) * 1e-12, Y), (X, Y * 3), (X[:-1], Y[:-1])]
        if whole:
            others += [(X, -Y), (X, Y[:, ::-1]), (X[::-1], Y[::-1]), (X, np.roll(Y, 1, 0))]
        marks = {Data(x, y).fingerprint for x, y in others}
        assert len(marks | {mark}) == len(others) + 1
