"""Each kind of proof in the words of someone who reads mathematics, with what it puts in."""

from functools import singledispatch

import sympy as sp
from prose import prose
from put_in import Equations, listed
from typeset import Shortened, latex_of, typeset

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

CARRIED_OUT = (sp.Derivative, sp.Subs, sp.Limit, sp.Integral)


def formula(text: str) -> list[str]:
    """A displayed formula."""
    return [f".. math:: {text}", ""]


def inline(expr) -> str:
    """An expression or a relation within a sentence."""
    return f":math:`{typeset(expr)}`"


def stand_ins(*exprs) -> str:
    """What the square brackets in a certificate hold, and why its sign is manifest."""
    symbols = sorted(
        (s for s in sp.Tuple(*exprs).free_symbols if s in STANDS_FOR), key=lambda s: s.name
    )
    if not symbols:
        return ""
    facts = [
        f":math:`{latex_of(symbol)} {'>' if symbol.is_positive else chr(92) + 'ge'} 0`"
        for symbol in symbols
    ]
    return f" Square brackets hold what has its sign from the assumptions: {listed(facts)}."


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
    if claim.has(*CARRIED_OUT):
        once = f"{once} derivatives, limits and integrals are carried out and"
    return [f"Left minus right is zero {once} all is multiplied out.", "", *new]


def _manifest(certificate, strict) -> str:
    """How a sign is seen."""
    if certificate.is_number:
        return "a positive number." if strict else "a number that is not negative."
    sign = "positive" if strict else "not negative"
    return f"which is {sign} at sight."


@in_words.register
def _(proof: Sign, claim, equations):
    certificate = sp.sympify(proof.certificate)
    strict = isinstance(claim, sp.StrictGreaterThan | sp.StrictLessThan)
    once, new = equations.put_in(claim, proof.definitions)
    once = f", {once}," if once else ""
    number = certificate.is_number
    value = latex_of(certificate, Shortened() if number or len(str(certificate)) > 300 else None)
    return [
        f"The larger side minus the smaller one{once} is exactly",
        "",
        *formula(value),
        _manifest(certificate, strict) + stand_ins(certificate),
        "",
        *new,
    ]


@in_words.register
def _(proof: Equivalence, claim, equations):
    once, new = equations.put_in(claim, proof.definitions)
    once = f" {once}" if once else ""
    factor = sp.sympify(proof.factor)
    if factor == 1:
        words = [f"Larger side minus smaller side is the same left and right{once}.", ""]
    else:
        shown = ["", *formula(latex_of(factor))]
        words = [
            f"Larger side minus smaller side is on the left what it is on the right{once}, times",
            *([f":math:`{latex_of(factor)}`,"] if factor.is_Symbol else shown),
            "which is positive at sight." + stand_ins(factor),
            "",
        ]
    return [*words, *new]


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
        "whose sign is manifest." + stand_ins(slope, proof.distance),
        "",
    ]
    if proof.at_end:
        certificate = sp.sympify(proof.at_end.certificate)
        lines += [f"At {where} it is", "", *formula(latex_of(certificate))]
        lines += [_manifest(certificate, True) + stand_ins(certificate), ""]
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
    return ["True because it says so; what uses it is proved.", ""]


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
        "Put into its linear equation, in the rational functions of *x*: the lower coefficients "
        f"leave a rest, and this one times :math:`{latex_of(proof.factor.as_expr())}` cancels it "
        "exactly.",
        "",
    ]
