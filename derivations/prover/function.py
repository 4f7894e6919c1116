"""What the derivations hand to the package: functions and tables, read off claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy as sp

from .claims import text_of
from .proofs import Unproved
from .quantities import ASCII
from .source import source
from .statement import DEFINED, Statement
from .syntax import PYTHON, Parts, Syntax
from .zero import is_zero

NOTHING: Mapping[Any, Reading] = {}


@dataclass(frozen=True)
class Reading:
    """A part of what a statement claims, with what other claims say put in for its symbols.

    It is the value of `symbol` where the claim was solved for one, else of the left side.
    """

    statement: Statement
    part: Callable[[Any], Any]
    given: Mapping[Any, Reading]
    symbol: Any = None

    def __post_init__(self) -> None:
        for symbol, reading in self.given.items():
            solved_for = reading.statement.claim.lhs if reading.symbol is None else reading.symbol
            if symbol != solved_for:
                raise ValueError(f"{reading.statement.name} says nothing of {symbol}")

    @property
    def expression(self):
        given = {symbol: reading.expression for symbol, reading in self.given.items()}
        return self.part(self.statement.claim).xreplace(given)

    def statements(self) -> Iterator[Statement]:
        """All that it is read off."""
        yield self.statement
        for reading in self.given.values():
            yield from reading.statements()

    def where(self, old: Statement, new: Statement) -> Reading:
        """The same reading of a theory in which one statement is another."""
        given = {symbol: reading.where(old, new) for symbol, reading in self.given.items()}
        return replace(
            self, statement=new if self.statement is old else self.statement, given=given
        )


def right(statement, given=NOTHING) -> Reading:
    """The right side of an equation."""
    return Reading(statement, lambda claim: claim.rhs, given)


def left(statement, given=NOTHING) -> Reading:
    """The left side of an equation."""
    return Reading(statement, lambda claim: claim.lhs, given)


def solved(statement, symbol, given=NOTHING) -> Reading:
    """The one solution of an equation for a symbol."""

    def solution(claim):
        unknown = sp.Dummy()  # without the symbol's assumptions, which could hide the solution
        (value,) = sp.solve((claim.lhs - claim.rhs).xreplace({symbol: unknown}), unknown)
        return value

    return Reading(statement, solution, given, symbol)


def point(statement, given=NOTHING) -> Reading:
    """The value of the variable at which the left side of an equation is taken."""
    return Reading(statement, lambda claim: claim.lhs.point[0], given)


def larger(statement, given=NOTHING) -> Reading:
    """The larger side of an inequality."""
    return Reading(statement, lambda claim: claim.gts, given)


def _proof(readings: tuple[Reading, ...], also: tuple[Statement, ...]) -> str:
    """Where what was read stands, for the docstring of what is generated."""
    sources = [statement for reading in readings for statement in reading.statements()]
    sources += also
    names = list(dict.fromkeys(statement.name for statement in sources))
    if any(isinstance(statement.proof, Unproved) for statement in sources):
        raise ValueError(f"not proved: {names}")
    kind = "Defined" if all(s.verdict == DEFINED for s in sources) else "Proved"
    chosen = f"{names[0]} to {names[-1]}" if len(names) > 6 else ", ".join(names)
    return f"{kind} in derivations: {chosen}."


@dataclass(frozen=True)
class Function:
    """`readings` are what was derived; `helpers` and `written` say how the source computes it.

    The arrangement is chosen by hand, for readers and for rounding. It is held against what was
    derived exactly, whenever the function is rendered. Where nothing is `written`, each helper
    takes the place of what it names in what was derived. `also` says what the values mean.
    """

    name: str
    arguments: tuple[Any, ...]
    readings: tuple[Reading, ...]
    says: str
    helpers: tuple[tuple[Any, Any], ...] = ()
    written: tuple[Any, ...] = ()
    also: tuple[Statement, ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """What was derived."""
        return tuple(reading.expression for reading in self.readings)

    def arranged(self) -> tuple[Any, ...]:
        """What the source computes, in terms of the helpers."""
        named = [(expr, symbol) for symbol, expr in self.helpers]
        return self.written or tuple(value.subs(named) for value in self.values)

    def parts(self) -> Parts:
        """What the source is made of; ValueError if the arrangement is not what was derived, or if
        names and symbols of the formula are not those of the arguments."""
        results = self.arranged()
        if frozenset().union(*(value.free_symbols for value in self.values)) != {*self.arguments}:
            raise ValueError(f"{self.name}: what was derived is not in terms of the arguments")
        symbols = [*self.arguments, *(symbol for symbol, _ in self.helpers)]
        if len({source(symbol) for symbol in symbols}) < len(symbols):
            raise ValueError(f"{self.name}: two things have one name")
        for derived, result in zip(self.values, results, strict=True):
            computed = result.subs(self.helpers[::-1])
            if not is_zero(derived - computed):
                arrangement, formula = text_of(computed), text_of(derived)
                raise ValueError(f"{self.name}: {arrangement} is not the derived {formula}")
        return Parts(
            self.name,
            [ASCII[argument] for argument in self.arguments],
            self.says,
            _proof(self.readings, self.also),
            [(source(symbol), source(expr)) for symbol, expr in self.helpers],
            [source(result) for result in results],
        )

    def render(self, syntax: Syntax = PYTHON) -> str:
        """Source of the function, in a language; ValueError as `parts`."""
        return syntax.function(self.parts())


def fractions(values: Iterable[Any]) -> tuple[tuple[int, int], ...]:
    """Rational numbers as pairs (numerator, denominator)."""
    return tuple((value.numerator, value.denominator) for value in map(Fraction, values))


@dataclass(frozen=True)
class Table:
    """Exact numbers: `rows` makes nested tuples of integers of what was read.

    `says` tells what they are and where they hold.
    """

    name: str
    rows: Callable[..., Iterable[Any]]
    says: str
    readings: tuple[Reading, ...] = ()
    also: tuple[Statement, ...] = ()

    @property
    def integers(self) -> tuple[Any, ...]:
        """The table."""
        return tuple(self.rows(*(reading.expression for reading in self.readings)))

    def render(self, syntax: Syntax = PYTHON) -> str:
        """Source of the table, in a language."""
        says = f"{self.says} {_proof(self.readings, self.also)}"
        return syntax.table(self.name, says, self.integers)
