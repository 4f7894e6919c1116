"""What counts as a proof.

`holds` computes from the claim itself, so that a claim altered by one sign is no longer proved. A
proof is an exact zero after algebra, or an expression whose sign is manifest and which is exactly
what the inequality compares. Numbers prove nothing here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sympy as sp
from sympy.core.relational import Relational

from .claims import Iff, ge, gt
from .symbols import STANDS_FOR
from .zero import is_zero

Definitions = Mapping[Any, Any]


def unfold(expr, definitions: Definitions | None = None):
    """Definitions put in, repeatedly, and derivatives, limits and integrals carried out."""
    known = {symbol: sp.sympify(value) for symbol, value in (definitions or {}).items()}
    for _ in range(20):
        unfolded = expr.xreplace(known)
        if unfolded == expr:
            return expr if isinstance(expr, sp.MatrixExpr) else expr.doit()
        expr = unfolded
    raise ValueError("definitions that never end")


def _excess(inequality):
    """The side that is larger, minus the other."""
    return inequality.gts - inequality.lts


def _is_inequality(claim) -> bool:
    return isinstance(claim, Relational) and claim.rel_op in ("<", "<=", ">", ">=")


def _strict(inequality) -> bool:
    return inequality.rel_op in ("<", ">")


def _stand_ins(*exprs) -> dict[Any, Any]:
    """The stand-ins in expressions, and what they stand for."""
    symbols = sp.Tuple(*exprs).free_symbols
    return {symbol: STANDS_FOR[symbol] for symbol in symbols if symbol in STANDS_FOR}


def _assumed(stand_ins, assumptions, definitions=None) -> bool:
    """Whether every stand-in is no more positive than the assumptions make what it stands for.

    A step, a statement, is known where its own assumptions are among the relations. The real root
    of something assumed >= 0 is >= 0.
    """
    relations, steps = sp.sift(
        assumptions, lambda given: isinstance(given, Relational), binary=True
    )
    known = [*relations, *(step.claim for step in steps if {*step.assumptions} <= {*relations})]

    def granted(symbol, expr) -> bool:
        return any(
            (_strict(given) or not symbol.is_positive)
            and is_zero(unfold(_excess(given) - expr, definitions))
            for given in filter(_is_inequality, known)
        )

    return all(
        granted(symbol, expr)
        or (expr.is_Pow and expr.exp == sp.S.Half and granted(symbol, expr.base))
        for symbol, expr in stand_ins.items()
    )


def _certified(excess, certificate, strict, assumptions, definitions, times=1) -> bool:
    """Whether an excess is the certificate `times` another, and the certificate positive."""
    certificate = sp.sympify(certificate)
    known = _stand_ins(certificate)
    return bool(
        (certificate.is_positive if strict else certificate.is_nonnegative)
        and _assumed(known, assumptions, definitions)
        and is_zero(unfold(excess - certificate.xreplace(known) * times, definitions))
    )


class Proof(Protocol):
    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool: ...


@dataclass(frozen=True)
class Identity:
    """Left minus right is zero once the definitions are put in."""

    definitions: Definitions | None = None

    def holds(self, claim, assumptions) -> bool:
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
    definitions: Definitions | None = None

    def holds(self, claim, assumptions) -> bool:
        return _is_inequality(claim) and _certified(
            _excess(claim), self.certificate, _strict(claim), assumptions, self.definitions
        )


@dataclass(frozen=True)
class Equivalence:
    """One inequality is the other times `factor`, which is positive at sight."""

    factor: Any
    definitions: Definitions | None = None

    def holds(self, claim, assumptions) -> bool:
        if not (isinstance(claim, Iff) and all(map(_is_inequality, claim.args))):
            return False
        left, right = claim.args
        return _strict(left) == _strict(right) and _certified(
            _excess(left), self.factor, True, assumptions, self.definitions, times=_excess(right)
        )


@dataclass(frozen=True)
class Cases:
    """One proof where `split`, a strict inequality, holds; another where it does not."""

    split: Any
    holding: Proof
    failing: Proof

    def holds(self, claim, assumptions) -> bool:
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

    def holds(self, claim, assumptions) -> bool:
        known = _stand_ins(self.distance, self.slope)
        if not _is_inequality(claim) or not _assumed(known, assumptions):
            return False
        excess = unfold(_excess(claim))
        away, distance = self.variable - self.end, known[self.distance]
        rises = is_zero(distance - away) and self.slope.is_positive
        falls = is_zero(distance + away) and self.slope.is_negative
        start = excess.subs(self.variable, self.end)
        return bool(
            (rises or falls)
            and self.distance.is_positive
            and is_zero(sp.diff(excess, self.variable) - self.slope.xreplace(known))
            and (self.at_end.holds(gt(start, 0), assumptions) if self.at_end else is_zero(start))
        )


@dataclass(frozen=True)
class Induction:
    """An equation for every value of `index`: true at 0, and at index + 1 if it is at index.

    `start` and `rule` give the left side at 0 and how one step changes it.
    """

    index: Any
    start: Any
    rule: Any

    def holds(self, claim, assumptions) -> bool:
        if not isinstance(claim, sp.Eq) or not self.rule.has(claim.lhs):
            return False

        def next_product(term, limits):
            counter, low, high = limits
            if high != self.index:
                return sp.Product(term, limits)
            return sp.Product(term, (counter, low, high - 1)) * term.subs(counter, high)

        left, right = claim.args
        later = right.subs(self.index, self.index + 1).replace(sp.Product, next_product)
        first = right.subs(self.index, 0) - self.start
        step = later - self.rule.xreplace({left: right})
        return is_zero(unfold(first)) and is_zero(unfold(step))


@dataclass(frozen=True)
class Unproved:
    """Believed because it was measured. Never counted as proved."""

    evidence: str

    def holds(self, claim, assumptions) -> bool:
        return False


@dataclass(frozen=True)
class Defined:
    """True because it says so: an equation for a symbol. Statements that use it are proved."""

    def holds(self, claim, assumptions) -> bool:
        return isinstance(claim, sp.Eq) and bool(claim.lhs.is_symbol)
