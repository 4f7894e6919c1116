"""The final curvature: its laws first, then multiple precision, then how far it says it can be
trusted."""

from decimal import Decimal, localcontext
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import twolayer as tl
from tests import helpers, oracle
from tests.helpers import Cell, from_scaled, random_cells
from twolayer import Phase, _derived, _expansions, expansions, final_curvature, laws

EPS = np.finfo(float).eps
RNG = np.random.default_rng


def ended(x, s):
    """Final x and its error from the dimensionless state."""
    end = final_curvature(1.0, x, s, 1)
    return end.curvature, end.error


def states(rng, size, low=0.01, high=3.9):
    x = rng.uniform(low, high, size)
    return x, x / 2 * rng.uniform(0, 1, size) ** rng.integers(1, 20, size)


@pytest.mark.parametrize("seed", range(4))
def test_a_step_changes_nothing(seed):
    x, s = states(RNG(seed), 20_000)
    later_x, later_s = _derived.scaled_step_zero_target(x, s)
    (one, doubt), (two, later_doubt) = ended(x, s), ended(later_x, later_s)
    off = np.abs(one - two) / (doubt + later_doubt)
    assert (off <= 1).all()
    assert np.median(np.abs(one / two - 1)) < 4e-15


def test_it_is_where_the_run_ends():
    cell = random_cells(RNG(5), 4000, (0.05, 3.9))
    said, ran = final_curvature(*cell), tl.outcome(*cell, max_steps=20_000)
    known = (
        (ran.phase <= Phase.CATAPULT)
        & np.isfinite(ran.curvature_error)
        & (cell.eta * said.curvature > 1e-3)
    )
    assert known.mean() > 0.8
    apart = np.abs(said.curvature - ran.curvature)[known]
    assert (apart <= (said.error + ran.curvature_error + 1e-11 * said.curvature)[known]).all()
    np.testing.assert_array_equal(said.phase, tl.phase(*cell))


def test_zero_output_stays():
    x = np.append(np.linspace(0.01, 3.9, 50), 2.0)
    np.testing.assert_allclose(ended(x, 0 * x)[0], x, rtol=4 * EPS)


@pytest.mark.parametrize(
    ("low", "high", "share"), [(0.02, 1.99, 1e-13), (2.01, 3.0, 3e-13), (3.0, 3.9, 1e-11)]
)
def test_against_80_digits(low, high, share):
    x, s = states(RNG(9), 60, low, high)
    said, doubt = ended(x, s)
    for a, b, value, error in zip(x, s, said, doubt, strict=True):
        exact = oracle.final_curvature(1, a, b, 1)
        assert abs(Decimal(value) - exact) <= error
        assert abs(value / float(exact) - 1) <= max(share, error / float(exact))


def test_hard_cells_against_the_oracle():
    """As the benchmark, on fewer cells: |ηλ₀ − 2| down to 1e-8, ηλ_∞ below 1e-6, widths 1 and
    10¹⁸."""
    cell = oracle.hard_cells(RNG(1), 400)
    said = final_curvature(*cell)
    exact, off, covered, moved = oracle.judge(cell, said)
    assert covered.all()
    assert off[moved < 1e-15].max() < 1.5e-14
    assert np.median(off[moved < 1e-15]) < 3e-16
    assert (off <= 1.5e-14 + 8 * moved).all()
    assert (moved < 1e-15).mean() > 0.5
    assert np.abs(cell.eta * cell.curvature - 2).min() < 1e-7
    assert (cell.eta * exact).min() < 1e-6
    assert {1.0, 1e18} <= set(cell.width)
    assert said.steps.max() <= 70


def test_roundings_do_not_hide_one_another_in_its_error():
    """In the chaos above ηλ₀ = 2.8; the first starts are some at which one signed change, or none
    in the steps, said too little, and three at which a rounding of s, as if PQ followed it, said
    too much."""
    found = [
        (3.948294056189145, 1.7033322518660232), (3.867930415003057, 1.4915413046037924),
        (3.888875753837418, 0.9907187592670069), (3.880895288522794, 0.35932793566528126),
        (3.0993944455908498, 0.040355938840151), (3.218, 0.10475085041302365),
        (3.29, 0.22244459984454557), (3.334, 0.2108606743800275),
    ]  # fmt: skip
    first, rest = np.array(found).T, RNG(8).uniform((2.8, 0), (3.999, 1), (600, 2)).T
    x, s = np.append(first[0], rest[0]), np.append(first[1], rest[0] / 2 * rest[1])
    said = final_curvature(1.0, x, s, 1)
    exact, _, covered, moved = oracle.judge(Cell(1.0, x, s, 1, 0.0), said)
    assert covered.all()
    assert (said.error >= 1.4 * np.minimum(moved, 0.1) * exact).all()
    assert (said.error <= (1e-12 + 100 * moved) * exact).all()
    assert exact[:8].min() < 1e-6
    assert (said.error / exact)[5:8].max() < 1e-8


@pytest.mark.parametrize("gap", [1e-2, -1e-2, 3e-3])
def test_across_the_transition(gap):
    for s in (3e-3, 1e-2):
        value, error = ended(2 + gap, s)
        exact = oracle.final_curvature(1, 2 + gap, s, 1, near=False)
        assert abs(Decimal(value) - exact) <= error <= 1e-12


@pytest.mark.parametrize("gap", [1e-8, -1e-8, 1e-6, 1e-4])
@pytest.mark.parametrize("s", [1e-9, 1e-7, 1e-4])
def test_near_the_transition_it_is_the_mirror_law(gap, s):
    """The first two orders of the series, by hand: ρ_I² = ρ² + 2δ³/3, C = 2 − ρ_I − ρ_I²/3
    (theory.md §6)."""
    gap = (2 + gap) - 2  # what float64 makes of it
    rho = np.hypot(gap, np.sqrt(2) * s)
    said = ended(2 + gap, s)[0]
    assert abs(said - (2 - rho - rho**2 / 3 - gap**3 / (3 * rho))) <= 2 * rho**3 + 4 * EPS


@pytest.mark.parametrize("s", [0.9999, 0.99999, 0.9999999])
def test_tiny_final_curvature(s):
    """Almost balanced networks: the final curvature is small and slow; the exact product of the
    first steps times the flat law."""
    value, error = ended(2.0, s)
    with mpmath.workdps(50):
        x, output = mpmath.mpf(2), mpmath.mpf(s)
        for _ in range(4):
            z = output**2
            x, output = x + z * (x - 4), output * (1 - x + z)
        mean = mpmath.sqrt(x * x / 4 - output**2)
        rho = mean * mpmath.sqrt(1 - x / 2 + x**2 / 16 - x**3 / 24)
        exact = 2 * rho + rho**2 + 9 * rho**3 / 8
    assert exact < 1e-5
    assert abs(value - exact) <= error + abs(x) ** 4 * exact
    assert abs(value / exact - 1) < 1e-11


def test_wide_networks_are_log_periodic():
    """Widths n and n(x − 1)²: theory.md §7, up to ln n/n."""
    x, f = np.array([2.8, 3.0, 3.2]), 0.3
    n = 1e12
    one = final_curvature(x, 1.0, f, np.round(n)).curvature
    two = final_curvature(x, 1.0, f, np.round(n * (x - 1) ** 2)).curvature
    half = final_curvature(x, 1.0, f, np.round(n * (x - 1))).curvature
    np.testing.assert_allclose(one, two, rtol=1e-9)
    assert (np.abs(half / one - 1) > 1e-3).all()


# Which expansion


def test_a_run_does_not_depend_on_its_company():
    x, s = states(RNG(2), 40_000, 0.001, 3.99)
    s[::3] *= 1e-5
    together = ended(x, s)
    for part in (slice(None, None, 97), slice(123, 124), slice(20_000, None)):
        for alone, among in zip(ended(x[part], s[part]), together, strict=True):
            np.testing.assert_array_equal(alone, among[part])


def inside(expansion, V, s):
    """Whether a state is where an expansion is said to hold, in exact rationals of the numbers it
    was given (and a rounding)."""
    x, z, slack = 4 - Fraction(V), Fraction(s) ** 2, 1 + Fraction(1, 2**48)
    if expansion == "near_critical":
        level = (x - 2) ** 2 * (1 + Fraction(2, 3) * (x - 2)) + 2 * z
        return x > 1 and level <= Fraction(*_expansions.MIRROR_RADIUS) ** 2 * slack
    if expansion == "near_origin":
        return 0 <= x <= Fraction(*_expansions.FLAT_RADIUS) * slack
    reach = Fraction(*_expansions.BULK_RADIUS) * (x * (x - 2) / 2) ** 2 * slack
    if expansion == "in_bulk":
        return z == 0 or (x < 2 and z <= reach * (1 + x))
    return 2 < x < 4 and z <= reach


def uses(monkeypatch, size):
    """Solve a random map; how often each expansion was used, and which ones outside its radius."""
    used, astray = dict.fromkeys(("near_critical", "near_origin", "in_bulk", "jump"), 0), set()

    def watched(name, real):
        def expansion(runs, ends, **rows):
            used[name] += runs.V.size
            states = zip(runs.V.tolist(), runs.s.tolist(), strict=True)
            astray.update(name for V, s in states if not inside(name, V, s))
            end = real(runs, ends, **rows)
            if name == "jump":
                # on the manifold, where its series holds: |σ| ≤ reach, and S = σ(1 + …) is within
                # 1 % of it
                x = 4 - runs.V
                reach = 1.01 * np.sqrt(expansions.MANIFOLD_RADIUS) * x * (x - 2) / 2
                astray.update(["landing"] * int((np.abs(end.s) > reach).any()))
                assert ((end.V > 0) & (end.V < 4)).all()
            return end

        return expansion

    with monkeypatch.context() as patch:
        for name in used:
            patch.setattr(expansions, name, watched(name, getattr(expansions, name)))
        x, s = states(RNG(11), size, 1e-4, 3.999)
        ended(x, np.where(RNG(12).uniform(size=x.size) < 0.5, s, s * 1e-6))
    return used, astray


def test_no_expansion_is_used_outside_its_radius(monkeypatch):
    used, astray = uses(monkeypatch, 12_000)
    assert not astray
    assert min(used.values()) > 500
    assert used["near_critical"] + used["near_origin"] + used["in_bulk"] == 12_000


@pytest.mark.parametrize("name", ["MIRROR_RADIUS", "FLAT_RADIUS", "BULK_RADIUS"])
def test_a_radius_one_per_cent_too_large_is_noticed(monkeypatch, name):
    monkeypatch.setattr(expansions, name, 1.01 * getattr(expansions, name))
    assert uses(monkeypatch, 4000)[1]


@pytest.mark.parametrize("border", ["mirror", "flat", "bulk", "jump"])
def test_it_is_continuous_where_one_expansion_takes_over(border):
    share, side = np.linspace(0.02, 0.98, 49), np.array([[1 - 1e-14], [1 + 1e-14]])
    if border == "mirror":
        angle, radius = np.pi * share, expansions.MIRROR_RADIUS * side
        x, s = 2 + radius * np.cos(angle), radius * np.sin(angle) / np.sqrt(2)
    elif border == "flat":
        x = expansions.FLAT_RADIUS * side
        s = x / 2 * share
    else:
        x = (0.2 + 1.6 * share if border == "bulk" else 2.13 + 1.3 * share) * np.ones((2, 1))
        reach = np.sqrt(expansions.BULK_RADIUS * np.where(x < 2, 1 + x, 1)) * x * np.abs(x - 2) / 2
        s = side * reach
    end, error = (
        part.reshape(2, -1)
        for part in ended(*(np.broadcast_to(a, (2, 49)).reshape(-1) for a in (x, s)))
    )
    # by the 90 roundings between both sides; before a jump they grow
    moved = 5e-14 if border != "jump" else 25 * error.max(axis=0)
    assert (np.abs(end[0] - end[1]) <= error.sum(axis=0) + moved).all()
    assert border == "jump" or error.max() < 1e-13


# Limits, and how they are approached


@pytest.mark.parametrize(("x", "f"), [(0.3, 0.1), (1.2, -0.5), (1.9, 0.9), (1.999, 0.3)])
def test_a_lazy_network_loses_ever_less_with_its_width(x, f):
    widths = np.unique(np.logspace(0, 18, 400).round())
    widths = widths[np.sqrt(widths) * x / 2 >= abs(f)]
    end = final_curvature(1.0, x, f, widths)
    lost = x - end.curvature
    assert (np.diff(lost) <= end.error[1:] + end.error[:-1]).all()
    assert (np.diff(lost)[lost[1:] > 1e-12] < 0).all()
    assert lost[-1] <= end.error[-1] < 1e-13
    late = np.flatnonzero(lost > 1e-9)[-1]
    assert lost[late] * widths[late] == pytest.approx(f * f * (4 - x) / (x * (2 - x)), rel=1e-5)


def test_above_the_transition_a_wider_window_ends_lower():
    """x_∞ for s → 0 falls as x₀ grows from 2 to 2.24, where it is one number; from 2 on, as 4 −
    x₀."""
    x = 2 + np.logspace(-6, np.log10(0.24), 300)
    end = laws.limit_curvature(1.0, x, 0.3)
    assert (np.diff(end) < 0).all()
    assert (end < 4 - x).all()
    np.testing.assert_allclose((2 - end)[:50] / (x - 2)[:50], 1 + 2 / 3 * (x - 2)[:50], atol=1e-7)


@pytest.mark.parametrize("s", [1e-9, 1e-5, 1e-2, 0.3])
def test_it_is_continuous_across_the_transition(s):
    """Both sides tend to the value at ηλ₀ = 2, in proportion to the distance and to its slope
    there, which is at most about 1 + 2s."""
    gap = np.logspace(-1, -12, 12)
    middle, (above, below) = (
        ended(2.0, s)[0],
        (ended(2 + sign * gap, np.full(12, s))[0] for sign in (1, -1)),
    )
    for side in (above, below):
        assert (np.abs(side - middle) <= 2.5 * gap + 8 * EPS).all()
    assert abs(above[-1] - below[-1]) < 1e-11
    assert middle == pytest.approx(2 - np.sqrt(2) * s - 2 * s * s / 3, abs=3 * s**3 + 4 * EPS)


# Phases, labels, shapes, bad input


def test_phases():
    end = final_curvature([0.5, 1.5, 2.0, 2.5], 2.0, 1.0, 100)
    assert end.phase.tolist() == [0, 1, 2, 3]
    assert np.isfinite(end.curvature[:2]).all()
    assert np.isnan(end.curvature[2])
    assert end.curvature[3] == np.inf
    wide = final_curvature([0.5, 1.5, 2.5], 2.0, 1.0, np.inf)
    assert wide.curvature[0] == 2
    assert np.isnan(wide.curvature[1])
    assert wide.curvature[2] == np.inf


def test_few_steps_anywhere():
    x, s = np.linspace(0.002, 3.998, 300)[:, None], np.logspace(-9, 0, 300)[None, :]
    x, s = (array.reshape(-1) for array in np.broadcast_arrays(x, s))
    allowed = x >= 2 * s
    end = final_curvature(x[allowed], 1.0, s[allowed] / x[allowed], 1)
    assert end.steps.max() <= 70
    assert end.steps.mean() < 8
    assert np.isfinite(end.curvature).all()


def test_labels_end_where_runs_end():
    cell = random_cells(RNG(3), 500, (0.1, 3.0), tau=0.7)
    said, ran = final_curvature(*cell), tl.outcome(*cell, max_steps=50_000)
    both = (
        (said.phase <= Phase.CATAPULT)
        & np.isfinite(said.curvature)
        & np.isfinite(ran.curvature_error)
    )
    assert both.mean() > 0.5
    error, said = said.error[both], said.curvature[both]
    allowed = error + ran.curvature_error[both] + 1e-5 * said  # a run stops at a residual of 1e-6
    assert (np.abs(said - ran.curvature[both]) <= allowed).all()


def test_with_a_label_zero_loss_stays():
    """To the last bit: what is returned is the run itself, and none of its twins."""
    x = np.linspace(0.5, 1.9, 30)
    end = final_curvature(1.0, x, 0.3, 7, 0.3)
    np.testing.assert_array_equal(end.curvature, x)
    assert (end.steps == 0).all()


def test_labels_against_multiple_precision():
    cell = from_scaled(
        1.0, np.array([0.5, 1.3, 2.2]), np.array([0.3, -0.2, 0.4]), 7, np.array([0.2, -0.4, 0.5])
    )
    said = final_curvature(*cell)
    for k in range(3):
        with mpmath.workdps(50):
            x, s, tau = (
                mpmath.mpf(float(v))
                for v in _derived_state(Cell(*(np.broadcast_to(a, 3)[k] for a in cell)))
            )
            for _ in range(4000):
                r = s - tau
                x, s = x + r * (x * r - 4 * s), tau + r * (1 - x + s * r)
        assert abs(said.curvature[k] - x) <= said.error[k] <= 1e-12


def _derived_state(cell):
    x, r, tau = _derived.scaled(*(float(value) for value in cell), np.sqrt)
    return x, r + tau, tau


def test_shapes_and_saving(tmp_path):
    grid = final_curvature(np.array([[0.5], [1.5]]), 2.0, 1.0, [10, 100, 1000])
    assert (
        grid.curvature.shape == grid.error.shape == grid.phase.shape == grid.steps.shape == (2, 3)
    )
    one = final_curvature(1.5, 2.0, 1.0, 100)
    assert one.phase is Phase.CATAPULT
    assert one.curvature == grid.curvature[1, 1]
    tl.save(tmp_path / "end.npz", grid)
    np.testing.assert_array_equal(tl.load(tmp_path / "end.npz").curvature, grid.curvature)
    assert final_curvature(np.empty((0, 2)), 2.0, 1.0, 10).curvature.shape == (0, 2)


@pytest.mark.parametrize(
    "bad",
    [{"eta": 0.0}, {"curvature": -1.0}, {"output": 100.0}, {"width": -2.5}, {"target": np.inf}],
)
def test_bad_input(bad):
    good = {"eta": 1.0, "curvature": 2.0, "output": 1.0, "width": 10, "target": 0.0}
    with pytest.raises(ValueError, match=next(iter(bad))) as caught:
        final_curvature(**(good | bad))
    assert "\n" not in str(caught.value)


def test_the_error_with_a_label_covers_what_rounding_does():
    """Where training is chaotic for a while; 80 digits. Two cells that one twin did not cover, and
    a crowd."""
    rng = RNG(7)
    x, balance = rng.uniform(3, 4.3, 2500), rng.uniform(-1, 1, 2500)
    width = rng.choice([1, 3, 10, 1000, 10**9], 2500).astype(float)
    crowd = from_scaled(1.0, x, balance, width, rng.uniform(-0.9, 0.9, 2500))
    known = (
        (2.060509861404005, 1.7, 0.7957561234463671, 10.0, -0.7387271800499026),
        (2.11, 2.0, 0.9, 1.0, 0.1),
    )
    columns = zip(np.broadcast_arrays(*crowd), zip(*known, strict=True), strict=True)
    cell = Cell(*(np.append(column, more) for column, more in columns))
    said, ratios = final_curvature(*cell), []
    for row, phase, curvature, error in zip(
        helpers.in_rows(cell), said.phase, said.curvature, said.error, strict=True
    ):
        exact = (
            helpers.final_curvature(row, steps=3000)
            if phase <= Phase.CATAPULT and error < 1e-3
            else None
        )
        if exact is not None:
            ratios.append(abs(float(exact) - curvature) / error)
    assert len(ratios) > 1200
    assert max(ratios[-2:]) < 1
    assert np.mean(np.array(ratios) > 1) < 1e-3
    assert max(ratios) < 10
    assert np.median(ratios) > 1e-3  # nor is it a bound that says nothing


def test_a_label_that_is_not_reached_in_time_says_so():
    """Where the curvature itself is tiny, so that a step does next to nothing."""
    end = final_curvature(*from_scaled(1.0, 1e-6, 0.9, 10, np.array([1e-8, -1e-8])))
    assert (end.phase == Phase.LAZY).all()
    assert np.isnan(end.curvature).all()
    assert np.isinf(end.error).all()
    assert (end.steps == 100_000).all()


@pytest.mark.parametrize("width", [1, 7, 1e18, np.inf])
@pytest.mark.parametrize("label", [0.0, 0.3, -0.3, 1e-300])
def test_a_start_at_zero_loss_stays(width, label):
    """In every phase of its neighbours, which its `phase` still is."""
    eta = np.array([0.5, 1.5, 2.0, 2.5, 30.0])
    end = final_curvature(eta, 2.0, label, width, label)
    np.testing.assert_array_equal(end.curvature, 2.0)
    np.testing.assert_array_equal(end.error, 0.0)
    np.testing.assert_array_equal(end.steps, 0)
    np.testing.assert_array_equal(end.phase, tl.phase(eta, 2.0, label, width, label))
    assert set(end.phase.tolist()) >= {Phase.LAZY, Phase.DIVERGENT}
    beside = final_curvature(2.5, 2.0, np.nextafter(label, 1), width, label)
    assert beside.curvature == np.inf


def test_an_error_larger_than_the_curvature_is_infinite():
    """Where chaos has eaten all digits the value stays, and says nothing."""
    x = 4 - np.logspace(-14, -3, 400)
    end = final_curvature(1.0, x, 0.4, 1)
    hopeless = np.isinf(end.error)
    assert 0.02 < hopeless.mean() < 0.98
    assert np.isfinite(end.curvature).all()
    assert (end.error[~hopeless] <= end.curvature[~hopeless]).all()


def test_an_output_below_every_float_leaves_the_end_unknown():
    end = final_curvature([1.5, 0.5], 2.0, 1e-320, 10**300)
    assert end.error[0] == np.inf
    assert end.curvature[0] == 2.0
    assert end.error[1] < 1e-13


@pytest.mark.parametrize("x", [2.05, 2.5, 3.5])
@pytest.mark.parametrize("f", [1e-308, 1e-310, 1e-315, 1e-320, 5e-324])
def test_outputs_among_the_smallest_floats(x, f):
    """The run itself in 50 digits; as few digits as such an output has are known of the end."""
    end = final_curvature(1.0, x, f, 1)
    with localcontext(prec=50):
        exact, s = Decimal(x), Decimal(f)
        while exact >= 2 or abs(s) > Decimal("1e-25"):
            exact, s = exact + s * s * (exact - 4), s * (1 - exact + s * s)
    assert abs(Decimal(float(end.curvature)) - exact) <= Decimal(float(end.error))
    assert (end.error < 1e-7) == (f > 1e-318 or x < 2.1)


@pytest.mark.parametrize("output", [10.0, -10.0])
def test_a_start_that_loses_all_its_weights_in_one_step(output):
    """u = ±v and ηλ₀ = 2: the first step takes away both, and rounding may have hidden a rest."""
    end = final_curvature(1.0, 2.0, output, 100)
    assert (end.curvature, end.error, end.phase) == (0.0, np.inf, Phase.LAZY)
    beside = final_curvature(1.0, 2.0, 0.999_99 * output, 100)
    assert 0 < beside.curvature < 1e-5
    assert beside.error < 1e-8 * beside.curvature
