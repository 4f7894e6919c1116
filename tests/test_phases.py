"""Phase diagrams on grids of any two arguments."""

from dataclasses import fields

import numpy as np
import pytest

import twolayer as tl
from tests.helpers import OFFSETS
from twolayer import Outcome, Phase, phase_diagram
from twolayer.recursion import outcome, simulate

LAZY, CATAPULT, OSCILLATING, DIVERGENT, UNDECIDED = Phase

AXES = {
    "eta": [0.3, 1.1, 1.9, 2.6],
    "curvature": [0.7, 1.9, 3.1],
    "output": [-0.9, 0.0, 0.8],
    "width": [1, 3, 40, 10**18],
    "target": [-1.0, 0.0, 0.7],
}
SINGLE = {"eta": 1.2, "curvature": 1.7, "output": 0.4, "width": 5, "target": 0.3}
NAMES = tuple(SINGLE)
PAIRS = [(NAMES[i], NAMES[j]) for i in range(5) for j in range(i + 1, 5)]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_diagrams_over_any_two_arguments(first, second):
    diagram = phase_diagram(
        **(SINGLE | {first: AXES[first], second: AXES[second]}), observe=True, max_steps=300
    )
    assert diagram.axes == (first, second)
    shape = len(AXES[first]), len(AXES[second])
    assert diagram.phase.shape == diagram.observed.phase.shape == shape
    for i, j in np.ndindex(shape):
        values = SINGLE | {first: AXES[first][i], second: AXES[second][j]}
        start = [values[name] for name in NAMES[1:]]
        if abs(values["output"]) > np.sqrt(values["width"]) * values["curvature"] / 2:
            assert diagram.phase[i, j] is np.ma.masked
            assert diagram.observed.phase[i, j] == UNDECIDED
            assert np.isnan(diagram.observed.curvature[i, j])
            assert (diagram.observed.steps[i, j], diagram.observed.peak_step[i, j]) == (0, 0)
            expected = (np.nan, np.nan)
        else:
            assert diagram.phase[i, j] == tl.phase(values["eta"], *start)
            ran = outcome(values["eta"], *start, max_steps=300)
            for field in fields(Outcome):
                np.testing.assert_allclose(
                    getattr(diagram.observed, field.name)[i, j],
                    getattr(ran, field.name),
                    rtol=1e-9,
                    atol=1e-9,
                )
            expected = tl.eta_crit(*start), tl.eta_max(*start)
        if first == "eta":
            np.testing.assert_array_equal((diagram.eta_crit[j], diagram.eta_max[j]), expected)
    for name in NAMES:
        np.testing.assert_array_equal(
            getattr(diagram, name), AXES[name] if name in (first, second) else SINGLE[name]
        )
        assert np.ndim(getattr(diagram, name)) == (name in (first, second))
    assert (diagram.eta_crit is None) == (diagram.eta_max is None) == (first != "eta")
    assert (
        (diagram.curvature_crit is None)
        == (diagram.curvature_div is None)
        == ("curvature" not in (first, second))
    )


def test_diagrams_mask_what_no_network_has():
    diagram = phase_diagram(eta=[0.5], width=[1, 2, 3, 4], curvature=1.0, output=0.8)
    assert np.ma.getmaskarray(diagram.phase).tolist() == [[True, True, False, False]]
    assert (
        np.isnan(diagram.eta_crit).tolist()
        == np.isnan(diagram.eta_max).tolist()
        == [True, True, False, False]
    )
    assert not np.ma.getmaskarray(
        phase_diagram(eta=[0.5], width=[np.inf], curvature=1.0, output=9.0).phase
    ).any()
    assert diagram.observed is None


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("target", [0.0, 0.4])
def test_curvatures_at_the_boundaries(offset, target):
    """At given rates the boundaries in the curvature: the first step, and the invariant V, on both
    sides."""
    widths = np.array([4, 50, 10**6])
    diagram = phase_diagram(eta=0.7, curvature=[1.0, 2.0], output=0.3, width=widths, target=target)
    assert diagram.curvature_crit.shape == diagram.curvature_div.shape == (3,)
    for side in (-1, 1):
        loss = simulate(
            0.7, diagram.curvature_crit * (1 + side * offset), 0.3, widths, target, steps=1
        ).loss
        assert ((loss[1] > loss[0]) == (side > 0)).all()
        v = tl.triangle(0.7, diagram.curvature_div * (1 + side * offset), 0.3, widths, target)[2]
        assert (np.sign(v) == -side).all()
    turned = phase_diagram(eta=[0.7, 0.9], curvature=[1.0, 2.0], output=0.3, width=4, target=target)
    np.testing.assert_array_equal(turned.curvature_crit[0], diagram.curvature_crit[0])


def test_empty_diagrams():
    diagram = phase_diagram(eta=[], width=[1, 2], curvature=1.0, output=0.0, observe=True)
    assert diagram.phase.shape == diagram.observed.phase.shape == (0, 2)


def test_a_diagram_leaves_its_arguments_alone():
    eta, width = np.array([0.5, 1.0]), np.array([1.0, 4.0])
    diagram = phase_diagram(eta=eta, width=width, curvature=1.0, output=0.9, observe=True)
    assert (eta == [0.5, 1.0]).all()
    assert (width == [1.0, 4.0]).all()
    assert diagram.phase.dtype == np.int8


@pytest.mark.slow
def test_a_million_cells():
    eta, width = np.linspace(0.0044, 4.4, 1000), np.rint(np.logspace(0, 18, 1000))
    diagram = phase_diagram(eta=eta, width=width, curvature=1.0, output=0.4)
    np.testing.assert_array_equal(diagram.phase.mask, np.zeros((1000, 1000), bool))
    np.testing.assert_array_equal(
        diagram.phase == DIVERGENT, np.broadcast_to(eta[:, None] > 4, (1000, 1000))
    )
    crit = diagram.eta_crit
    off = np.abs(eta[:, None] / crit - 1) > 1e-12
    np.testing.assert_array_equal(
        (diagram.phase == LAZY)[off], (eta[:, None] < np.minimum(crit, 4.0))[off]
    )


@pytest.mark.parametrize("target", [0.0, 0.2])
def test_the_final_curvature_of_a_diagram_is_where_runs_end(target):
    axes = {"eta": np.linspace(0.1, 2.5, 25), "width": [1, 2, 10, 1000]}
    diagram = phase_diagram(
        **axes, curvature=2.0, output=1.2, target=target, observe=True, final=True
    )
    assert phase_diagram(**axes, curvature=2.0, output=1.2).final is None
    hidden = np.ma.getmaskarray(diagram.phase)
    assert hidden[:, 0].all()  # |f| > λ/2: no network of width 1
    assert np.isnan(diagram.final.curvature[hidden]).all()
    np.testing.assert_array_equal(diagram.final.phase[~hidden], diagram.phase.compressed())
    ended = ~hidden & (diagram.observed.phase <= Phase.CATAPULT)
    assert ended.sum() > 50
    apart = np.abs(diagram.final.curvature[ended] - diagram.observed.curvature[ended])
    assert (apart <= (diagram.final.error + diagram.observed.curvature_error)[ended]).all()
    assert np.isinf(
        diagram.final.curvature[~hidden & (diagram.phase.data == Phase.DIVERGENT)]
    ).all()
