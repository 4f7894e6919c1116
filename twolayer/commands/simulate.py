"""The command `simulate`: one run, step by step."""

import argparse
from pathlib import Path

from .. import boundaries, recursion, storage
from ..conventions import CONVENTION
from . import options, output


def add_options(parser: options.Parser) -> None:
    options.add_start(parser, options.number, *options.START)
    text = "number of steps" + options.DEFAULT
    parser.add_argument("--steps", type=options.steps, default=40, help=text)
    text = "also write the run: .npz, .csv, .png, .pdf or .svg"
    parser.add_argument("--save", metavar="FILE", type=Path, help=text)


def work(args: argparse.Namespace) -> None:
    kind = output.ending(args.save, (".npz", ".csv", ".png", ".pdf", ".svg"))
    start = options.start(args)
    run = recursion.simulate(args.eta, *start, args.steps)
    phase = boundaries.phase(args.eta, *start)
    print(CONVENTION)
    lines = list(zip(range(args.steps + 1), run.output, run.curvature, run.loss, strict=True))
    print(f"{'step':>6}{'output':>16}{'curvature':>16}{'loss':>16}")
    for line in lines:
        print("{:>6}{:>16.8g}{:>16.8g}{:>16.8g}".format(*line))
    linear = " (of very wide networks; the linearised model itself has no catapult)"
    print(f"phase: {phase.name}{linear if args.width == float('inf') else ''}")
    if kind is None:
        return
    if kind == ".npz":
        storage.save(args.save, run)
    elif kind == ".csv":
        output.write_csv(args.save, ("step", "output", "curvature", "loss"), lines)
    else:
        from .figures import draw_runs

        draw_runs(args.save, run, phases=[phase], eta=[args.eta])
    print(f"written: {args.save}")
