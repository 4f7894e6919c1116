"""The figures of the main job, read back from their Axes."""

import numpy as np

import twolayer as tl
from twolayer.commands import figures


def curves(ax):
    """The boundaries of a phase diagram: black, not along one value of y."""
    return [
        line.get_xydata()
        for line in ax.lines
        if line.get_color() == "black" and len(np.unique(line.get_ydata())) > 1
    ]


def test_eta_crit_is_exact_in_every_row_of_cells_and_joined_between_them(report):
    left, _ = report.axes["phase_diagram.png"]
    diagram = tl.load(report.folder / "phase_diagram_width.npz")
    assert diagram.width[:4].tolist() == [1, 2, 3, 4]
    crit, top = curves(left)
    np.testing.assert_array_equal(crit[1::3, 1], diagram.width)
    np.testing.assert_array_equal(crit[1::3, 0], tl.eta_crit(2.0, 0.9, diagram.width))
    np.testing.assert_array_equal(top[:, 0], 2.0)
    low, high = crit[::3], crit[2::3]
    np.testing.assert_array_equal(high[:-1, 1], low[1:, 1])  # one row ends where the next begins
    np.testing.assert_array_equal(low[:, 0], high[:, 0])
    (cells,) = (item for item in left.collections if hasattr(item, "get_coordinates"))
    edges = cells.get_coordinates()[0, :, 0]
    for width, eta in zip(diagram.width[1:], crit[4::3, 0], strict=True):
        row = diagram.phase[:, list(diagram.width).index(width)]
        lazy = int(np.sum(row == tl.Phase.LAZY))  # cells change within half of one of the curve
        assert abs(edges[lazy] - eta) <= np.diff(edges)[0] / 2 * (1 + 1e-9)


def test_every_cell_over_the_width_is_as_the_theory_says_and_named(report):
    left, right = report.axes["phase_diagram.png"]
    diagram = tl.load(report.folder / "phase_diagram_width.npz")
    np.testing.assert_array_equal(diagram.observed.phase, diagram.phase)
    assert not np.ma.getmaskarray(diagram.phase).any()
    names = [[text.get_text() for text in ax.get_legend().get_texts()] for ax in (left, right)]
    assert names[0] == ["lazy", "catapult", "divergent"]
    assert names[1] == ["lazy", "catapult", "divergent", "undecided (theory: oscillating)"]
    for ax in (left, right):
        ends = [round(text.get_window_extent().y0) for text in ax.get_legend().get_texts()]
        assert ends.count(min(ends)) > 1


def test_lambda_crit_ends_at_tau_one_and_its_name_stands_apart(report):
    _, right = report.axes["phase_diagram.png"]
    diagram = tl.load(report.folder / "phase_diagram_label.npz")
    crit, div = curves(right)
    for curve, at in ((crit, diagram.curvature_crit), (div, diagram.curvature_div)):
        np.testing.assert_array_equal(curve, np.column_stack([at, diagram.target]))
    shown = np.isfinite(crit[:, 0])
    np.testing.assert_array_equal(shown, np.abs(crit[:, 1]) <= 1)
    assert (np.diff(crit[shown, 0]) < 0).all()
    levels = {line.get_ydata()[0] for line in right.lines if len(set(line.get_ydata())) == 1}
    assert levels == {-2, -1, 1, 2}
    heights = right.transData.transform([(1.0, level) for level in sorted(levels)])[:, 1]
    for name in right.texts:
        if "lambda" in name.get_text():
            box = name.get_window_extent()
            assert not ((box.y0 < heights) & (heights < box.y1)).any()
            assert name.xy in [tuple(point) for point in (*crit, *div)]


def test_training_shows_networks_on_the_theory_in_three_phases(report):
    loss, curvature = report.axes["training.png"]
    theory = tl.load(report.folder / "training_theory.npz")
    networks = tl.load(report.folder / "training_networks.npz")
    for ax, quantity in ((loss, "loss"), (curvature, "curvature")):
        lines = [line for line in ax.lines if len(line.get_xdata()) == 41]
        shown = zip(lines[::2], lines[1::2], strict=True)
        for i, (line, marks) in enumerate(shown):
            np.testing.assert_array_equal(line.get_ydata(), getattr(theory, quantity)[:, i])
            np.testing.assert_array_equal(marks.get_ydata(), getattr(networks, quantity)[:, i])
    lazy, catapult, divergent = theory.loss.T
    assert (np.diff(lazy) < 0).all()
    assert catapult.max() > 100 * catapult[0] > 1e5 * catapult[-1]
    assert np.isinf(divergent[-1])
    falls = theory.curvature[:, 1] < 2 / figures.TRAINED[tl.Phase.CATAPULT]
    assert not falls[0]
    assert falls[-1]
    bounds = [line.get_ydata()[0] for line in curvature.lines if len(line.get_xdata()) == 2]
    assert bounds == [2 / rate for rate in figures.TRAINED.values()]
