"""The law of a random start: against weights, against its exact quantiles, at any width; how likely
each phase is, against other integrals and trained weights."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from scipy import integrate, special, stats

import twolayer as tl
from twolayer import Phase, ensemble, random_initialization

DRAWS = 20_000
LEVEL = 1e-4  # of each seeded test


def coordinates(curvature, output, width):
    """n·λ/2 ± √n·f: independent χ²ₙ if the weights are standard normal."""
    root = np.sqrt(float(width))
    return width * curvature / 2 + root * output, width * curvature / 2 - root * output


@pytest.mark.parametrize("width", [1, 2, 3, 10, 200])
def test_the_same_law_as_weights(width):
    lam, f = random_initialization(width, DRAWS, rng=width)
    net = tl.Network.random(width, size=DRAWS, rng=1000 + width)
    for drawn, weighed in (
        (lam, net.curvature),
        (f, net.output),
        (f**2 / lam, net.output**2 / net.curvature),
    ):
        assert stats.ks_2samp(drawn, weighed).pvalue > LEVEL


@pytest.mark.parametrize("width", [1, 2, 3, 10, 1000])
def test_two_independent_chi_squares(width):
    p, q = coordinates(*random_initialization(width, DRAWS, rng=10 + width), width)
    assert min(p.min(), q.min()) > -1e-9 * width
    for part in (p, q):
        assert stats.kstest(part, stats.chi2(width).cdf).pvalue > LEVEL
    assert stats.spearmanr(p, q).pvalue > LEVEL
    assert stats.spearmanr(np.abs(p - width), np.abs(q - width)).pvalue > LEVEL
    assert stats.kstest(p / (p + q), stats.beta(width / 2, width / 2).cdf).pvalue > LEVEL
    assert stats.kstest(p + q, stats.chi2(2 * width).cdf).pvalue > LEVEL


@pytest.mark.parametrize("width", [10**6, 10**12, 10**16, 10**18, np.inf])
def test_wide_networks(width):
    """f is standard normal to the last digit and not quantised; λ is 2 + 2ε/√n with ε standard
    normal."""
    lam, f = random_initialization(width, DRAWS, rng=3)
    assert stats.kstest(f, stats.norm.cdf).pvalue > LEVEL
    assert np.unique(f).size == DRAWS
    spread = np.sqrt(width)
    if spread < 1e7:
        assert stats.kstest((lam - 2) * spread / 2, stats.norm.cdf).pvalue > LEVEL
        assert stats.spearmanr(lam, np.abs(f)).pvalue > LEVEL
    else:
        np.testing.assert_allclose(lam, 2, rtol=6 / spread + 1e-15, atol=0, equal_nan=False)
    if width == np.inf:
        assert (lam == 2).all()


@pytest.mark.parametrize("width", [1, 2, 10])
def test_share_of_starts_without_a_catapult(width):
    """y = 0: none where ρ = |2B − 1| > 1/√2, B ~ Beta(n/2, n/2): ½ at n = 1, 1 − 1/√2 at n = 2."""
    lam, f = random_initialization(width, DRAWS, rng=40 + width)
    absent = int(np.isinf(tl.eta_crit(lam, f, width)).sum())
    share = 2 * stats.beta(width / 2, width / 2).cdf((1 - np.sqrt(0.5)) / 2)
    if width <= 2:
        np.testing.assert_allclose(share, {1: 0.5, 2: 1 - np.sqrt(0.5)}[width], rtol=1e-12, atol=0)
    assert stats.binomtest(absent, DRAWS, share).pvalue > LEVEL


@pytest.mark.parametrize("width", [1, 3, 20])
def test_share_of_starts_that_diverge(width):
    """y = 0: P(ηλ₀ > 4) = e^(−2n/η) Σ_{k<n} (2n/η)^k/k!, a Poisson probability."""
    lam, f = random_initialization(width, DRAWS, rng=60 + width)
    for eta in (1.5, 2.0, 3.0):
        gone = int((tl.phase(eta, lam, f, width) == tl.Phase.DIVERGENT).sum())
        assert (
            stats.binomtest(gone, DRAWS, stats.poisson(2 * width / eta).cdf(width - 1)).pvalue
            > LEVEL
        )


def test_scale_enters_as_its_square():
    lam, f = random_initialization(5, 100, rng=1)
    for scale in (0.5, 4.0):
        wide, out = random_initialization(5, 100, scale=scale, rng=1)
        np.testing.assert_array_equal(wide, lam * scale**2)
        np.testing.assert_array_equal(out, f * scale**2)
    net = tl.Network.random(5, size=DRAWS, scale=3.0, rng=2)
    assert (
        stats.ks_2samp(random_initialization(5, DRAWS, scale=3.0, rng=4)[0], net.curvature).pvalue
        > LEVEL
    )


@pytest.mark.parametrize("width", [1, 2, 10**6, 10**18])
def test_every_start_exists(width):
    lam, f = random_initialization(width, DRAWS, rng=5)
    assert (lam > 0).all()
    assert tl.phase(0.1, lam, f, width).shape == (DRAWS,)  # Cauchy-Schwarz is checked there
    signs = np.sign(f)
    assert stats.binomtest(int((signs > 0).sum()), DRAWS).pvalue > LEVEL


def test_shapes_and_seeds():
    assert all(isinstance(value, float) for value in random_initialization(3, rng=0))
    for size, shape in ((4, (4,)), ((), ()), ((2, 3), (2, 3)), (0, (0,))):
        assert [np.shape(part) for part in random_initialization(3, size, rng=0)] == [shape] * 2
    widths = np.array([[1], [100]])
    lam, f = random_initialization(widths, scale=[1.0, 2.0, 3.0], rng=0)
    assert lam.shape == f.shape == (2, 3)
    assert random_initialization(widths, (4, 2, 5), rng=0)[0].shape == (4, 2, 5)
    for rng in (5, np.random.SeedSequence(5)):
        np.testing.assert_array_equal(
            random_initialization(7, 9, rng=rng),
            random_initialization(7, 9, rng=np.random.default_rng(5)),
        )
    generator = np.random.default_rng(5)
    first, second = (
        random_initialization(7, 9, rng=generator),
        random_initialization(7, 9, rng=generator),
    )
    assert not np.array_equal(first[0], second[0])
    assert not np.array_equal(
        random_initialization(7, rng=None), random_initialization(7, rng=None)
    )


def test_a_mixture_of_widths_has_the_law_of_each():
    lam, f = random_initialization([1, 50], (DRAWS, 2), rng=9)
    for column, width in enumerate((1, 50)):
        for part in coordinates(lam[:, column], f[:, column], width):
            assert stats.kstest(part, stats.chi2(width).cdf).pvalue > LEVEL


# How likely each phase is


def catapult_oracle(eta, n):
    """The same probability as an integral over ηλ₀ instead of the balance, in multiple
    precision."""
    with mpmath.workdps(25):
        c = mpmath.mpf(n) / (2 * mpmath.mpf(eta))

        def integrand(w):
            x = 2 + w * w
            density = mpmath.exp(n * mpmath.log(c * x) - c * x - mpmath.loggamma(n)) / x
            return (
                2
                * w
                * density
                * mpmath.betainc(
                    mpmath.mpf(1) / 2, mpmath.mpf(n) / 2, 0, 4 * w * w / x**2, regularized=True
                )
            )

        return float(mpmath.quad(integrand, mpmath.linspace(0, mpmath.sqrt(2), 9)))


@pytest.mark.parametrize("n", [1, 2, 3, 10, 100])
@pytest.mark.parametrize("eta", [0.3, 1.0, 1.5, 2.0, 8.0])
def test_phase_probability_against_another_integral(eta, n):
    lazy, catapult, divergent = tl.phase_probability(eta, n)
    assert catapult == pytest.approx(catapult_oracle(eta, n), abs=1e-13, rel=1e-10)
    assert divergent == pytest.approx(
        float(mpmath.gammainc(n, 2 * n / mpmath.mpf(eta), regularized=True)), rel=1e-12
    )
    assert lazy + catapult + divergent == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("n", [10**4, 10**6])
@pytest.mark.parametrize("shift", [-3, -0.5, 0, 1, 4])
@mpmath.workdps(30)
def test_phase_probability_of_wide_networks(n, shift):
    for x in (2, 4):
        eta = x / 2 * (1 + shift / np.sqrt(n))
        rate, constant = mpmath.mpf(n) / mpmath.mpf(2 * eta), mpmath.loggamma(n)
        # SciPy's: 1e-9
        density = np.vectorize(
            lambda x, n=n, c=rate, k=constant: float(
                mpmath.exp(n * mpmath.log(c * x) - c * x - k) / x
            )
        )
        points = np.clip(2 * eta * (1 + np.arange(-9, 10) / np.sqrt(n)), 2, 4)

        def integrand(w, density=density, n=n):
            value = 2 + w * w
            return 2 * w * density(value) * special.betainc(0.5, n / 2, 4 * w * w / value**2)

        ends = np.unique(
            np.concatenate([np.sqrt(points - 2), np.array([0, 1, 3, 10]) / n**0.5, [2**0.5]])
        )
        pieces = [integrate.fixed_quad(integrand, *pair, n=40)[0] for pair in pairwise(ends)]
        assert tl.phase_probability(eta, n)[1] == pytest.approx(sum(pieces), abs=1e-10)


def test_phase_probability_does_not_depend_on_the_nodes(monkeypatch):
    eta, n = np.meshgrid(
        [0.1, 0.7, 1.0, 1.3, 2.0, 9.0], [1, 2, 5, 30, 60, 69, 70, 100, 1000, 10**6]
    )
    usual = tl.phase_probability(eta, n)
    for nodes in (48, 96):
        monkeypatch.setattr(ensemble, "_NODES", nodes)
        np.testing.assert_allclose(tl.phase_probability(eta, n), usual, atol=1e-14, rtol=0)


@pytest.mark.parametrize("width", [1, 2, 5, 20, 100])
def test_phases_of_random_networks_are_as_frequent_as_said(width):
    """4(d) of the issue: trained weights, exact binomial intervals."""
    number = 2000
    net = tl.Network.random(width, size=number, scale=1.2, rng=width)
    for eta in (0.5, 0.75, 1.2):
        codes = net.outcome(eta, absorbing=tl.certificate).phase
        assert (codes <= Phase.DIVERGENT).all()
        for code, chance in zip(
            (Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT),
            tl.phase_probability(eta, width, 1.2),
            strict=True,
        ):
            assert (
                stats.binomtest(int((codes == code).sum()), number, min(max(chance, 0), 1)).pvalue
                > LEVEL
            )


def test_phase_probability_limits_and_shapes():
    limits = tl.phase_probability([0.9, 1.0, 1.5, 2.0, 2.1], np.inf)
    np.testing.assert_allclose(
        limits, [[1, 0.5, 0, 0, 0], [0, 0.5, 1, 0.5, 0], [0, 0, 0, 0.5, 1]], atol=1e-12
    )
    assert all(isinstance(part, np.float64) for part in tl.phase_probability(1.0, 3))
    assert [part.shape for part in tl.phase_probability([[1.0], [2.0]], [1, 2, 3], 0.5)] == [
        (2, 3)
    ] * 3
    np.testing.assert_array_equal(
        tl.phase_probability(1.0, 7, 2.0), tl.phase_probability(4.0, 7, 1.0)
    )
    assert tl.phase_probability(np.ones(0), 3)[0].shape == (0,)


def test_no_catapult_probability():
    assert ensemble.no_catapult_probability([1, 2]) == pytest.approx(
        [0.5, 1 - np.sqrt(0.5)], rel=1e-14
    )
    assert ensemble.no_catapult_probability(np.inf) == 0
    for width in (1, 3, 10):
        curvature, output = tl.random_initialization(width, 4000, rng=width)
        none = int(np.isinf(tl.eta_crit(curvature, output, width)).sum())
        assert stats.binomtest(none, 4000, ensemble.no_catapult_probability(width)).pvalue > LEVEL


@pytest.mark.parametrize(("call", "message"), [
    (lambda: tl.phase_probability(1.0, 0), r"^width = 0\.0 must be a whole .* hidden units$"),
    (lambda: tl.phase_probability(1.0, 1, -1), r"^scale = -1\.0 must be between 1e-150 and 1e150$"),
    (lambda: ensemble.no_catapult_probability(1.5), r"^width = 1\.5 must be a whole number"),
])  # fmt: skip
def test_bad_input_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
