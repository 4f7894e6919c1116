"""Networks known by their Gram matrix, against weights trained and kernels built in plain NumPy
from their definitions."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twolayer as tl
from tests.samples.helpers import (
    FIELDS,
    descend,
    equal,
    gram_of,
    kernel,
    loss,
    output,
    problem,
    refuses,
    sizes,
)
from twolayer import Data, GramNetwork, Network, Phase


def test_the_oracles_agree_with_numerical_derivatives():
    X, Y, u, V = problem(0, 3, 2, 2, 4)
    h, after = 1e-6, descend(u, V, X, Y, 1.0)
    for which, weights in enumerate((u, V)):
        for at in np.ndindex(weights.shape):
            shift = np.zeros(weights.shape)
            shift[at] = h
            up, down = ((u + s * shift, V) if which == 0 else (u, V + s * shift) for s in (1, -1))
            slope = (loss(*up, X, Y) - loss(*down, X, Y)) / (2 * h)
            np.testing.assert_allclose((u, V)[which][at] - after[which][at], slope, atol=1e-8)
    rng = np.random.default_rng(1)
    du, dV = rng.normal(size=u.shape), rng.normal(size=V.shape)
    # the change of the outputs along the gradient of one of them is a column of the kernel
    J = (output(u + h * du, V + h * dV, X) - output(u - h * du, V - h * dV, X)) / (2 * h)
    np.testing.assert_allclose(J, X @ (du.T @ V + u.T @ dV) / math.sqrt(3), atol=1e-8)
    theta = kernel(u, V, X)
    assert theta.shape == (8, 8)
    residual = (output(u, V, X) - Y).reshape(-1)
    tiny = 1e-7
    moved = output(*descend(u, V, X, Y, tiny), X).reshape(-1) - output(u, V, X).reshape(-1)
    np.testing.assert_allclose(moved / tiny, -theta @ residual, rtol=1e-4, atol=1e-5)


# Against weights


@given(seed=st.integers(0, 10**6), part=st.floats(0.05, 1.5), **sizes)
def test_training_is_that_of_the_weights(seed, part, n, d, k, m):
    X, Y, u, V = problem(seed, n, d, k, m)
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    eta = part * 2 / np.linalg.eigvalsh(kernel(u, V, X))[-1]
    run, here = net.train(data, eta, 8), net
    assert run.output is None
    for t in range(9):
        size = max(1.0, np.abs(gram_of(u, V)).max())
        if size > 100 or loss(u, V, X, Y) > 1e4:
            break
        near = 1e-9 * size
        np.testing.assert_allclose(run.loss[t], loss(u, V, X, Y), rtol=1e-9, atol=near)
        np.testing.assert_allclose(
            run.curvature[t], np.linalg.eigvalsh(kernel(u, V, X))[-1], rtol=1e-9, atol=near
        )
        np.testing.assert_allclose(here.gram, gram_of(u, V), atol=near)
        np.testing.assert_allclose(here.map(data), u.T @ V / math.sqrt(n), atol=near * math.sqrt(n))
        np.testing.assert_allclose(here.loss(data), loss(u, V, X, Y), rtol=1e-9, atol=near)
        u, V = descend(u, V, X, Y, eta)
        here = here.step(data, eta)


@given(seed=st.integers(0, 10**6), **sizes)
def test_the_spectrum_is_that_of_the_kernel(seed, n, d, k, m):
    """m·k eigenvalues of the definition: ours, and zeros."""
    X, Y, u, V = problem(seed, n, d, k, m)
    if seed % 3 == 0:
        X[:, -1] = X[:, 0]
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    whole = np.linalg.eigvalsh(kernel(u, V, X))[::-1]
    ours = net.spectrum(data)
    assert ours.shape == (len(data.spectrum) * k,)
    np.testing.assert_allclose(ours, whole[: ours.size], rtol=1e-10, atol=1e-12 * whole[0])
    np.testing.assert_allclose(whole[ours.size :], 0, atol=1e-12 * whole[0])
    np.testing.assert_allclose(net.curvature(data), ours[0], rtol=1e-13)
    np.testing.assert_allclose(Network(u, V, data).curvature, whole[0], rtol=1e-10)


@given(seed=st.integers(0, 10**6), **sizes)
def test_alignment_is_a_cosine_with_the_top_eigenvector(seed, n, d, k, m):
    X, _, u, V = problem(seed, n, d, k, m)
    rng = np.random.default_rng(seed)
    Y = X @ rng.normal(size=(d, k))
    values, vectors = np.linalg.eigh(kernel(u, V, X))
    if len(values) > 1 and values[-1] < 1.01 * values[-2]:
        return
    residual = (output(u, V, X) - Y).reshape(-1)
    cosine = abs(vectors[:, -1] @ residual) / np.linalg.norm(residual)
    np.testing.assert_allclose(
        GramNetwork.from_weights(u, V).alignment(Data(X, Y)), cosine, atol=1e-8
    )


def test_what_no_linear_map_fits_is_left_out_of_the_alignment():
    X, Y = np.array([[1.0], [1.0]]), np.array([[5.0], [-5.0]])
    net = GramNetwork([[1.0, 0.5], [0.5, 1.0]], width=4)
    np.testing.assert_allclose(net.alignment(Data(X, Y)), 1.0, rtol=1e-14)
    assert net.alignment(Data(X, X)) == 0.0  # nothing is left


# Reductions to one sample


@pytest.mark.parametrize("width", [1, 7, 10**12])
def test_one_input_and_output_is_the_spine(width):
    """d = k = 1: η counts c = Σx²/m times, the label is Σxy/Σx², and there is a floor."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 20))
    c, label = x @ x / 20, x @ y / (x @ x)
    floor = np.sum((x * label - y) ** 2) / 40
    data, net = Data(x, y), GramNetwork.random(width, 1, size=30, rng=1)
    f, lam = net.map(data)[:, 0, 0], np.trace(net.gram, axis1=-2, axis2=-1)
    eta = rng.uniform(0.1, 3.5, 30) / lam / c
    ours, spine = net.train(data, eta, 12), tl.simulate(eta * c, lam, f, width, label, steps=12)
    tame = np.maximum.accumulate(spine.loss) < 1e3
    assert tame.mean() > 0.7
    np.testing.assert_allclose(ours.loss[tame], (floor + c * spine.loss)[tame], rtol=1e-9)
    np.testing.assert_allclose(
        ours.curvature[tame], c * spine.curvature[tame], rtol=1e-9, atol=1e-9
    )
    end, said = net.outcome(data, eta), tl.outcome(eta * c, lam, f, width, label)
    np.testing.assert_array_equal(end.phase, said.phase)
    same = said.curvature_error < 1e-9
    np.testing.assert_allclose(end.curvature[same], c * said.curvature[same], rtol=1e-8)
    np.testing.assert_allclose(end.peak_loss[same], floor + c * said.peak_loss[same], rtol=1e-8)


@pytest.mark.parametrize("width", [1, 7, 10**12])
def test_one_sample_is_the_spine(width):
    """m = k = 1: u counts along x alone."""
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=4), 0.7
    data, net, size = (
        Data([x], [y]),
        GramNetwork.random(width, 4, size=30, rng=2),
        np.linalg.norm(x),
    )
    along = x / size @ net.gram[:, :4, :4] @ x / size
    f, lam = (x / size @ net.map(data))[:, 0], along + net.gram[:, 4, 4]
    eta = rng.uniform(0.1, 3.5, 30) / lam / size**2
    ours, spine = (
        net.train(data, eta, 12),
        tl.simulate(eta * size**2, lam, f, width, y / size, steps=12),
    )
    tame = np.maximum.accumulate(spine.loss) < 1e3
    np.testing.assert_allclose(
        np.sqrt(ours.loss[tame]), size * np.sqrt(spine.loss[tame]), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        ours.curvature[tame], size**2 * spine.curvature[tame], rtol=1e-9, atol=1e-9
    )
    np.testing.assert_array_equal(
        net.outcome(data, eta).phase, tl.outcome(eta * size**2, lam, f, width, y / size).phase
    )


def test_one_hidden_unit_on_white_inputs_diverges_above_four():
    """n = 1, XᵀX/m = I, labels 0: η_max = 4/λ₀ for every number of inputs and outputs."""
    for d, k in ((1, 1), (3, 1), (2, 3)):
        data = Data(np.sqrt(d) * np.eye(d), np.zeros((d, k)))
        net = GramNetwork.random(1, d, k, size=20, rng=d)
        lam = net.curvature(data)
        np.testing.assert_allclose(lam, np.trace(net.gram, axis1=-2, axis2=-1), rtol=1e-12)
        below, above = (
            net.outcome(data, part / lam, max_steps=1000).phase for part in (3.99, 4.01)
        )
        assert (below != Phase.DIVERGENT).all()
        assert (below <= Phase.CATAPULT).mean() > 0.8
        assert (above == Phase.DIVERGENT).all()


# Laws


@given(seed=st.integers(0, 10**6), **sizes)
def test_turns_of_inputs_and_outputs_change_nothing(seed, n, d, k, m):
    X, Y, u, V = problem(seed, n, d, k, m)
    rng = np.random.default_rng(seed)
    turn, twist = (np.linalg.qr(rng.normal(size=(size, size)))[0] for size in (d, k))
    net = GramNetwork.from_weights(u, V)
    eta = 1.2 / net.curvature(Data(X, Y))
    run = net.train(Data(X, Y), eta, 6)
    whole = np.linalg.qr(rng.normal(size=(n, n)))[0]
    others = {
        "inputs": ((X @ turn, Y), (u @ turn, V)),
        "outputs": ((X, Y @ twist), (u, V @ twist)),
        "order of outputs": ((X, Y[:, ::-1]), (u, V[:, ::-1])),
        "signs": ((X, -Y), (u, -V)),
        "signs of inputs": ((-X, Y), (-u, V)),
        "hidden units": ((X, Y), (whole @ u, whole @ V)),
    }
    tame = np.maximum.accumulate(np.maximum(run.loss, run.curvature)) < 100
    for name, (samples, weights) in others.items():
        other = GramNetwork.from_weights(*weights).train(Data(*samples), eta, 6)
        np.testing.assert_allclose(
            other.loss[tame], run.loss[tame], rtol=1e-7, atol=1e-9, err_msg=name
        )
        np.testing.assert_allclose(
            other.curvature[tame], run.curvature[tame], rtol=1e-7, atol=1e-9, err_msg=name
        )


@given(seed=st.integers(0, 10**6), power=st.integers(-6, 6), other=st.integers(-6, 6), **sizes)
def test_units(seed, power, other, n, d, k, m):
    """Inputs in units of c and weights of s: f counts c·s², λ counts c²s², η counts 1/(c²s²).
    Powers of two: the same bits."""
    X, Y, u, V = problem(seed, n, d, k, m)
    c, s = 2.0**power, 2.0**other
    net, scaled = GramNetwork.from_weights(u, V), GramNetwork.from_weights(s * u, s * V)
    data, moved = Data(X, Y), Data(c * X, c * s * s * Y)
    eta = 1.3 / net.curvature(data)
    run, there = net.train(data, eta, 5), scaled.train(moved, eta / (c * s) ** 2, 5)
    fine = np.isfinite(run.loss)
    np.testing.assert_allclose(
        there.loss[fine], run.loss[fine] * (c * s * s) ** 2, rtol=1e-9 if fine.all() else np.inf
    )
    np.testing.assert_allclose(
        there.curvature[fine],
        run.curvature[fine] * (c * s) ** 2,
        rtol=1e-9 if fine.all() else np.inf,
    )
    end, again = (
        net.outcome(data, eta, max_steps=50),
        scaled.outcome(moved, eta / (c * s) ** 2, max_steps=50),
    )
    assert end.phase == again.phase


@given(seed=st.integers(0, 10**6), steps=st.integers(0, 4), **sizes)
def test_runs_compose(seed, steps, n, d, k, m):
    X, Y, u, V = problem(seed, n, d, k, m)
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    eta = 0.9 / net.curvature(data)
    for start in (net, net.linearized):
        run, here = start.train(data, eta, steps + 3), start
        for _ in range(steps):
            here = here.step(data, eta)
        assert here.linear == start.linear
        rest = here.train(data, eta, 3)
        scale = max(1.0, *(part[np.isfinite(part)].max() for part in (run.loss, run.curvature)))
        np.testing.assert_allclose(rest.loss, run.loss[steps:], rtol=1e-8, atol=1e-11 * scale)
        np.testing.assert_allclose(
            rest.curvature, run.curvature[steps:], rtol=1e-8, atol=1e-11 * scale
        )


@given(seed=st.integers(0, 10**6), **sizes)
def test_a_step_multiplies_the_determinant(seed, n, d, k, m):
    """M′ = MA, so det G′ = det G · det A², and the rank never grows."""
    X, Y, u, V = problem(seed, n, d, k, m)
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    eta = 0.7 / net.curvature(data)
    slope = eta / math.sqrt(n) * X.T @ (output(u, V, X) - Y) / m
    A = np.block([[np.eye(d), -slope], [-slope.T, np.eye(k)]])
    after = net.step(data, eta).gram
    np.testing.assert_allclose(
        after, A.T @ net.gram @ A, atol=1e-12 * max(1, np.abs(net.gram).max())
    )
    scale = np.prod(np.abs(np.linalg.eigvalsh(net.gram)).clip(1))
    np.testing.assert_allclose(
        np.linalg.det(after),
        np.linalg.det(net.gram) * np.linalg.det(A) ** 2,
        rtol=1e-6,
        atol=1e-8 * scale,
    )
    GramNetwork(after, n)  # still one that weights of this width have


@given(seed=st.integers(0, 10**6), **sizes)
def test_the_linearised_network_follows_its_kernel(seed, n, d, k, m):
    """Residual (I − ηΘ)ᵗ times its start; the kernel stands still, and spectrum, map and loss at
    the start are those of the network."""
    X, Y, u, V = problem(seed, n, d, k, m)
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    theta = kernel(u, V, X)
    eta = 1.7 / np.linalg.eigvalsh(theta)[-1]
    residual = (output(u, V, X) - Y).reshape(-1)
    run, here = net.linearized.train(data, eta, 5), net.linearized
    for t in range(6):
        np.testing.assert_allclose(
            run.loss[t], residual @ residual / (2 * m), rtol=1e-9, atol=1e-11
        )
        np.testing.assert_allclose(here.loss(data), run.loss[t], rtol=1e-9, atol=1e-11)
        residual = residual - eta * theta @ residual
        here = here.step(data, eta)
    np.testing.assert_allclose(run.curvature, np.linalg.eigvalsh(theta)[-1], rtol=1e-10)
    np.testing.assert_allclose(here.spectrum(data), net.spectrum(data), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        GramNetwork(net.gram, n, linear=True).train(data, eta, 5).loss,
        run.loss,
        rtol=1e-9,
        atol=1e-11,
    )
    assert not net.linear


def test_great_width_is_the_linearised_network():
    data = Data(*problem(0, 1, 3, 2, 5)[:2])
    errors = []
    start = GramNetwork.random(10**6, 3, 2, rng=0)
    cross = start.map(data)
    for n in (1e8, 1e10, 1e12):
        matrix = start.gram.copy()
        matrix[:3, 3:] = cross / np.sqrt(n)
        matrix[3:, :3] = matrix[:3, 3:].T
        net = GramNetwork(matrix, n)
        run, limit = (one.train(data, 0.2, 10) for one in (net, net.linearized))
        errors.append(np.abs(run.loss - limit.loss).max())
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 100, rtol=0.05)


@pytest.mark.parametrize("linear", [False, True])
def test_a_network_at_the_solution_stays(linear):
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]])  # XᵀX/m = 3/4
    net = GramNetwork(np.array([[2.0, 0.5, 0.25], [0.5, 2.0, 0.5], [0.25, 0.5, 1.0]]), 4, linear)
    data = Data(X, X @ [[0.5], [1.0]])
    np.testing.assert_allclose(net.map(data), [[0.5], [1.0]], rtol=1e-15)
    run = net.train(data, 0.5, 20)
    np.testing.assert_allclose(run.loss, 0, atol=1e-30)
    np.testing.assert_allclose(run.curvature, net.curvature(data), rtol=1e-14)
    np.testing.assert_allclose(net.step(data, 0.5).gram, net.gram, rtol=1e-14)
    # V = 0 and no labels
    flat = GramNetwork(np.diag([1.0, 1.0, 0.0]), 4).train(Data(X, np.zeros(4)), 0.5, 5)
    assert (flat.loss == 0).all()
    np.testing.assert_allclose(flat.curvature, 0.75, rtol=1e-15)


def test_the_floor_is_added_and_nothing_else():
    X, Y, u, V = problem(5, 6, 2, 2, 9)
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    one, two = net.train(data, 0.2, 30), net.train(data.fitted, 0.2, 30)
    np.testing.assert_array_equal(one.curvature, two.curvature)
    np.testing.assert_allclose(one.loss, two.loss + data.floor, rtol=1e-14)
    assert net.loss(data) == net.loss(data.fitted) + data.floor
    end, fitted = net.outcome(data, 0.2), net.outcome(data.fitted, 0.2)
    for name in set(FIELDS) - {"peak_loss"}:
        assert getattr(end, name) == getattr(fitted, name)
    assert end.peak_loss == pytest.approx(fitted.peak_loss + data.floor, rel=1e-15)


# How training ends


@pytest.mark.parametrize(("n", "d", "k", "m"), [(1, 2, 1, 4), (5, 3, 2, 8), (60, 2, 2, 3)])
def test_networks_end_as_their_weights_do(n, d, k, m):
    rng = np.random.default_rng([n, d, k])
    data, runs = Data(rng.normal(size=(m, d)), rng.normal(size=(m, k))), 60
    u, V = rng.normal(size=(runs, n, d)), rng.normal(size=(runs, n, k))
    net, judge = GramNetwork.from_weights(u, V), Network(u, V, data)
    eta = rng.uniform(0.2, 4.4, runs) / net.curvature(data)
    ours, theirs = net.outcome(data, eta, max_steps=3000), judge.outcome(eta, max_steps=3000)
    known = (theirs.phase <= Phase.CATAPULT) & (
        np.fmax(ours.curvature_error, theirs.curvature_error) < 1e-4
    )
    surely = known | (theirs.phase == Phase.DIVERGENT) & (theirs.steps < 40)
    assert surely.mean() > 0.7
    for name in ("phase", "peak_step"):
        np.testing.assert_array_equal(
            getattr(ours, name)[surely], getattr(theirs, name)[surely], err_msg=name
        )
    np.testing.assert_allclose(ours.peak_loss[known], theirs.peak_loss[known], rtol=1e-7)
    np.testing.assert_allclose(ours.curvature[known], theirs.curvature[known], rtol=1e-4)
    calm = known & (ours.peak_step == 0) & (eta * theirs.curvature < 1.5)
    assert calm.sum() > 10
    np.testing.assert_array_equal(ours.steps[calm], theirs.steps[calm])
    np.testing.assert_allclose(ours.curvature[calm], theirs.curvature[calm], rtol=1e-9)
    decided = (theirs.phase <= Phase.CATAPULT) & (ours.phase <= Phase.CATAPULT)
    apart = np.abs(ours.curvature[decided] - theirs.curvature[decided])
    assert (
        apart <= 2 * (ours.curvature_error + theirs.curvature_error)[decided] + 1e-13
    ).mean() > 0.95


@pytest.mark.parametrize("tolerance", [1e-12, 1e-6, 0.3])
def test_an_outcome_is_read_off_its_trajectory(tolerance):
    X, Y, *_ = problem(2, 1, 2, 1, 6)
    data, net = Data(X, Y), GramNetwork.random(4, 2, size=40, rng=3)
    eta = np.random.default_rng(1).uniform(0.1, 5, 40) / net.curvature(data)
    run, end = net.train(data, eta, 400), net.outcome(data, eta, max_steps=400, tolerance=tolerance)
    seen = set()
    for j in range(40):
        rest = run.loss[:, j] - data.floor
        here = np.flatnonzero(
            (rest <= tolerance * rest[0] * (1 + 1e-3)) & (eta[j] * run.curvature[:, j] < 2)
        )
        there = np.flatnonzero(
            (rest <= tolerance * rest[0] * (1 - 1e-3)) & (eta[j] * run.curvature[:, j] < 2)
        )
        gone = np.flatnonzero(~np.isfinite(run.loss[:, j]))
        phase = Phase(end.phase[j])
        seen.add(phase)
        if phase == Phase.DIVERGENT:
            assert end.steps[j] == end.peak_step[j] == gone[0]
            assert np.isinf([end.peak_loss[j], end.curvature[j]]).all()
        elif phase == Phase.UNDECIDED:
            assert gone.size == there.size == 0
            assert (end.steps[j], np.isnan(end.curvature[j])) == (400, True)
        else:
            assert here[0] <= end.steps[j] <= there[0] if there.size else here.size
            steps = end.steps[j]
            np.testing.assert_allclose(end.curvature[j], run.curvature[steps, j], rtol=1e-12)
            np.testing.assert_allclose(end.peak_loss[j], run.loss[: steps + 1, j].max(), rtol=1e-12)
            assert end.peak_step[j] == run.loss[: steps + 1, j].argmax()
            raised = rest[: steps + 1].max() > rest[0] * (1 + 1e-12)
            assert (phase == Phase.CATAPULT) == raised
    assert seen >= {Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT}


def test_a_rise_at_any_step_is_a_catapult_where_other_directions_hide_it():
    """The first step lowers the loss to 6 % of its start, and it peaks at 621 times that."""
    data = Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    net = Network.random(10**4, rng=6, data=data)
    eta = np.array([0.9, 2.5]) / net.curvature
    for some in (net, GramNetwork.from_weights(net.u, net.v)):
        given = (data,) if isinstance(some, GramNetwork) else ()
        loss = some.train(*given, eta, 60).loss
        assert loss[1, 1] < 0.07 * loss[0, 1] < loss[0, 1] < loss[:, 1].max() / 600
        assert (np.diff(loss[:, 0]) < 1e-15).all()
        assert some.outcome(*given, eta).phase.tolist() == [Phase.LAZY, Phase.CATAPULT]


@pytest.mark.parametrize("direction", [[1.0], [2.0, -1.0, 0.5]])
def test_where_one_sample_is_exact_the_first_step_tells(direction):
    """The loss falls at the first step and peaks at 1.4 times its start: LAZY, as `outcome` says of
    the equal network of one sample."""
    X = np.outer([1.0, -0.5, 2.0], direction)
    data, square = Data(X, X[:, 0] / direction[0]), np.sum(np.square(direction))
    u, v = (np.sqrt(2.5) + np.array([1, -1]) * np.sqrt(1.5)) / 2
    x = np.array(direction) / np.sqrt(square)
    net = Network(u * x[None], [[v]], data)
    eta = 0.9 / data.spectrum[0]
    label = 1 / np.sqrt(square)
    output = u * v
    start = u**2 + v**2, output, 1, data.solution[0, 0] * np.sign(x @ data.directions[:, 0])
    assert abs(start[-1]) == pytest.approx(label)
    said = tl.outcome(0.9, *start)
    for end in (net.outcome(eta), GramNetwork.from_weights(net.u, net.v).outcome(data, eta)):
        assert (end.phase, end.peak_step, end.steps) == (said.phase, said.peak_step, said.steps)
    if direction == [1.0]:
        assert (said.phase, said.peak_step > 1) == (Phase.LAZY, True)


def test_the_budget():
    data, net = Data([[1.0, 0.0], [0.0, 1e-3]], [1.0, 1.0]), GramNetwork.random(50, 2, rng=0)
    end = net.outcome(data, 0.1, max_steps=30)
    assert (end.phase, end.steps) == (Phase.UNDECIDED, 30)
    assert np.isnan([end.curvature, end.curvature_error]).all()
    assert net.outcome(data, 0.1, max_steps=0).phase == Phase.UNDECIDED
    assert net.train(data, 0.1, 0).loss.shape == (1,)


def test_the_linearised_network_diverges_above_two():
    data, net = Data(*problem(1, 1, 3, 2, 5)[:2]), GramNetwork.random(20, 3, 2, rng=1).linearized
    lam = net.curvature(data)
    assert net.outcome(data, np.array([2.05, 2.5]) / lam).phase.tolist() == [3, 3]
    assert net.outcome(data, 1.9 / lam).phase <= Phase.CATAPULT
    assert net.outcome(data, 1.9 / lam).curvature == pytest.approx(lam, rel=1e-14)


def test_runs_that_overflow_are_infinite_without_a_warning():
    for k in (1, 3):
        data, net = Data(*problem(1, 1, 3, k, 5)[:2]), GramNetwork.random(20, 3, k, size=4, rng=1)
        run = net.train(data, np.array([5.0, 9.0, 50.0, 1e6]) / net.curvature(data), 80)
        for rows in (run.loss, run.curvature):
            assert (rows[-1] == np.inf).all()
            assert not np.isnan(rows).any()
        end = net.outcome(data, 1e3)
        assert (end.phase == Phase.DIVERGENT).all()
        assert np.isinf([end.curvature, end.peak_loss]).all()
        assert np.isnan(end.curvature_error).all()
        here = net
        for _ in range(8):
            here = here.step(data, 1e6)
        assert not np.isfinite(here.loss(data)).any()
        assert np.isinf(here.curvature(data)).all()
        assert np.isinf(here.spectrum(data)).all()
        assert np.isnan(here.alignment(data)).all()
        assert not np.isfinite(here.train(data, 0.1, 3).loss).any()
        assert (here.outcome(data, 0.1).phase == Phase.DIVERGENT).all()


@pytest.mark.parametrize(("d", "k"), [(1, 1), (3, 1), (2, 3), (10, 1)])
@pytest.mark.parametrize("linear", [False, True])
def test_batches_broadcast_and_a_single_run_has_their_bits(d, k, linear):
    data = Data(*problem(3, 1, d, k, d + 3)[:2])
    net = GramNetwork.random([[4], [10**9]], d, k, size=(2, 3), rng=4)
    net = net.linearized if linear else net
    eta = np.array([0.3, 1.3, 2.3])[:, None, None] / net.curvature(data).max()
    run, end = net.train(data, eta, 7), net.outcome(data, eta, max_steps=200)
    assert run.loss.shape == run.curvature.shape == (8, 3, 2, 3)
    assert {np.shape(getattr(end, name)) for name in FIELDS} == {(3, 2, 3)}
    for i, j, t in np.ndindex(2, 3, 3):
        one, rate = GramNetwork(net.gram[i, j], float(net.width[i, 0]), linear), float(eta[t, 0, 0])
        alone = one.outcome(data, rate, max_steps=200)
        assert isinstance(alone.phase, Phase)
        for name in FIELDS:
            assert np.shape(getattr(alone, name)) == ()
            np.testing.assert_array_equal(
                getattr(alone, name), getattr(end, name)[t, i, j], err_msg=name
            )
        trained = one.train(data, rate, 7)
        assert trained.loss.shape == (8,)
        np.testing.assert_array_equal(trained.loss, run.loss[:, t, i, j])
        np.testing.assert_array_equal(trained.curvature, run.curvature[:, t, i, j])
        for name in ("loss", "curvature", "alignment", "spectrum", "map"):
            np.testing.assert_array_equal(
                getattr(one, name)(data), getattr(net, name)(data)[i, j], err_msg=name
            )
        np.testing.assert_array_equal(one.step(data, rate).gram, net.step(data, eta).gram[t, i, j])


def test_shapes_of_rates_widths_and_networks():
    data, net = Data(*problem(3, 1, 2, 1, 6)[:2]), GramNetwork.random(6, 2, rng=4)
    assert net.loss(data).shape == ()
    assert isinstance(net.loss(data), float)
    assert isinstance(net.curvature(data), float)
    assert isinstance(net.alignment(data), float)
    assert net.outcome(data, np.empty((0, 2))).phase.shape == (0, 2)
    assert net.train(data, np.empty((0, 2)), 3).loss.shape == (4, 0, 2)
    none = GramNetwork.random(6, 2, size=(0,), rng=4)
    assert none.outcome(data, 0.1).phase.shape == (0,)
    assert none.loss(data).shape == none.curvature(data).shape == (0,)
    widths = GramNetwork(net.gram, [6, 60, 10**9])
    assert widths.map(data).shape == (3, 2, 1)
    assert widths.loss(data).shape == (3,)
    assert widths.step(data, [[0.1], [0.2]]).gram.shape == (2, 3, 3, 3)
    ends = widths.outcome(data, [[0.1], [0.2]])
    assert ends.phase.shape == (2, 3)
    for j, n in enumerate((6, 60, 10**9)):
        equal(GramNetwork(net.gram, n).outcome(data, [0.1, 0.2]), ends, np.s_[:, j])


def test_weights_batch_and_are_left_alone():
    X, Y, u, V = problem(3, 5, 2, 3, 6)
    many = GramNetwork.from_weights(np.stack([u, 2 * u]), np.stack([V, -V]))
    np.testing.assert_allclose(many.gram[0], gram_of(u, V), rtol=1e-14)
    np.testing.assert_allclose(many.gram[1], gram_of(2 * u, -V), rtol=1e-14)
    assert many.width == 5.0
    before = many.gram.copy()
    many.train(Data(X, Y), 0.1, 3)
    many.outcome(Data(X, Y), 0.1)
    many.step(Data(X, Y), 0.1)
    np.testing.assert_array_equal(many.gram, before)
    with pytest.raises(AttributeError, match="gram"):
        many.gram = 3
    assert many != GramNetwork(many.gram, 5)


RATE = "must be positive and finite"


METHODS = {
    "train": lambda net, data, eta=0.1, steps=3: net.train(data, eta, steps),
    "outcome": lambda net, data, eta=0.1, **options: net.outcome(data, eta, **options),
    "step": lambda net, data, eta=0.1: net.step(data, eta),
}


@pytest.mark.parametrize("method", METHODS)
def test_bad_rates(method):
    data, net = Data([[1.0, 2.0]], [1.0]), GramNetwork.random(5, 2, size=3, rng=0)
    for eta, message in (
        (0, f"eta = 0.0 {RATE}"),
        (-1.0, f"eta = -1.0 {RATE}"),
        ([0.1, np.nan, 1], rf"eta\[1\] = nan {RATE}"),
        (np.inf, f"eta = inf {RATE}"),
        (None, "eta = None must be a real number or an array of them"),
        ([0.1, 0.2], r"shapes must broadcast: eta \(2,\), networks \(3,\).*"),
    ):
        with refuses(message):
            METHODS[method](net, data, eta=eta)


@pytest.mark.parametrize("method", [*METHODS, "loss", "curvature", "spectrum", "alignment", "map"])
def test_data_of_other_sizes(method):
    net = GramNetwork.random(5, 2, size=3, rng=0)
    run = METHODS.get(method, lambda net, data: getattr(net, method)(data))
    for data in (
        Data([1.0], [1.0]),
        Data([[1.0, 2.0]], [[1.0, 2.0]]),
        Data([[1.0, 2.0, 3.0]], [1.0]),
    ):
        sizes = rf"{data.inputs} \+ {data.outputs}"
        ends = rf"inputs \+ outputs of the data, {sizes}, twice"
        with refuses(rf"shape of gram = \(3, 3, 3\) must end in {ends}"):
            run(net, data)


@pytest.mark.parametrize(
    ("method", "bad", "message"),
    [
        ("train", {"steps": -1}, "steps = -1 must be a whole number of at least 0"),
        ("train", {"steps": 1.0}, "steps = 1.0 must be a whole number of at least 0"),
        ("outcome", {"max_steps": -1}, "max_steps = -1 must be a whole number of at least 0"),
        ("outcome", {"max_steps": None}, "max_steps = None must be a whole number of at least 0"),
        *(
            (
                "outcome",
                {"tolerance": value},
                f"tolerance = {float(value)!r} must be above 0 and below 1",
            )
            for value in (0, 1, -0.5, np.nan)
        ),
        ("outcome", {"tolerance": [0.1]}, r"tolerance = \[0.1\] must be a single number"),
        (
            "outcome",
            {"tolerance": "a"},
            "tolerance = 'a' must be a real number or an array of them",
        ),
    ],
)
def test_bad_budgets_and_tolerances(method, bad, message):
    with refuses(message):
        METHODS[method](GramNetwork.random(5, 2, rng=0), Data([[1.0, 2.0]], [1.0]), **bad)


@pytest.mark.parametrize("method", [*METHODS, "loss", "curvature", "spectrum", "alignment", "map"])
def test_what_is_no_data(method):
    net = GramNetwork.random(5, 1, rng=0)
    run = METHODS.get(method, lambda net, data: getattr(net, method)(data))
    with refuses(f"data = {re.escape('[1.0]')} must be a Data object"):
        run(net, [1.0])


def test_the_curvature_only_where_it_is_looked_at():
    data, net = Data(np.eye(2), [1.0, 2.0]), GramNetwork.random(9, 2, size=3, rng=0)
    whole, seen = (net.train(data, [0.5, 0.9, 9.0], 60, looks) for looks in (None, {0, 7}))
    np.testing.assert_array_equal(seen.loss, whole.loss)
    np.testing.assert_array_equal(seen.curvature[[0, 7]], whole.curvature[[0, 7]])
    rest = np.delete(seen.curvature, [0, 7], axis=0)
    assert np.isnan(rest[:, :2]).all()
    assert set(rest[-9:, 2]) == {np.inf}  # it has overflowed


# which directions catapult


@pytest.mark.parametrize("k", [1, 2])
def test_the_first_step_grows_the_residual_along_the_eigenvectors_of_eigenvalues_above_two_over_eta(
    k,
):
    n, d, m, rng = 200_000, 3, 5, np.random.default_rng(2)
    X, Y = rng.normal(size=(m, d)) * [1.0, 2.0, 0.5], rng.normal(size=(m, k))
    u, V = rng.normal(size=(n, d)), rng.normal(size=(n, k))
    data, net = Data(X, Y), GramNetwork.from_weights(u, V)
    kernel = (np.kron(X @ X.T, V.T @ V) + np.kron(X @ (u.T @ u) @ X.T, np.eye(k))) / (n * m)
    theta, vectors = np.linalg.eigh(kernel)
    theta, vectors = theta[::-1][: d * k], vectors[:, ::-1][:, : d * k]
    spectrum = net.spectrum(data)
    np.testing.assert_allclose(spectrum, theta, rtol=1e-10)
    for between in range(d * k - 1):
        eta = 2 / np.sqrt(spectrum[between] * spectrum[between + 1])
        if spectrum[between + 1] > 0.98 * spectrum[between]:
            continue  # too close to tell apart at this width
        before, after = (
            vectors.T @ (X @ other.map(data) - Y).reshape(-1)
            for other in (net, net.step(data, eta))
        )
        np.testing.assert_allclose(
            after, (1 - eta * theta) * before, rtol=2e-3, atol=1e-3 * np.abs(before).max()
        )
        np.testing.assert_array_equal(np.abs(after) > np.abs(before), eta > 2 / spectrum)


def test_networks_that_no_step_moves():
    """The map is the best one to the last bit: with a floor, at several rates."""
    data = Data([1.0, 1.0], [1.0, 3.0])
    net = GramNetwork([[2.0, 1.0], [1.0, 2.0]], width=4)  # B = √4·1 = 2
    end = net.outcome(data, np.array([0.5, 1.5, 5.0]) / 4)
    assert end.phase.tolist() == [Phase.LAZY, Phase.LAZY, Phase.UNDECIDED]
    np.testing.assert_allclose(end.curvature, 4.0, rtol=1e-15)
    for field in (end.curvature_error, end.steps, end.peak_step):
        np.testing.assert_array_equal(field, 0)
    np.testing.assert_array_equal(end.peak_loss, data.floor)


def test_steps_after_an_overflow_do_not_warn():
    data, net = Data([1.0, 2.0], [1.0, 2.0]), GramNetwork([[1.0, 0.0], [0.0, 1.0]], width=4)
    for _ in range(12):
        net = net.step(data, 1e3)
    assert not np.isfinite(net.gram).all()
    assert np.isnan(net.alignment(data))
