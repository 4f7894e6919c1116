"""Two arrays of an .npz file: their bits, or one line that says what is wrong."""

import io
import pathlib
import pickle
import re
import struct
import zipfile

import numpy as np
import pytest

from tests.samples.helpers import NUMBERS, SHAPE, refuses, same, samples
from twolayer import Data
from twolayer.samples import archives, blocks


@pytest.fixture(params=["whole", "by blocks"])
def either(request, monkeypatch):
    """Arrays are read as a whole or, as large ones are, block by block."""
    if request.param == "by blocks":
        monkeypatch.setattr(archives, "WHOLE", 0)


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


def test_a_stored_npz_has_the_bits_of_its_arrays(tmp_path, monkeypatch, either):
    for shapes in ((500, 7, 2), (3, 40, 1), (1, 1, 1)):
        X, Y = samples(np.random.default_rng(6), *shapes)
        np.savez(tmp_path / "a.npz", X=X, Y=Y, other=np.array(["more"]))
        for numbers in (1 << 16, 100):
            monkeypatch.setattr(blocks, "NUMBERS", numbers)
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
def test_versions_of_headers(tmp_path, version, either):
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
    monkeypatch.setattr(blocks, "NUMBERS", 400)
    monkeypatch.setattr(archives, "WHOLE", 0)
    for place, name in ((np, "load"), (np.lib.format, "read_array")):
        monkeypatch.setattr(place, name, lambda *_, **options: pytest.fail("reads whole arrays"))
    same(Data.read(tmp_path / "a.npz"), Data(X, Y))


def test_large_arrays_are_those_of_more_than_16_megabytes(tmp_path, monkeypatch):
    assert archives.WHOLE == 2**24
    monkeypatch.setattr(archives, "WHOLE", 128 + 8 * 40)
    for m, whole in ((20, 2), (21, 1)):
        np.savez(tmp_path / "a.npz", X=np.ones((m, 2)), Y=np.ones(m))
        arrays = archives.read(tmp_path / "a.npz", ("X", "Y"))
        assert sum(isinstance(array, np.ndarray) for array in arrays) == whole
        assert arrays[0].shape == (m, 2)


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
def test_headers_that_lie_about_the_size(tmp_path, kind, shape, either):
    """The bytes after the array are there, of the next one: they are none of its numbers."""
    X, Y = samples(np.random.default_rng(0), 10, 2, 1)
    path = header(tmp_path / "a.npz", "X", X, Y, shape, kind)
    with refuses(f"path = '{re.escape(str(path))}' {ARRAYS}"):
        Data.read(path)


def test_a_directory_of_the_archive_that_lies_about_the_size(tmp_path, either):
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
    pickled = archive(folder / "made.npz", X=X, Y=Y.astype(object))
    yield "pickled.npz", pickled.read_bytes()
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


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_byte_is_refused_in_one_line_or_says_nothing(tmp_path, save):
    """Any byte: of the archive, of its directory, of a header, of numbers."""
    X, Y = samples(np.random.default_rng(0), 4, 2, 1)
    path, refused = tmp_path / "a.npz", 0
    save(path, X=X, Y=Y)
    good, whole = path.read_bytes(), Data.read(path)
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            same(Data.read(path), whole)
        except ValueError as error:
            said = re.escape(f"path = {str(path)!r} {ARRAYS}")
            assert re.fullmatch(said + "(: it has .*; arrays=... chooses two)?", str(error))  # noqa: PT017
            refused += 1
    assert refused > 0.6 * len(good)


def test_the_arrays_that_are_there_are_listed(tmp_path):
    X, Y = samples(np.random.default_rng(0), 10, 2, 1)
    path = tmp_path / "a.npz"
    for arrays in ({"x": X, "y": Y}, {"X": X}, {"Y": Y}, {"x_train": X, "y_train": Y}, {}):
        np.savez(path, **arrays)
        there = ", ".join(arrays) or "nothing"
        with refuses(
            f"path = '{re.escape(str(path))}' {ARRAYS}: it has {there}; arrays=... chooses two"
        ):
            Data.read(path)
    np.savez(path, x_train=X, y_train=Y)
    data = Data.read(path, arrays=("x_train", "y_train"))
    same(data, Data(X, Y))
    assert data.input_names == ("x_train[0]", "x_train[1]")
    assert data.label_names == ("y_train[0]",)
    message = f"path = '{re.escape(str(path))}' must be an .npz file with arrays x_train and y of"
    with pytest.raises(ValueError, match=rf"\A{message} numbers: it has x_train, y_train; "):
        Data.read(path, arrays=["x_train", "y"])


@pytest.mark.parametrize("arrays", ["XY", ("X",), ("X", 1), ("X", "Y", "Z"), 3])
def test_arrays_are_two_names(tmp_path, arrays):
    with refuses(f"arrays = {re.escape(repr(arrays))} must be two names, of inputs and of labels"):
        Data.read(tmp_path / "a.npz", arrays=arrays)


def test_what_belongs_to_tables_is_refused(tmp_path):
    for name, value in (("label", 1), ("drop", "a"), ("header", True), ("outputs", 2)):
        with refuses(f"{name} = {value!r} must be left out for an .npz file, whose arrays say it"):
            Data.read(tmp_path / "a.npz", **{name: value})


def test_classes_in_an_npz(tmp_path, either):
    X, path = [[1.0], [2.0], [4.0], [3.0]], tmp_path / "a.npz"
    np.savez(path, X=X, Y=[3, 8, 8, 3])
    same(Data.read(path), Data(X, [3, 8, 8, 3]))
    data = Data.read(path, classes=True)
    same(data, Data(X, [-1, 1, 1, -1]))
    assert data.notes == ("label Y[0]: -1 for 3, +1 for 8",)
    for texts in (["b", "a", "c", "a"], [["b"], ["a"], ["c"], ["a"]]):
        np.savez(path, X=X, Y=texts)
        data = Data.read(path)
        same(data, Data(X, [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]))
        assert data.label_names == ("Y[0] = a", "Y[0] = b", "Y[0] = c")
    np.savez(path, X=X, Y=["a", "NA", "b", "b"])
    with refuses("Y, sample 1 must be no gap: drop_missing=True leaves out rows with gaps"):
        Data.read(path)
    same(Data.read(path, drop_missing=True), Data([1.0, 4, 3], [-1, 1, 1]))


def test_gaps_in_an_npz(tmp_path, either):
    X, Y = np.array([[1.0, 2], [np.nan, 1], [3, 1], [0, 5]]), np.array([1.0, 2, np.nan, 4])
    np.savez(tmp_path / "a.npz", X=X, Y=Y)
    with refuses("X, column 0, sample 1 = nan must be finite"):
        Data.read(tmp_path / "a.npz")
    data = Data.read(tmp_path / "a.npz", drop_missing=True)
    same(data, Data(X[[0, 3]], Y[[0, 3]]))
    assert data.notes == ("2 of 4 rows left out for their gaps",)
    np.savez(tmp_path / "a.npz", X=X[1:3], Y=Y[1:3])
    with refuses("every sample of X and Y has a gap"):
        Data.read(tmp_path / "a.npz", drop_missing=True)
    np.savez(tmp_path / "a.npz", X=X, Y=Y[:3])
    with refuses(r"shapes of X \(4, 2\) and Y \(3, 1\) must begin with the same number of .*"):
        Data.read(tmp_path / "a.npz", drop_missing=True)
    np.savez(tmp_path / "a.npz", X=X[:2, 1:], Y=Y[:2])
    assert Data.read(tmp_path / "a.npz", drop_missing=True).notes == ()


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
        (np.array(["a", "b", "c"]), np.ones(3), rf"X = array.* {NUMBERS}"),
        (
            np.ones((3, 2)),
            np.array(["a", "b", "c"]),
            r"label 'Y\[0\]' must say something more than once, unless .*",
        ),
        (np.ones((3, 2)), np.array([], str), rf"Y = array.* {NUMBERS}"),
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
