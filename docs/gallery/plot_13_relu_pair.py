r"""
A ReLU network with one input is a pair of linear ones
======================================================

**Claim.** A unit of a ReLU network with one input is open on one side of zero, :math:`x > 0` or
:math:`x < 0`. While gates stay as they began, the two sides never see each other: each is the
one-sample linear network, exactly and at every width (:statement:`gates.curvature`,
:statement:`gates.residual`), with a boundary of its own (:statement:`gates.boundary`). Real gates
follow until the first unit changes its side, and part from there. The quadratic model of Zhu,
Liu, Radhakrishnan and Belkin, arXiv:2205.11787, Theorem 3, has frozen gates; that the pair is
exact at every width was derived for this project.
"""

# %%
# A thousand units whose first weights are 1 or -1, so that none is about to change its side, and a
# rate at which :math:`\eta\lambda = 3` on the side of the larger curvature.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

rng = np.random.default_rng(0)
data = tl.Sides(rng.standard_normal(30), np.zeros(30))
network = tl.ReluNetwork(rng.choice([-1.0, 1.0], 1000), rng.standard_normal(1000))
eta = 3 / network.curvature(data).max()

theory = tl.FrozenGates(network, data)
exact = theory.simulate(eta, steps=30)
frozen = network.train(data, eta, steps=30, frozen=True)
real = network.train(data, eta, steps=30)

phases = [tl.Phase(code).name.lower() for code in theory.phase(eta)]
flipped = real.flipped.max(axis=1)
first = int(np.sum(np.cumsum(flipped) == 0))  # how many steps no unit had flipped
frozen_error = np.abs(frozen.output - exact.output).max(axis=1)
real_error = np.abs(real.output - exact.output).max(axis=1)

# %%
# Lines are the theory of frozen gates, markers are networks trained on their weights.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0))
for side, name in enumerate(("x > 0", "x < 0")):
    look = {"color": f"C{side}", "mfc": "white"}
    label = f"{name}, {phases[side]}"
    left.semilogy(np.abs(exact.output[:, side]), **look, label=label)
    left.semilogy(np.abs(frozen.output[:, side]), "o", **look)
    left.semilogy(np.abs(real.output[:, side]), "x", **look)
left.plot([], [], "o", color="0.3", mfc="white", label="trained, frozen gates")
left.plot([], [], "x", color="0.3", label="trained, real gates")
left.set(xlabel="training step", ylabel="output, absolute value", ylim=(2e-3, 1e4))
left.set_title("Two maps that do not see each other")
left.legend()
right.axvline(first, color="0.4", linestyle=":", label="first unit changes its side")
right.semilogy(frozen_error, "o", color="0.3", mfc="white", label="frozen gates")
right.semilogy(real_error, "x", color="0.3", label="real gates")
right.set(xlabel="training step", ylabel="distance from the theory", ylim=(1e-17, 1e7))
right.set_title("Real gates follow until the first flip")
right.legend()

print(f"Frozen gates: theory and weights differ by {frozen_error.max():.0e} at most.")
print(f"Real gates: by {real_error[:first].max():.0e} before step {first}, the first flip,")
print(f"and by {real_error.max():.1g} in all, as {flipped.max():.0%} of a side flip.")
plt.show()

# %%
# **What to see.** One side catapults and the other is lazy, and the lazy one does not notice. With
# frozen gates theory and weights agree to rounding throughout; with real gates they do until the
# step before the first unit changes its side, near the peak of the loss. From there on the lazy
# side notices too. With a 2 in place of the 3 no unit flips, and real gates follow to the end; at
# 3.5 most of a side flips.
