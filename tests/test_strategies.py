"""The public strategies draw what they promise, and enough of it."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import Phase as Stage
from hypothesis import find, given, settings
from hypothesis import strategies as st

import twolayer as tl
from twolayer import strategies

PHASES = [tl.Phase.LAZY, tl.Phase.CATAPULT, tl.Phase.OSCILLATING, tl.Phase.DIVERGENT]


def first(strategy, condition):
    """The first example that has a property, not the simplest one."""
    return find(strategy, condition, settings=settings(phases=[Stage.generate], max_examples=1000))


@given(strategies.initializations())
def test_initializations_are_accepted_everywhere(start):
    curvature, output, width, target = start
    assert abs(output) <= np.sqrt(width) * curvature / 2
    assert tl.eta_max(curvature, output, width, target) > 0


@pytest.mark.parametrize("phase", PHASES)
def test_runs_are_in_the_wanted_phase(phase):
    @given(strategies.runs(phase))
    def check(run):
        assert tl.phase(*run) == phase

    check()


@given(strategies.runs(max_width=7, labelled=False), strategies.runs(max_width=7, whole=True))
def test_limits_are_kept(run, counted):
    _, _, _, width, target = run
    assert 1e-3 <= width <= 7
    assert target == 0
    assert counted[3] in range(1, 8)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda width: width == 1,
        lambda width: width >= 10**12,
        lambda width: width < 1,
        lambda width: 1 < width != round(width),
    ],
)
def test_small_large_and_effective_widths_are_reached(wanted):
    first(strategies.initializations(), lambda start: wanted(start[2]))


def test_every_phase_is_reached_without_asking():
    for phase in PHASES:
        run = first(strategies.runs(), lambda run, phase=phase: tl.phase(*run) == phase)
        assert tl.phase(*run) == phase


@pytest.mark.parametrize(
    ("phase", "start"),
    [(tl.Phase.CATAPULT, (2.0, 1.0, 1, 0.0)), (tl.Phase.OSCILLATING, (2.0, 1.0, 100, 0.0))],
)
def test_a_phase_that_a_start_does_not_have_is_an_empty_strategy(phase, start):
    assert strategies.learning_rates(phase, *start).is_empty


@given(st.data())
def test_learning_rates_come_close_to_both_ends(data):
    low, high = tl.eta_crit(2.0, 1.0, 100), tl.eta_max(2.0, 1.0, 100)
    assert low < data.draw(strategies.learning_rates(tl.Phase.CATAPULT, 2.0, 1.0, 100)) < high


@settings(max_examples=50)
@given(strategies.networks(max_width=9))
def test_networks_are_networks(net):
    assert 1 <= net.width <= 9
    assert net.curvature > 1e-3
    assert tl.phase(1.0, *net.start) in PHASES


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: strategies.runs(tl.Phase.UNDECIDED),
            r"^phase = <Phase.UNDECIDED: 4> must be LAZY, CATAPULT, OSCILLATING or DIVERGENT$",
        ),
        (lambda: strategies.learning_rates(4, 2.0, 0.0, 1), r"^phase = 4 must be LAZY"),
        (
            lambda: strategies.initializations(max_width=0),
            r"^max_width = 0 must be a whole number of at least 1$",
        ),
        (
            lambda: strategies.runs(tl.Phase.OSCILLATING, labelled=False),
            r"^labelled = False must be True for OSCILLATING",
        ),
        (
            lambda: strategies.learning_rates(0, [1, 2], 1, 20),
            r"^curvature = \[1, 2\] must be a single number$",
        ),
        (
            lambda: strategies.networks(max_width=1.5),
            r"^max_width = 1.5 must be a whole number of at least 1$",
        ),
        (
            lambda: strategies.learning_rates(0, -1.0, 0.0, 1),
            r"^curvature = -1.0 must be positive and finite$",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_without_hypothesis_the_import_says_what_is_missing():
    code = "import sys; sys.modules['hypothesis'] = None; import twolayer.strategies"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (
        done.stderr.strip().splitlines()[-1]
        == "ImportError: twolayer.strategies needs hypothesis: pip install hypothesis"
    )


def test_a_window_without_a_float_is_empty(monkeypatch):
    """Boundaries that are neighbours: nothing lies between."""
    one = 0.0028914615553947915
    monkeypatch.setattr(strategies.boundaries, "eta_crit", lambda *start: one)
    monkeypatch.setattr(strategies.boundaries, "eta_max", lambda *start: np.nextafter(one, 1))
    assert strategies.learning_rates(tl.Phase.CATAPULT, 2.0, 1.0, 100).is_empty
