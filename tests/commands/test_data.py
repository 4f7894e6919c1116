"""The command `data`: what it says, writes and draws."""

import csv
import itertools
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.commands import process
from tests.test_storage import equal
from twolayer import Data, GramNetwork, Network, Phase, load
from twolayer.commands import data as command
from twolayer.commands import data_figures, data_jobs, data_runs, options
from twolayer.conventions import CONVENTION, convention

FILES = {
    "alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png",
    "networks.csv", "restoration.csv", "restoration.png", "spectrum.csv", "training.csv",
    "training.npz", "training.png",
}  # fmt: skip


@pytest.fixture
def small(monkeypatch):
    """A command of a second, in this process."""
    monkeypatch.setattr(options, "WORKERS", 1)
    monkeypatch.setattr(data_jobs, "RATES", np.array([1.0, 2.5, 4.6]))
    monkeypatch.setattr(data_jobs, "RESTORED", np.array([1.0, 3.0]))


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
        "the inputs of the file neither centred nor scaled",
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
        itertools.product(data_runs.WIDTHS, data_jobs.RATES)
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
        (["none.txt"], "path = 'none.txt' must end in .npz, .csv, .tsv or .parquet"),
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


def test_final_curvatures_are_honest(samples):
    """Each is within its error of a run ten thousand times further, at most ten times what is
    missing; undecided are counted."""
    data, rates = Data(*samples), np.array([1.0, 2.4, 4.6])
    runs = [data_runs.final_curvatures(data, width, 0, rates) for width in data_runs.WIDTHS]
    for width, (start, ends, _) in zip(data_runs.WIDTHS, runs, strict=True):
        assert (ends.phase[:2] <= Phase.CATAPULT).all()
        further = GramNetwork.random(width, 3, 2, rng=[0, 1, width]).outcome(
            data, rates[:2] / start, 20_000, 1e-8
        )
        missing, error = (
            np.abs(ends.curvature[:2] - further.curvature / start),
            ends.curvature_error[:2],
        )
        assert (missing <= error + 1e-12).all()
        assert error[0] <= 10 * missing[0] + 1e-12
        assert ends.phase[2] == Phase.DIVERGENT or width == 10


def test_undecided_runs_are_counted_and_explained(small, files, capsys):
    """Direction by direction: what is slow is said, and what helps."""
    folder = files / "out"
    arguments = (str(files / "points.npz"), "--folder", str(folder), "--steps", "20")
    code, out, _ = call(capsys, *arguments, "--tolerance", "1e-6")
    assert code == 0
    table = rows(folder / "final_curvature.csv")
    for width in data_runs.WIDTHS:
        undecided = sum(row["phase"] == "UNDECIDED" for row in table if row["width"] == str(width))
        (line,) = (line for line in out.splitlines() if line.split()[:1] == [f"{width:,}"])
        assert int(line.split()[4]) == undecided > 0
    assert "a run ends when its loss above the floor is 1e-06 of its start" in out
    assert "undecided after 20 steps" in out
    slow = re.search(
        r"undecided and slow: \d+; of the slowest λ/θ = \S+ .*, about (\S+) steps", out
    )
    assert 20 < float(slow[1].replace(",", "")) < 1e6
    assert "more --steps than 20 help, or a larger --tolerance" in out
    assert "at ηλ₀ = 1 the run is slow: λ/θ = " in out
    row = rows(folder / "networks.csv")[0]
    assert (row["phase"], row["ending"]) == ("UNDECIDED", "falling")
    longer = (*arguments[:-1], str(round(1.1 * float(row["needed"]))), "--tolerance", "1e-6")
    assert call(capsys, *longer)[0] == 0
    assert rows(folder / "networks.csv")[0]["phase"] == "LAZY"


def test_one_that_oscillates_is_called_so_with_its_bounds(small, tmp_path, capsys):
    """One sample with a large label: above its η_max it circles."""
    np.savez(tmp_path / "one.npz", X=[[1.0]], Y=[[40.0]])
    arguments = (str(tmp_path / "one.npz"), "--width", "1000", "--folder", str(tmp_path / "out"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_jobs, "SHARES", (1.0, 1.7, 4.8))
        code, out, _ = call(capsys, *arguments)
    assert code == 0
    row = rows(tmp_path / "out" / "networks.csv")[1]
    assert (row["phase"], row["ending"]) == ("UNDECIDED", "oscillating")
    assert 0 < float(row["low"]) < float(row["high"])
    assert f"is between {float(row['low']):.4g} and {float(row['high']):.4g}" in out
    assert "η_max = 0.790569, above which training does not converge:" in out
    assert "the flattest minimum is unstable above it" in out
    assert "rough" not in out


def test_one_sample_one_unit_into_a_folder_under_its_former_name(
    small, monkeypatch, tmp_path, capsys
):
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "one.npz", X=[[1.0]], Y=[[0.0]])
    code, out, err = call(capsys, "one.npz", "--width", "1", "--output", "out")
    assert code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert "rank 1" in out
    assert "are in out:" in out
    assert err.splitlines()[0] == "twolayer data: --output still works; --folder is its name now"


def test_odds_on_demand(small, files, capsys):
    """With --starts: table, figure, arrays, and what is done kept for the next call."""
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


def test_another_loss_is_another_unit_of_all_that_is_said(small, files, capsys):
    """The sum over 30 samples and two outputs is 60 times half the mean over samples."""
    points, (ours, theirs) = str(files / "points.csv"), (files / "ours", files / "theirs")
    where = ("--outputs", "2", "--width", "30", "--folder")
    code, plain, _ = call(capsys, points, *where, str(ours))
    assert (code, plain.splitlines()[0]) == (0, CONVENTION)
    code, out, _ = call(capsys, points, *where, str(theirs), "--loss", "sum")
    assert (code, out.splitlines()[0]) == (0, convention("sum", samples=30, outputs=2))
    assert "loss sum, Σ|f − y|² over m samples and k outputs, here 60 times half-mean;" in out
    for file, inverse, direct in (
        ("networks.csv", ["eta"], ["curvature", "curvature_weights"]),
        ("spectrum.csv", ["rate"], ["eigenvalue"]),
        ("training.csv", ["eta"], ["loss", "loss_weights", "eigenvalue1", "eigenvalue1_weights"]),
    ):
        one, two = ([*rows(folder / file)] for folder in (ours, theirs))
        for name in inverse + direct:
            factor = 60.0 if name in direct else 1 / 60
            a, b = (np.array([float(row[name]) for row in part]) for part in (one, two))
            np.testing.assert_allclose(b, factor * a, rtol=1e-6, err_msg=name)


def test_no_picture_of_an_earlier_call_stays_and_what_is_wrong_is_said_first(small, files, capsys):
    points, folder = str(files / "points.npz"), files / "out"
    odds = (points, "--width", "20", "--starts", "6", "--folder", str(folder))
    assert call(capsys, *odds)[0] == 0
    assert {path.name for path in folder.iterdir()} == FILES | {"odds.npz", "odds.png", "starts"}
    assert call(capsys, points, "--width", "20", "--folder", str(folder))[0] == 0
    assert {path.name for path in folder.iterdir()} == FILES | {"starts"}
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    np.savez(files / "other.npz", X=np.eye(3), Y=np.eye(3)[:, :2])
    kept = repr(str(folder / "starts" / "starts_00000000_00000006.npz"))
    for arguments, message in (
        ((str(files / "other.npz"), *odds[1:]), f"folder: {kept} belongs to another job: data = "),
        ((*odds[:2], "1", *odds[3:]), "width = 1 must be at least 2, the rank of the best"),
    ):
        code, out, err = call(capsys, *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert message in err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("group", [False, True])
def test_an_interrupt_is_one_line_and_leaves_no_file(tmp_path, group):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "large.npz", X=rng.standard_normal((200, 300)), Y=np.ones(200))
    arguments = ["-W", "error", "-m", "twolayer", "data", "large.npz", "--folder", "new"]
    command = subprocess.Popen(
        [sys.executable, *arguments], cwd=tmp_path, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        while "job" not in command.stderr.read(1) + command.stderr.readline(60):
            assert command.poll() is None
        time.sleep(1)
        (os.killpg if group else os.kill)(command.pid, signal.SIGINT)
        out, err = command.communicate(timeout=30)
    finally:
        command.kill()
    assert (command.returncode, out) == (130, "")
    assert err.split("\r")[-1].splitlines()[-1] == "twolayer: interrupted"
    assert "Traceback" not in err
    assert {path.name for path in tmp_path.iterdir()} == {"large.npz"}


def test_bits_do_not_depend_on_the_number_of_workers(small, files, capsys):
    """One process of this one's threads, or two of one thread each."""
    points = str(files / "points.npz")
    for workers in 1, 2:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(options, "WORKERS", workers)
            folder = str(files / str(workers))
            assert (
                call(capsys, points, "--width", "30", "--starts", "3", "--folder", folder)[0] == 0
            )
    for name in FILES | {"odds.npz"}:
        one, two = ((files / folder / name).read_bytes() for folder in "12")
        assert one == two or name.endswith(".npz")
    for name in "training", "final_curvature", "odds":
        equal(*(load(files / folder / f"{name}.npz") for folder in "12"))


def test_fewer_inputs_than_they_seem(small, samples, files, capsys):
    """A data set with columns that say nothing new trains on the space that its inputs span, as the
    weights in the larger one do."""
    x, y = samples
    wide = np.hstack([x, x @ np.ones((3, 4)), np.zeros((30, 2))])
    np.savez(files / "wide.npz", X=wide, Y=y)
    folder = files / "out"
    code, out, _ = call(capsys, str(files / "wide.npz"), "--width", "40", "--folder", str(folder))
    assert code == 0
    assert "d = 9 inputs, k = 2 outputs, rank 3" in out
    data = Data(wide, y)
    net = Network.random(40, rng=[0, 0], data=data)
    run = net.train(3.0 / net.curvature, data_runs.FOLLOWED)
    np.testing.assert_allclose(
        load(folder / "training.npz").loss[:, 1] + data.floor, run.loss, rtol=1e-9
    )
    assert f"λ₀ = {net.curvature:.6g};" in out
