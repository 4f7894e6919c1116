"""Odds of converging on a data set: against exact boundaries, trained weights, published numbers,
and what kills a run."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import twolayer as tl
from tests.test_storage import equal
from twolayer import Data, GramNetwork, Phase, convergence_odds
from twolayer.plotting import samples
from twolayer.samples import odds

LEVEL = 1e-4
PLAIN = Data(np.sqrt(2) * np.eye(2), [0.0, 0.0])  # whitened, no labels


def whitened(d, k):
    return Data(np.sqrt(d) * np.eye(d), np.zeros((d, k)))


@pytest.fixture
def small(monkeypatch):
    """Chunks of 20 starts, in this process."""
    monkeypatch.setattr(odds, "_CHUNK", 20)


@pytest.fixture(scope="module")
def some():
    return convergence_odds(PLAIN, 3, np.linspace(1, 6, 11), starts=100, seed=3)


# what is true


@pytest.mark.parametrize(("d", "k"), [(1, 1), (5, 1), (1, 3), (3, 2)])
def test_at_width_one_the_boundary_is_four_whatever_the_inputs_and_outputs(d, k, small):
    found = convergence_odds(whitened(d, k), 1, [1.9, 3.99, 4.01, 6.0], starts=30)
    assert found.probability.tolist() == [1, 1, 0, 0]
    assert found.undecided.sum() == 0
    assert (found.largest == 3.99).all()
    assert (found.beyond == 4.01).all()
    assert (found.half_low, found.half_high) == (3.99, 4.01)
    assert found.half == pytest.approx(4, abs=1e-12)


def test_with_one_input_four_at_every_width(small):
    found = convergence_odds(Data([1.0, 2.0, 0.5], [0.0, 0.0, 0.0]), 7, [3.99, 4.01], starts=40)
    assert found.probability.tolist() == [1, 0]


def weights(gram, n):
    """Weights (n × p) with MᵀM/n = gram, of rank n at most."""
    values, vectors = np.linalg.eigh(gram)
    rows = (np.sqrt(np.maximum(values * n, 0))[..., None] * vectors.mT)[..., ::-1, :]
    filled = np.zeros((*gram.shape[:-2], n, gram.shape[-1]))
    filled[..., : min(n, rows.shape[-2]), :] = rows[..., :n, :]
    return filled


def descend(X, Y, M, eta, steps):
    """Plain gradient descent on M = [u v]; loss above the floor at the start and after one step,
    and after all of them."""
    n, losses = M.shape[-2], []
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            u, v = M[..., :-1], M[..., -1:]
            rest = X @ (u.mT @ v) / np.sqrt(n) - Y
            loss = (rest**2).sum((-2, -1)) / 2
            losses.append(loss)
            if step < steps:
                gradient = X.T @ rest / np.sqrt(n)
                M = M - eta[..., None, None] * np.concatenate([v @ gradient.mT, u @ gradient], -1)
    return losses[:2], loss


@pytest.mark.parametrize("n", [3, 8])
def test_trained_weights_of_the_spawned_starts_end_so(n):
    data = Data([[1.0, 0.3], [-0.2, 1.5], [0.4, 0.4]], [[0.5], [-1.0], [0.2]])
    x = np.array([1.0, 2.4, 3.3, 4.6, 6.0])
    found = convergence_odds(data, n, x, starts=260, seed=5, max_steps=3000)
    for chunk, here in ((0, slice(0, 30)), (1, slice(250, 260))):
        rng = np.random.default_rng(np.random.SeedSequence(5).spawn(2)[chunk])
        gram = GramNetwork.random(n, 2, size=250, rng=rng).gram[: here.stop - here.start]
        np.testing.assert_array_equal(found.curvature[here], GramNetwork(gram, n).curvature(data))
        eta = x / found.curvature[here][:, None]
        M = np.repeat(weights(gram, n)[:, None], x.size, axis=1)
        first, last = descend(*data.rows, M, eta, steps=3000)
        np.testing.assert_array_equal(found.phase[here] == Phase.DIVERGENT, ~np.isfinite(last))
        with np.errstate(invalid="ignore"):
            converged = last < 1e-12 * first[0]
        np.testing.assert_array_equal(found.phase[here] <= Phase.CATAPULT, converged)
        np.testing.assert_array_equal(
            found.phase[here] == Phase.CATAPULT, converged & (first[1] > first[0])
        )


def test_the_published_numbers():
    """Of 20,000 random networks (n = 3, d = 2, whitened, y = 0) 30 diverge with ηλ₀ uniform on (0,
    4), and 2,200 converge on (4, 6)."""
    x = np.concatenate([np.arange(8) * 0.5 + 0.25, 4 + (np.arange(8) + 0.5) / 4])
    found = convergence_odds(PLAIN, 3, x, starts=1000, seed=11, max_steps=1500)
    rng = np.random.default_rng(0)
    # one value for each start
    below, above = (
        found.phase[np.arange(1000), rng.integers(low, low + 8, 1000)] for low in (0, 8)
    )
    diverge, converge = int(np.sum(below == Phase.DIVERGENT)), int(np.sum(above <= Phase.CATAPULT))
    assert stats.fisher_exact([[diverge, 1000 - diverge], [30, 19_970]]).pvalue > LEVEL
    assert stats.fisher_exact([[converge, 1000 - converge], [2200, 17_800]]).pvalue > LEVEL


# intervals


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_intervals_are_clopper_and_pearson_s_and_undecided_runs_widen_them(confidence):
    phase = np.full((25, 26), Phase.DIVERGENT, np.int8)
    for column in range(26):
        phase[:column, column] = column % 2
    phase[-3:, 5:9] = Phase.UNDECIDED
    phase[:, 9] = Phase.UNDECIDED
    found = odds._summary(np.arange(1.0, 27), np.ones(25), phase, confidence)
    for column, (converged, undecided) in enumerate(
        zip(found.converged, found.undecided, strict=True)
    ):
        low, _ = stats.binomtest(converged, 25).proportion_ci(confidence, method="exact")
        _, high = stats.binomtest(converged + undecided, 25).proportion_ci(
            confidence, method="exact"
        )
        np.testing.assert_allclose(
            [found.low[column], found.high[column]], [low, high], rtol=1e-10, atol=1e-14
        )
        if undecided < 25:
            assert found.probability[column] == converged / (25 - undecided)
            assert low <= found.probability[column] <= high
    assert np.isnan(found.probability[9])
    assert (found.low[9], found.high[9]) == (0, 1)
    assert (found.converged + found.diverged + found.undecided == 25).all()
    assert (found.catapulted[1::2] <= found.converged[1::2]).all()
    assert (found.catapulted[::2] == 0).all()


def thresholds(values, x):
    return np.where(x < np.asarray(values)[:, None], Phase.CATAPULT, Phase.DIVERGENT).astype(
        np.int8
    )


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_the_even_odds_covers_them_as_often_as_it_says(confidence):
    rng, x, covered, widths = np.random.default_rng(1), np.linspace(2, 7, 101), 0, []
    for _ in range(400):
        middle = rng.uniform(4, 5)
        found = odds._summary(
            x, np.ones(60), thresholds(rng.normal(middle, 0.7, 60), x), confidence
        )
        covered += bool(found.half_low <= middle <= found.half_high)
        widths.append(found.half_high - found.half_low)
        assert found.half_low <= found.half <= found.half_high
    assert stats.binomtest(covered, 400, confidence, alternative="less").pvalue > LEVEL
    # of the order of the standard error of a median
    assert np.median(widths) < 5 * 0.7 * np.sqrt(np.pi / 2 / 60)


def test_even_odds_that_the_grid_does_not_bracket():
    x = np.array([1.0, 2.0, 3.0])
    for value, expected in ((9.0, (3.0, np.inf)), (0.5, (0.0, 1.0))):
        found = odds._summary(x, np.ones(30), thresholds(np.full(30, value), x), 0.95)
        assert (found.half_low, found.half_high) == expected
        assert np.isnan(found.half)
    # one start says next to nothing
    found = odds._summary(x, np.ones(1), thresholds([2.5], x), 0.95)
    assert (found.half_low, found.half, found.half_high) == (0, 2.5, np.inf)
    found = odds._summary(x, np.ones(30), np.full((30, 3), Phase.UNDECIDED, np.int8), 0.95)
    assert (found.half_low, found.half_high) == (0, np.inf)
    assert np.isnan(found.half)


def test_even_odds_are_interpolated():
    x = np.array([1.0, 2.0, 4.0, 5.0])
    # 1, 1, 0.2, 0
    found = odds._summary(x, np.ones(100), thresholds(np.repeat([3.0, 4.5], [80, 20]), x), 0.95)
    assert found.half == pytest.approx(2 + 2 * 5 / 8)
    assert (found.half_low, found.half_high) == (2, 4)


def test_largest_and_beyond():
    L, C, D, U = Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT, Phase.UNDECIDED
    rows = {(L, C, D, D): (2, 3), (D, D, D, D): (0, 1), (L, C, C, C): (4, np.inf), (L, D, C, D): (3, 4), (L, U, D, D): (1, 3),
            (U, D, D, U): (0, np.inf)}  # fmt: skip
    found = odds._summary(
        np.array([1.0, 2.0, 3.0, 4.0]), np.ones(len(rows)), np.array(list(rows), np.int8), 0.95
    )
    assert list(zip(found.largest.tolist(), found.beyond.tolist(), strict=True)) == list(
        rows.values()
    )


# bits


def test_neither_workers_nor_a_grid_change_bits(some):
    x = np.array([1.0, 3.5, 5.0])
    one = convergence_odds(PLAIN, 3, x, starts=510, seed=3, max_steps=200)
    equal(one, convergence_odds(PLAIN, 3, x, starts=510, seed=3, max_steps=200, workers=2))
    fewer = convergence_odds(PLAIN, 3, x, starts=300, seed=3, max_steps=200)
    np.testing.assert_array_equal(fewer.phase, one.phase[:300])
    np.testing.assert_array_equal(some.curvature, one.curvature[:100])
    other = convergence_odds(PLAIN, 3, x, starts=100, seed=4, max_steps=200)
    assert not np.isin(other.curvature, one.curvature).any()
    assert np.unique(one.curvature).size == 510


def test_large_problems_are_drawn_and_trained_in_parts(monkeypatch, small):
    x = np.array([1.0, 3.5, 5.0])
    # drawn at once but trained in four parts, drawn in three parts, one by one
    for together in (9 * 20 * 2, 9 * 7, 1):
        monkeypatch.setattr(odds, "_TOGETHER", together)
        found = convergence_odds(PLAIN, 3, x, starts=50, max_steps=60)
        rng = np.random.default_rng(np.random.SeedSequence(0).spawn(3)[1])
        part = min(20, max(1, together // 9))
        sizes = [min(part, 20 - first) for first in range(0, 20, part)]
        nets = [GramNetwork.random(3, 2, size=size, rng=rng) for size in sizes]
        np.testing.assert_array_equal(
            found.curvature[20:40], np.concatenate([net.curvature(PLAIN) for net in nets])
        )
        ends = [net.outcome(PLAIN, x[:, None] / net.curvature(PLAIN), 60).phase.T for net in nets]
        np.testing.assert_array_equal(found.phase[20:40], np.concatenate(ends))
        fewer = convergence_odds(PLAIN, 3, x, starts=45, max_steps=60)
        np.testing.assert_array_equal(fewer.phase, found.phase[:45])


SCRIPT = """
import sys, numpy as np, twolayer as tl
if __name__ == "__main__":
    data = tl.Data(np.sqrt(2) * np.eye(2), [0.0, 0.0])
    _, folder, workers = sys.argv
    tl.convergence_odds(data, 3, np.linspace(3.9, 4.5, 6), starts=2000, seed=8, max_steps=300, folder=folder, workers=int(workers))
"""


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def alive(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""  # of a zombie it is empty
    except OSError:
        return False


@pytest.fixture(scope="module")
def uninterrupted():
    return convergence_odds(PLAIN, 3, np.linspace(3.9, 4.5, 6), starts=2000, seed=8, max_steps=300)


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks for child processes in /proc"
)
@pytest.mark.parametrize(
    ("workers", "how"), [(1, signal.SIGKILL), (2, signal.SIGKILL), (2, signal.SIGINT)]
)
def test_a_run_that_is_killed_goes_on_from_what_is_there(tmp_path, workers, how, uninterrupted):
    script, folder = tmp_path / "job.py", tmp_path / "done"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(folder), str(workers)]
    environment = os.environ | {"PYTHONPATH": str(Path(tl.__file__).parent.parent)}
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        wait_for(
            lambda: (
                process.poll() is not None
                or (folder.exists() and len(list(folder.glob("*.npz"))) >= 2)
            )
        )
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(process.pid, how) if how == signal.SIGKILL else os.killpg(process.pid, how)
        process.communicate(timeout=60)
        assert process.returncode not in (0, 1) or how == signal.SIGINT
        wait_for(lambda: not any(alive(child) for child in children))
    finally:
        process.kill()
    assert bool(children) == (workers > 1)
    files = {file: file.stat().st_mtime_ns for file in folder.glob("*.npz")}
    assert 2 <= len(files) < 8
    x = uninterrupted.sharpness
    equal(
        uninterrupted,
        convergence_odds(PLAIN, 3, x, starts=2000, seed=8, max_steps=300, folder=folder),
    )
    # what was done is not done again
    assert {file: file.stat().st_mtime_ns for file in files} == files
    assert len(list(folder.glob("*.npz"))) == 8


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interrupt_keeps_whole_chunks(tmp_path, monkeypatch, small, error):
    x, run, calls = [2.0, 4.2], odds._run, []
    whole = convergence_odds(PLAIN, 3, x, starts=70)

    def stopping(job, span):
        calls.append(span)
        if len(calls) == 3:
            raise error("stop")
        return run(job, span)

    monkeypatch.setattr(odds, "_run", stopping)
    with pytest.raises(error, match="stop"):
        convergence_odds(PLAIN, 3, x, starts=70, folder=tmp_path)
    assert sorted(os.listdir(tmp_path)) == [
        "starts_00000000_00000020.npz",
        "starts_00000020_00000040.npz",
    ]
    equal(whole, convergence_odds(PLAIN, 3, x, starts=70, folder=str(tmp_path)))
    assert calls == [(0, 20), (20, 40), (40, 60), (40, 60), (60, 70)]
    equal(whole, convergence_odds(PLAIN, 3, x, starts=70, folder=tmp_path))
    assert len(calls) == 5
    more = convergence_odds(PLAIN, 3, x, starts=90, folder=tmp_path, confidence=0.9)
    assert calls[5:] == [(60, 80), (80, 90)]
    np.testing.assert_array_equal(more.phase[:70], whole.phase)


JOB = {
    "data": PLAIN,
    "width": 3,
    "sharpness": [2.0, 4.2],
    "seed": 0,
    "max_steps": 500,
    "tolerance": 1e-12,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 1),
        ("width", 4),
        ("sharpness", [2.0, 4.3]),
        ("max_steps", 501),
        ("tolerance", 1e-10),
        ("data", Data(np.eye(2), [0.0, 0.0])),
    ],
)
def test_files_of_another_job_are_refused(tmp_path, small, name, value):
    convergence_odds(**JOB, starts=20, folder=tmp_path)
    message = rf"\Afolder: '.*/starts_00000000_00000020\.npz' belongs to another job: {name} = .* there, .* here\Z"
    with pytest.raises(ValueError, match=message):
        convergence_odds(**(JOB | {name: value}), starts=20, folder=tmp_path)


def test_damaged_files_are_refused(tmp_path, small):
    whole = convergence_odds(**JOB, starts=20, folder=tmp_path)
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    message = rf"\Afolder: {re.escape(repr(str(path)))} (is damaged; without it the job goes on|belongs to another job: .*)\Z"
    bad = [good[:length] for length in range(0, len(good), 131)]
    bad += [
        good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        for place in range(0, len(good), 47)
    ]
    refused = 0
    for content in bad:
        path.write_bytes(content)
        try:
            # a byte that says nothing
            equal(whole, convergence_odds(**JOB, starts=20, folder=tmp_path))
        except ValueError as error:
            assert re.match(message, str(error)), error  # noqa: PT017
            refused += 1
    assert refused > 0.7 * len(bad)
    with np.load(io.BytesIO(good)) as archive:
        parts = dict(archive)
    for change in ({"phase": parts["phase"][1:]}, {"phase": parts["phase"] + 5}, {"curvature": parts["curvature"][:, None]}, {"job": "[1]"},
                   {"job": "3"}, {"phase": parts["phase"] * 1.0}):  # fmt: skip
        np.savez(path, **(parts | change))
        with pytest.raises(
            ValueError, match=r"\Afolder: .* is damaged; without it the job goes on\Z"
        ):
            convergence_odds(**JOB, starts=20, folder=tmp_path)
    path.unlink()
    equal(whole, convergence_odds(**JOB, starts=20, folder=tmp_path))


def test_folders_that_cannot_be_made(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        convergence_odds(**JOB, starts=1, folder=tmp_path / "nowhere" / "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="file"):
        convergence_odds(**JOB, starts=1, folder=tmp_path / "file")


def test_progress_is_shown_only_when_asked_for(capfd, small, tmp_path):
    convergence_odds(**JOB, starts=50)
    assert capfd.readouterr().err == ""
    convergence_odds(**JOB, starts=50, progress=True, folder=tmp_path)
    assert "50/50" in capfd.readouterr().err


# arguments


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": np.eye(2)}, r"data = array\(\[\[1., 0.\], \[0., 1.\]\]\) must be a Data object"),
        ({"width": 0}, "width = 0 must be a whole number of at least 1"),
        ({"width": np.inf}, "width = inf must be a whole number of at least 1"),
        ({"sharpness": 2.0}, r"shape of sharpness = \(\) must be \(g,\), not empty"),
        ({"sharpness": []}, r"shape of sharpness = \(0,\) must be \(g,\), not empty"),
        ({"sharpness": [[2.0]]}, r"shape of sharpness = \(1, 1\) must be \(g,\), not empty"),
        ({"sharpness": [2.0, -1.0]}, r"sharpness\[1\] = -1.0 must be positive and finite"),
        ({"sharpness": [2.0, 3.0, 3.0]}, r"sharpness\[2\] = 3.0 must be above the value before it"),
        ({"sharpness": "x"}, "sharpness = 'x' must be a real number or an array of them"),
        ({"starts": 0}, "starts = 0 must be a whole number of at least 1"),
        ({"seed": -1}, "seed = -1 must be a whole number of at least 0"),
        ({"seed": None}, "seed = None must be a whole number of at least 0"),
        ({"max_steps": 1.5}, "max_steps = 1.5 must be a whole number of at least 0"),
        ({"tolerance": 0.0}, "tolerance = 0.0 must be above 0 and below 1"),
        ({"confidence": 1.0}, "confidence = 1.0 must be above 0 and below 1"),
        ({"workers": 0}, "workers = 0 must be a whole number of at least 1"),
        ({"data": Data(np.eye(3), np.eye(3)), "width": 2},
         "width = 2 must be at least 3, the rank of the best linear map: no narrower network "
         "converges to it"),
    ],
)  # fmt: skip
def test_bad_input(changes, message):
    with pytest.raises(ValueError, match=rf"\A{message}\Z"):
        convergence_odds(**(JOB | {"starts": 1} | changes))


def test_rounding_of_labels_is_no_rank():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 3))
    assert convergence_odds(
        Data(X, X @ np.outer(rng.normal(size=3), rng.normal(size=4))), 1, [0.5], starts=2
    ).phase.shape == (2, 1)


# which directions catapult


@pytest.mark.parametrize("k", [1, 2])
def test_the_first_step_grows_the_residual_along_the_eigenvectors_of_eigenvalues_above_two_over_eta(
    k,
):
    n, d, m, rng = 200_000, 3, 5, np.random.default_rng(2)
    X, Y = rng.normal(size=(m, d)) * [1.0, 2.0, 0.5], rng.normal(size=(m, k))
    u, V = rng.normal(size=(n, d)), rng.normal(size=(n, k))
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    kernel = (np.kron(X @ X.T, V.T @ V) + np.kron(X @ (u.T @ u) @ X.T, np.eye(k))) / (n * m)
    theta, vectors = np.linalg.eigh(kernel)
    theta, vectors = theta[::-1][: d * k], vectors[:, ::-1][:, : d * k]
    spectrum = net.spectrum(data)
    np.testing.assert_allclose(spectrum, theta, rtol=1e-10)
    for between in range(d * k - 1):
        eta = 2 / np.sqrt(spectrum[between] * spectrum[between + 1])
        if spectrum[between + 1] > 0.98 * spectrum[between]:
            continue  # too close to tell apart at this width
        before, after = (
            vectors.T @ (X @ other.map(data) - Y).reshape(-1)
            for other in (net, net.step(data, eta))
        )
        np.testing.assert_allclose(
            after, (1 - eta * theta) * before, rtol=2e-3, atol=1e-3 * np.abs(before).max()
        )
        np.testing.assert_array_equal(np.abs(after) > np.abs(before), eta > 2 / spectrum)


# figure


def test_the_figure(some):
    artists = samples.plot_convergence_odds(
        {"n = 3": some, "again": dataclasses.replace(some, confidence=0.9)}
    )
    assert [line.get_label() for line in artists.lines] == ["n = 3", "again"]
    for line in artists.lines:
        np.testing.assert_array_equal(line.get_xydata(), np.c_[some.sharpness, some.probability])
    assert (
        len({line.get_color() for line in artists.lines})
        == len({line.get_linestyle() for line in artists.lines})
        == 2
    )
    np.testing.assert_array_equal(
        artists.markers[0].get_xydata(),
        [[at, 0.5] for at in (some.half_low, some.half, some.half_high)],
    )
    assert [artists.boundaries[name][0].get_xdata()[0] for name in ("eta_crit", "eta_max")] == [
        2,
        4,
    ]
    assert [name.get_text() for name in artists.names] == ["2", "4"]
    assert [text.get_text() for text in artists.legend.get_texts()] == [
        "n = 3",
        "again",
        "90 %, 95 % interval",
        "½, with interval",
    ]
    assert artists.ax.get_xlabel() == r"$\eta\lambda_0$"
    (band, _) = artists.ax.collections
    np.testing.assert_allclose(
        band.get_datalim(artists.ax.transData).intervaly, [some.low.min(), some.high.max()]
    )
    artists.ax.figure.canvas.draw()


def test_the_figure_of_one_job_says_the_numbers(some):
    (_, _, text) = samples.plot_convergence_odds(some).legend.get_texts()
    assert text.get_text() == f"½ at {some.half:.4g} ({some.half_low:.4g} … {some.half_high:.4g})"


def test_figures_without_even_odds_or_with_one_value():
    artists = samples.plot_convergence_odds(convergence_odds(PLAIN, 3, [1.0], starts=5))
    assert artists.markers == []
    assert [text.get_text() for text in artists.legend.get_texts()] == [
        "converges",
        "95 % interval",
    ]
    assert set(artists.boundaries) == {"half"}
    artists.ax.figure.canvas.draw()
    with pytest.raises(ValueError, match=r"\Aodds = \{\} must hold at least one ConvergenceOdds\Z"):
        samples.plot_convergence_odds({})
