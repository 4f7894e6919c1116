"""What the command `deep` says of its runs."""

import numpy as np
import pytest

from twolayer.commands import deep_tables
from twolayer.commands.deep_runs import Dropped, Ended
from twolayer.plotting.deep import Accuracy, DeepCourse, Drop, Scaled
from twolayer.results import Phase

SHARES = np.array([1.0, 1.8, 2.2, 6.0])
NAN = np.nan


def accuracy(values, measure="accuracy"):
    side = np.array(values, float)
    return Accuracy(SHARES, 80, 320.0, side, side, measure, (100, 50)), side


@pytest.mark.parametrize(
    ("values", "measure", "words"),
    [
        ([[0.5, 0.6], [0.6, 0.7], [0.8, 0.8], [0.7, 0.7]], "accuracy",
         "at: the best above 2/λ₀, ηλ₀ = 2.2, against the best below, 1.8:\n      accuracy +0.15 "
         "(network by network +0.1 … +0.2): better above, for every network"),
        ([[0.5, 0.6], [0.6, 0.7], [0.8, 0.8], [0.7, 0.7]], "loss",
         "at: the best above 2/λ₀, ηλ₀ = 6, against the best below, 1:\n      loss +0.15 (network "
         "by network +0.1 … +0.2): better below, for every network"),
        ([[0.5, 0.6], [0.6, 0.7], [0.6, 0.9], [0.7, 0.7]], "accuracy", "+0 … +0.2): no more than "
         "networks differ"),
        # a rate at which a network is lost is not the best one
        ([[0.5, 0.6], [0.6, 0.7], [0.65, 0.75], [0.9, NAN]], "accuracy", "ηλ₀ = 2.2, against"),
        ([[0.5, 0.6], [0.6, 0.7], [NAN, 0.7], [0.9, NAN]], "accuracy",
         "at: on one side of 2/λ₀ no rate keeps all networks"),
        ([[0.5], [0.6], [0.7], [0.8]], "accuracy", "one network says little"),
    ],
)  # fmt: skip
def test_a_verdict_of_numbers(values, measure, words):
    found, side = accuracy(values, measure)
    assert words in deep_tables.verdict(found, "at", side)


def test_networks_that_are_lost_are_counted():
    found, _ = accuracy([[0.5, 0.6], [0.6, 0.7], [NAN, 0.7], [NAN, NAN]])
    lines = list(deep_tables.accuracy(found))
    assert lines[4].split("  ")[-1].strip() == "0.65 (0.6 … 0.7)"
    assert lines[5].split("  ")[-1] == "0.7 (0.7 … 0.7); 1 lost"
    assert lines[6].split("  ")[-1].strip() == "2 lost"
    assert lines[7] == "   lost: networks that diverged or collapsed"


def test_a_course_that_collapsed_is_called_so():
    loss = np.array([2.0, 1e9, 0.5])
    run = DeepCourse(48.0, 96.0, Phase.UNDECIDED, True, loss, np.array([0.5, 7.0, 0.0]))
    assert list(deep_tables._of_course(run)) == [
        "48", "96", "collapsed", "5e+08", "1", "0.25", "0", "0",
    ]  # fmt: skip


def test_a_scale_has_its_first_rise_and_its_last_rate_in_both_units():
    final = np.array([1.0, 0.9, 0.8, np.inf])
    one = Scaled(2.0, 0.5, SHARES, SHARES / 0.5, final, np.array([1.0, 1.0, 1.1, np.inf]))
    assert list(deep_tables._of_scale(one)) == ["2", "0.5", "4", "2.2", "4.4", "2.2", "4.4"]
    one = one._replace(final=np.full(4, NAN), peak=np.ones(4))
    assert list(deep_tables._of_scale(one))[3:] == ["-", "-", "-", "-"]


@pytest.mark.parametrize(
    ("ends", "cells"),
    [
        ([(4.0, 9.0), (2.0, 8.0)], ["2", "9", "5"]),
        ([(4.0, 9.0), (2.0, np.inf)], ["2", "inf", "-"]),
        ([(4.0, 9.0), (0.0, np.inf)], ["0", "inf", "-"]),
        ([(4.0, 9.0), (0.0, 2.0)], ["0", "9", "-"]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_the_middle_of_upper_ends_is_known_where_both_sides_are(ends, cells):
    several = [Ended(low, high, 1, 0, 2) for low, high in ends]
    line = list(deep_tables._of_ends("tanh", 64, several))
    assert line == ["tanh", "64", *cells, "2", "0", "4"]


def test_the_begin_of_the_catapult_spans_all_networks():
    each = np.ones(SHARES.size)
    pairs = [(2.0, 2.1), (2.3, 2.4), (1.9, 2.0)]
    several = [Dropped(1.0, each, each, pair, pair, 0) for pair in pairs]
    values = np.ones((SHARES.size, 3))
    drop = Drop(64, SHARES, np.ones(3), values, 10, values, (1.9, 2.4))
    cells = list(deep_tables._of_drop(drop, several))
    assert cells[2:4] == ["1.9 … 2.4", "1.9 … 2.4"]


def test_rates_at_two_are_on_neither_side_and_flat_is_below_two_over_eta():
    shares = np.array([1.0, 2.0, 2.5, 4.0])
    early = np.array([[0.9, 0.8], [0.7, 0.7], [0.5, 0.5], [0.2, 0.2]])
    final = np.array([[0.9, 0.8], [0.7, 0.7], [0.7, 0.9], [0.4, NAN]])
    several = [Dropped(1.0, early, final, (2.0, 2.1), (2.0, 2.1), 0)] * 2
    cells = list(
        deep_tables._of_drop(Drop(64, shares, np.ones(2), early, 10, final, (2, 2)), several)
    )
    assert cells[4:8] == ["0.8 … 0.9", "0.8 … 0.9", "3 of 4", "2 of 3"]


def test_a_course_ends_at_eta_times_its_curvature():
    run = DeepCourse(3.0, 1.5, Phase.CATAPULT, False, np.array([2.0, 1.0]), np.array([2.0, 0.5]))
    assert list(deep_tables._of_course(run))[-2:] == ["0.25", "0.75"]


def test_the_rate_two_is_among_those_below():
    side = np.array([[0.5, 0.5], [0.9, 0.9], [0.7, 0.7]])
    found = Accuracy(np.array([1.0, 2.0, 3.0]), 80, 320.0, side, side, "accuracy", (9, 8))
    assert "ηλ₀ = 3, against the best below, 2:" in deep_tables.verdict(found, "at", side)
