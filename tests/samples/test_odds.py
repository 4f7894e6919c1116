"""Odds of converging on a data set: against exact boundaries, trained weights and published
numbers."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from tests.samples.helpers import JOB, PLAIN
from tests.test_storage import equal
from twolayer import Data, GramNetwork, Phase, convergence_odds
from twolayer.plotting import samples

LEVEL = 1e-4


def whitened(d, k):
    return Data(np.sqrt(d) * np.eye(d), np.zeros((d, k)))


@pytest.fixture(scope="module")
def some():
    return convergence_odds(PLAIN, 3, np.linspace(1, 6, 11), starts=100, seed=3)


# what is true


@pytest.mark.parametrize(("d", "k"), [(1, 1), (5, 1), (1, 3), (3, 2)])
def test_at_width_one_the_boundary_is_four_whatever_the_inputs_and_outputs(d, k, small):
    found = convergence_odds(whitened(d, k), 1, [1.9, 3.99, 4.01, 6.0], starts=30)
    assert found.probability.tolist() == [1, 1, 0, 0]
    assert found.undecided.sum() == 0
    assert (found.largest == 3.99).all()
    assert (found.beyond == 4.01).all()
    assert (found.half_low, found.half_high) == (3.99, 4.01)
    assert found.half == pytest.approx(4, abs=1e-12)


def test_with_one_input_four_at_every_width(small):
    found = convergence_odds(Data([1.0, 2.0, 0.5], [0.0, 0.0, 0.0]), 7, [3.99, 4.01], starts=40)
    assert found.probability.tolist() == [1, 0]


def weights(gram, n):
    """Weights (n × p) with MᵀM/n = gram, of rank n at most."""
    values, vectors = np.linalg.eigh(gram)
    rows = (np.sqrt(np.maximum(values * n, 0))[..., None] * vectors.mT)[..., ::-1, :]
    filled = np.zeros((*gram.shape[:-2], n, gram.shape[-1]))
    filled[..., : min(n, rows.shape[-2]), :] = rows[..., :n, :]
    return filled


def descend(X, Y, M, eta, steps):
    """Plain gradient descent on M = [u v]; loss above the floor at the start, the largest of all
    steps, and the last."""
    n, losses = M.shape[-2], []
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            u, v = M[..., :-1], M[..., -1:]
            rest = X @ (u.mT @ v) / np.sqrt(n) - Y
            loss = (rest**2).sum((-2, -1)) / 2
            losses.append(loss)
            if step < steps:
                gradient = X.T @ rest / np.sqrt(n)
                M = M - eta[..., None, None] * np.concatenate([v @ gradient.mT, u @ gradient], -1)
        return losses[0], np.max(losses, axis=0), loss


@pytest.mark.parametrize("n", [3, 8])
def test_trained_weights_of_the_spawned_starts_end_so(n):
    data = Data([[1.0, 0.3], [-0.2, 1.5], [0.4, 0.4]], [[0.5], [-1.0], [0.2]])
    x = np.array([1.0, 2.4, 3.3, 4.6, 6.0])
    found = convergence_odds(data, n, x, starts=260, seed=5, max_steps=3000)
    for chunk, here in ((0, slice(0, 30)), (1, slice(250, 260))):
        rng = np.random.default_rng(np.random.SeedSequence(5).spawn(2)[chunk])
        gram = GramNetwork.random(n, 2, size=250, rng=rng).gram[: here.stop - here.start]
        np.testing.assert_array_equal(found.curvature[here], GramNetwork(gram, n).curvature(data))
        eta = x / found.curvature[here][:, None]
        M = np.repeat(weights(gram, n)[:, None], x.size, axis=1)
        first, largest, last = descend(*data.rows, M, eta, steps=3000)
        np.testing.assert_array_equal(found.phase[here] == Phase.DIVERGENT, ~np.isfinite(last))
        with np.errstate(invalid="ignore"):
            converged = last < 1e-12 * first
        np.testing.assert_array_equal(found.phase[here] <= Phase.CATAPULT, converged)
        np.testing.assert_array_equal(
            found.phase[here] == Phase.CATAPULT, converged & (largest > first * (1 + 1e-12))
        )


def test_the_published_numbers():
    """Of 20,000 random networks (n = 3, d = 2, whitened, y = 0) 30 diverge with ηλ₀ uniform on (0,
    4), and 2,200 converge on (4, 6)."""
    x = np.concatenate([np.arange(8) * 0.5 + 0.25, 4 + (np.arange(8) + 0.5) / 4])
    found = convergence_odds(PLAIN, 3, x, starts=1000, seed=11, max_steps=1500)
    rng = np.random.default_rng(0)
    # one value for each start
    below, above = (
        found.phase[np.arange(1000), rng.integers(low, low + 8, 1000)] for low in (0, 8)
    )
    diverge, converge = int(np.sum(below == Phase.DIVERGENT)), int(np.sum(above <= Phase.CATAPULT))
    assert stats.fisher_exact([[diverge, 1000 - diverge], [30, 19_970]]).pvalue > LEVEL
    assert stats.fisher_exact([[converge, 1000 - converge], [2200, 17_800]]).pvalue > LEVEL


# bits


def test_neither_workers_nor_a_grid_change_bits(some):
    x = np.array([1.0, 3.5, 5.0])
    one = convergence_odds(PLAIN, 3, x, starts=510, seed=3, max_steps=200)
    equal(one, convergence_odds(PLAIN, 3, x, starts=510, seed=3, max_steps=200, workers=2))
    fewer = convergence_odds(PLAIN, 3, x, starts=300, seed=3, max_steps=200)
    np.testing.assert_array_equal(fewer.phase, one.phase[:300])
    np.testing.assert_array_equal(some.curvature, one.curvature[:100])
    other = convergence_odds(PLAIN, 3, x, starts=100, seed=4, max_steps=200)
    assert not np.isin(other.curvature, one.curvature).any()
    assert np.unique(one.curvature).size == 510


def test_progress_is_shown_only_when_asked_for(capfd, small, tmp_path):
    convergence_odds(**JOB, starts=50)
    assert capfd.readouterr().err == ""
    convergence_odds(**JOB, starts=50, progress=True, folder=tmp_path)
    assert "50/50" in capfd.readouterr().err


# arguments


COUNTED = "a whole number of at least 1: it counts hidden units"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": np.eye(2)}, r"data = array\(\[\[1., 0.\], \[0., 1.\]\]\) must be a Data object"),
        ({"width": 0}, f"width = 0 must be {COUNTED}"),
        ({"width": np.inf}, f"width = inf must be {COUNTED}"),
        ({"sharpness": 2.0}, r"shape of sharpness = \(\) must be \(g,\), not empty"),
        ({"sharpness": []}, r"shape of sharpness = \(0,\) must be \(g,\), not empty"),
        ({"sharpness": [[2.0]]}, r"shape of sharpness = \(1, 1\) must be \(g,\), not empty"),
        ({"sharpness": [2.0, -1.0]}, r"sharpness\[1\] = -1.0 must be positive and finite"),
        ({"sharpness": [2.0, 3.0, 3.0]}, r"sharpness\[2\] = 3.0 must be above the value before it"),
        ({"sharpness": "x"}, "sharpness = 'x' must be a real number or an array of them"),
        ({"starts": 0}, "starts = 0 must be a whole number of at least 1"),
        ({"seed": -1}, "seed = -1 must be a whole number of at least 0"),
        ({"seed": None}, "seed = None must be a whole number of at least 0"),
        ({"max_steps": 1.5}, "max_steps = 1.5 must be a whole number of at least 0"),
        ({"tolerance": 0.0}, "tolerance = 0.0 must be above 0 and below 1"),
        ({"confidence": 1.0}, "confidence = 1.0 must be above 0 and below 1"),
        ({"workers": 0}, "workers = 0 must be a whole number of at least 1"),
        ({"data": Data(np.eye(3), np.eye(3)), "width": 2},
         "width = 2 must be at least 3, the rank of the best linear map: no narrower network "
         "converges to it"),
    ],
)  # fmt: skip
def test_bad_input(changes, message):
    with pytest.raises(ValueError, match=rf"\A{message}\Z"):
        convergence_odds(**(JOB | {"starts": 1} | changes))


def test_rounding_of_labels_is_no_rank():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 3))
    assert convergence_odds(
        Data(X, X @ np.outer(rng.normal(size=3), rng.normal(size=4))), 1, [0.5], starts=2
    ).phase.shape == (2, 1)


# figure


def test_the_figure(some):
    artists = samples.plot_convergence_odds(
        {"n = 3": some, "again": dataclasses.replace(some, confidence=0.9)}
    )
    assert [line.get_label() for line in artists.lines] == ["n = 3", "again"]
    for line in artists.lines:
        np.testing.assert_array_equal(line.get_xydata(), np.c_[some.sharpness, some.probability])
    assert (
        len({line.get_color() for line in artists.lines})
        == len({line.get_linestyle() for line in artists.lines})
        == 2
    )
    np.testing.assert_array_equal(
        artists.markers[0].get_xydata(),
        [[at, 0.5] for at in (some.half_low, some.half, some.half_high)],
    )
    assert [artists.boundaries[name][0].get_xdata()[0] for name in ("eta_crit", "eta_max")] == [
        2,
        4,
    ]
    assert [name.get_text() for name in artists.names] == ["2", "4"]
    assert [text.get_text() for text in artists.legend.get_texts()] == [
        "n = 3",
        "again",
        "90 %, 95 % interval",
        "½, with interval",
    ]
    assert artists.ax.get_xlabel() == r"$\eta\lambda_0$"
    (band, _) = artists.ax.collections
    np.testing.assert_allclose(
        band.get_datalim(artists.ax.transData).intervaly, [some.low.min(), some.high.max()]
    )
    artists.ax.figure.canvas.draw()


def test_the_figure_of_one_job_says_the_numbers(some):
    (_, _, text) = samples.plot_convergence_odds(some).legend.get_texts()
    assert text.get_text() == f"½ at {some.half:.4g} ({some.half_low:.4g} … {some.half_high:.4g})"


def test_figures_without_even_odds_or_with_one_value():
    artists = samples.plot_convergence_odds(convergence_odds(PLAIN, 3, [1.0], starts=5))
    assert artists.markers == []
    assert [text.get_text() for text in artists.legend.get_texts()] == [
        "converges",
        "95 % interval",
    ]
    assert set(artists.boundaries) == {"half"}
    artists.ax.figure.canvas.draw()
    with pytest.raises(ValueError, match=r"\Aodds = \{\} must hold at least one ConvergenceOdds\Z"):
        samples.plot_convergence_odds({})


def test_more_starts_than_memory_holds_are_refused_at_once():
    data = Data([1.0], [0.0])
    with pytest.raises(ValueError, match=r"^starts = 10{12} must be at most 10{8}: "):
        convergence_odds(data, 1, [1.0], starts=10**12)
