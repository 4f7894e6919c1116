"""What the command `deep` says of its runs."""

import numpy as np
import pytest

from twolayer.commands import deep_jobs, deep_runs, deep_tables
from twolayer.commands.deep_runs import Dropped, Ended, Kind
from twolayer.commands.deep_source import Sets
from twolayer.deep.samples import Samples
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
        ([[0.5, 0.6, 0.5], [0.5, 0.7, 0.6], [0.8, 0.98, 0.9], [0.7, 0.7, 0.7]], "accuracy",
         "at, the best accuracy above 2/λ₀ is 0.9 (ηλ₀ = 2.2), below 0.6 (1.8);\n"
         "      of the same network +0.3 (median of the differences; +0.28 … +0.3): better above, "
         "for every network, on these test samples"),
        ([[0.5, 0.6, 0.5], [0.6, 0.7, 0.6], [0.8, 0.8, 0.8], [0.7, 0.72, 0.7]], "loss",
         "at, the best loss (lower is better) above 2/λ₀ is 0.7 (ηλ₀ = 6), below 0.5 (1);\n"
         "      of the same network +0.2 (median of the differences; +0.12 … +0.2): "
         "better below, for every network"),
        # the median of the differences has not the sign of the difference of the medians
        ([[0.1] * 3, [0.818, 0.81, 0.83], [0.817, 0.83, 0.81], [0.1] * 3], "accuracy",
         "is 0.817 (ηλ₀ = 2.2), below 0.818 (1.8);\n      of the same network -0.001 (median of "
         "the differences; -0.02 … +0.02): networks differ in sign: no more than networks differ"),
        ([[0.1] * 3, [0.6] * 3, [0.6, 0.9, 0.9], [0.1] * 3], "accuracy",
         "+0 … +0.3): no more than networks differ"),
        # one network gains as much as networks differ
        ([[2.0] * 3, [1.0] * 3, [0.99, 0.98, 0.7], [2.0] * 3], "loss", "more than networks differ"),
        # one test sample of fifty
        ([[0.1] * 3, [0.8] * 3, [0.82] * 3, [0.1] * 3], "accuracy",
         "no more than 50 test samples can tell (up to 0.17)"),
        ([[0.9] * 3, [0.82] * 3, [0.8] * 3, [0.9] * 3], "loss",
         "better above, for every network, on these"),
        ([[0.1] * 2, [0.5] * 2, [0.9] * 2, [0.1] * 2], "accuracy",
         "2 networks are too few to tell"),
        # a rate at which a network is lost is not the best one
        ([[0.5, 0.6], [0.6, 0.7], [0.65, 0.75], [0.9, NAN]], "accuracy", "is 0.7 (ηλ₀ = 2.2),"),
        ([[0.5, 0.6], [0.6, 0.7], [NAN, 0.7], [0.9, NAN]], "accuracy",
         "at: on one side of 2/λ₀ no rate keeps all networks"),
        ([[0.5], [0.6], [0.7], [0.8]], "accuracy", "+0.2: 1 network is too few to tell"),
    ],
)  # fmt: skip
def test_a_verdict_of_numbers(values, measure, words):
    found, side = accuracy(values, measure)
    assert words in deep_tables.verdict(found, "at", side)


def test_networks_that_are_lost_are_counted():
    found, _ = accuracy([[0.5, 0.6], [0.6, 0.7], [NAN, 0.7], [NAN, NAN]])
    lines = list(deep_tables.accuracy(found))
    assert lines[4].split("  ")[-1].strip() == "0.65 (0.6 … 0.7)"
    assert lines[5].split("  ")[-1].strip() == "0.7; 1 lost"
    assert lines[6].split("  ")[-1].strip() == "2 lost"
    assert lines[7].startswith("   lost: networks that diverged or collapsed")


def test_where_all_are_lost_no_table_and_no_paper():
    found, _ = accuracy(np.full((4, 3), NAN))
    assert list(deep_tables.accuracy(found))[1:] == [
        "   all networks are lost at all rates: they diverged or collapsed"
    ]


@pytest.mark.parametrize(("size", "said"), [(0.5, False), (80.0, True)])
def test_large_labels_are_said(size, said):
    """A ReLU network of depth 3 starts with outputs near 1 on inputs near 1."""
    draw = np.random.default_rng(0)
    samples = Samples(draw.standard_normal((60, 5)), size * draw.choice([-1.0, 1.0], 60))
    sets = Sets(samples, samples, samples, False, [])
    plan = deep_jobs.plan(Kind(3, "relu", 9), sets, 64, 0, 1, False)
    network, _ = deep_runs.drawn(plan.kind, samples, 64, [0, 1])
    ratio = size / np.sqrt(np.mean(network(samples.X) ** 2))
    text = "\n".join(deep_tables.about(sets, plan))
    assert (f"labels are {ratio:.3g} times the outputs at the start" in text) == said
    assert ("scale the labels" in text) == said


def test_a_course_that_collapsed_is_called_so():
    loss = np.array([2.0, 1e9, 0.5])
    run = DeepCourse(48.0, 96.0, Phase.UNDECIDED, True, loss, np.array([0.5, 7.0, 0.0]))
    assert list(deep_tables._of_course(run)) == [
        "48", "96", "collapsed", "5e+08", "1", "0.25", "0", "0",
    ]  # fmt: skip


def test_a_scale_has_its_first_rise_and_its_last_rate_in_both_units():
    final = np.array([1.0, 0.9, 0.8, np.inf])
    one = Scaled(2.0, 0.5, SHARES, SHARES / 0.5, final, np.array([1.0, 1.0, 1.1, np.inf]))
    cells = ["1.8 … 2.2", "3.6 … 4.4", "2.2 … 6", "4.4 … 12"]
    assert list(deep_tables._of_scale(one)) == ["2", "0.5", "4", *cells]
    one = one._replace(final=np.ones(4), peak=np.ones(4))
    assert list(deep_tables._of_scale(one))[3:] == ["> 6", "> 12", "≥ 6", "≥ 12"]
    one = one._replace(final=np.full(4, NAN), peak=np.full(4, 2.0))
    assert list(deep_tables._of_scale(one))[3:] == ["≤ 1", "≤ 2", "none", "none"]


@pytest.mark.parametrize(
    ("ends", "cells"),
    [
        ([(4.0, 9.0), (2.0, 8.0)], ["2", "9", "5"]),
        ([(4.0, 9.0), (2.0, np.inf)], ["2", "–", "–"]),
        ([(4.0, 9.0), (0.0, np.inf)], ["none", "–", "–"]),
        ([(4.0, 9.0), (0.0, 2.0)], ["none", "9", "–"]),
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


@pytest.mark.parametrize(
    ("pairs", "cell"),
    [
        ([(0.0, 1.0), (0.0, 1.0)], "≤ 1"),
        ([(0.0, 1.0), (2.6, 2.7)], "≤ 2.7"),
        ([(4.0, np.inf), (2.6, 2.7)], "> 2.6"),
        ([(0.0, 1.0), (4.0, np.inf)], "–"),
    ],
)
def test_where_no_run_trains_there_is_no_interval_and_no_count(pairs, cell):
    """0 and inf are ends that were not found."""
    lost = np.full((SHARES.size, 2), NAN)
    several = [Dropped(1.0, lost[:, 0], lost[:, 0], pair, pair, 0) for pair in pairs]
    drop = Drop(64, SHARES, np.ones(2), lost, 10, lost, (0.0, 1.0))
    cells = list(deep_tables._of_drop(drop, several))
    assert cells[2:] == [cell, cell, "–", "–", "none", "–", "0"]


def test_runs_at_the_edge_are_said():
    final = np.array([[0.9, 0.8], [0.7, 0.7], [0.5, 0.95], [0.4, NAN]])
    drop = Drop(64, SHARES, np.ones(2), final, 10, final, (2.0, 2.1))
    assert deep_tables._at_edge(drop).tolist() == pytest.approx([2.09, 2.4])


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
    assert "is 0.7 (ηλ₀ = 3), below 0.9 (2)" in deep_tables.verdict(found, "at", side)
