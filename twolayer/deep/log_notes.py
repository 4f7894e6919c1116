"""Whether a training log is the theory's, and what is to be said beside: sentences for the user."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..results import Phase
from .family import LONGEST, TOLERANCE, Comparison
from .training_log import LOW, Log

STEPS = 5  # that a run must follow at least
LOOKS = 3  # at the curvature, after the start
LATE = 3  # steps after which leaving the theory's run is a sudden change


@dataclass(frozen=True)
class Reading:
    """A log, the phase it shows, and the theory's run beside it."""

    log: Log
    phase: Phase
    beside: Comparison | None

    @property
    def later_looks(self) -> int:
        """How often the curvature is known after the start, where it is finite."""
        return int(np.count_nonzero(np.isfinite(self.log.sharpness[1:])))

    @property
    def few(self) -> bool:
        """Whether that is too seldom; a run that overflows early has no more."""
        finite = int(np.count_nonzero(np.isfinite(self.log.loss[1:])))
        return self.later_looks < min(LOOKS, finite)

    @property
    def follows(self) -> bool:
        return self.beside is not None and self.beside.leaves == np.inf


def verdict(reading: Reading) -> bool | None:
    """Whether the log is the theory's; None where it does not say."""
    beside = reading.beside
    if beside is None or beside.known < beside.leaves < np.inf:
        return None
    if reading.follows and (reading.few or reading.log.ends <= STEPS):
        return None
    return reading.follows


def notes(reading: Reading) -> Iterator[str]:
    """What the log does not say, or says beside the theory."""
    for note in (_end, _length, _curvature, _edge, _output, _leaves, _rises, _floor, _width):
        yield from note(reading)


def _end(reading: Reading) -> Iterator[str]:
    log = reading.log
    if log.diverged:
        yield "The nans at the end come after a loss above its start: they are taken as divergence."
    elif np.isnan(log.loss[-1]):
        yield (
            "The nans at the end come after a loss that is not above its start: the log is taken "
            f"to end at step {log.steps}."
        )
    if log.looks.size and log.sharpness[log.looks[-1]] == 0:
        yield "The curvature ends at 0: the network has collapsed, and learns no more."
    elif reading.phase == Phase.UNDECIDED:
        yield (
            "The loss does not end below its start, nor far above it: the log does not show how "
            "training ends."
        )


def _length(reading: Reading) -> Iterator[str]:
    log = reading.log
    if reading.follows and log.ends <= STEPS:
        yield f"The losses of {log.ends - 1} steps cannot confirm the theory, which takes {STEPS}."
    if log.steps > LONGEST and log.width is None:
        yield f"Widths are compared over the first {LONGEST} steps."
    share = log.loss[log.steps] / log.loss[0]
    if reading.phase.converges and share > LOW:
        yield (
            f"The log ends at {share:.2g} of its first loss: what would come later, such as a "
            "floor, is not in it."
        )


def _curvature(reading: Reading) -> Iterator[str]:
    log = reading.log
    if reading.beside is None:
        yield "Without a curvature before the first step nothing can be said of the theory."
    elif log.looks.size < log.ends:
        few = ", too few to confirm the theory" if reading.follows and reading.few else ""
        yield f"The curvature is known at {log.looks.size} of {log.ends} steps{few}."


def _edge(reading: Reading) -> Iterator[str]:
    """The curvature is not seen to come under 2/η."""
    log = reading.log
    last = np.count_nonzero(log.looks > log.looks[log.sharpness[log.looks] < 2].max(initial=-1))
    if reading.later_looks and last and reading.phase != Phase.DIVERGENT:
        looks = f"{last} looks" if last > 1 else "look"
        yield f"At the last {looks} ηλ is not below 2: the run has not settled."


def _output(reading: Reading) -> Iterator[str]:
    log = reading.log
    known = np.isfinite(log.output) & np.isfinite(log.loss) & (log.level > np.log(LOW))
    square = ((log.output[known] - log.target) / log.size[known]) ** 2
    apart = np.flatnonzero(np.abs(square - 1) > TOLERANCE)
    if apart.size:
        step = np.flatnonzero(known)[apart[0]]
        yield (
            f"At step {step} output and label do not give the loss, but {square[apart[0]]:.3g} "
            "times it: the loss may be of several samples, or of another name."
        )


def _leaves(reading: Reading) -> Iterator[str]:
    log, beside = reading.log, reading.beside
    if beside is None or reading.follows:
        return
    step = int(beside.leaves)
    if step > beside.known:
        yield (
            f"The log leaves the theory's run at step {step}, but the digits of the log fix that "
            f"run up to step {beside.known} only."
        )
    elif LATE < step < log.ends and beside.members.before[beside.members.best] < TOLERANCE / 4:
        yield (
            f"The log follows the theory up to step {step - 1} and leaves it at once: a rate that "
            "changed (a schedule), another run, or another optimiser would do that."
        )


def _rises(reading: Reading) -> Iterator[str]:
    log = reading.log
    if reading.follows:
        return
    before, after = log.loss[: log.steps], log.loss[1 : log.steps + 1]
    calm = log.sharpness[: log.steps] < 2
    up = (after > before * (1 + log.rounding)) & (before > LOW * log.loss[0])
    rises = np.count_nonzero(up & calm)
    if rises:
        never = "seldom" if log.target else "never"
        yield (
            f"The loss rose at {rises} of {np.count_nonzero(calm)} steps at which ηλ was below 2, "
            f"which the model {never} does under full-batch descent: mini-batches, momentum or "
            "other directions may have done it."
        )
    turns = np.count_nonzero(up[1:] & ~up[:-1] & ~calm[1:])
    if turns > 1:
        where = " where ηλ was 2 or above, or not measured" if reading.later_looks else ""
        yield (
            f"The loss turned upwards {turns} times{where}: mini-batches do that, and so does a "
            "rate near the edge."
        )


def _floor(reading: Reading) -> Iterator[str]:
    """The last quarter of the steps lowers the loss by less than a fiftieth of its fall."""
    log = reading.log
    level = log.level[: log.steps + 1]
    quarter = log.steps // 4
    if quarter < 2 or not reading.phase.converges or level[-1] <= np.log(LOW):
        return
    fall, late = level.max() - level[-1], np.ptp(level[-quarter - 1 :])
    if fall > 1 and late < fall / 50:
        yield (
            f"The loss stays near {log.loss[log.steps] * log.weight:.3g} at the end: a floor, "
            "which one sample does not have."
        )


def _width(reading: Reading) -> Iterator[str]:
    beside = reading.beside
    if beside is not None and reading.follows and reading.log.width is None:
        widths = beside.members.following
        if widths.max() > 2 * widths.min():
            most = "on" if widths.max() == np.inf else f"to {widths.max():.3g}"
            yield (
                f"The log does not tell the width: widths from {widths.min():.3g} {most} follow it."
            )
