"""What the command `deep` says of its runs."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..arguments import FloatArray
from ..plotting.deep import Accuracy, DeepCourse, Drop, Scaled
from ..results import Phase
from .deep_jobs import ACTIVATIONS, Found, Plan
from .deep_runs import SCALES, SCAN, Dropped, Ended
from .deep_source import Sets
from .output import table


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
        "width:"
    )
    header = (
        *("width", "λ₀", "top direction\ngrows from", "loss\nrises from"),
        *(f"below 2, λ/λ₀\nafter {found[0].early_step} steps", "and\nat the end"),
        *("above 2,\nruns train", "end below\n2/η", "collapsed"),
    )
    yield from table(header, map(_of_drop, found, dropped))
    yield "   top direction: the residual along the top eigenvector of JJᵀ grows at the first step;"
    yield "   the loss rises later: other directions learn meanwhile, and hide what grows"


def _of_drop(drop: Drop, several: Sequence[Dropped]) -> Iterator[str]:
    yield from (f"{drop.width}", _range(drop.start))
    for pairs in ([one.grows for one in several], [one.rises for one in several]):
        low, high = zip(*pairs, strict=True)
        yield _between(min(low), max(high))
    below = drop.shares < 2
    for part in (drop.early, drop.final):
        yield _range(part[below])
    above = drop.final[drop.shares > 2]
    good = np.isfinite(above)
    flat = above < 2 / drop.shares[drop.shares > 2, None]
    yield from (f"{good.sum()} of {above.size}", f"{(good & flat).sum()} of {good.sum()}")
    yield f"{sum(one.collapsed for one in several)}"


def upper_ends(plan: Plan, found: Found) -> Iterator[str]:
    """Up to where networks train."""
    yield (
        f"\nThe upper end, in ηλ₀, over {_networks(plan.seeds)} of each width: all train up to, "
        "none does from;"
    )
    yield "   the two-layer linear model ends at 4, ReLU networks of the paper at about 12:"
    header = (
        *("activation", "width", "all train\nup to", "all fail\nfrom", "middle"),
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
    yield from (activation, f"{width}", f"{low.min():.3g}", f"{high.max():.3g}")
    known = (low > 0).all() and np.isfinite(high).all()
    yield f"{np.median(np.sqrt(low * high)):.3g}" if known else "-"
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
    rises, trains = one.shares[one.peak > 1 + 1e-9], one.shares[np.isfinite(one.final)]
    for edge in rises[:1], trains[-1:]:
        yield from (
            (f"{edge[0]:.3g}", f"{edge[0] / one.curvature:.3g}") if edge.size else ("-", "-")
        )


def accuracy(found: Accuracy) -> Iterator[str]:
    """What the test set says at each rate, and what the numbers show."""
    trained, tested = found.samples
    number = _networks(found.at_steps.shape[1])
    yield (
        f"\nTest {found.measure}, {trained:,} samples to train on, {tested:,} to test, {number}: "
        "median (range)"
    )
    yield from table(
        ("ηλ₀", f"after {found.steps}\nsteps", f"at t·ηλ₀ = {found.budget:g}\n(equal t·η)"),
        (
            (f"{share:g}", *(_median(side[i]) for side in (found.at_steps, found.at_budget)))
            for i, share in enumerate(found.shares)
        ),
    )
    if not np.isfinite([found.at_steps, found.at_budget]).all():
        yield "   lost: networks that diverged or collapsed"
    for words, side in (
        (f"after {found.steps} steps", found.at_steps),
        ("at equal t·η", found.at_budget),
    ):
        yield f"   {verdict(found, words, side)}"
    yield "   the paper's networks did best above 2/λ₀, at equal t·η too"


def verdict(found: Accuracy, words: str, side: FloatArray) -> str:
    """The best rate on each side of 2/λ₀, on which no network is lost, and whether they differ by
    more than networks do."""
    better = 1 if found.measure == "accuracy" else -1
    middle = np.where(np.isnan(side).any(1), np.nan, np.median(side, 1))
    best = []
    for part in (found.shares <= 2, found.shares > 2):
        if not np.isfinite(middle[part]).any():
            return f"{words}: on one side of 2/λ₀ no rate keeps all networks"
        best.append(np.flatnonzero(part)[np.nanargmax(better * middle[part])])
    below, above = best
    gain = side[above] - side[below]
    if len(gain) == 1:
        told = "one network says little"
    elif (better * gain > 0).all():
        told = "better above, for every network"
    elif (better * gain < 0).all():
        told = "better below, for every network"
    else:
        told = "no more than networks differ"
    how = f"{np.median(gain):+.3g} (network by network {gain.min():+.3g} … {gain.max():+.3g})"
    return (
        f"{words}: the best above 2/λ₀, ηλ₀ = {found.shares[above]:g}, against the best below, "
        f"{found.shares[below]:g}:\n      {found.measure} {how}: {told}"
    )


def _median(values: FloatArray) -> str:
    """Median and range, and how many networks have none."""
    good = values[np.isfinite(values)]
    lost = f"{values.size - good.size} lost"
    if not good.size:
        return lost
    text = f"{np.median(good):.3g} ({good.min():.3g} … {good.max():.3g})"
    return text if good.size == values.size else f"{text}; {lost}"


def _range(values: Any) -> str:
    good = np.asarray(values)[np.isfinite(values)]
    if not good.size:
        return "-"
    low, high = (f"{value:.3g}" for value in (good.min(), good.max()))
    return low if low == high else f"{low} … {high}"


def _between(low: float, high: float) -> str:
    return f"{low:.4g} … {high:.4g}"


def _networks(number: int) -> str:
    return f"{number} network" + "s" * (number > 1)
