"""Networks without 1/√n, or with any other scale of the output: their weights, their Gram matrix,
plain NumPy written out here, and torch where it is installed."""

import numpy as np
import pytest

import twolayer as tl
from twolayer import Data, GramNetwork, Network, Phase, losses

SCALES = (1.0, 0.37, 2.0)


def drawn(seed, units, d, k, m=6):
    rng = np.random.default_rng(seed)
    shapes = (units, d), (units, k), (m, d), (m, k)
    return [rng.normal(size=shape) for shape in shapes]


def descend(u, V, X, Y, eta, scale, steps):
    """Losses of the mean squared error over samples and outputs, and the weights at the end."""
    values = []
    for _ in range(steps + 1):
        rest = scale * X @ u.T @ V - Y
        values.append(np.mean(rest**2))
        slope = 2 * rest / rest.size
        u, V = u - eta * scale * V @ slope.T @ X, V - eta * scale * u @ X.T @ slope
    return np.array(values)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("units", [1, 2, 30])
@pytest.mark.parametrize("outputs", [1, 3])
def test_on_data_nothing_is_rescaled(units, outputs, scale):
    """Fewer and more units than d + k, and than the effective width."""
    u, V, X, Y = drawn([units, outputs], units, 2, outputs)
    data = Data(X, Y, loss="mse")
    net = Network(u, V, data, output_scale=scale)
    gram = GramNetwork.from_weights(u, V, output_scale=scale)
    assert (net.width, net.effective_width) == (units, 1 / scale**2)
    assert gram.width == pytest.approx(1 / scale**2, rel=1e-15)
    np.testing.assert_allclose(net.output, scale * u.T @ V, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(gram.map(data), scale * u.T @ V, rtol=1e-12, atol=1e-13)
    assert net.curvature == pytest.approx(gram.curvature(data), rel=1e-12)
    eta = 1.2 / net.curvature
    expected = descend(u, V, X, Y, eta, scale, 8)
    np.testing.assert_allclose(net.train(eta, 8).loss, expected, rtol=1e-9)
    np.testing.assert_allclose(gram.train(data, eta, 8).loss, expected, rtol=1e-9)
    for rate in (1.0, 3.0, 40.0):
        runs = [
            net.outcome(rate / net.curvature, tolerance=1e-6),
            gram.outcome(data, rate / net.curvature, tolerance=1e-6),
        ]
        assert runs[0].phase == runs[1].phase
        assert runs[0].steps == runs[1].steps


@pytest.mark.parametrize("scale", SCALES)
def test_one_input_is_the_theory_at_the_effective_width(scale):
    net = Network.random(50, size=8, rng=1, output_scale=scale)
    curvature, output, width = net.start
    assert width == 1 / scale**2
    np.testing.assert_allclose(output, scale * (net.u * net.v).sum(-1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(curvature, scale**2 * (net.u**2 + net.v**2).sum(-1), rtol=1e-13)
    eta = np.linspace(0.3, 4.7, 8) / curvature
    label = 0.1 / scale
    ran, said = net.train(eta, 5, label), tl.simulate(eta, *net.start, label, steps=5)
    np.testing.assert_allclose(ran.output, said.output, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ran.curvature, said.curvature, rtol=1e-8)
    np.testing.assert_array_equal(net.outcome(eta).phase, tl.phase(eta, *net.start))
    ends = net.outcome(eta, absorbing=tl.certificate)
    np.testing.assert_array_equal(ends.phase, tl.phase(eta, *net.start))
    net_eta = tl.reduction(u=net.u, v=net.v, scale=scale)
    np.testing.assert_allclose(net_eta.curvature, curvature, rtol=1e-13)


def test_the_default_is_the_root_of_the_number_of_units():
    u, V, X, Y = drawn(0, 9, 2, 2)
    data = Data(X, Y)
    plain, same = Network(u, V, data), Network(u, V, data, output_scale=1 / 3)
    assert (plain.output_scale, plain.effective_width) == (None, 9)
    np.testing.assert_allclose(same.train(0.1, 9).loss, plain.train(0.1, 9).loss, rtol=1e-12)
    assert GramNetwork.from_weights(u, V).width == 9


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan, np.inf])
def test_scales_that_are_none(scale):
    u, V, *_ = drawn(0, 9, 2, 2)
    for call in (
        lambda: Network([1.0], [1.0], output_scale=scale),
        lambda: Network.random(3, output_scale=scale),
        lambda: GramNetwork.from_weights(u, V, output_scale=scale),
    ):
        with pytest.raises(
            ValueError, match=r"\Aoutput_scale = .* must be between 1e-150 and 1e150\Z"
        ):
            call()
    with pytest.raises(ValueError, match=r"output_scale = \[1.0, 2.0\] must be a single number"):
        Network([1.0], [1.0], output_scale=[1.0, 2.0])


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", losses.NAMED)
def test_two_linear_layers_of_torch(name, outputs):
    """nn.Linear without biases, its own initialisation, SGD: the same losses and the same fate."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    torch.manual_seed(outputs)
    m, d, n = 20, 3, 40
    first, second = torch.nn.Linear(d, n, bias=False), torch.nn.Linear(n, outputs, bias=False)
    model = torch.nn.Sequential(first, second).double()
    X = torch.randn(m, d, dtype=torch.float64)
    Y = torch.randn(m, outputs, dtype=torch.float64)
    loss = {
        "mse": torch.nn.MSELoss(),
        "sum": torch.nn.MSELoss(reduction="sum"),
        "half-mse": lambda f, y: torch.nn.functional.mse_loss(f, y) / 2,
        "half-sum": lambda f, y: torch.nn.functional.mse_loss(f, y, reduction="sum") / 2,
        "mean": lambda f, y: ((f - y) ** 2).sum(1).mean(),
        "half-mean": lambda f, y: ((f - y) ** 2).sum(1).mean() / 2,
    }[name]
    data = Data(X.numpy(), Y.numpy(), loss=name)
    u, V = first.weight.detach().numpy().copy(), second.weight.detach().numpy().T.copy()
    net = Network(u, V, data, output_scale=1.0)
    gram = GramNetwork.from_weights(u, V, output_scale=1.0)
    start = {key: part.clone() for key, part in model.state_dict().items()}
    assert gram.curvature(data) == pytest.approx(net.curvature, rel=1e-12)
    for strength in (0.8, 2.4, 60.0):
        eta = strength / net.curvature
        model.load_state_dict(start)
        optimiser = torch.optim.SGD(model.parameters(), lr=float(eta))
        values = []
        for _ in range(30):
            optimiser.zero_grad()
            value = loss(model(X), Y)
            value.backward()
            optimiser.step()
            values.append(value.item())
        values = np.array(values)
        tame = np.maximum.accumulate(values) < 1e6 * values[0]
        for run in (net.train(eta, 29), gram.train(data, eta, 29)):
            np.testing.assert_allclose(run.loss[tame], values[tame], rtol=1e-8)
        assert (gram.outcome(data, eta, tolerance=1e-4).phase == Phase.DIVERGENT) == (
            not tame.all()
        )
