"""What the pages of the derivation say beside the claims: an order, titles, proofs in words."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from derivations import closure, contents
from derivations.prover.proofs import Equivalence
from derivations.prover.symbols import STANDS_FOR

pytest.importorskip("sphinx", reason="needs the extra docs")

import chapter_page
import derivation_index
import derivation_pages
from proofs_in_words import in_words
from put_in import Equations

SIGHT = ":ref:`at sight <at-sight>`"


def told(name: str) -> str:
    """The proof of a statement in words, on a page of its own."""
    statement = chapter_page.statements()[name]
    return "\n".join(in_words(statement.proof, statement.claim, Equations("page")))


def test_the_index_begins_with_ten_statements_of_the_paper() -> None:
    text = derivation_pages.pages()["index"]
    shown = re.findall(r"^#\. \*\*.+\.\*\*\n\n   \.\. statement:: (.+)$", text, re.MULTILINE)
    assert shown == [*derivation_index.PAPER]
    assert len({*shown}) == 10
    assert {*shown} <= {*chapter_page.statements()}
    assert text.index(shown[-1]) < text.index("How to read a proof") < text.index("All chapters")


def test_every_chapter_has_a_short_title_of_its_own() -> None:
    titles = derivation_index.TITLES
    assert [*titles] == [chapter_page.page_name(chapter) for chapter in contents.CHAPTERS]
    assert len({*titles.values()}) == len(titles)
    assert max(map(len, titles.values())) <= 28
    text = derivation_pages.pages()["index"]
    assert all(text.count(f"{title} <{name}>") == 2 for name, title in titles.items())


def test_square_brackets_are_explained_once_and_linked() -> None:
    pages = derivation_pages.pages()
    assert [name for name, text in pages.items() if "quare brackets hold" in text] == ["index"]
    for name, text in pages.items():
        if name != "index":
            assert text.count("at sight") == text.count(SIGHT), name
    assert f"is not negative {SIGHT}." in told("boundaries.root_excess")


def test_a_bracket_that_may_be_zero_is_named() -> None:
    text = told("boundaries.root_excess")
    assert text.rstrip().endswith(rf"{SIGHT}. :math:`[- \kappa]` may be zero.")
    positive = told("boundaries.first_step")
    assert "[L]" in positive
    assert "may be zero" not in positive


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("divergence.zero_target", r"\frac{V}{\frac{4}{\lambda} - \eta} = \lambda"),
        ("boundaries.stable", r"\frac{1 - (1 - x)^{2}}{2 - x} = x"),
        ("hessian.sharpens", r"x' - x = r (r x - 4 s)"),
    ],
)
def test_an_equivalence_shows_what_is_compared(name: str, formula: str) -> None:
    text = told(name)
    assert f".. math:: {formula}\n" in text
    assert "larger side minus the smaller one" in text
    assert (f"which is positive {SIGHT}." in text) == (r"\frac" in formula)


def test_quotients_of_equivalences_are_their_factors() -> None:
    """At a point, where nothing is put in: the left difference is the factor times the right."""
    found = 0
    for statement in contents.STATEMENTS:
        proof = statement.proof
        if not isinstance(proof, Equivalence) or proof.definitions:
            continue
        left, right = (side.gts - side.lts for side in statement.claim.args)
        difference = left - sp.sympify(proof.factor).subs(STANDS_FOR) * right
        letters = sorted(difference.free_symbols, key=str)
        point = {letter: sp.Rational(k + 3, 7) for k, letter in enumerate(letters)}
        assert sp.simplify(difference.subs(point)) == 0, statement.name
        found += 1
    assert found


def test_the_identity_matrix_is_named_where_it_stands() -> None:
    known = chapter_page.statements()
    for name, statement in known.items():
        page = chapter_page.statement_section(statement, Equations("page"))
        shown = [line for line in page if "identity matrix" in line and "Here" in line]
        assert len(shown) == statement.claim.has(sp.Identity), name
        if name.startswith("closure."):
            assert all("is the 1 × 1 identity matrix." in line for line in shown)


def test_code_and_definitions_are_named_plainly() -> None:
    page = chapter_page.chapter_page(closure)
    assert "In the code: :ref:`loss <derived-loss>` (twolayer/_derived.py, lines" in page
    assert "**Defined.** A definition needs no proof." in page
