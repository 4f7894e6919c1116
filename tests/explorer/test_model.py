"""Phases, boundaries and runs of the explorer are those of the package."""

import itertools

import numpy as np
import pytest

import twolayer as tl
from tests.explorer.scripts import scripts  # noqa: F401
from tests.helpers import WIDTHS, from_scaled, random_cells
from twolayer import _derived, starts

pytestmark = pytest.mark.browser
PHASE = "(...cell) => { const p = model.phase(...cell); return [p.name, p.onBoundary]; }"
LABELS = (0.0, 0.3, 1.0, 2.5)
SCALES = (1.0, 1e-150, 1e150)
CASES = list(itertools.product(LABELS, SCALES))

RATES = [("etaCrit", tl.eta_crit), ("etaDiv", tl.eta_div), ("etaMax", tl.eta_max)]


def phases(scripts, *cell):  # noqa: F811
    names, near = scripts.columns(PHASE, *cell)
    return np.array([tl.Phase[name] for name in names]), near


def boundary(scripts, name, start):  # noqa: F811
    return scripts.numbers(f"model.{name}", *start)


def drawn(tau=0.0, size=1500, seed=0, scale=1.0):
    """Starts of all widths, also infinite; at infinite width the output is any number."""
    rng = np.random.default_rng(seed)
    cell = random_cells(rng, size, (1e-3, 6.0), tau).scaled(scale)
    cell.width[::19] = np.inf
    return cell


@pytest.mark.parametrize(("tau", "scale"), CASES)
def test_phases(scripts, tau, scale):  # noqa: F811
    cell = drawn(tau, scale=scale)
    said, near = phases(scripts, *cell)
    assert near.mean() < 1e-3
    expected = tl.phase(*cell)
    np.testing.assert_array_equal(said[~near], expected[~near])
    assert len(set(expected.tolist())) == (4 if tau > 1 else 3)


@pytest.mark.parametrize("tau", LABELS)
@pytest.mark.parametrize("width", [1e-250, 1e250])
def test_widths_whose_products_overflow(scripts, width, tau):  # noqa: F811
    cell = random_cells(np.random.default_rng(10), 500, (1e-3, 6.0), tau, (width,))
    for scale in (1.0, 1e-60, 1e60):
        here = cell.scaled(scale)
        said, near = phases(scripts, *here)
        assert near.mean() < 0.01
        np.testing.assert_array_equal(said[~near], tl.phase(*here)[~near])
        for name, find in RATES:
            expected = find(*here.start)
            np.testing.assert_allclose(boundary(scripts, name, here.start), expected, rtol=1e-15)


@pytest.mark.parametrize(("x", "s", "n"), [(4.0, 0.5, 1.0), (4.0, -3.0, 9.0), (2.25, 1.0, 4.0)])
def test_exact_boundaries_without_a_label(scripts, x, s, n):  # noqa: F811
    check_boundary(scripts, np.array([0.25, 1.0, 2.0**40]), x, s, n, 0.0)


@pytest.mark.parametrize(
    ("x", "f", "y"),
    [(2.0, 1.0, 2.0), (1.5, -1.0, 2.0), (5.0, 5.0, 4.0), (4.25, 2.0, 1.0), (2.5, 2.0, 1.0)],
    ids=["flattest", "flattest, other side", "far label", "divergence", "first step"],
)
def test_exact_boundaries_with_a_label(scripts, x, f, y):  # noqa: F811
    check_boundary(scripts, np.array([0.5, 1.0, 4.0]), x, f, 4.0, y)


def check_boundary(scripts, eta, x, f, n, y):  # noqa: F811
    """On a boundary and one rounding beside it, not at 1e-9 of it; there with another phase."""
    cell = (eta, x / eta, f / eta, n, y / eta)
    for factor in (1, 1 - 2.0**-53, 1 + 2.0**-52):
        assert phases(scripts, cell[0] * factor, *cell[1:])[1].all()
    beside = []
    for factor in (1 - 1e-9, 1 + 1e-9):
        said, near = phases(scripts, cell[0] * factor, *cell[1:])
        assert not near.any()
        np.testing.assert_array_equal(said, tl.phase(cell[0] * factor, *cell[1:]))
        beside.append(set(said.tolist()))
    assert len(beside[0]) == len(beside[1]) == 1
    assert beside[0] != beside[1]


def test_how_wide_a_boundary_is(scripts):  # noqa: F811
    """As in the package: a few units of rounding, on both sides, and not a hundred."""
    start = 2.0, 1.0, 100.0, 0.0
    for rate in (tl.eta_crit(*start), tl.eta_max(*start)):
        for side in (1, -1):
            shifts = 1 + side * np.array([1e-15, 1.5e-15, 1e-14, 4e-14])
            assert phases(scripts, rate * shifts, *start)[1].tolist() == [1, 1, 0, 0]


def test_a_far_label_where_training_diverges_on_both_sides(scripts):  # noqa: F811
    cell = np.array([1 - 2.0**-53, 1.0, 1 + 2.0**-52]), 3.0, -1.0, 4.0, 4.0
    said, near = phases(scripts, *cell)
    assert set(said.tolist()) == {tl.Phase.DIVERGENT}
    assert not near.any()


@pytest.mark.parametrize("tau", LABELS)
def test_beside_every_boundary(scripts, tau):  # noqa: F811
    """Its own boundaries on both sides, at 1e-9 of them; within one rounding it says so."""
    cell = drawn(tau, 1000, seed=1)
    for name, find in RATES:
        rate = find(*cell.start)
        known = np.isfinite(rate)
        assert known.mean() > 0.1
        start = [column[known] for column in cell.start]
        # where the radicand vanishes two boundaries are one
        own = boundary(scripts, name, start)
        for factor in (1 - 1e-9, 1 + 1e-9):
            said, near = phases(scripts, own * factor, *start)
            assert near.mean() < 1e-2
            expected = tl.phase(own * factor, *start)
            np.testing.assert_array_equal(said[~near], expected[~near])
        if name == "etaCrit":
            assert phases(scripts, own, *start)[1].all()


@pytest.mark.parametrize(("tau", "scale"), CASES)
def test_boundaries(scripts, tau, scale):  # noqa: F811
    cell = drawn(tau, seed=2, scale=scale)
    for name, find in RATES:
        expected = find(*cell.start)
        assert np.isfinite(expected).mean() > 0.1
        np.testing.assert_allclose(boundary(scripts, name, cell.start), expected, rtol=1e-15)


@pytest.mark.parametrize("tau", [0.0, 1e-3, 0.5])
def test_radicands_that_nearly_vanish(scripts, tau):  # noqa: F811
    """η_crit where λ² = 8f₀(f₀ − y)/n up to a rounding; η_div where λ² = 16y(f₀ − y)/n."""
    rng, size = np.random.default_rng(3), 3000
    share = 1 + rng.choice([-1, 1], size) * 10 ** rng.uniform(-16, -2, size)
    width, x = rng.choice(WIDTHS, size).astype(float), rng.uniform(1, 4, size)
    product = x * x / 8 * share
    s = tau / 2 + np.sqrt(tau * tau / 4 + product)  # s (s − τ) = product
    cell = from_scaled(1.0, x, np.minimum(s / (x / 2), 1.0), width, tau)
    expected = tl.eta_crit(*cell.start)
    assert 0.2 < np.isfinite(expected).mean() < 0.9 or tau == 0
    said = boundary(scripts, "etaCrit", cell.start)
    agree = np.isfinite(said) == np.isfinite(expected)
    assert agree.mean() > 0.999  # but where both boundaries are one
    np.testing.assert_allclose(said[agree], expected[agree], rtol=1e-15)
    cell = from_scaled(1.0, 4 * np.abs(s), share.clip(0, 1), width, 2 * np.abs(s) * share)
    expected = tl.eta_div(*cell.start)
    np.testing.assert_allclose(boundary(scripts, "etaDiv", cell.start), expected, rtol=1e-15)


def test_networks(scripts):  # noqa: F811
    """Cauchy-Schwarz up to 8 units of rounding, and no more."""
    eps = np.finfo(float).eps
    curvature, width = np.repeat([1e-3, 1.0, 70.0], 3), np.tile([1.0, 7.0, 1e18], 3)
    largest = _derived.largest_output(curvature, width, np.sqrt)
    for share in (0.0, 0.5, 1.0, 1 + 4 * eps, 1 + 12 * eps, 2.0):
        for sign in (1, -1):
            output = sign * largest * share
            said = scripts.rows("model.isNetwork", curvature, output, width)
            assert said == [share < 1 + 8 * eps] * 9
            np.testing.assert_array_equal(said, starts.cauchy_schwarz(curvature, output, width)[0])
    assert scripts.page.evaluate("model.isNetwork(1, 1e300, Infinity)")


@pytest.mark.parametrize("tau", LABELS)
def test_runs(scripts, tau):  # noqa: F811
    """To the last bit, and infinite from the same step on."""
    cell = drawn(tau, 60, seed=4)
    run = """(...cell) => {
      const { output, curvature, loss } = model.run(...cell, 90);
      return [output, curvature, loss].map((row) => Array.from(row));
    }"""
    expected = tl.simulate(*cell, steps=90)
    said = scripts.numbers(run, *cell)
    for row, name in enumerate(("output", "curvature", "loss")):
        np.testing.assert_array_equal(said[:, row].T, getattr(expected, name))
    assert 0 < np.isinf(expected.loss[-1]).sum() < 40


def test_a_loss_alone_that_overflows(scripts):  # noqa: F811
    run = scripts.page.evaluate("model.run(1e-170, 1e170, 1e160, 1e100, 0, 3).loss[0]")
    assert run == np.inf
    said = scripts.page.evaluate("Array.from(model.run(1e-170, 1e170, 1e160, 1e100, 0, 3).output)")
    np.testing.assert_array_equal(said, tl.simulate(1e-170, 1e170, 1e160, 1e100, steps=3).output)


@pytest.mark.parametrize("tau", LABELS)
def test_coordinates(scripts, tau):  # noqa: F811
    cell = drawn(tau, 500, seed=5)
    np.testing.assert_array_equal(
        scripts.numbers("model.triangle", *cell), np.stack(tl.triangle(*cell), axis=-1)
    )
    with np.errstate(all="ignore"):
        state = _derived.scaled(*starts.cells(*cell), np.sqrt)
    np.testing.assert_array_equal(scripts.numbers("model.scaled", *cell), np.stack(state, axis=-1))
    np.testing.assert_array_equal(scripts.numbers("model.tau", *cell), state[2])


def test_ways_back(scripts):  # noqa: F811
    """From the plane and from the triangle to the network that is there."""
    cell = drawn(0.0, 500, seed=6)
    cell = type(cell)(*(column[np.isfinite(cell.width)] for column in cell[:4]), 0.0)
    eta, curvature, output, width, _ = cell
    x, s, _ = _derived.scaled(*cell, np.sqrt)
    found = scripts.numbers("model.fromPlane", x, s, curvature, width)
    np.testing.assert_allclose(found.T, (eta, output), rtol=1e-14)
    P, Q, _ = tl.triangle(*cell)
    found = scripts.numbers("model.fromTriangle", P, Q, eta, width)
    np.testing.assert_allclose(found[:, 0], curvature, rtol=1e-14)
    np.testing.assert_allclose(eta * found[:, 1] / np.sqrt(width), s, atol=1e-14)
    there = scripts.numbers("model.triangle", eta, *found.T, width, 0.0)
    np.testing.assert_allclose(there[:, :2].T, (P, Q), atol=1e-14)
    assert scripts.page.evaluate("model.fromPlane(3, 0, 2, Infinity)") == [1.5, 0]
    assert scripts.page.evaluate("model.fromTriangle(1, 2, 0.5, Infinity)") == [6, 0]


def test_corners_are_the_points_that_no_network_is_beyond(scripts):  # noqa: F811
    cell = drawn(1.99, seed=7)
    P, Q, V = tl.triangle(*cell)
    tau = scripts.numbers("model.tau", *cell)
    within = V > 0
    said = scripts.numbers("model.corners", tau[within]).T
    shares = np.array([P, Q, V])[:, within] / said
    np.testing.assert_allclose(shares.sum(axis=0), 1, atol=1e-9)
    assert (shares >= -1e-9).all()


def test_curvatures_of_the_first_step(scripts):  # noqa: F811
    """η_crit of a network of that curvature is η."""
    rng = np.random.default_rng(8)
    eta, output, width = 10 ** rng.uniform(-2, 2, 200), rng.uniform(-1, 1, 200), 1000.0
    target = rng.uniform(-1, 1, 200)
    output, target = output / eta, target / eta
    curvature = scripts.numbers("model.criticalCurvature", eta, output, width, target)
    np.testing.assert_allclose(tl.eta_crit(curvature, output, width, target), eta, rtol=1e-13)
    np.testing.assert_array_equal(scripts.numbers("model.edge", eta), 2 / eta)


@pytest.mark.parametrize("tau", LABELS)
def test_phases_of_pictures(scripts, tau):  # noqa: F811
    cell = drawn(tau, seed=9)
    said = scripts.numbers("model.phaseCode", *cell)
    assert (said == tl.phase(*cell)).mean() > 0.999
