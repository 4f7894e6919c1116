"""What the command `data` prints: lines and tables."""

from collections.abc import Iterator, Sequence

import numpy as np

from ..arguments import FloatArray
from ..network import Network
from ..plotting.samples import Restored
from ..results import ConvergenceOdds, Outcome, Phase
from ..samples.data import Data
from ..samples.gram import GramNetwork
from ..samples.odds import best_rank
from .data_runs import BUDGET, CUT, DELAYS, WIDTHS, WINDOW, Limits, Row, slowest
from .output import table

PRINTED = 8  # eigenvalues in the output
REACHED = 1e-12  # share of the largest eigenvalue: narrow networks do not reach every direction


def describe(
    data: Data, inputs: int, words: str, net: Network, theory: GramNetwork, limits: Limits
) -> Iterator[str]:
    """What the data are, of so many inputs before they were reduced to their space, and where their
    catapults lie."""
    start, values = theory.curvature(data), reached(theory.spectrum(data))
    yield (
        f"data: m = {data.samples} samples, d = {inputs} inputs, k = {data.outputs} outputs, "
        f"rank {len(data.spectrum)}"
    )
    yield f"   {words}"
    yield (
        f"floor of the loss: {data.floor:.6g}; loss of the network at its start: "
        f"{theory.loss(data):.6g}"
    )
    yield (
        f"network: width {net.width}, curvature λ₀ = {start:.6g}; 2/λ₀ = {2 / start:.6g}, 4/λ₀ = "
        f"{4 / start:.6g}"
    )
    yield "   above 2/λ₀ the residual grows along the top direction at first;"
    yield (
        "   above 4/λ₀ training diverges: exact with label 0, one output, and one sample or one "
        "input"
    )
    rank = best_rank(data, limits.tolerance)
    if net.width < rank:
        yield (
            f"   the best linear map has rank {rank}: a network of this width cannot reach the "
            "floor, and stays undecided"
        )
    yield from spectrum_table(values)


def reached(values: FloatArray) -> FloatArray:
    """The eigenvalues of the directions that a network reaches."""
    return np.asarray(values[values > REACHED * values.max()])


def spectrum_table(values: FloatArray) -> Iterator[str]:
    """Where the first directions catapult; `values` are the eigenvalues of the kernel, largest
    first."""
    yield from table(
        ("direction", "eigenvalue θ", "grows above 2/θ", "in ηλ₀"),
        (
            (f"{number}", f"{value:.6g}", f"{2 / value:.6g}", f"{2 * values[0] / value:.4g}")
            for number, value in enumerate(values[:PRINTED], 1)
        ),
    )


def comparison(rows: Sequence[Row]) -> Iterator[str]:
    """The table of `compare`."""
    yield "\nThe theory (Gram matrix) and the same network trained on its weights:"
    difference = "its relative\ndifference"
    header = (
        *("ηλ₀", "theory", "weights", "compared\nfor steps"),
        *("peak loss\nover start", difference, "curvature\nthen", difference),
    )
    yield from table(
        header,
        (
            (
                *(f"{row.share:g}", row.phase.lower(), row.phase_weights.lower(), f"{row.steps}"),
                *(f"{row.peak:.6g}", f"{row.peak_difference:.1e}"),
                *(f"{row.curvature:.6g}", f"{row.curvature_difference:.1e}"),
            )
            for row in rows
        ),
        left=(1, 2),
    )
    if any(row.phase == Phase.DIVERGENT.name for row in rows):
        yield (
            f"   a run that diverges is compared while its loss is below {CUT:g} times its start; "
            "in the end its loss and curvature are infinite"
        )


def ends_table(
    rates: FloatArray, start: FloatArray, ends: Outcome, limits: Limits
) -> Iterator[str]:
    """One line a width: the last rate that converges and the first that diverges, how many runs are
    open, and how well final curvatures are known."""
    yield (
        f"\nFinal curvature of random networks at {len(rates)} rates, ηλ₀ = {rates[0]:g} … "
        f"{rates[-1]:g};"
    )
    yield (
        f"   a run ends when its loss above the floor is {limits.tolerance:g} of its start, or "
        f"undecided after {limits.steps:,} steps"
        + ("; on larger data there are fewer (--steps)" if limits.steps < BUDGET else "")
        + ":"
    )
    error = "error of λ∞\nover λ∞, "
    header = (
        *("width", "λ₀", "converges\nup to ηλ₀", "diverges\nfrom ηλ₀", "undecided"),
        *("not final", f"{error}median", f"{error}worst"),
    )
    yield from table(header, (_of_width(k, rates, start, ends) for k in range(len(WIDTHS))))


def _of_width(k: int, rates: FloatArray, start: FloatArray, ends: Outcome) -> Iterator[str]:
    phase, curvature = ends.phase[:, k], ends.curvature[:, k]
    good = phase <= Phase.CATAPULT
    yield f"{WIDTHS[k]:,}"
    yield f"{start[k]:.4g}"
    for edge in rates[good][-1:], rates[phase == Phase.DIVERGENT][:1]:
        yield f"{edge[0]:.2f}" if edge.size else "-"
    yield f"{np.sum(phase == Phase.UNDECIDED)}"
    yield f"{np.sum(np.isnan(curvature[good]))}"
    relative = (ends.curvature_error[:, k] / curvature)[good]
    relative = relative[np.isfinite(relative)]
    for worst in np.median, np.max:
        yield f"{worst(relative):.0e}" if relative.size else "-"


def why_undecided(data: Data, theory: GramNetwork, limits: Limits, number: int) -> Iterator[str]:
    """Why runs are undecided, and what helps."""
    if not number:
        return
    start, (value, needed) = theory.curvature(data), slowest(theory, data, limits.tolerance)
    yield (
        f"   undecided: {number} runs, whose loss was finite and above {limits.tolerance:g} of its "
        f"start after {limits.steps:,} steps"
    )
    yield (
        f"   of the directions that hold more than that share the slowest has θ = {value:.3g}, "
        f"λ₀/θ = {start / value:.3g}:"
    )
    yield f"   the linearised network needs about {needed:.2g} steps at ηλ₀ = 1"
    if needed > limits.steps:
        yield (
            "   what helps: more --steps, a larger --tolerance, --standardize, or inputs without "
            "their small directions"
        )
    else:
        yield (
            "   so they are not slow in small directions: they are near the rate from which on "
            "they diverge, or oscillate without end"
        )


def restored(networks: list[Restored]) -> Iterator[str]:
    """The table of `restoration`."""
    yield (
        f"\nRestoration of linear dynamics: largest relative deviation of the loss in {WINDOW} "
        "steps, relinearised"
    )
    yield "   against full network, by the step at which it was relinearised:"
    lines = []
    for share in sorted({item.share for item in networks}):
        group = {item.delay: item for item in networks if item.share == share}
        end = "none seen"
        if 0 in group:
            end = f"step {group[0].step}" if group[0].step else "no catapult"
        strays = [_stray(group[delay].deviation) for delay in (None, *DELAYS) if delay in group]
        lines.append([f"{share:g}", end, *strays, *["-"] * (1 + len(DELAYS) - len(strays))])
    after = (f"end + {delay}" for delay in DELAYS)
    yield from table(("ηλ₀", "end of catapult", "start", *after), lines)
    if any(np.isnan(item.deviation) for item in networks):
        yield "   diverges: the full network does"


def _stray(deviation: float) -> str:
    return "diverges" if np.isnan(deviation) else f"{deviation:.1e}"


def odds_table(odds: ConvergenceOdds, starts: int, width: int) -> Iterator[str]:
    """One line a rate, and where the odds are even."""
    yield f"\nHow likely {starts} random networks of width {width} are to converge:"
    yield from table(
        ("ηλ₀", "converges", "95 % interval", "undecided"),
        (
            (
                *(f"{share:g}", f"{odds.probability[i]:.4f}"),
                *(f"[{odds.low[i]:.4f}, {odds.high[i]:.4f}]", f"{odds.undecided[i]}"),
            )
            for i, share in enumerate(odds.sharpness)
        ),
    )
    yield (
        f"one half at ηλ₀ = {odds.half:.4g}, interval [{odds.half_low:.4g}, {odds.half_high:.4g}]"
    )
