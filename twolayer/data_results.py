"""What the package returns about data sets: how flat minima can be, which rates they allow, and how
likely random networks are to converge."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .results import Phase


@dataclass(frozen=True, eq=False)
class FlattestCurvature:
    """How flat a minimum of the loss can be. All fields have the shape of the widths (scalars for
    one).

    Attributes
    ----------
    curvature : float array
        λ_flat, the smallest top kernel eigenvalue at a minimum, in the unit of the loss.
    error : float array
        How far off `curvature` is at most: what is left between a lower bound, `curvature`, and an
        upper one, and the rounding of both.
    eta : float array
        2/λ_flat, the largest rate at which the flattest minimum is stable; above it training cannot
        settle. `inf` where the labels need no map (λ_flat = 0) and at infinite width.
    eta_bound : float array
        √n/σ_max(XᵀY/m), read off the data alone: nothing is stable above it. At least `eta`.
    attained : bool array
        False where there are fewer hidden units than the best linear map has rank. Then no minimum
        is as flat, its Hessian being above its kernel: `curvature` bounds from below, `eta` from
        above.

    Examples
    --------
    >>> import twolayer as tl
    >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [100.0, 0.0, 100.0])
    >>> flat = tl.flattest_curvature(data, 100)
    >>> flat.eta.round(4), flat.eta_bound.round(4)
    (np.float64(0.1169), np.float64(0.1342))
    """

    curvature: Any
    error: Any
    eta: Any
    eta_bound: Any
    attained: Any


@dataclass(frozen=True, eq=False)
class RateGuide:
    """Up to which learning rate networks are to be trained on a data set. All fields but `exact`
    have the shape of the batch; rates are in the unit of `eta`, curvatures in that of the loss.

    Attributes
    ----------
    exact : bool
        Whether the networks are one sample's networks: X has rank 1 and there is one output. Then
        `eta_crit`, `eta_max` and `eta_div` are those of `twolayer.eta_max` and its like; otherwise
        they are `nan`.
    curvature : float array
        λ₀, the top kernel eigenvalue of the start.
    two_over, four_over : float array
        2/λ₀, above which the residual grows along the top direction at first, and 4/λ₀, above which
        wide networks without labels diverge.
    eta_crit, eta_max, eta_div : float array
        The first step raises the loss above the first (`inf` where it does at no rate below the
        second), training does not converge above the second, and diverges above the third.
    eta_flat, eta_bound : float array
        2/λ_flat and √n/σ_max(XᵀY/m) (`FlattestCurvature`): above both nothing is stable.
    rate : float array
        The guide: `eta_max` where it is exact; otherwise the smaller one of `four_over`, which is
        not exact, and `eta_flat`, above which training converges to nothing.
    binding : str array
        Which of the rates the guide is: "four_over", "eta_flat" or "eta_div".
    label_size, output_size : float array
        Root mean square, over samples and outputs, of labels and of outputs at the start.
    eta_flat_unit : float array
        What `eta_flat` would be for the same labels, scaled to a root mean square of 1 (`four_over`
        stays as it is); `nan` where all are zero, and, as `label_size`, where they are below
        1e-140, whose squares float64 does not hold.

    Examples
    --------
    >>> import twolayer as tl
    >>> network, data = tl.GramNetwork.random(100, inputs=1, rng=0), tl.Data([1.0, 2.0], [0.0, 0.0])
    >>> guide = tl.rate_guide(network, data)
    >>> guide.exact, bool(guide.rate == guide.eta_max)
    (True, True)
    """

    exact: bool
    curvature: Any
    two_over: Any
    four_over: Any
    eta_crit: Any
    eta_max: Any
    eta_div: Any
    eta_flat: Any
    eta_bound: Any
    rate: Any
    binding: Any
    label_size: Any
    output_size: Any
    eta_flat_unit: Any


@dataclass(frozen=True, eq=False)
class ConvergenceOdds:
    """How likely random networks are to converge on a data set, on a grid of g values of ηλ₀, from
    N starts. ηλ₀ knows no unit; λ₀ is that of the loss that the data name.

    Attributes
    ----------
    sharpness : float array, shape (g,)
        The values of ηλ₀, in increasing order.
    curvature : float array, shape (N,)
        λ₀ of each start, its top kernel eigenvalue: its learning rates were sharpness/curvature.
    phase : int8 array of Phase codes, shape (N, g)
        What each run showed: LAZY, CATAPULT, DIVERGENT or UNDECIDED.
    probability : float array, shape (g,)
        Share of the decided runs that converged; `nan` where none is decided.
    low, high : float array, shape (g,)
        Exact (Clopper-Pearson) interval of the probability at each point by itself. An undecided
        run counts as not converging in `low` and as converging in `high`.
    half : float
        ηλ₀ at which `probability` falls through one half, interpolated between two neighbours on
        the grid; `nan` where it does not.
    half_low, half_high : float
        Where the probability is one half: between the last value of ηλ₀ at which `low` is above one
        half and the first after it at which `high` is below. 0 and `inf` where the grid has no such
        value.
    confidence : float
        Of the intervals.

    Examples
    --------
    >>> import twolayer as tl
    >>> data = tl.Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    >>> odds = tl.convergence_odds(data, 3, [3.0, 4.0, 5.0, 6.0], starts=100)
    >>> odds.probability, odds.half.round(3)
    (array([1.  , 0.88, 0.03, 0.  ]), np.float64(4.447))
    >>> odds.largest[1:3], odds.beyond[1:3]
    (array([3., 4.]), array([4., 5.]))
    """

    sharpness: Any
    curvature: Any
    phase: Any
    probability: Any
    low: Any
    high: Any
    half: Any
    half_low: Any
    half_high: Any
    confidence: Any

    @property
    def converged(self) -> Any:
        """Number of starts that converged, LAZY or CATAPULT, shape (g,)."""
        return np.sum(self.phase <= Phase.CATAPULT, axis=0)

    @property
    def catapulted(self) -> Any:
        """Number of those whose loss rose above its start, as `Phase` says, shape (g,)."""
        return np.sum(self.phase == Phase.CATAPULT, axis=0)

    @property
    def diverged(self) -> Any:
        """Number of starts that diverged, shape (g,)."""
        return np.sum(self.phase == Phase.DIVERGENT, axis=0)

    @property
    def undecided(self) -> Any:
        """Number of starts that spent their steps, shape (g,)."""
        return np.sum(self.phase == Phase.UNDECIDED, axis=0)

    @property
    def largest(self) -> Any:
        """Largest value of ηλ₀ at which each start converged, shape (N,); 0 where it never did."""
        return self._last(self.phase <= Phase.CATAPULT)[0]

    @property
    def beyond(self) -> Any:
        """The value of ηλ₀ from which on each start diverged, shape (N,); `inf` where the last one
        did not.

        The next on the grid after `largest`, unless undecided runs lie between.
        """
        return self._last(self.phase != Phase.DIVERGENT)[1]

    def _last(self, which: Any) -> tuple[Any, Any]:
        """For each start the last value that is marked, and the next; before the grid lies 0, after
        it inf."""
        values = np.concatenate([[0.0], self.sharpness, [np.inf]])
        at = np.where(which.any(axis=1), which.shape[1] - which[:, ::-1].argmax(axis=1), 0)
        return values[at], values[at + 1]


@dataclass(frozen=True, eq=False)
class KernelCurvature:
    """The top eigenvalues of JJᵀ/m, in the unit of the loss.

    Attributes
    ----------
    eigenvalues : float array, shape (count,)
        Largest first, repeated ones as often as they are.
    error : float array, shape (count,)
        Some eigenvalue is at most so far away: the length of the residual |Av − λv| (exact for any
        v of length 1), and the rounding of the products in the type in which they came.
    products : int
        How many products with J or Jᵀ it took.

    Examples
    --------
    >>> import numpy as np
    >>> import twolayer as tl
    >>> J = np.array([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]])      # two samples, three parameters
    >>> found = tl.kernel_curvature(lambda v: J @ v, lambda w: J.T @ w, 3, 2)
    >>> found.curvature.round(12), found.eta_crit.round(12)
    (np.float64(2.0), np.float64(1.0))
    """

    eigenvalues: Any
    error: Any
    products: Any

    @property
    def curvature(self) -> Any:
        """λ, the largest eigenvalue."""
        return self.eigenvalues[0]

    @property
    def eta_crit(self) -> Any:
        """2/λ, above which the model that is linear in its parameters diverges; `inf` where λ is
        0."""
        with np.errstate(divide="ignore", over="ignore"):
            return np.float64(2.0) / self.eigenvalues[0]
