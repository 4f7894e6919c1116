"""Cauchy-Schwarz by the precision in which a start came, and what is made of a start beyond it."""

import re

import numpy as np
import pytest

import twolayer as tl
from twolayer import starts

UNITS = {np.float64: 2.0**-52, np.float32: 2.0**-23, np.float16: 2.0**-10}


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_balanced_networks_measured_in_their_own_precision(kind):
    rng, beyond = np.random.default_rng(0), 0
    for width in rng.choice([1, 3, 10, 100, 1000, 10_000], 300):
        u = rng.standard_normal(width).astype(kind)
        curvature, output = 2 * (u @ u) / kind(width), u @ u / np.sqrt(kind(width))
        if not np.isfinite(curvature):
            continue
        assert tl.phase(kind(0.5), curvature, output, width) in set(tl.Phase)
        assert tl.eta_max(curvature, -output, width) == 4 / float(curvature)
        try:
            tl.phase(0.5, float(curvature), float(output), width)
        except ValueError:
            beyond += 1
    assert beyond > 50  # as float64 they are no network's


@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("sign", [1, -1])
def test_both_sides_of_eight_units_of_the_coarser_type(kind, place, sign):
    """The other number is float64, which has room for the odd units."""
    unit = UNITS[kind]
    largest = 1.5  # √9 λ/2
    for units, fine in ((7, True), (9, False)):
        output = sign * largest * (1 + units * unit)
        given = [1.0, output]
        given[place] = kind(given[place]) if place == 0 or kind is np.float64 else given[place]
        if place == 1 and kind is not np.float64:
            given = [1.0, kind(output)]
        if fine:
            start = starts.starts(*given, 9, 0.0)
            assert (start.curvature, start.output) == (1.0, sign * largest)
        else:
            with pytest.raises(ValueError, match="Cauchy-Schwarz"):
                starts.starts(*given, 9, 0.0)


def test_an_output_beyond_the_bound_is_put_on_it_everywhere():
    beyond, on = np.float32(1.5 * (1 + 3e-7)), 1.5
    assert beyond > on
    for label in (0.0, 0.3):
        for name in ("eta_crit", "eta_div", "eta_max", "gradient_flow_curvature"):
            function = getattr(tl, name)
            assert function(1.0, beyond, 9, label) == function(1.0, on, 9, label)
    for name in ("phase", "triangle", "certificate"):
        function = getattr(tl, name)
        assert np.array_equal(function(1.0, 1.0, beyond, 9), function(1.0, 1.0, on, 9))
    assert tl.simulate(1.0, 1.0, beyond, 9).output[0] == on
    P, Q, _ = tl.triangle(1.0, 1.0, -beyond, 9)
    assert (P, Q) == (0.0, 1.0)
    axes = {"eta": [0.5, 1.5], "curvature": 1.0, "width": 9}
    diagram = tl.phase_diagram(output=np.array([1.0, beyond], np.float32), **axes)
    assert not diagram.phase.mask.any()
    assert np.isfinite(diagram.eta_max).all()
    coarse = tl.phase_diagram(output=[1.0, float(beyond)], **axes)
    assert coarse.phase.mask.tolist() == [[False, True], [False, True]]
    assert np.isnan(coarse.eta_max).tolist() == [False, True]


def test_numbers_within_the_bound_are_left_alone():
    output = np.array([0.3, 1.5, -1.5, np.nextafter(1.5, 0)])
    exists, same = starts.cauchy_schwarz(np.array(1.0), output, np.array(9.0))
    assert exists.all()
    assert same is output


def test_how_far_a_boundary_moves():
    """By about as much as the output does; where the radicand vanishes by the root of that."""
    unit = 2.0**-23
    for label, allowed in ((0.0, 8 * unit), (0.3, 16 * unit), (0.75, 4 * np.sqrt(unit))):
        on = tl.eta_div(1.0, 1.5, 9, label)
        inside = tl.eta_div(1.0, 1.5 * (1 - 8 * unit), 9, label)
        assert abs(inside / on - 1) <= allowed
    assert abs(inside / on - 1) > 100 * unit


def test_the_message_has_the_given_number():
    value = re.escape(repr(float(np.float32(1.6))))
    with pytest.raises(ValueError, match=rf"^output = {value} must be at most"):
        tl.phase(1.0, 1.0, np.float32(1.6), 9)
