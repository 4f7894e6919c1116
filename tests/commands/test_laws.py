"""The figure of the laws, read back from its artists: networks trained again, closed forms, and
what is written beside it."""

import csv
import io

import numpy as np
import pytest
from scipy import stats

import twolayer as tl
from tests.commands.conftest import SMALL_LAWS
from tests.test_laws import network
from twolayer import Phase, laws, plotting
from twolayer.commands import laws as evidence
from twolayer.plotting.laws import plot_law

SEED = 4
NAMES = ("transition", "periods", "peaks", "frequencies")


@pytest.fixture(scope="module", autouse=True)
def small():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL_LAWS.items():
            patch.setattr(evidence, name, value)
        yield


@pytest.fixture(scope="module")
def drawn(small):
    """Each law, its series and its artists, in one figure."""
    figure, axes = plotting.new_figure(2, 2)
    seen = {law.name: (law, law.series(SEED)) for law in evidence.LAWS}
    artists = {name: plot_law(*seen[name], ax=ax) for name, ax in zip(seen, axes.flat, strict=True)}
    figure.savefig(io.BytesIO(), format="png")
    return {name: (*seen[name], artists[name]) for name in NAMES}


@pytest.mark.parametrize(
    ("width", "curvature", "output"), [(2, 1.0, 0.3), (50, 3.2, -0.8), (1000, 2.0, 20.0)]
)
def test_shaped_networks_have_what_was_asked_for(width, curvature, output):
    net = evidence.shaped(width, curvature, output, 1)
    assert net.curvature == pytest.approx(curvature, rel=1e-13)
    assert net.output == pytest.approx(output, rel=1e-12)
    assert len(np.unique(net.u)) == width


def test_what_a_settled_run_still_loses_is_not_seen():
    x = np.linspace(0.02, 1.98, 99)
    s = np.sqrt(evidence.SETTLED * x / (4 - x)) * (2 - x) * 0.9999
    assert evidence.settled(1.0, x, s, 1, 0.0).all()
    assert not evidence.settled(1.0, x, s * 1.001, 1, 0.0).any()
    assert not evidence.settled(1.0, 2.5, 1e-9, 1, 0.0)
    lost = x - tl.final_curvature(1.0, x, s, 1).curvature
    assert (lost <= 1.05 * evidence.SETTLED * (2 - x)).all()


@pytest.mark.parametrize("name", NAMES)
def test_artists_are_the_series(drawn, name):
    law, sets, artists = drawn[name]
    with_points = [series for series in sets if series.x.size]
    for i, (line, series) in enumerate(zip(artists.lines, sets, strict=True)):
        np.testing.assert_array_equal(line.get_xdata(), series.line[0])
        np.testing.assert_array_equal(line.get_ydata(), series.line[1] + i * law.shift)
    for marks, series in zip(artists.markers, with_points, strict=True):
        np.testing.assert_array_equal(marks.get_xdata(), series.x)
        np.testing.assert_allclose(
            marks.get_ydata() - sets.index(series) * law.shift, series.trained, atol=1e-12
        )
        assert marks.get_linestyle() == "None"
    assert [text.get_text() for text in artists.legend.get_texts()] == [
        series.label for series in sets
    ]
    assert len({(line.get_color(), str(line._dash_pattern)) for line in artists.lines}) == len(sets)
    assert (artists.ax.get_xscale(), artists.ax.get_xlabel(), artists.ax.get_ylabel()) == (
        law.scale,
        law.xlabel,
        law.ylabel,
    )


def test_panels_are_readable(drawn):
    page = drawn["peaks"][2].ax.figure.bbox
    boxes = []
    for _, _, artists in drawn.values():
        ax = artists.ax
        # it covers no data
        assert artists.legend.get_window_extent().y0 >= ax.get_window_extent().y1 - 1
        assert ax.get_window_extent().height > 0.3 * page.height
        shown = [*artists.legend.get_texts(), ax.xaxis.label, ax.yaxis.label]
        assert min(text.get_fontsize() for text in shown) >= 7
        boxes += [text.get_window_extent() for text in shown]
    for i, box in enumerate(boxes):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_the_transition_is_that_of_other_weights_and_of_the_closed_form(drawn):
    _, (law, *sets), _ = drawn["transition"]
    np.testing.assert_allclose(law.line[1], np.sqrt(law.line[0] ** 2 + 2), atol=1e-5)
    for width, series in zip((100, 1000), sets, strict=True):
        s = 1 / np.sqrt(width)
        again = [
            (2 - network(width, 2 + place * s, 1.0).outcome(1.0).curvature) / s
            for place in series.x
        ]
        np.testing.assert_allclose(series.trained, again, atol=5e-4)
        np.testing.assert_allclose(series.trained, series.theory, atol=5e-4)
        np.testing.assert_allclose(
            series.line[1],
            (2 - tl.final_curvature(1.0, 2 + series.line[0] * s, 1.0, width).curvature) / s,
        )
        assert (
            np.abs(series.trained - np.sqrt(series.x**2 + 2)) <= 0.85 * s * (series.x**2 + 2)
        ).all()


def test_periods_are_those_of_other_weights_and_of_infinite_width(drawn):
    _, sets, _ = drawn["periods"]
    for rate, series in zip((2.8, 3.0, 3.2), sets, strict=True):
        around = laws.limit_curvature(1.0, rate, np.arange(64) / 64)
        first = int(series.label.split("=")[2].split(":")[0].replace(",", ""))
        np.testing.assert_allclose(series.trained, series.theory, atol=0.005)
        np.testing.assert_allclose(np.interp(series.x, *series.line), series.theory, atol=0.03)
        for place, value in list(zip(series.x, series.trained, strict=True))[::5]:
            width = round(first * (rate - 1) ** (2 * place))
            other = float(network(width, rate, 0.8).outcome(1.0).curvature)
            assert value == pytest.approx((other - around.mean()) / np.ptp(around), abs=0.005)
    _, _, widest = sets
    later = widest.trained[8:]
    # a period apart, from n = 44 on
    np.testing.assert_allclose(later, widest.trained[:-8], atol=0.15)
    np.testing.assert_allclose(later[8:], widest.trained[8:-8], atol=0.03)


def test_peaks_are_those_of_the_recursion_within_a_step_of_the_law(drawn):
    _, sets, _ = drawn["peaks"]
    for rate, series in zip(evidence.PEAKING, sets, strict=True):
        run = tl.simulate(1.0, rate, 1.0, series.x, steps=60)
        np.testing.assert_array_equal(series.trained, run.loss.argmax(axis=0))
        assert (np.abs(series.trained - series.theory) < 1.01).all()
        np.testing.assert_array_equal(
            series.line[1], laws.peak_step(1.0, rate, 1.0, series.line[0].round())
        )
        slope = np.polyfit(np.log(series.x), series.trained, 1)[0]
        assert slope == pytest.approx(1 / (2 * np.log(rate - 1)), rel=0.1)


def test_frequencies_have_exact_intervals_around_what_was_counted(drawn):
    _, sets, artists = drawn["frequencies"]
    bars = iter(artists.points)
    for series, phase in zip(sets, (Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT), strict=True):
        chances = tl.phase_probability(1.2, series.x)[(0, 1, 3).index(phase)]
        np.testing.assert_array_equal(series.theory, chances)
        for i, (width, share, chance) in enumerate(
            zip(series.x, series.trained, chances, strict=True)
        ):
            codes = (
                tl.Network.random(int(width), size=300, rng=[SEED, int(width)])
                .outcome(1.2, absorbing=tl.certificate)
                .phase
            )
            count = int((codes == phase).sum())
            assert share == count / 300
            assert stats.binomtest(count, 300, chance).pvalue > 1e-4
            # Clopper and Pearson's
            low = stats.beta.ppf(0.005, count, 301 - count) if count else 0.0
            high = stats.beta.ppf(0.995, count + 1, 300 - count) if count < 300 else 1.0
            np.testing.assert_allclose(series.interval[:, i], [low, high], atol=1e-9)
            bar = next(bars)
            np.testing.assert_array_equal(
                bar.get_xydata(), np.column_stack([[width, width], series.interval[:, i]])
            )
    np.testing.assert_allclose(sum(series.trained for series in sets), 1)
    assert next(bars, None) is None


def test_files(report):
    rows = list(csv.DictReader((report.folder / "laws.csv").read_text().splitlines()))
    assert {row["law"] for row in rows} == set(NAMES)
    with np.load(report.folder / "laws.npz") as arrays:
        assert tuple(arrays) == evidence.Point._fields
        for name in ("x", "trained", "low", "high", "theory"):
            np.testing.assert_array_equal(arrays[name], [float(row[name]) for row in rows])
        assert (arrays["low"] <= arrays["trained"]).all()
        assert (arrays["trained"] <= arrays["high"]).all()
