"""Runs of networks that are known by a factor: laid out in a row, trained block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import watch
from ..arguments import FloatArray
from ..results import Outcome, Trajectory
from .factor import Factor, State, advance, limit

NUMBERS = 1 << 17  # entries of Gram matrices that are stepped together: they stay in the cache


@dataclass(frozen=True)
class Runs:
    """Networks on a data set, and which of them is trained at which rate in each run."""

    networks: Factor  # one row a network
    root: FloatArray  # √n of each; inf where it is linearised
    floor: float  # of the data
    network: watch.Index  # of each run
    rate: FloatArray  # of each run
    shape: tuple[int, ...]  # of the runs

    @property
    def together(self) -> int:
        """Runs that are stepped together."""
        *_, rank, outputs = self.networks.distance.shape
        return max(1, NUMBERS // (rank + outputs) ** 2)

    def start(self, runs: Any, nudge: int) -> State:
        """The state of chosen runs, their rates moved by some units of rounding."""
        which = self.network[runs]
        eta = watch.nudged(self.rate[runs], nudge)[:, None, None]
        start = self.networks
        return (
            start.inward[which], start.outward[which], start.distance[which], eta, eta / self.root[which, None, None],
        )  # fmt: skip

    def advance(self, state: State) -> State:
        return advance(state, self.networks.spectrum)

    def seen(self, state: State) -> Factor:
        return Factor(*state[:3], self.networks.spectrum)

    def size(self, state: State) -> FloatArray:
        """Root of twice the loss above the floor."""
        return np.sqrt(self.seen(state).excess())

    def sharpness(self, state: State, which: Any) -> Any:
        chosen = tuple(part[which] for part in state)
        return chosen[3][:, 0, 0] * self.seen(chosen).curvature()

    def limit(self, state: State, which: Any) -> FloatArray:
        return limit(tuple(part[which] for part in state), self.networks.spectrum)

    def train(self, steps: int) -> Trajectory:
        """Loss and curvature of every step."""
        curvature, loss = (np.empty((steps + 1, self.rate.size)) for _ in range(2))
        with np.errstate(over="ignore", invalid="ignore"):
            for first in range(0, self.rate.size, self.together):
                block = slice(first, first + self.together)
                state = self.start(block, 0)
                for t in range(steps + 1):
                    seen = self.seen(state)
                    loss[t, block] = self.floor + seen.excess() / 2
                    curvature[t, block] = seen.curvature()
                    if t < steps:
                        state = self.advance(state)
        return watch.trajectory(None, curvature, loss, self.shape)

    def outcome(self, max_steps: int, tolerance: float) -> Outcome:
        """How each run ends; `tolerance` is a share of the loss above the floor."""
        model = watch.Model(
            self.start, self.advance, self.size, self.sharpness, tolerance=float(np.sqrt(tolerance)),
            block=self.together, limit=self.limit,
        )  # fmt: skip
        record = watch.watch(model, self.rate.size, max_steps)
        with np.errstate(over="ignore"):
            return watch.outcome(record, self.rate, self.floor + record.peak**2 / 2, self.shape)
