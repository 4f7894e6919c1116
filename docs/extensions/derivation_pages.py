"""The derivation, page by page, from the statements of `derivations/` themselves.

When the build begins, each chapter becomes a page in docs/generated/derivations/, with an index in
reading order and the notation table. On every page of the site

    :statement:`closure.output`       links to a statement,
    .. statement:: closure.output     shows what it claims, with a link.

A name that no statement has is a warning, and so ends a build with -W. So does a statement whose
proof fails.
"""

from functools import cache
from pathlib import Path

from chapter_page import chapter_page, page_name, statement_rst, statements
from derivation_index import index_page, list_table, titled
from docutils import nodes
from prose import LABEL, prose
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from typeset import latex_of

from derivations import contents
from derivations.prover.quantities import TABLE
from derivations.prover.statement import FAILED

FOLDER = Path("generated") / "derivations"
logger = logging.getLogger(__name__)


def notation_page() -> str:
    """The symbol table."""
    rows = [
        [
            f":math:`{latex_of(row.symbol)}`",
            f"``{row.ascii}``",
            prose(row.meaning),
            prose(row.normalisation),
            prose(row.domain),
        ]
        for row in TABLE
    ]
    lines = [
        *titled("Notation"),
        "One symbol has one meaning in all chapters; only names of bounds have another number in "
        "each. A prime is the same quantity one step later, a lower index *t* that after *t* "
        "steps, and + and − are the sides of zero of a ReLU network.",
        "",
        *list_table(
            ["symbol", "in code", "meaning", "equal to", "where it lives"],
            rows,
            "12 16 34 22 16",
            "notation",
        ),
    ]
    return "\n".join(lines) + "\n"


@cache
def pages() -> dict[str, str]:
    """The name and the text of every page."""
    chapters = {page_name(chapter): chapter_page(chapter) for chapter in contents.CHAPTERS}
    return {"index": index_page(), "notation": notation_page(), **chapters}


def write(folder: Path) -> None:
    """Write the pages whose text has changed, and delete those of chapters that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {folder / f"{name}.rst": text for name, text in pages().items()}
    for file in {*folder.glob("*.rst")} - {*written}:
        file.unlink()
    for file, text in written.items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            draft = file.with_suffix(".new")
            draft.write_text(text, encoding="utf-8")
            draft.replace(file)


def builder_inited(app) -> None:
    for statement in contents.STATEMENTS:
        if statement.verdict == FAILED:
            logger.warning("%s is not proved", statement.name, type="derivations")
    write(Path(app.srcdir) / FOLDER)


class StatementRole(SphinxRole):
    """A link to a statement by its full name."""

    def run(self):
        options = {"refdoc": self.env.docname, "refdomain": "std", "reftype": "ref"}
        label = (LABEL + self.text).lower()
        reference = addnodes.pending_xref(
            self.rawtext, reftarget=label, refexplicit=True, refwarn=True, **options
        )
        reference += nodes.inline(self.rawtext, self.text, classes=["std", "std-ref"])
        self.set_source_info(reference)
        return [reference], []


class StatementDirective(SphinxDirective):
    """What a statement claims, with a link to it."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        if name not in statements():
            logger.warning("no statement is named %s", name, location=self.get_location())
            return []
        return self.parse_text_to_nodes(statement_rst(name))


def setup(app):
    app.connect("builder-inited", builder_inited)
    app.add_css_file("derivations.css")
    app.add_role("statement", StatementRole())
    app.add_directive("statement", StatementDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
