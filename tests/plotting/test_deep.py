"""Figures of deep networks, read back from their artists."""

import io
import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors
from matplotlib.figure import Figure

from tests.plotting.artists import EXTREMES, looks, named, texts
from twolayer import Phase
from twolayer.plotting import deep, new_figure, style
from twolayer.plotting.deep import Accuracy, DeepCourse, Drop, Scaled, UpperEnd
from twolayer.plotting.edges import ABOVE, BELOW, DIVERGED, UNTRAINED

SHARES = np.array([0.5, 1.0, 1.9, 2.2, 3.0, 6.0, 12.0])
RISE = np.where(SHARES < 2, 1.0, 1.5 / SHARES)  # a curvature that drops at ηλ₀ = 2
LAST = SHARES == 12
STEPS = np.arange(41)
NEVER = np.full((7, 3), np.nan)


@pytest.fixture
def courses():
    """Lazy, catapult, divergent, and collapsed after 20 steps; the curvature of every other."""
    looked = np.where(STEPS % 2 == 0, 1.0, np.nan)
    jump = np.where(STEPS < 5, 10.0**STEPS, 1e4 * 0.5 ** (STEPS - 4.0))
    gone = np.where(STEPS < 20, 100.0 ** (STEPS + 1), np.inf)
    dead = np.where(STEPS < 20, 0.3, 0.0)
    return [
        DeepCourse(1.0, 0.5, Phase.LAZY, False, 0.8**STEPS, looked * 2),
        DeepCourse(4.0, 2.0, Phase.CATAPULT, False, jump, looked * (0.2 + 1.8 * (STEPS < 4))),
        DeepCourse(20.0, 10.0, Phase.DIVERGENT, False, gone, looked * gone),
        DeepCourse(15.0, 7.5, Phase.UNDECIDED, True, np.full(41, 0.5), looked * dead),
    ]


@pytest.fixture
def drops():
    """Three widths, three seeds about the curve; at the last rate one seed of each diverges."""
    shift = np.array([-0.05, 0.01, 0.03])
    early = RISE[:, None] + shift
    final = np.where(LAST[:, None] & (shift > 0.02), np.inf, 0.9 * early)
    ends = (1.9, 2.2), (1.0, 2.2), (np.nan, np.nan)
    return [
        Drop(width, SHARES, np.ones(3), early / (1 + 1 / width), 10, final, transition)
        for width, transition in zip((16, 64, 256), ends, strict=True)
    ]


@pytest.fixture
def ends():
    return [
        UpperEnd("relu", 256, np.array([8.0, 12.0]), np.array([10.0, np.inf])),
        UpperEnd("linear", 256, np.array([4.0, 4.25]), np.array([4.5, 4.5])),
        UpperEnd("linear", 64, np.array([5.0, 0.0]), np.array([6.0, 3.0])),
        UpperEnd("tanh", 64, np.array([4.0]), np.array([4.5])),
    ]


@pytest.fixture
def scaled():
    final = np.where(LAST, np.inf, RISE)
    peak = np.where(SHARES < 2, 1.0, SHARES**3)
    return [
        Scaled(scale, curvature, SHARES, SHARES / curvature, final, peak)
        for scale, curvature in ((1.0, 0.25), (2**0.5, 1.0), (2.0, 4.0))
    ]


@pytest.fixture
def accuracy():
    seeds = np.array([0.02, -0.02, 0.01])
    at_steps = 0.5 + 0.03 * SHARES[:, None] + seeds
    at_budget = np.where(LAST[:, None] & (seeds > 0.015), np.nan, 0.7 + seeds + 0 * at_steps)
    return Accuracy(SHARES, 100, 150.0, at_steps, at_budget, "accuracy", (256, 744))


def by_kind(edges):
    """Places of the marks on the edges."""
    return {
        (kind, line.get_color()): sorted(line.get_xdata())
        for line in edges
        for kind in [line.get_marker()]
    }


def bars(line):
    """Places and ends of the bars that are drawn as one line with gaps."""
    x, y = line.get_data()
    assert np.isnan(y[2::3]).all()
    assert (x[::3] == x[1::3]).all()
    assert line.get_solid_capstyle() == "butt"  # else bars are longer than they should be
    return x[::3], y[::3], y[1::3]


def all_marked(artists, drawn):
    """Whether whatever is beyond the vertical limits has a mark, or follows what has one."""
    low, high = artists.ax.get_ylim()
    for line in drawn:
        x, y = line.get_data()
        colour, before = line.get_color(), np.r_[np.nan, y[:-1]]
        for kind, beyond, was in ((ABOVE, y > high, before > high), (BELOW, y < low, before < low)):
            marks = by_kind(artists.points).get((kind, colour), [])
            if not np.isin(x[beyond & ~was], marks).all():
                return False
    return True


def everything(courses, drops, ends, scaled, accuracy):
    """All figures, as the command draws them: two panels or one."""
    for quantity in ("loss", "curvature"):
        yield [deep.plot_courses(courses, quantity)]
    for quantity in ("early", "final"):
        yield [deep.plot_drop(drops, quantity)]
    yield [deep.plot_upper_ends(ends)]
    for quantity in ("final", "peak"):
        left, right = new_figure(1, 2)[1]
        yield deep.plot_scales(scaled, left=left, right=right, quantity=quantity)
    yield [deep.plot_accuracy(accuracy)]
    yield [deep.plot_accuracy(accuracy._replace(measure="loss"))]


def test_loss_of_every_course_step_by_step(courses):
    artists = deep.plot_courses(courses)
    assert artists.ax.get_yscale() == "log"
    assert (artists.ax.get_xlabel(), artists.ax.get_ylabel()) == ("training step", "loss $L$")
    for line, course in zip(artists.lines, courses, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), STEPS)
        shown = np.where(np.isinf(course.loss), 1e300, course.loss)
        np.testing.assert_array_equal(line.get_ydata(), shown)
        assert colors.same_color(line.get_color(), style.LOOKS[course.phase].colour)
    assert texts(artists.legend) == [
        f"{name}, $\\eta\\lambda_0 = {share}$"
        for name, share in (("lazy", 1), ("catapult", 4), ("divergent", 20), ("collapsed", 15))
    ]
    assert not artists.boundaries


def test_curvature_where_it_was_looked_at_and_two_over_eta(courses):
    artists = deep.plot_courses(courses, "curvature")
    for line, limit, course in zip(
        artists.lines, artists.boundaries["2/eta"], courses, strict=True
    ):
        np.testing.assert_array_equal(line.get_xdata(), STEPS[::2])
        shown = course.curvature[::2].clip(1e-300, 1e300)
        np.testing.assert_array_equal(line.get_ydata(), shown)
        np.testing.assert_array_equal(limit.get_ydata(), 2 / course.eta)
        # in grey print the line is known by the marker of its run
        assert limit.get_marker() == line.get_marker()
        assert artists.ax.get_ylim()[0] < 2 / course.eta < artists.ax.get_ylim()[1]
        # the marker at its end is wholly within the axes
        assert (1 - limit.get_xdata()[1]) * artists.ax.bbox.width >= limit.get_markersize() / 2
    assert texts(artists.legend)[-1] == r"$2/\eta$"


def test_triangles_where_courses_leave_the_axes(courses):
    """A divergent run upwards, the curvature of a collapsed one, zero, downwards."""
    loss, curvature = (deep.plot_courses(courses, name) for name in ("loss", "curvature"))
    high = loss.ax.get_ylim()[1]
    colour = style.LOOKS[Phase.DIVERGENT].colour
    left = int(np.argmax(courses[2].loss > high))
    assert 0 < left < 20
    assert by_kind(loss.points) == {(ABOVE, colour): [left]}
    assert by_kind(curvature.points)[BELOW, style.LOOKS[Phase.UNDECIDED].colour] == [20]
    for artists in (loss, curvature):
        assert all_marked(artists, artists.lines)
        for line in artists.lines[:2]:
            low, high = artists.ax.get_ylim()
            assert ((low <= line.get_ydata()) & (line.get_ydata() <= high)).all()
    for line in loss.points + curvature.points:
        edge = 1 if line.get_marker() == ABOVE else 0
        np.testing.assert_array_equal(line.get_ydata(), edge)
        assert line.get_transform() == line.axes.get_xaxis_transform()
        assert not line.get_clip_on()


@pytest.mark.parametrize("quantity", ["loss", "curvature"])
def test_runs_that_do_not_converge_leave_the_axes_to_those_that_do(courses, quantity):
    """Else one that collapses after a peak of 1e126 flattens the others."""
    calm = deep.plot_courses(courses[:2], quantity).ax.get_ylim()
    wild = courses[3]._replace(loss=np.r_[1, 1e126, [0.5] * 39], curvature=np.r_[2, 1e20, [0] * 39])
    artists = deep.plot_courses([*courses[:2], wild], quantity)
    low, high = artists.ax.get_ylim()
    assert low == calm[0]
    assert calm[1] <= high <= 1e3 * calm[1]
    assert by_kind(artists.points)[ABOVE, style.LOOKS[Phase.UNDECIDED].colour] == [1]
    assert all_marked(artists, artists.lines)


def test_axes_of_runs_none_of_which_converge_hold_what_stays_near_the_start(courses):
    slow = courses[0]._replace(phase=Phase.UNDECIDED)
    wild = courses[3]._replace(loss=np.r_[1, 1e126, [0.5] * 39])
    low, high = deep.plot_courses([slow, wild]).ax.get_ylim()
    assert low < slow.loss[-1] < 1 < high < 1e4
    low, high = deep.plot_courses([courses[2]]).ax.get_ylim()
    assert low < courses[2].loss[0] < high < 1e6


def test_a_course_that_comes_back_and_leaves_again_is_marked_twice(courses):
    curvature = np.array([1.0, 0.0, 0.0, 1.0, 0.0])
    course = courses[0]._replace(loss=np.ones(5), curvature=curvature)
    artists = deep.plot_courses([course], "curvature")
    assert by_kind(artists.points) == {(BELOW, style.LOOKS[Phase.LAZY].colour): [1, 4]}


def test_two_courses_of_one_phase_have_different_markers(courses):
    first, second = deep.plot_courses([courses[0]] * 2).lines
    assert first.get_markerfacecolor() == "white" != second.get_markerfacecolor()


@pytest.mark.parametrize("quantity", ["early", "final"])
def test_drop_shows_medians_of_the_seeds_and_their_range(drops, quantity):
    artists = deep.plot_drop(drops, quantity)
    for line, bar, drop in zip(artists.lines, artists.boundaries["seeds"], drops, strict=True):
        values = getattr(drop, quantity)
        finite = np.where(np.isfinite(values), values, np.nan)
        np.testing.assert_array_equal(line.get_xdata(), SHARES)
        np.testing.assert_array_equal(line.get_ydata(), np.nanmedian(finite, 1))
        found = SHARES, np.nanmin(finite, 1), np.nanmax(finite, 1)
        np.testing.assert_array_equal(bars(bar), found)
        assert line.get_color() == bar.get_color()
    assert [line.get_label() for line in artists.lines] == ["width 16", "width 64", "width 256"]
    when = {"early": "after 10 steps", "final": "at the end"}[quantity]
    assert artists.ax.get_ylabel() == rf"curvature $\lambda/\lambda_0$ {when}"
    assert "range of 3 seeds" in texts(artists.legend)


def test_drop_beside_two_over_eta_the_start_and_the_measured_transition(drops):
    artists = deep.plot_drop(drops)
    (curve,) = artists.boundaries["2/eta"]
    np.testing.assert_allclose(curve.get_xdata() * curve.get_ydata(), 2.0)
    assert curve.get_xdata().min() <= 0.5
    assert curve.get_xdata().max() >= 12
    (start,) = artists.boundaries["eta_crit"]
    np.testing.assert_array_equal(start.get_xdata(), 2.0)
    assert named(artists) == {r"$\eta = 2/\lambda_0$"}
    shown = artists.boundaries["transition"]
    assert [tuple(line.get_xdata()) for line in shown] == [(1.9, 2.2), (1.0, 2.2)]
    assert [line.get_color() for line in shown] == [line.get_color() for line in artists.lines[:2]]
    heights = [line.get_ydata()[0] for line in shown]
    low, high = artists.ax.get_ylim()  # rows below 0, where no curvature is
    assert 0 < heights[0] < heights[1] < -low / (high - low)
    assert artists.ax.get_yticks().min() == 0
    assert "below 0: top direction grows" in texts(artists.legend)
    unknown = [drop._replace(transition=(np.nan, np.nan)) for drop in drops]
    assert "below 0: top direction grows" not in texts(deep.plot_drop(unknown).legend)


def test_crosses_at_rates_at_which_a_seed_did_not_train(drops):
    """An × where one diverged, whatever the others did; a + where it did not train."""
    final = RISE[:, None] * np.ones(3)
    final[4, 0] = final[5, 1] = np.nan
    final[5, 2] = final[6] = np.inf
    artists = deep.plot_drop([drops[0]._replace(final=final), drops[1]])
    first, second = (line.get_color() for line in artists.lines)
    assert by_kind(artists.points) == {
        (DIVERGED, first): [6, 12],
        (UNTRAINED, first): [3],
        (DIVERGED, second): [12],
    }
    # rows from the upper edge downwards, of which none hides another
    pixels = artists.ax.figure.dpi / 72
    heights = {line.get_color(): line.get_transform().transform((3.0, 1.0))[1] / pixels
               for line in artists.points}  # fmt: skip
    assert heights[first] == pytest.approx(artists.ax.bbox.y1 / pixels)
    assert heights[first] - heights[second] == pytest.approx(4)
    assert {"some diverged", "some did not train"} < set(texts(artists.legend))
    trained = deep.plot_drop([drops[0]._replace(final=drops[0].early)])
    assert not trained.points
    assert not any(text.startswith("some") for text in texts(trained.legend))
    np.testing.assert_array_equal(artists.lines[0].get_ydata()[4:], [*RISE[4:6], np.nan])


def test_an_early_curvature_that_is_not_known_is_not_said_to_be_of_a_run_that_did_not_train(drops):
    early = drops[0].early.copy()
    early[6, 1] = np.nan
    legend = deep.plot_drop([drops[0]._replace(early=early)], "early").legend
    assert texts(legend)[-1] == "some not measured"


def test_seeds_beyond_the_axes_of_the_drop_are_marked(drops):
    early = drops[0].early.copy()
    early[5, 0] = 70.0
    artists = deep.plot_drop([drops[0]._replace(early=early), drops[1]], "early")
    assert artists.ax.get_ylim()[1] < 2
    assert by_kind(artists.points) == {(ABOVE, artists.lines[0].get_color()): [6]}
    assert all_marked(artists, artists.boundaries["seeds"])
    assert "beyond the axes" in texts(artists.legend)
    wild = [drop._replace(final=drop.early * 1e5) for drop in drops]
    artists = deep.plot_drop(wild)
    assert artists.ax.get_ylim()[1] < 5
    assert all_marked(artists, artists.boundaries["seeds"])


def test_what_stands_at_one_rate_is_drawn_side_by_side(drops):
    """Widths have the same rates, and places on the page so near that none of a rate below 2 stands
    beyond 2."""
    artists = deep.plot_drop([drops[0]] * 3)
    points = 72 / artists.ax.figure.dpi
    for group in (artists.lines, artists.boundaries["seeds"]):
        places = [line.get_transform().transform((2.2, 1.0)) * points for line in group]
        np.testing.assert_allclose(np.diff(places, axis=0), [[0.8, 0], [0.8, 0]], atol=1e-9)
        centre = artists.ax.transData.transform((2.2, 1.0)) * points
        np.testing.assert_allclose(places[1], centre)
    near = drops[0]._replace(shares=np.array([1.0, 1.5, 1.8, 1.9, 2.1, 2.2, 12.0]))
    artists = deep.plot_drop([near] * 4)
    at = artists.ax.transData.transform((2.0, 0.0))[0]
    for line in artists.lines:
        x = line.get_transform().transform(np.column_stack([near.shares, np.ones(7)]))[:, 0]
        assert ((x < at) == (near.shares < 2)).all()


def test_a_drop_of_nothing_of_no_seeds_and_of_one(drops):
    nothing = drops[0]._replace(early=NEVER, final=NEVER)
    artists = deep.plot_drop([nothing])
    assert np.isnan(artists.lines[0].get_ydata()).all()
    assert not artists.points  # no crosses on an axis that is invented
    assert "no run trains" in {text.get_text() for text in artists.ax.texts}
    assert not len(artists.ax.get_yticks())
    empty = drops[0]._replace(start=np.ones(0), early=np.ones((7, 0)), final=np.ones((7, 0)))
    for found in ([empty], []):
        artists = deep.plot_drop(found)
        assert not artists.points
        assert not any("seeds" in text for text in texts(artists.legend))
    one = drops[0]._replace(start=np.ones(1), final=RISE[:, None])
    artists = deep.plot_drop([one])
    np.testing.assert_array_equal(artists.lines[0].get_ydata(), RISE)
    assert not any("seeds" in text for text in texts(artists.legend))


def test_the_start_of_the_catapult_is_within_the_axes_whatever_the_rates(drops, scaled, accuracy):
    slow = SHARES[:2]
    low = drops[0]._replace(shares=slow, early=np.ones((2, 3)), final=np.ones((2, 3)))
    few = [part._replace(shares=slow, eta=slow / part.curvature, final=np.ones(2),
                         peak=np.ones(2)) for part in scaled]  # fmt: skip
    left, right = new_figure(1, 2)[1]
    drawn = [
        deep.plot_drop([low]),
        *deep.plot_scales(few, left=left, right=right),
        deep.plot_accuracy(accuracy._replace(shares=slow, at_steps=np.ones((2, 1)),
                                             at_budget=np.ones((2, 1)))),
    ]  # fmt: skip
    for artists in drawn:
        least, most = artists.ax.get_xlim()
        for line in artists.boundaries["eta_crit"]:
            assert least < line.get_xdata()[0] < most


def test_upper_ends_by_activation_and_width_an_interval_a_seed(ends):
    artists = deep.plot_upper_ends(ends)
    order = [ends[2], ends[1], ends[3], ends[0]]  # by width, then as activations come
    assert [name.get_text() for name in artists.names] == ["linear", "tanh", "ReLU"]
    assert [text.get_text() for text in artists.ax.get_xticklabels()] == ["64", "256", "64", "256"]
    for line, end, tick in zip(artists.lines, order, artists.ax.get_xticks(), strict=True):
        x, low, high = bars(line)
        np.testing.assert_array_equal(low, end.low.clip(1e-300))
        np.testing.assert_array_equal(high, end.high.clip(None, 1e300))
        assert x.mean() == pytest.approx(tick)
        assert np.ptp(x) < 0.6
        assert len(set(x)) == len(end.low)
    assert artists.ax.get_yscale() == "log"
    assert artists.ax.get_ylabel() == r"largest $\eta\lambda_0$ that trains"


def test_upper_ends_beside_four_and_twelve(ends):
    for some in (ends, ends[1:2], ends[:1], []):
        artists = deep.plot_upper_ends(some)
        for name, at in (("linear", 4.0), ("relu", 12.0)):
            (line,) = artists.boundaries[name]
            np.testing.assert_array_equal(line.get_ydata(), at)
            assert line.get_label().startswith(f"{at:g}: ")
            assert line.get_label() in texts(artists.legend)
            assert artists.ax.get_ylim()[0] < at < artists.ax.get_ylim()[1]
    assert len(looks(artists.boundaries[name][0] for name in ("linear", "relu"))) == 2


def test_upper_ends_that_were_not_found_are_marked(ends):
    """`inf`: trains at all rates; 0: at none; `nan`: nothing is known on that side."""
    artists = deep.plot_upper_ends(ends)
    linear, relu = artists.lines[0], artists.lines[3]
    assert by_kind(artists.points) == {
        (BELOW, linear.get_color()): [linear.get_xdata()[-1]],
        (ABOVE, relu.get_color()): [relu.get_xdata()[-1]],
    }
    assert texts(artists.legend)[-2:] == ["trains at none", "trains at all rates tried"]
    unknown = UpperEnd("tanh", 8, np.array([np.nan, 3.0]), np.array([np.nan, np.nan]))
    artists = deep.plot_upper_ends([unknown])
    colour, x = artists.lines[0].get_color(), artists.lines[0].get_xdata()
    assert by_kind(artists.points) == {(BELOW, colour): [x[0]], (ABOVE, colour): [x[0], x[3]]}
    found = [end for end in ends if np.isfinite(end.high).all() and end.low.all()]
    assert len(texts(deep.plot_upper_ends(found).legend)) == 3


@pytest.mark.parametrize("quantity", ["final", "peak"])
def test_scales_against_eta_and_against_its_share(scaled, quantity):
    axes = new_figure(1, 2)[1]
    drawn = deep.plot_scales(scaled, left=axes[0], right=axes[1], quantity=quantity)
    for artists, ax, rates in zip(drawn, axes, ("eta", "shares"), strict=True):
        assert artists.ax is ax
        for line, part in zip(artists.lines, scaled, strict=True):
            np.testing.assert_array_equal(line.get_xdata(), getattr(part, rates))
            shown = np.where(LAST, np.nan, getattr(part, quantity))
            np.testing.assert_array_equal(line.get_ydata(), shown)
            crosses = by_kind(artists.points)[DIVERGED, line.get_color()]
            assert crosses == [getattr(part, rates)[-1]]
        labels = [rf"$\sigma_w = {scale}$" for scale in ("1", "1.41", "2")]
        assert texts(artists.legend)[:3] == labels
        assert "diverged" in texts(artists.legend)
    left, right = drawn
    assert [line.get_xdata()[0] for line in left.boundaries["eta_crit"]] == [8.0, 2.0, 0.5]
    assert [line.get_color() for line in left.boundaries["eta_crit"]] == [
        line.get_color() for line in left.lines
    ]
    assert not left.names
    assert texts(left.legend).count(r"$2/\lambda_0$") == 1
    assert [line.get_xdata()[0] for line in right.boundaries["eta_crit"]] == [2.0]
    assert [ax.get_xlabel() for ax in axes] == [
        r"learning rate $\eta$",
        r"learning rate $\eta\lambda_0$",
    ]
    assert len(right.boundaries["2/eta"]) == (quantity == "final")
    for curve in right.boundaries["2/eta"]:
        np.testing.assert_allclose(curve.get_xdata() * curve.get_ydata(), 2.0)


def test_peaks_of_runs_that_did_not_train_are_left_to_their_crosses(scaled):
    peak = np.where(LAST, 1e200, scaled[0].peak)
    final = np.where(SHARES == 6, np.nan, scaled[0].final)
    left, right = new_figure(1, 2)[1]
    for artists in deep.plot_scales(
        [scaled[0]._replace(peak=peak, final=final)], left=left, right=right, quantity="peak"
    ):
        assert artists.ax.get_ylim()[1] < 1e5
        assert np.isnan(artists.lines[0].get_ydata()[-2:]).all()
        assert {kind for kind, _ in by_kind(artists.points)} == {DIVERGED, UNTRAINED}


@pytest.mark.parametrize("measure", ["accuracy", "loss"])
def test_accuracy_at_equal_steps_and_at_an_equal_budget(accuracy, measure):
    artists = deep.plot_accuracy(accuracy._replace(measure=measure))
    sides = accuracy.at_steps, accuracy.at_budget
    for line, bar, values in zip(artists.lines, artists.boundaries["seeds"], sides, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), SHARES)
        np.testing.assert_array_equal(line.get_ydata(), np.nanmedian(values, 1))
        found = SHARES, np.nanmin(values, 1), np.nanmax(values, 1)
        np.testing.assert_array_equal(bars(bar), found)
    assert artists.ax.get_ylabel() == f"test {measure} (256 train, 744 test)"
    assert artists.ax.get_yscale() == {"accuracy": "linear", "loss": "log"}[measure]
    assert texts(artists.legend) == [
        "after 100 steps",
        r"at $t\eta\lambda_0 = 150$",
        "range of 3 seeds",
        "some lost",
    ]
    assert by_kind(artists.points) == {(DIVERGED, artists.lines[1].get_color()): [12]}
    assert artists.boundaries["eta_crit"][0].get_xdata()[0] == 2
    low, high = artists.ax.get_ylim()
    cross = artists.ax.transAxes.transform((0, artists.points[0].get_ydata()[0]))
    assert artists.ax.transData.inverted().transform(cross)[1] > np.nanmax(sides)
    assert low < np.nanmin(sides) < np.nanmax(sides) < high


@pytest.mark.parametrize("measure", ["accuracy", "loss"])
def test_figures_of_lost_runs_have_no_scale_and_no_crosses(scaled, accuracy, measure):
    lost = [part._replace(final=np.full(7, np.inf)) for part in scaled]
    left, right = new_figure(1, 2)[1]
    drawn = [
        deep.plot_accuracy(accuracy._replace(at_steps=NEVER, at_budget=NEVER, measure=measure)),
        *deep.plot_scales(lost, left=left, right=right, quantity="peak"),
    ]
    for artists in drawn:
        assert not artists.points
        assert "no run trains" in {text.get_text() for text in artists.ax.texts}
        assert not len(artists.ax.get_yticks()) + len(artists.ax.get_yticks(minor=True))


def test_test_losses_far_above_the_others_are_marked(accuracy):
    wild = accuracy.at_steps.copy()
    wild[6] = 1e9
    artists = deep.plot_accuracy(accuracy._replace(measure="loss", at_steps=wild))
    assert artists.ax.get_ylim()[1] < 1e4
    assert by_kind(artists.points)[ABOVE, artists.lines[0].get_color()] == [12]
    assert all_marked(artists, artists.lines + artists.boundaries["seeds"])


def extreme(row, axes):
    """All figures of values on axes of a plain figure."""
    pair, shares = np.stack([row, row[::-1]], 1), np.array([0.5, 1.0, 2.0, 4.0])
    course = DeepCourse(1.0, 0.5, Phase.CATAPULT, False, row, row)
    wild = course._replace(phase=Phase.DIVERGENT)
    drop = Drop(8, shares, np.ones(2), pair, 10, pair, (0.0, np.inf))
    end = UpperEnd("relu", 8, row[2:], row[:2])
    part = Scaled(1.0, 2.0, shares, shares / 2, row, row)
    tested = Accuracy(shares, 1, 1.0, pair, pair[::-1], "accuracy", (1, 1))
    yield deep.plot_courses([course], ax=axes[0])
    yield deep.plot_courses([wild], "curvature", ax=axes[1])
    yield deep.plot_drop([drop], "early", ax=axes[2])
    yield deep.plot_upper_ends([end], ax=axes[3])
    yield from deep.plot_scales([part], left=axes[4], right=axes[5])
    yield from deep.plot_scales([part], left=axes[6], right=axes[7], quantity="peak")
    yield deep.plot_accuracy(tested, ax=axes[8])
    yield deep.plot_accuracy(tested._replace(measure="loss"), ax=axes[9])


@pytest.mark.parametrize("value", EXTREMES[:2] + EXTREMES[4:])
def test_values_that_no_axes_hold_are_drawn_and_marked(value):
    for row in ([value] * 4, [1.0, value, 0.0, value]):
        figure = Figure()
        for artists in extreme(np.array(row), figure.subplots(5, 2).flatten()):
            assert all_marked(artists, artists.lines)
            low, high = artists.ax.get_ylim()
            assert np.isfinite([low, high]).all()
            assert low < high
    figure.savefig(io.BytesIO(), format="png", dpi=30)


def test_nothing_overlaps_or_is_clipped_where_the_command_draws(
    courses, drops, ends, scaled, accuracy
):
    for group in everything(courses, drops, ends, scaled, accuracy):
        figure = group[0].ax.figure
        figure.draw_without_rendering()
        page = figure.bbox
        boxes = [
            text.get_window_extent()
            for artists in group
            for text in (
                *artists.names,
                *artists.legend.get_texts(),
                artists.ax.xaxis.label,
                artists.ax.yaxis.label,
            )
        ]
        for box in boxes:
            assert page.x0 - 1 <= box.x0 < box.x1 <= page.x1 + 1
            assert page.y0 - 1 <= box.y0 < box.y1 <= page.y1 + 1
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
        for artists in group:
            assert artists.ax.get_window_extent().height > 0.4 * page.height
            assert artists.legend.get_window_extent().y0 >= artists.ax.bbox.y1
            ticks = artists.ax.yaxis.get_ticklabels() + artists.ax.xaxis.get_ticklabels()
            sizes = [text.get_fontsize() for text in figure.findobj(mpl.text.Text) + ticks]
            assert min(sizes) >= 7


def test_lines_are_told_apart_in_grey(courses, drops, ends, scaled, accuracy):
    for group in everything(courses, drops, ends, scaled, accuracy):
        for artists in group:
            if len(artists.boundaries.get("relu", [])):
                continue  # upper ends stand in places of their own, under their names
            grey = {(str(line._dash_pattern), line.get_marker()) for line in artists.lines}
            assert len(grey) == len(artists.lines)


def test_axes_of_rates_far_apart_are_logarithmic_with_plain_numbers(drops):
    near = drops[0]._replace(shares=np.linspace(0.5, 6, 7))
    assert deep.plot_drop([near]).ax.get_xscale() == "linear"
    ax = deep.plot_drop(drops).ax
    assert ax.get_xscale() == "log"
    ax.figure.draw_without_rendering()
    shown = [
        label.get_text()
        for place, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
        if ax.get_xlim()[0] <= place <= ax.get_xlim()[1]
    ]
    assert shown == ["0.5", "1", "2", "5", "10"]


def test_drawn_on_the_callers_axes_with_the_legend_inside(courses, drops, ends, scaled, accuracy):
    left, right, *others = Figure(figsize=(9, 6)).subplots(2, 3).flatten()
    drawn = [
        deep.plot_courses(courses, ax=others[0]),
        deep.plot_drop(drops, ax=others[1]),
        deep.plot_upper_ends(ends, ax=others[2]),
        deep.plot_accuracy(accuracy, ax=others[3]),
        *deep.plot_scales(scaled, left=left, right=right),
    ]
    left.figure.draw_without_rendering()
    for artists in drawn:
        assert artists.ax.figure is left.figure
        box = artists.legend.get_window_extent()
        assert artists.ax.bbox.y0 < box.y0 < box.y1 < artists.ax.bbox.y1 + 1
