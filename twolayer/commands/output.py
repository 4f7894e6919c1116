"""What every command writes: tables and figures, whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .. import storage
from ..plotting import style


def write_csv(path: Path, header: Iterable[str], lines: Iterable[Iterable[Any]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    storage.write_whole(path, lambda file: file.write(text.getvalue().encode()))


@contextlib.contextmanager
def drawing(path: Path, columns: int = 1, rows: int = 1) -> Iterator[Any]:
    """One Axes, or an array of them; drawn on, they are written to `path`."""

    figure, axes = style.new_figure(rows, columns)
    yield axes
    storage.write_whole(path, lambda file: figure.savefig(file, format=path.suffix[1:]))
