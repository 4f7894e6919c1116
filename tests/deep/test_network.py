"""Deep networks as they train: the two-layer network, symmetries, and batches."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import twolayer as tl
from tests.deep.helpers import ACTIVATIONS, LOSSES, loss, problem
from twolayer import DeepNetwork

# Depth 2, linear, without biases


def two_layers(seed, k, named, size=(), n=40, d=3, m=6):
    """A deep network and the `Network` that it is."""
    net, samples = problem(seed, (d, n, k), m, "linear", loss=named, size=size)
    data = tl.Data(samples.X / np.sqrt(d), samples.Y, named)
    return net, samples, tl.Network(net.weights[0], net.weights[1].mT, data)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("named", LOSSES)
def test_depth_two_is_the_network_of_the_core(named, k):
    deep, samples, core = two_layers(0, k, named)
    outputs = samples.X / np.sqrt(3) @ core.output
    np.testing.assert_allclose(deep(samples.X), outputs, rtol=1e-12, atol=1e-14)
    assert deep.curvature(samples) == pytest.approx(core.curvature, rel=1e-12)
    eta = np.array([0.5, 1.0, 2.4, 3.0]) / core.curvature
    one, other = deep.train(samples, eta, 40), core.train(eta, 40)
    # through a catapult, which multiplies rounding
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-8)
    np.testing.assert_allclose(one.curvature, other.curvature, rtol=1e-8)
    rises = one.loss.max(0) > one.loss[0]
    assert not rises[0]
    assert rises[3]


def test_depth_two_diverges_with_the_network_of_the_core():
    deep, samples, core = two_layers(1, 1, "half-mean", size=5)
    eta = 8 / core.curvature
    one, other = deep.train(samples, eta, 60), core.train(eta, 60)
    overflowed = np.isinf(other.loss)
    assert overflowed[-1].all()
    assert np.abs(np.isinf(one.loss).sum(0) - overflowed.sum(0)).max() <= 1
    assert np.isinf(one.curvature[np.isinf(one.loss)]).all()
    assert not one.collapsed.any()


# Symmetries


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_adjacent_layers_scaled_inversely_leave_the_outputs(activation):
    net, samples = problem(2, (3, 5, 4, 2), activation=activation)
    first, second, third = net.weights
    for factor in (4.0, 0.37):
        for weights in (
            [first * factor, second / factor, third],
            [first, second * factor, third / factor],
        ):
            scaled = DeepNetwork(weights, None, activation)
            np.testing.assert_allclose(scaled(samples.X), net(samples.X), rtol=1e-13, atol=1e-15)
            assert scaled.curvature(samples) != pytest.approx(net.curvature(samples), rel=1e-3)


def test_linear_units_may_be_scaled_by_negative_factors_and_relu_units_not():
    for activation, same in (("linear", True), ("relu", False)):
        net, samples = problem(3, (3, 5, 2), activation=activation)
        turned = DeepNetwork([-net.weights[0], -net.weights[1]], None, activation)
        assert np.allclose(turned(samples.X), net(samples.X)) is same


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("biases", [False, True])
def test_permuted_hidden_units_leave_the_whole_run(activation, biases):
    net, samples = problem(4, (3, 6, 5, 2), 7, activation, biases)
    rng = np.random.default_rng(0)
    one, two = rng.permutation(6), rng.permutation(5)
    first, second, third = net.weights
    weights = [first[one], second[two][:, one], third[:, two]]
    offsets = biases and [net.biases[0][one], net.biases[1][two], net.biases[2]]
    turned = DeepNetwork(weights, offsets or None, activation)
    eta = 1.5 / net.curvature(samples)
    run, other = net.train(samples, eta, 30), turned.train(samples, eta, 30)
    np.testing.assert_allclose(other.loss, run.loss, rtol=1e-9)
    np.testing.assert_allclose(other.curvature, run.curvature, rtol=1e-9)
    np.testing.assert_allclose(
        other.network.weights[1], run.network.weights[1][two][:, one], rtol=1e-8, atol=1e-10
    )


def test_a_relu_network_is_homogeneous():
    """In each layer of weights, in the inputs, and of degree 2(L − 1) in the curvature."""
    net, samples = problem(5, (3, 6, 5, 2))
    net = DeepNetwork(net.weights, None, "relu")
    twice = net.with_parameters(2 * net.parameters)
    np.testing.assert_array_equal(twice(samples.X), 8 * net(samples.X))
    np.testing.assert_array_equal(net(2 * samples.X), 2 * net(samples.X))
    assert twice.curvature(samples) == pytest.approx(16 * net.curvature(samples), rel=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_biases_of_zero_add_nothing_but_their_own_derivatives(activation):
    plain, samples = problem(6, (3, 5, 4, 2), activation=activation)
    biased = DeepNetwork(plain.weights, [np.zeros(n) for n in (5, 4, 2)], activation)
    np.testing.assert_array_equal(biased(samples.X), plain(samples.X))
    assert biased.curvature(samples) > plain.curvature(samples)
    # the derivative by the last biases is 1: the kernel has 1 more on each output
    gradient = biased.gradient(samples)[-2:]
    residual = plain(samples.X) - samples.Y
    np.testing.assert_allclose(gradient, residual.mean(0), rtol=1e-13)


def test_a_hidden_bias_is_a_column_of_ones_up_to_the_fan_in():
    net, samples = problem(7, (2, 5, 1), activation="linear", biases=True)
    hidden, last = net.biases
    net = DeepNetwork(net.weights, [hidden, 0 * last], "linear")
    ones = np.column_stack([samples.X * np.sqrt(3 / 2), np.full(5, np.sqrt(3))])
    wide = DeepNetwork([np.column_stack([net.weights[0], hidden]), net.weights[1]], None, "linear")
    np.testing.assert_allclose(wide(ones), net(samples.X), rtol=1e-13)


# Runs


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_is_gradient_descent_on_the_loss(activation, biases):
    net, samples = problem(8, (3, 5, 4, 2), 6, activation, biases, loss="mse")
    run, row = net.train(samples, 0.3, 4), net.parameters
    for step in range(5):
        here = net.with_parameters(row)
        assert run.loss[step] == pytest.approx(loss(row, net, samples), rel=1e-11)
        assert run.curvature[step] == pytest.approx(here.curvature(samples), rel=1e-10)
        before, row = row, row - 0.3 * here.gradient(samples)
    np.testing.assert_allclose(run.network.parameters, before, rtol=1e-11, atol=1e-13)
    assert (run.network.biases is not None) is biases


def test_two_halves_are_one_run():
    net, samples = problem(9, (3, 20, 20, 2), 9, "relu", True, size=3)
    eta = [0.1, 0.5, 1.0]
    whole = net.train(samples, eta, 12)
    half = net.train(samples, eta, 5)
    rest = half.network.train(samples, eta, 7)
    for name in ("loss", "curvature"):
        joined = np.concatenate([getattr(half, name), getattr(rest, name)[1:]])
        np.testing.assert_array_equal(joined, getattr(whole, name))
    np.testing.assert_array_equal(rest.network.parameters, whole.network.parameters)


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("widths", [(3, 7, 5, 1), (64, 65, 33, 4), (1, 9, 1)])
def test_a_batch_is_its_networks_to_the_bit(widths, biases):
    net, samples = problem(10, widths, 23, "tanh", biases, size=(2, 3))
    eta = np.array([[0.05], [0.4]])
    run = net.train(samples, eta, 4, looks=[3])
    assert run.loss.shape == run.curvature.shape == (5, 2, 3)
    assert run.collapsed.shape == (2, 3)
    assert run.network.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        one = net.with_parameters(net.parameters[i, j])
        alone = one.train(samples, eta[i, 0], 4, looks=[3])
        for name in ("loss", "curvature"):
            np.testing.assert_array_equal(getattr(run, name)[:, i, j], getattr(alone, name))
        np.testing.assert_array_equal(run.network.parameters[i, j], alone.network.parameters)
        np.testing.assert_array_equal(net(samples.X)[i, j], one(samples.X))
        assert net.curvature(samples)[i, j] == one.curvature(samples)
        assert net.loss(samples)[i, j] == one.loss(samples) == run.loss[0, i, j]
        np.testing.assert_array_equal(net.gradient(samples)[i, j], one.gradient(samples))
    assert alone.loss.shape == (5,)
    assert alone.network.shape == ()


def test_rates_broadcast_with_the_batch():
    net, samples = problem(11, (3, 6, 1), size=2)
    run = net.train(samples, np.full((4, 1), 0.1), 2)
    assert run.loss.shape == (3, 4, 2)
    alone = net.with_parameters(net.parameters[0])
    assert alone.train(samples, [], 2).loss.shape == (3, 0)
    np.testing.assert_array_equal(run.loss[:, 0], run.loss[:, 3])


@pytest.mark.parametrize(
    ("widths", "m"),
    [((64, 512, 512, 1), 256), ((64, 300, 255, 10), 101), ((1, 1000, 3), 300), ((7, 129, 1), 1)],
)
def test_the_number_of_blas_threads_changes_no_bit(widths, m):
    net, samples = problem(12, widths, m, "relu", True)
    runs = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            runs.append(net.train(samples, 0.1, 2, looks=()))
    np.testing.assert_array_equal(runs[0].loss, runs[1].loss)
    np.testing.assert_array_equal(*(run.network.parameters for run in runs))


def test_the_number_of_blas_threads_changes_no_bit_of_the_curvature():
    net, samples = problem(13, (64, 128, 100, 1), 256, "relu")
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            found.append(net.curvature(samples))
    assert found[0] == found[1]


def test_looks_are_the_steps_at_which_the_curvature_is_computed():
    net, samples = problem(14, (3, 6, 5, 1), size=2)
    whole = net.train(samples, 0.1, 9)
    assert np.isfinite(whole.curvature).all()
    for looks in ([0, 4, 9], {4, 0, 9}, np.array([9, 0, 4]), (step for step in (0, 4, 9, 40))):
        run = net.train(samples, 0.1, 9, looks=looks)
        np.testing.assert_array_equal(run.loss, whole.loss)
        at = [0, 4, 9]
        np.testing.assert_array_equal(run.curvature[at], whole.curvature[at])
        assert np.isnan(np.delete(run.curvature, at, axis=0)).all()
    assert np.isnan(net.train(samples, 0.1, 9, looks=[]).curvature).all()


def test_a_run_of_no_steps():
    net, samples = problem(15, (3, 6, 1))
    run = net.train(samples, 1.0, 0)
    assert run.loss.shape == (1,)
    np.testing.assert_array_equal(run.network.parameters, net.parameters)


def test_the_same_seed_draws_the_same_weights_and_scales_multiply_layers():
    one = DeepNetwork.random([3, 4, 5, 2], size=(2,), rng=7)
    two = DeepNetwork.random([3, 4, 5, 2], size=(2,), rng=7, scale=[1.0, 2.0, 0.5])
    for weights, other, factor in zip(one.weights, two.weights, (1, 2, 0.5), strict=True):
        np.testing.assert_array_equal(other, factor * weights)
    wide = DeepNetwork.random([300, 400, 1], rng=0, scale=1.5)
    assert np.std(wide.weights[0]) == pytest.approx(1.5, rel=0.01)
    assert DeepNetwork.random([2, 3, 1], biases=True, rng=0).biases[0].tolist() == [0, 0, 0]
