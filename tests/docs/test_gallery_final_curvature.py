"""Where training ends, in the gallery: claims hold in the numbers, and figures show them."""

import numpy as np

import twolayer as tl
from tests.docs.examples import drawn, ends_as_the_theory_says, run

CATAPULT = 1


# after the catapult


def test_catapults_end_below_two_over_eta():
    left = run("04_curvature_drops")
    eta, networks = left["eta"], left["networks"]
    assert (tl.phase(eta, *networks.start) == CATAPULT).all()
    assert (left["weights"] < 2).all()
    ends_as_the_theory_says(
        networks, eta, weights=left["weights"] / eta, theory=left["theory"] / eta
    )


def test_curvature_never_rises_and_stays_below():
    left = run("04_curvature_drops")
    x = left["eta"] * left["steps"]["weights"].curvature
    assert (np.diff(x, axis=0) <= 1e-14 * x[:-1]).all()
    assert (x[0] > 2).all()
    assert (x[-1, left["sharpness"] > 2.2] < 2).all()


def test_catapults_are_drawn():
    left = run("04_curvature_drops")
    one, other = left["figures"][0].axes
    assert drawn(other, left["sharpness"], left["weights"], "o")
    assert drawn(other, left["sharpness"], left["theory"], ".")
    for k in (20, 60, 100, 140, 180):
        for kind, marker in (("theory", "None"), ("weights", "o")):
            x = left["eta"][k] * left["steps"][kind].curvature[:, k]
            assert drawn(one, np.arange(41), x, marker)
    for ax in (one, other):
        assert drawn(ax, [0, 1], [2, 2])
    (band,) = other.collections
    outline = band.get_paths()[0].vertices
    assert outline[:, 1].max() == left["possible"].max()


# the scale of the initialisation


def test_boundaries_move_with_the_scale():
    left = run("05_scale_of_initialisation")
    located, curvature = left["located"], left["curvature"]
    np.testing.assert_allclose(located, left["closed"], rtol=1e-8)
    np.testing.assert_allclose(
        located * curvature, (located * curvature)[:, [0]] * np.ones(5), rtol=2e-8
    )
    np.testing.assert_allclose(curvature, curvature[2] * left["scales"] ** 2, rtol=1e-14)
    # the correction to 2/λ₀ is 2f₀²/(nλ₀²) to first order in 1/n (boundaries.crit_correction)
    _, output, width = left["networks"].start
    first = 2 * output**2 / (width * curvature**2)
    np.testing.assert_allclose(located[0] * curvature / 2 - 1, first, rtol=3 * first.max())


def test_all_scales_end_on_one_curve():
    left = run("05_scale_of_initialisation")
    trained = left["networks"].outcome(left["eta"])
    one = tuple(np.asarray(part)[2] for part in left["networks"].start[:2])
    rate = left["sharpness"] / one[0]
    curve = tl.final_curvature(rate, *one, 1000)
    allowed = left["eta"] * trained.curvature_error + 4 * rate * curve.error
    assert (np.abs(left["weights"] - rate * curve.curvature) <= allowed).all()
    assert (np.abs(left["weights"] - left["theory"]) <= allowed).all()


def test_scales_are_drawn():
    left = run("05_scale_of_initialisation")
    bounds, curve = left["figures"][0].axes
    assert drawn(bounds, left["wide"], 2 / left["wide"])
    assert drawn(bounds, left["wide"], 4 / left["wide"])
    assert drawn(curve, left["fine"], left["fine"] / left["curvature"][2] * left["line"].curvature)
    for k, marker in enumerate("os^Dv"):
        assert drawn(bounds, [left["curvature"][k]] * 2, left["located"][:, k], marker)
        assert drawn(curve, left["sharpness"][:, k], left["weights"][:, k], marker)


# the rounding of the transition


def test_rounding_follows_its_law_at_every_width():
    left = run("06_finite_width_collapse")
    u, law = left["u"], left["law"]
    np.testing.assert_allclose(law, np.sqrt(u**2 + 2), rtol=5 * left["tiny"])
    far = []
    for k, network in enumerate(left["networks"]):
        x, s = left["x"][k], left["s"][k]
        np.testing.assert_allclose((x - 2) / s, u, atol=1e-10)
        eta = x / network.curvature
        ends_as_the_theory_says(
            network,
            eta[::5],
            weights=left["weights"][k] / eta[::5],
            theory=left["theory"][k][::5] / eta[::5],
        )
        off = np.abs((2 - left["theory"][k]) / s - law)
        assert (off <= 0.9 * law**2 * s).all()
        far.append(off.max())
    assert (np.diff(far) < 0).all()


def test_rounding_is_drawn():
    left = run("06_finite_width_collapse")
    raw, scaled = left["figures"][0].axes
    assert drawn(scaled, left["u"], left["law"])
    for k, marker in enumerate("os^"):
        x, s, theory, weights = (left[name][k] for name in ("x", "s", "theory", "weights"))
        eta = left["around"] / left["networks"][k].curvature
        line = eta * tl.final_curvature(eta, *left["networks"][k].start).curvature
        assert drawn(raw, left["around"], line)
        assert drawn(raw, x[::5], weights, marker)
        assert drawn(scaled, left["u"], (2 - theory) / s)
        assert drawn(scaled, left["u"][::5], (2 - weights) / s[::5], marker)


# the period in the width


def test_trained_networks_end_on_the_periodic_curve():
    left = run("07_log_periodic")
    start, eta, widths = (left["curvature"], left["output"]), left["eta"], left["widths"]
    exact = tl.final_curvature(eta, *start, widths[:, None])
    np.testing.assert_array_equal(left["theory"], exact.curvature)
    run_of = tl.outcome(eta, *start, widths[:, None])
    # the weights have this curvature and output to rounding of sums of n terms
    allowed = run_of.curvature_error + np.sqrt(widths[:, None]) * exact.error
    assert (np.abs(left["weights"] - left["theory"]) <= allowed).all()


def test_final_curvature_repeats_after_a_period_of_widths():
    """Over a period the distance falls at least as ln n/n, over half a period it stays."""
    left = run("07_log_periodic")
    eta, start, period = left["eta"], (left["curvature"], left["output"]), left["period"]
    np.testing.assert_allclose(period, (eta * left["curvature"] - 1) ** 2)

    def apart(widths, factor):
        ends = (tl.final_curvature(eta, *start, at).curvature for at in (widths, widths * factor))
        return np.abs(np.subtract(*ends))

    around = period ** np.linspace(0, 1, 40)[:, None]
    windows = [n * around for n in (1e3, 1e5, 1e7, 1e9)]
    rates = [(apart(n, period) * n / np.log(n)).max(axis=0) for n in windows]
    assert (np.diff(rates, axis=0) < 0).all()
    half = apart(windows[-1], np.sqrt(period)).max(axis=0)
    assert (half > 0.5 * np.ptp(left["line"], axis=0)).all()


def test_widths_are_drawn_beside_the_periodic_law():
    left = run("07_log_periodic")
    fine = left["fine"][:, 0]
    for k, ax in enumerate(left["figures"][0].axes):
        assert drawn(ax, fine, left["line"][:, k])
        assert drawn(ax, fine, left["law"][:, k])
        assert drawn(ax, left["widths"], left["weights"][:, k], "o")
    wide = fine > 1e5
    scale = np.log(1e5) / 1e5
    assert np.abs(left["line"] - left["law"])[wide].max() < 2 * scale
