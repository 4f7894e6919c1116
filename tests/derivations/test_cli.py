"""`python -m derivations`: what it prints and how it exits."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from derivations import contents, final
from derivations.__main__ import main
from derivations.prover import emit
from derivations.prover.claims import eq
from derivations.prover.statement import ARGUED, DEFINED, FAILED, PROVED, UNPROVED


def test_everything_is_proved_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    text = capsys.readouterr().out
    verdicts = f"{PROVED}|{ARGUED}|{DEFINED}|{UNPROVED}"
    names = re.findall(rf"^  ([\w.]+): (?:{verdicts})$", text, re.MULTILINE)
    assert names == [statement.name for statement in contents.STATEMENTS]
    assert "x' = x + r*(r*x - 4*s)" in text
    counts = re.findall(r"(\d+) ([a-zA-Z, ]+)", text.splitlines()[-1])
    assert sum(int(number) for number, _ in counts) == len(names)
    assert [word for _, word in counts] == [PROVED, ARGUED, DEFINED, UNPROVED, FAILED]
    assert [number for number, word in counts if word in (UNPROVED, FAILED)] == ["5", "0"]


def test_one_false_statement_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = final.STATEMENTS
    false = replace(first, claim=eq(first.claim.lhs, 2 * first.claim.rhs))
    monkeypatch.setattr(final, "STATEMENTS", (false, *others))
    monkeypatch.setattr(contents, "CHAPTERS", (final,))
    assert main([]) == 1
    text = capsys.readouterr().out
    assert f"{first.name}: FAILED" in text
    assert text.splitlines()[-1].endswith("1 FAILED")


def test_write_then_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "_derived.py"
    assert main(["--write", "--path", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == emit.render(contents.FUNCTIONS)
    assert main(["--check", "--path", str(path)]) == 0
    assert capsys.readouterr().out == ""


def test_check_shows_the_difference_and_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "_derived.py"
    path.write_text(
        emit.render(contents.FUNCTIONS).replace("x + s2*(x - 4)", "x + s2*(x - 3)"),
        encoding="utf-8",
    )
    assert main(["--check", "--path", str(path)]) == 1
    text = capsys.readouterr().out
    assert "\n-    return x + s2*(x - 3), s*(1 + s2 - x)\n" in text
    assert "\n+    return x + s2*(x - 4), s*(1 + s2 - x)\n" in text
    assert (
        f"{path} differs from the derivations. To mend it: python -m derivations --write --path "
        f"{path}\n" in text
    )
    assert main(["--write", "--path", str(path)]) == 0
    assert main(["--check", "--path", str(path)]) == 0
    written = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert written == {"_derived.py", "_expansions.py", str(emit.SCRIPT_NAME)}


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        (emit.TABLES_NAME, "(217, 2000)", "(218, 2000)"),
        (emit.SCRIPT_NAME, "V*(1 + s2)", "V*(1 - s2)"),
        (emit.SCRIPT_NAME, "MIRROR_RADIUS = 0.1085", "MIRROR_RADIUS = 0.109"),
    ],
)
def test_check_looks_at_every_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: Path, right: str, wrong: str
) -> None:
    path = tmp_path / "_derived.py"
    assert main(["--write", "--path", str(path)]) == 0
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong), encoding="utf-8")
    assert main(["--check", "--path", str(path)]) == 1
    assert f"{tmp_path / file} differs from the derivations." in capsys.readouterr().out


def test_check_fails_without_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--path", str(tmp_path / "absent.py")]) == 1
    assert "python -m derivations --write" in capsys.readouterr().out


def test_as_a_command() -> None:
    root = emit.PATH.parents[1]
    command = [sys.executable, "-m", "derivations"]
    assert (
        subprocess.run([*command, "--check"], cwd=root, capture_output=True, check=False).returncode
        == 0
    )
    wrong = subprocess.run(
        [*command, "--chekc"], cwd=root, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "--chekc" in wrong.stderr
