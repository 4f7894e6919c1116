"""A generated formula is the claim of a statement: altered anywhere, a named statement fails.

Each alteration is put into the claim that a function reads, and the function is rendered from the
altered tree first. So it is never a difference of texts that fails, but a proof, or (where the
hand-written arrangement alone is altered) the comparison of the arrangement with what was derived.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from derivations import closure, contents
from derivations.prover import emit
from derivations.prover.function import Function, Reading
from derivations.prover.proofs import Defined
from derivations.prover.quantities import prime
from derivations.prover.statement import Statement
from tests.derivations.alterations import alterations

ROOT = emit.PATH.parents[1]
READ = {
    (function.name, statement.name): (function, statement)
    for function in contents.FUNCTIONS
    for reading in function.readings
    if isinstance(reading, Reading)
    for statement in reading.statements()
}
ARRANGED = [function for function in contents.FUNCTIONS if function.written]
STEP = {closure.lam: closure.lam_update, closure.f: closure.f_update}


def with_claim(function: Function, statement: Statement, altered: Statement) -> Function:
    readings = tuple(reading.where(statement, altered) for reading in function.readings)
    return replace(function, readings=readings)


def rendered(function: Function) -> str:
    """The text of a function, or of what is wrong with its arrangement."""
    try:
        return function.render()
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("key", READ, ids="-".join)
def test_an_altered_formula_is_no_longer_proved(key: tuple[str, str]) -> None:
    function, statement = READ[key]
    text, tried = function.render(), 0
    for claim in alterations(statement.claim):
        altered = replace(statement, claim=claim)
        try:
            changed = with_claim(function, statement, altered)
        except ValueError:  # the left side is no longer what the function asks for
            continue
        if changed.values == function.values:  # not the part that the function takes
            continue
        assert rendered(changed) != text
        tried += 1
        if isinstance(statement.proof, Defined):
            assert any(not resting.verify() for resting in redefined(statement, altered)), claim
        else:
            assert not altered.verify(), claim
    assert tried >= 2


def redefined(definition: Statement, altered: Statement) -> Iterator[Statement]:
    """All statements whose proofs take a definition, with the altered one in its place."""
    symbol, old, new = definition.claim.lhs, definition.claim.rhs, altered.claim.rhs
    if altered.claim.lhs != symbol:
        (new,) = sp.solve(altered.claim.lhs - new, symbol)
    for statement in contents.STATEMENTS:
        known = getattr(statement.proof, "definitions", None) or {}
        if known.get(symbol) != old:
            continue
        changed = {**known, symbol: new}
        later = prime(symbol)
        for step in (STEP, {s: prime(s) for s in old.free_symbols if prime(s) in known}):
            if step and known.get(later) == old.xreplace(step):
                changed[later] = new.xreplace(step)
        yield replace(statement, proof=replace(statement.proof, definitions=changed))


@pytest.mark.parametrize("function", ARRANGED, ids=lambda function: function.name)
def test_an_altered_arrangement_is_refused(function: Function) -> None:
    places: list[Any] = [
        *(("helpers", k, expr) for k, (_, expr) in enumerate(function.helpers)),
        *(("written", k, expr) for k, expr in enumerate(function.written)),
    ]
    for part, k, expr in places:
        for altered in alterations(expr):
            items = list(getattr(function, part))
            items[k] = (items[k][0], altered) if part == "helpers" else altered
            wrong = replace(function, **{part: tuple(items)})
            with pytest.raises(ValueError, match=f"{function.name}: .* is not the derived"):
                wrong.render()


def test_every_function_reads_its_formulas() -> None:
    for function in contents.FUNCTIONS:
        assert function.readings
        assert all(isinstance(reading, Reading) for reading in function.readings), function.name


ALTERED = {
    "a claim alone": (
        "closure.py",
        {"(eta * lam * (f - y) - 4 * f),": "(eta * lam * (f - y) - 5 * f),"},
        "step: .* is not the derived",
    ),
    "a claim that is written as it stands": (
        "laws.py",
        {"widths, (x - 1) ** 2)": "widths, (x - 2) ** 2)"},
        "laws.period: FAILED",
    ),
    "a claim and its arrangement": (
        "laws.py",
        {
            "(x - 2) ** 3 / 3,": "(x - 2) ** 3 / 2,",
            "* (3 + 2 * offset) / 6": "* (1 + offset) / 2",
        },
        "laws.peak_start: FAILED",
    ),
}


@pytest.mark.parametrize(("file", "changes", "complaint"), ALTERED.values(), ids=ALTERED)
def test_an_altered_tree_is_written_and_then_fails(
    tmp_path: Path, file: str, changes: dict[str, str], complaint: str
) -> None:
    """By the command: the altered formula is generated first, and then a statement fails."""
    shutil.copytree(ROOT / "derivations", tmp_path / "derivations")
    (tmp_path / "twolayer").mkdir()
    path = tmp_path / "derivations" / file
    text = path.read_text(encoding="utf-8")
    for right, wrong in changes.items():
        assert right in text
        text = text.replace(right, wrong)
    path.write_text(text, encoding="utf-8")

    def run(*options: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "derivations", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, output = run("--write")
    if code == 0:
        generated = (tmp_path / "twolayer" / "_derived.py").read_text(encoding="utf-8")
        assert generated != emit.PATH.read_text(encoding="utf-8")
        code, output = run()
    assert code == 1
    assert re.search(complaint, output)
