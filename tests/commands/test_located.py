"""Boundaries of random networks."""

import numpy as np

import twolayer as tl
from twolayer.commands import located


def test_rows_do_not_depend_on_what_else_is_computed():
    alone = located.located(10, 5, 1, 0.0)
    assert alone == located.located(10, 5, 1, 0.0)
    assert located.network(10, 5, 1).u.tobytes() != located.network(10, 5, 0).u.tobytes()


def test_a_start_whose_phases_are_not_nested_is_reported_not_hidden(monkeypatch):
    # f = 2, λ = 4.4: lazy again between 1 and 1.25
    u, v = (np.sqrt(8.4) + np.sqrt(0.4)) / 2, (np.sqrt(8.4) - np.sqrt(0.4)) / 2
    monkeypatch.setattr(located, "network", lambda *_: tl.Network([u], [v]))
    rows = located.located(1, 0, 0, 0.8)
    assert [row.boundary for row in rows] == ["eta_crit", "eta_max"]
    for row in rows:
        assert row.remark.startswith("phases are out of order: CATAPULT at eta = ")
        assert np.isnan(row.network_low)
