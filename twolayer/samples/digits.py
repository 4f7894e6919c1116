"""The data sets that the command line can name: a file, or scikit-learn's digits."""

import numpy as np

from .. import losses
from .data import Data

# principal directions of the digits that are kept: the others, small, would train for millions of
# steps
DIRECTIONS = 16


def load(source: str, outputs: int = 1, loss: str = losses.DEFAULT) -> tuple[Data, str]:
    """The data set that the command line names, and in words what was done to it.

    Raises
    ------
    ValueError
        If there is no such data set, a file is not what its ending says, or scikit-learn is
        missing.
    OSError
        If a file cannot be read.
    """
    name, *classes = source.split(":")
    if outputs != 1 and not source.endswith(".csv"):
        raise ValueError(
            "--outputs belongs to a .csv file: other data say themselves what their labels are"
        )
    if name != "digits":
        return Data.read(source, outputs, loss=loss), "the numbers of the file as they are"
    if classes and not (
        len(classes) == len(set(classes)) == 2 and set(classes) <= set("0123456789")
    ):
        raise ValueError(
            f"SOURCE = {source!r} must be digits, or digits:A:B with two different digits"
        )
    kind = (
        f"labels -1 for {classes[0]} and +1 for {classes[1]}"
        if classes
        else "one label column a digit, 1 for its own samples"
    )
    words = f"pixels / 16, centred, on their first {DIRECTIONS} principal directions"
    return digits(*map(int, classes), loss=loss), f"{words}; {kind}, centred"


def digits(*classes: int, loss: str = losses.DEFAULT) -> Data:
    """The 8 × 8 digits of scikit-learn: all ten, k = 10, or two classes, k = 1.

    Notes
    -----
    Pixels are divided by 16, and the columns of pixels and labels are centred: else one direction,
    the mean picture, dominates. Of the pixels the first 16 principal directions are kept, some 85 %
    of their square: along the others training takes millions of steps. The labels of two classes
    are −1 and +1, those of all ten 1 in the column of their digit and 0 elsewhere.

    Raises
    ------
    ValueError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ValueError("digits need scikit-learn: pip install 'twolayer[digits]'") from None
    pixels, digit = load_digits(return_X_y=True)
    if classes:
        kept = np.isin(digit, classes)
        pixels, labels = pixels[kept], np.where(digit[kept] == classes[1], 1.0, -1.0)[:, None]
    else:
        labels = (digit[:, None] == np.arange(10)).astype(np.float64)
    pixels = (pixels - pixels.mean(0)) / 16
    _, _, directions = np.linalg.svd(pixels, full_matrices=False)
    return Data(pixels @ directions[:DIRECTIONS].T, labels - labels.mean(0), loss)
