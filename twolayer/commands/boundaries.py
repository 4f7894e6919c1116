"""The command `boundaries`: closed forms, and what runs of the recursion say."""

import argparse

from .. import boundaries
from . import located, options


def add_options(parser: options.Parser) -> None:
    options.add_start(parser, options.number, "curvature", "output", "width", "target")


def work(args: argparse.Namespace) -> None:
    curvature, output, width, target = start = options.start(args)
    closed = {
        name: getattr(boundaries, name)(*start) for name in ("eta_crit", "eta_max", "eta_div")
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
    both = located.sought(located.iterated(start), curvature, 1e-8, 17 if target == 0 else 65)
    for name, interval in vars(both).items():
        remark = f"; {located.UNDECIDED}" if interval.high > interval.low * (1 + 1e-5) else ""
        if not interval.low * (1 - 1e-6) <= closed[name] <= interval.high * (1 + 1e-6):
            remark += (
                "; not where the closed form is: a phase in a window narrower than the rates "
                "looked at"
            )
        print(
            f"{name:<9}[{interval.low:.12g}, {interval.high:.12g}]   located on the "
            f"recursion{remark}"
        )
