"""Figures, style and state."""

import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tests.plotting.artists import OKABE_ITO, PHASES, texts
from twolayer import Phase, Trajectory
from twolayer.plotting import plot_training, style


def test_new_figures_are_one_column_wide_with_nothing_below_7_points_or_clipped(draw):
    artists = draw()
    figure = artists.ax.figure
    figure.savefig(io.BytesIO(), format="png")
    assert figure.get_size_inches().tolist() == [3.4, 2.8]
    shown = [
        text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text()
    ]
    assert min(text.get_fontsize() for text in shown) >= 7
    page = figure.bbox
    kept = [
        *artists.names,
        *artists.legend.get_texts(),
        artists.ax.xaxis.label,
        artists.ax.yaxis.label,
    ]
    boxes = [text.get_window_extent() for text in kept if text.get_text()]
    for box in boxes:
        assert page.x0 - 1 <= box.x0 < box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0 < box.y1 <= page.y1 + 1
    overlaps = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    assert not overlaps
    assert artists.ax.get_window_extent().height > 0.4 * page.height


def test_the_style_outside_neither_changes_nor_is_changed(draw):
    plain, large = io.BytesIO(), io.BytesIO()
    draw().ax.figure.savefig(plain, format="png")
    with mpl.rc_context({"font.size": 20, "xtick.labelsize": 25, "legend.frameon": True}):
        before = mpl.rcParams.copy()
        artists = draw()
        artists.ax.figure.savefig(large, format="png")
        assert mpl.rcParams.copy() == before
        assert plain.getvalue() == large.getvalue()
        assert {label.get_fontsize() for label in artists.ax.get_xticklabels()} <= {7.0}
        assert {text.get_fontsize() for text in artists.legend.get_texts()} == {7.0}


def test_drawn_on_the_axes_that_are_given_in_the_style_in_force(draw):
    with mpl.rc_context({"legend.fontsize": 13}):
        ax = Figure(figsize=(8, 6)).add_subplot()
        artists = draw(ax)
        assert artists.ax is ax
        assert artists.legend is ax.get_legend()
        assert artists.legend.get_texts()[0].get_fontsize() == 13


def test_drawn_on_axes_that_were_logarithmic(draw):
    ax = Figure().add_subplot(xscale="log", yscale="log")
    draw(ax)
    ax.figure.savefig(io.BytesIO(), format="png", dpi=30)


def test_panels_of_a_new_figure_have_the_shipped_style(runs):
    with mpl.rc_context({"legend.fontsize": 13}):
        figure, (left, right) = style.new_figure(1, 2)
        assert figure.get_size_inches().tolist() == [6.8, 2.8]
        assert left.get_position().x1 < right.get_position().x0
        artists = plot_training(runs, phases=PHASES, ax=right)
        assert artists.ax is right
        assert not left.lines
        assert artists.legend.get_texts()[0].get_fontsize() == 7


def test_numbers_of_panels():
    with pytest.raises(ValueError, match="columns = 0 must be a whole number of at least 1"):
        style.new_figure(1, 0)


def test_no_pyplot():
    code = (
        "import sys, twolayer.plotting as p; from twolayer import "
        "simulate;p.plot_training(simulate([0.5], 2.0, 1.0, 10), phases=[0]); "
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_phases_differ_in_colour_and_without_it():
    rows = np.geomspace(1, 0.1, 5)[:, None] * np.ones(len(Phase))
    run = Trajectory(rows, rows, rows)
    artists = plot_training(run, run, phases=list(Phase))
    assert {to_hex(line.get_color()) for line in artists.lines} <= OKABE_ITO
    for distinct in (
        {line.get_color() for line in artists.lines},
        {str(line._dash_pattern) for line in artists.lines},
        {line.get_marker() for line in artists.markers},
        {look[3] for look in style.LOOKS.values()},
    ):
        assert len(distinct) == len(Phase)
    assert texts(artists.legend) == [
        "lazy",
        "catapult",
        "oscillating",
        "divergent",
        "undecided",
        "trained network",
    ]
