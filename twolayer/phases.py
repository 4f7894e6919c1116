"""Phase diagrams on grids, and boundaries located from what runs do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _derived, arguments, boundaries, recursion
from .arguments import FloatArray
from .final import final_curvature
from .results import Phase, PhaseDiagram

__all__ = ["phase_diagram"]

_ARGUMENTS = ("eta", "curvature", "output", "width", "target")
# fields of results in cells that no network has; others nan
_UNSEEN = {"phase": Phase.UNDECIDED, "peak_step": 0, "steps": 0}


def phase_diagram(
    *, eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0,
    observe: bool = False, max_steps: int = 10_000, final: bool = False,
) -> PhaseDiagram:  # fmt: skip
    """Phases over a grid of any two of the five arguments.

    Parameters
    ----------
    eta, curvature, output, width, target : float or 1-D array_like
        Learning rate, λ₀, f₀, width n, label y; exactly two of them arrays. Dimensionless.
    observe : bool
        Also run the recursion in every cell (`outcome`), for the observed phase and the final
        curvature.
    max_steps : int
        Budget of those runs.
    final : bool
        Also compute the curvature at which training ends in every cell (`final_curvature`).

    Returns
    -------
    PhaseDiagram
        `phase` has shape (a, b), for the first and second array in the order of the arguments, and
        is masked where Cauchy-Schwarz forbids the cell.

    Raises
    ------
    ValueError
        For bad input, naming the argument.

    Notes
    -----
    Derivations: those of `phase`, `eta_crit`, `eta_max`.

    Examples
    --------
    >>> diagram = phase_diagram(eta=[0.5, 1.5, 2.5], curvature=2.0, output=0.5, width=[1, 10, 100, 1000])
    >>> diagram.axes, diagram.phase.shape
    (('eta', 'width'), (3, 4))
    >>> diagram.phase[:, -1].tolist(), diagram.eta_max
    ([0, 1, 3], array([2., 2., 2., 2.]))
    """
    given = (eta, curvature, output, width, target)
    values = {
        name: arguments.numbers(name, value) for name, value in zip(_ARGUMENTS, given, strict=True)
    }
    axes = tuple(name for name in _ARGUMENTS if values[name].ndim)
    if len(axes) != 2 or any(values[name].ndim != 1 for name in axes):
        shapes = ", ".join(f"{name} {values[name].shape}" for name in _ARGUMENTS)
        raise ValueError(
            "exactly two arguments must be one-dimensional arrays, the others single numbers: "
            f"{shapes}"
        )
    grid = values | {axes[0]: values[axes[0]][:, None], axes[1]: values[axes[1]][None, :]}
    cells = [grid[name] for name in _ARGUMENTS]
    shape = np.broadcast_shapes(*(cell.shape for cell in cells))
    exists = np.broadcast_to(boundaries.cauchy_schwarz(*cells[1:4]), shape)
    return PhaseDiagram(
        axes=(axes[0], axes[1]),
        **{name: value[()] for name, value in values.items()},
        phase=np.ma.MaskedArray(
            boundaries.phase_codes(*cells), ~exists, fill_value=Phase.UNDECIDED
        ),
        observed=_laid_out(functools.partial(recursion.outcome, max_steps=max_steps), cells, exists)
        if observe
        else None,
        final=_laid_out(final_curvature, cells, exists) if final else None,
        **_curves(values, axes),
    )


def _laid_out(solve: Callable[..., Any], cells: list[FloatArray], exists: NDArray[np.bool_]) -> Any:
    """A result of the cells that exist, laid out on the grid."""
    found = solve(*(np.broadcast_to(cell, exists.shape)[exists] for cell in cells))
    layers = {}
    for field in fields(found):
        values = np.asarray(getattr(found, field.name))
        layers[field.name] = np.full(exists.shape, _UNSEEN.get(field.name, np.nan), values.dtype)
        layers[field.name][exists] = values
    return type(found)(**layers)


def _curves(values: dict[str, FloatArray], axes: tuple[str, ...]) -> dict[str, Any]:
    """The exact boundaries along eta and along curvature, at each point of the other axis."""
    curves: dict[str, Any] = {}
    if "eta" in axes:
        starts = list(
            np.broadcast_arrays(*(np.atleast_1d(values[name]) for name in _ARGUMENTS[1:]))
        )
        exists = boundaries.cauchy_schwarz(*starts[:3])
        for name, boundary in (("eta_crit", boundaries.eta_crit), ("eta_max", boundaries.eta_max)):
            curves[name] = np.full(exists.shape, np.nan)
            curves[name][exists] = boundary(*(start[exists] for start in starts))
    if "curvature" in axes:
        starts = [np.atleast_1d(values[name]) for name in _ARGUMENTS if name != "curvature"]
        with np.errstate(over="ignore", invalid="ignore"):
            crit, div = _derived.critical_curvature(*starts), _derived.divergence_curvature(*starts)
            converges = (_derived.tau_squared(starts[0], starts[2], starts[3]) <= 1) & (crit < div)
        curves["curvature_crit"], curves["curvature_div"] = np.where(converges, crit, np.nan), div
    return curves
