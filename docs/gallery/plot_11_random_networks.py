r"""
Which phase a random network is in
==================================

**Claim.** For weights drawn from N(0, 1) the probability of each phase is known at every width
and learning rate. :math:`\eta\lambda_0` and the balance of a network are independent
(:statement:`odds.independent`), the one decides divergence (:statement:`odds.poisson`) and both
decide whether the first step raises the loss (:statement:`odds.edge`). Narrow networks may lack
the catapult phase altogether (:statement:`odds.no_window`); at infinite width the phases change
at :math:`\eta\lambda_0 = 2` and 4, that is at :math:`\eta = 1` and 2. The model is that of
Lewkowycz et al., arXiv:2003.02218; the probabilities were derived for this project.
"""

# %%
# At each of ten learning rates we train three hundred random networks on their weights, and see how
# they end. A run is left where it is certain to converge.

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binomtest

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

widths, drawn = (2, 10, 100), 300
looks = {
    "lazy": ("C0", "-", "o"),
    "catapult": ("C1", "--", "s"),
    "divergent": ("C3", ":", "^"),
}
eta = np.linspace(0.2, 2.9, 10)

count = np.empty((3, 3, 10), dtype=int)  # by width, phase and learning rate
for i, width in enumerate(widths):
    networks = tl.Network.random(width, size=(10, drawn), rng=width)
    ends = networks.outcome(eta[:, None], absorbing=tl.certificate)
    count[i] = [np.sum(ends.phase == tl.Phase[name.upper()], axis=1) for name in looks]
assert (count.sum(axis=1) == drawn).all()  # no run is undecided

# %%
# The theory, and for each count the exact 95 % interval of its probability:

fine = np.linspace(0.05, 3.05, 241)
lines = np.array([tl.phase_probability(fine, width) for width in widths])
theory = np.array([tl.phase_probability(eta, width) for width in widths])
ends = [binomtest(k, drawn).proportion_ci(0.95) for k in count.ravel()]
low, high = np.transpose(ends).reshape(2, *count.shape)

figure, axes = plt.subplots(1, 3, figsize=(6.8, 3.0), sharey=True)
for i, ax in enumerate(axes):
    for j, (name, (colour, dashes, marker)) in enumerate(looks.items()):
        share = count[i, j] / drawn
        bars = share - low[i, j], high[i, j] - share
        ax.plot(fine, lines[i, j], dashes, color=colour, label=name)
        how = {"fmt": marker, "color": colour, "mfc": "white", "linewidth": 0.8}
        ax.errorbar(eta, share, bars, label=f"{name}, trained", **how)
    ax.set(xlabel=r"learning rate $\eta$", title=f"n = {widths[i]}")
axes[0].set_ylabel("probability")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
figure.suptitle("Narrow networks may miss the catapult; wide ones have sharp phases")

inside = np.mean((low <= theory) & (theory <= high))
print(f"{inside:.0%} of the intervals contain the theory.")
never = tl.no_catapult_probability(widths)
print(f"No catapult at any rate: {never.round(3)} of networks.")
plt.show()

# %%
# **What to see.** Lines are the theory, markers are shares of trained networks; 98 % of their 95 %
# intervals contain it. At :math:`n = 2` the catapult is never the likeliest phase, and 29 % of
# networks have none at any rate; at :math:`n = 100` nearly all networks are in the same phase, but
# for a quarter of a unit around :math:`\eta = 1` and half a one around 2. Raise ``drawn``: bars
# shrink, and still hold the lines.
