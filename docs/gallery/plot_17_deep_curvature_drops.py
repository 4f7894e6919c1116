r"""
In deep networks, too, the curvature drops above η_crit
=======================================================

**Claim.** The curvature of a deep ReLU network after the first steps of training is nearly that of
the start where :math:`\eta < 2/\lambda_0`, and below :math:`2/\eta` where it is larger; the wider
the network, the sharper the corner. In the solved model the lazy curvature moves as one over the
width (:statement:`theorem.lazy_move`), and just above the corner it ends at
:math:`4/\eta - \lambda_0` (:statement:`laws.mirror`). Here all is measured, over networks of three
widths. In the paper: section 1.2 and Figures 1 and 2c.
"""

# %%
# Three networks of each width, three layers deep, trained on a hundred pictures of the digits 3
# and 8 at ten rates each. The curvature is looked at after ten steps and at the end.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
some = np.flatnonzero((digit == 3) | (digit == 8))[:100]
X = pixels[some] - pixels[some].mean(axis=0)
samples = tl.Samples(X / np.sqrt(np.mean(X**2)), np.where(digit[some] == 8, 1.0, -1.0))

widths, looks = (16, 48, 160), (10, 30)
shares = np.array([0.5, 1, 1.4, 1.7, 2, 2.3, 2.6, 3, 3.5, 4])  # of 1/λ₀


def ratios(width, seed):
    """λ over λ₀ of one network at both looks, for each rate."""
    network = tl.DeepNetwork.random([64, width, width, 1], scale=2**0.5, rng=seed)
    start = network.curvature(samples)
    run = network.train(samples, shares / start, looks[-1], looks=looks)
    return run.curvature[list(looks)] / start


ratio = np.array([[ratios(width, seed) for seed in range(3)] for width in widths])

# %%
# Lines are means over the networks, bars reach from the lowest to the highest.

fine = np.linspace(0.4, 4.2, 100)
figure, axes = plt.subplots(1, 2, figsize=(6.6, 3.0), sharey=True)
for k, (ax, title) in enumerate(zip(axes, ("After ten steps", "At the end"), strict=True)):
    for part, width, look in zip(ratio[:, :, k], widths, ("-o", "--s", "-.^"), strict=True):
        middle, low, high = part.mean(axis=0), part.min(axis=0), part.max(axis=0)
        bars = (middle - low, high - middle)
        ax.errorbar(shares, middle, bars, fmt=look, mfc="white", capsize=2, label=f"width {width}")
    ax.plot(fine, 2 / fine, color="0.4", linewidth=0.8, label=r"$2/\eta$")
    mirror = 4 / fine[fine > 2] - 1
    ax.plot(fine[fine > 2], mirror, "--", color="0.4", linewidth=0.8, label=r"$4/\eta - \lambda_0$")
    ax.axvline(2, color="0.4", linestyle=":", label=r"$2/\lambda_0$")
    ax.set(title=title, xlabel=r"learning rate $\eta\lambda_0$", ylim=(0, 1.3))
axes[0].set_ylabel(r"curvature $\lambda/\lambda_0$")
axes[1].legend()

moved = 1 - ratio[:, :, 0, 2].mean(axis=1)  # at ηλ₀ = 1.4
dropped = 1 - ratio[:, :, 0, 6].mean(axis=1)  # at ηλ₀ = 2.6
sharpness = (shares * ratio).max(axis=(0, 1, 2))
for width, lazy, catapult in zip(widths, moved, dropped, strict=True):
    print(
        f"width {width:3}: in ten steps lambda falls by {lazy:3.0%} at eta lambda_0 = 1.4, "
        f"by {catapult:.0%} at 2.6"
    )
print(f"The largest eta lambda at either look, of all runs: {sharpness.max():.2f}.")
plt.show()

# %%
# **What to see.** Left of the dotted line wide networks keep their curvature, and narrow ones lose
# some of it to the labels; right of it all are below :math:`2/\eta` at either look. For 16 units
# that is a slope, for 160 nearly a corner. Just after the corner the widest end close to the dashed
# line of the solved model, and farther on below it. These widths are wide enough for all that: of
# three networks of 12 units one stayed above :math:`2/\eta`, at :math:`\eta\lambda = 2.6`.
