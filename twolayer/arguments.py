"""Check, broadcast and name bad input: one place for all of it.

Every message is one line: the argument, the value it had (in an array: the first bad cell), what is
allowed.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import foreign

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
Shape = tuple[int, ...]

EPS = foreign.EPS

_FINITE = ("finite", np.isfinite)
_POSITIVE = ("positive and finite", lambda a: np.isfinite(a) & (a > 0))
# what is allowed, in words and as a test
_RULES: dict[str, tuple[str, Callable[[FloatArray], Any]]] = {
    "eta": _POSITIVE,
    "curvature": _POSITIVE,
    "output": _FINITE,
    "width": ("positive, or inf", lambda a: a > 0),
    "finite width": ("positive and finite", lambda a: (a > 0) & np.isfinite(a)),
    "units": (
        "a whole number of at least 1, finite: it counts hidden units",
        lambda a: (a >= 1) & np.isfinite(a) & (a == np.trunc(a)),
    ),
    "units or inf": (
        "a whole number of at least 1, or inf: it counts hidden units",
        lambda a: (a >= 1) & ((a == np.inf) | (a == np.trunc(a))),
    ),
    "target": _FINITE,
    "imbalance": _FINITE,
    "scale": ("between 1e-150 and 1e150", lambda a: (a >= 1e-150) & (a <= 1e150)),
    "weights": ("finite, and at most 1e150 in size", lambda a: np.abs(a) <= 1e150),
    "rate": _POSITIVE,
    "rate or inf": ("positive, or inf", lambda a: a > 0),
    "square": ("at least 0, finite", lambda a: np.isfinite(a) & (a >= 0)),
    "cycle": _FINITE,
    "tolerance": ("above 0 and below 1", lambda a: (a > 0) & (a < 1)),
    "rtol": ("at least 1e-15 and below 1", lambda a: (a >= 1e-15) & (a < 1)),
    "any": ("a number", lambda a: True),
}


def _short(value: object) -> str:
    try:
        text = " ".join(repr(value).split())
    except Exception:  # of a foreign class
        text = f"{type(value).__name__} object"
    return text if len(text) <= 60 else text[:57] + "..."


def numbers(name: str, value: Any, rule: str | None = None) -> FloatArray:
    """`value` as a float64 array that obeys the rule of that name (its own, unless another is
    given)."""
    array = foreign.as_array(name, value)
    if array is None or array.dtype.kind not in "iuf":
        raise ValueError(f"{name} = {_short(value)} must be a real number or an array of them")
    with np.errstate(all="ignore"):  # of wider floats
        array = array.astype(np.float64, copy=False)
        allowed, obeys = _RULES[rule or name]
        require(name, array, obeys(array), allowed)
    return array


def table(name: str, value: Any) -> NDArray[Any]:
    """`value` as a table of real numbers, one sample a row, not copied and not yet checked to be
    finite."""
    array = foreign.as_array(name, value)
    if array is None or array.dtype.kind not in "biuf":
        raise ValueError(f"{name} = {_short(value)} must be an array of real numbers")
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            f"shape of {name} = {array.shape} must be (samples, columns) or (samples,), not empty"
        )
    return array.reshape(len(array), -1)


def vectors(u: Any, v: Any) -> tuple[FloatArray, FloatArray]:
    """Weights u and v of one shape (..., width)."""
    hidden, outer = numbers("u", u, "weights"), numbers("v", v, "weights")
    if hidden.shape != outer.shape:
        raise ValueError(f"shapes of u {hidden.shape} and v {outer.shape} must be the same")
    if hidden.size == 0 or hidden.ndim == 0:
        raise ValueError(
            f"shape of u and v = {hidden.shape} must be (..., width) with at least one weight"
        )
    return hidden, outer


def layers(u: Any, V: Any) -> tuple[FloatArray, FloatArray]:
    """Weights of shapes (..., n, d) and (..., n, k), of one batch."""
    hidden, outer = numbers("u", u, "weights"), numbers("V", V, "weights")
    if (
        min(hidden.ndim, outer.ndim) < 2
        or hidden.shape[:-1] != outer.shape[:-1]
        or 0 in (*hidden.shape[-2:], *outer.shape[-2:])
    ):
        raise ValueError(
            f"shapes of u {hidden.shape} and V {outer.shape} must be (..., n, d) and (..., n, k) "
            "of the same batch and width"
        )
    return hidden, outer


def require(name: str, array: FloatArray, ok: Any, allowed: str) -> None:
    """Raise ValueError, naming the first cell where `ok` is false."""
    if np.all(ok):
        return
    ok, array = np.broadcast_arrays(ok, array)
    index = np.unravel_index(np.argmin(ok), ok.shape)
    cell = f"[{', '.join(map(str, index))}]" if index else ""
    raise ValueError(f"{name}{cell} = {float(array[index])!r} must be {allowed}")


def shape_of(**arrays: Any) -> Shape:
    """The shape that the named arrays broadcast to."""
    try:
        return np.broadcast_shapes(*(np.shape(array) for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items())
        raise ValueError(f"shapes must broadcast: {shapes}") from None


def arrays(**values: Any) -> list[FloatArray]:
    """Named values as arrays that obey the rules of their names and broadcast."""
    checked = {name: numbers(name, value) for name, value in values.items()}
    shape_of(**checked)
    return list(checked.values())


def in_a_row(shape: Shape, *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """The arrays, broadcast to the shape of the cells, one entry a cell."""
    return [np.broadcast_to(array, shape).reshape(-1) for array in arrays]


def count(name: str, value: Any, least: int = 0) -> int:
    """`value` as a whole number of at least `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if number < least or isinstance(value, bool):
        raise ValueError(f"{name} = {_short(value)} must be a whole number of at least {least}")
    return number


def units(value: Any) -> int:
    """`value` as a number of hidden units."""
    try:
        return count("width", value, least=1)
    except ValueError as error:
        raise ValueError(f"{error}: it counts hidden units") from None


def single(name: str, value: Any, rule: str | None = None) -> float:
    """`value` as one number that obeys a rule."""
    array = numbers(name, value, rule)
    if array.ndim:
        raise ValueError(f"{name} = {_short(value)} must be a single number")
    return float(array)


def generator(rng: Any) -> np.random.Generator:
    """`rng` as SPEC 7 has it."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            f"rng = {_short(rng)} must be None, a seed of whole numbers of at least 0, or a "
            "Generator"
        ) from None


def function(name: str, value: Any) -> None:
    """Raise unless `value` can be called."""
    if not callable(value):
        raise ValueError(f"{name} = {_short(value)} must be a function")


def instance(name: str, value: Any, *classes: type) -> None:
    """Raise unless `value` is an object of one of the classes."""
    if not isinstance(value, classes):
        allowed = " or ".join(cls.__name__ for cls in classes)
        article = "an" if allowed[0] in "AEIOU" else "a"
        raise ValueError(f"{name} = {_short(value)} must be {article} {allowed} object")


def shape(name: str, value: Any) -> Shape:
    """`value`, a whole number or a sequence of them, as a shape."""
    if value is None:
        return ()
    try:
        return tuple(count(name, item) for item in (value if np.iterable(value) else (value,)))
    except ValueError:
        raise ValueError(
            f"{name} = {_short(value)} must be a whole number or a tuple of them, none negative"
        ) from None
