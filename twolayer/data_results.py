"""What the package returns about data sets: how flat minima can be, and which rates they allow."""

from dataclasses import dataclass
from typing import Any


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
