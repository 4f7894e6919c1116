"""What the derivations hand to the package: in which file, on which lines, and in which words.

It is read off the generated files themselves whenever the pages are built.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from derivations import contents
from derivations.prover import emit
from derivations.prover.function import Table

PACKAGE = emit.PATH.parent
FILES = {"formulas": emit.PATH, "tables": emit.PATH.with_name(emit.TABLES_NAME)}


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, its first and its last line, and these lines."""

    path: Path
    first: int
    last: int
    text: str

    @property
    def file(self) -> str:
        return f"{PACKAGE.name}/{self.path.name}"

    @property
    def lines(self) -> str:
        one = self.first == self.last
        return f"line {self.first}" if one else f"lines {self.first}–{self.last}"


def _name(node) -> str:
    """What a function or an assignment at the top of a module names; empty for anything else."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    target = node.target if isinstance(node, ast.AnnAssign) else None
    target = node.targets[0] if isinstance(node, ast.Assign) else target
    return target.id if isinstance(target, ast.Name) else ""


@cache
def places(path: Path) -> dict[str, Place]:
    """All that a generated file defines."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if name := _name(node):
            source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            found[name] = Place(path, node.lineno, node.end_lineno or node.lineno, source)
    return found


def place(item) -> Place:
    """Where a function or table of the derivations stands in the package."""
    return places(FILES["tables" if isinstance(item, Table) else "formulas"])[item.name]


def _sources(item):
    """The names of the statements that a function or table is read off, or that say what it is."""
    statements = [statement for reading in item.readings for statement in reading.statements()]
    return list(dict.fromkeys(statement.name for statement in (*statements, *item.also)))


def sources(item) -> list[str]:
    return _sources(item)


def became() -> dict[str, list]:
    """The functions and tables that are read off each statement, by its name."""
    readers: dict[str, list] = {}
    for item in (*contents.FUNCTIONS, *contents.TABLES):
        for name in sources(item):
            readers.setdefault(name, []).append(item)
    return readers
