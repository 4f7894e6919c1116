"""Four laws of the catapult seen in networks trained on their weights: what is trained, and what
the theory says."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _derived, ensemble, laws
from ..boundaries import certificate
from ..final import final_curvature
from ..network import Network
from ..plotting.laws import Law, Series
from ..results import Phase

WIDTHS = 100, 1_000, 10_000, 100_000  # of the transition at η_crit
RATES = 2.8, 3.0, 3.2  # ηλ₀ at which the final curvature is seen to oscillate with the width
WIDEST = 50_000  # of them
PEAKING = 2.2, 2.6, 3.2  # ηλ₀ of the times to the peak
DRAWN = 1000  # random networks for each frequency
SURE = 0.99  # of each exact binomial interval
SETTLED = 1e-5  # what ηλ of a run that is left may still lose, as a share of 2 − ηλ


def shaped(width: int, curvature: float, output: float, seed: int) -> Network:
    """A random network whose u + v and u − v are rescaled until it has this curvature and
    output."""
    net = Network.random(width, rng=[seed, width])
    plus, minus = net.u + net.v, net.u - net.v
    plus *= np.sqrt((curvature * width + 2 * output * np.sqrt(width)) / (plus @ plus))
    minus *= np.sqrt((curvature * width - 2 * output * np.sqrt(width)) / (minus @ minus))
    return Network((plus + minus) / 2, (plus - minus) / 2)


def settled(eta: Any, curvature: Any, output: Any, width: int, target: Any) -> Any:
    """Whether a run can be left: what λ can still lose, to leading order, would not be seen
    (derivation `final.lazy`)."""
    lost = curvature - _derived.lazy_curvature(eta, curvature, output, width)
    return (eta * curvature < 2) & (eta * lost <= SETTLED * (2 - eta * curvature))


def transition(seed: int) -> list[Series]:
    """(2 − ηλ_∞)/s₀ against u = (ηλ₀ − 2)/s₀ at f₀ = 1: to first order in s₀ one curve, √(u² + 2),
    for every width."""
    fine, none = np.linspace(-3.2, 3.2, 129), np.empty(0)
    tiny = 2.0**-20  # any small s₀: in units of it the law of `mirror_curvature` is the same
    first_order = (2 - laws.mirror_curvature(1.0, 2 + fine * tiny, tiny, 1)) / tiny
    sets = [Series("first order, every n", none, none, none, (fine, first_order))]
    for k, width in enumerate(WIDTHS):
        s, places = 1 / np.sqrt(width), np.linspace(-3.1, 2.5, 9) + k / 6
        nets = [shaped(width, 2 + place * s, 1.0, seed) for place in places]
        ends = [net.outcome(1.0, absorbing=settled).curvature for net in nets]
        theory, line = (
            (2 - final_curvature(1.0, 2 + at * s, 1.0, width).curvature) / s
            for at in (places, fine)
        )
        trained = (2 - np.array(ends)) / s
        sets.append(Series(f"n = {width:,}", places, trained, theory, (fine, line)))
    return sets


def periods(seed: int) -> list[Series]:
    """ηλ_∞ against ln (n/n₁)/ln (ηλ₀ − 1)² at f₀ = 0.8, less its mean over a period at infinite
    width, in units of its range there."""
    sets = []
    for rate in RATES:
        around = laws.limit_curvature(1.0, rate, np.arange(64) / 64)
        mean, span, period = around.mean(), np.ptp(around), np.log(laws.width_period(1.0, rate))
        first = round(WIDEST / np.exp(3 * period))
        fine, widths = (
            np.unique((first * np.exp(period * at)).round())
            for at in (np.linspace(-0.1, 3.1, 400), np.arange(25) / 8)
        )
        nets = [shaped(int(width), rate, 0.8, seed) for width in widths]
        trained, theory, line = (
            (np.array(values) - mean) / span
            for values in (
                [net.outcome(1.0, absorbing=settled).curvature for net in nets],
                *(final_curvature(1.0, rate, 0.8, at).curvature for at in (widths, fine)),
            )
        )
        label = f"ηλ₀ = {rate:g}, n₁ = {first:,}: {mean:.3f} ± {span / 2:.3f}"
        at, along = (np.log(n / first) / period for n in (widths, fine))
        sets.append(Series(label, at, trained, theory, (along, line)))
    return sets


def peaks(seed: int) -> list[Series]:
    """The step at which the loss is largest, against the width, at f₀ = 1."""
    fine, widths, sets = np.logspace(1.8, 6.2, 67), np.logspace(2, 6, 9).round(), []
    for rate in PEAKING:
        nets = (shaped(int(width), rate, 1.0, seed) for width in widths)
        trained = np.array([float(np.argmax(net.train(1.0, 60).loss)) for net in nets])
        theory, line = (laws.peak_step(1.0, rate, 1.0, at.round()) for at in (widths, fine))
        sets.append(Series(f"ηλ₀ = {rate:g}", widths, trained, theory, (fine, line)))
    return sets


def frequencies(seed: int) -> list[Series]:
    """How often random networks of a width are in each phase, with exact binomial intervals,
    against the probability."""
    from scipy import stats

    fine = np.unique(np.logspace(0, 2, 200).round())
    widths = np.array([1.0, 2, 3, 5, 10, 20, 50, 100])
    nets = (Network.random(int(n), size=DRAWN, rng=[seed, int(n)]) for n in widths)
    codes = [net.outcome(1.2, absorbing=certificate).phase for net in nets]
    sets = []
    for phase, theory, line in zip(
        (Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT),
        *(ensemble.phase_probability(1.2, at) for at in (widths, fine)),
        strict=True,
    ):
        counts = [np.sum(code == phase) for code in codes]
        tests = (stats.binomtest(count, DRAWN) for count in counts)
        ends = np.array([test.proportion_ci(SURE, method="exact") for test in tests]).T
        shares, name = np.array(counts) / DRAWN, phase.name.lower()
        sets.append(Series(name, widths, shares, theory, (fine, line), ends, phase))
    return sets


LAWS = (
    Law(
        "transition", r"$(\eta\lambda_0 - 2)/s_0$  ($f_0 = 1$)",
        r"$(2 - \eta\lambda_\infty)/s_0$", "linear", transition,
    ),
    Law(
        "periods", r"$\ln (n/n_1) \,/\, \ln (\eta\lambda_0 - 1)^2$  ($f_0 = 0.8$)",
        r"$\eta\lambda_\infty$, in units of its range", "linear", periods, 1.3,
    ),
    Law("peaks", "width $n$  ($f_0 = 1$)", "step of the largest loss", "log", peaks),
    Law(
        "frequencies", r"width $n$  ($\eta = 1.2$; intervals of 99 %)",
        "share of random networks", "log", frequencies,
    ),
)  # fmt: skip


class Point(NamedTuple):
    """One trained point; where a law has no interval, its ends are the point itself."""

    law: str
    series: str
    x: float
    trained: float
    low: float
    high: float
    theory: float


def points(law: Law, sets: Sequence[Series]) -> Iterator[Point]:
    """One row for each trained point."""
    for series in sets:
        low, high = series.interval if series.interval.size else (series.trained, series.trained)
        for row in zip(series.x, series.trained, low, high, series.theory, strict=True):
            yield Point(law.name, series.label, *row)
