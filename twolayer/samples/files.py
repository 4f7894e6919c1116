"""Samples of a data set from a file: .npz with arrays X and Y, or .csv whose last columns are the
labels."""

from __future__ import annotations

import errno
import math
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..arguments import FloatArray
from ..storage import BROKEN
from .blocks import Blocks, Samples, from_arrays, numbered, rows_together


def read(path: Path, outputs: int) -> Samples:
    """The samples in a file by its ending; `outputs` label columns belong to a .csv."""
    if path.suffix == ".csv":
        return _table(path, outputs)
    if path.suffix != ".npz":
        raise ValueError(f"path = {str(path)!r} must end in .npz or .csv")
    if outputs > 1:
        raise ValueError(
            f"outputs = {outputs} must be left out for an .npz file, whose Y says how many there "
            "are"
        )
    return _arrays(path)


def _arrays(path: Path) -> Samples:
    try:
        with open(path, "rb") as file:
            stored = _stored(file)
            if stored is None:
                file.seek(0)
                with np.load(file, allow_pickle=False) as archive:
                    arrays = archive["X"], archive["Y"]
    except (*BROKEN, OSError) as error:
        # zipfile seeks before the beginning of a broken file
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise ValueError(
            f"path = {str(path)!r} must be an .npz file with arrays X and Y of numbers"
        ) from None
    if stored is None:
        return from_arrays(*arrays)
    x, y = stored
    return Samples(lambda: _blocks(path, x, y), numbered("X", x.columns), numbered("Y", y.columns))


class _Stored(NamedTuple):
    """An array of float64 that lies uncompressed in a file, row after row."""

    place: int
    samples: int
    columns: int

    def read(self, file: Any, row: int, block: FloatArray) -> FloatArray:
        """The block, filled with the rows from this one on."""
        file.seek(self.place + row * self.columns * 8)
        if file.readinto(block.data.cast("B")) != block.nbytes:
            raise ValueError("path must be a whole file: it ends before its arrays do")
        return block


def _stored(file: Any) -> tuple[_Stored, _Stored] | None:
    """X and Y where they can be read without a copy, or None; ValueError if they are not as large
    as they say."""
    with zipfile.ZipFile(file) as archive:
        x, y = (_member(file, archive, f"{name}.npy") for name in "XY")
    return (x, y) if x and y and x.samples == y.samples else None


def _member(file: Any, archive: zipfile.ZipFile, name: str) -> _Stored | None:
    """One of them."""
    member = archive.getinfo(name)
    with archive.open(member) as head:
        version = np.lib.format.read_magic(head)
        header = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, fortran, kind = header(head)
        start = head.tell()
    if start + math.prod(shape) * kind.itemsize != member.file_size:
        raise ValueError(name)
    plain = member.compress_type == zipfile.ZIP_STORED and kind == np.dtype("<f8") and not fortran
    if not plain or len(shape) not in (1, 2) or 0 in shape:
        return None
    file.seek(member.header_offset + 26)
    lengths = sum(struct.unpack("<HH", file.read(4)))  # of the name, and of what is extra
    place = member.header_offset + 30 + lengths + start
    return _Stored(place, shape[0], shape[1] if len(shape) == 2 else 1)


def _blocks(path: Path, x: _Stored, y: _Stored) -> Blocks:
    rows = rows_together(x.columns)
    inputs, labels = (np.empty((rows, part.columns)) for part in (x, y))
    with open(path, "rb") as file:
        for row in range(0, x.samples, rows):
            end = min(rows, x.samples - row)
            yield x.read(file, row, inputs[:end]), y.read(file, row, labels[:end])


def _table(path: Path, outputs: int) -> Samples:
    """The lines of a table, together, and the names of its columns from the first line."""
    refused = f"path = {str(path)!r} must "
    try:
        with open(path, encoding="utf-8-sig") as file:
            line = file.readline().rstrip("\n")
            first = line.lstrip("# ").split(",")
            named = not all(_is_number(item) for item in first if item.strip())
            if not named:
                file.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a file without samples
                lines = np.loadtxt(file, delimiter=",", ndmin=2)
    except UnicodeDecodeError:
        raise ValueError(
            refused + "be a table of numbers with commas, not a file of another kind"
        ) from None
    except ValueError:
        raise ValueError(
            f"{refused}be a table of numbers with commas: {_fault(path, first, named)}"
        ) from None
    columns = lines.shape[1]
    if lines.size == 0 or columns <= outputs:
        raise ValueError(
            f"{refused}have samples, and at least one column of inputs before {outputs} of labels"
        )
    if line.startswith("#") and len(first) != columns:
        named = False  # a remark
    if named and len(first) != columns:
        raise ValueError(f"{refused}have as many names ({len(first)}) as columns ({columns})")
    names = [repr(item.strip()) for item in first] if named else map(str, range(columns))
    names = [f"column {name}" for name in names]
    x, y = (np.ascontiguousarray(part) for part in np.split(lines, [-outputs], axis=1))
    return Samples(lambda: iter([(x, y)]), names[:-outputs], names[-outputs:])


def _fault(path: Path, first: list[str], named: bool) -> str:
    """Where a table is none: the line, as an editor counts, and the column."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        content = line.partition("#")[0]
        if (number == 1 and named) or not content.strip():
            continue
        items = content.split(",")
        if len(items) != len(first):
            return f"line {number} has {len(items)} columns, line 1 has {len(first)}"
        for index, item in enumerate(items):
            if not _is_number(item):
                column = repr(first[index].strip()) if named else str(index)
                return f"line {number}, column {column} = {item.strip()!r} is no number"
    return "it cannot be read"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
