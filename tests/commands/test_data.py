"""The command `data`: what it says, writes and draws."""

import csv
import itertools
import sys

import numpy as np
import pytest

from tests.commands import process
from twolayer import Data, GramNetwork, Network, Phase, load
from twolayer.commands import data as command
from twolayer.commands import data_figures, data_runs, options

FILES = {
    "alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png",
    "networks.csv", "restoration.csv", "restoration.png", "spectrum.csv", "training.csv",
    "training.npz", "training.png",
}  # fmt: skip


@pytest.fixture
def small(monkeypatch):
    """A command of a second."""
    monkeypatch.setattr(data_figures, "RATES", np.array([1.0, 2.5, 4.6]))
    monkeypatch.setattr(data_figures, "RESTORED", np.array([1.0, 3.0]))


def call(capsys, *arguments):
    """Exit code, standard output and standard error of `twolayer data ...`, in this process."""
    return process.call(capsys, "data", *arguments)


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.fixture
def files(samples, tmp_path):
    x, y = samples
    np.savez(tmp_path / "points.npz", X=x, Y=y)
    np.savetxt(
        tmp_path / "points.csv", np.hstack([x, y]), delimiter=",", header="a,b,c,p,q", comments=""
    )
    return tmp_path


def test_the_command_in_a_process_of_its_own(files):
    code, out, err = process.run(
        "data", "points.npz", "--width", "20", "--folder", "out", cwd=files
    )
    assert code == 0, err
    assert "100%" in err
    assert {path.name for path in (files / "out").iterdir()} == FILES
    for words in (
        "m = 30 samples, d = 3 inputs, k = 2 outputs, rank 3",
        "the numbers of the file as they are",
        "width 20",
        "2/λ₀",
        "4/λ₀",
    ):
        assert words in out


def test_a_table_says_what_the_arrays_say(small, files, samples, capsys):
    points, folder = str(files / "points.csv"), files / "out"
    arguments = (points, "--outputs", "2", "--seed", "3", "--folder", str(folder))
    code, out, _ = call(capsys, *arguments)
    assert code == 0
    assert {path.name for path in folder.iterdir()} == FILES
    data = Data(*samples)
    net = Network.random(1000, rng=[3, 0], data=data)
    assert f"λ₀ = {net.curvature:.6g}; 2/λ₀ = {2 / net.curvature:.6g}" in out
    theory = GramNetwork.from_weights(net.u, net.v)
    eigenvalues = [float(row["eigenvalue"]) for row in rows(folder / "spectrum.csv")]
    np.testing.assert_allclose(eigenvalues, theory.spectrum(data), rtol=1e-12)
    for row, phase in zip(
        rows(folder / "networks.csv"), ("LAZY", "CATAPULT", "DIVERGENT"), strict=True
    ):
        assert row["phase"] == row["phase_weights"] == phase
        assert abs(float(row["peak_difference"])) < 1e-9
        assert abs(float(row["curvature_difference"])) < 1e-9
    ends = rows(folder / "final_curvature.csv")
    assert [(int(row["width"]), float(row["share"])) for row in ends] == list(
        itertools.product(data_runs.WIDTHS, data_figures.RATES)
    )
    assert load(folder / "final_curvature.npz").phase.shape == (3, 4)
    run = theory.train(data.fitted, 3.0 / net.curvature, data_runs.FOLLOWED)
    np.testing.assert_allclose(load(folder / "training.npz").loss[:, 1], run.loss, rtol=1e-10)
    np.testing.assert_allclose(
        load(folder / "training.npz").curvature[:, 1], run.curvature, rtol=1e-10
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv"], "none.csv: No such file or directory"),
        (["none.txt"], "path = 'none.txt' must end in .npz or .csv"),
        (
            ["digits:3"],
            "SOURCE = 'digits:3' must be digits, or digits:A:B with two different digits",
        ),
        (["digits:3:3"], "SOURCE = 'digits:3:3' must be digits"),
        (["digits:3:x"], "SOURCE = 'digits:3:x' must be digits"),
        (["digits:1:2:3"], "SOURCE = 'digits:1:2:3' must be digits"),
        (["digits", "--outputs", "2"], "--outputs belongs to a .csv file"),
        (["points.npz", "--outputs", "2"], "--outputs belongs to a .csv file"),
        (["points.csv", "--outputs", "5"], "at least one column of inputs before 5 of labels"),
        (["points.npz", "--width", "0"], "--width = 0 must be from 1 to 100000"),
        (["points.npz", "--width", "100001"], "--width = 100001 must be from 1 to 100000"),
        (["points.npz", "--width", "x"], "argument --width: 'x' must be a whole number"),
        (
            ["points.npz", "--folder", "points.csv"],
            "--folder = 'points.csv' must be a folder that can be written",
        ),
        ([], "the following arguments are required: SOURCE"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(capsys, files, monkeypatch, arguments, message):
    monkeypatch.chdir(files)
    code, out, err = call(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert {path.name for path in files.iterdir()} == {"points.npz", "points.csv"}


def test_options_before_the_command_are_refused(capsys):
    for option, value in (("--seed", "3"), ("--folder", "here"), ("--output", "here")):
        code, _, err = process.call(capsys, option, value, "data", "points.npz")
        assert code == 2
        assert err.endswith("the options of a command come after it\n")


def test_an_interrupt_before_the_first_file_removes_the_new_folder(monkeypatch, capsys, files):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run", interrupted)
    assert call(capsys, str(files / "points.npz"), "--folder", str(files / "new")) == (
        130,
        "",
        "twolayer: interrupted\n",
    )
    assert not (files / "new").exists()


def test_without_scikit_learn_the_extra_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "digits") == (
        2,
        "",
        "twolayer: error: digits need scikit-learn: pip install 'twolayer[digits]'\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_table_of_training_says_what_the_courses_say(courses, tmp_path):
    _, _, pairs = courses
    data_figures.draw_training(tmp_path, pairs)
    table = rows(tmp_path / "training.csv")
    assert len(table) == 3 * (data_runs.FOLLOWED + 1)
    for row in (table[0], table[data_runs.FOLLOWED + 5]):
        theory, weights = pairs[0 if row["phase"] == "LAZY" else 1]
        step = int(row["step"])
        assert [float(row[key]) for key in ("loss", "eigenvalue2", "alignment")] == [
            theory.loss[step], theory.eigenvalues[step, 1], theory.alignment[step],
        ]  # fmt: skip
        assert float(row["eigenvalue3_weights"]) == weights.eigenvalues[step, 2]


def test_final_curvatures_are_honest(samples, tmp_path, monkeypatch):
    """Each is within its error of a run ten thousand times further, at most ten times what is
    missing; undecided are counted."""
    data, rates = Data(*samples), np.array([1.0, 2.4, 4.6])
    start, ends = data_runs.final_curvatures(data, 0, rates)
    assert (ends.phase[:2] <= Phase.CATAPULT).all()
    for k, width in enumerate(data_runs.WIDTHS):
        further = GramNetwork.random(width, 3, 2, rng=[0, 1, width]).outcome(
            data, rates[:2] / start[k], 20_000, 1e-8
        )
        missing, error = (
            np.abs(ends.curvature[:2, k] - further.curvature / start[k]),
            ends.curvature_error[:2, k],
        )
        assert (missing <= error + 1e-12).all()
        assert error[0] <= 10 * missing[0] + 1e-12
    assert (ends.phase[2, 1:] == Phase.DIVERGENT).all()
    monkeypatch.setattr(data_runs, "BUDGET", 20)
    _, _, *lines = data_figures.draw_final_curvature(tmp_path, data, 0, rates)
    table = rows(tmp_path / "final_curvature.csv")
    for line, width in zip(lines, data_runs.WIDTHS, strict=True):
        undecided = sum(row["phase"] == "UNDECIDED" for row in table if row["width"] == str(width))
        assert int(line.split()[5]) == undecided


def test_one_sample_one_unit_into_a_folder_under_its_former_name(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(data_figures, "RATES", np.array([1.0, 2.5, 4.6]))
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "one.npz", X=[[1.0]], Y=[[0.0]])
    code, out, err = call(capsys, "one.npz", "--width", "1", "--output", "out")
    assert code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert "rank 1" in out
    assert "are in out:" in out
    assert err.splitlines()[0] == "twolayer data: --output still works; --folder is its name now"


def test_odds_on_demand(small, files, capsys, monkeypatch):
    """With --starts: table, figure, arrays, and what is done kept for the next call."""
    monkeypatch.setattr(options, "WORKERS", 1)
    points, folder = str(files / "points.npz"), str(files / "odds")
    arguments = (points, "--width", "20", "--starts", "6", "--folder", folder)
    code, out, _ = call(capsys, *arguments)
    assert code == 0
    odds = load(files / "odds" / "odds.npz")
    assert odds.phase.shape == (6, 26)
    assert f"one half at ηλ₀ = {odds.half:.4g}" in out
    assert (files / "odds" / "odds.png").stat().st_size > 10_000
    (kept,) = (files / "odds" / "starts").iterdir()
    before = kept.stat().st_mtime_ns
    again = call(capsys, *arguments)[1]
    assert again == out
    assert kept.stat().st_mtime_ns == before
