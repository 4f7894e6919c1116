"""The main job: train real networks, compute the theory, and lay both side by side in tables and
figures."""

from __future__ import annotations

import argparse
from pathlib import Path

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
        table = (vars(row).values() for row in rows)
        output.write_columns(folder / "boundaries.npz", vars(rows[0]), table)
        for draw in FIGURES:
            draw(folder, seed)
            bar.update()
    for target in (0.0, located.LABEL):
        print(
            f"\nBoundaries at label y = {target:g}, random networks of {located.SEEDS} seeds "
            "trained on their weights:"
        )
        part = [row for row in rows if row.target == target]
        for line in located.boundary_table(part):
            print(line)
        for row in part:
            if row.remark:
                print(f"   n = {row.width}, seed {row.seed}, {row.boundary}: {row.remark}")
    print("\nThe finite-width correction of η_crit (y = 0) tends to its limit:")
    for line in located.correction_table(rows):
        print(line)
    measured = (
        (row.width, row.seed, *located.correction(row))
        for row in rows
        if row.target == 0 and row.boundary == "eta_crit"
    )
    output.write_csv(folder / "correction.csv", ("width", "seed", "measured", "limit"), measured)
    output.say_files(folder, sorted(path.name for path in folder.iterdir()))
