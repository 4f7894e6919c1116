"""What is drawn in the figures of the gallery."""

import numpy as np


def shown(ax, *, marker="None"):
    """The data of all lines with this marker, in the order in which they were drawn."""
    return [line.get_xydata() for line in ax.lines if line.get_marker() == marker]


def check_drawn(found, *pairs):
    """These are the (x, y) of the lines, one after the other."""
    assert len(found) == len(pairs)
    for data, (x, y) in zip(found, pairs, strict=True):
        np.testing.assert_array_equal(data, np.column_stack([np.ravel(x), np.ravel(y)]))
