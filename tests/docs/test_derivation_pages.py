"""The pages of the derivation say what the statements and the generated code are."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from derivations import boundaries, closure, contents
from derivations.notation import eta, f, lam, n, y
from derivations.prover.claims import eq
from derivations.prover.function import Table
from derivations.prover.statement import ARGUED, FAILED, PROVED, UNPROVED

sphinx = pytest.importorskip("sphinx", reason="needs the extra docs")
nodes = pytest.importorskip("docutils.nodes")

import chapter_page  # noqa: E402
import derivation_index  # noqa: E402
import derivation_pages  # noqa: E402
import generated_code  # noqa: E402
from prose import prose  # noqa: E402
from put_in import reached  # noqa: E402

NAMES = [statement.name for statement in contents.STATEMENTS]
CODE = (*contents.FUNCTIONS, *contents.TABLES)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return derivation_pages.pages()


def targets(text: str) -> list[str]:
    return re.findall(r"^\.\. _(.+):$", text, re.MULTILINE)


def section(text: str, name: str) -> str:
    """What a page says of one statement."""
    return text.partition(f".. _statement-{name}:\n")[2].partition("\n.. _")[0]


def test_every_statement_and_function_has_one_target(pages: dict[str, str]) -> None:
    found = Counter(target for text in pages.values() for target in targets(text))
    wanted = [f"statement-{name}" for name in NAMES] + [f"derived-{item.name}" for item in CODE]
    assert found == Counter([*wanted, "at-sight"])
    for same in (str.lower, nodes.make_id):
        assert len({same(target) for target in wanted}) == len(wanted)


def test_a_statement_stands_on_the_page_of_its_chapter(pages: dict[str, str]) -> None:
    for chapter in contents.CHAPTERS:
        text = pages[chapter_page.page_name(chapter)]
        of_statements = [t for t in targets(text) if t.startswith("statement-")]
        assert of_statements == [f"statement-{s.name}" for s in chapter.STATEMENTS]


def test_every_link_has_a_target(pages: dict[str, str]) -> None:
    known = {target for text in pages.values() for target in targets(text)}
    for text in pages.values():
        linked = {*re.findall(r":ref:`[^`<]*<([^`>]*)>`", text)}
        assert linked <= known
        equations = re.findall(r":label: (\S+)", text)
        assert len(set(equations)) == len(equations)
        assert {*re.findall(r":eq:`([^`]*)`", text)} == {*equations}
    for chapter in contents.CHAPTERS:
        assert f"<{chapter_page.page_name(chapter)}>" in pages["index"]


def test_names_of_pages_are_those_of_chapters(pages: dict[str, str]) -> None:
    assert len(pages) == len(contents.CHAPTERS) + 2
    assert {"closure", "expansions-mirror", "expansions-mirror-bounds", "samples-gram"} < {*pages}


@pytest.mark.parametrize("item", CODE, ids=lambda item: item.name)
def test_lines_are_those_of_the_generated_code(item: object) -> None:
    """The file, read by itself, has there exactly what the derivations write."""
    place = generated_code.place(item)
    root = Path(contents.__file__).parents[1]
    lines = (root / place.file).read_text(encoding="utf-8").splitlines()
    shown = "\n".join(lines[place.first - 1 : place.last])
    written = [line for line in item.render().splitlines() if not line.startswith("# ")]
    assert shown.splitlines() == written
    start = item.name if isinstance(item, Table) else f"def {item.name}("
    assert lines[place.first - 1].startswith(start)


def test_functions_and_statements_link_both_ways(pages: dict[str, str]) -> None:
    place = generated_code.place(next(item for item in CODE if item.name == "eta_crit"))
    where = f"twolayer/_derived.py, lines {place.first}–{place.last}"
    text = pages["boundaries"]
    for name in ("boundaries.crossing", "boundaries.root", "boundaries.kappa"):
        assert f":ref:`eta_crit <derived-eta_crit>` ({where})" in section(text, name)
        assert f"<statement-{name}>`" in text.partition(".. _derived-eta_crit:")[2]
    assert "def eta_crit(" in text


def test_what_a_statement_says_is_on_its_page(pages: dict[str, str]) -> None:
    told = section(pages["boundaries"], "boundaries.raised_between")
    assert "**Proved, by the argument.** Both sides agree once" in told
    assert "*The argument.* The product changes its sign at each of its roots" in told
    told = section(pages["closure"], "closure.paper_output")
    assert "For :math:`y = 0`:" in told
    assert "`arXiv:2003.02218 <https://arxiv.org/abs/2003.02218>`__" in told
    told = section(pages["fates"], "fates.late_rise")
    assert "**Unproved.** Measured, not proved:" in told
    told = section(pages["boundaries"], "boundaries.not_above")
    assert "Uses :ref:`triangle.r_below <statement-triangle.r_below>`" in told
    assert "There are two cases." in told


@pytest.mark.parametrize("name", NAMES)
def test_every_section_says_the_claim_and_the_verdict(pages: dict[str, str], name: str) -> None:
    statement = chapter_page.statements()[name]
    chapter = next(c for c in contents.CHAPTERS if statement in c.STATEMENTS)
    told = section(pages[chapter_page.page_name(chapter)], name)
    assert f"**{statement.verdict.capitalize()}.**" in told
    assert ".. math:: " in told
    assert ("*The argument.*" in told) == bool(statement.argument)
    assert told.count("<statement-") >= len(statement.uses)


def altered(chapter: object, old: object, new: object) -> SimpleNamespace:
    statements = tuple(new if s is old else s for s in chapter.STATEMENTS)
    return SimpleNamespace(
        __name__=chapter.__name__, __doc__=chapter.__doc__, STATEMENTS=statements
    )


def test_an_altered_claim_changes_the_page() -> None:
    old = closure.proved["output"]
    wrong = replace(old, claim=eq(old.claim.lhs, y + (f - y) * (2 - eta * lam)))
    before, after = (
        section(chapter_page.chapter_page(altered(closure, old, s)), "closure.output")
        for s in (old, wrong)
    )
    assert before != after
    assert "**Proved.**" in before
    assert "**Failed.**" in after
    assert r"(2 - \eta \lambda)" in after


def test_a_proof_puts_in_only_what_the_claim_reaches() -> None:
    known = {lam: f / n, f: 2 * y, eta: 1, y: y}
    assert reached(lam + 1, known) == [(lam, f / n), (f, 2 * y)]
    statement = boundaries.proved["crossing"]
    assert len(reached(statement.claim, statement.proof.definitions)) == 2
    assert reached(eta * n, {lam: f}) == []


def test_a_statement_that_fails_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    old = closure.proved["output"]
    wrong = replace(old, claim=eq(old.claim.lhs, y))
    assert wrong.verdict == FAILED
    told: list[str] = []
    monkeypatch.setattr(contents, "STATEMENTS", (old, wrong))
    monkeypatch.setattr(derivation_pages, "pages", dict)
    monkeypatch.setattr(
        derivation_pages.logger, "warning", lambda text, *values, **_: told.append(text % values)
    )
    derivation_pages.builder_inited(SimpleNamespace(srcdir=tmp_path))
    assert told == ["closure.output is not proved"]


def test_the_index_counts_the_verdicts(pages: dict[str, str]) -> None:
    count = Counter(statement.verdict for statement in contents.STATEMENTS)
    *_, last = pages["index"].partition("all chapters")
    numbers = [int(number) for number in re.findall(r"^     - (\d+)$", last, re.MULTILINE)]
    assert numbers == [count[verdict] for verdict in derivation_index.VERDICTS]
    assert sum(numbers) == len(NAMES)
    assert {PROVED, ARGUED, UNPROVED} < {*derivation_index.VERDICTS}


def test_notation_has_every_symbol(pages: dict[str, str]) -> None:
    assert pages["notation"].count("   * - :math:") == len(derivation_pages.TABLE)
    assert ":math:`\\eta_{\\mathrm{crit}}`\n     - ``eta_crit``" in pages["notation"]


def test_no_page_is_heavy(pages: dict[str, str]) -> None:
    assert max(map(len, pages.values())) < 60_000
    assert max(len(line) for text in pages.values() for line in text.splitlines()) < 2_000
    told = section(pages["expansions-mirror"], "mirror.weight_28")
    assert "This is the beginning of the claim. Its numbers are rounded. All of it" in told
    assert "is in the table :ref:`MIRROR <derived-MIRROR>` (twolayer/_expansions.py" in told


def test_what_other_pages_show() -> None:
    text = chapter_page.statement_rst("closure.output")
    assert ".. math:: f' = y + (f - y)" in text
    assert ":ref:`closure.output <statement-closure.output>`" in text
    with pytest.raises(KeyError, match=r"closure\.nothing"):
        chapter_page.statement_rst("closure.nothing")


def build(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """The warnings of a site of two pages."""
    monkeypatch.setattr(derivation_pages, "pages", lambda: {"closure": PAGE})
    (folder / "index.rst").write_text(text + "\n.. toctree::\n\n   generated/derivations/closure\n")
    warnings = io.StringIO()
    from sphinx.application import Sphinx

    app = Sphinx(
        *(str(folder), None, str(folder / "out"), str(folder / "trees"), "dummy"),
        confoverrides={"extensions": ["derivation_pages"], "project": "test"},
        status=None,
        warning=warnings,
    )
    app.build()
    return warnings.getvalue()


PAGE = "Closure\n=======\n\n.. _statement-closure.output:\n\noutput\n------\n\nText.\n"


def test_the_role_and_the_directive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = "Start\n=====\n\n:statement:`closure.output`\n\n.. statement:: closure.output\n"
    assert build(tmp_path, monkeypatch, right) == ""
    wrong = build(tmp_path, monkeypatch, right.replace(".output", ".outptu"))
    assert "undefined label: 'statement-closure.outptu'" in wrong
    assert "no statement is named closure.outptu" in wrong


def test_only_what_changes_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation_pages, "pages", lambda: {"one": "1\n", "two": "2\n"})
    (tmp_path / "gone.rst").write_text("a chapter that there was\n")
    derivation_pages.write(tmp_path)
    stamps = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert sorted(stamps) == ["one.rst", "two.rst"]
    monkeypatch.setattr(derivation_pages, "pages", lambda: {"one": "1\n", "two": "3\n"})
    derivation_pages.write(tmp_path)
    assert (tmp_path / "one.rst").stat().st_mtime_ns == stamps["one.rst"]
    assert (tmp_path / "two.rst").read_text() == "3\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The rate eta_crit is above 2/lambda.", r"The rate η\ :sub:`crit` is above 2/λ."),
        ("f >= 0", "*f* ≥ 0"),
        ("|u|^2 - |v|^2", "\\|\\ *u*\\ \\|\u2060² − \\|\\ *v*\\ \\|\u2060²"),
        ("sqrt(n) and sqrt(2 n)", r"√\ *n* and √(2 *n*\ )"),
        ("(1 - x)^(2k) for x_oo", r"(1 − *x*\ )\ :sup:`2k` for *x*\ :sub:`∞`"),
        ("u' = u - r v", r"*u*\ ′ = *u* − *r* *v*"),
        ("the paper's s", "the paper's *s*"),
        ("A step of A", r"A step of *A*"),
        ("at most 8.2e-15", r"at most 8.2 × 10\ :sup:`−15`"),
        ("one-sample, not -1", "one-sample, not −1"),
        ("by closure.output, u.v", r"by :ref:`closure.output <statement-closure.output>`\ , *u*"),
        ("by order_far, part_W", r"by order\_far, part\ :sub:`W`"),
        ("`gauge` of two_words", r"``gauge`` of two\_words"),
    ],
)
def test_sentences_are_written_as_a_theorist_does(text: str, shown: str) -> None:
    assert prose(text, {"closure.output"}).startswith(shown)


def test_nothing_in_a_sentence_is_markup_by_chance() -> None:
    from docutils.core import publish_doctree

    for statement in contents.STATEMENTS:
        for text in (statement.says, statement.argument):
            tree = publish_doctree(prose(text), settings_overrides={"report_level": 5})
            assert not list(tree.findall(nodes.problematic)), text
            assert not list(tree.findall(nodes.substitution_reference)), text
            assert len(list(tree.findall(nodes.paragraph))) == bool(text), text


def test_symbols_of_sympy_are_not_shown(pages: dict[str, str]) -> None:
    """A kind of expression that the printer does not know is printed as SymPy's own name."""
    kinds = ("MatrixSymbol", "Dummy", "Tuple", "ImmutableDenseMatrix", "Piecewise")
    assert all(kind not in text for kind in kinds for text in pages.values())
