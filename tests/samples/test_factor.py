"""The equivalent network: its steps against exact runs, what it loses to rounding, and what it
knows of what is left to come."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import twolayer as tl
from tests.samples.helpers import descend, equal, loss, problem
from twolayer import Data, GramNetwork, Network, Phase, _derived
from twolayer.samples import factor


def test_exact_rationals():
    """Weights and a factor of their Gram matrix in fractions, from the samples on: not one bit
    apart. Widths are squares."""
    rng = np.random.default_rng(0)

    def draw(*shape):
        numbers = [Fraction(int(i), 4) for i in rng.integers(-8, 9, math.prod(shape))]
        return np.array(numbers, object).reshape(shape)

    for root, d, k, m in ((1, 1, 1, 1), (1, 2, 1, 3), (2, 1, 2, 2), (2, 2, 2, 3), (3, 3, 2, 2)):
        n, eta = Fraction(root**2), Fraction(1, 3)
        X, Y, u, V = draw(m, d), draw(m, k), draw(root**2, d), draw(root**2, k)
        second, mixed = X.T @ X / Fraction(m), X.T @ Y / Fraction(m)
        inward, outward, cross = u.T[:, ::-1] / root, V.T[:, ::-1] / root, u.T @ V / root
        for _ in range(3):
            u, V = descend(u, V, X, Y, eta, Fraction(root))
            change = _derived.factor_change(
                inward, outward, second @ cross - mixed, eta, eta / root
            )
            inward, outward, cross = (
                old + new for old, new in zip((inward, outward, cross), change, strict=True)
            )
            assert (inward @ inward.T == u.T @ u / n).all()
            assert (cross == u.T @ V / root).all()
            assert (outward @ outward.T == V.T @ V / n).all()


@pytest.mark.parametrize(("n", "d", "k", "m"), [(4, 2, 2, 3), (1, 3, 1, 2), (9, 1, 2, 4)])
def test_floats_are_near_the_exact_run(n, d, k, m):
    """The whole path from samples to losses, against fractions."""
    rng = np.random.default_rng([n, d])
    root = Fraction(math.isqrt(n))
    tables = [rng.integers(-8, 9, shape) / 8 for shape in ((m, d), (m, k), (n, d), (n, k))]
    X, Y, u, V = ([[Fraction(x) for x in row] for row in table.tolist()] for table in tables)
    X, Y, u, V = (np.array(table, object) for table in (X, Y, u, V))
    run = GramNetwork.from_weights(*tables[2:]).train(Data(*tables[:2]), 0.125, 5)
    for t in range(6):
        np.testing.assert_allclose(run.loss[t], float(loss(u, V, X, Y, root)), rtol=1e-13)
        u, V = descend(u, V, X, Y, Fraction(1, 8), root)


# Losses far below rounding


@pytest.mark.parametrize("width", [3, 10**18])
def test_losses_down_to_1e_minus_290(width):
    """Against G′ = AᵀGA in 320 digits."""
    X, Y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0], [1.0]])  # XᵀX/m is exact: 1/2 and 2
    data, net = Data(X, Y), GramNetwork.random(width, 2, rng=5)
    steps, eta = 2000, 0.25
    run = net.train(data, eta, steps)
    checked = 0
    with mpmath.workdps(320):
        number = np.vectorize(mpmath.mpf, otypes=[object])
        root = mpmath.sqrt(width)
        G, S, T = number(net.gram), number(X.T @ X / 2), number(X.T @ Y / 2)
        for t in range(steps + 1):
            B = root * G[:2, 2:]
            rest = number(X) @ B - number(Y)
            exact = float((rest.T @ rest)[0, 0] / 4)
            if exact < 1e-291:
                break
            assert abs(run.loss[t] / exact - 1) < 8 * (t + 4) * np.finfo(float).eps
            checked += 1
            slope = eta / root * (S @ B - T)
            A = number(np.eye(3))
            A[:2, 2:], A[2:, :2] = -slope, -slope.T
            G = A.T @ G @ A
    assert exact < 1e-291
    assert checked > 300
    assert 0 < run.loss[checked - 1] < 1e-290


def test_tiny_learning_rates_and_widths_do_not_round_the_step_away():
    """At n = 10¹⁸ a step moves uᵀu/n by 1e-18 of itself; the loss falls all the same by 1 − ηΘ."""
    data, net = Data([1.0], [1.0]), GramNetwork([[1.0, 0.0], [0.0, 1.0]], 10**18)
    run = net.train(data, 1e-3, 1000)
    np.testing.assert_allclose(run.loss, 0.5 * (1 - 2e-3) ** (2 * np.arange(1001)), rtol=1e-12)


def test_the_reported_error_covers_chaos():
    """Just below 4/λ₀ the Gram matrix and the spine round differently; what each reports covers
    their distance."""
    data, net = Data([1.0], [0.0]), GramNetwork.random(10, 1, size=400, rng=4)
    f, lam = net.map(data)[:, 0, 0], net.curvature(data)
    eta = (1 - 10 ** np.random.default_rng(5).uniform(-6, -4.5, 400)) * 4 / lam
    ours, spine = net.outcome(data, eta), tl.outcome(eta, lam, f, 10)
    known = (ours.phase <= Phase.CATAPULT) & (spine.phase <= Phase.CATAPULT)
    apart = np.abs(ours.curvature - spine.curvature)[known]
    assert known.sum() > 300
    assert np.median(apart) > 1e-12, "not chaotic"
    assert (apart <= 2 * ours.curvature_error[known]).mean() > 0.95


@pytest.mark.parametrize(
    ("n", "shares"), [(10, {1e-2: 0.93, 1e-3: 0.96}), (1000, {1e-1: 0.75, 1e-3: 0.99})]
)
def test_the_reported_error_covers_what_is_left(n, shares):
    """The fast directions are gone long before the slow ones, which go on moving the kernel; and
    not by far: it is twice what they do."""
    rng = np.random.default_rng(1)
    data = Data(rng.normal(size=(50, 5)) * np.logspace(0, -1, 5), rng.normal(size=(50, 2)))
    net = GramNetwork.random(n, 5, 2, size=100, rng=1)
    eta = rng.uniform(0.2, 3, 100) / net.curvature(data)
    whole = net.outcome(data, eta, max_steps=10_000, tolerance=1e-11)
    for tolerance, share in shares.items():
        ours = net.outcome(data, eta, max_steps=10_000, tolerance=tolerance)
        known = (ours.phase <= Phase.CATAPULT) & (whole.phase <= Phase.CATAPULT)
        apart = np.abs(ours.curvature - whole.curvature)[known]
        error = (ours.curvature_error + whole.curvature_error)[known]
        assert known.mean() > 0.8
        assert (apart <= error).mean() >= share
        assert 1.5 < np.median(error / apart) < 3


def test_what_is_left_is_known_to_first_order():
    """A loss above the floor that is a quarter, a residual half as large, leaves a quarter of the
    estimate's own error."""
    rng = np.random.default_rng(1)
    data = Data(rng.normal(size=(50, 5)), rng.normal(size=(50, 2)))
    net = GramNetwork.random(50, 5, 2, size=30, rng=2)
    eta, misses = 0.5 / net.curvature(data), []
    end = net.outcome(data, eta, max_steps=20_000, tolerance=1e-16).curvature
    for _ in range(2):
        for _ in range(19):
            net = net.step(data, eta)
        soon, net = net.outcome(data, eta, tolerance=1 - 1e-9), net.step(data, eta)
        assert (soon.steps == 1).all()
        # twice what is left to come, by the estimate: no run rose, and rounding is far smaller
        left, apart = soon.curvature_error / 2, np.abs(soon.curvature - end)
        misses.append((np.median(np.abs(left - apart)), np.median(net.loss(data) - data.floor)))
    (coarse, much), (fine, little) = misses
    assert 0.8 < np.log(coarse / fine) / np.log(much / little) < 1.4  # the loss is a square


def test_blocks_change_no_bits(monkeypatch):
    data, net = Data(*problem(3, 1, 3, 2, 6)[:2]), GramNetwork.random(6, 3, 2, size=30, rng=4)
    eta = np.linspace(0.2, 4.5, 30) / net.curvature(data)
    run, end = net.train(data, eta, 9), net.outcome(data, eta, max_steps=300)
    for numbers in (1, 7 * 25, 29 * 25):
        monkeypatch.setattr(factor, "STEPPED", numbers)
        monkeypatch.setattr(factor, "LAID_OUT", 3 * numbers)
        equal(net.train(data, eta, 9), run)
        equal(net.outcome(data, eta, max_steps=300), end)


# Narrow networks: the Gram matrix is singular, and must stay so


def test_thousands_of_steps_leave_narrow_networks_on_their_weights():
    """Three units, six inputs, four outputs and slow directions: a Gram matrix iterated by itself
    turns indefinite here and blows up."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 6)) * [1, 0.7, 0.5, 0.3, 0.2, 0.1]
    data = Data(X, X @ rng.normal(size=(6, 4)) * 0.3 + rng.normal(size=(60, 4)))
    drawn = GramNetwork.random(3, 6, 4, rng=0)
    u, V = np.split(drawn.factor[:, -3:].T * math.sqrt(3), [6], axis=1)
    eta = 1.5 / drawn.curvature(data)
    weights = Network(u, V, data).train(eta, 6000).loss
    assert weights[-1] > 1.001 * data.floor  # too narrow for the best map
    for net in (GramNetwork.from_weights(u, V), GramNetwork(drawn.gram, 3), drawn):
        np.testing.assert_allclose(net.train(data, eta, 6000).loss, weights, rtol=1e-9)
        assert net.outcome(data, eta, max_steps=6000).phase is Phase.UNDECIDED


def test_rank_and_sign_survive_steps():
    data = Data(*problem(5, 1, 4, 2, 7)[:2])
    net = GramNetwork.random(2, 4, 2, rng=0)
    eta = 1.5 / net.curvature(data)
    for _ in range(200):
        net = net.step(data, eta)
    values = np.linalg.eigvalsh(net.gram)
    assert (np.abs(values[:4]) < 1e-14).all()
    GramNetwork(net.gram, 2)
