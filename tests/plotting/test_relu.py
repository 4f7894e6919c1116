"""The figure of networks with gates, read back from its Axes."""

import numpy as np

from twolayer import FrozenGates, ReluNetwork, Sides, plotting
from twolayer.plotting.relu import SIDES, add_legends, plot_gates


def test_gates_read_back():
    net, data = ReluNetwork.random(50, rng=1), Sides([1.0, -2.0, 3.0], [0.0, 0.1, 0.2])
    eta = np.array([0.5, 1.0]) / net.curvature(data).max()
    runs = (
        FrozenGates(net, data).simulate(eta, 20),
        net.train(data, eta, 20, frozen=True),
        net.train(data, eta, 20),
    )
    axes = plotting.new_figure(3, 1)[1]
    plot_gates(runs, 1, eta=eta[1], title="a rate", axes=axes)
    add_legends(axes)
    loss, curvature, flipped = axes
    assert loss.get_title() == "a rate"
    last = len(loss.lines[0].get_ydata())
    for line, run in zip(loss.lines, runs, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), run.loss[:last, 1])
    bound, *lines = curvature.lines
    for i in range(6):
        np.testing.assert_array_equal(lines[i].get_ydata(), runs[i % 3].curvature[:last, 1, i // 3])
        assert lines[i].get_label().endswith(SIDES[i // 3])
    assert bound.get_ydata()[0] == 2 / eta[1]
    for side, line in enumerate(flipped.lines):
        np.testing.assert_array_equal(line.get_ydata(), runs[2].flipped[:last, 1, side])
    texts = [text.get_text() for text in loss.get_legend().get_texts()]
    assert texts == ["exact, frozen gates", "trained, frozen gates", "trained, real gates"]
