"""Squared losses by their usual names, written from their definitions: what each divides the sum of
squares by, and so its derivatives. Knows no network.

Residuals f − y of m samples and k outputs; Σ is over both.
"""

from typing import Any

DEFAULT = "half-mean"
NAMED = {
    "half-mean": "Σ|f − y|²/(2m)",
    "mean": "Σ|f − y|²/m",
    "mse": "Σ|f − y|²/(mk)",
    "half-mse": "Σ|f − y|²/(2mk)",
    "sum": "Σ|f − y|²",
    "half-sum": "Σ|f − y|²/2",
}


def named(loss: Any, argument: str = "loss") -> str:
    """The loss of an argument, if it is one of the names."""
    if not isinstance(loss, str) or loss not in NAMED:
        raise ValueError(f"{argument} = {loss!r} must be one of {', '.join(NAMED)}")
    return loss


def divisor(loss: str, samples: int, outputs: int) -> int:
    """What the sum of squares over all samples and outputs is divided by."""
    return {
        "half-mean": 2 * samples,
        "mean": samples,
        "mse": samples * outputs,
        "half-mse": 2 * samples * outputs,
        "sum": 1,
        "half-sum": 2,
    }[loss]


def share(loss: str, samples: int, outputs: int) -> float:
    """The loss over Σ|f − y|²/m."""
    return samples / divisor(loss, samples, outputs)


def slope(loss: str, samples: int, outputs: int) -> float:
    """The derivative of the loss in one output of one sample, over (f − y)/m; the second derivative
    over 1/m."""
    return 2 * share(loss, samples, outputs)
