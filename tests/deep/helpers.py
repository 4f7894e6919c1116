"""Networks and samples that the tests of this folder share, and oracles written from definitions.
Nothing here uses the package's passes."""

import itertools
import math

import numpy as np

from twolayer import DeepNetwork, Samples

ACTIVATIONS = ("linear", "relu", "tanh")
LOSSES = ("half-mean", "mean", "mse", "half-mse", "sum", "half-sum")


def problem(seed, widths, m=5, activation="tanh", biases=False, size=(), loss="half-mean", scale=1):
    """Random networks with biases that are not zero, if any, and samples."""
    rng = np.random.default_rng(seed)
    net = DeepNetwork.random(widths, size, scale, rng, activation=activation, biases=biases)
    if biases:
        net = DeepNetwork(
            net.weights, [rng.normal(size=bias.shape) for bias in net.biases], activation
        )
    X, Y = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
    return net, Samples(X, Y, loss)


def outputs(row, widths, biases, activation, X, lib=np):
    """f of one network whose parameters stand in a row; `lib` brings where and tanh."""
    signal, first = X, 0
    for layer, (before, after) in enumerate(itertools.pairwise(widths)):
        weight = row[first : first + before * after].reshape(after, before)
        first += before * after
        if layer:
            signal = {
                "linear": lambda a: a,
                "relu": lambda a: lib.where(a > 0, a, 0.0 * a),
                "tanh": lib.tanh,
            }[activation](signal)
        signal = signal @ weight.T / math.sqrt(before)
        if biases:
            signal = signal + row[first : first + after]
            first += after
    return signal


def divisor(samples):
    """What each loss divides the sum of squares by."""
    m, k = samples.Y.shape
    return dict(zip(LOSSES, (2 * m, m, m * k, 2 * m * k, 1, 2), strict=True))[samples.loss]


def loss(row, net, samples, lib=np):
    f = outputs(row, net.widths, net.biases is not None, net.activation, samples.X, lib)
    return ((f - samples.Y) ** 2).sum() / divisor(samples)


def jacobian(net, X):
    """J, of outputs sample by sample, from `jvp` on the basis."""
    moves = net.jvp(X, np.eye(net.size))
    return moves.reshape(net.size, -1).T
