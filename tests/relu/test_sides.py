"""Samples with one input: what each side keeps is all that training sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.relu.helpers import random_case
from twolayer import Sides

# Samples


@given(seed=st.integers(0, 10**6), sided=st.sampled_from(["both", "plus", "minus"]))
def test_sides_hold_what_training_sees(seed, sided):
    x, y, _ = random_case(seed, 1, sided)
    sides = Sides(x, y)
    slopes = np.random.default_rng(seed).normal(size=2)
    loss = np.mean((np.where(x > 0, slopes[0], slopes[1]) * x - y) ** 2) / 2
    assert sides.floor + np.sum(
        sides.second_moment * (slopes - sides.target) ** 2
    ) / 2 == pytest.approx(loss, rel=1e-12)
    for side, part in enumerate((x > 0, x < 0)):
        assert sides.second_moment[side] == pytest.approx(np.sum(x[part] ** 2) / 7, rel=1e-13)
        assert sides.second_moment[side] * sides.target[side] == pytest.approx(
            np.sum((x * y)[part]) / 7, rel=1e-11, abs=1e-15
        )
    assert sides.samples == 7
