"""The final curvature with a label near the transition: against patience, and against itself."""

import itertools
from decimal import Decimal, localcontext

import numpy as np
import pytest

from tests.helpers import from_scaled
from twolayer import _derived, final_curvature, labelled

LABELS = [1e-300, 1e-30, 2e-16, 1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.4]


def patience(x, r, tau, steps=200_000):
    """Where the map of (V, r) ends, by hand and in 40 digits, as 4 − V."""
    with localcontext(prec=40):
        x, r, tau = map(Decimal, (x, r, tau))
        V = 4 + tau * r - x
        for _ in range(steps):
            V, r = V * (1 + tau * r + r * r), r * (r * r + V - 3)
            if abs(r) < Decimal("1e-25"):
                return 4 - V
    return None


def exact_state(cell):
    """(x, r, τ) of the float64 numbers of a cell, in 40 digits."""
    with localcontext(prec=40):
        eta, lam, f, n, y = (Decimal(float(number)) for number in cell)
        return eta * lam, eta * (f - y) / n.sqrt(), eta * y / n.sqrt()


@pytest.mark.parametrize("tau", LABELS)
@pytest.mark.parametrize("x", [1.97, 2.0, 2.01, 2.05, 2.3, 3.0])
def test_labels_of_every_size_against_patience(x, tau):
    for sign, balance in itertools.product((1, -1), (0.03, -0.02)):
        cell = from_scaled(1.0, x, balance, 9.0, sign * tau)
        said = final_curvature(*cell)
        exact = patience(*exact_state(cell))
        assert abs(Decimal(float(said.curvature)) - exact) <= said.error
        assert said.error <= 1e-12 + 1e-8 * tau * tau
        assert said.steps < 20_000


@pytest.mark.parametrize("tau", LABELS)
@pytest.mark.parametrize("gap", [0.0, 1e-12, -1e-9, 1e-8, -1e-6, 1e-4])
def test_nothing_near_the_transition_waits_for_its_budget(gap, tau):
    """A start that is a label's residual away from (2, 0); one more step changes nothing."""
    x, tau = np.full(4, 2.0 + gap), tau * np.array([1, 1, -1, -1])
    s = np.array([1e-5, -1e-3, 1e-5, -1e-3]) + tau * 0.999
    said = final_curvature(1.0, x, s, 1.0, tau)
    assert np.isfinite(said.error).all()
    assert (said.error <= 1e-9).all()
    later_x, later_r = _derived.scaled_step(x, s - tau, tau)
    later = final_curvature(1.0, later_x, later_r + tau, 1.0, tau)
    assert (np.abs(said.curvature - later.curvature) <= said.error + later.error).all()


def test_a_label_below_rounding_ends_where_none_does():
    rng = np.random.default_rng(0)
    x, balance = rng.uniform(0.05, 3.9, 3000), rng.uniform(-1, 1, 3000)
    width = rng.choice([1.0, 10.0, 1e9], 3000)
    for tau in (1e-300, 1e-20, -2e-16):
        cell = from_scaled(1.0, x, balance, width, tau)
        said = final_curvature(*cell)
        bare = final_curvature(*cell[:2], cell.output - cell.target, width)
        known = np.isfinite(bare.error) & np.isfinite(said.error)
        assert known.mean() > 0.9
        apart = np.abs(said.curvature - bare.curvature)[known]
        assert (apart <= (said.error + bare.error)[known]).all()
        assert said.steps.max() <= 100


def test_what_is_left_out_near_the_transition_is_less_than_said():
    """Angles round (2, 0) at three distances; the worst is half of what is allowed."""
    worst = 0.0
    for rho, angle, tau in itertools.product(
        (0.03, 0.01), (0.05, 0.9, 1.5, 2.4), (1e-6, 1e-3, -0.1, 0.1, 0.5)
    ):
        x, r = 2 + rho * np.cos(angle), rho * np.sin(angle) / np.sqrt(2)
        (bare_x, bare_s), left_out = labelled._bare(*map(np.asarray, (x, r, tau)))
        off = patience(x, r, tau) - patience(float(bare_x), float(bare_s), 0.0)
        worst = max(worst, abs(float(off)) / float(left_out))
    assert 0.3 < worst < 0.7


def test_nothing_is_said_alike_away_from_the_transition():
    away = np.array([(2.04, 0, 0.1), (2.0, 0.03, 0.1), (2.0, 0, 0.6), (1.0, 0, 0.1)]).T
    assert np.isinf(labelled._bare(*away)[1]).all()
    assert np.isfinite(labelled._bare(*np.array([(2.02, 0, 0.4)]).T)[1]).all()
