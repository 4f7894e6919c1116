"""The languages in which functions and tables are written. Formulas are the same text in both:
plain arithmetic, with names that mean the same."""

import ast
import textwrap
from typing import Any, NamedTuple, Protocol

from .source import LINE

INDENT: Any = {"initial_indent": "    ", "subsequent_indent": "    ", "break_long_words": False}
DEEPER = {"subsequent_indent": "     "}
CALLED = ("sqrt", "atan")
OPERATIONS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}


class Parts(NamedTuple):
    """What a function is made of, whatever the language; `proof` says where it stands."""

    name: str
    arguments: list[str]
    says: str
    proof: str
    helpers: list[tuple[str, str]]
    results: list[str]

    def called(self) -> list[str]:
        """The functions of the caller's own numbers that the formulas take."""
        texts = [*(text for _, text in self.helpers), *self.results]
        return [name for name in CALLED if any(f"{name}(" in text for text in texts)]


class Syntax(Protocol):
    """A language."""

    def function(self, parts: Parts) -> str:
        """Source of a function."""

    def table(self, name: str, says: str, rows: tuple[Any, ...]) -> str:
        """Source of a table."""


class Python:
    """Functions that run on any kind of number; tables of integers."""

    @staticmethod
    def function(parts: Parts) -> str:
        results = parts.results
        body = [f"{name} = {text}" for name, text in parts.helpers]
        body += ["return " + ", ".join(results)]
        if len(body[-1]) > LINE - 4:
            comma = "," * (len(results) > 1)
            body[-1:] = ["return (", *(f"    {result}{comma}" for result in results), ")"]
        names = [f"{name}: Any" for name in (*parts.arguments, *parts.called())]
        head = f"def {parts.name}({', '.join(names)}) -> Any:"
        if len(head) > LINE:
            head = f"def {parts.name}(\n    {', '.join(names)}\n) -> Any:"
        lines = [
            *(head, f'    """{parts.says}', ""),
            *textwrap.wrap(parts.proof, LINE, **INDENT),
            *('    """', *("    " + line for line in body)),
        ]
        return "\n".join(lines) + "\n"

    @staticmethod
    def table(name: str, says: str, rows: tuple[Any, ...]) -> str:
        """Comment lines and one assignment, a row a paragraph."""
        lines = ["# " + line for line in textwrap.wrap(says, LINE - 2)]
        if not any(isinstance(item, tuple) for item in rows):
            return "\n".join([*lines, f"{name} = {rows!r}"]) + "\n"
        lines.append(f"{name}: tuple[Any, ...] = (")
        for row in rows:
            lines += textwrap.wrap(f"{row!r},", LINE, **INDENT | DEEPER, break_on_hyphens=False)
        return "\n".join([*lines, ")"]) + "\n"


class JavaScript:
    """Functions of float64 numbers; tables of the float64 numbers nearest to the exact ones."""

    @classmethod
    def function(cls, parts: Parts) -> str:
        return cls._function(parts, parts.arguments, parts.helpers, parts.results)

    @staticmethod
    def _function(
        parts: Parts, arguments: list[str], helpers: list[tuple[str, str]], results: list[str]
    ) -> str:
        body = [f"const {name} = {text};" for name, text in helpers]
        (first, *others) = results
        body += [f"return [{', '.join(results)}];" if others else f"return {first};"]
        if others and len(body[-1]) > LINE - 4:
            body[-1:] = ["return [", *(f"  {text}," for text in results), "];"]
        lines = [
            *_comment(f"{parts.says} {parts.proof}"),
            f"  function {parts.name}({', '.join(arguments)}) {{",
            *("    " + line for line in body),
            "  }",
        ]
        return "\n".join(lines) + "\n"

    @staticmethod
    def table(name: str, says: str, rows: tuple[Any, ...]) -> str:
        lines = [*_comment(says), f"  const {name} = {_numbers(rows)};"]
        if len(lines[-1]) > LINE:
            lines[-1:] = [f"  const {name} = ["]
            for row in rows:
                lines += textwrap.wrap(f"{_numbers(row)},", LINE, **INDENT | DEEPER)
            lines.append("  ];")
        return "\n".join(lines) + "\n"


class JavaScriptCalls(JavaScript):
    """Functions of any kind of number: each operation is called from the first argument, since
    JavaScript has operators for float64 alone."""

    @classmethod
    def function(cls, parts: Parts) -> str:
        helpers = [(name, _calls(text)) for name, text in parts.helpers]
        results = [_calls(text) for text in parts.results]
        of = "{ " + ", ".join(("number", *OPERATIONS.values(), *parts.called())) + " }"
        renamed = parts._replace(name=f"{parts.name}_in")
        return cls._function(renamed, [of, *parts.arguments], helpers, results)


def _comment(text: str) -> list[str]:
    return ["  // " + line for line in textwrap.wrap(text, LINE - 5, break_long_words=False)]


def _numbers(rows: Any) -> str:
    """Pairs (numerator, denominator), however nested, as the nearest float64 numbers."""
    if isinstance(rows[0], int):
        above, below = rows
        return repr(above / below).removesuffix(".0")
    return f"[{', '.join(map(_numbers, rows))}]"


def _calls(text: str) -> str:
    """An expression with a call in place of each operator, a long one over several lines."""

    def call(name: str, arguments: list[ast.expr], indent: str) -> str:
        short = f"{name}({', '.join(called(argument, '') for argument in arguments)})"
        if len(short) + len(indent) < LINE - 20:
            return short
        deeper = indent + "  "
        lines = [f"{deeper}{called(argument, deeper)},\n" for argument in arguments]
        return f"{name}(\n{''.join(lines)}{indent})"

    def called(node: ast.expr, indent: str) -> str:
        match node:
            case ast.BinOp(left, operator, right):
                return call(OPERATIONS[type(operator)], [left, right], indent)
            case ast.Call(ast.Name(name), arguments):
                return call(name, arguments, indent)
            case ast.Constant(value):
                return f"number({value!r})"
            case ast.Name(name):
                return name
        raise ValueError(f"cannot be written in calls: {text}")

    return called(ast.parse(text, mode="eval").body, "    ")


PYTHON, JAVASCRIPT, CALLS = Python(), JavaScript(), JavaScriptCalls()
