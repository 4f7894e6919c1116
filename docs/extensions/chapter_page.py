"""One chapter of the derivations as a page: prose, statements with their proofs, and the code."""

import re
from functools import cache

import sympy as sp
from generated_code import became, place, sources
from proofs_in_words import formula, in_words, inline
from prose import LABEL, link, paragraphs, plain, prose
from put_in import Equations, listed
from typeset import shortened_claim

from derivations import contents
from derivations.prover.function import Table
from derivations.prover.statement import ARGUED, Statement

CODE = "derived-"
ARXIV = re.compile(r"arXiv:(\d+\.\d+)")
FIRST_NUMBERS = 6  # of a table


@cache
def statements() -> dict[str, Statement]:
    """All statements by name."""
    return {statement.name: statement for statement in contents.STATEMENTS}


@cache
def readers() -> dict[str, list]:
    return became()


def page_name(chapter) -> str:
    """The page of a chapter: its module without the package, in words joined by a dash."""
    return chapter.__name__.partition(".")[2].replace(".", "-").replace("_", "-")


def heading(title: str, line: str = "-") -> list[str]:
    return [title, line * len(title), ""]


def details(summary: str, lines: list[str]) -> list[str]:
    """Something that a reader can open."""
    head = f"<details><summary>{summary}</summary>"
    return [".. raw:: html", "", f"   {head}", "", *lines, ".. raw:: html", "", "   </details>", ""]


def code_link(item) -> str:
    """A link to a function or table on the page of its chapter, with its place in the package."""
    where = place(item)
    return f":ref:`{item.name} <{CODE}{item.name}>` ({where.file}, {where.lines})"


def _assumptions(statement: Statement) -> list[str]:
    given = [inline(relation) for relation in (*statement.assumptions, *statement.numbers())]
    return [f"For {listed(given)}:", ""] if given else []


def claim_rst(statement: Statement) -> list[str]:
    """The claim typeset, and a sentence where it had to be shortened."""
    claim = shortened_claim(statement.claim)
    lines = formula(claim.latex)
    if not claim.cut:
        return lines
    tables = [item for item in readers().get(statement.name, ()) if isinstance(item, Table)]
    sentences = [
        "This is the beginning of the claim.",
        *(["Its numbers are rounded."] if claim.rounded else []),
        f"All of it is in the table {code_link(tables[0])}."
        if tables
        else "``python -m derivations`` prints all of it.",
    ]
    return [*lines, " ".join(sentences), ""]


def _identity(statement: Statement) -> list[str]:
    """What the bold 1 of a claim is."""
    sizes = {size for item in statement.claim.atoms(sp.Identity) for size in item.shape}
    if not sizes:
        return []
    size = "1 × 1 " if sizes == {1} else ""
    return [rf"Here :math:`\mathbf{{1}}` is the {size}identity matrix.", ""]


def _uses(statement: Statement) -> list[str]:
    if not statement.uses:
        return []
    return [f"Uses {listed([link(step.name) for step in statement.uses])}.", ""]


def _proof(statement: Statement, equations: Equations) -> list[str]:
    """The verdict, and the proof in words."""
    known = statements().keys()
    first, *others = in_words(statement.proof, statement.claim, equations)
    verdict = statement.verdict
    lines = []
    if verdict == ARGUED and not statement.argument:
        first = f"A step that it uses rests on words. {first}"
    lines += [f"**{verdict.capitalize()}.** {first}", *others]
    if statement.argument:
        lines += [f"*The argument.* {prose(statement.argument, known)}", ""]
    return lines


def _became(statement: Statement) -> list[str]:
    items = readers().get(statement.name, [])
    if not items:
        return []
    return [f"In the code: {listed([code_link(item) for item in items])}.", ""]


def _source(statement: Statement) -> list[str]:
    if not statement.source:
        return []
    linked = ARXIV.sub(r"`\g<0> <https://arxiv.org/abs/\1>`__", plain(statement.source))
    return [f"Source: {linked}.", ""]


def statement_section(statement: Statement, equations: Equations) -> list[str]:
    """All that there is to say of a statement."""
    return [
        f".. _{LABEL}{statement.name}:",
        "",
        *heading(plain(statement.name)),
        prose(statement.says, statements().keys()),
        "",
        *_assumptions(statement),
        *claim_rst(statement),
        *_identity(statement),
        *_proof(statement, equations),
        *_uses(statement),
        *_source(statement),
        *_became(statement),
    ]


def statement_rst(name: str) -> str:
    """What a statement says and claims, with a link to its page; KeyError if there is none."""
    statement = statements()[name]
    lines = [
        f"{prose(statement.says, statements().keys())} ({link(name)}, {statement.verdict})",
        "",
        *_assumptions(statement),
        *claim_rst(statement),
    ]
    return "\n".join(lines)


def _numbers(rows):
    """The numbers of a table in order, however deep they are nested."""
    for row in rows:
        if isinstance(row, tuple) and not _is_fraction(row):
            yield from _numbers(row)
        else:
            yield row


def _is_fraction(row) -> bool:
    return len(row) == 2 and all(isinstance(number, int) for number in row)


def code_section(item) -> list[str]:
    """A function or a table of the package, and what it was read off."""
    where = place(item)
    lines = [
        f".. _{CODE}{item.name}:",
        "",
        *heading(plain(item.name), "^"),
        f"``{where.file}``, {where.lines}. {prose(item.says)}",
        "",
        f"Read off {_listed_sources(sources(item))}.",
        "",
    ]
    if not isinstance(item, Table):
        source = [".. code-block:: python", "", *(f"   {line}" for line in where.text.splitlines())]
        return [*lines, *details("Source", [*source, ""])]
    return [*lines, *_beginning(item)]


def _listed_sources(names) -> str:
    if len(names) > 6:
        return f"{len(names)} statements, {link(names[0])} to {link(names[-1])}"
    return listed([link(name) for name in names])


def _beginning(table) -> list[str]:
    numbers = list(_numbers(table.integers))
    first = ", ".join(
        f"{number[0]}/{number[1]}" if isinstance(number, tuple) else str(number)
        for number in numbers[:FIRST_NUMBERS]
    )
    more = f", … ({len(numbers)} numbers)" if len(numbers) > FIRST_NUMBERS else ""
    return [f"It begins {first}{more}.", ""]


def chapter_page(chapter) -> str:
    """The page of a chapter."""
    title, *text = paragraphs(chapter.__doc__ or "", statements().keys())
    title = title.removesuffix(".")
    lines = [title, "=" * len(title), *text]
    equations = Equations(page_name(chapter))
    for statement in chapter.STATEMENTS:
        lines += statement_section(statement, equations)
    items = [*getattr(chapter, "FUNCTIONS", ()), *getattr(chapter, "TABLES", ())]
    if items:
        lines += heading("What the package computes")
        lines += [line for item in items for line in code_section(item)]
    return "\n".join(lines) + "\n"
