"""A training log, checked, in the numbers of the two-layer model."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .. import _derived, arguments, foreign, losses
from ..arguments import FloatArray
from ..conventions import loss_factor
from ..watch import Index

FEW, MANY = 8, 1000  # different numbers from which, and up to which, digits are told
LOW = 1e-8  # of the first loss: what is below is taken as if it were there
HIGH = 1e30  # of the first loss, likewise above: single precision overflows beyond


@dataclass(frozen=True)
class Log:
    """Loss, curvature and output of each step, in the model's unit; curvature and output are NaN
    where they are not known, the loss is NaN after the end of the log."""

    eta: float
    loss: FloatArray
    curvature: FloatArray
    output: FloatArray
    target: float
    width: float | None
    weight: float  # of the model's loss in that of the log
    rounding: float  # of the numbers of the log, relative
    ends: int  # losses that are numbers: NaN follow
    diverged: bool  # whether those NaN are taken as divergence, and each loss as inf

    @classmethod
    def of(
        cls, eta: Any, loss: Any, curvature: Any, output: Any, width: Any, target: Any, name: Any
    ) -> "Log":
        weight, rate = loss_factor(losses.named(name, "loss_name")), _rate(eta)
        course = _losses(loss)
        ends = int(np.count_nonzero(~np.isnan(course)))
        diverged = bool(ends < course.size and course[ends - 1] > course[0])
        if diverged:
            course[ends:] = np.inf
        lam = _column("curvature", curvature, course)
        gone = ~np.isfinite(course) & ~(lam < np.inf)
        allowed = "positive and finite, 0 only after the start, or nan where it was not measured"
        positive = (lam > 0) & (lam < np.inf) | (lam == 0) & (np.arange(lam.size) > 0)
        arguments.require("curvature", lam, gone | np.isnan(lam) | positive, allowed)
        f = _column("output", output, course)
        allowed = "finite, or nan after the start where it is not known"
        known = np.isfinite(f) | np.isnan(f) & ((output is None) | (np.arange(f.size) > 0))
        arguments.require("output", f, known | ~np.isfinite(course), allowed)
        return cls(
            _derived.model_rate(rate, 1.0, weight),
            _derived.weighted_loss(course, 1 / weight),
            _derived.model_curvature(lam, weight),
            np.where(np.isfinite(f), f, np.nan),
            arguments.single("target", target),
            None if width is None else arguments.single("width", width),
            weight,
            max(_rounding(given) for given in (loss, curvature, output)),
            ends,
            diverged,
        )

    @property
    def steps(self) -> int:
        """Of the log, without those after its end."""
        return (len(self.loss) if self.diverged else self.ends) - 1

    @cached_property
    def sharpness(self) -> FloatArray:
        """ηλ, NaN where it was not measured."""
        return self.eta * self.curvature

    @cached_property
    def looks(self) -> Index:
        """Steps of the log at which the curvature is known."""
        return np.flatnonzero(~np.isnan(self.curvature[: self.steps + 1]))

    @cached_property
    def level(self) -> FloatArray:
        """ln of the loss over its start."""
        return self.over_start(self.loss)

    def over_start(self, loss: FloatArray) -> FloatArray:
        """ln of losses over the first of the log, no farther from 0 than what is compared."""
        with np.errstate(all="ignore"):
            level: FloatArray = np.log(np.clip(loss / self.loss[0], LOW, HIGH))
        return level

    @property
    def size(self) -> FloatArray:
        """|f − y|, of the loss."""
        size: FloatArray = np.sqrt(self.loss / _derived.loss(1.0, 0.0))
        return size


def _rate(eta: Any) -> float:
    rate = arguments.numbers("eta", eta)
    if rate.ndim:
        raise ValueError(
            f"shape of eta = {rate.shape} must be (): one constant rate, not a schedule"
        )
    return float(rate)


def _losses(loss: Any) -> FloatArray:
    course = np.array(arguments.numbers("loss", loss, "any"))
    if course.ndim != 1 or course.size < 2:
        raise ValueError(
            f"shape of loss = {course.shape} must be (steps + 1,) with at least one step"
        )
    ends = max(2, np.count_nonzero(~np.isnan(course)))
    allowed = "a number of at least 0: nan may only stand at the end, after a step"
    arguments.require("loss", course[:ends], course[:ends] >= 0, allowed)
    first = course[:1]
    allowed = "positive and finite: it is the loss before the first step"
    arguments.require("loss", first, np.isfinite(first) & (first > 0), allowed)
    return course


def _column(name: str, value: Any, loss: FloatArray) -> FloatArray:
    """A number for each of the log: one alone is that of the start."""
    if value is None:
        return np.full(loss.size, np.nan)
    column = arguments.numbers(name, value, "any")
    if column.ndim == 0:
        arguments.numbers(name, value)
        return np.concatenate([[column], np.full(loss.size - 1, np.nan)])
    if column.shape != loss.shape:
        raise ValueError(
            f"shape of {name} = {column.shape} must be that of loss, {loss.shape}, or ()"
        )
    return column


def _rounding(value: Any) -> float:
    """By how much numbers may be off, relative: eight units of rounding of their type, or half of
    the last decimal place where all are written with few digits."""
    rounding = 8 * foreign.precision(value)
    if value is None:
        return rounding
    column = np.asarray(foreign.as_array("log", value), np.float64)
    column = np.unique(column[np.isfinite(column) & (column != 0)])[:MANY]
    if column.size < FEW:
        return rounding
    with np.errstate(all="ignore"):
        if (column.astype(np.float32) == column).all():
            rounding = max(rounding, 8 * foreign.precision(np.float32(1)))
    for digits in range(2, 8):
        if all(float(f"{number:.{digits - 1}e}") == number for number in column):
            return max(rounding, 0.5 * 10.0 ** (1 - digits))
    return rounding
