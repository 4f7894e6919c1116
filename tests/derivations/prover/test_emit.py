"""The generated file is what the derivations say, in text and in value, on every kind of number."""

from __future__ import annotations

import ast
import inspect
import math
import os
import re
import subprocess
import sys
import tokenize
from fractions import Fraction
from io import StringIO
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from derivations import contents
from derivations.prover import emit
from derivations.prover.quantities import ASCII
from derivations.prover.zero import is_zero

SOURCE = emit.render(contents.FUNCTIONS)
MODULE: dict[str, Any] = {}
exec(compile(SOURCE, "rendered", "exec"), MODULE)  # the text itself, whatever file is committed
FUNCTIONS = {function.name: function for function in contents.FUNCTIONS}

# The interface that the package is written against.
NETWORK = "eta curvature output width target"
INTERFACE = {
    "gain": "eta width",
    "step": "eta curvature output gain target",
    "step_zero_target": "eta curvature output gain",
    "loss": "output target",
    "reduced": "uu vv uv skew n_fit sqrt",
    "effective_width": "scale",
    "rate_skew": "eta_u eta_v sqrt",
    "model_rate": "eta_v skew weight",
    "layer_rates": "eta_fit skew weight",
    "loss_curvature": "uu vv n_fit weight",
    "model_curvature": "lam_loss weight",
    "weighted_loss": "loss weight",
    "weighted_curvature": "lam_fit weight",
    "scaled": f"{NETWORK} sqrt",
    "from_scaled": "x s curvature width sqrt",
    "scaled_step": "x r tau",
    "scaled_step_zero_target": "x s",
    "scaled_loss": "eta r width",
    "tau_squared": "eta width target",
    "residual_squared": "eta output width target",
    "triangle": "x r tau",
    "largest_output": "curvature width sqrt",
    "corners": "tau",
    "from_triangle": "P Q eta width sqrt",
    "random_start": "width a g c sqrt",
    "first_step": NETWORK,
    "invariant": NETWORK,
    "eta_crit": "curvature output width target sqrt",
    "eta_div": "curvature output width target sqrt",
    "critical_curvature": "eta output width target",
    "divergence_curvature": "eta output width target",
    "crit_correction": "curvature output target",
    "eta_flat": "width target sqrt",
    "certificate": "x r tau",
    "portrait_step": "V s mean",
    "portrait_change": "V s dV ds",
    "without_label": "x r tau sqrt",
    "product_curvature": "x s tau sqrt",
    "product_tail": "x r tau",
    "layer_alignment": "curvature output width imbalance sqrt",
    "imbalance_room": "curvature output width sqrt",
    "hessian_sharpness": "curvature output width target sqrt",
    "flow_curvature": "curvature output width target sqrt",
    "mirror_curvature": "x s sqrt",
    "peak_square": "x s",
    "peak_ratio": "x s sqrt",
    "width_period": "x",
    "lazy_curvature": "eta curvature output width",
    "catapult_edge": "rho sqrt",
    "factor_change": "inward outward gradient eta slope",
    "factor_left": "inward outward distance left root",
    "loss_factors": "samples outputs",
    "one_input": "eta second_moment cross_moment",
    "flattest_kernel": "share S seen width",
    "flattest_dual": "inputs_along labels_along width sqrt",
    "flattest_slope": "share inputs_along labels_along width",
    "flattest_bounds": "inputs_top labels_top cross_top width sqrt",
    "flipped_fraction": "r atan",
}
# One network of width 4 for which every root is rational, and the state and draw that go with it.
VALUES = {
    "eta": Fraction(1, 3),
    "curvature": Fraction(22, 5),
    "output": Fraction(4),
    "width": Fraction(4),
    "target": Fraction(8, 5),
    "imbalance": Fraction(88, 13),
    "x": Fraction(12, 5),
    "r": Fraction(-3, 7),
    "s": Fraction(2, 7),
    "tau": Fraction(5, 7),
    "gain": Fraction(1, 36),
    "a": Fraction(9),
    "g": Fraction(-2, 3),
    "c": Fraction(5, 2),
    "V": Fraction(7, 3),
    "P": Fraction(11, 4),
    "Q": Fraction(3, 4),
    "mean": Fraction(-4, 5),
    "dV": Fraction(1, 8),
    "ds": Fraction(-2, 9),
    "rho": Fraction(2, 3),
    "second_moment": Fraction(7, 4),
    "cross_moment": Fraction(-5, 6),
    "share": Fraction(3, 8),
    "inputs_along": Fraction(7, 5),
    "labels_along": Fraction(2, 9),
    "inputs_top": Fraction(9, 4),
    "labels_top": Fraction(5, 7),
    "cross_top": Fraction(6, 11),
    "uu": Fraction(5, 3),
    "vv": Fraction(7, 2),
    "uv": Fraction(-3, 4),
    "skew": Fraction(5, 6),
    "n_fit": Fraction(9, 4),
    "scale": Fraction(2, 3),
    "weight": Fraction(8, 3),
    "eta_u": Fraction(1, 4),
    "eta_v": Fraction(9, 25),
    "eta_fit": Fraction(4, 5),
    "lam_fit": Fraction(11, 4),
    "lam_loss": Fraction(13, 5),
    "loss": Fraction(6, 7),
    "samples": Fraction(5),
    "outputs": Fraction(3),
}
# The same for functions with roots of their own.
ELSEWHERE = {
    "without_label": {"tau": Fraction(3, 5)},
    "product_curvature": {"x": Fraction(3), "s": Fraction(3, 2), "tau": Fraction(5, 2)},
    "hessian_sharpness": {"curvature": Fraction(2), "output": Fraction(2), "target": Fraction(1)},
    "flow_curvature": {"curvature": Fraction(7), "output": Fraction(4), "target": Fraction(16)},
    "peak_ratio": {"x": Fraction(7, 3), "s": Fraction(2, 3)},
}
# see samples/test_factor.py and samples/test_flattest.py
MATRICES = {"factor_change", "factor_left", "flattest_kernel"}
WHOLE = {"loss_factors"}  # one of them is the number 2: see samples/test_losses.py
NUMBERS = [name for name in INTERFACE if name not in MATRICES | WHOLE]
# three different roots, and an arctangent: no rational point is at hand
IRRATIONAL = {"mirror_curvature", "flipped_fraction"}


def exact_root(number: Fraction) -> Fraction:
    root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    assert root * root == number
    return root


def point(name: str) -> dict[Any, Fraction]:
    values = VALUES | ELSEWHERE.get(name, {})
    return {symbol: values[ASCII[symbol]] for symbol in FUNCTIONS[name].arguments}


def passed(name: str, root: Any, arctangent: Any = None) -> list[Any]:
    """What the caller passes of its own numbers."""
    arguments = INTERFACE[name].split()
    return [root] * ("sqrt" in arguments) + [arctangent] * ("atan" in arguments)


def called(name: str, kind: Any, root: Any, arctangent: Any = None) -> tuple[Any, ...]:
    """The generated function at VALUES, each made into one kind of number."""
    given = [kind(value) for value in point(name).values()]
    result = MODULE[name](*given, *passed(name, root, arctangent))
    return result if isinstance(result, tuple) else (result,)


def expected(name: str) -> list[Any]:
    """The derivation's own expressions at VALUES, exactly."""
    function = FUNCTIONS[name]
    exact = {symbol: sp.Rational(value) for symbol, value in point(name).items()}
    return [sp.sympify(value).subs(exact) for value in function.values]


def test_file_is_up_to_date() -> None:
    assert not emit.difference(emit.PATH, SOURCE), f"to mend it: {emit.COMMAND}"


def test_interface() -> None:
    assert list(FUNCTIONS) == [name for name in MODULE if name in INTERFACE]
    assert set(FUNCTIONS) == set(INTERFACE)
    for name, arguments in INTERFACE.items():
        assert list(inspect.signature(MODULE[name]).parameters) == arguments.split()


def test_every_function_names_its_proof() -> None:
    names = {statement.name for statement in contents.STATEMENTS}
    for function in contents.FUNCTIONS:
        doc = " ".join(inspect.getdoc(MODULE[function.name]).split())
        cited = re.search(r"(?:Proved|Defined) in derivations: (.*)\.$", doc)[1]
        assert set(re.split(", | to ", cited)) <= names


@pytest.mark.parametrize("name", NUMBERS)
def test_on_symbols(name: str) -> None:
    """The text, run on the symbols of the derivation, gives back the derived expressions."""
    function = FUNCTIONS[name]
    result = MODULE[name](*function.arguments, *passed(name, sp.sqrt, sp.atan))
    written = result if isinstance(result, tuple) else (result,)
    assert len(written) == len(function.values)
    assert all(
        is_zero(text - derived) for text, derived in zip(written, function.values, strict=True)
    )


@pytest.mark.parametrize("name", [name for name in NUMBERS if name not in IRRATIONAL])
def test_on_fractions(name: str) -> None:
    result = called(name, Fraction, exact_root)
    assert all(type(value) is Fraction for value in result)
    assert [sp.Rational(value) for value in result] == expected(name)


@pytest.mark.parametrize("name", NUMBERS)
def test_on_mpmath(name: str) -> None:
    with mpmath.workdps(50):
        result = called(
            name, lambda v: mpmath.mpf(v.numerator) / v.denominator, mpmath.sqrt, mpmath.atan
        )
        for value, exact in zip(result, expected(name), strict=True):
            assert isinstance(value, mpmath.mpf)
            assert abs(value - mpmath.mpf(sp.N(exact, 60))) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize("name", NUMBERS)
def test_on_arrays(name: str) -> None:
    """Arrays broadcast, and agree with floats to the last bit."""
    arrays = called(name, lambda v: np.full((2, 3), float(v)), np.sqrt, np.arctan)
    floats = called(name, float, math.sqrt, math.atan)
    for array, value, exact in zip(arrays, floats, expected(name), strict=True):
        assert array.shape == (2, 3)
        assert array.dtype == np.float64
        assert (array == value).all()
        assert value == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize(
    "name", ["eta_crit", "eta_div", "first_step", "invariant", "scaled", "gain"]
)
def test_infinite_width(name: str) -> None:
    """Width inf is the linearised model: no product with the width, no nan."""
    values = {**VALUES, "width": math.inf}
    given = [float(values[ASCII[symbol]]) for symbol in FUNCTIONS[name].arguments]
    rate, curvature = float(values["eta"]), float(values["curvature"])
    linear = {
        "eta_crit": 2 / curvature,
        "eta_div": 4 / curvature,
        "first_step": 1 - rate * curvature,
        "invariant": 4 - rate * curvature,
        "scaled": (rate * curvature, 0.0, 0.0),
        "gain": 0.0,
    }
    assert MODULE[name](*given, *passed(name, math.sqrt)) == pytest.approx(linear[name], rel=1e-15)


def test_against_the_weights() -> None:
    """Gradient descent written from the definitions, in exact numbers, follows the generated
    step."""
    u, v = [Fraction(k, 7) for k in (3, -1, 4, 1)], [Fraction(k, 5) for k in (5, 9, -2, 6)]
    rate, target, width = Fraction(1, 9), Fraction(2, 3), Fraction(4)

    def measured() -> tuple[Fraction, Fraction]:
        overlap = sum(a * b for a, b in zip(u, v, strict=True))
        return sum(a * a + b * b for a, b in zip(u, v, strict=True)) / width, overlap / 2

    for _ in range(3):
        before = measured()
        slope = (before[1] - target) / 2
        moved = [(a - rate * slope * b, b - rate * slope * a) for a, b in zip(u, v, strict=True)]
        u, v = [list(column) for column in zip(*moved, strict=True)]
        after = measured()
        assert after == MODULE["step"](rate, *before, MODULE["gain"](rate, width), target)


def test_only_plain_arithmetic() -> None:
    tokens = list(tokenize.generate_tokens(StringIO(SOURCE).readline))
    assert not [token for token in tokens if token.string == "**"]
    numbers = [token.string for token in tokens if token.type == tokenize.NUMBER]
    assert numbers
    assert all(number.isdigit() for number in numbers)
    nodes = list(ast.walk(ast.parse(SOURCE)))
    calls = {
        node.func.id
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls == {"sqrt", "atan", "abs"}
    imports = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imports == ["from typing import Any"]
    assert max(map(len, SOURCE.splitlines())) <= 100
    assert SOURCE.isascii()


def test_hot_loop_is_seven_operations() -> None:
    function = ast.parse(source_of("scaled_step_zero_target"))
    assert sum(isinstance(node, ast.BinOp) for node in ast.walk(function)) == 7


def source_of(name: str) -> str:
    return next(block for block in SOURCE.split("\n\n\n") if block.startswith(f"def {name}("))


def test_same_text_under_every_hash_seed() -> None:
    code = "from derivations import __main__ as d; print(*d.generated(d.emit.PATH).values())"
    command = [sys.executable, "-c", code]
    for seed in ("0", "12345"):
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            cwd=emit.PATH.parents[1],
            capture_output=True,
            text=True,
            check=True,
        )
        tables = emit.render_tables(contents.TABLES)
        assert done.stdout == f"{SOURCE} {tables} {emit.render_script(**contents.SCRIPT)}\n"


def test_no_package_is_needed() -> None:
    """The derivations import nothing from the package they write."""
    code = "import sys, derivations.contents; sys.exit('twolayer' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=emit.PATH.parents[1], check=True)
