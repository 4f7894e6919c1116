"""Rows of a data set from a file, block by block."""

from __future__ import annotations

import errno
import math
import struct
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import FloatArray
from ..storage import BROKEN
from . import data as samples
from .data import Blocks, Data, _columns, _reduce


def _read_arrays(cls: type[Data], path: Path) -> Data:
    with open(path, "rb") as file:
        try:
            stored = _stored(file)
            if stored is None:
                file.seek(0)
                with np.load(file, allow_pickle=False) as archive:
                    tables = archive["X"], archive["Y"]
        except (*BROKEN, OSError) as error:
            # zipfile seeks before the beginning of a broken file
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            raise ValueError(
                f"path = {str(path)!r} must be an .npz file with arrays X and Y of numbers"
            ) from None
        if stored is None:
            return cls(*tables)
        data = object.__new__(cls)
        columns = (_columns(name, part.columns) for name, part in zip("XY", stored, strict=True))
        data._set(*_reduce(lambda: _together(file, *stored), *columns))
        return data


@dataclass
class _Stored:
    """A table of float64 that lies uncompressed in an open file, row after row."""

    place: int
    samples: int
    columns: int
    rows: int = 1

    def take(self, file: Any, row: int, buffer: FloatArray) -> FloatArray:
        block = buffer[: min(self.rows, self.samples - row)]
        file.seek(self.place + row * self.columns * 8)
        if file.readinto(block.data.cast("B")) != block.nbytes:
            raise ValueError("path must be a whole file: it ends before its arrays do")
        return block


def _stored(file: Any) -> list[_Stored] | None:
    """X and Y where they can be read without a copy, or None; ValueError if they are not as large
    as they say."""
    found = []
    with zipfile.ZipFile(file) as archive:
        for name in ("X.npy", "Y.npy"):
            member = archive.getinfo(name)
            with archive.open(member) as head:
                version = np.lib.format.read_magic(head)
                read = (
                    np.lib.format.read_array_header_1_0
                    if version == (1, 0)
                    else np.lib.format.read_array_header_2_0
                )
                shape, fortran, kind = read(head)
                start = head.tell()
            if start + math.prod(shape) * kind.itemsize != member.file_size:
                raise ValueError(name)
            plain = (
                member.compress_type == zipfile.ZIP_STORED
                and kind == np.dtype("<f8")
                and not fortran
            )
            if not plain or len(shape) not in (1, 2) or 0 in shape:
                continue
            file.seek(member.header_offset + 26)
            name_length, extra_length = struct.unpack("<HH", file.read(4))
            place = member.header_offset + 30 + name_length + extra_length + start
            found.append(_Stored(place, shape[0], shape[1] if len(shape) == 2 else 1))
    return found if len(found) == 2 and found[0].samples == found[1].samples else None


def _together(file: Any, x: _Stored, y: _Stored) -> Blocks:
    x.rows = y.rows = max(1, samples._BLOCK // x.columns)
    buffers = [np.empty((part.rows, part.columns)) for part in (x, y)]
    for row in range(0, x.samples, x.rows):
        yield x.take(file, row, buffers[0]), y.take(file, row, buffers[1])


def _read_table(cls: type[Data], path: Path, outputs: int) -> Data:
    try:
        with open(path, encoding="utf-8-sig") as file:
            line = file.readline().rstrip("\n")
            first = line.lstrip("# ").split(",")
            filled = [item for item in first if item.strip()]
            named = not all(_is_number(item) for item in filled)
            if not named:
                file.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a file without samples
                lines = np.loadtxt(file, delimiter=",", ndmin=2)
    except UnicodeDecodeError:
        raise ValueError(
            f"path = {str(path)!r} must be a table of numbers with commas, not a file of another "
            "kind"
        ) from None
    except ValueError:
        raise ValueError(
            f"path = {str(path)!r} must be a table of numbers with commas: "
            f"{_fault(path, first, named)}"
        ) from None
    if lines.size == 0 or lines.shape[1] <= outputs:
        raise ValueError(
            f"path = {str(path)!r} must have samples, and at least one column of inputs before "
            f"{outputs} of labels"
        )
    if line.startswith("#") and len(first) != lines.shape[1]:
        named = False  # a remark
    names = (
        [item.strip() for item in first]
        if named
        else [str(index) for index in range(lines.shape[1])]
    )
    if len(names) != lines.shape[1]:
        raise ValueError(
            f"path = {str(path)!r} must have as many names ({len(names)}) as columns "
            f"({lines.shape[1]})"
        )
    names = [f"column {name!r}" if named else f"column {name}" for name in names]
    data = object.__new__(cls)
    data._set(
        *_reduce(
            lambda: iter([(lines[:, :-outputs], lines[:, -outputs:])]),
            names[:-outputs],
            names[-outputs:],
        )
    )
    return data


def _fault(path: Path, first: list[str], named: bool) -> str:
    """Where a table is none: the line, as an editor counts, and the column."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        items = line.partition("#")[0].split(",")
        if (number == 1 and named) or not line.partition("#")[0].strip():
            continue
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
