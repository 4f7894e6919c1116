"""Runs on data sets, against definitions written out here."""

import itertools

import numpy as np
import pytest

from twolayer import Data, GramNetwork, Network, Phase, rate_guide
from twolayer.commands import data_runs, data_tables
from twolayer.samples import descent


def definition(net, samples, eta, steps):
    """Loss, kernel eigenvalues and alignment of weights trained on all samples, from derivatives by
    every weight."""
    x, y = samples
    m, n = len(x), net.width
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    u, v = net.u, net.v
    for _ in range(steps):
        g = x.T @ (x @ u.T @ v / np.sqrt(n) - y) / m / np.sqrt(n)
        u, v = u - eta * v @ g.T, v - eta * u @ g
    k = y.shape[1]
    by_u = np.einsum("ad,hi->aihd", x, v).reshape(m * k, -1)
    by_v = np.einsum("ah,ij->aihj", x @ u.T, np.eye(k)).reshape(m * k, -1)
    jacobian = np.hstack([by_u, by_v]) / np.sqrt(n)
    values, vectors = np.linalg.eigh(jacobian @ jacobian.T / m)
    rest = (x @ u.T @ v / np.sqrt(n) - x @ best).reshape(-1)
    return (
        np.sum(rest**2) / 2 / m,
        values[::-1][:3],
        abs(vectors[:, -1] @ rest) / np.linalg.norm(rest),
    )


def test_theory_is_what_trained_weights_do_on_two_classes_of_digits(two):
    net = Network.random(50, rng=0, data=two)
    found = [data_runs.compare(net, two, share) for share in data_runs.SHARES]
    assert (
        [row.phase for row in found]
        == [row.phase_weights for row in found]
        == ["LAZY", "CATAPULT", "DIVERGENT"]
    )
    for row in found:
        assert abs(row.peak_difference) < 1e-10
        assert abs(row.curvature_difference) < 1e-10
    lazy, catapult, divergent = list(data_tables.comparison(found))[3:6]
    assert (lazy.split()[1:3], catapult.split()[1:3], divergent.split()[1]) == (
        ["lazy"] * 2,
        ["catapult"] * 2,
        "divergent",
    )


@pytest.mark.parametrize(
    ("which", "step"), [(0, 0), (0, 1), (1, 0), (1, 4), (1, 8), (1, 40), (2, 3)]
)
def test_alignment_eigenvalues_and_loss_are_their_definitions(courses, samples, which, step):
    _, net, pairs = courses
    for course in pairs[which]:
        loss, values, cosine = definition(net, samples, course.eta, step)
        assert course.loss[step] == pytest.approx(loss, rel=1e-9)
        np.testing.assert_allclose(course.eigenvalues[step], values, rtol=1e-10)
        assert course.alignment[step] == pytest.approx(cosine, rel=1e-6, abs=1e-8)


def test_the_descent_here_is_the_judges(courses):
    data, net, pairs = courses
    said, shown = pairs[1]
    run = net.train(said.eta, max(data_runs.LOOKS))
    looks = list(data_runs.LOOKS)
    np.testing.assert_allclose(shown.loss[looks] + data.floor, run.loss[looks], rtol=1e-12)
    np.testing.assert_allclose(shown.eigenvalues[looks, 0], run.curvature[looks], rtol=1e-12)
    assert np.isnan(np.delete(shown.loss, looks)).all()


def test_the_residual_turns_to_the_top_eigenvector_in_the_catapult_only(two):
    net = Network.random(1000, rng=[0, 0], data=two)
    lazy, catapult = (
        data_runs.follow(net, two, share, looks=(0, 8))[0].alignment
        for share in data_runs.SHARES[:2]
    )
    assert lazy[0] == catapult[0] < 0.9
    assert lazy[1:].max() < 0.01
    assert catapult.max() > 0.99
    assert catapult[-1] < 0.2


def test_a_catapult_is_a_loss_above_its_start_even_if_the_first_step_lowered_it(samples):
    data = Data(*samples)
    net = GramNetwork.from_weights(
        *(getattr(Network.random(1000, rng=[0, 0], data=data), side) for side in "uv")
    )
    ends = net.outcome(data, np.array(data_runs.SHARES) / net.curvature(data), tolerance=1e-3)
    loss = net.train(data, data_runs.SHARES[1] / net.curvature(data), 20).loss
    assert loss[1] < loss[0] < loss.max()
    assert ends.phase.tolist() == [Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT]


@pytest.mark.parametrize(
    ("sizes", "one_sample", "phase"),
    [
        ([1.0, 0.9, 3.0, 1e-3], False, Phase.CATAPULT),
        ([1.0, 0.9, 3.0, 1e-3], True, Phase.LAZY),
        ([1.0, 1.1, 0.5, 1e-3], True, Phase.CATAPULT),
        ([1.0, 1 + 1e-15, 0.5, 1e-3], False, Phase.LAZY),
        ([1.0, 1 + 1e-13, 0.5, 1e-3], False, Phase.CATAPULT),
        ([1.0, 0.9, 3.0, 0.02], False, Phase.UNDECIDED),
        ([1.0, 0.9, 3.0], False, Phase.DIVERGENT),
    ],
)
def test_what_the_residuals_of_trained_weights_show(sizes, one_sample, phase):
    assert data_runs._phase_of(np.array(sizes), 3, one_sample) == phase


@pytest.mark.parametrize(
    ("loss", "sharpness", "end"),
    [
        ([1.0, 0.5, 0.2], [1.0, 1.0, 1.0], 0),
        ([1.0, 5.0, 0.9, 0.2], [3.0, 2.5, 1.5, 1.4], 2),
        ([1.0, 0.9, 5.0, 0.9], [3.0, 1.9, 1.5, 1.4], 3),
        ([1.0, 0.5, 0.4], [3.0, 2.1, 2.05], None),
        ([1.0, 0.5, 1.4], [1.0, 1.0, 1.0], None),
    ],
)
def test_the_end_of_the_catapult(loss, sharpness, end):
    assert data_runs.settled(np.array(loss), np.array(sharpness)) == end


def test_linear_dynamics_are_restored_after_the_catapult(two):
    """The relinearised network fails at the start and follows after the catapult, ever better; a
    lazy one follows from the start."""
    net = Network.random(1000, rng=[0, 0], data=two)
    theory = GramNetwork.from_weights(net.u, net.v)
    found = data_runs.restoration(theory, two, np.array([1.0, 2.44, 2.7, 3.48]))
    for share in (2.44, 2.7, 3.48):
        start, *after = (item for item in found if item.share == share)
        assert (start.delay, [item.delay for item in after]) == (None, list(data_runs.DELAYS))
        assert start.deviation > 1e12
        assert after[0].step > 3
        assert after[0].deviation < 0.2
        assert after[0].deviation > after[1].deviation > after[2].deviation
        assert after[2].deviation < 2e-3
    start, *after = found[:4]
    assert [item.step for item in after] == list(data_runs.DELAYS)
    assert start.deviation == after[0].deviation < 0.1
    text = list(data_tables.restored([start, *after]))
    assert "no catapult" in text[3]


def test_the_relinearised_network_is_the_linear_recursion_of_its_kernel(samples):
    """r ↦ (1 − ηΘ) r with the kernel of the weights where it was relinearised, which stands
    still."""
    data = Data(*samples)
    net = Network.random(40, rng=5, data=data)
    eta = 3.0 / net.curvature
    u, v, residual = next(itertools.islice(descent.descent(net.u, net.v, data, eta), 12, None))
    kernel, rest = descent.kernel(u, v, data), residual.reshape(-1)
    run = GramNetwork.from_weights(u, v).linearized.train(data.fitted, eta, 30)
    np.testing.assert_allclose(run.curvature, run.curvature[0], rtol=1e-12)
    for loss in run.loss:
        assert loss == pytest.approx(rest @ rest / 2, rel=1e-9)
        rest = rest - eta * kernel @ rest


def test_too_large_a_kernel_is_left_out(samples, monkeypatch):
    monkeypatch.setattr(descent, "LARGEST_KERNEL", 5)
    data = Data(*samples)
    net = Network.random(10, rng=0, data=data)
    shown = data_runs.follow(net, data, 1.0, looks=(0, 3))[1]
    assert np.isfinite(shown.loss[[0, 3]]).all()
    assert np.isnan(shown.eigenvalues).all()


def test_where_labels_are_large_a_run_below_the_guide_is_among_them(samples):
    """At ηλ₀ = 1 such networks diverge; the first run is one that converges."""
    x, y = samples
    data = Data(x, 200 * y)
    net = Network.random(30, rng=0, data=data)
    theory = GramNetwork.from_weights(net.u, net.v)
    first, *others = data_runs.trained(theory, data)
    guide = rate_guide(theory, data)
    assert first == pytest.approx(0.9 * guide.rate * guide.curvature, rel=1e-12)
    assert others == [3.0, 4.8]
    rows = [data_runs.compare(net, data, share) for share in (first, 1.0)]
    assert [row.phase in ("LAZY", "CATAPULT") for row in rows] == [True, False]
    assert [row.phase for row in rows] == [row.phase_weights for row in rows]
    assert data_runs.trained(theory, Data(x, y)) == data_runs.SHARES
