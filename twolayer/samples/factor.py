"""The equivalent network: a factor [F; R] of the Gram matrix, FFᵀ = uᵀu/n and RRᵀ = VᵀV/n, on the
directions of a data set.

What is seen of it, its step, and where its curvature goes; the equations are those of
derivations/samples/factor.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _derived, watch
from ..arguments import EPS, FloatArray
from ..runs import Runs

# entries of Gram matrices: stepped together they stay in the cache, laid out together they bound
# the memory
STEPPED, LAID_OUT = 1 << 17, 1 << 23

# inward, outward, distance, eta and eta/√n of a row of runs
State = tuple[FloatArray, ...]


@dataclass(frozen=True)
class Factor:
    """Equivalent networks of q units on a data set, and how far their maps are from the best."""

    spectrum: FloatArray  # of the data, (rank,)
    inward: FloatArray  # F, (..., rank, q)
    outward: FloatArray  # R, (..., k, q)
    distance: FloatArray  # (..., rank, k)

    @property
    def grams(self) -> tuple[FloatArray, FloatArray]:
        """FFᵀ and RRᵀ."""
        return self.inward @ self.inward.mT, self.outward @ self.outward.mT

    def excess(self) -> FloatArray:
        """Twice the loss above the floor."""
        return np.asarray(
            np.einsum("...ik,...ik,i->...", self.distance, self.distance, self.spectrum)
        )

    def curvature(self) -> Any:
        """The largest eigenvalue of the kernel."""
        return _curvature(*self.grams, self.spectrum)

    def eigenvalues(self) -> FloatArray:
        """All eigenvalues of the kernel, largest first."""
        hidden, outer = self.grams
        weights = np.moveaxis(_eigenvalues(outer), -1, 0)
        parts = [_eigenvalues(_kernel(hidden, weight, self.spectrum)) for weight in weights]
        return np.sort(np.concatenate(parts, axis=-1), axis=-1)[..., ::-1]

    def alignment(self) -> FloatArray:
        """Cosine between residual and top eigenvector; nan where a step has overflowed."""
        parts = *self.grams, self.distance
        usable = np.logical_and.reduce([np.isfinite(part).all((-2, -1)) for part in parts])
        hidden, outer, distance = (np.where(usable[..., None, None], part, 0.0) for part in parts)
        weights, vectors = np.linalg.eigh(outer)
        _, directions = np.linalg.eigh(_kernel(hidden, weights[..., -1], self.spectrum))
        residual = np.sqrt(self.spectrum)[:, None] * distance
        along = (directions[..., -1:].mT @ residual @ vectors[..., -1:])[..., 0, 0]
        whole = np.sqrt((residual * residual).sum((-2, -1)))
        cosine = np.divide(np.abs(along), whole, out=np.zeros_like(whole), where=whole > 0)
        return np.where(usable, cosine, np.nan)


def _eigenvalues(matrices: FloatArray) -> FloatArray:
    """Eigenvalues of symmetric matrices, in ascending order; inf where a matrix has overflowed."""
    if matrices.shape[-1] == 1:
        return np.where(np.isfinite(matrices), matrices, np.inf)[..., 0]
    finite = np.isfinite(matrices).all((-2, -1))
    result = np.full(matrices.shape[:-1], np.inf)
    result[finite] = np.linalg.eigvalsh(matrices[finite])
    return result


def _kernel(hidden: FloatArray, weight: FloatArray, spectrum: FloatArray) -> FloatArray:
    """Kernel of the outputs along one eigenvector of VᵀV/n, `weight` its eigenvalue, on the
    directions of the data."""
    root = np.sqrt(spectrum)
    with np.errstate(over="ignore", invalid="ignore"):
        kernel: FloatArray = hidden * (root[:, None] * root)
        diagonal = np.arange(len(spectrum))
        kernel[..., diagonal, diagonal] += weight[..., None] * spectrum
    return kernel


def _curvature(hidden: FloatArray, outer: FloatArray, spectrum: FloatArray) -> Any:
    return _eigenvalues(_kernel(hidden, _eigenvalues(outer)[..., -1], spectrum))[..., -1]


def advance(state: State, spectrum: FloatArray) -> State:
    """One step of gradient descent."""
    inward, outward, distance, eta, slope = state
    change = _derived.factor_change(inward, outward, spectrum[:, None] * distance, eta, slope)
    for moved, start in zip(change, state[:3], strict=True):
        moved += start
    return *change, eta, slope


def limit(state: State, spectrum: FloatArray) -> FloatArray:
    """Where ηλ goes, to first order in what is left: slow directions and all, without waiting for
    them."""
    inward, outward, distance, eta, slope = state
    hidden, outer = Factor(spectrum, inward, outward, distance).grams
    weights, turn = np.linalg.eigh(outer)
    identity = np.eye(len(spectrum))
    sums = hidden[..., None, :, :] + weights[..., :, None, None] * identity
    # narrow: some directions never end
    sums += EPS * np.trace(sums, axis1=-2, axis2=-1)[..., None, None] * identity
    remaining = np.linalg.solve(sums, (distance @ turn).mT[..., None])[..., 0].mT @ turn.mT
    moved, turned = _derived.factor_left(inward, outward, distance, remaining, eta / slope)
    return np.asarray(eta[:, 0, 0] * _curvature(hidden + moved, outer + turned, spectrum))


def model(
    networks: Factor, root: FloatArray, runs: Runs, floor: float, tolerance: float
) -> watch.Model:
    """Runs of networks in a row as something to watch; `root` is √n, inf where linearised."""
    spectrum, size = networks.spectrum, sum(networks.distance.shape[-2:]) ** 2

    def start(index: watch.Index, nudge: int) -> State:
        which = runs.network[index]
        eta = watch.nudged(runs.eta[index], nudge)[:, None, None]
        parts = networks.inward, networks.outward, networks.distance
        return *(part[which] for part in parts), eta, eta / root[which]

    def equivalent(state: State, which: Any = slice(None)) -> Factor:
        return Factor(spectrum, *(part[which] for part in state[:3]))

    def measure(state: State) -> tuple[FloatArray, ...]:
        return equivalent(state).curvature(), floor + equivalent(state).excess() / 2

    return watch.Model(
        start=start,
        advance=lambda state: advance(state, spectrum),
        size=lambda state: np.sqrt(equivalent(state).excess()),
        sharpness=lambda state, which: state[3][which, 0, 0] * equivalent(state, which).curvature(),
        limit=lambda state, which: limit(tuple(part[which] for part in state), spectrum),
        measure=measure,
        tolerance=tolerance,
        block=max(1, STEPPED // size),
        group=max(1, LAID_OUT // size),
    )
