"""Files of samples: which are read, and what goes with which."""

import re

import numpy as np
import pytest

from tests.samples.helpers import refuses, same, text
from twolayer import Data


@pytest.mark.parametrize("outputs", [0, -1, 1.0, "2", None, True])
def test_outputs(tmp_path, outputs):
    with refuses(f"outputs = {re.escape(repr(outputs))} must be a whole number of at least 1"):
        Data.read(text(tmp_path / "a.csv", "1,2\n"), outputs=outputs)


def test_endings(tmp_path):
    for name in ("a.txt", "a", "a.npy", "npz", ".csv", "a.csv.gz"):
        with refuses(
            f"path = '{re.escape(str(tmp_path / name))}' must end in .npz, .csv, .tsv or .parquet"
        ):
            Data.read(text(tmp_path / name, "1,2\n"))


def test_endings_in_any_case(tmp_path):
    whole = Data([1.0, 2.0], [2.0, 3.0])
    for name in ("a.csv", "a.CSV", "a.Csv", "a.tsv", "a.TSV"):
        separator = "\t" if "t" in name.lower() else ","
        same(Data.read(text(tmp_path / name, f"1{separator}2\n2{separator}3\n")), whole)
    with open(tmp_path / "a.NPZ", "wb") as file:
        np.savez(file, X=[1.0, 2.0], Y=[2.0, 3.0])
    same(Data.read(tmp_path / "a.NPZ"), whole)


@pytest.mark.parametrize("name", ["a.npz", "a.csv", "a.tsv", "a.parquet"])
def test_files_that_cannot_be_read(tmp_path, name):
    with pytest.raises(FileNotFoundError, match=name):
        Data.read(tmp_path / name)
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError, match=name):
        Data.read(tmp_path / name)


@pytest.mark.parametrize("name", ["header", "classes", "drop_missing", "standardize"])
@pytest.mark.parametrize("value", [1, "yes", np.True_, []])
def test_switches_are_true_or_false(tmp_path, name, value):
    also = ", or None" * (name == "header")
    with refuses(f"{name} = {re.escape(repr(value))} must be True or False{also}"):
        Data.read(text(tmp_path / "a.csv", "1,2\n"), **{name: value})


def test_arrays_belong_to_archives(tmp_path):
    for name, whose in (("a.csv", "a table"), ("a.parquet", "a .parquet file")):
        with refuses(rf"arrays = \('x', 'y'\) must be left out for {whose}"):
            Data.read(text(tmp_path / name, "1,2\n"), arrays=("x", "y"))
    with refuses("header = False must be left out for a .parquet file"):
        Data.read(text(tmp_path / "a.parquet", "1,2\n"), header=False)


def test_labels_may_be_truths_and_outputs_belong_to_tables(tmp_path):
    whole, truth = Data([1.0, 2.0, -1.0], [True, True, False]), Data([1.0, 2.0, -1.0], [1, 1, 0])
    assert whole.solution == truth.solution
    np.savez(tmp_path / "a.npz", X=[[1.0]], Y=[[1.0]])
    with pytest.raises(ValueError, match=r"outputs = 2 must be left out for an \.npz file"):
        Data.read(tmp_path / "a.npz", outputs=2)


def test_standardized_from_any_file(tmp_path):
    X, Y = np.array([[1.0, 7, 2], [2, 7, 0], [4, 7, 1], [0, 7, 3]]), np.array([1.0, 2, 0, 5])
    Z = np.hstack([(X - X.mean(0))[:, [0, 2]], np.zeros((4, 1))])[:, [0, 2, 1]]
    Z /= [Z[:, 0].std(), 1, Z[:, 2].std()]
    np.savez(tmp_path / "a.npz", X=X, Y=Y)
    np.savetxt(tmp_path / "a.csv", np.column_stack([X, Y]), delimiter=",")
    for name in ("a.npz", "a.csv"):
        data = Data.read(tmp_path / name, standardize=True)
        same(data, Data(Z, Y - Y.mean()), 1e-14)
        assert data.notes[-1] == "inputs centred and scaled to mean square 1, labels centred"
        assert len(data.spectrum) == 2
        assert len(data.notes) == 2  # and the constant column
        assert Data.read(tmp_path / name).notes == data.notes[:1]
