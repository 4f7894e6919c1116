r"""
A training log beside the theory
================================

**Claim.** Loss and curvature tell whether a run is one of the solved model. The first loss and the
first curvature leave one family of starts (:statement:`triangle.largest_output`), and each step
tells the width by how it changes the curvature (:statement:`closure.curvature_gain`). A network of
two linear layers on one picture follows the theory to rounding. One of three ReLU layers on many
pictures catapults as well, and follows none of these starts: the phases carry over, the numbers do
not. That is measured, on one network. In the paper: abstract and Figures 1 and 2.
"""

# %%
# Two networks are trained on pictures of the digits 3 and 8, and nothing is kept but their logs:
# the rate, the loss and the curvature. ``diagnose`` reads them. The single picture has label 0.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
some = np.flatnonzero((digit == 3) | (digit == 8))[:100]
X = pixels[some] - pixels[some].mean(axis=0)
X /= np.sqrt(np.mean(X**2))
Y = np.where(digit[some] == 8, 1.0, -1.0)

linear = tl.DeepNetwork.random([64, 128, 1], rng=0, activation="linear")
relu = tl.DeepNetwork.random([64, 128, 128, 1], scale=2**0.5, rng=0)
names = "two linear layers, 1 picture", "three ReLU layers, 100 pictures"


def trained(network, samples, share, steps=40):
    """The rate and the log at this ηλ₀."""
    eta = share / network.curvature(samples)
    return eta, network.train(samples, eta, steps)


runs = trained(linear, tl.Samples(X[:1], [0.0]), 2.5), trained(relu, tl.Samples(X, Y), 3.0)
logs = [tl.diagnose(eta, run.loss, run.curvature) for eta, run in runs]

# %%
# Markers are the logs, lines the runs of the theory that follow them longest. On the right, the
# width that each early step implies, over the one that fits all steps best; later the curvature of
# the first network moves by little more than rounding.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0))
for k, ((_, run), log, name) in enumerate(zip(runs, logs, names, strict=True)):
    look = {"marker": "os"[k], "color": f"C{k}", "mfc": "white", "linestyle": ""}
    left.semilogy(run.loss, label=name, markevery=2, **look)
    left.semilogy(log.theory.loss, color=f"C{k}", label=f"theory, width {log.width:.0f}")
    right.plot(log.implied_width / log.pair_width, label=name, **look)
right.axhline(1, color="0.4", linewidth=0.8, label="the solved model")
left.set(title="One run follows the theory", xlabel="training step", ylabel="loss")
left.set_ylim(1e-8, 1e5)
right.set(title="Its steps agree on a width", xlabel="training step")
right.set(ylabel="width that a step implies / best", xlim=(-0.5, 12.5), ylim=(-7, 4))
left.legend(loc="upper right")
right.legend(loc="lower left")

for log, name in zip(logs, names, strict=True):
    print(f"{name}\n{log}\n")
plt.show()

# %%
# **What to see.** Both runs are catapults: their losses rise, and their curvatures end below
# :math:`2/\eta`. The circles lie on their line, and their steps imply one width, which nobody told:
# it is :math:`128 \cdot 64/|x|^2`. The squares leave their line at the first step. The widths that
# their steps imply disagree, and some are negative: there the curvature moved to the other side.
# After the catapult their loss falls more slowly, as many directions are still to be learnt.
