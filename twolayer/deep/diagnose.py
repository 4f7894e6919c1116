"""What a training log shows, and whether the two-layer theory would do the same from its start."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _derived, losses
from ..boundaries import phase
from ..log_results import Diagnosis
from ..results import Phase, Trajectory
from .family import Comparison, compared, pairs
from .log_notes import Reading, notes, verdict
from .seen import seen
from .training_log import Log

__all__ = ["diagnose"]


@np.errstate(all="ignore")
def diagnose(
    eta: Any,
    loss: Any,
    curvature: Any = None,
    output: Any = None,
    width: Any = None,
    target: Any = 0.0,
    loss_name: str = losses.DEFAULT,
) -> Diagnosis:
    """Read a training log: its phase, and whether loss and curvature are those of the two-layer
    theory.

    Parameters
    ----------
    eta : float
        The learning rate, constant.
    loss : array_like, shape (steps + 1,)
        The loss before each step and after the last. `nan` at the end means that the run diverged
        where the last number is above the first, and otherwise that the log ends there; `inf` is a
        loss that overflowed.
    curvature : float or array_like, shape (steps + 1,)
        The top eigenvalue of the kernel JJᵀ/m of that loss (`kernel_curvature`) on the same steps,
        `nan` where it was not measured; one number is λ₀.
    output : float or array_like, shape (steps + 1,)
        The output f, `nan` where it is not known; one number is f₀. Without it all starts are tried
        that the first loss allows.
    width : float
        The effective width n. Without it all are tried.
    target : float
        The label y.
    loss_name : str
        The loss of the one sample with one output: "half-mean", "half-mse" and "half-sum" are ½(f −
        y)², the model's own; "mean", "mse" and "sum" are (f − y)². Rates, losses and curvatures are
        taken and given in its unit, as in `reduction`.

    Returns
    -------
    Diagnosis
        `print` shows it in a few lines.

    Raises
    ------
    ValueError
        For bad input, naming the argument: a schedule of rates, shapes that differ, fewer than two
        losses, negative ones or `nan` among them, a curvature that is not positive, or a start that
        no network has (Cauchy-Schwarz).

    Notes
    -----
    The first loss gives f₀ = y ± √(2L₀), which leaves one family of starts, the widths n ≥
    (2f₀/λ₀)² (derivation `triangle.largest_output`); at label 0 both signs are one. A step
    is affine in η/n (derivations `closure.curvature_gain`, `closure.output_gain`), so that each is
    solved for n. Tried are these widths, a grid over 16 decades, and ever closer ones around the
    best and around the ends of those that follow; what none of them does, another width might. The
    theory is that of one sample: the loss of several has other directions, and does not follow.

    Examples
    --------
    >>> import twolayer as tl
    >>> run = tl.Network.random(100, rng=0).train(1.5, steps=60)
    >>> log = tl.diagnose(1.5, run.loss, run.curvature)
    >>> log.phase, log.follows, round(log.width, 6)
    (<Phase.CATAPULT: 1>, True, 100.0)
    >>> tl.diagnose(1.5, run.loss, 1.2 * run.curvature).follows
    False
    """
    log = Log.of(eta, loss, curvature, output, width, target, loss_name)
    beside = compared(log) if log.curvature[0] > 0 else None
    collapsed = log.sharpness[log.looks][-1:] == 0
    shown = Phase(int(seen(loss, collapsed.any())))
    reading = Reading(log, shown, beside)
    return Diagnosis(
        phase=shown,
        follows=verdict(reading),
        notes=tuple(notes(reading)),
        **_as_seen(log),
        **vars(pairs(log, _side(log, beside))),
        **(_nothing_beside(log) if beside is None else _beside(log, beside)),
    )


def _as_seen(log: Log) -> dict[str, Any]:
    """What needs no theory."""
    peak, last = int(np.nanargmax(log.loss)), int(log.looks.max(initial=0))
    below = log.sharpness[log.looks] < 2
    under = log.looks[log.looks > log.looks[~below].max(initial=-1)]
    return {
        "steps": log.steps,
        "peak_loss": float(_derived.weighted_loss(log.loss[peak], log.weight)),
        "peak_step": peak,
        "sharpness_start": float(log.sharpness[0]),
        "sharpness_end": float(log.sharpness[last]) if last else np.nan,
        "last_look": last if log.looks.size else None,
        "looks": log.looks.size,
        "looks_under_two": int(np.count_nonzero(below)),
        "step_under_two": int(under[0]) if under.size else None,
    }


def _side(log: Log, beside: Comparison | None) -> Any:
    """On which side of the label the output is: of the log where it is known, else of the theory's
    run. Without a label both are one."""
    if not log.target:
        return 1.0
    theory = np.nan if beside is None else beside.theory.output
    return np.sign(np.where(np.isnan(log.output), theory, log.output) - log.target)


def _nothing_beside(log: Log) -> dict[str, Any]:
    unknown = np.full(2, np.nan)
    return {
        "loss_gap": np.nan,
        "sharpness_gap": np.nan,
        "leaves_step": None,
        "known_steps": 0,
        "theory": None,
        "output": float(log.output[0]),
        "width": np.nan if log.width is None else log.width,
        "phase_theory": None,
        "width_range": unknown,
        "family_peak": unknown,
        "family_sharpness": unknown,
    }


def _beside(log: Log, beside: Comparison) -> dict[str, Any]:
    """The theory's run, and how far the log is from it."""
    members, theory = beside.members, beside.theory
    output, width = members.start
    peaks = _derived.weighted_loss(members.peak, log.weight)
    return {
        "loss_gap": beside.loss_gap,
        "sharpness_gap": beside.sharpness_gap,
        "leaves_step": int(beside.leaves) if np.isfinite(beside.leaves) else None,
        "known_steps": beside.known,
        "theory": Trajectory(
            theory.output,
            _derived.weighted_curvature(theory.curvature, log.weight),
            _derived.weighted_loss(theory.loss, log.weight),
        ),
        "output": output,
        "width": width,
        "phase_theory": Phase(int(phase(log.eta, log.curvature[0], output, width, log.target))),
        "width_range": _range(members.following),
        "family_peak": _range(peaks),
        "family_sharpness": _range(members.sharpness),
    }


def _range(values: Any) -> Any:
    return np.array([values.min(), values.max()]) if values.size else np.full(2, np.nan)
