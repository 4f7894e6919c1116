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
from .data_runs import DELAYS, TOLERANCE, WIDTHS, Row

PRINTED = 8  # eigenvalues in the output
REACHED = 1e-12  # share of the largest eigenvalue: narrow networks do not reach every direction


def describe(data: Data, words: str, net: Network, theory: GramNetwork) -> Iterator[str]:
    """What the data are and where their catapults lie."""
    start, values = theory.curvature(data), theory.spectrum(data)
    yield (
        f"data: m = {data.samples} samples, d = {data.inputs} inputs, k = {data.outputs} outputs, "
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
        "input; otherwise a rough guide"
    )
    rank = best_rank(data, TOLERANCE)
    if net.width < rank:
        yield (
            f"   the best linear map has rank {rank}: a network of this width cannot reach the "
            "floor, and stays undecided"
        )
    yield from spectrum(reached(values), start)


def reached(values: FloatArray) -> FloatArray:
    """The eigenvalues of the directions that a network reaches."""
    return np.asarray(values[values > REACHED * values.max()])


def spectrum(values: FloatArray, start: float) -> Iterator[str]:
    """The table of directions: the eigenvalues of the kernel at the start, and where they
    catapult."""
    yield f"{'direction':>9}{'eigenvalue θ':>14}{'grows above 2/θ':>17}{'in ηλ₀':>9}"
    for number, value in enumerate(values[:PRINTED], 1):
        yield f"{number:>9}{value:>14.6g}{2 / value:>17.6g}{2 * start / value:>9.3f}"


def comparison(rows: Sequence[Row]) -> Iterator[str]:
    """The table of `compare`."""
    other = f"{'difference':>12}"
    yield (
        f"{'ηλ₀':>5}  {'theory':<10}{'weights':<10}{'steps':>6}{'peak loss/start':>17}{other}"
        f"{'curvature':>12}{other}"
    )
    for row in rows:
        yield (
            f"{row.share:>5g}  {row.phase.lower():<10}{row.phase_weights.lower():<10}"
            f"{row.steps:>6}{row.peak:>17.6g}{row.peak_difference:>12.1e}"
            f"{row.curvature:>12.6g}{row.curvature_difference:>12.1e}"
        )


def ends_table(rates: FloatArray, start: FloatArray, ends: Outcome) -> Iterator[str]:
    """One line a width: the last rate that converges and the first that diverges, how many runs are
    open, and how well final curvatures are known."""
    yield (
        f"{'width':>18}{'λ₀':>10}{'converges to / diverges':>26}{'undecided':>11}{'not final':>11}"
        f"{'median/worst error':>20}"
    )
    for k, width in enumerate(WIDTHS):
        phase, curvature = ends.phase[:, k], ends.curvature[:, k]
        good = phase <= Phase.CATAPULT
        last, first = rates[good][-1:], rates[phase == Phase.DIVERGENT][:1]
        within = " / ".join(f"{rate[0]:.2f}" if rate.size else "-" for rate in (last, first))
        relative = (ends.curvature_error[:, k] / curvature)[good]
        relative = relative[np.isfinite(relative)]
        error = f"{np.median(relative):.0e} / {relative.max():.0e}" if relative.size else "-"
        undecided, unknown = np.sum(phase == Phase.UNDECIDED), np.sum(np.isnan(curvature[good]))
        yield f"{width:>18,}{start[k]:>10.4g}{within:>26}{undecided:>11}{unknown:>11}{error:>20}"


def restored(networks: list[Restored]) -> Iterator[str]:
    """The table of `restoration`."""
    heads = "".join(f"{f'after + {delay}':>13}" for delay in DELAYS)
    yield f"{'ηλ₀':>5}{'end of catapult':>17}{'at the start':>14}{heads}"
    for share in sorted({item.share for item in networks}):
        group = {item.delay: item for item in networks if item.share == share}
        end = "none seen"
        if 0 in group:
            end = f"step {group[0].step}" if group[0].step else "no catapult"
        strays = [f"{group[d].deviation:.1e}" if d in group else "-" for d in DELAYS]
        cells = "".join(f"{stray:>13}" for stray in strays)
        yield f"{share:>5g}{end:>17}{group[None].deviation:>14.1e}{cells}"


def odds_table(odds: ConvergenceOdds) -> Iterator[str]:
    """One line a rate, and where the odds are even."""
    yield f"{'ηλ₀':>5}{'converges':>11}{'95 % interval':>20}{'undecided':>11}"
    for column, share in enumerate(odds.sharpness):
        interval = f"[{odds.low[column]:.4f}, {odds.high[column]:.4f}]"
        yield (
            f"{share:>5g}{odds.probability[column]:>11.4f}{interval:>20}"
            f"{odds.undecided[column]:>11}"
        )
    yield (
        f"one half at ηλ₀ = {odds.half:.4g}, interval [{odds.half_low:.4g}, {odds.half_high:.4g}]"
    )
