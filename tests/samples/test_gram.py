"""Networks known by their Gram matrix, against weights trained and kernels built in plain NumPy
from their definitions."""

import math
import re
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import twolayer as tl
from twolayer import Data, GramNetwork, Network, Phase, _derived
from twolayer.samples import factor, gram

EPS = np.finfo(float).eps
FIELDS = ("phase", "curvature", "curvature_error", "peak_loss", "peak_step", "steps")


# Oracles


def output(u, V, X, root=None):
    return X @ u.T @ V / (math.sqrt(len(u)) if root is None else root)


def loss(u, V, X, Y, root=None):
    return ((output(u, V, X, root) - Y) ** 2).sum() / (2 * len(X))


def descend(u, V, X, Y, eta, root=None):
    """One step of gradient descent on the loss; `root` is √n in the caller's numbers."""
    root = math.sqrt(len(u)) if root is None else root
    slope = X.T @ (output(u, V, X, root) - Y) / len(X)
    return u - eta / root * V @ slope.T, V - eta / root * u @ slope


def kernel(u, V, X):
    """JJᵀ/m, J the derivative of each output on each sample by each weight, m·k × n(d + k)."""
    (n, d), k, m = u.shape, V.shape[1], len(X)
    J = np.zeros((m, k, n, d + k))
    for a in range(m):
        for b in range(k):
            J[a, b, :, :d] = np.outer(V[:, b], X[a]) / math.sqrt(n)
            J[a, b, :, d + b] = u @ X[a] / math.sqrt(n)
    J = J.reshape(m * k, -1)
    return J @ J.T / m


def gram_of(u, V):
    M = np.hstack([u, V])
    return M.T @ M / len(M)


def problem(seed, n, d, k, m):
    """Samples and weights."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(m, d)),
        rng.normal(size=(m, k)),
        rng.normal(size=(n, d)),
        rng.normal(size=(n, k)),
    )


sizes = {
    "n": st.integers(1, 12),
    "d": st.integers(1, 5),
    "k": st.integers(1, 3),
    "m": st.integers(1, 8),
}
SHAPES = [
    (1, 1, 1, 1),
    (1, 3, 2, 4),
    (2, 4, 3, 2),
    (7, 2, 1, 5),
    (50, 3, 2, 1),
    (5, 5, 1, 3),
    (300, 2, 4, 30),
]


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


def test_exact_rationals():
    """Weights and a factor of their Gram matrix in fractions, from the samples on: not one bit
    apart. Widths are squares."""
    rng = np.random.default_rng(0)
    draw = lambda *shape: np.array(
        [Fraction(int(i), 4) for i in rng.integers(-8, 9, math.prod(shape))], object
    ).reshape(shape)
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
            assert abs(run.loss[t] / exact - 1) < 8 * (t + 4) * EPS
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


# Random networks


@pytest.mark.parametrize(("n", "d", "k"), [(1, 2, 1), (2, 3, 2), (3, 2, 1), (5, 2, 3), (40, 3, 1)])
def test_random_gram_matrices_have_the_law_of_the_weights(n, d, k):
    """Moments against Wishart's, and the top eigenvalue of the kernel against drawn weights."""
    p, runs = d + k, 8000
    G = GramNetwork.random(n, d, k, size=runs, rng=n).gram
    np.testing.assert_array_equal(G, G.mT)
    rng = np.random.default_rng([n, 7])
    spread = lambda values: 4.5 * values.std(0) / math.sqrt(runs)  # noqa: E731
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
    ("n", "tolerance", "share"),
    [(10, 1e-2, 0.93), (10, 1e-3, 0.96), (1000, 1e-1, 0.75), (1000, 1e-3, 0.99)],
)
def test_the_reported_error_covers_what_is_left(n, tolerance, share):
    """The fast directions are gone long before the slow ones, which go on moving the kernel; and
    not by far: it is twice what they do."""
    rng = np.random.default_rng(1)
    data = Data(rng.normal(size=(50, 5)) * np.logspace(0, -1, 5), rng.normal(size=(50, 2)))
    net = GramNetwork.random(n, 5, 2, size=100, rng=1)
    eta = rng.uniform(0.2, 3, 100) / net.curvature(data)
    ours, whole = (
        net.outcome(data, eta, max_steps=10_000, tolerance=part) for part in (tolerance, 1e-11)
    )
    known = (ours.phase <= Phase.CATAPULT) & (whole.phase <= Phase.CATAPULT)
    apart, error = (
        np.abs(ours.curvature - whole.curvature)[known],
        (ours.curvature_error + whole.curvature_error)[known],
    )
    assert known.mean() > 0.8
    assert (apart <= error).mean() >= share
    assert 1.5 < np.median(error / apart) < 3


def test_what_is_left_is_known_to_first_order():
    """A loss above the floor that is a quarter, a residual half as large, leaves a quarter of the
    estimate's own error."""
    rng = np.random.default_rng(1)
    data = Data(rng.normal(size=(50, 5)), rng.normal(size=(50, 2)))
    net = GramNetwork.random(50, 5, 2, size=30, rng=2)
    eta, now, misses = 0.5 / net.curvature(data), net, []
    end = net.outcome(data, eta, max_steps=20_000, tolerance=1e-16).curvature
    for step in range(41):
        if step in (20, 40):
            state = now._cells(data, eta)[2](np.arange(30), 0)
            misses.append(
                (
                    np.median(np.abs(factor.limit(state, data.spectrum) / eta - end)),
                    np.median(now.loss(data) - data.floor),
                )
            )
        now = now.step(data, eta)
    (coarse, much), (fine, little) = misses
    assert 0.8 < np.log(coarse / fine) / np.log(much / little) < 1.4  # the loss is a square


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
            assert (phase == Phase.CATAPULT) == (run.loss[1, j] > run.loss[0, j])
    assert seen >= {Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT}


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


# Shapes and bits


def equal(one, two, index=...):
    for name in FIELDS if hasattr(one, "phase") else ("loss", "curvature"):
        np.testing.assert_array_equal(
            getattr(one, name), np.asarray(getattr(two, name))[index], err_msg=name, strict=True
        )


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


def test_blocks_change_no_bits(monkeypatch):
    data, net = Data(*problem(3, 1, 3, 2, 6)[:2]), GramNetwork.random(6, 3, 2, size=30, rng=4)
    eta = np.linspace(0.2, 4.5, 30) / net.curvature(data)
    run, end = net.train(data, eta, 9), net.outcome(data, eta, max_steps=300)
    for numbers in (1, 7 * 25, 29 * 25):
        monkeypatch.setattr(gram, "_BLOCK", numbers)
        equal(net.train(data, eta, 9), run)
        equal(net.outcome(data, eta, max_steps=300), end)


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


def test_given_matrices_are_made_symmetric_and_kept():
    matrix = np.array([[1.0, 0.5 + 1e-16], [0.5, 1.0]])
    net = GramNetwork(matrix, 3)
    assert net.gram[0, 1] == net.gram[1, 0]
    np.testing.assert_array_equal(GramNetwork([[2, 1], [1, 2]], 3).gram, [[2.0, 1.0], [1.0, 2.0]])
    one = GramNetwork([[4.0, 2.0], [2.0, 1.0]], 1)  # rank 1: one hidden unit has it
    assert one.map(Data([1.0], [0.0])) == 2.0


# Bad input

SQUARE = r"must be \(\.\.\., p, p\) with p = inputs \+ outputs, at least 2"
NONE = "gram must be positive semi-definite and of rank at most width: no weights have this one"
WHOLE = "a whole number of at least 1, finite"
FINITE = WHOLE


def refuses(message):
    return pytest.raises(ValueError, match=rf"\A{message}\Z")


@pytest.mark.parametrize(
    ("matrix", "width", "message"),
    [
        (1.0, 1, rf"shape of gram = \(\) {SQUARE}"),
        ([[1.0]], 1, rf"shape of gram = \(1, 1\) {SQUARE}"),
        (np.ones((2, 3)), 1, rf"shape of gram = \(2, 3\) {SQUARE}"),
        (np.ones((0, 2, 2)), 1, rf"shape of gram = \(0, 2, 2\) {SQUARE}"),
        (np.eye(2), np.inf, f"width = inf must be {FINITE}"),
        (np.eye(2), 0, f"width = 0.0 must be {WHOLE}"),
        (np.eye(2), 2.5, f"width = 2.5 must be {WHOLE}"),
        (np.eye(2), [4, np.nan], rf"width\[1\] = nan must be {WHOLE}"),
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
        (np.eye(3), 2, NONE),
        (np.eye(2), 1, NONE),
        (np.eye(2), [5, 1], NONE),
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
        with refuses(NONE):
            GramNetwork([[1.0, 1 - offset], [1 - offset, 1.0]], 1)
    GramNetwork([[1.0, 1.0], [1.0, 1.0]], 1)


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
        ({"width": np.inf}, f"width = inf must be {FINITE}"),
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
        with refuses(
            rf"shape of gram = \(3, 3, 3\) must end in inputs \+ outputs of the data, {sizes}, twice"
        ):
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


# Narrow networks: the Gram matrix is singular, and must stay so


@pytest.mark.parametrize("known", ["weights", "gram", "drawn"])
def test_thousands_of_steps_leave_narrow_networks_on_their_weights(known):
    """Three units, six inputs, four outputs and slow directions: a Gram matrix iterated by itself
    turns indefinite here and blows up."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 6)) * [1, 0.7, 0.5, 0.3, 0.2, 0.1]
    data = Data(X, X @ rng.normal(size=(6, 4)) * 0.3 + rng.normal(size=(60, 4)))
    drawn = GramNetwork.random(3, 6, 4, rng=0)
    u, V = np.split(drawn.factor[:, -3:].T * math.sqrt(3), [6], axis=1)
    net = {
        "weights": GramNetwork.from_weights(u, V),
        "gram": GramNetwork(drawn.gram, 3),
        "drawn": drawn,
    }[known]
    eta = 1.5 / net.curvature(data)
    run, theirs = net.train(data, eta, 6000).loss, Network(u, V, data).train(eta, 6000).loss
    np.testing.assert_allclose(run, theirs, rtol=1e-9)
    assert theirs[-1] > 1.001 * data.floor  # too narrow for the best map
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
        ([1.0, 2.0], "shape of factor"), ([[1.0, 2.0]], "shape of factor"), ([[np.nan], [1.0]], r"factor\[0, 0\]"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            GramNetwork.from_factor(bad, 3)
    with pytest.raises(ValueError, match="width"):
        GramNetwork.from_factor([[1.0], [2.0]], np.inf)
