"""The command `diagram`."""

import numpy as np

import twolayer as tl
from tests.commands.process import call
from twolayer.conventions import CONVENTION


def test_diagram_draws_and_saves(capsys, tmp_path):
    start = ("--eta", "0.1:2.4:12", "--curvature", "2", "--output", "0.5")
    axes = (*start, "--width", "0.5:5e3:5:log", "--observe")
    for ending in ("png", "npz"):
        code, out, err = call(capsys, "diagram", *axes, "--save", str(tmp_path / f"d.{ending}"))
        assert (code, err) == (0, "")
        assert out.splitlines()[0] == CONVENTION
        assert out.splitlines()[1].startswith("cells: LAZY ")
        assert out.splitlines()[2].endswith(" 0 otherwise")
    diagram = tl.load(tmp_path / "d.npz")
    assert diagram.axes == ("eta", "width")
    assert diagram.phase.shape == (12, 5)
    np.testing.assert_allclose(diagram.width, [0.5, 5, 50, 500, 5000], rtol=1e-14)
