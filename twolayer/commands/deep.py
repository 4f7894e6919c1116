"""The command `deep`: deep networks on real data, from λ₀ to the catapult, in tables and
figures."""

import argparse
from pathlib import Path

from tqdm import tqdm

from ..conventions import DEEP, convention
from ..deep.layers import ACTIVATIONS
from . import deep_figures, deep_jobs, deep_source, deep_tables, options, output
from .deep_jobs import Plan
from .deep_runs import Kind
from .deep_source import Sets


def add_options(parser: options.Parser) -> None:
    deep_source.add_options(parser)
    options.add_whole(parser, "--depth", "L", 3, "layers of weights" + options.DEFAULT)
    units = "hidden units of a layer of the widest networks; others have an eighth to a half"
    options.add_whole(parser, "--width", "N", 512, units + options.DEFAULT)
    parser.add_argument(
        "--activation",
        choices=list(ACTIVATIONS),
        default="relu",
        help="between the layers; upper ends are measured for all" + options.DEFAULT,
    )
    parser.add_argument(
        "--seeds",
        metavar="M",
        type=options.whole,
        help="random networks of each kind (default: 3, with --full 8)",
    )
    steps = "steps of a run; the accuracy at equal t·η takes more" + options.DEFAULT
    parser.add_argument("--steps", metavar="STEPS", type=options.steps, default=80, help=steps)
    full = "narrower intervals, more rates, widths and networks: some ten minutes on two cores"
    parser.add_argument("--full", action="store_true", help=full)
    options.add_folder(parser, "twolayer-deep")
    options.add_seed(parser, 0, text="seed of the random networks, and of the split of the samples")


def work(args: argparse.Namespace) -> None:
    sets = deep_source.load(args)
    kind = Kind(args.depth, args.activation, args.steps)
    plan = deep_jobs.plan(kind, sets, args.width, args.seed, args.seeds, args.full)
    with output.folder(args.folder) as folder:
        run(sets, plan, folder)


def run(sets: Sets, plan: Plan, folder: Path) -> None:
    """The whole command: all is computed, then all is written, into `folder`, which exists, and
    said."""
    with tqdm(unit="job", desc="twolayer deep") as bar:

        def progress(done: int, jobs: int) -> None:
            bar.total = jobs
            bar.update(done - bar.n)

        found = deep_jobs.compute(sets, plan, progress)
    lines = list(deep_tables.said(sets, plan, found))
    deep_figures.write(folder, found)
    few = sets.samples
    print(convention(few.loss, DEEP, samples=few.samples, outputs=few.outputs))
    print(*lines, sep="\n")
    output.say_files(folder, deep_figures.WRITTEN)
