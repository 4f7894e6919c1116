"""The machinery of a symbol table: rows by kind, and symbols that are made from those of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from .symbols import Symmetric, Unit


@dataclass(frozen=True)
class Quantity:
    """One row of the table."""

    symbol: Any
    ascii: str
    meaning: str
    domain: str
    normalisation: str = ""


TABLE: list[Quantity] = []


def quantity(
    letter: str, ascii_name: str, meaning: str, domain: str, normalisation: str = "", **facts: bool
) -> Any:
    symbol = sp.Symbol(letter, **facts)
    TABLE.append(Quantity(symbol, ascii_name, meaning, domain, normalisation))
    return symbol


def kind(domain: str, **facts: bool) -> Callable[..., Any]:
    """Rows of one kind: letter and ASCII name, where it is another, and what the row says."""

    def row(names: str, meaning: str, normalisation: str = "", domain: str = domain) -> Any:
        letter, ascii_name = names.split()[0], names.split()[-1]
        return quantity(letter, ascii_name, meaning, domain, normalisation, **facts)

    return row


def matrix(
    letter: str,
    ascii_name: str,
    rows: Any,
    columns: Any,
    meaning: str,
    normalisation: str = "",
    kind: Any = sp.MatrixSymbol,
) -> Any:
    symbol = kind(letter, rows, columns)
    domain = f"{rows} x {columns}" + {Symmetric: ", symmetric", Unit: ", length 1"}.get(kind, "")
    TABLE.append(Quantity(symbol, ascii_name, meaning, domain, normalisation))
    return symbol


def prime(symbol: Any) -> Any:
    """The same quantity one step later; of its assumptions only `real`, or being symmetric, is
    kept."""
    if isinstance(symbol, sp.MatrixSymbol):
        return symbol.func(symbol.name + "'", *symbol.shape)
    return sp.Symbol(symbol.name + "'", real=True)


def at(symbol: Any, step: Any) -> Any:
    """The same quantity after this many steps, real too."""
    return sp.Function(symbol.name, real=True)(step)


def on_side(symbol: Any, sign: str) -> Any:
    """The quantity of one side of zero of a ReLU network, of its own samples and units."""
    if isinstance(symbol, sp.MatrixSymbol):
        shape = (size if size.is_number else on_side(size, sign) for size in symbol.shape)
        return symbol.func(symbol.name + sign, *shape)
    return sp.Symbol(symbol.name + sign, **symbol.assumptions0)


def named(names: str) -> list[Any]:
    """Symbols of the table by their ASCII names."""
    symbols = {quantity.ascii: quantity.symbol for quantity in TABLE}
    return [symbols[name] for name in names.split()]


def numbered(letter: str, order: int) -> Any:
    """The form or coefficient of this order in a series."""
    return sp.Symbol(f"{letter}_{order}", real=True)


def code_matrix(name: str, rows: Any, columns: Any) -> Any:
    """An intermediate matrix of generated code, by its name there; it occurs in no claim."""
    return sp.MatrixSymbol(name, rows, columns)


def code_names(text: str) -> Any:
    """Intermediate results of generated code, by their names there; they occur in no claim."""
    return sp.symbols(text, real=True)
