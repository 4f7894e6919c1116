"""A wrong coefficient or a wrong end is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp

from derivations.expansions import bulk, flat, flat_bounds, manifold, mirror, mirror_bounds
from derivations.prover.claims import eq

SERIES = [*mirror.FORMS, *flat.ALL, *bulk.C, *bulk.D, *manifold.CURVATURE, *manifold.OUTPUT]


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


@pytest.mark.parametrize("module", [mirror_bounds, flat_bounds], ids=lambda m: m.__name__)
def test_a_wrong_end_is_refused(module):
    *others, last = module.excess.proof.series
    proof = replace(module.excess.proof, series=(*others, last * (1 + Fraction(1, 1000))))
    assert not replace(module.excess, proof=proof).verify()
