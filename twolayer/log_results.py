"""What the package tells of a training log."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .results import Phase, Trajectory, in_short

__all__ = ["Diagnosis"]

UNLIKE = 0.5  # spread from which the steps agree on no width


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What a training log shows, and whether the two-layer theory would do the same. Losses and
    curvatures are in the unit of the log; ηλ knows no unit.

    Attributes
    ----------
    phase : Phase
        As seen: DIVERGENT where the loss overflows or ends above 10⁶ times its start and at its
        largest; otherwise CATAPULT or LAZY where it ends below its start and some step, or none,
        raised it above its start by more than rounding; else UNDECIDED.
    steps : int
        Steps of the log, without those after its end.
    peak_loss, peak_step : float, int
        The largest loss and its step.
    sharpness_start, sharpness_end : float
        ηλ before the first step, and where it was last measured after it; `nan` if it was not.
    looks, looks_under_two, step_under_two, last_look : int, int, int or None, int or None
        At how many steps the curvature is known, at how many of them ηλ is below 2, the first of
        them from which it stays there to the last look, and the step of that.
    follows : bool or None
        Whether loss and curvature are what the theory does from the start, within 2 %; None where
        the log does not say.
    loss_gap, sharpness_gap : float
        Largest |ln(loss/theory)|, both taken as at least 1e-8 and at most 1e30 times the first
        loss, and largest |ηλ − theory|, over max(1, theory), as far as they can be compared; `nan`
        where they cannot. A loss that diverged in `nan` is any loss above the last number.
    leaves_step : int or None
        The first step at which one of them is above 2 %.
    known_steps : int
        Steps for which the theory knows its run to a quarter of that, given how many digits the log
        has: chaos multiplies their rounding.
    theory : Trajectory or None
        The theory's run from the start, one row for each number of the log.
    output, width : float
        The start, f₀ and the effective width n of the theory's run: those given, or of all that
        the first loss allows the one that follows the log longest.
    phase_theory : Phase or None
        How training from this start ends, in closed form.
    width_range : float array, shape (2,)
        The smallest and largest width tried whose run follows the log to its end; `nan` for none.
    family_peak, family_sharpness : float array, shape (2,)
        Smallest and largest of the peak loss, and of ηλ at the end, over all starts that were
        tried.
    implied_width : float array, shape (steps,)
        The width with which each step changes the curvature as it does: constant for a two-layer
        network. `nan` where the curvature is not known on both sides or moves by rounding alone.
    pair_width, width_spread : float
        The width that fits all those changes best, by least squares, `nan` where it is negative,
        and how much of them it leaves over: 0 where it is constant, about 1 where they agree on
        none.
    notes : tuple of str
        What the log does not say, or says beside the theory.

    Examples
    --------
    >>> import twolayer as tl
    >>> loss = [0.5, 2.0, 6.9, 17.0, 11.0, 17.0, 1.5, 0.9, 0.4]
    >>> print(tl.diagnose(1.5, loss))
    CATAPULT in 8 steps; largest loss 17 at step 3
    - The log ends at 0.8 of its first loss: what would come later, such as a floor, is not in it.
    - Without a curvature before the first step nothing can be said of the theory.
    """

    phase: Any
    steps: Any
    peak_loss: Any
    peak_step: Any
    sharpness_start: Any
    sharpness_end: Any
    looks: Any
    looks_under_two: Any
    step_under_two: Any
    last_look: Any
    follows: Any
    loss_gap: Any
    sharpness_gap: Any
    leaves_step: Any
    known_steps: Any
    theory: Trajectory | None
    output: Any
    width: Any
    phase_theory: Any
    width_range: Any
    family_peak: Any
    family_sharpness: Any
    implied_width: Any
    pair_width: Any
    width_spread: Any
    notes: Any

    def __str__(self) -> str:
        """A report of a few lines."""
        return "\n".join([*self._shown(), *self._beside(), *(f"- {note}" for note in self.notes)])

    def _shown(self) -> list[str]:
        name, largest = Phase(self.phase).name, f"{self.peak_loss:.4g} at step {self.peak_step}"
        loss = f"{name} in {self.steps} steps; largest loss {largest}"
        if not self.looks:
            return [loss]
        start = "not measured" if np.isnan(self.sharpness_start) else f"{self.sharpness_start:.4g}"
        start = f"ηλ {start} at the start"
        if not self.last_look:
            return [loss, f"{start}, not measured later"]
        ended = self.last_look == self.steps
        end = f"{self.sharpness_end:.4g} at {'the end' if ended else f'step {self.last_look}'}"
        under = f"below 2 at {self.looks_under_two} of {self.looks} looks"
        if self.step_under_two is not None:
            last = "the end of the log" if ended else "the last look"
            under += f", from step {self.step_under_two} to {last}"
        return [loss, f"{start}, {end}; {under}"]

    def _beside(self) -> list[str]:
        if self.theory is None or self.phase_theory is None:
            return []
        verdict = {True: "follows it", False: "does not follow it"}.get(self.follows, "no verdict")
        measured = not np.isnan(self.sharpness_gap)
        gap = f"largest gap {self.loss_gap:.2g} in ln(loss)"
        gap += f", {self.sharpness_gap:.2g} in ηλ" if measured else ""
        gap += "" if self.leaves_step is None else f"; above 2 % from step {self.leaves_step}"
        return [
            f"two-layer theory: {verdict}; closest from output {self.output:.4g} and width "
            f"{self.width:.4g}, which is {Phase(self.phase_theory).name}",
            gap,
            *self._steps(),
            f"all starts tried: largest loss {in_short(self.family_peak)}, ηλ at the end "
            f"{in_short(self.family_sharpness)}",
        ]

    def _steps(self) -> list[str]:
        if np.isnan(self.width_spread):
            return []
        spread = f"spread {self.width_spread:.2g}"
        if np.isnan(self.pair_width) or self.width_spread > UNLIKE:
            return [f"the steps agree on no width: {spread}"]
        return [f"width that the steps imply {self.pair_width:.4g}, {spread}"]
