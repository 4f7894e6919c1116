"""The symbols of the theory as LaTeX, from their names: a rule, and a few names that have none.

A name is a letter or a word, with a subscript after `_`, then the later step (') or the side of
zero (+, -). A word is set upright.
"""

import re

from sympy.printing.pretty.pretty_symbology import greek_unicode as GREEK

# names that are formulas themselves, or that stand for a mean
ODD = {
    "|u|^2": r"|u|^2",
    "|v|^2": r"|v|^2",
    "|u+v|^2": r"|u+v|^2",
    "|u-v|^2": r"|u-v|^2",
    "(|u|^2-|v|^2)": r"(|u|^2 - |v|^2)",
    "u.v": r"u \cdot v",
    "|V_t-V|": r"|V_t - V|",
    "f~": r"\tilde f",
    "|f~|": r"|\tilde f|",
    "f(X)": r"f(X)",
    "Theta(f~)": r"\Theta(\tilde f)",
    "sqrt(S)": r"\sqrt{S}",
    "|sqrt(S)w|": r"|\sqrt{S}\,w|",
    "|H.Tw|": r"|H^\top w|",
    "|X|": r"|X|",
    "|S|": r"|S|",
    "|H|": r"|H|",
    "|T|": r"|T|",
    "ln(share)": r"\ln(\mathrm{share})",
    "xx": r"\overline{x^2}",
    "xy": r"\overline{xy}",
    "c1": r"c_{1}",
    "+": "+",
    "-": "-",
}
PARTS = re.compile(r"(?P<name>.*?)(?P<side>[+-]?)(?P<prime>'?)")
SUBSCRIPTS = {"oo": r"\infty", "plus": "+"}


def letter(name: str) -> str:
    """A letter, Greek or Latin, a small change dX of one, or a word."""
    if name in GREEK:
        return f"\\{name}"
    if len(name) == 1 or name.isdigit():
        return name
    if re.fullmatch(r"d[A-Zs]", name):
        return rf"\mathrm{{d}}{name[1]}"
    if not re.fullmatch(r"[A-Za-z]+", name):
        raise ValueError(f"name = {name!r} must be a letter or a word, or stand in ODD")
    return rf"\mathrm{{{name}}}"


def subscript(name: str) -> str:
    """What stands below: a letter, a number, or words."""
    if name in SUBSCRIPTS:
        return SUBSCRIPTS[name]
    return r"\mathrm{" + name.replace("_", r"\,") + "}" if "_" in name else letter(name)


def symbol(name: str) -> str:
    """A symbol of the notation table, of a later step or of one side, as LaTeX."""
    if name in ODD:
        return ODD[name]
    whole, side, prime = re.fullmatch(PARTS, name).groups()
    base, _, below = whole.partition("_")
    text, below = (ODD[whole], "") if whole in ODD else (letter(base), below and subscript(below))
    below = ",".join(part for part in (below, side) if part)
    return text + (f"_{{{below}}}" if below else "") + prime
