"""What the command `deep` trains and tests on, and what it says of it."""

import numpy as np
import pytest

from tests.samples.helpers import text
from twolayer.commands import deep_source, options


def load(*arguments, seed=0):
    parser = options.Parser(prog="twolayer deep")
    deep_source.add_options(parser)
    options.add_seed(parser, seed)
    return deep_source.load(parser.parse_args(options.joined(arguments)))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(rows, label):
    draw = np.random.default_rng(rows)
    lines = [
        f"{a:.6f},{b:.6f},{label(i, a)}" for i, (a, b) in enumerate(draw.normal(size=(rows, 2)))
    ]
    return "\n".join(["a,b,y", *lines, ""])


def together(sets):
    return np.hstack([np.vstack([part.X for part in sets[1:3]]),
                      np.vstack([part.Y for part in sets[1:3]])])  # fmt: skip


def test_digits_three_and_eight_and_all_ten_for_the_accuracy():
    pixels, digit = pytest.importorskip("sklearn.datasets").load_digits(return_X_y=True)
    sets = load()
    few, trained, tested, classes, words = sets
    assert (few.samples, few.outputs, classes) == (256, 1, True)
    assert (trained.samples, tested.samples, trained.outputs) == (1000, 797, 10)
    assert "labels -1 for 3 and +1 for 8" in words[0]
    ten = together(sets)
    np.testing.assert_allclose(ten.mean(0), 0.0, atol=1e-12)
    assert np.mean(np.sum(ten[:, :-10] ** 2, 1)) == pytest.approx(trained.inputs)
    assert (np.ptp(ten, axis=0) > 0).all()
    assert np.bincount(ten[:, -10:].argmax(1)).tolist() == np.bincount(digit).tolist()
    kept = np.isin(digit, (3, 8))
    x = pixels[kept] - pixels[kept].mean(0)
    x = x[:, np.ptp(x, axis=0) > 0]
    x /= np.sqrt(np.mean(x**2))
    distance = np.abs(few.X[:, None] - x).max(-1)
    assert (distance.min(1) < 1e-12).all()
    np.testing.assert_array_equal(few.Y[:, 0] == 1, digit[kept][distance.argmin(1)] == 8)
    assert set(np.unique(few.Y)) == {-1.0, 1.0}


def test_all_ten_digits_are_fewer_where_the_curvature_is_followed():
    pytest.importorskip("sklearn.datasets")
    few, trained, tested, classes, words = load("digits", "--loss", "mse")
    assert (few.samples, few.outputs, classes) == (150, 10, True)
    np.testing.assert_array_equal(few.X, trained.X[:150])
    assert {part.loss for part in (few, trained, tested)} == {"mse"}
    assert "one label column a digit, 1 for its own samples, centred" in words[0]


def test_a_file_is_split_by_the_seed(here):
    text(here / "a.csv", table(60, lambda i, a: f"{a * i:.6f}"))
    sets = load("a.csv")
    assert (sets.samples.samples, sets.trained.samples, sets.tested.samples) == (42, 42, 18)
    assert not sets.classes
    rows = np.loadtxt(here / "a.csv", delimiter=",", skiprows=1)
    assert sorted(map(tuple, together(sets))) == sorted(map(tuple, rows))
    other = load("a.csv", seed=1)
    assert not np.array_equal(other.trained.X, sets.trained.X)
    np.testing.assert_array_equal(load("a.csv").tested.X, sets.tested.X)
    assert sets.words == [
        "the inputs of the file neither centred nor scaled",
        "inputs: a, b",
        "label: y",
        "42 samples to train on, and 18 others to test on",
    ]


def test_classes_as_text_and_centred(here):
    text(here / "two.csv", table(40, lambda i, a: "yes" if a > 0 else "no"))
    text(here / "three.csv", table(40, lambda i, a: "xyz"[i % 3]))
    for name, outputs in (("two.csv", 1), ("three.csv", 3)):
        for more in ((), ("--standardize",)):
            sets = load(name, *more)
            assert (sets.classes, sets.trained.outputs) == (True, outputs)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([[1], [-1], [-1]], True),
        ([[0], [1], [1]], False),
        ([[1], [-1], [0.5]], False),
        ([[1], [1], [1]], False),
        ([[1, 0], [0, 1], [1, 0]], True),
        ([[1, 0], [1, 1], [0, 1]], False),
        ([[0.7, -0.3], [-0.3, 0.7], [-0.3, 0.7]], True),
        ([[1, 0], [0, 1], [0.5, 0]], False),
    ],
)
def test_which_labels_are_classes(labels, expected):
    assert deep_source.are_classes(np.array(labels, float)) is expected


def test_a_large_file_is_sampled_and_said(here):
    x = np.arange(5000.0)
    np.savez(here / "large.npz", inputs=np.stack([x, -x], -1) / 5000, labels=np.cos(x))
    sets = load("large.npz", "--arrays", "inputs", "labels")
    assert (sets.samples.samples, sets.trained.samples, sets.tested.samples) == (256, 1000, 1000)
    chosen = np.rint(np.vstack([sets.trained.X, sets.tested.X])[:, 0] * 5000)
    assert len(set(chosen)) == 2000
    assert chosen.max() > 4900
    np.testing.assert_allclose(np.vstack([sets.trained.Y, sets.tested.Y])[:, 0], np.cos(chosen))
    assert sets.words[-1] == (
        "1,000 samples to train on, and 1,000 others to test on, of 5,000 in the file; runs "
        "without a test train on the first 256"
    )


def test_inputs_far_from_unit_size_are_noted(here):
    np.savez(here / "big.npz", X=100 * np.eye(12) + 1, Y=np.arange(12.0))
    assert "far from d: --standardize brings it there" in load("big.npz").words[-1]


@pytest.mark.parametrize(
    ("rows", "zero", "message"),
    [
        (9, False, r"\ASOURCE = 'a.npz' must have at least 10 samples, .* not 9\Z"),
        (10, True, r"\ASOURCE = 'a.npz' must have inputs that are not all zero\Z"),
    ],
)
def test_too_little_is_refused(here, rows, zero, message):
    np.savez(here / "a.npz", X=np.zeros(rows) if zero else np.ones(rows), Y=np.ones(rows))
    with pytest.raises(ValueError, match=message):
        load("a.npz")


def test_numbers_that_are_none_are_named(here):
    x = np.ones(20)
    x[3] = np.inf
    np.savez(here / "a.npz", X=x, Y=np.ones(20))
    with pytest.raises(ValueError, match=r"\AX, column 0, sample 3 = inf must be finite\Z"):
        load("a.npz")
