"""How much the command `data` computes."""

import numpy as np

from twolayer import Data
from twolayer.commands import data_jobs


def test_fewer_rates_and_steps_where_a_step_is_dear():
    plans = {}
    for size in 3, 100, 500, 700:
        data = Data(np.random.default_rng(0).standard_normal((size, size)), np.ones(size))
        plans[size] = data_jobs.plan(data, 0, None, 1e-4)
        assert data_jobs.plan(data, 0, 4_000, 1e-4).limits.steps == 4_000
    assert [plan.limits.steps for plan in plans.values()] == [4_000, 4_000, 1_400, 1_000]
    assert [plan.rates.size for plan in plans.values()] == [45, 45, 8, 5]
    assert plans[3].together >= 45 > plans[500].together
