"""The scripts of the page on your own model: the numbers that they get, and what they draw."""

import runpy
import warnings
from pathlib import Path
from unittest import mock

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import twolayer as tl

FOLDER = Path(__file__).parents[2] / "docs" / "models"
PAGE = FOLDER.parent / "howto" / "your_network.rst"
pytest.importorskip("sklearn", reason="the digits need pip install -e '.[digits]'")
# PyTorch warns of itself at the first forward derivative
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")


def run(name):
    """What a script leaves; a warning is an error, but for one of PyTorch about itself."""
    with (
        warnings.catch_warnings(),
        matplotlib.rc_context(),
        mock.patch.object(plt, "show") as shown,
    ):
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", ".*torch.jit.script", DeprecationWarning)
        plt.switch_backend("Agg")
        left = runpy.run_path(str(FOLDER / name))
        left["figure"].canvas.draw()
        plt.close(left["figure"])
    shown.assert_called_once_with()
    return left


@pytest.fixture(scope="module")
def torch():
    """On one thread: more of them wait for each other where tests share the machine."""
    torch = pytest.importorskip("torch", reason="needs pip install -e '.[torch]'")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield torch
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def by_torch(torch):
    return run("torch_model.py")


@pytest.fixture(scope="module")
def by_jax():
    pytest.importorskip("jax", reason="needs pip install -e '.[jax]'")
    return run("jax_model.py")


def drawn(ax):
    """What the Axes show, by its name in the legend."""
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    lines = {line.get_label(): np.asarray(line.get_data(), float) for line in ax.lines}
    assert sorted(legend) == sorted(lines)
    return lines


def kernel_by_hand(model, X):
    """JJᵀ of layers with ReLU between them, in float64: the sum of (h·h' + 1)(δ·δ') over layers."""
    layers = [[p.detach().double().numpy() for p in pair.parameters()] for pair in model[::2]]
    taken = [X.double().numpy()]
    for W, b in layers[:-1]:
        taken.append(np.maximum(taken[-1] @ W.T + b, 0))
    pulled = np.broadcast_to(np.eye(10), (len(X), 10, 10))
    total = 0.0
    for (W, _), signal in zip(layers[::-1], taken[::-1], strict=True):
        rows = pulled.reshape(10 * len(X), -1)
        inner = np.kron(signal @ signal.T + 1, np.ones((10, 10)))
        total = total + rows @ rows.T * inner
        pulled = (pulled @ W) * (signal > 0)[:, None]
    return total


def test_torch_gets_the_curvature_of_its_loss(by_torch):
    found = by_torch["found"]
    exact = 2 / 10 * np.linalg.eigvalsh(kernel_by_hand(by_torch["model"], by_torch["X"]) / 100)[-1]
    assert abs(found.curvature - exact) <= found.error[0] < 1e-3 * exact
    assert found.products < 100
    assert found.eta_crit == 2 / found.curvature


def test_torch_marks_the_rate_among_those_that_were_trained(by_torch):
    left, right = map(drawn, by_torch["figure"].axes)
    critical, losses = by_torch["found"].eta_crit, np.transpose(by_torch["runs"])
    assert (right["η_crit = 2/λ₀"][0] == critical).all()
    (rates, largest), (again, last) = right["largest loss"], right["loss after 60 steps"]
    np.testing.assert_allclose(rates / critical, by_torch["shares"], rtol=1e-15)
    np.testing.assert_array_equal(rates, again)
    np.testing.assert_array_equal(largest, np.fmax.reduce(losses))  # before it is nan
    np.testing.assert_array_equal(last, losses[60])
    assert list(left) == [f"{share} η_crit" for share in (0.5, 0.9, 1.5, 3)]
    for name, (steps, loss) in left.items():
        np.testing.assert_array_equal(steps, np.arange(61))
        share = by_torch["shares"].index(float(name.split()[0]))
        np.testing.assert_array_equal(loss, losses[:, share])


def test_torch_does_what_the_page_says(by_torch):
    losses, shares = np.transpose(by_torch["runs"]), np.array(by_torch["shares"])
    rises = np.fmax.reduce(losses) > losses[0]
    assert not rises[shares <= 1.2].any()  # above η_crit hidden at first
    assert rises[shares >= 1.5].all()
    assert shares[np.nanargmin(losses[60])] > 1
    assert not np.isfinite(losses[60, -1])
    # full-batch gradient descent from the model that was measured
    assert np.ptp(losses[0]) == 0


def test_jax_gets_the_curvature_of_its_loss(by_jax):
    """Before training and after."""
    samples = tl.Samples(by_jax["X"], by_jax["Y"], loss="half-mse")
    states = [by_jax["weights"], *by_jax["ends"]]
    found = [by_jax["start"].curvature, *by_jax["flatter"]]
    for state, curvature in zip(states, found, strict=True):
        network = tl.DeepNetwork(*(list(part) for part in zip(*state, strict=True)))
        exact = network.curvature(samples)
        assert abs(curvature - exact) <= by_jax["start"].error[0]
    assert by_jax["start"].error[0] < 1e-3 * by_jax["start"].curvature


def test_jax_trains_as_the_networks_of_the_package(by_jax):
    samples = tl.Samples(by_jax["X"], by_jax["Y"], loss="half-mse")
    weights, biases = (list(part) for part in zip(*by_jax["weights"], strict=True))
    ours = tl.DeepNetwork(weights, biases).train(samples, by_jax["rates"], steps=5, looks=[])
    theirs = np.transpose(by_jax["runs"])[:6]
    np.testing.assert_allclose(ours.loss, theirs, rtol=1e-2)
    np.testing.assert_allclose(ours.loss[:2], theirs[:2], rtol=1e-4)


def test_jax_marks_the_rate_and_the_curvature_drops_above_it(by_jax):
    left, right = map(drawn, by_jax["figure"].axes)
    start, shares = by_jax["start"], np.array(by_jax["shares"])
    assert (right["η_crit = 2/λ₀"][0] == start.eta_crit).all()
    rates, after = right["λ after 60 steps"]
    np.testing.assert_allclose(rates / start.eta_crit, shares, rtol=1e-15)
    np.testing.assert_array_equal(after, by_jax["flatter"])
    fine, limit = right["2/η"]
    np.testing.assert_allclose(limit, 2 / fine, rtol=1e-6)
    np.testing.assert_allclose(fine[[0, -1]], rates[[0, -1]], rtol=1e-6)
    assert (after < 2 / rates).all()
    assert (after[shares < 1] > 0.9 * start.curvature).all()
    assert (after[shares > 1] < 0.75 * start.curvature).all()
    losses = np.transpose(by_jax["runs"])
    assert ((losses.max(axis=0) > losses[0]) == (shares > 1)).all()
    assert losses.max() > 20 * losses[0, 0]
    for name, (steps, loss) in left.items():
        np.testing.assert_array_equal(steps, np.arange(60))
        np.testing.assert_array_equal(loss, losses[:, shares == float(name.split()[0])][:, 0])


def odd_models(torch):
    nn = torch.nn
    tied = nn.Sequential(nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 6), nn.Linear(6, 2))
    tied[2].weight = tied[0].weight
    frozen = nn.Sequential(nn.Linear(6, 9), nn.ReLU(), nn.Linear(9, 2))
    frozen[0].weight.requires_grad_(False)
    norm = nn.Sequential(nn.Linear(6, 9), nn.BatchNorm1d(9), nn.Dropout(0.5), nn.Linear(9, 2))
    norm(torch.randn(50, 6))  # averages that are not 0 and 1
    image = nn.Sequential(
        nn.Unflatten(1, (1, 6)), nn.Conv1d(1, 3, 3), nn.GELU(), nn.Flatten(), nn.Linear(12, 2)
    )
    return {"tied": tied, "frozen": frozen, "norm": norm, "image": image}


@pytest.mark.parametrize("kind", ["tied", "frozen", "norm", "image"])
@pytest.mark.parametrize("double", [False, True])
def test_the_function_for_torch_takes_other_models(torch, by_torch, kind, double):
    torch.manual_seed(1)
    model, X = odd_models(torch)[kind], torch.randn(40, 6)
    if double:
        model, X = model.double(), X.double()
    found = by_torch["curvature"](model, X, loss="half-mean")
    assert model.training  # as it was
    model = model.double().eval()
    free = {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}
    parts = torch.func.jacrev(
        lambda weights: torch.func.functional_call(model, weights, (X.double(),))
    )(free)
    J = torch.cat([part.reshape(80, -1) for part in parts.values()], 1).numpy()
    exact = np.linalg.eigvalsh(J @ J.T / 40)[-1]
    assert abs(found.curvature - exact) <= found.error[0] < (1e-10 if double else 1e-3) * exact


def test_the_first_product_from_the_second_one(torch):
    """The line of the page, for layers without a forward derivative."""
    torch.manual_seed(2)
    (line,) = [text for text in PAGE.read_text().splitlines() if "zeros_like" in text]
    flat, X = torch.randn(30, dtype=torch.float64), torch.randn(40, 5, dtype=torch.float64)

    def outputs(flat):
        return torch.tanh(X @ flat[:25].reshape(5, 5)) @ flat[25:]

    out, pull_back = torch.func.vjp(outputs, flat)
    names = {"torch": torch, "vjp": torch.func.vjp}
    jvp = eval(line, names | {"out": out, "flat": flat, "pull_back": pull_back})
    v = np.random.default_rng(0).standard_normal(30)
    J = torch.func.jacrev(outputs)(flat).numpy()
    np.testing.assert_allclose(jvp(v), J @ v, rtol=1e-12, atol=1e-12)


def test_dropout_that_is_on_is_refused(torch):
    layer, weight = torch.nn.Dropout(0.5), torch.randn(60, 6)
    _, pull_back = torch.func.vjp(lambda flat: layer(weight @ flat), torch.randn(6))
    with pytest.raises(ValueError, match="jvp and vjp must be adjoint"):
        tl.kernel_curvature(
            lambda v: layer(weight @ torch.from_numpy(v).float()),
            lambda w: pull_back(torch.from_numpy(w).float())[0],
            6,
            60,
        )


def test_cross_entropy_by_the_root_of_its_second_derivative(torch):
    """Where the page stops: JᵀHJ/m is the Hessian of the loss of the model made linear."""
    torch.manual_seed(3)
    J = torch.randn(50, 3, 12, dtype=torch.float64)
    start, label = torch.randn(50, 3, dtype=torch.float64), torch.randint(3, (50,))

    def loss(move):
        return torch.nn.functional.cross_entropy(start + J @ move, label)

    exact = np.linalg.eigvalsh(torch.func.hessian(loss)(torch.zeros(12).double()).numpy())[-1]
    p = torch.softmax(start, 1).numpy()
    H = p[:, :, None] * np.eye(3) - p[:, :, None] * p[:, None]
    values, vectors = np.linalg.eigh(H)
    root = np.einsum("aij,aj,akj->aik", vectors, np.sqrt(np.abs(values)), vectors)
    rows = np.einsum("aij,ajk->aik", root, J.numpy())
    found = tl.kernel_curvature(
        lambda v: rows @ v, lambda w: np.einsum("aij,ai->j", rows, w), 12, (50, 3)
    )
    assert abs(found.curvature - exact) < 1e-12 * exact
