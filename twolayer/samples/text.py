"""A table as text, in any usual dialect: where its lines are, what its names are, and its cells as
pandas reads them."""

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import dialect
from .dialect import GAPS, HEAD, Record, is_number, pointed

_WHOLE = r"(?a)[+-]?\d{1,18}"


@dataclass(frozen=True)
class Table:
    """Columns, numbered from 0, as pandas reads them; their names, and whether the file gives them;
    whether the first holds names of rows; the mark before decimals; where a row stands in the file,
    and its cells there."""

    frame: Any
    names: list[str]
    named: bool
    rownames: bool
    decimal: str
    place: Callable[[int], tuple[str, list[str]]]

    def is_number(self, cell: str) -> bool:
        """Whether text is a number, as this table writes them."""
        return is_number(cell, self.decimal)

    def number(self, cell: str) -> float:
        """The number that a text is."""
        return float(pointed(cell, self.decimal))

    def key(self, column: int) -> str | int:
        """What a user may call a column."""
        return self.names[column] if self.named else column

    def cell(self, row: int, column: int) -> str:
        """A cell in a message: where it stands, and what it says."""
        place, cells = self.place(row)
        name = repr(self.names[column]) if self.named else f"{column} (from 0)"
        return f"{place}, column {name} = {cells[column]!r}"


def read(path: Path, header: bool | None) -> Table:
    """The table in a file; `header` says whether its first row holds names, None asks the file."""
    try:
        return _read(path, dialect.decoded(path), header)
    except csv.Error:
        raise ValueError(
            f"path = {str(path)!r} must be a table of numbers: it has a quote that does not close, "
            f"or a cell of more than {csv.field_size_limit()} characters"
        ) from None


def _read(path: Path, text: str, header: bool | None) -> Table:
    refused = f"path = {str(path)!r} must be "
    separator, decimal = dialect.marks(text)
    head = list(itertools.islice(dialect.records(text, separator), HEAD))
    if not head:
        return Table(_parsed(b"", ",", "."), [], False, False, ".", lambda row: ("", []))
    names, rownames, used = _heading(head, header, decimal, _above(text, head, separator), refused)
    start = head[used].start if used < len(head) else len(text)
    width = len(names or head[0].cells)
    frame, fault = _frame(text, start, separator, decimal)
    if frame is None or _may_be_short(frame, width):
        fault = _fault(text, start, separator, head[0].line, width) or fault
    if fault:
        raise ValueError(f"{refused}a table of numbers: {fault}")

    def place(row: int) -> tuple[str, list[str]]:
        record = next(itertools.islice(dialect.records(text, separator), used + row, None))
        return f"line {record.line}", record.cells

    called = names or [f"column {index}" for index in range(width)]
    return Table(frame, called, names is not None, rownames, decimal, place)


def _may_be_short(frame: Any, width: int) -> bool:
    """Whether lines may have another number of cells than names: pandas fills short ones up."""
    return len(frame) > 0 and (frame.shape[1] != width or bool(frame.iloc[:, -1].isna().any()))


def _above(text: str, head: list[Record], separator: str) -> list[str]:
    """The cells of a remark just above the first row: names, perhaps."""
    line = text[: head[0].start].rstrip("\n").rpartition("\n")[2]
    if not line.startswith("#"):
        return []
    return next(csv.reader([line.lstrip("# ")], delimiter=separator, skipinitialspace=True), [])


def _heading(
    head: list[Record], header: bool | None, decimal: str, above: list[str], refused: str
) -> tuple[list[str] | None, bool, int]:
    """Names of the columns, if there are any; whether the first column holds names of rows; how
    many rows the names take."""
    first, below = head[0].cells, [record.cells for record in head[1:]]

    def number(cell: str) -> bool:
        return is_number(cell, decimal)

    rows = _names_of_rows([cells[0] for cells in below], number)
    longer = {len(cells) for cells in below} == {len(first) + 1}
    if rows and longer and not any(map(number, first)):
        first = ["", *first]  # R writes no name above names of rows
    rownames = rows and first[0] == ""
    bare = first[1:] if rownames else first
    plain = not any(number(cell) or cell in GAPS for cell in bare)
    if header is None and not plain and below:
        numeric = all(map(number, bare)) and (rownames or _may_be_names(bare, below, number))
        over = zip(first, below[0], strict=False)
        if numeric or any(
            number(cell) and not number(name) and name not in GAPS for name, cell in over
        ):
            raise ValueError(
                f"{refused}read with header=True or header=False: line {head[0].line} may be "
                f"names ({', '.join(first[:6])}{', …' * (len(first) > 6)})"
            )
    if header or (header is None and plain):
        return _clean(first), rownames, 1
    if header is None and len(above) == len(first) and not any(map(number, above)):
        return _clean(above), False, 0
    return None, False, 0


def _names_of_rows(cells: list[str], number: Callable[[str], bool]) -> bool:
    """Whether cells count from 0 or 1, or are text."""
    counts = (list(map(str, range(begin, begin + len(cells)))) for begin in (0, 1))
    text = not any(number(cell) or cell in GAPS for cell in cells)
    return bool(cells) and (text or cells in counts)


def _may_be_names(cells: list[str], below: list[list[str]], number: Callable[[str], bool]) -> bool:
    """Whether numbers may be names: 0, 1, 2, ... as pandas counts columns, or whole numbers, at
    least three, that rise above rows which are not whole."""
    if not all(re.fullmatch(_WHOLE, cell) for cell in cells):
        return False
    values = list(map(int, cells))
    broken = (any(number(cell) and not re.fullmatch(_WHOLE, cell) for cell in row) for row in below)
    rise = len(cells) > 2 and sorted(set(values)) == values and all(broken)
    return rise or values == list(range(len(cells)))


def _clean(names: list[str]) -> list[str]:
    """Names on one line; without one, what pandas calls the column."""
    cleaned = (" ".join(name.split()) for name in names)
    return [name or f"Unnamed: {index}" for index, name in enumerate(cleaned)]


def _frame(text: str, start: int, separator: str, decimal: str) -> tuple[Any, str]:
    """The rows from a place on, or None and why they cannot be read."""
    from pandas.errors import ParserError

    if text.find("\n#", start) < 0:
        rows = text[start:].encode()
    else:
        records = (record for record in dialect.records(text, separator) if record.start >= start)
        rows = "".join(text[record.start : record.end] for record in records).encode()
    try:
        return _parsed(rows, separator, decimal), ""
    except ParserError as error:
        said = " ".join(str(error).split())
    last = deque(dialect.records(text, separator), maxlen=1)[0].line
    if "EOF inside string" in said:
        return None, f"a quote in line {last} does not close"
    return None, f"it cannot be read: {said}"


def _parsed(rows: bytes, separator: str, decimal: str) -> Any:
    """The cells of a text without names and remarks."""
    import pandas

    if not rows:
        return pandas.DataFrame()
    # from 3.1 on pandas reads every number to the last bit, and deprecates the wish
    recent = tuple(map(int, pandas.__version__.split(".")[:2])) >= (3, 1)
    exact = {} if recent else {"float_precision": "round_trip"}
    return pandas.read_csv(
        io.BytesIO(rows),
        sep=separator,
        decimal=decimal,
        header=None,
        na_values=list(GAPS),
        keep_default_na=False,
        skipinitialspace=True,
        low_memory=False,
        **exact,
    )


def _fault(text: str, start: int, separator: str, line: int, width: int) -> str:
    """The first line with another number of cells than the first."""
    for record in dialect.records(text, separator):
        if record.start >= start and len(record.cells) != width:
            return f"line {record.line} has {len(record.cells)} columns, line {line} has {width}"
    return ""
