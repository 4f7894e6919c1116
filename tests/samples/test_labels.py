"""Labels that are classes."""

import numpy as np
import pytest

from tests.samples.helpers import refuses
from twolayer.samples import labels


@pytest.mark.parametrize("values", [["b", "a", "b"], [8.0, -3.0, 8.0], [True, False, True]])
def test_two_classes(values):
    values = np.array(values)
    columns, names, note = labels.in_columns("y", values, asked=True)
    np.testing.assert_array_equal(columns, [[1.0], [-1.0], [1.0]])
    assert names == ("y",)
    assert note.startswith("label y: -1 for ")


def test_words_of_classes():
    for values, words in (
        ([8.0, -3.0], "-1 for -3, +1 for 8"),
        ([0.5, 1e20], "-1 for 0.5, +1 for 100000000000000000000"),
        (["a\n b", "c"], "-1 for a b, +1 for c"),
    ):
        assert labels.in_columns("y", np.array(values), asked=True)[2] == f"label y: {words}"


def test_more_classes():
    columns, names, note = labels.in_columns("kind", np.array(["c", "a", "b", "a"]), asked=False)
    np.testing.assert_array_equal(columns, [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]])
    assert names == ("kind = a", "kind = b", "kind = c")
    assert note == "label kind: one column a class, 1 for its own samples and 0 for others"


def test_what_is_no_class():
    for values in (np.array(["a", "b", "c"]), np.array(["a", "b", "c"], object)):
        with refuses(
            "label 'y' must say something more than once, unless classes=True takes each of its 3 "
            "texts as a class"
        ):
            labels.in_columns("y", values, asked=False)
        assert labels.in_columns("y", values, asked=True)[0].shape == (3, 3)
    assert labels.in_columns("y", np.array(["a", "b"]), asked=False)[0].shape == (2, 1)
    for count in (1, 1001):
        with refuses(f"label 'y' must have 2 to 1000 classes, and has {count}"):
            labels.in_columns("y", np.repeat(np.arange(count), 2), asked=True)
    assert labels.in_columns("y", np.repeat(np.arange(1000), 2), asked=True)[0].shape[1] == 1000
