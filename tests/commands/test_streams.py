"""Standard output that is narrow, closed or full: the command line in processes of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

START = ("--curvature", "2", "--output", "1", "--width", "9")
PLAIN = (
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
)
needs = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell and devices")


def run(arguments, environment=None, redirect="", cwd=None):
    """The command line, called by a shell."""
    line = f'exec "$0" -W error -m twolayer "$@" {redirect}'
    return subprocess.run(
        ["sh", "-c", line, sys.executable, *arguments], capture_output=True, cwd=cwd, check=False,
        env=os.environ | (environment or {}),
    )  # fmt: skip


@needs
@pytest.mark.parametrize("environment", PLAIN)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], "eta_crit, eta_max and eta_div"),
        (["simulate", "--help"], "lambda0, the curvature of the start"),
        (["data", "--help"], "the label"),
        (["boundaries", *START], "eta_crit"),
    ],
)
def test_plain_characters_where_there_are_no_others(environment, arguments, words):
    done = run(arguments, environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert words.split()[0] in done.stdout.decode("ascii")


@needs
@pytest.mark.parametrize("environment", PLAIN)
def test_tables_and_errors_in_plain_characters(environment, tmp_path):
    np.savez(tmp_path / "points.npz", X=np.eye(2), Y=[0.5, 1.0])
    done = run(["data", "points.npz", "--width", "5", "--steps", "50"], environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode("ascii")
    assert re.search(r"eigenvalue theta +grows above 2/theta +in eta lambda0\n", out)
    assert "?" not in out
    done.stderr.decode("ascii")
    done = run(["data", "λ.npz"], environment, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


@needs
def test_a_closed_output_loses_what_is_said_and_no_file(tmp_path):
    save = ["simulate", "--eta", "1", *START, "--save", "run.npz"]
    for redirect in (">&-", ">&- 2>&-"):
        done = run(save, redirect=redirect, cwd=tmp_path)
        assert done.returncode == 1
        assert (tmp_path / "run.npz").stat().st_size > 1000
        (tmp_path / "run.npz").unlink()
    assert run(save, redirect=">&-", cwd=tmp_path).stderr == (
        b"twolayer: standard output is closed: what it says is lost\n"
    )


@needs
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_output_is_named():
    done = run(["boundaries", *START], redirect="> /dev/full")
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert done.stderr.startswith(b"twolayer: error: standard output: No space left")


@needs
@pytest.mark.parametrize("name", ["run.npz", "run.csv", "run.png"])
def test_a_full_disk_names_the_file_and_leaves_nothing(tmp_path, name):
    """A limit on the size of files stands for it."""
    place = tmp_path / name
    line = 'ulimit -f 1; exec "$0" -W error -m twolayer "$@"'
    arguments = ["simulate", "--eta", "1", *START, "--steps", "900", "--save", str(place)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg"}
    done = subprocess.run(
        ["bash", "-c", line, sys.executable, *arguments],
        capture_output=True, check=False, env=environment, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert re.fullmatch(rf"twolayer: error: {re.escape(str(place))}: .*\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


@needs
def test_help_is_as_wide_as_the_terminal():
    for width in (50, 100):
        lines = run(["--help"], {"COLUMNS": str(width)}).stdout.decode().split("\n")
        text = lines[: lines.index("examples:")]
        assert width - 20 < max(map(len, text)) <= width
