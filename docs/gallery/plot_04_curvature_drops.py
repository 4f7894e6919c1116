r"""
After the catapult the curvature is below 2/η
=============================================

**Claim.** During a catapult the curvature falls until it is below :math:`2/\eta`, where a minimum
is stable, and never rises again. Below :math:`\eta\lambda = 4` no step raises the curvature
(:statement:`fates.curvature_falls`), a run that is below :math:`2/\eta` stays there
(:statement:`fates.absorbing`), and every run converges (:statement:`fates.step_count`), for which
it has to go there: above :math:`2/\eta` zero loss repels (:statement:`boundaries.stable`).
In the paper: sections 1.1 and 1.2.
"""

# %%
# Two hundred random networks of a thousand units, each with a learning rate of its own between
# :math:`2/\lambda_0` and :math:`4/\lambda_0`, are trained on their weights.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

networks = tl.Network.random(1000, size=200, rng=0)
sharpness = np.linspace(2.02, 3.8, 200)  # learning rate times curvature at the start
eta = sharpness / networks.curvature

steps = {
    "weights": networks.train(eta, steps=40),
    "theory": tl.simulate(eta, *networks.start, steps=40),
}
weights = eta * networks.outcome(eta).curvature
theory = eta * tl.final_curvature(eta, *networks.start).curvature

# %%
# Left: five of the runs, step by step; lines are the theory, markers the trained networks. Right:
# where all of them end; dots are the theory of each start, circles the trained networks. The band
# holds what is possible at infinite width.

figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3), sharey=True)
for k in (20, 60, 100, 140, 180):
    expected, seen = (eta[k] * steps[kind].curvature[:, k] for kind in ("theory", "weights"))
    (line,) = left.plot(expected, label=f"{sharpness[k]:.2f}")
    left.plot(seen, "o", markerfacecolor="white", color=line.get_color(), markevery=3)
left.legend(title=r"$\eta\lambda_0$")
left.set(xlabel="training step", ylabel=r"curvature, $\eta\lambda$")

fine = np.linspace(2.02, 3.8, 179)
possible = tl.limit_curvature(1.0, fine, np.linspace(0, 1, 64)[:, None])
band = possible.min(axis=0), possible.max(axis=0)
right.fill_between(fine, *band, color="0.8", label="infinite width")
right.plot(sharpness, weights, "o", markerfacecolor="white", label="trained, n = 1000")
right.plot(sharpness, theory, "k.", markersize=1.5, label="theory")
right.set(xlabel=r"learning rate, $\eta\lambda_0$")
left.axhline(2, color="0.4", linewidth=0.8, linestyle="--")
right.axhline(2, color="0.4", linewidth=0.8, linestyle="--", label=r"$2/\eta$")
right.legend()
figure.suptitle(r"Every catapult ends below $2/\eta$")

print(f"All {weights.size} runs end below 2/eta, the highest at {weights.max():.3f}/eta.")
gap = np.abs(weights - theory)
print(f"Theory and weights differ by {np.median(gap):.0e}/eta in the median,")
print(f"and by {gap.max():.0e}/eta at most.")
plt.show()

# %%
# **What to see.** On the left the curvature falls, at 2.2 within some 30 steps and at larger rates
# within fifteen, and then stands still; up to about 3.2 it falls the deeper the larger the rate. On
# the right no run of two hundred ends above the dashed line; up to about 3 all end on almost one
# curve, and beyond it where they end depends on their output at the start. Theory and weights agree
# to what rounding allows.
