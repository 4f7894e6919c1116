"""The laws: against runs in 50 digits and weights that are trained; and the order of each error."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

import twolayer as tl
from twolayer import Phase, laws


def follow(x, s):
    """Final x, largest s² and its step, of a run at label 0 in 50 digits."""
    with localcontext(prec=50):
        x, s = Decimal(float(x)), Decimal(float(s))
        peak, at, step, small = s * s, 0, 0, abs(s) * Decimal("1e-15")
        while abs(s) > small or x >= 2:
            x, s, step = x + s * s * (x - 4), s * (1 - x + s * s), step + 1
            if s * s > peak:
                peak, at = s * s, step
        return x, peak, at


def observed_orders(errors):
    """By which power each error shrinks when the distance is halved."""
    errors = np.asarray(errors, float)
    return np.log2(errors[:-1] / errors[1:])


def network(width, curvature, output):
    """Weights with this curvature and output."""
    other = np.arange(width) % 2 * 2.0 - 1
    # of the mean squares of u ± v
    p, q = (np.sqrt(curvature + sign * 2 * output / np.sqrt(width)) for sign in (1, -1))
    net = tl.Network((p + q * other) / 2, (p - q * other) / 2)
    assert net.curvature == pytest.approx(curvature, rel=1e-12)
    assert net.output == pytest.approx(output, rel=1e-9)
    return net


# Near the transition


@pytest.fixture(scope="module")
def collapsed():
    """s₀, (ηλ₀ − 2)/s₀ and (2 − ηλ_∞)/s₀ of trained weights, at η = 1."""

    def still(eta, curvature, output, width, target):  # what is left to lose is some 1e-6 (2 − λ)
        return (curvature < 2) & (abs(output) < 1e-3 * np.sqrt(width) * (2 - curvature))

    rows = []
    for width, output, places in (
        (100, 1.0, (-3, -1, 0, 0.5, 2, 3)),
        (1000, -1.0, (-3, -0.5, 0, 1, 3)),
        (10_000, 1.0, (-2, 0, 2)),
        (100_000, 2.0, (-1, 0, 3)),
        (10**6, 10.0, (0, 2.5)),
    ):
        s = abs(output) / np.sqrt(width)
        for place in places:
            end = network(width, 2 + place * s, output).outcome(1.0, absorbing=still)
            assert end.phase <= Phase.CATAPULT
            rows.append((s, place, (2 - end.curvature) / s))
    return np.array(rows).T


def follow_one_curve(collapsed, law):
    """Whether all widths are on a law up to its error in x, ⅔ρ² (+ ½ρ³) with ρ² = s₀²(u² + 2)."""
    s, place, seen = collapsed
    rho = s * np.sqrt(place**2 + 2)
    return np.all(np.abs(seen - law(place)) <= (2 / 3 + rho / 2) * rho**2 / s + 1e-4)


def test_weights_of_all_widths_end_on_one_curve_at_eta_crit(collapsed):
    """4(a) of the issue: (2 − x_∞)/s₀ = √(((x₀ − 2)/s₀)² + 2), which no law that differs in a
    constant is."""
    assert follow_one_curve(collapsed, lambda u: np.sqrt(u**2 + 2))
    assert not follow_one_curve(collapsed, lambda u: u + np.sqrt(2))
    for slope, constant in ((1, 0), (1, 1), (1, 2.1), (1.1, 2), (0.9, 2)):
        assert not follow_one_curve(collapsed, lambda u, a=slope, b=constant: np.sqrt(a * u**2 + b))


def test_the_curve_at_eta_crit_is_approached_in_proportion_to_the_start(collapsed):
    s, place, seen = collapsed
    off = (seen - np.sqrt(place**2 + 2))[place == 0] / s[place == 0]
    # 2 − C = ρ + ρ²/3 + … where δ = 0 and ρ² = 2s₀²
    np.testing.assert_allclose(off, 2 / 3, atol=0.05)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("angle", [0.2, 0.9, 1.6, 2.4])
def test_mirror_curvature_has_its_order(order, angle):
    errors = []
    for radius in (0.16, 0.08, 0.04, 0.02):
        x, s = 2 + radius * np.cos(angle), radius * np.sin(angle) / np.sqrt(2)
        errors.append(abs(laws.mirror_curvature(1.0, x, s, 1, order) - float(follow(x, s)[0])))
        assert order > 1 or errors[-1] <= 0.75 * radius**2
    assert observed_orders(errors)[-1] == pytest.approx(order + 1, abs=0.35)


def test_mirror_curvature_is_silent_far_away_and_even_in_the_output():
    assert np.isnan(laws.mirror_curvature(1.0, [0.9, 3.1], 0.0, 100)).all()
    assert laws.mirror_curvature(0.5, 4.1, 1.0, 100) == laws.mirror_curvature(0.5, 4.1, -1.0, 100)
    assert laws.mirror_curvature(1.0, 2.0, 1.0, np.inf) == 2
    assert laws.mirror_curvature(0.5, 3.8, 0.0, 10) == pytest.approx(3.8, rel=1e-15)


def test_peak_loss_lies_where_the_derivation_says():
    """As s₀ → 0 between δ²/2 + δ³/3 and δ⁴/8 more; both ends are approached."""
    for delta in (0.04, 0.02):
        law = 2 * laws.peak_loss(1.0, 2 + delta, 1e-9, 1)
        starts = 1e-9 * (1 + delta) ** (np.arange(24) / 24)
        left = np.array([float(follow(2 + delta, s)[1]) - law for s in starts]) / delta**4
        assert left.min() > -0.25 * delta
        assert left.max() < 1 / 8 + 0.1 * delta
        assert left.max() - left.min() > 0.115


def test_peak_loss_of_a_start_that_is_not_small():
    errors = []
    for radius in (0.16, 0.08, 0.04, 0.02):
        x, s = 2 + radius * 0.8, radius * 0.6 / np.sqrt(2)
        errors.append(
            max(abs(2 * laws.peak_loss(1.0, x, s, 1) - float(follow(x, s)[1])), 1e-30) / radius**4
        )
    assert max(errors) < 0.5


def test_peak_of_a_falling_loss_is_its_start():
    x, s = np.meshgrid(np.linspace(0.3, 1.8, 6), np.linspace(0.01, 0.1, 3))
    assert (laws.peak_loss(1.0, x, s, 1) == s * s / 2).all()
    assert (laws.peak_step(1.0, x, s, 1) == 0).all()
    for row in zip(x.flat, s.flat, strict=True):
        assert follow(*row)[2] == 0


def test_peaks_where_the_law_is_silent_or_endless():
    np.testing.assert_array_equal(
        laws.peak_loss(1.0, [3.5, 4.0, 4.5, 2.1], 0.1, [10, 10, 10, np.inf]),
        [np.nan, np.nan, np.inf, np.inf],
    )
    steps = laws.peak_step(1.0, [3.0, 4.0, 4.5, 2.1], [0.0, 0.1, 0.1, 0.1], [10, 10, 10, np.inf])
    np.testing.assert_array_equal(steps, [np.inf, np.nan, np.nan, np.inf])


@pytest.mark.parametrize("x", [2.05, 2.3, 2.8, 3.2, 3.59, 3.8])
def test_peak_step_is_off_by_less_than_said(x):
    for s in 1e-7 * (x - 1) ** (np.arange(16) / 16):
        assert abs(laws.peak_step(1.0, x, s, 1) - follow(x, s)[2]) < (1 if x < 3.6 else 2)


@pytest.mark.parametrize("x", [2.4, 3.0])
def test_weights_peak_ever_later_as_the_law_says(x):
    """4(c) of the issue: trained weights; from width 10² to 10⁵ the peak moves by ln(10³)/(2 ln(ηλ₀
    − 1)) steps, to one each."""
    seen = []
    for width in (100, 1000, 100_000):
        net = tl.Network.random(width, rng=width)
        # f₀ = ±1 without changing the shape of the weights
        scale = np.sqrt(1 / (np.abs(net.output)))
        net = tl.Network(net.u * scale, net.v * scale)
        run = net.train(x / net.curvature, steps=60)
        seen.append(int(np.argmax(run.loss)))
        assert abs(seen[-1] - laws.peak_step(x / net.curvature, *net.start)) < 1.01
    assert seen[0] < seen[1] < seen[2]


# The lazy phase, and infinite width


def test_lazy_curvature_has_an_error_of_second_order():
    x, f = 1.4, 0.7
    errors = [
        abs(float(laws.lazy_curvature(1.0, x, f, n)) - float(follow(x, f / np.sqrt(float(n)))[0]))
        for n in (200, 800, 3200)
    ]
    np.testing.assert_allclose(observed_orders(errors), 4, atol=0.15)  # n times 4, n² times 16
    assert np.isnan(laws.lazy_curvature(1.0, 2.0, 0.1, 100))
    assert laws.lazy_curvature(0.5, 3.0, 0.1, np.inf) == 3


@pytest.mark.parametrize(("x", "mean", "amplitude"), [
    (2.2, 1.769692, 0), (2.4, 1.465517, 1.7e-8), (2.5, 1.282337, 2.5e-6), (2.6, 1.080287, 6.8e-5),
    (2.8, 0.641621, 3.5e-3), (3.0, 0.216057, 3.1e-2), (3.2, 0.131473, 0.14),
])  # fmt: skip
def test_the_distribution_at_infinite_width(x, mean, amplitude):
    """The table of theory.md §7, made by other means."""
    waves = np.fft.rfft(laws.limit_curvature(1.0, x, np.arange(64) / 64)) / 64
    assert waves[0].real == pytest.approx(mean, abs=5e-6)
    assert 2 * abs(waves[1]) == pytest.approx(amplitude, rel=0.03, abs=1e-14)


def test_limit_curvature_is_periodic_and_scales():
    at = np.array([0.1, 0.35, 0.8])
    once = laws.limit_curvature(1.0, 3.0, at)
    for periods in (3, -2):
        np.testing.assert_allclose(laws.limit_curvature(1.0, 3.0, at + periods), once, rtol=1e-9)
    np.testing.assert_allclose(
        laws.limit_curvature(0.5, 6.0, at), 2 * laws.limit_curvature(1.0, 3.0, at), rtol=1e-12
    )
    np.testing.assert_array_equal(
        laws.limit_curvature(1.0, [1.5, 2.0, 4.0, 4.5], 0.3), [1.5, 2.0, np.nan, np.inf]
    )


@pytest.mark.parametrize("x", [2.8, 3.0, 3.2])
def test_weights_of_widths_in_the_period_end_at_the_same_curvature(x):
    """4(b) of the issue, on trained weights: one network, and one (ηλ₀ − 1)² times as wide with the
    same λ₀ and f₀."""

    def trained(width, f):
        return network(width, x, f).outcome(1.0).curvature

    period, f = laws.width_period(1.0, x), 0.8
    apart = []
    for width in (500, 8000):
        wide = round(float(width * period))
        apart.append(abs(trained(width, f) - trained(wide, f)))
        assert apart[-1] < 20 * np.log(width) / width
        place = np.log(f / np.sqrt(width)) / np.log(x - 1)
        assert trained(width, f) == pytest.approx(
            laws.limit_curvature(1.0, x, place), abs=20 * np.log(width) / width
        )
    assert apart[1] < apart[0] / 4


def test_width_period_is_silent_outside_the_catapult():
    np.testing.assert_array_equal(
        laws.width_period(1.0, [1.9, 2.0, 3.0, 4.0, 4.1]), [np.nan, np.nan, 4.0, np.nan, np.nan]
    )


# Bad input


@pytest.mark.parametrize(("call", "message"), [
    (lambda: laws.mirror_curvature(0.0, 2.0, 0.0, 1), r"^eta = 0\.0 must be positive and finite$"),
    (lambda: laws.mirror_curvature(1.0, 2.0, 0.0, 1, order=4), r"^order = 4 must be 1, 2 or 3$"),
    (lambda: laws.mirror_curvature(1.0, 2.0, 0.0, 1, order=0),
     r"^order = 0 must be a whole number of at least 1$"),
    (lambda: laws.peak_loss(1.0, 2.0, 2.0, 1),
     r"^output = 2\.0 must be at most sqrt\(width\)\*curvature/2"),
    (lambda: laws.peak_step(1.0, [2.0, -1.0], 0.0, 1),
     r"^curvature\[1\] = -1\.0 must be positive and finite$"),
    (lambda: laws.lazy_curvature(1.0, 1.0, 0.0, -1.5), r"^width = -1\.5 must be positive, or inf$"),
    (lambda: laws.width_period(1.0, np.nan), r"^curvature = nan must be positive and finite$"),
    (lambda: laws.limit_curvature(1.0, 3.0, np.inf), r"^cycle = inf must be finite$"),
    (lambda: laws.limit_curvature([1.0, 1.0], 3.0, [0, 0.1, 0.2]),
     r"^shapes must broadcast: eta \(2,\), curvature \(\), cycle \(3,\)$"),
])  # fmt: skip
def test_bad_input_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("order", "bound"), [(1, 0.9), (2, 0.9), (3, 1.5)])
def test_mirror_curvature_keeps_its_bound_in_its_range(order, bound):
    """On circles up to the edge, and nothing beyond."""
    angle = np.linspace(0, np.pi, 41)[1:-1]
    for rho in (0.05, 0.2, 0.35, 0.49999):
        x, s = 2 + rho * np.cos(angle), rho * np.sin(angle) / np.sqrt(2)
        error = np.abs(
            laws.mirror_curvature(1.0, x, s, 1, order) - tl.final_curvature(1.0, x, s, 1).curvature
        )
        assert (error <= bound * rho ** (order + 1)).all()
    assert np.isnan(laws.mirror_curvature(1.0, [1.4999, 2.5001], 0.0, 1)).all()


def test_lazy_curvature_says_nothing_where_the_next_order_counts():
    x = np.linspace(0.1, 1.99, 60)
    edge = x * (2 - x) / 8
    inside, outside = (laws.lazy_curvature(1.0, x, side * edge, 1) for side in (1 - 1e-6, 1 + 1e-6))
    assert np.isnan(outside).all()
    first = np.abs(inside - x)
    assert (np.abs(inside - tl.final_curvature(1.0, x, edge, 1).curvature) <= 0.25 * first).all()


def test_limit_curvature_is_nan_where_rounding_has_eaten_it():
    assert np.isnan(laws.limit_curvature(1.0, 4 - 1e-15, 0.3))
    assert np.isfinite(laws.limit_curvature(1.0, 4 - 1e-4, 0.3))


def test_peak_step_ends_where_its_law_does():
    assert np.isnan(laws.peak_step(1.0, [3.9001, 3.99], 0.01, 1)).all()
    assert np.isfinite(laws.peak_step(1.0, 3.9, 0.01, 1))


def test_peak_loss_is_that_of_the_start_where_it_does_not_rise():
    """Rising is x - 2 > s², not x > 2."""
    x, s = 2.0 + np.array([0.5, 0.99, 1.01, 2.0]) * 0.04, 0.2
    start = s * s / 2
    peak = laws.peak_loss(1.0, x, s, 1)
    assert peak[:2] == pytest.approx(start, rel=1e-12)
    assert (peak[2:] > start).all()
