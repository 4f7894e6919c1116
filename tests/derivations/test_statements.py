"""Every statement is proved, and is no longer proved once its claim is altered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from derivations import contents
from derivations.notation import ASCII, TABLE
from derivations.prover.claims import Iff, eq, ge, gt, show
from derivations.prover.proofs import (
    Cases,
    Defined,
    Equivalence,
    Identity,
    Induction,
    Monotone,
    Sign,
    Unproved,
)
from derivations.prover.statement import ARGUED, Statement
from derivations.prover.symbols import nonnegative, positive
from tests.derivations.alterations import alterations

PROVED = [s for s in contents.STATEMENTS if not isinstance(s.proof, Unproved | Defined)]
UNPROVED = {
    "fates.late_rise",
    "fates.almost_every",
    "fates.far_labels",
    "chaos.transient",
    "laws.peak_step",
}

# Alterations that leave a claim true, because the cosine is even.
STILL_TRUE = {
    "chaos.closed_form": {"r(T) = 2*cos((-3)**T*theta)"},
    "chaos.stretching": {
        "Subs(Derivative(r**3 - 3*r, r), r, -2*cos(theta)) = 3*sin(3*theta)/sin(theta)",
    },
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


def test_names_follow_modules() -> None:
    for module in contents.CHAPTERS:
        room = module.__name__.rpartition(".")[2]
        assert all(statement.name.startswith(f"{room}.") for statement in module.STATEMENTS)


def test_symbol_table_is_unambiguous() -> None:
    assert len(ASCII) == len(TABLE)
    for column in ("symbol", "ascii"):
        values = [str(getattr(quantity, column)) for quantity in TABLE]
        assert len(set(values)) == len(values)
    assert all(quantity.meaning and quantity.domain for quantity in TABLE)


# The proofs themselves refuse what is false.
a, b = sp.symbols("a b", real=True)
up, weak, one = positive("up"), nonnegative("weak"), sp.Integer(1)


@pytest.mark.parametrize(
    ("claim", "proof", "assumptions"),
    [
        pytest.param(eq((a + b) ** 2, a**2 + b**2), Identity(), (), id="wrong identity"),
        pytest.param(gt(a, a), Identity(), (), id="not an equation"),
        pytest.param(gt(a**2, 0), Sign(a**2), (), id="a square may be zero"),
        pytest.param(ge(a, b), Sign(up, {up: a - b}), (), id="nothing assumed"),
        pytest.param(gt(a, b), Sign(up, {up: a - b}), (ge(a, b),), id="assumed too weakly"),
        pytest.param(ge(a, b), Sign(weak, {weak: a - b}), (ge(b, a),), id="assumed the other way"),
        pytest.param(ge(a, 0), Sign(weak, {weak: sp.sqrt(a)}), (), id="root of anything"),
        pytest.param(Iff(gt(a, 0), gt(b, 0)), Equivalence(a / b), (), id="factor of unknown sign"),
        pytest.param(
            Iff(gt(a, b), gt(b, a)), Equivalence(sp.Integer(-1)), (), id="negative factor"
        ),
        pytest.param(
            Iff(gt(a, b), ge(2 * a, 2 * b)),
            Equivalence(sp.Rational(1, 2)),
            (),
            id="strict and weak",
        ),
        pytest.param(
            gt(a**2, 1),
            Cases(gt(a, 1), Sign(up * (up + 2), {up: a - 1}), Sign(up, {up: -a})),
            (),
            id="one case open",
        ),
        pytest.param(
            ge(-a, 0),
            Cases(gt(a, 0), Sign(up, {up: a}), Sign(weak, {weak: -a})),
            (),
            id="other case open",
        ),
        pytest.param(
            gt(a, 1), Monotone(a, 0, up, one, {up: a}), (gt(a, 0),), id="false at its end"
        ),
        pytest.param(
            gt(a, 0), Monotone(a, 0, up, 2 * one, {up: a}), (gt(a, 0),), id="not its slope"
        ),
        pytest.param(gt(-a, 0), Monotone(a, 0, up, -one, {up: a}), (gt(a, 0),), id="falling away"),
        pytest.param(
            gt(a, 0), Monotone(a, 0, up, one, {up: -a}), (gt(0, a),), id="rising towards its end"
        ),
        pytest.param(
            gt(a, 0), Monotone(a, 0, up, one, {up: a + 1}), (gt(a, -1),), id="another distance"
        ),
    ],
)
def test_false_proof_is_refused(claim: Any, proof: Any, assumptions: tuple[Any, ...]) -> None:
    assert not proof.holds(claim, assumptions)


def test_induction_needs_start_and_step() -> None:
    k = sp.Symbol("k", integer=True, nonnegative=True)
    value = sp.Function("value")(k)
    assert Induction(k, 1, 2 * value).holds(eq(value, 2**k), ())
    assert not Induction(k, 3, 2 * value).holds(eq(value, 2**k), ())
    assert not Induction(k, 1, 3 * value).holds(eq(value, 2**k), ())
    assert not Induction(k, 1, 2 ** (k + 1)).holds(eq(value, 2**k), ())


def test_an_assumption_serves_only_where_it_holds() -> None:
    """A step proved under an assumption is no help where that assumption is not made."""
    step = Statement("step", gt(a, 1), Sign(up, {up: a - 1}), "", (gt(a, 1),))
    proof = Sign(up + 1, {up: a - 1})
    assert proof.holds(gt(a, 0), (step, gt(a, 1)))
    assert not proof.holds(gt(a, 0), (step,))
