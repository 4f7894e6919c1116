"""Runs of networks that are known by a factor: laid out in a row, trained block by block."""

from __future__ import annotations

import math
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
    """One run for each cell of a shape, to which networks, rates and widths broadcast."""

    networks: Factor
    rate: FloatArray
    root: FloatArray  # √n; inf where a network is linearised
    floor: float  # of the data
    shape: tuple[int, ...]

    @property
    def together(self) -> int:
        """Runs that are stepped together."""
        return max(1, NUMBERS // sum(self.networks.distance.shape[-2:]) ** 2)

    def start(self, runs: watch.Index, nudge: int) -> State:
        """The state of chosen runs, their rates moved by some units of rounding."""
        shape, networks = (1, *self.shape), self.networks
        rate, root = self.rate[..., None, None], self.root[..., None, None]
        chosen = np.unravel_index(runs, shape)
        *factor, eta, root = (
            np.broadcast_to(part, (*shape, *part.shape[-2:]))[chosen]
            for part in (networks.inward, networks.outward, networks.distance, rate, root)
        )
        eta = watch.nudged(eta, nudge)
        return *factor, eta, eta / root

    def seen(self, state: State, which: Any = slice(None)) -> Factor:
        """The equivalent networks of chosen runs."""
        inward, outward, distance = (part[which] for part in state[:3])
        return Factor(inward, outward, distance, self.networks.spectrum)

    def train(self, steps: int) -> Trajectory:
        """Loss and curvature of every step."""
        runs, together = math.prod(self.shape), self.together
        curvature, loss = (np.empty((steps + 1, runs)) for _ in range(2))
        with np.errstate(over="ignore", invalid="ignore"):
            for first in range(0, runs, together):
                block = np.arange(first, min(first + together, runs))
                state = self.start(block, 0)
                for t in range(steps + 1):
                    seen = self.seen(state)
                    loss[t, block] = self.floor + seen.excess() / 2
                    curvature[t, block] = seen.curvature()
                    if t < steps:
                        state = advance(state, seen.spectrum)
        return watch.trajectory(None, curvature, loss, self.shape)

    def outcome(self, max_steps: int, tolerance: float) -> Outcome:
        """How each run ends; `tolerance` is a share of the loss above the floor."""
        spectrum = self.networks.spectrum
        model = watch.Model(
            start=self.start,
            advance=lambda state: advance(state, spectrum),
            size=lambda state: np.sqrt(self.seen(state).excess()),
            sharpness=lambda state, which: (
                state[3][which, 0, 0] * self.seen(state, which).curvature()
            ),
            limit=lambda state, which: limit(tuple(part[which] for part in state), spectrum),
            tolerance=float(np.sqrt(tolerance)),
            block=self.together,
        )
        rate = np.broadcast_to(self.rate, self.shape).reshape(-1)
        record = watch.watch(model, rate.size, max_steps)
        with np.errstate(over="ignore"):
            return watch.outcome(record, rate, self.floor + record.peak**2 / 2, self.shape)
