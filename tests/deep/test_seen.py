"""What runs show of their phase, told from their losses."""

import numpy as np
import pytest

import twolayer as tl
from twolayer import Phase
from twolayer.deep.seen import CUT, seen

INF, NAN = np.inf, np.nan
ROUNDING = 2.0**-52


@pytest.mark.parametrize(
    ("loss", "phase"),
    [
        ([1, 0.5, 0.1], Phase.LAZY),
        ([1, 2, 0.1], Phase.CATAPULT),
        ([1, 0.5, 1.5, 0.1], Phase.CATAPULT),
        ([1, 0.5, 0.9, 0.1], Phase.LAZY),
        ([1, INF, 0.5], Phase.CATAPULT),
        ([1, 2, INF], Phase.DIVERGENT),
        ([1, INF, NAN], Phase.DIVERGENT),
        ([1, 2, NAN, NAN], Phase.DIVERGENT),
        ([1, 2, 0.5, NAN], Phase.CATAPULT),
        ([1, 0.5, NAN, NAN], Phase.LAZY),
        ([1, 1, NAN], Phase.UNDECIDED),
        ([1, 3, CUT * 1.01], Phase.DIVERGENT),
        ([1, 3, CUT * 0.99], Phase.UNDECIDED),
        ([1, 9 * CUT, 8 * CUT], Phase.UNDECIDED),
        ([1, 2, 1], Phase.UNDECIDED),
        ([1, 1, 1], Phase.UNDECIDED),
        ([0, 0, 0], Phase.UNDECIDED),
        ([1, 1 + 16 * ROUNDING, 0.5], Phase.LAZY),
        ([1, 1 + 80 * ROUNDING, 0.5], Phase.CATAPULT),
    ],
)
def test_a_course_and_its_phase(loss, phase):
    assert seen(np.array(loss, float)) == phase
    assert seen(3e-9 * np.array(loss, float)) == phase


def test_the_cut_is_a_million():
    assert CUT == 1e6


def test_single_precision_has_its_own_rounding():
    loss = np.array([1, 1 + 2.0**-22, 0.5])
    assert seen(loss) == Phase.CATAPULT
    assert seen(loss.astype(np.float32)) == Phase.LAZY
    assert seen(np.array([1, 1 + 2.0**-17, 0.5], np.float32)) == Phase.CATAPULT


def test_cells_are_independent_and_keep_their_shape():
    courses = np.array([[1, 0.5, 0.1], [1, 2, 0.1], [1, 2, NAN], [1, 3, 2]]).T.reshape(3, 2, 2)
    codes = seen(courses)
    assert codes.dtype == np.int8
    assert codes.tolist() == [[0, 1], [3, 4]]


def test_what_has_collapsed_is_undecided_unless_it_diverged():
    loss = np.array([[1, 0.5], [1, 2.0], [2.0, INF]]).T.reshape(2, 3)
    assert seen(loss, True).tolist() == [4, 4, 3]
    assert seen(loss, [False, True, True]).tolist() == [0, 4, 3]


@pytest.mark.parametrize("width", [2, 30, 1000])
def test_runs_of_the_theory_show_their_phase(width):
    sharpness = np.array([0.3, 1.5, 2.3, 2.9, 3.6, 4.1, 5.0])
    run = tl.simulate(sharpness / 2, 2.0, 0.1, width, steps=400)
    assert seen(run.loss).tolist() == tl.phase(sharpness / 2, 2.0, 0.1, width).tolist()
