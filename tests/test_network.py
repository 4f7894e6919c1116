"""The judge: gradient descent on weights, against definitions written out weight by weight."""

import math
import tracemalloc
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twolayer as tl
from tests.helpers import FIELDS, descend, measure, same_in_units
from tests.oracle import DIGITS
from tests.oracle import end as exact_sharpness
from twolayer import Network, Phase, watch, weights
from twolayer.recursion import outcome
from twolayer.weights import curvature, output, two_units


def naive(u, v, eta, steps, target):
    """The loop that a user would write: output, curvature, loss, one row a step."""
    rows, root = [], math.sqrt(u.size)
    for _ in range(steps + 1):
        f, curvature = measure(u, v, root)
        rows.append((f, curvature, (f - target) ** 2 / 2))
        u, v = descend(u, v, eta, target, root)
    return np.array(rows).T


@pytest.mark.parametrize("width", [1, 2, 7, 8191, 8192, 8193, 65_537, 150_000])
def test_output_and_curvature_are_those_of_the_weights(width):
    net = Network.random(width, rng=width)
    uv, uu, vv = (math.fsum(a * b) for a, b in ((net.u, net.v), (net.u, net.u), (net.v, net.v)))
    np.testing.assert_allclose(
        net.output, uv / math.sqrt(width), rtol=0, atol=1e-14 * (uu + vv) / math.sqrt(width)
    )
    np.testing.assert_allclose(net.curvature, (uu + vv) / width, rtol=1e-14, atol=0)
    curvature, output, n = net.start
    assert (curvature, output, n) == (net.curvature, net.output, width)
    assert isinstance(n, int)


@pytest.mark.parametrize("width", [1, 3, 100, 8193, 70_000])
@pytest.mark.parametrize("target", [0.0, 0.7])
@pytest.mark.parametrize("part", [0.2, 0.7, 0.95])
def test_training_is_gradient_descent(width, target, part):
    net = Network.random(width, rng=[width, 1])
    eta = part * tl.eta_max(*net.start, target)
    run = net.train(eta, 10, target)
    for rows, expected in zip(
        (run.output, run.curvature, run.loss), naive(net.u, net.v, eta, 10, target), strict=True
    ):
        np.testing.assert_allclose(rows, expected, rtol=1e-7, atol=1e-11, equal_nan=False)


def test_the_gradient_is_that_of_the_loss():
    """One small step moves each weight against a numerical derivative of the loss."""
    rng = np.random.default_rng(0)
    u, v = rng.normal(size=(2, 5))
    loss = lambda u, v: (v @ u / math.sqrt(5) - 0.3) ** 2 / 2  # noqa: E731
    h = 1e-6
    slope = [
        [
            (loss(u + h * e, v) - loss(u - h * e, v)) / (2 * h),
            (loss(u, v + h * e) - loss(u, v - h * e)) / (2 * h),
        ]
        for e in np.eye(5)
    ]
    du, dv = np.array(slope).T
    after = Network(u - 1e-3 * du, v - 1e-3 * dv)
    run = Network(u, v).train(1e-3, 1, 0.3)
    np.testing.assert_allclose(
        [run.output[1], run.curvature[1]], [after.output, after.curvature], rtol=1e-11, atol=0
    )
    gradient = np.sum(du**2 + dv**2) / (2 * run.loss[0])  # |∇L|² = (f − y)² λ
    np.testing.assert_allclose(gradient, run.curvature[0], rtol=1e-8, atol=0)


# Laws


@given(seed=st.integers(0, 10**6), width=st.integers(1, 40), power=st.integers(-5, 5))
def test_symmetries(seed, width, power):
    net = Network.random(width, rng=seed)
    eta = 2.0 / net.curvature
    run = net.train(eta, 6, 0.4)
    flipped, swapped = (
        Network(-net.u, net.v).train(eta, 6, -0.4),
        Network(net.v, net.u).train(eta, 6, 0.4),
    )
    np.testing.assert_array_equal(
        np.where(np.isfinite(run.output), -flipped.output, np.inf), run.output
    )
    np.testing.assert_array_equal(flipped.curvature, run.curvature)
    # a fused product and sum rounds one layer once and the other twice; a step triples that
    np.testing.assert_allclose(swapped.output, run.output, rtol=1e-12)
    unit = 4.0**power
    scaled = Network(net.u / 2**power, net.v / 2**power).train(eta * unit, 6, 0.4 / unit)
    same_in_units(run, scaled, unit)


@given(seed=st.integers(0, 10**6))
def test_rotations_of_the_hidden_units_change_nothing(seed):
    rng = np.random.default_rng(seed)
    net = Network.random(4, rng=rng)
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    one, two = net.train(1.0, 5, 0.2), Network(turn @ net.u, turn @ net.v).train(1.0, 5, 0.2)
    tame = np.maximum.accumulate(one.curvature) < 10
    np.testing.assert_allclose(
        two.output[tame], one.output[tame], rtol=0, atol=1e-9, equal_nan=False
    )


def test_networks_without_gradient_stand_still():
    net = Network(np.ones(4), np.array([1.0, 1.0, 1.0, -1.0]))
    run = net.train(0.3, 5, target=net.output)
    assert (run.output == net.output).all()
    assert (run.curvature == net.curvature).all()
    assert (run.loss == 0).all()
    zero = Network(np.zeros(3), np.zeros(3))
    assert (zero.train(0.3, 5, 1.0).loss == 0.5).all()
    assert zero.outcome(0.3, 1.0, max_steps=30).phase == Phase.UNDECIDED


@pytest.mark.parametrize("target", [0.0, 0.8])
def test_finite_width_tends_to_the_linearised_model(target):
    """Deterministic weights with the same f and λ at every width: an error of order 1/n, then the
    limit."""
    limit = tl.simulate(1.5, 1.25, 1.0, np.inf, target, steps=3)
    errors = []
    for n in (4**3, 4**4, 4**5, 4**6):
        root = math.isqrt(n)
        u, v = np.zeros(n), np.zeros(n)
        u[: n // 2], v[n // 2 :] = np.sqrt(2), 0.0  # |u|² = n, orthogonal to the rest of v
        v[: n // 2] = root / (np.sqrt(2) * (n // 2))  # f = 1
        v[n // 2 :] = np.sqrt((n / 4 - (v @ v)) / (n // 2))  # λ = 5/4
        run = Network(u, v).train(1.5, 3, target)
        np.testing.assert_allclose([run.output[0], run.curvature[0]], [1, 1.25], rtol=1e-13, atol=0)
        errors.append((run.output - limit.output)[1:])
    np.testing.assert_allclose(
        np.divide(errors[1:-1], errors[2:]), 4, rtol=0.1, atol=0, equal_nan=False
    )
    assert np.abs(errors[-1]).max() < 20 / 4**6


# How training ends


@pytest.mark.parametrize("target", [0.0, 0.6])
def test_networks_end_as_their_recursion_does(target):
    rng = np.random.default_rng(1)
    for width in (1, 2, 10, 300):
        net = Network.random(width, size=40, rng=rng)
        eta = rng.uniform(0.05, 1.3, 40) * 4 / net.curvature
        ran, said = (
            net.outcome(eta, target, max_steps=2000),
            outcome(eta, *net.start, target, max_steps=2000),
        )
        np.testing.assert_array_equal(ran.phase, said.phase)
        decided = said.phase <= Phase.CATAPULT
        assert decided.sum() > 10
        error = ran.curvature_error + said.curvature_error
        trusted = decided & (error < 1e-9 * said.curvature)
        np.testing.assert_allclose(
            ran.curvature[trusted], said.curvature[trusted], rtol=1e-8, atol=0, equal_nan=False
        )
        apart = np.abs(ran.curvature[decided] - said.curvature[decided])
        assert (apart <= 2 * error[decided] + 1e-14).mean() > 0.95
        np.testing.assert_array_equal(ran.peak_step[trusted], said.peak_step[trusted])
        np.testing.assert_allclose(
            ran.peak_loss[trusted], said.peak_loss[trusted], rtol=1e-9, atol=0, equal_nan=False
        )
        np.testing.assert_array_equal(np.isinf(ran.peak_loss), ran.phase == Phase.DIVERGENT)


def test_the_reported_error_is_that_of_the_weights():
    """In chaos the recursion and the weights round differently; what each reports covers their
    distance."""
    net = Network.random(10, size=150, rng=4)
    eta = (1 - 10 ** np.random.default_rng(5).uniform(-5, -3, 150)) * 4 / net.curvature
    ran, said = net.outcome(eta), outcome(eta, *net.start)
    known = (ran.phase <= Phase.CATAPULT) & (said.phase <= Phase.CATAPULT)
    apart = np.abs(ran.curvature - said.curvature)[known]
    assert known.sum() > 120
    assert np.median(apart / said.curvature[known]) > 1e-12, "not chaotic"
    for end in (ran, said):
        assert (apart <= 2 * end.curvature_error[known]).mean() > 0.95


def test_three_phases():
    net = Network.random(100, rng=1)
    crit, largest = tl.eta_crit(*net.start), tl.eta_max(*net.start)
    for offset in (1e-2, 1e-4):
        rates = [
            crit * (1 - offset),
            crit * (1 + offset),
            largest * (1 - offset),
            largest * (1 + offset),
        ]
        assert net.outcome(rates, absorbing=tl.certificate).phase.tolist() == [0, 1, 1, 3]


def test_absorbing_is_the_callers_predicate():
    seen = []

    def absorbing(eta, curvature, output, width, target):
        seen.append(eta.size)
        assert eta.shape == curvature.shape == output.shape == target.shape
        assert (np.isfinite(curvature) & np.isfinite(output)).all()
        assert width == 20
        return eta * curvature < 1

    net = Network.random(20, size=5, rng=3)
    eta = np.array([0.3, 1.2, 1.9, 3.0, 6.0]) / net.curvature
    hasty, patient = net.outcome(eta, absorbing=absorbing), net.outcome(eta)
    assert seen[0] == 5
    np.testing.assert_array_equal(hasty.phase, patient.phase)
    assert (hasty.steps[0], hasty.curvature[0], hasty.curvature_error[0]) == (
        0,
        net.curvature[0],
        np.inf,
    )
    early = (hasty.steps < patient.steps) & (hasty.phase <= Phase.CATAPULT)
    assert early[:3].any()
    assert (eta * hasty.curvature < 1)[early].all()
    assert np.isinf(hasty.curvature_error[early]).all()


def test_diverged_networks_are_infinite_without_a_warning():
    net = Network.random(30, size=4, rng=2)
    run = net.train(np.array([5.0, 9.0, 50.0, 1e6]) / net.curvature, 60)
    for rows in (run.output, run.curvature, run.loss):
        assert (rows[-1] == np.inf).all()
        assert not np.isnan(rows).any()
    for absorbing in (None, tl.certificate):
        end = net.outcome(1e3, absorbing=absorbing)
        assert (end.phase == Phase.DIVERGENT).all()
        assert np.isinf([end.curvature, end.peak_loss]).all()
        assert np.isnan(end.curvature_error).all()


def test_no_steps():
    net = Network.random(3, size=2, rng=0)
    assert net.train(1.0, 0).loss.shape == (1, 2)
    end = net.outcome(1.0, max_steps=0)
    assert end.phase.tolist() == [Phase.UNDECIDED] * 2
    np.testing.assert_allclose(end.peak_loss, net.output**2 / 2, rtol=1e-15, atol=0)


# Shapes, bits, memory


def test_batches_broadcast_with_rates_and_labels():
    net = Network.random(6, size=(2, 1), rng=0)
    eta, target = np.array([[0.2, 0.5, 0.9]]), np.array([0.0, 0.1])[:, None, None]
    run, end = net.train(eta, 4, target), net.outcome(eta, target, max_steps=500)
    assert run.loss.shape == (5, 2, 2, 3)
    assert end.phase.shape == (2, 2, 3)
    for k, i, j in np.ndindex(2, 2, 3):
        one = Network(net.u[i, 0], net.v[i, 0])
        for name in ("output", "curvature", "loss"):
            alone = getattr(one.train(float(eta[0, j]), 4, float(target[k, 0, 0])), name)
            np.testing.assert_array_equal(alone, getattr(run, name)[:, k, i, j])
        alone = one.outcome(float(eta[0, j]), float(target[k, 0, 0]), max_steps=500)
        assert isinstance(alone.phase, Phase)
        for name in FIELDS:
            assert np.shape(getattr(alone, name)) == ()
            np.testing.assert_array_equal(
                getattr(alone, name), getattr(end, name)[k, i, j], err_msg=name
            )


def test_no_rates_at_all():
    net = Network.random(3, rng=0)
    assert net.train(np.empty((0, 2)), 4).loss.shape == (5, 0, 2)
    assert net.outcome(np.empty((0, 2))).phase.shape == (0, 2)
    assert net.outcome(np.empty(0), absorbing=tl.certificate).phase.shape == (0,)


@pytest.mark.parametrize("width", [1, 7, 100, 8192, 10_001])
def test_the_same_bits_whatever_the_blocks(monkeypatch, width):
    net = Network.random(width, size=9, rng=width)
    eta = np.linspace(0.5, 3.9, 9) / net.curvature
    run, end = net.train(eta, 8), net.outcome(eta, max_steps=150)
    for together, block in ((1, 1), (3 * width, 2), (2**20, 10**6)):
        monkeypatch.setattr(weights, "TOGETHER", together)
        monkeypatch.setattr(watch, "BLOCK", block)
        np.testing.assert_array_equal(net.train(eta, 8).curvature, run.curvature)
        again = net.outcome(eta, max_steps=150)
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(again, name), getattr(end, name), err_msg=name)


@pytest.mark.parametrize("width", [1, 50, 8193, 70_001])
def test_the_same_bits_whatever_the_company(width):
    net = Network.random(width, size=7, rng=width)
    run = net.train(1.9, 5)
    for chosen in ([3], [6, 0], list(range(7))[::-1]):
        part = Network(net.u[chosen], net.v[chosen])
        np.testing.assert_array_equal(part.curvature, net.curvature[chosen])
        np.testing.assert_array_equal(part.train(1.9, 5).output, run.output[:, chosen])
    assert (run.output[0] == net.output).all()
    strided = Network(np.asfortranarray(net.u), net.v[:, ::1])
    np.testing.assert_array_equal(strided.train(1.9, 5).output, run.output)


def test_weights_are_left_alone():
    net = Network.random(10, size=3, rng=0)
    u, v = net.u.copy(), net.v.copy()
    net.train(1.0, 5)
    net.outcome(3.0)
    np.testing.assert_array_equal(net.u, u)
    np.testing.assert_array_equal(net.v, v)


@pytest.mark.slow
@pytest.mark.parametrize(
    "run",
    [
        lambda net: net.train(1.5, 4),
        lambda net: net.outcome(1.5, max_steps=4),
        lambda net: net.outcome(2.5),
    ],
)
def test_training_needs_four_arrays_of_the_weights_size(run):
    """u and v themselves, their copies, and chunks."""
    net = Network.random(10**6, rng=0)
    tracemalloc.start()
    run(net)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2.3 * net.u.nbytes


def test_random_networks_are_seeded_and_scaled():
    one, two = (Network.random(50, size=(2, 3), scale=2.0, rng=7) for _ in range(2))
    np.testing.assert_array_equal(one.u, two.u)
    assert one.u.shape == one.v.shape == (2, 3, 50)
    assert one.curvature.shape == one.output.shape == (2, 3)
    plain = Network.random(50, size=(2, 3), rng=np.random.default_rng(7))
    np.testing.assert_array_equal(one.v, 2 * plain.v)
    assert not np.array_equal(plain.u, plain.v)
    assert not np.array_equal(plain.u, Network.random(50, size=(2, 3), rng=8).u)


def test_a_network_cannot_be_changed_and_compares_by_identity():
    net = Network([1, 2], [3, 4])
    assert net.u.dtype == np.float64
    with pytest.raises(AttributeError, match="u"):
        net.u = 3
    assert net != Network([1, 2], [3, 4])
    assert {net: 1}[net] == 1


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_runs_end_at_the_tolerance(tolerance):
    """A coarser end comes earlier."""
    net = Network.random(50, size=3, rng=1)
    eta = 1.5 / net.curvature
    run, end = net.train(eta, 400), net.outcome(eta, tolerance=tolerance)
    steps = np.argmax(run.loss <= tolerance * run.loss[0], axis=0)
    np.testing.assert_array_equal(end.steps, steps)
    assert (end.steps < net.outcome(eta).steps).all()


def test_a_tolerance_is_a_share():
    with pytest.raises(ValueError, match=r"tolerance = 1.5 must be above 0 and below 1"):
        Network.random(3, rng=0).outcome(1.0, tolerance=1.5)


def exact_end(net, row, eta):
    """The curvature at which a network ends, in 24 digits, from the weights as they are stored."""
    u, v, rate = ([Fraction(float(w)) for w in part] for part in (net.u[row], net.v[row], [eta]))
    sums = (sum((a + sign * b) ** 2 for a, b in zip(u, v, strict=True)) for sign in (1, -1))
    with localcontext(prec=DIGITS):
        p, q = (rate[0] * total / (2 * len(u)) for total in sums)
        ends = exact_sharpness(*(Decimal(part.numerator) / part.denominator for part in (p, q)))
        return ends / Decimal(float(eta))


@pytest.mark.slow
@pytest.mark.parametrize(("low", "high"), [(-5, -3), (-3, -1), (-1, -0.35)])
def test_the_error_covers_what_the_weights_really_do(low, high):
    """From the chaos below η_max to the middle of the catapult, and not by pessimism alone."""
    net = Network.random(10, size=60, rng=4)
    eta = (1 - 10 ** np.random.default_rng(5).uniform(low, high, 60)) * 4 / net.curvature
    ran = net.outcome(eta)
    known = np.flatnonzero(ran.phase == Phase.CATAPULT)
    off = np.array(
        [float(abs(exact_end(net, i, eta[i]) - Decimal(float(ran.curvature[i])))) for i in known]
    )
    error = ran.curvature_error[known]
    assert known.size > 40
    assert (off <= error).mean() > 0.97
    assert np.median(error / np.maximum(off, 1e-18)) < 100


def test_two_units_are_the_same_network():
    """Rotated until all but two units are zero, it has the run of the whole one."""
    net = Network.random(30, size=5, rng=3)
    few = two_units(net.u, net.v)
    np.testing.assert_allclose(output(few, 30), net.output, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(curvature(few, 30), net.curvature, rtol=1e-14)
    run, narrow = net.train(1.2, 40), Network(few[:, 0], few[:, 1]).train(1.2 * 2 / 30, 40)
    np.testing.assert_allclose(narrow.curvature, run.curvature * 30 / 2, rtol=1e-9)
    assert (two_units(np.zeros((1, 3)), np.ones((1, 3))) == [[[0, 0], [0, np.sqrt(3)]]]).all()


@pytest.mark.parametrize("target", [None, [[0.25]]])
def test_networks_at_zero_loss_never_move(target):
    """f = v·u/√4 = 0.25, in three rates; on data one sample of input 1."""
    u, v = np.array([1.0, 0.0, 0.0, 2.0]), np.array([0.5, 3.0, 0.0, 0.0])
    data = None if target is None else tl.Data([1.0], target)
    net = tl.Network(u, v) if data is None else tl.Network(u[:, None], v[:, None], data)
    label = {"target": 0.25} if data is None else {}
    eta = np.array([0.5, 1.5, 5.0]) / 3.5625  # λ = (5 + 9.25)/4
    end = net.outcome(eta, **label)
    assert end.phase.tolist() == [tl.Phase.LAZY, tl.Phase.LAZY, tl.Phase.UNDECIDED]
    np.testing.assert_allclose(end.curvature, 3.5625, rtol=1e-15)
    for field in (end.curvature_error, end.steps, end.peak_step, end.peak_loss):
        np.testing.assert_array_equal(field, 0)


def test_a_network_is_shown_in_one_line():
    nets = tl.Network.random(1000, size=(2, 3), rng=0)
    low, high = nets.curvature.min(), nets.curvature.max()
    assert repr(nets) == f"Network(shape=(2, 3), width=1000, curvature={low:.4g} to {high:.4g})"
    assert repr(tl.Network([1.0], [2.0])) == "Network(shape=(), width=1, curvature=5)"
    data = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    shown = "Data(samples=3, inputs=2, outputs=1, rank=2, floor=0)"
    assert repr(data) == shown
    on_data = tl.Network.random(9, rng=0, data=data)
    assert repr(on_data) == f"Network(shape=(), width=9, data={shown})"
    gram = tl.GramNetwork.random([10, 10**6], inputs=2, rng=0)
    assert repr(gram) == "GramNetwork(shape=(2,), width=10 to 1e+06, inputs_and_outputs=3)"
    assert repr(gram.linearized).endswith("inputs_and_outputs=3, linear=True)")
