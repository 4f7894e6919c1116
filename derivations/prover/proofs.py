"""What counts as a proof.

`holds` computes from the claim itself, so that a claim altered by one sign is no longer proved. A
proof is an exact zero after algebra, or an expression whose sign is manifest and which is exactly
what the inequality compares. Numbers prove nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import sympy as sp
from sympy.core.relational import Relational

from .claims import Iff, ge, gt
from .symbols import STANDS_FOR
from .zero import is_zero

Definitions = Mapping[Any, Any]


def unfold(expr: Any, definitions: Definitions) -> Any:
    """Definitions put in, repeatedly, and derivatives, limits and integrals carried out."""
    for _ in range(20):
        unfolded = expr.xreplace(dict(definitions))
        if unfolded == expr:
            return expr if isinstance(expr, sp.MatrixExpr) else expr.doit()
        expr = unfolded
    raise ValueError("definitions that never end")


def _excess(inequality: Any) -> Any:
    """The side that is larger, minus the other."""
    return inequality.gts - inequality.lts


def _is_inequality(claim: Any) -> bool:
    return isinstance(claim, Relational) and claim.rel_op in ("<", "<=", ">", ">=")


def _strict(inequality: Any) -> bool:
    return inequality.rel_op in ("<", ">")


def _manifest(expr: Any, strict: bool) -> bool:
    return bool(expr.is_positive if strict else expr.is_nonnegative)


def _stand_ins(expr: Any) -> dict[Any, Any]:
    """The stand-ins in an expression, and what they stand for."""
    return {symbol: STANDS_FOR[symbol] for symbol in expr.free_symbols if symbol in STANDS_FOR}


def _assumed(
    stand_ins: Definitions, assumptions: tuple[Any, ...], definitions: Definitions
) -> bool:
    """Whether every stand-in is no more positive than the assumptions make what it stands for.

    A step, a statement, is known where its own assumptions are among the relations. The real root
    of something assumed >= 0 is >= 0.
    """

    relations = {given for given in assumptions if isinstance(given, Relational)}
    steps = [given for given in assumptions if not isinstance(given, Relational)]
    known = [*relations, *(step.claim for step in steps if set(step.assumptions) <= relations)]

    def granted(symbol: Any, expr: Any) -> bool:
        return any(
            (_strict(given) or not symbol.is_positive)
            and is_zero(unfold(_excess(given) - expr, definitions))
            for given in filter(_is_inequality, known)
        )

    return all(
        granted(symbol, expr)
        or (expr.is_Pow and expr.exp == sp.Rational(1, 2) and granted(symbol, expr.base))
        for symbol, expr in stand_ins.items()
    )


class Proof(Protocol):
    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool: ...


@dataclass(frozen=True)
class Identity:
    """Left minus right is zero once the definitions are put in."""

    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq):
            return False
        # Matrices are subtracted as they stand: SymPy would multiply them out first.
        add = sp.MatAdd if isinstance(claim.lhs, sp.MatrixExpr) else sp.Add
        return is_zero(unfold(add(claim.lhs, -claim.rhs), self.definitions))


@dataclass(frozen=True)
class Sign:
    """The two sides differ by exactly `certificate`, which is positive at sight.

    Its stand-ins stand for expressions that the assumptions make positive.
    """

    certificate: Any
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        certificate = sp.sympify(self.certificate)
        known = _stand_ins(certificate)
        return (
            _is_inequality(claim)
            and _manifest(certificate, _strict(claim))
            and _assumed(known, assumptions, self.definitions)
            and is_zero(unfold(_excess(claim) - certificate.xreplace(known), self.definitions))
        )


@dataclass(frozen=True)
class Equivalence:
    """One inequality is the other times `factor`, which is positive at sight."""

    factor: Any
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not (isinstance(claim, Iff) and all(_is_inequality(side) for side in claim.args)):
            return False
        left, right = claim.args
        factor = sp.sympify(self.factor)
        known = _stand_ins(factor)
        product = factor.xreplace(known) * _excess(right)
        return (
            _strict(left) == _strict(right)
            and _manifest(factor, strict=True)
            and _assumed(known, assumptions, self.definitions)
            and is_zero(unfold(_excess(left) - product, self.definitions))
        )


@dataclass(frozen=True)
class Cases:
    """One proof where `split`, a strict inequality, holds; another where it does not."""

    split: Any
    holding: Proof
    failing: Proof

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        otherwise = ge(self.split.lts, self.split.gts)
        return self.holding.holds(claim, (*assumptions, self.split)) and self.failing.holds(
            claim, (*assumptions, otherwise)
        )


@dataclass(frozen=True)
class Monotone:
    """An inequality that holds at `end` and improves all the way from there to `variable`.

    The assumptions must confine `variable` to an interval that begins at `end`. `slope` is the
    derivative of the excess, its sign manifest there; `distance` is the stand-in for
    |variable - end|; `at_end` certifies the sign at `end` where the excess is not zero.
    """

    variable: Any
    end: Any
    distance: Any
    slope: Any
    at_end: Sign | None = None
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        known = {**_stand_ins(self.distance), **_stand_ins(self.slope)}
        if not _is_inequality(claim) or not _assumed(known, assumptions, self.definitions):
            return False
        excess = unfold(_excess(claim), self.definitions)
        slope = self.slope.xreplace(known)
        step = known[self.distance] - (self.variable - self.end)
        rises = is_zero(step) and self.slope.is_positive
        falls = is_zero(step + 2 * (self.variable - self.end)) and self.slope.is_negative
        start = excess.subs(self.variable, self.end)
        return bool(
            (rises or falls)
            and self.distance.is_positive
            and is_zero(sp.diff(excess, self.variable) - unfold(slope, self.definitions))
            and (
                is_zero(start)
                if self.at_end is None
                else self.at_end.holds(gt(start, 0), assumptions)
            )
        )


@dataclass(frozen=True)
class Induction:
    """An equation for every value of `index`: true at 0, and at index + 1 if it is at index.

    `start` and `rule` give the left side at 0 and how one step changes it.
    """

    index: Any
    start: Any
    rule: Any
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not self.rule.has(claim.lhs):
            return False
        left, right = claim.args

        def next_product(product: Any) -> Any:
            term, (counter, low, high) = product.args
            shorter = product.func(term, (counter, low, high - 1))
            return shorter * term.subs(counter, high) if high == self.index else product

        later = right.subs(self.index, self.index + 1)
        later = later.replace(lambda e: isinstance(e, sp.Product), next_product)
        return is_zero(
            unfold(right.subs(self.index, 0), self.definitions) - self.start
        ) and is_zero(unfold(later - self.rule.xreplace({left: right}), self.definitions))


@dataclass(frozen=True)
class Unproved:
    """Believed because it was measured. Never counted as proved."""

    evidence: str

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        return False


@dataclass(frozen=True)
class Defined:
    """True because it says so: an equation for a symbol. Statements that use it are proved."""

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        return isinstance(claim, sp.Eq) and bool(claim.lhs.is_symbol)
