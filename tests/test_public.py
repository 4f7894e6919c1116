"""What the package promises at its door."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import twolayer
from derivations import contents
from tests.imports import Package

HERE = Path(twolayer.__file__).parent
HEAVY = ("sympy", "matplotlib", "hypothesis", "scipy", "mpmath", "pandas", "tqdm", "argparse")
ORDER = ["eta", "curvature", "output", "width", "target"]


def test_all_is_complete_and_sorted():
    public = {
        name
        for name, value in vars(twolayer).items()
        if not name.startswith("_")
        and not inspect.ismodule(value)
        and getattr(value, "__module__", "").startswith("twolayer")
    }
    assert set(twolayer.__all__) == public
    assert twolayer.__all__ == sorted(set(twolayer.__all__))


@pytest.mark.parametrize(
    "name",
    [
        "boundaries",
        "conventions",
        "recursion",
        "ensemble",
        "network",
        "phases",
        "locate",
        "samples.odds",
        "deep.network",
        "deep.descent",
        "deep.samples",
    ],
)
def test_all_of_a_module_is_what_it_defines_and_the_package_shows(name):
    module = importlib.import_module(f"twolayer.{name}")
    assert {getattr(module, key).__module__ for key in module.__all__} == {f"twolayer.{name}"}
    assert set(module.__all__) <= set(twolayer.__all__)
    shown = {
        key for key in twolayer.__all__ if getattr(twolayer, key).__module__ == f"twolayer.{name}"
    }
    assert shown == set(module.__all__)


def test_names_of_the_design():
    assert set(twolayer.__all__) >= {
        "eta_crit", "eta_max", "eta_div", "phase", "triangle", "simulate", "outcome",
        "random_initialization", "Network", "phase_diagram", "locate_boundaries", "save", "load",
        "Phase", "Trajectory", "Outcome", "Interval", "Boundaries", "PhaseDiagram",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", [name for name in twolayer.__all__ if inspect.isfunction(getattr(twolayer, name))]
)
def test_arguments_come_in_one_order(name):
    names = [
        parameter
        for parameter in inspect.signature(getattr(twolayer, name)).parameters
        if parameter in ORDER
    ]
    assert names == [argument for argument in ORDER if argument in names]


def test_nothing_public_is_undocumented():
    for name in twolayer.__all__:
        thing = getattr(twolayer, name)
        assert inspect.getdoc(thing), name
        if inspect.isfunction(thing):
            assert ">>>" in thing.__doc__ or "See `save`" in thing.__doc__, name


def documented():
    """Everything in the package with a docstring, methods too."""
    for name in twolayer.__all__:
        thing = getattr(twolayer, name)
        yield name, thing
        if inspect.isclass(thing):
            yield from ((f"{name}.{key}", getattr(thing, key)) for key in vars(thing))


def test_shared_parts_of_docstrings_are_put_in():
    """No line stands for a part any more, and a part has the indent of its line."""
    for name, thing in documented():
        assert not re.search(r"^ *\{\w+\}$", thing.__doc__ or "", re.MULTILINE), name
    for text in (twolayer.phase.__doc__, twolayer.Network.random.__doc__):
        heading = re.search(
            r"^( *)Raises\n\1------\n\1ValueError\n\1    For bad", text, re.MULTILINE
        )
        assert heading
    assert "rng : None, int, Generator" in twolayer.Network.random.__doc__  # a part of a part


def test_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", twolayer.__version__)


def test_import_is_light():
    code = f"import sys; import twolayer; print(sorted(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_import_changes_no_global_state():
    code = (
        "import numpy as np, warnings, random; look = lambda: (np.geterr(), "
        "np.get_printoptions(), warnings.filters[:], random.getstate(), "
        "np.random.get_state()[1].tolist()); before = look(); import twolayer; "
        "twolayer.phase(1.0, 1.0, 0.0, 1); twolayer.outcome([1.0, 5.0], 1.0, 0.1, 1); "
        "twolayer.Network.random(3, rng=0).outcome(9.0); print(before == look())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("True\n", "")


# The arrows of the house: commands → plotting → wings → core → generated. Trained weights, which
# know nothing of the core but its ground, stand beside the wings, and so do strategies, which draw
# them.
GENERATED, GROUND, CORE, WINGS, PLOTTING, COMMANDS = range(6)
FLOORS = {
    "_derived": GENERATED, "_expansions": GENERATED,
    "foreign": GROUND, "arguments": GROUND, "docstrings": GROUND, "losses": GROUND,
    "results": GROUND, "storage": GROUND,
    "data_results": GROUND, "log_results": GROUND,
    "watch": GROUND, "runs": GROUND,
    "network": WINGS, "strategies": WINGS, "samples": WINGS, "relu": WINGS, "deep": WINGS,
    "descents": WINGS, "plotting": PLOTTING, "commands": COMMANDS, "__main__": COMMANDS,
}  # fmt: skip


ARGUMENTS = {"arguments", "foreign"}
STARTS = ARGUMENTS | {"starts", "_derived"}


def floor(module):
    return FLOORS.get(module.partition(".")[0], CORE)


@pytest.mark.parametrize("module", sorted(Package()))
def test_arrows_point_one_way(module):
    """Nothing imports from a floor above it, and nothing imports itself by a detour."""
    package = Package()
    above = {name for name in package if floor(name) > floor(module)}
    assert package.imports(module) & above == set()
    assert module not in package.closure(module)


@pytest.mark.parametrize(
    ("module", "known"),
    [
        ("_derived", set()),
        ("_expansions", set()),
        ("foreign", set()),
        ("arguments", {"foreign"}),
        ("losses", set()),
        ("conventions", STARTS | {"docstrings", "losses"}),
        ("docstrings", set()),
        ("results", set()),
        ("storage", {"results", "data_results", "log_results"}),
        ("watch", ARGUMENTS | {"results"}),
        ("runs", ARGUMENTS | {"results", "watch"}),
        ("starts", ARGUMENTS | {"_derived"}),
        ("exact", STARTS | {"results", "watch"}),
        ("boundaries", STARTS | {"exact", "docstrings", "results", "watch"}),
        ("recursion", STARTS | {"boundaries", "exact", "docstrings", "results", "watch"}),
        ("locate", ARGUMENTS | {"docstrings", "results"}),
        ("ensemble", ARGUMENTS | {"_derived", "docstrings"}),
    ],
)  # fmt: skip
def test_what_a_room_knows(module, known):
    """All that it imports, and what that imports: definitions first, and each idea upon them."""
    package = Package()
    assert package.closure(module) & set(package) <= known


def test_nothing_in_the_package_needs_the_derivations_or_sympy():
    package = Package()
    for module in package:
        assert not package.imports(module) & {"derivations", "sympy", "mpmath"}, module


def test_the_package_is_typed():
    assert (HERE / "py.typed").exists()


def test_docstrings_name_derivations_that_exist():
    """After the word "derivation" each name is that of a statement, or of a module of
    derivations/."""
    known = {statement.name for statement in contents.STATEMENTS} | {
        module.__name__.rpartition(".")[2] for module in contents.CHAPTERS
    }
    named = 0
    for file in HERE.rglob("*.py"):
        for group in re.findall(
            r"[Dd]erivations? ((?:`[\w.]+`(?:,? and |,?\s+)?)+)", file.read_text(encoding="utf-8")
        ):
            names = re.findall(r"`([\w.]+)`", group)
            assert set(names) <= known, file.name
            named += len(names)
    assert named > 30
