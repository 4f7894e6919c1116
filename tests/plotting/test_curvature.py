"""`plot_final_curvature`, read back from its artists."""

import dataclasses
import io

import numpy as np
import pytest
from matplotlib.colors import to_hex

from tests.plotting.artists import ETA, EXTREMES, OKABE_ITO, looks, named, texts
from twolayer import Outcome, final_curvature
from twolayer.plotting import plot_final_curvature


def test_final_curvature_reads_back(ends):
    artists = plot_final_curvature(
        ETA,
        ends,
        labels=["n = 10", "n = 1000"],
        networks=ends,
        network_eta=ETA,
        eta_crit=1.0,
        eta_max=2.0,
    )
    for k in range(2):
        finite = np.where(np.isfinite(ends.curvature[:, k]), ends.curvature[:, k], np.nan)
        assert np.isnan(finite).any()
        np.testing.assert_array_equal(artists.lines[k].get_xydata(), np.column_stack([ETA, finite]))
        np.testing.assert_array_equal(
            artists.markers[k].get_xydata(), np.column_stack([ETA, finite])
        )
        assert np.isnan(artists.points[k].get_ydata()).all()
    assert len(looks(artists.lines)) == len({line.get_marker() for line in artists.markers}) == 2
    np.testing.assert_array_equal(
        artists.boundaries["2/eta"][0].get_xydata(), np.column_stack([ETA, 2 / ETA])
    )
    assert {
        name: lines[0].get_xdata()[0]
        for name, lines in artists.boundaries.items()
        if name != "2/eta"
    } == {"eta_crit": 1, "eta_max": 2}
    assert named(artists) == {r"$\eta_\mathrm{crit}$", r"$\eta_\mathrm{max}$"}
    assert {name.get_text(): name.xy[0] for name in artists.names} == {
        r"$\eta_\mathrm{crit}$": 1,
        r"$\eta_\mathrm{max}$": 2,
    }
    assert texts(artists.legend) == ["n = 10", "n = 1000", r"$2/\eta$"]
    assert artists.ax.get_ylim()[0] == 0
    assert 2 < artists.ax.get_ylim()[1] < 3


def test_uncertain_curvatures_are_points_and_lone_certain_ones_show():
    eta = np.linspace(1, 1.7, 8)
    curvature = np.array([1, 1, 1, 1, 1, 1, np.inf, np.nan])
    error = np.array([0.01, 0.2, 0.09, 0.11, 0.0, 0.0, np.nan, np.nan])
    end = Outcome(None, curvature, error, None, None, None)
    artists = plot_final_curvature(eta, end, labels=["n = 3"])
    assert np.flatnonzero(np.isfinite(artists.lines[0].get_ydata())).tolist() == [0, 2, 4, 5]
    assert np.flatnonzero(np.isfinite(artists.points[0].get_ydata())).tolist() == [1, 3]
    assert artists.points[0].get_marker() == "."
    assert artists.lines[0].get_markevery() == [0, 2]
    assert artists.lines[0].get_marker() == "_"
    assert texts(artists.legend) == ["n = 3", r"$2/\eta$", "error > 10 % (chaos)"]
    assert not artists.names


def test_names_in_place_of_the_usual():
    rows = np.ones((3, 1))
    artists = plot_final_curvature(
        [1, 2, 3], Outcome(None, rows, rows, None, None, None), labels=["n = 3"], eta_crit=2.0,
        eta_max=4.0, names={"eta_crit": "two", "uncertain": "unknown"},
    )  # fmt: skip
    assert named(artists) == {"two", r"$\eta_\mathrm{max}$"}
    assert texts(artists.legend) == ["n = 3", r"$2/\eta$", "unknown"]


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("other", [0.0, 1.0])
def test_curvatures_that_no_axis_holds_are_left_out_without_a_warning(value, other):
    rows = np.array([[other], [value], [other]])
    ends = Outcome(None, rows, np.zeros((3, 1)), None, None, None)
    artists = plot_final_curvature(
        [1, 2, 3], ends, labels=["n = 3"], networks=ends, network_eta=[1, 2, 3], eta_crit=2.0
    )
    artists.ax.figure.savefig(io.BytesIO(), format="png", dpi=30)
    shown = [number for number in (other, value) if 1e-300 < number < 1e300]
    assert artists.ax.get_ylim() == (0, 1.15 * max(shown, default=1))


def test_a_single_rate():
    ends = final_curvature([[0.5]], 2.0, 0.5, [10, 20])
    artists = plot_final_curvature(0.5, ends, labels=["a", "b"])
    assert [line.get_xdata().tolist() for line in artists.lines] == [[0.5], [0.5]]


def test_many_widths_stay_apart():
    rows = np.ones((3, 5))
    artists = plot_final_curvature(
        [1, 2, 3], Outcome(None, rows, 0 * rows, None, None, None), labels=list("abcde")
    )
    assert len(looks(artists.lines)) == 5
    assert {to_hex(line.get_color()) for line in artists.lines} <= OKABE_ITO


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"eta": ETA[1:]}, r"shapes must agree: eta \(23,\), ends \(24,\)"),
        ({"eta": -ETA}, r"eta\[0\] = -0.1 must be positive"),
        ({"labels": ["n = 10"]}, r"shapes must agree: ends \(2,\), networks \(2,\), labels \(1,\)"),
        ({"labels": "ab"}, r"labels \(\)"),
        ({"network_eta": ETA}, r"networks and network_eta must be given together"),
        ({"eta_crit": 0.0}, r"eta_crit = 0.0 must be positive"),
        ({"eta_max": [1.0, 2.0]}, r"eta_max = \[1.0, 2.0\] must be a single number"),
    ],
)
def test_final_curvature_input(ends, arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_final_curvature(
            **({"eta": ETA, "ends": ends, "labels": ["n = 10", "n = 1000"]} | arguments)
        )


def test_final_curvature_networks(ends):
    one = Outcome(*(getattr(ends, field.name)[:, :1] for field in dataclasses.fields(ends)))
    with pytest.raises(ValueError, match=r"shapes must agree: ends \(2,\), networks \(1,\)"):
        plot_final_curvature(ETA, ends, labels=["a", "b"], networks=one, network_eta=ETA)
    with pytest.raises(
        ValueError, match=r"shapes must agree: network_eta \(3,\), networks \(24,\)"
    ):
        plot_final_curvature(ETA, ends, labels=["a", "b"], networks=ends, network_eta=ETA[:3])


def test_final_curvatures_in_closed_form_are_drawn_like_those_of_runs():
    rates = np.linspace(0.1, 1.9, 19)
    ends = final_curvature(rates[:, None], 2.0, 0.5, [10, 1000])
    artists = plot_final_curvature(rates, ends, labels=["n = 10", "n = 1000"])
    for i, line in enumerate(artists.lines):
        np.testing.assert_array_equal(line.get_ydata(), ends.curvature[:, i])
