"""Tables as samples: labels and inputs, gaps, classes, and what is said of them."""

import re

import numpy as np
import pytest

from tests.samples.helpers import refuses, same, text
from tests.samples.test_text import HAVE, TABLE, refusal
from twolayer import Data

POINTS = "a,b,c,y\n1,2,0,3\n4,5,1,7\n1,1,3,9\n0,2,2,5\n"
COLUMNS = np.array([[1.0, 2, 0, 3], [4, 5, 1, 7], [1, 1, 3, 9], [0, 2, 2, 5]])


@pytest.fixture
def points(tmp_path):
    return text(tmp_path / "a.csv", POINTS)


@pytest.mark.parametrize(
    ("label", "drop", "inputs", "labels"),
    [
        (None, (), "abc", "y"),
        (None, "y", "ab", "c"),
        (None, ["b"], "ac", "y"),
        (None, ["b", 0], "c", "y"),
        ("a", (), "bcy", "a"),
        (0, (), "bcy", "a"),
        ("0", (), "bcy", "a"),
        (-1, "a", "bc", "y"),
        (np.int64(1), (), "acy", "b"),
        (["y", "a"], (), "bc", "ya"),
        (("y", 2), 0, "b", "yc"),
        (" y ", "-2", "ab", "y"),
    ],
)
def test_columns_are_chosen(points, label, drop, inputs, labels):
    data = Data.read(points, label=label, drop=drop)
    places = [["abcy".index(name) for name in names] for names in (inputs, labels)]
    same(data, Data(COLUMNS[:, places[0]], COLUMNS[:, places[1]]), 1e-14)
    assert (data.input_names, data.label_names) == (tuple(inputs), tuple(labels))
    left = [name for name in "abcy" if name not in inputs + labels]
    assert data.notes == ((f"left out as asked: {', '.join(left)}",) if left else ())


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"label": "z"}, "label = 'z' must be a name, or a number from 0 to 3, of the columns "
                         "a, b, c, y"),
        ({"drop": ["a", "z"]}, "drop = 'z' must be .* of the columns a, b, c, y"),
        ({"label": 4}, "label = 4 must be a name, or a number from 0 to 3, .*"),
        ({"label": -5}, "label = -5 must be .*"),
        ({"label": True}, "label = True must be .*"),
        ({"label": 1.0}, r"label = 1\.0 must be .*"),
        ({"drop": None}, "drop = None must be .*"),
        ({"label": []}, r"label = \[\] must name columns, each once"),
        ({"label": ["a", 0]}, r"label = \['a', 0\] must name columns, each once"),
        ({"label": "a", "drop": 0}, "label = 'a' must not be among those of drop"),
        ({"label": "a", "outputs": 2}, "outputs = 2 must be left out where label says which"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_chosen(points, how, message):
    with refuses(message):
        Data.read(points, **how)


@pytest.mark.parametrize(
    ("how", "labels"),
    [
        ({"outputs": 4}, 4),
        ({"outputs": 9}, 9),
        ({"drop": ["a", "b", "c"]}, 1),
        ({"drop": ["a", "b", "c", "y"]}, 1),
        ({"label": "abcy"}, 4),
    ],
)
def test_inputs_are_needed(points, how, labels):
    with refusal(
        points, f"{HAVE} {labels} of labels, with commas, semicolons or tabs between them"
    ):
        Data.read(points, **{key: list(v) if v == "abcy" else v for key, v in how.items()})


def test_columns_of_one_name_are_chosen_by_number(tmp_path):
    path = text(tmp_path / "a.csv", "a,a,y\n1,2,3\n2,1,4\n0,4,4\n")
    with refuses(r"label = 'a' must be a number: columns 0, 1 \(from 0\) have this name"):
        Data.read(path, label="a")
    assert Data.read(path, label=1).input_names == ("a", "y")
    numbered = text(tmp_path / "a.csv", "2,1,0\n1,2,3\n2,1,4\n0,4,4\n")
    assert Data.read(numbered, label="2", header=True).label_names == ("2",)  # a name first
    assert Data.read(numbered, label=2, header=True).label_names == ("0",)


def test_a_list_of_many_columns_is_cut(tmp_path):
    path = text(tmp_path / "a.csv", 'a,"b, c",y\n1,2,3\n')
    with refuses("label = 'q' must be .* of the columns a, 'b, c', y"):
        Data.read(path, label="q")
    path = text(tmp_path / "a.csv", ",".join(f"p{i}" for i in range(784)) + "\n" + "1," * 783 + "1")
    with refuses("label = 'q' must be .* of the columns p0, p1, .*, p39 and 744 more"):
        Data.read(path, label="q")


# Gaps


@pytest.mark.parametrize(
    "gap", ["", "  ", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?", '"NA"', "NA "]
)
def test_gaps_are_refused_by_line_and_column_or_dropped(tmp_path, gap):
    path = text(tmp_path / "a.csv", f"a,b,y\n1,2,3\n# x\n\n2,{gap},4\n3,3,1\n0,1,1\n")
    says = re.escape(repr(gap.strip().strip('"')))
    with refusal(
        path,
        f"{TABLE}line 5, column 'b' = {says} is a gap: drop_missing=True leaves out rows with "
        "gaps, 1 of 4",
    ):
        Data.read(path)
    data = Data.read(path, drop_missing=True)
    same(data, Data([[1, 2], [3, 3], [0, 1]], [3, 1, 1]), 1e-14)
    assert data.notes == ("1 of 4 rows left out for their gaps",)
    same(Data.read(path, drop="b"), Data([1, 2, 3, 0], [3, 4, 1, 1]), 1e-14)


def test_a_gap_in_the_first_line_makes_no_names(tmp_path):
    path = text(tmp_path / "a.csv", "1.0,NA,3\n2,1,4\n3,3,1\n0,1,1\n")
    with refusal(
        path,
        rf"{TABLE}line 1, column 1 \(from 0\) = 'NA' is a gap: drop_missing=True leaves out rows "
        "with gaps, 1 of 4",
    ):
        Data.read(path)
    same(Data.read(path, drop_missing=True), Data([[2, 1], [3, 3], [0, 1]], [4, 1, 1]), 1e-14)


def test_gaps_in_labels_and_in_whole_columns(tmp_path):
    path = text(tmp_path / "a.csv", "a,e,kind\n1,,x\n2,,?\n3,,y\n4,,x\n")
    with refusal(path, f"{TABLE}column 'e' holds gaps only: drop='e' leaves it out"):
        Data.read(path, drop_missing=True)
    with pytest.raises(ValueError, match=r"line 3, column 'kind' = '\?' is a gap"):
        Data.read(path, drop="e")
    same(Data.read(path, drop="e", drop_missing=True), Data([1.0, 3, 4], [-1.0, 1, -1]), 1e-14)
    path = text(tmp_path / "a.csv", "1,NA\nNA,2\n")
    with refusal(path, f"{TABLE}every row has a gap"):
        Data.read(path, drop_missing=True)


def test_other_words_are_no_gaps(tmp_path):
    """A class may be called None; a number may not."""
    path = text(tmp_path / "a.csv", "a,kind\n1,None\n2,na\n3,None\n4,-\n")
    data = Data.read(path)
    assert data.label_names == ("kind = -", "kind = None", "kind = na")
    path = text(tmp_path / "a.csv", "a,y\n1,2\nNone,3\n3,4\n")
    with pytest.raises(ValueError, match="line 3, column 'a' = 'None' is no number"):
        Data.read(path)


# Cells that are no numbers


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b,y\n1,2,3\n\n4,x ,6\n", "line 4, column 'b' = 'x' is no number: drop='b' leaves the "
                                     "column out"),
        ("a,b,y\n1,2,3\n4,1_000,6\n", "line 3, column 'b' = '1_000' is no number: drop='b' .*"),
        ('a,y\n"1,234",3\n"2,500",6\n', "line 2, column 'a' = '1,234' is no number: drop='a' .*"),
        ("a;y\n1.234,5;3\n2,5;6\n", r"line 2, column 'a' = '1\.234,5' is no number: drop='a' .*"),
        ("a;y\n1,5;3\n2.5;6\n", "line 2, column 'a' = '1,5' is no number: drop='a' .*"),
        ("day,y\n2020-01-01,3\n2020-01-02,6\n", "line 2, column 'day' = '2020-01-01' is no .*"),
        ("1,2,3\nx,1,6\n", r"line 2, column 0 \(from 0\) = 'x' is no number: drop=0 leaves the "
                           "column out"),
        ("1,2\n3,y\n", r"line 2, column 1 \(from 0\) = 'y' is no number: classes=True takes "
                       "labels as classes"),
        ("a,y\n1,2\n3,1_000\n", "line 3, column 'y' = '1_000' is no number: classes=True .*"),
        ("a,y\n1,1_000\n3,1_000\n", "line 2, column 'y' = '1_000' is no number: classes=True .*"),
        ("a,y\n1,12%\n3,3%\n5,12%\n", "line 2, column 'y' = '12%' is no number: classes=True .*"),
        ("height,weight\n1,2\ninf,1\n", "line 3, column 'height' = 'inf' must be finite"),
        ("1,1e999\n3,4\n", r"line 1, column 1 \(from 0\) = '1e999' must be finite"),
        ("a,b,y\n1,NA,3\n2,3,4\n-inf,3,3\n", "line 4, column 'a' = '-inf' must be finite"),
    ],
)  # fmt: skip
def test_cells_are_refused_by_line_and_column(tmp_path, content, message):
    path = text(tmp_path / "a.csv", content)
    with refusal(path, TABLE + message):
        Data.read(path, drop_missing="NA" in content)


def test_a_row_that_is_left_out_may_hold_anything(tmp_path):
    content = "a,b,y\ninf,NA,3\n2,3,4\n4,1,0\n"
    path = text(tmp_path / "a.csv", content)
    same(Data.read(path, drop_missing=True), Data([[2, 3], [4, 1]], [4, 0]), 1e-14)
    path = text(tmp_path / "a.csv", content + "inf,1,1\n")
    with refusal(path, f"{TABLE}line 5, column 'a' = 'inf' must be finite"):
        Data.read(path, drop_missing=True)


def test_zeros_teach_nothing(tmp_path):
    with refuses(
        "X must have an entry of at least 1e-150 in size: nothing can be learned from zeros"
    ):
        Data.read(text(tmp_path / "a.csv", "0,2\n0,4\n"))


def test_large_whole_numbers_and_truths(tmp_path):
    path = text(tmp_path / "a.csv", "a,b,y\n123456789012345678901,True,1\n2,FALSE,0\n3,true,5\n")
    data = Data.read(path)
    same(data, Data([[123456789012345678901.0, 1], [2, 0], [3, 1]], [1, 0, 5]))
    assert data.notes == ("b: 1 for true, 0 for false",)
    path = text(tmp_path / "a.csv", "a,b,y\n1,True,1\n2,,0\n3,False,5\n")
    same(Data.read(path, drop_missing=True), Data([[1, 1], [3, 0]], [1, 5]), 1e-14)


# Classes


def test_labels_that_are_text_are_classes(tmp_path):
    flowers = "5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n6,3,Iris-virginica\n7,3.1,Iris-virginica\n"
    data = Data.read(text(tmp_path / "a.csv", flowers))
    X = [[5.1, 3.5], [4.9, 3.0], [6, 3], [7, 3.1]]
    same(data, Data(X, [-1, -1, 1, 1]), 1e-14)
    assert data.notes == ("label column 2: -1 for Iris-setosa, +1 for Iris-virginica",)
    more = Data.read(text(tmp_path / "a.csv", flowers + "1,2,Iris-x\n"))
    assert more.label_names == tuple(
        f"column 2 = Iris-{name}" for name in ("setosa", "virginica", "x")
    )
    assert more.outputs == 3
    path = text(tmp_path / "a.csv", "a,smoker\n1,True\n2,False\n4,True\n")
    assert Data.read(path).notes == ("label smoker: -1 for False, +1 for True",)


def test_labels_that_are_numbers_are_classes_when_asked(tmp_path):
    path = text(tmp_path / "a.csv", "a,y,z\n1,3,x\n5,5,y\n3,3,x\n7,8,x\n")
    same(Data.read(path, drop="z"), Data([1, 5, 3, 7], [3, 5, 3, 8]), 1e-14)
    data = Data.read(path, drop="z", classes=True)
    same(data, Data([1, 5, 3, 7], [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]), 1e-14)
    assert data.label_names == ("y = 3", "y = 5", "y = 8")
    both = Data.read(path, label=["z", "y"])
    same(both, Data([1, 5, 3, 7], [[-1, 3], [1, 5], [-1, 3], [-1, 8]]), 1e-14)
    assert both.label_names == ("z", "y")
    assert Data.read(path, outputs=2, classes=True).label_names == (
        "y = 3", "y = 5", "y = 8", "z",
    )  # fmt: skip


def test_words_in_each_row_are_no_classes(tmp_path):
    path = text(tmp_path / "a.csv", "a,name\n1,x\n2,y\n3,z\n")
    with refuses("label 'name' must say something more than once, unless classes=True .*"):
        Data.read(path)
    assert Data.read(path, classes=True).outputs == 3


# Notes


def test_an_index_is_noted_with_what_to_do(tmp_path):
    rows = "".join(f"{i + 1},{i * i % 7},1,{i % 3}\n" for i in range(9))
    path = text(tmp_path / "a.csv", "rownames,x,one,y\n" + rows)
    data = Data.read(path)
    assert data.input_names == ("rownames", "x", "one")
    assert data.notes == (
        "rownames counts 1 … 9, as an index does (drop='rownames' leaves it out)",
        "one is constant (drop='one' leaves it out)",
    )
    data = Data.read(path, drop=["rownames", "one"], standardize=True)
    assert data.notes == (
        "left out as asked: rownames, one",
        "inputs centred and scaled to mean square 1, labels centred",
    )
    data = Data.read(text(path, rows))
    note = "column 0 counts 1 … 9, as an index does (drop='column 0' leaves it out)"
    assert data.notes[0] == note
    assert Data.read(path, drop="column 0").input_names == ("column 1", "column 2")
    constant = Data.read(text(path, "a,y\n1,2\n3,2\n2,2\n"))
    assert constant.notes == ("y is constant",)


# Parquet


def test_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    import pandas

    path = tmp_path / "a.parquet"
    frame = pandas.DataFrame(
        {"a": [1, 2, 4, 3], "b": [1.5, None, 0, 2], "t": [True, False, True, True],
         "kind": ["x", "y", None, "y"], 7: [1, 2, 3, 5]}
    )  # fmt: skip
    frame.columns = frame.columns.map(str)
    frame.to_parquet(path)
    data = Data.read(path, label="7", drop=["b", "kind"])
    same(data, Data([[1, 1], [2, 0], [4, 1], [3, 1]], [1, 2, 3, 5]), 1e-14)
    with refusal(
        path,
        f"{TABLE}row 1, column 'b' = 'nan' is a gap: drop_missing=True leaves out rows with gaps, "
        "2 of 4",
    ):
        Data.read(path, label="kind", drop="7")
    data = Data.read(path, label="kind", drop=["t", "7"], drop_missing=True, classes=True)
    assert (data.samples, data.outputs) == (2, 1)
    frame.set_index("kind").to_parquet(path)
    with pytest.raises(ValueError, match="row 0, column 'kind' = 'x' is no number"):
        Data.read(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(40) + b"PAR1", b"1,2\n"])
def test_parquet_that_is_none(tmp_path, content):
    pytest.importorskip("pyarrow")
    path = text(tmp_path / "a.parquet", content)
    with refusal(path, "must be a whole .parquet file"):
        Data.read(path)


def test_parquet_without_its_library(tmp_path, monkeypatch):
    import pandas

    def fails(*_):
        raise ImportError("no engine")

    monkeypatch.setattr(pandas, "read_parquet", fails)
    path = text(tmp_path / "a.parquet", b"PAR1")
    with refusal(path, "must be read by a library that is missing: pip install pyarrow"):
        Data.read(path)
