"""Parts that many docstrings share, written once: a line `{name}` stands for a part."""

from __future__ import annotations

import re
import textwrap
from typing import TypeVar

Documented = TypeVar("Documented")

_PARTS = {
    "start": """
curvature, output, width, target : array_like
    Start λ₀, f₀, the width n and the label y; they broadcast. Dimensionless.""",
    "cells": """
eta, curvature, output, width, target : array_like
    Learning rate, λ₀, f₀, the width n and the label y; they broadcast. Dimensionless.""",
    "unlabelled": """
eta, curvature, output, width : array_like
    Learning rate, λ₀, f₀, the width n; they broadcast. Dimensionless. Label 0.""",
    "ax": """
ax : Axes
    Where to draw; a new figure if not given.""",
    "looks": """
phases, labels : Phase codes, shape (k,), and k str
    Colour, line and marker of each run, and its name in the legend: its phase and, if there are
    labels, its label.""",
    "refused": """
Raises
------
ValueError
    For bad input, naming the argument.""",
    "refused_start": """
Raises
------
ValueError
    For bad input, naming the argument; Cauchy-Schwarz included.""",
}


def shared(thing: Documented) -> Documented:
    """Decorator of a function or class: its docstring with the shared parts put in."""

    def part(line: re.Match[str]) -> str:
        return textwrap.indent(_PARTS[line["name"]].lstrip("\n"), line["indent"])

    thing.__doc__ = re.sub(
        r"^(?P<indent> *)\{(?P<name>\w+)\}$", part, thing.__doc__ or "", flags=re.MULTILINE
    )
    return thing
