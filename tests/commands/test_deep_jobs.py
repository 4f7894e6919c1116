"""What the command `deep` asks of its workers: networks, seeds and rates of each part."""

import numpy as np
import pytest

from twolayer.commands import deep_jobs, deep_runs
from twolayer.commands.deep_jobs import COURSES, DROPS, ENDS, SCALED, TESTED
from twolayer.commands.deep_runs import Dropped, Kind
from twolayer.commands.deep_source import Sets
from twolayer.deep.samples import Samples

SEEDS = 3


@pytest.fixture(scope="module")
def asked():
    rng = np.random.default_rng(0)
    samples = Samples(rng.normal(size=(12, 4)), rng.normal(size=12))
    sets = Sets(samples, samples, samples, False, [])
    plan = deep_jobs.plan(Kind(3, "relu", 20), sets, 128, 7, SEEDS, False)
    return plan, deep_jobs._jobs(sets, plan)


def seed_of(call):
    """The seed of a job: its one list."""
    (seed,) = (part for part in call if isinstance(part, list))
    return tuple(seed)


def test_networks_of_a_width_have_seeds_of_their_own(asked):
    plan, jobs = asked
    for part, numbers in ((DROPS, plan.drop_widths), (ENDS, plan.end_widths)):
        seeds = {seed_of(jobs[name]) for name in jobs if name[0] == part}
        assert len(seeds) == SEEDS * len(numbers)
    rates = {name: seed_of(call) for name, call in jobs.items() if name[0] == TESTED}
    assert len(set(rates.values())) == SEEDS
    for share in plan.tested_shares:  # one network at all rates
        assert [rates[TESTED, share, i] for i in range(SEEDS)] == [
            rates[TESTED, plan.tested_shares[0], i] for i in range(SEEDS)
        ]


def test_all_seeds_come_from_that_of_the_command_line_and_parts_share_none(asked):
    plan, jobs = asked
    seeds = {}
    for name, call in jobs.items():
        assert seed_of(call)[0] == plan.seed
        seeds.setdefault(name[0], set()).add(seed_of(call))
    assert sorted(seeds) == [COURSES, DROPS, ENDS, SCALED, TESTED]
    assert sum(map(len, seeds.values())) == len(set.union(*seeds.values()))


def test_upper_ends_are_of_their_activation_and_width(asked):
    plan, jobs = asked
    for name, call in jobs.items():
        if name[0] == ENDS:
            assert call[1] == plan.kind._replace(activation=name[1])
            assert call[3] == name[2]


def test_scales_are_those_of_one_network_of_half_the_width(asked):
    plan, jobs = asked
    calls = {name[1]: call for name, call in jobs.items() if name[0] == SCALED}
    np.testing.assert_allclose(np.square(list(calls)), [0.5, 1, 2])
    assert len(set(map(seed_of, calls.values()))) == 1
    for scale, call in calls.items():
        assert (call[1].scale, call[3]) == (scale, plan.width // 2)


def test_the_budget_is_what_the_first_rates_spend_in_their_steps(asked):
    plan, jobs = asked
    assert plan.budget == deep_jobs.BUDGET * plan.kind.steps == 80.0
    for name, call in jobs.items():
        if name[0] == TESTED:
            assert (call[4], call[6:]) == (plan.width // 4, (name[1], plan.budget))


def test_the_transition_spans_all_networks(asked):
    plan, _ = asked
    each = np.ones(plan.shares.size)
    ends = [(2.0, 2.1), (2.3, 2.4), (1.9, 2.0)]
    found = [Dropped(1.0, each, each, pair, pair, 0) for pair in ends]
    assert deep_jobs._drop(plan, 128, found).transition == (1.9, 2.4)


def test_the_largest_loss_of_a_scale_is_over_its_start():
    rng = np.random.default_rng(1)
    samples = Samples(rng.normal(size=(12, 4)), 30 * rng.normal(size=12))
    kind, shares = Kind(2, "linear", 20), np.array([0.1, 3.0])
    peak = deep_runs.scaled(kind, samples, 64, [0], shares).peak
    assert peak[0] == 1.0
    assert peak[1] > 1.5


def test_a_later_part_of_a_run_is_compared_with_the_first_loss(monkeypatch):
    rng = np.random.default_rng(2)
    samples = Samples(rng.normal(size=(12, 4)), rng.normal(size=12))
    kind = Kind(2, "linear", 2)
    lengths = []
    monkeypatch.setattr(deep_runs, "seen", lambda loss: lengths.append(len(loss)) or 0)
    deep_runs.tested(kind, (samples, samples), False, 16, [0], 1.0, 6.0)
    assert lengths == [3, 7]
