"""The digits of scikit-learn as data, against their definition."""

import numpy as np
import pytest

from twolayer.samples import digits


def test_digits_are_centred_pixels_and_labels():
    pixels, digit = pytest.importorskip("sklearn.datasets").load_digits(return_X_y=True)
    every, two = digits.digits(), digits.digits(3, 8)
    kept = digits.DIRECTIONS
    assert (every.samples, every.inputs, every.outputs, len(every.spectrum)) == (
        1797,
        kept,
        10,
        kept,
    )
    x = (pixels - pixels.mean(0)) / 16
    values, directions = np.linalg.eigh(x.T @ x / 1797)
    np.testing.assert_allclose(every.spectrum, values[::-1][:kept], rtol=1e-8)
    x = x @ directions[:, -kept:]
    y = np.eye(10)[digit]
    best = np.linalg.lstsq(x, y - y.mean(0), rcond=None)[0]
    assert every.floor == pytest.approx(
        np.sum((x @ best - y + y.mean(0)) ** 2) / 2 / 1797, rel=1e-10
    )
    assert (two.samples, two.inputs, two.outputs) == (np.sum((digit == 3) | (digit == 8)), kept, 1)
    x, y = (
        pixels[(digit == 3) | (digit == 8)] / 16,
        np.where(digit == 8, 1.0, -1.0)[(digit == 3) | (digit == 8)],
    )
    x, y = x - x.mean(0), y - y.mean()
    x = x @ np.linalg.eigh(x.T @ x)[1][:, -kept:]
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    assert two.floor == pytest.approx(np.sum((x @ best - y) ** 2) / 2 / len(y), rel=1e-10)
