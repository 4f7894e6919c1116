"""Deep networks in the gallery: what was measured is as the pages say, and it is drawn."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import twolayer as tl
from tests.docs.artists import check_drawn, shown
from tests.docs.examples import run

pytest.importorskip("sklearn", reason="the examples need pip install -e '.[docs]'")


@pytest.fixture(autouse=True)
def one_thread():
    """As examples are run: see there."""
    with threadpool_limits(1):
        yield


def lines(ax, *, marker):
    """The points of the lines that are not of two points, as those at boundaries are."""
    return [data for data in shown(ax, marker=marker) if len(data) > 2]


@pytest.fixture(scope="module")
def phases():
    return run("16_deep_three_phases")


def test_one_network_has_three_phases(phases):
    loss = phases["run"].loss
    assert loss[:, 0].argmax() == 0
    assert 5 < phases["peak"][1] < 30
    assert np.isfinite(loss[:, :2]).all()
    assert (loss[-1, :2] < loss[0, :2] / 20).all()
    assert np.isinf(loss[-1, 2])
    assert not phases["run"].collapsed[:2].any()


def test_curvature_stays_or_falls_below_two_over_eta(phases):
    lazy, catapult = phases["run"].curvature[-1, :2] / phases["start"]
    assert 0.9 < lazy < 1
    assert 3 * catapult < 1.5
    rises = phases["run"].loss[:, 1] > phases["run"].loss[0, 1]
    assert (
        phases["sharpness"][rises.argmax() - 1, 1] > 2
    )  # it is above while the loss begins to rise
    assert (phases["sharpness"][10:, 1] < 2).all()


def test_curvature_is_that_of_the_two_products(phases):
    network, samples = phases["network"], phases["samples"]
    top = tl.kernel_curvature(
        lambda v: network.jvp(samples.X, v),
        lambda w: network.vjp(samples.X, w),
        network.size,
        samples.Y.shape,
    )
    np.testing.assert_allclose(phases["start"], top.eigenvalues[0], rtol=1e-9)
    np.testing.assert_allclose(phases["run"].curvature[0], top.eigenvalues[0], rtol=1e-9)


def test_phases_as_drawn(phases):
    left, right = phases["figures"][0].axes
    with np.errstate(invalid="ignore"):
        ratio = phases["run"].curvature / phases["start"]
    for k, marker in enumerate("os^"):
        for ax, values in ((left, phases["run"].loss), (right, ratio)):
            (data,) = shown(ax, marker=marker)
            inside = np.isfinite(values[:, k])
            np.testing.assert_array_equal(data[inside, 1], values[inside, k])
            assert not np.isfinite(data[~inside, 1]).any()
    limits = [data[0, 1] for data in shown(right) if len(data) == 2]
    np.testing.assert_allclose(limits, 2 / phases["shares"])


@pytest.fixture(scope="module")
def drops():
    return run("17_deep_curvature_drops")


def test_below_the_corner_curvature_stays_and_more_so_in_wide_networks(drops):
    lazy = drops["ratio"][..., drops["shares"] < 1.5].mean(axis=(1, 2, 3))
    assert (np.diff(lazy) > 0).all()
    assert lazy[-1] > 0.95
    assert np.abs(drops["ratio"][-1, :, :, drops["shares"] < 1.5] - 1).max() < 0.07


def test_above_the_corner_curvature_is_below_two_over_eta(drops):
    assert (drops["ratio"] * drops["shares"]).max() < 2
    assert (drops["ratio"][-1, :, :, -1] < 0.15).all()  # at ηλ₀ = 4


def test_the_corner_is_sharper_in_wide_networks(drops):
    """Between ηλ₀ = 1.7 and 3 the curvature after ten steps falls by more in wider networks."""
    early, shares = drops["ratio"][:, :, 0].mean(axis=1), drops["shares"]
    fall = early[:, shares == 1.7] - early[:, shares == 3]
    assert (np.diff(fall.ravel()) > 0.02).all()


def test_just_above_the_corner_wide_networks_end_as_the_model(drops):
    ends, shares = drops["ratio"][-1, :, 1], drops["shares"]
    for share, room in ((2.3, 0.06), (2.6, 0.06)):
        assert np.abs(ends[:, shares == share] - (4 / share - 1)).max() < room
    assert (ends[:, shares == 3] < 4 / 3 - 1).all()


def test_drops_as_drawn(drops):
    for k, ax in enumerate(drops["axes"]):
        for i, (bars, marker) in enumerate(zip(ax.containers, "os^", strict=True)):
            part = drops["ratio"][i, :, k]
            points, _, (segments,) = bars.lines
            assert points.get_marker() == marker
            np.testing.assert_array_equal(points.get_xdata(), drops["shares"])
            np.testing.assert_allclose(points.get_ydata(), part.mean(axis=0))
            ends = np.array(segments.get_segments())[:, :, 1].T
            np.testing.assert_allclose(ends, [part.min(axis=0), part.max(axis=0)])
        bound, mirror = lines(ax, marker="None")
        np.testing.assert_allclose(bound[:, 1], 2 / bound[:, 0])
        np.testing.assert_allclose(mirror[:, 1], 4 / mirror[:, 0] - 1)


@pytest.fixture(scope="module")
def upper():
    return run("18_deep_upper_end")


def part_of(upper, name, what):
    return upper[what][[kind[0] == name for kind in upper["kinds"]]]


def test_linear_and_tanh_networks_end_near_four_on_both_sides(upper):
    linear, tanh = (part_of(upper, name, "low") for name in ("linear", "tanh"))
    assert linear.min() > 3
    assert linear.max() < 6
    assert np.sum(linear > 4.1) >= 5  # half of them pass the bound of the solved model
    assert 2 < tanh.min() < 3.6  # and narrow tanh networks do not reach it
    assert tanh.max() < 5.5
    assert (upper["high"] > upper["low"]).all()


def test_deep_relu_networks_go_far_beyond(upper):
    relu = part_of(upper, "ReLU", "low")
    assert relu.min() > 4.5
    assert np.median(relu) > 1.5 * np.median(part_of(upper, "linear", "high"))
    assert relu.max() < 16


def test_relu_networks_alone_collapse(upper):
    assert not part_of(upper, "linear", "collapsed").any()
    assert not part_of(upper, "tanh", "collapsed").any()
    assert (part_of(upper, "ReLU", "collapsed") > 5).all()


def test_relu_networks_of_two_layers_end_near_four(upper):
    samples = upper["samples"]
    networks = tl.DeepNetwork.random([64, 64, 1], 5, 2**0.5, rng=0)
    start = networks.curvature(samples)
    for share, trains in ((2.5, True), (6.0, False)):
        done = networks.train(samples, share / start, 50, looks=[])
        assert ((done.loss[-1] < done.loss[0]) == trains).all()


def test_upper_ends_as_drawn(upper):
    for k, (low, high) in enumerate(zip(upper["low"], upper["high"], strict=True)):
        bars = shown(upper["ax"], marker="_")[5 * k : 5 * k + 5]
        np.testing.assert_array_equal([bar[:, 1] for bar in bars], np.column_stack([low, high]))
        assert np.abs(np.array(bars)[:, :, 0] - k).max() < 0.5
    found = {data[0, 1] for data in shown(upper["ax"]) if len(data) == 2}
    assert found == {4, 12}


@pytest.fixture(scope="module")
def scales():
    return run("19_deep_scales")


def test_the_curvature_goes_as_the_fourth_power_of_the_scale(scales):
    np.testing.assert_allclose(scales["start"][1:] / scales["start"][:-1], 4, rtol=1e-12)


def test_curves_fall_together(scales):
    ratio, shares = scales["ratio"], scales["shares"]
    assert np.ptp(ratio, axis=0).max() < 0.3
    assert (ratio[:, shares < 1.3] > 0.85).all()
    assert (ratio[:, shares > 3.2] < 0.35).all()
    assert (ratio * shares < 2).all()


def test_labels_in_proportion_make_them_one_curve(scales):
    """To rounding: a ReLU network of three layers is homogeneous of degree 3."""
    samples, shares, ratio = scales["samples"], scales["shares"][:8:2], []
    for network, scale, start in zip(
        scales["networks"], scales["scales"], scales["start"], strict=True
    ):
        own = tl.Samples(samples.X, samples.Y * scale**3)
        trained = network.train(own, shares / start, 30, looks=[30])
        ratio.append(trained.curvature[-1] / start)
    np.testing.assert_allclose(ratio[1:], [ratio[0]] * 2, rtol=1e-6)


def test_scales_as_drawn(scales):
    left, right = scales["figures"][0].axes
    for k, marker in enumerate("os^"):
        ends = scales["ratio"][k]
        check_drawn(shown(left, marker=marker), (scales["shares"] / scales["start"][k], ends))
        check_drawn(shown(right, marker=marker), (scales["shares"], ends))
    at = [data[0, 0] for data in shown(left) if len(data) == 2]
    np.testing.assert_allclose(at, 2 / scales["start"])


@pytest.fixture(scope="module")
def accuracy():
    return run("20_deep_accuracy")


def gains(accuracy, task):
    """The best rate above 2/λ₀ over the best one below, by the mean, for each network: at equal
    steps and at equal budget."""
    above, both = accuracy["shares"] > 2, accuracy["found"][task]
    return [max(part[above], key=np.mean) - max(part[~above], key=np.mean) for part in both]


def test_after_equal_steps_a_rate_above_is_better(accuracy):
    for task in (0, 1):
        gain, _ = gains(accuracy, task)
        assert gain.mean() > 3 * accuracy["error"](gain)


def test_at_equal_budget_one_is_better_on_two_digits(accuracy):
    _, gain = gains(accuracy, 0)
    assert gain.mean() > 3 * accuracy["error"](gain)
    assert gain.mean() > 0.02


def test_at_equal_budget_none_is_better_on_ten_digits(accuracy):
    _, gain = gains(accuracy, 1)
    assert gain.mean() < 0
    lazy = accuracy["found"][1][1][accuracy["shares"] < 2].mean(axis=1)
    assert np.ptp(lazy) < 0.03


def test_at_equal_budget_wide_networks_are_better_and_flatter_on_ten_digits(accuracy):
    """At 256 units; and not because they fit what they train on any better."""
    train, test = accuracy["sets"]["All ten digits"]
    network, done = tl.DeepNetwork.random([64, 256, 256, 10], 3, 2**0.5, rng=1), []
    for share in (1.8, 4):
        rate = share / network.curvature(train)
        done.append(network.train(train, rate, round(200 / share), looks=[]))
    low, high = (run.network.accuracy(test) for run in done)
    flat, flatter = (run.network.curvature(train) for run in done)
    assert (high > low + 0.02).all()
    assert (flatter < flat / 3).all()
    assert done[1].loss[-1].mean() > 0.9 * done[0].loss[-1].mean()


def test_budgets_are_equal(accuracy):
    """One cell of each curve, trained again in one go."""
    k, (train, test) = 2, accuracy["sets"]["Digits 3 and 8"]
    network = tl.DeepNetwork.random([64, 64, 64, 1], 6, 2**0.5, rng=1)
    for kind, steps in enumerate((50, round(100 / accuracy["shares"][k]))):
        rate = accuracy["shares"][k] / network.curvature(train)
        again = network.train(train, rate, steps, looks=[]).network
        np.testing.assert_array_equal(accuracy["found"][0][kind, k], again.accuracy(test))


def test_train_and_test_pictures_are_different_ones(accuracy):
    for (train, test), counts in zip(
        accuracy["sets"].values(), ((100, 257), (150, 1647)), strict=True
    ):
        assert (train.samples, test.samples) == counts
        both = np.concatenate([train.X, test.X])
        assert len(np.unique(both, axis=0)) == sum(counts)


def test_accuracy_as_drawn(accuracy):
    for ax, both in zip(accuracy["axes"], accuracy["found"], strict=True):
        for bars, values in zip(ax.containers, both, strict=True):
            points, _, (segments,) = bars.lines
            np.testing.assert_array_equal(points.get_xdata(), accuracy["shares"])
            np.testing.assert_array_equal(points.get_ydata(), values.mean(axis=1))
            reach = np.ptp(np.array(segments.get_segments())[:, :, 1], axis=1)
            np.testing.assert_allclose(reach, 4 * values.std(axis=1, ddof=1) / np.sqrt(6))
