"""The how-to's scripts for PyTorch and JAX, run where these are installed, each in a process of its
own: their λ₀ against the kernel that follows from the definition, and what their figure shows."""

import importlib.util
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "models"
DRIVER = """
import runpy, sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt, numpy as np
plt.show = lambda: None
left = runpy.run_path(sys.argv[1])
(ax,) = left["fig"].axes
in_training = ""
if torch := left.get("torch"):  # with dropout
    left["model"].train()
    flat, outputs = left["flat"], left["outputs"]
    pull = torch.func.vjp(outputs, flat)[1]
    try:
        left["tl"].kernel_curvature(
            lambda v: torch.func.jvp(outputs, (flat,), (torch.as_tensor(v).to(flat),))[1],
            lambda w: pull(torch.as_tensor(w).to(flat))[0], flat.numel(), tuple(left["Y"].shape),
        )
    except ValueError as error:
        in_training = str(error)
np.savez(
    sys.argv[2], flat=left["flat"], X=left["X"], Y=left["Y"], rates=left["rates"],
    curvature=left["found"].curvature, error=left["found"].error[0],
    eta_crit=left["found"].eta_crit, runs=left["runs"],
    drawn=[line.get_xydata() for line in ax.lines[:2]], mark=ax.lines[2].get_xdata(),
    in_training=in_training, labels=[text.get_text() for text in ax.get_legend().get_texts()],
)
"""
# of PyTorch itself, when a derivative is first pushed forward
QUIET = "ignore:`torch.jit.script:DeprecationWarning"


@pytest.fixture(scope="module", params=["torch", "jax"])
def done(request, tmp_path_factory):
    """What a script has left: its framework, and arrays by their names."""
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    file = tmp_path_factory.mktemp("models") / "left.npz"
    script = FOLDER / f"your_model_{request.param}.py"
    command = [sys.executable, "-W", "error", "-W", QUIET, "-c", DRIVER, script, file]
    run = subprocess.run(command, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("λ₀ = ")
    with np.load(file) as left:
        return request.param, dict(left)


def layers(framework, flat, widths=(64, 128, 128, 10)):
    """Weights (fan-in, fan-out) and biases, as each framework lays them in a row."""
    first, found = 0, []
    for before, after in itertools.pairwise(widths):
        block, bias = np.split(flat[first : first + (before + 1) * after], [before * after])
        shape = (after, before) if framework == "torch" else (before, after)
        W = block.reshape(shape)
        found.append((W.T if framework == "torch" else W, bias))
        first += (before + 1) * after
    assert first == flat.size
    return found


def kernel(weights, X, k=10):
    """JJᵀ of a ReLU network: over its layers the sum of what a unit in each output is before the
    layer, times what the layer takes."""
    taken = [X]
    for W, b in weights[:-1]:
        taken.append(np.maximum(taken[-1] @ W + b, 0))
    m, total = len(X), 0
    pulled = np.repeat(np.eye(k)[:, None], m, axis=1)  # k, m, units
    for (W, _), signal in zip(weights[::-1], taken[::-1], strict=True):
        rows = pulled.reshape(k * m, -1)
        total = total + (rows @ rows.T) * np.tile(signal @ signal.T + 1, (k, k))
        pulled = (pulled @ W.T) * (signal > 0)
    return total


def test_the_curvature_is_that_of_the_definition(done):
    framework, left = done
    weights = layers(framework, left["flat"].astype(float))
    K = kernel(weights, left["X"].astype(float))
    exact = np.linalg.eigvalsh(K)[-1] * 2 / left["Y"].size  # mean over samples and outputs
    assert abs(left["curvature"] - exact) <= left["error"] < 1e-4 * exact
    assert left["eta_crit"] == 2 / left["curvature"]


def test_training_starts_where_the_curvature_was_measured(done):
    framework, left = done
    signal = left["X"].astype(float)
    for i, (W, b) in enumerate(layers(framework, left["flat"].astype(float))):
        signal = (np.maximum(signal, 0) if i else signal) @ W + b
    np.testing.assert_allclose(left["runs"][:, 0], np.mean((signal - left["Y"]) ** 2), rtol=1e-5)


def test_the_loss_falls_below_and_rises_above(done):
    _, left = done
    share, runs = left["rates"] / left["eta_crit"], left["runs"]
    assert (share.min(), share.max()) == pytest.approx((0.5, 4))
    assert (runs[share < 1, 1:] < runs[share < 1, :1]).all()
    assert (runs[share > 1.9].max(1) > 1.2 * runs[share > 1.9, 0]).all()
    assert share[runs[:, -1].argmin()] > 1  # the page: the best value is above the line
    assert runs.shape == (8, 60)


def test_the_figure_shows_the_runs_and_the_mark(done):
    _, left = done
    rates, runs = left["rates"], left["runs"]
    for drawn, value in zip(left["drawn"], (runs.max(1), runs[:, -1]), strict=True):
        np.testing.assert_allclose(drawn, np.stack([rates, value / runs[:, 0]], -1), rtol=1e-12)
    np.testing.assert_array_equal(left["mark"], [left["eta_crit"]] * 2)
    assert rates[2] < left["eta_crit"] < rates[3]
    assert list(left["labels"]) == [
        "highest in 60 steps",
        "after 60 steps",
        r"$\eta_{\rm crit} = 2/\lambda_0$",
    ]


def test_dropout_that_is_left_on_is_refused(done):
    framework, left = done
    if framework == "torch":
        assert str(left["in_training"]).startswith("jvp and vjp must be adjoint")


def test_the_page_shows_the_scripts_between_marks_that_are_there():
    page = (FOLDER.parent / "howto" / "your_network.rst").read_text(encoding="utf-8")
    for framework in ("torch", "jax"):
        name = f"your_model_{framework}.py"
        lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        assert f":download:`the whole script <../models/{name}>`" in page
        between = lines[lines.index("# --- curvature") + 1 : lines.index("# --- training")]
        assert len([line for line in between if line.strip()]) <= 25
