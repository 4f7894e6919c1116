"""The numbers that the page shows are those of the package."""

import itertools
import math

import numpy as np
import pytest

import twolayer as tl

pytestmark = pytest.mark.browser

STARTS = [
    (2.0, 1.0, 100.0, 0.0),
    (2.0, 0.0, 100.0, 0.0),
    (0.7, -3.0, 80.0, 0.0),
    (5.0, 1e-3, 1e6, 0.0),
    (2.0, 1.0, 2.0, 0.0),
    (2.0, 1.0, math.inf, 0.0),
    (2.0, 3.0, math.inf, 1.0),
    (2.0, 4.0, 100.0, 3.0),
    (2.0, -4.0, 100.0, 3.0),
    (2.0, 1.0, 4.0, -1.0),
    (4.4, 2.0, 1.0, 0.8),
    (2.0, 2.0, 100.0, 18.0),
    (3.0, 1.0, 37.5, 1.0),
]
SHARES = (0.1, 0.5, 0.9, 1.05, 1.5, 1.9, 1.97, 2.2)  # of the learning rate, in 2/λ₀


def close(value, expected, error=0.0):
    if not math.isfinite(expected):
        return value == expected or (math.isnan(value) and math.isnan(expected))
    return abs(value - expected) <= 1e-12 * abs(expected) + error


def shown_at(shown, *cell):
    names = ("eta", "curvature", "output", "width", "target")
    assert shown.set(**dict(zip(names, cell, strict=True))) == ""
    return shown.readouts()


@pytest.mark.parametrize("start", STARTS)
def test_readouts_are_those_of_the_package(shown, start):
    for share in SHARES:
        eta = share / start[0]
        values = shown_at(shown, eta, *start)
        final = tl.final_curvature(eta, *start)
        assert values["phase"] == tl.phase(eta, *start).name
        assert not values["onBoundary"]
        for name, rate in (
            ("etaCrit", tl.eta_crit),
            ("etaMax", tl.eta_max),
            ("etaDiv", tl.eta_div),
        ):
            assert close(values[name], float(rate(*start)), 0)
        assert close(values["ratio"], eta / tl.eta_crit(*start))
        error = final.error if math.isfinite(final.curvature) else 0.0
        if math.isfinite(error):
            assert close(values["finalCurvature"], float(final.curvature), float(error))
        assert math.isinf(values["error"]) or not math.isinf(final.error)


def test_peak_and_steps_are_those_of_the_run(shown):
    for share, start in itertools.product((0.5, 1.3, 1.8), (STARTS[0], STARTS[7])):
        eta = share * 2 / start[0]
        values = shown_at(shown, eta, *start)
        outcome = tl.outcome(eta, *start)
        assert values["steps"] == outcome.steps
        assert values["peakStep"] == outcome.peak_step
        assert close(values["peakLoss"], float(outcome.peak_loss), 1e-9 * outcome.peak_loss)


@pytest.mark.parametrize(
    ("eta", "start"),
    [
        (2.0, STARTS[0]),
        (1.0, STARTS[1]),
        (float(tl.eta_crit(*STARTS[0])), STARTS[0]),
        (float(tl.eta_max(*STARTS[7])), STARTS[7]),
        (float(tl.eta_max(*STARTS[11])), STARTS[11]),
    ],
)
def test_within_rounding_of_a_boundary_it_says_so(shown, eta, start):
    for beside in (eta, np.nextafter(eta, 0), np.nextafter(eta, 9)):
        assert shown_at(shown, float(beside), *start)["onBoundary"]
        assert shown.text("#phase").count("on the boundary") == 1
    for beside in (eta * (1 - 1e-12), eta * (1 + 1e-12)):
        assert not shown_at(shown, beside, *start)["onBoundary"]
        assert "boundary" not in shown.text("#phase")


def test_numbers_are_said_to_the_digits_that_are_known(shown):
    final = "#readouts [data-name=final]"
    shown_at(shown, 1.4, *STARTS[0])
    number, error = shown.text(final).split(" ± ")
    curvature = tl.final_curvature(1.4, *STARTS[0])
    assert abs(float(number) - curvature.curvature) < 1e-11
    assert error.endswith(("⁻¹³", "⁻¹⁴", "⁻¹⁵"))
    shown_at(shown, 2 - 1e-11, *STARTS[0])
    assert shown.text(final).endswith("the rest is lost to rounding")
    shown_at(shown, 2 - 4e-16, *STARTS[0])
    assert shown.text(final) == "lost to rounding"
    shown_at(shown, 2.1, *STARTS[0])
    assert shown.text(final) == "none: training diverges"
    shown_at(shown, 0.65, *STARTS[11])
    assert shown.text(final) == "none: it never settles"
    shown_at(shown, 1.4, *STARTS[5])
    assert shown.text(final) == "no limit: log-periodic in n"


def test_eta_div_is_shown_where_it_is_another(shown):
    row = shown.tab.locator("#readouts div", has=shown.tab.locator("[data-name=etaDiv]"))
    assert not row.is_visible()
    shown_at(shown, 0.65, *STARTS[11])
    assert row.is_visible()
    assert shown.text("[data-name=etaCrit]") == "none"


def test_a_start_at_zero_loss_says_that_nothing_moves(shown):
    values = shown_at(shown, 1.4, 2.0, 3.0, 100.0, 3.0)
    assert (values["finalCurvature"], values["error"]) == (2.0, 0.0)
    assert (values["peakLoss"], values["steps"]) == (0.0, 0)
    assert "never moves" in shown.text("#phase")
    assert shown.text("#loss .remark").startswith("The loss is zero")
