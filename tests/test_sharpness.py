"""The Hessian and gradient flow: against numerical Hessians, integrated flows, exact steps."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

import twolayer as tl
from tests.helpers import cells, descend, measure
from twolayer import sharpness


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("target", [0.0, 0.7, -2.0])
def test_hessian_sharpness_is_the_top_of_a_differentiated_hessian(width, target):
    rng = np.random.default_rng(width)
    for _ in range(5):
        u, v = rng.standard_normal((2, width))
        weights, root = np.concatenate([u, v]), np.sqrt(width)

        def gradient(w, root=root):
            g = (w[:width] @ w[width:]) / root - target
            return g * np.concatenate([w[width:], w[:width]]) / root

        steps = 1e-5 * np.eye(2 * width)
        hessian = np.array([(gradient(weights + e) - gradient(weights - e)) / 2e-5 for e in steps])
        spectrum = np.linalg.eigvalsh((hessian + hessian.T) / 2)
        start = tl.Network(u, v).start
        assert sharpness.hessian_sharpness(*start, target) == pytest.approx(spectrum[-1], rel=1e-7)
        other = start[0] - sharpness.hessian_sharpness(
            *start, target
        )  # the two eigenvalues sum to λ
        rest = np.full(width - 1, (start[1] - target) / root)
        np.testing.assert_allclose(
            np.sort([spectrum[-1], other, *rest, *-rest]), spectrum, atol=1e-7
        )


@given(cell=cells())
def test_no_eigenvalue_exceeds_the_sharpness(cell):
    sharpest = sharpness.hessian_sharpness(*cell.start)
    assert sharpest >= abs(cell.output - cell.target) / np.sqrt(float(cell.width)) * (1 - 1e-14)
    assert sharpest >= cell.curvature / 2
    assert sharpness.hessian_sharpness(*cell._replace(target=cell.output).start) == pytest.approx(
        cell.curvature, rel=1e-14
    )


@pytest.mark.parametrize("target", [0.0, 0.4, -1.5])
def test_gradient_flow_of_weights_ends_where_it_says(target):
    u, v = np.random.default_rng(5).standard_normal((2, 3))

    def velocity(_, w):
        g = (w[:3] @ w[3:]) / np.sqrt(3) - target
        return -g * np.concatenate([w[3:], w[:3]]) / np.sqrt(3)

    end = integrate.solve_ivp(
        velocity, (0, 200), np.concatenate([u, v]), method="DOP853", rtol=1e-12, atol=1e-13
    ).y[:, -1]
    expected = sharpness.gradient_flow_curvature(*tl.Network(u, v).start, target)
    assert tl.Network(end[:3], end[3:]).curvature == pytest.approx(expected, rel=1e-9)


@given(rate=st.integers(1, 60), seed=st.integers(0, 200), label=st.integers(-8, 8))
def test_a_step_lowers_it_iff_the_residual_is_small(rate, seed, label):
    """In exact rationals, from the weights (width 4): λ² + 4(y² − f²)/n before and after one
    step."""
    u, v = (
        np.array([Fraction(int(k), 4) for k in row], dtype=object)
        for row in np.random.default_rng(seed).integers(-6, 7, (2, 4))
    )
    eta, y, root = Fraction(rate, 8), Fraction(label, 4), 2

    def square(pair):
        f, curvature = measure(*pair, root)
        return curvature**2 - 4 * (f * f) / 4

    r2 = (eta * (measure(u, v, root)[0] - y) / root) ** 2
    before, after = square((u, v)), square(descend(u, v, eta, y, root))
    assert after == before * (1 - r2) ** 2
    if before > 0 and r2 > 0:
        assert (after < before) == (r2 < 2)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: sharpness.hessian_sharpness(1.0, 0.0, 1, np.inf), r"^target = inf must be finite$"),
    (lambda: sharpness.gradient_flow_curvature("a"), r"^curvature = 'a' must be a real number"),
])  # fmt: skip
def test_bad_input_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("power", [-1000, -500, 500, 1000])
def test_the_unit_drops_out(power):
    """Curvature, output and label times a power of two: so are the results, to the last bit."""
    rng = np.random.default_rng(0)
    curvature, width = rng.uniform(0.1, 3, 500), rng.choice([1.0, 4.0, 1e6], 500)
    output = np.sqrt(width) * curvature / 2 * rng.uniform(-1, 1, 500)
    target = rng.uniform(-3, 3, 500) * 10.0 ** rng.integers(-5, 5, 500)
    unit = 2.0**power
    for function in (tl.hessian_sharpness, tl.gradient_flow_curvature):
        here = function(curvature, output, width, target)
        there = function(curvature * unit, output * unit, width, target * unit)
        np.testing.assert_array_equal(there, here * unit)


def test_labels_beyond_every_square():
    """Far from the label it alone counts: 2|y|/√n, and |y|/√n."""
    assert tl.gradient_flow_curvature(2, 1, 4, 1e300) == 1e300
    assert tl.gradient_flow_curvature(2, 1, 4, -1e300) == 1e300
    # λ_max = (λ + √(λ² + 4(f − y)(3f − y)/n))/2 → |y|/√n
    assert tl.hessian_sharpness(2, 1, 4, 1e300) == pytest.approx(5e299, rel=1e-15)
    assert tl.hessian_sharpness(1e-300, 0.0, 1, 1e300) == pytest.approx(1e300, rel=1e-15)
