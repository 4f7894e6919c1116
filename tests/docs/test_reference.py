"""The API reference: every public name, every citation, every option, and examples that stand
alone."""

import ast
import builtins
import doctest
import importlib
import inspect
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="the pages need the extra docs")

import twolayer
from derivations import contents
from twolayer import plotting, strategies
from twolayer.commands import cli

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS / "extensions"))
reference = importlib.import_module("reference")
below = importlib.import_module("docstring_equations")
commands = importlib.import_module("command_pages")

PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (twolayer, plotting, strategies)
    for name in module.__all__
}
METHODS = {
    f"{path}.{name}": inspect.getattr_static(thing, name)
    for path, thing in PUBLIC.items()
    for name in sorted(reference.members(thing))
}
DOCUMENTED = {
    path: inspect.getdoc(getattr(thing, "__func__", thing)) or ""
    for path, thing in (PUBLIC | METHODS).items()
}
# a relation between letters of the theory, outside names and numbers
FORMULA = re.compile(r"[^\W\d_]\S* (=|≤|≥|≈|~) \S*[^\s\d.,;()]")
PICTURES = "twolayer.plotting."


def examples(text):
    return doctest.DocTestParser().get_examples(text)


def statements_on(path):
    """What a function says it returns and notes."""
    return re.split(r"\n(?=[A-Z][a-z]+\n-+\n)", DOCUMENTED[path])


def test_every_public_name_is_on_one_page():
    shown = [path for group in reference.GROUPS for path in group.objects]
    assert sorted(shown) == sorted(PUBLIC)
    for group in reference.GROUPS:
        page = reference.page(group)
        for path in group.objects:
            assert len(re.findall(rf"\.\. auto\w+:: {re.escape(path)}\n", page)) == 1


def test_methods_are_those_of_the_package():
    assert {"twolayer.GramNetwork.random", "twolayer.GramNetwork.step"} <= METHODS.keys()
    assert {"twolayer.Data.rows", "twolayer.Phase.converges"} <= METHODS.keys()
    assert not [path for path in METHODS if path.startswith(f"{PICTURES}Artists")]
    assert not [path for path in METHODS if "._" in path or path.endswith(".to_bytes")]


@pytest.mark.parametrize("path", PUBLIC | METHODS)
def test_everything_has_an_example(path):
    thing = (PUBLIC | METHODS)[path]
    known = isinstance(thing, property) or not (callable(thing) or hasattr(thing, "__func__"))
    assert DOCUMENTED[path]
    assert known or examples(DOCUMENTED[path])


def test_a_network_that_is_called_has_an_example():
    assert examples(twolayer.ReluNetwork.__call__.__doc__)


@pytest.mark.parametrize("path", [path for path, text in DOCUMENTED.items() if ">>>" in text])
def test_examples_stand_alone(path):
    """Nothing is used that the example itself has not imported or made, and it imports first."""
    source = "".join(example.source for example in examples(DOCUMENTED[path]))
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name) for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            made.add(node.name)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    assert used - made - vars(builtins).keys() == set()
    assert isinstance(tree.body[0], ast.Import | ast.ImportFrom)
    assert "import twolayer as tl" in source or "from twolayer import" in source


@pytest.mark.parametrize("path", DOCUMENTED)
def test_names_that_look_like_statements_are_statements(path):
    """A chapter's name with a dot cites a statement of it, unless it names a public object."""
    chapters = {statement.name.partition(".")[0] for statement in contents.STATEMENTS}
    for name in below.CITED.findall(DOCUMENTED[path]):
        if name.partition(".")[0] in chapters and "." in name:
            assert name in below.STATEMENTS, name


@pytest.mark.parametrize("path", [p for p in PUBLIC | METHODS if not p.startswith(PICTURES)])
def test_a_formula_cites_what_proves_it(path):
    """So does what calls a generated formula."""
    thing = (PUBLIC | METHODS)[path]
    sections = [part for part in statements_on(path) if part.startswith(("Returns\n", "Notes\n"))]
    states = any(FORMULA.search(re.sub(r"`[^`]+`", "", part)) for part in sections)
    if states or below.computed(thing):
        assert below.cited(DOCUMENTED[path])


def test_the_formula_of_a_boundary_is_the_one_that_is_derived():
    assert below.computed(twolayer.eta_div) == ["eta_div"]
    assert below.computed(twolayer.eta_max) == ["eta_flat", "eta_div"]
    assert below.computed(twolayer.Trajectory) == []
    assert below.cited("`laws.period`, `width`, ``laws.mirror`` and `laws.period`") == [
        "laws.period"
    ]
    assert r"\frac{8}{\lambda + \sqrt{" in below.formula("eta_div")
    assert below.formula("one_input").count(r", \\ &") == 1  # two values on two lines
    lines = below.equations(DOCUMENTED["twolayer.eta_div"], twolayer.eta_div)
    assert ".. statement:: divergence.eta_div" in lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`laws.rises` says", ":statement:`laws.rises` says"),
        ("`eta_max` and |f₀|", r":py:obj:`eta_max <twolayer.eta_max>` and \|f₀\|"),
        ("`twolayer.Data`", ":py:obj:`twolayer.Data <twolayer.Data>`"),
        ("`Network.train`", ":py:obj:`Network.train <twolayer.Network.train>`"),
        ("`width`, ``a * b``, `data.floor`", "``width``, ``a * b``, ``data.floor``"),
        ("(steps, *cells)", r"(steps, \*cells)"),
        ("η_crit, v_i, max_steps", r"η\ :sub:`crit`\ , v\ :sub:`i`\ , max_steps"),
    ],
)
def test_names_become_links(text, shown):
    assert reference.linked(text) == shown


def test_a_parameter_is_no_link_and_a_member_is_one_of_its_class():
    assert reference.linked("`phase`", "twolayer.outcome", {"phase"}) == "``phase``"
    assert reference.linked("`outcome`", "twolayer.Network") == (
        ":py:obj:`outcome <twolayer.Network.outcome>`"
    )
    assert reference.linked("`twolayer.outcome`", "twolayer.Network") == (
        ":py:obj:`twolayer.outcome <twolayer.outcome>`"
    )


def test_a_large_default_is_a_power_of_ten():
    shown = reference.with_powers(None, "", "", None, None, "(a=1000, b=1000000000)", None)
    assert shown == ("(a=1000, b=10**9)", None)
    assert reference.with_powers(None, "", "", None, None, None, None) == (None, None)


def test_classes_in_the_place_of_types_are_links():
    assert reference.typed("Outcome") == "`Outcome`"
    assert reference.typed("    data : Data, optional") == "    data : `Data`, optional"
    assert reference.typed("Outcomes are many") == "Outcomes are many"
    assert reference.typed("width : int") == "width : int"


@pytest.mark.parametrize("name", cli.parsers())
def test_every_option_of_every_command_is_shown(name):
    """Held against the help as the command line prints it."""
    parser = cli.parsers()[name]
    heads = [line for line in commands.section(parser) if line.startswith(".. option::")]
    usage = parser.format_usage()
    options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", usage)
    arguments = [word for word in usage.split()[1:] if word.isupper() and word != "COMMAND"]
    assert [head.split()[2] for head in heads if "--" in head] == options
    for argument in arguments:
        assert any(re.search(rf"\b{argument.strip('[]')}\b", head) for head in heads), argument


def test_every_command_has_its_section():
    assert list(cli.parsers()) == ["", *cli.COMMANDS]
    assert all(parser.prog.endswith(name) for name, parser in cli.parsers().items())


@pytest.mark.browser
def test_every_name_is_in_the_inventory_of_the_site(site):
    from sphinx.util.inventory import InventoryFile

    content = (site / "objects.inv").read_bytes()
    found = InventoryFile.loads(content, uri="").data
    names = {name for kind, items in found.items() if kind.startswith("py:") for name in items}
    assert PUBLIC.keys() | METHODS.keys() <= names
    options = set(found["std:cmdoption"])
    for parser in cli.parsers().values():
        for action in commands.shown(parser):
            for flag in action.option_strings:
                assert f"{parser.prog.replace(' ', '-')}.{flag}" in options, flag


@pytest.mark.browser
def test_links_of_the_reference_are_links(site):
    """A name that resolves to an object of the package is one on the page."""
    page = (site / "generated" / "reference" / "closed-forms.html").read_text(encoding="utf-8")
    assert 'href="#twolayer.phase"' in page
    assert re.search(r'href="[^"]*conventions.html#twolayer.reduction"', page)
    assert re.search(r'href="[^"]*derivations/boundaries.html#statement-boundaries', page)


@pytest.mark.browser
def test_words_of_a_docstring_are_on_the_page_in_their_order(site):
    """Of properties, too, in whose first line napoleon looks for a type before a colon."""
    for group, words in (("data", "The same data on the space"), ("networks", "λ = (|u|²")):
        page = (site / "generated" / "reference" / f"{group}.html").read_text(encoding="utf-8")
        assert f"<dd><p>{words}" in page
