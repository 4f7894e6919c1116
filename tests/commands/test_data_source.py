"""What the command `data` is told of its source, and what it says of it."""

import numpy as np
import pytest

from tests.commands import process
from tests.samples.helpers import same, text
from twolayer import Data
from twolayer.commands import data_jobs, data_source, options

TABLE = "rownames,height,weight,one,kind\n" + "".join(
    f"{i},{i * i % 5},{i * i % 7},1,{'ab'[i % 2]}\n" for i in range(1, 9)
)


@pytest.fixture
def points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return text(tmp_path / "points.csv", TABLE)


def load(*arguments):
    """The data set and what is said of it."""
    parser = options.Parser(prog="twolayer data")
    data_source.add_options(parser)
    return data_source.load(parser.parse_args(options.joined(arguments)))


@pytest.mark.parametrize(
    ("arguments", "how"),
    [
        ("", {}),
        ("--header", {"header": True}),
        ("--label weight --drop kind", {"label": "weight", "drop": "kind"}),
        ("--label 1 --label weight --drop -1", {"label": [1, 2], "drop": 4}),
        ("--drop rownames --drop -2", {"drop": [0, 3]}),
        ("--label -1", {"label": "kind"}),
        ("--drop kind --drop one --outputs 2", {"drop": [3, 4], "outputs": 2}),
        ("--label height --classes --drop kind", {"label": 1, "classes": True, "drop": "kind"}),
        ("--label height --drop kind --standardize",
         {"label": 1, "drop": "kind", "standardize": True}),
    ],
)  # fmt: skip
def test_options_are_arguments(points, arguments, how):
    data, _ = load("points.csv", *arguments.split())
    other = Data.read("points.csv", **how)
    same(data, other)
    assert (data.input_names, data.label_names) == (other.input_names, other.label_names)
    assert data.notes == other.notes


def test_options_that_choose_rows_and_arrays(points, tmp_path):
    text(tmp_path / "gaps.csv", "0,1,2\n1,NA,3\n2,3,3\n")
    data, _ = load("gaps.csv", "--no-header", "--drop-missing", "--classes")
    same(data, Data.read("gaps.csv", header=False, drop_missing=True, classes=True))
    assert data.samples == 2
    np.savez(tmp_path / "a.npz", x_train=[[1.0], [2.0]], y_train=[3.0, 1.0])
    data, words = load("a.npz", "--arrays", "x_train", "y_train")
    same(data, Data([1.0, 2.0], [3.0, 1.0]))
    assert "inputs: x_train[0]\n   label: y_train[0]" in words


def test_what_is_said(points):
    _, words = load("points.csv", "--label", "weight", "--label", "kind", "--standardize")
    assert words.split("\n   ") == [
        "the inputs of the file standardized",
        "inputs: rownames, height, one",
        "labels: weight, kind",
        "note: label kind: -1 for a, +1 for b",
        "note: rownames counts 1 … 8, as an index does (--drop 'rownames' leaves it out)",
        "note: one is constant (--drop 'one' leaves it out)",
        "note: inputs centred and scaled to mean square 1, labels centred",
    ]
    _, words = load("points.csv", "--drop", "rownames", "--drop", "one")
    assert words.split("\n   ") == [
        "the inputs of the file neither centred nor scaled",
        "inputs: height, weight",
        "label: kind",
        "note: left out as asked: rownames, one",
        "note: label kind: -1 for a, +1 for b",
    ]


def test_many_columns_are_cut():
    names = [f"X[{i}]" for i in range(784)]
    assert data_source.listed(names) == "X[0], X[1], X[2], …, X[783] (784 columns)"
    assert data_source.listed(names[:12]) == ", ".join(names[:12])
    assert data_source.listed(["a", "height, cm"]) == "a, 'height, cm'"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["points.csv", "--label", "z"], "--label = 'z' must be a name, or a number from 0 to 4, "
         "of the columns rownames, height, weight, one, kind"),
        (["points.csv", "--drop", "z"], "--drop = 'z' must be a name, or a number from 0 to 4, of "
         "the columns rownames, height, weight, one, kind"),
        (["points.csv", "--label", "one"], "path = 'points.csv' must be a table of numbers: line "
         "2, column 'kind' = 'b' is no number: --drop 'kind' leaves the column out"),
        (["points.csv", "--label", "one", "--outputs", "2"],
         "--outputs = 2 must be left out where label says which"),
        (["points.csv", "--arrays", "a", "b"],
         "--arrays = ['a', 'b'] must be left out for a table"),
        (["points.csv", "--arrays", "a"], "argument --arrays: expected 2 arguments"),
        (["unnamed.csv"], "path = 'unnamed.csv' must be read with --header or --no-header: line 1 "
         "may be names (0, 1, 2)"),
        (["gaps.csv"], "path = 'gaps.csv' must be a table of numbers: line 1, column 1 (from 0) = "
         "'NA' is a gap: --drop-missing leaves out rows with gaps, 1 of 4"),
        (["words.csv"], "path = 'words.csv' must be a table of numbers: line 2, column 'y' = 'x' "
         "is no number: --classes takes labels as classes"),
        (["keys.npz"], "path = 'keys.npz' must be an .npz file with arrays X and Y of numbers: it "
         "has x_train, y_train; --arrays chooses two"),
        (["keys.npz", "--label", "0"],
         "--label = ['0'] must be left out for an .npz file, whose arrays say it"),
        (["digits", "--label", "0"], "--label belongs to a file, not to the digits"),
        (["digits:3:8", "--standardize"], "--standardize belongs to a file, not to the digits"),
        (["digits", "--no-header"], "--header belongs to a file, not to the digits"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(points, tmp_path, capsys, arguments, message):
    text(tmp_path / "unnamed.csv", "0,1,2\n1.5,2,3\n2,1,4\n")
    text(tmp_path / "gaps.csv", "1.0,NA,3\n2,1,4\n3,3,1\n0,1,1\n")
    text(tmp_path / "words.csv", "a,y\n1,x\n2,3\n")
    np.savez(tmp_path / "keys.npz", x_train=[[1.0]], y_train=[1.0])
    before = sorted(tmp_path.iterdir())
    code, out, err = process.call(capsys, "data", *arguments)
    who = "twolayer data" if message.startswith("argument") else "twolayer"
    assert (code, out, err) == (2, "", f"{who}: error: {message}\n")
    assert sorted(tmp_path.iterdir()) == before


def test_labels_of_one_name_are_one(points):
    with pytest.raises(ValueError, match=r"--label = \['0', 'rownames'\] must name columns, each"):
        load("points.csv", "--label", "0", "--label", "rownames")


@pytest.mark.parametrize(
    "content",
    [
        "1,2,3\n",
        "a,b,y\n1,2,0\n2,1,0\n0,1,0\n",
        "a,b,y\n1,2,3\n2,1,3\n0,1,1\n5,1,6\n",
        "1,2\n2,4\n3,6\n",
    ],
    ids=["one row", "labels of zero", "linear labels", "one input, linear labels"],
)
def test_small_tables_warn_of_nothing(tmp_path, monkeypatch, capsys, content):
    """Warnings are errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(data_jobs, "RATES", np.array([1.0, 2.5, 4.6]))
    monkeypatch.setattr(data_jobs, "RESTORED", np.array([1.0, 3.0]))
    text(tmp_path / "a.csv", content)
    code, out, err = process.call(capsys, "data", "a.csv", "--width", "20")
    assert code == 0, err
    assert "   inputs: " in out
    assert "\n   label: " in out
    assert "arning" not in err


def test_either_header_or_none(capsys):
    code, _, err = process.call(capsys, "data", "a.csv", "--header", "--no-header")
    assert (code, err) == (
        2,
        "twolayer data: error: --header and --no-header exclude one another\n",
    )
