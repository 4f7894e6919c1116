"""Samples from a table: which columns are labels and which inputs, gaps, classes, and what was
done, in words."""

import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import storage
from ..arguments import FloatArray, Mask
from . import labels, text
from .blocks import Source, in_blocks
from .dialect import GAPS
from .preparation import noted
from .text import Table

LISTED = 40  # names in a message

# thousands, per cent: numbers that are written so that they are not read
_ALMOST = r"(?a)[-+]?[\d.][\d.,_' ]*%?"


@dataclass(frozen=True)
class Choice:
    """What is wanted of a file: the arguments of `Data.read`."""

    outputs: int = 1
    label: Any = None
    drop: Any = ()
    arrays: Any = None
    header: bool | None = None
    classes: bool = False
    drop_missing: bool = False
    standardize: bool = False


class _Fault(ValueError):
    """Why the cells of a table are no samples."""


def read(path: Path, choice: Choice) -> Source:
    """The samples of a table."""
    table = _parquet(path) if path.suffix.lower() == ".parquet" else text.read(path, choice.header)
    inputs, outputs, notes = _columns(path, table, choice)
    try:
        x = [_numbers(table, column, notes) for column in inputs]
        y = [_labels(table, column, choice) for column in outputs]
        kept = _kept(table, dict(zip((*inputs, *outputs), x + y, strict=True)), choice, notes)
    except _Fault as fault:
        raise ValueError(f"path = {str(path)!r} must be a table of numbers: {fault}") from None
    parts = [
        _label(table, column, values[kept], choice, notes)
        for column, values in zip(outputs, y, strict=True)
    ]
    samples = in_blocks(
        np.column_stack([part[kept] for part in x]), np.hstack([part for part, _ in parts])
    )
    samples = samples._replace(
        inputs=tuple(table.names[column] for column in inputs),
        labels=tuple(name for _, names in parts for name in names),
        notes=tuple(notes),
    )
    return noted(samples, advice=True)


def _parquet(path: Path) -> Table:
    import pandas

    refused = f"path = {str(path)!r} must be "
    with open(path, "rb") as file, storage.reading(refused + "a whole .parquet file"):
        try:
            frame = pandas.read_parquet(file)
        except ImportError:
            frame = None
    if frame is None:
        raise ValueError(f"{refused}read by a library that is missing: pip install pyarrow")
    if not isinstance(frame.index, pandas.RangeIndex):
        frame = frame.reset_index()  # names of rows are columns, and not lost
    names = [" ".join(str(name).split()) for name in frame.columns]
    return Table(frame, names, True, False, ".", lambda row: (f"row {row}", _cells(frame, row)))


def _cells(frame: Any, row: int) -> list[str]:
    return [str(cell) for cell in frame.iloc[row]]


def _columns(path: Path, table: Table, choice: Choice) -> tuple[list[int], list[int], list[str]]:
    """Numbers of the inputs and of the labels, and what is left out."""
    if choice.label is not None and choice.outputs != 1:
        raise ValueError(f"outputs = {choice.outputs} must be left out where label says which")
    outputs = [] if choice.label is None else _found(table, "label", choice.label)
    left = set(_found(table, "drop", choice.drop))
    if left & set(outputs):
        raise ValueError(f"label = {choice.label!r} must not be among those of drop")
    notes = [f"left out as asked: {_listed(table, sorted(left))}"] if left else []
    if table.rownames and 0 not in (*left, *outputs):
        left.add(0)
        notes.append("column 0 has no name and holds names of rows: left out")
    rest = [column for column in range(len(table.names)) if column not in (*left, *outputs)]
    if choice.label is None:
        rest, outputs = rest[: -choice.outputs], rest[-choice.outputs :]
    if not (len(table.frame) and rest and outputs):
        raise ValueError(
            f"path = {str(path)!r} must have samples, and at least one column of inputs before "
            f"{choice.outputs if choice.label is None else len(outputs)} of labels, with commas, "
            "semicolons or tabs between them"
        )
    return rest, outputs, notes


def shown(name: str) -> str:
    """A name in a list: in quotes if it has a comma."""
    return repr(name) if "," in name else name


def _listed(table: Table, columns: Iterable[int]) -> str:
    """Columns in words, on one line."""
    names = [shown(table.names[column]) for column in columns]
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")


def _found(table: Table, argument: str, wanted: Any) -> list[int]:
    """Numbers of the columns that a user names."""
    several = not isinstance(wanted, str) and isinstance(wanted, Iterable)
    found = [_one(table, argument, item) for item in (wanted if several else [wanted])]
    if len(set(found)) < len(found) or (argument == "label" and not found):
        raise ValueError(f"{argument} = {wanted!r} must name columns, each once")
    return found


def _one(table: Table, argument: str, wanted: Any) -> int:
    """The number of a column, by its name or, from 0 or from the end, its number."""
    count = len(table.names)
    if isinstance(wanted, str):
        name = " ".join(wanted.split())
        places = [index for index, other in enumerate(table.names) if other == name]
        if len(places) > 1:
            raise ValueError(
                f"{argument} = {wanted!r} must be a number: columns {', '.join(map(str, places))} "
                "(from 0) have this name"
            )
        if places:
            return places[0]
    try:
        number = int(wanted) if isinstance(wanted, str) else operator.index(wanted)
    except (TypeError, ValueError):
        number = count
    if isinstance(wanted, bool) or not -count <= number < count:
        raise ValueError(
            f"{argument} = {wanted!r} must be a name, or a number from 0 to {count - 1}, of the "
            f"columns {_listed(table, range(count))}"
        )
    return number % count


def _values(table: Table, column: int) -> NDArray[Any]:
    """Float64, nan at gaps; or, of a column that holds text, objects: str, and None at gaps."""
    from pandas.api import types

    series = table.frame.iloc[:, column]
    if types.is_numeric_dtype(series) and not types.is_bool_dtype(series):
        return np.asarray(series.to_numpy(np.float64, na_value=np.nan))
    cells = (str(cell).strip() for cell in series)
    gaps = series.isna()
    texts = [None if gap or cell in GAPS else cell for cell, gap in zip(cells, gaps, strict=True)]
    if all(cell is None or table.is_number(cell) for cell in texts):
        return np.array([np.nan if cell is None else table.number(cell) for cell in texts])
    return np.array(texts, object)


def _is_text(values: NDArray[Any]) -> bool:
    return values.dtype != np.float64


def _gaps(values: NDArray[Any]) -> Mask:
    return np.array([cell is None for cell in values]) if _is_text(values) else np.isnan(values)


def _numbers(table: Table, column: int, notes: list[str]) -> FloatArray:
    """An input; text is refused, unless it says true and false."""
    values = _values(table, column)
    if not _is_text(values):
        return values
    truths = {None: np.nan, "true": 1.0, "false": 0.0}
    found = [truths.get(cell and cell.lower()) for cell in values]
    if None in found:
        raise _Fault(
            f"{_odd(table, column, values)} is no number: drop={table.key(column)!r} leaves the "
            "column out"
        )
    notes.append(f"{table.names[column]}: 1 for true, 0 for false")
    return np.array(found, np.float64)


def _odd(table: Table, column: int, values: NDArray[Any]) -> str:
    """The first cell of a column that is no number."""
    odd = (row for row, cell in enumerate(values) if cell and not table.is_number(cell))
    return table.cell(next(odd), column)


def _kept(table: Table, values: dict[int, NDArray[Any]], choice: Choice, notes: list[str]) -> Mask:
    """Rows without a gap; a fault if there are others that nobody wants left out, or a number is
    not finite."""
    gaps = np.column_stack([_gaps(part) for part in values.values()])
    for column, empty in zip(values, gaps.T, strict=True):
        if empty.all():
            key = table.key(column)
            raise _Fault(f"column {key!r} holds gaps only: drop={key!r} leaves it out")
    kept = ~np.asarray(gaps.any(1))
    count = len(kept) - int(kept.sum())
    if count and not choice.drop_missing:
        row, place = np.argwhere(gaps)[0]
        raise _Fault(
            f"{table.cell(row, list(values)[place])} is a gap: drop_missing=True leaves out rows "
            f"with gaps, {count} of {len(kept)}"
        )
    if count == len(kept):
        raise _Fault("every row has a gap")
    if count:
        notes.append(f"{count} of {len(kept)} rows left out for their gaps")
    for column, part in values.items():
        if not _is_text(part) and np.isinf(part[kept]).any():
            row = np.argmax(kept & np.isinf(part))
            raise _Fault(f"{table.cell(int(row), column)} must be finite")
    return kept


def _label(
    table: Table, column: int, values: NDArray[Any], choice: Choice, notes: list[str]
) -> tuple[FloatArray, tuple[str, ...]]:
    """The columns of numbers that a label becomes, and their names."""
    name = table.names[column]
    if not (_is_text(values) or choice.classes):
        return values[:, None], (name,)
    part, names, note = labels.in_columns(name, values, choice.classes)
    notes.append(note)
    return part, names


def _labels(table: Table, column: int, choice: Choice) -> NDArray[Any]:
    """A label; numbers among text, or written so that they are not read, are refused."""
    values = _values(table, column)
    if _is_text(values) and not choice.classes:
        written = (cell for cell in values if cell is not None)
        if any(table.is_number(cell) or re.fullmatch(_ALMOST, cell) for cell in written):
            raise _Fault(
                f"{_odd(table, column, values)} is no number: classes=True takes labels as classes"
            )
    return values
