"""The panel of a law, read back from its artists."""

import numpy as np
from matplotlib.figure import Figure

from tests.plotting.artists import texts
from twolayer import Phase
from twolayer.plotting import style
from twolayer.plotting.laws import Law, Series, plot_law

X = np.array([1.0, 10.0, 100.0])
LINE = np.array([0.5, 5.0, 50.0, 500.0]), np.array([1.0, 2.0, 3.0, 4.0])
POINTS = Series("points", X, X / 10, X / 10, LINE, np.array([X / 20, X / 5]))
BARE = Series("bare", X[:0], X[:0], X[:0], LINE)
PHASED = Series("phased", X, 2 * X, 2 * X, LINE, phase=Phase.CATAPULT)


def law(**changes):
    return Law(**{"name": "a law", "xlabel": "x", "ylabel": "y", "scale": "log",
                  "series": lambda seed: []} | changes)  # fmt: skip


def test_lines_markers_and_intervals_are_those_of_the_series():
    artists = plot_law(law(), [POINTS, BARE, PHASED])
    for line in artists.lines:
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack(LINE))
    first, second = artists.markers
    np.testing.assert_array_equal(first.get_xydata(), np.column_stack([X, X / 10]))
    np.testing.assert_array_equal(second.get_xydata(), np.column_stack([X, 2 * X]))
    for bar, x in zip(artists.points, X, strict=True):
        np.testing.assert_array_equal(bar.get_xydata(), [[x, x / 20], [x, x / 5]])
    assert texts(artists.legend) == ["points", "bare", "phased"]
    assert artists.lines[2].get_color() == style.LOOKS[Phase.CATAPULT].colour
    looks = [style.WIDTH_LOOKS[i].colour for i in range(2)]
    assert [line.get_color() for line in artists.lines[:2]] == looks
    ax = artists.ax
    assert (ax.get_xscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "x", "y")
    assert ax.get_yticks().size


def test_shifted_series_stand_above_one_another_without_numbers():
    artists = plot_law(law(shift=10, scale="linear"), [POINTS._replace(interval=BARE.interval)] * 2)
    for i in range(2):
        np.testing.assert_array_equal(artists.lines[i].get_ydata(), LINE[1] + 10 * i)
        np.testing.assert_array_equal(artists.markers[i].get_ydata(), X / 10 + 10 * i)
    assert not artists.points
    assert artists.ax.get_yticks().size == 0


def test_on_the_callers_axes_the_legend_is_inside():
    ax = Figure().subplots(2, 2)[0, 0]
    ax.set_title("mine")
    artists = plot_law(law(), [POINTS], ax=ax)
    ax.figure.draw_without_rendering()
    assert artists.ax is ax
    assert artists.legend.get_window_extent().y1 <= ax.bbox.y1
