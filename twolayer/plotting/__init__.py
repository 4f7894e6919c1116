"""Draw result objects on an Axes. Computes nothing: what is drawn is what it was given.

Every function draws on the Axes it is given, or on that of a `new_figure` in the shipped style,
twolayer.mplstyle, and returns `Artists`. No pyplot: save a new figure with
``artists.ax.figure.savefig(path)``. Phases differ in colour (Okabe and Ito's), line, marker and
hatch.

style     looks of phases and boundaries, figures, legends
core      runs, phase diagrams, final curvatures, the triangle
laws      the laws of the catapult
samples   networks on data sets
relu      networks with gates
"""

from .core import plot_final_curvature, plot_phase_diagram, plot_training, plot_triangle
from .samples import plot_convergence_odds
from .style import Artists, new_figure

__all__ = [
    "Artists",
    "new_figure",
    "plot_convergence_odds",
    "plot_final_curvature",
    "plot_phase_diagram",
    "plot_training",
    "plot_triangle",
]
