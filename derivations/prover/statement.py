"""What a statement is, and what counts as its proof.

A claim is an equation, an inequality or an equivalence of two inequalities. `verify` computes
from the claim itself, so that a claim altered by one sign is no longer proved. A proof is an
exact zero after algebra, or an expression whose sign is manifest and which is exactly what the
inequality compares. Numbers prove nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFunction
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from .zero import is_zero

Definitions = Mapping[Any, Any]


class Iff(BooleanFunction):  # type: ignore[misc]
    """Two inequalities that hold together."""


def eq(left: Any, right: Any) -> Any:
    return sp.Eq(left, right, evaluate=False)


def gt(left: Any, right: Any) -> Any:
    return sp.Gt(left, right, evaluate=False)


def ge(left: Any, right: Any) -> Any:
    return sp.Ge(left, right, evaluate=False)


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


def _used(where: Definitions, expr: Any) -> Definitions:
    return {symbol: where[symbol] for symbol in where if symbol in expr.free_symbols}


def _assumed(where: Definitions, assumptions: tuple[Any, ...], definitions: Definitions) -> bool:
    """Whether every stand-in is no more positive than the assumptions make what it stands for.

    The real root of something assumed >= 0 is >= 0.
    """

    relations = {given for given in assumptions if not isinstance(given, Statement)}
    steps = [given for given in assumptions if isinstance(given, Statement)]
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
        for symbol, expr in where.items()
    )


class Proof(Protocol):
    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool: ...


@dataclass(frozen=True)
class Identity:
    """Left minus right is zero once the definitions are put in."""

    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        return isinstance(claim, sp.Eq) and is_zero(unfold(claim.lhs - claim.rhs, self.definitions))


@dataclass(frozen=True)
class Sign:
    """The two sides differ by exactly `certificate`, which is positive at sight.

    Symbols in `where` stand for expressions that the assumptions make positive.
    """

    certificate: Any
    where: Definitions = field(default_factory=dict)
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        certificate = sp.sympify(self.certificate)
        return (
            _is_inequality(claim)
            and _manifest(certificate, _strict(claim))
            and _assumed(_used(self.where, certificate), assumptions, self.definitions)
            and is_zero(
                unfold(_excess(claim) - certificate.xreplace(dict(self.where)), self.definitions)
            )
        )


@dataclass(frozen=True)
class Equivalence:
    """One inequality is the other times `factor`, which is positive at sight."""

    factor: Any
    where: Definitions = field(default_factory=dict)
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not (isinstance(claim, Iff) and all(_is_inequality(side) for side in claim.args)):
            return False
        left, right = claim.args
        factor = sp.sympify(self.factor)
        product = factor.xreplace(dict(self.where)) * _excess(right)
        return (
            _strict(left) == _strict(right)
            and _manifest(factor, strict=True)
            and _assumed(_used(self.where, factor), assumptions, self.definitions)
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
    where: Definitions
    at_end: Sign | None = None
    definitions: Definitions = field(default_factory=dict)

    def holds(self, claim: Any, assumptions: tuple[Any, ...]) -> bool:
        if not _is_inequality(claim) or not _assumed(self.where, assumptions, self.definitions):
            return False
        excess = unfold(_excess(claim), self.definitions)
        slope = self.slope.xreplace(dict(self.where))
        step = self.where[self.distance] - (self.variable - self.end)
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
class Statement:
    """A named claim with its proof.

    `says` puts it in words; `argument` is what connects the steps in `uses` to it where algebra
    alone does not. Where its own assumptions hold, a step may serve as one.
    """

    name: str
    claim: Any
    proof: Proof
    says: str
    assumptions: tuple[Any, ...] = ()
    argument: str = ""
    uses: tuple[Statement, ...] = ()
    source: str = ""

    def verify(self) -> bool:
        """Whether the proof proves this claim, and every step it uses its own."""
        return self._verified

    @cached_property
    def _verified(self) -> bool:
        """Worked out once, however many statements use this one; `replace` makes a statement that
        is verified anew."""
        return self.proof.holds(self.claim, (*self.assumptions, *self.uses)) and all(
            step.verify() for step in self.uses
        )

    @property
    def verdict(self) -> str:
        """proved, unproved (known by measurement only) or FAILED."""
        if isinstance(self.proof, Unproved):
            return "unproved"
        return "proved" if self.verify() else "FAILED"

    def remarks(self) -> tuple[str, ...]:
        """What else a reader should know: the connecting words, the evidence, the source."""
        proof = f"Measured: {self.proof.evidence}." if isinstance(self.proof, Unproved) else ""
        source = f"Source: {self.source}." if self.source else ""
        return tuple(text for text in (self.argument, proof, source) if text)

    def formula(self) -> str:
        """The claim with its assumptions, on one line."""
        given = ", ".join(show(relation) for relation in self.assumptions)
        return show(self.claim) + (f"   for {given}" if given else "")


def is_negative(term: Any) -> bool:
    """Whether a term of a sum is read with a minus sign."""
    return bool(term.as_coeff_Mul()[0] < 0)


def reading_order(terms: Any) -> list[Any]:
    """Terms of a sum as one writes them: 1 - x + s r rather than s r - x + 1, what is short
    first."""
    return sorted(terms, key=lambda term: (is_negative(term), term.count_ops(), term.sort_key()))


def matrix_terms(expr: Any) -> list[tuple[Any, Any]]:
    """A sum of matrices as pairs (number, product of matrices), in reading order."""
    terms = [term.as_coeff_mmul() for term in sp.MatAdd.make_args(expr)]
    return sorted(
        terms, key=lambda term: (is_negative(term[0]), term[1].count_ops(), term[1].sort_key())
    )


class _Printer(StrPrinter):  # type: ignore[misc]
    def _print_Add(self, expr: Any, order: Any = None) -> str:
        first, *rest = reading_order(expr.args)
        level = precedence(expr)
        return str(self.parenthesize(first, level, strict=True)) + "".join(
            f" - {self.parenthesize(-term, level)}"
            if is_negative(term)
            else f" + {self.parenthesize(term, level)}"
            for term in rest
        )

    def _print_MatAdd(self, expr: Any) -> str:
        text = ""
        for number, product in matrix_terms(expr):
            sign = "-" if is_negative(number) else "+"
            text += f" {sign} " if text else sign.strip("+")
            text += self._scaled(-number if sign == "-" else number, product)
        return text

    def _print_MatMul(self, expr: Any) -> str:
        number, product = expr.as_coeff_mmul()
        return (
            "-" + self._scaled(-number, product)
            if is_negative(number)
            else self._scaled(number, product)
        )

    def _scaled(self, number: Any, product: Any) -> str:
        level = PRECEDENCE["Mul"]
        above, below = sp.fraction(number)
        factors = [self.parenthesize(factor, level) for factor in sp.MatMul.make_args(product)]
        scale = [self.parenthesize(above, level, strict=True)] if above != 1 else []
        return "*".join(scale + factors) + (
            f"/{self.parenthesize(below, level)}" if below != 1 else ""
        )

    def _print_Trace(self, expr: Any) -> str:
        return f"tr({self._print(expr.arg)})"

    def _print_BlockMatrix(self, expr: Any) -> str:
        return self._print_ImmutableDenseMatrix(expr.blocks)

    def _print_ImmutableDenseMatrix(self, expr: Any) -> str:
        return "[" + "; ".join(", ".join(map(self._print, row)) for row in expr.tolist()) + "]"


def show(claim: Any) -> str:
    """The claim as text."""
    if isinstance(claim, Iff):
        return "  <=>  ".join(show(side) for side in claim.args)
    sign = "=" if isinstance(claim, sp.Eq) else claim.rel_op
    return f"{_Printer().doprint(claim.lhs)} {sign} {_Printer().doprint(claim.rhs)}"
