"""The angle between the layers: against weights, along runs, and where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twolayer as tl

WIDE = 1e-13


def numbers(u, v):
    """Curvature, output, width and |u|² − |v|² of weights, from their definitions."""
    n = u.shape[-1]
    uu, vv, uv = ((a * b).sum(-1) for a, b in ((u, u), (v, v), (u, v)))
    return (uu + vv) / n, uv / np.sqrt(n), n, uu - vv


def cosine(u, v):
    return (u * v).sum(-1) / np.linalg.norm(u, axis=-1) / np.linalg.norm(v, axis=-1)


def weights(eta, u, v, steps):
    """All weights of a run at label 0, from the gradient."""
    run = [(u, v)]
    for _ in range(steps):
        g = eta * (u * v).sum(-1, keepdims=True) / u.shape[-1]
        u, v = u - g * v, v - g * u
        run.append((u, v))
    return (np.array(layer) for layer in zip(*run, strict=True))


@pytest.mark.parametrize("width", [2, 3, 10, 1000])
def test_it_is_the_cosine_of_weights(width):
    u, v = np.random.default_rng(width).standard_normal((2, 300, width))
    u *= 3.0
    np.testing.assert_allclose(tl.layer_alignment(*numbers(u, v)), cosine(u, v), rtol=0, atol=WIDE)


def test_parallel_layers_and_wide_ones():
    u = np.random.default_rng(0).standard_normal((200, 7))
    for factor in (1.0, -1.0, 0.3, -5.0):
        found = tl.layer_alignment(*numbers(u, factor * u))
        assert (np.abs(found) <= 1).all()
        np.testing.assert_allclose(found, np.sign(factor), rtol=0, atol=1e-6)
    pair = np.random.default_rng(1).standard_normal((2, 200, 1))
    np.testing.assert_allclose(np.abs(tl.layer_alignment(*numbers(*pair))), 1.0, atol=1e-6)
    assert tl.layer_alignment(2.0, 1.0, np.inf) == 0.0
    assert tl.layer_alignment(2.0, 1.0, np.inf, 5.0) == 0.0
    # Layers of equal length: the balance 2f/(√n λ) itself.
    assert tl.layer_alignment(2.0, [1.0, -1.5], 4) == pytest.approx([0.5, -0.75], rel=1e-15)


def test_a_layer_that_vanishes_has_no_angle():
    assert np.isnan(tl.layer_alignment(2.0, 0.0, 3, [6.0, -6.0])).all()
    assert tl.layer_alignment(2.0, 0.0, 3, 5.999) == 0.0


def test_cauchy_schwarz_holds_up_to_rounding():
    """Both sides of the largest imbalance, where the layers are parallel."""
    edge = 4 * np.sqrt(3.0)
    assert tl.layer_alignment(2.0, 1.0, 4, edge * (1 - 1e-15)) == pytest.approx(1.0, abs=1e-14)
    for imbalance in (edge * (1 + 1e-13), -edge * (1 + 1e-13)):
        with pytest.raises(ValueError, match=r"imbalance = .*Cauchy-Schwarz"):
            tl.layer_alignment(2.0, 1.0, 4, imbalance)
    # One layer all but vanishes, and its square is below zero by rounding.
    over = np.nextafter(8.0, 9.0)
    assert tl.layer_alignment(2.0, [1e-9, -1e-9], 4, over).tolist() == [1.0, -1.0]


@given(seed=st.integers(0, 500), rate=st.floats(0.05, 3.9), label=st.sampled_from([0.0, 0.3, -1.0]))
def test_imbalance_follows_the_flow_curvature(seed, rate, label):
    """The quotient that the docstring promises: at every label, from trained weights."""
    u, v = np.random.default_rng(seed).standard_normal((2, 5))
    curvature, output, n, before = numbers(u, v)
    g = rate / curvature * (output - label) / np.sqrt(n)
    *after, imbalance = numbers(u - g * v, v - g * u)
    flow, flow_after = (tl.gradient_flow_curvature(*s) for s in ((curvature, output, n), after))
    assert abs(imbalance * flow) == pytest.approx(abs(before * flow_after), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("width", "sharpness"), [(10, 3.0), (100, 2.5), (1000, 3.5), (50, 2.1)])
def test_layers_align_while_the_loss_rises_and_end_orthogonal(width, sharpness):
    """On weights: at each step that raises the loss they turn towards one line; where s² < 1 they
    do so iff ηλ > 2; and in the end they are orthogonal (derivations `alignment.while_rising`,
    `alignment.aligns`, `alignment.orthogonal`)."""
    starts = np.random.default_rng(width).standard_normal((2, 100, width))
    for u, v in zip(*starts, strict=True):
        eta = sharpness / numbers(u, v)[0]
        us, vs = weights(eta, u, v, 400)
        curvature, output, n, imbalance = numbers(us, vs)
        squared = cosine(us, vs) ** 2
        np.testing.assert_allclose(
            tl.layer_alignment(curvature, output, n, imbalance) ** 2, squared, atol=1e-9
        )
        moving = (np.abs(output[:-1]) > 1e-6) & (squared[:-1] < 1 - 1e-6)
        aligns = np.diff(squared) > 0
        assert aligns[moving & (np.diff(output**2) > 0)].all()
        small = moving & (eta * eta * output[:-1] ** 2 / n < 0.99)
        clear = small & (np.abs(eta * curvature[:-1] - 2) > 1e-6)
        np.testing.assert_array_equal(aligns[clear], eta * curvature[:-1][clear] > 2)
        if eta * curvature[-1] > 0.05:  # else it takes longer
            assert squared[-1] < 1e-6


def test_above_the_largest_rate_a_rise_may_turn_layers_apart():
    """ηλ = 10, s = 4.9, |u| = |v|, n = 2: alignment.while_rising needs x < 4."""
    half = np.arccos(0.98) / 2
    u, v = np.sqrt(10) * np.array([[np.cos(half), np.sin(half)], [np.cos(half), -np.sin(half)]])
    us, vs = weights(1.0, u, v, 1)
    curvature, output, n, imbalance = numbers(us, vs)
    assert curvature[0] == pytest.approx(10)
    assert output[0] / np.sqrt(n) == pytest.approx(4.9)
    assert output[1] ** 2 > 200 * output[0] ** 2
    turned = np.abs(tl.layer_alignment(curvature, output, n, imbalance))
    assert turned == pytest.approx([0.98, 0.9548], abs=1e-4)


@pytest.mark.parametrize("power", [-900, -300, 300, 900])
def test_the_unit_drops_out(power):
    unit = 2.0**power
    found = tl.layer_alignment(2.0 * unit, 1.0 * unit, 4, 3.0 * unit)
    assert found == tl.layer_alignment(2.0, 1.0, 4, 3.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2.0, 0.0, 3, 6.0001), r"^imbalance = 6\.0001 must be at most sqrt.* \(Cauchy-Schwarz\)$"),
        ((2.0, 1.0, 4, [6.0, -7.0]), r"^imbalance\[1\] = -7\.0 must be at most "),
        ((2.0, 3.0, 4, 0.0), r"^output = 3\.0 must be at most sqrt\(width\)\*curvature/2 in size"),
        ((2.0, 0.0, 3, np.nan), r"^imbalance = nan must be finite$"),
        (([2.0, 1.0], 0.0, 3, [0.0, 0.0, 1.0]), r"^shapes must broadcast: .*imbalance \(3,\)$"),
    ],
)
def test_bad_input_is_one_clear_line(arguments, message):
    with pytest.raises(ValueError, match=message):
        tl.layer_alignment(*arguments)
    # nλ √(1 − balance²) is the most that a network of these numbers has: 8 √3/2 here.
    assert tl.layer_alignment(2.0, 1.0, 4, 4 * np.sqrt(3.0)) == pytest.approx(1.0, abs=1e-7)
