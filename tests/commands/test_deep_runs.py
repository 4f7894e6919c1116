"""What the command `deep` computes, against exact models, dense kernels and scripted runs."""

from types import SimpleNamespace

import numpy as np
import pytest

import twolayer as tl
from twolayer.commands import deep_runs
from twolayer.commands.deep_runs import Kind
from twolayer.deep.samples import Samples
from twolayer.results import Phase

LINEAR = Kind(2, "linear", 150)
ONE = Samples(np.ones(6), np.zeros(6))  # one sample, six times: the solved model
SHARES = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0])


@pytest.fixture(scope="module")
def cloud():
    draw = np.random.default_rng(4)
    x = draw.standard_normal((12, 3))
    return Samples(x, np.stack([np.sin(x[:, 0]), x[:, 1] * x[:, 2]], -1))


def solved(width, seed):
    """The network that a job draws, as the two-layer model."""
    net, curvature = deep_runs.drawn(LINEAR, ONE, width, seed)
    model = tl.Network(net.weights[0][:, 0], net.weights[1][0])
    assert curvature == pytest.approx(model.curvature, rel=1e-12)
    return model, curvature


@pytest.mark.parametrize("width", [30, 64, 1000])
def test_the_transition_is_eta_crit_where_it_is_known(width):
    model, start = solved(width, [1, width])
    crit = tl.eta_crit(*model.start) * start
    found = deep_runs.drop(LINEAR, ONE, width, [1, width], SHARES, 4)
    assert found.start == start
    for low, high in (found.grows, found.rises):
        assert low <= crit <= high
    assert found.grows[1] - found.grows[0] == pytest.approx(3 / 2**10)
    assert found.rises[1] - found.rises[0] == pytest.approx(0.5 / 2**4)
    run = model.train(SHARES / start, 150)
    np.testing.assert_allclose(found.early, run.curvature[10] / start, rtol=1e-9)
    np.testing.assert_allclose(found.final, run.curvature[150] / start, rtol=1e-6)


@pytest.mark.parametrize("width", [3, 64, 1000])
def test_the_upper_end_is_eta_max_where_it_is_known(width):
    model, start = solved(width, [2, width])
    largest = tl.eta_max(*model.start) * start  # 4, to the rounding of two curvatures
    assert largest == pytest.approx(4, rel=1e-14)
    found = deep_runs.upper_end(LINEAR, ONE, width, [2, width], 4)
    assert found.low <= 4 <= found.high <= found.low * 2 ** (0.5 / 2**4) * (1 + 1e-12)
    assert found[2:] == (0, 0, 0)


def scripted(monkeypatch, fails=(), collapses=(), stays=()):
    """Runs that do at each ηλ₀ what intervals of it say; elsewhere they train."""

    def within(share, intervals):
        return any(low < share < high for low, high in intervals)

    def train(_, eta, steps, looks):
        bad, silent, flat = (within(eta, part) for part in (fails, collapses, stays))
        last = np.inf if bad else 2.0 if flat else 0.5
        return SimpleNamespace(loss=np.array([1.0, last]), collapsed=silent)

    network = SimpleNamespace(train=train)
    monkeypatch.setattr(deep_runs, "drawn", lambda *_: (network, 1.0))
    return deep_runs.upper_end(LINEAR, ONE, 4, [0], 3)


EVER = np.inf


@pytest.mark.parametrize(
    ("script", "low", "high", "counts"),
    [
        ({"fails": [(5, EVER)]}, 5, 5, (0, 0, 0)),
        ({"collapses": [(9, EVER)]}, 9, 9, (4, 0, 0)),
        ({"fails": [(9, EVER)], "stays": [(5, 9)]}, 4, 8 * 2**0.5, (0, 2, 0)),
        ({"fails": [(5, 6), (10, EVER)]}, 5, 5, (0, 0, 1)),
        ({"stays": [(5, EVER)]}, 4, EVER, (0, 6, 0)),
        ({"fails": [(1, EVER)]}, 0, 2, (0, 0, 0)),
        ({}, 32, EVER, (0, 0, 0)),
    ],
)
def test_upper_ends_of_scripted_runs(monkeypatch, script, low, high, counts):
    """Open runs stay inside the interval; what collapses, and what trains again, is counted."""
    found = scripted(monkeypatch, **script)
    assert found[2:] == counts
    if low == high:
        assert found.low <= low <= found.high <= found.low * 2 ** (1 / 16) * (1 + 1e-12)
    else:
        assert (found.low, found.high) == pytest.approx((low, high))


def test_the_top_direction_is_that_of_the_dense_kernel(cloud):
    kind = Kind(3, "tanh", 1)
    net, curvature = deep_runs.drawn(kind, cloud, 9, [5])
    rows = np.stack([net.vjp(cloud.X, w.reshape(12, 2)) for w in np.eye(24)])
    values, vectors = np.linalg.eigh(rows @ rows.T)
    assert curvature == pytest.approx(values[-1] / 12, rel=1e-10)
    top = deep_runs.top_direction(net, cloud).ravel()
    assert abs(top @ vectors[:, -1]) == pytest.approx(1.0, abs=1e-8)


def test_a_course_is_the_run_of_the_network_that_is_drawn(cloud):
    kind = Kind(3, "relu", 20)
    net, start = deep_runs.drawn(kind, cloud, 16, [7, 1])
    course = deep_runs.course(kind, cloud, 16, [7, 1], 1.5)
    run = net.train(cloud, 1.5 / start, 20)
    assert (course.share, course.eta, course.collapsed) == (1.5, 1.5 / start, False)
    np.testing.assert_array_equal(course.loss, run.loss)
    np.testing.assert_array_equal(course.curvature, run.curvature)
    kind = Kind(3, "linear", 60)
    net, start = deep_runs.drawn(kind, cloud, 16, [7, 1])
    failing = deep_runs.failing(kind, cloud, 16, [7, 1])
    smaller = [share for share in deep_runs.FAILING if share < failing.share]
    phases = [
        deep_runs.phase_of(net.train(cloud, share / start, 60, ()))
        for share in (*smaller, failing.share)
    ]
    assert failing.phase == phases[-1] == Phase.DIVERGENT
    assert Phase.DIVERGENT not in phases[:-1]


def test_many_outputs_are_looked_at_sparsely(monkeypatch, cloud):
    monkeypatch.setattr(deep_runs, "WHOLE", 23)
    course = deep_runs.course(Kind(2, "relu", 10), cloud, 8, [1], 1.0)
    assert np.flatnonzero(np.isfinite(course.curvature)).tolist() == [0, 4, 8, 10]


def test_what_does_not_train_has_no_curvature_at_the_end():
    for last, collapsed, expected in (
        (0.5, False, 3.0),
        (np.inf, False, np.inf),
        (0.5, True, np.nan),
        (2.0, False, np.nan),
    ):
        run = SimpleNamespace(
            loss=np.array([1.0, last]), curvature=np.array([2.0, 6.0]), collapsed=collapsed
        )
        assert deep_runs.ending(run, 2.0) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("share", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("classes", [True, False])
def test_the_test_set_is_asked_at_both_times(cloud, classes, share):
    """The budget of 15 is spent after 30, 15 and 6 steps."""
    kind = Kind(3, "relu", 15)
    pair = Samples(cloud.X[:8], cloud.Y[:8]), Samples(cloud.X[8:], cloud.Y[8:])
    net, start = deep_runs.drawn(kind, pair[0], 16, [3])
    found = deep_runs.tested(kind, pair, classes, 16, [3], share, 15.0)
    for value, steps in zip(found, (15, round(15 / share)), strict=True):
        end = net.train(pair[0], share / start, steps, ()).network
        assert value == (end.accuracy if classes else end.loss)(pair[1])


def test_the_test_set_is_not_asked_of_what_diverges_or_collapses(cloud):
    """Their outputs would be told right now and then."""
    linear, relu, pair = Kind(2, "linear", 60), Kind(3, "relu", 8), (cloud, cloud)
    net, start = deep_runs.drawn(relu, cloud, 8, [1])
    collapses = next(
        share for share in range(8, 200, 4) if net.train(cloud, share / start, 8, ()).collapsed
    )
    for kind, share in ((linear, 9.0), (relu, collapses)):
        assert np.isnan(deep_runs.tested(kind, pair, True, 8, [1], share, 8 * share)).all()
    at_steps, at_budget = deep_runs.tested(relu, pair, True, 8, [1], collapses, 1.0)
    assert np.isnan(at_steps)
    assert at_budget == net.train(cloud, collapses / start, 1, ()).network.accuracy(cloud)


def test_a_network_that_is_zero_on_most_of_the_test_set_is_lost():
    """It still responds to a training sample, so that it has not collapsed."""
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    train, kind = Samples(x, np.array([1.0, -1.0, 1.0, -1.0])), Kind(2, "relu", 1)
    net, start = deep_runs.drawn(kind, train, 1, [0])
    end = net.train(train, 1 / start, 1, ())
    silent = np.flatnonzero(~end.network(x).any(1))[0]
    told = np.flatnonzero(end.network(x).any(1))[0]
    rows = [silent, silent, told]
    test = Samples(x[rows], train.Y[rows])
    assert not end.collapsed
    assert np.isnan(deep_runs.tested(kind, (train, test), True, 1, [0], 1.0, 1.0)).all()


def test_early_curvatures_are_of_runs_that_do_not_diverge():
    shares = np.array([1.0, 3.0, 9.0])
    found = deep_runs.drop(LINEAR, ONE, 64, [1, 64], shares, 1)
    assert np.isfinite(found.early).tolist() == [True, True, False]
    assert np.isnan(found.early[2])
    assert np.isinf(found.final[2])


def test_scales_of_the_same_draw(cloud):
    """The curvature of a ReLU network of depth 3 has the scale to the power 4."""
    kinds = [Kind(3, "relu", 5, scale) for scale in (0.5, 2.0)]
    small, large = (deep_runs.scaled(kind, cloud, 16, [1], SHARES) for kind in kinds)
    assert large.curvature == pytest.approx(256 * small.curvature, rel=1e-10)
    assert (small.scale, large.scale) == pytest.approx((0.5**0.5, 8**0.5))
    np.testing.assert_allclose(large.eta * 256, small.eta, rtol=1e-10)


def test_silent_networks_are_drawn_again():
    kind = Kind(6, "relu", 1)
    generator, plain = np.random.default_rng([0]), []
    samples = Samples(np.eye(3), np.ones(3))
    for _ in range(20):
        plain.append(tl.DeepNetwork.random([3, 2, 2, 2, 2, 2, 1], (), 2**0.5, generator))
    first = next(net for net in plain if net.curvature(samples) > 0)
    assert first is not plain[0]
    network, curvature = deep_runs.drawn(kind, samples, 2, [0])
    np.testing.assert_array_equal(network.parameters, first.parameters)
    assert curvature == first.curvature(samples)
    with pytest.raises(ValueError, match=r"the curvature .* of width 1 must be positive and fin"):
        deep_runs.drawn(kind._replace(depth=80), samples, 1, [0])


@pytest.mark.parametrize(
    ("true", "expected"),
    [
        ([False, True, True], (1.0, 2.0)),
        ([True, False, True], (0.0, 1.0)),
        ([False, False, False], (3.0, np.inf)),
    ],
)
def test_where_something_first_becomes_true(true, expected):
    assert deep_runs.first_true(np.array([1.0, 2.0, 3.0]), true) == expected


def test_an_interval_is_narrowed_unless_it_is_open():
    assert deep_runs.narrowed(lambda share: share > 1.3, 1.0, 2.0, 3) == (1.25, 1.375)
    for ends in ((0.0, 2.0), (2.0, np.inf)):
        assert deep_runs.narrowed(lambda share: True, *ends, 3) == ends
