"""The examples of the gallery, run as they are, and what their figures show."""

import contextlib
import functools
import io
import re
import runpy
import time
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from threadpoolctl import threadpool_limits

import twolayer as tl

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"


def path(name: str) -> Path:
    """The file of the example `name`, such as "01_three_phases"."""
    return FOLDER / f"plot_{name}.py"


@functools.cache
def run(name: str) -> dict[str, Any]:
    """What the example `name` leaves: its variables, and beside them `figures` (drawn and closed),
    `printed` and `seconds` of processor time. Runs once a process; a warning is an error."""
    printed, start = io.StringIO(), time.process_time()
    with (
        warnings.catch_warnings(),
        matplotlib.rc_context(),
        contextlib.redirect_stdout(printed),
        mock.patch.object(plt, "show"),
        threadpool_limits(1),  # on busy machines products of small matrices take minutes in more
    ):
        warnings.simplefilter("error")
        plt.switch_backend("Agg")
        plt.close("all")
        left = runpy.run_path(str(path(name)))
        seconds = time.process_time() - start
        figures = [plt.figure(number) for number in plt.get_fignums()]
        for figure in figures:
            figure.canvas.draw()
        plt.close("all")
    return left | {"figures": figures, "printed": printed.getvalue(), "seconds": seconds}


def statements(name: str) -> list[str]:
    """The statements that the example `name` rests on."""
    return re.findall(r":statement:`([^`]+)`", path(name).read_text(encoding="utf-8"))


def ends_as_the_theory_says(network: Any, eta: Any, *, weights: Any, theory: Any) -> None:
    """The final curvatures that an example has found agree within the errors that the runs and the
    theory state."""
    trained, exact = network.outcome(eta), tl.final_curvature(eta, *network.start)
    np.testing.assert_allclose(weights, trained.curvature, rtol=1e-15)
    np.testing.assert_allclose(theory, exact.curvature, rtol=1e-15)
    allowed = trained.curvature_error + exact.error
    assert np.isfinite(allowed).all()
    assert (np.abs(trained.curvature - exact.curvature) <= allowed).all()


def drawn(ax: Any, x: Any, y: Any, marker: str = "None") -> bool:
    """Whether the Axes show these points, as a line or as markers; infinite ones as gaps."""
    return any(
        item.get_marker() == marker
        and all(
            np.array_equal(_finite(shown), _finite(given), equal_nan=True)
            for shown, given in zip(item.get_data(), (x, y), strict=True)
        )
        for item in ax.lines
    )


def _finite(values: Any) -> Any:
    numbers = np.asarray(values, float)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def legends(figure: Any) -> list[Legend]:
    """All legends of a figure and of its Axes."""
    held = [figure, *figure.axes]
    return [item for holder in held for item in holder.get_children() if isinstance(item, Legend)]


def unnamed(figure: Any) -> list[str]:
    """What a reader of the figure cannot know: titles and axes without words, and colours of lines
    that stand in no legend of the figure and in no text of their Axes."""
    missing = [] if _titles(figure) else ["title"]
    in_legends = {
        to_hex(handle.get_color())
        for legend in legends(figure)
        for handle in legend.legend_handles
        if hasattr(handle, "get_color")
    }
    for i, ax in enumerate(figure.axes):
        missing += [f"{i}: {axis} axis" for axis in "xy" if not _axis_named(ax, axis)]
        named = in_legends | {to_hex(text.get_color()) for text in ax.texts}
        missing += [
            f"{i}: line {item.get_label()!r} in {to_hex(item.get_color())}"
            for item in ax.lines
            if item.get_zorder() > 0  # below are grids
            and to_hex(item.get_color()) not in named | {"#ffffff"}  # white: what others stand on
        ]
    return missing


def _titles(figure: Any) -> bool:
    return bool(figure.get_suptitle()) or all(ax.get_title() for ax in figure.axes)


def _axis_named(ax: Any, axis: str) -> bool:
    """By its own words, or by those of Axes that share it; or there is none, as in a triangle."""
    shared = getattr(ax, f"get_shared_{axis}_axes")().get_siblings(ax)
    return not ax.axison or any(getattr(other, f"get_{axis}label")() for other in shared)
