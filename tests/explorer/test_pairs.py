"""Numbers of twice the digits, against fractions."""

from fractions import Fraction

import numpy as np
import pytest

from tests.explorer.scripts import scripts  # noqa: F401

pytestmark = pytest.mark.browser
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}
DIGITS = Fraction(1, 2**100)


def drawn(size=1000):
    """Pairs (high, low), a low part within a rounding of the high one."""
    rng = np.random.default_rng(0)
    high = rng.uniform(1, 2, (2, size)) * 10 ** rng.uniform(-9, 9, (2, size))
    high *= rng.choice([-1, 1], (2, size))
    low = high * rng.uniform(-1, 1, (2, size)) * 2.0**-54
    return high[0], low[0], high[1], low[1]


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(scripts, name):  # noqa: F811
    columns = drawn()
    said = scripts.numbers(f"(a, c, b, d) => pairs.{name}([a, c], [b, d])", *columns)
    for (high, low), a, c, b, d in zip(said, *columns, strict=True):
        exact = OPERATIONS[name](Fraction(a) + Fraction(c), Fraction(b) + Fraction(d))
        assert abs(Fraction(high) + Fraction(low) - exact) <= DIGITS * abs(exact)
        assert high + low == high


def test_what_a_difference_leaves(scripts):  # noqa: F811
    """Of (1 + a)(1 - a) - 1 = -a a, where float64 has nothing."""
    a = 2.0 ** -np.arange(27, 52)
    product = "pairs.mul(pairs.number(1 + a), pairs.number(1 - a))"
    said = scripts.numbers(f"(a) => pairs.sub({product}, pairs.number(1))", a)
    np.testing.assert_array_equal(said[:, 0], -a * a)
    np.testing.assert_array_equal(said[:, 1], 0.0)


def test_root(scripts):  # noqa: F811
    high, low = np.abs(drawn()[:2])
    said = scripts.numbers("(a, b) => pairs.sqrt([a, b])", high, low)
    for (first, second), a, b in zip(said, high, low, strict=True):
        exact, root = Fraction(a) + Fraction(b), Fraction(first) + Fraction(second)
        assert abs(root * root - exact) <= 2 * DIGITS * exact
    assert scripts.page.evaluate("pairs.sqrt([0, 0])") == [0, 0]
    assert scripts.page.evaluate("Number.isNaN(pairs.sqrt([-1, 0])[0])")
