"""Marks of the drawings are where the numbers say: ticks, names, ends, lines of zero loss."""

import re

import numpy as np
import pytest

import twolayer as tl
from tests.explorer.test_drawings import PLACE, STARTS, Plane, points

pytestmark = pytest.mark.browser


def number(text):
    return float(text.replace("−", "-"))


def moved(kept, selector):
    """Where the elements of a selector are put, in pixels."""
    puts = kept.tab.evaluate(
        "s => [...document.querySelectorAll(s)].map((node) => node.getAttribute('transform'))",
        selector,
    )
    return [[float(part) for part in re.findall(r"-?[\d.]+", put)] for put in puts]


def test_ticks_and_names_of_the_plane(kept):
    for start in STARTS:
        check_ticks_and_names(kept, start)


def check_ticks_and_names(kept, start):
    plane = Plane(kept, start)
    texts = kept.tab.evaluate(
        """[...document.querySelectorAll("#plane .ticks text")].map((node) => [
          ...["text-anchor", "x", "y"].map((name) => node.getAttribute(name)), node.textContent])"""
    )
    unit = plane.inner / plane.span
    for anchor, x, y, text in texts:
        up = PLACE[1] + plane.inner / 2 - (float(y) - 4)
        pixels = float(x) - PLACE[0] if anchor == "middle" else up
        assert pixels / unit == pytest.approx(number(text), abs=1e-9)
    assert {anchor for anchor, *_ in texts} == {"middle", "end"}
    assert len(texts) >= 7
    places = moved(kept, "#plane .name")
    for place, off, rate in zip(places, (-8, 8), (tl.eta_crit, tl.eta_max), strict=True):
        x = rate(1.0, -0.25, 1, plane.bend)
        if np.isfinite(x):
            across, down = PLACE[0] + x * unit, PLACE[1] + plane.inner / 2 + x * unit / 4
            assert place == pytest.approx([across + off, down], abs=0.01)


def shares(kept, selector):
    """Shares of the corners P, Q and V at the points of a line in the triangle."""
    left, right, top = points(kept, "#triangle .sides")[:3][[0, 2, 1]]
    corners = np.array([[*corner, 1] for corner in (right, left, top)])
    drawn = points(kept, selector)
    return np.linalg.solve(corners.T, np.column_stack([drawn, np.ones(len(drawn))]).T)


def test_lines_of_the_triangle(kept):
    Plane(kept, STARTS[1])
    tau = 0.45
    for line, count in (("critical", 20), ("still", 10)):
        P, Q, V = shares(kept, f"#triangle .{line}") * [[4 + 2 * tau], [4 - 2 * tau], [4 - tau**2]]
        x, s = P + Q, (P - Q) / 2
        assert len(x) > count
        np.testing.assert_allclose(V, 4 + (s - tau) * tau - x, atol=0.03)
        if line == "critical":  # the first step turns the residual around
            np.testing.assert_allclose(1 - x + s * (s - tau), -1, atol=0.04)
            assert np.ptp(s) > 1
        else:
            np.testing.assert_allclose(s, tau, atol=0.01)


def test_ends_and_zero_loss_with_a_label(kept):
    plane = Plane(kept, STARTS[1])
    eta, _, _, width, target = STARTS[1]
    end = tl.final_curvature(*STARTS[1]).curvature
    x, s = plane.line("end")
    assert [x.mean(), s.mean()] == pytest.approx([eta * end, 0.45], abs=0.01)
    x, s = plane.line("still")
    np.testing.assert_allclose(s, plane.bend * x, atol=0.01)
    assert x.max() == pytest.approx(plane.span, abs=0.01)
    said = shares(kept, "#triangle .end").mean(axis=1) * [4.9, 3.1, 4 - 0.45**2]
    there = np.array(tl.triangle(eta, end, target, width, target))
    np.testing.assert_allclose(said, there, atol=0.03)
    words = kept.tab.get_attribute("#triangle .handle", "aria-valuetext")
    found = re.fullmatch(r"P = (\S+), Q = (\S+), V = (\S+): catapult", words)
    start = tl.triangle(*STARTS[1])
    assert list(map(number, found.groups())) == pytest.approx(list(map(float, start)), rel=1e-3)
    for figure in ("#plane", "#triangle"):
        run, dots = (points(kept, f"{figure} .{name}") for name in ("trail", "steps"))
        np.testing.assert_array_equal(dots[0], run[0])
        handle = kept.tab.evaluate(
            f"document.querySelector('{figure} .handle').style.transform.match(/[\\d.]+/g)"
        )
        np.testing.assert_allclose(np.array(handle, float), run[0], atol=0.06)
    diamond, curve = (points(kept, f"#curvature-curve .{name}") for name in ("end", "trail"))
    assert diamond[:, 0].mean() == pytest.approx(curve[-1, 0], abs=1.5)
