"""The command `data`: networks on a real data set, theory beside trained weights, in tables and
figures."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ..conventions import convention
from ..data_results import ConvergenceOdds
from ..network import Network
from ..samples import odds
from ..samples.data import Data
from . import data_figures, data_jobs, data_runs, data_source, data_tables, options, output
from .data_jobs import Found, Plan
from .data_runs import BUDGET, TOLERANCE

ODDS = np.linspace(1.0, 6.0, 26)  # ηλ₀ of the odds of converging
WRITTEN = (
    *("alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png"),
    *("networks.csv", "restoration.csv", "restoration.png", "spectrum.csv", "training.csv"),
    *("training.npz", "training.png"),
)
WRITTEN_ODDS = "odds.npz", "odds.png"


def add_options(parser: options.Parser) -> None:
    data_source.add_options(parser)
    units = "hidden units of the trained network" + options.DEFAULT
    options.add_whole(parser, "--width", "N", 1_000, units)
    options.add_folder(parser, "twolayer-data")
    options.add_seed(parser, 0)
    steps = (
        f"steps after which a run is undecided (default: {BUDGET}, on large data fewer, but at "
        f"least {data_jobs.LEAST})"
    )
    parser.add_argument("--steps", metavar="STEPS", type=options.steps, help=steps)
    share = "share of its loss above the floor at which a run has converged" + options.DEFAULT
    parser.add_argument(
        "--tolerance", metavar="SHARE", type=options.share, default=TOLERANCE, help=share
    )
    starts = (
        "also train M random networks at each of 26 rates: how likely they converge (default: "
        "none; FOLDER/starts keeps what is done, and the same call goes on from there)"
    )
    options.add_whole(parser, "--starts", "M", 0, starts)


def work(args: argparse.Namespace) -> None:
    data, words = data_source.load(args)
    net = data_runs.random_network(data, args.width, args.seed)
    with output.folder(args.folder) as folder:
        run(data, words, net, args, folder)


def run(data: Data, words: str, net: Network, args: argparse.Namespace, folder: Path) -> None:
    """The whole command: all is computed, then all is written, into `folder`, which exists, and
    said."""
    plan = data_jobs.plan(data, args.seed, args.steps, args.tolerance)
    asked: dict[str, Any] = {
        "data": data,
        "width": net.width,
        "sharpness": ODDS,
        "starts": args.starts,
        "seed": args.seed,
        "max_steps": plan.limits.steps,
        "tolerance": plan.limits.tolerance,
        "folder": folder / "starts",
    }
    if args.starts:
        odds.check(**asked)
    small, few = in_its_space(data, net)
    with tqdm(unit="job", desc="twolayer data") as bar:

        def progress(done: int, jobs: int) -> None:
            bar.total = jobs
            bar.update(done - bar.n)

        found = data_jobs.compute(small, data.inputs, words, few, plan, progress)
    likely = None
    if args.starts:
        likely = odds.convergence_odds(**asked, workers=options.WORKERS, progress=True)
    lines = [*found.about, *said(plan, found)]
    write(folder, plan, found, likely)
    sentence = convention(data.loss, samples=data.samples, outputs=data.outputs)
    print(sentence, *lines, sep="\n")
    if likely is not None:
        print(*data_tables.odds_table(likely, args.starts, net.width), sep="\n")
    output.say_files(folder, WRITTEN + (WRITTEN_ODDS if args.starts else ()))


def in_its_space(data: Data, net: Network) -> tuple[Data, Network]:
    """Data and network on the space that the inputs span, where that is smaller: the same training,
    see `Data.reduced`."""
    if len(data.spectrum) == data.inputs:
        return data, net
    return data.reduced, Network(net.u @ data.directions, net.v, data.reduced)


def said(plan: Plan, found: Found) -> Iterator[str]:
    """What runs did."""
    yield from data_tables.comparison(found.rows)
    yield from data_tables.ends_table(
        plan.rates, found.start, found.ends, found.stands, plan.limits
    )
    yield from data_tables.restored(found.restored)


def write(folder: Path, plan: Plan, found: Found, likely: ConvergenceOdds | None) -> None:
    """All files; those of an earlier call that this one does not write are removed."""
    for name in WRITTEN + WRITTEN_ODDS:
        (folder / name).unlink(missing_ok=True)
    data_figures.write_spectrum(folder, found.spectrum)
    output.write_rows(folder / "networks.csv", found.rows)
    data_figures.draw_training(folder, found.courses)
    data_figures.draw_final_curvature(folder, plan.rates, found.start, found.ends)
    data_figures.draw_restoration(folder, found.relinearised, found.restored)
    if likely is not None:
        data_figures.draw_odds(folder, likely)
