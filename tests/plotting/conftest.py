"""Results that several figures show, computed once."""

import numpy as np
import pytest

from tests.plotting.artists import ETA, PHASES, RATES, WIDTHS
from twolayer import (
    Data,
    Network,
    convergence_odds,
    outcome,
    phase_diagram,
    plotting,
    simulate,
    triangle,
)


@pytest.fixture(scope="session")
def network():
    net = Network.random(100, rng=3)
    scale = np.sqrt(2 / net.curvature)
    return Network(net.u * scale, net.v * scale)


@pytest.fixture(scope="session")
def runs(network):
    return simulate(RATES, *network.start, steps=40)


@pytest.fixture(scope="session")
def trained(network):
    return network.train(RATES, 40)


@pytest.fixture(scope="session")
def ends():
    return outcome(ETA[:, None], 2.0, 1.0, width=WIDTHS)


@pytest.fixture(scope="session")
def by_width():
    return phase_diagram(
        eta=ETA,
        curvature=2.0,
        output=1.2,
        width=np.unique(np.geomspace(1, 1000, 20).round()),
        observe=True,
    )


@pytest.fixture(scope="session")
def by_label():
    return phase_diagram(
        eta=1.0,
        curvature=np.linspace(0.5, 5.5, 30),
        output=0.5,
        width=1,
        target=np.linspace(-2.3, 2.3, 25),
    )


@pytest.fixture(scope="session")
def corners():
    start = ([0.35, 1.5], 2.0, 1.8, [4, 20])
    run = simulate(*start, steps=30)
    inside = np.stack(triangle(start[0], run.curvature, run.output, start[3]))
    s, v = 0.3, -0.2  # outside: one run that leaves at its third step, and overflows
    x = 4 - v
    leaving = np.array(
        [
            [x / 2 + s, 2.5, 30.0, np.inf] + [np.nan] * 27,
            [x / 2 - s, 1.7, 1.0, np.inf] + [np.nan] * 27,
        ]
    )
    leaving = np.vstack([leaving, 4 - leaving.sum(axis=0)])
    return np.concatenate([inside, leaving[:, :, None]], axis=2)


@pytest.fixture(scope="session")
def odds():
    data = Data([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    return convergence_odds(data, 3, [3.0, 4.0, 5.0, 6.0], starts=50)


def everything(runs, trained, ends, by_width, by_label, corners, odds):
    """Calls of all public functions that draw: the name, and what is given beside the Axes."""
    yield "plot_training", (runs, trained), {"phases": PHASES}
    yield (
        "plot_training",
        (runs,),
        {"quantity": "curvature", "eta": RATES, "phases": PHASES, "labels": ["a", "b", "c"]},
    )
    yield (
        "plot_final_curvature",
        (ETA, ends),
        {
            "labels": ["n = 10", "n = 1000"],
            "networks": ends,
            "network_eta": ETA,
            "eta_crit": 1.0,
            "eta_max": 2.0,
        },
    )
    yield "plot_phase_diagram", (by_width,), {}
    yield "plot_phase_diagram", (by_label,), {"lines": {r"$|\tau| = 1$": [-1, 1]}}
    yield "plot_triangle", tuple(corners), {"phases": PHASES}
    yield "plot_convergence_odds", (odds,), {}


@pytest.fixture(params=range(7))
def draw(request, runs, trained, ends, by_width, by_label, corners, odds):
    calls = list(everything(runs, trained, ends, by_width, by_label, corners, odds))
    drawn = {name for name, *_ in calls}
    assert drawn == {name for name in plotting.__all__ if name.startswith("plot_")}
    name, given, more = calls[request.param]
    return lambda ax=None: getattr(plotting, name)(*given, **more, ax=ax)
