"""The command `diagram`: a phase diagram over two of the five arguments."""

import argparse
from pathlib import Path

import numpy as np

from .. import phases, storage
from ..conventions import CONVENTION
from ..results import Phase, PhaseDiagram
from . import options, output


def add_options(parser: options.Parser) -> None:
    options.add_start(parser, options.axis, *options.START)
    text = "also run the recursion in every cell and draw what it does"
    parser.add_argument("--observe", action="store_true", help=text)
    text, default = ".png, .pdf, .svg or .npz" + options.DEFAULT, Path("diagram.png")
    parser.add_argument("--save", metavar="FILE", type=Path, default=default, help=text)


def work(args: argparse.Namespace) -> None:
    kind = output.ending(args.save, (".npz", ".png", ".pdf", ".svg"))
    given = {name: getattr(args, name) for name in options.START}
    axes = [f"--{name}" for name, value in given.items() if np.ndim(value)]
    if len(axes) != 2:
        raise ValueError(
            f"two of {', '.join(f'--{name}' for name in given)} must be axes LOW:HIGH:COUNT, not "
            f"{len(axes)}{': ' * bool(axes)}{', '.join(axes)}"
        )
    if args.observe and not np.isfinite(args.width).all():
        raise ValueError("--width must be finite with --observe: runs are those of a network")
    diagram = phases.phase_diagram(**given, observe=args.observe)
    print(CONVENTION)
    _count(diagram)
    if kind == ".npz":
        storage.save(args.save, diagram)
    else:
        from ..plotting import plot_phase_diagram

        with output.drawing(args.save) as ax:
            plot_phase_diagram(diagram, ax=ax)
    print(f"written: {args.save}")


def _count(diagram: PhaseDiagram) -> None:
    """Say how many cells are in each phase."""
    codes, absent = diagram.phase.compressed(), int(np.sum(diagram.phase.mask))
    counts = [(phase.name, np.sum(codes == phase)) for phase in Phase] + [("no network", absent)]
    print("cells: " + ", ".join(f"{name} {count}" for name, count in counts if count))
    if diagram.observed is not None:
        observed = diagram.observed.phase[~diagram.phase.mask]
        undecided, agreed = observed == Phase.UNDECIDED, observed == codes
        print(
            f"observed: {np.sum(agreed)} as the theory says, {np.sum(undecided)} undecided after "
            f"10,000 steps, {np.sum(~agreed & ~undecided)} otherwise"
        )
