"""The command `data`, and the runs behind it (`trials`): what it says and draws, against
definitions written out here."""

import csv
import itertools
import subprocess
import sys

import numpy as np
import pytest
from matplotlib import colors

from twolayer import Data, GramNetwork, Network, Phase, load, plotting
from twolayer.commands import cli
from twolayer.commands import data as survey
from twolayer.commands import data_runs as trials
from twolayer.plotting import samples as figures
from twolayer.plotting import style
from twolayer.samples import descent, digits

FILES = {
    "alignment.png", "final_curvature.csv", "final_curvature.npz", "final_curvature.png", "networks.csv", "restoration.csv",
    "restoration.png", "spectrum.csv", "training.csv", "training.npz", "training.png",
}  # fmt: skip


@pytest.fixture(scope="module")
def samples():
    draw = np.random.default_rng(1)
    x = draw.standard_normal((30, 3)) * [1.0, 0.6, 0.3]
    return x, x @ draw.standard_normal((3, 2)) + 0.1 * draw.standard_normal((30, 2))


@pytest.fixture(scope="module")
def two():
    pytest.importorskip("sklearn")
    return digits.digits(3, 8)


@pytest.fixture
def small(monkeypatch):
    """A command of a second."""
    monkeypatch.setattr(survey, "RATES", np.array([1.0, 2.5, 4.6]))
    monkeypatch.setattr(survey, "RESTORED", np.array([1.0, 3.0]))


def call(capsys, *arguments):
    """Exit code, standard output and standard error of `twolayer data ...`, in this process."""
    try:
        code = cli.main(["data", *arguments])
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    return code, said.out, said.err


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
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "twolayer",
        "data",
        "points.npz",
        "--width",
        "20",
        "--output",
        "out",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=files)
    assert done.returncode == 0, done.stderr
    assert "100%" in done.stderr
    assert {path.name for path in (files / "out").iterdir()} == FILES
    for words in (
        "m = 30 samples, d = 3 inputs, k = 2 outputs, rank 3",
        "the numbers of the file as they are",
        "width 20",
        "2/λ₀",
        "4/λ₀",
    ):
        assert words in done.stdout


def test_a_table_says_what_the_arrays_say(small, files, samples, capsys):
    code, out, _ = call(
        capsys,
        str(files / "points.csv"),
        "--outputs",
        "2",
        "--seed",
        "3",
        "--output",
        str(files / "out"),
    )
    assert code == 0
    folder = files / "out"
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
        itertools.product(trials.WIDTHS, survey.RATES)
    )
    assert load(folder / "final_curvature.npz").phase.shape == (3, 4)
    run = theory.train(data.fitted, 3.0 / net.curvature, trials.FOLLOWED)
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
            ["points.npz", "--output", "points.csv"],
            "--output = 'points.csv' must be a folder that can be written",
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
    with pytest.raises(SystemExit, match="2"):
        cli.main(["--seed", "3", "data", "points.npz"])
    assert capsys.readouterr().err.endswith("those of `data` come after it\n")


def test_an_interrupt_before_the_first_file_removes_the_new_folder(monkeypatch, capsys, files):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(survey, "run", interrupted)
    assert call(capsys, str(files / "points.npz"), "--output", str(files / "new")) == (
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


def test_digits_are_centred_pixels_and_labels(two):
    from sklearn.datasets import load_digits

    pixels, digit = load_digits(return_X_y=True)
    every = digits.digits()
    kept = digits.DIRECTIONS
    assert (every.samples, every.inputs, every.outputs, len(every.spectrum)) == (
        1797,
        kept,
        10,
        kept,
    )
    x = (pixels - pixels.mean(0)) / 16
    values, directions = np.linalg.eigh(x.T @ x / 1797)
    np.testing.assert_allclose(every.spectrum, values[::-1][:kept], rtol=1e-8)
    x = x @ directions[:, -kept:]
    y = np.eye(10)[digit]
    best = np.linalg.lstsq(x, y - y.mean(0), rcond=None)[0]
    assert every.floor == pytest.approx(
        np.sum((x @ best - y + y.mean(0)) ** 2) / 2 / 1797, rel=1e-10
    )
    assert (two.samples, two.inputs, two.outputs) == (np.sum((digit == 3) | (digit == 8)), kept, 1)
    x, y = (
        pixels[(digit == 3) | (digit == 8)] / 16,
        np.where(digit == 8, 1.0, -1.0)[(digit == 3) | (digit == 8)],
    )
    x, y = x - x.mean(0), y - y.mean()
    x = x @ np.linalg.eigh(x.T @ x)[1][:, -kept:]
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    assert two.floor == pytest.approx(np.sum((x @ best - y) ** 2) / 2 / len(y), rel=1e-10)


def test_theory_is_what_trained_weights_do_on_two_classes_of_digits(two):
    found = trials.compare(Network.random(50, rng=0, data=two), two)
    assert (
        [row.phase for row in found]
        == [row.phase_weights for row in found]
        == ["LAZY", "CATAPULT", "DIVERGENT"]
    )
    for row in found:
        assert abs(row.peak_difference) < 1e-10
        assert abs(row.curvature_difference) < 1e-10
    lazy, catapult, divergent = list(survey.comparison(found))[1:]
    assert (lazy.split()[1:3], catapult.split()[1:3], divergent.split()[1]) == (
        ["lazy"] * 2,
        ["catapult"] * 2,
        "divergent",
    )


@pytest.fixture(scope="module")
def courses(samples):
    data = Data(*samples)
    net = Network.random(40, rng=5, data=data)
    return data, net, [trials.follow(net, data, share) for share in trials.SHARES]


def definition(net, samples, eta, steps):
    """Loss, kernel eigenvalues and alignment of weights trained on all samples, from derivatives by
    every weight."""
    x, y = samples
    m, n = len(x), net.width
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    u, v = net.u, net.v
    for _ in range(steps):
        g = x.T @ (x @ u.T @ v / np.sqrt(n) - y) / m / np.sqrt(n)
        u, v = u - eta * v @ g.T, v - eta * u @ g
    k = y.shape[1]
    by_u = np.einsum("ad,hi->aihd", x, v).reshape(m * k, -1)
    by_v = np.einsum("ah,ij->aihj", x @ u.T, np.eye(k)).reshape(m * k, -1)
    jacobian = np.hstack([by_u, by_v]) / np.sqrt(n)
    values, vectors = np.linalg.eigh(jacobian @ jacobian.T / m)
    rest = (x @ u.T @ v / np.sqrt(n) - x @ best).reshape(-1)
    return (
        np.sum(rest**2) / 2 / m,
        values[::-1][:3],
        abs(vectors[:, -1] @ rest) / np.linalg.norm(rest),
    )


@pytest.mark.parametrize(
    ("which", "step"), [(0, 0), (0, 1), (1, 0), (1, 4), (1, 8), (1, 40), (2, 3)]
)
def test_alignment_eigenvalues_and_loss_are_their_definitions(courses, samples, which, step):
    _, net, pairs = courses
    for course in pairs[which]:
        loss, values, cosine = definition(net, samples, course.eta, step)
        assert course.loss[step] == pytest.approx(loss, rel=1e-9)
        np.testing.assert_allclose(course.eigenvalues[step], values, rtol=1e-10)
        assert course.alignment[step] == pytest.approx(cosine, rel=1e-6, abs=1e-8)


def test_the_descent_here_is_the_judges(courses):
    data, net, pairs = courses
    said, shown = pairs[1]
    run = net.train(said.eta, max(trials.LOOKS))
    looks = list(trials.LOOKS)
    np.testing.assert_allclose(shown.loss[looks] + data.floor, run.loss[looks], rtol=1e-12)
    np.testing.assert_allclose(shown.eigenvalues[looks, 0], run.curvature[looks], rtol=1e-12)
    assert np.isnan(np.delete(shown.loss, looks)).all()


def test_the_residual_turns_to_the_top_eigenvector_in_the_catapult_only(two):
    net = Network.random(1000, rng=[0, 0], data=two)
    lazy, catapult = (
        trials.follow(net, two, share, (0, 8))[0].alignment for share in trials.SHARES[:2]
    )
    assert lazy[0] == catapult[0] < 0.9
    assert lazy[1:].max() < 0.01
    assert catapult.max() > 0.99
    assert catapult[-1] < 0.2


def test_figures_show_the_courses(courses, tmp_path):
    _, _, pairs = courses
    for said, shown in pairs:
        *lines, bound = figures.draw_eigenvalues(plotting.new_figure()[1], said, shown)
        for i, (line, points) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
            np.testing.assert_array_equal(line.get_ydata(), said.eigenvalues[:, i])
            np.testing.assert_array_equal(points.get_ydata(), shown.eigenvalues[:, i])
        assert bound.get_ydata()[0] == 2 / said.eta
        assert colors.same_color(lines[0].get_color(), style.LOOKS[said.phase][0])
    lines = figures.draw_alignment(tmp_path, pairs)
    assert len(lines) == 4
    for line, points, (said, shown) in zip(lines[::2], lines[1::2], pairs[:2], strict=True):
        np.testing.assert_array_equal(line.get_ydata(), said.alignment)
        np.testing.assert_array_equal(points.get_ydata(), shown.alignment)
        assert line.get_label() == f"{said.phase.name.lower()}, ηλ₀ = {said.share:g}"
    survey.draw_training(tmp_path, pairs)
    table = rows(tmp_path / "training.csv")
    assert len(table) == 3 * (trials.FOLLOWED + 1)
    for row in (table[0], table[trials.FOLLOWED + 5]):
        said, shown = pairs[0 if row["phase"] == "LAZY" else 1]
        step = int(row["step"])
        assert [float(row[key]) for key in ("loss", "eigenvalue2", "alignment")] == [
            said.loss[step], said.eigenvalues[step, 1], said.alignment[step],
        ]  # fmt: skip
        assert float(row["eigenvalue3_weights"]) == shown.eigenvalues[step, 2]


def test_final_curvatures_are_honest(samples, tmp_path, monkeypatch):
    """Each is within its error of a run ten thousand times further, at most ten times what is
    missing; undecided are counted."""
    data, rates = Data(*samples), np.array([1.0, 2.4, 4.6])
    start, ends = trials.final_curvatures(data, 0, rates)
    assert (ends.phase[:2] <= Phase.CATAPULT).all()
    for k, width in enumerate(trials.WIDTHS):
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
    monkeypatch.setattr(trials, "BUDGET", 20)
    lines = survey.draw_final_curvature(tmp_path, data, 0, rates)
    table = rows(tmp_path / "final_curvature.csv")
    for line, width in zip(lines, trials.WIDTHS, strict=True):
        undecided = sum(row["phase"] == "UNDECIDED" for row in table if row["width"] == str(width))
        assert int(line.split()[5]) == undecided


def test_a_catapult_is_a_loss_above_its_start_even_if_the_first_step_lowered_it(samples):
    data = Data(*samples)
    net = GramNetwork.from_weights(
        *(getattr(Network.random(1000, rng=[0, 0], data=data), side) for side in "uv")
    )
    ends = net.outcome(data, np.array(trials.SHARES) / net.curvature(data), tolerance=1e-3)
    loss = net.train(data, trials.SHARES[1] / net.curvature(data), 20).loss
    assert loss[1] < loss[0] < loss.max()
    assert ends.phase[1] == Phase.LAZY
    assert trials.phase_of(ends).tolist() == [Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT]


@pytest.mark.parametrize(
    ("loss", "sharpness", "end"),
    [
        ([1.0, 0.5, 0.2], [1.0, 1.0, 1.0], 0),
        ([1.0, 5.0, 0.9, 0.2], [3.0, 2.5, 1.5, 1.4], 2),
        ([1.0, 0.9, 5.0, 0.9], [3.0, 1.9, 1.5, 1.4], 3),
        ([1.0, 0.5, 0.4], [3.0, 2.1, 2.05], None),
        ([1.0, 0.5, 1.4], [1.0, 1.0, 1.0], None),
    ],
)
def test_the_end_of_the_catapult(loss, sharpness, end):
    assert trials.settled(np.array(loss), np.array(sharpness)) == end


def test_linear_dynamics_are_restored_after_the_catapult(two):
    """The relinearised network fails at the start and follows after the catapult, ever better; a
    lazy one follows from the start."""
    net = Network.random(1000, rng=[0, 0], data=two)
    theory = GramNetwork.from_weights(net.u, net.v)
    found = trials.restoration(theory, two, np.array([1.0, 2.44, 2.7, 3.48]))
    for share in (2.44, 2.7, 3.48):
        start, *after = (item for item in found if item.share == share)
        assert (start.delay, [item.delay for item in after]) == (None, list(trials.DELAYS))
        assert start.deviation > 1e12
        assert after[0].step > 3
        assert after[0].deviation < 0.2
        assert after[0].deviation > after[1].deviation > after[2].deviation
        assert after[2].deviation < 2e-3
    start, *after = found[:4]
    assert [item.step for item in after] == list(trials.DELAYS)
    assert start.deviation == after[0].deviation < 0.1
    text = list(survey.restored([start, *after]))
    assert "no catapult" in text[1]


def test_the_relinearised_network_is_the_linear_recursion_of_its_kernel(samples):
    """r ↦ (1 − ηΘ) r with the kernel of the weights where it was relinearised, which stands
    still."""
    data = Data(*samples)
    net = Network.random(40, rng=5, data=data)
    eta = 3.0 / net.curvature
    u, v, residual = next(itertools.islice(descent.descent(net.u, net.v, data, eta), 12, None))
    kernel, rest = descent.kernel(u, v, data), residual.reshape(-1)
    run = GramNetwork.from_weights(u, v).linearized.train(data.fitted, eta, 30)
    np.testing.assert_allclose(run.curvature, run.curvature[0], rtol=1e-12)
    for loss in run.loss:
        assert loss == pytest.approx(rest @ rest / 2, rel=1e-9)
        rest = rest - eta * kernel @ rest


def test_too_large_a_kernel_is_left_out(samples, monkeypatch):
    monkeypatch.setattr(descent, "LARGEST_KERNEL", 5)
    data = Data(*samples)
    net = Network.random(10, rng=0, data=data)
    shown = trials.follow(net, data, 1.0, (0, 3))[1]
    assert np.isfinite(shown.loss[[0, 3]]).all()
    assert np.isnan(shown.eigenvalues).all()


def test_one_sample_one_unit(small, tmp_path, capsys):
    np.savez(tmp_path / "one.npz", X=[[1.0]], Y=[[0.0]])
    code, out, _ = call(
        capsys, str(tmp_path / "one.npz"), "--width", "1", "--output", str(tmp_path / "out")
    )
    assert code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert "rank 1" in out


def test_odds_on_demand(small, files, capsys):
    """With --starts: table, figure, arrays, and what is done kept for the next call."""
    arguments = (
        str(files / "points.npz"),
        "--width",
        "20",
        "--starts",
        "6",
        "--output",
        str(files / "odds"),
    )
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
