"""Each kind of proof in the words of someone who reads mathematics, with what it puts in."""

import re
from functools import singledispatch

import sympy as sp
from prose import prose
from typeset import Shortened, latex_of, shortened_claim, typeset

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
SHOWN = 3  # definitions that are shown at once; more can be opened


def formula(text: str) -> list[str]:
    """A displayed formula."""
    return [f".. math:: {text}", ""]


def inline(expr) -> str:
    """An expression or a relation within a sentence."""
    return f":math:`{typeset(expr)}`"


def listed(items) -> str:
    """a, b and c."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def reached(parts, definitions) -> list[tuple]:
    """The definitions that expressions reach, directly or through one another, in this order."""
    known = {key: sp.sympify(value) for key, value in (definitions or {}).items()}
    order, todo = [], list(parts)
    while todo:
        nodes = set(sp.preorder_traversal(todo.pop(0)))
        new = [key for key in known if key in nodes and key not in order and known[key] != key]
        order += new
        todo += [known[key] for key in new]
    return [(key, known[key]) for key in order]


def details(summary: str, lines: list[str]) -> list[str]:
    """Something that a reader can open."""
    head = f"<details><summary>{summary}</summary>"
    return [".. raw:: html", "", f"   {head}", "", *lines, ".. raw:: html", "", "   </details>", ""]


def put_in(parts, definitions) -> list[str]:
    """The definitions that a proof puts in, one a line."""
    known = reached(parts, definitions)
    if not known:
        return []
    rows = []
    for symbol, value in known:
        equation = sp.Eq(symbol, value, evaluate=False)
        rows.append(shortened_claim(equation)[0])
    if len(rows) == 1:
        return formula(rows[0])
    block = formula(_rows(rows))
    return block if len(rows) <= SHOWN else details(f"Put in: {len(rows)} definitions", block)


def _rows(rows) -> str:
    """Equations below one another, aligned at their first sign."""
    aligned = [re.sub(r" (=|\\approx) ", r" &\1 ", row, count=1) for row in rows]
    return r"\begin{aligned} " + r" \\ ".join(aligned) + r" \end{aligned}"


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
    return (
        f" What stands in square brackets has the sign that the assumptions give: {listed(facts)}."
    )


def _definitions_say(proof, claim) -> str:
    count = len(reached([claim], getattr(proof, "definitions", None)))
    if not count:
        return ""
    return "this is put in" if count == 1 else "these are put in"


@singledispatch
def in_words(proof, claim) -> list[str]:
    """The proof of a claim as reStructuredText. A kind without words of its own has those of its
    class."""
    words = " ".join((type(proof).__doc__ or "").strip().split("\n\n")[0].split())
    known = put_in([claim], getattr(proof, "definitions", None))
    return [f"Computed exactly, in rational numbers: {prose(words)}", "", *known]


@in_words.register
def _(proof: Identity, claim):
    known = put_in([claim], proof.definitions)
    done = "derivatives, limits and integrals carried out" if claim.has(*CARRIED_OUT) else ""
    if not known:
        how = f"multiplied out{' and with ' + done if done else ''}"
        return [f"Left minus right is zero once {how}.", ""]
    also = f", with {done}," if done else ""
    say = _definitions_say(proof, claim)
    return [f"Left minus right is zero once {say}{also} and all is multiplied out:", "", *known]


def _manifest(certificate, strict) -> str:
    """How a sign is seen."""
    if certificate.is_number:
        return "a positive number." if strict else "a number that is not negative."
    sign = "positive" if strict else "not negative"
    return f"which is {sign} at sight."


@in_words.register
def _(proof: Sign, claim):
    certificate = sp.sympify(proof.certificate)
    strict = isinstance(claim, sp.StrictGreaterThan | sp.StrictLessThan)
    say = _definitions_say(proof, claim)
    once = f", once {say}," if say else ""
    number = certificate.is_number
    value = latex_of(certificate, Shortened() if number or len(str(certificate)) > 300 else None)
    return [
        f"The larger side minus the smaller one{once} is exactly",
        "",
        *formula(value),
        _manifest(certificate, strict) + stand_ins(certificate),
        "",
        *put_in([claim], proof.definitions),
    ]


@in_words.register
def _(proof: Equivalence, claim):
    say = _definitions_say(proof, claim)
    once = f" once {say}" if say else ""
    factor = sp.sympify(proof.factor)
    if factor == 1:
        words = [
            f"Larger side minus smaller one is the same on the left and on the right{once}.",
            "",
        ]
    else:
        words = [
            f"Larger side minus smaller one is, on the left, that of the right{once}, times",
            "",
            *formula(latex_of(factor)),
            "which is positive at sight." + stand_ins(factor),
            "",
        ]
    return [*words, *put_in([claim], proof.definitions)]


@in_words.register
def _(proof: Cases, claim):
    otherwise = ge(proof.split.lts, proof.split.gts)
    parts = ["There are two cases.", ""]
    for case, inner in ((proof.split, proof.holding), (otherwise, proof.failing)):
        first, *rest = in_words(inner, claim)
        parts += [f"*Where* {inline(case)}\\ *:* {first}", *rest]
    return parts


@in_words.register
def _(proof: Monotone, claim):
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
def _(proof: Induction, claim):
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
def _(proof: Unproved, claim):
    return [f"Measured, not proved: {prose(proof.evidence)}.", ""]


@in_words.register
def _(proof: Defined, claim):
    return ["True because it says so; what uses it is proved.", ""]


@in_words.register
def _(proof: Homological, claim):
    weight = proof.weight
    return [
        f"Put in, in exact rational numbers: what a step makes of the forms of lower weight at "
        f"weight {weight + 1} and what it makes of this one there add up to zero.",
        "",
    ]


@in_words.register
def _(proof: Solves, claim):
    return [
        "Put into its linear equation, in the rational functions of *x*: the lower coefficients "
        f"leave a rest, and this one times :math:`{latex_of(proof.factor.as_expr())}` cancels it "
        "exactly.",
        "",
    ]
