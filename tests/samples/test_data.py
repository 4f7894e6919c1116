"""Data sets: what is kept of the samples says all about the loss, against definitions in plain
NumPy."""

import io
import pathlib
import pickle
import re
import struct
import zipfile

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twolayer import Data
from twolayer.samples import data as module

FIELDS = ("samples", "inputs", "outputs", "spectrum", "directions", "solution", "floor")


def loss(X, Y, B):
    """The definition."""
    return np.sum((X @ B - Y) ** 2) / (2 * len(X))


def same(one, two, rtol=0.0):
    for name in FIELDS:
        np.testing.assert_allclose(
            getattr(one, name),
            getattr(two, name),
            rtol=rtol,
            atol=rtol,
            equal_nan=False,
            err_msg=name,
        )


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


def samples(rng, m, d, k, rank=None):
    X = rng.normal(size=(m, d)) * 2.0 ** rng.integers(-3, 4, d)
    if rank is not None:
        X = rng.normal(size=(m, rank)) @ rng.normal(size=(rank, d))
    return X, rng.normal(size=(m, k))


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
        monkeypatch.setattr(module, "_BLOCK", numbers)
        alike(Data(X, Y), whole, 1e-12)


def test_fitted_has_no_floor_and_is_else_the_same():
    data = Data(*samples(np.random.default_rng(0), 30, 3, 2))
    same(data.fitted.fitted, data.fitted)
    assert (data.floor > 0, data.fitted.floor) == (True, 0.0)
    for name in FIELDS[:-1]:
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
        monkeypatch.setattr(module, "_BLOCK", 90)
    Y = X @ rng.normal(size=(3, 1)) + noise * errors
    with mpmath.workdps(60):
        a, b = mpmath.matrix(X.tolist()), mpmath.matrix(Y.tolist())
        rest = a * mpmath.lu_solve(a.T * a, a.T * b) - b
        floor = float((rest.T * rest)[0] / 400)
    np.testing.assert_allclose(Data(X, Y).floor, floor, rtol=1e-6, atol=0)


def test_labels_are_read_twice_only_where_the_first_samples_mislead(monkeypatch):
    passes = []
    sums = module._sums
    monkeypatch.setattr(module, "_sums", lambda *arguments: passes.append(1) or sums(*arguments))
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


# Bad input


def refuses(message):
    return pytest.raises(ValueError, match=rf"\A{message}\Z")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 150, 299])
def test_numbers_that_are_not_finite_are_named(monkeypatch, bad, row):
    monkeypatch.setattr(module, "_BLOCK", 200)
    X, Y = samples(np.random.default_rng(0), 300, 4, 2)
    for name, table, column in (("X", X, 2), ("Y", Y, 1)):
        kept, table[row, column] = table[row, column], bad
        with refuses(f"{name}, column {column}, sample {row} = {bad!r} must be finite"):
            Data(X, Y)
        table[row, column] = kept


NUMBERS = "must be an array of real numbers"
SHAPE = r"must be \(samples, columns\) or \(samples,\), not empty"


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


# Files


def archive(path, kind=zipfile.ZIP_STORED, edit=None, **arrays):
    """An .npz, written member by member; `edit` maps the bytes of each .npy."""
    with zipfile.ZipFile(path, "w", kind) as file:
        for name, array in arrays.items():
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.asanyarray(array), allow_pickle=True)
            file.writestr(
                f"{name}.npy", edit(name, stream.getvalue()) if edit else stream.getvalue()
            )
    return path


def test_a_stored_npz_has_the_bits_of_its_arrays(tmp_path, monkeypatch):
    for shapes in ((500, 7, 2), (3, 40, 1), (1, 1, 1)):
        X, Y = samples(np.random.default_rng(6), *shapes)
        np.savez(tmp_path / "a.npz", X=X, Y=Y, other=np.array(["more"]))
        for numbers in (1 << 16, 100):
            monkeypatch.setattr(module, "_BLOCK", numbers)
            same(Data.read(tmp_path / "a.npz"), Data(X, Y))
            same(Data.read(str(tmp_path / "a.npz")), Data(X, Y))
        np.savez(tmp_path / "a.npz", Y=Y[:, 0], X=X[:, 0])
        same(Data.read(tmp_path / "a.npz"), Data(X[:, 0], Y[:, 0]))


def test_other_npz(tmp_path):
    X, Y = samples(np.random.default_rng(6), 40, 3, 2)
    X, path = X.astype(np.float32).astype(float), tmp_path / "a.npz"
    np.savez_compressed(path, X=X, Y=Y)
    same(Data.read(path), Data(X, Y))
    np.savez(path, X=X.astype(np.float32), Y=Y)
    same(Data.read(path), Data(X, Y))
    np.savez(path, X=np.asfortranarray(X), Y=Y)
    same(Data.read(path), Data(X, Y))
    np.savez(path, X=X, Y=Y.astype(">f8"))
    same(Data.read(path), Data(X, Y))
    np.savez(path, X=np.arange(1, 5), Y=np.arange(1, 5)[:, None])
    same(Data.read(path), Data([1.0, 2, 3, 4], [1.0, 2, 3, 4]))


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_versions_of_headers(tmp_path, version):
    X, Y = samples(np.random.default_rng(6), 40, 3, 2)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        for name, array in (("X", X), ("Y", Y)):
            stream = io.BytesIO()
            np.lib.format.write_array(stream, array, version)
            file.writestr(f"{name}.npy", stream.getvalue())
    same(Data.read(tmp_path / "a.npz"), Data(X, Y))


def test_the_samples_of_a_stored_npz_are_not_kept_in_memory(tmp_path, monkeypatch):
    X, Y = samples(np.random.default_rng(6), 1000, 4, 1)
    np.savez(tmp_path / "a.npz", X=X, Y=Y)
    monkeypatch.setattr(module, "_BLOCK", 400)
    monkeypatch.setattr(
        np, "load", lambda *arguments, **options: pytest.fail("np.load reads whole arrays")
    )
    same(Data.read(tmp_path / "a.npz"), Data(X, Y))


def header(path, name, X, Y, text, kind=zipfile.ZIP_STORED):
    """An .npz whose array `name` says that it has another shape."""

    def edit(member, content):
        old = repr(np.shape(X if name == "X" else Y)).encode()
        new = content.replace(old + b", }", text.encode() + b", }").replace(
            b"}" + b" " * max(0, len(text) - len(old)), b"}", 1
        )
        return new if member == name else content

    return archive(path, kind, edit, X=X, Y=Y)


ARRAYS = "must be an .npz file with arrays X and Y of numbers"


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    "shape", ["(12, 2)", "(9, 2)", "(10, 3)", "(10000000000000, 2)", "(-10, 2)", "(10,)"]
)
def test_headers_that_lie_about_the_size(tmp_path, kind, shape):
    """The bytes after the array are there, of the next one: they are none of its numbers."""
    X, Y = samples(np.random.default_rng(0), 10, 2, 1)
    path = header(tmp_path / "a.npz", "X", X, Y, shape, kind)
    with refuses(f"path = '{re.escape(str(path))}' {ARRAYS}"):
        Data.read(path)


def test_a_directory_of_the_archive_that_lies_about_the_size(tmp_path):
    X, Y = samples(np.random.default_rng(0), 12, 2, 1)
    path = header(tmp_path / "a.npz", "Y", X, Y, "(12, 99)")
    content = path.read_bytes()
    size, wrong = 128 + 12 * 8, 128 + 12 * 99 * 8
    at = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    assert content[at + 20 : at + 28] == struct.pack("<II", size, size)
    path.write_bytes(content[: at + 20] + struct.pack("<II", wrong, wrong) + content[at + 28 :])
    with pytest.raises(ValueError, match=r"\Apath .*must be .*\Z"):
        Data.read(path)


def broken_files(folder):
    X, Y = samples(np.random.default_rng(0), 10, 2, 1)
    np.savez(folder / "whole.npz", X=X, Y=Y)
    np.savez_compressed(folder / "small.npz", X=X, Y=Y)
    whole, small = (folder / "whole.npz").read_bytes(), (folder / "small.npz").read_bytes()
    for cut in (0, 1, 30, 100, 300, len(whole) - 1):
        yield f"cut{cut}.npz", whole[:cut]
    yield "middle.npz", whole[:200] + whole[260:]
    yield "flipped.npz", small[:60] + bytes(255 - byte for byte in small[60:160]) + small[160:]
    yield "picture.npz", b"\x89PNG\r\n\x1a\n" + bytes(100)
    yield "text.npz", b"1,2\n3,4\n"
    stream = io.BytesIO()
    np.save(stream, X)
    yield "single.npz", stream.getvalue()
    kinds = {
        "lacks_Y": {"X": X},
        "lacks_X": {"Y": Y},
        "lower": {"x": X, "y": Y},
        "pickled": {"X": X, "Y": Y.astype(object)},
    }
    for name, arrays in kinds.items():
        yield f"{name}.npz", archive(folder / "made.npz", **arrays).read_bytes()
    yield (
        "nonsense.npz",
        archive(folder / "made.npz", edit=lambda name, content: b"nonsense", X=X, Y=Y).read_bytes(),
    )


def test_npz_that_are_none(tmp_path):
    for name, content in broken_files(tmp_path):
        path = tmp_path / name
        path.write_bytes(content)
        with refuses(f"path = '{re.escape(str(path))}' {ARRAYS}"):
            Data.read(path)


def test_pickles_are_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (pathlib.Path.touch, (tmp_path / "evil",))

    payload = pickle.dumps(Evil())
    payload += bytes(-len(payload) % 8)
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "|O", "fortran_order": False, "shape": (len(payload) // 8,)}
    )
    fitting = stream.getvalue() + payload  # as large as its header says
    path = tmp_path / "a.npz"
    for edit in (None, lambda name, content: fitting if name == "X" else content):
        archive(path, edit=edit, X=np.array([Evil()], object), Y=np.ones(1))
        with refuses(f"path = '{re.escape(str(path))}' {ARRAYS}"):
            Data.read(path)
    assert not (tmp_path / "evil").exists()


def test_npz_with_arrays_that_are_no_samples(tmp_path):
    path = tmp_path / "a.npz"
    for X, Y, message in (
        (
            np.ones((3, 2)),
            np.ones(4),
            r"shapes of X \(3, 2\) and Y \(4, 1\) must begin with the same number of samples",
        ),
        (np.ones((3, 0)), np.ones(3), rf"shape of X = \(3, 0\) {SHAPE}"),
        (np.ones((3, 2)), np.array(["a", "b", "c"]), rf"Y = array.* {NUMBERS}"),
        (
            np.array([[1.0, 2.0], [np.nan, 1.0]]),
            np.ones(2),
            "X, column 0, sample 1 = nan must be finite",
        ),
        (
            np.ones((2, 2)),
            np.array([[1.0], [np.inf]]),
            "Y, column 0, sample 1 = inf must be finite",
        ),
        (np.ones((2, 2, 2)), np.ones(2), rf"shape of X = \(2, 2, 2\) {SHAPE}"),
    ):
        np.savez(path, X=X, Y=Y)
        with refuses(message):
            Data.read(path)


def text(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "1,2,3\n4,5,7\n1,1,9\n",
        "a,b,label\n1,2,3\n4,5,7\n1,1,9\n",
        "a, b, label\r\n1, 2, 3\r\n4,5 ,7\r\n1,1,9\r\n",
        "\ufeff1,2,3\n4,5,7\n1,1,9",
        "\ufeffa,b,label\n1,2,3\n4,5,7\n1,1,9\n\n\n",
        "0,1,label\n1,2,3\n4,5,7\n1,1,9\n",
        "1,2,3\n\n4,5,7\n1,1,9\n\n",
        "\n1e0,2.0,3\n4,5,7\n1,1,9\n",
    ],
)
def test_csv(tmp_path, content):
    path = text(tmp_path / "a.csv", content)
    X, Y = [[1, 2], [4, 5], [1, 1]], [3, 7, 9]
    same(Data.read(path), Data(X, Y), 1e-14)
    same(Data.read(path, outputs=2), Data([1, 4, 1], [[2, 3], [5, 7], [1, 9]]), 1e-14)


TABLE = "must be a table of numbers with commas: .+"
HAVE = "must have samples, and at least one column of inputs before"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", f"{HAVE} 1 of labels"),
        ("a,b\n", f"{HAVE} 1 of labels"),
        ("1\n2\n", f"{HAVE} 1 of labels"),
        ("1,2\n3,x\n", f"{TABLE}'x'.*"),
        ("1,,2\n3,4,5\n", TABLE),
        ("1,2\n3,\n", TABLE),
        (",a,b\n,1,2\n", TABLE),
        ("1,2\n1,2,3\n", TABLE),
        ("1;2\n3;4\n", TABLE),
        ("some words\nand more\n", TABLE),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "must be a table of numbers with commas, not a file of another kind",
        ),
        (b"1,2\n\x00\x00,3\n", TABLE),
        (b"PK\x03\x04\x14\x00\x00\x00\n\x00\x01", TABLE),
        ("a,b,c\n1,2\n", r"must have as many names \(3\) as columns \(2\)"),
    ],
)
def test_csv_that_are_none(tmp_path, content, message):
    path = text(tmp_path / "a.csv", content)
    with refuses(f"path = '{re.escape(str(path))}' {message}"):
        Data.read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("height,weight\n1,2\n3,nan\n", "column 'weight', sample 1 = nan must be finite"),
        ("height,weight\n1,2\ninf,1\n", "column 'height', sample 1 = inf must be finite"),
        ("1,2\n3,nan\n", "column 1, sample 1 = nan must be finite"),
        ("1,1e999\n3,4\n", "column 1, sample 0 = inf must be finite"),
        (
            "0,2\n0,4\n",
            "X must have an entry of at least 1e-150 in size: nothing can be learned from zeros",
        ),
    ],
)
def test_columns_of_csv_are_named(tmp_path, content, message):
    with refuses(message):
        Data.read(text(tmp_path / "a.csv", content))


@pytest.mark.parametrize("outputs", [0, -1, 1.0, "2", None, True])
def test_outputs(tmp_path, outputs):
    with refuses(f"outputs = {re.escape(repr(outputs))} must be a whole number of at least 1"):
        Data.read(text(tmp_path / "a.csv", "1,2\n"), outputs=outputs)


def test_endings(tmp_path):
    for name in ("a.txt", "a", "a.NPZ", "npz", ".csv"):
        with refuses(f"path = '{re.escape(str(tmp_path / name))}' must end in .npz or .csv"):
            Data.read(text(tmp_path / name, "1,2\n"))


@pytest.mark.parametrize("name", ["a.npz", "a.csv"])
def test_files_that_cannot_be_read(tmp_path, name):
    with pytest.raises(FileNotFoundError, match=name):
        Data.read(tmp_path / name)
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError, match=name):
        Data.read(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,y\n1,2,3\n4,,6\n", "line 3, column 'b' = '' is no number"),
        ("a,b,y\n1,2,3\n\n4,x ,6\n", "line 4, column 'b' = 'x' is no number"),
        ("1,2\n3,4,5\n", "line 2 has 3 columns, line 1 has 2"),
        ("1,2\n3,y\n", "line 2, column 1 = 'y' is no number"),
    ],
)
def test_a_fault_in_a_csv_is_found(tmp_path, text, message):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(
        ValueError, match=re.escape(f"must be a table of numbers with commas: {message}") + r"\Z"
    ):
        Data.read(path)


@pytest.mark.parametrize("first", ["# a,y", "# a remark", "a,y"])
def test_names_and_remarks(tmp_path, first):
    path = tmp_path / "a.csv"
    path.write_text(f"{first}\n1,2\n2,nan\n")
    name = "column 1" if "remark" in first else "column 'y'"
    with pytest.raises(ValueError, match=f"{name}, sample 1 = nan must be finite"):
        Data.read(path)
    path.write_text(f"{first}\n1,2\n2,4\n")
    np.testing.assert_allclose(Data.read(path).solution, [[2.0]])


def test_labels_may_be_truths_and_outputs_belong_to_tables(tmp_path):
    whole, truth = Data([1.0, 2.0, -1.0], [True, True, False]), Data([1.0, 2.0, -1.0], [1, 1, 0])
    assert whole.solution == truth.solution
    np.savez(tmp_path / "a.npz", X=[[1.0]], Y=[[1.0]])
    with pytest.raises(ValueError, match=r"outputs = 2 must be left out for an \.npz file"):
        Data.read(tmp_path / "a.npz", outputs=2)
