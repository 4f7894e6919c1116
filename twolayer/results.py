"""What the package returns: the phase codes and the frozen dataclasses. No formulas here."""

import enum
from dataclasses import dataclass
from typing import Any

import numpy as np


class Phase(enum.IntEnum):
    """How training ends.

    `LAZY` (0) and `CATAPULT` (1) converge to zero loss, the first without and the second with a
    first step that raises the loss. On data, where other directions learn meanwhile and hide the
    rise, any step counts that raises it above its start by more than rounding, which is eight units
    of it a step; but the first alone where X has rank 1 and there is one output, so that the
    network is one sample's (derivation `reductions.direction_loss`). `OSCILLATING` (2) stays
    bounded and never converges. `DIVERGENT` (3) grows without bound. `UNDECIDED` (4) is a run that
    spent its steps before it showed which; closed forms never return it, and runs never say
    `OSCILLATING`.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.Phase(1)
    <Phase.CATAPULT: 1>
    >>> tl.Phase.LAZY.converges, tl.Phase.DIVERGENT.converges
    (True, False)
    """

    LAZY = 0
    CATAPULT = 1
    OSCILLATING = 2
    DIVERGENT = 3
    UNDECIDED = 4

    @property
    def converges(self) -> bool:
        """Whether the loss tends to zero."""
        return self <= Phase.CATAPULT


def trusted(value: Any, error: Any) -> Any:
    """The error of a value that is not negative, infinite where it exceeds the value."""
    return np.where(error > value, np.inf, error)


def in_short(values: Any) -> str:
    """One number, or the range of many, to four digits."""
    array = np.asarray(values)
    if not array.size:
        return "none"
    ends = dict.fromkeys(f"{end:.4g}" for end in (array.min(), array.max()))
    return " to ".join(ends)


def laid_out(shape: tuple[int, ...], *columns: Any) -> tuple[Any, ...]:
    """Columns of cells in their shape; of a single cell its numbers, and its Phase for a code."""
    cells = [column.reshape(shape)[()] for column in columns]
    return tuple(Phase(int(cell)) if isinstance(cell, np.int8) else cell for cell in cells)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A run, step by step: row t is the state after t steps, row 0 the start.

    A run that overflows is `inf` in all three from the step on at which its loss did so for good.
    Where only the loss is beyond float64, output and curvature are as they are.

    Attributes
    ----------
    output, curvature, loss : ndarray, shape (steps + 1, *cells)
        Network output f, curvature λ and squared loss ½(f − y)², all dimensionless. On a data set
        loss and curvature are those of the loss that the data name, and output is None.

    Examples
    --------
    >>> import twolayer as tl
    >>> run = tl.simulate(1.5, 2.0, 1.0, width=100, steps=3)
    >>> run.loss.round(3), run.curvature.round(3)
    (array([ 0.5  ,  1.955,  6.981, 17.281]), array([2.   , 1.985, 1.925, 1.692]))
    """

    output: Any
    curvature: Any
    loss: Any


@dataclass(frozen=True, eq=False)
class Outcome:
    """How runs end. All fields have the shape of the cells (scalars for a single run).

    Dimensionless, for the loss ½(f − y)²; on a data set in the unit of the loss that the data name.

    Attributes
    ----------
    phase : Phase, or int8 array of its codes
        What the run showed: LAZY, CATAPULT, DIVERGENT or UNDECIDED. A start at zero loss never
        moves: LAZY where ηλ₀ < 2, else UNDECIDED, after no step.
    curvature : float array
        λ where the run ended; `inf` if it diverged, `nan` if it is undecided, λ₀ if it never moves.
    curvature_error : float array
        How far `curvature` can be trusted: eight times the difference to a twin run whose learning
        rate is one unit of rounding higher (where the loss rose, or ηλ₀ ≥ 2), plus twice the
        geometric tail of the last steps, plus the rounding of the steps taken. `inf` where the run
        was left early because it was certain to converge, or where the twin ends in another phase;
        `nan` where `curvature` is not finite.
    peak_loss : float array
        The largest loss seen; `inf` if it diverged.
    peak_step, steps : int64 array
        The step of the largest loss, and the step at which the phase was settled (the budget, if
        undecided).

    Examples
    --------
    >>> import twolayer as tl
    >>> end = tl.outcome([0.5, 1.5], 2.0, 1.0, width=100)
    >>> end.phase, end.curvature.round(4), end.peak_step
    (array([0, 1], dtype=int8), array([1.985 , 0.1485]), array([0, 3]))
    """

    phase: Any
    curvature: Any
    curvature_error: Any
    peak_loss: Any
    peak_step: Any
    steps: Any


@dataclass(frozen=True, eq=False)
class FinalCurvature:
    """The curvature at which training ends. All fields have the shape of the cells (scalars for a
    single run).

    Attributes
    ----------
    curvature : float array
        The final λ, for the loss ½(f − y)²; `inf` where training diverges, `nan` where it has no
        single limit or, with a label, was not reached in 100,000 steps; λ₀ for a start at zero
        loss.
    error : float array
        How far `curvature` can be trusted, in the same units; `inf` where it was not reached or
        where it would exceed `curvature`, `nan` where that is not finite otherwise.
    phase : Phase, or int8 array of its codes
        How training ends, as `twolayer.phase` says.
    steps : int64 array
        Steps of the recursion that were taken to know it.

    Examples
    --------
    >>> import twolayer as tl
    >>> end = tl.final_curvature([0.5, 1.5], 2.0, 1.0, width=100)
    >>> end.curvature.round(4), bool((end.error < 1e-12).all())
    (array([1.985 , 0.1485]), True)
    """

    curvature: Any
    error: Any
    phase: Any
    steps: Any


@dataclass(frozen=True, eq=False)
class Interval:
    """Where a boundary lies: between two learning rates that were run. All fields have the shape of
    the starts.

    Attributes
    ----------
    low, high : float array
        Learning rates on the two sides; both `inf` where the boundary does not exist.
    phase_low, phase_high : int8 array of Phase codes
        The phases that were seen there; where the boundary does not exist, that of the lowest rate.

    Examples
    --------
    >>> import twolayer as tl
    >>> tl.Interval(0.75, 1.25, tl.Phase.LAZY, tl.Phase.CATAPULT).middle
    np.float64(1.0)
    """

    low: Any
    high: Any
    phase_low: Any
    phase_high: Any

    @property
    def middle(self) -> Any:
        """The middle of the interval."""
        return (np.divide(self.low, 2) + np.divide(self.high, 2))[()]


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Both boundaries, located from what runs do.

    Attributes
    ----------
    eta_crit, eta_max : Interval
        Each between two rates that were run.

    Examples
    --------
    >>> import twolayer as tl
    >>> located = tl.locate_boundaries(lambda eta: tl.phase(eta, 2.0, 1.0, 100), 0.1, 10.0)
    >>> located.eta_crit.middle.round(6), located.eta_max.middle.round(6)
    (np.float64(1.005051), np.float64(2.0))
    """

    eta_crit: Interval
    eta_max: Interval


@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """Phases on a grid over two of the five arguments.

    Attributes
    ----------
    axes : tuple of str
        Names of the two arguments that vary, in the order of the array axes.
    eta, curvature, output, width, target : float array
        The arguments; those named in `axes` are one-dimensional, the others scalar.
    phase : int8 masked array of Phase codes, shape (len of first axis, len of second axis)
        Theory. Masked where Cauchy-Schwarz forbids the cell.
    observed : Outcome or None
        What the recursion did in each cell, same shape; masked cells are UNDECIDED.
    final : FinalCurvature or None
        The curvature at which training ends in each cell, same shape; `nan` in masked cells.
    eta_crit, eta_max : float array or None
        The exact boundary at each point of the other axis, where `eta` is an axis; `nan` where no
        network exists.
    curvature_crit, curvature_div : float array or None
        The curvatures at which the first step keeps the loss (`nan` where training does not
        converge there) and at which the invariant V vanishes, at each point of the other axis,
        where `curvature` is an axis.

    Examples
    --------
    >>> import twolayer as tl
    >>> start = {"output": 0.5, "width": 10}
    >>> diagram = tl.phase_diagram(eta=[0.5, 1.5, 2.5], curvature=[1.0, 2.0], **start)
    >>> diagram.phase.tolist(), diagram.eta_crit.round(3), diagram.curvature_div.round(3)
    ([[0, 0], [0, 1], [1, 3]], array([2.111, 1.013]), array([8.   , 2.667, 1.6  ]))
    """

    axes: tuple[str, str]
    eta: Any
    curvature: Any
    output: Any
    width: Any
    target: Any
    phase: Any
    observed: Outcome | None = None
    final: FinalCurvature | None = None
    eta_crit: Any = None
    eta_max: Any = None
    curvature_crit: Any = None
    curvature_div: Any = None
