"""Legends and names, above the axes of our figures and inside the caller's."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.plotting.artists import PHASES, texts
from twolayer import phase_diagram, simulate
from twolayer.plotting import legends, new_figure, plot_phase_diagram, plot_training, style


def overlapping(artists):
    """Pairs of artists whose boxes meet."""
    boxes = [artist.get_window_extent() for artist in artists]
    return [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def within(ax, artist):
    box = artist.get_window_extent()
    return ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 and box.y1 <= ax.bbox.y1


@pytest.mark.parametrize("layout", [None, "tight", "constrained"])
def test_the_callers_axes_keep_their_title_their_room_and_their_legend(draw, layout):
    figure = Figure(layout=layout)
    free, taken, *_ = axes = figure.subplots(2, 2).flatten()
    for ax in axes:
        ax.set_title("a title")
    line = taken.plot([0.5, 1.5], [0.2, 0.2], color="red", label="mine")[0]
    own = taken.legend(loc="lower right")
    artists = [draw(free), draw(taken)]
    figure.draw_without_rendering()
    for drawn in artists:
        ax, legend = drawn.ax, drawn.legend
        assert legend in ax.get_children()
        assert within(ax, legend)
        assert legend.get_texts()[0].get_fontsize() >= 6
        assert legend.get_frame().get_visible()
        assert not overlapping([ax.title, legend])
        assert not overlapping([ax.title, *(name for name in drawn.names if name.xy[1] == 1)])
        assert all(within(ax, name) for name in drawn.names if ax.axison)
    assert free.get_legend() is artists[0].legend
    assert taken.get_legend() is own
    assert texts(own) == ["mine"]
    assert line in taken.lines
    assert not overlapping([own, artists[1].legend])
    widths = [ax.get_window_extent().width for ax in (free, taken)]
    for drawn in artists:
        drawn.legend.remove()
    figure.draw_without_rendering()
    for ax, width in zip((free, taken), widths, strict=True):
        assert width == pytest.approx(ax.get_window_extent().width, rel=0.05)


@pytest.mark.parametrize("layout", [None, "tight", "constrained"])
def test_long_names_take_no_room_from_the_callers_axes(runs, layout):
    """Under constrained layout they left 9 % of the width."""
    figure = Figure(layout=layout)
    axes = figure.subplots(2, 2).flatten()
    figure.draw_without_rendering()
    before = axes[0].bbox.width
    labels = [f"a network with a rather long name, number {i} of three" for i in range(3)]
    for ax in axes:
        ax.set_title("a title")
        plot_training(runs, phases=PHASES, labels=labels, ax=ax)
    figure.draw_without_rendering()
    assert min(ax.bbox.width for ax in axes) > 0.8 * before


def test_a_slow_search_for_a_place_does_not_warn(runs, monkeypatch):
    """Matplotlib warns where a place was not asked for and took a second to find."""
    slow = SimpleNamespace(perf_counter=itertools.count(step=2).__next__)
    monkeypatch.setattr("matplotlib.legend.time", slow)
    ax = Figure().add_subplot()
    for _ in range(2):
        plot_training(runs, phases=PHASES, ax=ax)
    ax.figure.draw_without_rendering()


def test_a_second_drawing_on_the_same_axes_leaves_the_legend_of_the_first(runs):
    for ax in (new_figure()[1], Figure(figsize=(6, 5)).add_subplot()):
        first, second = (plot_training(runs, phases=PHASES, ax=ax).legend for _ in range(2))
        ax.figure.draw_without_rendering()
        assert ax.get_legend() is first
        assert not overlapping([first, second])


@pytest.mark.parametrize("place", ["left", "center", "right"])
def test_a_title_goes_above_what_stands_above_our_axes(by_width, place):
    """Whether it is set before or after, and however large it is."""
    figure, axes = new_figure(1, 2)
    axes[0].set_title("a title", loc=place)
    artists = [plot_phase_diagram(by_width, ax=ax) for ax in axes]
    axes[1].set_title("a title", loc=place, fontsize=8)
    for _ in range(2):
        figure.draw_without_rendering()
        for drawn, size in zip(artists, (12, 8), strict=True):
            (title,) = (text for text in figure.findobj(Text) if text.get_text() == "a title"
                        and text.axes is drawn.ax)  # fmt: skip
            assert title.get_fontsize() == size
            assert not overlapping([title, drawn.legend, *drawn.names])
            assert title.get_window_extent().y1 <= figure.bbox.y1
            gap = title.get_window_extent().y0 - drawn.legend.get_window_extent().y1
            assert gap < 0.1 * figure.dpi


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("output", [0.1, 1.0, 3.0])
def test_names_of_boundaries_that_end_side_by_side_do_not_meet(output, ours):
    diagram = phase_diagram(
        eta=np.linspace(0.05, 2.5, 50), curvature=2.0, output=output, width=10,
        target=np.linspace(-3, 3, 41),
    )  # fmt: skip
    artists = plot_phase_diagram(diagram, ax=None if ours else Figure().subplots(2, 2)[0, 0])
    artists.ax.figure.draw_without_rendering()
    assert len(artists.names) == 2
    assert not overlapping(artists.names)


def test_no_entry_of_a_legend_stands_alone_below_others():
    for number in range(1, 7):
        ax = style.new_figure()[1]
        entries = [style.legend_entry(f"name {i}", marker="o") for i in range(number)]
        legend = legends.add_legend(ax, entries)
        ax.figure.draw_without_rendering()
        rows = [round(text.get_window_extent().y0) for text in legend.get_texts()]
        assert rows.count(min(rows)) > 1 or number == 1


def test_beside_the_callers_legend_ours_hides_no_line_where_there_is_room():
    """The place is chosen for lines as they will be drawn, limits and all."""
    ax = Figure(layout="constrained").subplots(2, 2)[0, 0]
    ax.plot([], [], label="mine")
    ax.legend(loc="lower left")
    start = [0.5, 1.5, 2.5], 2.0, 1.0, 100
    artists = plot_training(simulate(*start, steps=30), phases=[0, 1, 3], ax=ax)
    ax.figure.draw_without_rendering()
    box = artists.legend.get_window_extent()
    for line in artists.lines:
        assert not line.get_transform().transform_path(line.get_path()).intersects_bbox(box, False)
