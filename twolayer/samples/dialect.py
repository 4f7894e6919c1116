"""The dialect of a table as text: its letters, lines and rows, what stands between cells, and how
numbers are written."""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

GAPS = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?")
"""Cells that are gaps."""

HEAD = 100  # samples that show the dialect

_NUMBER = r"(?ai)[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?"
_REMARK = r'#(?!N/A)|"?sep=.?"?$'
_SWAPPED = str.maketrans(".,", ",.")
# a whole cell, between semicolons or tabs
_COMMA = r'(?m)(?:^|[;\t]) *"?[+-]?\d*,\d+(?:[eE][+-]?\d+)?"? *(?=[;\t]|$)'


class Record(NamedTuple):
    """The cells of a row, the line that it begins in, counted from 1, and its place in the text."""

    line: int
    start: int
    end: int
    cells: list[str]


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell is a number, as pandas reads them."""
    return bool(re.fullmatch(_NUMBER, pointed(cell, decimal)))


def pointed(cell: str, decimal: str) -> str:
    """A number with a decimal point, if it has a decimal mark."""
    return (cell.translate(_SWAPPED) if decimal == "," else cell).strip()


def decoded(path: Path) -> str:
    """The text of a file, in UTF-8, UTF-16 with its mark, or Latin-1; its lines end in newlines."""
    raw = path.read_bytes()
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16" if wide else "utf-8-sig", "latin-1"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if "\0" in text:
        raise ValueError(
            f"path = {str(path)!r} must be a table of numbers, not a file of another kind"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class _Lines:
    """The lines of a text, one by one: how many there were, and the place after them."""

    def __init__(self, text: str) -> None:
        self.text, self.number, self.place = text, 0, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.place >= len(self.text):
            raise StopIteration
        start = self.place
        self.place = self.text.find("\n", start) + 1 or len(self.text)
        self.number += 1
        return self.text[start : self.place]


def records(text: str, separator: str) -> Iterator[Record]:
    """The rows of a text but for empty lines and remarks; one with a quote may take many lines."""
    lines = _Lines(text)
    for line in lines:
        if not line.strip(" \n" if separator == "\t" else None) or re.match(_REMARK, line):
            continue
        number, start = lines.number, lines.place - len(line)
        rest = itertools.chain([line], lines)
        cells = next(csv.reader(rest, delimiter=separator, skipinitialspace=True))
        yield Record(number, start, lines.place, [cell.strip() for cell in cells])


def marks(text: str) -> tuple[str, str]:
    """What stands between cells, and before decimals: a separator with which rows are of one
    length, and of those the one that leaves most numbers."""

    def merit(separator: str) -> tuple[Any, ...]:
        decimal = "," if separator in ";\t" else "."
        cells = [record.cells for record in itertools.islice(records(text, separator), HEAD)]
        lengths = [len(row) for row in cells] or [0]
        usual = Counter(lengths[1:] or lengths).most_common(1)[0][0]
        even = set(lengths[1:]) <= {usual} and usual - 1 <= lengths[0] <= usual
        every = [cell for row in cells for cell in row]
        numbers = sum(is_number(cell, decimal) or is_number(cell) for cell in every)
        return usual > 1 < lengths[0], even, numbers / max(len(every), 1), usual

    said = re.match(r'"?sep=([;,\t])"?$', text, re.MULTILINE)
    separator = said[1] if said else max(",;\t", key=merit)
    return separator, "." if separator == "," else _decimal(text, separator)


def _decimal(text: str, separator: str) -> str:
    """The mark before decimals: a comma where the first rows have numbers with it and none with a
    point or, if they have neither, where any row has one; other cells are refused as no numbers."""
    head = itertools.islice(records(text, separator), HEAD)
    cells = [cell for record in head for cell in record.cells]
    point, comma = (any(mark in cell and is_number(cell, mark) for cell in cells) for mark in ".,")
    if not (point or comma):
        comma = re.search(_COMMA, text) is not None
    return "," if comma and not point else "."
