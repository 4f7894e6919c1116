"""The first half of the gallery: each claim holds in the numbers, and the figure shows them."""

import re

import numpy as np
import pytest
from scipy import stats

import twolayer as tl
from tests.docs.examples import drawn, ends_as_the_theory_says, path, run

LAZY, CATAPULT, DIVERGENT = 0, 1, 3


# the three phases


def test_three_phases_are_as_their_names_say():
    left = run("01_three_phases")
    loss, x = left["weights"].loss, left["eta"] * left["weights"].curvature
    assert left["phases"].tolist() == [LAZY, CATAPULT, DIVERGENT]
    assert (np.diff(loss[:, LAZY]) < 0).all()
    assert loss[1, CATAPULT] > loss[0, CATAPULT]
    below = np.argmax(x[:, CATAPULT] < 2)
    assert 0 < below < len(x) - 1
    assert (x[below:, CATAPULT] < 2).all()
    assert (np.diff(loss[below:, CATAPULT]) < 0).all()
    assert np.isinf(loss[-1, 2])


def test_lazy_curvature_moves_as_its_law_says():
    left = run("01_three_phases")
    law = tl.lazy_curvature(left["eta"][0], *left["network"].start)
    start, end = left["weights"].curvature[[0, -1], LAZY]
    assert start - end == pytest.approx(start - law, rel=0.05)


@pytest.mark.parametrize("quantity", ["output", "curvature"])
def test_three_phases_theory_follows_the_weights(quantity):
    """A change of the rate by 1e-13 moves the runs by more than theory and weights are apart."""
    left = run("01_three_phases")
    moved = tl.simulate(left["eta"] * (1 + 1e-13), *left["network"].start, steps=40)
    weights, theory, other = (
        getattr(runs, quantity)[:, :2] for runs in (left["weights"], left["theory"], moved)
    )
    gap, allowed = (np.abs(runs - theory).max(axis=0) for runs in (weights, other))
    assert (gap < allowed).all()


def test_three_phases_are_drawn():
    left = run("01_three_phases")
    steps, axes = np.arange(41), left["figures"][0].axes
    for ax, quantity in zip(axes, ("loss", "curvature"), strict=True):
        for k, marker in enumerate("os^"):
            assert drawn(ax, steps, getattr(left["theory"], quantity)[:, k])
            assert drawn(ax, steps, getattr(left["weights"], quantity)[:, k], marker)


def test_three_phases_tell_what_the_runs_did():
    left = run("01_three_phases")
    x = left["eta"] * left["weights"].curvature
    loss = left["weights"].loss[:, CATAPULT]
    told = left["printed"]
    assert f"lazy run ends at {x[-1, LAZY] / x[0, LAZY]:.4f} of its curvature." in told
    assert f"catapult ends at {x[-1, CATAPULT]:.4f}/eta, below 2/eta." in told
    assert f"loss grows {loss.max() / loss[0]:.0f}-fold first." in told


# both boundaries


def test_located_boundaries_are_the_closed_forms():
    left = run("02_boundaries")
    weights, theory = np.array(left["weights"]), np.array(left["theory"])
    np.testing.assert_array_equal(np.isfinite(weights), np.isfinite(theory))
    exists = np.isfinite(theory)
    np.testing.assert_allclose(weights[exists], theory[exists], rtol=1e-8)
    assert exists[:, 1].all()


def test_as_many_networks_lack_a_catapult_as_chance_says():
    """The balance of each start says whether there is one, and its law says how often."""
    left = run("02_boundaries")
    lacks = ~np.isfinite(np.array(left["weights"])[:, 0])
    np.testing.assert_array_equal(lacks, 2 * np.array(left["balance"]) ** 2 > 1)
    for width, count in zip(left["widths"], lacks.sum(axis=1), strict=True):
        chance = float(tl.no_catapult_probability(width))
        low, high = stats.binom.interval(0.999, lacks.shape[1], chance)
        assert low <= count <= high


def test_located_boundaries_are_drawn_on_the_lines():
    left = run("02_boundaries")
    (ax,), rho = left["figures"][0].axes, left["rho"]
    line = tl.eta_crit(1.0, rho / 2, 1)
    assert drawn(ax, rho, line)
    assert drawn(ax, rho, np.full_like(rho, 4.0))
    pairs = zip(left["balance"], left["weights"], "os^Dv", strict=True)
    for balance, (crit, largest), marker in pairs:
        assert drawn(ax, balance, crit, marker)
        assert drawn(ax, balance, largest, marker)
        at = np.searchsorted(rho, balance)  # the line rises with the balance
        between = (line[at - 1] * (1 - 1e-8) <= crit) & (crit <= line[at] * (1 + 1e-8))
        assert (between | np.isinf(crit)).all()


# the transition against the width


def test_transition_ends_as_the_theory_says():
    left = run("03_width_sharpens")
    for net, weights, theory in zip(left["networks"], left["weights"], left["theory"], strict=True):
        assert float(net.curvature) == pytest.approx(2, abs=1e-14)
        ends_as_the_theory_says(net, left["eta"], weights=weights, theory=theory)


def test_transition_sharpens_as_the_root_of_the_width():
    """The fall at η = 2/λ₀ is that of the law, to the error that it states."""
    left = run("03_width_sharpens")
    eta, fall, law = left["eta"][9], left["fall"], left["law"]
    assert eta == pytest.approx(1, abs=1e-15)
    assert (np.abs(fall - law) <= 0.9 * (eta * law) ** 2 / eta).all()
    widths = np.array([net.width for net in left["networks"]])
    outputs = np.array([abs(net.output) for net in left["networks"]])
    np.testing.assert_allclose(law / outputs * np.sqrt(widths), np.sqrt(2), rtol=1e-12)
    assert (np.diff(fall) < 0).all()


def test_transition_is_drawn_under_two_over_eta():
    left = run("03_width_sharpens")
    (ax,), fine = left["figures"][0].axes, left["fine"]
    assert drawn(ax, fine, 2 / fine)
    assert drawn(ax, [1, 1], [0, 1])  # the boundary
    assert (left["weights"] < 2 / left["eta"]).all()
    for net, weights, marker in zip(left["networks"], left["weights"], "os^", strict=True):
        assert drawn(ax, fine, tl.final_curvature(fine, *net.start).curvature)
        assert drawn(ax, left["eta"], weights, marker)


# labels


def test_labels_move_the_boundaries_as_closed():
    left = run("08_labels")
    weights, theory = left["weights"], left["theory"]
    np.testing.assert_array_equal(np.isfinite(weights), np.isfinite(theory))
    exact = np.isfinite(theory)
    exact[1] &= ~left["flat"]
    np.testing.assert_allclose(weights[exact], theory[exact], rtol=1e-3)
    output, labels = left["output"], left["labels"]
    outside = output * (output - labels) < 0
    assert ((theory[0] < 2 / left["curvature"]) == outside).all()


def test_large_labels_stop_convergence_at_their_own_boundary():
    """Nothing converges above √n/|y|; below it the recursion is as slow as the weights."""
    left = run("08_labels")
    flat, labels = left["flat"], left["labels"][left["flat"]]
    assert flat.any()
    np.testing.assert_allclose(left["theory"][1, flat], np.sqrt(10) / np.abs(labels))

    def observe(eta):
        start = left["network"].start
        seen = tl.outcome(eta, *start, labels, max_steps=500, absorbing=True).phase
        return np.where(seen == tl.Phase.UNDECIDED, tl.Phase.OSCILLATING, seen)

    iterated = tl.locate_boundaries(observe, 0.3, 4.0, rtol=1e-3).eta_max
    assert (iterated.low < left["theory"][1, flat]).all()
    np.testing.assert_allclose(left["weights"][1, flat], iterated.middle, rtol=1e-3)


def test_labels_name_the_output_of_the_network():
    left = run("08_labels")
    (named,) = re.findall(r"the label is the output, ([\d.]+)\.", path("08_labels").read_text())
    assert named == f"{left['network'].output:.2f}"


def test_labels_are_drawn():
    left = run("08_labels")
    (ax,), diagram = left["figures"][0].axes, left["diagram"]
    for rates, marker in zip(left["weights"], "os", strict=True):
        assert drawn(ax, rates, left["labels"], marker)
    for name in ("eta_crit", "eta_max"):
        assert drawn(ax, getattr(diagram, name), diagram.target)
    assert drawn(ax, [4 / left["curvature"]] * 2, [0, 1])
