"""The command `explorer`: one page in which the reader drags the start of a run."""

import argparse
import webbrowser
from pathlib import Path

from .. import explorer
from ..conventions import CONVENTION
from . import options, output


def add_options(parser: options.Parser) -> None:
    text = "where the page goes: a name that ends in .html" + options.DEFAULT
    default = Path("explorer.html")
    parser.add_argument("--file", metavar="FILE", type=Path, default=default, help=text)
    parser.add_argument("--open", action="store_true", help="also open it in a browser")


def work(args: argparse.Namespace) -> None:
    output.ending(args.file, (".html",), "--file")
    explorer.write(args.file)
    print(CONVENTION)
    print(f"written: {args.file}")
    if args.open and not webbrowser.open(args.file.resolve().as_uri()):
        print("no browser was found: open it yourself")
