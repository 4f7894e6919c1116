"""Where runs of deep networks end otherwise than in a minimum: overflow, huge rates, collapse; and
what of it is told right."""

import numpy as np
import pytest

import twolayer as tl
from tests.deep.helpers import ACTIVATIONS, problem
from twolayer import DeepNetwork, Samples


@pytest.mark.parametrize("together", [1, 1 << 17])
def test_a_run_that_overflows_is_inf_and_the_others_go_on(monkeypatch, together):
    monkeypatch.setattr("twolayer.deep.descent.TOGETHER", together)
    net, samples = problem(0, (3, 30, 30, 2), 6, "linear", True)
    lam = net.curvature(samples)
    run = net.train(samples, np.array([0.5, 1e50, 1.0, 20.0]) / lam, 60)
    gone = np.isinf(run.loss)
    assert gone[-1].tolist() == [False, True, False, True]
    assert (np.diff(gone.astype(int), axis=0) >= 0).all()
    assert gone.sum(0)[1] > gone.sum(0)[3]
    np.testing.assert_array_equal(np.isinf(run.curvature), gone)
    assert not np.isnan(run.loss).any()
    assert not np.isnan(run.curvature).any()
    assert np.isnan(run.network.parameters[[1, 3]]).all()
    assert not run.collapsed.any()
    for cell, x in ((0, 0.5), (2, 1.0)):
        alone = net.train(samples, x / lam, 60)
        np.testing.assert_array_equal(run.loss[:, cell], alone.loss)
        np.testing.assert_array_equal(run.network.parameters[cell], alone.network.parameters)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("eta", [1e3, 1e100, 1e200, 1e308])
def test_huge_rates_are_data(activation, eta):
    net, samples = problem(1, (3, 8, 8, 2), 6, activation, True, size=4)
    run = net.train(samples, eta, 6)
    for part in (run.loss, run.curvature):
        assert not np.isnan(part).any()
        assert (part >= 0).all()
    gone = np.isinf(run.loss)
    assert (np.diff(gone.astype(int), axis=0) >= 0).all()
    lost = ~np.isfinite(run.network.parameters).all(-1)
    np.testing.assert_array_equal(lost, gone[-1])
    assert np.isnan(run.network.parameters[lost]).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_huge_weights_are_data(activation):
    net, samples = problem(2, (3, 8, 8, 2), 6, activation, size=2)
    huge = net.with_parameters(net.parameters * [[1e60], [1e120]])
    curvature, losses = huge.curvature(samples), huge.loss(samples)
    run = huge.train(samples, 1e-3, 3)
    assert not np.isnan(curvature).any()
    assert not np.isnan(run.loss).any()
    assert not np.isnan(run.curvature).any()
    np.testing.assert_array_equal(run.loss[0], losses)
    if activation == "tanh":
        # saturated units pass nothing: what is left is the derivative by the last weights
        signal = np.tanh(huge.weights[1] @ np.tanh(huge.weights[0] @ samples.X.T) / np.sqrt(8))
        last = [np.linalg.norm(one, 2) ** 2 / (8 * 6) for one in signal]
        np.testing.assert_allclose(curvature, last, rtol=1e-12)
    else:
        assert np.isinf(losses).all()


@pytest.mark.parametrize("power", [-100, -8, 120])
@pytest.mark.parametrize("rows", [1_500, 0])
def test_the_curvature_of_small_and_large_numbers_scales(monkeypatch, power, rows):
    """Of a kernel whose largest eigenvalues are close together, which takes many products; ARPACK
    on its own is content with an error of 4e-11, however small the eigenvalue is."""
    monkeypatch.setattr("twolayer.deep.descent.LARGEST_KERNEL", rows)
    net, _ = problem(3, (100, 300, 1), activation="linear")
    samples = Samples(10 * np.eye(100), np.ones(100))
    scaled = net.with_parameters(net.parameters * 2.0**power)
    expected = net.curvature(samples) * 4.0**power
    assert scaled.curvature(samples) == pytest.approx(expected, rel=1e-11, abs=0)


def test_nothing_passes_a_closed_unit_even_where_it_overflows():
    weights = [[[-1.0], [1e-150]], [[1e150, 1.0]], [[1e150]], [[1e150]]]
    pulled = DeepNetwork(weights, None, "relu").vjp([1.0], [[1.0]])
    assert np.isfinite(pulled).all()
    assert pulled[0] == 0
    assert pulled[1] > 1e290


def test_a_run_whose_weights_overflow_has_overflowed_though_relu_hides_it():
    """W₁ becomes −inf, which ReLU would close: output 0, a finite loss."""
    net, samples = DeepNetwork([[[1e-300]], [[1e10]]], None, "relu"), Samples([1.0], [-1e10])
    run = net.train(samples, 1e300, 2)
    assert np.isfinite(run.loss[0])
    np.testing.assert_array_equal(run.loss[1:], np.inf)
    assert not run.collapsed


def test_a_callers_errstate_does_not_reach_in():
    net, samples = problem(8, (3, 8, 8, 2), 6, "tanh", True, size=2)
    net = net.with_parameters(net.parameters * [[1e-120], [1e120]])
    direction, pull = net.parameters, np.full((6, 2), 1e-200)
    labels = Samples(samples.X, np.eye(2)[[0, 1, 0, 1, 1, 0]])
    found = []
    for handled in ("ignore", "raise"):
        with np.errstate(all=handled):
            run = net.train(samples, [1e-200, 1e200], 3)
            found.append([
                *(net.loss(samples), net.gradient(samples), net.curvature(samples)),
                *(net(samples.X), net.jvp(samples.X, direction), net.vjp(samples.X, pull)),
                *(net.accuracy(labels), run.loss, run.curvature, run.network.parameters),
                Samples([1e308, -1e308], [1.0, 2.0]).X,
            ])  # fmt: skip
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


# Collapse


def closed(biases, layer=1, activation="relu"):
    """A network whose hidden layer of that number is zero wherever inputs are positive."""
    net, samples = problem(4, (3, 6, 5, 2), 40, activation, biases, size=2)
    weights = [weight.copy() for weight in net.weights]
    weights[layer - 1][0] = -np.abs(weights[layer - 1][0])
    offsets = biases and [bias.copy() for bias in net.biases]
    if biases:
        offsets[layer - 1][0] = -1.0
    return DeepNetwork(weights, offsets or None, activation), Samples(np.abs(samples.X), samples.Y)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("biases", [False, True])
def test_a_collapsed_network_depends_on_its_inputs_no_more(layer, biases):
    net, samples = closed(biases, layer)
    run = net.train(samples, 0.01, 3)
    assert run.collapsed.tolist() == [True, False]
    outputs = run.network(samples.X)
    assert np.ptp(outputs[0], axis=0).max() == 0
    assert np.ptp(outputs[1], axis=0).max() > 0
    # nothing up to the closed layer moves
    for before, after in zip(net.weights[:layer], run.network.weights[:layer], strict=True):
        np.testing.assert_array_equal(after[0], before[0])
    if not biases:
        np.testing.assert_array_equal(outputs[0], 0)
        np.testing.assert_array_equal(run.curvature[:, 0], 0)
        np.testing.assert_allclose(run.loss[:, 0], (samples.Y**2).sum(-1).mean() / 2, rtol=1e-14)
        assert net.curvature(samples)[0] == 0
    else:
        assert (run.curvature[:, 0] > 0).all()
        assert (np.diff(run.loss[:, 0]) < 0).all()


def test_no_curvature_after_a_collapse_without_the_whole_kernel(monkeypatch):
    monkeypatch.setattr("twolayer.deep.descent.LARGEST_KERNEL", 0)
    net, samples = closed(False)
    lam = net.curvature(samples)
    assert lam[0] == 0
    assert lam[1] > 0


def test_one_closed_unit_or_sample_is_no_collapse():
    weights = [np.array([[1.0], [-1.0]]), np.array([[1.0, 1.0]])]
    net = DeepNetwork(weights, None, "relu")
    assert not net.train(Samples([1.0], [0.0]), 1e-3, 0).collapsed
    one = DeepNetwork([weights[0][1:], weights[1][:, 1:]], None, "relu")
    assert one.train(Samples([1.0], [0.0]), 1e-3, 0).collapsed
    assert not one.train(Samples([1.0, -1.0], [0.0, 0.0]), 1e-3, 0).collapsed


def test_a_large_rate_drives_relu_networks_into_a_collapse():
    """Three ends of one batch: trained, collapsed, overflowed."""
    net, samples = problem(5, (4, 32, 32, 1), 16, "relu", size=40, scale=2**0.5)
    eta = np.array([[1.0], [14.0], [60.0]]) / net.curvature(samples)
    run = net.train(samples, eta, 60, looks=[60])
    gone = np.isinf(run.loss[-1])
    assert not (run.collapsed & gone).any()
    assert run.collapsed[1:].sum() >= 3
    assert gone.sum() >= 3
    assert not run.collapsed[0].any()
    assert not gone[0].any()
    still = run.loss[:, run.collapsed][-1]
    np.testing.assert_allclose(still, (samples.Y**2).mean() / 2, rtol=1e-14)
    np.testing.assert_array_equal(run.curvature[-1][run.collapsed], 0)
    assert np.abs(run.network.parameters[run.collapsed]).max() > 1e150  # one that was far away
    assert (run.curvature[-1][~run.collapsed] > 0).all()


# Accuracy


def test_accuracy_by_the_sign_of_one_output():
    net = DeepNetwork([[[1.0]], [[1.0]]], None, "linear")
    samples = Samples([2.0, -1.0, 0.0, 0.0, 1e-300], [1.0, 1.0, 1.0, -1.0, 1e-300])
    assert net.accuracy(samples) == 0.4
    with pytest.raises(ValueError, match=r"Y\[1\] = 0.0 must be not 0: with one output the class"):
        net.accuracy(Samples([1.0, 2.0], [1.0, 0.0]))


def test_accuracy_by_the_largest_of_several_outputs():
    net = DeepNetwork([np.eye(3), np.eye(3)], None, "linear")
    X = [[1.0, 0.5, 0.2], [0.5, 0.5, 0.2], [0.5, 0.5, 0.2], [0.0, 0.0, 0.0], [-3.0, -2.0, -4.0]]
    Y = np.eye(3)[[0, 0, 2, 0, 1]]
    assert net.accuracy(Samples(X, Y)) == 0.4
    assert net.accuracy(Samples(X, 5 * Y - 2)) == 0.4
    with pytest.raises(ValueError, match=r"Y\[1\] = 1.0 must be the largest label once"):
        net.accuracy(Samples(X[:2], [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]))


@pytest.mark.parametrize("k", [1, 3])
def test_accuracy_of_networks_that_tell_nothing(k):
    """Collapsed, overflowed, and with infinite outputs: not better than others by the order of the
    classes."""
    net, samples = problem(6, (2, 4, k), 9, "relu", size=2)
    samples = Samples(samples.X, np.eye(k)[np.arange(9) % k] if k > 1 else np.ones(9))
    none = net.with_parameters(np.zeros((2, net.size)))
    np.testing.assert_array_equal(none.accuracy(samples), [0, 0])
    linear = DeepNetwork(net.weights, None, "linear")
    lost = linear.train(samples, 1e100, 9)
    assert np.isinf(lost.loss[-1]).all()
    np.testing.assert_array_equal(lost.network.accuracy(samples), [0, 0])
    np.testing.assert_array_equal(lost.network.loss(samples), np.inf)
    np.testing.assert_array_equal(lost.network.curvature(samples), np.inf)
    assert net.accuracy(samples).shape == (2,)


def test_accuracy_of_trained_networks_is_one():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2))
    for Y in (np.sign(X[:, 0]), np.eye(2)[(X[:, 0] > 0).astype(int)]):
        samples = Samples(X, Y)
        net = DeepNetwork.random([2, 64, samples.outputs], scale=2**0.5, rng=0, size=2)
        run = net.train(samples, 1 / net.curvature(samples), 300, looks=())
        assert (run.network.accuracy(samples) > 0.95).all()


def test_a_trajectory_that_holds_networks_is_not_saved(tmp_path):
    net, samples = problem(7, (2, 4, 1))
    run = net.train(samples, 0.1, 1)
    with pytest.raises(ValueError, match="result = DeepTrajectory object must be one of Traj"):
        tl.save(tmp_path / "run.npz", run)
    assert not list(tmp_path.iterdir())
