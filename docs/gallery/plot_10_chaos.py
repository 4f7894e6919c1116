r"""
Chaos at the maximal rate, and the golden ratio below it
========================================================

**Claim.** Exactly at :math:`\eta_\mathrm{max} = 4/\lambda_0` training neither converges nor
diverges, from almost every start: the scaled output :math:`r = \eta f/\sqrt n` is
:math:`2\cos\theta`, and a step triples the angle (:statement:`chaos.tripling`). That is the
Chebyshev map, chaos that can be solved (:statement:`chaos.closed_form`); errors grow threefold a
step (:statement:`chaos.stretching`), and :math:`r` has the arcsine density on :math:`[-2, 2]`. Just
below :math:`\eta_\mathrm{max}` the invariant :math:`V` is small, and grows on average by the square
of the golden ratio a step (:statement:`chaos.mean_growth`, :statement:`chaos.golden`): the chaos
lasts until it is large. Derived for this project.
"""

# %%
# Two thousand networks of three hidden units, each trained at its own :math:`\eta_\mathrm{max}`,
# for sixteen steps.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")
hollow = {"linestyle": "", "marker": "o", "markerfacecolor": "white"}

networks = tl.Network.random(width=3, size=2000, rng=0)
eta = tl.eta_max(*networks.start)
r = eta * networks.train(eta, steps=16).output / np.sqrt(networks.width)

tripled = 3 ** np.arange(17)[:, None] * np.arccos(r[0] / 2)
error = np.median(np.abs(r - 2 * np.cos(tripled)), axis=1)

edges = np.linspace(-2, 2, 25)
density, _ = np.histogram(r[5:], edges, density=True)
centres = (edges[1:] + edges[:-1]) / 2
arcsine = -np.diff(np.arccos(edges / 2)) / np.pi / np.diff(edges)

# %%
# Left: where five of these networks are, and where each is one step later. Right: where all of them
# are from step 5 on.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.8))
theta = np.linspace(0, np.pi, 601)
left.plot(2 * np.cos(theta), 2 * np.cos(3 * theta), label=r"$\theta \to 3\theta$")
left.plot(r[:-1, :5].ravel(), r[1:, :5].ravel(), label="trained networks", **hollow)
left.set(xlabel="$r$", ylabel="$r$ one step later", title="A step triples the angle")
left.set_ylim(-2.1, 3.2)
left.legend(loc="upper left", ncols=2)
right.stairs(arcsine, edges, color="C0", label="arcsine density")
right.plot(centres, density, color="C1", label="trained networks", **hollow)
right.set(xlabel="$r$", ylabel="density", title="Angles spread evenly", ylim=(0, None))
right.legend(loc="upper center")

print(f"Closed form and weights differ by {error[8]:.0e} after 8 steps,")
print(f"and by {error[16]:.0e} after 16 (medians).")

# %%
# **What to see.** All steps lie on one cubic, and networks are found near :math:`\pm 2` most often.
# Closed form and weights part as rounding errors grow, threefold a step: by sixteen steps 1e-15 has
# become 1e-8. After some 40 steps rounding has put them above or below the boundary: some converge,
# and others diverge.

# %%
# Just below :math:`\eta_\mathrm{max}` we follow :math:`V`, which starts as small as the distance.
# The networks have one hidden unit, since their angles are spread evenly from the start.

networks = tl.Network.random(width=1, size=4000, rng=0)
golden = (1 + np.sqrt(5)) / 2
powers = np.array([-12, -8, -4])
V = np.empty((3, 41, 4000))
for k, distance in enumerate(10.0**powers):
    eta = (1 - distance) * tl.eta_max(*networks.start)
    run = networks.train(eta, steps=40)
    *_, V[k] = tl.triangle(eta, run.curvature, run.output, 1)

mean = np.exp(np.log(V).mean(axis=2))  # geometric
growth = V[:, 0].mean(axis=1)[:, None] * golden ** (2 * np.arange(41))

figure, ax = plt.subplots(figsize=(4.2, 3.0))
for k, power in enumerate(powers):
    label = rf"$1 - \eta/\eta_\mathrm{{max}} = 10^{{{power}}}$"
    ax.semilogy(mean[k], color=f"C{k}", label=label, **hollow)
    ax.semilogy(growth[k], color=f"C{k}")
ax.plot([], [], color="0.3", label="golden ratio")
ax.set(xlabel="training step", ylabel="$V$ of trained networks, mean", ylim=(1e-12, 30))
ax.set_title("$V$ grows by the golden ratio squared a step")
ax.legend()

predicted = np.log(1 / 10.0**powers) / (2 * np.log(golden))
seen = np.median(np.sum(V < 2, axis=1), axis=1)
print(f"Steps of chaos: {predicted.round(1)} by the golden ratio, {seen} of networks.")
plt.show()

# %%
# **What to see.** From wherever :math:`V` starts, its geometric mean follows the line until it is
# of order 1. Then :math:`V > 2`, minima are stable, and training converges. So the chaos lasts
# :math:`\ln(1/(1 - \eta/\eta_\mathrm{max}))/(2\ln 1.618)` steps: 29, 19 and 10, as networks show.
# That single runs grow at this rate too is measured and not proved (:statement:`chaos.transient`).
# Take wider networks: they first need some steps to spread their angles.
