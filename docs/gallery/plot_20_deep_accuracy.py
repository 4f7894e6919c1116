r"""
Accuracy against the learning rate, at equal steps and at equal budget
======================================================================

**Claim.** The paper finds that deep networks often perform best above
:math:`\eta_\mathrm{crit} = 2/\lambda_0` (the boundary of :statement:`boundaries.wide_crit` in the
solved model), also where smaller rates are given more steps, so that the budget :math:`t\eta` is
the same. On scikit-learn's digits it depends on the task and on the width. Of two digits, fitted
well, a rate above :math:`\eta_\mathrm{crit}` is best on both counts; of all ten, told by narrow
networks, only after equally many steps. That is measured, over a few small networks. In the paper:
sections 1 and 1.1, Figure 1.
"""

# %%
# ReLU networks of three layers, on pixels centred and scaled as usual: for the digits 3 and 8 with
# labels -1 and 1, and for all ten with one output a digit. They are trained at nine rates, for 50
# steps, and until :math:`t\eta\lambda_0` is 100; all other pictures test them.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
shares = np.array([0.5, 1, 1.5, 1.9, 2.2, 2.6, 3, 4, 5])  # of 1/λ₀
steps, budget, seeds = 50, 100, 6


def split(chosen, labels, count):
    """Pictures to train on, so many, and to test on."""
    X = pixels[chosen] - pixels[chosen].mean(axis=0)
    X /= np.sqrt(np.mean(X**2))
    order = np.random.default_rng(0).permutation(len(X))
    return [tl.Samples(X[part], labels[part]) for part in (order[:count], order[count:])]


def accuracies(train, test, width):
    """On the test set after equal steps and at equal budget, shape (2, rates, networks)."""
    widths = [64, width, width, train.outputs]
    network = tl.DeepNetwork.random(widths, seeds, scale=2**0.5, rng=1)
    start, found = network.curvature(train), np.zeros((2, shares.size, seeds))
    for k, share in enumerate(shares):
        counts, trained, before = (steps, round(budget / share)), network, 0
        for kind in np.argsort(counts):
            trained = trained.train(train, share / start, counts[kind] - before, looks=[]).network
            found[kind, k], before = trained.accuracy(test), counts[kind]
    return found


two = (digit == 3) | (digit == 8)
sets = {
    "Digits 3 and 8": split(two, np.where(digit[two] == 8, 1.0, -1.0), 100),
    "All ten digits": split(digit >= 0, (digit[:, None] == np.arange(10)) - 0.1, 150),
}
found = [accuracies(*pair, width) for pair, width in zip(sets.values(), (64, 32), strict=True)]

# %%
# Lines are means over the networks, bars twice their standard errors.


def error(values):
    """Of the mean over networks."""
    return values.std(axis=-1, ddof=1) / np.sqrt(seeds)


figure, axes = plt.subplots(1, 2, figsize=(6.6, 3.0))
kinds = f"after {steps} steps", rf"at $t\eta\lambda_0 = {budget}$"
for ax, title, both in zip(axes, sets, found, strict=True):
    for values, kind, look in zip(both, kinds, ("-o", "--s"), strict=True):
        bars = 2 * error(values)
        ax.errorbar(shares, values.mean(axis=1), bars, fmt=look, mfc="white", label=kind)
    ax.axvline(2, color="0.4", linestyle=":", label=r"$2/\lambda_0$")
    ax.set(title=title, xlabel=r"learning rate $\eta\lambda_0$", ylabel="test accuracy")
axes[1].legend()

above = shares > 2
for title, both in zip(sets, found, strict=True):
    for values, kind in zip(both, ("steps", "budget"), strict=True):
        mean = values.mean(axis=1)
        best = [np.flatnonzero(side)[mean[side].argmax()] for side in (~above, above)]
        gain = values[best[1]] - values[best[0]]
        print(
            f"{title}, equal {kind:6}: best above {mean[best[1]]:.3f}, below "
            f"{mean[best[0]]:.3f}; gain {gain.mean():+.3f} ± {2 * error(gain):.3f}"
        )
plt.show()

# %%
# **What to see.** Left, a rate near :math:`4/\lambda_0` tells unseen pictures best, whether the
# others are given as many steps or as much :math:`t\eta`. Right, the gain is one of speed: at equal
# :math:`t\eta` all rates below :math:`2/\lambda_0` do alike, and those above no better. That is so
# of narrow networks: put 256 in place of 32, and 200 for the budget, and :math:`4/\lambda_0` is
# better there, too.
