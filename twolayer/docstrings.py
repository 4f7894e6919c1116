"""Parts that many docstrings share, written once: a line `{name}` stands for a part."""

import re
import textwrap
from typing import TypeVar

Documented = TypeVar("Documented")

_PARTS = {
    "start": """
curvature, output, width, target : array_like
    Start λ₀, f₀, the width n and the label y; they broadcast. Dimensionless, for the loss
    ½(f − y)² and f = v·u/√n (`reduction` has others); the width is any positive number, or inf.""",
    "cells": """
eta, curvature, output, width, target : array_like
    Learning rate, λ₀, f₀, the width n and the label y; they broadcast. Dimensionless, for the loss
    ½(f − y)² and f = v·u/√n (`reduction` has others); the width is any positive number, or inf.""",
    "present": """
curvature, output, width, target : array_like
    The present λ and f, the width n and the label y; they broadcast. Dimensionless, for the loss
    ½(f − y)² and f = v·u/√n (`reduction` has others); the width is any positive number, or inf.""",
    "unlabelled": """
eta, curvature, output, width : array_like
    Learning rate, λ₀, f₀, the width n; they broadcast. Label 0. Dimensionless, for the loss ½f² and
    f = v·u/√n (`reduction` has others); the width is any positive number, or inf.""",
    "draws": """
width : int
size : int or tuple of int
    Shape of the batch.
scale : float
    Standard deviation of a weight.
{rng}""",
    "rng": """
rng : None, int, Generator, ...
    As `numpy.random.default_rng` takes it (SPEC 7).""",
    "on_data": """
Parameters
----------
data : Data

Raises
------
ValueError
    If the data have other numbers of inputs and outputs than the weights.""",
    "on_samples": """
Parameters
----------
samples : Samples

Raises
------
ValueError
    If the samples have other numbers of inputs and outputs than the networks.""",
    "rate": """
eta : array_like
    Learning rate, for the loss of the data; it broadcasts with the batch.""",
    "trained": """
eta, target : array_like
    Learning rate and label; they broadcast with the batch. Of the loss ½(f − y)²; a data set brings
    its own labels, and its loss the unit of the rates.""",
    "budget": """
max_steps : int
    Budget; a run that spends it is UNDECIDED.""",
    "ax": """
ax : Axes
    Where to draw; a new figure if not given. Limits, scales and names of axes become those of the
    drawing. On Axes of your own the legend stands inside, in smaller type where they are small,
    beside one that is there already, which stays that of the Axes; no layout makes room for it.""",
    "looks": """
phases, labels : Phase codes, shape (k,), and k str
    Colour, line and marker of each run, and its name in the legend: its phase and, if there are
    labels, its label.""",
    "refused": """
Raises
------
ValueError
    For bad input, naming the argument; masked cells, too.""",
    "refused_start": """
{refused}
    Also if no network has this start: Cauchy-Schwarz, |f₀| ≤ √n λ₀/2, up to 8 units of rounding of
    the coarser of the types in which λ₀ and f₀ came. An output beyond it is put on it.""",
    "refused_weights": """
Raises
------
ValueError
    If the shapes do not agree or are empty, or a weight is not a finite real number.""",
}


def shared(thing: Documented) -> Documented:
    """Decorator of a function or class: its docstring with the shared parts put in."""

    def part(line: re.Match[str]) -> str:
        return filled(textwrap.indent(_PARTS[line["name"]].lstrip("\n"), line["indent"]))

    def filled(text: str) -> str:
        return re.sub(r"^(?P<indent> *)\{(?P<name>\w+)\}$", part, text, flags=re.MULTILINE)

    thing.__doc__ = filled(thing.__doc__ or "")
    return thing
