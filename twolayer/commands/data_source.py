"""What the commands `data` and `deep` work on: their source, how it is read, and what is said of
it."""

import argparse
import re
from collections.abc import Sequence
from typing import Any

from ..samples import digits
from ..samples.data import Data
from ..samples.tables import Choice, shown
from . import options

SHOWN = 12  # names of columns in the output

FILE = (
    "FILE.csv or .tsv (commas, semicolons with decimal commas, or tabs), FILE.parquet, or FILE.npz "
    "with arrays X and Y"
)
HELP = (
    f"{FILE}; or scikit-learn's digits, all ten, or digits:A:B, two of them: pixels / 16, pixels "
    "and labels centred"
)
# what a message of `Data.read` calls an option
_OPTIONS = (
    (r"^(?=(outputs|label|drop|arrays|header) = )", "--"),
    (r"\bheader=True or header=False", "--header or --no-header"),
    (r"\bdrop_missing=True", "--drop-missing"),
    (r"\bclasses=True", "--classes"),
    (r"\b(arrays|label)=\.\.\.", r"--\1"),
    (r"\bdrop=", "--drop "),
)


class _Either(argparse.Action):
    """One of two options for one thing."""

    def __call__(self, parser: Any, namespace: Any, *_: Any) -> None:
        if getattr(namespace, self.dest) not in (None, self.const):
            parser.error("--header and --no-header exclude one another")
        setattr(namespace, self.dest, self.const)


def add_options(parser: options.Parser) -> None:
    parser.add_argument("source", metavar="SOURCE", help=HELP)
    add_file_options(parser)


def add_file_options(parser: options.Parser) -> None:
    """How a file is read, and `--loss`."""
    last = "labels of a table: its last columns, unless --label says which" + options.DEFAULT
    options.add_whole(parser, "--outputs", "K", 1, last)
    columns: dict[str, Any] = {"action": "append", "metavar": "COLUMN"}
    parser.add_argument(
        "--label", **columns, help="a label, by name or by number from 0; may be repeated"
    )
    parser.add_argument(
        "--drop", **columns, default=[], help="a column to leave out; may be repeated"
    )
    parser.add_argument(
        "--arrays", nargs=2, metavar=("X", "Y"), help="the arrays of an .npz by their names"
    )
    first = "the first row of a table holds"
    for name, value, what in (
        ("--header", True, "names (default: if none of them is a number)"),
        ("--no-header", False, "a sample"),
    ):
        parser.add_argument(
            name, dest="header", nargs=0, action=_Either, const=value, help=f"{first} {what}"
        )
    for name, text in (
        ("--classes", "take labels that are numbers as classes, as text is taken"),
        ("--drop-missing", "leave out rows with gaps, which are refused otherwise"),
        ("--standardize", "centre inputs and scale them to mean square 1, and centre labels"),
    ):
        parser.add_argument(name, action="store_true", help=text)
    options.add_loss(parser)


def load(args: argparse.Namespace) -> tuple[Data, str]:
    """The data set that the command line names, and in words what was done to it.

    Raises
    ------
    ValueError
        If there is no such data set, a file is not what its ending says, or scikit-learn is
        missing.
    OSError
        If a file cannot be read.
    """
    classes = chosen_digits(args)
    if classes is not None:
        return _digits(classes, args.loss)
    try:
        data = Data.read(args.source, loss=args.loss, **vars(choice(args)))
    except ValueError as error:
        raise ValueError(as_options(str(error))) from None
    return data, "\n   ".join(said(args, data.input_names, data.label_names, data.notes))


def choice(args: argparse.Namespace) -> Choice:
    """What is wanted of a file."""
    names = "outputs", "label", "arrays", "header", "classes", "drop_missing", "standardize"
    return Choice(drop=args.drop or (), **{name: getattr(args, name) for name in names})


def said(
    args: argparse.Namespace, inputs: Sequence[str], labels: Sequence[str], notes: Sequence[str]
) -> list[str]:
    """Of a file: which columns are inputs, which are labels, and what else a user should know."""
    done = "standardized" if args.standardize else "neither centred nor scaled"
    several = "s" * (len(labels) > 1)
    return [
        f"the inputs of the file {done}",
        f"inputs: {listed(inputs)}",
        f"label{several}: {listed(labels)}",
        *(f"note: {as_options(note)}" for note in notes),
    ]


def listed(names: Sequence[str]) -> str:
    """Names on one line, long lists shortened."""
    parts = list(map(shown, names))
    if len(parts) <= SHOWN:
        return ", ".join(parts)
    return f"{', '.join(parts[:3])}, …, {parts[-1]} ({len(parts)} columns)"


def as_options(message: str) -> str:
    """A message about arguments of `Data.read`, as one about options."""
    for argument, option in _OPTIONS:
        message = re.sub(argument, option, message)
    return message


def chosen_digits(args: argparse.Namespace) -> tuple[int, ...] | None:
    """The two digits that the command line names, none of them for all ten, or None for a file."""
    name, *classes = args.source.split(":")
    if args.outputs != 1 and (name == "digits" or args.source.lower().endswith(".npz")):
        raise ValueError(
            "--outputs belongs to a .csv file or another table: other data say themselves what "
            "their labels are"
        )
    if name != "digits":
        return None
    defaults: dict[str, Any] = {"label": None, "drop": [], "arrays": None, "header": None}
    defaults |= {"classes": False, "drop_missing": False, "standardize": False}
    for option, default in defaults.items():
        if getattr(args, option) != default:
            raise ValueError(f"--{option.replace('_', '-')} belongs to a file, not to the digits")
    if classes and not (
        len(classes) == len(set(classes)) == 2 and set(classes) <= set("0123456789")
    ):
        raise ValueError(
            f"SOURCE = {args.source!r} must be digits, or digits:A:B with two different digits"
        )
    return tuple(map(int, classes))


def _digits(classes: tuple[int, ...], loss: str) -> tuple[Data, str]:
    """Digits, and what was done to them."""
    words = f"pixels / 16, centred, on their first {digits.DIRECTIONS} principal directions"
    return digits.digits(*classes, loss=loss), f"{words}; {labels_of(classes)}, centred"


def labels_of(classes: tuple[int, ...]) -> str:
    """The labels of digits in words."""
    if not classes:
        return "one label column a digit, 1 for its own samples"
    return f"labels -1 for {classes[0]} and +1 for {classes[1]}"
