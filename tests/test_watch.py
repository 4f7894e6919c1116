"""Watching runs: a scripted model shows what each rule says, without any theory."""

from dataclasses import fields

import numpy as np
import pytest

from twolayer import Phase, watch
from twolayer.arguments import EPS
from twolayer.watch import CONVERGED, OVERFLOW, Model, Record


def scripted(sizes, sharpness=1.0, certain=None, nudged=None, apart=0.0, **options):
    """A model whose runs show the given residuals, step by step (the last one for ever).

    `nudged` is what their twins show, with a sharpness that is greater by the part `apart`.
    """
    tables = [
        np.atleast_2d(np.asarray(table, float))
        for table in (sizes, sizes if nudged is None else nudged)
    ]
    sharp = np.broadcast_to(np.asarray(sharpness, float), tables[0].shape)
    calls = {"steps": 0, "runs": [], "blocks": [], "sharpness": []}

    def start(index, nudge):
        calls["runs"].append((np.asarray(index).tolist(), nudge))
        return np.asarray(index), np.zeros(len(index), int), np.full(len(index), nudge)

    def advance(state):
        calls["steps"] += len(state[0])
        calls["blocks"].append(len(state[0]))
        return state[0], np.minimum(state[1] + 1, tables[0].shape[1] - 1), state[2]

    def size(state):
        index, step, nudge = state
        return np.where(nudge == 0, tables[0][index, step], tables[1][index, step])

    def sharpness(state, which):
        index, step, nudge = (part[which] for part in state)
        calls["sharpness"] += zip(index.tolist(), step.tolist(), strict=True)
        return sharp[index, step] * (1 + apart * nudge)

    return Model(start, advance, size, sharpness, certain, **options), tables[0].shape[0], calls


def watched(sizes, max_steps=50, **options):
    model, runs, _ = scripted(sizes, **options)
    return watch.watch(model, runs, max_steps)


@pytest.mark.parametrize("second", [0.5, np.nextafter(1, 0), 1.0, np.nextafter(1, 2), 2.0])
def test_the_first_step_tells_lazy_from_catapult(second):
    phase = Phase.CATAPULT if second > 1 else Phase.LAZY
    record = watched([1.0, second, 0.1, 0.0])
    assert record.phase == [phase]
    assert record.steps == [3]
    assert record.peak == [max(1, second)]
    assert record.peak_step == [int(second > 1)]


def test_a_later_rise_is_a_peak_and_no_catapult():
    record = watched([1.0, 0.9, 3.0, 2.0, 0.0])
    assert (record.phase, record.peak, record.peak_step) == ([Phase.LAZY], [3.0], [2])


@pytest.mark.parametrize(
    ("sizes", "phase"),
    [
        ([1.0, 0.9, 3.0, 2.0, 0.0], Phase.CATAPULT),
        ([1.0, 3.0, 0.0], Phase.CATAPULT),
        ([1.0, 0.9, 1.0, 0.9, 0.0], Phase.LAZY),
        ([1.0, 0.9, 1 + 23 * EPS, 0.9, 0.0], Phase.LAZY),  # eight units a step, and the start's
        ([1.0, 0.9, 1 + 25 * EPS, 0.9, 0.0], Phase.CATAPULT),
        ([1.0, 1 + 15 * EPS, 0.9, 0.0], Phase.LAZY),
        ([1.0, 1 + 17 * EPS, 0.9, 0.0], Phase.CATAPULT),
        ([0.0, 0.0], Phase.LAZY),
    ],
)
def test_where_any_step_counts_a_rise_beyond_rounding_is_a_catapult(sizes, phase):
    assert watched(sizes, any_step=True).phase == [phase]


def test_where_any_step_counts_runs_are_judged_one_by_one():
    sizes = [[1.0, 0.9, 3.0, 0.0], [4.0, 0.9, 3.0, 0.0], [1.0, 2.0, 3.0, 0.0]]
    for group in (1, 2, 3):
        record = watched(sizes, any_step=True, group=group)
        assert record.phase.tolist() == [Phase.CATAPULT, Phase.LAZY, Phase.CATAPULT]


@pytest.mark.parametrize("offset", [1e-2, 1e-4, 1e-6])
def test_both_sides_of_convergence(offset):
    for start in (1.0, 1e-200, 1e100):
        sizes = [
            start,
            0.5 * start,
            CONVERGED * start * (1 + offset),
            CONVERGED * start * (1 - offset),
            0.0,
        ]
        assert watched(sizes).steps == [3]
    assert watched([1.0, 0.5, 0.0], sharpness=2 - offset).phase == [Phase.LAZY]
    assert watched([1.0, 0.5, 0.0], sharpness=2 + offset).phase == [Phase.UNDECIDED]
    assert watched([1.0, 0.5, 0.0], sharpness=2.0).phase == [Phase.UNDECIDED]


def test_converged_means_a_loss_of_1e_minus_12():
    np.testing.assert_allclose(CONVERGED**2, 1e-12, rtol=1e-15, atol=0)


@pytest.mark.parametrize("offset", [1e-2, 1e-4, 1e-6])
def test_both_sides_of_divergence(offset):
    below, above = OVERFLOW * (1 - offset), OVERFLOW * (1 + offset)
    half = np.array([below, above]) / np.sqrt(2)
    with np.errstate(over="ignore"):
        assert np.isinf(half * half).tolist() == [False, True]
    record = watched([1.0, below, above, 0.0])
    assert (record.phase, record.steps, record.peak_step) == ([Phase.DIVERGENT], [2], [2])
    assert np.isinf([record.peak[0], record.sharpness[0]]).all()
    assert np.isnan(record.error[0])


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_infinite_or_undefined_residuals_are_divergence(bad):
    assert watched([1.0, bad, 0.0]).phase == [Phase.DIVERGENT]
    assert watched([bad, 0.0]).phase == [Phase.DIVERGENT]
    assert watched([bad, 0.0]).steps == [0]


def test_what_never_settles_is_undecided():
    record = watched([1.0, 3.0, 2.0], max_steps=40)
    assert (record.phase, record.steps, record.peak, record.peak_step) == (
        [Phase.UNDECIDED],
        [40],
        [3.0],
        [1],
    )
    assert np.isnan([record.sharpness[0], record.error[0]]).all()


@pytest.mark.parametrize("max_steps", [0, 1, 2, 3, 4, 9])
def test_the_budget_is_kept(max_steps):
    model, runs, calls = scripted([[1.0, 0.8, 0.6, 0.0]])
    record = watch.watch(model, runs, max_steps)
    assert record.phase == [Phase.LAZY if max_steps >= 3 else Phase.UNDECIDED]
    assert record.steps == [min(3, max_steps)]
    assert calls["steps"] <= 2 * max_steps  # the run, and its twin if it converged


def test_a_start_at_the_minimum():
    record = watched([[0.0, 0.0], [0.0, 1.0]])
    # the second leaves at once: no model does, but the rule says so
    assert record.phase.tolist() == [Phase.LAZY, Phase.CATAPULT]
    assert record.steps.tolist() == [0, 0]


def test_a_run_at_zero_loss_that_no_step_moves():
    """One table column: the state of the scripted runs stays what it is."""
    sizes, sharpness = [[0.0], [0.0], [0.0], [1.0]], [[1.0], [2.0], [5.0], [1.0]]
    model, runs, calls = scripted(sizes, sharpness=sharpness)
    record = watch.watch(model, runs, 7)
    assert record.phase.tolist() == [Phase.LAZY, *[Phase.UNDECIDED] * 3]
    assert record.steps.tolist() == [0, 0, 0, 7]
    assert record.peak_step[:3].tolist() == [0, 0, 0]
    assert record.peak[:3].tolist() == [0, 0, 0]
    assert record.sharpness[:3].tolist() == [1, 2, 5]
    assert record.error[:3].tolist() == [0, 0, 0]
    assert all(runs == [] for runs, nudge in calls["runs"] if nudge)  # none has a twin


def test_a_residual_too_small_to_square_still_moves():
    """A size of 0 whose state changes is watched: it may grow."""
    record = watched([[0.0, 0.0, 3.0, 0.0]], sharpness=[[3.0, 3.0, 3.0, 1.0]])
    assert record.phase == [Phase.LAZY]
    assert record.peak == [3.0]
    assert record.steps == [3]


def test_a_run_that_is_certain_leaves_and_learns_its_first_step():
    def certain(state):
        return np.ones(len(state[0]), bool)

    record = watched([[1.0, 0.5], [1.0, 2.0]], certain=certain)
    assert record.phase.tolist() == [Phase.LAZY, Phase.CATAPULT]
    assert record.steps.tolist() == [0, 0]
    assert np.isinf(record.error).all()
    assert (
        watched([[1.0, 0.5], [1.0, 2.0]], certain=lambda state: ~certain(state)).phase.tolist()
        == [Phase.UNDECIDED] * 2
    )


def test_settled_runs_leave_the_working_set():
    sizes = np.ones((100, 400))
    sizes[:99, 2:] = 0.0
    model, runs, calls = scripted(sizes)
    watch.watch(model, runs, 400)
    assert calls["steps"] < 2 * (100 * 4 + 400)


def test_runs_keep_their_places(monkeypatch):
    """Ends at every step and in every block; the record is in the order of the runs."""
    rng = np.random.default_rng(0)
    ends = rng.integers(1, 60, 500)
    sizes = np.where(
        np.arange(60) < ends[:, None], 1.0, np.where(ends % 3 == 0, np.inf, 0.0)[:, None]
    )
    for block in (1, 17, 10_000):
        monkeypatch.setattr(watch, "BLOCK", block)
        model, runs, calls = scripted(sizes)
        record = watch.watch(model, runs, 50)
        assert max(calls["blocks"]) == min(block, 500)
        late = ends > 50
        np.testing.assert_array_equal(record.steps, np.minimum(ends, 50))
        np.testing.assert_array_equal(
            record.phase,
            np.select([late, ends % 3 == 0], [Phase.UNDECIDED, Phase.DIVERGENT], Phase.LAZY),
        )


def test_a_twin_measures_what_rounding_does():
    """Converged runs that rose are run again one unit of rounding away; the error is eight times
    the distance, or unknown."""
    sizes = np.array(
        [
            [1.0, 2.0, 0.5, 0.0],
            [1.0, 0.5, 0.2, 0.0],
            [1.0, 2.0, 0.5, 0.0],
            [1.0, 2.0, 0.5, 0.0],
            [1.0, 1.0, 1.0, 1.0],
        ]
    )
    twins = np.array(
        [
            [1.0, 2.0, 0.5, 0.0],
            [1.0, 0.5, 0.2, 0.0],
            [1.0, 2.0, np.inf, 0.0],
            [1.0, 0.9, 0.5, 0.0],
            [1.0, 1.0, 1.0, 1.0],
        ]
    )
    model, runs, calls = scripted(sizes, nudged=twins, apart=1e-3)
    record = watch.watch(model, runs, 20)
    assert calls["runs"] == [([0, 1, 2, 3, 4], 0), ([0, 2, 3], 1)]
    np.testing.assert_allclose(
        record.error, [8e-3, 0, np.inf, np.inf, np.nan], rtol=1e-9, atol=1e-14
    )
    assert 0 < record.error[1] < 1e-14
    assert record.sharpness.tolist()[:4] == [1.0] * 4  # the run itself is reported, not its twin


def test_without_a_difference_rounding_is_left():
    record = watched([1.0, 0.5, 0.2, 0.0])
    assert 0 < record.error[0] < 1e-14


def test_the_geometric_tail():
    """Sharpness that approaches its limit with ratio ½: after the last step as much is missing as
    that step moved."""
    steps = np.arange(40)
    sizes, sharpness = 0.5**steps, 1 + 0.5**steps
    record = watched(sizes, sharpness=sharpness)
    at = record.steps[0]
    assert sizes[at] <= CONVERGED < sizes[at - 1]
    missing = record.sharpness[0] - 1
    assert missing <= record.error[0] < 3 * missing


@pytest.mark.parametrize(("sharpness", "twins"), [(2 - 1e-6, 0), (2.0, 1), (2 + 1e-6, 1)])
def test_runs_that_start_too_sharp_have_a_twin_although_they_never_rise(sharpness, twins):
    model, runs, calls = scripted([1.0, 0.5, 0.2, 0.0], sharpness=[[sharpness, 1.0, 1.0, 1.0]])
    assert watch.watch(model, runs, 20).phase == [Phase.LAZY]
    assert [nudge for _, nudge in calls["runs"]] == [0, 1][: 1 + twins]


def test_the_sharpness_is_asked_only_where_it_decides():
    """Of all runs at the start, and of those whose residual is small: each time it is, and once
    before where they end."""
    sizes = [
        [1.0, 0.9, 1e-3, 1e-7, 1e-7, 0.0],
        [1.0, 0.9, 0.8, 0.7, 0.6, 0.5],
        [1.0, 0.5, np.inf, 1.0, 1.0, 1.0],
    ]
    sharpness = [[1.0, 1.0, 1.0, 2.5, 1.5, 1.0], [1.0] * 6, [1.0] * 6]
    model, runs, calls = scripted(sizes, sharpness=sharpness)
    record = watch.watch(model, runs, 5)
    assert record.phase.tolist() == [Phase.LAZY, Phase.UNDECIDED, Phase.DIVERGENT]
    assert record.steps.tolist() == [4, 5, 2]
    assert calls["sharpness"] == [(0, 0), (1, 0), (2, 0), (0, 3), (0, 4), (0, 3)]
    assert record.sharpness[0] == 1.5


@pytest.mark.parametrize("tolerance", [0.3, 1e-3, 1e-9])
def test_the_tolerance_is_the_models(tolerance):
    sizes = 7.0 * 0.5 ** np.arange(40)
    model, runs, _ = scripted(sizes, tolerance=tolerance)
    assert watch.watch(model, runs, 39).steps == [np.flatnonzero(sizes <= 7.0 * tolerance)[0]]
    default = scripted(sizes)[0]
    assert (default.tolerance, default.block) == (CONVERGED, watch.BLOCK)


def scattered(**options):
    """Runs that end at every step, half of them with a rise, some of them in infinity."""
    rng = np.random.default_rng(1)
    ends = rng.integers(1, 60, 200)
    last = np.where(ends % 3 == 0, np.inf, 0.0)[:, None]
    sizes = np.where(np.arange(60) < ends[:, None], rng.uniform(0.5, 2, (200, 60)), last)
    return scripted(sizes, sharpness=rng.uniform(0.5, 1.9, sizes.shape), **options)


def same_record(record):
    whole = watch.watch(*scattered()[:2], 50)
    for field in fields(Record):
        np.testing.assert_array_equal(
            getattr(record, field.name), getattr(whole, field.name), strict=True, err_msg=field.name
        )


@pytest.mark.parametrize("block", [1, 7, 10_000])
def test_blocks_are_the_models_and_change_nothing(block):
    model, runs, calls = scattered(block=block)
    same_record(watch.watch(model, runs, 50))
    assert max(calls["blocks"]) == min(block, 200)


@pytest.mark.parametrize("group", [1, 7, 10_000])
def test_runs_laid_out_in_groups_have_the_same_record(group):
    """Groups are laid out one after the other; the twins of all of them come last."""
    model, runs, calls = scattered(group=group)
    same_record(watch.watch(model, runs, 50))
    laid_out = [index for index, nudge in calls["runs"] if nudge == 0]
    assert [run for part in laid_out for run in part] == list(range(200))
    assert {len(index) for index in laid_out[:-1]} <= {group}
    nudges = [nudge for _, nudge in calls["runs"]]
    assert nudges == sorted(nudges)
    assert set(nudges) == {0, 1}


@pytest.mark.parametrize("limit", [0.7, 1.0, 1.2])
def test_a_model_may_say_where_the_sharpness_goes(limit):
    """The tail is twice the way there."""
    steps = np.arange(40)
    sizes, sharpness = 0.5**steps, 1 + 0.5**steps
    model, runs, _ = scripted(
        sizes, sharpness=sharpness, limit=lambda state, which: np.full(len(which), limit)
    )
    record = watch.watch(model, runs, 39)
    np.testing.assert_allclose(
        record.error[0], 2 * abs(limit - record.sharpness[0]), rtol=1e-6, atol=2e-14
    )


def test_nothing_is_stepped_once_all_is_settled():
    sizes = np.ones((10, 60))
    sizes[:, 33:] = 0.0
    model, runs, calls = scripted(sizes)
    assert (watch.watch(model, runs, 1000).steps == 33).all()
    assert calls["steps"] == 33 * 10


def test_an_error_larger_than_the_curvature_is_infinite():
    record = Record.undecided(4, 9)
    record.sharpness[:] = [1.0, 1.0, np.inf, np.nan]
    record.error = np.array([1.0, 1.5, np.nan, np.nan])
    end = watch.outcome(record, np.full(4, 0.5), np.zeros(4), (4,))
    np.testing.assert_array_equal(end.curvature_error, [2.0, np.inf, np.nan, np.nan])
    np.testing.assert_array_equal(end.curvature, [2.0, 2.0, np.inf, np.nan])


def test_a_trajectory_in_which_only_the_loss_overflows():
    """The first comes back, the second does not, the third is not over."""
    inf, nan = np.inf, np.nan
    loss = np.array([[inf, 1, 1], [inf, inf, 1], [5, inf, 1], [1, nan, inf]], float)
    output = np.array([[9, 9, 9], [8, 8, 9], [7, inf, 9], [6, nan, 8]], float)
    run = watch.trajectory((3,), np.ones((4, 3)), loss.copy(), output.copy())
    np.testing.assert_array_equal(run.output[:, 0], output[:, 0])
    np.testing.assert_array_equal(run.output[:, 1], [9, inf, inf, inf])
    np.testing.assert_array_equal(run.output[:, 2], output[:, 2])
    np.testing.assert_array_equal(run.curvature[:, 1], [1, inf, inf, inf])
    np.testing.assert_array_equal(run.loss[:, 1], [1, inf, inf, inf])
    np.testing.assert_array_equal(run.loss[:, [0, 2]], loss[:, [0, 2]])
