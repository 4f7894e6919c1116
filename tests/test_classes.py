"""An object of a wrong class, given to anything public, is named in one line."""

import inspect

import numpy as np
import pytest
from matplotlib.figure import Figure

import twolayer as tl
from twolayer import Phase, plotting

NETWORK = tl.Network([1.0, 0.5], [0.5, -1.0])
DATA = tl.Data([[1.0], [2.0]], [0.5, 1.0])
GRAM = tl.GramNetwork.from_weights([[1.0], [0.5]], [[0.5], [-1.0]])
SIDES = tl.Sides([1.0, -2.0], [0.5, 1.0])
RELU = tl.ReluNetwork([1.0, -0.5], [0.5, -1.0])
GATES = tl.FrozenGates(RELU, SIDES)
DEEP = tl.DeepNetwork([[[1.0], [0.5]], [[0.5, -1.0]]])
SAMPLES = tl.Samples([1.0, 2.0], [0.5, 1.0])
VALUES = {"eta": 1.5, "curvature": 2.0, "output": 0.5, "width": 10, "target": 0.1, "cycle": 1.0,
          "scale": 1.0, "order": 1, "steps": 3, "max_steps": 9, "imbalance": 1.0}  # fmt: skip
RUN = tl.simulate([0.5, 1.5], 2.0, 0.5, 10, steps=3)
ENDS = tl.outcome([[0.5], [1.5]], 2.0, 0.5, [10, 20])
PAIR = {"labels": ["a", "b"]}
PLACE = np.array([[1.0], [1.0]])


def axes():
    return Figure().add_subplot()


METHODS = [
    (tl.Network.random, {"width": 3, "size": (), "scale": 1.0, "rng": 0, "data": DATA}),
    (NETWORK.train, {"eta": 0.5, "steps": 3, "target": 0.1}),
    (NETWORK.outcome, {"eta": 0.5, "target": 0.1, "absorbing": None}),
    (tl.GramNetwork.random, {"width": 3, "inputs": 1, "outputs": 1, "size": (), "rng": 0}),
    (tl.GramNetwork.from_weights, {"u": [[1.0]], "V": [[1.0]], "output_scale": 1.0}),
    (tl.GramNetwork.from_factor, {"factor": np.eye(2), "width": 3}),
    *((getattr(GRAM, name), {"data": DATA}) for name in ("map", "loss", "curvature", "spectrum")),
    (GRAM.alignment, {"data": DATA}),
    (GRAM.step, {"data": DATA, "eta": 0.5}),
    (GRAM.train, {"data": DATA, "eta": 0.5, "steps": 3}),
    (GRAM.outcome, {"data": DATA, "eta": 0.5, "max_steps": 9, "tolerance": 0.1}),
    (RELU, {"x": [1.0]}),
    (tl.ReluNetwork.random, {"width": 3, "size": (), "scale": 1.0, "rng": 0}),
    (RELU.start, {"data": SIDES}),
    (RELU.curvature, {"data": SIDES}),
    (RELU.train, {"data": SIDES, "eta": 0.5, "steps": 3}),
    (DEEP, {"X": [1.0]}),
    (
        tl.DeepNetwork.random,
        {
            "widths": (1, 3, 1),
            "size": (),
            "scale": 1.0,
            "rng": 0,
            "activation": "relu",
            "biases": True,
        },
    ),
    (DEEP.with_parameters, {"parameters": [1.0, 0.5, 0.5, -1.0]}),
    (DEEP.jvp, {"X": [1.0], "direction": [1.0, 0.5, 0.5, -1.0]}),
    (DEEP.vjp, {"X": [1.0], "cotangent": [[1.0]]}),
    *(
        (getattr(DEEP, name), {"samples": SAMPLES})
        for name in ("loss", "gradient", "curvature", "accuracy")
    ),
    (DEEP.train, {"samples": SAMPLES, "eta": 0.5, "steps": 3, "looks": [0]}),
    (GATES.phase, {"eta": 0.5}),
    (GATES.simulate, {"eta": 0.5, "steps": 3}),
]
ARGUMENTS = {
    name: inspect.signature(thing).parameters
    for name, thing in inspect.getmembers(tl, inspect.isfunction)
}
FUNCTIONS = [
    *(
        (getattr(tl, name), {key: VALUES[key] for key in arguments if key in VALUES})
        for name, arguments in ARGUMENTS.items()
        if name not in ("phase_diagram", "reduction")
        and all(key in VALUES or it.default is not it.empty for key, it in arguments.items())
    ),
    (tl.FrozenGates, {"network": RELU, "data": SIDES}),
    (tl.Network, {"u": [1.0], "v": [1.0], "output_scale": 1.0}),
    (tl.flattest_curvature, {"data": DATA, "width": 3, "units": 3}),
    (tl.rate_guide, {"network": GRAM, "data": DATA}),
    (tl.ReluNetwork, {"u": [1.0], "v": [1.0]}),
    (tl.Data, {"X": [1.0], "Y": [1.0], "loss": "mse"}),
    (tl.DeepNetwork, {"weights": [[[1.0]], [[1.0]]], "biases": [[1.0], [1.0]],
                      "activation": "tanh"}),
    (tl.Samples, {"X": [1.0], "Y": [1.0], "loss": "mse"}),
    (tl.Sides, {"x": [1.0], "y": [1.0]}),
    (tl.convergence_odds, {"data": DATA, "width": 3, "sharpness": [1.0], "starts": 2, "seed": 0}),
    (tl.diagnose, {"eta": 0.5, "loss": [0.5, 0.1], "curvature": 2.0, "output": 1.0, "width": 9,
                   "target": 0.0, "loss_name": "mse"}),
    (tl.locate_boundaries, {"observe": lambda eta: np.where(eta < 1, 0, 3), "low": 0.1,
                            "high": 2.0}),
    (tl.phase_diagram, {"eta": [0.5, 1.5], "curvature": [1.0, 2.0], "output": 0.1, "width": 10}),
    (tl.reduction, {"u": [1.0], "v": [1.0], "scale": 1.0, "target": 0.1, "loss": 1.0}),
    (tl.random_initialization, {"width": 3, "size": (), "scale": 1.0, "rng": 0}),
    (plotting.new_figure, {"rows": 1, "columns": 1}),
    (plotting.plot_training, {"runs": RUN, "networks": RUN, "quantity": "curvature", "every": 2,
                              "phases": [0, 1], "eta": [0.5, 1.5], "ax": axes()} | PAIR),
    (plotting.plot_final_curvature, {"eta": [0.5, 1.5], "ends": ENDS, "networks": ENDS,
                                     "network_eta": [0.5, 1.5], "eta_crit": 1.0, "eta_max": 2.0,
                                     "names": {}, "ax": axes()} | PAIR),
    (plotting.plot_phase_diagram, {"diagram": tl.phase_diagram(
        eta=[0.5, 1.5], curvature=2.0, output=0.5, width=[10, 20]), "lines": {"a": 15.0},
        "labels": {Phase.LAZY: "a"}, "ax": axes()}),
    (plotting.plot_triangle, {"P": PLACE, "Q": PLACE, "V": 2 * PLACE, "phases": 0,
                              "labels": ["a"], "curves": {"a": (PLACE, PLACE, PLACE)},
                              "ax": axes()}),
    (plotting.plot_convergence_odds,
     {"odds": tl.convergence_odds(DATA, 3, [1.0, 5.0], starts=2), "ax": axes()}),
]  # fmt: skip
CALLS = [
    pytest.param(thing, given, name, id=f"{getattr(thing, '__name__', 'call')}-{name}")
    for thing, given in FUNCTIONS + METHODS
    for name in given
]


class Foreign:
    """Of no class that anything knows."""


@pytest.mark.parametrize("wrong", [Foreign(), [Foreign()]], ids=["object", "list"])
@pytest.mark.parametrize(("thing", "given", "name"), CALLS)
def test_a_wrong_class_is_named_in_one_line(thing, given, name, wrong):
    shown = {"u": "u|v", "v": "u|v"}.get(name, name)
    with pytest.raises(ValueError, match=rf"\b({shown})\b") as error:
        thing(**given | {name: wrong})
    assert " must " in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("thing", "given"), FUNCTIONS + METHODS)
def test_what_is_given_there_beside_is_right(thing, given):
    thing(**given)


@pytest.mark.parametrize("number", [5, None])
def test_a_number_or_nothing_in_place_of_a_result(number):
    for draw, name in (
        (plotting.plot_training, "runs"),
        (plotting.plot_final_curvature, "ends"),
        (plotting.plot_phase_diagram, "diagram"),
        (plotting.plot_convergence_odds, "odds"),
    ):
        (given,) = (given for thing, given in FUNCTIONS if thing is draw)
        with pytest.raises(ValueError, match=f"{name} = {number} must be an? .* object"):
            draw(**given | {name: number})
    with pytest.raises(ValueError, match="ax = 5 must be an Axes object"):
        plotting.plot_training(RUN, phases=[0, 1], ax=5)
    with pytest.raises(ValueError, match=f"network = {number} must be a ReluNetwork object"):
        tl.FrozenGates(number, number)
    with pytest.raises(ValueError, match=f"data = {number} must be a Sides object"):
        tl.FrozenGates(RELU, number)


@pytest.mark.parametrize("path", [5, None, [], b"a.npz"])
def test_a_result_is_saved_under_a_name(path):
    with pytest.raises(ValueError, match=r"path = .* must be the name of a file"):
        tl.save(path, RUN)
    with pytest.raises(ValueError, match=r"path = .* must be the name of a file"):
        tl.load(path)


def test_each_of_several_odds_is_looked_at():
    with pytest.raises(ValueError, match=r"odds\['a'\] = 5 must be a ConvergenceOdds object"):
        plotting.plot_convergence_odds({"a": 5})
    with pytest.raises(ValueError, match=r"curves\['a'\] must be three arrays"):
        plotting.plot_triangle(PLACE, PLACE, 2 * PLACE, phases=0, curves={"a": (PLACE, PLACE)})
