"""The command `boundaries`."""

import pytest

import twolayer as tl
from tests.commands.process import call

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
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["eta_crit", "0.5"],
        ["eta_max", "1"],
        ["eta_div", "1"],
    ]


def test_boundaries_of_a_start_that_never_moves(capsys):
    code, out, err = call(capsys, "boundaries", "--curvature", "2", "--width", "10")
    assert (code, err) == (0, "")
    assert out.splitlines()[3].startswith("nothing to locate on the recursion")


def test_boundaries_with_a_label_say_what_the_runs_leave_open(capsys):
    labelled = ("--width", "1", "--target", "0.8")
    code, out, _ = call(capsys, "boundaries", "--curvature", "2", "--output", "1", *labelled)
    assert code == 0
    assert out.splitlines()[-1].endswith("runs inside the interval are undecided")
    code, _, err = call(capsys, "boundaries", "--curvature", "4.4", "--output", "2", *labelled)
    assert code == 2
    assert "phases are out of order" in err
