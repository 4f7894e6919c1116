"""What a statement is: a claim in symbols and in words, with its proof.

A claim is an equation, an inequality or an equivalence of two inequalities. A definition is a
statement too: an equation for a symbol that is true because it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from .claims import Iff, eq, show
from .proofs import Defined, Equivalence, Identity, Proof, Sign, Unproved

PROVED, ARGUED, DEFINED = "proved", "proved, by the argument", "defined"
UNPROVED, FAILED = "unproved", "FAILED"


@dataclass(frozen=True)
class Statement:
    """A named claim with its proof.

    `says` puts it in words; `argument` is what connects the steps in `uses` to it where algebra
    alone does not. Where its own assumptions hold, a step may serve as one.
    """

    name: str
    claim: Any
    proof: Proof
    says: str
    assumptions: tuple[Any, ...] = ()
    argument: str = ""
    uses: tuple[Statement, ...] = ()
    source: str = ""

    def verify(self) -> bool:
        """Whether the proof proves this claim, and every step it uses its own."""
        return self._verified

    @cached_property
    def _verified(self) -> bool:
        """Worked out once, however many statements use this one; `replace` makes a statement that
        is verified anew."""
        return self.proof.holds(self.claim, (*self.assumptions, *self.uses)) and all(
            step.verify() for step in self.uses
        )

    @property
    def leans_on_words(self) -> bool:
        """Whether a sentence connects its steps, or those of a step it uses."""
        return bool(self.argument) or any(step.leans_on_words for step in self.uses)

    @property
    def verdict(self) -> str:
        """One of the five words above; unproved is what is known by measurement only."""
        if isinstance(self.proof, Unproved):
            return UNPROVED
        if not self.verify():
            return FAILED
        if isinstance(self.proof, Defined):
            return DEFINED
        return ARGUED if self.leans_on_words else PROVED

    def remarks(self) -> tuple[str, ...]:
        """What else a reader should know: the connecting words, the evidence, the source."""
        proof = f"Measured: {self.proof.evidence}." if isinstance(self.proof, Unproved) else ""
        source = f"Source: {self.source}." if self.source else ""
        return tuple(text for text in (self.argument, proof, source) if text)

    def formula(self) -> str:
        """The claim with its assumptions and the numbers that its proof puts in, on one line."""
        given = ", ".join(map(show, (*self.assumptions, *self.numbers())))
        return show(self.claim) + (f"   for {given}" if given else "")

    def numbers(self) -> Iterator[Any]:
        """Equations: which of the quantities that the claim depends on are numbers, such as a label
        0."""
        known = getattr(self.proof, "definitions", None) or {}
        seen: set[Any] = set()
        todo = set(self.claim.free_symbols)
        while todo:
            seen |= todo
            values = [(s, sp.sympify(known[s])) for s in sorted(todo, key=str) if s in known]
            yield from (eq(symbol, value) for symbol, value in values if value.is_number)
            todo = set().union(*(value.free_symbols for _, value in values)) - seen


def definitions(*known: Statement | Mapping[Any, Any]) -> dict[Any, Any]:
    """What equations and mappings say of the symbols on their left sides; the last one counts."""
    result: dict[Any, Any] = {}
    for part in known:
        result |= {part.claim.lhs: part.claim.rhs} if isinstance(part, Statement) else part
    return result


def _given(parts):
    """What a proof is given: its definitions, and the relations that are assumed."""
    assumptions, known = sp.sift(parts, lambda part: isinstance(part, Relational), binary=True)
    return definitions(*known), tuple(assumptions)


def equation(name, left, right, says, *known, **rest) -> Statement:
    """An equation that algebra proves once definitions are put in."""
    return Statement(name, eq(left, right), Identity(definitions(*known)), says, **rest)


def inequality(name, claim, certificate, says, *given, **rest) -> Statement:
    """An inequality that the certificate proves, given definitions and assumptions."""
    known, assumptions = _given(given)
    return Statement(name, claim, Sign(certificate, known), says, assumptions, **rest)


def equivalence(name, left, right, factor, says, *given, **rest) -> Statement:
    """Two inequalities that hold together: one is the other times a positive factor."""
    known, assumptions = _given(given)
    claim, proof = Iff(left, right), Equivalence(factor, known)
    return Statement(name, claim, proof, says, assumptions, **rest)


def by_name(statements: tuple[Statement, ...]) -> dict[str, Statement]:
    """The statements of a chapter by their names in it."""
    return {statement.name.rpartition(".")[2]: statement for statement in statements}


def defined(name, symbol, value, says) -> Statement:
    """The definition of a symbol."""
    return Statement(name, eq(symbol, value), Defined(), says)
