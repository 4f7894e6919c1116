"""The expansions: a wrong coefficient fails, and so does a bound that is false or loose."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp

from derivations import bulk, emit, flat, manifold, mirror
from derivations.bounds import OnInterval
from derivations.notation import x
from derivations.statement import Unproved, eq, ge
from twolayer import _expansions

MODULES = (mirror, flat, bulk, manifold)
STATEMENTS = [statement for module in MODULES for statement in module.STATEMENTS]
SERIES = [s for s in STATEMENTS if isinstance(s.claim, sp.Eq) and s.claim.lhs.is_Symbol and s.name.split(".")[1][-1].isdigit()]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name)
def test_is_proved(statement):
    assert statement.verdict == ("unproved" if isinstance(statement.proof, Unproved) else "proved")


@pytest.mark.parametrize("statement", SERIES, ids=lambda s: s.name)
def test_any_wrong_numerator_fails(statement):
    """Each coefficient of each polynomial, raised by one unit in its numerator."""
    symbols = sorted(statement.claim.rhs.free_symbols, key=str)
    above, below = sp.fraction(sp.together(statement.claim.rhs))
    poly = sp.Poly(sp.expand(above), *symbols)
    for powers, value in poly.terms():
        monomial = sp.prod([symbol**power for symbol, power in zip(symbols, powers, strict=True)])
        wrong = (poly.as_expr() + monomial / value.q) / below
        assert not replace(statement, claim=eq(statement.claim.lhs, wrong)).verify()


def test_committed_tables_are_the_derived_ones():
    assert emit.EXPANSIONS.read_text(encoding="utf-8") == emit.render_expansions()


@pytest.mark.parametrize("order", range(1, bulk.ORDER + 1))
def test_nested_rows_are_the_coefficients(order):
    """The table, unfolded at a rational point, against the solved coefficient."""
    point = Fraction(7, 3)
    m = 1 - point
    factors = [point - 1, point * (2 - point), 1 + m**2, 1 + m**2 + m**4, 1 + m**4]
    tables = ((_expansions.BULK, bulk.BULK), (_expansions.COORDINATE, bulk.COORDINATE),
              (_expansions.MANIFOLD_X, manifold.CURVATURE), (_expansions.MANIFOLD_S, manifold.OUTPUT))  # fmt: skip
    for table, solved in tables:
        below = Fraction(1)
        for _, exponents in table[:order]:
            for factor, exponent in zip(factors, exponents, strict=True):
                below *= factor**exponent
        above = sum(value * point**k for k, value in enumerate(table[order - 1][0]))
        exact = sp.Rational(solved[order].as_expr().subs(x, sp.Rational(7, 3)))
        assert above / below == Fraction(int(exact.p), int(exact.q))


def test_mirror_law():
    assert [str(value) for value in mirror.ENDING[:3]] == ["-1", "-1/3", "-5/18"]
    assert _expansions.MIRROR[0][2:6] == ((1, 1), (2, 3), (0, 1), (-22, 45))


def test_flat_series_in_x_and_product():
    """The table in (x, PQ) is the series in (P, Q), in exact rationals."""
    p, q = Fraction(1, 7), Fraction(2, 9)
    rows = sum(Fraction(*pair) * (p + q) ** i * (p * q) ** j for j, row in enumerate(_expansions.FLAT) for i, pair in enumerate(row))
    series = sum(value * p**i * q**j for form in flat.FORMS.values() for (i, j), value in form.items())
    assert p * q * rows == series


def test_bounds_are_true_and_sharp():
    t, bound, omitted = sp.symbols("t bound omitted", real=True)
    interval = (ge(t, sp.Integer(0)), ge(sp.Integer(1), t))

    def holds(limit):
        proof = OnInterval(t, sp.Integer(0), sp.Integer(1), {bound: limit, omitted: t * (1 - t) * (1 + t)})
        return proof.holds(ge(bound, sp.Abs(omitted)), interval)

    assert holds(sp.Rational(2, 5))
    assert not holds(sp.Rational(38, 100))  # the largest value is 2/(3 sqrt 3) = 0.3849
    assert not holds(sp.Integer(1))
    proof = OnInterval(t, sp.Integer(0), sp.Integer(1), {bound: sp.Rational(2, 5), omitted: t * (1 - t) * (1 + t)})
    assert not proof.holds(ge(sp.Abs(omitted), bound), interval)
    assert not proof.holds(ge(bound, sp.Abs(omitted)), ())
