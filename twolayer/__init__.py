"""The large-learning-rate phase of deep learning, solved exactly on the two-layer linear network.

Closed forms (`eta_crit`, `eta_max`, `eta_div`, `phase`, `triangle`, `certificate`), the recursion they describe (`simulate`,
`outcome`), real networks that judge both (`Network`), and phase diagrams (`phase_diagram`, `locate_boundaries`). The order of
arguments is always eta, curvature, output, width, target; everything broadcasts and everything is dimensionless.
"""

from .dynamics import outcome, simulate
from .initial import random_initialization
from .network import Network
from .phases import locate_boundaries, phase_diagram
from .results import Boundaries, Interval, Outcome, Phase, PhaseDiagram, Trajectory, load, save
from .theory import certificate, eta_crit, eta_div, eta_max, phase, triangle

__version__ = "0.1.0"

__all__ = [
    "Boundaries",
    "Interval",
    "Network",
    "Outcome",
    "Phase",
    "PhaseDiagram",
    "Trajectory",
    "certificate",
    "eta_crit",
    "eta_div",
    "eta_max",
    "load",
    "locate_boundaries",
    "outcome",
    "phase",
    "phase_diagram",
    "random_initialization",
    "save",
    "simulate",
    "triangle",
]
