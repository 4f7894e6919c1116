"""`plot_triangle`, read back from its artists."""

import numpy as np
import pytest

from tests.plotting.artists import PHASES, named, texts
from twolayer.plotting import plot_triangle


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
