"""Numbers of other libraries as NumPy arrays: tensors of torch and JAX, whatever has `__array__` or
DLPack, and the precision of the type in which they came."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPS = math.ulp(1.0)


def as_array(name: str, value: Any) -> NDArray[Any] | None:
    """`value` as an array of a type of NumPy's own, None if it is none; what NumPy has no type for
    (bfloat16) becomes float64."""
    if _masked(value):
        raise ValueError(
            f"{name} has masked cells: it must be an array without a mask, such as "
            f"{name}.filled(number) or {name}.compressed()"
        )
    try:
        array = _converted(value)
        if array.dtype.kind == "O" and all(isinstance(item, Real) for item in array.flat):
            return array.astype(np.float64)
        return array.astype(np.float64) if _unknown(array) else array
    except Exception:  # each library has its own; all of them mean that it cannot be read
        return None


def precision(value: Any) -> float:
    """The unit of rounding, relative to 1, of the type in which numbers came; never below
    float64's, which whole numbers and Python's own have as well."""
    try:
        if (in_its_type := _roundings(value)) is not None:
            return in_its_type
        array = _converted(value)
        if array.dtype.kind == "f":
            return max(EPS, float(np.finfo(array.dtype).eps))
        if _unknown(array):
            return _smallest(lambda trial: trial.astype(array.dtype))
    except Exception:
        pass  # `as_array` says what is wrong
    return EPS


def _masked(value: Any) -> bool:
    parts = value if isinstance(value, list | tuple) else (value,)
    return any(np.ma.is_masked(part) for part in parts)


def _converted(value: Any) -> NDArray[Any]:
    if hasattr(value, "detach"):  # torch: without its gradient, in the memory of the processor
        value = value.detach().cpu()
        try:
            return np.asarray(value)
        except TypeError:  # a type that NumPy does not have
            return np.asarray(value.double())
    array = np.asarray(value)
    if array.dtype.kind == "O" and not isinstance(value, np.ndarray):
        return np.from_dlpack(value) if hasattr(value, "__dlpack__") else array
    return array


def _unknown(array: NDArray[Any]) -> bool:
    """Whether the type is none of NumPy's own, such as bfloat16 of ml_dtypes."""
    return array.dtype.isbuiltin == 2


def _roundings(value: Any) -> float | None:
    """Of a torch tensor whose type NumPy does not have: found by rounding numbers to that type."""
    if not hasattr(value, "new_tensor"):
        return None
    try:
        np.asarray(value.detach().cpu())
    except TypeError:
        return _smallest(lambda trial: np.asarray(value.new_tensor(trial.tolist()).double().cpu()))
    return None


def _smallest(rounded: Callable[[NDArray[Any]], Any]) -> float:
    """The smallest power of two that a type still tells from 0 beside 1."""
    powers = 2.0 ** -np.arange(1, 53)
    kept = np.asarray(rounded(1 + powers)).astype(np.float64) > 1
    return max(EPS, float(powers[kept].min())) if kept.any() else 1.0
