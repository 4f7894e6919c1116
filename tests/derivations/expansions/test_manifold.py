"""The manifold: its coefficients in numbers, to an order far beyond the tables."""

import mpmath
import pytest
import sympy as sp

from derivations.expansions import manifold
from derivations.notation import x

from .series_in_numbers import at


@pytest.mark.parametrize("place", ["2.09", "2.5", "3", "3.9"])
def test_manifold_coefficients_are_as_small_as_the_proof_says(place):
    """The recursion in numbers, to an order far beyond the tables."""
    place, order = sp.Rational(place), 30
    X, mu = mpmath.mpf(place.p) / place.q, 1 - mpmath.mpf(place.p) / place.q
    reach = {
        symbol: at(symbol, place, manifold.REACH)
        for symbol in (manifold.circle, manifold.amplitude)
    }
    curvature, output = [X], [mpmath.mpf(1)]
    for k in range(1, order + 1):
        squares = [sum(output[i] * output[n - i] for i in range(n + 1)) for n in range(k)]
        push = sum(squares[i] * [X - 4, *curvature[1:]][k - 1 - i] for i in range(k))
        curvature.append(push / (mu ** (2 * k) - 1))
        rest = sum(output[j] * (curvature[k - j] - squares[k - j - 1]) for j in range(k))
        output.append(-rest / (mu * (mu ** (2 * k) - 1)))
        most = (1 + mpmath.mpf(10) ** -9) / reach[
            manifold.circle
        ] ** k  # at k = 1 both are equalities
        assert abs(curvature[k]) <= reach[manifold.amplitude] * most
        assert abs(output[k]) <= most
    assert curvature[4] == pytest.approx(
        float(sp.Rational(manifold.CURVATURE[3].claim.rhs.subs(x, place))), rel=1e-9
    )
