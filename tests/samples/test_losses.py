"""Losses by name on data: the judge, which differentiates them by hand, the theory, which takes
derived factors, and plain NumPy written out here."""

import numpy as np
import pytest

from tests.samples.helpers import refuses
from twolayer import (
    Data,
    GramNetwork,
    Network,
    Phase,
    convergence_odds,
    flattest_curvature,
    losses,
    rate_guide,
)
from twolayer.conventions import loss_factor
from twolayer.samples import descent
from twolayer.samples.endings import endings

NAMES = list(losses.NAMED)


def value(name, f, Y):
    """Each loss as its name says, in NumPy's own means and sums."""
    square = (f - Y) ** 2
    return {
        "half-mean": np.mean(square.sum(axis=1)) / 2,
        "mean": np.mean(square.sum(axis=1)),
        "mse": np.mean(square),
        "half-mse": np.mean(square) / 2,
        "sum": np.sum(square),
        "half-sum": np.sum(square) / 2,
    }[name]


def slopes(name, f, Y, step=1e-4):
    """First and second derivatives by each output, by central differences, exact for squares."""
    first, second = np.empty(f.shape), np.empty(f.shape)
    for place in np.ndindex(f.shape):
        moved = [f.copy() for _ in range(2)]
        moved[0][place] += step
        moved[1][place] -= step
        up, down = (value(name, g, Y) for g in moved)
        first[place] = (up - down) / (2 * step)
        second[place] = (up - 2 * value(name, f, Y) + down) / step**2
    return first, second


def problem(outputs, n=7, d=2, m=5):
    rng = np.random.default_rng(outputs)
    X, Y = rng.normal(size=(m, d)), rng.normal(size=(m, outputs))
    return X, Y, rng.normal(size=(n, d)), rng.normal(size=(n, outputs))


def kernel(u, V, X, scale):
    """JJᵀ, J the derivative of each output on each sample by each weight."""
    (n, d), (m, k) = u.shape, (len(X), V.shape[1])
    J = np.zeros((m, k, n, d + k))
    for a in range(m):
        for b in range(k):
            J[a, b, :, :d] = np.outer(V[:, b], X[a]) * scale
            J[a, b, :, d + b] = u @ X[a] * scale
    J = J.reshape(m * k, -1)
    return J @ J.T


def descend(name, u, V, X, Y, eta, scale):
    """One step of gradient descent: the chain rule on numerical derivatives by the outputs."""
    slope, _ = slopes(name, scale * X @ u.T @ V, Y)
    return (
        u - eta * scale * V @ slope.T @ X,
        V - eta * scale * u @ X.T @ slope,
    )


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_networks_and_gram_networks_descend_the_named_loss(name, outputs):
    X, Y, u, V = problem(outputs)
    data = Data(X, Y, loss=name)
    net, gram = Network(u, V, data), GramNetwork.from_weights(u, V)
    scale = 1 / np.sqrt(len(u))
    eta, steps = 1.3 / net.curvature, 4
    trained, said = net.train(eta, steps), gram.train(data, eta, steps)
    same = gram
    for t in range(steps + 1):
        f = scale * X @ u.T @ V
        expected = value(name, f, Y)
        _, second = slopes(name, f, Y)
        assert np.ptp(second) < 1e-5 * second.max()
        top = np.linalg.eigvalsh(kernel(u, V, X, scale) * np.median(second))[-1]
        for run in (trained, said):
            assert run.loss[t] == pytest.approx(expected, rel=1e-9)
            assert run.curvature[t] == pytest.approx(top, rel=1e-6)
        assert same.loss(data) == pytest.approx(expected, rel=1e-9)
        assert same.curvature(data) == pytest.approx(top, rel=1e-6)
        assert same.spectrum(data)[0] == pytest.approx(top, rel=1e-6)
        same = same.step(data, eta)
        u, V = descend(name, u, V, X, Y, eta, scale)


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_the_floor_is_that_of_the_named_loss(name, outputs):
    X, Y, *_ = problem(outputs)
    best = np.linalg.lstsq(X, Y, rcond=None)[0]
    data = Data(X, Y, loss=name)
    assert data.floor == pytest.approx(value(name, X @ best, Y), rel=1e-12)
    assert (data.fitted.floor, data.fitted.loss) == (0.0, name)
    exact = Data(X, X @ np.ones((2, outputs)), loss=name)
    assert exact.floor == 0


@pytest.mark.parametrize("samples", [1, 7, 10**6])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_derived_factors_are_what_the_definitions_say(name, outputs, samples):
    """The theory's factor and the judge's derivative by hand, against half the mean square."""
    factor = loss_factor(name, samples, outputs)
    assert losses.slope(name, samples, outputs) == pytest.approx(factor, rel=4e-16)
    f, Y = np.zeros((min(samples, 50), outputs)), np.ones((min(samples, 50), outputs))
    of_few = loss_factor(name, len(f), outputs)
    assert value(name, f, Y) == pytest.approx(of_few * value("half-mean", f, Y), rel=1e-14)


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_outcomes_are_those_of_the_default_loss_in_other_units(name, outputs):
    X, Y, u, V = problem(outputs, n=30, m=9)
    ours, theirs = Data(X, Y), Data(X, Y, loss=name)
    factor = loss_factor(name, 9, outputs)
    net, gram = Network(u, V, theirs), GramNetwork.from_weights(u, V)
    eta = np.array([0.6, 1.6, 2.6]) / net.curvature
    for run, same in (
        (net.outcome(eta), Network(u, V, ours).outcome(factor * eta)),
        (gram.outcome(theirs, eta), gram.outcome(ours, factor * eta)),
    ):
        np.testing.assert_array_equal(run.phase, same.phase)
        np.testing.assert_allclose(run.curvature, factor * same.curvature, rtol=1e-9)
        np.testing.assert_allclose(run.peak_loss, factor * same.peak_loss, rtol=1e-9)
    assert set(net.outcome(3 * eta).phase) >= {Phase.DIVERGENT}


def test_the_default_changes_no_bit():
    X, Y, u, V = problem(3)
    plain, named = Data(X, Y), Data(X, Y, loss="half-mean")
    assert plain.loss == "half-mean"
    np.testing.assert_array_equal(
        GramNetwork.from_weights(u, V).train(plain, 0.1, 9).loss,
        GramNetwork.from_weights(u, V).train(named, 0.1, 9).loss,
    )


def test_odds_are_in_the_unit_of_the_loss_and_jobs_know_it(tmp_path):
    X = np.random.default_rng(0).normal(size=(20, 2))
    Y = X @ [1.0, -1.0]  # no floor: the data differ by their loss alone
    ours, theirs = (Data(X, Y, loss=loss) for loss in ("half-mean", "sum"))
    grid = {"sharpness": [2.0, 4.5], "starts": 20, "tolerance": 1e-4}
    one = convergence_odds(ours, 3, **grid, folder=tmp_path / "starts")
    two = convergence_odds(theirs, 3, **grid, folder=tmp_path / "sums")
    np.testing.assert_array_equal(one.phase, two.phase)
    np.testing.assert_allclose(two.curvature, 40 * one.curvature, rtol=1e-12)
    other = "belongs to another job: loss = "
    with pytest.raises(ValueError, match=rf"{other}'1\.0, half-mean' there, '40\.0, sum' here$"):
        convergence_odds(theirs, 3, **grid, folder=tmp_path / "starts")
    # the same moments of twice as many samples: their sum is another loss
    twice = Data(np.vstack([X, X]), np.concatenate([Y, Y]), loss="sum")
    with pytest.raises(ValueError, match="belongs to another job"):
        convergence_odds(twice, 3, **grid, folder=tmp_path / "sums")


@pytest.mark.parametrize("bad", ["MSE", "", None, 2.0, ["mse"]])
def test_losses_without_such_a_name(bad, tmp_path):
    named = rf"loss = {bad!r} must be one of half-mean, mean, mse, half-mse, sum, half-sum"
    named = named.replace("[", r"\[").replace("]", r"\]")
    with refuses(named):
        Data([1.0], [1.0], loss=bad)
    with refuses(named):
        Data.read(tmp_path / "none.csv", loss=bad)


def test_data_are_read_in_the_unit_of_a_loss(tmp_path):
    (tmp_path / "points.csv").write_text("1,2\n2,3\n0,4\n")
    read = Data.read(tmp_path / "points.csv", loss="sum")
    assert read.loss == "sum"
    assert read.floor == pytest.approx(Data([1.0, 2, 0], [2.0, 3, 4], loss="sum").floor, rel=1e-12)


def in_loss(X, Y, loss):
    """The same data in a loss, a network, and the guide to its rates."""
    data, net = Data(X, Y, loss=loss), GramNetwork.random(20, X.shape[1], Y.shape[1], rng=1)
    return data, net, rate_guide(net, data)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("d", "k"), [(1, 1), (3, 2)])
def test_rates_that_labels_allow_are_in_the_unit_of_the_loss(name, d, k):
    """Curvatures by its factor, rates over it; what is no rate stays."""
    rng = np.random.default_rng(d)
    X, Y = rng.normal(size=(6, d)), 30 * rng.normal(size=(6, k))
    factor = loss_factor(name, 6, k)
    data, net, guide = in_loss(X, Y, name)
    plain, _, other = in_loss(X, Y, "half-mean")
    for field in vars(guide):
        one, two = getattr(guide, field), getattr(other, field)
        if field in ("exact", "binding", "label_size", "output_size"):
            unit = 1.0
        else:
            unit = factor if field == "curvature" else 1 / factor
        if np.asarray(two).dtype.kind == "f":
            np.testing.assert_allclose(one, unit * two, rtol=1e-12, err_msg=field)
        else:
            assert one == two, field
    flat, half = flattest_curvature(data, 20), flattest_curvature(plain, 20)
    assert flat.curvature == pytest.approx(factor * half.curvature, rel=1e-13)
    assert flat.eta == pytest.approx(half.eta / factor, rel=1e-13)
    ended, same = (
        endings(net, each, 1.1 * rates.rate, 400) for each, rates in ((data, guide), (plain, other))
    )
    assert ended.kind == same.kind
    for part in ("low", "high"):
        assert getattr(ended, part) == pytest.approx(factor * getattr(same, part), rel=1e-6)


def test_the_guide_does_not_take_an_effective_width_for_units():
    """Without 1/√n the width is 1, and there are units enough for every map."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    u, v = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
    data = Data(X, Y, loss="mse")
    bare = GramNetwork.from_weights(u, v, output_scale=1.0)
    guide = rate_guide(bare, data)
    assert guide.eta_flat == flattest_curvature(data, 1, units=9).eta
    narrow = flattest_curvature(data, 1, units=1)
    assert not narrow.attained
    assert guide.eta_flat <= narrow.eta
    with refuses("width = 1.0 must be at least 2, the rank of the best map, or units must .*"):
        flattest_curvature(data, 1)
    few = rate_guide(GramNetwork.from_weights(u[:1], v[:1]), data)
    assert few.eta_flat == narrow.eta


def test_top_eigenvalues_of_weights_are_in_the_unit_of_the_loss():
    X, Y = np.random.default_rng(1).normal(size=(2, 6, 2))
    net = Network.random(5, rng=0, data=Data(X, Y, loss="sum"))
    values, _ = descent.top(net.u, net.v, net.data, 2)
    assert values[0] == pytest.approx(net.curvature, rel=1e-12)
    theory = GramNetwork.from_weights(net.u, net.v).spectrum(net.data)
    np.testing.assert_allclose(values, theory[:2], rtol=1e-10)
