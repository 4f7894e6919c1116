"""`python -m derivations`: prove every statement, or write or check the generated files."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path

from . import contents
from .prover import emit
from .prover.statement import ARGUED, DEFINED, FAILED, PROVED, UNPROVED


def prove() -> int:
    """Print every statement in reading order with its verdict; 1 if one fails."""
    count = dict.fromkeys((PROVED, ARGUED, DEFINED, UNPROVED, FAILED), 0)
    for chapter in contents.CHAPTERS:
        print(f"\n{(chapter.__doc__ or '').splitlines()[0]}\n")
        for statement in chapter.STATEMENTS:
            verdict = statement.verdict
            count[verdict] += 1
            print(f"  {statement.name}: {verdict}")
            for text in (statement.formula(), statement.says, *statement.remarks()):
                print(textwrap.indent(textwrap.fill(text, 92), " " * 8))
    print("\n" + "; ".join(f"{number} {verdict}" for verdict, number in count.items()))
    return 1 if count[FAILED] else 0


def generated(path: Path) -> dict[Path, str]:
    """Each generated file and its text; tables and script stand beside the formulas."""
    return {
        path: emit.render(contents.FUNCTIONS),
        path.with_name(emit.TABLES_NAME): emit.render_tables(contents.TABLES),
        path.parent / emit.SCRIPT_NAME: emit.render_script(**contents.SCRIPT),
    }


def check(path: Path) -> int:
    """0 if the generated files are what the derivations say; else print what differs, and 1."""
    wrong = 0
    for file, said in generated(path).items():
        if text := emit.difference(file, said):
            command = emit.COMMAND if path == emit.PATH else f"{emit.COMMAND} --path {path}"
            print(f"{text}\n{file} differs from the derivations. To mend it: {command}")
            wrong = 1
    return wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m derivations", description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="write the generated files")
    action.add_argument(
        "--check", action="store_true", help="fail, with a diff, if a generated file is out of date"
    )
    parser.add_argument(
        "--path",
        type=Path,
        default=emit.PATH,
        help="the generated formulas, with tables and script beside them (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    if options.write:
        for file, text in generated(options.path).items():
            file.parent.mkdir(exist_ok=True)
            draft = file.with_name(file.name + ".new")
            draft.write_text(text, encoding="utf-8")
            draft.replace(file)
        return 0
    return check(options.path) if options.check else prove()


if __name__ == "__main__":
    sys.exit(main())
