"""Bad input to deep networks is named in one line."""

import numpy as np
import pytest

from twolayer import DeepNetwork, Samples

NET = DeepNetwork.random([3, 4, 5, 2], rng=0, size=2)
BIASED = DeepNetwork.random([3, 4, 2], rng=0, biases=True)
SAMPLES = Samples(np.ones((6, 3)), np.zeros((6, 2)))
W1, W2 = np.ones((4, 3)), np.ones((2, 4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: DeepNetwork([W1]), "weights must be at least two arrays, one a layer, not 1"),
        (lambda: DeepNetwork([]), "weights must be at least two arrays, one a layer, not 0"),
        (lambda: DeepNetwork("ab"), "weights = 'ab' must be a sequence of arrays, one a layer$"),
        (lambda: DeepNetwork(3.0), "weights = 3.0 must be a sequence of arrays, one a layer$"),
        (lambda: DeepNetwork([W1, W2.T]), r"shape of weights\[1\] = \(4, 2\) must have the batch"),
        (
            lambda: DeepNetwork([W1, np.ones((3, 2, 4))]),
            r"shape of weights\[1\] = \(3, 2, 4\) must",
        ),
        (lambda: DeepNetwork([W1, [1.0]]), r"shape of weights\[1\] = \(1,\) must be \(\.\.\., fan"),
        (lambda: DeepNetwork([np.ones((0, 3)), np.ones((2, 0))]), r"weights\[0\] = .* not empty"),
        (lambda: DeepNetwork([W1, W2 * np.nan]), r"weights\[1\]\[0, 0\] = nan must be finite, and"),
        (lambda: DeepNetwork([W1, W2 * 1e200]), r"weights\[1\]\[0, 0\] = 1e\+200 must be finite"),
        (
            lambda: DeepNetwork([W1, W2 * 1j]),
            r"weights\[1\] = .* must be a real number or an array",
        ),
        (lambda: DeepNetwork([W1, W2], [np.ones(4)]), r"shapes of biases \[\(4,\)\] must be those"),
        (lambda: DeepNetwork([W1, W2], 1.0), "biases = 1.0 must be a sequence .* a layer, or None"),
        (
            lambda: DeepNetwork([W1, W2], [np.ones(4), [1.0, np.inf]]),
            r"biases\[1\]\[1\] = inf must",
        ),
        (
            lambda: DeepNetwork([W1, W2], None, "gelu"),
            "activation = 'gelu' must be one of linear, r",
        ),
        (
            lambda: DeepNetwork([W1, W2], None, None),
            "activation = None must be one of linear, relu",
        ),
        (
            lambda: DeepNetwork.random([3, 2]),
            r"widths = \(3, 2\) must be d, the widths of one or mo",
        ),
        (lambda: DeepNetwork.random([3, 0, 2]), r"widths = \(3, 0, 2\) must be d, the widths"),
        (lambda: DeepNetwork.random([3, 1.5, 2]), r"widths = \[3, 1.5, 2\] must be a whole number"),
        (lambda: DeepNetwork.random([3, 4, 2], -1), "size = -1 must be a whole number or a tuple"),
        (
            lambda: DeepNetwork.random([3, 4, 2], scale=[1, 2, 3]),
            r"shape of scale = \(3,\) must be",
        ),
        (
            lambda: DeepNetwork.random([3, 4, 2], scale=0.0),
            "scale = 0.0 must be between 1e-150 and",
        ),
        (lambda: DeepNetwork.random([3, 4, 2], rng=-1), "rng = -1 must be None, a seed of whole"),
        (lambda: DeepNetwork.random([3, 4, 2], biases=1), "biases = 1 must be True or False"),
        (lambda: NET.with_parameters(np.ones(41)), rf"parameters = \(41,\) must end in {NET.size}"),
        (lambda: NET.with_parameters(1.0), r"shape of parameters = \(\) must end in"),
        (
            lambda: NET.with_parameters(np.full(NET.size, np.nan)),
            r"parameters\[0\] = nan must be fi",
        ),
        (lambda: NET(np.ones((6, 2))), r"shape of X = \(6, 2\) must be \(samples, 3\), the inputs"),
        (lambda: NET([1.0, 2.0]), r"shape of X = \(2, 1\) must be \(samples, 3\)"),
        (lambda: NET(np.full((6, 3), np.inf)), r"X\[0, 0\] = inf must be finite"),
        (lambda: NET.jvp(SAMPLES.X, np.ones(3)), r"shape of direction = \(3,\) must end in"),
        (
            lambda: NET.jvp(SAMPLES.X, np.ones((3, NET.size))),
            r"shapes must broadcast: direction \(3",
        ),
        (
            lambda: NET.jvp(SAMPLES.X, np.full(NET.size, np.nan)),
            r"direction\[0\] = nan must be fin",
        ),
        (lambda: NET.vjp(SAMPLES.X, np.ones((6, 3))), r"shape of cotangent = \(6, 3\) must end in"),
        (
            lambda: NET.vjp(SAMPLES.X, 1.0),
            r"shape of cotangent = \(\) must end in samples and outp",
        ),
        (
            lambda: NET.vjp(SAMPLES.X, np.ones((3, 6, 2))),
            r"shapes must broadcast: cotangent \(3,\)",
        ),
        (lambda: NET.loss(Samples([1.0], [1.0])), r"samples = Samples\(.*\) must have the inputs"),
        (lambda: NET.curvature(SAMPLES.X), "samples = .* must be a Samples object"),
        (lambda: NET.train(SAMPLES, 0.0, 3), "eta = 0.0 must be positive and finite"),
        (lambda: NET.train(SAMPLES, np.ones(3), 3), r"shapes must broadcast: eta \(3,\), networks"),
        (lambda: NET.train(SAMPLES, 0.1, -1), "steps = -1 must be a whole number of at least 0"),
        (
            lambda: NET.train(SAMPLES, 0.1, 3, looks=[0.5]),
            r"looks = \[0.5\] must be a whole number",
        ),
        (lambda: NET.train(SAMPLES, 0.1, 3, looks=[-1]), r"looks = \[-1\] must be a whole number"),
    ],
)
def test_it_is_named_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)


def test_inputs_and_directions_broadcast():
    basis = np.eye(BIASED.size)
    assert BIASED.jvp(SAMPLES.X, basis).shape == (BIASED.size, 6, 2)
    assert BIASED.vjp(SAMPLES.X, np.ones((5, 4, 6, 2))).shape == (5, 4, BIASED.size)
    assert NET.jvp(SAMPLES.X, np.ones((3, 1, NET.size))).shape == (3, 2, 6, 2)
    assert NET.vjp(SAMPLES.X, np.ones((6, 2))).shape == (2, NET.size)
    assert NET.vjp(SAMPLES.X, np.ones((3, 1, 6, 2))).shape == (3, 2, NET.size)
    one = DeepNetwork.random([1, 4, 1], rng=0)
    np.testing.assert_array_equal(one([1.0, 2.0]), one([[1], [2]]))


def test_float64_weights_in_c_order_are_not_copied():
    net = DeepNetwork([W1, W2])
    assert net.weights[0] is W1
    turned = DeepNetwork([np.asfortranarray(W1), W2])
    assert turned.weights[0].flags.c_contiguous
