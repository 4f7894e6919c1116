"""The command `boundaries`: closed forms, and what runs of the recursion say."""

import argparse
from collections.abc import Iterator
from typing import Any

from .. import _derived, arguments, boundaries, conventions
from ..conventions import Reduction
from . import located, options


def add_options(parser: options.Parser) -> None:
    options.add_start(parser, options.number, "curvature", "output", "width", "target")
    options.add_loss(parser)
    text = "α of the output f = α u·v, in place of --width: the width is 1/α² (default: 1/√width)"
    parser.add_argument("--scale", metavar="ALPHA", type=options.number, help=text)


def work(args: argparse.Namespace) -> None:
    net = conventions.of_curvature(*_start(args), args.loss)
    curvature, output, width, target = start = net.start
    closed = {
        name: getattr(boundaries, name)(*start) for name in ("eta_crit", "eta_max", "eta_div")
    }
    for line in _convention(args, net):
        print(line)
    for name, value in closed.items():
        print(f"{name:<9}{net.rates(value)[0]:.12g}   closed form")
    if width == float("inf"):
        return
    if output == target:
        print(
            "nothing to locate on the recursion: this start has the output of its label and "
            "never moves"
        )
        return
    samples, first = 17 if target == 0 else 65, min(closed.values())
    try:
        both = located.sought(located.iterated(start), curvature, 1e-8, samples, first)
    except ValueError as error:
        print(f"not located on the recursion: {error}")
        return
    for name, interval in vars(both).items():
        remark = f"; {located.UNDECIDED}" if interval.high > interval.low * (1 + 1e-5) else ""
        if not interval.low * (1 - 1e-6) <= closed[name] <= interval.high * (1 + 1e-6):
            remark += (
                "; not where the closed form is: a phase in a window narrower than the rates "
                "looked at"
            )
        low, high = (net.rates(end)[0] for end in (interval.low, interval.high))
        print(f"{name:<9}[{low:.12g}, {high:.12g}]   located on the recursion{remark}")


def _start(args: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    """Curvature, output, width and target, the width from the scale if there is one."""
    curvature, output, width, target = options.start(args)
    if args.scale is not None:
        if width != options.DEFAULTS["width"]:
            raise ValueError("--scale must be left out beside --width: the width is 1/scale²")
        width = _derived.effective_width(arguments.single("scale", args.scale))
    return curvature, output, width, target


def _convention(args: argparse.Namespace, net: Reduction) -> Iterator[str]:
    """The convention of what is printed."""
    output = conventions.LINEAR
    if args.scale is not None:
        output = f"f = α u·v with α = {args.scale:g}, without biases"
    yield conventions.convention(args.loss, output)
    if args.scale is not None:
        yield f"effective width: 1/α² = {net.width:.12g}"
    if net.weight != 1:
        yield (
            f"for the loss ½(f − y)² the curvature is {net.curvature:.12g}, and the rates are "
            f"{net.weight:g} times these"
        )
