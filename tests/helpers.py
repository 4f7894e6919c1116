"""Oracles and starts that several tests share. Nothing here uses the package's formulas."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

OFFSETS = (1e-2, 1e-4, 1e-6)  # distances at which both sides of a boundary are probed
FIELDS = ("phase", "curvature", "curvature_error", "peak_loss", "peak_step", "steps")  # of Outcome
WIDTHS = (0.003, 0.4, 1, 2, 2.5, 3, 7, 50, 1000, 10**9, 10**18)


class Cell(NamedTuple):
    """The five arguments in the package's order."""

    eta: Any
    curvature: Any
    output: Any
    width: Any
    target: Any

    @property
    def start(self) -> tuple[Any, ...]:
        return self[1:]

    def scaled(self, factor: float) -> Cell:
        """The same run in other units of the learning rate."""
        with np.errstate(over="ignore", under="ignore"):
            return Cell(
                self.eta * factor,
                self.curvature / factor,
                self.output / factor,
                self.width,
                self.target / factor,
            )

    def mirrored(self) -> Cell:
        return self._replace(output=-self.output, target=-self.target)


def from_scaled(eta: Any, x: Any, balance: Any, width: Any, tau: Any) -> Cell:
    """The cell with ηλ = x, f = balance·√n·λ/2 (|balance| ≤ 1 is Cauchy-Schwarz), ηy/√n = tau."""
    root = np.sqrt(np.asarray(width, float))
    curvature = x / eta
    return Cell(eta, curvature, balance * root * curvature / 2, width, tau * root / eta)


@st.composite
def cells(
    draw: Any, largest_x: float = 6.0, largest_tau: float = 2.5, widths: tuple[int, ...] = WIDTHS
) -> Cell:
    """Any start that some network has."""
    number = st.floats(-1, 1).map(lambda value: 0.0 if abs(value) < 1e-6 else value)
    return from_scaled(
        draw(st.sampled_from([1e-6, 0.03, 1.0, 7.0, 1e5])),
        draw(st.floats(1e-3, largest_x)),
        draw(number),
        draw(st.sampled_from(widths)),
        largest_tau * draw(number),
    )


def random_cells(
    rng: Any, size: int, x: tuple[float, float], tau: float = 0.0, widths: tuple[int, ...] = WIDTHS
) -> Cell:
    """Starts with random rates, balances and widths; labels with |ηy/√n| up to `tau`."""
    return from_scaled(
        10 ** rng.uniform(-2, 2, size),
        rng.uniform(*x, size),
        rng.uniform(-1, 1, size),
        rng.choice(widths, size).astype(float),
        rng.uniform(-tau, tau, size),
    )


def descend(u: Any, v: Any, eta: Any, target: Any, root: Any) -> tuple[Any, Any]:
    """One step of gradient descent on the weights, from L = ½(f − y)² and f = v·u/√n; `root` is √n
    in the caller's numbers."""
    residual = (u * v).sum() / root - target
    return u - eta * residual * v / root, v - eta * residual * u / root


def measure(u: Any, v: Any, root: Any) -> tuple[Any, Any]:
    """Output and curvature of weights."""
    return (u * v).sum() / root, ((u * u).sum() + (v * v).sum()) / (root * root)


def fractions(rng: Any, size: int, denominator: int = 16) -> Any:
    """Random small rationals, in an array of objects."""
    return np.array(
        [
            Fraction(int(k), denominator)
            for k in rng.integers(-3 * denominator, 3 * denominator, size)
        ],
        dtype=object,
    )


def final_curvature(cell: Cell, number: Any = Decimal, steps: int = 20_000) -> Any:
    """The final curvature in 80 digits, from the float64 numbers taken as exact; None if it has not
    settled in time.

    Follows (f, λ) to a loss 1e-60 times smaller than where the package stops. `number` is Decimal,
    which is ten times as fast as mpmath.mpf and, as a test shows, says the same.
    """
    with localcontext(prec=80), mpmath.workdps(80):
        eta, curvature, f, y = (
            number(float(value)) for value in (cell.eta, cell.curvature, cell.output, cell.target)
        )
        push = eta / number(float(cell.width))
        small = abs(f - y) / number(10) ** 36
        for _ in range(steps):
            g = f - y
            if abs(g) <= small and eta * curvature < 2:
                return curvature
            curvature, f = (
                curvature + push * g * (eta * curvature * g - 4 * f),
                y + g * (1 - eta * curvature + eta * push * f * g),
            )
    return None


def in_rows(cell: Cell) -> list[Cell]:
    """One cell for each element of an array of cells."""
    return [
        Cell(*row)
        for row in zip(*(array.tolist() for array in np.broadcast_arrays(*cell)), strict=True)
    ]


def same_in_units(here: Any, there: Any, unit: float) -> None:
    """Two trajectories have the same bits up to a power of two in the unit, until one of them
    overflows."""
    live = np.isfinite(here.loss) & np.isfinite(there.loss)
    # the loss grows as its third power: it overflows at once
    assert np.sum(np.isfinite(here.loss) != np.isfinite(there.loss)) <= 1
    for name, power in (("output", 1), ("curvature", 1), ("loss", 2)):
        with np.errstate(over="ignore"):
            moved = getattr(there, name)[live] * unit**power
        np.testing.assert_array_equal(moved, getattr(here, name)[live], err_msg=name)


def only(cell: Cell, index: Any) -> Cell:
    return Cell(*(array[index] for array in np.broadcast_arrays(*cell)))


def errs_by_its_twin(outcome: Any, eta: Any) -> None:
    """The error of a chaotic run is eight times its distance, in ηλ, from the run at the next
    higher rate, and a little; it knows nothing of the next lower one."""
    shares = [1.0, 1 + np.finfo(float).eps, 1 - np.finfo(float).eps]
    end, *others = (outcome(eta * share) for share in shares)
    x, above, below = (
        eta * share * run.curvature for share, run in zip(shares, (end, *others), strict=True)
    )
    chaotic = np.isfinite(end.curvature_error) & (np.abs(above - x) > 1e-11)
    assert chaotic.sum() > 15
    error = (eta * end.curvature_error)[chaotic]
    far, other = (8 * np.abs(run - x)[chaotic] for run in (above, below))
    assert (error >= far).all()
    assert (error < 1.25 * far).mean() > 0.6
    assert ((error >= other) & (error < 1.25 * other)).mean() < 0.3
