r"""
A deep ReLU network in three phases
===================================

**Claim.** What the solved model says of a wide two-layer linear network
(:statement:`boundaries.wide_crit`, :statement:`theorem.ends_below`), a deep ReLU network does on
pictures, with :math:`\lambda_0` the top eigenvalue of its tangent kernel at the start: below
:math:`\eta\lambda_0 = 2` the loss falls and the curvature hardly moves; above, the loss rises well
over its start and falls again, and the curvature ends below :math:`2/\eta`; at a rate several
times as large it diverges. For this network that is measured, not proved. In the paper: section
1.1 and Figures 1 and 2.
"""

# %%
# A hundred pictures of the digits 3 and 8, with labels -1 and 1, their pixels centred and scaled so
# that the mean of :math:`|x|^2` is their number. A network of three layers with random weights is
# trained from the same start at three rates. ``curvature`` is exact: it needs no approximation of
# the kernel.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
some = np.flatnonzero((digit == 3) | (digit == 8))[:100]
X = pixels[some] - pixels[some].mean(axis=0)
samples = tl.Samples(X / np.sqrt(np.mean(X**2)), np.where(digit[some] == 8, 1.0, -1.0))

network = tl.DeepNetwork.random([64, 256, 256, 1], scale=2**0.5, rng=0, activation="relu")
start, steps = network.curvature(samples), 50
shares = np.array([1.0, 3.0, 32.0])  # of 1/λ₀
run = network.train(samples, shares / start, steps)

peak = run.loss.max(axis=0) / run.loss[0]
sharpness = shares / start * run.curvature

# %%
# The same steps, in the loss and in the curvature.

kinds = ("lazy", "catapult", "divergent")
figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0))
for k, kind in enumerate(kinds):
    look = {"marker": "os^"[k], "color": f"C{k}", "markevery": 4}
    label = rf"{kind}, $\eta\lambda_0 = {shares[k]:g}$"
    left.semilogy(run.loss[:, k], label=label, **look)
    right.semilogy(run.curvature[:, k] / start, label=label, **look)
    right.axhline(2 / shares[k], color=f"C{k}", linestyle=":", linewidth=0.8)
right.plot([], [], ":", color="0.4", label=r"$2/\eta$ of each")
left.set(xlabel="training step", ylabel="loss", ylim=(1e-4, 1e6))
left.set_title("The loss jumps over a barrier")
right.set(xlabel="training step", ylabel=r"curvature $\lambda/\lambda_0$", ylim=(0.03, 100))
right.set_title(r"The curvature falls below $2/\eta$")
left.legend(loc="upper right")
right.legend(loc="upper right")

for k in (0, 1):
    under = np.flatnonzero(sharpness[:, k] < 2)[0]
    print(
        f"{kinds[k]:8}: largest loss {peak[k]:4.1f} times the first; lambda < 2/eta from step "
        f"{under}, at the end {run.curvature[-1, k] / start:.2f} lambda_0"
    )
print(f"divergent: the loss overflows at step {np.argmax(np.isinf(run.loss[:, 2]))}")
plt.show()

# %%
# **What to see.** One network, one start, three ends. In the catapult the loss climbs to many times
# its start in a few steps, and while it is high the curvature falls; below :math:`2/\eta`, the
# dotted line of its colour, both settle. The lazy curvature moves by a few per cent, as it does in
# the model at finite width. Put 2.1 in place of 3: the loss does not rise. The top direction grows,
# but others learn meanwhile, and hide it.
