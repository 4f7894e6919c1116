"""What the command `deep` says of its runs."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..arguments import FloatArray
from ..plotting.deep import Accuracy, DeepCourse, Drop, Scaled
from ..results import Phase
from .deep_jobs import ACTIVATIONS, Found, Plan, labels_over_outputs
from .deep_runs import SCALES, SCAN, Dropped, Ended, first_true
from .deep_source import Sets
from .output import table

STEEP = 5.0  # labels over outputs at the start from which on labels are called large
ENOUGH = 3  # networks of which something is said


def about(sets: Sets, plan: Plan) -> Iterator[str]:
    """Samples and networks."""
    few, kind = sets.samples, plan.kind
    yield (
        f"{few.samples} samples, {few.inputs} inputs, {few.outputs} output"
        + "s" * (few.outputs > 1)
        + ":"
    )
    yield from (f"   {line}" for line in sets.words)
    yield (
        f"networks of {kind.depth} layers, {kind.activation} between them, weights "
        f"N(0, {SCALES[kind.activation] ** 2:.3g}) at the start;"
    )
    yield (
        f"   {kind.steps} steps of gradient descent on all samples; λ is the top eigenvalue of "
        "JJᵀ/m, λ₀ that at the start"
    )
    if (ratio := labels_over_outputs(sets, plan)) > STEEP:
        yield (
            f"   note: labels are {_size(ratio)} times the outputs at the start (root mean square):"
        )
        yield (
            "   the minimum that fits them is steep, and rates far below 2/λ₀ may be the largest; "
            "scale the labels"
        )


def said(sets: Sets, plan: Plan, found: Found) -> Iterator[str]:
    """All tables."""
    yield from about(sets, plan)
    yield from courses(plan, found.courses)
    yield from drops(plan, found.drops, found.dropped)
    yield from upper_ends(plan, found)
    yield from scales(found.scales)
    yield from accuracy(found.accuracy)


def courses(plan: Plan, runs: Sequence[DeepCourse]) -> Iterator[str]:
    """The runs whose every step is drawn."""
    yield f"\nThree runs of one network of width {plan.width}:"
    header = (
        *("ηλ₀", "η", "phase", "largest loss\nover start", "at step"),
        *("loss at end\nover start", "λ at end\nover λ₀", "ηλ\nat end"),
    )
    yield from table(header, map(_of_course, runs), left=(2,))
    if all(run.phase != Phase.DIVERGENT for run in runs):
        yield f"   no rate up to ηλ₀ = {runs[-1].share:g} made it diverge"


def _of_course(run: DeepCourse) -> Iterator[str]:
    phase = "collapsed" if run.collapsed else run.phase.name.lower()
    yield from (f"{run.share:g}", f"{run.eta:.4g}", phase)
    yield from (_size(run.loss.max() / run.loss[0]), f"{run.loss.argmax()}")
    yield _size(run.loss[-1] / run.loss[0])
    last = run.curvature[-1]
    yield from (_size(last / run.curvature[0]), _size(run.eta * last))


def _size(value: float) -> str:
    return f"{value:.3g}" if value < 1e6 or not np.isfinite(value) else f"{value:.0e}"


def drops(plan: Plan, found: Sequence[Drop], dropped: Sequence[Sequence[Dropped]]) -> Iterator[str]:
    """Where the transition sits, and on which side of it curvatures stay."""
    yield (
        f"\nWhere the catapult begins, in ηλ₀ (2/λ₀ is 2), over {_networks(plan.seeds)} of each "
        "width;"
    )
    yield "   ranges are over networks, those of λ/λ₀ over rates too:"
    header = (
        *("width", "λ₀", "top direction\ngrows from", "loss\nrises from"),
        *(f"below 2, λ/λ₀\nafter {found[0].early_step} steps", "and\nat the end"),
        *("above 2,\nruns train", "end below\n2/η", "collapsed"),
    )
    yield from table(header, map(_of_drop, found, dropped))
    high = np.concatenate([_at_edge(drop) for drop in found])
    if high.size:
        yield f"   runs that train but do not end below 2/η: ηλ = {_range(high)}; the edge is 2"
    yield "   top direction: the residual along the top eigenvector of JJᵀ grows at the first step;"
    yield "   the loss rises later: other directions learn meanwhile, and hide what grows"


def _at_edge(drop: Drop) -> FloatArray:
    """ηλ at the end of runs above 2/λ₀ that train and do not end below 2/η."""
    reached = (drop.final * drop.shares[:, None])[drop.shares > 2]
    return reached[np.isfinite(reached) & (reached >= 2)]


def _of_drop(drop: Drop, several: Sequence[Dropped]) -> Iterator[str]:
    yield from (f"{drop.width}", _range(drop.start))
    for pairs in ([one.grows for one in several], [one.rises for one in several]):
        low, high = zip(*pairs, strict=True)
        yield _between(min(low), max(high))
    below = drop.shares < 2
    for part in (drop.early, drop.final):
        yield _range(part[below])
    above = drop.final[drop.shares > 2]
    good = np.isfinite(above).sum()
    yield f"{good} of {above.size}" if good else "none"
    yield f"{good - _at_edge(drop).size} of {good}" if good else "–"
    yield f"{sum(one.collapsed for one in several)}"


def upper_ends(plan: Plan, found: Found) -> Iterator[str]:
    """Up to where networks train."""
    yield (
        f"\nThe upper end, in ηλ₀, over {_networks(plan.seeds)} of each width: all train up to, "
        "each has failed by;"
    )
    yield "   the two-layer linear model ends at 4, ReLU networks of the paper at about 12:"
    header = (
        *("activation", "width", "all train\nup to", "each has\nfailed by", "middle"),
        *("runs\ncollapsed", "runs\nopen", "train again\nabove"),
    )
    yield from table(
        header,
        (
            _of_ends(end.activation, end.width, several)
            for end, several in zip(found.ends, found.ended, strict=True)
        ),
        left=(0,),
    )
    yield (
        f"   found among {SCAN.size * plan.seeds} runs from ηλ₀ = {SCAN[0]:g} to {SCAN[-1]:g}, "
        "then by bisection; a collapsed run, whose output no"
    )
    yield "   longer depends on the input, neither converges nor diverges, and does not train"
    for name in ACTIVATIONS:
        again = [
            one.above
            for end, several in zip(found.ends, found.ended, strict=True)
            for one in several
            if end.activation == name
        ]
        if any(again):
            yield (
                f"   {name}: phases out of order in {np.count_nonzero(again)} of "
                f"{_networks(len(again))}: some run above the first that fails trains"
            )


def _of_ends(activation: str, width: int, several: Sequence[Ended]) -> Iterator[str]:
    low, high = (np.array([one[part] for one in several]) for part in range(2))
    yield from (activation, f"{width}", f"{low.min():.3g}" if low.all() else "none")
    yield f"{high.max():.3g}" if np.isfinite(high).all() else "–"
    known = (low > 0).all() and np.isfinite(high).all()
    yield f"{np.median(np.sqrt(low * high)):.3g}" if known else "–"
    for name in ("collapsed", "open", "above"):
        yield f"{sum(getattr(one, name) for one in several)}"


def scales(found: Sequence[Scaled]) -> Iterator[str]:
    """Where one network catapults from three scales of its weights."""
    yield "\nOne network, its weights at three scales: η moves, ηλ₀ stays"
    header = (
        *("standard\ndeviation", "λ₀", "2/λ₀", "the loss rises\nfrom ηλ₀", "that is η"),
        *("trains up to\nηλ₀", "that is η"),
    )
    yield from table(header, map(_of_scale, found))


def _of_scale(one: Scaled) -> Iterator[str]:
    yield from (f"{one.scale:.3g}", f"{one.curvature:.4g}", f"{2 / one.curvature:.4g}")
    rises = first_true(one.shares, [*(one.peak > 1 + 1e-9)])
    yield from (_between(*rises), _between(rises[0] / one.curvature, rises[1] / one.curvature))
    trains = np.flatnonzero(np.isfinite(one.final))
    for rates in one.shares, one.eta:
        low, high = [*rates, np.inf][trains[-1] :][:2] if trains.size else (0.0, 0.0)
        yield _between(low, high, "≥") if trains.size else "none"


def accuracy(found: Accuracy) -> Iterator[str]:
    """What the test set says at each rate, and what the numbers show."""
    trained, tested = found.samples
    number = _networks(found.at_steps.shape[1])
    yield (
        f"\nTest {found.measure}, {trained:,} samples to train on, {tested:,} to test, {number}: "
        "median (range)"
    )
    known = np.isfinite([found.at_steps, found.at_budget])
    if not known.any():
        yield "   all networks are lost at all rates: they diverged or collapsed"
        return
    yield from table(
        ("ηλ₀", f"after {found.steps}\nsteps", f"at t·ηλ₀ = {found.budget:g}\n(equal t·η)"),
        (
            (f"{share:g}", *(_median(side[i]) for side in (found.at_steps, found.at_budget)))
            for i, share in enumerate(found.shares)
        ),
    )
    if not known.all():
        yield "   lost: networks that diverged or collapsed, or are zero on most test samples"
    for words, side in (
        (f"after {found.steps} steps", found.at_steps),
        ("at equal t·η", found.at_budget),
    ):
        yield f"   {verdict(found, words, side)}"
    yield "   rates are chosen on the samples that they are tested on, which flatters both sides;"
    yield "   the paper's networks did best above 2/λ₀, at equal t·η too"


def verdict(found: Accuracy, words: str, side: FloatArray) -> str:
    """The best rate on each side of 2/λ₀, on which no network is lost, and whether they differ by
    more than networks and the test set may."""
    better, of = (1, "accuracy") if found.measure == "accuracy" else (-1, "loss (lower is better)")
    middle = np.where(np.isnan(side).any(1), np.nan, np.median(side, 1))
    best = []
    for part in (found.shares <= 2, found.shares > 2):
        if not np.isfinite(middle[part]).any():
            return f"{words}: on one side of 2/λ₀ no rate keeps all networks"
        best.append(np.flatnonzero(part)[np.nanargmax(better * middle[part])])
    below, above = best
    gain = side[above] - side[below]
    how = f"of the same network {np.median(gain):+.3g}"
    if len(gain) > 1:
        how += f" (median of the differences; {gain.min():+.3g} … {gain.max():+.3g})"
    return (
        f"{words}, the best {of} above 2/λ₀ is {middle[above]:.3g} "
        f"(ηλ₀ = {found.shares[above]:g}), below {middle[below]:.3g} ({found.shares[below]:g});\n"
        f"      {how}: {_told(found, better * gain, middle[best])}"
    )


def _told(found: Accuracy, gain: FloatArray, medians: FloatArray) -> str:
    """What gains by going above 2/λ₀, network by network, show."""
    if len(gain) < ENOUGH:
        return f"{_networks(len(gain))} {'is' if len(gain) == 1 else 'are'} too few to tell"
    if gain.min() < 0 < gain.max():
        return "networks differ in sign: no more than networks differ"
    if gain.min() * gain.max() <= 0 or abs(np.median(gain)) <= gain.std(ddof=1):
        return "no more than networks differ"
    # samples told differently are at most those told wrong, or right, at either rate
    differ = min(1.0, medians.sum(), 2 - medians.sum())
    error = 2 * np.sqrt(max(differ, 0.0) / found.samples[1])
    if found.measure == "accuracy" and abs(np.median(gain)) <= error:
        return f"no more than {found.samples[1]:,} test samples can tell (up to {error:.2g})"
    return (
        f"better {'above' if gain.min() > 0 else 'below'}, for every network, on these test samples"
    )


def _median(values: FloatArray) -> str:
    """Median and range, and how many networks have none."""
    good = values[np.isfinite(values)]
    lost = f"{values.size - good.size} lost"
    if not good.size:
        return lost
    text = f"{np.median(good):.3g}"
    if good.min() < good.max():
        text += f" ({good.min():.3g} … {good.max():.3g})"
    return text if good.size == values.size else f"{text}; {lost}"


def _range(values: Any) -> str:
    good = np.asarray(values)[np.isfinite(values)]
    if not good.size:
        return "–"
    low, high = (f"{value:.3g}" for value in (good.min(), good.max()))
    return low if low == high else f"{low} … {high}"


def _between(low: float, high: float, beyond: str = ">") -> str:
    """An interval, one of whose ends may not be known."""
    if np.isinf(high):
        return f"{beyond} {low:.4g}" if low > 0 else "–"
    return f"{low:.4g} … {high:.4g}" if low > 0 else f"≤ {high:.4g}"


def _networks(number: int) -> str:
    return f"{number} network" + "s" * (number > 1)
