"""The command `deep`: what it says, writes and draws."""

import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import twolayer as tl
from tests.commands import process
from twolayer.commands import deep as command
from twolayer.commands import deep_figures, deep_jobs, deep_runs, options
from twolayer.commands.deep_jobs import Kind

FILES = {
    f"{name}.{ending}"
    for name in ("training", "curvature", "upper_ends", "scales", "accuracy")
    for ending in ("csv", "npz", "png")
}
SMALL = "--width", "16", "--seeds", "2", "--steps", "12"


@pytest.fixture
def small(monkeypatch):
    """A command of a second or two, in this process."""
    monkeypatch.setattr(options, "WORKERS", 1)
    monkeypatch.setattr(deep_runs, "SCAN", np.array([2.0, 4.0, 8.0, 16.0]))
    monkeypatch.setattr(deep_jobs, "LOW", (1.0, 1.8, 2.5))
    monkeypatch.setattr(deep_jobs, "LOW_TESTED", (1.0, 2.5))
    monkeypatch.setattr(deep_jobs, "FAR", (4.0,))
    monkeypatch.setattr(deep_jobs, "NEAR", (3.0,))


@pytest.fixture
def points(tmp_path, monkeypatch):
    draw = np.random.default_rng(3)
    x = draw.standard_normal((40, 3))
    np.savez(tmp_path / "points.npz", X=x, Y=np.sin(x @ [1.0, 0.5, -1.0]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(capsys, *arguments):
    return process.call(capsys, "deep", *arguments)


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def numbers(path, *names):
    return np.array([[float(row[name]) for name in names] for row in rows(path)])


def test_the_command_in_a_process_of_its_own(points):
    """Two workers, warnings are errors."""
    code, out, err = process.run("deep", "points.npz", *SMALL, "--folder", "out", cwd=points)
    assert code == 0, err
    assert "100%" in err
    assert {path.name for path in (points / "out").iterdir()} == FILES
    for words in (
        "28 samples, 3 inputs, 1 output",
        "networks of 3 layers, relu between them, weights N(0, 2) at the start",
        "Where the catapult begins, in ηλ₀ (2/λ₀ is 2), over 2 networks of each width",
        "The upper end, in ηλ₀, over 2 networks of each width: all train up to, each has failed by",
        "Test loss, 28 samples to train on, 12 to test, 2 networks",
        "the paper's networks did best above 2/λ₀",
    ):
        assert words in out


def test_tables_are_what_networks_do(small, points, capsys):
    """Drawn anew here, trained here."""
    code, out, _ = call(capsys, "points.npz", *SMALL, "--folder", "out", "--loss", "mse")
    assert code == 0
    assert out.splitlines()[0].startswith("Convention: output of layers W h/√(fan-in) without")
    folder = points / "out"
    order = np.random.default_rng([0, 0]).permutation(40)[:28]
    data = np.load("points.npz")
    samples = tl.Samples(data["X"][order], data["Y"][order], "mse")
    net = tl.DeepNetwork.random([3, 16, 16, 1], (), 2**0.5, np.random.default_rng([0, 1]))
    shares = numbers(folder / "training.csv", "share")[::13, 0]
    assert shares[:2].tolist() == [1.0, 3.0]
    run = net.train(samples, shares / net.curvature(samples), 12)
    for name in ("loss", "curvature"):
        found = numbers(folder / "training.csv", name).reshape(3, 13)
        np.testing.assert_allclose(found.T, getattr(run, name), rtol=1e-6)
        np.testing.assert_array_equal(np.load(folder / "training.npz")[name], found)
    net = tl.DeepNetwork.random([3, 8, 8, 1], (), 2**0.5, np.random.default_rng([0, 2, 8, 1]))
    start = net.curvature(samples)
    known = [
        row
        for row in rows(folder / "curvature.csv")
        if (row["width"], row["network"]) == ("8", "1")
    ]
    assert [float(row["share"]) for row in known] == [1.0, 1.8, 2.5, 4.0]
    assert float(known[0]["start"]) == pytest.approx(start)
    run = net.train(samples, np.array([1.0, 1.8]) / start, 12)
    found = [[float(row[f"{when}_over_start"]) for row in known[:2]] for when in ("early", "final")]
    np.testing.assert_allclose(found, run.curvature[[10, 12]] / start, rtol=1e-9)
    ends = rows(folder / "upper_ends.csv")
    assert len(ends) == 3 * 3 * 2
    assert {row["activation"] for row in ends} == {"linear", "tanh", "relu"}
    assert {int(row["width"]) for row in ends} == {2, 4, 8}
    assert len(rows(folder / "scales.csv")) == 3 * 4
    tested = numbers(folder / "accuracy.csv", "share", "network", "loss_at_steps")
    assert tested[:, :2].tolist() == [[s, i] for s in (1.0, 2.5, 4.0) for i in (0, 1)]
    net = tl.DeepNetwork.random([3, 4, 4, 1], (), 2**0.5, np.random.default_rng([0, 5, 0]))
    end = net.train(samples, 1 / net.curvature(samples), 12).network
    rest = np.random.default_rng([0, 0]).permutation(40)[28:]
    assert tested[0, 2] == pytest.approx(
        end.loss(tl.Samples(data["X"][rest], data["Y"][rest], "mse"))
    )


def test_bits_do_not_depend_on_the_number_of_workers(small, points, capsys):
    """Workers are new processes, in which the scan is as long as ever."""
    for workers in 1, 2:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(options, "WORKERS", workers)
            patch.setattr(deep_runs, "SCAN", 2 * 2 ** (np.arange(9) / 2))
            assert call(capsys, "points.npz", *SMALL, "--folder", str(workers))[0] == 0
    for name in FILES:
        one, two = ((points / folder / name).read_bytes() for folder in "12")
        assert one == two or name.endswith(".npz"), name
    for name in FILES:
        if name.endswith(".npz"):
            one, two = (np.load(points / folder / name) for folder in "12")
            assert one.files == two.files
            for array in one.files:
                np.testing.assert_array_equal(one[array], two[array])


@pytest.mark.parametrize(("activation", "depth"), [("tanh", "2"), ("linear", "4")])
def test_other_networks(small, points, capsys, activation, depth):
    more = ("--activation", activation, "--depth", depth, "--folder", "out", "--seed", "1")
    code, out, _ = call(capsys, "points.npz", *SMALL, *more)
    assert code == 0
    assert f"networks of {depth} layers, {activation} between them, weights N(0, 1)" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv"], "none.csv: No such file or directory"),
        (["digits:3:3"], "SOURCE = 'digits:3:3' must be digits"),
        (["digits:3:8", "--outputs", "2"], "--outputs belongs to a .csv file"),
        (["digits", "--classes"], "--classes belongs to a file, not to the digits"),
        (["points.npz", "--label", "0"], "--label = ['0'] must be left out for an .npz file"),
        (["points.npz", "--width", "15"], "--width = 15 must be from 16 to 3160, with which"),
        (["points.npz", "--width", "3161"], "--width = 3161 must be from 16 to 3160, with which"),
        (["points.npz", "--depth", "2", "--width", "2500001"], "must be from 16 to 2500000"),
        (["points.npz", "--depth", "1"], "--depth = 1 must be at least 2"),
        (["points.npz", "--depth", "900000"], "--depth = 900000 must be smaller, or the data"),
        (["points.npz", "--seeds", "0"], "--seeds = 0 must be at least 1"),
        (["points.npz", "--steps", "0"], "--steps = 0 must be at least 1"),
        (["points.npz", "--activation", "gelu"], "argument --activation: invalid choice: 'gelu'"),
        (["points.npz", "--loss", "huber"], "argument --loss: invalid choice: 'huber'"),
        (["points.npz", "--folder", "points.npz"], "--folder = 'points.npz' must be a folder"),
        (["points.npz", "--depth", "80", "--width", "16"], "of width 2 must be positive and fini"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(small, points, capsys, arguments, message):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert {path.name for path in points.iterdir()} == {"points.npz"}


def test_the_largest_width_has_as_many_parameters_as_are_allowed():
    samples = tl.Samples(np.ones((4, 7)), np.ones((4, 2)))
    sets = deep_jobs.Sets(samples, samples, samples, False, [])
    for depth in 2, 3, 6:
        width = deep_jobs._largest(Kind(depth, "relu", 1), sets)
        sizes = [9 * n + (depth - 2) * n**2 for n in (width, width + 1)]
        assert sizes[0] <= deep_jobs.LARGEST < sizes[1]


def test_more_is_computed_in_full():
    samples = tl.Samples(np.ones((4, 7)), np.ones((4, 2)))
    sets = deep_jobs.Sets(samples, samples, samples, False, [])
    few, many = (
        deep_jobs.plan(Kind(3, "relu", 80), sets, 512, 0, None, full) for full in (False, True)
    )
    assert (few.seeds, many.seeds) == (3, 8)
    assert (few.drop_widths, many.drop_widths) == ((128, 256, 512), (64, 128, 256, 512))
    assert (few.end_widths, many.end_widths) == ((64, 128, 256), (64, 128, 256, 512))
    assert set(few.shares) < set(many.shares)
    assert len(many.shares) == 2 * len(few.shares)
    assert (few.shares[0], many.shares[0]) == (1.0, 0.5)
    costs = list(deep_jobs._jobs(sets, few))
    assert costs[0][0] == deep_jobs.DROPS
    assert len(costs) == 3 + 9 + 27 + 3 + 3 * few.tested_shares.size


def test_rates_reach_as_far_as_networks_train():
    samples = tl.Samples(np.ones((4, 7)), np.ones((4, 2)))
    sets = deep_jobs.Sets(samples, samples, samples, False, [])
    for activation, depth, largest in (("relu", 3, 12), ("relu", 2, 6), ("tanh", 3, 6)):
        plan = deep_jobs.plan(Kind(depth, activation, 80), sets, 64, 0, 1, False)
        assert (plan.shares[-1], plan.tested_shares[-1]) == (largest, largest)


def test_an_interrupt_before_the_first_file_removes_the_new_folder(monkeypatch, capsys, points):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run", interrupted)
    assert call(capsys, "points.npz", "--folder", "new") == (130, "", "twolayer: interrupted\n")
    assert not (points / "new").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_is_one_line_and_leaves_no_file(points):
    arguments = ["-W", "error", "-m", "twolayer", "deep", "points.npz", "--folder", "new"]
    running = subprocess.Popen(
        [sys.executable, *arguments], cwd=points, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        said = ""
        while "job" not in said:
            said += running.stderr.read(1)
            assert running.poll() is None
        time.sleep(2)
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert (running.returncode, out) == (130, "")
    assert err.split("\r")[-1].splitlines()[-1] == "twolayer: interrupted"
    assert "Traceback" not in err
    assert {path.name for path in points.iterdir()} == {"points.npz"}


def test_what_is_written_is_what_is_listed():
    assert set(deep_figures.WRITTEN) == FILES
