"""`plot_training`, read back from its artists."""

import dataclasses
import io

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.plotting.artists import EXTREMES, PHASES, RATES, texts
from twolayer import Phase, Trajectory, phase
from twolayer.plotting import plot_training


@pytest.mark.parametrize("quantity", ["loss", "curvature"])
def test_training_lines_are_the_runs_and_markers_the_networks(runs, trained, quantity):
    artists = plot_training(runs, trained, quantity=quantity, phases=PHASES, every=5)
    for i in range(3):
        np.testing.assert_array_equal(
            artists.lines[i].get_xydata(),
            np.column_stack([np.arange(41), getattr(runs, quantity)[:, i]]),
        )
        np.testing.assert_array_equal(
            artists.markers[i].get_xydata(),
            np.column_stack([np.arange(41), getattr(trained, quantity)[:, i]]),
        )
        assert artists.markers[i].get_markevery() == 5
        assert artists.markers[i].get_linestyle() == "None"
    assert artists.ax.get_yscale() == ("log" if quantity == "loss" else "linear")
    assert quantity in artists.ax.get_ylabel()
    assert "step" in artists.ax.get_xlabel()
    assert texts(artists.legend) == ["lazy", "catapult", "divergent", "trained network"]
    assert not artists.boundaries


@pytest.mark.parametrize("scale", ["log", "symlog"])
def test_axes_whose_scale_was_another(runs, scale):
    ax = Figure().add_subplot(xscale=scale, yscale=scale)
    plot_training(runs, quantity="curvature", phases=PHASES, ax=ax)
    ax.figure.savefig(io.BytesIO(), format="png", dpi=30)
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "linear")
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_about_twelve_markers_by_default(runs, trained):
    assert plot_training(runs, trained, phases=PHASES).markers[0].get_markevery() == 3


def test_loss_axis_shows_what_does_not_diverge():
    loss = np.array(
        [[1.0, 1.0, 1.0], [1e-3, 50.0, 1e9], [1e-30, 1e-3, np.inf], [0.0, 1e-6, np.inf]]
    )
    artists = plot_training(Trajectory(loss, loss, loss), phases=PHASES)
    low, high = artists.ax.get_ylim()
    assert 1e-12 < low < 1e-6
    assert 500 < high < 1e9
    artists.ax.figure.savefig(io.BytesIO(), format="png")


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("quantity", ["loss", "curvature"])
def test_runs_that_show_nothing_are_drawn(value, quantity):
    for rows in (np.full((4, 1), value), np.array([[1.0], [value], [0.0], [1e-3]])):
        run = Trajectory(rows, rows, rows)
        for code in (Phase.LAZY, Phase.DIVERGENT):
            artists = plot_training(run, run, quantity=quantity, phases=[code], eta=[1e-300])
            artists.ax.figure.savefig(io.BytesIO(), format="png", dpi=30)


def test_curvature_thresholds(runs):
    artists = plot_training(runs, quantity="curvature", phases=PHASES, eta=RATES)
    thresholds = artists.boundaries["2/eta"]
    assert [line.get_ydata()[0] for line in thresholds] == (2 / RATES).tolist()
    assert [line.get_color() for line in thresholds] == [line.get_color() for line in artists.lines]
    assert texts(artists.legend)[-1] == r"$2/\eta$"
    assert "2/eta" not in plot_training(runs, phases=PHASES, eta=RATES).boundaries
    low, high = artists.ax.get_ylim()
    assert low == 0
    assert 2 < high < 4


def test_labels_follow_the_phases_unless_they_name_them(runs):
    artists = plot_training(runs, phases=PHASES, labels=["η = 1", "catapult, η = 2", ""])
    assert texts(artists.legend) == ["lazy, η = 1", "catapult, η = 2", "divergent"]


def test_a_single_run(runs):
    one = Trajectory(*(getattr(runs, field.name)[:, 1] for field in dataclasses.fields(runs)))
    artists = plot_training(one, phases=Phase.CATAPULT, eta=1.5, quantity="curvature")
    np.testing.assert_array_equal(artists.lines[0].get_ydata(), one.curvature)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"quantity": "output"}, r"quantity = 'output' must be 'loss' or 'curvature'"),
        ({"phases": [0, 1]}, r"phases = \[0, 1\] must be Phase codes, one for each of 3 runs"),
        ({"phases": [0, 1, 7]}, r"phases = \[0, 1, 7\] must be"),
        ({"phases": [0.0, 1.0, 3.0]}, r"phases = .* must be"),
        ({"labels": ["a"]}, r"labels = \['a'\] must be 3 strings"),
        ({"labels": "abc"}, r"labels = 'abc' must be 3 strings"),
        ({"every": 0}, r"every = 0 must be a whole number of at least 1"),
        (
            {"eta": [0.5, 1.5], "quantity": "curvature"},
            r"shapes must agree: eta \(2,\), runs \(3,\)",
        ),
        ({"eta": [0.5, 1.5, -1.0], "quantity": "curvature"}, r"eta\[2\] = -1.0 must be positive"),
    ],
)
def test_training_input(runs, arguments, message):
    ax = Figure().add_subplot()
    with pytest.raises(ValueError, match=message):
        plot_training(runs, **({"phases": PHASES} | arguments), ax=ax)
    assert not ax.lines


def test_training_shapes(runs):
    cube = np.ones((3, 2, 2))
    shorter = Trajectory(runs.output[:9], runs.curvature[:9], runs.loss[:9])
    with pytest.raises(ValueError, match=r"shapes must agree: runs \(41, 3\), networks \(9, 3\)"):
        plot_training(runs, shorter, phases=PHASES)
    with pytest.raises(ValueError, match=r"shape of runs = \(3, 2, 2\) must be"):
        plot_training(Trajectory(cube, cube, cube), phases=PHASES)


def test_theory_agrees_with_the_phases_used_here(network):
    assert phase(RATES, *network.start).tolist() == PHASES
