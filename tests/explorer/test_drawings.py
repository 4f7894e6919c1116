"""What is drawn, read back from the drawings: boundaries, runs, colours and curves."""

import re

import numpy as np
import pytest

import twolayer as tl
from tests.explorer.helpers import NAMES
from twolayer.plotting.style import LOOKS

pytestmark = pytest.mark.browser

PLACE = 46, 12  # of the plane's frame in its drawing
STARTS = [
    (1.4, 2.0, 1.0, 100.0, 0.0),
    (1.5, 2.0, 4.0, 100.0, 3.0),
    (0.65, 2.0, 2.0, 100.0, 18.0),
]


def points(shown, selector):
    """The points of a path, in pixels."""
    pairs = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", shown.tab.get_attribute(selector, "d"))
    return np.array(pairs, float).reshape(-1, 2)


class Plane:
    """The plane of a state: from pixels to (x, s)."""

    def __init__(self, shown, start):
        assert shown.set(**dict(zip(NAMES, start, strict=True))) == ""
        _, curvature, _, width, target = start
        self.bend = target / (curvature * np.sqrt(width))
        self.span = 1.125 * max(tl.eta_div(1.0, [-0.5, 0.0, 0.5], 1, self.bend))
        self.inner = shown.tab.locator("#plane canvas").bounding_box()["width"]
        self.shown = shown

    def line(self, name):
        """x and s of the points of a line that are drawn."""
        across, down = points(self.shown, f"#plane .{name}").T
        unit = self.inner / self.span
        return (across - PLACE[0]) / unit, (PLACE[1] + self.inner / 2 - down) / unit


def far_apart(values, expected, plane):
    """The largest distance in pixels."""
    return np.max(np.abs(np.subtract(values, expected))) * plane.inner / plane.span


def farthest(points, others, plane):
    """The largest distance in pixels of some points from the nearest of others."""
    across, down = map(np.subtract.outer, points, others)
    gaps = np.hypot(across, down)
    return gaps.min(axis=1).max() * plane.inner / plane.span


@pytest.mark.parametrize("start", STARTS)
def test_boundaries_are_where_the_closed_forms_are(shown, start):
    plane = Plane(shown, start)
    close = 8**-0.5 - np.geomspace(1e-12, 0.1, 2000)  # to the end of η_crit without a label
    slope = np.concatenate(
        [np.linspace(-0.5, 0.5, 20001), np.linspace(0.4, 0.45, 2000), close, -close]
    )
    for name, rate in (("maximal", tl.eta_max), ("diverge", tl.eta_div), ("critical", tl.eta_crit)):
        x = rate(1.0, slope, 1, plane.bend)
        there = np.isfinite(x)
        drawn = plane.line(name)
        if (name == "critical" and plane.bend > 0.5) or (name == "diverge" and plane.bend < 0.5):
            assert len(drawn[0]) == 0
            continue
        expected = x[there], (slope * x)[there]
        assert farthest(drawn, expected, plane) < 0.5
        assert farthest(expected, drawn, plane) < 6


def test_the_second_window_of_the_lazy_phase_has_its_boundary(shown):
    plane = Plane(shown, STARTS[1])
    x, s = plane.line("again")
    assert len(x) > 10
    below, above = (
        tl.phase(1.0, x, np.minimum(s * shift, x / 2), 1, plane.bend * x) for shift in (0.97, 1.03)
    )
    assert np.all(below != tl.Phase.LAZY)
    assert np.mean(above == tl.Phase.LAZY) > 0.8


def colours(shown, figure, across, down):
    """Red, green, blue and alpha at shares of the width and height of a painting."""
    script = """([figure, across, down]) => {
      const canvas = document.querySelector(`${figure} canvas`);
      const copy = document.createElement('canvas');
      Object.assign(copy, {width: canvas.width, height: canvas.height});
      const context = copy.getContext('2d', {willReadFrequently: true});
      context.drawImage(canvas, 0, 0);
      return across.map((x, k) => [...context.getImageData(
        Math.floor(x * canvas.width), Math.floor(down[k] * canvas.height), 1, 1).data]);
    }"""
    return np.array(shown.tab.evaluate(script, [figure, across.tolist(), down.tolist()]))


def painted(phase):
    """What a phase is painted in on white paper."""
    parts = np.array(list(bytes.fromhex(LOOKS[phase].colour[1:])))
    return [*(0.55 * parts + 0.45 * 255), 255]


@pytest.mark.parametrize("start", STARTS)
def test_pixels_of_the_plane_have_the_colour_of_their_phase(shown, start):
    plane = Plane(shown, start)
    share = (np.arange(24) + 0.5) / 24
    across, down = (grid.ravel() for grid in np.meshgrid(share, share))
    x, s = across * plane.span, (0.5 - down) * plane.span
    around = [(x * a, s * b) for a in (0.97, 1.03) for b in (0.95, 1.05)]
    inside = np.all([np.abs(t) < z / 2 for z, t in around], axis=0)
    codes = [tl.phase(1.0, z[inside], t[inside], 1, plane.bend * z[inside]) for z, t in around]
    sure = np.all(np.equal(codes, codes[0]), axis=0)  # far from a boundary
    seen = colours(shown, "#plane", across, down)
    for colour, code in zip(seen[inside][sure], codes[0][sure], strict=True):
        np.testing.assert_allclose(colour, painted(code), atol=1)
    assert len(set(codes[0][sure])) == 3
    nowhere = np.all([np.abs(t) > z / 2 for z, t in around], axis=0)
    assert np.all(seen[nowhere][:, 3] == 0)


@pytest.mark.parametrize("start", STARTS)
def test_pixels_of_the_triangle_have_the_colour_of_their_phase(shown, start):
    Plane(shown, start)
    eta, _, _, width, target = start
    tau = eta * target / np.sqrt(width)
    frame, canvas = (
        shown.tab.locator(f"#triangle {part}").bounding_box() for part in (".area", "canvas")
    )
    corners = points(shown, "#triangle .sides")[[2, 0, 1]]  # of P, Q and V
    shares = np.random.default_rng(3).dirichlet([1, 1, 1], 300)
    shares = shares[shares.min(axis=1) > 0.02]
    P, Q = np.transpose(shares[:, :2] * [2 * (2 + tau), 2 * (2 - tau)])
    x, output = P + Q, (P - Q) / 2
    moves = [(a, b) for a in (-0.05, 0.05) for b in (-0.05, 0.05)]
    bounded = [np.clip(output + b, -(x + a) / 2, (x + a) / 2) for a, b in moves]
    codes = [tl.phase(1.0, x + a, f, 1, tau) for (a, _), f in zip(moves, bounded, strict=True)]
    sure = np.all(np.equal(codes, codes[0]), axis=0)  # far from a boundary
    pixels = shares @ corners
    across = (pixels[:, 0] + frame["x"] - canvas["x"]) / canvas["width"]
    down = (pixels[:, 1] + frame["y"] - canvas["y"]) / canvas["height"]
    seen = colours(shown, "#triangle", across, down)
    for colour, code in zip(seen[sure], codes[0][sure], strict=True):
        np.testing.assert_allclose(colour, painted(code), atol=1)
    assert len(set(codes[0][sure])) == (1 if tau > 1 else 2)
    beside, below = colours(shown, "#triangle", np.array([0.02, 0.5]), np.array([0.02, 0.99]))
    assert beside[3] == 0
    np.testing.assert_allclose(below, painted(tl.Phase.DIVERGENT), atol=1)


@pytest.mark.parametrize("start", STARTS[:2])
def test_the_run_is_drawn_step_by_step(shown, start):
    plane = Plane(shown, start)
    eta, _, _, width, target = start
    steps = int(shown.readouts()["steps"])
    run = tl.simulate(*start, steps=steps)
    x, s = plane.line("trail")
    assert far_apart(x, eta * run.curvature, plane) < 0.2
    assert far_apart(s, eta * run.output / np.sqrt(width), plane) < 0.2
    # in the triangle: shares of the corners are linear in pixels
    tau = eta * target / np.sqrt(width)
    P, Q, V = tl.triangle(eta, run.curvature, run.output, width, target)
    left, right, top = (points(shown, "#triangle .sides")[k] for k in (0, 2, 1))
    shares = Q / (2 * (2 - tau)), P / (2 * (2 + tau)), V / (4 - tau**2)
    expected = sum(
        np.outer(part, corner) for part, corner in zip(shares, (left, right, top), strict=True)
    )
    np.testing.assert_allclose(points(shown, "#triangle .trail"), expected, atol=0.25)


def test_curves_show_loss_and_curvature(shown):
    plane = Plane(shown, STARTS[0])
    steps = int(shown.readouts()["steps"])
    run = tl.simulate(*STARTS[0], steps=steps)
    _, level = points(shown, "#loss .still")[0]
    loss = points(shown, "#loss .trail")[: steps + 1, 1]
    # a logarithm is linear in pixels, and the start is on its level
    assert loss[0] == pytest.approx(level, abs=0.2)
    slope = (loss[10] - loss[0]) / np.log(run.loss[10] / run.loss[0])
    np.testing.assert_allclose(loss - loss[0], slope * np.log(run.loss / run.loss[0]), atol=0.5)
    curve = points(shown, "#curvature-curve .trail")[: steps + 1, 1]
    (_, edge), *_ = points(shown, "#curvature-curve .two-over-eta")
    unit = (curve[0] - edge) / (run.curvature[0] - 2 / 1.4)
    np.testing.assert_allclose(curve - edge, unit * (run.curvature - 2 / 1.4), atol=0.5)
    diamond = points(shown, "#curvature-curve .end")
    end = tl.final_curvature(*STARTS[0]).curvature
    assert diamond[:, 1].mean() - edge == pytest.approx(unit * (end - 2 / 1.4), abs=0.5)
    assert plane.bend == 0
