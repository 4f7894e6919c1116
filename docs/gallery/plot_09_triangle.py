"""
Every network is one point of a triangle
========================================

Width and learning rate drop out of training. Three numbers, P, Q and V, take their place, and at
label 0 they always add up to 4 (:statement:`triangle.sum`). So every network of every width, at
every learning rate that does not make V negative, is one point of one triangle
(:statement:`triangle.barycentric`), and a step moves the point: :statement:`triangle.P_update`,
:statement:`triangle.Q_update`, :statement:`triangle.V_update`.

The model is that of Lewkowycz et al., arXiv:2003.02218; the triangle was derived for this project.
"""

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl
from twolayer.plotting import plot_triangle

plt.style.use("twolayer.plotting.twolayer")

# %%
# Networks of any width, trained at any rate, can start at the same point: draw random weights, and
# stretch u + v and u − v until P and Q are what they should be.


def network_at(P, Q, eta, width):
    """A random network that starts at this point when it is trained at this rate."""
    net = tl.Network.random(width, rng=width)
    P_drawn, Q_drawn, _ = tl.triangle(eta, *net.start)
    aligned = (net.u + net.v) / 2 * np.sqrt(P / P_drawn)
    opposed = (net.u - net.v) / 2 * np.sqrt(Q / Q_drawn)
    return tl.Network(aligned + opposed, aligned - opposed)


# %%
# The theory is the recursion at width 1 and rate 1. Three networks with real weights follow it from
# each of three points.
points = [(0.4, 1.2, 40), (1.35, 1.2, 40), (2.15, 1.9, 4)]  # P, Q, and for how many steps
networks = [(2, 0.01), (100, 1.0), (10_000, 50.0)]  # width and rate
markers = [("o", 8), ("s", 5), (".", 2.5)]

phases = []
theory = np.full((3, 41, 3), np.nan)  # P, Q, V at each step, for each point
trained = np.full((3, 3, 41, 3), np.nan)  # the same for each network
for k, (P, Q, steps) in enumerate(points):
    start = network_at(P, Q, eta=1.0, width=1).start
    phases.append(tl.phase(1.0, *start))
    run = tl.simulate(1.0, *start, steps=steps)
    theory[:, : steps + 1, k] = tl.triangle(1.0, run.curvature, run.output, 1)
    for i, (width, eta) in enumerate(networks):
        run = network_at(P, Q, eta, width).train(eta, steps)
        trained[i, :, : steps + 1, k] = tl.triangle(eta, run.curvature, run.output, width)

print(f"farthest from the theory: {np.nanmax(np.abs(trained - theory)):.0e}")

# %%
# The dashed line is where the first step keeps the loss. It is drawn by the theory at width 1, from
# starts of curvature 2 and of every output that has such a rate.
output = np.sin(np.linspace(-1.57, 1.57, 201)) / np.sqrt(2)
edge = tl.triangle(tl.eta_crit(2.0, output, width=1), 2.0, output, width=1)

fig, ax = plt.subplots(figsize=(5.0, 4.2))
artists = plot_triangle(*theory, phases=phases, curves={r"$\eta = \eta_\mathrm{crit}$": edge}, ax=ax)
artists.legend.set_frame_on(False)
ax.add_artist(artists.legend)
drawn = []
for (width, eta), (marker, size), (P, Q, V) in zip(networks, markers, trained, strict=True):
    x, y = (P - Q) / 8, V * np.sqrt(3) / 8  # where plot_triangle puts a point
    look = {"color": "0.2", "markerfacecolor": "none", "markersize": size, "zorder": 4}
    label = f"trained: n = {width:,}, η = {eta:g}"
    drawn += ax.plot(x.ravel(), y.ravel(), marker, linestyle="", label=label, **look)
ax.legend(handles=drawn, loc="upper left")
ax.set_title("Networks of all widths take the same steps through the triangle")
plt.show()

# %%
# **What to see.** Circles, squares and dots sit in one another: a network of 2 units at rate 0.01 and
# one of 10,000 units at rate 50 take the same steps, to within 1e-13. Below the dashed line the first
# step raises the loss: that run climbs out of there, and ends above V = 2, where ηλ < 2. Below the
# lower edge, V < 0, each step takes a run farther away.
#
# **To see more**, move the points in `points`, or add a third network to `networks`.
