"""Triangle, chaos and random networks in the gallery: the claims hold, and they are drawn."""

import numpy as np
import pytest
from scipy.stats import binomtest, kstest

import twolayer as tl
from tests.docs.artists import check_drawn, shown
from tests.docs.examples import path, run


@pytest.fixture(scope="module")
def triangle():
    return run("09_triangle")


def test_networks_of_all_widths_take_the_steps_of_width_one(triangle):
    assert [width for width, _ in triangle["kinds"]] == [2, 100, 10_000]
    assert triangle["phases"] == [tl.Phase.LAZY, tl.Phase.CATAPULT, tl.Phase.DIVERGENT]
    for k, (_, _, steps) in enumerate(triangle["points"]):
        trained = triangle["trained"][:, :, : steps + 1, k]
        assert np.isfinite(trained).all()
        assert np.abs(trained - triangle["theory"][:, : steps + 1, k]).max() < 1e-12


def test_steps_multiply_and_the_sum_is_four(triangle):
    for P, Q, V in triangle["trained"]:
        s = (P - Q) / 2
        for part, factor in ((P, (1 - s) ** 2), (Q, (1 + s) ** 2), (V, 1 + s * s)):
            ran = np.isfinite(V[1:])
            moved = (part * factor)[:-1]
            np.testing.assert_allclose(part[1:][ran], moved[ran], rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose((P + Q + V)[np.isfinite(V)], 4, rtol=1e-13)


def test_the_dashed_line_is_where_the_first_step_keeps_the_loss(triangle):
    P, Q, V = triangle["edge"]
    np.testing.assert_allclose(((P - Q) / 2) ** 2 + V, 2, rtol=1e-12)
    starts = triangle["theory"][:, 0, :2]
    raises = ((starts[0] - starts[1]) / 2) ** 2 + starts[2] < 2
    assert raises.tolist() == [False, True]
    assert triangle["theory"][2, 40, 1] > 2


def test_triangle_as_drawn(triangle):
    ax = triangle["ax"]
    for line, (P, Q, V) in zip(triangle["markers"], triangle["trained"], strict=True):
        np.testing.assert_array_equal(line.get_xdata(), (P - Q).ravel() / 8)
        np.testing.assert_allclose(line.get_ydata(), V.ravel() * np.sqrt(3) / 8)
    P, Q, V = triangle["theory"]
    for k, line in enumerate(triangle["artists"].lines):
        inside = np.isfinite(line.get_ydata())
        np.testing.assert_allclose(line.get_xdata()[inside], ((P - Q) / 8)[inside, k])
        np.testing.assert_allclose(line.get_ydata()[inside], (V * np.sqrt(3) / 8)[inside, k])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        line.get_label() for line in triangle["markers"]
    ]


@pytest.fixture(scope="module")
def chaos():
    return run("10_chaos")


def test_the_angle_triples_and_errors_with_it(chaos):
    r, tripled = chaos["r"], chaos["tripled"]
    apart = np.abs(r - 2 * np.cos(tripled)).max(axis=1)
    assert (apart <= 1e-14 * 9.0 ** np.arange(17)).all()  # the slope of the cubic is at most 9
    growth = (chaos["error"][16] / chaos["error"][4]) ** (1 / 12)
    assert 2.7 < growth < 3.3


def test_angles_are_spread_evenly(chaos):
    for at in chaos["r"][5:]:
        assert kstest(np.arccos(np.clip(at / 2, -1, 1)) / np.pi, "uniform").pvalue > 1e-3
    assert (chaos["density"] @ np.diff(chaos["edges"])).round(9) == 1
    assert (chaos["arcsine"] @ np.diff(chaos["edges"])).round(9) == 1


def test_v_grows_by_the_golden_ratio_squared(chaos):
    V = chaos["V"]
    for k, last in enumerate((20, 11, 2)):  # while V is small
        growth = np.log(V[k] / V[k, 0])[: last + 1]
        error = growth.std(axis=1) / np.sqrt(V.shape[2])
        exact = np.log(chaos["growth"][k] / chaos["growth"][k, 0])[: last + 1]
        assert (np.abs(growth.mean(axis=1) - exact)[1:] < 3.5 * error[1:]).all()
    np.testing.assert_allclose(np.exp(exact[1]), (3 + np.sqrt(5)) / 2, rtol=1e-12)
    np.testing.assert_allclose(V[:, 0].mean(axis=1), 4 * 10.0 ** chaos["powers"], rtol=1e-3)
    assert (np.abs(chaos["predicted"] - chaos["seen"]) < 1).all()


def test_rounding_decides_on_the_boundary_itself(chaos):
    networks = tl.Network.random(width=3, size=200, rng=0)
    phases = networks.outcome(tl.eta_max(*networks.start), max_steps=1000).phase
    assert {1, 3} <= set(phases.tolist())


def test_chaos_as_drawn(chaos):
    r, (figure, other) = chaos["r"], chaos["figures"]
    maps, density = figure.axes
    check_drawn(shown(maps, marker="o"), (r[:-1, :5], r[1:, :5]))
    ((x, y),) = (line.T for line in shown(maps))
    np.testing.assert_allclose(y, x**3 - 3 * x, atol=1e-12)
    middle = (chaos["edges"][1:] + chaos["edges"][:-1]) / 2
    check_drawn(shown(density, marker="o"), (middle, chaos["density"]))
    np.testing.assert_array_equal(density.patches[0].get_data().values, chaos["arcsine"])
    (ax,) = other.axes
    check_drawn(shown(ax, marker="o"), *((np.arange(41), mean) for mean in chaos["mean"]))
    lines = [line for line in shown(ax) if len(line)]
    check_drawn(lines, *((np.arange(41), growth) for growth in chaos["growth"]))


@pytest.fixture(scope="module")
def random_networks():
    return run("11_random_networks")


def test_counts_are_those_of_the_theory(random_networks):
    count, drawn = random_networks["count"], random_networks["drawn"]
    chances = [
        binomtest(int(k), drawn, min(p, 1.0)).pvalue
        for k, p in zip(count.ravel(), random_networks["theory"].ravel(), strict=True)
    ]
    assert min(chances) > 1e-3
    assert random_networks["inside"] > 0.9
    np.testing.assert_allclose(random_networks["theory"].sum(axis=1), 1, rtol=1e-12)
    assert f"{random_networks['inside']:.0%}" == "98%"  # as the caption says


def test_narrow_networks_miss_the_catapult_and_wide_ones_have_sharp_phases(random_networks):
    narrow, _, wide = random_networks["lines"]
    assert (narrow[1] < np.maximum(narrow[0], narrow[2])).all()
    far = np.min(np.abs(random_networks["fine"][:, None] - [1, 2]), axis=1) > 0.5
    assert wide.max(axis=0)[far].min() > 0.98


def test_random_networks_as_drawn(random_networks):
    for i, ax in enumerate(random_networks["axes"]):
        assert ax.get_title() == f"n = {random_networks['widths'][i]}"
        check_drawn(
            shown(ax), *((random_networks["fine"], line) for line in random_networks["lines"][i])
        )
        for j, bars in enumerate(ax.containers):
            points, _, (segments,) = bars.lines
            share = random_networks["count"][i, j] / random_networks["drawn"]
            np.testing.assert_array_equal(points.get_ydata(), share)
            ends = np.array(segments.get_segments())[:, :, 1].T
            np.testing.assert_allclose(
                ends, [random_networks["low"][i, j], random_networks["high"][i, j]]
            )


def test_random_networks_say_how_many():
    """The shares that are told are those of the intervals drawn, and of chance."""
    left = run("11_random_networks")
    text = " ".join(path("11_random_networks").read_text(encoding="utf-8").replace("#", "").split())
    held = np.mean((left["low"] <= left["theory"]) & (left["theory"] <= left["high"]))
    assert left["printed"].startswith(f"{held:.0%} of the intervals contain the theory.")
    assert f"{100 * held:.0f} % of their 95 % intervals contain it" in text
    assert f"{100 * tl.no_catapult_probability(2):.0f} % of networks have none at any rate" in text
