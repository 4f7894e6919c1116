"""Bad input of every kind: one line that names the argument, its value, and what is allowed."""

import re
from fractions import Fraction

import numpy as np
import pytest

import twolayer as tl

POSITIVE = "must be positive and finite"
FINITE = "must be finite"
SCALE = "must be between 1e-150 and 1e150"
WIDTH = "must be positive, or inf"
UNITS = "must be a whole number of at least 1, or inf: it counts hidden units"
REAL = "must be a real number or an array of them"
CAUCHY_SCHWARZ = re.escape(
    "must be at most sqrt(width)*curvature/2 in size (Cauchy-Schwarz: no network has it)"
)

GOOD = {"eta": 1.0, "curvature": 1.0, "output": 0.1, "width": 4, "target": 0.0}
RUNS = {
    "phase": tl.phase,
    "triangle": tl.triangle,
    "simulate": tl.simulate,
    "outcome": tl.outcome,
    "certificate": tl.certificate,
    "eta_crit": tl.eta_crit,
    "eta_max": tl.eta_max,
    "eta_div": tl.eta_div,
}


def refuses(message: str):
    """One whole line, from its first character to its last."""
    return pytest.raises(ValueError, match=rf"\A{message}\Z")


def call(name: str, **changes):
    """The function `name` with good arguments, some of them changed."""
    values = GOOD | changes
    if name.startswith("eta_"):
        del values["eta"]
    return RUNS[name](**values)


BAD_VALUES = [
    *(
        (argument, value, f"{argument} = {float(value)!r} {POSITIVE}")
        for argument in ("eta", "curvature")
        for value in (0, -1, -0.0, np.inf, -np.inf, np.nan)
    ),
    *(
        (argument, value, f"{argument} = {value!r} {FINITE}")
        for argument in ("output", "target")
        for value in (np.inf, -np.inf, np.nan)
    ),
    *(
        ("width", value, f"width = {float(value)!r} {WIDTH}")
        for value in (0, -1, -0.999, np.nan, -np.inf)
    ),
    ("eta", [[1.0, 2.0], [3.0, np.nan]], rf"eta\[1, 1\] = nan {POSITIVE}"),
    ("curvature", [1.0, -2.0, -3.0], rf"curvature\[1\] = -2\.0 {POSITIVE}"),
    ("width", [2.5, -2.5], rf"width\[1\] = -2\.5 {WIDTH}"),
    ("target", [0.0, np.nan], rf"target\[1\] = nan {FINITE}"),
]
NOT_REAL = [
    None,
    "a",
    b"a",
    1j,
    np.complex128(1),
    [1, "a"],
    True,
    [1.0, [2.0, 3.0]],
    {},
    np.array([1, 1j], dtype=object),
]


@pytest.mark.parametrize(
    ("name", "argument", "value", "message"),
    [
        (name, *bad)
        for name in RUNS
        for bad in BAD_VALUES
        if not (bad[0] == "eta" and name.startswith("eta_"))
    ],
)
def test_values(name, argument, value, message):
    with refuses(message):
        call(name, **{argument: value})


@pytest.mark.parametrize("value", NOT_REAL, ids=repr)
@pytest.mark.parametrize("argument", GOOD)
def test_values_that_are_no_real_numbers(argument, value):
    with refuses(f"{argument} = {re.escape(repr(value))} {REAL}"):
        call("phase", **{argument: value})


def test_long_values_are_shortened():
    with refuses(rf"eta = 10{{56}}\.\.\. {REAL}"):
        call("phase", eta=10**400)


@pytest.mark.parametrize("name", RUNS)
def test_shapes(name):
    others = r"width \(\), target \(\)"
    with refuses(rf"shapes must broadcast: (eta \(\), )?curvature \(2,\), output \(3,\), {others}"):
        call(name, curvature=[1.0, 2.0], output=[0.1, 0.1, 0.1])
    if not name.startswith("eta_"):
        others = r"curvature \(\), output \(\), width \(\)"
        with refuses(rf"shapes must broadcast: eta \(2, 2\), {others}, target \(1, 3\)"):
            call(name, eta=[[1.0, 2.0], [1.0, 2.0]], target=[[0.1, 0.2, 0.3]])


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("width", [1, 4, 5, 10**6, 10**18])
def test_cauchy_schwarz(name, width):
    largest = np.sqrt(float(width)) / 2
    eps = np.finfo(float).eps
    for fine in (largest, -largest, largest * (1 + 7 * eps)):
        call(name, width=width, output=fine)
    for bad in (largest * (1 + 10 * eps), -largest * (1 + 1e-6), 3 * largest):
        with refuses(f"output = {re.escape(repr(float(bad)))} {CAUCHY_SCHWARZ}"):
            call(name, width=width, output=bad)
    with refuses(rf"output\[1, 0\] = {re.escape(repr(float(2 * largest)))} {CAUCHY_SCHWARZ}"):
        call(name, width=width, curvature=[1.0, 2.0], output=[[largest], [2 * largest]])


def test_cauchy_schwarz_does_not_bind_infinite_width():
    assert tl.phase(1.0, 1.0, 1e6, np.inf) == tl.Phase.LAZY


def test_first_bad_cell_is_named_in_the_shape_of_the_cells():
    with refuses(rf"output\[2\] = 0\.6 {CAUCHY_SCHWARZ}"):
        tl.phase(1.0, [2.0, 2.0, 1.0], 0.6, 1)


@pytest.mark.parametrize(("name", "argument"), [("simulate", "steps"), ("outcome", "max_steps")])
@pytest.mark.parametrize("value", [-1, 1.0, 2.5, "3", None, True, np.nan])
def test_steps(name, argument, value):
    message = rf"{argument} = {re.escape(repr(value))} must be a whole number of at least 0"
    network = tl.Network([1.0], [1.0])
    with refuses(message):
        call(name, **{argument: value})
    with refuses(message):
        {"simulate": network.train, "outcome": network.outcome}[name](1.0, **{argument: value})


@pytest.mark.parametrize(("width", "cell"), [(np.inf, ""), ([1, 2, np.inf], r"\[2\]")])
def test_outcome_refuses_infinite_width(width, cell):
    reason = "finite in outcome: phase tells how an infinitely wide network ends"
    with refuses(f"width{cell} = inf must be {reason}"):
        call("outcome", width=width)


@pytest.mark.parametrize(
    ("u", "v", "message"),
    [
        ([1.0], [1.0, 2.0], r"shapes of u \(1,\) and v \(2,\) must be the same"),
        ([[1.0]], [1.0], r"shapes of u \(1, 1\) and v \(1,\) must be the same"),
        ([], [], r"shape of u and v = \(0,\) must be \(\.\.\., width\) with at least one weight"),
        (1.0, 1.0, r"shape of u and v = \(\) must be \(\.\.\., width\) with at least one weight"),
        ([1.0, np.nan], [1.0, 1.0], r"u\[1\] = nan must be finite, and at most 1e150 in size"),
        ([1.0], [-1e151], r"v\[0\] = -1e\+151 must be finite, and at most 1e150 in size"),
        ([1.0], [np.inf], r"v\[0\] = inf must be finite, and at most 1e150 in size"),
        (["a"], [1.0], rf"u = \['a'\] {REAL}"),
        ([1.0], [1j], rf"v = \[1j\] {REAL}"),
    ],
)
def test_weights(u, v, message):
    with refuses(message):
        tl.Network(u, v)


COUNTED = "a whole number of at least 1: it counts hidden units"
SIZE = "must be a whole number or a tuple of them, none negative"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": 0}, f"width = 0 must be {COUNTED}"),
        ({"width": 2.0}, rf"width = 2\.0 must be {COUNTED}"),
        ({"width": np.inf}, f"width = inf must be {COUNTED}"),
        ({"width": "2"}, f"width = '2' must be {COUNTED}"),
        ({"size": -1}, f"size = -1 {SIZE}"),
        ({"size": (2, 1.5)}, rf"size = \(2, 1\.5\) {SIZE}"),
        ({"size": "x"}, f"size = 'x' {SIZE}"),
        ({"scale": 0}, rf"scale = 0\.0 {SCALE}"),
        ({"scale": -1}, rf"scale = -1\.0 {SCALE}"),
        ({"scale": np.nan}, f"scale = nan {SCALE}"),
        ({"scale": [1, 2]}, r"scale = \[1, 2\] must be a single number"),
        ({"scale": 1j}, f"scale = 1j {REAL}"),
    ],
)
def test_random_networks(changes, message):
    with refuses(message):
        tl.Network.random(**({"width": 2, "rng": 0} | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": 0}, rf"width = 0\.0 {UNITS}"),
        ({"width": [1, 1.5]}, rf"width\[1\] = 1\.5 {UNITS}"),
        ({"width": "wide"}, f"width = 'wide' {REAL}"),
        ({"scale": -1}, rf"scale = -1\.0 {SCALE}"),
        ({"scale": [1, np.inf]}, rf"scale\[1\] = inf {SCALE}"),
        ({"size": -1}, f"size = -1 {SIZE}"),
        ({"size": "x"}, f"size = 'x' {SIZE}"),
        (
            {"width": [1, 2], "scale": [1, 2, 3]},
            r"shapes must broadcast: width \(2,\), scale \(3,\)",
        ),
        (
            {"width": [1, 2], "size": 3},
            r"shapes must broadcast: size \(3,\), width \(2,\), scale \(\)",
        ),
        (
            {"width": [1, 2], "size": 1},
            r"size = \(1,\) must be a shape that width \(2,\) and scale \(\) broadcast to",
        ),
    ],
)
def test_random_initializations(changes, message):
    with refuses(message):
        tl.random_initialization(**({"width": 2, "rng": 0} | changes))


STEPS = {"train": {"steps": 5}, "outcome": {"max_steps": 5}}


@pytest.mark.parametrize("run", ["train", "outcome"])
@pytest.mark.parametrize(
    ("eta", "target", "message"),
    [
        (0, 0, rf"eta = 0\.0 {POSITIVE}"),
        ([1, np.nan, 1], 0, rf"eta\[1\] = nan {POSITIVE}"),
        ("x", 0, f"eta = 'x' {REAL}"),
        (1, np.inf, f"target = inf {FINITE}"),
        (1, 1j, f"target = 1j {REAL}"),
        ([1, 1], 0, r"shapes must broadcast: eta \(2,\), target \(\), networks \(3,\)"),
        (1, [1, 1], r"shapes must broadcast: eta \(\), target \(2,\), networks \(3,\)"),
    ],
)
def test_training(run, eta, target, message):
    with refuses(message):
        getattr(tl.Network.random(2, size=3, rng=0), run)(eta, target=target, **STEPS[run])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, r"eta \(3,\), curvature \(\), output \(\), width \(\), target \(\)"),
        (
            {"width": [[1, 2]]},
            r"eta \(3,\), curvature \(\), output \(\), width \(1, 2\), target \(\)",
        ),
        (
            {"width": [1, 2], "target": [0.0]},
            r"eta \(3,\), curvature \(\), output \(\), width \(2,\), target \(1,\)",
        ),
    ],
)
def test_diagrams_have_two_axes(changes, message):
    with refuses(
        "exactly two arguments must be one-dimensional arrays, the others single numbers: "
        f"{message}"
    ):
        tl.phase_diagram(**(GOOD | {"eta": [0.5, 1.0, 1.5]} | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"eta": [1.0, -1.0]}, rf"eta\[1\] = -1\.0 {POSITIVE}"),
        ({"width": [1, 0]}, rf"width\[1\] = 0\.0 {WIDTH}"),
        ({"curvature": np.nan}, f"curvature = nan {POSITIVE}"),
        ({"output": "x"}, f"output = 'x' {REAL}"),
        ({"target": np.inf}, f"target = inf {FINITE}"),
        ({"max_steps": -1, "observe": True}, "max_steps = -1 must be a whole number of at least 0"),
    ],
)
def test_diagrams(changes, message):
    with refuses(message):
        tl.phase_diagram(**(GOOD | {"eta": [0.5, 1.0], "width": [1, 2]} | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"low": 0}, rf"low = 0\.0 {POSITIVE}"),
        ({"low": np.nan}, f"low = nan {POSITIVE}"),
        ({"high": np.inf}, f"high = inf {POSITIVE}"),
        ({"high": "x"}, f"high = 'x' {REAL}"),
        ({"high": 0.1}, r"high = 0\.1 must be above low"),
        ({"low": [0.1, 3.0], "high": [1.0, 3.0]}, r"high\[1\] = 3\.0 must be above low"),
        (
            {"low": [0.1, 0.2], "high": [1.0, 2.0, 3.0]},
            r"shapes must broadcast: low \(2,\), high \(3,\)",
        ),
        ({"rtol": 0}, r"rtol = 0\.0 must be at least 1e-15 and below 1"),
        ({"rtol": 1.0}, r"rtol = 1\.0 must be at least 1e-15 and below 1"),
        ({"rtol": np.nan}, "rtol = nan must be at least 1e-15 and below 1"),
        ({"rtol": [1e-3, 1e-3]}, r"rtol = \[0\.001, 0\.001\] must be a single number"),
        ({"samples": 1}, "samples = 1 must be a whole number of at least 2"),
        ({"samples": 2.0}, r"samples = 2\.0 must be a whole number of at least 2"),
    ],
)
def test_locating(changes, message):
    with refuses(message):
        tl.locate_boundaries(
            **(
                {"observe": lambda eta: tl.phase(eta, 1.0, 0.1, 10), "low": 0.1, "high": 8.0}
                | changes
            )
        )


@pytest.mark.parametrize(
    "value",
    [
        Fraction(1, 2),
        np.float32(0.5),
        np.float16(0.5),
        np.int64(1),
        np.array(1, object),
        [Fraction(1, 2), 1],
    ],
)
def test_real_numbers_of_every_kind_are_welcome(value):
    exact = np.asarray(value, dtype=float)
    np.testing.assert_array_equal(tl.eta_max(value), 4 / exact, strict=True)


@pytest.mark.parametrize("width", [1, np.int64(3), np.uint8(3), 10**18, 2.0**70, 10**300, np.inf])
def test_widths_of_every_size_are_welcome(width):
    assert tl.phase(1.0, 1.0, 0.1, width) == tl.Phase.LAZY


@pytest.mark.parametrize("rng", ["a", 1.5, -1])
def test_seeds(rng):
    allowed = "None, a seed of whole numbers of at least 0, or a Generator"
    message = rf"^rng = {re.escape(repr(rng))} must be {allowed}$"
    for draw in (tl.random_initialization, tl.Network.random):
        with pytest.raises(ValueError, match=message):
            draw(3, rng=rng)


def test_functions():
    with pytest.raises(ValueError, match=r"^observe = 5 must be a function$"):
        tl.locate_boundaries(5, 1, 10)
    with pytest.raises(ValueError, match=r"^absorbing = 5 must be a function$"):
        tl.Network([1.0], [1.0]).outcome(1.0, absorbing=5)


def test_wider_floats_that_overflow_are_not_finite():
    with pytest.raises(ValueError, match=r"^curvature = inf must be positive and finite$"):
        tl.eta_crit(np.longdouble("1e4000"))
