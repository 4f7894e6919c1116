"""The table of claims: every row leads to statements, tests and examples that exist, and its word
fits what they prove."""

import ast
import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from derivations import contents
from derivations.prover.proofs import Unproved

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs" / "extensions" / "claims_table.py"
SPEC = importlib.util.spec_from_file_location("claims_table", PATH)
table = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(table)

CLAIMS = table.claims()
STATEMENTS = {statement.name: statement for statement in contents.STATEMENTS}
FIELDS = {"name", "title", "place", "claim", "holds", "derived", "tested", "drawn", "found", "why"}
SENTENCE = re.compile(r"[A-Zλη].*\.", re.DOTALL)
HOLDS = {
    "exactly": "two-numbers beyond-existing-theory linear-model fisher initialisation-scale",
    "almost everywhere": "curvature-drops flat-area largest-rate below-two-over-eta "
    "flatter-minimum theorem-catapult-curvature theorem-no-convergence theorem-boundary",
    "asymptotically": "two-phases existing-theory critical-rate loss-peaks few-steps "
    "sharp-at-large-width lazy-curvature theorem-lazy-steps theorem-lazy-curvature "
    "theorem-catapult-steps theorem-peak",
    "only empirically": "data-sets architectures deep-critical-rate deep-catapult deep-agreement "
    "rate-and-performance best-performance equal-budget flatness-and-performance",
    "not here": "stochastic",
}
each_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["name"])


@cache
def functions_of(file):
    """The names of all test functions of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def unproved(name):
    """Whether a statement or a step that it uses is believed by measurement alone."""
    statement = STATEMENTS[name]
    steps = any(unproved(step.name) for step in statement.uses)
    return steps or isinstance(statement.proof, Unproved)


@each_claim
def test_it_is_whole(claim):
    assert set(claim) <= FIELDS
    assert claim["holds"] in table.WORDS
    assert re.fullmatch(r"[a-z-]+", claim["name"])
    for field in ("claim", "found", "why"):
        if field in claim:
            assert SENTENCE.fullmatch(claim[field].strip()), field
    for field in ("derived", "tested", "drawn"):
        assert len(set(claim.get(field, []))) == len(claim.get(field, [])), field


@each_claim
def test_its_statements_exist_and_fit_its_word(claim):
    names = claim.get("derived", [])
    assert set(names) <= set(STATEMENTS)
    assert claim["holds"] != "exactly" or not any(map(unproved, names))
    if claim["holds"] in table.PROVED:
        assert any(not unproved(name) for name in names)


@each_claim
def test_its_tests_exist(claim):
    for name in claim.get("tested", []):
        file, test = name.split("::")
        assert test in functions_of(file), name


@each_claim
def test_its_examples_exist(claim):
    for name in claim.get("drawn", []):
        assert (ROOT / "docs" / "gallery" / f"plot_{name}.py").is_file(), name


@each_claim
def test_where_there_is_nothing_it_says_why(claim):
    assert (claim["holds"] == "not here") == ("why" in claim)
    if claim["holds"] != "not here":
        assert claim["derived"]
        assert claim["tested"]
        assert claim["found"]


def test_names_and_titles_are_unique():
    for field in ("name", "title"):
        assert len({claim[field] for claim in CLAIMS}) == len(CLAIMS)


def test_all_words_occur_and_all_examples_belong_to_a_claim():
    assert {claim["holds"] for claim in CLAIMS} == set(table.WORDS)
    drawn = {name for claim in CLAIMS for name in claim.get("drawn", [])}
    examples = {path.stem.removeprefix("plot_") for path in (ROOT / "docs/gallery").glob("plot_*")}
    assert drawn == examples


def test_the_theorem_has_all_its_parts():
    """Lazy: steps, curvature; catapult: steps, curvature, peak; beyond: none, and the boundary."""
    parts = [claim["name"] for claim in CLAIMS if claim["place"].startswith("Theorem")]
    assert parts == [f"theorem-{part}" for part in (
        "lazy-steps", "lazy-curvature", "catapult-steps", "catapult-curvature", "peak",
        "no-convergence", "boundary",
    )]  # fmt: skip
    cited = {name for claim in CLAIMS for name in claim.get("derived", [])}
    ends = {"same_end", "slow_widths", "no_minimum", "reaches", "peak_top", "log_n", "lazy_move"}
    assert {f"theorem.{name}" for name in ends} <= cited


def test_the_overview_has_a_row_for_each_claim():
    lines = table.overview(CLAIMS)
    assert sum(line.startswith("   * - :ref:") for line in lines) == len(CLAIMS)
    assert lines[0].startswith(f"{len(CLAIMS)} claims: ")
    counted = ", ".join(f"{len(HOLDS[word].split())} {word}" for word in table.WORDS)
    assert lines[0] == f"{len(CLAIMS)} claims: {counted}."
    for claim in CLAIMS:
        row = lines.index(f"   * - :ref:`claim-{claim['name']}`")
        assert lines[row + 1] == f"     - {claim['holds']}"


def test_each_claim_holds_as_it_was_judged():
    for word, names in HOLDS.items():
        held = {claim["name"] for claim in CLAIMS if claim["holds"] == word}
        assert held == set(names.split()), word


def test_what_is_listed_is_kept_apart():
    lines = table.card(next(claim for claim in CLAIMS if claim["name"] == "fisher"))
    (derived,) = [line for line in lines if line.startswith(":Derived: ")]
    assert re.fullmatch(r":Derived: (:statement:`[\w.]+`, )+:statement:`[\w.]+`", derived)
    (tested,) = [line for line in lines if line.startswith(":Tested: ")]
    assert re.fullmatch(r":Tested: (``[\w/.:]+`` \|br\| )+``[\w/.:]+``", tested)


@each_claim
def test_its_section_shows_all_of_it(claim):
    text = "\n".join(table.card(claim))
    names = [*claim.get("derived", []), *claim.get("tested", []), *claim.get("drawn", [])]
    for part in (*names, claim["holds"], f"_claim-{claim['name']}:"):
        assert part in text
    for field in ("title", "claim", "found", "why"):
        assert table.plain(claim.get(field, "")) in text
    assert claim["place"].lower() in text


def test_words_are_shown_as_they_are():
    assert table.plain("|s| of λ_∞,\n `f*` and \\") == r"\|s\| of λ\_∞, \`f\*\` and \\"
    assert table.caption("03_width_sharpens") == "Width sharpens"
