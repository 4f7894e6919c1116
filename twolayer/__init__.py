"""The large-learning-rate phase of deep learning, solved exactly on the two-layer linear network.

Closed forms (`eta_crit`, `eta_max`, `eta_div`, `phase`, `triangle`, `certificate`), the recursion
they describe (`simulate`, `outcome`), the curvature at which it ends (`final_curvature`) and its
laws, real networks that judge them (`Network`), and phase diagrams (`phase_diagram`,
`locate_boundaries`). Many samples, inputs and outputs (`Data`, `GramNetwork`, `convergence_odds`),
and the rates that they allow (`rate_guide`, `flattest_curvature`); ReLU networks with one input
(`ReluNetwork`, `FrozenGates`).

Convention: output f = X uᵀV/√n of n hidden units without biases; loss half-mean, Σ|f − y|²/(2m)
over m samples and k outputs; the curvature is that of this loss, and one learning rate trains all
weights. Where nothing else is said everything is dimensionless in it, for one sample f = v·u/√n and
½(f − y)²; `Data` takes other losses by name, and `reduction` other losses, output scales and a rate
for each layer. The order of arguments is always eta, curvature, output, width, target; everything
broadcasts.
"""

from .boundaries import certificate, eta_crit, eta_div, eta_max, phase, triangle
from .conventions import Reduction, reduction
from .data_results import ConvergenceOdds, FlattestCurvature, KernelCurvature, RateGuide
from .deep.curvature import kernel_curvature
from .deep.descent import DeepTrajectory
from .deep.diagnose import diagnose
from .deep.network import DeepNetwork
from .deep.samples import Samples
from .ensemble import no_catapult_probability, phase_probability, random_initialization
from .final import final_curvature
from .laws import (
    lazy_curvature,
    limit_curvature,
    mirror_curvature,
    peak_loss,
    peak_step,
    width_period,
)
from .locate import locate_boundaries
from .log_results import Diagnosis
from .network import Network
from .phases import phase_diagram
from .recursion import outcome, simulate
from .relu.frozen import FrozenGates
from .relu.network import ReluNetwork, ReluTrajectory
from .relu.sides import Sides
from .results import (
    Boundaries,
    FinalCurvature,
    Interval,
    Outcome,
    Phase,
    PhaseDiagram,
    Trajectory,
)
from .samples.data import Data
from .samples.flattest import flattest_curvature
from .samples.gram import GramNetwork
from .samples.guide import rate_guide
from .samples.odds import convergence_odds
from .sharpness import gradient_flow_curvature, hessian_sharpness, layer_alignment
from .storage import load, save

__version__ = "0.1.0"

__all__ = [
    "Boundaries",
    "ConvergenceOdds",
    "Data",
    "DeepNetwork",
    "DeepTrajectory",
    "Diagnosis",
    "FinalCurvature",
    "FlattestCurvature",
    "FrozenGates",
    "GramNetwork",
    "Interval",
    "KernelCurvature",
    "Network",
    "Outcome",
    "Phase",
    "PhaseDiagram",
    "RateGuide",
    "Reduction",
    "ReluNetwork",
    "ReluTrajectory",
    "Samples",
    "Sides",
    "Trajectory",
    "certificate",
    "convergence_odds",
    "diagnose",
    "eta_crit",
    "eta_div",
    "eta_max",
    "final_curvature",
    "flattest_curvature",
    "gradient_flow_curvature",
    "hessian_sharpness",
    "kernel_curvature",
    "layer_alignment",
    "lazy_curvature",
    "limit_curvature",
    "load",
    "locate_boundaries",
    "mirror_curvature",
    "no_catapult_probability",
    "outcome",
    "peak_loss",
    "peak_step",
    "phase",
    "phase_diagram",
    "phase_probability",
    "random_initialization",
    "rate_guide",
    "reduction",
    "save",
    "simulate",
    "triangle",
    "width_period",
]
