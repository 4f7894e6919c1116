"""The command `data`: networks on a real data set, theory beside trained weights, in tables and
figures."""

import argparse
from pathlib import Path

from tqdm import tqdm

from ..network import Network
from ..samples import digits
from ..samples.data import Data
from ..samples.gram import GramNetwork
from . import data_figures, data_runs, data_tables, options, output

WRITTEN = (
    *("alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png"),
    *("networks.csv", "restoration.csv", "restoration.png", "spectrum.csv", "training.csv"),
    *("training.npz", "training.png", "odds.npz", "odds.png"),
)


def add_options(parser: options.Parser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="FILE.npz with arrays X and Y, or FILE.csv, both taken as they are; or "
        "scikit-learn's digits, all ten, or digits:A:B, two of them: pixels / 16, pixels and "
        "labels centred",
    )
    labels = "label columns at the end of a .csv" + options.DEFAULT
    options.add_whole(parser, "--outputs", "K", 1, labels)
    units = "hidden units of the trained network" + options.DEFAULT
    options.add_whole(parser, "--width", "N", 1_000, units)
    options.add_folder(parser, "twolayer-data")
    options.add_seed(parser, 0)
    starts = (
        "also train M random networks at each of 26 rates: how likely they converge (default: "
        "none; FOLDER/starts keeps what is done, and the same call goes on from there)"
    )
    options.add_whole(parser, "--starts", "M", 0, starts)


def work(args: argparse.Namespace) -> None:
    data, words = digits.load(args.source, args.outputs)
    net = data_runs.random_network(data, args.width, args.seed)
    with output.folder(args.folder) as folder:
        run(data, words, net, args.seed, args.starts, folder)


def run(data: Data, words: str, net: Network, seed: int, starts: int, folder: Path) -> None:
    """The whole command; figures and tables go to `folder`, which exists."""
    theory = GramNetwork.from_weights(net.u, net.v)
    sparse = max(1, (len(data.spectrum) + data.outputs) // 75)  # a step costs the cube of this
    data_figures.write_spectrum(folder, data_tables.reached(theory.spectrum(data)))
    parts = (
        data_tables.describe(data, words, net, theory),
        data_figures.compare_networks(folder, data, net),
        data_figures.draw_final_curvature(folder, data, seed, data_figures.RATES[::sparse]),
        data_figures.draw_restoration(folder, theory, data, data_figures.RESTORED[::sparse]),
    )
    lines = [line for part in tqdm(parts, unit="part", desc="twolayer data") for line in part]
    print(*lines, sep="\n")
    if starts:
        for line in data_figures.draw_odds(folder, data, net.width, seed, starts):
            print(line)
    output.say_files(folder, WRITTEN if starts else WRITTEN[:-2])
