"""The table of losses: every name, with the factor that the package uses."""

import sys
from pathlib import Path

import pytest

from derivations.notation import k, m
from twolayer import losses
from twolayer.conventions import loss_factor

sphinx = pytest.importorskip("sphinx", reason="the pages need pip install -e '.[docs]'")
sys.path.append(str(Path(__file__).parents[2] / "docs" / "extensions"))
losses_table = pytest.importorskip("losses_table")


@pytest.mark.parametrize(("samples", "outputs"), [(1, 1), (50, 3)])
def test_factors_are_those_of_the_package(samples, outputs):
    shown = {
        name: float(factor.subs({m: samples, k: outputs}))
        for name, factor in losses_table.factors().items()
    }
    assert shown == {name: loss_factor(name, samples, outputs) for name in losses.NAMED}


def test_a_row_shows_the_factor_of_its_loss():
    rows = losses_table.rows()
    factor = {
        name: rows[rows.index(f"   * - ``{name}``") + 2].removeprefix("     - ").strip()
        for name in losses.NAMED
    }
    assert factor == {
        "half-mean": ":math:`1`",
        "mean": ":math:`2`",
        "mse": r":math:`\frac{2}{k}`",
        "half-mse": r":math:`\frac{1}{k}`",
        "sum": ":math:`2 m`",
        "half-sum": ":math:`m`",
    }


def test_every_loss_has_its_row_and_no_other_is_explained():
    text = "\n".join(losses_table.rows())
    assert all(f"``{name}``" in text and losses.NAMED[name] in text for name in losses.NAMED)
    assert set(losses_table.USUAL) <= set(losses.NAMED)
