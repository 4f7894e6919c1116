"""The command `simulate`."""

import csv

import numpy as np

import twolayer as tl
from tests.commands.process import call
from twolayer.conventions import CONVENTION

START = ("--curvature", "2", "--output", "1", "--width", "100")


def test_simulate_prints_the_run_and_saves_it(capsys, tmp_path):
    expected = tl.simulate(1.5, 2.0, 1.0, 100, steps=5)
    for ending in ("csv", "npz", "png", "svg", "pdf"):
        file = tmp_path / f"run.{ending}"
        code, out, err = call(
            capsys, "simulate", "--eta", "1.5", *START, "--steps", "5", "--save", str(file)
        )
        assert (code, err) == (0, "")
        assert out.splitlines()[-2:] == ["phase: CATAPULT", f"written: {file}"]
        assert len(out.splitlines()) == 2 + 6 + 2
        assert out.splitlines()[0] == CONVENTION
        assert file.stat().st_size > 100
    loaded = tl.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(loaded.loss, expected.loss)
    header, *rows = csv.reader((tmp_path / "run.csv").read_text().splitlines())
    assert header == ["step", "output", "curvature", "loss"]
    np.testing.assert_array_equal(np.array(rows, float)[:, 2], expected.curvature)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "run.csv",
        "run.npz",
        "run.pdf",
        "run.png",
        "run.svg",
    ]


def test_simulate_of_a_diverging_run_prints_inf(capsys):
    code, out, err = call(capsys, "simulate", "--eta", "2.5", *START)
    assert (code, err) == (0, "")
    assert "inf" in out
    assert out.endswith("phase: DIVERGENT\n")
