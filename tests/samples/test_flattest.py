"""The flattest minimum on data: against minima found without its theory, in 40 digits, and by what
trained weights do on both sides of it."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

import twolayer as tl
from tests.samples.helpers import refuses
from twolayer import Data, Network, Phase, flattest_curvature
from twolayer.samples import descent

FIELDS = [field.name for field in dataclasses.fields(tl.FlattestCurvature)]


def problem(seed, m=8, d=3, k=2, size=1.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, d)) * 2.0 ** rng.integers(-2, 3, d)
    return Data(X, size * rng.normal(size=(m, k)))


def minimum(data, n, root, frame):
    """Weights u, V of a minimum: V = frame times root (of shapes n × k and k × k, the frame's
    columns across one another), u = frame times root⁻ᵀ times the best map."""
    best = data.directions @ data.solution
    return math.sqrt(n) ** 0.5 * frame @ np.linalg.inv(root).T @ best.T, (
        math.sqrt(n) ** 0.5 * frame @ root
    )


def sharpness(data, u, v):
    return descent.curvature(u[None], v[None], data)[0]


# What is true


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("d", "k"), [(1, 1), (3, 1), (3, 2), (2, 3)])
def test_no_minimum_is_flatter_and_one_is_as_flat(seed, d, k):
    """λ_max of the judge's kernel at random factorisations of the best map, and at those that an
    optimiser finds, which knows nothing of shares."""
    n, rng, data = 5, np.random.default_rng(seed), problem(seed, d=d, k=k)
    said = flattest_curvature(data, n)
    frame = np.linalg.qr(rng.normal(size=(n, k)))[0]

    def seen(entries):
        root = np.asarray(entries).reshape(k, k)
        if abs(np.linalg.det(root)) < 1e-12:
            return 1e300
        u, v = minimum(data, n, root, frame)
        return sharpness(data, u, v)

    u, v = minimum(data, n, np.eye(k), frame)
    assert np.abs(descent.residuals(u[None], v[None], data)).max() < 1e-12
    scale = float(np.linalg.norm(data.solution, 2)) ** 0.5
    values = [seen(scale * rng.normal(size=(k, k))) for _ in range(300)]
    for _ in range(20):  # hidden weights that no output sees change no map
        u, v = minimum(data, n, scale * np.eye(k), frame)
        loose = rng.normal(size=u.shape)
        values.append(sharpness(data, u + scale * (loose - frame @ (frame.T @ loose)), v))
    assert min(values) >= said.curvature * (1 - 1e-13)
    found = math.inf
    for turn in range(4):
        start = scale * (np.eye(k) + 0.3 * turn * rng.normal(size=(k, k)))
        options = {"maxiter": 6000, "maxfev": 6000, "xatol": 1e-10, "fatol": 1e-13}
        found = min(found, minimize(seen, start.ravel(), method="Nelder-Mead", options=options).fun)
    assert found == pytest.approx(said.curvature, rel=2e-6)
    assert found >= said.curvature * (1 - 1e-13)


def in_digits(data, digits=40):
    """The minimum over shares of the top eigenvalue, at width 1, by ternary search in mpmath."""
    with mpmath.workdps(digits):
        second = mpmath.diag([mpmath.mpf(value) for value in data.spectrum])
        root = mpmath.diag([mpmath.sqrt(mpmath.mpf(value)) for value in data.spectrum])
        seen = root * mpmath.matrix(data.solution.tolist())
        square = seen * seen.T

        def top(log_share):
            share = mpmath.exp(log_share)
            return max(mpmath.eigsy(share * second + square / share, eigvals_only=True))

        middle = mpmath.log(mpmath.mnorm(seen, "f") / mpmath.sqrt(data.spectrum[0]))
        low, high = middle - 4, middle + 4
        while high - low > mpmath.mpf(10) ** -18:
            third = (high - low) / 3
            one, other = low + third, high - third
            low, high = (low, other) if top(one) < top(other) else (one, high)
        return top((low + high) / 2)


DIAGONAL = [
    (np.diag([3.0, 1.0, 0.5]), np.diag([1.0, 2.0, 4.0])),  # crossings of eigenvalues, many of them
    (np.diag([2.0, 1.0]), np.array([[0.0], [3.0]])),  # the labels across the largest input
    (np.sqrt(3) * np.eye(3), np.eye(3)),  # all eigenvalues equal
    (np.diag([1.0, 1.0, 2.0]), np.diag([2.0, 2.0, 1.0])),
]


@pytest.mark.parametrize("case", [*range(8), *(f"diagonal {k}" for k in range(len(DIAGONAL)))])
def test_to_the_rounding_of_its_last_digits(case):
    if isinstance(case, str):
        data = Data(*DIAGONAL[int(case.split()[1])])
    else:
        data = problem(case, m=6, d=4, k=1 + case % 3)
    said, exact = flattest_curvature(data, 1, units=50), in_digits(data)
    assert abs(said.curvature - exact) <= said.error <= 1e-14 * said.curvature


@given(seed=st.integers(0, 10**6), m=st.integers(1, 8), d=st.integers(1, 6), k=st.integers(1, 6))
def test_primal_and_dual_meet_and_the_closed_bounds_hold(seed, m, d, k):
    data, n = problem(seed, m, d, k), 50
    said = flattest_curvature(data, n)
    assert said.error <= 1e-14 * said.curvature
    best = data.directions @ data.solution
    S = (data.directions * data.spectrum) @ data.directions.T
    lower = 2 * np.linalg.norm(S @ best, 2) / math.sqrt(n)
    upper = 2 * math.sqrt(np.linalg.norm(S, 2) * np.linalg.norm(best.T @ S @ best, 2) / n)
    assert lower * (1 - 1e-12) <= said.curvature <= upper * (1 + 1e-12)
    assert said.eta_bound == pytest.approx(2 / lower, rel=1e-12)
    assert said.eta == 2 / said.curvature


@given(seed=st.integers(0, 10**6), d=st.integers(1, 8), diagonal=st.booleans())
def test_inputs_and_labels_of_any_scale(seed, d, diagonal):
    """Also where eigenvalues cross: the upper bound is within a factor of 2."""
    rng = np.random.default_rng(seed)
    scales, sizes = 10.0 ** rng.uniform(-2, 2, (2, d))
    if diagonal:
        data = Data(np.diag(scales), np.diag(sizes))
    else:
        data = Data(rng.normal(size=(9, d)) * scales, rng.normal(size=(9, d)) * sizes)
    said = flattest_curvature(data, 50, units=100)
    assert said.error <= 1e-14 * said.curvature
    upper = 2 * math.sqrt(data.spectrum[0] / 50) * np.linalg.norm(data.rows[1], 2)
    assert upper / 2 * (1 - 1e-13) <= said.curvature <= upper * (1 + 1e-13)


def test_closed_cases():
    x, y = np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, 4.0])
    second, cross = np.mean(x * x), np.mean(x * y)
    one = flattest_curvature(Data(x, y), 9)
    assert one.curvature == pytest.approx(2 * abs(cross) / 3, rel=1e-14)
    assert one.eta == pytest.approx(one.eta_bound, rel=1e-14)
    # one input and output: the largest label at which the one-sample network converges
    assert one.eta * second == pytest.approx(3 / abs(cross / second), rel=1e-14)
    B = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])
    whitened = flattest_curvature(Data(np.sqrt(2) * np.eye(2), np.sqrt(2) * B), [4, 16])
    np.testing.assert_allclose(whitened.curvature, np.linalg.norm(B, 2) / [1, 2], rtol=1e-14)


def near_flattest(data, n, rng):
    """Weights at a minimum as flat as any, from the share that the package found, and moved."""
    seen = data.rows[1]
    best, k = data.directions @ data.solution, data.outputs
    shares = np.exp(np.linspace(-9, 9, 20_001))[:, None, None]
    tops = np.linalg.eigvalsh(shares * np.diag(data.spectrum) + seen @ seen.T / (n * shares))
    share = shares[tops[:, -1].argmin(), 0, 0]
    frame = np.linalg.qr(rng.normal(size=(n, k)))[0]
    u, v = frame @ best.T / math.sqrt(share), math.sqrt(n * share) * frame
    assert sharpness(data, u, v) == pytest.approx(flattest_curvature(data, n).curvature, rel=1e-3)
    return tuple(part + 1e-4 * rng.normal(size=part.shape) for part in (u, v))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [1, 2])
def test_trained_weights_converge_below_its_rate_and_not_above(seed, k):
    n, rng, data = 6, np.random.default_rng(seed), problem(seed, d=2, k=k, size=3.0)
    said = flattest_curvature(data, n)
    near = Network(*near_flattest(data, n, rng), data)
    below, above = near.outcome([0.99 * said.eta, 1.01 * said.eta], max_steps=20_000).phase
    assert below <= Phase.CATAPULT < above
    starts = Network.random(n, size=20, rng=seed, data=data)
    assert (starts.outcome(1.01 * said.eta, max_steps=3_000).phase > Phase.CATAPULT).all()
    assert (starts.outcome(0.1 * said.eta, max_steps=20_000).phase <= Phase.CATAPULT).any()


def test_narrower_than_the_best_map_it_is_a_bound():
    """Units fewer than its rank: the curvature of the best approximation, and the Hessian at the
    best that such a network finds is no flatter."""
    data = problem(3, m=9, d=3, k=3)
    said = flattest_curvature(data, [1, 2, 3, 4], units=[1, 2, 3, 4])
    assert said.attained.tolist() == [False, False, True, True]
    wide = flattest_curvature(data, [1, 2, 3, 4], units=7)
    assert wide.attained.all()
    assert (said.curvature[:2] < wide.curvature[:2]).all()
    np.testing.assert_array_equal(said.curvature[2:], wide.curvature[2:])
    for n in (1, 2):
        net = Network.random(n, size=8, rng=n, data=data)
        u, v = net.u, net.v
        rate = np.full(8, 0.02 / net.curvature.max())
        for _ in range(30_000):
            u, v = descent.step(u, v, data, rate, descent.residuals(u, v, data))
        loss = np.sum(descent.residuals(u, v, data) ** 2, (-2, -1)) / 2
        at = loss < loss.min() * (1 + 1e-9) + 1e-12
        assert (descent.curvature(u, v, data)[at] >= said.curvature[n - 1] * (1 - 1e-6)).all()


# Shapes, limits and bad input


def test_it_broadcasts_and_scales():
    data, doubled = problem(0), Data(np.eye(1), [[1.0]])
    widths = np.array([[4], [400]])
    said = flattest_curvature(data, widths, units=[5, 10, 20])
    assert {np.shape(getattr(said, name)) for name in FIELDS} == {(2, 3)}
    np.testing.assert_allclose(said.curvature[0], 10 * said.curvature[1], rtol=1e-15)
    one = flattest_curvature(data, 4)
    assert all(np.ndim(getattr(one, name)) == 0 for name in FIELDS)
    assert one.curvature == said.curvature[0, 0]
    assert flattest_curvature(doubled, 1).curvature == pytest.approx(2.0, rel=1e-15)
    X, Y = np.random.default_rng(1).normal(size=(2, 6, 2))
    plain, scaled = (flattest_curvature(Data(X, size * Y), 3) for size in (1.0, 1024.0))
    assert scaled.curvature == pytest.approx(1024 * plain.curvature, rel=1e-14)


def test_limits():
    wide = flattest_curvature(problem(0), np.inf)
    assert (wide.curvature, wide.error, wide.eta, wide.eta_bound) == (0, 0, np.inf, np.inf)
    none = flattest_curvature(Data(np.eye(2), [0.0, 0.0]), [1, 5])
    for name in ("curvature", "error"):
        assert getattr(none, name).tolist() == [0, 0]
    assert np.isinf([none.eta, none.eta_bound]).all()
    assert none.attained.all()
    for size in (1e-120, 1e120):  # where squares of squares would leave the floats
        far = flattest_curvature(Data(np.eye(2), [size, 2 * size]), 4)
        assert far.curvature / size == pytest.approx(math.sqrt(5) / 2, rel=1e-13)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 3), "data = 5 must be a Data object"),
        ((problem(0), 0), r"width = 0\.0 must be .*"),
        ((problem(0), -2), r"width = -2\.0 must be .*"),
        (
            (problem(0), 4, 1.5),
            r"units = 1\.5 must be a whole number of at least 1, finite: it counts hidden units",
        ),
        ((problem(0), [1, 2], [1, 2, 3]), r"shapes must broadcast: width \(2,\), units \(3,\)"),
    ],
)
def test_bad_input(arguments, message):
    with refuses(message):
        flattest_curvature(*arguments)
