"""Bounds on an interval are true and sharp; totals stand and fall with them."""

from dataclasses import replace

import pytest
import sympy as sp

from derivations.expansions import CHAPTERS
from derivations.expansions.bounds import OnInterval
from derivations.expansions.domains import OnDomain
from derivations.expansions.invariants import Excess
from derivations.prover.claims import ge

STATEMENTS = [statement for chapter in CHAPTERS for statement in chapter.STATEMENTS]
TOTALS = ("bulk.lazy", "bulk.origin", "bulk.coordinate", "manifold.X", "manifold.S")
BOUNDED = [
    s
    for s in STATEMENTS
    if isinstance(s.proof, OnDomain | OnInterval | Excess)
    or s.name.endswith(".error")
    or s.name in TOTALS
]


def test_bounds_are_true_and_sharp():
    t, bound, omitted = sp.symbols("t bound omitted", real=True)
    interval = (ge(t, sp.Integer(0)), ge(sp.Integer(1), t))

    def holds(limit):
        proof = OnInterval(
            t, sp.Integer(0), sp.Integer(1), {bound: limit, omitted: t * (1 - t) * (1 + t)}
        )
        return proof.holds(ge(bound, sp.Abs(omitted)), interval)

    assert holds(sp.Rational(2, 5))
    assert not holds(sp.Rational(38, 100))  # the largest value is 2/(3 sqrt 3) = 0.3849
    assert not holds(sp.Integer(1))
    proof = OnInterval(
        t, sp.Integer(0), sp.Integer(1), {bound: sp.Rational(2, 5), omitted: t * (1 - t) * (1 + t)}
    )
    assert not proof.holds(ge(sp.Abs(omitted), bound), interval)
    assert not proof.holds(ge(bound, sp.Abs(omitted)), ())


@pytest.mark.parametrize("statement", BOUNDED, ids=lambda s: s.name)
def test_a_bound_a_hundred_times_smaller_or_larger_is_refused(statement):
    for factor in (sp.Rational(1, 100), sp.Integer(100)):
        assert not replace(
            statement, claim=ge(factor * statement.claim.gts, statement.claim.lts)
        ).verify()


@pytest.mark.parametrize(
    "statement", [s for s in STATEMENTS if s.name in TOTALS], ids=lambda s: s.name
)
def test_a_total_fails_with_a_bound_that_fails(statement):
    *others, step = statement.uses
    wrong = replace(step, claim=ge(step.claim.gts / 100, step.claim.lts))
    assert not replace(statement, uses=(*others, wrong)).verify()
