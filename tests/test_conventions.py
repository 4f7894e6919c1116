"""The reduction of other losses, output scales and rates of two layers, against gradient descent on
the weights written out here; and the sentence that says the convention."""

import argparse
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import twolayer as tl
from twolayer import conventions, losses
from twolayer.commands import cli, options

EPS = np.finfo(float).eps


def descend(u, v, scale, weight, eta_u, eta_v, target, steps):
    """Outputs, both squared lengths and losses of f = scale·u·v with loss weight·½(f − y)²."""
    rows = []
    for _ in range(steps + 1):
        f = scale * (u @ v)
        rows.append((f, u @ u, v @ v, weight * (f - target) ** 2 / 2))
        slope = weight * (f - target) * scale
        u, v = u - eta_u * slope * v, v - eta_v * slope * u
    return np.array(rows).T


def drawn(seed, units):
    rng = np.random.default_rng(seed)
    return rng, rng.normal(size=units), rng.normal(size=units)


@pytest.mark.parametrize("units", [1, 2, 7, 100])
@pytest.mark.parametrize("seed", range(6))
def test_a_run_is_that_of_the_model_step_by_step(units, seed):
    rng, u, v = drawn([seed, units], units)
    scale, weight, eta_u, eta_v = np.exp(rng.uniform(-2, 2, 4))
    target = rng.normal()
    strength = weight * scale**2 * (eta_v * (u @ u) + eta_u * (v @ v))  # ηλ
    eta_u, eta_v = (rate * rng.uniform(0.2, 1.8) / strength for rate in (eta_u, eta_v))
    net = tl.reduction(u=u, v=v, scale=scale, loss=weight, eta_u=eta_u, eta_v=eta_v, target=target)
    with np.errstate(over="ignore", invalid="ignore"):
        f, hidden, outer, loss = descend(u, v, scale, weight, eta_u, eta_v, target, 8)
        curvature = scale**2 * (eta_v * hidden + eta_u * outer) / np.sqrt(eta_u * eta_v)
    run = tl.simulate(net.eta, *net.start, steps=8)
    tame = np.maximum.accumulate(np.abs(f)) < 1e3
    assert tame.sum() >= 3
    np.testing.assert_allclose(run.output[tame], f[tame], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(run.curvature[tame], curvature[tame], rtol=1e-9)
    np.testing.assert_allclose(net.losses(run.loss)[tame], loss[tame], rtol=1e-7, atol=1e-12)
    assert net.loss_curvature == pytest.approx(weight * scale**2 * (hidden[0] + outer[0]))
    np.testing.assert_allclose(net.rates(net.eta), (eta_u, eta_v), rtol=1e-14)
    assert net.width == pytest.approx(1 / scale**2, rel=4 * EPS)


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("loss", ["half-mean", "mean", "mse", "half-mse", "sum", "half-sum"])
def test_its_largest_rates_are_the_networks_own(loss, side):
    """f = u·v without 1/√n: a hair below η_max the weights converge, a hair above they do not."""
    _, u, v = drawn(3, 50)
    net = tl.reduction(u=u, v=v, scale=1.0, loss=loss, eta_u=3.0, eta_v=1.0)
    eta_u, eta_v = net.rates(tl.eta_max(*net.start) * (1 + side * 1e-3))
    assert eta_u / eta_v == pytest.approx(3.0, rel=1e-14)
    weight = 1.0 if "half" in loss else 2.0
    with np.errstate(over="ignore", invalid="ignore"):
        *_, end = descend(u, v, 1.0, weight, eta_u, eta_v, 0.0, 4000)
    assert (end[-1] < 1e-8 * end[0]) == (side < 0)
    first = net.rates(tl.eta_crit(*net.start) * (1 + side * 1e-6))
    *_, start = descend(u, v, 1.0, weight, *first, 0.0, 1)
    assert (start[1] > start[0]) == (side > 0)


def test_the_curvature_of_the_loss_is_the_top_of_its_hessian_at_zero_loss():
    _, u, v = drawn(5, 4)
    scale, weight = 0.7, 3.0
    target, move = scale * (u @ v), 1e-4
    at = np.concatenate([u, v])

    def loss(place):
        return weight * (scale * (place[:4] @ place[4:]) - target) ** 2 / 2

    moves = move * np.eye(8)
    hessian = [
        [
            (loss(at + a + b) - loss(at + a - b) - loss(at - a + b) + loss(at - a - b))
            / (4 * move**2)
            for a in moves
        ]
        for b in moves
    ]
    net = tl.reduction(u=u, v=v, scale=scale, loss=weight, eta_u=2.0, eta_v=5.0)
    assert np.linalg.eigvalsh(hessian)[-1] == pytest.approx(net.loss_curvature, rel=1e-6)
    same = tl.reduction(u=u, v=v, scale=scale, loss=weight, eta_u=2.0, eta_v=2.0)
    assert same.curvatures(same.curvature) == pytest.approx(net.loss_curvature, rel=1e-14)


def test_the_default_is_the_model_itself_to_the_bit():
    plain = tl.Network.random(1000, size=20, rng=0)
    net = tl.reduction(u=plain.u, v=plain.v, eta_u=1.3, eta_v=1.3, target=0.2)
    curvature, output, width = plain.start
    assert set(np.ravel(net.width)) == {float(width)}
    assert set(np.ravel(net.eta)) == {1.3}
    np.testing.assert_allclose(net.curvature, curvature, rtol=4 * EPS)
    np.testing.assert_allclose(net.output, output, rtol=0, atol=4 * EPS * np.sqrt(width))


def test_numbers_in_place_of_weights():
    _, u, v = drawn(1, 9)
    weights = tl.reduction(u=u, v=v, scale=0.4, loss="mse", eta_u=0.1, eta_v=0.3, target=1.0)
    numbers = tl.reduction(
        hidden_square=u @ u, outer_square=v @ v, product=u @ v,
        scale=0.4, loss=2.0, eta_u=0.1, eta_v=0.3, target=1.0,
    )  # fmt: skip
    for name, value in vars(weights).items():
        np.testing.assert_allclose(getattr(numbers, name), value, rtol=4 * EPS, err_msg=name)


def test_everything_broadcasts():
    rng = np.random.default_rng(0)
    u, v = rng.normal(size=(2, 4, 1, 3))
    net = tl.reduction(u=u, v=v, scale=[1.0, 0.1], eta_u=0.1, eta_v=0.2)
    assert {np.shape(part) for part in vars(net).values()} == {(4, 2)}
    one = tl.reduction(u=[1.0], v=[1.0])
    assert all(np.ndim(part) == 0 for part in vars(one).values())
    assert np.shape(one.rates([1.0, np.inf])[0]) == (2,)
    assert tl.eta_crit(*net.start).shape == np.shape(net.eta)


@pytest.mark.parametrize("over", [0, 7 * EPS])
def test_balanced_weights_are_starts_that_the_theory_takes(over):
    """Proportional weights lie on the bound of Cauchy-Schwarz, whatever the rounding."""
    rng = np.random.default_rng(0)
    hidden, outer, scale = np.exp(rng.uniform(-3, 3, (3, 2000)))
    product = np.sqrt(hidden) * np.sqrt(outer) * (1 + over)
    rates = {"eta_u": hidden / outer, "eta_v": 1.0}
    squares = {"hidden_square": hidden, "outer_square": outer, "product": product}
    net = tl.reduction(**squares, scale=scale, **rates)
    assert np.isfinite(tl.eta_max(*net.start)).all()
    u = rng.normal(size=(50, 100))
    net = tl.reduction(u=u, v=0.3 * u, scale=1.0, eta_v=0.09)
    assert np.isfinite(tl.eta_max(*net.start)).all()


@pytest.mark.parametrize("span", [3, 60, 140])
def test_every_positive_width_is_the_same_theory(span):
    """Closed forms know f/√n and y/√n alone; the phase is that of exact fractions."""
    rng = np.random.default_rng(span)
    width, curvature = (10 ** rng.uniform(-size, size, 500) for size in (span, 2))
    root, eta = np.sqrt(width), rng.uniform(0, 6, 500) / curvature
    output = rng.uniform(-1, 1, 500) * curvature / 2
    target = rng.uniform(-2.5, 2.5, 500) * rng.integers(0, 2, 500) / eta
    start, same = (curvature, output * root, width, target * root), (curvature, output, 1.0, target)
    phase = tl.phase(eta, *start)
    assert set(phase) == {0, 1, 2, 3}
    cells = zip(*map(np.ravel, (eta, *start)), strict=True)
    for code, cell in zip(phase, cells, strict=True):
        assert code == in_fractions(*map(Fraction, cell))
    for boundary in (tl.eta_crit, tl.eta_max, tl.eta_div):
        np.testing.assert_allclose(boundary(*start), boundary(*same), rtol=1e-7)
    one, two = (tl.final_curvature(eta, *part[:3]) for part in (start, same))
    ends = np.isfinite(one.curvature)
    np.testing.assert_array_equal(ends, np.isfinite(two.curvature))
    apart = np.abs(one.curvature[ends] - two.curvature[ends])
    assert (apart <= (one.error + two.error)[ends]).all()
    run, other = tl.simulate(eta, *start, steps=2), tl.simulate(eta, *same, steps=2)
    np.testing.assert_allclose(run.output / root, other.output, rtol=1e-9, atol=1e-9)


def in_fractions(eta, curvature, output, width, target):
    """The phase by theory.md §4, for numbers on no boundary."""
    x, square = eta * curvature, eta**2 / width
    tau, invariant = square * target**2, 4 + square * target * (output - target) - x
    if tau > 4 or invariant < 0:
        return tl.Phase.DIVERGENT
    if tau > 1:
        return tl.Phase.OSCILLATING
    return tl.Phase(int(abs(1 - x + square * output * (output - target)) > 1))


GOOD = {"u": [1.0, 2.0], "v": [0.5, 1.0]}
SQUARES = {"hidden_square": 1.0, "outer_square": 4.0, "product": 1.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "either u and v must be given, or hidden_square, outer_square, product: all of them"),
        (GOOD | SQUARES, "either u and v must be given, or .*"),
        ({"u": [1.0]}, "either u and v must be given, or .*"),
        ({"hidden_square": 1.0, "outer_square": 1.0}, "either u and v must be given, or .*"),
        (SQUARES, "scale = None must be a number, as no weights are given"),
        (GOOD | {"v": [1.0]}, r"shapes of u \(2,\) and v \(1,\) must be the same"),
        (GOOD | {"scale": 0.0}, "scale = 0.0 must be between 1e-150 and 1e150"),
        (GOOD | {"eta_u": -1.0}, "eta_u = -1.0 must be positive and finite"),
        (GOOD | {"eta_v": [1.0, 0.0]}, r"eta_v\[1\] = 0.0 must be positive and finite"),
        (GOOD | {"target": np.inf}, "target = inf must be finite"),
        (GOOD | {"loss": 0.0}, "loss = 0.0 must be positive and finite"),
        (
            GOOD | {"loss": "MSE"},
            "loss = 'MSE' must be one of half-mean, mean, mse, half-mse, sum, half-sum",
        ),
        (GOOD | {"loss": None}, "loss = None must be one of half-mean, .*"),
        (
            SQUARES | {"scale": 1.0, "product": 2.1},
            r"product = 2.1 must be at most \|u\|\|v\| in size \(Cauchy-Schwarz: no weights have "
            r"it\)",
        ),
        (
            SQUARES | {"scale": 1.0, "hidden_square": -1.0},
            "hidden_square = -1.0 must be at least 0, finite",
        ),
        ({"u": [0.0], "v": [0.0]}, "hidden_square = 0.0 must be above 0, or outer_square must"),
        (
            GOOD | {"eta_u": [1.0, 2.0], "target": [1.0, 2.0, 3.0]},
            r"shapes must broadcast: weights \(\), .*",
        ),
    ],
)
def test_bad_input_is_one_line(given, message):
    with pytest.raises(ValueError, match=rf"\A{message}\Z"):
        tl.reduction(**given)


def test_rates_that_are_none():
    net = tl.reduction(**GOOD)
    with pytest.raises(ValueError, match=r"\Aeta = 0.0 must be positive, or inf\Z"):
        net.rates(0.0)
    assert net.rates(np.inf) == (np.inf, np.inf)


# The sentence


def flat(text):
    return " ".join(text.split())


def test_the_convention_stands_in_readme_and_help():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for text in (readme, tl.__doc__):
        assert conventions.CONVENTION in flat(text)


@pytest.mark.parametrize("command", [(), *((name,) for name in cli.COMMANDS)])
def test_the_convention_stands_in_every_help(command, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, "--help"])
    assert stop.value.code == 0
    said = flat(capsys.readouterr().out)
    deep = conventions.convention(output=conventions.DEEP)
    assert (deep if "deep" in command else conventions.CONVENTION) in said
    assert said.count("Convention: ") == 1


@pytest.mark.parametrize("name", losses.NAMED)
def test_the_sentence_names_the_loss_that_is_chosen(name):
    said = conventions.convention(name)
    assert f"loss {name}, {losses.NAMED[name]} over m samples and k outputs" in said
    assert (", here 2 times half-mean" in said) == ("half" not in name)
    assert (said == conventions.CONVENTION) == (name == losses.DEFAULT)
    parser = options.Parser()
    options.add_loss(parser)
    assert parser.parse_args(["--loss", name]) == argparse.Namespace(loss=name)


def test_shapes_of_linear_layers_are_not_taken_for_a_batch():
    """Weights as nn.Linear keeps them would be 256 networks of one unit."""
    u, v = np.ones((256, 1)), np.ones((1, 256))
    with pytest.raises(
        ValueError, match=r"must be \(\.\.\., units\) with more than one unit: of nn.L"
    ):
        tl.reduction(u=u, v=v.T, scale=1.0)
    assert tl.reduction(u=u[:, 0], v=v[0], scale=1.0).width == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"loss": 1.7e308, "eta_u": 2.0, "eta_v": 2.0}, "eta"),
        ({"hidden_square": 1e308, "outer_square": 1e308}, "curvature"),
    ],
)
def test_what_float64_does_not_hold_is_named(change, name):
    numbers = {"hidden_square": 1.0, "outer_square": 1.0, "product": 0.5, "scale": 1.0} | change
    with pytest.raises(ValueError, match=f"{name} = inf must be finite in the model's numbers"):
        tl.reduction(**numbers)


def test_a_product_beyond_cauchy_schwarz_is_refused():
    numbers = {"hidden_square": 1.0, "outer_square": 4.0, "scale": 1.0}
    with pytest.raises(ValueError, match="product"):
        tl.reduction(**numbers, product=2.0 * (1 + 1e-12))
    assert tl.reduction(**numbers, product=2.0 * (1 + 1e-15)).output == 2.0


def test_products_measured_in_float32_are_bound_by_its_rounding():
    numbers = {"hidden_square": 1.0, "outer_square": 4.0, "scale": 1.0}
    product = np.float32(2.0 * (1 + 2e-7))
    assert tl.reduction(**numbers, product=product).output == 2.0
    with pytest.raises(ValueError, match="product"):
        tl.reduction(**numbers, product=float(product))
