"""The oracle of the final curvature against runs that are followed to their ends."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from tests import helpers, oracle


@pytest.mark.parametrize(("p", "q"), [
    (1.009, 0.996), (1.004, 1.01), (0.994, 1.0025), (1.0001, 0.9821),
    (0.0125, 0.0074), (0.0195, 0.0001), (0.003, 0.0165),
])  # fmt: skip
def test_series_are_where_the_run_ends(p, q):
    """Just inside `NEAR`, where they are worst; the run is followed until 1e-24 of it is left."""
    pair = Decimal(str(p)), Decimal(str(q))
    assert abs(oracle.end(*pair) / oracle.end(*pair, near=False) - 1) < Decimal("1.1e-24")


@pytest.mark.parametrize("which", [0, 1])
def test_series_are_invariant_to_their_last_weight(which):
    """Halving the distance to the fixed point divides the change at a step by 2^(WEIGHT + 2): they
    are cut where they say."""
    terms, changes = oracle.series()[which], []
    with localcontext(prec=oracle.DIGITS):
        for small in (Decimal("1e-3"), Decimal("5e-4")):
            if which == 0:
                a, b = small, small**2 * Decimal("0.7")
                later = a + b * (a - 2), b * (1 + a - b) ** 2
            else:
                a, b = small, small * Decimal("0.3")
                s = (a - b) / 2
                later = a * (1 - s) ** 2, b * (1 + s) ** 2
            changes.append(oracle.value(terms, *later) - oracle.value(terms, a, b))
        assert float((changes[0] / changes[1]).copy_abs().ln() / Decimal(2).ln()) == pytest.approx(
            oracle.WEIGHT + 2, abs=0.2
        )


def test_random_starts_against_output_and_curvature():
    """Another state, (f, λ), and no product."""
    cells = helpers.random_cells(np.random.default_rng(0), 60, (0.05, 3.9))
    seen = 0
    for row in helpers.in_rows(cells):
        run = helpers.final_curvature(row, steps=2000)
        if run is not None:
            seen += 1
            assert abs(oracle.final_curvature(*row[:4]) / run - 1) < Decimal("1e-23")
    assert seen > 40
