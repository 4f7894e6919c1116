"""Functions read claims, and refuse an arrangement that computes something else."""

from __future__ import annotations

import pytest
import sympy as sp

from derivations.notation import n, r, s, x, y
from derivations.prover.claims import eq, ge
from derivations.prover.function import Function, larger, left, point, right, solved
from derivations.prover.proofs import Defined, Identity, Unproved
from derivations.prover.statement import Statement

CLAIM = Statement("chapter.claim", eq(x - s * r, r**2), Identity(), "")
DEFINITION = Statement("chapter.s", eq(s, r + y), Defined(), "")


def test_readings_are_parts_of_claims() -> None:
    assert right(CLAIM).expression == r**2
    assert left(CLAIM).expression == x - s * r
    assert sp.expand(solved(CLAIM, x).expression) == r**2 + s * r
    assert left(CLAIM, {s: right(DEFINITION)}).expression == x - r * (r + y)
    at = Statement("chapter.point", eq(sp.Subs(x**2, x, n), n**2), Identity(), "")
    assert point(at).expression == n
    assert larger(Statement("chapter.more", ge(n, x), Identity(), "")).expression == n


def test_a_function_says_where_its_formula_is_proved() -> None:
    both = Function("both", (x, r, y), (left(CLAIM, {s: right(DEFINITION)}),), "Both.")
    assert "Proved in derivations: chapter.claim, chapter.s." in both.render()
    assert (
        "Defined in derivations: chapter.s."
        in Function("s", (r, y), (right(DEFINITION),), "One.").render()
    )


def test_an_altered_claim_is_in_the_function_at_once() -> None:
    other = Statement("chapter.claim", eq(x - s * r, 2 * r**2), Identity(), "")
    assert right(CLAIM).where(CLAIM, other).expression == 2 * r**2
    assert left(CLAIM, {s: right(DEFINITION)}).where(CLAIM, other).statement is other


def test_a_reading_puts_in_only_what_a_claim_says() -> None:
    with pytest.raises(ValueError, match=r"chapter\.s says nothing of r"):
        left(CLAIM, {r: right(DEFINITION)})
    with pytest.raises(ValueError, match=r"chapter\.s says nothing of s"):
        left(CLAIM, {s: solved(DEFINITION, y)})


def test_what_is_unproved_becomes_no_code() -> None:
    measured = Statement("chapter.seen", eq(y, x), Unproved("At 10 places"), "")
    for function in (
        Function("seen", (x,), (right(measured),), "One."),
        Function("told", (r, y), (right(DEFINITION),), "Two.", also=(measured,)),
    ):
        with pytest.raises(ValueError, match=r"not proved: .*chapter\.seen"):
            function.render()


def test_two_things_of_one_name_are_refused() -> None:
    twice = Function("twice", (x, r), (right(LESS),), "", helpers=((x, r + 1),))
    with pytest.raises(ValueError, match="twice: two things have one name"):
        twice.render()


LESS = Statement("chapter.less", eq(y, x - r * x), Identity(), "")


def test_an_arrangement_that_computes_something_else_is_refused() -> None:
    wrong = Function("wrong", (x, r), (right(LESS),), "", helpers=((s, x * r),), written=(x + s,))
    with pytest.raises(ValueError, match=r"wrong: .* is not the derived"):
        wrong.render()
    missing = Function("missing", (x, r), (right(LESS), right(LESS)), "", written=(x - r * x,))
    with pytest.raises(ValueError, match="zip"):
        missing.render()
