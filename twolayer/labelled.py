"""Where a run with a label ends: an exact product with a bounded tail, the run without a label
that ends alike near the transition, or, for a label below rounding, that run everywhere.
"""

import numpy as np

from . import _derived, unlabelled
from .arguments import EPS, FloatArray
from .starts import Cells
from .unlabelled import Solution
from .watch import BLOCK, in_blocks

_BUDGET = 100_000  # steps at most
# what `without_label` leaves out at a distance ρ from (2, 0): at most 2.6 (τ²ρ² + |τ|ρ³) was seen
_LEFT_OUT = 5
_NEAR, _LABEL = 0.03, 0.5  # largest ρ and |τ| of which that was seen
_TWIN_SAFETY = 8  # of each of four numbers


def solve(cells: Cells) -> Solution:
    """The ends of converging runs that have a label."""
    _, _, tau = _derived.scaled(*cells, np.sqrt)
    tiny, solution = np.abs(tau) <= EPS, np.empty((3, tau.size))
    for chosen, part in ((tiny, _below_rounding), (~tiny, _with_twins)):
        if chosen.any():
            solution[:, chosen] = part(Cells(*(array[chosen] for array in cells)))
    end, error, steps = solution
    return Solution(end, error, steps.astype(np.int64))


def _below_rounding(cells: Cells) -> Solution:
    """Each step rounds V by as much as these labels change it: the error of the run without a
    label, once more, and their own flattest minimum."""
    x, r, tau = _derived.scaled(*cells, np.sqrt)
    end, error, steps = unlabelled.solve(x, r)
    return Solution(end, np.where((r == 0) & (x > 2), np.inf, 2 * error + 4 * np.abs(tau)), steps)


def _with_twins(cells: Cells) -> Solution:
    """Each run has twins that start one rounding of η, of λ₀, of f₀ and of y away, lest one hide
    another."""
    eta, curv, out, n, y = cells
    nudges = 1 + EPS * np.eye(5, 4, -1)[..., None]  # row 0 is the run itself
    rate, lam, f, label = (nudges[:, k] * number for k, number in enumerate((eta, curv, out, y)))
    state = _derived.scaled(rate, lam, f, n, label, np.sqrt)
    end, tail, steps = (part.reshape(5, -1) for part in _until_certain(*map(np.ravel, state)))
    apart = np.where(np.isnan(end[1:]), 2.0, np.abs(end[1:] - end[0])).sum(axis=0)
    error = np.minimum(_TWIN_SAFETY * apart + tail[0] + EPS * (4 + steps[0]) * end[0], 2.0)
    return Solution(end[0], np.where(np.isnan(end[0]), np.inf, error), steps[0])


def _until_certain(x: FloatArray, r: FloatArray, tau: FloatArray) -> Solution:
    """Final x, what it leaves out, and the steps. `nan` for runs that spend the budget before they
    are certain to converge."""
    (end, tail), steps = np.full((2, x.size), np.nan), np.full(x.size, _BUDGET)
    index, done = np.arange(x.size), 0
    while index.size and done <= _BUDGET:
        state, last = (x, r, tau), done == _BUDGET
        ends, rest = _product(*state)
        bare, left_out = _bare(*state)
        arrived = (rest <= 4 * EPS) | (last & (rest < np.inf) & (rest <= left_out))
        alike = ~arrived & (left_out <= (np.inf if last else EPS * (4 + done)))
        which = index[arrived]
        end[which], tail[which], steps[which] = ends[arrived], (rest * ends)[arrived], done
        alike &= left_out < np.inf
        if alike.any():
            which, run = index[alike], unlabelled.solve(*(part[alike] for part in bare))
            end[which], tail[which] = run.x, run.error + left_out[alike]
            steps[which] = done + run.steps
        going = ~(arrived | alike)
        index = index[going]
        x, r, tau = (array[going] for array in state)
        stride = min(1 + done // 8, 256, max(_BUDGET - done, 1))
        for block in in_blocks(index.size, BLOCK):
            x[block], r[block] = _stepped(x[block], r[block], tau[block], stride)
        done += stride
    return Solution(end, tail, steps)


def _stepped(
    x: FloatArray, r: FloatArray, tau: FloatArray, steps: int
) -> tuple[FloatArray, FloatArray]:
    for _ in range(steps):
        x, r = _derived.scaled_step(x, r, tau)
    return x, r


def _product(x: FloatArray, r: FloatArray, tau: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The final x by its product so far, and the share by which it may be less; inf where it is
    not certain."""
    margin, slack = _derived.certificate(x, r, tau)
    certain = (margin > 0) & (slack >= 0)
    rest = np.where(certain, _derived.product_tail(x, r, tau), np.inf)
    return _derived.product_curvature(x, r + tau, tau, np.sqrt), rest


def _bare(
    x: FloatArray, r: FloatArray, tau: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], FloatArray]:
    """The state without a label that ends alike near the transition, and how far it may be off;
    inf elsewhere."""
    state = bare_x, bare_s = _derived.without_label(x, r, tau, np.sqrt)
    distance = np.sqrt((bare_x - 2) * (bare_x - 2) + 2 * bare_s * bare_s)
    label = np.abs(tau)
    off = _LEFT_OUT * label * distance * distance * (label + distance)
    return state, np.where((distance <= _NEAR) & (label <= _LABEL), off, np.inf)
