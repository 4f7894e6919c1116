"""Draw result objects on an Axes. Computes nothing: what is drawn is what it was given.

Every function draws on the Axes it is given, or on that of a `new_figure` in the shipped style,
twolayer.mplstyle, and returns `Artists`. No pyplot: save a new figure with
``artists.ax.figure.savefig(path)``. Phases differ in colour (Okabe and Ito's), line, marker and
hatch.

training    loss and curvature, step by step
curvature   the final curvature against the learning rate
diagram     phase diagrams under their exact boundaries
triangle    runs in the triangle P + Q + V = 4
laws        the laws of the catapult
samples     networks on data sets
relu        networks with gates
deep        deep networks
style       looks of phases and boundaries, figures
legends     legends and names of curves
edges       marks on the edges of axes
rates       runs of several seeds against the learning rate
runs        what runs are given as: columns of one shape, a phase and a name for each
"""

from .curvature import plot_final_curvature
from .diagram import plot_phase_diagram
from .samples import plot_convergence_odds
from .style import Artists, new_figure
from .training import plot_training
from .triangle import plot_triangle

__all__ = [
    "Artists",
    "new_figure",
    "plot_convergence_odds",
    "plot_final_curvature",
    "plot_phase_diagram",
    "plot_training",
    "plot_triangle",
]
