"""The equivalent network: a factor [F; R] of the Gram matrix, FFᵀ = uᵀu/n and RRᵀ = VᵀV/n, on the
directions of a data set.

What is seen of it, its step, and where its curvature goes; the equations are those of
derivations/samples/factor.py.
"""

import operator
from typing import Any, NamedTuple

import numpy as np

from .. import _derived, watch
from ..arguments import EPS, FloatArray
from ..conventions import loss_factor
from ..runs import Runs
from .data import Data

# entries of Gram matrices: stepped together they stay in the cache, laid out together they bound
# the memory
STEPPED, LAID_OUT = 1 << 17, 1 << 23

# inward, outward, distance, eta and eta/√n of a row of runs
State = tuple[FloatArray, ...]


def spectrum_of(data: Data) -> FloatArray:
    """The spectrum of the data whose half-mean loss is the loss of these: their inputs and labels
    times the root of its factor (derivations `losses.as_data`, `losses.second_moments`,
    `losses.kernel`)."""
    return loss_factor(data.loss, data.samples, data.outputs) * data.spectrum


class Factor(NamedTuple):
    """Equivalent networks of q units on a data set, and how far their maps are from the best."""

    spectrum: FloatArray  # of the data in the unit of their loss, (rank,)
    inward: FloatArray  # F, (..., rank, q)
    outward: FloatArray  # R, (..., k, q)
    distance: FloatArray  # (..., rank, k)

    @property
    def grams(self) -> tuple[FloatArray, FloatArray]:
        """FFᵀ and RRᵀ."""
        return self.inward @ self.inward.mT, self.outward @ self.outward.mT

    @property
    def excess(self) -> Any:
        """Twice the loss above the floor."""
        return np.einsum("...ik,...ik,i->...", self.distance, self.distance, self.spectrum)

    @property
    def curvature(self) -> Any:
        """The largest eigenvalue of the kernel."""
        return self._top(*self.grams)

    def eigenvalues(self) -> FloatArray:
        """All eigenvalues of the kernel, largest first."""
        hidden, outer = self.grams
        kernels = self._kernel(hidden[..., None, :, :], _eigenvalues(outer))
        return np.sort(_eigenvalues(kernels).reshape(*outer.shape[:-2], -1))[..., ::-1]

    def alignment(self) -> FloatArray:
        """Cosine between residual and top eigenvector; nan where a step has overflowed."""
        parts = *self.grams, self.distance
        usable = np.logical_and.reduce([np.isfinite(part).all((-2, -1)) for part in parts])
        hidden, outer, distance = (np.where(usable[..., None, None], part, 0.0) for part in parts)
        weights, vectors = np.linalg.eigh(outer)
        _, directions = np.linalg.eigh(self._kernel(hidden, weights[..., -1]))
        residual = np.sqrt(self.spectrum)[:, None] * distance
        along = (directions[..., -1:].mT @ residual @ vectors[..., -1:])[..., 0, 0]
        whole = np.linalg.norm(residual, axis=(-2, -1))
        return np.where(usable, np.abs(along) / np.where(whole > 0, whole, 1.0), np.nan)

    def limit(self, root: FloatArray) -> Any:
        """Where the curvature goes, to first order in what is left: slow directions and all,
        without waiting for them; `root` is √n."""
        hidden, outer = self.grams
        weights, turn = np.linalg.eigh(outer)
        identity = np.eye(len(self.spectrum))
        sums = hidden[..., None, :, :] + weights[..., :, None, None] * identity
        # narrow: some directions never end
        sums += EPS * np.linalg.trace(sums)[..., None, None] * identity
        remaining = np.linalg.solve(sums, (self.distance @ turn).mT[..., None])[..., 0].mT @ turn.mT
        moved, turned = _derived.factor_left(*self[1:], remaining, root)
        return self._top(hidden + moved, outer + turned)

    def _top(self, hidden: FloatArray, outer: FloatArray) -> Any:
        return _eigenvalues(self._kernel(hidden, _eigenvalues(outer)[..., -1]))[..., -1]

    def _kernel(self, hidden: FloatArray, weight: FloatArray) -> Any:
        """Kernel of the outputs along one eigenvector of VᵀV/n, `weight` its eigenvalue, on the
        directions of the data."""
        root = np.sqrt(self.spectrum)
        with np.errstate(all="ignore"):
            return hidden * np.outer(root, root) + weight[..., None, None] * np.diag(self.spectrum)


def _eigenvalues(matrices: FloatArray) -> FloatArray:
    """Eigenvalues of symmetric matrices, in ascending order; inf where a matrix has overflowed."""
    if matrices.shape[-1] == 1:
        return np.where(np.isfinite(matrices), matrices, np.inf)[..., 0]
    finite = np.isfinite(matrices).all((-2, -1))
    result = np.full(matrices.shape[:-1], np.inf)
    result[finite] = np.linalg.eigvalsh(matrices[finite])
    return result


def model(
    networks: Factor, root: FloatArray, runs: Runs, floor: float, tolerance: float
) -> watch.Model:
    """Runs of networks in a row as something to watch; `root` is √n, inf where linearised."""
    spectrum, size = networks.spectrum, sum(networks.distance.shape[-2:]) ** 2

    def start(index: watch.Index, nudge: int) -> State:
        which = runs.network[index]
        eta = watch.nudged(runs.eta[index], nudge)[:, None, None]
        return *(part[which] for part in networks[1:]), eta, eta / root[which]

    def advance(state: State) -> State:
        inward, outward, distance, *rates = state
        change = _derived.factor_change(inward, outward, spectrum[:, None] * distance, *rates)
        return *map(operator.iadd, change, state), *rates

    def equivalent(state: State, which: Any = slice(None)) -> Factor:
        return Factor(spectrum, *(part[which] for part in state[:3]))

    def loss(state: State) -> FloatArray:
        return np.asarray(floor + equivalent(state).excess / 2)

    return watch.Model(
        start,
        advance,
        size=lambda state: np.sqrt(equivalent(state).excess),
        sharpness=lambda state, which: state[3][which, 0, 0] * equivalent(state, which).curvature,
        limit=lambda state, which: (
            state[3][which, 0, 0] * equivalent(state, which).limit((state[3] / state[4])[which])
        ),
        measure=lambda state: (equivalent(state).curvature, loss(state)),
        loss=loss,
        tolerance=tolerance,
        any_step=networks.distance.shape[-2:] != (1, 1),  # otherwise it is one sample's network
        block=max(1, STEPPED // size),
        group=max(1, LAID_OUT // size),
    )
