"""What the command `data` prints: lines and tables."""

from collections.abc import Iterator, Sequence

import numpy as np

from ..arguments import FloatArray
from ..data_results import ConvergenceOdds, RateGuide
from ..plotting.samples import Restored
from ..results import Outcome, Phase
from ..samples.data import Data
from ..samples.endings import Endings
from ..samples.gram import GramNetwork
from ..samples.guide import rate_guide
from ..samples.odds import best_rank
from .data_runs import CUT, DELAYS, WIDTHS, WINDOW, Limits, Row
from .output import table

PRINTED = 8  # eigenvalues in the output
RATES = 45  # of data on which a step is cheap
FEW = 10  # λ/θ of a direction that is not slow because it is small
LARGE = 10  # labels over outputs that are worth a line
REACHED = 1e-12  # share of the largest eigenvalue: narrow networks do not reach every direction


def about(
    data: Data, inputs: int, words: str, theory: GramNetwork, limits: Limits
) -> tuple[list[str], FloatArray]:
    """What the data are, of so many inputs before they were reduced to their space, and where their
    catapults lie: lines, and the eigenvalues of the kernel at the start."""
    values = reached(theory.spectrum(data))
    return list(_described(data, inputs, words, theory, values, limits)), values


def _described(
    data: Data, inputs: int, words: str, theory: GramNetwork, values: FloatArray, limits: Limits
) -> Iterator[str]:
    start, width = values[0], int(theory.width)
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
        f"network: width {width}, weights N(0, 1) and the 1/√n of the convention; curvature λ₀ = "
        f"{start:.6g}; 2/λ₀ = {2 / start:.6g}, 4/λ₀ = {4 / start:.6g}"
    )
    yield "   (rates for weights of your own: tl.rate_guide of tl.GramNetwork.from_weights)"
    yield from guidance(rate_guide(theory, data))
    rank = best_rank(data, limits.tolerance)
    if width < rank:
        yield (
            f"   the best linear map has rank {rank}: a network of this width cannot reach the "
            "floor, and stays undecided"
        )
    yield from spectrum_table(values)


def guidance(guide: RateGuide) -> Iterator[str]:
    """Up to which learning rate to train, and what says so."""
    yield from _exact(guide) if guide.exact else _smaller(guide)
    if guide.label_size > LARGE * guide.output_size:
        yield (
            f"labels (root mean square {guide.label_size:.3g}) are far larger than outputs at the "
            f"start ({guide.output_size:.3g}): minima are steep;"
        )
        allowed = min(guide.eta_flat_unit, guide.four_over)
        yield f"   scaled to root mean square 1 they would allow {allowed:.6g}"


def _exact(guide: RateGuide) -> Iterator[str]:
    if np.isfinite(guide.eta_crit):
        yield (
            f"exact boundaries: η_crit = {guide.eta_crit:.6g}, above which the first step raises "
            "the loss;"
        )
    else:
        yield "exact boundaries: no rate below η_max raises the loss at the first step;"
    yield f"   η_max = {guide.eta_max:.6g}, above which training does not converge:"
    yield {
        "eta_div": "   it is η_div, above which training diverges",
        "eta_flat": "   the flattest minimum is unstable above it; runs oscillate or diverge",
    }[str(guide.binding)]


def _smaller(guide: RateGuide) -> Iterator[str]:
    yield "   above 2/λ₀ the residual grows along the top direction at first;"
    yield "   above 4/λ₀ wide networks with small labels diverge, not exactly on these data"
    if np.isfinite(guide.eta_flat):
        yield f"the flattest minimum is unstable above {guide.eta_flat:.6g}, exactly"
    yield (
        f"   train below {guide.rate:.6g}, the smaller one: "
        + {
            "four_over": "4/λ₀, a guide and no proof",
            "eta_flat": "the flattest minimum's",
        }[str(guide.binding)]
    )


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
                *(f"{row.share:.4g}", row.phase.lower(), row.phase_weights.lower(), f"{row.steps}"),
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
            "in the end"
        )
        yield "   its loss and curvature are infinite"
    for row in rows:
        yield from _standing(row)
        if row.phase != row.phase_weights:
            yield (
                f"   at ηλ₀ = {row.share:g} theory and weights part: there the run amplifies "
                "roundings until they decide"
            )


def _standing(row: Row) -> Iterator[str]:
    """Where a run stands that is undecided."""
    at = f"   at ηλ₀ = {row.share:g} "
    if row.ending == "oscillating":
        yield (
            f"{at}the run oscillates: in the last quarter of its steps the loss is between "
            f"{row.low:.4g} and {row.high:.4g}"
        )
    elif row.ending == "falling":
        yield f"{at}the run is slow: {_slow(row.conditioning, row.needed)}"
    elif row.ending:
        yield f"{at}the loss still rises, or its steps are too few to say more"


def _slow(conditioning: float, needed: float) -> str:
    """Why a run that falls has not ended."""
    if not np.isfinite(needed):
        return "it never reaches the floor, for the network is too narrow"
    steps = f"{needed:,.0f}" if needed < 1e6 else f"{needed:.2g}"
    if conditioning < FEW:
        return f"ηθ is close to 2 along a direction, about {steps} steps are enough"
    return f"λ/θ = {conditioning:.2g} for the slowest direction, about {steps} steps are enough"


def ends_table(
    rates: FloatArray, start: FloatArray, ends: Outcome, stands: Endings, limits: Limits
) -> Iterator[str]:
    """One line a width: the last rate that converges and the first that diverges, how many runs are
    open, and how well final curvatures are known; then why runs are open, and what helps."""
    yield (
        f"\nFinal curvature of random networks at {len(rates)} rates, ηλ₀ = {rates[0]:g} … "
        f"{rates[-1]:g};"
    )
    yield (
        f"   a run ends when its loss above the floor is {limits.tolerance:g} of its start, or "
        f"undecided after {limits.steps:,} steps:"
    )
    if len(rates) < RATES:
        yield "   (fewer rates, and steps unless --steps says more, than on smaller data)"
    error = "error of λ∞\nover λ∞, "
    header = (
        *("width", "λ₀", "converges\nup to ηλ₀", "diverges\nfrom ηλ₀", "undecided"),
        *("of these\noscillating", "not final", f"{error}median", f"{error}worst"),
    )
    columns = range(len(WIDTHS))
    yield from table(header, (_of_width(k, rates, start, ends, stands) for k in columns))
    yield from _why_open(stands, limits)


def _why_open(stands: Endings, limits: Limits) -> Iterator[str]:
    slow = stands.kind == "falling"
    narrow = slow & ~np.isfinite(stands.steps)
    slow &= ~narrow
    if slow.any():
        worst = np.where(slow, stands.steps, 0.0).argmax()
        most = _slow(stands.conditioning.flat[worst], stands.steps.flat[worst])
        yield f"   undecided and slow: {slow.sum()}; of the slowest {most};"
        small = ", --standardize, or inputs without small directions"
        yield (
            f"      more --steps than {limits.steps:,} help, or a larger --tolerance"
            + (small if stands.conditioning.flat[worst] >= FEW else ", or another rate")
        )
    if narrow.any():
        yield f"   undecided, of networks too narrow to reach the floor: {narrow.sum()}"
    loud = stands.kind == "oscillating"
    if loud.any():
        yield (
            f"   undecided and oscillating: {loud.sum()}; losses rise and fall between "
            f"{stands.low[loud].min():.3g} and {stands.high[loud].max():.3g};"
        )
        yield f"      a smaller rate helps, or more --steps than {limits.steps:,}: some converge"


def _of_width(
    k: int, rates: FloatArray, start: FloatArray, ends: Outcome, stands: Endings
) -> Iterator[str]:
    phase, curvature = ends.phase[:, k], ends.curvature[:, k]
    good = phase <= Phase.CATAPULT
    yield f"{WIDTHS[k]:,}"
    yield f"{start[k]:.4g}"
    for edge in rates[good][-1:], rates[phase == Phase.DIVERGENT][:1]:
        yield f"{edge[0]:.2f}" if edge.size else "-"
    yield f"{np.sum(phase == Phase.UNDECIDED)}"
    yield f"{np.sum(stands.kind[:, k] == 'oscillating')}"
    yield f"{np.sum(np.isnan(curvature[good]))}"
    relative = (ends.curvature_error[:, k] / curvature)[good]
    relative = relative[np.isfinite(relative)]
    for worst in np.median, np.max:
        yield f"{worst(relative):.0e}" if relative.size else "-"


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
