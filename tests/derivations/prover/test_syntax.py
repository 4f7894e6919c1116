"""One formula in several languages: the same operations in the same order."""

from __future__ import annotations

import contextlib
import itertools
import operator
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from derivations import contents
from derivations.notation import n, r, s, x, y
from derivations.prover import emit
from derivations.prover.claims import eq
from derivations.prover.function import Function, Table, right
from derivations.prover.proofs import Defined, Identity
from derivations.prover.quantities import ASCII
from derivations.prover.statement import Statement
from derivations.prover.syntax import CALLS, JAVASCRIPT
from derivations.prover.zero import is_zero
from tests.derivations.alterations import alterations

CLAIM = Statement("chapter.claim", eq(y, sp.sqrt(x - s * r) / n - 2), Identity(), "")
OTHER = Statement("chapter.other", eq(s, -x * r**2), Identity(), "")
LONG = Statement("chapter.long", eq(y, sum((x - k * s) ** 3 for k in range(1, 9))), Identity(), "")
CALLED: dict[str, Any] = {
    "number": sp.Integer,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "sqrt": sp.sqrt,
}


def test_a_function_in_javascript() -> None:
    function = Function("one", (x, s, r, n), (right(CLAIM),), "One.", ((y, s * r),))
    assert function.render(JAVASCRIPT) == (
        "  // One. Proved in derivations: chapter.claim.\n"
        "  function one(x, s, r, width) {\n"
        "    const target = r*s;\n"
        "    return sqrt(x - target)/width - 2;\n"
        "  }\n"
    )


def test_several_results_are_a_list() -> None:
    both = Function("both", (x, s, r, n), (right(CLAIM), right(OTHER)), "Both.")
    assert "    return [sqrt(x - r*s)/width - 2, -x*r*r];\n" in both.render(JAVASCRIPT)
    three = Function("three", (x, s, r, n), (right(CLAIM), right(OTHER), right(LONG)), "Three.")
    lines = three.render(JAVASCRIPT).splitlines()
    assert lines[2] == "    return ["
    assert lines[3] == "      sqrt(x - r*s)/width - 2,"
    assert lines[-2:] == ["    ];", "  }"]


def test_an_arrangement_that_computes_something_else_is_refused_in_all() -> None:
    wrong = Function("wrong", (x, s, r, n), (right(CLAIM),), "", written=(x,))
    for syntax in (JAVASCRIPT, CALLS):
        with pytest.raises(ValueError, match=r"wrong: .* is not the derived"):
            wrong.render(syntax)


def test_operations_may_be_called() -> None:
    text = Function("one", (x, s, r, n), (right(CLAIM),), "One.", ((y, s * r),)).render(CALLS)
    assert "  function one_in({ number, add, sub, mul, div, sqrt }, x, s, r, width) {\n" in text
    assert "    const target = mul(r, s);\n" in text
    assert "    return sub(div(sqrt(sub(x, target)), width), number(2));\n" in text


def test_what_has_no_operation_is_refused() -> None:
    negative = Function("negative", (x, r), (right(OTHER),), "")
    with pytest.raises(ValueError, match="cannot be written in calls"):
        negative.render(CALLS)


@pytest.mark.parametrize("function", contents.SCRIPT["careful"], ids=lambda it: it.name)
def test_calls_give_back_what_was_derived(function: Function) -> None:
    """The text, run on the symbols of the derivation."""
    (body,) = re.findall(r"return (.*?);\n", function.render(CALLS), re.DOTALL)
    symbols = {ASCII[symbol]: symbol for symbol in function.arguments}
    assert is_zero(eval(f"({body})", {}, {**CALLED, **symbols}) - function.values[0])


def test_tables_are_the_nearest_numbers() -> None:
    known = Statement("chapter.table", eq(y, sp.Integer(3)), Defined(), "")
    rows = ((1, 3), (0, 1), (2**60 + 1, 1), (-7, 2))
    table = Table("ROWS", lambda _: rows, "Numbers.", (right(known),))
    text = table.render(JAVASCRIPT)
    assert "  // Numbers. Defined in derivations: chapter.table.\n  const ROWS = [" in text
    numbers = [float(number) for number in text.split("[")[1].split("]")[0].split(",")]
    assert numbers == [float(Fraction(*row)) for row in rows]
    deep = Table("DEEP", lambda _: (rows * 9, rows), "Numbers.", (right(known),))
    lines = deep.render(JAVASCRIPT).splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert lines[-1] == "  ];"
    radius = Table("RADIUS", lambda _: (1, 8), "A number.", (right(known),))
    assert radius.render(JAVASCRIPT).endswith("  const RADIUS = 0.125;\n")


def test_the_script_holds_what_is_asked_for() -> None:
    text = emit.render_script(**contents.SCRIPT)
    names = [item.name for kind in ("functions", "tables") for item in contents.SCRIPT[kind]]
    careful = [f"{function.name}_in" for function in contents.SCRIPT["careful"]]
    listed = re.findall(r"^    (\w+),$", text[text.index("Object.freeze") :], re.MULTILINE)
    assert sorted(listed) == sorted([*names, *careful])
    made = re.findall(r"^  (?:function|const) (\w+)", text, re.MULTILINE)
    assert sorted(made) == sorted(listed)


@pytest.mark.parametrize("function", contents.SCRIPT["functions"], ids=lambda it: it.name)
def test_an_altered_claim_is_in_the_script_at_once(function: Function) -> None:
    """Or the arrangement, which is the same in all languages, is refused."""
    text, statement = function.render(JAVASCRIPT), function.readings[0].statement
    seen = 0
    for claim in itertools.islice(alterations(statement.claim), 8):
        altered = replace(statement, claim=claim)
        try:
            readings = tuple(reading.where(statement, altered) for reading in function.readings)
        except ValueError:  # the left side is no longer what the function asks for
            continue
        changed = replace(function, readings=readings)
        if changed.values == function.values:
            continue
        seen += 1
        with contextlib.suppress(ValueError):
            assert changed.render(JAVASCRIPT) != text
    assert seen
