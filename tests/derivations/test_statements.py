"""Every statement is proved, and is no longer proved once its claim is altered."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from derivations import contents
from derivations.prover.claims import gt, show
from derivations.prover.proofs import (
    Defined,
    Unproved,
)
from derivations.prover.quantities import ASCII, TABLE
from derivations.prover.statement import ARGUED, Statement
from tests.derivations.alterations import alterations

PROVED = [s for s in contents.STATEMENTS if not isinstance(s.proof, Unproved | Defined)]
UNPROVED = {
    "fates.late_rise",
    "fates.almost_every",
    "fates.far_labels",
    "chaos.transient",
    "laws.peak_step",
    "theorem.slow_widths",
}

# Alterations that leave a claim true, because the cosine is even.
STILL_TRUE = {
    "chaos.closed_form": {"r(t) = 2*cos((-3)**t*theta)"},
    "chaos.stretching": {
        "Subs(Derivative(r**3 - 3*r, r), r, -2*cos(theta)) = 3*sin(3*theta)/sin(theta)",
    },
}


# Steps that an argument names and only its words hold together.
IN_WORDS = {
    "boundaries.raised_between": {"boundaries.order_roots"},
    "lyapunov.growth": {"triangle.V_bound"},
    "fates.divergent": {"lyapunov.growth"},
    "bulk.lower_stays": {"bulk.c1"},
    "bulk.upper_stays": {"bulk.c1"},
    "bulk.back_stays": {"bulk.c1"},
    "bulk.back_product": {"bulk.d1"},
    "hessian.flow_curvature": {"hessian.flow"},
    "laws.peak_start": {"laws.peak"},
    "factor.outer": {"factor.hidden", "factor.map"},
    "gates.Q_start": {"initialization.two_chi_squares"},
}


def name(statement: Statement) -> str:
    return statement.name


@pytest.mark.parametrize("statement", PROVED, ids=name)
def test_is_proved(statement: Statement) -> None:
    assert statement.verify()
    assert statement.verdict == (ARGUED if statement.leans_on_words else "proved")


@pytest.mark.parametrize("statement", PROVED, ids=name)
def test_altered_claim_fails(statement: Statement) -> None:
    tried = 0
    for claim in alterations(statement.claim):
        if claim == statement.claim:  # SymPy wrote the altered claim back as it was
            continue
        tried += 1
        if replace(statement, claim=claim).verify():
            assert show(claim) in STILL_TRUE.get(statement.name, set())
    assert tried >= 2


@pytest.mark.parametrize("statement", [s for s in PROVED if s.assumptions], ids=name)
def test_needs_its_assumptions(statement: Statement) -> None:
    """Without any assumption, its own or a step's, the proof does not go through."""
    assert not replace(statement, assumptions=(), uses=()).verify()


def test_unproved_is_never_called_proved() -> None:
    unproved = [s for s in contents.STATEMENTS if isinstance(s.proof, Unproved)]
    assert {statement.name for statement in unproved} == UNPROVED
    for statement in unproved:
        assert not statement.verify()
        assert statement.verdict == "unproved"
        assert any(remark.startswith("Measured") for remark in statement.remarks())


def test_a_proof_fails_with_a_step_it_uses() -> None:
    """Also where the step carries the argument and no stand-in depends on it."""
    statement = next(s for s in PROVED if s.name == "fates.step_count")
    *others, step = statement.uses
    wrong = replace(step, claim=gt(3, step.claim.rhs))
    assert not wrong.verify()
    assert not replace(statement, uses=(*others, wrong)).verify()


def test_steps_come_before_what_uses_them() -> None:
    position = {statement.name: k for k, statement in enumerate(contents.STATEMENTS)}
    assert len(position) == len(contents.STATEMENTS)
    for statement in contents.STATEMENTS:
        assert all(position[step.name] < position[statement.name] for step in statement.uses)


def resting(statement: Statement) -> set[str]:
    """All steps of a statement and of its steps."""
    names = {step.name for step in statement.uses}
    return names.union(*map(resting, statement.uses))


def test_what_an_argument_names_is_among_its_steps() -> None:
    known = {statement.name for statement in contents.STATEMENTS}
    for statement in contents.STATEMENTS:
        named = known & {*re.findall(r"\b[a-z]\w*\.\w+", statement.argument)}
        in_words = IN_WORDS.get(statement.name, set())
        assert named - resting(statement) == in_words, statement.name


def test_names_follow_modules() -> None:
    for module in contents.CHAPTERS:
        # A chapter may be split over files: mirror.py and mirror_bounds.py.
        room = module.__name__.rpartition(".")[2].partition("_")[0]
        assert all(statement.name.startswith(f"{room}.") for statement in module.STATEMENTS)


def test_symbol_table_is_unambiguous() -> None:
    assert len(ASCII) == len(TABLE)
    for column in ("symbol", "ascii"):
        values = [str(getattr(quantity, column)) for quantity in TABLE]
        assert len(set(values)) == len(values)
    assert all(quantity.meaning and quantity.domain for quantity in TABLE)


def test_claims_are_written_in_the_symbols_of_the_table() -> None:
    """But for a later step (x'), a side (x+), an order (c_4) of one of them, and stand-ins."""
    known = {str(quantity.symbol) for quantity in TABLE} | {"-", "+"}  # the sides of a limit
    for statement in contents.STATEMENTS:
        for symbol in statement.claim.atoms(sp.Symbol, sp.MatrixSymbol):
            name = re.sub(r"'$|[+-]$|_\d+$", "", str(symbol))
            assert str(symbol) in known or name in known | SERIES, (statement.name, symbol)


SERIES = set("IcdXS")


def test_symbols_are_made_in_one_place() -> None:
    made = re.compile(r"\bsp\.(Symbol|symbols|MatrixSymbol|Function|Wild)\(")
    allowed = {"notation.py", "quantities.py", "symbols.py", "zero.py"}
    for file in Path(contents.__file__).parent.rglob("*.py"):
        assert file.name in allowed or not made.search(file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize("statement", contents.STATEMENTS, ids=name)
def test_what_a_statement_says_stands_alone(statement: Statement) -> None:
    """Whole sentences, none of which goes on from another statement."""
    assert re.match(r"(?!(And|But|So|Hence|Thus|The same|It|That) )[A-Z]", statement.says)
    for text in filter(None, (statement.says, statement.argument)):
        assert text.endswith("."), text
        assert len(text.split()) >= 4, text
