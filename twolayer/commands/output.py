"""What every command writes: tables, arrays and figures, whole or not at all, into a folder."""

import contextlib
import csv
import io
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import storage
from .streams import shown


def write_csv(path: Path, header: Iterable[str], lines: Iterable[Iterable[Any]]) -> None:
    """A table of rows under a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    storage.write_whole(path, lambda file: file.write(text.getvalue().encode()))


def write_rows(path: Path, rows: Sequence[Any]) -> None:
    """A table of named tuples of one kind; as .npz, its columns are arrays."""
    header = rows[0]._fields
    if path.suffix == ".csv":
        write_csv(path, header, rows)
    else:
        write_arrays(path, **dict(zip(header, zip(*rows, strict=True), strict=True)))


def write_arrays(path: Path, **arrays: Any) -> None:
    """An .npz file."""
    storage.write_whole(path, lambda file: np.savez(file, **arrays))


def table(
    header: Sequence[str], rows: Iterable[Iterable[str]], left: Sequence[int] = ()
) -> list[str]:
    """Lines of a table: columns are as wide as their widest cell, whatever it holds, and aligned to
    the right but those of `left`; names of columns may have several lines."""
    from tabulate import tabulate

    sides = ["left" if column in left else "right" for column in range(len(header))]
    heads = [*itertools.zip_longest(*(name.split("\n")[::-1] for name in header))][::-1]
    cells = [[shown(cell or "") for cell in row] for row in itertools.chain(heads, rows)]
    how: Any = {"tablefmt": "plain", "disable_numparse": True, "colalign": sides}
    return [line.rstrip() for line in tabulate(cells, **how).split("\n")]


@contextlib.contextmanager
def drawing(path: Path, columns: int = 1, rows: int = 1) -> Iterator[Any]:
    """One Axes, or an array of them; drawn on, they are written to `path`."""
    from ..plotting import new_figure

    figure, axes = new_figure(rows, columns)
    yield axes
    storage.write_whole(path, lambda file: figure.savefig(file, format=path.suffix[1:]))


@contextlib.contextmanager
def folder(name: str) -> Iterator[Path]:
    """A folder to write into, made if need be; if nothing is written, a new one is removed
    again."""
    if not name:
        raise ValueError("--folder = '' must be a folder that can be written: it has no name")
    place = Path(name)
    new = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
        _writable(place)
    except OSError as error:
        raise ValueError(
            f"--folder = {name!r} must be a folder that can be written: {error.strerror}"
        ) from None
    try:
        yield place
    except BaseException:
        if new and not any(place.iterdir()):
            place.rmdir()
        raise


def ending(path: Path | None, allowed: tuple[str, ...], option: str = "--save") -> str | None:
    """The ending of a file to be written; checked, with its folder, before any work is done."""
    if path is None:
        return None
    if path.suffix not in allowed:
        endings = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
        raise ValueError(f"{option} = {str(path)!r} must end in {endings}")
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"{option} = {str(path)!r} must be a file in a folder that exists")
    _writable(path.parent)
    return path.suffix


def say_files(place: Path, names: Iterable[str]) -> None:
    """The last lines of a command: what it wrote."""
    print(f"\nFigures (png), tables (csv) and arrays (npz) are in {place}:")
    for name in names:
        print(f"   {name}")


def _writable(place: Path) -> None:
    """Raise OSError unless a file can be made in a folder, without leaving one."""
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written", str(place))
