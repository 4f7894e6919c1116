"""Scikit-learn's digits as a data set."""

import numpy as np

from .. import losses
from .data import Data

# principal directions of the digits that are kept: the others, small, would train for millions of
# steps
DIRECTIONS = 16


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
