"""Figures, read back from their artists."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from twolayer import (
    Network,
    Outcome,
    Phase,
    Trajectory,
    final_curvature,
    outcome,
    phase,
    phase_diagram,
    simulate,
    triangle,
)
from twolayer.plotting import style
from twolayer.plotting.core import (
    plot_final_curvature,
    plot_phase_diagram,
    plot_training,
    plot_triangle,
)

RATES = np.array([0.5, 1.5, 2.2])  # lazy, catapult and divergent at curvature 2
ETA = np.linspace(0.1, 2.4, 24)
WIDTHS = np.array([10.0, 1000.0])
OKABE_ITO = {"#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}


@pytest.fixture(scope="module")
def network():
    net = Network.random(100, rng=3)
    scale = np.sqrt(2 / net.curvature)
    return Network(net.u * scale, net.v * scale)


@pytest.fixture(scope="module")
def runs(network):
    return simulate(RATES, *network.start, steps=40)


@pytest.fixture(scope="module")
def trained(network):
    return network.train(RATES, 40)


@pytest.fixture(scope="module")
def ends():
    return outcome(ETA[:, None], 2.0, 1.0, width=WIDTHS)


@pytest.fixture(scope="module")
def by_width():
    return phase_diagram(
        eta=ETA,
        curvature=2.0,
        output=1.2,
        width=np.unique(np.geomspace(1, 1000, 20).round()),
        observe=True,
    )


@pytest.fixture(scope="module")
def by_label():
    return phase_diagram(
        eta=1.0,
        curvature=np.linspace(0.5, 5.5, 30),
        output=0.5,
        width=1,
        target=np.linspace(-2.3, 2.3, 25),
    )


@pytest.fixture(scope="module")
def corners():
    start = ([0.35, 1.5], 2.0, 1.8, [4, 20])
    run = simulate(*start, steps=30)
    inside = np.stack(triangle(start[0], run.curvature, run.output, start[3]))
    s, v = 0.3, -0.2  # outside: one run that leaves at its third step, and overflows
    x = 4 - v
    leaving = np.array(
        [
            [x / 2 + s, 2.5, 30.0, np.inf] + [np.nan] * 27,
            [x / 2 - s, 1.7, 1.0, np.inf] + [np.nan] * 27,
        ]
    )
    leaving = np.vstack([leaving, 4 - leaving.sum(axis=0)])
    return np.concatenate([inside, leaving[:, :, None]], axis=2)


PHASES = [Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT]


def texts(legend):
    return [text.get_text() for text in legend.get_texts()]


def looks(lines):
    # a dash pattern has no public getter
    return {(to_hex(line.get_color()), str(line._dash_pattern)) for line in lines}


def named(artists):
    return {name.get_text() for name in artists.names}


# --- figures, style and state
# -------------------------------------------------------------------------------------------------------


def everything(runs, trained, ends, by_width, by_label, corners):
    yield lambda ax=None: plot_training(runs, trained, phases=PHASES, ax=ax)
    yield lambda ax=None: plot_training(
        runs, quantity="curvature", eta=RATES, phases=PHASES, labels=["a", "b", "c"], ax=ax
    )
    yield lambda ax=None: plot_final_curvature(
        ETA,
        ends,
        labels=["n = 10", "n = 1000"],
        networks=ends,
        network_eta=ETA,
        eta_crit=1.0,
        eta_max=2.0,
        ax=ax,
    )
    yield lambda ax=None: plot_phase_diagram(by_width, ax=ax)
    yield lambda ax=None: plot_phase_diagram(by_label, lines={r"$|\tau| = 1$": [-1, 1]}, ax=ax)
    yield lambda ax=None: plot_triangle(*corners, phases=PHASES, ax=ax)


@pytest.fixture(params=range(6))
def draw(request, runs, trained, ends, by_width, by_label, corners):
    return list(everything(runs, trained, ends, by_width, by_label, corners))[request.param]


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


# --- training
# -----------------------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("value", [0.0, np.inf])
@pytest.mark.parametrize("quantity", ["loss", "curvature"])
def test_runs_that_show_nothing_are_drawn(value, quantity):
    rows = np.full((4, 1), value)
    artists = plot_training(Trajectory(rows, rows, rows), quantity=quantity, phases=[Phase.LAZY])
    artists.ax.figure.savefig(io.BytesIO(), format="png")


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
    assert texts(plot_training(runs, phases=PHASES, labels=["η = 1", "catapult, η = 2", ""]).legend) == [
        "lazy, η = 1", "catapult, η = 2", "divergent",
    ]  # fmt: skip


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


# --- final curvature
# ----------------------------------------------------------------------------------------------------------------


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


# --- phase diagrams
# -----------------------------------------------------------------------------------------------------------------


def test_diagram_cells_are_what_was_observed_under_the_exact_boundaries(by_width):
    changed = by_width.observed.phase.copy()
    changed[3, 7] = Phase.UNDECIDED  # the cells are the observed ones, not the theory's
    diagram = dataclasses.replace(
        by_width, observed=dataclasses.replace(by_width.observed, phase=changed)
    )
    artists = plot_phase_diagram(diagram)
    cells = artists.cells.get_array()
    mask = np.ma.getmaskarray(by_width.phase)
    assert mask.any()
    np.testing.assert_array_equal(np.ma.getmaskarray(cells), mask.T)
    np.testing.assert_array_equal(cells.compressed(), changed.T[~mask.T])
    for name in ("eta_crit", "eta_max"):
        np.testing.assert_array_equal(
            artists.boundaries[name][0].get_xydata(),
            np.column_stack([getattr(by_width, name), by_width.width]),
        )
    assert looks(artists.boundaries["eta_crit"]) != looks(artists.boundaries["eta_max"])
    assert named(artists) == {r"$\eta_\mathrm{crit}$", r"$\eta_\mathrm{max}$"}
    assert texts(artists.legend) == [
        "lazy",
        "catapult",
        "divergent",
        "undecided",
        "no network (Cauchy–Schwarz)",
    ]
    assert (artists.ax.get_xscale(), artists.ax.get_yscale()) == ("linear", "log")
    assert artists.ax.get_xlabel() == r"learning rate $\eta$"
    assert artists.ax.get_ylabel() == "width $n$"


def test_cells_are_centred_on_their_values_in_the_colours_of_the_legend(by_width):
    artists = plot_phase_diagram(by_width)
    edges = artists.cells.get_coordinates()
    x, y = edges[0, :, 0], edges[:, 0, 1]
    np.testing.assert_allclose((x[1:] + x[:-1]) / 2, ETA)
    assert (y[:-1] < by_width.width).all()
    assert (y[1:] > by_width.width).all()
    np.testing.assert_allclose(y[1:-1], np.sqrt(by_width.width[1:] * by_width.width[:-1]))
    assert artists.ax.get_xlim() == (x[0], x[-1])
    assert artists.ax.get_ylim() == (y[0], y[-1])
    artists.cells.update_scalarmappable()
    patches = artists.legend.get_patches()
    colours = artists.cells.to_rgba(np.arange(len(Phase)), alpha=0.55)
    for patch, code in zip(patches, [Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT], strict=False):
        assert patch.get_facecolor() == tuple(colours[code])
    assert {to_hex(colour) for colour in colours} <= OKABE_ITO
    hatches = [patch.get_hatch() for patch in patches]
    assert len(set(hatches)) == len(hatches)


def test_hatches_cover_their_cells_exactly():
    # no network of width 1
    diagram = phase_diagram(eta=[0.5, 1.5, 2.5], curvature=2.0, output=1.2, width=[1, 10])
    artists = plot_phase_diagram(diagram)
    (hatches,) = [item for item in artists.ax.collections if item is not artists.cells]
    codes = artists.cells.get_array().filled(len(Phase))
    assert codes.tolist() == [[len(Phase)] * 3, [Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT]]
    edges = artists.cells.get_coordinates()
    for j, i in np.ndindex(codes.shape):
        low, high = edges[j, i], edges[j + 1, i + 1]
        inside = low + (high - low) * np.array(
            [[0.01, 0.01], [0.99, 0.01], [0.5, 0.5], [0.01, 0.99], [0.99, 0.99]]
        )
        for code, path in enumerate(hatches.get_paths()):
            assert (path.contains_points(inside) == (code == codes[j, i])).all()
    assert hatches.hatches == [look[3] for look in style.LOOKS.values()] + ["xxxxxx"]


def test_diagram_of_the_theory_has_curvature_along_x_and_lines_by_name(by_label):
    artists = plot_phase_diagram(
        by_label, xlabel="x", ylabel="tau", lines={"one": [-1, 1], "far": 9.0}
    )
    np.testing.assert_array_equal(
        artists.cells.get_array().compressed(), by_label.phase.T.compressed()
    )
    for name in ("curvature_crit", "curvature_div"):
        np.testing.assert_array_equal(
            artists.boundaries[name][0].get_xydata(),
            np.column_stack([getattr(by_label, name), by_label.target]),
        )
    assert [line.get_ydata()[0] for line in artists.boundaries["one"]] == [-1, 1]
    assert [name.get_text() for name in artists.names] == [
        r"$\lambda_\mathrm{crit}$",
        r"$\lambda_\mathrm{div}$",
        "one",
        "one",
    ]
    top, side = artists.names[0].xy, artists.names[1].xy
    assert np.isnan(by_label.curvature_crit[[0, -1]]).all()  # beyond |τ| = 1 it bounds nothing
    last = np.nanargmax(by_label.curvature_crit)
    assert top == (by_label.curvature_crit[last], by_label.target[last])
    assert side[0] == by_label.curvature_div.max()
    assert (artists.ax.get_xlabel(), artists.ax.get_ylabel()) == ("x", "tau")
    assert "oscillating" in texts(artists.legend)
    assert artists.ax.get_yscale() == "linear"


def test_curvature_moves_to_x_from_behind_the_label_of_another_axis():
    diagram = phase_diagram(
        eta=1.0, curvature=np.linspace(1, 5, 9), output=[0.1, 0.2, 0.3], width=10
    )
    artists = plot_phase_diagram(diagram)
    assert "lambda_0" in artists.ax.get_xlabel()
    assert artists.cells.get_array().shape == (3, 9)


def test_eta_comes_before_curvature():
    diagram = phase_diagram(eta=ETA, curvature=np.linspace(1, 3, 7), output=0.5, width=10)
    artists = plot_phase_diagram(diagram)
    assert sorted(artists.boundaries) == ["eta_crit", "eta_max"]
    np.testing.assert_array_equal(artists.boundaries["eta_max"][0].get_ydata(), diagram.curvature)


def test_diagram_without_boundaries():
    artists = plot_phase_diagram(
        phase_diagram(eta=1.0, curvature=3.0, output=[0.1, 0.2, 0.4], width=[10, 20, 30])
    )
    assert artists.boundaries == {}
    assert artists.ax.get_ylabel() == "width $n$"


@pytest.mark.parametrize(
    ("width", "message"),
    [
        ([10, np.inf], r"diagram.width\[1\] = inf must be finite to be drawn"),
        ([10, 10, 20], r"diagram.width must have at least two values, in increasing order"),
        ([10], r"diagram.width must have at least two values"),
    ],
)
def test_diagram_axes(width, message):
    diagram = phase_diagram(eta=[0.5, 1.5], curvature=2.0, output=0.5, width=width)
    with pytest.raises(ValueError, match=message):
        plot_phase_diagram(diagram)


def test_diagram_lines(by_label):
    with pytest.raises(ValueError, match=r"lines\['a'\]\[1\] = nan must be finite"):
        plot_phase_diagram(by_label, lines={"a": [1.0, np.nan]})


# --- the triangle
# -------------------------------------------------------------------------------------------------------------------


def place(P, Q, V):
    return np.column_stack([(P - Q) / 8, np.sqrt(3) / 8 * V])


def test_triangle_reads_back(corners):
    half = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]])
    artists = plot_triangle(*corners, phases=PHASES, curves={"half": half})
    for k in range(2):
        np.testing.assert_allclose(artists.lines[k].get_xydata(), place(*corners[:, :, k]))
        np.testing.assert_allclose(artists.markers[k].get_xydata(), place(*corners[:, :1, k]))
    np.testing.assert_allclose(artists.boundaries["half"][0].get_xydata(), place(*half))
    (outline,) = artists.boundaries["triangle"]
    np.testing.assert_allclose(np.hypot(*np.diff(outline.get_xydata(), axis=0).T), 1)
    assert named(artists) == {
        "$P = 4$",
        "$Q = 4$",
        "$V = 4$",
        "$V = 3$",
        "$V = 2$",
        "$V = 1$",
        r"$V = 0$: $\eta = \eta_\mathrm{max}$",
    }
    at = {name.get_text(): tuple(name.xy) for name in artists.names}
    np.testing.assert_allclose(
        [at["$P = 4$"], at["$Q = 4$"], at["$V = 4$"]], [[0.5, 0], [-0.5, 0], [0, np.sqrt(3) / 2]]
    )
    assert texts(artists.legend) == ["lazy", "catapult", "divergent", "start", "half"]
    assert artists.ax.get_aspect() == 1
    edge = next(name for name in artists.names if "max" in name.get_text())
    assert (edge.xy, edge.get_va()) == ((0, 0), "top")


def test_divergent_runs_are_drawn_until_they_have_left(corners):
    line = plot_triangle(*corners, phases=PHASES).lines[2].get_xydata()
    np.testing.assert_allclose(line[:3], place(*corners[:, :3, 2]))
    assert np.isnan(line[3:]).all()
    again = corners.copy()
    again[:, 3, 2] = 1.0, 1.0, 2.0  # what comes back is not drawn: the run has ended
    assert np.isnan(plot_triangle(*again, phases=PHASES).lines[2].get_ydata()[3])


def test_triangle_input(corners):
    P, Q, V = corners
    with pytest.raises(
        ValueError, match=r"shapes must agree: P \(31, 3\), Q \(31, 3\), V \(30, 3\)"
    ):
        plot_triangle(P, Q, V[1:], phases=PHASES)
    with pytest.raises(ValueError, match=r"P \+ Q \+ V\[0, 0\] = 4\.\d+ must be 4"):
        plot_triangle(P, Q, V + 0.01, phases=PHASES)
    with pytest.raises(ValueError, match="phases = 3 must be"):
        plot_triangle(P, Q, V, phases=3)
    with pytest.raises(ValueError, match="labels"):
        plot_triangle(P, Q, V, phases=PHASES, labels=["a"])
    with pytest.raises(ValueError, match="shapes must agree"):
        plot_triangle(P, Q, V, phases=PHASES, curves={"a": ([1.0], [1.0, 2.0], [2.0])})


def test_theory_agrees_with_the_phases_used_here(network):
    assert phase(RATES, *network.start).tolist() == PHASES


def test_final_curvatures_in_closed_form_are_drawn_like_those_of_runs():
    rates = np.linspace(0.1, 1.9, 19)
    ends = final_curvature(rates[:, None], 2.0, 0.5, [10, 1000])
    artists = plot_final_curvature(rates, ends, labels=["n = 10", "n = 1000"])
    for i, line in enumerate(artists.lines):
        np.testing.assert_array_equal(line.get_ydata(), ends.curvature[:, i])
