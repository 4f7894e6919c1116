"""Chunks of starts: drawn in parts, kept in files, and what kills a run."""

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

import twolayer as tl
from tests.samples.helpers import JOB, PLAIN, refuses
from tests.test_storage import equal
from twolayer import Data, GramNetwork, convergence_odds
from twolayer.samples import chunks, factor


def test_large_problems_are_drawn_and_trained_in_parts(monkeypatch, small):
    x = np.array([1.0, 3.5, 5.0])
    # drawn at once but trained in two parts, drawn in three parts, one by one
    for together in (9 * 20 * 2, 9 * 7, 1):
        monkeypatch.setattr(chunks, "NUMBERS", together)
        monkeypatch.setattr(factor, "LAID_OUT", together)
        found = convergence_odds(PLAIN, 3, x, starts=50, max_steps=60)
        assert found.phase.shape == (50, 3)
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
    x = np.linspace(3.9, 4.5, 6)
    options = dict(seed=8, max_steps=300, folder=folder, workers=int(workers))
    tl.convergence_odds(data, 3, x, starts=2000, **options)
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
    x, run, calls = [2.0, 4.2], chunks.train, []
    whole = convergence_odds(PLAIN, 3, x, starts=70)

    def stopping(job, span):
        calls.append(span)
        if len(calls) == 3:
            raise error("stop")
        return run(job, span)

    monkeypatch.setattr(chunks, "train", stopping)
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
    kept = r"folder: '.*/starts_00000000_00000020\.npz'"
    with refuses(f"{kept} belongs to another job: {name} = .* there, .* here"):
        convergence_odds(**(JOB | {name: value}), starts=20, folder=tmp_path)


def test_files_of_the_time_when_the_first_step_made_a_catapult_are_refused(
    tmp_path, small, monkeypatch
):
    with monkeypatch.context() as earlier:
        earlier.setattr(chunks, "CATAPULT", None)
        convergence_odds(**JOB, starts=20, folder=tmp_path)
    kept = r"folder: '.*/starts_00000000_00000020\.npz'"
    with refuses(f"{kept} belongs to another job: catapult = None there, 'any step' here"):
        convergence_odds(**JOB, starts=20, folder=tmp_path)


def test_damaged_files_are_refused(tmp_path, small):
    whole = convergence_odds(**JOB, starts=20, folder=tmp_path)
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    damaged = "is damaged; without it the job goes on"
    refused_file = re.escape(f"folder: {str(path)!r} ")
    message = rf"\A{refused_file}({damaged}|belongs to another job: .*)\Z"
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
    for change in (
        {"phase": parts["phase"][1:]},
        {"phase": parts["phase"] + 5},
        {"curvature": parts["curvature"][:, None]},
        {"job": "[1]"},
        {"job": "3"},
        {"phase": parts["phase"] * 1.0},
    ):
        np.savez(path, **(parts | change))
        with refuses(f"folder: .* {damaged}"):
            convergence_odds(**JOB, starts=20, folder=tmp_path)
    path.unlink()
    equal(whole, convergence_odds(**JOB, starts=20, folder=tmp_path))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_byte_is_refused_in_one_line_or_says_nothing(tmp_path, save):
    """Any byte."""
    job, span = chunks.Job(PLAIN, 3, np.array([2.0, 4.2]), 0, 500, 1e-12), (0, 4)
    chunks.write(tmp_path, span, job, chunks.train(job, span))
    path, whole, refusals = chunks.file(tmp_path, span), chunks.read(tmp_path, span, job), 0
    with np.load(path) as archive:
        save(path, **archive)
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            for one, two in zip(chunks.read(tmp_path, span, job), whole, strict=True):
                np.testing.assert_array_equal(one, two, strict=True)
        except ValueError as error:
            said = f"folder: {str(path)!r} is damaged; without it the job goes on"
            assert str(error) == said  # noqa: PT017
            refusals += 1
    assert refusals > 0.6 * len(good)


def test_folders_that_cannot_be_made(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        convergence_odds(**JOB, starts=1, folder=tmp_path / "nowhere" / "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="file"):
        convergence_odds(**JOB, starts=1, folder=tmp_path / "file")


def test_a_chunk_at_the_place_of_another_is_refused(tmp_path, small):
    convergence_odds(**JOB, starts=40, folder=tmp_path)
    first, second = (tmp_path / f"starts_{a:08d}_{a + 20:08d}.npz" for a in (0, 20))
    second.write_bytes(first.read_bytes())
    theirs = "starts = '0 to 20' there, '20 to 40' here"
    place = re.escape(repr(str(second)))
    with refuses(f"folder: {place} belongs to another job: {theirs}"):
        convergence_odds(**JOB, starts=40, folder=tmp_path)


RESUMED = """
import sys, numpy as np, twolayer as tl
rng = np.random.default_rng(0)
X = rng.standard_normal((400, int(sys.argv[1])))
data = tl.Data(X, X @ rng.standard_normal(X.shape[1]) + rng.standard_normal(400))
odds = tl.convergence_odds(data, 5, [2.0], starts=3, max_steps=20, folder=sys.argv[2])
print(data.fingerprint, odds.curvature.tobytes().hex())
"""


@pytest.mark.parametrize("inputs", [20, 150])
def test_the_number_of_threads_does_not_change_a_job(tmp_path, inputs):
    """Nor, up to some 100 inputs, a bit of what is computed."""
    said = []
    for folder in "one", "two":
        (tmp_path / folder).mkdir()
    for threads, folder in ("1", "one"), ("2", "two"), ("2", "one"):
        environment = os.environ | {
            "PYTHONPATH": str(Path(tl.__file__).parent.parent),
            **dict.fromkeys(
                ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), threads
            ),
        }
        done = subprocess.run(
            [sys.executable, "-c", RESUMED, str(inputs), str(tmp_path / folder)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.split())
    one, two, resumed = said
    assert one[0] == two[0] == resumed[0]
    assert resumed[1] == one[1]
    assert two[1] == one[1] or inputs > 100
