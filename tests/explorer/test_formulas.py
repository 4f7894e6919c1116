"""The formulas of the explorer are those of the package, to the last bit."""

import inspect
import re
from fractions import Fraction

import numpy as np
import pytest

from derivations import contents
from derivations.prover import emit
from derivations.prover.syntax import JAVASCRIPT
from tests.explorer.scripts import FILES, scripts  # noqa: F401
from twolayer import _derived, expansions

TEXT = FILES["formulas"]
NAMES = [function.name for function in contents.SCRIPT["functions"]]
TABLES = [table.name for table in contents.SCRIPT["tables"]]
POSITIVE = {"eta", "curvature", "width", "V", "x", "gain"}


def arguments(name, size, rng):
    """Numbers of all sizes, and some rows of zeros and infinite widths."""
    columns = []
    for argument in inspect.signature(getattr(_derived, name)).parameters:
        if argument == "sqrt":
            continue
        column = 10 ** rng.uniform(-6, 6, size) * rng.uniform(1, 2, size)
        if argument not in POSITIVE:
            column *= rng.choice([-1, 1], size)
            column[::17] = 0.0
        if argument == "width":
            column[::13] = np.inf
        columns.append(column)
    return columns


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_the_same_bits(scripts, name):  # noqa: F811
    columns = arguments(name, 2000, np.random.default_rng(NAMES.index(name)))
    function = getattr(_derived, name)
    root = [np.sqrt] * ("sqrt" in inspect.signature(function).parameters)
    with np.errstate(all="ignore"):
        expected = function(*columns, *root)
    said = scripts.rows(f"formulas.{name}", *columns)
    if isinstance(expected, tuple):
        expected = np.stack(expected, axis=-1)
    np.testing.assert_array_equal(np.array(said, dtype=float), expected)


@pytest.mark.browser
@pytest.mark.parametrize("name", TABLES)
def test_the_same_coefficients(scripts, name):  # noqa: F811
    flat = scripts.page.evaluate(f"[formulas.{name}].flat(2)")
    expected = getattr(expansions, name)
    rows = expected if isinstance(expected, list) else [expected]
    assert list(map(float, flat)) == [
        value for row in rows for value in (row if isinstance(row, list) else [row])
    ]


@pytest.mark.browser
def test_every_name_is_there_and_frozen(scripts):  # noqa: F811
    names = scripts.page.evaluate("Object.keys(formulas)")
    careful = [f"{function.name}_in" for function in contents.SCRIPT["careful"]]
    assert names == [*NAMES, *careful, *TABLES]
    assert scripts.page.evaluate("Object.isFrozen(formulas)")


def test_file_is_up_to_date():
    path = emit.PATH.parent / emit.SCRIPT_NAME
    said = emit.render_script(**contents.SCRIPT)
    assert not emit.difference(path, said), f"to mend it: {emit.COMMAND}"


def test_the_text_is_plain_arithmetic():
    assert TEXT.isascii()
    assert "**" not in TEXT
    assert emit.COMMAND in TEXT.splitlines()[0]
    assert all(len(line) <= 100 for text in FILES.values() for line in text.splitlines())


@pytest.mark.parametrize("function", contents.SCRIPT["functions"], ids=NAMES)
def test_formulas_are_the_text_of_python(function):
    """So that what is proved of one is proved of the other."""
    text, parts = function.render(JAVASCRIPT), function.parts()
    assert text in TEXT
    for formula in (*(formula for _, formula in parts.helpers), *parts.results):
        assert formula in inspect.getsource(getattr(_derived, function.name))
        assert formula in text


def test_coefficients_are_nearest_to_the_fractions():
    for table in contents.SCRIPT["tables"]:
        assert f"  const {table.name} = " in TEXT
    numbers = re.findall(r"-?\d[\d.e+]*", TEXT[TEXT.index("const MIRROR = ") :].split("];")[0])
    (mirror,) = (table for table in contents.SCRIPT["tables"] if table.name == "MIRROR")
    exact = [Fraction(*pair) for row in mirror.integers for pair in row]
    assert len(numbers) == len(exact)
    for said, number in zip(numbers, exact, strict=True):
        value = float(said)
        beside = np.nextafter(value, [-np.inf, np.inf])
        off = abs(Fraction(value) - number)
        assert all(off <= abs(Fraction(other) - number) for other in beside)
