"""The curvature at which training ends, in closed form without a label (`unlabelled`), by an exact
product with one (`labelled`)."""

from typing import Any

import numpy as np

from . import _derived, exact, labelled, starts, unlabelled
from .docstrings import shared
from .results import FinalCurvature, Phase, laid_out, trusted
from .starts import Cells
from .unlabelled import Solution

__all__ = ["final_curvature"]


def _without_label(cells: Cells) -> Solution:
    x, s, _ = _derived.scaled(*cells, np.sqrt)
    end, error, steps = unlabelled.solve(x, s)
    # the output is below the smallest float: where it leads is not known
    lost = (s == 0) & (cells.output != 0) & (x > 2)
    return Solution(end, np.where(lost, np.inf, error), steps)


@shared
def final_curvature(
    eta: Any, curvature: Any, output: Any, width: Any, target: Any = 0.0
) -> FinalCurvature:
    """The curvature at which training ends, in closed form at target 0: without a step budget, and
    exact to rounding.

    Parameters
    ----------
    {cells}

    Returns
    -------
    FinalCurvature
        curvature, error, phase and steps, each of the shape of the cells. DIVERGENT cells have
        curvature `inf`, OSCILLATING ones `nan`; a start at zero loss, f₀ = y, never moves: λ₀,
        error 0, in whatever phase its neighbours are. An error larger than the curvature is `inf`.

    {refused_start}

    Notes
    -----
    Target 0: ηλ_∞ = C(ηλ, ηf/√n), an invariant function of the state, C(x, 0) = x, with three
    expansions, each used only where it is proved to hold to 1e-14 (derivations `mirror.error`,
    `flat.error`, `bulk.lazy`, `bulk.origin`). A run takes the few steps (7 on average; about 70
    near ηλ₀ = 2.1, and 90 where 4 − ηλ₀ is a rounding) that bring it there, and jumps along the
    unstable manifold of a fixed point that it is still leaving (`manifold.X_all`,
    `manifold.S_all`). `error` follows roundings of ηλ and of ηf/√n to first order and adds what
    expansions and steps contribute. Near η_max it grows by 3 a step: there float64 does not know
    the final curvature.

    With a target the recursion is iterated until `certificate` holds and the exact product ηλ_∞ =
    2√(τ² + PQ Π(1 − r²)²) (`final.product`, `final.curvature`) has a negligible rest
    (`final.tail`). Near the transition, where that
    takes for ever, a run goes over into the one without a label that ends alike (`final.labelled`),
    as soon as what this leaves out, at most 2.6(τ²ρ² + |τ|ρ³) at a distance ρ from (2, 0)
    [measured for |τ| ≤ ½], is less than roundings have contributed; a label with |τ| ≤ 2.2e-16 is
    less than a rounding everywhere. After 100,000 steps a run ends with the rest that it has, and
    curvature is `nan` where the certificate still fails: where ηλ itself is below some 1e-4 and |τ|
    above rounding. `error` is an estimate there, from twins a rounding away: of 36,000 cells with 3
    < ηλ₀ < 4.3 it missed 5.

    Width inf: λ₀ in the lazy phase. In the catapult phase the final curvature is log-periodic in
    the width and has no limit: `nan`. There are no defaults of output and width: at both of them
    nothing moves.

    Examples
    --------
    >>> import twolayer as tl
    >>> end = tl.final_curvature([0.5, 1.5, 2.5], 2.0, 1.0, width=100)
    >>> end.curvature.round(8), end.steps
    (array([1.98499991, 0.14849334,        inf]), array([ 1, 12,  0]))
    >>> bool((end.error[:2] < 1e-13).all())
    True
    >>> tl.final_curvature(1.01, 2.0, 1.0, width=10**18).curvature.round(12)
    np.float64(1.960128477034)
    """
    arrays = starts.cells(eta, curvature, output, width, target)
    cells = arrays.in_a_row()
    codes, still = exact.phase_codes(*cells), cells.still
    rate, curv, _, n, y = cells
    end, error = np.where(codes == Phase.DIVERGENT, np.inf, np.nan), np.full(codes.shape, np.nan)
    steps = np.zeros(codes.shape, np.int64)
    infinite = np.isinf(n)
    finite = (codes <= Phase.CATAPULT) & ~infinite & ~still
    with np.errstate(all="ignore"):
        for label, solve in ((y == 0, _without_label), (y != 0, labelled.solve)):
            chosen = finite & label
            if chosen.any():
                which = slice(None) if chosen.all() else np.flatnonzero(chosen)
                x, x_error, steps[which] = solve(Cells(*(array[which] for array in cells)))
                end[which], error[which] = x / rate[which], x_error / rate[which]
        frozen = still | (infinite & (codes == Phase.LAZY))
        end[frozen], error[frozen] = curv[frozen], 0.0
        error = trusted(end, error)
    return FinalCurvature(*laid_out(arrays.shape, end, error, codes, steps))
