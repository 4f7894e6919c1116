"""Bounds on a disk or a triangle: a wrong invariant is refused, and what cannot be proved."""

from dataclasses import replace

import pytest
import sympy as sp

from derivations.expansions import flat_bounds, mirror_bounds
from derivations.notation import delta, z
from derivations.prover.claims import ge
from derivations.prover.quantities import prime

CHAPTERS = {chapter.changes.name: chapter for chapter in (mirror_bounds, flat_bounds)}
CHANGES = [chapter.changes for chapter in CHAPTERS.values()]


@pytest.mark.parametrize("statement", CHANGES, ids=lambda s: s.name)
@pytest.mark.parametrize("degree", [4, 11, 20])
def test_a_wrong_coefficient_is_no_invariant(statement, degree):
    """One coefficient of one form, off by a millionth: a step changes that too much."""
    bounds, before = CHAPTERS[statement.name].BOUNDS, statement.proof.before
    step = statement.proof.domain.step
    first, second = step.variables
    wrong = first ** (degree - 2 * step.weights[1]) * second**2 / 10**6
    definitions = {**bounds, before: bounds[before] + wrong}
    assert not replace(statement, proof=replace(statement.proof, definitions=definitions)).verify()


@pytest.mark.parametrize("statement", CHANGES, ids=lambda s: s.name)
def test_a_domain_is_what_its_relations_say(statement):
    domain = statement.proof.domain
    scaled = {
        variable: domain.size**weight * side
        for variable, weight, side in zip(
            domain.step.variables, domain.step.weights, domain.sides, strict=True
        )
    }
    relation = domain.relations[0]
    assert sp.expand((relation.lhs - relation.rhs).subs(scaled)) == 0
    assert all(
        side.subs(domain.edge, t) >= 0
        for side in domain.sides[1:]
        for t in (-1, sp.Rational(1, 3), 1)
    )


def test_bounds_on_domains_refuse_what_they_cannot_prove():
    """A factor that changes sign, a square of what comes after a step, a symbol that nothing
    defines."""
    change, other = mirror_bounds.changes, sp.Symbol("other", real=True)
    invariant = mirror_bounds.invariant
    later = prime(invariant)
    assert change.proof.holds(change.claim, change.assumptions)
    negative = replace(change.proof, factor=delta)
    assert not negative.holds(
        ge(change.claim.gts * delta / z, change.claim.lts), change.assumptions
    )
    for inner in (later**2 - invariant, later - invariant + other):
        assert not change.proof.holds(ge(change.claim.gts, sp.Abs(inner)), change.assumptions)
