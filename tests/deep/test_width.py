"""Deep networks at large width and small rates: what the kernel says of their training, and how
fast the rest of it goes."""

import itertools

import numpy as np
import pytest

from tests.deep.helpers import ACTIVATIONS, problem
from twolayer import DeepNetwork, Samples


def slope(x, y):
    """The power with which y goes in x."""
    return np.polyfit(np.log(x), np.log(y), 1)[0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_below_the_critical_rate_the_curvature_moves_as_one_over_the_width(activation):
    """In the middle of the seeds: first the order, then that it ends at 0."""
    widths, seeds, scale = np.array([16, 32, 64, 128]), 60, 2**0.5 if activation == "relu" else 1
    rng = np.random.default_rng(0)
    samples = Samples(rng.normal(size=(4, 3)), rng.normal(size=(4, 1)))
    moves = []
    for n in widths:
        net = DeepNetwork.random([3, n, n, 1], seeds, scale, rng, activation=activation)
        eta = 1 / net.curvature(samples)
        run = net.train(samples, eta, 8, looks=[0, 8])
        assert (run.loss[8] < run.loss[0]).all()
        moves.append(np.median(np.abs(run.curvature[8] / run.curvature[0] - 1)))
    assert slope(widths, moves) == pytest.approx(-1, abs=0.25)
    assert moves[-1] < 0.05


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_far_above_the_critical_rate_the_curvature_moves_at_every_width(activation):
    rng = np.random.default_rng(1)
    samples = Samples(rng.normal(size=(4, 3)), rng.normal(size=(4, 1)))
    scale = 2**0.5 if activation == "relu" else 1
    for n in (64, 256):
        net = DeepNetwork.random([3, n, n, 1], 8, scale, rng, activation=activation)
        run = net.train(samples, 3 / net.curvature(samples), 60, looks=[0, 60])
        fell = run.curvature[60] / run.curvature[0]
        assert np.median(fell) < 0.75
        assert (run.loss[60] < run.loss[0]).mean() > 0.5
        assert (run.loss.max(0) > run.loss[0]).all()


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("named", ["half-mean", "sum"])
def test_at_a_tiny_rate_the_loss_falls_as_the_kernel_says(activation, biases, named):
    """dL/dt = −|∇L|² = −rᵀKr c²/m², K = JJᵀ and r the residuals; the rest is of second order."""
    net, samples = problem(0, (3, 8, 7, 2), 5, activation, biases, loss=named)
    m = samples.samples
    jacobian = net.jvp(samples.X, np.eye(net.size)).reshape(net.size, -1)
    residual = (net(samples.X) - samples.Y).ravel()
    factor = {"half-mean": 1, "sum": 2 * m}[named]
    rate = np.sum((jacobian @ residual * factor / m) ** 2)
    eta = 1e-3 / net.curvature(samples) * 2.0 ** -np.arange(4)
    loss = net.train(samples, eta, 1, looks=()).loss
    error = np.abs((loss[0] - loss[1]) / (eta * rate) - 1)
    assert slope(eta, error) == pytest.approx(1, abs=0.1)
    assert error[0] < 1e-2


@pytest.mark.parametrize("k", [1, 3])
def test_adjacent_linear_layers_keep_their_difference_to_second_order(k):
    """Gradient flow conserves W_l W_lᵀ − W_{l+1}ᵀ W_{l+1}, whatever the fan-ins; a step of descent
    moves it by η² times that of the gradients."""
    net, samples = problem(1, (3, 7, 5, k), 6, "linear")

    def kept(network):
        pairs = itertools.pairwise(network.weights)
        return [one @ one.mT - other.mT @ other for one, other in pairs]

    eta = 0.1 * 2.0 ** -np.arange(5)
    moved = net.train(samples, eta, 1, looks=()).network
    gradients = net.with_parameters(net.gradient(samples))
    for before, after, exact in zip(kept(net), kept(moved), kept(gradients), strict=True):
        size = np.linalg.norm(after - before, axis=(-2, -1))
        assert slope(eta, size) == pytest.approx(2, abs=0.02)
        np.testing.assert_allclose(after - before, eta[:, None, None] ** 2 * exact, atol=1e-13)


def test_a_relu_unit_keeps_the_difference_of_its_squares():
    """Incoming weights and the bias against outgoing weights, whatever the fan-ins."""
    eta = 1e-2 * 2.0 ** -np.arange(4)
    for biases in (False, True):
        net, samples = problem(2, (3, 7, 2), 6, "relu", biases)

        def kept(network, biases=biases):
            first, second = network.weights
            bias = network.biases[0] ** 2 if biases else 0.0
            return (first**2).sum(-1) + bias - (second**2).sum(-2)

        moved = net.train(samples, eta, 1, looks=()).network
        exact = kept(net.with_parameters(net.gradient(samples)))
        np.testing.assert_allclose(kept(moved) - kept(net), eta[:, None] ** 2 * exact, atol=1e-14)
