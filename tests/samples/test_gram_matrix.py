"""Gram matrices: drawn with the law of the weights', factored, or refused."""

import math

import numpy as np
import pytest
from scipy import stats

from tests.samples.helpers import problem, refuses
from twolayer import Data, GramNetwork

# Random networks


@pytest.mark.parametrize(("n", "d", "k"), [(1, 2, 1), (2, 3, 2), (3, 2, 1), (5, 2, 3), (40, 3, 1)])
def test_random_gram_matrices_have_the_law_of_the_weights(n, d, k):
    """Moments against Wishart's, and the top eigenvalue of the kernel against drawn weights."""
    p, runs = d + k, 8000
    G = GramNetwork.random(n, d, k, size=runs, rng=n).gram
    np.testing.assert_array_equal(G, G.mT)
    rng = np.random.default_rng([n, 7])

    def spread(values):
        return 4.5 * values.std(0) / math.sqrt(runs)

    assert (np.abs(G.mean(0) - np.eye(p)) < spread(G)).all()
    squares = (G - np.eye(p)) ** 2
    assert (np.abs(squares.mean(0) - (1 + np.eye(p)) / n) < spread(squares)).all()
    for i, j in ((0, 1), (0, p - 1), (1, p - 1)):
        mixed = (G[:, i, i] - 1) * (G[:, j, j] - 1)
        assert abs(mixed.mean()) < spread(mixed)  # independent
        third = G[:, i, j] ** 2 * (G[:, i, i] - 1)  # E = 2/n²
        assert abs(third.mean() - 2 / n**2) < spread(third)
    data = Data(np.eye(d) * np.arange(1, d + 1), np.zeros((d, k)))
    drawn = GramNetwork.from_weights(rng.normal(size=(runs, n, d)), rng.normal(size=(runs, n, k)))
    ours = GramNetwork.random(n, d, k, size=runs, rng=n)
    for seen in (
        lambda net: net.curvature(data),
        lambda net: net.spectrum(data)[:, -1],
        lambda net: net.loss(data),
    ):
        assert stats.ks_2samp(seen(ours), seen(drawn)).pvalue > 1e-3
    rank = np.sum(np.linalg.eigvalsh(G) > 1e-13 * np.trace(G, axis1=1, axis2=2)[:, None], axis=1)
    assert (rank <= min(n, p)).all()
    assert np.median(rank) == min(n, p)
    for net in G[:50]:
        GramNetwork(net, n)  # accepted


def test_random_networks_at_great_width():
    """At n = 10¹⁸ the fluctuations of G, 1e-9, are there, and B is standard normal."""
    net = GramNetwork.random(10**18, 3, 2, size=4000, rng=0)
    data = Data(np.eye(3), np.zeros((3, 2)))
    assert (np.abs(net.gram - np.eye(5)).max(0) < 1e-8).all()
    for i, j in np.ndindex(3, 2):
        assert stats.kstest(net.map(data)[:, i, j], "norm").pvalue > 1e-3
    assert stats.kstest((net.gram[:, 0, 0] - 1) * 1e9 / np.sqrt(2), "norm").pvalue > 1e-3
    assert stats.kstest(net.gram[:, 3, 4] * 1e9, "norm").pvalue > 1e-3


def test_random_networks_are_seeded_and_broadcast():
    one, two, other = (
        GramNetwork.random(5, 2, 1, size=(2, 3), rng=seed)
        for seed in (7, np.random.default_rng(7), 8)
    )
    np.testing.assert_array_equal(one.gram, two.gram)
    assert not np.array_equal(one.gram, other.gram)
    assert (one.gram.shape, one.width, one.linear) == ((2, 3, 3, 3), 5.0, False)
    assert GramNetwork.random([3, 5], 2, rng=0).gram.shape == (2, 3, 3)
    mixed = GramNetwork.random([[3], [10**18]], 2, size=(2, 4), rng=0)
    assert mixed.gram.shape == (2, 4, 3, 3)
    assert (np.abs(mixed.gram - np.eye(3)).max((-2, -1)) < 1e-7).tolist() == [
        [False] * 4,
        [True] * 4,
    ]
    assert GramNetwork.random(5, 2, size=0, rng=0).gram.shape == (0, 3, 3)
    assert GramNetwork.random(5, 1).gram.shape == (2, 2)


def test_given_matrices_are_made_symmetric_and_kept():
    matrix = np.array([[1.0, 0.5 + 1e-16], [0.5, 1.0]])
    net = GramNetwork(matrix, 3)
    assert net.gram[0, 1] == net.gram[1, 0]
    np.testing.assert_array_equal(GramNetwork([[2, 1], [1, 2]], 3).gram, [[2.0, 1.0], [1.0, 2.0]])
    one = GramNetwork([[4.0, 2.0], [2.0, 1.0]], 1)  # rank 1: one hidden unit has it
    assert one.map(Data([1.0], [0.0])) == 2.0


# Bad input

SQUARE = r"must be \(\.\.\., p, p\) with p = inputs \+ outputs, at least 2"


NONE = "gram must be positive semi-definite: no weights have this one"


WHOLE = "a whole number of at least 1, finite: it counts hidden units"


FINITE = "positive and finite"


@pytest.mark.parametrize(
    ("matrix", "width", "message"),
    [
        (1.0, 1, rf"shape of gram = \(\) {SQUARE}"),
        ([[1.0]], 1, rf"shape of gram = \(1, 1\) {SQUARE}"),
        (np.ones((2, 3)), 1, rf"shape of gram = \(2, 3\) {SQUARE}"),
        (np.ones((0, 2, 2)), 1, rf"shape of gram = \(0, 2, 2\) {SQUARE}"),
        (np.eye(2), np.inf, f"width = inf must be {FINITE}"),
        (np.eye(2), 0, f"width = 0.0 must be {FINITE}"),
        (np.eye(2), [4, np.nan], rf"width\[1\] = nan must be {FINITE}"),
        (
            [[1.0, np.nan], [np.nan, 1.0]],
            3,
            r"gram\[0, 1\] = nan must be finite, and at most 1e150 in size",
        ),
        (
            [[1e200, 0.0], [0.0, 1.0]],
            3,
            r"gram\[0, 0\] = 1e\+200 must be finite, and at most 1e150 in size",
        ),
        ([[1.0, 0.1], [0.2, 1.0]], 3, r"gram\[0, 1\] = 0.1 must be symmetric"),
        ([[1.0, 2.0], [2.0, 1.0]], 3, NONE),
        ([[-1.0, 0.0], [0.0, 1.0]], 3, NONE),
        ([[1.0, 2.0], [2.0, 1.0]], 0.5, NONE),
        (np.stack([np.eye(2), -np.eye(2)]), 9, NONE),
        (np.ones((3, 2, 2)), [1, 2], r"shapes must broadcast: networks \(3,\), width \(2,\)"),
        ("a", 1, "gram = 'a' must be a real number or an array of them"),
        (np.eye(2), None, "width = None must be a real number or an array of them"),
    ],
)
def test_bad_matrices(matrix, width, message):
    with refuses(message):
        GramNetwork(matrix, width)


def test_both_sides_of_semi_definite():
    for offset in (1e-2, 1e-6, 1e-12):
        GramNetwork([[1.0, 1 - offset], [1 - offset, 1.0]], 2)
        with refuses(NONE):
            GramNetwork([[1.0, 1 + offset], [1 + offset, 1.0]], 2)


LAYERS = r"must be \(\.\.\., n, d\) and \(\.\.\., n, k\) of the same batch and width"


@pytest.mark.parametrize(
    ("u", "V", "message"),
    [
        ([1.0], [[1.0]], rf"shapes of u \(1,\) and V \(1, 1\) {LAYERS}"),
        (np.ones((3, 2)), np.ones((4, 2)), rf"shapes of u \(3, 2\) and V \(4, 2\) {LAYERS}"),
        (np.ones((2, 3, 2)), np.ones((3, 2)), rf"shapes of u \(2, 3, 2\) and V \(3, 2\) {LAYERS}"),
        (np.ones((0, 2)), np.ones((0, 2)), rf"shapes of u \(0, 2\) and V \(0, 2\) {LAYERS}"),
        (np.ones((3, 0)), np.ones((3, 1)), rf"shapes of u \(3, 0\) and V \(3, 1\) {LAYERS}"),
        ([[np.inf]], [[1.0]], r"u\[0, 0\] = inf must be finite, and at most 1e150 in size"),
        ([[1.0]], [[np.nan]], r"V\[0, 0\] = nan must be finite, and at most 1e150 in size"),
        ([[1.0]], "b", "V = 'b' must be a real number or an array of them"),
    ],
)
def test_bad_weights(u, V, message):
    with refuses(message):
        GramNetwork.from_weights(u, V)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"width": np.inf}, f"width = inf must be {WHOLE}"),
        ({"width": 2.5}, f"width = 2.5 must be {WHOLE}"),
        ({"width": 0}, f"width = 0.0 must be {WHOLE}"),
        ({"width": "a"}, "width = 'a' must be a real number or an array of them"),
        ({"inputs": 0}, "inputs = 0 must be a whole number of at least 1"),
        ({"outputs": 1.5}, "outputs = 1.5 must be a whole number of at least 1"),
        ({"size": -1}, "size = -1 must be a whole number or a tuple of them, none negative"),
        ({"width": [1, 2, 3], "size": 2}, r"shapes must broadcast: size \(2,\), width \(3,\)"),
        (
            {"width": [1, 2, 3], "size": 1},
            r"size = \(1,\) must be a shape that width \(3,\) broadcasts to",
        ),
        (
            {"rng": "a"},
            "rng = 'a' must be None, a seed of whole numbers of at least 0, or a Generator",
        ),
    ],
)
def test_bad_random_networks(bad, message):
    with refuses(message):
        GramNetwork.random(**({"width": 5, "inputs": 2} | bad))


def test_more_units_than_the_width_says():
    """A network without 1/√n has width 1 and any rank; a width that the rank fits keeps it."""
    for width in (0.5, 1, 2, 2.5):
        net = GramNetwork(np.eye(3), width)
        np.testing.assert_array_equal(net.factor, np.eye(3))
    both = GramNetwork(np.stack([np.eye(2), np.ones((2, 2))]), 1)
    np.testing.assert_array_equal(both.factor[0], np.eye(2))
    assert np.count_nonzero(np.abs(both.factor[1]).max(0)) == 1


def test_factors():
    """LLᵀ = gram for every positive semi-definite matrix, to rounding; no more columns than
    units."""
    rng = np.random.default_rng(0)
    for p, rank in ((2, 1), (4, 4), (5, 2), (6, 3), (3, 1)):
        M = rng.normal(size=(50, rank, p))
        grams = M.mT @ M
        for width in (rank, p, 10**9):
            factor = GramNetwork(grams, width).factor
            np.testing.assert_allclose(factor @ factor.mT, grams, atol=1e-13 * np.abs(grams).max())
            assert (np.count_nonzero(np.abs(factor).max(-2), axis=-1) <= width).all()
    dependent = np.array([[1.0, 1.0, 0.5], [1.0, 1.0, 0.5], [0.5, 0.5, 2.0]])
    factor = GramNetwork(dependent, 100).factor
    np.testing.assert_allclose(factor @ factor.T, dependent, atol=1e-15)
    assert (factor[:, 1] == 0).all()


def test_factor_of_a_great_width_keeps_the_map():
    """At n = 1e18 the cross block is 1e-9 of the others; the factor knows it to its own
    rounding."""
    data = Data(*problem(2, 1, 3, 2, 9)[:2])
    net = GramNetwork.random(10**18, 3, 2, rng=0)
    product = 1e9 * net.factor[:3] @ net.factor[3:].T
    np.testing.assert_allclose(product, net.map(data), rtol=1e-14)


def test_bad_factor():
    for bad, message in (
        ([1.0, 2.0], "shape of factor"),
        ([[1.0, 2.0]], "shape of factor"),
        ([[np.nan], [1.0]], r"factor\[0, 0\]"),
    ):
        with pytest.raises(ValueError, match=message):
            GramNetwork.from_factor(bad, 3)
    with pytest.raises(ValueError, match="width"):
        GramNetwork.from_factor([[1.0], [2.0]], np.inf)
