"""What a docstring rests on, typeset: formulas that its code computes, and statements it cites."""

import ast
import inspect
import re
import sys
import textwrap

from chapter_page import code_link
from typeset import latex_of

from derivations import contents

STATEMENTS = {statement.name: statement for statement in contents.STATEMENTS}
FUNCTIONS = {function.name: function for function in contents.FUNCTIONS}
CITED = re.compile(r"(?<!`)`([\w.]+)`(?!`)")


def cited(text):
    """Statements that a docstring names, in its order."""
    return list(dict.fromkeys(name for name in CITED.findall(text) if name in STATEMENTS))


def code_of(thing):
    """The function that a method, a property or a decorated function is; None for anything else."""
    thing = getattr(thing, "fget", None) or getattr(thing, "func", None) or thing
    thing = inspect.unwrap(getattr(thing, "__func__", thing))
    return thing if inspect.isfunction(thing) else None


def computed(thing, seen=()):
    """Names of the generated functions that a function calls, itself or in helpers of its file."""
    code = code_of(thing)
    if code is None:
        return []
    names, module = [], sys.modules[code.__module__]
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(code)))):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "_derived":
            names.append(node.attr)
        elif isinstance(node, ast.Name) and node.id.startswith("_") and node.id not in seen:
            names += computed(getattr(module, node.id, None), (*seen, node.id))
    return [name for name in dict.fromkeys(names) if name in FUNCTIONS]


def formula(name):
    """What a generated function returns, as derived: one line for each of its values."""
    values = [latex_of(value) for value in FUNCTIONS[name].values]
    left = rf"\mathtt{{{name}}}".replace("_", r"\_")
    rows = r", \\ & \phantom{{}={}} ".join(values)
    return rf"\begin{{aligned}} {left} &= {rows} \end{{aligned}}"


def equations(text, thing):
    """Lines that show what the code computes, and the statements that a docstring cites."""
    functions, names = computed(thing), cited(text)
    lines = ["", ".. rubric:: Equations", ""] if functions or names else []
    for name in functions:
        lines += [f"Computed by {code_link(FUNCTIONS[name])}:", ""]
        lines += [f".. math:: {formula(name)}", ""]
    for name in names:
        lines += [f".. statement:: {name}", ""]
    return lines
