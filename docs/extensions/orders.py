"""How a formula is laid out: what comes first in sums and products, and how wide it is."""

import re

import sympy as sp

from derivations.prover.claims import is_negative

LONG = 5  # digits of a number
TALL = r"\\(?:left|right|frac|begin|sum|prod|int|sqrt|lim)"
LOW = re.compile(rf"\\left([(|[])((?:(?!{TALL}).)*?) *\\right([)|\]])")


def _degree(term):
    """The total degree of a product of powers of symbols; None of anything else."""
    degree = 0
    for factor in sp.Mul.make_args(term.as_coeff_Mul()[1]):
        base, exponent = factor.as_base_exp()
        if base.is_number:
            continue
        if not (base.is_Symbol and exponent.is_Integer and exponent > 0):
            return None
        degree += exponent
    return degree


def _length(term):
    return is_negative(term), term.count_ops(), term.sort_key()


def written_order(terms):
    """Powers rise and what is short comes first, 1 - x + r s; but no sum of a few terms begins
    with a minus that need not: x - 4."""
    degrees = [_degree(term) for term in terms]
    if None in degrees:
        risen = sorted(
            terms, key=lambda term: (term.count_ops() - is_negative(term), *_length(term))
        )
    else:
        risen = sorted(terms, key=lambda term: (_degree(term), *_length(term)))
    few = len(terms) <= 3
    return sorted(terms, key=_length) if few and is_negative(risen[0]) else risen


def factor_order(factor):
    """Numbers, then letters and their powers, functions, and sums."""
    base = factor.as_base_exp()[0]
    return base.is_Add, bool(base.is_Function), not base.is_number, factor.sort_key()


def is_decimal(number):
    """Whether a number is a long decimal fraction, better written with a power of ten."""
    size = len(str(number.q))
    return number.q != 1 and max(size, len(str(number.p))) > LONG and not 10**size % number.q


def fraction(expr, is_whole=is_decimal):
    """The factors above and below the bar: below, the powers whose exponents are negative numbers.

    A function such as exp(-x) stays above, and so does a rational number that `is_whole`.
    """
    above, below = [], []
    for factor in sorted(sp.Mul.make_args(expr), key=factor_order):
        if factor.is_Rational and not is_whole(factor):
            above += [sp.Integer(factor.p)] * (factor.p != 1)
            below += [sp.Integer(factor.q)] * (factor.q != 1)
        elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
            below.append(1 / factor)
        else:
            above.append(factor)
    return above, below


def low_brackets(text):
    """The brackets around what is no taller than a letter with an exponent do not stretch."""
    while True:
        lowered = LOW.sub(r"\1\2\3", text)
        if lowered == text:
            return text
        text = lowered


def power_of_ten(text):
    """A decimal number with an exponent, 25e-3 or 2.5e-02, as LaTeX: 2.5 times a power of ten."""
    digits, _, exponent = text.partition("e")
    if "." not in digits:
        stripped = digits.rstrip("0")
        exponent = int(exponent) + len(digits) - 1
        digits = stripped[0] + (f".{stripped[1:]}" if stripped[1:] else "")
    if not int(exponent):
        return digits
    return ("" if digits == "1" else rf"{digits} \cdot ") + f"10^{{{int(exponent)}}}"


def joined(terms):
    """The text of a sum from the texts of its terms."""
    return " + ".join(terms).replace("+ -", "-")


def width(text):
    """About how wide a formula is, in characters."""
    spaceless = re.sub(r"\\(left|right|mathrm|frac|quad)|[{}_^ ]", "", text)
    return len(re.sub(r"\\[A-Za-z]+", "x", spaceless))
