"""The frame of the command line: help, version, bad input."""

import importlib
import re

import pytest

import twolayer as tl
from tests.commands.process import call, run
from twolayer.commands import cli

START = ("--curvature", "2", "--output", "1", "--width", "100")


def test_the_examples_of_the_help_are_whole_lines_that_are_taken(monkeypatch, capsys):
    taken = []
    for name in ("check", *cli.COMMANDS):
        command = importlib.import_module(f"twolayer.commands.{name}")
        monkeypatch.setattr(command, "work", taken.append)
    _, out, _ = call(capsys, "--help")
    examples = re.findall(
        r"^  (twolayer(?: \\\n +\S+| [^\s\\]\S*)*)", out.split("examples:")[1], re.MULTILINE
    )
    assert len(examples) == 10
    for example in examples:
        _, *arguments = example.replace("\\\n", "").split()
        assert call(capsys, *arguments) == (0, "", "")
    assert len(taken) == len(examples)
    assert [args.folder for args in taken if hasattr(args, "folder")] == [
        "relu",
        "twolayer-data",
        "points",
        "twolayer-deep",
    ]


def test_version_and_help():
    assert run("--version") == (0, f"twolayer {tl.__version__}\n", "")
    code, out, _ = run("--help")
    assert code == 0
    for word in (
        "boundaries",
        "simulate",
        "diagram",
        "explorer",
        "data",
        "--folder",
        "--seed",
        "examples:",
    ):
        assert word in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "argument COMMAND: invalid choice: 'nonsense'"),
        (["--seed", "-1"], "argument --seed: '-1' must be a whole number of at least 0"),
        (["--seed", "x"], "argument --seed: 'x' must be a whole number of at least 0"),
        (["boundaries"], "the following arguments are required: --curvature"),
        (["boundaries", "--curvature", "abc"], "argument --curvature: 'abc' must be a number"),
        (["boundaries", "--curvature", "-2"], "--curvature = -2.0 must be positive and finite"),
        (
            ["boundaries", "--curvature", "2", "--output", "50", "--width", "4"],
            "--output = 50.0 must be at most sqrt(width)",
        ),
        (
            ["boundaries", "--curvature", "2", "--width", "-2.5"],
            "--width = -2.5 must be positive, or inf",
        ),
        (
            ["boundaries", "--curvature", "2", "--width", "4", "--scale", "1"],
            "--scale must be left out beside --width: the width is 1/scale²",
        ),
        (
            ["boundaries", "--curvature", "2", "--scale", "0"],
            "--scale = 0.0 must be between 1e-150 and 1e150",
        ),
        (
            ["boundaries", "--curvature", "2", "--loss", "MSE"],
            "argument --loss: invalid choice: 'MSE' (choose from ",
        ),
        (["boundaries", "--curvature", "nan"], "--curvature = nan must be positive and finite"),
        (["simulate", "--eta", "0", *START], "--eta = 0.0 must be positive and finite"),
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
        (["explorer", "--file", "page.txt"], "--file = 'page.txt' must end in .html"),
        (
            ["explorer", "--file", "no/page.html"],
            "--file = 'no/page.html' must be a file in a folder that exists",
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
            ["diagram", "--eta", "1:2:5", "--curvature", "2", "--width", "-1:2:5"],
            "--width[0] = -1.0 must be positive, or inf",
        ),
        (
            ["simulate", "--eta", "1", *START, "--steps", "100000000000000"],
            "argument --steps: '100000000000000' must be at most 1000000",
        ),
        (
            ["--seed", "3", "boundaries", "--curvature", "2"],
            "--folder and --seed before a command belong to the main job",
        ),
        (["boundaries", "--curv", "2"], "the following arguments are required: --curvature"),
        (
            ["diagram", "--eta", "1:2:5", "--curvature", "2"],
            "two of --eta, --curvature, --output, --width, --target must be axes LOW:HIGH:COUNT, "
            "not 1: --eta\n",
        ),
        (
            ["diagram", "--eta", "1:2:5", "--output", "0:1:5", "--curvature", "2", "--observe"],
            "--width must be finite with --observe",
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
