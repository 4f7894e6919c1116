"""The command `boundaries`."""

import numpy as np
import pytest

import twolayer as tl
from tests.commands.process import call
from twolayer.conventions import CONVENTION, convention

START = ("--curvature", "2", "--output", "1", "--width", "100")


def test_boundaries_prints_closed_forms_and_located_intervals(capsys):
    code, out, err = call(capsys, "boundaries", *START)
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    closed = {name: float(value) for name, value, *rest in lines if rest == ["closed", "form"]}
    assert closed == {
        "eta_crit": pytest.approx(float(tl.eta_crit(2.0, 1.0, 100)), rel=1e-11),
        "eta_max": pytest.approx(2.0, rel=1e-11),
        "eta_div": pytest.approx(2.0, rel=1e-11),
    }
    for name in ("eta_crit", "eta_max"):
        (low, high), = [
            [float(end) for end in line.split("[")[1].split("]")[0].split(",")]
            for line in out.splitlines() if line.startswith(name) and "located" in line
        ]  # fmt: skip
        assert low * (1 - 1e-11) <= closed[name] <= high * (1 + 1e-11)
        assert high - low < 1e-7


def test_boundaries_at_infinite_width_are_closed_forms_only(capsys):
    code, out, _ = call(capsys, "boundaries", "--curvature", "4")
    assert code == 0
    first, *lines = out.splitlines()
    assert first == CONVENTION
    assert [line.split()[:2] for line in lines] == [
        ["eta_crit", "0.5"],
        ["eta_max", "1"],
        ["eta_div", "1"],
    ]


def test_boundaries_of_a_start_that_never_moves(capsys):
    code, out, err = call(capsys, "boundaries", "--curvature", "2", "--width", "10")
    assert (code, err) == (0, "")
    assert out.splitlines()[4].startswith("nothing to locate on the recursion")


def test_boundaries_with_a_label_say_what_the_runs_leave_open(capsys):
    labelled = ("--width", "1", "--target", "0.8")
    code, out, _ = call(capsys, "boundaries", "--curvature", "2", "--output", "1", *labelled)
    assert code == 0
    assert out.splitlines()[-1].endswith("runs inside the interval are undecided")
    code, out, _ = call(capsys, "boundaries", "--curvature", "4.4", "--output", "2", *labelled)
    assert code == 0
    assert out.splitlines()[-1].startswith("not located on the recursion: phases are out of order")


@pytest.mark.parametrize("target", ["30", "300", "-1e4"])
@pytest.mark.parametrize(("curvature", "output"), [("2", "0.5"), ("0.5", "0"), ("1", "-0.9")])
def test_boundaries_of_labels_however_large(capsys, target, curvature, output):
    start = ("--curvature", curvature, "--output", output, "--width", "4", "--target", target)
    code, out, _ = call(capsys, "boundaries", *start)
    assert code == 0
    closed, ends = rates(out)
    low, high = ends["eta_max"]
    assert low <= closed["eta_max"] * (1 + 1e-6) < high


def rates(out):
    """The closed forms, and the ends of the intervals, by name."""
    closed, ends = {}, {}
    for name, *rest in (line.split() for line in out.splitlines() if line.startswith("eta_")):
        if rest[-2:] == ["closed", "form"]:
            closed[name] = float(rest[0])
        else:
            ends[name] = [float(end.strip("[],")) for end in rest[:2]]
    return closed, ends


@pytest.mark.parametrize(("loss", "factor"), [("mse", 2), ("sum", 2), ("half-sum", 1)])
def test_boundaries_of_another_loss_without_the_root_of_the_width(capsys, loss, factor):
    """The weights of f = u·v decide: both rates a hair apart from what is printed."""
    rng = np.random.default_rng(4)
    u, v, target = *rng.normal(size=(2, 30)), 0.0
    curvature, output = factor * (u @ u + v @ v), u @ v
    numbers = ("--curvature", repr(float(curvature)), "--output", repr(float(output)))
    code, out, err = call(capsys, "boundaries", *numbers, "--loss", loss, "--scale", "1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    output = "f = α u·v with α = 1, without biases"
    assert lines[:2] == [convention(loss, output), "effective width: 1/α² = 1"]
    assert (f"the rates are {factor} times these" in out) == (factor != 1)
    closed, ends = rates(out)
    net = tl.reduction(u=u, v=v, scale=1.0, loss=loss, target=target)
    for name in ("eta_crit", "eta_max"):
        assert closed[name] == pytest.approx(net.rates(getattr(tl, name)(*net.start))[0], rel=1e-11)
        assert ends[name][0] * (1 - 1e-9) <= closed[name] <= ends[name][1] * (1 + 1e-9)
    for side in (-1, 1):
        push = factor * closed["eta_crit"] * (1 + side * 1e-6) * (u @ v)
        assert (abs((u - push * v) @ (v - push * u)) > abs(u @ v)) == (side > 0)


def test_an_effective_width_need_not_be_whole(capsys):
    start = ("--curvature", "2", "--output", "0.5")
    one, two = (
        call(capsys, "boundaries", *start, *width)[1]
        for width in (("--width", "2.5"), ("--scale", repr(2.5**-0.5)))
    )
    assert rates(one)[0] == pytest.approx(rates(two)[0], rel=1e-11)
    assert rates(one)[0]["eta_crit"] == pytest.approx(tl.eta_crit(2.0, 0.5, 2.5), rel=1e-11)
