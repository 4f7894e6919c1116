"""The exact theory of frozen gates against the judge."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twolayer as tl
from tests.helpers import OFFSETS, fractions
from tests.relu.helpers import on_samples, random_case
from twolayer import FrozenGates, Phase, ReluNetwork, Sides, _derived


@given(
    seed=st.integers(0, 10**6),
    width=st.sampled_from([1, 2, 3, 7, 50, 400]),
    sided=st.sampled_from(["both", "plus", "minus"]),
    part=st.floats(0.05, 0.9),
)
def test_frozen_gates_are_two_one_sample_maps(seed, width, sided, part):
    x, y, net = random_case(seed, width, sided)
    data = Sides(x, y)
    exact = FrozenGates(net, data)
    eta = part * min(exact.eta_max.min(), 100.0)
    run, trained = exact.simulate(eta, 12), net.train(data, eta, 12, frozen=True)
    live = np.isfinite(trained.loss) & (trained.loss < 1e3)
    scale = 1 + np.abs(trained.output[live]).max()
    for name in ("output", "curvature", "loss"):
        np.testing.assert_allclose(
            getattr(run, name)[live],
            getattr(trained, name)[live],
            rtol=1e-6,
            atol=1e-9 * scale,
            err_msg=name,
        )
    np.testing.assert_allclose(run.output[:3], trained.output[:3], rtol=1e-11, atol=1e-13 * scale)
    curvature, output, n, target = net.start(data)
    for side in range(2):
        if curvature[side] > 0 and data.second_moment[side] > 0:
            alone = tl.simulate(
                eta * data.second_moment[side],
                curvature[side],
                output[side],
                n,
                target[side],
                steps=12,
            )
            np.testing.assert_array_equal(alone.output[live], run.output[live, side])
        else:
            np.testing.assert_array_equal(run.output[:, side], output[side])


def test_frozen_gates_are_two_one_sample_maps_in_exact_rationals():
    rng = np.random.default_rng(8)
    u, v, (x, y) = fractions(rng, 9), fractions(rng, 9), fractions(rng, 12).reshape(2, 6)
    x[2], eta, root = Fraction(0), Fraction(1, 7), 3
    rows = on_samples(u, v, x, y, eta, 4, frozen=True, root=root)
    for sign in (1, -1):
        here, units = sign * x > 0, sign * u > 0
        assert here.any()
        assert units.any()
        moment = sum(x[here] ** 2) / 6
        target = sum((x * y)[here]) / sum(x[here] ** 2)
        f, lam = sum((u * v)[units]) / root, sum((u * u + v * v)[units]) / 9
        for now_u, now_v, outputs in rows:
            assert lam == sum((now_u * now_u + now_v * now_v)[units]) / 9
            assert all(
                value == f * a for value, a, mine in zip(outputs, x, here, strict=True) if mine
            )
            lam, f = _derived.step(eta * moment, lam, f, _derived.gain(eta * moment, 9), target)
    floats = ReluNetwork(u.astype(float), v.astype(float)).train(
        Sides(x.astype(float), y.astype(float)), 1 / 7, 4, frozen=True
    )
    loss = [float(sum((fa - ya) ** 2 for fa, ya in zip(f, y, strict=True)) / 12) for *_, f in rows]
    np.testing.assert_allclose(floats.loss, loss, rtol=1e-13)


@pytest.mark.parametrize("width", [5, 1_000])
@pytest.mark.parametrize("offset", OFFSETS[:2])
def test_both_boundaries_of_frozen_gates(width, offset):
    data = Sides([1.0, 2.0, -1.0, -2.0, -0.5], np.zeros(5))
    nets = ReluNetwork.random(width, size=12, rng=width)
    exact = FrozenGates(nets, data)
    last = 4 / nets.curvature(data).max(-1)
    np.testing.assert_allclose(exact.eta_max.min(-1), last, rtol=1e-12)
    below, above = (
        nets.train(data, last * (1 + sign * offset), 250, frozen=True) for sign in (-1, 1)
    )
    assert np.isfinite(below.loss).all()
    # the others are still in their chaotic transient
    assert (below.loss.min(0) < 1e-3 * below.loss[0]).mean() > 0.8
    assert np.isinf(above.loss[-1]).all()
    crit = exact.eta_crit
    for side in range(2):
        some = np.isfinite(crit[:, side])
        assert some.sum() > 4
        for sign, raised in ((-1, False), (1, True)):
            rates = np.where(some, crit[:, side], 1.0) * (1 + sign * offset)
            run = nets.train(data, rates, 1, frozen=True)
            grew = np.abs(run.output[1, :, side]) > np.abs(run.output[0, :, side])
            assert (grew[some] == raised).all()
            phases = exact.phase(rates[:, None])[some, side]
            assert (phases == (Phase.CATAPULT if raised else Phase.LAZY)).all()


def test_a_side_that_cannot_move():
    net = ReluNetwork([1.0, 2.0], [1.0, 0.5])
    exact = FrozenGates(net, Sides([1.0, -1.0], [0.0, 3.0]))  # no unit is open at x < 0
    assert np.isinf([exact.eta_crit[1], exact.eta_max[1]]).all()
    assert exact.phase([0.1, 0.1])[1] == Phase.LAZY
    run = exact.simulate(0.1, 300)
    assert run.loss[-1] == pytest.approx(9 / 4)
    np.testing.assert_array_equal(run.output[:, 1], 0)
    one = FrozenGates(net, Sides([1.0], [0.0]))
    np.testing.assert_array_equal(np.isinf(one.eta_max), [False, True])
    assert one.simulate(0.1, 5).loss.shape == (6,)
