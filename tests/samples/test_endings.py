"""Runs that do not end: cycles that are known exactly, data whose labels forbid the rate, and data
that are only slow."""

import dataclasses

import numpy as np
import pytest

import twolayer as tl
from tests.samples.helpers import refuses
from twolayer import Data, GramNetwork, Network, Phase
from twolayer.samples import endings as room
from twolayer.samples import factor
from twolayer.samples.endings import Endings, endings

FIELDS = [field.name for field in dataclasses.fields(Endings)]


@pytest.fixture(scope="module")
def diabetes():
    datasets = pytest.importorskip("sklearn.datasets")
    return Data(*datasets.load_diabetes(return_X_y=True))


def large_labels(seed=0):
    """Small inputs, labels of 152 ± 77 with an offset that no linear map fits."""
    rng = np.random.default_rng(seed)
    X = 0.05 * rng.normal(size=(400, 6))
    return Data(X, 152 + X @ rng.normal(size=6) * 600 + 50 * rng.normal(size=400))


# What is true


@pytest.mark.parametrize("tau", [1.05, 1.1, 1.2])
def test_a_cycle_has_its_exact_bounds(tau):
    """One input, balanced, 1 < τ < √5 − 1: s± = (1 + τ ± √((τ − 1)(τ + 3)))/2."""
    n, eta = 4, 0.5
    y = tau * 2 / eta
    ends = (1 + tau + np.array([-1, 1]) * np.sqrt((tau - 1) * (tau + 3))) / 2
    losses = np.sort(((ends - tau) * 2 / eta) ** 2 / 2)
    weight = np.sqrt(0.9 * tau / eta / 4 * 2 / 2)
    net = GramNetwork.from_weights(np.full((n, 1), weight), np.full((n, 1), weight))
    data = Data([1.0, 1.0], [y + 1, y - 1])  # a floor of one half
    assert net.outcome(data, eta, max_steps=4_000).phase == Phase.UNDECIDED
    end = endings(net, data, eta, max_steps=4_000)
    assert end.kind == "oscillating"
    assert (end.low, end.high) == pytest.approx(losses + 0.5, rel=1e-9)
    assert np.isnan([end.conditioning, end.steps]).all()


def test_on_diabetes_runs_above_the_guide_oscillate_or_diverge(diabetes):
    net = GramNetwork.random(1000, 10, rng=0)
    guide = tl.rate_guide(net, diabetes)
    assert (guide.binding, diabetes.samples) == ("eta_flat", 442)
    assert 30 < guide.four_over / guide.eta_flat < 40
    shares = np.array([0.5, 0.9, 1.05, 1.25, 1.7, 3.0, 10.0, 30.0])
    run = net.outcome(diabetes, shares * guide.rate, max_steps=4_000, tolerance=1e-4)
    assert (run.phase[:2] <= Phase.CATAPULT).all()
    assert (run.phase[2:] > Phase.CATAPULT).all()
    end = endings(net, diabetes, shares * guide.rate, max_steps=4_000, tolerance=1e-4)
    assert end.kind[2:4].tolist() == ["oscillating"] * 2
    assert (end.kind[5:] == "overflowed").all()
    assert (diabetes.floor < end.low[2:4]).all()
    assert (end.low[2:4] < end.high[2:4]).all()


@pytest.mark.parametrize("seed", range(3))
def test_where_labels_are_large_nothing_converges_above_a_fifth(seed):
    data, net = large_labels(seed), GramNetwork.random(300, 6, size=10, rng=seed)
    rates = np.array([0.2, 0.5, 1.0, 2.0, 3.5])[:, None] / net.curvature(data)
    assert (net.outcome(data, rates, max_steps=2_000, tolerance=1e-4).phase > 1).all()
    guide = tl.rate_guide(net, data)
    assert (guide.rate * guide.curvature < 0.2).all()
    assert (guide.label_size > 100 * guide.output_size).all()
    safe = net.outcome(data, 0.9 * guide.rate, max_steps=20_000, tolerance=1e-4).phase
    assert (safe <= Phase.CATAPULT).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tolerance", [1e-4, 1e-8])
def test_slow_runs_are_told_how_many_steps_are_enough(seed, tolerance):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, 4)) * 10.0 ** -np.array([0, 0.5, 1, 1.5])
    data, net = Data(X, 0.3 * rng.normal(size=(40, 2))), GramNetwork.random(500, 4, 2, rng=seed)
    eta = 1 / net.curvature(data)
    needed = int(net.outcome(data, eta, max_steps=10**6, tolerance=tolerance).steps)
    end = endings(net, data, eta, needed // 2, tolerance)
    assert end.kind == "falling"
    assert 0.98 * needed < end.steps < 2 * needed
    assert 500 < end.conditioning < 20_000
    assert end.low < end.high
    run = net.train(data, eta, needed // 2).loss[-(needed // 8) :]
    assert (end.low, end.high) == pytest.approx((run.min(), run.max()), rel=1e-3)
    assert net.outcome(data, eta, int(1.05 * end.steps), tolerance).phase <= Phase.CATAPULT


@pytest.mark.parametrize("share", [0.3, 1.0, 1.7, 1.95])
def test_steps_are_those_of_the_factor_of_a_step(share):
    """|1 − ηθ| a step, also where a step overshoots: near ηθ = 2 it is slow again."""
    data, net = Data([1.0], [1.0]), GramNetwork.from_weights([[1.0], [0.3]], [[0.2], [1.0]])
    net = GramNetwork(net.gram, width=1e14)
    eta = share / net.curvature(data)
    end, ran = endings(net, data, eta, 4, 1e-10), net.outcome(data, eta, tolerance=1e-10)
    assert end.kind == "falling"
    assert abs(end.steps - ran.steps) <= (4 if share == 1 else 1)


def test_the_conditioning_is_that_of_the_kernel_of_the_weights():
    """Two inputs across one another, one a hundredth of the other, after the fast one has ended."""
    data = Data(np.diag([1.0, 0.01]), [1.0, 0.02])
    net = Network.random(2_000, rng=3, data=data)
    theory, eta = GramNetwork.from_weights(net.u, net.v), 1 / net.curvature
    end = endings(theory, data, eta, max_steps=400)
    for _ in range(400):
        theory = theory.step(data, eta)
    values = theory.spectrum(data)
    assert end.conditioning == pytest.approx(values[0] / values[1], rel=1e-6)
    rest = theory.map(data)[1, 0] - 2.0
    start = GramNetwork.from_weights(net.u, net.v).loss(data)
    left = (0.01 * rest) ** 2 / 4 / (start * 1e-12)
    more = np.log(left) / (2 * eta * values[1])
    assert end.steps == pytest.approx(400 + more, rel=1e-3)


def test_a_direction_in_which_nothing_is_left_needs_no_steps():
    data = Data(np.diag([1.0, 0.1, 0.001]), [1.0, 0.2, 0.0])
    net = GramNetwork.from_weights(np.eye(3), [[0.5], [0.3], [0.0]])
    end = endings(net, data, 0.5, max_steps=200)
    for _ in range(200):
        net = net.step(data, 0.5)
    values = net.spectrum(data)
    assert end.conditioning == pytest.approx(values[0] / values[1], rel=1e-6)
    assert values[0] / values[2] > 1e5


def test_before_the_peak_a_run_rises():
    data, net = Data([1.0], [0.0]), GramNetwork([[1.0, 1e-9], [1e-9, 1.0]], width=10)
    assert net.outcome(data, 1.05, max_steps=12).phase == Phase.UNDECIDED
    assert endings(net, data, 1.05, max_steps=12).kind == "rising"


def test_too_narrow_a_network_never_gets_there():
    data = Data(np.eye(2), np.eye(2))
    end = endings(GramNetwork.from_weights([[1.0, 0.2]], [[1.0, 0.3]]), data, 0.05, 5_000)
    assert (end.kind, end.steps) == ("falling", np.inf)


# Shapes, bits and bad input


def test_cells_do_not_depend_on_each_other(monkeypatch):
    data, net = large_labels(), GramNetwork.random([5, 50, 5000], 6, size=3, rng=0)
    rates = np.array([0.01, 0.1, 0.3, 3.0])[:, None] / net.curvature(data)
    whole = endings(net, data, rates, 400, 1e-4)
    assert set(whole.kind.flat) >= {"falling", "overflowed"}
    assert {np.shape(getattr(whole, name)) for name in FIELDS} == {(4, 3)}
    monkeypatch.setattr(factor, "STEPPED", 1)
    parts = endings(net, data, rates, 400, 1e-4)
    one = endings(GramNetwork(net.gram[1], 50), data, rates[2, 1], 400, 1e-4)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
        assert np.ndim(getattr(one, name)) == 0
        np.testing.assert_array_equal(getattr(one, name), getattr(whole, name)[2, 1])


def test_the_last_quarter_is_looked_at():
    """A loss that falls at first and oscillates at last, and one the other way round."""
    assert room.LAST == 4
    data, net = Data([1.0], [5.0]), GramNetwork([[1.0, 1.0], [1.0, 1.0]], width=4)
    run = net.train(data, 0.44, 400).loss
    end = endings(net, data, 0.44, 400)
    assert (end.low, end.high) == pytest.approx((run[300:].min(), run[300:].max()), rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": 3}, "network = 3 must be a GramNetwork object"),
        ({"data": 3}, "data = 3 must be a Data object"),
        ({"eta": -1.0}, r"eta = -1\.0 must be positive and finite"),
        ({"max_steps": 3}, "max_steps = 3 must be a whole number of at least 4"),
        ({"tolerance": 1.0}, r"tolerance = 1\.0 must be above 0 and below 1"),
    ],
)
def test_bad_input(change, message):
    good = {"network": GramNetwork(np.eye(2), 4), "data": Data([1.0], [1.0]), "eta": 0.1}
    with refuses(message):
        endings(**(good | change))
