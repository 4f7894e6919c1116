"""The command line: run it, look at exit code, output and files."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import twolayer as tl
from twolayer.commands import check, cli

START = ("--curvature", "2", "--network-output", "1", "--width", "100")


def run(*arguments, cwd=None):
    """Exit code, standard output and standard error of `python -m twolayer ...` in a process of its
    own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "twolayer", *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def call(capsys, *arguments):
    """The same in this process, which is faster."""
    try:
        code = cli.main(arguments)
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    return code, said.out, said.err


def test_version_and_help():
    assert run("--version") == (0, f"twolayer {tl.__version__}\n", "")
    code, out, _ = run("--help")
    assert code == 0
    for word in ("boundaries", "simulate", "diagram", "data", "--output", "--seed", "examples:"):
        assert word in out


def test_boundaries_prints_closed_forms_and_located_intervals(capsys):
    code, out, err = call(capsys, "boundaries", *START)
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    closed = {name: float(value) for name, value, *rest in lines if rest == ["closed", "form"]}
    assert closed == {
        "eta_crit": pytest.approx(float(tl.eta_crit(2.0, 1.0, 100)), rel=1e-11),
        "eta_max": pytest.approx(2.0, rel=1e-11),
        "eta_div": pytest.approx(2.0, rel=1e-11),
    }
    for name in ("eta_crit", "eta_max"):
        (low, high), = [
            [float(end) for end in line.split("[")[1].split("]")[0].split(",")]
            for line in out.splitlines() if line.startswith(name) and "located" in line
        ]  # fmt: skip
        assert low * (1 - 1e-11) <= closed[name] <= high * (1 + 1e-11)
        assert high - low < 1e-7


def test_boundaries_at_infinite_width_are_closed_forms_only(capsys):
    code, out, _ = call(capsys, "boundaries", "--curvature", "4")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["eta_crit", "0.5"],
        ["eta_max", "1"],
        ["eta_div", "1"],
    ]


def test_boundaries_of_a_start_that_never_moves(capsys):
    code, out, err = call(capsys, "boundaries", "--curvature", "2", "--width", "10")
    assert (code, err) == (0, "")
    assert out.splitlines()[3].startswith("nothing to locate on the recursion")


def test_boundaries_with_a_label_say_what_the_runs_leave_open(capsys):
    code, out, _ = call(
        capsys,
        "boundaries",
        "--curvature",
        "2",
        "--network-output",
        "1",
        "--width",
        "1",
        "--target",
        "0.8",
    )
    assert code == 0
    assert out.splitlines()[-1].endswith("runs inside the interval are undecided")
    code, _, err = call(
        capsys,
        "boundaries",
        "--curvature",
        "4.4",
        "--network-output",
        "2",
        "--width",
        "1",
        "--target",
        "0.8",
    )
    assert code == 2
    assert "phases are out of order" in err


def test_simulate_prints_the_run_and_saves_it(capsys, tmp_path):
    expected = tl.simulate(1.5, 2.0, 1.0, 100, steps=5)
    for ending in ("csv", "npz", "png", "svg", "pdf"):
        file = tmp_path / f"run.{ending}"
        code, out, err = call(
            capsys, "simulate", "--eta", "1.5", *START, "--steps", "5", "--save", str(file)
        )
        assert (code, err) == (0, "")
        assert out.splitlines()[-2:] == ["phase: CATAPULT", f"written: {file}"]
        assert len(out.splitlines()) == 1 + 6 + 2
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


def test_diagram_draws_and_saves(capsys, tmp_path):
    axes = (
        "--eta",
        "0.1:2.4:12",
        "--curvature",
        "2",
        "--network-output",
        "0.5",
        "--width",
        "1:1e4:5:log",
        "--observe",
    )
    for ending in ("png", "npz"):
        code, out, err = call(capsys, "diagram", *axes, "--save", str(tmp_path / f"d.{ending}"))
        assert (code, err) == (0, "")
        assert out.splitlines()[0].startswith("cells: LAZY ")
        assert out.splitlines()[1].endswith(" 0 otherwise")
    diagram = tl.load(tmp_path / "d.npz")
    assert diagram.axes == ("eta", "width")
    assert diagram.phase.shape == (12, 5)
    np.testing.assert_array_equal(diagram.width, [1, 10, 100, 1000, 10000])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "argument COMMAND: invalid choice: 'nonsense'"),
        (["--seed", "-1"], "argument --seed: '-1' must be a whole number of at least 0"),
        (["--seed", "x"], "argument --seed: 'x' must be a whole number of at least 0"),
        (["boundaries"], "the following arguments are required: --curvature"),
        (["boundaries", "--curvature", "abc"], "argument --curvature: 'abc' must be a number"),
        (["boundaries", "--curvature", "-2"], "curvature = -2.0 must be positive and finite"),
        (
            ["boundaries", "--curvature", "2", "--network-output", "50", "--width", "4"],
            "output = 50.0 must be at most sqrt(width)",
        ),
        (
            ["boundaries", "--curvature", "2", "--width", "2.5"],
            "width = 2.5 must be a whole number of at least 1, or inf",
        ),
        (["boundaries", "--curvature", "nan"], "curvature = nan must be positive and finite"),
        (["simulate", "--eta", "0", *START], "eta = 0.0 must be positive and finite"),
        (
            ["simulate", "--eta", "1", *START, "--steps", "-3"],
            "argument --steps: '-3' must be a whole number of at least 0",
        ),
        (
            ["simulate", "--eta", "1", *START, "--save", "run.xyz"],
            "--save = 'run.xyz' must end in one of .npz, .csv, .png, .pdf, .svg",
        ),
        (
            ["simulate", "--eta", "1", *START, "--save", "no/run.csv"],
            "--save = 'no/run.csv' must be a file in a folder that exists",
        ),
        (
            ["diagram", "--eta", "1:2", "--curvature", "2"],
            "argument --eta: '1:2' must be a number, LOW:HIGH:COUNT or LOW:HIGH:COUNT:log",
        ),
        (
            ["diagram", "--eta", "1:2:1", "--curvature", "2"],
            "with LOW < HIGH and a COUNT from 2 to 10000",
        ),
        (["diagram", "--eta", "1:2:3000000000", "--curvature", "2"], "a COUNT from 2 to 10000"),
        (["diagram", "--eta", "2:1:5", "--curvature", "2"], "with LOW < HIGH"),
        (
            ["diagram", "--eta", "1:2:5", "--curvature", "2", "--width", "10:10.2:5"],
            "--width must hold at least two different",
        ),
        (
            ["simulate", "--eta", "1", *START, "--steps", "100000000000000"],
            "argument --steps: '100000000000000' must be at most 1000000",
        ),
        (
            ["--seed", "3", "boundaries", "--curvature", "2"],
            "--output and --seed belong to the main job",
        ),
        (["boundaries", "--curv", "2"], "the following arguments are required: --curvature"),
        (
            ["diagram", "--eta", "1:2:5", "--curvature", "2"],
            "exactly two arguments must be one-dimensional arrays",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(capsys, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_cannot_be_made_is_one_line(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        code, out, err = call(capsys, "--output", str(folder))
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert str(folder) in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def small(monkeypatch):
    """A main job of seconds."""
    monkeypatch.setattr(check, "WIDTHS", (1, 10))
    monkeypatch.setattr(check, "SEEDS", 2)


FILES = {
    "boundaries.csv", "boundaries.npz", "correction.csv", "final_curvature.csv", "final_curvature.png", "final_curvature_networks.npz",
    "final_curvature_theory.npz", "laws.csv", "laws.npz", "laws.png", "phase_diagram.png", "phase_diagram_label.npz",
    "phase_diagram_width.npz", "training.png", "training_networks.npz", "training_theory.npz", "triangle.npz", "triangle.png",
}  # fmt: skip


@pytest.mark.slow
def test_main_job(small, capsys, tmp_path):
    folder = tmp_path / "new" / "report"
    code, out, err = call(capsys, "--output", str(folder), "--seed", "3")
    assert code == 0
    assert "100%" in err
    assert {path.name for path in folder.iterdir()} == FILES
    assert str(folder) in out
    for word in ("eta_crit", "eta_max", "y = 0,", "y = 0.5,", "limit 2f₀²/λ₀²"):
        assert word in out
    rows = list(csv.DictReader((folder / "boundaries.csv").read_text().splitlines()))
    assert len(rows) == 2 * 2 * 2 * 2
    for row in rows:
        if row["target"] == "0.0":
            start = float(row["curvature"]), float(row["output"]), int(row["width"])
            exact = float(getattr(tl, row["boundary"])(*start))
            assert float(row["exact"]) == exact
            assert exact == np.inf or abs(float(row["network_low"]) / exact - 1) < 1e-6
            assert exact == np.inf or float(row["network_low"]) <= exact * (1 + 1e-12)
    assert tl.load(folder / "training_networks.npz").loss.shape == (41, 3)


@pytest.mark.slow
def test_an_interrupted_main_job_leaves_whole_files_or_none(tmp_path):
    folder = tmp_path / "report"
    process = subprocess.Popen(
        [sys.executable, "-m", "twolayer", "--output", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    for _ in range(300):
        time.sleep(0.1)
        if folder.exists():
            break
    time.sleep(2)
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
    assert call(capsys, "--output", str(tmp_path / "new")) == (130, "", "twolayer: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_rows_do_not_depend_on_what_else_is_computed():
    alone = check.located(10, 5, 1, 0.0)
    assert alone == check.located(10, 5, 1, 0.0)
    assert check.network(10, 5, 1).u.tobytes() != check.network(10, 5, 0).u.tobytes()


def test_a_start_whose_phases_are_not_nested_is_reported_not_hidden(monkeypatch):
    # f = 2, λ = 4.4: lazy again between 1 and 1.25
    u, v = (np.sqrt(8.4) + np.sqrt(0.4)) / 2, (np.sqrt(8.4) - np.sqrt(0.4)) / 2
    monkeypatch.setattr(check, "network", lambda *_: tl.Network([u], [v]))
    rows = check.located(1, 0, 0, 0.8)
    assert [row.boundary for row in rows] == ["eta_crit", "eta_max"]
    for row in rows:
        assert row.remark.startswith("phases are out of order: CATAPULT at eta = ")
        assert np.isnan(row.network_low)


def test_bad_folder_permissions_are_named(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    code, _, err = call(capsys, "--output", str(tmp_path))
    assert code == 2
    assert (
        err
        == f"twolayer: error: --output = {str(tmp_path)!r} must be a folder that can be written: cannot be written\n"
    )
    assert list(Path(tmp_path).iterdir()) == []
