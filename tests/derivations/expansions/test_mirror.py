"""The mirror series: the law that it begins with, and its bounds on runs in 50 digits."""

import mpmath
import pytest

from derivations.expansions import mirror, mirror_bounds
from twolayer import _expansions

from .series_in_numbers import ending, number, series


def test_mirror_law():
    assert [str(value) for value in mirror.END[:3]] == ["-1", "-1/3", "-5/18"]
    assert _expansions.MIRROR[0][2:6] == ((1, 1), (2, 3), (0, 1), (-22, 45))


@pytest.mark.parametrize("place", range(9))
def test_mirror_bounds_at_the_edge(place):
    """In 50 digits, from the edge of the region, all that the proof says of a run and its end."""
    with mpmath.workdps(50):
        radius, wide, narrow = (
            number(mirror_bounds, symbol)
            for symbol in (mirror_bounds.span, mirror_bounds.wide, mirror_bounds.narrow)
        )
        d = mpmath.mpf("0.1048") - mpmath.mpf("0.027") * place
        z = (radius**2 - d**2 - 2 * d**3 / 3) / 2
        start, total = series(_expansions.MIRROR, d, z), 0
        first = d
        said = 2 + ending(_expansions.MIRROR_END, mpmath.sqrt(start))
        for _ in range(400):
            size = mpmath.sqrt(d**2 + 2 * z)
            assert size <= (narrow if d >= 0 else wide)
            total += z
            d, z = d + z * (d - 2), z * (1 + d - z) ** 2
        assert z < mpmath.mpf(10) ** -30
        assert total * (2 - narrow) <= first - d
        drift = number(mirror_bounds, mirror_bounds.drift)
        assert abs(series(_expansions.MIRROR, d, z) - start) <= drift
        assert abs(said - 2 - d) <= mpmath.mpf(10) ** -14
