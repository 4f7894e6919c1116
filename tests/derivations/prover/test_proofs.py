"""The kinds of proof refuse what is false, or what nothing assumed makes true."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from derivations.prover.claims import Iff, eq, ge, gt
from derivations.prover.proofs import (
    Cases,
    Defined,
    Equivalence,
    Identity,
    Induction,
    Monotone,
    Sign,
)
from derivations.prover.statement import ARGUED, DEFINED, FAILED, PROVED, Statement
from derivations.prover.symbols import STANDS_FOR, nonnegative, positive

a, b = sp.symbols("a b", real=True)
one = sp.Integer(1)
apart, weakly = positive(a - b), nonnegative(a - b)
above, beyond_one, up, down = (positive(expr) for expr in (a, a - 1, a + 1, -a))


@pytest.mark.parametrize(
    ("claim", "proof", "assumptions"),
    [
        pytest.param(eq((a + b) ** 2, a**2 + b**2), Identity(), (), id="wrong identity"),
        pytest.param(gt(a, a), Identity(), (), id="not an equation"),
        pytest.param(gt(a**2, 0), Sign(a**2), (), id="a square may be zero"),
        pytest.param(ge(a, b), Sign(apart), (), id="nothing assumed"),
        pytest.param(gt(a, b), Sign(apart), (ge(a, b),), id="assumed too weakly"),
        pytest.param(ge(a, b), Sign(weakly), (ge(b, a),), id="assumed the other way"),
        pytest.param(ge(a, 0), Sign(nonnegative(sp.sqrt(a))), (), id="root of anything"),
        pytest.param(Iff(gt(a, 0), gt(b, 0)), Equivalence(a / b), (), id="factor of unknown sign"),
        pytest.param(Iff(gt(a, b), gt(b, a)), Equivalence(-one), (), id="negative factor"),
        pytest.param(
            Iff(gt(a, b), ge(2 * a, 2 * b)), Equivalence(one / 2), (), id="strict and weak"
        ),
        pytest.param(
            gt(a**2, 1),
            Cases(gt(a, 1), Sign(beyond_one * (beyond_one + 2)), Sign(down)),
            (),
            id="one case open",
        ),
        pytest.param(
            ge(-a, 0),
            Cases(gt(a, 0), Sign(above), Sign(nonnegative(-a))),
            (),
            id="other case open",
        ),
        pytest.param(gt(a, 1), Monotone(a, 0, above, one), (gt(a, 0),), id="false at its end"),
        pytest.param(gt(a, 0), Monotone(a, 0, above, 2 * one), (gt(a, 0),), id="not its slope"),
        pytest.param(gt(-a, 0), Monotone(a, 0, above, -one), (gt(a, 0),), id="falling away"),
        pytest.param(gt(a, 0), Monotone(a, 0, down, one), (gt(0, a),), id="rising towards its end"),
        pytest.param(gt(a, 0), Monotone(a, 0, up, one), (gt(a, -1),), id="another distance"),
        pytest.param(eq(a + b, 1), Defined(), (), id="a definition of a sum"),
        pytest.param(gt(a, b), Defined(), (), id="a definition that is none"),
    ],
)
def test_false_proof_is_refused(claim: Any, proof: Any, assumptions: tuple[Any, ...]) -> None:
    assert not proof.holds(claim, assumptions)


def test_induction_needs_start_and_step() -> None:
    k = sp.Symbol("k", integer=True, nonnegative=True)
    value = sp.Function("value")(k)
    assert Induction(k, 1, 2 * value).holds(eq(value, 2**k), ())
    assert not Induction(k, 3, 2 * value).holds(eq(value, 2**k), ())
    assert not Induction(k, 1, 3 * value).holds(eq(value, 2**k), ())
    assert not Induction(k, 1, 2 ** (k + 1)).holds(eq(value, 2**k), ())


def test_an_assumption_serves_only_where_it_holds() -> None:
    """A step proved under an assumption is no help where that assumption is not made."""
    step = Statement("step", gt(a, 1), Sign(beyond_one), "", (gt(a, 1),))
    proof = Sign(beyond_one + 1)
    assert proof.holds(gt(a, 0), (step, gt(a, 1)))
    assert not proof.holds(gt(a, 0), (step,))


def test_a_stand_in_knows_what_it_stands_for() -> None:
    assert STANDS_FOR[apart] == STANDS_FOR[weakly] == a - b
    assert positive(a - b) == apart
    assert apart != weakly
    other = sp.Symbol("a", positive=True)  # written like a, and another symbol
    with pytest.raises(ValueError, match="stands for another expression already"):
        positive(other - b)


def test_verdicts() -> None:
    true, false = eq(a, a), eq(a, b)
    plain = Statement("plain", true, Identity(), "")
    argued = Statement("argued", true, Identity(), "", argument="Words.")
    assert plain.verdict == PROVED
    assert argued.verdict == ARGUED
    assert Statement("resting", true, Identity(), "", uses=(argued,)).verdict == ARGUED
    assert Statement("defined", false, Defined(), "").verdict == DEFINED
    assert Statement("false", false, Identity(), "", argument="Words.").verdict == FAILED
    wrong = Statement("wrong", false, Identity(), "")
    assert Statement("on sand", true, Identity(), "", uses=(wrong,)).verdict == FAILED
