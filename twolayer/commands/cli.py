"""The command line: the frame of its parser, and how errors end. A command's room is imported when
it is called."""

import argparse
import concurrent.futures
import importlib
import os
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

from ..conventions import CONVENTION, DEEP, convention
from . import check, streams
from .options import Parser, joined, named

DESCRIPTION = (
    "The large-learning-rate phase of the two-layer linear network. Without a command: train real "
    "networks, compute the theory, locate both boundaries, and write tables, figures and arrays "
    "into a folder."
)

EXAMPLES = """\
examples:
  twolayer                  the main job: networks against theory, into
                            twolayer-report/
  twolayer --folder results --seed 7
  twolayer boundaries --curvature 2 --output 1 --width 100
  twolayer simulate --eta 1.5 --curvature 2 --output 1 --width 100 --steps 20
  twolayer diagram --eta 0.1:2.4:200 --curvature 2 --output 0.5 \\
      --width 1:1e6:61:log --save widths.png
  twolayer relu --folder relu
  twolayer data digits:3:8  two classes of scikit-learn's digits; digits for
                            all ten
  twolayer data points.csv --outputs 2 --width 300 --folder points
  twolayer deep             deep networks: λ₀, the catapult, and where it ends
  twolayer explorer --open  the theory to play with, in your browser
"""

COMMANDS = {
    "boundaries": "η_crit, η_max and η_div of one start, in closed form and located on the "
    "recursion",
    "simulate": "one run, step by step",
    "diagram": "a phase diagram over two of the five arguments, given as LOW:HIGH:COUNT or "
    "LOW:HIGH:COUNT:log",
    "relu": "ReLU networks with one input, real gates against frozen ones, on the data of Zhu et "
    "al. (arXiv:2205.11787)",
    "data": "networks on a data set, theory beside trained weights: tables and figures",
    "deep": "deep networks on real data: where the catapult begins and ends, how far the curvature "
    "drops, and the accuracy",
    "explorer": "one page on which to drag the start of a run, and see its phase and its end",
}

OF_DEEP = f"{convention(output=DEEP)} --loss takes another loss."


class _Help(argparse.HelpFormatter):
    """As wide as the terminal, paragraph by paragraph, but for the lines of examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        words, examples, _ = text.partition(EXAMPLES)
        paragraphs = [
            textwrap.fill(" ".join(part.split()), width, break_on_hyphens=False)
            for part in words.split("\n\n")
            if part.strip()
        ]
        return "\n\n".join([*paragraphs, *([examples] if examples else [])])


class _Command(Parser):
    """The parser of a command, which gets its options when it is asked to parse."""

    def add_options(self) -> None:
        command = importlib.import_module(f".{self.prog.split()[-1]}", __package__)
        command.add_options(self)
        self.set_defaults(work=command.work)

    def parse_known_args(self, *args: Any, **how: Any) -> Any:
        self.add_options()
        return super().parse_known_args(*args, **how)


def parsers() -> dict[str, Parser]:
    """The parser of the main job, under "", and that of each command, with all their options."""
    main_job, commands = _parsers()
    for command in commands.values():
        command.add_options()
    return {"": main_job, **commands}


def _parsers() -> tuple[Parser, dict[str, _Command]]:
    """The parser of the main job, and those of the commands, still without options."""
    from .. import __version__

    parser = Parser(
        prog="twolayer",
        description=DESCRIPTION,
        epilog=f"{CONVENTION}\n\n{EXAMPLES}",
        allow_abbrev=False,
        formatter_class=_Help,
    )
    check.add_options(parser)
    parser.add_argument("--version", action="version", version=f"twolayer {__version__}")
    parser.set_defaults(work=check.work, note="")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Command)
    added = {
        name: commands.add_parser(
            name,
            help=text,
            description=f"{text}.",
            epilog=OF_DEEP if name == "deep" else CONVENTION,
            allow_abbrev=False,
            formatter_class=_Help,
        )
        for name, text in COMMANDS.items()
    }
    return parser, added


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 where standard output does not take what
    is said, 2 for bad input, 130 for an interrupt."""
    there, (parser, _) = streams.prepare(), _parsers()
    args = parser.parse_args(joined(sys.argv[1:] if arguments is None else arguments))
    if args.work is not check.work and any(
        getattr(args, name) != parser.get_default(name) for name in check.OPTIONS
    ):
        parser.error(
            "--folder and --seed before a command belong to the main job; the options of a "
            "command come after it"
        )
    if args.note:
        print(args.note, file=sys.stderr)
    try:
        args.work(args)
        sys.stdout.flush()
    except ValueError as error:
        parser.error(named(str(error)))
    except BrokenPipeError:
        _mute()
    except OSError as error:
        if error.filename is None:
            _mute()
            parser.exit(1, f"{parser.prog}: error: standard output: {error.strerror or error}\n")
        parser.error(f"{error.filename}: {error.strerror}")
    except MemoryError as error:
        parser.error(f"this takes more memory than there is: {error}")
    except concurrent.futures.BrokenExecutor:
        parser.error("a worker process was ended from outside")
    except KeyboardInterrupt:
        print("twolayer: interrupted", file=sys.stderr)
        return 130
    if not there:
        print(f"{parser.prog}: standard output is closed: what it says is lost", file=sys.stderr)
    return 0 if there else 1


def _mute() -> None:
    """Send what is still to be flushed where it cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
