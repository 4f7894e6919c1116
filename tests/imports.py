"""What the modules of the package import, read from their source: the house's arrows are laws of
this graph."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import twolayer

ROOT = Path(twolayer.__file__).parent
NAME = twolayer.__name__
AT_RUN_TIME = {
    *("__import__", "import_module", "modules", "exec", "eval", "compile", "globals"),
    *("__globals__", "__builtins__", "__loader__", "__spec__"),
}


@cache
def importing(source: str) -> list[ast.Import | ast.ImportFrom | None]:
    """The imports in a source, wherever they stand; None for one that only a run could tell."""
    found: list[ast.Import | ast.ImportFrom | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif getattr(node, "id", getattr(node, "attr", "")) in AT_RUN_TIME:
            found.append(None)
    return found


class Package:
    """Modules by their name in the package ("samples.data"; a package is its `__init__`); `changed`
    holds other sources for some of them."""

    def __init__(self, changed: Mapping[str, str] | None = None) -> None:
        self.found: dict[str, list[ast.Import | ast.ImportFrom | None]] = {}
        self.packages: set[str] = set()
        for path in ROOT.rglob("*.py"):
            parts = (NAME, *path.relative_to(ROOT).with_suffix("").parts)
            name = ".".join(parts).removesuffix(".__init__")
            if path.name == "__init__.py":
                self.packages.add(name)
            source = (changed or {}).get(name.removeprefix(f"{NAME}."), path.read_text("utf-8"))
            self.found[name] = importing(source)

    def __iter__(self) -> Iterator[str]:
        """Names of all modules but the packages themselves."""
        return (self.short(name) for name in self.found if name not in self.packages)

    @staticmethod
    def short(name: str) -> str:
        return name.removeprefix(f"{NAME}.")

    def imports(self, module: str) -> set[str]:
        """Modules that a module imports, wherever in its text: those of the package by their name,
        others by the first part of theirs, and "?" for what only a run could tell.

        A name that comes through the `__init__` of a package counts as the module that defines it.
        """
        name = f"{NAME}.{module}"
        names: set[str] = set()
        for node in self.found[name]:
            if isinstance(node, ast.ImportFrom):
                base = self.base(name, node)
                names |= {self.home(base, alias.name) for alias in node.names}
            else:
                plain = {alias.name for alias in node.names} if node else {"?"}
                # a plain import of a module gives all that the package shows
                names |= plain | {NAME for name in plain if name.startswith(f"{NAME}.")}
        own = {self.short(name) for name in names if name in self.found}
        return own | {name.partition(".")[0] for name in names if name not in self.found}

    def base(self, name: str, node: ast.ImportFrom) -> str:
        """The module from which `node`, in the module `name`, imports."""
        if not node.level:
            return node.module or ""
        package = name.split(".") if name in self.packages else name.split(".")[:-1]
        parts = package[: len(package) + 1 - node.level]
        return ".".join(parts + ([node.module] if node.module else []))

    def home(self, base: str, name: str) -> str:
        """The module that defines what `from base import name` gives."""
        if f"{base}.{name}" in self.found:
            return f"{base}.{name}"
        if base in self.packages:
            for node in reversed(self.found[base]):  # the last import of a name is what it is
                for alias in node.names if isinstance(node, ast.ImportFrom) else ():
                    if name == (alias.asname or alias.name):
                        return self.home(self.base(base, node), alias.name)
        return base

    def closure(self, module: str) -> set[str]:
        """Everything that a module imports, and what that imports; a module in its own closure
        is in a circle."""
        seen: set[str] = set()
        todo = self.imports(module)
        while todo:
            seen |= todo
            todo = {name for one in todo & set(self) for name in self.imports(one)} - seen
        return seen
