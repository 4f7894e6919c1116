"""Figures of networks on data sets, read back from their artists."""

import io

import numpy as np
import pytest
from matplotlib import colors

from tests.plotting.artists import EXTREMES, named, texts
from twolayer import Phase
from twolayer.plotting import samples, style
from twolayer.plotting.samples import Course, Relinearised, Restored


@pytest.fixture(scope="module")
def pairs():
    """Courses of theory and weights in three phases: numbers of no meaning."""
    draw = np.random.default_rng(0)

    def course(share, phase):
        return Course(share, share / 2, phase, draw.random(9), draw.random((9, 3)), draw.random(9))

    phases = {1.0: Phase.LAZY, 3.0: Phase.CATAPULT, 4.8: Phase.DIVERGENT}
    return [(course(*item), course(*item)) for item in phases.items()]


def test_eigenvalues_are_those_of_the_courses(pairs):
    for theory, weights in pairs:
        artists = samples.plot_eigenvalues(theory, weights)
        assert len(artists.lines) == len(artists.markers) == 3
        for i, (line, points) in enumerate(zip(artists.lines, artists.markers, strict=True)):
            np.testing.assert_array_equal(line.get_ydata(), theory.eigenvalues[:, i])
            np.testing.assert_array_equal(points.get_ydata(), weights.eigenvalues[:, i])
        (bound,) = artists.boundaries["2/eta"]
        assert bound.get_ydata()[0] == 2 / theory.eta
        assert colors.same_color(artists.lines[0].get_color(), style.LOOKS[theory.phase][0])
        assert texts(artists.legend)[:2] == ["first eigenvalue", "second eigenvalue"]


def test_alignment_is_shown_of_runs_that_do_not_diverge(pairs):
    artists = samples.plot_alignment(pairs)
    assert len(artists.lines) + len(artists.markers) == 4
    for line, points, (theory, weights) in zip(
        artists.lines, artists.markers, pairs[:2], strict=True
    ):
        np.testing.assert_array_equal(line.get_ydata(), theory.alignment)
        np.testing.assert_array_equal(points.get_ydata(), weights.alignment)
        assert line.get_label() == f"{theory.phase.name.lower()}, ηλ₀ = {theory.share:g}"


def test_relinearised_networks_start_where_they_were_linearised():
    runs = Relinearised(3.0, np.geomspace(1, 1e-6, 11), {0: np.ones(11), 4: np.full(7, 0.1)})
    artists = samples.plot_relinearised(runs)
    full, *parts = artists.lines
    np.testing.assert_array_equal(full.get_ydata(), runs.full)
    for line, (time, loss) in zip(parts, runs.parts.items(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(time, 11))
        np.testing.assert_array_equal(line.get_ydata(), loss)
        assert line.get_label() == f"relinearised at {time}"


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("rest", [0.0, 1.0])
def test_networks_that_show_nothing_are_drawn(value, rest):
    numbers = np.array([rest, value, rest, value])
    courses = [Course(1.0, 0.5, phase, numbers, np.stack([numbers] * 3, -1), numbers)
               for phase in Phase]  # fmt: skip
    for artists in (
        samples.plot_relinearised(Relinearised(3.0, numbers, {0: numbers[::-1]})),
        samples.plot_relinearised(Relinearised(3.0, numbers[::-1], {0: numbers})),
        samples.plot_restored([Restored(0.1, None, 0, value), Restored(0.1, 0, 0, rest)]),
        samples.plot_alignment([(course, course) for course in courses]),
        *(samples.plot_eigenvalues(course, course) for course in courses),
    ):
        artists.ax.figure.savefig(io.BytesIO(), format="png", dpi=30)


def test_restored_networks_by_the_moment_of_their_relinearisation():
    found = [
        Restored(1.0, None, 0, 0.1),
        *(Restored(1.0, delay, delay, 0.1 / (delay + 1)) for delay in (0, 10)),
        Restored(3.0, None, 0, 1e9),
    ]
    artists = samples.plot_restored(found)
    assert [line.get_xydata().tolist() for line in artists.lines] == [
        [[1.0, 0.1], [3.0, 1e9]],
        [[1.0, 0.1]],
        [[1.0, 0.1 / 11]],
    ]
    assert texts(artists.legend) == [
        "relinearised at the start",
        "at the end of the catapult",
        "10 steps later",
    ]
    assert named(artists) == set(samples.START_NAMES.values())
    assert [artists.boundaries[name][0].get_xdata()[0] for name in samples.START_NAMES] == [2, 4]
