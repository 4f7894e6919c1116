"""A caller's `np.errstate(all="raise")` does not reach into the package: every public function
gives the same result under it, whatever underflows inside. (What overflows or divides by zero would
warn in every other test.)"""

import numpy as np
import pytest

import twolayer as tl
from tests.helpers import WIDTHS

RNG = np.random.default_rng


def starts(size=200):
    """Sizes from 1e-150 to 1e150, outputs and labels down to 1e-200 of λ₀."""
    rng = RNG(0)
    x, width = rng.uniform(0.01, 5, size), rng.choice(WIDTHS, size).astype(float)
    eta = 10.0 ** rng.uniform(-150, 150, size)
    balance, tau = rng.uniform(-1, 1, (2, size)) * 10.0 ** -rng.integers(0, 200, (2, size))
    tau *= rng.choice([0, 1], size)
    return eta, x / eta, balance * np.sqrt(width) * x / eta / 2, width, tau * np.sqrt(width) / eta


CELL = starts()
DATA = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
TINY = tl.Data([[1e-100, 0.0], [0.0, 2e-170], [1.0, 1.0]], [1e-200, 0.0, 1e-170])
RATES = [1e-200, 0.1, 0.5, 5.0, 50.0]
WEIGHTS = RNG(1).normal(size=(3, 20))
NETWORKS = [
    tl.Network(WEIGHTS * 1e-100, WEIGHTS[::-1] * 1e-90), tl.Network.random(50, size=3, rng=0)
]  # fmt: skip
GRAMS = [
    (tl.GramNetwork.random(10**6, inputs=2, rng=0), DATA),
    (tl.GramNetwork([[1e-200, 0, 0], [0, 1, 0], [0, 0, 1e-190]], width=10), TINY),
]


def axes():
    return {"eta": np.logspace(-160, 160, 9), "output": np.append(0.0, np.logspace(-300, 0, 9))}


def moved(network, data):
    for _ in range(12):
        network = network.step(data, 50.0)
    return network


CALLS = {
    **{
        name: lambda name=name: getattr(tl, name)(*CELL[1:])
        for name in (
            "eta_crit",
            "eta_div",
            "eta_max",
            "hessian_sharpness",
            "gradient_flow_curvature",
        )
    },
    **{
        name: lambda name=name: getattr(tl, name)(*CELL)
        for name in ("phase", "triangle", "certificate", "final_curvature")
    },
    **{
        name: lambda name=name: getattr(tl, name)(*CELL[:4])
        for name in ("mirror_curvature", "peak_loss", "peak_step", "lazy_curvature")
    },
    "layer_alignment": lambda: tl.layer_alignment(*CELL[1:4]),
    "width_period": lambda: tl.width_period(*CELL[:2]),
    "limit_curvature": lambda: tl.limit_curvature(1e-140, 2.2e140, [0.0, 0.5]),
    "simulate": lambda: tl.simulate(*CELL, steps=200),
    "outcome": lambda: tl.outcome(*CELL, max_steps=300),
    "absorbing": lambda: tl.outcome(*CELL, max_steps=300, absorbing=True),
    "random_initialization": lambda: tl.random_initialization([1, 9, np.inf], scale=1e-150, rng=0),
    "phase_probability": lambda: tl.phase_probability(CELL[0], np.ceil(CELL[3]), scale=1e-140),
    "no_catapult_probability": lambda: tl.no_catapult_probability([1, 1e10, 1e300, np.inf]),
    "phase_diagram": lambda: tl.phase_diagram(
        **axes(), curvature=1.0, width=4, observe=True, final=True, max_steps=100
    ),
    "locate_boundaries": lambda: tl.locate_boundaries(
        lambda eta: tl.outcome(eta, 2e150, 1e140, 9).phase, 1e-151, 1e-149, 1e-3
    ),
    "Data": lambda: tl.Data([[1e-170, 0.0], [0.0, 2e-170], [1.0, 1.0]], [1e-170, 0.0, 1.0]),
    "Network": lambda: [(net.curvature, net.output, net.start) for net in NETWORKS],
    "Network.train": lambda: [net.train([[1e160], *([r] for r in RATES)], 60) for net in NETWORKS],
    "Network.outcome": lambda: [
        net.outcome([[r] for r in RATES], target=1e-200, max_steps=60) for net in NETWORKS
    ],
    "Network on data": lambda: [
        (net.output, net.curvature, net.train(RATES, 90), net.outcome(RATES, max_steps=300))
        for net in [tl.Network.random(20, rng=0, data=data) for data in (DATA, TINY)]
    ],
    "GramNetwork": lambda: tl.GramNetwork.from_weights(WEIGHTS.T * 1e-170, WEIGHTS[:1].T * 1e-150),
    "GramNetwork.random": lambda: tl.GramNetwork.random([2, 10**18], inputs=2, rng=0),
    "GramNetwork.train": lambda: [net.train(data, RATES, 90) for net, data in GRAMS],
    "GramNetwork.linearized": lambda: [net.linearized.train(data, RATES, 9) for net, data in GRAMS],
    "GramNetwork.outcome": lambda: [net.outcome(data, RATES, max_steps=300) for net, data in GRAMS],
    "GramNetwork.step": lambda: [moved(net, data) for net, data in GRAMS],
    "GramNetwork after an overflow": lambda: [
        [getattr(moved(net, data), name)(data) for name in ("map", "loss", "alignment")]
        for net, data in GRAMS
    ],
    "GramNetwork.spectrum": lambda: [
        (net.curvature(data), net.spectrum(data), net.alignment(data)) for net, data in GRAMS
    ],
    "convergence_odds": lambda: tl.convergence_odds(DATA, 3, [1.0, 4.0, 6.0], starts=20),
}


def numbers(result):
    """Everything that a result holds, in one list."""
    if isinstance(result, list | tuple):
        return [number for part in result for number in numbers(part)]
    fields = getattr(result, "__dict__", None)
    return numbers(list(fields.values())) if fields else [result]


@pytest.mark.parametrize("name", CALLS)
def test_the_same_result(name):
    call = CALLS[name]
    here = numbers(call())
    with np.errstate(all="raise"):
        there = numbers(call())
    assert len(here) == len(there) > 0
    for one, two in zip(here, there, strict=True):
        np.testing.assert_array_equal(one, two)
