r"""
Every network is one point of a triangle
========================================

**Claim.** Width and learning rate drop out of training. Three numbers take their place:
:math:`P`, :math:`Q` and :math:`V`. At label 0 they always add up to 4
(:statement:`triangle.sum`), and steps only multiply them (:statement:`triangle.P_update`,
:statement:`triangle.Q_update`, :statement:`triangle.V_update`). So networks of every width, at
every learning rate, are points of one plane, and almost all whose training is bounded lie in one
triangle (:statement:`triangle.barycentric`). The model is that of Lewkowycz et al.,
arXiv:2003.02218; the triangle was derived for this project.
"""

# %%
# Networks of any width, trained at any rate, can start at the same point: draw random weights, and
# stretch :math:`u + v` and :math:`u - v` until :math:`P` and :math:`Q` are what they should be.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl
from twolayer.plotting import plot_triangle

plt.style.use("twolayer.plotting.twolayer")


def network_at(P, Q, eta, width):
    """A random network that starts at this point when it is trained at this rate."""
    net = tl.Network.random(width, rng=width)
    P_drawn, Q_drawn, _ = tl.triangle(eta, *net.start)
    aligned = (net.u + net.v) / 2 * np.sqrt(P / P_drawn)
    opposed = (net.u - net.v) / 2 * np.sqrt(Q / Q_drawn)
    return tl.Network(aligned + opposed, aligned - opposed)


# %%
# The theory is the recursion at width 1 and rate 1. Three networks, trained on their weights, start
# at each of three points.

points = [(0.4, 1.2, 40), (1.35, 1.2, 40), (2.15, 1.9, 4)]  # P, Q, and how many steps
kinds = [(2, 0.01), (100, 1.0), (10_000, 50.0)]  # width and learning rate

phases = []
theory = np.full((3, 41, 3), np.nan)  # P, Q and V at each step, from each point
trained = np.full((3, 3, 41, 3), np.nan)  # the same for each kind of network
for k, (P, Q, steps) in enumerate(points):
    start = network_at(P, Q, eta=1.0, width=1).start
    phases.append(tl.phase(1.0, *start))
    run = tl.simulate(1.0, *start, steps=steps)
    theory[:, : steps + 1, k] = tl.triangle(1.0, run.curvature, run.output, 1)
    for i, (width, eta) in enumerate(kinds):
        run = network_at(P, Q, eta, width).train(eta, steps)
        corners = tl.triangle(eta, run.curvature, run.output, width)
        trained[i, :, : steps + 1, k] = corners

# %%
# Lines are the theory, markers the trained networks. On the dashed line the first step keeps the
# loss: it is drawn from starts of curvature 2 and of every output that has such a rate.

output = np.sin(np.linspace(-1.57, 1.57, 201)) / np.sqrt(2)
edge = tl.triangle(tl.eta_crit(2.0, output, width=1), 2.0, output, width=1)

figure, ax = plt.subplots(figsize=(5.0, 4.2))
artists = plot_triangle(
    *theory, phases=phases, curves={r"$\eta = \eta_\mathrm{crit}$": edge}, ax=ax
)
artists.legend.set_frame_on(False)
ax.add_artist(artists.legend)
markers = []
for i, (shape, size) in enumerate((("o", 8), ("s", 5), (".", 2.5))):
    (width, eta), (P, Q, V) = kinds[i], trained[i]
    x, y = (P - Q) / 8, V * np.sqrt(3) / 8  # where plot_triangle puts a point
    look = {"color": "0.2", "markerfacecolor": "none", "markersize": size, "zorder": 4}
    label = f"trained: n = {width:,}, η = {eta:g}"
    markers += ax.plot(x.ravel(), y.ravel(), shape, label=label, **look)
ax.legend(handles=markers, loc="upper left")
ax.set_title("Networks of all widths take the same steps through the triangle")

gap = np.nanmax(np.abs(trained - theory))
print(f"P, Q and V of theory and weights differ by {gap:.0e} at most.")
plt.show()

# %%
# **What to see.** Circles, squares and dots sit inside one another: a network of 2 units at rate
# 0.01 and one of 10,000 units at rate 50 take the same steps, to rounding. Below the dashed line
# the first step raises the loss: that run climbs out of there, and ends above :math:`V = 2`, where
# the minimum is stable. The third run starts below the lower edge, and leaves. Move the points of
# ``points``, or add a width and a rate to ``kinds``.
