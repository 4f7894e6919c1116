"""The main job: run once, small; what it prints and writes."""

import csv
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

import twolayer as tl
from tests.commands.process import call
from twolayer.commands import check
from twolayer.conventions import CONVENTION

FILES = {
    "boundaries.csv", "boundaries.npz", "correction.csv", "final_curvature.csv",
    "final_curvature.png", "final_curvature_networks.npz", "final_curvature_theory.npz",
    "laws.csv", "laws.npz", "laws.png", "phase_diagram.png", "phase_diagram_label.npz",
    "phase_diagram_width.npz", "training.png", "training_networks.npz", "training_theory.npz",
    "triangle.npz", "triangle.png",
}  # fmt: skip


def test_main_job(report):
    assert report.code == 0
    assert report.out.splitlines()[0] == CONVENTION
    assert "100%" in report.err
    assert {path.name for path in report.folder.iterdir()} == FILES
    assert str(report.folder) in report.out
    for word in ("eta_crit", "eta_max", "y = 0,", "y = 0.5,", "limit 2f₀²/λ₀²"):
        assert word in report.out
    rows = list(csv.DictReader((report.folder / "boundaries.csv").read_text().splitlines()))
    assert len(rows) == 2 * 2 * 2 * 2
    for row in rows:
        if row["target"] == "0.0":
            start = float(row["curvature"]), float(row["output"]), int(row["width"])
            exact = float(getattr(tl, row["boundary"])(*start))
            assert float(row["exact"]) == exact
            assert exact == np.inf or abs(float(row["network_low"]) / exact - 1) < 1e-6
            assert exact == np.inf or float(row["network_low"]) <= exact * (1 + 1e-12)
    assert tl.load(report.folder / "training_networks.npz").loss.shape == (41, 3)
    with np.load(report.folder / "boundaries.npz") as arrays:
        for name in rows[0]:
            assert list(map(str, arrays[name].tolist())) == [row[name] for row in rows]


@pytest.mark.slow
def test_an_interrupted_main_job_leaves_whole_files_or_none(tmp_path):
    folder = tmp_path / "report"
    process = subprocess.Popen(
        [sys.executable, "-m", "twolayer", "--folder", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    shown = ""
    while not re.search(r"\| [1-9]\d*/", shown):  # until a worker has done its first job
        shown += process.stderr.read(1)
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.rstrip().splitlines()[-1] == "twolayer: interrupted"
    assert "Traceback" not in err
    assert not folder.exists() or {path.name for path in folder.iterdir()} <= FILES
    assert out == ""


def test_an_interrupt_before_the_first_file_removes_the_new_folder(monkeypatch, capsys, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", interrupted)
    assert call(capsys, "--folder", str(tmp_path / "new")) == (130, "", "twolayer: interrupted\n")
    assert list(tmp_path.iterdir()) == []
