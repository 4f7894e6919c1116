"""`python -m derivations`: prove every statement, or write or check the generated file."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path

from . import emit


def prove() -> int:
    """Print every statement in reading order with its verdict; 1 if one fails."""
    count = {"proved": 0, "unproved": 0, "FAILED": 0}
    for module in emit.MODULES:
        print(f"\n{(module.__doc__ or '').splitlines()[0]}\n")
        for statement in module.STATEMENTS:
            verdict = statement.verdict
            count[verdict] += 1
            print(f"  {verdict:8}  {statement.name}")
            for text in (statement.formula(), statement.says, *statement.remarks()):
                print(textwrap.indent(textwrap.fill(text, 100), " " * 12))
    print("\n" + ", ".join(f"{number} {verdict}" for verdict, number in count.items()))
    return 1 if count["FAILED"] else 0


def check(path: Path) -> int:
    """0 if the generated file is what the derivations say; else print what differs, and 1."""
    text = emit.difference(path)
    if not text:
        return 0
    print(f"{text}\n{path} differs from the derivations. To mend it: {emit.COMMAND}")
    return 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m derivations", description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="write the generated file")
    action.add_argument(
        "--check", action="store_true", help="fail, with a diff, if the generated file is out of date"
    )
    parser.add_argument(
        "--path", type=Path, default=emit.PATH, help="the generated file (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    if options.write:
        options.path.write_text(emit.render(), encoding="utf-8")
        return 0
    return check(options.path) if options.check else prove()


if __name__ == "__main__":
    sys.exit(main())
