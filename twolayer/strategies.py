"""Hypothesis strategies for property-based tests: initialisations, learning rates of a wanted
phase, networks.

Needs Hypothesis: ``pip install hypothesis``.
"""

from typing import Any

import numpy as np

from . import _derived, arguments, boundaries
from .docstrings import shared
from .network import Network
from .results import Phase

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp
except ImportError as missing:
    raise ImportError("twolayer.strategies needs hypothesis: pip install hypothesis") from missing

__all__ = ["initializations", "learning_rates", "networks", "runs"]

Start = tuple[float, float, float, float]  # curvature, output, width, target
Run = tuple[float, float, float, float, float]  # eta before them

_UNIT = st.floats(-1, 1, allow_subnormal=False)
_PHASES = [phase for phase in Phase if phase != Phase.UNDECIDED]


def _wanted(phase: Any) -> Phase:
    """`phase` as one of those that a start can have."""
    if arguments.count("phase", phase) not in _PHASES:
        raise ValueError(f"phase = {phase!r} must be LAZY, CATAPULT, OSCILLATING or DIVERGENT")
    return Phase(phase)


def initializations(
    max_width: int = 10**18, labelled: bool = True, *, whole: bool = False
) -> st.SearchStrategy[Start]:
    """Starts (curvature, output, width, target) that obey Cauchy-Schwarz.

    Parameters
    ----------
    max_width : int
        Largest width; small ones are drawn often.
    labelled : bool
        Whether the label may differ from 0.
    whole : bool
        Whether all widths count units. Some effective widths, from 1e-3 on, are none otherwise.

    Returns
    -------
    SearchStrategy
        Curvature in [1e-3, 1e3], all numbers dimensionless, for the loss ½(f − y)²; outputs up to
        the largest that a network has (derivation `triangle.largest_output`).

    Raises
    ------
    ValueError
        If `max_width` is no whole number of at least 1.

    Examples
    --------
    >>> import twolayer as tl
    >>> from twolayer import strategies
    >>> from hypothesis import given
    >>> @given(strategies.initializations(labelled=False))
    ... def test_limit(start):
    ...     curvature, *_ = start
    ...     assert abs(tl.eta_max(*start) * curvature - 4) < 1e-12
    >>> test_limit()
    """
    most = arguments.count("max_width", max_width, least=1)
    widths: st.SearchStrategy[float] = st.integers(1, min(most, 64)) | st.integers(1, most)
    if not whole:
        widths |= st.floats(1e-3, min(most, 64))

    @st.composite
    def start(draw: st.DrawFn) -> Start:
        width = draw(widths)
        curvature = draw(st.floats(1e-3, 1e3))
        largest = float(_derived.largest_output(curvature, width, np.sqrt))
        output = draw(_UNIT) * largest
        return curvature, output, width, draw(_UNIT) * 2 * largest if labelled else 0.0

    return start()


@shared
def learning_rates(
    phase: int, curvature: Any, output: Any, width: Any, target: Any = 0.0
) -> st.SearchStrategy[float]:
    """Learning rates at which one start is in the wanted phase.

    Parameters
    ----------
    phase : Phase
        LAZY, CATAPULT, OSCILLATING or DIVERGENT.
    curvature, output, width, target : float
        The start, dimensionless, for the loss ½(f − y)².

    Returns
    -------
    SearchStrategy
        Rates whose `twolayer.phase` is the one asked for; empty where the start has no such rates
        (no catapult, or no bounded oscillation, which needs a label). LAZY rates lie below η_crit,
        DIVERGENT ones between η_div and four times that.

    {refused}

    Examples
    --------
    >>> import twolayer as tl
    >>> from twolayer import strategies
    >>> from hypothesis import given
    >>> @given(strategies.learning_rates(tl.Phase.CATAPULT, 2.0, 1.0, 100))
    ... def test_window(eta):
    ...     assert 1.0 < eta < 2.0
    >>> test_window()
    """
    kind = _wanted(phase)
    values = {"curvature": curvature, "output": output, "width": width, "target": target}
    start = [arguments.single(name, value) for name, value in values.items()]
    crit, top, div = (
        float(rate(*start))
        for rate in (boundaries.eta_crit, boundaries.eta_max, boundaries.eta_div)
    )
    # in the order of their codes
    windows = ((0.0, min(crit, top)), (crit, top), (top, div), (div, 4 * div))
    low, high = windows[kind]
    if not np.nextafter(low, high) < high:  # no float lies between
        return st.nothing()
    inside = st.floats(low, high, exclude_min=True, exclude_max=True, allow_subnormal=False)
    return inside.filter(lambda eta: bool(boundaries.phase(eta, *start) == kind))


@shared
def runs(
    phase: int | None = None, max_width: int = 10**18, labelled: bool = True, *, whole: bool = False
) -> st.SearchStrategy[Run]:
    """Arguments (eta, curvature, output, width, target) of runs in a wanted phase, or in any.

    Parameters
    ----------
    phase : Phase, optional
    max_width, labelled, whole
        As in `initializations`.

    {refused}

    Examples
    --------
    >>> import twolayer as tl
    >>> from twolayer import strategies
    >>> from hypothesis import given
    >>> @given(strategies.runs(tl.Phase.DIVERGENT, labelled=False))
    ... def test_beyond(run):
    ...     eta, curvature, *_ = run
    ...     assert eta * curvature >= 4
    >>> test_beyond()
    """
    kinds = _PHASES if phase is None else [_wanted(phase)]
    if phase == Phase.OSCILLATING and not labelled:
        raise ValueError(
            "labelled = False must be True for OSCILLATING: without a label only V = 0 exactly "
            "oscillates"
        )
    starts = initializations(max_width, labelled, whole=whole)

    @st.composite
    def run(draw: st.DrawFn) -> Run:
        start = draw(starts)
        return draw(st.one_of([learning_rates(kind, *start) for kind in kinds])), *start

    return run()


def networks(max_width: int = 50) -> st.SearchStrategy[Network]:
    """Single networks with weights in [-4, 4], not all near zero.

    Parameters
    ----------
    max_width : int

    Raises
    ------
    ValueError
        If `max_width` is no whole number of at least 1.

    Examples
    --------
    >>> from twolayer import strategies
    >>> from hypothesis import given
    >>> @given(strategies.networks(max_width=5))
    ... def test_width(net):
    ...     assert 1 <= net.width <= 5
    >>> test_width()
    """
    widths = st.integers(1, arguments.count("max_width", max_width, least=1))
    weight = st.floats(-4, 4, allow_subnormal=False)
    pairs = widths.flatmap(lambda width: hnp.arrays(np.float64, (2, width), elements=weight))
    return pairs.map(lambda pair: Network(*pair)).filter(lambda net: bool(net.curvature > 1e-3))
