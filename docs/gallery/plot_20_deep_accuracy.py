r"""
Accuracy against the learning rate, at equal steps and at equal budget
======================================================================

**Claim.** The paper finds that deep networks often perform best above
:math:`\eta_\mathrm{crit} = 2/\lambda_0` (the boundary of :statement:`boundaries.wide_crit` in the
solved model), also where smaller rates are given more steps, so that the budget :math:`t\eta`
is the same. On scikit-learn's digits, with small networks, only the first half is seen: after
equally many steps a rate above :math:`\eta_\mathrm{crit}` is better, at equal :math:`t\eta` none
is. That is measured, over six networks, and says nothing of larger networks on harder data. In the
paper: sections 1 and 1.1, Figure 1.
"""

# %%
# All ten digits, pixels centred and scaled as usual, one output for each digit: 200 pictures to
# train on, 1000 others to test. Six ReLU networks of three layers are trained at nine rates, for
# 50 steps, and until :math:`t\eta\lambda_0 = 200`.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(pixels))
X = pixels - pixels.mean(axis=0)
X /= np.sqrt(np.mean(X**2))
Y = (digit[:, None] == np.arange(10)) - 0.1
train, test = (tl.Samples(X[part], Y[part]) for part in (order[:200], order[200:1200]))

shares = np.array([0.5, 1, 1.5, 1.9, 2.2, 2.6, 3, 4, 5])  # of 1/λ₀
steps, budget, seeds = 50, 200, 6
network = tl.DeepNetwork.random([64, 32, 32, 10], seeds, scale=2**0.5, rng=0)
start = network.curvature(train)

at_steps, at_budget = np.zeros((2, shares.size, seeds))
for k, share in enumerate(shares):
    first, second = sorted((steps, round(budget / share)))
    early = network.train(train, share / start, first, looks=[]).network
    late = early.train(train, share / start, second - first, looks=[]).network
    found = [early.accuracy(test), late.accuracy(test)]
    at_steps[k], at_budget[k] = found if first == steps else found[::-1]

# %%
# Lines are means over the networks, bars twice their standard errors.


def error(values):
    """Of the mean over networks."""
    return values.std(axis=-1, ddof=1) / np.sqrt(seeds)


figure, ax = plt.subplots(figsize=(5, 3.4))
names = f"after {steps} steps", rf"at $t\eta\lambda_0 = {budget}$"
for values, label, look in zip((at_steps, at_budget), names, ("-o", "--s"), strict=True):
    ax.errorbar(shares, values.mean(axis=1), 2 * error(values), fmt=look, mfc="white", label=label)
ax.axvline(2, color="0.4", linestyle=":", label=r"$2/\lambda_0$")
ax.set(
    title="Digits: performance of a deep ReLU network",
    xlabel=r"learning rate $\eta\lambda_0$",
    ylabel="accuracy on 1000 test pictures",
)
ax.legend()

above = shares > 2
for values, name in ((at_steps, "equal steps"), (at_budget, "equal t eta")):
    mean = values.mean(axis=1)
    best = [np.flatnonzero(side)[mean[side].argmax()] for side in (~above, above)]
    better = values[best[1]] - values[best[0]]
    (low, high), (first, second) = mean[best], shares[best]
    print(
        f"{name}: best below {low:.3f} at {first:g}, above {high:.3f} at {second:g}; "
        f"gain {better.mean():+.3f} ± {2 * error(better):.3f}"
    )
plt.show()

# %%
# **What to see.** Small rates are slow: after 50 steps they have not got far, and the best rate is
# above :math:`2/\lambda_0`. Given as much :math:`t\eta` all rates below :math:`2/\lambda_0` do
# alike, and above it accuracy falls, a little at first. So the gain of a large rate is here one of
# speed.
# Small networks on few pictures are far from the paper's: ``twolayer deep`` does the same with a
# thousand pictures, and wider networks.
