"""The machinery of a symbol table: rows by kind, and symbols that are made from those of a row."""

from dataclasses import dataclass
from functools import partial
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
    normalisation: str


TABLE: list[Quantity] = []
ASCII: dict[Any, str] = {}


def _row(make, names, meaning, domain, normalisation):
    """A symbol by its letter and its ASCII name, where that is another, and its row."""
    letter, ascii_name = names.split()[0], names.split()[-1]
    symbol = make(letter)
    ASCII[symbol] = ascii_name
    TABLE.append(Quantity(symbol, ascii_name, meaning, domain, normalisation))
    return symbol


def kind(domain, **facts):
    """A maker of rows that share a domain and what SymPy assumes."""

    def row(names, meaning, normalisation="", domain=domain):
        return _row(partial(sp.Symbol, **facts), names, meaning, domain, normalisation)

    return row


def matrix(names, rows, columns, meaning, normalisation="", kind=sp.MatrixSymbol):
    domain = f"{rows} x {columns}" + {Symmetric: ", symmetric", Unit: ", length 1"}.get(kind, "")
    make = partial(kind, n=rows, m=columns)
    return _row(make, names, meaning, domain, normalisation)


def prime(symbol):
    """The same quantity one step later; of its assumptions only `real`, or being symmetric, is
    kept."""
    if isinstance(symbol, sp.MatrixSymbol):
        return symbol.func(symbol.name + "'", *symbol.shape)
    return sp.Symbol(symbol.name + "'", real=True)


def at(symbol, step):
    """The same quantity after this many steps, real too."""
    return sp.Function(symbol.name, real=True)(step)


def on_side(symbol, sign):
    """The quantity of one side of zero of a ReLU network, of its own samples and units."""
    if isinstance(symbol, sp.MatrixSymbol):
        shape = (size if size.is_number else on_side(size, sign) for size in symbol.shape)
        return symbol.func(symbol.name + sign, *shape)
    return sp.Symbol(symbol.name + sign, **symbol.assumptions0)


def named(names):
    """Symbols of the table by their ASCII names."""
    symbols = {ascii_name: symbol for symbol, ascii_name in ASCII.items()}
    return [symbols[name] for name in names.split()]


def numbered(letter, order):
    """The form or coefficient of this order in a series."""
    return sp.Symbol(f"{letter}_{order}", real=True)


def code_matrix(name, rows, columns):
    """An intermediate matrix of generated code, by its name there; it occurs in no claim."""
    return sp.MatrixSymbol(name, rows, columns)


def code_names(text):
    """Intermediate results of generated code, by their names there; they occur in no claim."""
    return sp.symbols(text, real=True)
