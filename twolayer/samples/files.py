"""Samples of a data set from a file: .npz with arrays X and Y, or .csv whose last columns are the
labels."""

import errno
import math
import struct
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from .. import arguments
from ..arguments import FloatArray
from ..storage import BROKEN
from .blocks import Samples, in_blocks


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
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name: _array(path, archive, name) for name in "XY"}
    except (*BROKEN, OSError) as error:
        # zipfile seeks before the beginning of a broken file
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise ValueError(
            f"path = {str(path)!r} must be an .npz file with arrays X and Y of numbers"
        ) from None
    tables = (
        part if isinstance(part, _Stored) else arguments.table(name, part)
        for name, part in arrays.items()
    )
    return in_blocks(*tables)


@dataclass(frozen=True)
class _Stored:
    """A table of float64 that lies uncompressed in a file; a slice of it is read from there."""

    path: Path
    place: int
    shape: tuple[int, ...]

    def __getitem__(self, rows: slice) -> FloatArray:
        samples, columns = self.shape
        first, last, _ = rows.indices(samples)
        block = np.empty((last - first, columns))
        with open(self.path, "rb") as file:
            file.seek(self.place + 8 * first * columns)
            if file.readinto(block.data) != block.nbytes:
                raise ValueError("path must be a whole file: it ends before its arrays do")
        return block


def _array(path: Path, archive: zipfile.ZipFile, name: str) -> Any:
    """One of the arrays, read only where it does not lie in the file as it is; ValueError if it is
    not as large as it says."""
    member = archive.getinfo(f"{name}.npy")
    with archive.open(member) as stream:
        version = npy.read_magic(stream)
        header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, kind = header(stream)
        start = stream.tell()
        if start + math.prod(shape) * kind.itemsize != member.file_size:
            raise ValueError(name)
        packed = member.compress_type != zipfile.ZIP_STORED or fortran
        if packed or kind != np.dtype("<f8") or len(shape) not in (1, 2) or 0 in shape:
            stream.seek(0)
            return npy.read_array(stream)
    with open(path, "rb") as file:
        file.seek(member.header_offset + 26)
        lengths = sum(struct.unpack("<HH", file.read(4)))  # of the name, and of what is extra
    place = member.header_offset + 30 + lengths + start
    return _Stored(path, place, (*shape, 1)[:2])


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
