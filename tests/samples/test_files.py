"""Files of samples: the bits of their arrays, or one line that says what is wrong."""

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
from twolayer.samples import blocks

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
    monkeypatch.setattr(blocks, "NUMBERS", 400)
    for place, name in ((np, "load"), (np.lib.format, "read_array")):
        monkeypatch.setattr(place, name, lambda *_, **options: pytest.fail("reads whole arrays"))
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
