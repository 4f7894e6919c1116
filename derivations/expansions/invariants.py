"""Invariant series, solved and checked form by form, and where they say that a run ends.

`Homological` and `Reversion` are kinds of proof: both check a claim by putting it in, in exact
numbers, and never ask how it was found. `Excess` bounds what a cut reversion leaves.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from ..notation import reach
from ..prover.claims import eq, ge
from ..prover.proofs import Definitions, unfold
from ..prover.quantities import named, numbered
from ..prover.statement import Statement
from .series import Monomial, Series, Step, added, image, joined, read, write

BEYOND = 40  # the coefficients of a composition up to here are bounded as they are
PRIME = 2**61 - 1  # two numbers that differ modulo this differ
(end,) = named("I_end")


def lacking(step: Step, limit: int, weight: int, series: Series) -> Series:
    """What a step makes, at one weight more, of a series up to a weight below `limit`."""
    later = image(step, series, limit)
    return {place: value for place, value in later.items() if step.weight(place) == weight + 1}


@cache
def _lower(step: Step, limit: int, weight: int, forms: tuple[Any, ...]) -> Series:
    return lacking(step, limit, weight, joined(forms, step.variables))


@dataclass(frozen=True)
class Homological:
    """The claimed form cancels the change of the next weight that the forms `lower` leave.

    Weights begin at 2. The equation leaves the coefficient of the powers of `free`, a monomial of
    weight 2, open: it is 1 in the lowest form and 0 in all others. `limit` is above all weights
    that are checked with this step.
    """

    step: Step
    limit: int
    lower: tuple[Any, ...]
    free: Monomial

    @property
    def weight(self) -> int:
        return len(self.lower) + 2

    @property
    def missing(self) -> Series:
        """What the lower forms leave."""
        return _lower(self.step, self.limit, self.weight, self.lower)

    def holds(self, claim, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.rhs.is_polynomial(*self.step.variables):
            return False
        form = read(claim.rhs, self.step.variables)
        power = self.free[0] * self.weight // 2, self.free[1] * self.weight // 2
        settled = self.weight % 2 or form.get(power, 0) == (not self.lower)
        if not settled or any(self.step.weight(place) != self.weight for place in form):
            return False
        left = added(self.missing, lacking(self.step, self.limit, self.weight, form))
        return bool(claim.lhs.is_Symbol) and not left


def invariant(
    names: str,
    step: Step,
    free: Monomial,
    lowest,
    order: int,
    form: Callable[[int, Series], Series],
) -> tuple[Statement, ...]:
    """The invariant series that starts with `lowest`, a statement for each weight up to `order`.

    `form` solves one homological equation: given a weight and the change of weight + 1 that the
    lower forms leave, it returns the form that cancels it.
    """
    statements: list[Statement] = []
    for weight in range(2, order + 1):
        lower = tuple(statement.claim.rhs for statement in statements)
        proof = Homological(step, order + 1, lower, free)
        value = write(form(weight, proof.missing), step.variables) if lower else lowest
        says = (
            f"With the form of weight {weight} and those before it no step changes the "
            f"{names.partition('.')[0]} series below weight {weight + 2}."
        )
        claim = eq(numbered("I", weight), value)
        statements.append(Statement(f"{names}_{weight}", claim, proof, says))
    return tuple(statements)


def composed(series: Sequence[Any], square: Sequence[Any], prime: int = 0):
    """Coefficients of reach^2, reach^3, ... in d^2 (square[0] + square[1] d + ...), where d =
    series[0] reach + series[1] reach^2 + ...; as many as d has, modulo `prime` if it is given."""

    def times(one: Sequence[Any], two: Sequence[Any]):
        terms = (sum(one[i] * two[k - i] for i in range(k + 1)) for k in range(len(one)))
        return [value % prime for value in terms] if prime else list(terms)

    total: list[Any] = [0] * len(series)
    for value in reversed(square[: len(series)]):
        total = [value, *times(series, total)[:-1]]
    return times(times(series, series), total)


def reverted(lead: int, square: Sequence[Any], variable):
    """The series d = lead variable + ... for which d^2 (square[0] + square[1] d + ...) is the
    square of the variable.

    It has as many terms as `square`; order by order each is one linear equation.
    """
    series = [Fraction(lead)]
    for place in range(1, len(square)):
        excess = composed([*series, Fraction(0)], square)[place]
        series.append(-excess / (2 * square[0] * lead))
    return sp.Add(*(sp.Rational(value) * variable**k for k, value in enumerate(series, 1)))


def _residues(values: Iterable[Fraction]) -> list[int]:
    return [value.numerator * pow(value.denominator, -1, PRIME) % PRIME for value in values]


@dataclass(frozen=True)
class Reversion:
    """The claimed series d, end(reach) - origin, has d^2 (square[0] + square[1] d + ...) =
    `target`, up to the cut.

    `target` lists the coefficients of reach^2, reach^3, ...: reach^2 alone where it is empty.
    """

    reach: Any
    square: tuple[Fraction, ...]
    lead: int
    origin: int = 0
    target: tuple[Fraction, ...] = ()

    def holds(self, claim, assumptions: tuple[Any, ...]) -> bool:
        if not isinstance(claim, sp.Eq) or not claim.lhs.is_Symbol:
            return False
        if not claim.rhs.is_polynomial(self.reach):
            return False
        values = sp.Poly(claim.rhs - self.origin, self.reach, domain="QQ").all_coeffs()
        zero, *series = map(Fraction, reversed(values))
        target = self.target or tuple(Fraction(k == 0) for k in range(len(self.square)))
        soon = composed(_residues(series), _residues(self.square), PRIME)
        return (
            zero == 0
            and len(series) == len(self.square)
            and series[0] * self.lead > 0
            and soon == _residues(target)  # a quick refusal, never a proof
            and composed(series, self.square) == list(target)
        )


@dataclass(frozen=True)
class Excess:
    """bound reach^power >= |I_end - reach^2| for 0 <= reach <= radius, I_end = d^2 (square[0] +
    square[1] d + ...), d = series[0] reach + ..., up to the cut, the power.

    And not by much: the proof needs more than half the bound. Here all that the cut leaves is
    bounded: the coefficients up to `BEYOND` as they are, those beyond by the same with absolute
    values.
    """

    square: tuple[Fraction, ...]
    series: tuple[Fraction, ...]
    radius: Any
    definitions: Definitions

    def holds(self, claim, assumptions: tuple[Any, ...]) -> bool:
        inside = {ge(reach, 0), ge(self.radius, reach)} <= set(assumptions)
        if not inside or not isinstance(claim, sp.Ge) or claim.lts != sp.Abs(end - reach**2):
            return False
        power = len(self.series) + 2
        limit = unfold(claim.gts, self.definitions) / reach**power
        needed = excess(self.series, self.square, Fraction(self.radius), power)
        return bool(limit.is_Rational and needed is not None and limit / 2 <= needed <= limit)


@cache
def excess(
    series: tuple[Fraction, ...], square: tuple[Fraction, ...], radius: Fraction, power: int
):
    """|value - reach^2| is at most this times reach^power, see `Excess`; None where the series is
    not reverted up to the cut."""
    rest = [Fraction(0)] * (BEYOND - len(series))
    exact = composed([*series, *rest], [*square, *rest])
    exact[0] -= 1
    if any(exact[: power - 2]):
        return None
    sizes = [abs(value) for value in series], [abs(value) for value in square]
    largest = sum(value * radius**k for k, value in enumerate(sizes[0], 1))
    whole = sum(value * largest**k for k, value in enumerate(sizes[1], 2))
    both = composed([*sizes[0], *rest], [*sizes[1], *rest])
    near = sum(
        (abs(u) - v) * radius**k for k, (u, v) in enumerate(zip(exact, both, strict=True), 2)
    )
    return sp.Rational((near + whole) / radius**power)
