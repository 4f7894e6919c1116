"""Trained weights on a data set: the judge, against sums over samples and outputs."""

import math

import numpy as np
import pytest

import twolayer as tl
from tests.helpers import FIELDS, errs_by_its_twin
from twolayer import Data, GramNetwork, Network, Phase, network
from twolayer.recursion import outcome
from twolayer.samples import descent


def on_data(seed, n, d, k, m, runs=()):
    """Samples and networks."""
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(m, d)), rng.normal(size=(m, k))
    return X, Y, Network(rng.normal(size=(*runs, n, d)), rng.normal(size=(*runs, n, k)), Data(X, Y))


def sample_by_sample(u, v, X, Y, eta):
    """Loss, derivatives of each output on each sample by all weights, and the weights after one
    step: sums over samples and outputs."""
    n, m = len(u), len(X)
    total, jacobian, du, dv = 0.0, [], np.zeros_like(u), np.zeros_like(v)
    for x, y in zip(X, Y, strict=True):
        for b in range(v.shape[1]):
            hidden = u @ x
            rest = hidden @ v[:, b] / math.sqrt(n) - y[b]
            by_u, by_v = np.outer(v[:, b], x) / math.sqrt(n), np.zeros_like(v)
            by_v[:, b] = hidden / math.sqrt(n)
            total, du, dv = total + rest**2 / (2 * m), du + rest * by_u / m, dv + rest * by_v / m
            jacobian.append(np.concatenate([by_u.ravel(), by_v.ravel()]))
    return total, np.array(jacobian), u - eta * du, v - eta * dv


@pytest.mark.parametrize(
    ("n", "d", "k", "m"), [(1, 1, 1, 1), (3, 2, 1, 5), (2, 3, 2, 2), (20, 2, 3, 7), (4, 5, 1, 1)]
)
def test_training_on_data_is_gradient_descent(n, d, k, m):
    X, Y, net = on_data([n, d, k], n, d, k, m)
    u, v = net.u, net.v
    eta = 0.9 / net.curvature
    run = net.train(eta, 6)
    assert run.output is None
    np.testing.assert_allclose(net.output, u.T @ v / math.sqrt(n), rtol=1e-12)
    for t in range(7):
        loss, jacobian, *after = sample_by_sample(u, v, X, Y, eta)
        np.testing.assert_allclose(run.loss[t], loss, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(
            run.curvature[t], np.linalg.eigvalsh(jacobian @ jacobian.T / m)[-1], rtol=1e-10
        )
        u, v = after
    assert net.curvature == run.curvature[0]


@pytest.mark.parametrize("part", [0.7, 1.4, 2.2])
def test_networks_on_data_train_as_their_gram_matrix(part):
    _, _, net = on_data(0, 30, 3, 2, 9, (5,))
    same, eta = GramNetwork.from_weights(net.u, net.v), part * 2 / net.curvature
    run, other = net.train(eta, 10), same.train(net.data, eta, 10)
    tame = np.maximum.accumulate(run.loss) < 1e3
    np.testing.assert_allclose(run.loss[tame], other.loss[tame], rtol=1e-8)
    np.testing.assert_allclose(run.curvature[tame], other.curvature[tame], rtol=1e-8)
    np.testing.assert_array_equal(
        net.outcome(eta, max_steps=500).phase, same.outcome(net.data, eta, max_steps=500).phase
    )


def test_one_sample_of_size_one_is_the_network_without_data():
    plain = Network.random(9, size=12, rng=3)
    for label in (0.0, 0.8):
        net = Network(plain.u[..., None], plain.v[..., None], Data([1.0], [label]))
        eta = np.linspace(0.2, 4.2, 12) / plain.curvature
        ours, theirs = net.outcome(eta, max_steps=500), plain.outcome(eta, label, max_steps=500)
        np.testing.assert_allclose(net.curvature, plain.curvature, rtol=1e-14)
        np.testing.assert_array_equal(ours.phase, theirs.phase)
        known = theirs.curvature_error < 1e-10
        np.testing.assert_allclose(ours.curvature[known], theirs.curvature[known], rtol=1e-9)
        np.testing.assert_allclose(ours.peak_loss[known], theirs.peak_loss[known], rtol=1e-9)


def test_the_reported_error_on_data_covers_chaos():
    """Just below 4/λ₀, where f and λ alone and all weights round differently."""
    plain = Network.random(10, size=80, rng=4)
    net = Network(plain.u[..., None], plain.v[..., None], Data([1.0], [0.0]))
    eta = (1 - 10 ** np.random.default_rng(5).uniform(-6, -4.5, 80)) * 4 / plain.curvature
    ours, said = net.outcome(eta), outcome(eta, *plain.start)
    known = (ours.phase <= Phase.CATAPULT) & (said.phase <= Phase.CATAPULT)
    apart = np.abs(ours.curvature - said.curvature)[known]
    assert known.sum() > 60
    assert np.median(apart) > 1e-12, "not chaotic"
    assert (apart <= 2 * ours.curvature_error[known]).mean() > 0.95


def test_an_outcome_on_data_is_read_off_its_trajectory():
    _, _, net = on_data(1, 5, 2, 1, 6, (30,))
    eta = np.linspace(0.1, 4.8, 30) / net.curvature
    run, end = net.train(eta, 300), net.outcome(eta, max_steps=300)
    assert set(end.phase.tolist()) >= {0, 1, 3}
    for j in range(30):
        loss, curvature = run.loss[:, j], run.curvature[:, j]
        if end.phase[j] == Phase.DIVERGENT:
            assert end.steps[j] == np.flatnonzero(~np.isfinite(loss))[0]
            assert np.isinf([end.peak_loss[j], end.curvature[j]]).all()
        elif end.phase[j] <= Phase.CATAPULT:
            at = end.steps[j]
            raised = loss[: at + 1].max() > loss[0] * (1 + 1e-12)
            assert (end.phase[j] == Phase.CATAPULT) == raised
            np.testing.assert_allclose(
                [end.curvature[j], end.peak_loss[j]],
                [curvature[at], loss[: at + 1].max()],
                rtol=1e-12,
            )
            assert loss[at] - net.data.floor <= 1.001e-12 * (loss[0] - net.data.floor) + 1e-15
            assert eta[j] * curvature[at] < 2


def test_batches_on_data_broadcast_and_have_the_same_bits(monkeypatch):
    _, _, net = on_data(2, 6, 2, 3, 5, (2, 1))
    eta = np.array([0.1, 0.3, 0.6, 2.0])[:, None, None] * [[1.0, 1.1, 1.2]]
    run, end = net.train(eta, 5), net.outcome(eta, max_steps=100)
    assert run.loss.shape == run.curvature.shape == (6, 4, 2, 3)
    assert {np.shape(getattr(end, name)) for name in FIELDS} == {(4, 2, 3)}
    assert (net.curvature.shape, net.output.shape, net.width) == ((2, 1), (2, 1, 2, 3), 6)
    for i, j, k in np.ndindex(4, 2, 3):
        one = Network(net.u[j, 0], net.v[j, 0], net.data)
        trained, alone = (
            one.train(float(eta[i, 0, k]), 5),
            one.outcome(float(eta[i, 0, k]), max_steps=100),
        )
        np.testing.assert_array_equal(trained.loss, run.loss[:, i, j, k])
        np.testing.assert_array_equal(trained.curvature, run.curvature[:, i, j, k])
        assert isinstance(alone.phase, Phase)
        for name in FIELDS:
            np.testing.assert_array_equal(
                getattr(alone, name), getattr(end, name)[i, j, k], err_msg=name
            )
    for chunk in (1, 2 * 6 * 5, 7 * 6 * 5):
        monkeypatch.setattr(network, "TOGETHER", chunk)
        np.testing.assert_array_equal(net.train(eta, 5).loss, run.loss)
        for name in FIELDS:
            np.testing.assert_array_equal(
                getattr(net.outcome(eta, max_steps=100), name), getattr(end, name), err_msg=name
            )
    assert net.train(np.empty((0, 1, 1)), 3).loss.shape == (4, 0, 2, 1)
    assert net.outcome(np.empty((0, 1, 1))).phase.shape == (0, 2, 1)


def test_networks_on_data_that_diverge_are_infinite_without_a_warning():
    _, _, net = on_data(3, 5, 2, 2, 5, (3,))
    run, end = net.train([9.0, 50.0, 1e6], 60), net.outcome([9.0, 50.0, 1e6])
    for rows in (run.loss, run.curvature):
        assert (rows[-1] == np.inf).all()
        assert not np.isnan(rows).any()
    assert (end.phase == Phase.DIVERGENT).all()
    assert np.isinf([end.curvature, end.peak_loss]).all()


def test_weights_on_data_are_left_alone():
    _, _, net = on_data(3, 5, 2, 2, 5)
    u, v = net.u.copy(), net.v.copy()
    net.train(0.1, 5)
    net.outcome(0.1)
    np.testing.assert_array_equal(net.u, u)
    np.testing.assert_array_equal(net.v, v)


def test_random_networks():
    data = Data(np.eye(3), np.ones((3, 2)))
    one, two = (
        Network.random(50, size=(2, 3), scale=scale, rng=7, data=data) for scale in (1.0, 2.0)
    )
    assert (one.u.shape, one.v.shape, one.width) == ((2, 3, 50, 3), (2, 3, 50, 2), 50)
    np.testing.assert_array_equal(two.u, 2 * one.u)
    np.testing.assert_array_equal(two.v, 2 * one.v)
    np.testing.assert_allclose(two.curvature, 4 * one.curvature, rtol=1e-12)
    np.testing.assert_allclose(one.u.std(), 1, atol=0.1)
    assert one.curvature.shape == (2, 3)


def refuses(message):
    return pytest.raises(ValueError, match=rf"\A{message}\Z")


def test_bad_input():
    _, _, net = on_data(3, 5, 2, 1, 4, (3,))
    with refuses(
        r"shapes of u \(5, 3\) and v \(5, 1\) must end in the inputs and outputs of the data, "
        r"\(2, 1\)"
    ):
        Network(np.ones((5, 3)), np.ones((5, 1)), net.data)
    with refuses(
        r"shapes of u \(5,\) and V \(5,\) must be \(\.\.\., n, d\) and \(\.\.\., n, k\) of the "
        "same batch and width"
    ):
        Network(np.ones(5), np.ones(5), net.data)
    with refuses(r"u\[0, 1\] = nan must be finite, and at most 1e150 in size"):
        Network([[1.0, np.nan]], [[1.0]], net.data)
    for call in (lambda: Network([[1.0]], [[1.0]], [1.0]), lambda: Network.random(5, data=[1.0])):
        with refuses(r"data = \[1.0\] must be a Data object"):
            call()
    with refuses(
        "data = Data object must be None for start: a network on a data set is more than three "
        "numbers"
    ):
        _ = net.start
    for call in (lambda target: net.train(0.1, 5, target), lambda target: net.outcome(0.1, target)):
        with refuses("target = 0.5 must be left out on a data set, which brings its own labels"):
            call(0.5)
        with refuses(
            r"target\[1\] = 1.0 must be left out on a data set, which brings its own labels"
        ):
            call([0.0, 1.0, 0.0])
    with refuses("absorbing must be None on a data set: it is told of a single input"):
        net.outcome(0.1, absorbing=tl.certificate)
    for call in (lambda eta: net.train(eta, 5), net.outcome):
        with refuses("eta = -1.0 must be positive and finite"):
            call(-1.0)
        with refuses(r"shapes must broadcast: eta \(2,\), target \(\), networks \(3,\)"):
            call([0.1, 0.2])
    with refuses("steps = -1 must be a whole number of at least 0"):
        net.train(0.1, -1)
    with refuses("max_steps = 1.5 must be a whole number of at least 0"):
        net.outcome(0.1, max_steps=1.5)
    assert net.train(0.1, 5, 0.0).loss.shape == (6, 3)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_runs_end_at_the_tolerance(tolerance):
    """As the Gram matrix says."""
    rng = np.random.default_rng(0)
    data = Data(rng.normal(size=(20, 3)), rng.normal(size=(20, 2)))
    net = Network.random(30, rng=2, data=data)
    eta = np.array([0.5, 1.2]) * 2 / net.curvature
    ours = net.outcome(eta, tolerance=tolerance)
    exact = GramNetwork.from_weights(net.u, net.v).outcome(data, eta, tolerance=tolerance)
    np.testing.assert_array_equal(ours.steps, exact.steps)
    np.testing.assert_allclose(ours.curvature, exact.curvature, rtol=1e-10)
    with pytest.raises(ValueError, match=r"tolerance = 1.5 must be above 0 and below 1"):
        net.outcome(eta, tolerance=1.5)


def test_the_curvature_is_infinite_where_any_part_of_the_kernel_has_overflowed():
    """Its other parts, and the other network of the batch, are finite."""
    data = Data(np.eye(2), np.zeros((2, 2)))
    u, v = np.ones((2, 2, 2)), np.ones((2, 2, 2))
    v[0] = np.diag([1e200, 1.0])
    with np.errstate(over="ignore", invalid="ignore"):
        kernels, (first, second) = descent.kernel(u, v, data), descent.curvature(u, v, data)
    assert np.isfinite(kernels[0]).any()
    assert not np.isfinite(kernels[0]).all()
    assert first == np.inf
    np.testing.assert_allclose(second, np.linalg.eigvalsh(kernels[1])[-1], rtol=1e-14)


def test_the_twin_starts_one_rounding_higher():
    plain = Network.random(10, size=80, rng=4)
    net = Network(plain.u[..., None], plain.v[..., None], Data([1.0], [0.0]))
    eta = (1 - 10 ** np.random.default_rng(5).uniform(-5, -3, 80)) * 4 / plain.curvature
    errs_by_its_twin(net.outcome, eta)
