"""Boundaries located from what runs do: on scripted phases, on the recursion, on real networks."""

import re
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import twolayer as tl
from tests.helpers import cells
from twolayer import Network, Phase, locate_boundaries
from twolayer.recursion import outcome

LAZY, CATAPULT, OSCILLATING, DIVERGENT, UNDECIDED = Phase


def scripted(*steps):
    """Phases that change at given rates: scripted(LAZY, 1.0, CATAPULT, 2.0, DIVERGENT)."""
    codes, edges = np.array(steps[::2], dtype=int), np.array(steps[1::2])
    return lambda eta: codes[np.searchsorted(edges, eta, side="right")]


def holds(interval, rate, rtol):
    """The interval encloses the rate and is as narrow as asked."""
    assert (interval.low <= rate).all()
    assert (rate <= interval.high).all()
    assert (interval.high - interval.low <= rtol * interval.high).all()


# Scripted phases


@pytest.mark.parametrize("rtol", [1e-3, 1e-8, 1e-15])
@pytest.mark.parametrize("last", [OSCILLATING, DIVERGENT])
@given(edges=st.lists(st.floats(0.2, 9), min_size=2, max_size=2, unique=True).map(sorted))
def test_both_edges_are_enclosed(rtol, last, edges):
    assume(edges[1] > edges[0] * (1 + 1e-3))
    crit, largest = edges
    found = locate_boundaries(scripted(LAZY, crit, CATAPULT, largest, last), 0.1, 10.0, rtol)
    holds(found.eta_max, largest, rtol)
    assert (found.eta_max.phase_low, found.eta_max.phase_high) == (CATAPULT, last)
    if np.isfinite(found.eta_crit.low):
        holds(found.eta_crit, crit, rtol)
        assert (found.eta_crit.phase_low, found.eta_crit.phase_high) == (LAZY, CATAPULT)


def test_a_wide_window_is_always_found():
    for edge in np.geomspace(0.11, 7, 50):
        found = locate_boundaries(scripted(LAZY, edge, CATAPULT, edge * 1.35, DIVERGENT), 0.1, 10.0)
        holds(found.eta_crit, edge, 1e-8)


def test_without_a_catapult_there_is_no_eta_crit():
    found = locate_boundaries(scripted(LAZY, 1.7, DIVERGENT), 0.1, 10.0)
    assert found.eta_crit.low == found.eta_crit.high == found.eta_crit.middle == np.inf
    holds(found.eta_max, 1.7, 1e-8)
    assert found.eta_max.phase_low == LAZY


@pytest.mark.parametrize(
    ("steps", "names"),
    [
        ((LAZY, 1.0, CATAPULT, 2.0, LAZY, 3.0, DIVERGENT), ("CATAPULT", "LAZY")),
        ((LAZY, 1.0, DIVERGENT, 2.0, CATAPULT, 3.0, DIVERGENT), ("DIVERGENT", "CATAPULT")),
        ((LAZY, 1.0, OSCILLATING, 2.0, LAZY, 3.0, DIVERGENT), ("OSCILLATING", "LAZY")),
        ((CATAPULT, 1.0, LAZY, 3.0, DIVERGENT), ("CATAPULT", "LAZY")),
    ],
)
def test_phases_out_of_order_raise(steps, names):
    with out_of_order("", *names):
        locate_boundaries(scripted(*steps), 0.1, 10.0)


def out_of_order(where, earlier, later):
    number = r"\d+\.\d+"
    seen = rf"{earlier} at eta = {number}, {later} at eta = {number}"
    rest = "low and high must enclose nested phases"
    return pytest.raises(ValueError, match=rf"\Aphases are out of order{where}: {seen}; {rest}\Z")


def test_the_cell_out_of_order_is_named():
    tame, wild = (
        scripted(LAZY, 1.0, CATAPULT, 2.0, DIVERGENT),
        scripted(LAZY, 1.0, CATAPULT, 2.0, LAZY, 3.0, DIVERGENT),
    )
    with out_of_order(r" in cell \(1,\)", "CATAPULT", "LAZY"):
        locate_boundaries(lambda eta: np.stack([tame(eta[0]), wild(eta[1])]), [0.1, 0.1], 10.0)


def test_phases_out_of_order_between_samples_raise_when_the_bisection_meets_them():
    """A window that no sample shows, on the path of the bisection."""
    plain, path = scripted(LAZY, 1.0, CATAPULT, 2.0, DIVERGENT), []
    locate_boundaries(lambda eta: path.append(float(eta)) or plain(eta), 0.1, 10.0)
    met = next(rate for rate in path[17:] if 0.9 < rate < 1.1)
    with out_of_order("", "DIVERGENT", "CATAPULT"):
        locate_boundaries(lambda eta: np.where(eta == met, DIVERGENT, plain(eta)), 0.1, 10.0)


@pytest.mark.parametrize("rtol", [1e-2, 1e-8])
@pytest.mark.parametrize("gap", [1e-1, 1e-3, 1e-6])
def test_undecided_ends_the_bisection_and_stays_inside(gap, rtol):
    low, high = 2 * (1 - gap), 2 * (1 + gap)
    looks = []
    scripted_runs = scripted(LAZY, 1.0, CATAPULT, low, UNDECIDED, high, DIVERGENT)
    found = locate_boundaries(lambda eta: looks.append(eta) or scripted_runs(eta), 0.1, 10.0, rtol)
    assert (
        found.eta_max.low < low < high <= found.eta_max.high
        or found.eta_max.high - found.eta_max.low <= rtol * found.eta_max.high
    )
    assert (found.eta_max.phase_low, found.eta_max.phase_high) == (CATAPULT, DIVERGENT)
    holds(found.eta_crit, 1.0, rtol)
    if rtol == 1e-8:
        undecided = [float(eta) for eta in looks if scripted_runs(eta) == UNDECIDED]
        assert found.eta_max.low < min(undecided) <= max(undecided) < found.eta_max.high
        between = [float(eta) for eta in looks[17:] if low <= eta < high]
        assert len(between) <= 1, "one undecided run ends the search"


def test_undecided_between_lazy_and_catapult():
    found = locate_boundaries(
        scripted(LAZY, 0.9, UNDECIDED, 1.1, CATAPULT, 2.0, DIVERGENT), 0.1, 10.0
    )
    assert found.eta_crit.low < 0.9 < 1.1 <= found.eta_crit.high
    holds(found.eta_max, 2.0, 1e-8)


def test_undecided_cells_do_not_stop_the_others():
    one, two = (
        scripted(LAZY, 1.0, CATAPULT, 1.8, UNDECIDED, 2.2, DIVERGENT),
        scripted(LAZY, 0.7, CATAPULT, 1.9, DIVERGENT),
    )
    found = locate_boundaries(
        lambda eta: np.stack([one(eta[..., 0]), two(eta[..., 1])]), [0.1, 0.1], 10.0
    )
    assert found.eta_max.high[0] - found.eta_max.low[0] > 0.3
    holds(found.eta_max, np.array([2.0, 1.9]), np.array([0.5, 1e-8]))
    holds(found.eta_crit, np.array([1.0, 0.7]), 1e-8)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((LAZY,), r"high = 10\.0 must be a rate at which they do not; there the phase is LAZY"),
        (
            (LAZY, 1.0, CATAPULT),
            r"high = 10\.0 must be a rate at which they do not; there the phase is CATAPULT",
        ),
        (
            (LAZY, 1.0, UNDECIDED),
            r"high = 10\.0 must be a rate at which they do not; there the phase is UNDECIDED",
        ),
        (
            (DIVERGENT,),
            r"low = 0\.1 must be a rate at which runs converge; there the phase is DIVERGENT",
        ),
        (
            (UNDECIDED, 1.0, DIVERGENT),
            r"low = 0\.1 must be a rate at which runs converge; there the phase is UNDECIDED",
        ),
        (
            (CATAPULT, 1.0, DIVERGENT),
            r"low = 0\.1 must be a rate at which runs are LAZY; there the phase is CATAPULT",
        ),
    ],
)
def test_ends_on_the_wrong_side(steps, message):
    with pytest.raises(ValueError, match=rf"\A{message}\Z"):
        locate_boundaries(scripted(*steps), 0.1, 10.0)


@pytest.mark.parametrize("answer", [0.0, "LAZY", None, -1, 5, True, [0, 9]])
def test_answers_that_are_no_phases(answer):
    with pytest.raises(
        ValueError,
        match=re.escape("observe(eta) must return Phase codes, one for each learning rate"),
    ):
        locate_boundaries(lambda eta: answer, 0.1, 10.0)


def test_shapes_of_located_boundaries():
    crit = np.array([[0.5], [1.0]])

    def observe(eta):
        return np.where(eta < crit, LAZY, np.where(eta < 2 * crit, CATAPULT, DIVERGENT))

    for low, high, shape in (
        (0.1, 10.0, (2, 1)),
        ([0.1, 0.2, 0.3], 10.0, (2, 3)),
        ([[0.1], [0.2]], [[8.0], [9.0]], (2, 1)),
    ):
        found = locate_boundaries(observe, low, high)
        for interval, rates in ((found.eta_crit, crit), (found.eta_max, 2 * crit)):
            for field in fields(interval):
                assert getattr(interval, field.name).shape == shape
            holds(interval, np.broadcast_to(rates, shape), 1e-8)
    alone = locate_boundaries(scripted(LAZY, 1.0, CATAPULT, 2.0, DIVERGENT), 0.1, 10.0)
    assert all(np.ndim(getattr(alone.eta_max, field.name)) == 0 for field in fields(alone.eta_max))


# Theory, recursion and networks


@given(cell=cells(widths=(2, 10, 10**18), largest_tau=0.0))
def test_closed_phases_have_the_closed_boundaries(cell):
    crit, largest = tl.eta_crit(*cell.start), tl.eta_max(*cell.start)
    found = locate_boundaries(
        lambda eta: tl.phase(eta, *cell.start), largest / 50, largest * 1.7, 1e-13
    )
    holds(found.eta_max, largest, 1e-12)
    if np.isfinite(found.eta_crit.low):
        np.testing.assert_allclose(found.eta_crit.middle, crit, rtol=1e-12, atol=0, equal_nan=False)
    else:
        assert largest / crit < 1.3  # no sample fell in the window, if there is one


def random_networks(width, size, target=0.0):
    """Networks of one width, where the closed form has an η_crit with a window of a tenth at
    least."""
    net = Network.random(width, size=400, rng=width)
    crit, largest = tl.eta_crit(*net.start, target), tl.eta_max(*net.start, target)
    good = np.flatnonzero((crit < 0.9 * largest) & (largest == tl.eta_div(*net.start, target)))[
        :size
    ]
    return Network(net.u[good], net.v[good])


@pytest.mark.slow
@pytest.mark.parametrize("width", range(1, 51))
def test_both_boundaries_on_real_networks(width):
    """Trained on their weights, at label 0: η_crit and η_max to 1e-6 of the exact formulas."""
    net = random_networks(width, 3)
    crit, largest = tl.eta_crit(*net.start), tl.eta_max(*net.start)
    found = locate_boundaries(
        lambda eta: net.outcome(eta, absorbing=tl.certificate).phase,
        0.3 * crit,
        1.3 * largest,
        1e-7,
        samples=41,
    )
    assert crit.size == 3
    np.testing.assert_allclose(found.eta_crit.middle, crit, rtol=1e-6, atol=0, equal_nan=False)
    np.testing.assert_allclose(found.eta_max.middle, largest, rtol=1e-6, atol=0, equal_nan=False)
    for interval in (found.eta_crit, found.eta_max):
        assert (interval.high - interval.low <= 1e-6 * interval.high).all()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 2, 5, 20, 50])
@pytest.mark.parametrize("target", [-0.3, 0.2])
def test_eta_max_with_a_label_on_real_networks(width, target):
    """Where V = 0 binds: to 1e-6 of the exact formula, and not of 4/λ₀."""
    net = random_networks(width, 3, target)
    largest = tl.eta_max(*net.start, target)

    def observe(eta):  # only whether it converges: the first step may lower, raise, lower the loss
        phase = net.outcome(eta, target, absorbing=tl.certificate, max_steps=20_000).phase
        return np.where(phase == CATAPULT, LAZY, phase)

    found = locate_boundaries(observe, 0.2 * largest, 1.3 * largest, 1e-7)
    np.testing.assert_allclose(found.eta_max.middle, largest, rtol=1e-6, atol=0, equal_nan=False)
    assert (found.eta_max.high - found.eta_max.low <= 1e-6 * found.eta_max.high).all()
    assert (np.abs(largest * net.curvature / 4 - 1) > 1e-6).all()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 4, 9])
def test_eta_max_where_the_flattest_minimum_binds(width):
    """√n/|y| to 1e-2: runs there take 1/distance steps, and a run that is still bounded then is
    called OSCILLATING."""
    target = 1.5 * np.sqrt(width)
    net = Network.random(width, size=60, scale=0.6, rng=width)
    flat = np.sqrt(width) / target
    binds = np.flatnonzero(tl.eta_div(*net.start, target) > 1.5 * flat)[:4]
    net = Network(net.u[binds], net.v[binds])
    assert binds.size == 4
    assert (tl.eta_max(*net.start, target) == flat).all()

    def observe(eta):
        phase = net.outcome(eta, target, max_steps=6000).phase
        return np.select([phase == CATAPULT, phase == UNDECIDED], [LAZY, OSCILLATING], phase)

    found = locate_boundaries(observe, 0.2 * flat, 1.4 * flat, 1e-3)
    np.testing.assert_allclose(found.eta_max.middle, flat, rtol=1e-2, atol=0, equal_nan=False)
    assert (found.eta_max.phase_high == OSCILLATING).all()


@pytest.mark.parametrize("target", [0.0, 0.2])
def test_networks_and_their_recursion_have_the_same_boundaries(target):
    net = random_networks(12, 5, target)
    ends = 0.3 * tl.eta_crit(*net.start, target), 1.2 * tl.eta_max(*net.start, target)
    trained = locate_boundaries(
        lambda eta: net.outcome(eta, target, absorbing=tl.certificate).phase, *ends, samples=41
    )
    iterated = locate_boundaries(
        lambda eta: outcome(eta, *net.start, target, absorbing=True).phase, *ends, samples=41
    )
    for name in ("eta_crit", "eta_max"):
        np.testing.assert_allclose(
            getattr(trained, name).middle,
            getattr(iterated, name).middle,
            rtol=2e-8,
            atol=0,
            equal_nan=False,
        )


def test_width_one_networks_without_a_catapult():
    """ρ = 2|f₀|/λ₀ > 1/√2: about half of all networks of width one."""
    net = Network.random(1, size=400, rng=0)
    curvature, output, _ = net.start
    rho = 2 * np.abs(output) / curvature
    without = np.flatnonzero(rho > np.sqrt(0.5) + 1e-2)
    usual = np.flatnonzero(rho < np.sqrt(0.5) - 0.1)
    assert min(without.size, usual.size) > 100
    some = np.concatenate([without[:40], usual[:40]])
    net = Network(net.u[some], net.v[some])
    largest = 4 / net.curvature
    found = locate_boundaries(
        lambda eta: net.outcome(eta, absorbing=tl.certificate).phase,
        largest / 5,
        largest * 1.2,
        1e-6,
    )
    np.testing.assert_allclose(found.eta_max.middle, largest, rtol=1e-6, atol=0, equal_nan=False)
    absent = np.isinf(tl.eta_crit(*net.start))
    np.testing.assert_array_equal(np.isinf(found.eta_crit.low), absent)
    np.testing.assert_array_equal(np.isinf(found.eta_crit.high), absent)
    assert (absent == (rho[some] > np.sqrt(0.5))).all()


def test_phases_of_a_label_that_are_not_nested_raise():
    """n = 1, f₀ = 2, λ₀ = 4.4, y = 0.8: lazy below 5/6, catapult to 1, lazy to 1.25."""
    with pytest.raises(
        ValueError, match=r"phases are out of order: CATAPULT at eta = 0\.9\d*, LAZY at eta = 1\.0"
    ):
        locate_boundaries(
            lambda eta: outcome(eta, 4.4, 2.0, 1, 0.8, absorbing=True).phase, 0.2, 3.0
        )
