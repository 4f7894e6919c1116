"""The command line; imports what a command needs when it needs it."""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

EXAMPLES = """examples:
  twolayer                                     the main job: networks against theory, into twolayer-report/
  twolayer --output results --seed 7
  twolayer boundaries --curvature 2 --network-output 1 --width 100
  twolayer simulate --eta 1.5 --curvature 2 --network-output 1 --width 100 --steps 20
  twolayer diagram --eta 0.1:2.4:200 --curvature 2 --network-output 0.5 --width 1:1e6:61:log --save widths.png
  twolayer relu --output relu
  twolayer data digits:3:8                     two classes of scikit-learn's digits; digits for all ten
  twolayer data points.csv --outputs 2 --width 300 --output points
"""


SEED = "seed of the random networks (default: %(default)s)"


class _Parser(argparse.ArgumentParser):
    """Errors in one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number") from None


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number of at least 0")
    return number


def _steps(text: str) -> int:
    number = _whole(text)
    if number > 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} must be at most 1000000")
    return number


def _axis(text: str) -> Any:
    """A number, or LOW:HIGH:COUNT, or LOW:HIGH:COUNT:log for an axis."""
    import numpy as np

    first, *rest = text.split(":")
    try:
        if not rest:
            return float(first)
        high, count, *scale = rest
        if (
            scale not in ([], ["log"])
            or not 2 <= int(count) <= 10_000
            or not float(first) < float(high)
        ):
            raise ValueError
        axis = (np.geomspace if scale else np.linspace)(float(first), float(high), int(count))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be a number, LOW:HIGH:COUNT or LOW:HIGH:COUNT:log with LOW < HIGH and "
            "a COUNT from 2 to 10000"
        ) from None
    return axis


def _parser() -> argparse.ArgumentParser:
    from .. import __version__

    parser = _Parser(
        prog="twolayer",
        description="The large-learning-rate phase of the two-layer linear network. Without a "
        "command: train real networks, compute the theory, locate both boundaries, and write "
        "tables, figures and arrays into a folder.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="twolayer-report",
        help="where the main job writes (default: %(default)s)",
    )
    parser.add_argument("--seed", type=_whole, default=0, help=SEED)
    parser.add_argument("--version", action="version", version=f"twolayer {__version__}")
    parser.set_defaults(work=_main_job)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)
    for name, work, kind, text in (
        (
            "boundaries",
            _boundaries,
            _number,
            "η_crit, η_max and η_div of one start, in closed form and located on the recursion",
        ),
        ("simulate", _simulate, _number, "one run, step by step"),
        (
            "diagram",
            _diagram,
            _axis,
            "a phase diagram over two of the five arguments, given as LOW:HIGH:COUNT or "
            "LOW:HIGH:COUNT:log",
        ),
    ):
        command = commands.add_parser(name, help=text, description=f"{text}.", allow_abbrev=False)
        command.set_defaults(work=work)
        if work is not _boundaries:
            command.add_argument("--eta", type=kind, required=True, help="learning rate")
        command.add_argument(
            "--curvature", type=kind, required=True, help="λ₀, the curvature of the start"
        )
        command.add_argument(
            "--network-output",
            type=kind,
            default=0.0,
            help="f₀, the output of the start (default: %(default)s)",
        )
        command.add_argument(
            "--width",
            type=kind,
            default=float("inf"),
            help="number of hidden units (default: %(default)s)",
        )
        command.add_argument(
            "--target", type=kind, default=0.0, help="the label y (default: %(default)s)"
        )
        if work is _simulate:
            command.add_argument(
                "--steps", type=_steps, default=40, help="number of steps (default: %(default)s)"
            )
            command.add_argument(
                "--save",
                metavar="FILE",
                type=Path,
                help="also write the run: .npz, .csv, .png, .pdf or .svg",
            )
        if work is _diagram:
            command.add_argument(
                "--observe",
                action="store_true",
                help="also run the recursion in every cell and draw what it does",
            )
            command.add_argument(
                "--save",
                metavar="FILE",
                type=Path,
                default=Path("diagram.png"),
                help=".png, .pdf, .svg or .npz (default: %(default)s)",
            )
    text = "ReLU networks with one input, real gates against frozen ones, on the data of Zhu et al. (arXiv:2205.11787)"
    command = commands.add_parser("relu", help=text, description=f"{text}.", allow_abbrev=False)
    command.set_defaults(work=_relu)
    command.add_argument(
        "--output",
        dest="folder",
        metavar="FOLDER",
        default="twolayer-relu",
        help="where to write (default: %(default)s)",
    )
    command.add_argument(
        "--seed", dest="draw", type=_whole, default=972,
        help="seed of samples and network (default: %(default)s, whose 2/λ₁ and 2/λ₂ are the "
        "published ones)",
    )  # fmt: skip
    text = "networks on a data set, theory beside trained weights: tables and figures"
    command = commands.add_parser("data", help=text, description=f"{text}.", allow_abbrev=False)
    command.set_defaults(work=_data)
    command.add_argument(
        "source", metavar="SOURCE",
        help="FILE.npz with arrays X and Y, or FILE.csv, both taken as they are; or "
        "scikit-learn's digits, all ten, or digits:A:B, two of them: pixels / 16, pixels and "
        "labels centred",
    )  # fmt: skip
    command.add_argument(
        "--outputs",
        metavar="K",
        type=_whole,
        default=1,
        help="label columns at the end of a .csv (default: %(default)s)",
    )
    command.add_argument(
        "--width",
        metavar="N",
        type=_whole,
        default=1_000,
        help="hidden units of the trained network (default: %(default)s)",
    )
    command.add_argument(
        "--output",
        metavar="FOLDER",
        dest="folder",
        default="twolayer-data",
        help="where the files go (default: %(default)s)",
    )
    command.add_argument("--seed", dest="data_seed", type=_whole, default=0, help=SEED)
    command.add_argument(
        "--starts", metavar="M", type=_whole, default=0,
        help="also train M random networks at each of 26 rates: how likely they converge "
        "(default: none; FOLDER/starts keeps what is done, and the same call goes on from there)",
    )  # fmt: skip
    return parser


def _start(args: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    return args.curvature, args.network_output, args.width, args.target


def _writable(folder: Path) -> None:
    """Raise OSError unless a file can be made in a folder, without leaving one."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written", str(folder))


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    """A folder to write into, made if need be; if nothing is written, a new one is removed
    again."""
    folder = Path(name)
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _writable(folder)
    except OSError as error:
        raise ValueError(
            f"--output = {name!r} must be a folder that can be written: {error.strerror}"
        ) from None
    try:
        yield folder
    except BaseException:
        if new and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _main_job(args: argparse.Namespace) -> None:
    with _folder(args.output) as folder:
        from . import check

        check.run(folder, args.seed, print)


def _relu(args: argparse.Namespace) -> None:
    with _folder(args.folder) as folder:
        from . import relu

        relu.run(folder, args.draw, print)


def _data(args: argparse.Namespace) -> None:
    from ..samples import digits
    from . import data as command
    from . import data_runs

    data, words = digits.load(args.source, args.outputs)
    net = data_runs.random_network(data, args.width, args.data_seed)
    with _folder(args.folder) as folder:
        command.run(data, words, net, args.data_seed, args.starts, folder, print)


def _boundaries(args: argparse.Namespace) -> None:
    from .. import boundaries, locate, recursion
    from . import check

    curvature, output, width, target = start = _start(args)
    closed = {
        name: float(getattr(boundaries, name)(*start))
        for name in ("eta_crit", "eta_max", "eta_div")
    }
    for name, value in closed.items():
        print(f"{name:<9}{value:.12g}   closed form")
    if width == float("inf"):
        return
    if output == target:
        print(
            "nothing to locate on the recursion: this start has the output of its label and "
            "never moves"
        )
        return

    def iterated(eta: Any) -> Any:
        return recursion.outcome(eta, curvature, output, width, target, absorbing=True).phase

    low, high = (edge / curvature for edge in check.BRACKET)
    found = locate.locate_boundaries(iterated, low, high, samples=17 if target == 0 else 65)
    for name in ("eta_crit", "eta_max"):
        interval = getattr(found, name)
        remark = f"; {check.UNDECIDED}" if interval.high > interval.low * (1 + 1e-5) else ""
        if not interval.low * (1 - 1e-6) <= closed[name] <= interval.high * (1 + 1e-6):
            remark += "; not where the closed form is: a phase in a window narrower than the rates looked at"
        print(
            f"{name:<9}[{interval.low:.12g}, {interval.high:.12g}]   located on the "
            f"recursion{remark}"
        )


def _simulate(args: argparse.Namespace) -> None:
    from .. import boundaries, recursion

    kind = _ending(args.save, (".npz", ".csv", ".png", ".pdf", ".svg"))
    curvature, output, width, target = _start(args)
    run = recursion.simulate(args.eta, curvature, output, width, target, args.steps)
    phase = boundaries.phase(args.eta, curvature, output, width, target)
    lines = list(zip(range(args.steps + 1), run.output, run.curvature, run.loss, strict=True))
    print(f"{'step':>6}{'output':>16}{'curvature':>16}{'loss':>16}")
    for step, *numbers in lines:
        print(f"{step:>6}" + "".join(f"{number:>16.8g}" for number in numbers))
    linear = (
        " (of very wide networks; the linearised model itself has no catapult)"
        if width == float("inf")
        else ""
    )
    print(f"phase: {phase.name}{linear}")
    if kind is None:
        return
    from .. import results, storage
    from .output import drawing, write_csv

    if kind == ".npz":
        storage.save(args.save, run)
    elif kind == ".csv":
        write_csv(args.save, ("step", "output", "curvature", "loss"), lines)
    else:
        from ..plotting import core

        columns = results.Trajectory(
            *(rows[:, None] for rows in (run.output, run.curvature, run.loss))
        )
        with drawing(args.save, 2) as axes:
            for ax, quantity in zip(axes, ("loss", "curvature"), strict=True):
                core.plot_training(
                    columns, quantity=quantity, phases=[phase], eta=[args.eta], ax=ax
                )
    print(f"written: {args.save}")


def _diagram(args: argparse.Namespace) -> None:
    import numpy as np

    from .. import phases, storage
    from ..results import Phase
    from .output import drawing

    kind = _ending(args.save, (".npz", ".png", ".pdf", ".svg"))
    curvature, output, width, target = _start(args)
    if np.ndim(width):
        width = np.unique(np.round(width))
        if width.size < 2:
            raise ValueError("--width must hold at least two different whole numbers")
    diagram = phases.phase_diagram(
        eta=args.eta,
        curvature=curvature,
        output=output,
        width=width,
        target=target,
        observe=args.observe,
    )
    codes = diagram.phase.compressed()
    print(
        "cells: "
        + ", ".join(
            f"{phase.name} {np.sum(codes == phase)}" for phase in Phase if np.any(codes == phase)
        ),
        end="",
    )
    print(f", no network {diagram.phase.mask.sum()}" if diagram.phase.mask.any() else "")
    if diagram.observed is not None:
        seen = np.asarray(diagram.observed.phase)[~diagram.phase.mask]
        print(f"observed: {np.sum(seen == codes)} as the theory says, {np.sum(seen == Phase.UNDECIDED)} undecided after 10,000 steps, "
              f"{np.sum((seen != codes) & (seen != Phase.UNDECIDED))} otherwise")  # fmt: skip
    if kind == ".npz":
        storage.save(args.save, diagram)
    else:
        from ..plotting import core

        with drawing(args.save) as ax:
            core.plot_phase_diagram(diagram, ax=ax)
    print(f"written: {args.save}")


def _ending(path: Path | None, allowed: tuple[str, ...]) -> str | None:
    """The ending of a file to be written; checked, with its folder, before any work is done."""
    if path is None:
        return None
    if path.suffix not in allowed:
        raise ValueError(f"--save = {str(path)!r} must end in one of {', '.join(allowed)}")
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"--save = {str(path)!r} must be a file in a folder that exists")
    _writable(path.parent)
    return path.suffix


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for bad input, 130 for an interrupt."""
    parser = _parser()
    args = parser.parse_args(arguments)
    work: Callable[[argparse.Namespace], None] = args.work
    if work is not _main_job and (args.output, args.seed) != (
        parser.get_default("output"),
        parser.get_default("seed"),
    ):
        parser.error(
            "--output and --seed belong to the main job, which has no command; those of `data` "
            "come after it"
        )
    try:
        work(args)
        sys.stdout.flush()
    except ValueError as error:
        parser.error(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        parser.error(
            f"{error.filename or getattr(args, 'folder', args.output)}: {error.strerror or error}"
        )
    except MemoryError as error:
        parser.error(f"this takes more memory than there is: {error}")
    except concurrent.futures.BrokenExecutor:
        parser.error("a worker process was ended from outside")
    except KeyboardInterrupt:
        print("twolayer: interrupted", file=sys.stderr)
        return 130
    return 0
