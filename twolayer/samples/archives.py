"""Samples from an .npz file: two arrays, chosen by their names."""

import math
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import storage
from ..arguments import FloatArray

WHOLE = 1 << 24  # bytes of an array that is read as a whole, and held against its check sum


@dataclass(frozen=True)
class Stored:
    """A table of float64 that lies uncompressed in a file; a slice of it is read from there."""

    path: Path
    place: int
    shape: tuple[int, ...]
    dtype = np.dtype("<f8")

    def __getitem__(self, rows: slice) -> FloatArray:
        samples, columns = self.shape
        first, last, _ = rows.indices(samples)
        block = np.empty((last - first, columns))
        with open(self.path, "rb") as file:
            file.seek(self.place + 8 * first * columns)
            if file.readinto(block.data) != block.nbytes:
                raise ValueError("path must be a whole file: it ends before its arrays do")
        return block


def read(path: Path, names: tuple[str, str]) -> list[Any]:
    """The two arrays, a large one as a `Stored` where it lies in the file as it is."""
    refused = f"path = {str(path)!r} must be an .npz file with arrays {' and '.join(names)}"
    with storage.reading(refused + " of numbers"), zipfile.ZipFile(path) as archive:
        there = [name.removesuffix(".npy") for name in archive.namelist()]
        if set(names) <= set(there):
            return [_array(path, archive, name) for name in names]
    said = ", ".join(there) or "nothing"
    raise ValueError(f"{refused} of numbers: it has {said}; arrays=... chooses two")


def _array(path: Path, archive: zipfile.ZipFile, name: str) -> Any:
    """One of the arrays; ValueError if it is not as large as it says."""
    member = archive.getinfo(f"{name}.npy")
    with archive.open(member) as stream:
        shape, fortran, kind = storage.header(stream)
        start = stream.tell()
    packed = member.compress_type != zipfile.ZIP_STORED or fortran or kind != np.dtype("<f8")
    if packed or member.file_size <= WHOLE or len(shape) not in (1, 2) or 0 in shape:
        return storage.member(archive, name)
    if start + math.prod(shape) * kind.itemsize != member.file_size:
        raise ValueError(name)
    with open(path, "rb") as file:
        file.seek(member.header_offset + 26)
        lengths = sum(struct.unpack("<HH", file.read(4)))  # of the name, and of what is extra
    place = member.header_offset + 30 + lengths + start
    return Stored(path, place, (*shape, 1)[:2])
