"""Passes through the layers against the definition: complex steps, mpmath, finite differences,
other frameworks, and each other."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twolayer as tl
from tests.deep.helpers import ACTIVATIONS, LOSSES, jacobian, loss, outputs, problem

TINY = 1e-30  # of a complex step: no difference is taken, so it costs no digits
CASES = [
    pytest.param(widths, activation, biases, id=f"{widths}-{activation}-{biases}")
    for widths in ((3, 4, 1), (3, 5, 4, 2), (1, 1, 1), (2, 3, 1, 4, 3))
    for activation in ACTIVATIONS
    for biases in (False, True)
]
SMOOTH = [case for case in CASES if case.values[1] != "relu"]
cases = pytest.mark.parametrize(("widths", "activation", "biases"), CASES)
smooth = pytest.mark.parametrize(("widths", "activation", "biases"), SMOOTH)


@cases
def test_outputs_are_those_of_the_definition(widths, activation, biases):
    net, samples = problem(0, widths, activation=activation, biases=biases)
    expected = outputs(net.parameters, widths, biases, activation, samples.X)
    np.testing.assert_allclose(net(samples.X), expected, rtol=1e-13, atol=1e-15)
    assert net(samples.X).shape == (5, widths[-1])
    assert net.size == net.parameters.size


@smooth
@pytest.mark.parametrize("named", ["half-mean", "mse"])
def test_gradient_and_jvp_are_complex_steps(widths, activation, biases, named):
    net, samples = problem(1, widths, activation=activation, biases=biases, loss=named)
    row, basis = net.parameters, np.eye(net.size)
    steps = [loss(row + 1j * TINY * unit, net, samples).imag / TINY for unit in basis]
    np.testing.assert_allclose(net.gradient(samples), steps, rtol=1e-12, atol=1e-14)
    moved = [
        outputs(row + 1j * TINY * unit, widths, biases, activation, samples.X).imag.ravel() / TINY
        for unit in basis
    ]
    np.testing.assert_allclose(jacobian(net, samples.X).T, moved, rtol=1e-12, atol=1e-14)


@cases
def test_the_passes_differentiate_each_other(widths, activation, biases):
    """ReLU, which no complex number passes, by a difference away from its kinks."""
    net, samples = problem(2, widths, activation=activation, biases=biases)
    rng = np.random.default_rng(3)
    direction, row = rng.normal(size=net.size), net.parameters
    if activation == "relu":
        h = 2.0**-20
        ends = (net.with_parameters(row + s * h * direction)(samples.X) for s in (1, -1))
        moved, accuracy = (next(ends) - next(ends)) / (2 * h), 1e-8
    else:
        layers = net._architecture.layers(row + 1j * TINY * direction)
        moved, accuracy = layers.forward(samples.X)[1].imag / TINY, 1e-13
    np.testing.assert_allclose(net.jvp(samples.X, direction), moved, rtol=accuracy, atol=accuracy)


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("widths", [(3, 4, 1), (3, 5, 4, 2)])
def test_the_gradient_of_relu_is_a_finite_difference_away_from_kinks(widths, biases):
    net, samples = problem(4, widths, activation="relu", biases=biases)
    row, h = net.parameters, 1e-5
    steps = [
        (loss(row + h * unit, net, samples) - loss(row - h * unit, net, samples)) / (2 * h)
        for unit in np.eye(net.size)
    ]
    np.testing.assert_allclose(net.gradient(samples), steps, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", ["linear", "tanh"])
def test_the_gradient_in_fifty_digits(activation):
    net, samples = problem(5, (2, 2, 2, 1), m=2, activation=activation, biases=True)

    class Numbers:
        tanh = staticmethod(np.vectorize(mpmath.tanh, otypes=[object]))

    def exact(row):
        return loss(row, net, exact_samples, Numbers)

    with mpmath.workdps(50):
        big = np.vectorize(mpmath.mpf, otypes=[object])
        exact_samples = type("S", (), {"X": big(samples.X), "Y": big(samples.Y)})
        exact_samples.loss = samples.loss
        h = mpmath.mpf(10) ** -20
        row, basis = big(net.parameters), big(np.eye(net.size))
        steps = [float((exact(row + h * e) - exact(row - h * e)) / (2 * h)) for e in basis]
    # √2 of the definition is a float64
    np.testing.assert_allclose(net.gradient(samples), steps, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("named", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_torch_has_the_same_gradient(activation, named):
    torch = pytest.importorskip("torch")
    net, samples = problem(6, (3, 6, 5, 2), 7, activation, biases=True, loss=named)
    parts = [torch.tensor(part, requires_grad=True) for part in (*net.weights, *net.biases)]
    weights, biases = parts[:3], parts[3:]
    signal = torch.tensor(samples.X)
    function = {"linear": lambda a: a, "relu": torch.relu, "tanh": torch.tanh}[activation]
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        signal = function(signal) if layer else signal
        signal = torch.nn.functional.linear(signal, weight / math.sqrt(weight.shape[1]), bias)
    squares = (signal - torch.tensor(samples.Y)) ** 2
    value = {
        "half-mean": squares.sum(1).mean() / 2,
        "mean": squares.sum(1).mean(),
        "mse": squares.mean(),
        "half-mse": squares.mean() / 2,
        "sum": squares.sum(),
        "half-sum": squares.sum() / 2,
    }[named]
    value.backward()
    assert net.loss(samples) == pytest.approx(value.item(), rel=1e-13)
    expected = [
        part.grad.numpy().ravel() for pair in zip(weights, biases, strict=True) for part in pair
    ]
    np.testing.assert_allclose(
        net.gradient(samples), np.concatenate(expected), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_jax_has_the_same_products(activation):
    jax = pytest.importorskip("jax")
    net, samples = problem(7, (3, 6, 5, 2), 7, activation, biases=True)
    rng = np.random.default_rng(0)
    direction, pull = rng.normal(size=net.size), rng.normal(size=(7, 2))

    def f(row):
        return outputs(row, net.widths, True, activation, samples.X, jax.numpy)

    with jax.enable_x64(True):
        row = jax.numpy.asarray(net.parameters)
        value, move = jax.jvp(f, (row,), (jax.numpy.asarray(direction),))
        (back,) = jax.vjp(f, row)[1](jax.numpy.asarray(pull))
    np.testing.assert_allclose(net(samples.X), value, rtol=1e-13)
    np.testing.assert_allclose(net.jvp(samples.X, direction), move, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(net.vjp(samples.X, pull), back, rtol=1e-12, atol=1e-14)


@given(
    widths=st.lists(st.integers(1, 6), min_size=3, max_size=5),
    m=st.integers(1, 6),
    activation=st.sampled_from(ACTIVATIONS),
    biases=st.booleans(),
    seed=st.integers(0, 99),
)
def test_the_two_products_are_adjoint_and_linear(widths, m, activation, biases, seed):
    net, samples = problem(seed, widths, m, activation, biases)
    rng = np.random.default_rng(seed)
    (v, v2), (w, w2) = rng.normal(size=(2, net.size)), rng.normal(size=(2, m, widths[-1]))
    J = jacobian(net, samples.X)
    size = np.linalg.norm(J)
    forward, back = net.jvp(samples.X, v), net.vjp(samples.X, w)
    assert np.vdot(w, forward) == pytest.approx(
        np.vdot(back, v), abs=1e-14 * size * np.linalg.norm(v) * np.linalg.norm(w)
    )
    np.testing.assert_allclose(J @ v, forward.ravel(), atol=1e-13 * (1 + size))
    np.testing.assert_allclose(w.ravel() @ J, back, atol=1e-13 * (1 + size))
    both = net.vjp(samples.X, 2 * w - w2)
    np.testing.assert_allclose(both, 2 * back - net.vjp(samples.X, w2), atol=1e-13 * (1 + size))
    both = net.jvp(samples.X, 2 * v - v2)
    np.testing.assert_allclose(both, 2 * forward - net.jvp(samples.X, v2), atol=1e-12 * (1 + size))


@given(
    widths=st.lists(st.integers(1, 6), min_size=3, max_size=5),
    m=st.integers(1, 6),
    activation=st.sampled_from(ACTIVATIONS),
    biases=st.booleans(),
    seed=st.integers(0, 99),
)
def test_the_kernel_is_jacobian_times_its_transpose(widths, m, activation, biases, seed):
    net, samples = problem(seed, widths, m, activation, biases)
    layers = net._architecture.layers(net.parameters)
    kernel = layers.kernel(layers.forward(samples.X)[0], widths[-1])
    by_output = jacobian(net, samples.X).reshape(m, widths[-1], -1).swapaxes(0, 1)
    J = by_output.reshape(-1, net.size)
    np.testing.assert_allclose(kernel, J @ J.T, atol=1e-13 * (1 + np.trace(kernel)))


@cases
@pytest.mark.parametrize("named", LOSSES)
def test_curvature_is_the_top_eigenvalue_in_the_unit_of_the_loss(widths, activation, biases, named):
    net, samples = problem(8, widths, activation=activation, biases=biases, loss=named)
    J = jacobian(net, samples.X)
    m, k = samples.Y.shape
    factor = dict(zip(LOSSES, (1, 2, 2 / k, 1 / k, 2 * m, m), strict=True))[named]
    largest = np.linalg.eigvalsh(J @ J.T / m)[-1] * factor
    assert net.curvature(samples) == pytest.approx(largest, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("m", "k"), [(40, 1), (25, 3), (80, 2)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_products_and_the_whole_kernel_have_one_curvature(monkeypatch, m, k, activation):
    net, samples = problem(9, (4, 9, 7, k), m, activation, biases=True)
    whole = net.curvature(samples)
    monkeypatch.setattr("twolayer.deep.descent.LARGEST_KERNEL", 0)
    assert net.curvature(samples) == pytest.approx(whole, rel=1e-11)
    monkeypatch.undo()
    J = jacobian(net, samples.X)
    assert whole == pytest.approx(np.linalg.norm(J, 2) ** 2 / m, rel=1e-11)


def test_the_curvature_is_that_of_kernel_curvature():
    net, samples = problem(10, (4, 30, 20, 2), 60, "relu", loss="mse")
    found = tl.kernel_curvature(
        lambda v: net.jvp(samples.X, v),
        lambda w: net.vjp(samples.X, w),
        net.size,
        (60, 2),
        loss="mse",
    )
    assert net.curvature(samples) == pytest.approx(found.eigenvalues[0], rel=1e-11)
