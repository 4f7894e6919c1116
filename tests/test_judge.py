"""The judge does not ask the accused: nothing that trained weights import, at any depth, knows the
theory."""

import pytest

from tests.imports import ROOT, Package

JUDGES = ["network", "samples.descent", "relu.network"]
JUDGES += ["deep.network"] if (ROOT / "deep" / "network.py").exists() else []

# arguments and results, files, what watches runs whoever makes them, data, and the judges
MAY_KNOW = {
    "arguments", "docstrings", "foreign", "losses", "results", "data_results", "log_results",
    "storage",
    "watch", "runs", "samples.data", "samples.files", "samples.archives", "samples.tables",
    "samples.text", "samples.dialect", "samples.labels", "samples.preparation",
    "samples.blocks", "samples.sums", "samples.descent", "network", "weights", "relu.sides",
    "deep.samples", "deep.products", "deep.layers", "deep.curvature", "deep.descent",
    "deep.weights",
}  # fmt: skip
OUTSIDE = {
    "__future__", "collections", "contextlib", "csv", "dataclasses", "enum", "errno",
    "functools", "hashlib", "io", "itertools", "math", "numbers", "numpy", "operator", "os",
    "pandas", "pathlib", "re", "scipy",
    "struct", "tempfile", "textwrap", "typing", "warnings", "zipfile",
}  # fmt: skip


def accused(judge, **added):
    """What a judge knows beyond what it may, with lines added to some modules."""
    sources = {}
    for name, lines in added.items():
        path = ROOT / f"{name.replace('__', '/')}.py"
        sources[name.replace("__", ".")] = f"{path.read_text(encoding='utf-8')}\n{lines}\n"
    return Package(sources).closure(judge) - MAY_KNOW - OUTSIDE


@pytest.mark.parametrize("judge", JUDGES)
def test_no_judge_knows_the_theory(judge):
    assert accused(judge) == set()


IN_A_FUNCTION = "def formula():\n    from . import _derived\n    return _derived"


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("module", "lines", "found"),
    [
        ("arguments", IN_A_FUNCTION, {"_derived"}),
        ("arguments", "from ._derived import step", {"_derived"}),
        ("watch", "from .phases import phase_diagram", {"phases", "boundaries", "_derived"}),
        ("samples__blocks", "from .. import eta_max", {"boundaries", "exact", "_derived"}),
        (
            "samples__blocks",
            "from twolayer import final_curvature as end",
            {"final", "_expansions"},
        ),
        ("samples__blocks", "from .gram import GramNetwork", {"samples.gram", "_derived"}),
        ("results", "import twolayer", {"twolayer"}),
        ("results", "from twolayer import *", {"twolayer"}),
        ("results", "import twolayer.laws", {"laws"}),
        ("results", "import importlib\nimportlib.import_module('twolayer.laws')", {"?"}),
        ("results", "import twolayer.arguments\nstep = twolayer._derived.step", {"twolayer"}),
        ("results", "__import__('twolayer.laws')", {"?"}),
        ("results", "os.sys.modules['twolayer.laws']", {"?"}),
        ("results", "exec('from twolayer import eta_max')", {"?"}),
        ("results", "rule = function.__globals__['eta_max']", {"?"}),
        ("results", "import derivations.laws", {"derivations"}),
    ],
)
def test_what_a_judge_is_told_in_passing_is_found(judge, module, lines, found):
    """Imports inside functions, under another name, relayed by a package, at run time."""
    assert accused(judge, **{module: lines}) >= found
