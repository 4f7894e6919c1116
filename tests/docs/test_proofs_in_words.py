"""What the pages say of a proof is what the proof is: equations, cases, signs and assumptions."""

from __future__ import annotations

import random
import re
from collections import Counter

import mpmath
import pytest
import sympy as sp

from derivations import contents
from derivations.prover.claims import gt
from derivations.prover.proofs import Cases, Monotone, Sign, unfold
from derivations.prover.statement import Statement
from derivations.prover.zero import is_zero

pytest.importorskip("sphinx", reason="needs the extra docs")

import chapter_page
import derivation_index
import put_in
from proofs_in_words import in_words, inline
from typeset import latex_of

from tests.docs.latex_values import value_of

SCALAR = (sp.Symbol, sp.Number, sp.Add, sp.Mul, sp.Pow, sp.Abs)


def of_kind(kind: type) -> list[Statement]:
    return [statement for statement in contents.STATEMENTS if isinstance(statement.proof, kind)]


VERDICTS = tuple(derivation_index.VERDICTS)
PLACE = {statement.name: k for k, statement in enumerate(contents.STATEMENTS)}


def given_verdict(statement: Statement) -> str:
    """Some verdict for each statement: these tests need none that is true, and that takes long."""
    return VERDICTS[PLACE[statement.name] ** 2 % len(VERDICTS)]


@pytest.fixture(autouse=True)
def _verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Statement, "verdict", property(given_verdict))


def told(statement: Statement) -> str:
    """What a page says of a statement."""
    return "\n".join(chapter_page.statement_section(statement, put_in.Equations("page")))


def definitions(statement: Statement) -> dict:
    known = getattr(statement.proof, "definitions", None) or {}
    return {key: sp.sympify(value) for key, value in known.items()}


def test_a_printed_equation_is_worth_what_is_put_in() -> None:
    """Read back by a reader that knows no SymPy, at random values."""
    rng, count = random.Random(1), 0
    for statement in contents.STATEMENTS:
        known, equations = definitions(statement), put_in.Equations("page")
        lines = equations.put_in(statement.claim, known)[1]
        printed = [line.removeprefix(".. math:: ") for line in lines if line.startswith(".. math")]
        assert len(printed) == len(equations.labels)
        for (symbol, value), text in zip(equations.labels, printed, strict=True):
            assert known[symbol] == value
            left, equals, right = text.removeprefix(r"\begin{aligned} ").partition(" = ")
            if (
                not equals
                or "cdots" in text
                or not all(isinstance(p, SCALAR) for p in sp.preorder_traversal(value))
            ):
                continue
            letters = sorted(value.free_symbols, key=str)
            values = {letter: sp.Rational(rng.randrange(110, 190), 100) for letter in letters}
            numbers = {latex_of(key): mpmath.mpf(v.p) / v.q for key, v in values.items()}
            derived = mpmath.mpmathify(value.subs(values).n(20))
            assert left == latex_of(symbol)
            assert mpmath.almosteq(value_of(right, numbers), derived, 1e-12, 1e-12), text
            count += 1
    assert count > 200


def test_all_definitions_that_a_claim_needs_are_reached() -> None:
    longest = 0
    for statement in contents.STATEMENTS:
        known, found = definitions(statement), {}
        while new := {
            key: value
            for key, value in known.items()
            if key not in found
            and value != key
            and any(part.has(key) for part in (statement.claim, *found.values()))
        }:
            found |= new
        assert dict(put_in.reached(statement.claim, known)) == found, statement.name
        longest = max(longest, len(found))
    assert longest > 5


def test_a_sign_is_called_positive_where_the_claim_is_strict() -> None:
    kinds: Counter[bool] = Counter()
    for statement in of_kind(Sign):
        strict = statement.claim.rel_op in ("<", ">")
        lines = in_words(statement.proof, statement.claim, put_in.Equations("page"))
        assert re.findall(r"which is ([a-z ]+) :ref:`at sight", "\n".join(lines)) == [
            "positive" if strict else "not negative"
        ]
        kinds[strict] += 1
    assert min(kinds[True], kinds[False]) > 10


def test_what_grows_starts_from_zero_where_it_is_zero() -> None:
    starts = set()
    for statement in of_kind(Monotone):
        excess = unfold(statement.claim.gts - statement.claim.lts)
        zero = is_zero(excess.subs(statement.proof.variable, statement.proof.end))
        assert f"smaller one is {'zero' if zero else 'positive'} at" in told(statement)
        starts.add(zero)
    assert starts == {True, False}


def without_numbers(text: str) -> str:
    return re.sub(r":eq:`[^`]*`", ":eq:", text)


def test_each_case_has_its_own_proof() -> None:
    different = 0
    for statement in of_kind(Cases):
        proof = statement.proof
        lines = in_words(proof, statement.claim, put_in.Equations("page"))
        starts = [line for line in lines if line.startswith(f"*Where* {inline(proof.split)}")]
        starts += [line for line in lines if line.startswith("*Where*") and line not in starts]
        words = [
            without_numbers(in_words(inner, statement.claim, put_in.Equations("page"))[0])
            for inner in (proof.holding, proof.failing)
        ]
        for start, first in zip(starts[:1] + starts[-1:], words, strict=True):
            assert without_numbers(start).endswith(first), statement.name
        different += words[0] != words[1]
    assert different


def test_two_cases_by_hand() -> None:
    x = sp.Symbol("x")
    proof = Cases(gt(x, 0), Sign(sp.Integer(2)), Sign(sp.Integer(3)))
    text = "\n".join(in_words(proof, gt(x, 1), put_in.Equations("page")))
    _, holding, failing = text.split("*Where* ")
    assert holding.startswith(":math:`x > 0`")
    assert ":math:`2`, which is positive" in holding
    assert failing.startswith(r":math:`x \le 0`")
    assert ":math:`3`, which is positive" in failing


def test_all_assumptions_are_printed() -> None:
    for statement in contents.STATEMENTS:
        given = [inline(relation) for relation in (*statement.assumptions, *statement.numbers())]
        line = next((s for s in told(statement).splitlines() if s.startswith("For :math:")), "")
        assert re.findall(r":math:`[^`]*`", line) == given, statement.name


def test_the_index_counts_the_verdicts_of_each_chapter() -> None:
    text = derivation_index.index_page()
    for chapter in contents.CHAPTERS:
        row = text.partition(f"<{chapter_page.page_name(chapter)}>`")[2].partition("   * - ")[0]
        numbers = [int(cell or 0) for cell in re.findall(r"^     -(?: (\d+))?$", row, re.MULTILINE)]
        count = Counter(map(given_verdict, chapter.STATEMENTS))
        assert numbers == [count[verdict] for verdict in VERDICTS]


def test_code_links_to_all_that_it_is_read_off() -> None:
    """To the statements that only say what it is, too."""
    for item in contents.FUNCTIONS:
        page = "\n".join(chapter_page.code_section(item))
        read = {s.name for reading in item.readings for s in reading.statements()}
        names = {*read, *(statement.name for statement in item.also)}
        linked = {*re.findall(r"<statement-([^>]*)>`", page)}
        assert linked == names or f"Read off {len(names)} statements, " in page
        for statement in item.also:
            assert f"<derived-{item.name}>`" in told(statement)
    assert sum(len(item.also) for item in contents.FUNCTIONS) > 5
