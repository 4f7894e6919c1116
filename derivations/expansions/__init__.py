"""The final curvature at label 0 as power series, and how far each can be trusted.

Chapters, in reading order:
    mirror, mirror_bounds: around the critical point (x, s) = (2, 0)
    flat, flat_bounds: around the origin, where the final curvature is small
    bulk, bulk_lazy, bulk_catapult: in z = s^2 at every x, its cut bounded below and above x = 2
    manifold: along the unstable manifold, with its bounds

Each hands its coefficients and the radius in which they hold to the package as tables that are
read off its claims. The arithmetic and the kinds of proof beneath them:
    series: truncated power series in two variables, and a step of them
    invariants: invariant series, solved and checked form by form; where a run ends
    coefficients: rational functions of x, each the solution of one linear equation
    bounds, domains: inequalities on an interval of one variable, and around a point of two

These kinds of proof know no mathematics of the model. They live here and not in prover/ because
they compute in the arithmetic of this room, which no other chapter needs.
"""

from . import bulk, bulk_catapult, bulk_lazy, flat, flat_bounds, manifold, mirror, mirror_bounds

CHAPTERS = (mirror, mirror_bounds, flat, flat_bounds, bulk, bulk_lazy, bulk_catapult, manifold)
