"""The main job: train real networks, compute the theory, and lay both side by side in tables and
figures."""

import argparse
import itertools
from pathlib import Path

from ..conventions import CONVENTION
from . import located, options, output

OPTIONS = ("report", "report_seed")  # of the main job, which other commands do not have


def add_options(parser: options.Parser) -> None:
    options.add_folder(parser, "twolayer-report", OPTIONS[0])
    options.add_seed(parser, 0, OPTIONS[1])


def work(args: argparse.Namespace) -> None:
    with output.folder(args.report) as folder:
        run(folder, args.report_seed)


def run(folder: Path, seed: int) -> None:
    """The whole main job; figures and tables go to `folder`, which exists."""
    from tqdm import tqdm

    from .figures import FIGURES

    jobs = 2 * len(located.WIDTHS) * located.SEEDS
    with tqdm(total=jobs + len(FIGURES), unit="job", desc="twolayer") as bar:
        rows = located.locate_all(seed, bar.update)
        output.write_rows(folder / "boundaries.csv", rows)
        output.write_rows(folder / "boundaries.npz", rows)
        for draw in FIGURES:
            draw(folder, seed)
            bar.update()
    corrections = list(located.corrections(rows))
    output.write_rows(folder / "correction.csv", corrections)
    print(CONVENTION)
    tables = (located.boundary_table(rows, target) for target in (0.0, located.LABEL))
    for line in itertools.chain(*tables, located.correction_table(corrections)):
        print(line)
    output.say_files(folder, sorted(path.name for path in folder.iterdir()))
