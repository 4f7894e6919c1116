"""Phase diagrams on grids."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _derived, arguments, boundaries, exact, recursion
from .arguments import Mask
from .docstrings import shared
from .final import final_curvature
from .results import Phase, PhaseDiagram
from .starts import Cells, cauchy_schwarz, coarsest

__all__ = ["phase_diagram"]

# fields of results in cells that no network has; others nan
_UNSEEN = {"phase": Phase.UNDECIDED, "peak_step": 0, "steps": 0}


@shared
def phase_diagram(
    *,
    eta: Any,
    curvature: Any,
    output: Any,
    width: Any,
    target: Any = 0.0,
    observe: bool = False,
    max_steps: int = 10_000,
    final: bool = False,
) -> PhaseDiagram:
    """Phases over a grid of any two of the five arguments.

    Parameters
    ----------
    eta, curvature, output, width, target : float or 1-D array_like
        Learning rate, λ₀, f₀, width n, label y; exactly two of them arrays. Dimensionless,
        for the loss ½(f − y)² and f = v·u/√n (`reduction` has others); the width is any positive
        number, or inf.
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
        Its ``phase`` has shape (a, b), for the first and second array in the order of the
        arguments, and is masked where Cauchy-Schwarz forbids the cell.

    {refused}

    Notes
    -----
    Derivations: those of `phase`, `eta_crit`, `eta_max`; along an axis of curvatures
    `boundaries.critical_curvature` and `divergence.curvature`.

    Examples
    --------
    >>> import twolayer as tl
    >>> eta, width = [0.5, 1.5, 2.5], [1, 10, 100, 1000]
    >>> diagram = tl.phase_diagram(eta=eta, curvature=2.0, output=0.5, width=width)
    >>> diagram.axes, diagram.phase.shape
    (('eta', 'width'), (3, 4))
    >>> diagram.phase[:, -1].tolist(), diagram.eta_max
    ([0, 1, 3], array([2., 2., 2., 2.]))
    """
    given = Cells(eta, curvature, output, width, target)._asdict()
    values = {name: arguments.numbers(name, value) for name, value in given.items()}
    axes = tuple(name for name in values if values[name].ndim)
    if len(axes) != 2 or any(values[name].ndim != 1 for name in axes):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in values.items())
        raise ValueError(
            "exactly two arguments must be one-dimensional arrays, the others single numbers: "
            f"{shapes}"
        )
    first, second = axes
    grid = Cells(**values | {first: values[first][:, None]})
    exists, bounded = cauchy_schwarz(*grid[1:4], coarsest(curvature, output))
    exists, grid = np.broadcast_to(exists, grid.shape), grid._replace(output=bounded)
    codes = np.ma.MaskedArray(exact.phase_codes(*grid), ~exists, fill_value=Phase.UNDECIDED)
    run = functools.partial(recursion.outcome, max_steps=max_steps)
    return PhaseDiagram(
        axes=(first, second),
        **{name: value[()] for name, value in values.items()},
        phase=codes,
        observed=_laid_out(run, grid, exists) if observe else None,
        final=_laid_out(final_curvature, grid, exists) if final else None,
        **_curves(Cells(**values), axes, coarsest(curvature, output)),
    )


def _laid_out(solve: Callable[..., Any], grid: Cells, exists: Mask) -> Any:
    """A result of the cells that exist, laid out on the grid."""
    result = solve(*(np.broadcast_to(cell, exists.shape)[exists] for cell in grid))
    return type(result)(
        **{
            name: _placed(values, exists, _UNSEEN.get(name, np.nan))
            for name, values in vars(result).items()
        }
    )


def _placed(values: Any, exists: Mask, elsewhere: float = np.nan) -> Any:
    cells = np.full(exists.shape, elsewhere, values.dtype)
    cells[exists] = values
    return cells


def _curves(values: Cells, axes: tuple[str, ...], precision: float) -> dict[str, Any]:
    """The exact boundaries along eta and along curvature, at each point of the other axis."""
    curves = {}
    eta, curvature, *rest = map(np.atleast_1d, values)
    if "eta" in axes:
        output, width, target = rest
        exists, bounded = cauchy_schwarz(curvature, output, width, precision)
        start = np.broadcast_arrays(curvature, bounded, width, target)
        exists = np.broadcast_to(exists, start[0].shape)
        for boundary in (boundaries.eta_crit, boundaries.eta_max):
            rates = boundary(*(part[exists] for part in start))
            curves[boundary.__name__] = _placed(rates, exists)
    if "curvature" in axes:
        with np.errstate(all="ignore"):
            crit = _derived.critical_curvature(eta, *rest)
            div = _derived.divergence_curvature(eta, *rest)
            converges = (_derived.tau_squared(eta, *rest[1:]) <= 1) & (crit < div)
        curves["curvature_crit"], curves["curvature_div"] = np.where(converges, crit, np.nan), div
    return curves
