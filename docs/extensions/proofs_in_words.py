"""Each kind of proof in the words of someone who reads mathematics, with what it puts in."""

from functools import singledispatch

import sympy as sp
from prose import prose
from put_in import Equations, listed
from typeset import READABLE, Printer, Shortened, latex_of, typeset

from derivations.expansions.coefficients import Solves
from derivations.expansions.invariants import Homological
from derivations.prover.claims import ge
from derivations.prover.proofs import (
    Cases,
    Defined,
    Equivalence,
    Identity,
    Induction,
    Monotone,
    Sign,
    Unproved,
)
from derivations.prover.symbols import STANDS_FOR

SIGHT = ":ref:`at sight <at-sight>`"  # the index says what this means
SHORT = 40  # characters of a formula that stays within its sentence
CARRIED_OUT = {
    sp.Subs: "substitutions",
    sp.Derivative: "derivatives",
    sp.Limit: "limits",
    sp.Integral: "integrals",
}


def formula(text: str) -> list[str]:
    """A displayed formula."""
    return [f".. math:: {text}", ""]


def inline(expr) -> str:
    """An expression or a relation within a sentence."""
    return f":math:`{typeset(expr)}`"


def stand_ins(*exprs) -> str:
    """Which square brackets in a certificate may be zero; the index says what they hold."""
    brackets = (s for s in sp.Tuple(*exprs).free_symbols if s in STANDS_FOR and not s.is_positive)
    zero = [f":math:`{latex_of(s)}`" for s in sorted(brackets, key=lambda s: s.name)]
    return f" {listed(zero)} may be zero." if zero else ""


def certificate_latex(certificate) -> tuple[str, str]:
    """A certificate as LaTeX, and how it is written: exactly, unless it is very long."""
    printer = Printer(Shortened() if len(str(certificate)) > READABLE else None)
    value = printer.doprint(certificate)
    if printer.rounded:
        return value, "with its numbers rounded"
    return value, "cut short" if printer.cut else "exactly"


def certified(words: str, certificate, manifest: str) -> list[str]:
    """A sentence that says what something is, and how its sign is seen; what is short stays in
    its line."""
    value, how = certificate_latex(certificate)
    told = f"{manifest} {SIGHT}.{stand_ins(certificate)}"
    if len(value) <= SHORT:
        return [f"{words} is {how} :math:`{value}`, {told}", ""]
    return [f"{words} is {how}", "", *formula(value), told, ""]


@singledispatch
def in_words(proof, claim, equations: Equations) -> list[str]:
    """The proof of a claim as reStructuredText. A kind without words of its own has those of its
    class."""
    words = " ".join((type(proof).__doc__ or "").strip().split("\n\n")[0].split())
    once, new = equations.put_in(claim, getattr(proof, "definitions", None))
    where = f" This is so {once}." if once else ""
    return [f"Computed exactly, in rational numbers: {prose(words)}{where}", "", *new]


@in_words.register
def _(proof: Identity, claim, equations):
    once, new = equations.put_in(claim, proof.definitions)
    once = f"{once} and" if once else "once"
    if operations := [words for kind, words in CARRIED_OUT.items() if claim.has(kind)]:
        once = f"{once} {listed(operations)} are carried out and"
    return [f"Both sides agree {once} all is multiplied out.", "", *new]


@in_words.register
def _(proof: Sign, claim, equations):
    certificate = sp.sympify(proof.certificate)
    strict = isinstance(claim, sp.StrictGreaterThan | sp.StrictLessThan)
    once, new = equations.put_in(claim, proof.definitions)
    once = f", {once}," if once else ""
    sign = "positive" if strict else "not negative"
    words = f"The larger side minus the smaller one{once}"
    return [*certified(words, certificate, f"which is {sign}"), *new]


@in_words.register
def _(proof: Equivalence, claim, equations):
    once, new = equations.put_in(claim, proof.definitions)
    once = f" {once}" if once else ""
    factor = sp.sympify(proof.factor)
    left, right = (latex_of(side.gts - side.lts) for side in claim.args)
    if factor == 1:
        words = f"In both inequalities the larger side minus the smaller one is the same{once}:"
        return [words, "", *formula(f"{left} = {right}"), *new]
    value, how = certificate_latex(factor)
    return [
        "The larger side minus the smaller one of the left inequality, over that of the right one,"
        f"{once + ',' if once else ''} is {how}",
        "",
        *formula(rf"\frac{{{left}}}{{{right}}} = {value}"),
        f"which is positive {SIGHT}.{stand_ins(factor)}",
        "",
        *new,
    ]


@in_words.register
def _(proof: Cases, claim, equations):
    otherwise = ge(proof.split.lts, proof.split.gts)
    parts = ["There are two cases.", ""]
    for case, inner in ((proof.split, proof.holding), (otherwise, proof.failing)):
        first, *rest = in_words(inner, claim, equations)
        parts += [f"*Where* {inline(case)}\\ *:* {first}", *rest]
    return parts


@in_words.register
def _(proof: Monotone, claim, equations):
    slope = sp.sympify(proof.slope)
    variable = f":math:`{latex_of(proof.variable)}`"
    where = inline(sp.Eq(proof.variable, proof.end, evaluate=False))
    lines = [
        f"The larger side minus the smaller one is {'positive' if proof.at_end else 'zero'} at "
        f"{where}, and grows from there all the way to {variable}: its slope in {variable} is",
        "",
        *formula(latex_of(slope)),
        f"whose sign is seen {SIGHT}." + stand_ins(slope, proof.distance),
        "",
    ]
    if proof.at_end:
        certificate = sp.sympify(proof.at_end.certificate)
        lines += certified(f"At {where} it", certificate, "which is positive")
    return lines


@in_words.register
def _(proof: Induction, claim, equations):
    index = latex_of(proof.index)
    return [
        f"By induction on :math:`{index}`. At :math:`{index} = 0` both sides are "
        f":math:`{latex_of(proof.start)}`; one step makes of the left side",
        "",
        *formula(latex_of(proof.rule)),
        "and the right side, put in here, becomes itself with one step more.",
        "",
    ]


@in_words.register
def _(proof: Unproved, claim, equations):
    return [f"Measured, not proved: {prose(proof.evidence)}.", ""]


@in_words.register
def _(proof: Defined, claim, equations):
    return ["A definition needs no proof.", ""]


@in_words.register
def _(proof: Homological, claim, equations):
    weight = proof.weight
    return [
        f"Put in, in exact rational numbers: what a step makes of the forms of lower weight at "
        f"weight {weight + 1} and what it makes of this one there add up to zero.",
        "",
    ]


@in_words.register
def _(proof: Solves, claim, equations):
    return [
        "Put into its linear equation, in the rational functions of *x*: the rest that the lower "
        "coefficients leave and this one times the factor of its order add up to zero.",
        "",
    ]
