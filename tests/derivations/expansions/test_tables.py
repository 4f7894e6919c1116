"""The tables are what the statements claim: no integer of them can change without a failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from derivations import contents
from derivations.expansions import (
    bulk,
    bulk_catapult,
    flat,
    flat_bounds,
    manifold,
    mirror,
    mirror_bounds,
)
from derivations.expansions.bounds import numbers
from derivations.expansions.coefficients import FACTORS
from derivations.notation import P, Q, delta, reach, x, z
from derivations.prover import emit
from derivations.prover.claims import eq
from derivations.prover.function import Table
from derivations.prover.proofs import Sign
from derivations.prover.quantities import named
from derivations.prover.statement import DEFINED, Statement
from twolayer import _expansions

TABLES = {table.name: table for table in contents.TABLES}
COMMITTED = emit.PATH.with_name(emit.TABLES_NAME).read_text(encoding="utf-8")
Altered = tuple[Statement, Any]  # a statement, and what its claim says with one integer altered


def test_committed_tables_are_the_derived_ones() -> None:
    assert emit.render_tables(contents.TABLES) == COMMITTED


def of_form(name: str, statements: tuple[Statement, ...], basis: Any, weight: Any) -> Iterator[Any]:
    """Each pair of a table of rows: its statement, the monomial that it multiplies, its value.

    What has a smaller weight than all forms would be read off the first.
    """
    for j, row in enumerate(getattr(_expansions, name)):
        for i, pair in enumerate(row):
            yield statements[max(weight(i, j) - 2, 0)], basis(i, j), pair


def pairs(name: str) -> Iterator[Any]:
    if name == "MIRROR":
        yield from of_form(name, mirror.FORMS, lambda i, j: delta**i * z**j, lambda i, j: i + 2 * j)
    elif name == "FLAT":
        yield from of_form(
            name,
            flat.FORMS,
            lambda i, j: (P + Q) ** i * (P * Q) ** (j + 1),
            lambda i, j: i + 2 * j + 2,
        )
    else:
        module = mirror if name == "MIRROR_END" else flat
        for k, pair in enumerate(getattr(_expansions, name), 1):
            yield module.proved["ending"], reach**k, pair


def altered_pairs(name: str) -> Iterator[tuple[int, list[Altered]]]:
    """The number of integers that are altered, and the altered claims: for the numerator + 1 and
    the sign, for the denominator + 1; 0 becomes 1 and 1/2."""
    for statement, monomial, (above, below) in pairs(name):
        old = sp.Rational(above, below)
        values = (
            (sp.Rational(above + 1, below), -old, sp.Rational(above, below + 1))
            if above
            else (sp.Integer(1), sp.Rational(1, 2))
        )
        yield 2, [(statement, statement.claim.rhs + (new - old) * monomial) for new in values]


NESTED = {
    "BULK": bulk.C,
    "COORDINATE": bulk.D,
    "MANIFOLD_X": manifold.CURVATURE,
    "MANIFOLD_S": manifold.OUTPUT,
}


def altered_rows(name: str) -> Iterator[tuple[int, list[Altered]]]:
    """Likewise: for a coefficient of a numerator + 1 and the sign, for an exponent + 1."""
    below = sp.Integer(1)
    for statement, (numerators, exponents) in zip(
        NESTED[name], getattr(_expansions, name), strict=False
    ):
        value = statement.claim.rhs
        for factor, exponent in zip(FACTORS, exponents, strict=True):
            below *= factor**exponent
            yield 1, [(statement, value / factor)]
        for k, integer in enumerate(numerators):
            changes = (1, -2 * integer) if integer else (1,)
            yield 1, [(statement, value + change * x**k / below) for change in changes]


def reads(table: Table, statement: Statement, value: Any) -> tuple[Table, Statement]:
    altered = replace(statement, claim=eq(statement.claim.lhs, value))
    readings = tuple(reading.where(statement, altered) for reading in table.readings)
    return replace(table, readings=readings), altered


INTEGERS = {"MIRROR": 450, "MIRROR_END": 54, "FLAT": 200, "FLAT_END": 38}
INTEGERS |= {"BULK": 68, "COORDINATE": 96, "MANIFOLD_X": 59, "MANIFOLD_S": 72}


@pytest.mark.parametrize("name", INTEGERS)
def test_an_altered_integer_fails_in_its_statement(name: str) -> None:
    """The altered claim makes another table, and is not proved."""
    count, table = 0, TABLES[name]
    assert table.render() in COMMITTED
    for integers, claims in altered_rows(name) if name in NESTED else altered_pairs(name):
        count += integers
        for statement, value in claims:
            other, altered = reads(table, statement, value)
            assert other.render() not in COMMITTED
            assert not altered.verify(), altered.formula()
    assert count == INTEGERS[name]


# The exceptions: a definition states a radius, for any smaller one is proved as well.
RADII = {
    "MIRROR_RADIUS": (mirror_bounds, "mirror.stays"),
    "FLAT_RADIUS": (flat_bounds, "flat.error"),
    "BULK_RADIUS": (bulk_catapult, "bulk.origin_5"),
    "MANIFOLD_RADIUS": (manifold, "manifold.X_5"),
}


def with_radius(statement: Statement, factor: Any) -> Statement:
    """The statement of a series that is used this much further."""
    (span,) = named("span")
    wider = {**statement.proof.definitions, span: factor * statement.proof.definitions[span]}
    if isinstance(statement.proof, Sign):
        rest = statement.says, statement.argument, statement.uses
        return numbers(statement.name, statement.claim, wider, *rest)
    return replace(statement, proof=replace(statement.proof, definitions=wider))


@pytest.mark.parametrize("name", RADII)
def test_a_radius_one_percent_larger_is_refused(name: str) -> None:
    chapter, refuses = RADII[name]
    (reading,) = TABLES[name].readings
    assert reading.statement.verdict == DEFINED
    (statement,) = (s for s in chapter.STATEMENTS if s.name == refuses)
    assert with_radius(statement, sp.Integer(1)).verify()
    assert not with_radius(statement, sp.Rational(101, 100)).verify()


def test_every_integer_is_altered_once() -> None:
    def count(rows: Any) -> int:
        return sum(map(count, rows)) if isinstance(rows, tuple) else 1

    assert set(INTEGERS) | set(RADII) == set(TABLES)
    assert {name: count(TABLES[name].integers) for name in INTEGERS} == INTEGERS
    assert sum(INTEGERS.values()) + 2 * len(RADII) == 1045
