"""Up to which rate to train: the exact one against the core and against trained weights, otherwise
the smaller of two."""

import dataclasses

import numpy as np
import pytest

import twolayer as tl
from tests.samples.helpers import refuses
from twolayer import Data, GramNetwork, Network, Phase, rate_guide

FIELDS = [field.name for field in dataclasses.fields(tl.RateGuide)][1:]


def one_direction(seed, m, d, label=1.0):
    """Data of rank 1 with one output; weights; and the equal network of one sample."""
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=d)
    direction /= np.linalg.norm(direction)
    x, y = rng.normal(size=m), label * rng.normal(size=m)
    second = np.mean(x * x)
    net = Network.random(5, rng=rng, data=Data(np.outer(x, direction), y))
    plain = Network(net.u @ direction, net.v[:, 0])
    return net, plain, second, np.mean(x * y) / second


@pytest.mark.parametrize(("m", "d"), [(6, 1), (1, 4), (5, 3)])
@pytest.mark.parametrize("seed", range(4))
def test_on_one_direction_it_is_exact(m, d, seed):
    """One input, one sample, or inputs along one direction: the core's boundaries, over xx."""
    net, plain, second, target = one_direction(seed, m, d)
    guide = rate_guide(GramNetwork.from_weights(net.u, net.v), net.data)
    assert guide.exact is True
    for name in ("eta_crit", "eta_max", "eta_div"):
        exact = getattr(tl, name)(*plain.start, target) / second
        assert getattr(guide, name) == pytest.approx(exact, rel=1e-12), name
    assert guide.rate == guide.eta_max
    assert guide.curvature == pytest.approx(plain.curvature * second, rel=1e-13)
    assert guide.eta_flat == pytest.approx(np.sqrt(5) / abs(target) / second, rel=1e-13)
    assert guide.eta_flat == pytest.approx(guide.eta_bound, rel=1e-13)


@pytest.mark.parametrize("label", [0.1, 3.0, 40.0])
@pytest.mark.parametrize("m", [1, 5])
def test_on_one_direction_trained_weights_turn_there(label, m):
    seen = set()
    for seed in range(6):
        net, *_ = one_direction(seed, m, 3, label)
        guide = rate_guide(GramNetwork.from_weights(net.u, net.v), net.data)
        below, above = net.outcome([0.97 * guide.rate, 1.03 * guide.rate], max_steps=3_000).phase
        assert below <= Phase.CATAPULT < above
        seen.add(guide.binding)
        rates = {"eta_div": guide.eta_div, "eta_flat": guide.eta_flat}
        assert guide.rate == pytest.approx(rates[guide.binding], rel=1e-13)
        assert guide.rate <= min(rates.values()) * (1 + 1e-13)
    assert label != 40 or seen == {"eta_flat"}


def test_a_second_direction_or_output_is_not_exact():
    for X, Y in ((np.eye(2), [1.0, 2.0]), ([1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]])):
        data = Data(X, Y)
        guide = rate_guide(GramNetwork.random(9, data.inputs, data.outputs, rng=0), data)
        assert guide.exact is False
        assert np.isnan([guide.eta_crit, guide.eta_max, guide.eta_div]).all()


def test_the_smaller_one_is_the_guide():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    net = GramNetwork.random(50, 3, 2, size=4, rng=1)
    for size, word in ((1e-3, "four_over"), (1e3, "eta_flat")):
        data = Data(X, size * Y)
        guide, flat = rate_guide(net, data), tl.flattest_curvature(data, 50)
        np.testing.assert_array_equal(guide.two_over, 2 / net.curvature(data))
        np.testing.assert_array_equal(guide.four_over, 4 / net.curvature(data))
        assert (guide.binding == word).all()
        np.testing.assert_array_equal(guide.rate, getattr(guide, word))
        np.testing.assert_array_equal(guide.rate, np.minimum(guide.four_over, guide.eta_flat))
        assert (guide.eta_flat == flat.eta).all()
        assert (guide.eta_bound == flat.eta_bound).all()


def test_sizes_and_what_scaled_labels_would_give():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), 152 + 70 * rng.normal(size=(20, 2))
    net = Network.random(50, rng=1, data=Data(X, Y))
    theory = GramNetwork.from_weights(net.u, net.v)
    guide = rate_guide(theory, net.data)
    root = np.sqrt(np.mean(Y**2))
    assert guide.label_size == pytest.approx(root, rel=1e-13)
    assert guide.output_size == pytest.approx(np.sqrt(np.mean((X @ net.output) ** 2)), rel=1e-12)
    scaled = rate_guide(theory, Data(X, Y / root))
    assert scaled.label_size == pytest.approx(1, rel=1e-14)
    assert guide.eta_flat_unit == pytest.approx(scaled.eta_flat, rel=1e-12)
    assert guide.eta_flat_unit == pytest.approx(scaled.eta_flat_unit, rel=1e-12)


def test_shapes_are_those_of_the_batch():
    data = Data(np.eye(2), [1.0, 2.0])
    batch = GramNetwork.random([5, 500, 5000], 2, size=(4, 3), rng=0)
    guide = rate_guide(batch, data)
    assert {np.shape(getattr(guide, name)) for name in FIELDS} == {(4, 3)}
    flat = tl.flattest_curvature(data, [5, 500, 5000]).eta
    np.testing.assert_array_equal(guide.eta_flat, np.broadcast_to(flat, (4, 3)))
    one = rate_guide(GramNetwork(batch.gram[1, 2], 5000), data)
    for name in FIELDS:
        assert np.ndim(getattr(one, name)) == 0
        np.testing.assert_array_equal(getattr(one, name), getattr(guide, name)[1, 2])


def test_labels_of_zero():
    guide = rate_guide(GramNetwork.random(9, 2, rng=0), Data(np.eye(2), [0.0, 0.0]))
    assert (guide.rate, guide.binding) == (guide.four_over, "four_over")
    assert np.isinf([guide.eta_flat, guide.eta_bound]).all()
    assert (guide.label_size, np.isnan(guide.eta_flat_unit)) == (0, True)
    one = rate_guide(GramNetwork.random(9, 1, rng=0), Data([1.0], [0.0]))
    assert one.rate == one.eta_div == one.four_over


def test_bad_input():
    net, data = GramNetwork.random(9, 2, rng=0), Data(np.eye(2), [1.0, 2.0])
    with refuses("network = 3 must be a GramNetwork object"):
        rate_guide(3, data)
    with refuses("data = 3 must be a Data object"):
        rate_guide(net, 3)
    with refuses("network = linearised GramNetwork must not be linearised: .*"):
        rate_guide(net.linearized, data)
    with refuses(r"shape of gram = \(3, 3\) must end in inputs \+ outputs of the data, .*"):
        rate_guide(net, Data([1.0], [1.0]))


def test_a_network_of_weights_is_told_what_to_make_of_it():
    data = Data([[1.0, 2.0], [0.0, 1.0]], [1.0, 0.0])
    with refuses("network = Network object must be a GramNetwork: GramNetwork.from_weights.*"):
        rate_guide(Network.random(5, rng=0, data=data), data)


@pytest.mark.parametrize("size", [1e-130, 1e-145, 1e-170, 1e120])
def test_labels_of_any_size(size):
    """Known where float64 holds their squares, nan where not; nothing warns or raises."""
    X, Y = np.random.default_rng(0).normal(size=(2, 5, 2))
    net = GramNetwork.random(9, 2, 2, rng=0)
    plain = rate_guide(net, Data(X, Y))
    with np.errstate(all="raise"):
        guide = rate_guide(net, Data(X, Y * size))
    if size < 1e-140:
        assert np.isnan([guide.label_size, guide.eta_flat_unit]).all()
    else:
        assert guide.label_size == pytest.approx(plain.label_size * size, rel=1e-9)
        assert guide.eta_flat_unit == pytest.approx(plain.eta_flat_unit, rel=1e-9)
    assert guide.eta_flat == pytest.approx(plain.eta_flat / size, rel=1e-9)
