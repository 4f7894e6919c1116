"""Scikit-learn's digits as a data set."""

import numpy as np

from .. import losses
from ..arguments import FloatArray
from .data import Data

# principal directions of the digits that are kept: the others, small, would train for millions of
# steps
DIRECTIONS = 16


def read(*classes: int) -> tuple[FloatArray, FloatArray]:
    """The 8 × 8 digits of scikit-learn, pixels from 0 to 16 and labels: all ten, k = 10, 1 in the
    column of their digit and 0 elsewhere, or two classes, k = 1, −1 and +1.

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
    if not classes:
        return pixels, (digit[:, None] == np.arange(10)).astype(np.float64)
    kept = np.isin(digit, classes)
    return pixels[kept], np.where(digit[kept] == classes[1], 1.0, -1.0)[:, None]


def digits(*classes: int, loss: str = losses.DEFAULT) -> Data:
    """The digits as `read` has them, for networks that are linear.

    Notes
    -----
    Pixels are divided by 16, and the columns of pixels and labels are centred: else one direction,
    the mean picture, dominates. Of the pixels the first 16 principal directions are kept, some 85 %
    of their square: along the others training takes millions of steps.

    Raises
    ------
    ValueError
        As `read`.
    """
    pixels, labels = read(*classes)
    pixels = (pixels - pixels.mean(0)) / 16
    _, _, directions = np.linalg.svd(pixels, full_matrices=False)
    return Data(pixels @ directions[:DIRECTIONS].T, labels - labels.mean(0), loss)
