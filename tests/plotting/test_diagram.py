"""`plot_phase_diagram`, read back from its artists."""

import dataclasses
import io

import numpy as np
import pytest
from matplotlib.colors import to_hex

from tests.plotting.artists import ETA, OKABE_ITO, looks, named, texts
from twolayer import Phase, phase_diagram
from twolayer.plotting import plot_phase_diagram, style


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
        path = artists.boundaries[name][0].get_xydata()
        at = getattr(by_width, name)
        np.testing.assert_array_equal(path[1::3], np.column_stack([at, by_width.width]))
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
    beside, side = artists.names[0].xy, artists.names[1].xy
    # beyond |τ| = 1 it bounds nothing
    assert np.isnan(by_label.curvature_crit[np.abs(by_label.target) > 1]).all()
    rows = np.flatnonzero(np.isfinite(by_label.curvature_crit))
    middle = rows[len(rows) // 2]
    assert beside == (by_label.curvature_crit[middle], by_label.target[middle])
    assert side[0] == by_label.curvature_div.max()
    assert (artists.ax.get_xlabel(), artists.ax.get_ylabel()) == ("x", "tau")
    assert "oscillating" in texts(artists.legend)
    assert artists.ax.get_yscale() == "linear"


def test_boundaries_are_joined_steps_along_whole_widths_and_curves_elsewhere(by_width, by_label):
    artists = plot_phase_diagram(by_width)
    edges = artists.cells.get_coordinates()[:, 0, 1]
    for name in ("eta_crit", "eta_max"):
        low, middle, high = np.moveaxis(
            artists.boundaries[name][0].get_xydata().reshape(-1, 3, 2), 1, 0
        )
        np.testing.assert_array_equal(low[:, 0], middle[:, 0])  # straight through each row
        np.testing.assert_array_equal(high[:, 0], middle[:, 0])
        np.testing.assert_array_equal(low[:, 1], edges[:-1])  # and on along the edge to the next
        np.testing.assert_array_equal(high[:, 1], edges[1:])
    curve = plot_phase_diagram(by_label).boundaries["curvature_crit"][0].get_xdata()
    drawn = curve[np.isfinite(curve)]
    assert (np.diff(drawn) < 0).all()  # it leans, and does not run along the ends of its rows
    widths = np.geomspace(0.3, 40, 30)  # effective ones
    diagram = phase_diagram(eta=np.linspace(0.1, 2, 9), curvature=2, output=0.3, width=widths)
    line = plot_phase_diagram(diagram).boundaries["eta_crit"][0]
    np.testing.assert_array_equal(line.get_ydata(), widths)


def test_names_of_boundaries_stand_on_no_line(by_label):
    artists = plot_phase_diagram(by_label, lines={"one": [-1, 1], "two": [-2, 2]})
    artists.ax.figure.draw_without_rendering()
    for name in artists.names[:2]:
        box = name.get_window_extent()
        for line in artists.boundaries["one"] + artists.boundaries["two"]:
            (_, y), _ = line.get_transform().transform(line.get_xydata())
            assert not box.y0 < y < box.y1


def test_names_of_phases_in_the_legend(by_label):
    artists = plot_phase_diagram(by_label, labels={Phase.OSCILLATING: "swings"})
    assert texts(artists.legend)[:4] == ["lazy", "catapult", "swings", "divergent"]


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


@pytest.mark.parametrize("eta", [[1e-100, 1.0, 1e100], [1e-310, 1e-309], [1e299, 1e300]])
def test_rates_at_the_ends_of_the_floats(eta):
    diagram = phase_diagram(eta=eta, curvature=[1e-100, 1.0], output=0.0, width=10)
    artists = plot_phase_diagram(diagram, lines={"far": [-1e300, 1e300]})
    artists.ax.figure.savefig(io.BytesIO(), format="png", dpi=30)
    assert np.isfinite(artists.ax.get_xlim()).all()


def test_diagram_lines(by_label):
    with pytest.raises(ValueError, match=r"lines\['a'\]\[1\] = nan must be finite"):
        plot_phase_diagram(by_label, lines={"a": [1.0, np.nan]})
