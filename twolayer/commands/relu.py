"""The command `relu`: networks with real and with frozen gates beside the exact theory of the
frozen ones, on the data of Zhu et al.

Their setting (arXiv:2205.11787, Theorem 3): 128 samples from N(±2, 1), width 5000, for which they
print 2/λ₁ = 0.37 and 2/λ₂ = 0.39. Those numbers belong to one draw and to the loss Σ(f − y)²/m:
with it λ± = 2c±(|u±|² + |v±|²)/n ≈ 5, and 2/λ scatters around 0.4. The loss of this package is Σ(f
− y)²/(2m), so its curvatures are half, and its learning rates twice, as large: 0.74 and 0.78. What
is printed under "published units" is divided by 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import storage
from ..plotting.relu import SIDES, _figure
from ..relu.frozen import FrozenGates
from ..relu.network import ReluNetwork, ReluTrajectory
from ..relu.sides import Sides
from ..results import Phase
from . import output

SAMPLES, MEAN, WIDTH = 128, 2.0, 5_000
PUBLISHED = 0.37, 0.39  # 2/λ₁ and 2/λ₂
UNITS = 2.0  # our learning rate over theirs
DRAWS = 1_000  # over which the published pair is compared
STEPS = 80
STRONG = 3.0  # ηλ₁ of the flip table
FLIPPING = {2_000: 40, 20_000: 10}  # width: networks
RESIDUALS = 0.03, 0.1, 0.3, 1.0, 2.0  # |r₀| of the first-step table
FIRST = 20_000, 10  # width and number of its networks
FATED = 1_000, 40
FATES = 2.5, 3.0, 3.5, 3.7, 3.9, 4.1  # ηλ₁ of the table of fates


def sample(rng: Any) -> Sides:
    """Their inputs, both means equally likely, with label 0: no label enters the curvature of a
    start."""
    x = rng.choice([-MEAN, MEAN], SAMPLES) + rng.standard_normal(SAMPLES)
    return Sides(x, np.zeros(SAMPLES))


def draw(seed: int) -> tuple[Sides, ReluNetwork]:
    """Data and network of one seed."""
    rng = np.random.default_rng(seed)
    return sample(rng), ReluNetwork.random(WIDTH, rng=rng)


def thresholds(draws: int) -> Any:
    """2/λ₁ and 2/λ₂ of the first seeds, in published units, shape (draws, 2)."""
    curvatures = [net.curvature(data) for data, net in map(draw, range(draws))]
    return np.sort(2 / np.array(curvatures), axis=-1) / UNITS


def rates(data: Sides, net: ReluNetwork) -> Any:
    """Learning rates between 2/λ₁ and 2/λ₂, between 2/λ₂ and 4/λ₁, and above 4/λ₁."""
    first, second = np.sort(2 / net.curvature(data))
    return np.array([(first + second) / 2, (second + 2 * first) / 2, 2.05 * first])


def scaled_output(data: Sides, net: ReluNetwork, eta: Any, run: ReluTrajectory) -> Any:
    """s± = ηc±f±/√n."""
    return np.asarray(eta)[..., None] * data.second_moment * run.output / np.sqrt(net.width)


def flips(seed: int, width: int, networks: int, data: Sides) -> dict[str, Any]:
    """At ηλ₁ = 3: the flipped fraction of the side of λ₁, how far real gates go from frozen ones,
    and since when; one entry a network."""
    net = ReluNetwork.random(width, size=networks, rng=[seed, width])
    curvature = net.curvature(data)
    eta, side = STRONG / curvature.max(-1), curvature.argmax(-1)
    real, frozen = net.train(data, eta, STEPS), net.train(data, eta, STEPS, frozen=True)
    each = np.arange(networks)
    apart = np.abs(scaled_output(data, net, eta, real) - scaled_output(data, net, eta, frozen))
    return {
        "flipped": real.flipped.max(0)[each, side],
        "apart": apart.max(0)[each, side],
        "first flip": (real.flipped > 0).any(-1).argmax(0),
        "first apart": (apart > 0).any(-1).argmax(0),
    }


def first_step(seed: int, width: int, networks: int) -> Iterator[tuple[float, float, float, float]]:
    """|r₀|, the fraction of units the first step flips, its standard error, and arctan|r₀|/π
    (derivation `gates.flipped`).

    A unit flips where r₀v/u > 1; v/u of two independent Gaussian numbers of one scale is a Cauchy
    variable.
    """
    net = ReluNetwork.random(width, size=networks, rng=[seed, width])
    for r in RESIDUALS:
        seen = []
        for u, v in zip(net.u, net.v, strict=True):
            one = ReluNetwork(u, v)
            output = one.start(Sides([1.0], [0.0]))[1][0]
            run = one.train(Sides([1.0], [output - r * np.sqrt(width)]), 1.0, 1)
            seen.append(run.flipped[1, 0])
        law = float(np.arctan(r) / np.pi)
        yield r, float(np.mean(seen)), float(np.sqrt(law * (1 - law) / (networks * width / 2))), law


def fates(
    seed: int, data: Sides, width: int, networks: int, steps: int = 150
) -> Iterator[tuple[float, float, float, float]]:
    """ηλ₁, and the fractions of networks that with frozen gates converge (theory), with real gates
    have converged and have diverged."""
    net = ReluNetwork.random(width, size=networks, rng=[seed, width])
    exact, top = FrozenGates(net, data), net.curvature(data).max(-1)
    for x in FATES:
        run = net.train(data, x / top, steps)
        frozen = (exact.phase((x / top)[:, None]) <= Phase.CATAPULT).all(-1)
        converged = run.loss[-1] <= 1e-6 * run.loss[0]
        yield x, float(frozen.mean()), float(converged.mean()), float(np.isinf(run.loss[-1]).mean())


def _spread(values: Any, digits: int = 2) -> str:
    low, middle, high = np.percentile(values, [5, 50, 95])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def run(folder: Path, seed: int, say: Callable[[str], None]) -> None:
    """The whole command; figure and tables go to `folder`, which exists."""
    data, net = draw(seed)
    exact, eta = FrozenGates(net, data), rates(data, net)
    own = np.sort(2 / net.curvature(data))
    pairs = thresholds(DRAWS)
    say(f"{SAMPLES} samples from N(±{MEAN:g}, 1), label 0, width {WIDTH:,}, seed {seed}:")
    say("   their loss is Σ(f − y)²/m, ours Σ(f − y)²/(2m): our learning rates are twice theirs")
    seeds = f"over {DRAWS:,} seeds: median [5 %, 95 %], share below the published"
    say(f"{'':>10}{'our units':>14}{'published units':>18}{'published':>12}   {seeds}")
    for name, value, known, column in zip(("2/λ₁", "2/λ₂"), own, PUBLISHED, pairs.T, strict=True):
        below = f"{np.mean(column < known):.0%}"
        say(
            f"{name:>10}{value:>14.4f}{value / UNITS:>18.4f}{known:>12.2f}   "
            f"{_spread(column, 3)}, {below}"
        )
    say(f"{'4/λ₁':>10}{2 * own[0]:>14.4f}{2 * own[0] / UNITS:>18.4f}")
    nearest = int(np.abs(pairs - PUBLISHED).max(-1).argmin())
    say(
        f"   of these seeds, {nearest} is nearest to the published pair: {pairs[nearest, 0]:.4f}, "
        f"{pairs[nearest, 1]:.4f}"
    )
    output.write_csv(
        folder / "relu_thresholds.csv",
        ("seed", "two_over_lambda_1", "two_over_lambda_2"),
        ((i, *pair) for i, pair in enumerate(pairs)),
    )

    frozen, real, theory = (
        net.train(data, eta, STEPS, frozen=True),
        net.train(data, eta, STEPS),
        exact.simulate(eta, STEPS),
    )
    say("\nThree learning rates. Frozen gates, by the theory; then real gates, as trained:")
    for i, (rate, phases) in enumerate(zip(eta, exact.phase(eta[:, None]), strict=True)):
        said = ", ".join(
            f"{side}: {Phase(code).name}" for side, code in zip(SIDES, phases.tolist(), strict=True)
        )
        alive = np.isfinite(real.loss[:, i])
        ended = (
            f"loss {real.loss[-1, i]:.1e} after {STEPS} steps"
            if alive.all()
            else f"loss overflows at step {alive.argmin()}"
        )
        most = np.nanmax(real.flipped[:, i], axis=0)
        say(
            f"   η = {rate:.4f}   {said:<34}   real gates: {ended}, at most {most[0]:.1%} and "
            f"{most[1]:.1%} of a side's units on the other"
        )
    _figure(folder / "relu.png", data, net, eta, (theory, frozen, real))
    parts = {f"{name}_{key}": value for name, part in (("exact", theory), ("frozen", frozen), ("real", real))
             for key, value in vars(part).items()}  # fmt: skip
    storage.write_whole(folder / "relu_runs.npz", lambda file: np.savez(file, eta=eta, **parts))

    say(
        f"\nReal gates against frozen ones at ηλ₁ = {STRONG:g}, {STEPS} steps, on the side of λ₁: "
        "median [5 %, 95 %] over networks"
    )
    titles = f"{'largest flipped fraction':<26}{'largest |s_real − s_frozen|':<29}apart since the first flip"
    say(f"{'data':>12}{'width':>8}{'networks':>10}   {titles}")
    lines: list[tuple[Any, ...]] = []
    for name, part in (("both sides", data), ("x > 0 only", Sides([1.0], [0.0]))):
        for width, networks in FLIPPING.items():
            seen = flips(seed, width, networks, part)
            same = int((seen["first flip"] == seen["first apart"]).sum())
            say(
                f"{name:>12}{width:>8}{networks:>10}   "
                f"{_spread(seen['flipped']):<26}{_spread(seen['apart']):<29}{same} of {networks}"
            )
            lines += [
                (name, width, index, *row)
                for index, row in enumerate(zip(*(seen[key].tolist() for key in seen), strict=True))
            ]
    header = ("data", "width", "network", "flipped", "s_apart", "first_flip", "first_apart")
    output.write_csv(folder / "relu_flips.csv", header, lines)

    say("\nUnits that the first step flips:")
    say(f"{'|r₀|':>8}{'measured':>11}{'± 1 s.e.':>10}{'arctan|r₀|/π':>15}")
    first = list(first_step(seed, *FIRST))
    for r, measured, error, law in first:
        say(f"{r:>8g}{measured:>11.4f}{error:>10.4f}{law:>15.4f}")
    output.write_csv(
        folder / "relu_first_step.csv", ("r", "flipped", "standard_error", "law"), first
    )

    say(f"\nFractions of {FATED[1]} networks of width {FATED[0]:,} on these samples:")
    say(
        f"{'ηλ₁':>8}{'frozen gates converge':>24}{'real gates converged':>23}{'diverged':>11}   "
        "within 150 steps"
    )
    ends = list(fates(seed, data, *FATED))
    for x, exactly, converged, diverged in ends:
        say(f"{x:>8g}{exactly:>24.2f}{converged:>23.2f}{diverged:>11.2f}")
    output.write_csv(
        folder / "relu_fates.csv",
        ("eta_lambda_1", "frozen_converge", "real_converged", "real_diverged"),
        ends,
    )
    say(f"\nwritten to {folder}: " + ", ".join(sorted(path.name for path in folder.glob("relu*"))))
