"""Samples of a data set from a file: a table, or an .npz with two arrays."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import arguments
from ..arguments import FloatArray, Mask
from . import archives, labels, tables
from .blocks import Source, in_blocks
from .dialect import GAPS
from .preparation import noted, standardized
from .tables import Choice

TABLES = ".csv", ".tsv", ".parquet"


def read(path: Path, choice: Choice) -> Source:
    """The samples in a file, by its ending."""
    ending = path.suffix.lower()
    _checked(path, ending, choice)
    samples = _archive(path, choice) if ending == ".npz" else tables.read(path, choice)
    return standardized(samples) if choice.standardize else samples


def _checked(path: Path, ending: str, choice: Choice) -> None:
    """Raise ValueError for arguments that are none, or that do not belong to such a file."""
    if ending not in (".npz", *TABLES):
        raise ValueError(f"path = {str(path)!r} must end in .npz, .csv, .tsv or .parquet")
    for name in ("header", "classes", "drop_missing", "standardize"):
        value = getattr(choice, name)
        if not (isinstance(value, bool) or (name == "header" and value is None)):
            also = ", or None" if name == "header" else ""
            raise ValueError(f"{name} = {value!r} must be True or False{also}")
    others: tuple[str, ...]
    if ending == ".npz":
        others, whose = ("outputs", "label", "drop", "header"), "an .npz file, whose arrays say it"
    elif ending == ".parquet":
        others, whose = ("arrays", "header"), "a .parquet file"
    else:
        others, whose = ("arrays",), "a table"
    for name in others:
        if (value := getattr(choice, name)) != getattr(Choice, name):
            raise ValueError(f"{name} = {value!r} must be left out for {whose}")


def _archive(path: Path, choice: Choice) -> Source:
    """Two arrays, as they lie in the file unless something is to be done to them."""
    names = _names(choice.arrays)
    x, y = archives.read(path, names)
    notes: list[str] = []
    called: tuple[str, ...] = ()
    if choice.drop_missing or choice.classes or y.dtype.kind == "U":
        x, y = arguments.table(names[0], x[:]), _columns(names[1], y[:])
        if choice.drop_missing:
            x, y = _without_gaps(names, x, y, notes)
        if choice.classes or y.dtype.kind == "U":
            y, called = _classes(names[1], y, choice.classes, notes)
    tables = (
        part if isinstance(part, archives.Stored) else arguments.table(name, part)
        for name, part in zip(names, (x, y), strict=True)
    )
    samples = in_blocks(next(tables), next(tables), names)
    samples = samples._replace(labels=called or samples.labels, notes=tuple(notes))
    return noted(samples)


def _names(arrays: Any) -> tuple[str, str]:
    """Names of the two arrays."""
    if arrays is None:
        return "X", "Y"
    names = tuple(arrays) if isinstance(arrays, Iterable) and not isinstance(arrays, str) else ()
    if len(names) != 2 or not all(isinstance(name, str) for name in names):
        raise ValueError(f"arrays = {arrays!r} must be two names, of inputs and of labels")
    return names[0], names[1]


def _columns(name: str, values: NDArray[Any]) -> NDArray[Any]:
    """Labels as columns, text too."""
    if values.dtype.kind == "U" and values.ndim in (1, 2) and values.size:
        return values.reshape(len(values), -1)
    return arguments.table(name, values)


def _without_gaps(
    names: tuple[str, str], x: NDArray[Any], y: NDArray[Any], notes: list[str]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows without a gap; arrays of other lengths as they are, to be refused."""
    if len(x) != len(y):
        return x, y
    kept = ~(_gaps(x) | _gaps(y))
    if not kept.any():
        raise ValueError(f"every sample of {names[0]} and {names[1]} has a gap")
    if not kept.all():
        notes.append(f"{np.sum(~kept)} of {len(kept)} rows left out for their gaps")
    return x[kept], y[kept]


def _gaps(table: NDArray[Any]) -> Mask:
    """Rows with a gap."""
    gaps = np.isin(table, GAPS) if table.dtype.kind == "U" else np.isnan(table)
    return np.asarray(gaps.any(1))


def _classes(
    name: str, table: NDArray[Any], asked: bool, notes: list[str]
) -> tuple[FloatArray, tuple[str, ...]]:
    """Labels that are classes, as columns, and their names."""
    gaps = _gaps(table)
    if gaps.any():
        raise ValueError(
            f"{name}, sample {np.argmax(gaps)} must be no gap: drop_missing=True leaves out rows "
            "with gaps"
        )
    blocks: list[FloatArray] = []
    called: list[str] = []
    for index, column in enumerate(table.T):
        block, names, note = labels.in_columns(f"{name}[{index}]", column, asked)
        blocks.append(block)
        called += names
        notes.append(note)
    return np.hstack(blocks), tuple(called)
