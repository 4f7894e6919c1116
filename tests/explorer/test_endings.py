"""The final curvature of the explorer is that of the package, and its error covers the truth."""

import numpy as np
import pytest

import twolayer as tl
from tests import oracle
from tests.explorer.scripts import FILES, scripts  # noqa: F401
from tests.helpers import from_scaled, random_cells
from twolayer import labelled, unlabelled

pytestmark = pytest.mark.browser
WIDE = (1, 2, 10, 1000, 10**9, 10**18)
END = """(...cell) => {
  const end = model.finalCurvature(...cell);
  return [end.curvature, end.error, end.steps, end.onBoundary];
}"""


def ends(scripts, cell):  # noqa: F811
    return scripts.numbers(END, *cell).T


def check(scripts, cell, known=0.95, on_boundary=0.01):  # noqa: F811
    """Equal to 1e-12 of itself or to the package's error; both errors together cover the gap."""
    curvature, error, _, near = ends(scripts, cell)
    expected = tl.final_curvature(*cell)
    assert near.mean() <= on_boundary
    sure = near == 0
    np.testing.assert_array_equal(
        np.isfinite(curvature[sure]), np.isfinite(expected.curvature[sure])
    )
    both = np.isfinite(curvature) & np.isfinite(expected.curvature)
    said, true, own = curvature[both], expected.curvature[both], error[both]
    gap, theirs = np.abs(said - true), expected.error[both]
    first_order = ~((theirs > 1e-3 * true) & (own > 1e-3 * true))  # else no estimate means much
    allowed = np.maximum(1e-12 * true, theirs)
    assert (gap <= allowed)[first_order].all()
    assert (gap <= own + theirs).all()
    assert np.isfinite(own).mean() >= known
    assert both.mean() > 0.3
    return curvature, error


@pytest.mark.parametrize("tau", [0.0, 1e-17, 1e-16, 1e-10, 1e-6, 1e-3, 0.1, 0.5, 0.9])
def test_everywhere(scripts, tau):  # noqa: F811
    rng, size = np.random.default_rng(0), 3000 if tau in (0, 0.1, 0.5, 0.9) else 500
    cell = random_cells(rng, size, (0.01, 4.3), 1e-300, WIDE)
    sign = rng.choice([-1, 1], size) * rng.uniform(0.5, 1, size)
    check(scripts, cell._replace(target=tau * sign * np.sqrt(cell.width) / cell.eta))


def test_labels_near_the_last_stable_minimum(scripts):  # noqa: F811
    rng = np.random.default_rng(1)
    tau = rng.choice([-1, 1], 300) * (1 - 10 ** rng.uniform(-3, -1, 300))
    cell = random_cells(rng, 300, (1.5, 4.3), 0.0, WIDE)
    check(scripts, cell._replace(target=tau * np.sqrt(cell.width) / cell.eta))


@pytest.mark.parametrize("offset", [0.0, 1e-9, -1e-9, 1e-4, -1e-4, 0.03, -0.03, 0.2])
@pytest.mark.parametrize("tau", [0.0, 0.2])
def test_near_the_transition(scripts, offset, tau):  # noqa: F811
    rng, size = np.random.default_rng(2), 400
    balance = rng.choice([-1, 1], size) * 10 ** rng.uniform(-9, -0.1, size)
    cell = from_scaled(0.7, np.full(size, 2 + offset), balance, rng.choice(WIDE, size), tau)
    check(scripts, cell, on_boundary=0.3 if offset == 0 else 0.0)


@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-6, 1e-3, 0.1])
def test_near_the_divergence(scripts, gap):  # noqa: F811
    """Where float64 does not know the end, it says so."""
    rng, size = np.random.default_rng(3), 1500
    x = 4 - gap * rng.uniform(0.1, 1, size)
    balance = rng.uniform(-0.99, 0.99, size) * 10 ** rng.uniform(-9, 0, size)
    cell = from_scaled(1.0, x, balance, rng.choice(WIDE, size), 0.0)
    _, error = check(scripts, cell, known=0.0, on_boundary=0.02)
    unknown = np.isinf(error).mean()
    assert unknown > 0.3 if gap == 1e-12 else unknown < 0.2
    eta = tl.eta_max(2.0, 1.0, 9, 0.3)
    check(
        scripts,
        (eta * (1 - gap * rng.uniform(0.1, 1, 300)), 2.0, 1.0, 9.0, 0.3),
        known=0.0,
        on_boundary=0.02,
    )


@pytest.mark.parametrize("kind", ["hard", "chaotic"])
def test_errors_cover_the_truth(scripts, kind):  # noqa: F811
    """Against 80 digits, at label 0."""
    rng, size = np.random.default_rng(4), 1000
    if kind == "hard":
        cell = oracle.hard_cells(rng, size)
    else:
        x = 4 - 10 ** rng.uniform(-13, -6, size)
        balance = rng.uniform(-0.999, 0.999, size) * 10 ** rng.uniform(-9, 0, size)
        cell = from_scaled(1.0, x, balance, np.ones(size), 0.0)
    curvature, error, *_ = ends(scripts, cell)
    columns = zip(*np.broadcast_arrays(*cell[:4]), strict=True)
    true = np.array([float(oracle.final_curvature(*row)) for row in columns])
    assert (np.abs(curvature - true) <= error + 1e-16 * true).all()
    assert (error >= 1e-14 * true).all()  # what the series leave out
    assert np.isfinite(error).mean() > (0.95 if kind == "hard" else 0.5)


def test_outputs_of_every_size(scripts):  # noqa: F811
    """Down to the smallest float, where it is not known where a catapult leads."""
    output = 10.0 ** -np.arange(1, 308, 3)
    for x in (0.3, 1.9, 2.02, 2.2, 3.0, 3.9):
        cell = (1.0, np.full(output.size, x), output, 4.0, 0.0)
        _, error = check(scripts, cell)
        assert (error < 1e-8).all()
    end = scripts.page.evaluate("model.finalCurvature(1, 3, 5e-324, 1e100, 0)")
    assert end["error"] == np.inf


def test_labels_below_rounding_are_in_the_error(scripts):  # noqa: F811
    cell = random_cells(np.random.default_rng(6), 300, (0.1, 3.5), 0.0, WIDE)
    bare = ends(scripts, cell)
    known = np.isfinite(bare[1])
    for tau in (1e-20, 2e-16):
        said = ends(scripts, cell._replace(target=tau * np.sqrt(cell.width) / cell.eta))
        gap = np.abs(said[0] - bare[0])[known]
        assert (gap <= (bare[1] + said[1])[known]).all()
        assert (said[1] >= 1.5 * bare[1] + 3.9 * tau / cell.eta)[known].all()


def test_errors_are_those_of_the_package(scripts):  # noqa: F811
    """In chaos with a label, where they are the distances of the same twins."""
    rng, size = np.random.default_rng(7), 400
    cell = random_cells(rng, size, (3.0, 4.3), 0.3, WIDE)
    said, expected = ends(scripts, cell), tl.final_curvature(*cell)
    chaotic = (expected.error > 1e-12) & np.isfinite(expected.error)
    assert chaotic.sum() > 10
    np.testing.assert_allclose(said[1][chaotic], expected.error[chaotic], rtol=1e-6)


def test_safety_is_that_of_the_package():
    text = FILES["endings"]
    assert f"SAFETY = {unlabelled._SAFETY};" in text
    assert f"TWIN_SAFETY = {labelled._TWIN_SAFETY};" in text
    numbers = labelled._LEFT_OUT, labelled._NEAR, labelled._LABEL
    assert f"[LEFT_OUT, NEAR, LABEL] = [{', '.join(map(str, numbers))}];" in text


SPECIAL = {
    "at zero loss": (1.0, 3.0, 0.2, 4.0, 0.2),
    "at zero loss, beyond": (1.0, 7.0, 0.0, 4.0, 0.0),
    "infinitely wide and lazy": (1.0, 1.5, 9.0, np.inf, 0.0),
    "infinitely wide, rising": (1.0, 2.5, 9.0, np.inf, 2.0),
    "infinitely wide, beyond": (1.0, 4.5, 9.0, np.inf, 2.0),
    "divergent": (1.0, 4.5, 1.0, 4.0, 0.0),
    "oscillating": (1.0, 3.2, 3.0, 4.0, 3.0),
    "balanced": (1.0, 1.0, 1.0, 4.0, 0.0),
}


@pytest.mark.parametrize("cell", SPECIAL.values(), ids=SPECIAL)
def test_where_nothing_is_iterated(scripts, cell):  # noqa: F811
    end = scripts.page.evaluate("(cell) => model.finalCurvature(...cell)", list(cell))
    expected = tl.final_curvature(*cell)
    assert tl.Phase[end["phase"]] == expected.phase
    np.testing.assert_array_equal(end["curvature"], expected.curvature)
    np.testing.assert_array_equal(end["error"], expected.error)


def test_units_do_not_matter(scripts):  # noqa: F811
    cell = random_cells(np.random.default_rng(5), 300, (0.1, 3.5), 0.5, WIDE)
    here = ends(scripts, cell)
    for power in (-300, 300):
        there = ends(scripts, cell.scaled(2.0**power))
        np.testing.assert_allclose(there[:2] * 2.0**power, here[:2], rtol=1e-13)


def test_no_cell_takes_long(scripts):  # noqa: F811
    """Five runs that spend their whole budget, at their best of ten."""
    cell = (1.0, 3.0765, -0.17672, 1.0, 1e-6)
    assert scripts.page.evaluate("(cell) => model.finalCurvature(...cell).steps", cell) == 100_000
    times = scripts.page.evaluate(
        """(cell) => Array.from({ length: 10 }, () => {
          const start = performance.now();
          model.finalCurvature(...cell);
          return performance.now() - start;
        })""",
        cell,
    )
    assert min(times) < 5
