r"""
The three phases
================

**Claim.** Below :math:`\eta_\mathrm{crit} \approx 2/\lambda_0` the loss falls from the first step
on and the curvature stays, up to :math:`O(1/n)` (:statement:`final.lazy`); above it the loss first
grows, the curvature drops below :math:`2/\eta`, and training converges; above
:math:`\eta_\mathrm{max} = 4/\lambda_0` it diverges.
Gradient descent closes on two numbers, the output (:statement:`closure.output`) and the curvature
(:statement:`closure.curvature_update`), so the theory follows a network of any width step by step.
In the paper: section 1.1, and Figure 2.
"""

# %%
# A network of a thousand hidden units is trained on its weights at three learning rates. The theory
# is told its curvature, its output and its width, and knows nothing else of it.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl
from twolayer.plotting import plot_training

plt.style.use("twolayer.plotting.twolayer")

network = tl.Network.random(width=1000, rng=0)
eta = np.array([1.7, 3.0, 4.1]) / network.curvature

weights = network.train(eta, steps=40)
theory = tl.simulate(eta, *network.start, steps=40)
phases = tl.phase(eta, *network.start)

# %%
# Lines are the theory, markers are the trained network, and thin lines stand at :math:`2/\eta`.

figure, axes = plt.subplots(1, 2, figsize=(6, 2.8))
how = {"phases": phases, "every": 3}
plot_training(theory, weights, quantity="loss", ax=axes[0], **how)
plot_training(theory, weights, quantity="curvature", eta=eta, ax=axes[1], **how)
title = r"Lazy below $2/\lambda_0$, a catapult up to $4/\lambda_0$, divergent above"
figure.suptitle(title)

lazy, catapult = weights.curvature[:, 0], weights.curvature[:, 1]
gap = np.abs(weights.curvature[:, :2] - theory.curvature[:, :2]).max()
print(f"Curvatures of theory and weights differ by {gap:.0e} at most.")
print(f"The lazy run ends at {lazy[-1] / lazy[0]:.4f} of its curvature.")
print(f"The catapult ends at {eta[1] * catapult[-1]:.4f}/eta, below 2/eta.")
loss = weights.loss[:, 1]
print(f"Its loss grows {loss.max() / loss[0]:.0f}-fold first.")
plt.show()

# %%
# **What to see.** The lazy run keeps its curvature, and its loss falls at once. The loss of the
# catapult grows until the curvature is close to the thin line :math:`2/\eta` of its colour; once it
# is below, the run converges. Theory and weights agree to rounding, at every step. Set 3.0 to 2.1
# for a gentle catapult, or to 3.9 for a large one.
