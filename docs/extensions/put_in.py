"""What a proof puts in for the symbols of its claim: statements by their names, and equations.

On a page each equation is written once, where it is first put in, and has a number.
"""

from functools import cache

import sympy as sp
from prose import link, prose
from typeset import shortened_claim

from derivations import contents


def listed(items) -> str:
    """a, b and c."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def reached(claim, definitions) -> list[tuple]:
    """The definitions that a claim reaches, directly or through one another, in this order."""
    known = {key: sp.sympify(value) for key, value in (definitions or {}).items()}
    order, todo = [], [claim]
    while todo:
        nodes = set(sp.preorder_traversal(todo.pop(0)))
        new = [key for key in known if key in nodes and key not in order and known[key] != key]
        order += new
        todo += [known[key] for key in new]
    return [(key, known[key]) for key in order]


@cache
def stated() -> dict[tuple, str]:
    """Which statement says that a symbol is this; the first one, where several do."""
    return {
        (statement.claim.lhs, statement.claim.rhs): statement.name
        for statement in reversed(contents.STATEMENTS)
        if isinstance(statement.claim, sp.Eq)
    }


class Equations:
    """The numbered equations of a page."""

    def __init__(self, page: str):
        self.page = page
        self.labels: dict[tuple, str] = {}

    def put_in(self, claim, definitions) -> tuple[str, list[str]]:
        """What is put in, for a sentence that says so, and the equations that are new on the page.

        Numbers are left out: a claim says for which of them it holds.
        """
        items, new = [], []
        for symbol, value in reached(claim, definitions):
            if value.is_number:
                continue
            if name := stated().get((symbol, value)):
                items.append(f"{prose(str(symbol))} ({link(name)})")
                continue
            if (symbol, value) not in self.labels:
                label = self.labels[symbol, value] = f"{self.page}-{len(self.labels) + 1}"
                text, _ = shortened_claim(sp.Eq(symbol, value, evaluate=False))
                new += [f".. math:: {text}", f"   :label: {label}", ""]
            items.append(f":eq:`{self.labels[symbol, value]}`")
        if not items:
            return "", []
        verb = "is" if len(items) == 1 else "are"
        return f"once {listed(items)} {verb} put in", new
