"""A table of exact numbers that the derivations hand to the package, and the printer that writes it
down."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .function import LINE


def fractions(values: Iterable[Any]) -> tuple[Any, ...]:
    """Rational numbers as pairs (numerator, denominator)."""
    return tuple((value.numerator, value.denominator) for value in map(Fraction, values))


@dataclass(frozen=True)
class Table:
    """`rows` are nested tuples of integers; `says` tells what they are and where they hold."""

    name: str
    rows: tuple[Any, ...]
    says: str
    proved_by: str

    def render(self) -> str:
        """Source of the table: comment lines and one assignment, a row a paragraph."""
        comment = textwrap.wrap(f"{self.says} Proved in derivations: {self.proved_by}.", LINE - 2)
        lines = ["# " + line for line in comment]
        if not any(isinstance(item, tuple) for item in self.rows):
            return "\n".join([*lines, f"{self.name} = {self.rows!r}"]) + "\n"
        lines.append(f"{self.name}: tuple[Any, ...] = (")
        for row in self.rows:
            lines += textwrap.wrap(f"{row!r},", LINE, initial_indent="    ", subsequent_indent="     ",
                                   break_long_words=False, break_on_hyphens=False)  # fmt: skip
        return "\n".join([*lines, ")"]) + "\n"
