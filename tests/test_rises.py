"""Where the loss rises at label 0: the first rise, later ones, and the step of the peak."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest

import twolayer as tl
from derivations import fates


def steps_of_rises(x, width, steps):
    """The step at which the first rise ends, and that of the peak, for η = f₀ = 1."""
    with mpmath.workdps(60):
        n, curvature = mpmath.mpf(width), mpmath.mpf(x)
        s, squares = 1 / mpmath.sqrt(n), []
        for _ in range(steps):
            squares.append(s * s)
            curvature, s = curvature + s * s * (curvature - 4), s * (1 - curvature + s * s)
        first_end = next(t for t in range(steps - 1) if squares[t + 1] <= squares[t])
        return first_end, squares.index(max(squares))


@pytest.mark.parametrize(
    ("width", "first_end", "peak"),
    [(8_832_353, 8, 24), (6_185_487_591, 11, 33), (2_124_548_713_472_705_929, 20, 61)],
)
def test_near_the_largest_rate_a_later_rise_holds_the_peak(width, first_end, peak):
    """ηλ₀ = 3.98: theorem.log_n is of the first rise; the peak comes a multiple of ln n later."""
    assert steps_of_rises("3.98", width, 200) == (first_end, peak)
    law = np.log(width) / (2 * np.log(2.98))
    assert 0 < first_end - law < 1
    assert peak > 3 * law


def test_where_later_rises_begin_and_where_they_hold_the_peak():
    """Over a period of widths: none up to ηλ₀ = 3.6, but at 3.7; higher ones not up to 3.87, but at
    3.9."""
    for x, again, higher in ((3.6, False, False), (3.7, True, False), (3.87, True, False),
                             (3.9, True, True)):  # fmt: skip
        z = np.geomspace(1e-12, 1e-12 * (x - 1) ** 2, 20_000)
        delta = np.full_like(z, x - 2)
        stopped, second = np.zeros(z.shape, bool), np.zeros(z.shape, bool)
        top, first_top = z, z
        for _ in range(150):
            second |= stopped & (delta > z)
            stopped |= delta <= z
            delta, z = delta - z * (2 - delta), z * (1 + delta - z) ** 2
            top = np.maximum(top, z)
            first_top = np.where(stopped, first_top, z)
        assert (second.any(), (top > first_top).any()) == (again, higher)


def squares_of(x, z, steps):
    """x and z = s² step by step, as exact as their start is."""
    rows = [(x, z)]
    for _ in range(steps):
        x, z = x + z * (x - 4), z * (1 - x + z) ** 2
        rows.append((x, z))
    return rows


def test_no_step_grows_faster_than_the_first_below_the_boundary():
    """theorem.fastest, with its assumption x(0) < 4: at x(0) = 10, s² = 20 a step has 11, not 9."""
    for x in (Fraction(21, 10), Fraction(3), Fraction(39, 10)):
        for share in (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)):
            z = share * x * x / 4
            for t, (_, later) in enumerate(squares_of(x, z, 6)):
                assert later <= z * (x - 1) ** (2 * t)
    (_, z), (_, later) = squares_of(Fraction(10), Fraction(20), 1)
    assert later == 11**2 * z > (10 - 1) ** 2 * z


def test_just_above_the_boundary_a_narrow_network_hardly_rises():
    """n = 1, λ₀ = 2, f₀ = 0.6: the peak is "well beyond" the start only in wide networks."""
    start = 2.0, 0.6, 1.0
    loss = tl.simulate(1.001 * tl.eta_crit(*start), *start, steps=2000).loss
    assert loss[1] > loss[0]
    assert 1 < loss.max() / loss[0] < 1.005
    assert loss[-1] < 1e-6


def test_a_later_rise_after_a_first_fall_seldom_exceeds_the_start():
    """fates.late_rise is of runs that exceed their start: a loss that falls first may rise a little
    at smaller curvatures."""
    rows = squares_of(Fraction(7, 2), Fraction(159, 100) ** 2, 3)
    falls = [later[1] < row[1] for row, later in pairwise(rows)]
    assert falls == [True, False, False]
    rng = np.random.default_rng(0)
    x0 = rng.uniform(2, 4, 400_000)
    s0 = rng.uniform(0, x0 / 2)
    x, s, top, again = x0, s0, np.zeros_like(x0), np.zeros(x0.shape, bool)
    for t in range(200):
        x, after = x + s * s * (x - 4), s * (1 - x + s * s)
        again |= (t > 0) & (np.abs(after) > np.abs(s) * (1 + 1e-9)) & (np.abs(s) > 1e-9)
        s, top = after, np.maximum(top, np.abs(after))
        if t == 0:
            falls_first = np.abs(s) < s0
    rises, exceeds = falls_first & again, falls_first & (top > s0)
    least = float(fates.proved["late_rise"].claim.rhs)
    assert x0[exceeds].min() > least > x0[rises].min() > 3.4
    assert s0[exceeds].min() > np.sqrt(2) > s0[rises].min()
    assert exceeds.sum() > 100
