"""What is decided and computed exactly: radicands that nearly vanish, phases in every unit."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import twolayer as tl
from tests.helpers import from_scaled
from twolayer import exact

EPS = np.finfo(float).eps
POWERS = (-950, -400, -233, 0, 233, 400)  # of two: units of 1e±70 and far beyond


def in_fractions(monkeypatch):
    """The cells that go to rational arithmetic from here on."""
    asked, convert = [], exact._fractions
    monkeypatch.setattr(exact, "_fractions", lambda *cells: asked.append(cells) or convert(*cells))
    return asked


def vanishing(rng, size, part):
    """Outputs and labels at which a fraction of λ² is left of the radicand, or none to rounding."""
    left = 10 ** rng.uniform(-18, 0, size) * rng.choice([1, -1, 0], size)
    curvature, width = rng.uniform(1, 2, size), rng.choice([1.0, 2.0, 7.0, 1e9], size)
    root = np.sqrt(width)
    if part == "crit":  # λ² = 8 f²/n
        return curvature, root * curvature * np.sqrt((1 - left) / 8), width, np.zeros(size)
    if part == "div":  # λ² − 16y(f − y)/n = λ² − 4f²/n + 4(f − 2y)²/n
        output = root * curvature / 2 * np.sqrt(1 - np.abs(left) / 2)
        return curvature, output, width, output / 2 * (1 + np.sqrt(np.abs(left) / 2))
    output = root * curvature / 2 * np.sqrt(1 - np.abs(left))  # flow: λ² = 4f²/n
    return curvature, output, width, np.zeros(size)


def by_hand(part, curvature, output, width, target):
    """The formula of theory.md in 60 digits; None where the root is not real."""
    with mpmath.workdps(60):
        lam, f, n, y = map(mpmath.mpf, map(float, (curvature, output, width, target)))
        radicand = {
            "crit": lam**2 - 8 * f * (f - y) / n,
            "div": lam**2 - 16 * y * (f - y) / n,
            "flow": lam**2 + 4 * (y**2 - f**2) / n,
        }[part]
        if radicand < 0:
            return None if part == "crit" else mpmath.mpf({"div": 8 / lam, "flow": 0}[part])
        root = mpmath.sqrt(radicand)
        return {"crit": 4 / (lam + root), "div": 8 / (lam + root), "flow": root}[part]


@pytest.mark.parametrize("part", ["crit", "div", "flow"])
def test_where_the_radicand_nearly_vanishes(part):
    start = vanishing(np.random.default_rng(0), 4000, part)
    function = {"crit": tl.eta_crit, "div": tl.eta_div, "flow": tl.gradient_flow_curvature}[part]
    said, real = function(*start), 0
    for value, row in zip(said, zip(*start, strict=True), strict=True):
        right = by_hand(part, *row)
        if right is None:
            assert value == np.inf
        elif part == "crit" and right > 4 / row[0] * (1 - EPS):  # η_max, to rounding
            assert value in (np.inf, right)
        else:
            real += 1
            assert abs(value - right) <= 2e-14 * right
    assert real / said.size > 0.3


def test_the_sharpness_where_its_radicand_vanishes():
    """n = 1, λ² + 4(f − y)(3f − y) = 0 needs y = 2f and λ = 2|f|: √ of a rounding is no more."""
    f = np.float64(0.3)
    assert tl.hessian_sharpness(0.6, f, 1, 0.6) == pytest.approx(0.3, rel=1e-15)
    above = np.nextafter(0.6, 1)
    with mpmath.workdps(50):
        lam = mpmath.mpf(float(above))
        right = (lam + mpmath.sqrt(lam**2 - 4 * mpmath.mpf(float(f)) ** 2)) / 2
    assert abs(tl.hessian_sharpness(above, f, 1, 0.6) / right - 1) < 1e-9


def test_rational_arithmetic_is_only_for_what_loses_digits(monkeypatch):
    asked = in_fractions(monkeypatch)
    rng = np.random.default_rng(1)
    cell = from_scaled(1.0, rng.uniform(0.1, 5, 20_000), rng.uniform(-1, 1, 20_000), 1.0, 0.0)
    tl.eta_crit(*cell.start)
    assert 0 < sum(parts[0].size for parts in asked) < 400


@pytest.mark.parametrize("power", POWERS)
def test_a_phase_in_another_unit_is_no_other_and_no_slower(power, monkeypatch):
    """Everything scales by a power of two without a rounding: the codes are the same, and rational
    arithmetic has as little to do."""
    rng = np.random.default_rng(2)
    size = 20_000
    tau = rng.uniform(-2.2, 2.2, size) * 10.0 ** -rng.integers(0, 80, size)
    width = rng.choice([1.0, 9.0, 1e18], size)
    cell = from_scaled(1.0, rng.uniform(0.1, 5, size), rng.uniform(-1, 1, size), width, tau)
    here = tl.phase(*cell)
    asked = in_fractions(monkeypatch)
    there = tl.phase(*cell.scaled(2.0**power))
    np.testing.assert_array_equal(here, there)
    assert sum(parts[0].size for parts in asked) < 20


def judged(eta, curvature, output, width, target):
    """theory.md §4 in fractions."""
    eta, lam, f, n, y = map(Fraction, map(float, (eta, curvature, output, width, target)))
    first = 1 - eta * lam + eta * eta * f * (f - y) / n
    V = 4 - eta * lam + eta * eta * y * (f - y) / n
    tau2, r2 = (eta * y) ** 2 / n, (eta * (f - y)) ** 2 / n
    if tau2 <= 1 and V > 0:
        return tl.Phase.CATAPULT if abs(first) > 1 else tl.Phase.LAZY
    bounded = tau2 <= 4 and (V > 0 or (V == 0 and r2 <= 4))
    return tl.Phase.OSCILLATING if bounded else tl.Phase.DIVERGENT


def test_extreme_cells_against_fractions():
    """Sizes anywhere in float64, beside one another."""
    rng = np.random.default_rng(3)
    for _ in range(3000):
        lam, x = 10.0 ** rng.uniform(-150, 150), 10.0 ** rng.choice([0, 0, 0, -20, -150, 100])
        x *= rng.choice([1, 2, 3, 4, rng.uniform(0, 5)])
        n = rng.choice([1.0, 4.0, 1e18, 1e70, 1e200])
        with np.errstate(all="ignore"):
            eta = x / lam
        f = rng.choice([0, 1e-200, 1e-60, 1, 1, -1]) * rng.uniform(0, 1) * np.sqrt(n) * lam / 2
        y = rng.choice([0, 1e-200, 1e-61, 1, -1, 2, 3]) * rng.choice([1, rng.uniform(0, 1)])
        with np.errstate(all="ignore"):
            y *= np.sqrt(n) / eta
        if not (np.isfinite([eta, f, y]).all() and eta > 0):
            continue
        assert tl.phase(eta, lam, f, n, y) == judged(eta, lam, f, n, y), (eta, lam, f, n, y)
