"""Tables as text: every dialect is read, what is none is refused by its line."""

import re

import numpy as np
import pytest

from tests.samples.helpers import refuses, same, text
from twolayer import Data
from twolayer.samples import dialect
from twolayer.samples.text import read

X, Y = [[1, 2], [4, 5], [1, 1]], [3, 7, 9]
TABLE = "must be a table of numbers: "
HAVE = "must have samples, and at least one column of inputs before"
ONE = "1 of labels, with commas, semicolons or tabs between them"
KIND = "must be a table of numbers, not a file of another kind"


def refusal(path, message):
    return refuses(f"path = '{re.escape(str(path))}' {message}")


@pytest.mark.parametrize(
    "content",
    [
        "1,2,3\n4,5,7\n1,1,9\n",
        "a,b,label\n1,2,3\n4,5,7\n1,1,9\n",
        "a, b, label\r\n1, 2, 3\r\n4,5 ,7\r\n1,1,9\r\n",
        "\ufeff1,2,3\n4,5,7\n1,1,9",
        "\ufeffa,b,label\n1,2,3\n4,5,7\n1,1,9\n\n\n",
        "1,2,3\n\n4,5,7\n1,1,9\n\n",
        "\n1e0,2.0,3\n4,5,7\n1,1,9\n",
        "1,2,3\r4,5,7\r1,1,9\r",
        '"1","2","3"\n4,"5",7\n1,1,"9"\n',
        "1;2;3\n4;5;7\n1;1;9\n",
        "1,0;2;3,00\n4;5;7\n1;1;9\n",
        "1;2;3\n4;5;7\n1;1,0;9\n",
        "a;b, in cm;label\n1.0;2.0;3\n4;5;7\n1;1;9\n",
        "a\tb\tlabel\n1\t2\t3\n4\t5\t7\n1\t1\t9\n",
        "a\tb\tlabel\n1,0\t2\t3\n4\t5\t7\n1\t1\t9\n",
        '"height, cm","say ""b""",label\n1,2,3\n4,5,7\n1,1,9\n',
        '"height\nin cm",b,label\n1,2,3\n4,5,7\n1,1,9\n',
        "# a remark, with a comma\na,b,label\n1,2,3\n4,5,7\n1,1,9\n",
        "# a remark\n# another\n1,2,3\n4,5,7\n# between\n\n1,1,9\n# at the end\n",
        "sep=;\na;b;label\n1;2;3\n4;5;7\n1;1;9\n",
        '\ufeff"sep=;"\r\na;b;label\r\n1;2;3\r\n4;5;7\r\n1;1;9\r\n',
        ",a,b,label\n0,1,2,3\n1,4,5,7\n2,1,1,9\n",
        '"","a","b","label"\n"1",1,2,3\n"2",4,5,7\n"3",1,1,9\n',
        '"a","b","label"\n"1",1,2,3\n"2",4,5,7\n"3",1,1,9\n',
        "a,b,label\nMazda RX4,1,2,3\nDatsun,4,5,7\nHornet,1,1,9\n",
        "temperature °C,b,label\n1,2,3\n4,5,7\n1,1,9\n".encode("latin-1"),
        "temperature °C,b,label\n1,2,3\n4,5,7\n1,1,9\n".encode(),
        "a\tb\tlabel °\n1\t2\t3\n4\t5\t7\n1\t1\t9\n".encode("utf-16"),
    ],
)
def test_dialects(tmp_path, content):
    same(Data.read(text(tmp_path / "a.csv", content)), Data(X, Y), 1e-14)


def test_outputs_are_the_last_columns(tmp_path):
    path = text(tmp_path / "a.csv", "1,2,3\n4,5,7\n1,1,9\n")
    same(Data.read(path, outputs=2), Data([1, 4, 1], [[2, 3], [5, 7], [1, 9]]), 1e-14)


@pytest.mark.parametrize(
    ("separator", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", ",")]
)
def test_numbers_to_the_last_bit(tmp_path, separator, decimal):
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(300, 3)) * 10.0 ** rng.integers(-30, 30, (300, 3))
    lines = (separator.join(map(repr, row)).replace(".", decimal) for row in numbers.tolist())
    frame = read(text(tmp_path / "a.csv", "\n".join(lines)), None).frame
    np.testing.assert_array_equal(frame.to_numpy(), numbers)


def test_names(tmp_path):
    """On one line, without spaces around; that of pandas for a column without one."""
    path = text(tmp_path / "a.csv", '" a\n in  cm ",b ,\n1,2,3\n4,5,7\n1,1,9\n')
    data = Data.read(path, header=True)
    assert (data.input_names, data.label_names) == (("a in cm", "b"), ("Unnamed: 2",))
    data = Data.read(text(path, "1,2,3\n4,5,7\n1,1,9\n"))
    assert (data.input_names, data.label_names) == (("column 0", "column 1"), ("column 2",))


def test_names_of_rows_are_left_out(tmp_path):
    note = "column 0 has no name and holds names of rows: left out"
    for rows in ("012", "123", "abc"):
        lines = [f"{name},{value},{value}" for name, value in zip(rows, "142", strict=True)]
        data = Data.read(text(tmp_path / "a.csv", "\n".join([",a,y", *lines])))
        assert data.input_names == ("a",)
        assert data.notes == (note,)
        data = Data.read(tmp_path / "a.csv", drop=0)
        assert data.notes == ("left out as asked: Unnamed: 0",)
    counted = text(tmp_path / "a.csv", ",a,y\n0,1,2\n1,4,5\n2,1,1\n")
    data = Data.read(counted, label=0)
    assert data.label_names == ("Unnamed: 0",)
    assert data.notes == ("Unnamed: 0 counts 0 … 2, as an index does",)


ASKED = [
    "0,1,2\n1.5,2,3\n2,1,4\n",
    ",0,1\n0,1.5,2\n1,2,3\n",
    "0,1,label\n1,2,3\n4,5,7\n1,1,9\n",
    "150,4,setosa,versicolor\n5.1,3.5,1.4,0\n4.9,3,1.4,0\n",
    "2019,2020,2021\n1.5,2,3\n2,1,4.5\n",
    "0,2,5\n1.5,2,3\n2,1,4.5\n",
    "a,,b\n1,2,3\n",
    "a,NA,b\n1,2,3\n",
    ",a,b\n17,1.5,2\n3,2.5,1\n9,3,5\n",
    "1,x,3\n2,1,4\n",
]


@pytest.mark.parametrize("content", ASKED)
def test_a_first_row_that_may_hold_names_is_asked_about(tmp_path, content):
    path = text(tmp_path / "a.csv", "# remark\n" + content)
    names = re.escape(content.partition("\n")[0].replace(",", ", "))
    with refusal(
        path, rf"must be read with header=True or header=False: line 2 may be names \({names}\)"
    ):
        Data.read(path)
    named = read(path, True)
    assert len(named.frame) == content.count("\n") - 1
    assert named.names == [
        name or f"Unnamed: {place}" for place, name in enumerate(content.split("\n")[0].split(","))
    ]
    rows = read(path, False)
    assert len(rows.frame) == content.count("\n")
    assert not rows.named


@pytest.mark.parametrize(
    "content",
    [
        "1,2,3\n4,5,7\n1,1,9\n",  # whole above whole
        "0,2,5\n1,2,3\n2,1,4.5\n",
        "2,0,5\n1.5,2,3\n2,1,4.5\n",
        "0,1.0,2\n1.5,2,3\n",
        "1,2\n1.5,2.5\n",
        "0,1,2\n",  # a table has samples
        "1.0,2,3\n2,1,x\n",
    ],
)
def test_a_first_row_of_numbers_is_a_sample(tmp_path, content):
    assert len(read(text(tmp_path / "a.csv", content), None).frame) == content.count("\n")


@pytest.mark.parametrize("first", ["# a,y", "# a remark", "a,y", "#a, y"])
def test_names_and_remarks(tmp_path, first):
    path = text(tmp_path / "a.csv", f"{first}\n1,2\n2,nan\n")
    name = r"1 \(from 0\)" if "remark" in first else "'y'"
    with pytest.raises(ValueError, match=f"line 3, column {name} = 'nan' is a gap"):
        Data.read(path)
    text(path, f"{first}\n1,2\n2,4\n")
    np.testing.assert_allclose(Data.read(path).solution, [[2.0]])


def test_a_class_that_begins_like_a_remark(tmp_path):
    """Remarks are lines; what stands behind the sign in a cell, or in quotes, is not cut off."""
    content = "a,kind\n1,C#\n2,F\n3,C#\n# remark\n"
    data = Data.read(text(tmp_path / "a.csv", content))
    assert data.notes[0] == "label kind: -1 for C#, +1 for F"
    content = 'text,a,y\n"one\n# two",1,2\n"#",2,5\n# remark\nthree,3,6\n'
    data = Data.read(text(tmp_path / "a.csv", content), drop="text")
    same(data, Data([1.0, 2, 3], [2.0, 5, 6]), 1e-14)
    with pytest.raises(ValueError, match="line 3, column 'a' = '#N/A' is a gap"):
        Data.read(text(tmp_path / "a.csv", "a,y\n1,2\n#N/A,3\n2,2\n"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", f"{HAVE} {ONE}"),
        ("\n\n", f"{HAVE} {ONE}"),
        ("# a remark\n", f"{HAVE} {ONE}"),
        ("a,b\n", f"{HAVE} {ONE}"),
        ("1\n2\n", f"{HAVE} {ONE}"),
        ("a\n1\n2\n", f"{HAVE} {ONE}"),
        ("a b y\n1 2 3\n", f"{HAVE} {ONE}"),
        ("some words\nand more\n", f"{HAVE} {ONE}"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", KIND),
        (b"1,2\n\x00\x00,3\n", KIND),
        (b"PK\x03\x04\x14\x00\x00\x00\n\x00\x01", KIND),
        ("1,2\n1,2,3\n", f"{TABLE}line 2 has 3 columns, line 1 has 2"),
        ("1,2,3\n1,2\n", f"{TABLE}line 2 has 2 columns, line 1 has 3"),
        ("1,2,3\n\n1,2,3\n# x\n1,2\n", f"{TABLE}line 5 has 2 columns, line 1 has 3"),
        ("a,b,c\n1,2\n", f"{TABLE}line 2 has 2 columns, line 1 has 3"),
        ("a,b\n1,2,\n3,4,\n", f"{TABLE}line 2 has 3 columns, line 1 has 2"),
        ("a;b;c\n1;2;3\n1;2,5\n", f"{TABLE}line 3 has 2 columns, line 1 has 3"),
        ('a,y\n1,"2\n2,3\n', f"{TABLE}a quote in line 2 does not close"),
        (
            'a,y\n1,"' + "2,3\n" * 40_000,
            f"{TABLE}it has a quote that does not close, or a cell of more than 131072 characters",
        ),
    ],
)
def test_files_that_are_none(tmp_path, content, message):
    path = text(tmp_path / "a.csv", content)
    with refusal(path, message):
        Data.read(path)


def test_pandas_has_the_last_word(tmp_path, monkeypatch):
    from pandas.errors import ParserError

    def fails(*_):
        raise ParserError("what is\nwrong")

    monkeypatch.setattr("twolayer.samples.text._parsed", fails)
    path = text(tmp_path / "a.csv", "1,2\n3,4\n")
    with refusal(path, f"{TABLE}it cannot be read: what is wrong"):
        Data.read(path)


def test_the_dialect_is_that_of_most_numbers():
    for content, marks in (
        ("1,5;2,0;3\n", (";", ",")),
        ("1,2\n3,4\n", (",", ".")),
        ("name,tags,y\nx,a;b,1\ny,c;d,2\n", (",", ".")),
        ("x,a;b\ny,c;d\n", (",", ".")),
        ("a;b\n12.05.2020;1,5\n", (";", ",")),
        ("a;b\n1.5;1,5\n", (";", ".")),
        ("a\tb, c\n1\t2\n", ("\t", ".")),
        ("a;b\n" + "1;2\n" * 200 + "3;4,5\n", (";", ",")),
    ):
        assert dialect.marks(content) == marks, content


def test_what_is_a_number():
    for cell in ("1", " -1.5 ", "+.5", "2.", "1e5", "-1E-5", "inf", "-Infinity", "007"):
        assert dialect.is_number(cell), cell
    for cell in ("", "1_000", "1,5", "1 2", "- 1", "0x10", "1d5", "nan", "e5", ".", "١", "12%"):
        assert not dialect.is_number(cell), cell
    assert dialect.is_number("1,5", ",")
    assert not dialect.is_number("1.5", ",")
