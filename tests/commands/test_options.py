"""Values, former names, and the options that messages name."""

import argparse
import os

import numpy as np
import pytest

from tests.commands.process import call, run
from twolayer.commands import cli, options

HERE = {"boundaries": (), "simulate": ("--eta", "1"), "diagram": ("--eta", "0.5:1:2")}


def test_values():
    assert options.axis("2.5") == 2.5
    np.testing.assert_array_equal(options.axis("-1:1:5"), np.linspace(-1, 1, 5))
    np.testing.assert_array_equal(options.axis("1:100:3:log"), np.geomspace(1, 100, 3))


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["--target", "-1e-3"], ["--target=-1e-3"]),
        (["--target", "-1:1:20", "--observe"], ["--target=-1:1:20", "--observe"]),
        (["--output", "-.5"], ["--output=-.5"]),
        (["--network-output", "-inf"], ["--network-output=-inf"]),
        (["--target=-1", "-2"], ["--target=-1", "-2"]),
        (["-1", "--save", "-x", "--width", "3"], ["-1", "--save", "-x", "--width", "3"]),
    ],
)
def test_a_negative_number_after_an_option_is_its_value(given, taken):
    assert options.joined(given) == taken


def test_negative_numbers_are_taken(capsys):
    start = ("boundaries", "--curvature", "2", "--width", "100")
    for target in ("-1e-3", "-0.001", "-.1e-2"):
        code, out, err = call(capsys, *start, "--output", "-0.5", "--target", target)
        assert (code, err) == (0, "")
        joined = call(capsys, *start, "--output=-0.5", f"--target={target}")
        assert joined == (0, out, "")


def test_a_negative_axis_is_taken(capsys, tmp_path):
    axes = ("--curvature", "1:2:5", "--target", "-1:1:20", "--width", "100")
    code, out, err = run("diagram", "--eta", "1", *axes, cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "\ncells: LAZY 100\n" in out


@pytest.mark.parametrize("command", HERE)
def test_the_output_of_the_network_has_a_former_name(capsys, monkeypatch, tmp_path, command):
    monkeypatch.chdir(tmp_path)
    width = "1:100:3:log" if command == "diagram" else "100"
    start = (command, *HERE[command], "--curvature", "2", "--width", width)
    code, out, err = call(capsys, *start, "--output", "-0.5")
    assert (code, err) == (0, "")
    note = f"twolayer {command}: --network-output still works; --output is its name now\n"
    assert call(capsys, *start, "--network-output", "-0.5") == (0, out, note)
    code, out, err = call(capsys, *start, "--output", "1", "--network-output", "2")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "argument --network-output: not allowed with argument --output" in err


@pytest.mark.parametrize("command", [[], ["data", "points.csv"], ["relu"]])
def test_folders_have_a_former_name(capsys, monkeypatch, tmp_path, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text("1,2\n3,4\n")
    code, out, err = call(capsys, *command, "--output", "points.csv")
    note, fault = err.splitlines()
    name = " ".join(["twolayer", *command[:1]])
    assert (code, out) == (2, "")
    assert note == f"{name}: --output still works; --folder is its name now"
    assert fault.startswith("twolayer: error: --folder = 'points.csv' must be a folder that")
    code, out, err = call(capsys, *command, "--folder", "a", "--output", "b")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "argument --output: not allowed with argument --folder" in err
    assert [path.name for path in tmp_path.iterdir()] == ["points.csv"]


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_help_is_wrapped_and_hides_former_names(capsys, monkeypatch, command):
    monkeypatch.setitem(os.environ, "COLUMNS", "80")
    code, out, err = call(capsys, *command.split(), "--help")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    model = command in HERE
    assert ("--folder FOLDER" in out) == (not model and command != "explorer")
    assert ("--output OUTPUT" in out) == (model or (not command and "--output 1" not in out))
    assert "--network-output" not in out
    assert "==SUPPRESS==" not in out
    assert "|" not in out.split("\n\n")[0]


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("output = 3.0 must be at most", "--output = 3.0 must be at most"),
        ("eta[2] = -1.0 must be", "--eta[2] = -1.0 must be"),
        ("outputs = 3 must be", "outputs = 3 must be"),
        ("--save = 'x' must be", "--save = 'x' must be"),
    ],
)
def test_messages_name_the_option(message, shown):
    assert options.named(message) == shown


@pytest.mark.parametrize(
    ("text", "value"), [("1e6", 10**6), ("30", 30), ("2.0", 2), ("9" * 20, 10**20 - 1)]
)
def test_whole_numbers_however_they_are_written(text, value):
    assert options.whole(text) == value


@pytest.mark.parametrize("text", ["1.5", "-1", "inf", "nan", "x", "1e400"])
def test_what_is_no_whole_number(text):
    with pytest.raises(argparse.ArgumentTypeError, match="must be a whole number of at least 0"):
        options.whole(text)
