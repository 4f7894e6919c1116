"""Every example of the gallery: how it is written, and what its figures leave unsaid."""

import ast
import re

import pytest

from derivations.contents import STATEMENTS
from tests.docs import examples

NAMES = sorted(path.stem.removeprefix("plot_") for path in examples.FOLDER.glob("plot_*.py"))
SECONDS = 5.0  # of processor time, on any machine that tests are run on


@pytest.mark.parametrize("name", NAMES)
def test_example_is_a_claim_a_figure_and_what_to_see(name):
    text = examples.path(name).read_text(encoding="utf-8")
    title, underline, rest = ast.get_docstring(ast.parse(text)).split("\n", 2)
    assert underline == "=" * len(title)
    assert rest.startswith("\n**Claim.** ")
    blocks = text.split("\n# %%\n")
    assert blocks[-1].startswith("# **What to see.** ")
    assert all(row.startswith("#") for row in blocks[-1].splitlines())
    assert "plt.subplots" in blocks[-2]
    assert "print(" in blocks[-2]
    assert len(text.splitlines()) <= 100


@pytest.mark.parametrize("name", NAMES)
def test_example_rests_on_statements_that_are_there(name):
    named = examples.statements(name)
    assert named
    assert set(named) <= {statement.name for statement in STATEMENTS}


@pytest.mark.parametrize("name", NAMES)
def test_example_uses_public_names_and_the_style_of_the_package(name):
    text = examples.path(name).read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:from|import) ([\w.]+)", text, re.MULTILINE))
    allowed = {
        "matplotlib.pyplot",
        "numpy",
        "scipy",
        "scipy.stats",
        "sklearn.datasets",
        "twolayer",
        "twolayer.plotting",
    }
    assert imported <= allowed
    assert not re.search(r"\b_\w+\(|\._[a-z]", text)
    assert 'plt.style.use("twolayer.plotting.twolayer")' in text


@pytest.mark.parametrize("name", NAMES)
def test_example_prints_draws_and_names_all_it_draws(name):
    left = examples.run(name)
    assert left["printed"]
    assert left["seconds"] < SECONDS
    assert left["figures"]
    for figure in left["figures"]:
        assert examples.unnamed(figure) == []
