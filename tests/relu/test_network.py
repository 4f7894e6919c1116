"""ReLU networks with one input: the judge against definitions sample by sample."""

import math

import numpy as np
import pytest
from scipy import stats

import twolayer as tl
from tests.relu.helpers import on_samples, random_case
from twolayer import FrozenGates, ReluNetwork, Sides
from twolayer.relu import network

# The judge


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("width", [1, 2, 7, 50])
@pytest.mark.parametrize("sided", ["both", "minus"])
def test_training_is_gradient_descent_on_the_samples(frozen, width, sided):
    x, y, net = random_case(width, width, sided)
    data = Sides(x, y)
    eta = (3 if width == 50 else 1) / net.curvature(data).max() if width > 1 else 0.4
    run = net.train(data, eta, 8, frozen=frozen)
    rows = on_samples(net.u, net.v, x, y, eta, 8, frozen, math.sqrt(width))
    loss = [np.mean((np.array(f) - y) ** 2) / 2 for *_, f in rows]
    np.testing.assert_allclose(run.loss, loss, rtol=1e-10)
    for side, (sign, part) in enumerate(((1, x > 0), (-1, x < 0))):
        began = sign * net.u > 0
        flipped = [np.sum(began & ~(sign * u > 0)) / max(began.sum(), 1) for u, *_ in rows]
        np.testing.assert_array_equal(run.flipped[:, side], flipped)
        if part.any():
            slope = [np.array(f)[part][0] / x[part][0] for *_, f in rows]
            np.testing.assert_allclose(run.output[:, side], slope, rtol=1e-9, atol=1e-13)
    assert width < 50 or run.flipped.max() > 0


def test_the_gradient_is_that_of_the_loss():
    x, y, net = random_case(4, 5)

    def loss(u, v):
        return np.mean((ReluNetwork(u, v)(x) - y) ** 2) / 2

    h, eta = 1e-6, 1e-3
    steps = h * np.eye(5)
    du = np.array([loss(net.u + e, net.v) - loss(net.u - e, net.v) for e in steps]) / (2 * h)
    dv = np.array([loss(net.u, net.v + e) - loss(net.u, net.v - e) for e in steps]) / (2 * h)
    run = net.train(Sides(x, y), eta, 1)
    assert run.loss[0] == pytest.approx(loss(net.u, net.v), rel=1e-13)
    assert run.loss[1] == pytest.approx(loss(net.u - eta * du, net.v - eta * dv), rel=1e-11)


@pytest.mark.parametrize("sided", ["both", "plus"])
def test_curvatures_are_the_eigenvalues_of_the_kernel(sided):
    x, y, net = random_case(2, 6, sided)
    gates = (x[:, None] * net.u > 0) * x[:, None] / math.sqrt(6)
    jacobian = np.concatenate([gates * net.v, gates * net.u], axis=1)
    values = np.linalg.eigvalsh(jacobian @ jacobian.T / x.size)
    curvature = net.curvature(Sides(x, y))
    np.testing.assert_allclose(np.sort(curvature), values[-2:], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(values[:-2], 0, atol=1e-14)
    np.testing.assert_array_equal(net.train(Sides(x, y), 0.1, 0).curvature[0], curvature)
    assert (curvature > 0).sum() == (2 if sided == "both" else 1)


def test_a_flipped_unit_goes_to_the_other_side():
    """u = (1, −1), v = (2, 1), one sample at 1 with label 0: f = 2/√2, so u₁ falls by η·2·2/2 and
    v₁ by η·2·1/2."""
    run = ReluNetwork([1.0, -1.0], [2.0, 1.0]).train(Sides([1.0], [0.0]), 1.0, 1)
    np.testing.assert_allclose(run.output * math.sqrt(2), [[2.0, -1.0], [0.0, -2.0]], atol=1e-15)
    np.testing.assert_array_equal(run.flipped, [[0, 0], [1, 0]])
    frozen = ReluNetwork([1.0, -1.0], [2.0, 1.0]).train(Sides([1.0], [0.0]), 1.0, 1, frozen=True)
    np.testing.assert_allclose(
        frozen.output * math.sqrt(2), [[2.0, -1.0], [-1.0, -1.0]], atol=1e-15
    )
    np.testing.assert_array_equal(frozen.flipped, run.flipped)


def test_a_unit_at_zero_is_closed_on_both_sides():
    net, data = ReluNetwork([0.0, 1.0], [3.0, 1.0]), Sides([1.0, -1.0], [2.0, 2.0])
    np.testing.assert_array_equal(net.curvature(data), [0.5, 0.0])
    np.testing.assert_array_equal(net.train(data, 0.1, 3).output[:, 1], 0)
    np.testing.assert_array_equal(net([-1.0, 1.0]), [0.0, 1 / math.sqrt(2)])


def test_real_gates_are_frozen_ones_to_the_bit_until_the_first_flip():
    data = Sides([1.0, 2.0, -1.0, -1.5], [0.5, 0.0, 0.3, 0.0])
    net = ReluNetwork.random(200, size=20, rng=1)
    eta = np.linspace(0.02, 3, 20) / net.curvature(data).max(-1)
    real, frozen = net.train(data, eta, 40), net.train(data, eta, 40, frozen=True)
    never = 0
    for i in range(20):
        moved = (real.flipped[:, i] > 0).any(-1)
        first = int(moved.argmax()) if moved.any() else 41
        never += first == 41
        for name in ("output", "curvature", "loss", "flipped"):
            np.testing.assert_array_equal(
                getattr(real, name)[:first, i], getattr(frozen, name)[:first, i]
            )
        if first < 41:
            assert (real.output[first, i] != frozen.output[first, i]).any()
    assert 1 <= never < 15


def test_a_batch_is_its_rows():
    data, net = Sides([1.0, -2.0], [0.5, 0.1]), ReluNetwork.random(3_000, size=(2, 6), rng=0)
    run = net.train(data, [[0.5], [1.0]], 5)
    assert run.output.shape == (6, 2, 6, 2)
    assert run.loss.shape == (6, 2, 6)
    one = ReluNetwork(net.u[1, 4], net.v[1, 4]).train(data, 1.0, 5)
    for name in ("output", "curvature", "loss", "flipped"):
        np.testing.assert_array_equal(getattr(run, name)[:, 1, 4], getattr(one, name))
    np.testing.assert_array_equal(net.start(data)[1], run.output[0])
    many = net.train(data, np.ones((3, 1, 1)), 2)
    assert many.flipped.shape == (3, 3, 2, 6, 2)


def test_overflow_is_inf_from_then_on():
    data, net = Sides([1.0, -1.0], [0.0, 0.0]), ReluNetwork.random(20, rng=0)
    for run in (
        net.train(data, 50.0, 30),
        net.train(data, 50.0, 30, frozen=True),
        FrozenGates(net, data).simulate(50.0, 30),
    ):
        gone = np.isinf(run.loss)
        assert gone[-1]
        assert (np.diff(gone.astype(int)) >= 0).all()
        assert np.isinf(run.output[gone]).all()
        assert np.isinf(run.curvature[gone]).all()
        assert np.isnan(run.flipped[gone]).all()
        assert np.isfinite(run.output[~gone]).all()


def test_random_starts_follow_their_law():
    """n₊ is binomial; given it, nλ₊/c₊ is χ² with 2n₊ degrees, and n|u₊ ± v₊|²/2 are independent
    χ²."""
    data, n = Sides([1.0, -1.0], [0.0, 0.0]), 9
    net = ReluNetwork.random(n, size=4_000, rng=3, scale=1.5)
    curvature, output, width, _ = net.start(data)
    count = (net.u > 0).sum(-1)
    expected = stats.binom.pmf(np.arange(n + 1), n, 0.5) * 4_000
    assert stats.chisquare(np.bincount(count, minlength=n + 1), expected).pvalue > 1e-4
    ranks = stats.chi2.cdf(n * curvature[:, 0] / 1.5**2, 2 * count)[count > 0]
    assert stats.kstest(ranks, "uniform").pvalue > 1e-4
    p, q = (n * curvature / 2 + sign * math.sqrt(width) * output for sign in (1, -1))
    assert (
        stats.kstest(stats.chi2.cdf(p[:, 1] / 1.5**2, n - count)[count < n], "uniform").pvalue
        > 1e-4
    )
    left = (stats.chi2.cdf(part[:, 1] / 1.5**2, n - count)[count < n] for part in (p, q))
    assert stats.spearmanr(*left).pvalue > 1e-4


@pytest.mark.parametrize("r", [0.05, 0.3, 1.0, 3.0])
def test_the_first_step_flips_as_many_units_as_a_cauchy_variable_exceeds(r):
    """u′ = u − r v changes sign where r v/u > 1, with probability arctan|r|/π."""
    width = 40_000
    net = ReluNetwork.random(width, rng=int(100 * r))
    data = Sides([2.0, -1.0], [0.0, 0.0])
    # labels that give r₊ = r, r₋ = −r at η = 1
    rows = net.start(data)[1] - np.array([r, -r]) * math.sqrt(width) / data.second_moment
    run = net.train(Sides([2.0, -1.0], rows * [2.0, -1.0]), 1.0, 1)
    for side, count in enumerate(((net.u > 0).sum(), (net.u < 0).sum())):
        interval = stats.binomtest(round(run.flipped[1, side] * count), int(count)).proportion_ci(
            0.9999
        )
        assert interval.low < math.atan(r) / math.pi < interval.high


# Bad input, and the place of the judge


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sides([0.0, 0.0], [1.0, 1.0]), "x must have an entry that is not 0"),
        (lambda: Sides([1.0, math.nan], [1.0, 1.0]), r"x\[1\] = nan must be finite"),
        (lambda: Sides([1.0, 2.0], [1.0, math.inf]), r"y\[1\] = inf must be finite"),
        (lambda: Sides([1.0, 2.0], [1.0]), r"shapes of x \(2,\) and y \(1,\) must be the same"),
        (
            lambda: Sides(np.ones((3, 2)), np.ones(3)),
            r"shape of x = \(3, 2\) must be \(samples,\), not empty",
        ),
        (lambda: Sides([], []), r"shape of x = \(0,\) must be"),
        (lambda: Sides(["a"], [1.0]), "x = .* must be a real number"),
        (
            lambda: ReluNetwork([1.0, 2.0], [1.0]),
            r"shapes of u \(2,\) and v \(1,\) must be the same",
        ),
        (lambda: ReluNetwork(1.0, 2.0), "at least one weight"),
        (lambda: ReluNetwork([math.nan], [1.0]), r"u\[0\] = nan must be finite"),
        (lambda: ReluNetwork.random(0), "width = 0 must be a whole number of at least 1"),
        (lambda: ReluNetwork.random(3, scale=-1.0), "scale = -1.0 must be between"),
        (lambda: ReluNetwork.random(3, rng=-1), "rng = -1 must be"),
        (lambda: NET([math.inf]), r"x\[0\] = inf must be finite"),
        (lambda: NET.train(DATA, -1.0, 3), "eta = -1.0 must be positive"),
        (lambda: NET.train(DATA, 1.0, -3), "steps = -3 must be a whole number"),
        (
            lambda: ReluNetwork.random(3, size=2, rng=0).train(DATA, [1.0, 1.0, 1.0], 3),
            "shapes must broadcast: eta",
        ),
        (lambda: FrozenGates(NET, DATA).phase(0.0), "eta = 0.0 must be positive"),
        (lambda: FrozenGates(NET, DATA).phase([1.0, 1.0, 1.0]), "shapes must broadcast: eta"),
        (lambda: FrozenGates(NET, DATA).simulate(math.nan), "eta = nan must be positive"),
        (lambda: FrozenGates(NET, DATA).simulate(1.0, 2.5), "steps = 2.5 must be a whole number"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


NET, DATA = ReluNetwork([1.0, -1.0], [1.0, 2.0]), Sides([1.0, -1.0], [0.0, 0.0])


def test_what_the_judge_defines_is_public():
    assert set(network.__all__) <= set(tl.__all__)
