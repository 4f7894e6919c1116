"""What commands take: kinds of values, shared options, and options under their former names."""

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from .. import losses

WORKERS = 2  # processes of a command
START = {
    "eta": "learning rate",
    "curvature": "λ₀, the curvature of the start",
    "output": "f₀, the output of the start",
    "width": "number of hidden units, or the effective width 1/α² of f = α u·v",
    "target": "the label y",
}
SEED = "seed of the random networks"
DEFAULT = " (default: %(default)s)"
DEFAULTS = {"output": 0.0, "width": np.inf, "target": 0.0}  # of a start


class Parser(argparse.ArgumentParser):
    """Errors in one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def joined(arguments: Sequence[str]) -> list[str]:
    """`--target -1:1:20` as `--target=-1:1:20`: argparse takes it for an option otherwise."""
    parts: list[str] = []
    for text in arguments:
        number = re.match(r"-(\.?\d|inf|nan)", text)
        if number and parts and re.fullmatch(r"--[a-z-]+", parts[-1]):
            parts[-1] += f"={text}"
        else:
            parts.append(text)
    return parts


def named(message: str) -> str:
    """A message about an argument of the package, as one about the option that gave it."""
    return re.sub(rf"^(?=({'|'.join([*START, 'scale'])})(\[\d+\])? = )", "--", message)


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number") from None


def whole(text: str) -> int:
    try:
        value = int(text) if text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        value = -1
    if not 0 <= value < np.inf or value != int(value):
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number of at least 0")
    return int(value)


def steps(text: str) -> int:
    value = whole(text)
    if value > 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} must be at most 1000000")
    return value


def share(text: str) -> float:
    value = number(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be between 0 and 1")
    return value


def axis(text: str) -> Any:
    """A number, or LOW:HIGH:COUNT, or LOW:HIGH:COUNT:log for an axis."""
    first, *rest = text.split(":")
    try:
        if not rest:
            return float(first)
        last, number, *scale = rest
        low, high, count = float(first), float(last), int(number)
        if scale not in ([], ["log"]) or not 2 <= count <= 10_000 or not low < high:
            raise ValueError
        return (np.geomspace if scale else np.linspace)(low, high, count)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be a number, LOW:HIGH:COUNT or LOW:HIGH:COUNT:log with LOW < HIGH and "
            "a COUNT from 2 to 10000"
        ) from None


class _Former(argparse.Action):
    """An option under its former name: taken, and noted."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        setattr(namespace, self.dest, values)
        namespace.note = f"{parser.prog}: {option_string} still works; {self.const} is its name now"


def add_renamed(parser: Parser, name: str, former: str, **how: Any) -> None:
    """An option, and, hidden from the help, the same under its former name; not both at once."""
    group = parser.add_mutually_exclusive_group()
    how["dest"] = group.add_argument(name, **how).dest
    hidden = {"help": argparse.SUPPRESS, "default": argparse.SUPPRESS}
    group.add_argument(former, action=_Former, const=name, **how | hidden)


def add_folder(parser: Parser, default: str, dest: str = "folder") -> None:
    """`--folder`, where a command writes."""
    add_renamed(
        parser,
        "--folder",
        "--output",
        metavar="FOLDER",
        dest=dest,
        default=default,
        help="where the files go" + DEFAULT,
    )


def add_seed(parser: Parser, default: int, dest: str = "seed", text: str = SEED) -> None:
    """`--seed`, of what is drawn at random."""
    parser.add_argument(
        "--seed", type=whole, metavar="SEED", dest=dest, default=default, help=text + DEFAULT
    )


def add_whole(parser: Parser, name: str, unit: str, default: int, text: str) -> None:
    """A whole number."""
    parser.add_argument(name, metavar=unit, type=whole, default=default, help=text)


def add_start(parser: Parser, kind: Callable[[str], Any], *names: str) -> None:
    """Arguments of a run."""
    for name in names:
        how: dict[str, Any] = {"type": kind, "help": START[name]}
        if name in DEFAULTS:
            how |= {"default": DEFAULTS[name], "help": START[name] + DEFAULT}
        if name == "output":
            add_renamed(parser, "--output", "--network-output", **how)
        else:
            parser.add_argument(f"--{name}", required=name not in DEFAULTS, **how)


def add_loss(parser: Parser) -> None:
    """`--loss`, in whose unit rates and curvatures are."""
    names = ", ".join(f"{name} {formula}" for name, formula in losses.NAMED.items())
    text = f"the loss, Σ over m samples and k outputs: {names}{DEFAULT}"
    parser.add_argument(
        "--loss", metavar="NAME", choices=list(losses.NAMED), default=losses.DEFAULT, help=text
    )


def start(args: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    """Curvature, output, width and target."""
    return args.curvature, args.output, args.width, args.target
