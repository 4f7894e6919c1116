"""Data, ReLU, restoration and alignment in the gallery: the claims hold, and they are drawn."""

import numpy as np
import pytest

import twolayer as tl
from tests.docs.artists import check_drawn, shown
from tests.docs.examples import run


@pytest.fixture(scope="module")
def flattest():
    return run("12_flattest_minimum")


def test_all_converge_below_and_none_above(flattest):
    below = flattest["shares"] < 1
    assert flattest["converged"][:, below].all()
    assert not flattest["converged"][:, ~below].any()
    assert flattest["shares"][below].max() == 0.99
    assert flattest["shares"][~below].min() == 1.01


def test_final_curvatures_lie_between_the_flattest_and_the_stable(flattest):
    final, eta = flattest["final"], flattest["eta"]
    known = np.isfinite(final)
    assert (final >= flattest["flat"].curvature)[known].all()
    assert (final * eta < 2)[known].all()


def test_the_flattest_curvature_against_its_definition(flattest):
    inputs, labels = flattest["inputs"], flattest["labels"]
    second = inputs.T @ inputs / len(inputs)
    values, vectors = np.linalg.eigh(second)
    seen = (vectors * np.sqrt(values)) @ vectors.T @ np.linalg.lstsq(inputs, labels)[0]
    tops = [
        np.linalg.eigvalsh(share * second + np.outer(seen, seen) / (20 * share))[-1]
        for share in np.geomspace(0.1, 10, 4001)
    ]
    assert min(tops) == pytest.approx(flattest["flat"].curvature, rel=1e-3)


def test_the_smaller_rate_binds(flattest):
    bound, ratios = flattest["bound"], flattest["ratios"]
    assert bound.tolist() == (flattest["eta_flat"] < flattest["four_over"]).tolist()
    assert bound.any()
    assert not bound.all()
    assert (ratios[0, bound] < 1).all()
    assert (ratios[1, bound] > 1).all()
    assert (np.abs(ratios[:, ~bound] - 1) < 0.2).all()
    np.testing.assert_allclose(
        flattest["eta_flat"] * flattest["sizes"], flattest["flat"].eta, rtol=1e-9
    )


def test_flattest_as_drawn(flattest):
    curvatures, rates = flattest["figure"].axes
    check_drawn(shown(curvatures, marker="o"), (np.tile(flattest["eta"], 30), flattest["final"]))
    none = flattest["eta"][flattest["shares"] > 1]
    check_drawn(
        shown(curvatures, marker="x"), (none, np.full(len(none), flattest["flat"].curvature))
    )
    stable, flat = shown(curvatures)
    np.testing.assert_allclose(stable.prod(axis=1), 2)
    assert (flat[:, 1] == flattest["flat"].curvature).all()
    sizes = flattest["sizes"]
    check_drawn(shown(rates, marker="o"), (sizes, flattest["located"]))
    check_drawn(shown(rates), (sizes, flattest["four_over"]), (sizes, flattest["eta_flat"]))


@pytest.fixture(scope="module")
def relu_pair():
    return run("13_relu_pair")


def test_frozen_gates_are_two_networks_of_one_sample(relu_pair):
    curvature, output, width, target = relu_pair["network"].start(relu_pair["data"])
    rates = relu_pair["eta"] * relu_pair["data"].second_moment
    alone = [tl.simulate(rates[i], curvature[i], output[i], width, 0.0, 30) for i in (0, 1)]
    for side in (0, 1):
        np.testing.assert_allclose(
            relu_pair["frozen"].output[:, side], alone[side].output, rtol=1e-9, atol=1e-12
        )
    assert not target.any()
    assert relu_pair["frozen_error"].max() < 1e-12
    assert relu_pair["phases"] == ["lazy", "catapult"]


def test_real_gates_follow_until_the_first_flip(relu_pair):
    first, flipped = relu_pair["first"], relu_pair["flipped"]
    assert 0 < first < 30
    assert not flipped[:first].any()
    assert (flipped[first:] > 0).all()
    assert relu_pair["real_error"][:first].max() < 1e-12
    assert relu_pair["real_error"][first:].min() > 1e-2
    assert abs(first - np.abs(relu_pair["exact"].output[:, 1]).argmax()) <= 1


@pytest.mark.parametrize(("sharpness", "low", "high"), [(2.0, 0.0, 0.0), (3.5, 0.5, 1.0)])
def test_other_rates_do_what_the_caption_says(relu_pair, sharpness, low, high):
    network, data = relu_pair["network"], relu_pair["data"]
    rate = sharpness / network.curvature(data).max()
    assert low <= network.train(data, rate, steps=30).flipped.max() <= high


def test_relu_pair_as_drawn(relu_pair):
    outputs, distance = relu_pair["figure"].axes
    time = np.arange(31)
    for marker, course in (("None", "exact"), ("o", "frozen"), ("x", "real")):
        pairs = [(time, np.abs(relu_pair[course].output[:, side])) for side in (0, 1)]
        found = [line for line in shown(outputs, marker=marker) if len(line)]
        check_drawn(found, *pairs)
    check_drawn(shown(distance, marker="o"), (time, relu_pair["frozen_error"]))
    check_drawn(shown(distance, marker="x"), (time, relu_pair["real_error"]))
    assert (shown(distance)[0][:, 0] == relu_pair["first"]).all()


@pytest.fixture(scope="module")
def restoration():
    return run("14_restoration")


def test_networks_stray_from_the_linear_model_as_the_recursion_says(restoration):
    exact = tl.simulate(
        restoration["eta"], 2.0, 1.0, restoration["widths"][:, None], steps=200
    ).output
    stray = np.abs(exact - restoration["linear"][:, None]).max(axis=0)
    np.testing.assert_allclose(restoration["astray"], stray, rtol=1e-6)
    np.testing.assert_allclose(
        restoration["linear"], (1 - 2 * restoration["eta"]) ** np.arange(201)[:, None]
    )


def test_ten_times_the_width_is_ten_times_nearer(restoration):
    assert ((restoration["nearer"] > 9.9) & (restoration["nearer"] < 10.1)).all()


def test_training_is_linear_again_after_the_catapult(restoration):
    loss, models, deviation = restoration["loss"], restoration["models"], restoration["deviation"]
    assert loss.argmax() == 8
    assert loss.max() > 100 * loss[0]
    for step, model in models.items():
        assert model[0] == pytest.approx(loss[step], rel=1e-9)
        assert len(model) == 51 - step
    for step in (0, 8):
        assert models[step][-1] > 1e3 * models[step][0]
    assert 1 < deviation[14] < 10
    assert deviation[30] < 0.02
    assert loss[-1] < 1e-9 * loss[0]


def test_later_models_are_better_still(restoration):
    moving = tl.GramNetwork.from_weights(restoration["net"].u, restoration["net"].v)
    for _ in range(36):
        moving = moving.step(restoration["data"], restoration["rate"])
    model = moving.linearized.train(restoration["data"], restoration["rate"], steps=14).loss
    assert np.abs(model / restoration["loss"][36:] - 1).max() < restoration["deviation"][30] / 5


def test_restoration_as_drawn(restoration):
    width, course = restoration["figure"].axes
    astray, line = restoration["astray"].T, restoration["line"].T
    check_drawn(shown(width, marker="o"), *((restoration["widths"], row) for row in astray))
    check_drawn(shown(width), *((restoration["fine"], row) for row in line))
    check_drawn(shown(course, marker="o"), (np.arange(51), restoration["loss"]))
    models = restoration["models"].items()
    check_drawn(shown(course), *((np.arange(step, 51), model) for step, model in models))


@pytest.fixture(scope="module")
def alignment():
    return run("15_alignment")


def test_the_angle_follows_from_the_recursion(alignment):
    for label in (0.0, 5.0):
        assert np.abs(alignment["theory"][label] - alignment["trained"][label]).max() < 1e-12


def test_layers_align_while_the_curvature_is_large_and_then_turn_away(alignment):
    cosine, stable = np.abs(alignment["trained"][0.0]), alignment["stable"]
    assert (np.diff(cosine[: stable + 1]) > 0).all()
    assert (np.diff(cosine[stable:]) < 0).all()
    assert stable == alignment["peak"] + 1
    assert cosine[stable] > 0.9
    assert cosine[-1] < 0.01
    assert alignment["trained"][5.0][-1] > 0.9


def test_the_sign_changes_at_two(alignment):
    ratio, sharpness, rising = alignment["ratio"], alignment["sharpness"], alignment["rising"]
    assert ((ratio > 1) == (sharpness > 2)).all()
    assert (ratio[rising] > 1).all()
    assert rising.any()
    assert ratio.size == 4500


def test_only_large_outputs_are_on_the_wrong_side(alignment):
    many = alignment["many"]
    rates = 3.5 / many.curvature
    course, cosine = many.train(rates, 15), np.abs(alignment["cosines"](many, rates, 15))
    x, s = rates * course.curvature[:-1], rates * course.output[:-1] / np.sqrt(20)
    wrong = (cosine[1:] > cosine[:-1]) != (x > 2)
    assert wrong.any()
    assert (s**2 > x / 2)[wrong].all()
    assert (cosine[1:] > cosine[:-1])[course.loss[1:] > course.loss[:-1]].all()


def test_alignment_as_drawn(alignment):
    course, steps = alignment["figure"].axes
    time = np.arange(31)
    of_label = [(time, np.abs(alignment["trained"][label])) for label in (0.0, 5.0)]
    check_drawn(shown(course, marker="o"), *of_label)
    *lines, peak, stable = shown(course)
    check_drawn(lines, *((time, np.abs(alignment["theory"][label])) for label in (0.0, 5.0)))
    assert peak[0, 0] == alignment["peak"]
    assert stable[0, 0] == alignment["stable"]
    some = [alignment["rising"], ~alignment["rising"]]
    pairs = [(alignment["sharpness"][chosen], alignment["ratio"][chosen]) for chosen in some]
    check_drawn(shown(steps, marker="."), *pairs)
    assert shown(steps)[0][:, 0].tolist() == [2, 2]
