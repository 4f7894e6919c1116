"""ReLU networks with one input: the judge against definitions sample by sample, the theory of
frozen gates against the judge."""

import csv
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import twolayer as tl
from tests.commands.test_cli import call
from tests.helpers import OFFSETS, fractions
from twolayer import FrozenGates, Phase, ReluNetwork, Sides, _derived
from twolayer.commands import relu as relu_report
from twolayer.relu import network


def on_samples(u, v, x, y, eta, steps, frozen, root):
    """Gradient descent sample by sample, from L = Σ (f − y)²/(2m); each step's weights, gates and
    outputs. Runs on fractions too."""
    began, rows = u, []
    for _ in range(steps + 1):
        gate = [[int(w * a > 0) for w in (began if frozen else u)] for a in x]
        f = [sum(v * g * u) * a / root for a, g in zip(x, gate, strict=True)]
        rows.append((u, v, f))
        du = sum(
            (fa - ya) * a * np.array(g) * v for a, ya, g, fa in zip(x, y, gate, f, strict=True)
        ) / (root * len(x))
        dv = sum(
            (fa - ya) * a * np.array(g) * u for a, ya, g, fa in zip(x, y, gate, f, strict=True)
        ) / (root * len(x))
        u, v = u - eta * du, v - eta * dv
    return rows


def random_case(seed, width, sided="both"):
    """Samples and a network; with a sample at zero."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 7))
    x = {"both": x, "plus": np.abs(x), "minus": -np.abs(x)}[sided]
    x[3] = 0.0
    return x, y, ReluNetwork.random(width, rng=rng)


# Samples


@given(seed=st.integers(0, 10**6), sided=st.sampled_from(["both", "plus", "minus"]))
def test_sides_hold_what_training_sees(seed, sided):
    x, y, _ = random_case(seed, 1, sided)
    sides = Sides(x, y)
    slopes = np.random.default_rng(seed).normal(size=2)
    loss = np.mean((np.where(x > 0, slopes[0], slopes[1]) * x - y) ** 2) / 2
    assert sides.floor + np.sum(
        sides.second_moment * (slopes - sides.target) ** 2
    ) / 2 == pytest.approx(loss, rel=1e-12)
    for side, part in enumerate((x > 0, x < 0)):
        assert sides.second_moment[side] == pytest.approx(np.sum(x[part] ** 2) / 7, rel=1e-13)
        assert sides.second_moment[side] * sides.target[side] == pytest.approx(
            np.sum((x * y)[part]) / 7, rel=1e-11, abs=1e-15
        )
    assert sides.samples == 7


# The judge


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("width", [1, 2, 7, 50])
@pytest.mark.parametrize("sided", ["both", "minus"])
def test_training_is_gradient_descent_on_the_samples(frozen, width, sided):
    x, y, net = random_case(width, width, sided)
    data = Sides(x, y)
    eta = (3 if width == 50 else 1) / net.curvature(data).max() if width > 1 else 0.4
    run = net.train(data, eta, 8, frozen=frozen)
    rows = on_samples(net.u, net.v, x, y, eta, 8, frozen, math.sqrt(width))
    loss = [np.mean((np.array(f) - y) ** 2) / 2 for *_, f in rows]
    np.testing.assert_allclose(run.loss, loss, rtol=1e-10)
    for side, (sign, part) in enumerate(((1, x > 0), (-1, x < 0))):
        began = sign * net.u > 0
        flipped = [np.sum(began & ~(sign * u > 0)) / max(began.sum(), 1) for u, *_ in rows]
        np.testing.assert_array_equal(run.flipped[:, side], flipped)
        if part.any():
            slope = [np.array(f)[part][0] / x[part][0] for *_, f in rows]
            np.testing.assert_allclose(run.output[:, side], slope, rtol=1e-9, atol=1e-13)
    assert width < 50 or run.flipped.max() > 0


def test_the_gradient_is_that_of_the_loss():
    x, y, net = random_case(4, 5)
    loss = lambda u, v: np.mean((ReluNetwork(u, v)(x) - y) ** 2) / 2  # noqa: E731
    h, eta = 1e-6, 1e-3
    slope = [[(loss(net.u + h * e, net.v) - loss(net.u - h * e, net.v)) / (2 * h),
              (loss(net.u, net.v + h * e) - loss(net.u, net.v - h * e)) / (2 * h)] for e in np.eye(5)]  # fmt: skip
    du, dv = np.array(slope).T
    run = net.train(Sides(x, y), eta, 1)
    assert run.loss[0] == pytest.approx(loss(net.u, net.v), rel=1e-13)
    assert run.loss[1] == pytest.approx(loss(net.u - eta * du, net.v - eta * dv), rel=1e-11)


@pytest.mark.parametrize("sided", ["both", "plus"])
def test_curvatures_are_the_eigenvalues_of_the_kernel(sided):
    x, y, net = random_case(2, 6, sided)
    gates = (x[:, None] * net.u > 0) * x[:, None] / math.sqrt(6)
    jacobian = np.concatenate([gates * net.v, gates * net.u], axis=1)
    values = np.linalg.eigvalsh(jacobian @ jacobian.T / x.size)
    curvature = net.curvature(Sides(x, y))
    np.testing.assert_allclose(np.sort(curvature), values[-2:], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(values[:-2], 0, atol=1e-14)
    np.testing.assert_array_equal(net.train(Sides(x, y), 0.1, 0).curvature[0], curvature)
    assert (curvature > 0).sum() == (2 if sided == "both" else 1)


def test_a_flipped_unit_goes_to_the_other_side():
    """u = (1, −1), v = (2, 1), one sample at 1 with label 0: f = 2/√2, so u₁ falls by η·2·2/2 and
    v₁ by η·2·1/2."""
    run = ReluNetwork([1.0, -1.0], [2.0, 1.0]).train(Sides([1.0], [0.0]), 1.0, 1)
    np.testing.assert_allclose(run.output * math.sqrt(2), [[2.0, -1.0], [0.0, -2.0]], atol=1e-15)
    np.testing.assert_array_equal(run.flipped, [[0, 0], [1, 0]])
    frozen = ReluNetwork([1.0, -1.0], [2.0, 1.0]).train(Sides([1.0], [0.0]), 1.0, 1, frozen=True)
    np.testing.assert_allclose(
        frozen.output * math.sqrt(2), [[2.0, -1.0], [-1.0, -1.0]], atol=1e-15
    )
    np.testing.assert_array_equal(frozen.flipped, run.flipped)


def test_a_unit_at_zero_is_closed_on_both_sides():
    net, data = ReluNetwork([0.0, 1.0], [3.0, 1.0]), Sides([1.0, -1.0], [2.0, 2.0])
    np.testing.assert_array_equal(net.curvature(data), [0.5, 0.0])
    np.testing.assert_array_equal(net.train(data, 0.1, 3).output[:, 1], 0)
    np.testing.assert_array_equal(net([-1.0, 1.0]), [0.0, 1 / math.sqrt(2)])


def test_real_gates_are_frozen_ones_to_the_bit_until_the_first_flip():
    data = Sides([1.0, 2.0, -1.0, -1.5], [0.5, 0.0, 0.3, 0.0])
    net = ReluNetwork.random(200, size=20, rng=1)
    eta = np.linspace(0.02, 3, 20) / net.curvature(data).max(-1)
    real, frozen = net.train(data, eta, 40), net.train(data, eta, 40, frozen=True)
    never = 0
    for i in range(20):
        moved = (real.flipped[:, i] > 0).any(-1)
        first = int(moved.argmax()) if moved.any() else 41
        never += first == 41
        for name in ("output", "curvature", "loss", "flipped"):
            np.testing.assert_array_equal(
                getattr(real, name)[:first, i], getattr(frozen, name)[:first, i]
            )
        if first < 41:
            assert (real.output[first, i] != frozen.output[first, i]).any()
    assert 1 <= never < 15


def test_a_batch_is_its_rows():
    data, net = Sides([1.0, -2.0], [0.5, 0.1]), ReluNetwork.random(3_000, size=(2, 6), rng=0)
    run = net.train(data, [[0.5], [1.0]], 5)
    assert run.output.shape == (6, 2, 6, 2)
    assert run.loss.shape == (6, 2, 6)
    one = ReluNetwork(net.u[1, 4], net.v[1, 4]).train(data, 1.0, 5)
    for name in ("output", "curvature", "loss", "flipped"):
        np.testing.assert_array_equal(getattr(run, name)[:, 1, 4], getattr(one, name))
    np.testing.assert_array_equal(net.start(data)[1], run.output[0])
    many = net.train(data, np.ones((3, 1, 1)), 2)
    assert many.flipped.shape == (3, 3, 2, 6, 2)


def test_overflow_is_inf_from_then_on():
    data, net = Sides([1.0, -1.0], [0.0, 0.0]), ReluNetwork.random(20, rng=0)
    for run in (
        net.train(data, 50.0, 30),
        net.train(data, 50.0, 30, frozen=True),
        FrozenGates(net, data).simulate(50.0, 30),
    ):
        gone = np.isinf(run.loss)
        assert gone[-1]
        assert (np.diff(gone.astype(int)) >= 0).all()
        assert np.isinf(run.output[gone]).all()
        assert np.isinf(run.curvature[gone]).all()
        assert np.isnan(run.flipped[gone]).all()
        assert np.isfinite(run.output[~gone]).all()


def test_random_starts_follow_their_law():
    """n₊ is binomial; given it, nλ₊/c₊ is χ² with 2n₊ degrees, and n|u₊ ± v₊|²/2 are independent
    χ²."""
    data, n = Sides([1.0, -1.0], [0.0, 0.0]), 9
    net = ReluNetwork.random(n, size=4_000, rng=3, scale=1.5)
    curvature, output, width, _ = net.start(data)
    count = (net.u > 0).sum(-1)
    expected = stats.binom.pmf(np.arange(n + 1), n, 0.5) * 4_000
    assert stats.chisquare(np.bincount(count, minlength=n + 1), expected).pvalue > 1e-4
    ranks = stats.chi2.cdf(n * curvature[:, 0] / 1.5**2, 2 * count)[count > 0]
    assert stats.kstest(ranks, "uniform").pvalue > 1e-4
    p, q = (n * curvature / 2 + sign * math.sqrt(width) * output for sign in (1, -1))
    assert (
        stats.kstest(stats.chi2.cdf(p[:, 1] / 1.5**2, n - count)[count < n], "uniform").pvalue
        > 1e-4
    )
    left = (stats.chi2.cdf(part[:, 1] / 1.5**2, n - count)[count < n] for part in (p, q))
    assert stats.spearmanr(*left).pvalue > 1e-4


@pytest.mark.parametrize("r", [0.05, 0.3, 1.0, 3.0])
def test_the_first_step_flips_as_many_units_as_a_cauchy_variable_exceeds(r):
    """u′ = u − r v changes sign where r v/u > 1, with probability arctan|r|/π."""
    width = 40_000
    net = ReluNetwork.random(width, rng=int(100 * r))
    data = Sides([2.0, -1.0], [0.0, 0.0])
    # labels that give r₊ = r, r₋ = −r at η = 1
    rows = net.start(data)[1] - np.array([r, -r]) * math.sqrt(width) / data.second_moment
    run = net.train(Sides([2.0, -1.0], rows * [2.0, -1.0]), 1.0, 1)
    for side, count in enumerate(((net.u > 0).sum(), (net.u < 0).sum())):
        interval = stats.binomtest(round(run.flipped[1, side] * count), int(count)).proportion_ci(
            0.9999
        )
        assert interval.low < math.atan(r) / math.pi < interval.high


# The theory of frozen gates


@given(
    seed=st.integers(0, 10**6), width=st.sampled_from([1, 2, 3, 7, 50, 400]), sided=st.sampled_from(["both", "plus", "minus"]),
    part=st.floats(0.05, 0.9),
)  # fmt: skip
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


# The setting of Zhu et al., arXiv:2205.11787


def test_published_numbers():
    pairs = relu_report.thresholds(400)
    for column, known in zip(pairs.T, relu_report.PUBLISHED, strict=True):
        low, high = np.percentile(column, [2.5, 97.5])
        assert low < known < high
    assert np.median(pairs) == pytest.approx(0.4, abs=0.01)  # E x² = 5: 2/λ = 2/(2·2.5·1)
    data, net = relu_report.draw(972)
    own = np.sort(2 / net.curvature(data)) / relu_report.UNITS
    assert [f"{value:.2f}" for value in own] == ["0.37", "0.39"]
    exact, eta = FrozenGates(net, data), relu_report.rates(data, net)
    np.testing.assert_array_equal(
        np.sort(exact.phase(eta[:, None]), axis=-1),
        [
            [Phase.LAZY, Phase.CATAPULT],
            [Phase.CATAPULT, Phase.CATAPULT],
            [Phase.CATAPULT, Phase.DIVERGENT],
        ],
    )
    frozen = net.train(data, eta, 60, frozen=True)
    grew = np.abs(frozen.output[1]) > np.abs(frozen.output[0])
    np.testing.assert_array_equal(grew.sum(-1), [1, 2, 2])
    np.testing.assert_array_equal(np.isinf(frozen.loss[-1]), [False, False, True])


def test_in_a_strong_catapult_gates_flip_at_every_width():
    """Measured, not proved: about a fifth of the side's units, and s apart by about 0.2, without a
    trend in the width."""
    for width, networks in ((1_000, 16), (16_000, 4)):
        seen = relu_report.flips(0, width, networks, Sides([1.0], [0.0]))
        assert 0.17 < np.median(seen["flipped"]) < 0.27
        assert 0.18 < np.median(seen["apart"]) < 0.31
        np.testing.assert_array_equal(seen["first flip"], seen["first apart"])


@pytest.fixture
def small(monkeypatch):
    for name, value in (
        ("WIDTH", 500),
        ("DRAWS", 20),
        ("FLIPPING", {200: 4}),
        ("FIRST", (2_000, 2)),
        ("FATED", (100, 4)),
    ):
        monkeypatch.setattr(relu_report, name, value)


def test_command_writes_whole_files(capsys, tmp_path, small):
    folder = tmp_path / "new" / "folder"
    code, out, err = call(capsys, "relu", "--output", str(folder), "--seed", "5")
    assert (code, err) == (0, "")
    names = [
        "relu.png",
        "relu_fates.csv",
        "relu_first_step.csv",
        "relu_flips.csv",
        "relu_runs.npz",
        "relu_thresholds.csv",
    ]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all(name in out.splitlines()[-1] for name in names)
    assert (folder / "relu.png").stat().st_size > 50_000
    header, *rows = csv.reader((folder / "relu_thresholds.csv").read_text().splitlines())
    assert header == ["seed", "two_over_lambda_1", "two_over_lambda_2"]
    assert len(rows) == 20
    data, net = relu_report.draw(5)
    np.testing.assert_allclose(
        np.array(rows[5][1:], float), np.sort(1 / net.curvature(data)), rtol=1e-14
    )
    with np.load(folder / "relu_runs.npz") as arrays:
        np.testing.assert_array_equal(
            arrays["real_loss"], net.train(data, arrays["eta"], relu_report.STEPS).loss
        )
        np.testing.assert_array_equal(
            arrays["exact_output"],
            FrozenGates(net, data).simulate(arrays["eta"], relu_report.STEPS).output,
        )
    for line in ("CATAPULT", "DIVERGENT", "published units", "arctan"):
        assert line in out


def test_command_refuses_bad_input(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    for bad in (
        ["--output", str(tmp_path / "file")],
        ["--seed", "-1"],
        ["--seed", "x"],
        ["--eta", "1"],
    ):
        code, out, err = call(capsys, "relu", *bad)
        assert (code, out) == (2, "")
        assert err.startswith("twolayer")
        assert bad[0] in err
        assert err.count("\n") == 1


def test_command_leaves_no_empty_folder_behind(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(
        relu_report, "draw", lambda seed: (_ for _ in ()).throw(ValueError("broken"))
    )
    code, _, err = call(capsys, "relu", "--output", str(tmp_path / "new"))
    assert (code, "broken" in err) == (2, True)
    assert not (tmp_path / "new").exists()


# Bad input, and the place of the judge


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sides([0.0, 0.0], [1.0, 1.0]), "x must have an entry that is not 0"),
        (lambda: Sides([1.0, math.nan], [1.0, 1.0]), r"x\[1\] = nan must be finite"),
        (lambda: Sides([1.0, 2.0], [1.0, math.inf]), r"y\[1\] = inf must be finite"),
        (lambda: Sides([1.0, 2.0], [1.0]), r"shapes of x \(2,\) and y \(1,\) must be the same"),
        (
            lambda: Sides(np.ones((3, 2)), np.ones(3)),
            r"shape of x = \(3, 2\) must be \(samples,\), not empty",
        ),
        (lambda: Sides([], []), r"shape of x = \(0,\) must be"),
        (lambda: Sides(["a"], [1.0]), "x = .* must be a real number"),
        (
            lambda: ReluNetwork([1.0, 2.0], [1.0]),
            r"shapes of u \(2,\) and v \(1,\) must be the same",
        ),
        (lambda: ReluNetwork(1.0, 2.0), "at least one weight"),
        (lambda: ReluNetwork([math.nan], [1.0]), r"u\[0\] = nan must be finite"),
        (lambda: ReluNetwork.random(0), "width = 0 must be a whole number of at least 1"),
        (lambda: ReluNetwork.random(3, scale=-1.0), "scale = -1.0 must be between"),
        (lambda: ReluNetwork.random(3, rng=-1), "rng = -1 must be"),
        (lambda: NET([math.inf]), r"x\[0\] = inf must be finite"),
        (lambda: NET.train(DATA, -1.0, 3), "eta = -1.0 must be positive"),
        (lambda: NET.train(DATA, 1.0, -3), "steps = -3 must be a whole number"),
        (
            lambda: ReluNetwork.random(3, size=2, rng=0).train(DATA, [1.0, 1.0, 1.0], 3),
            "shapes must broadcast: eta",
        ),
        (lambda: FrozenGates(NET, DATA).phase(0.0), "eta = 0.0 must be positive"),
        (lambda: FrozenGates(NET, DATA).phase([1.0, 1.0, 1.0]), "shapes must broadcast: eta"),
        (lambda: FrozenGates(NET, DATA).simulate(math.nan), "eta = nan must be positive"),
        (lambda: FrozenGates(NET, DATA).simulate(1.0, 2.5), "steps = 2.5 must be a whole number"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


NET, DATA = ReluNetwork([1.0, -1.0], [1.0, 2.0]), Sides([1.0, -1.0], [0.0, 0.0])


def test_all_is_complete():
    assert set(network.__all__) <= set(tl.__all__)
