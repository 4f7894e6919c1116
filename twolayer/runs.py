"""Runs in a row: which network of a batch each trains, at which rate; every step of them, or how
they end. Knows no model."""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass, field

import numpy as np

from . import arguments, watch
from .arguments import FloatArray, Shape
from .results import Outcome, Trajectory


@dataclass(frozen=True)
class Runs:
    """The cells of a batch, rates and labels, one after the other."""

    shape: Shape
    network: watch.Index  # the network of each run, its place in the batch
    eta: FloatArray
    target: FloatArray = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of(cls, batch: Shape, **numbers: FloatArray) -> Runs:
        """The runs of a batch of networks at rates `eta`, with labels `target` if they have any."""
        networks = np.arange(math.prod(batch)).reshape(batch)
        shape = arguments.shape_of(**numbers, networks=networks)
        return cls(shape, *arguments.in_a_row(shape, networks, *numbers.values()))

    def train(
        self, model: watch.Model, steps: int, looks: Container[int] | None = None
    ) -> Trajectory:
        """What the model measures at every step; given `looks`, its curvature at these alone."""
        rows: list[FloatArray] = []
        runs = np.arange(self.eta.size)
        with np.errstate(all="ignore"):
            for block in watch.in_blocks(max(runs.size, 1), model.block):
                state = model.start(runs[block], 0)
                for t in range(steps + 1):
                    if model.loss is None or looks is None or t in looks:
                        measured = model.measure(state)
                    else:
                        measured = np.full_like(self.eta[block], np.nan), model.loss(state)
                    rows = rows or [np.empty((steps + 1, runs.size)) for _ in measured]
                    for row, numbers in zip(rows, measured, strict=True):
                        row[t, block] = numbers
                    if t < steps:
                        state = model.advance(state)
        return watch.trajectory(self.shape, *rows)

    def outcome(self, model: watch.Model, max_steps: int, floor: float = 0.0) -> Outcome:
        """How each run ends; the loss is `floor` plus half the square of the model's size."""
        record = watch.watch(model, self.eta.size, max_steps)
        with np.errstate(all="ignore"):
            return watch.outcome(record, self.eta, floor + record.peak**2 / 2, self.shape)
