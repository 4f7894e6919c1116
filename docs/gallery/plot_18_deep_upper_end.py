r"""
Where deep networks stop training
=================================

**Claim.** The solved model trains up to :math:`\eta\lambda_0 = 4`
(:statement:`divergence.zero_target`). Deep linear and tanh networks end near it, but it binds none
of them: linear networks of three layers, with labels, pass it. ReLU networks of three layers train
at about twice that; the paper reports about 12 for its own. All of it is measured, and no theory of
this package says it: the upper end of deep networks is an interval, not a number.
"""

# %%
# Five networks for each activation and width, three layers deep, on fifty pictures of the digits 3
# and 8, at rates that grow by a factor of :math:`2^{1/5}`. A run trains if its loss ends below its
# start; one whose output no longer depends on the pictures has *collapsed*, which is neither
# converged nor diverged, and has not trained.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
some = np.flatnonzero((digit == 3) | (digit == 8))[:50]
X = pixels[some] - pixels[some].mean(axis=0)
samples = tl.Samples(X / np.sqrt(np.mean(X**2)), np.where(digit[some] == 8, 1.0, -1.0))

scales = {"linear": 1.0, "tanh": 1.0, "ReLU": 2**0.5}  # signals keep their size
widths, seeds = (24, 64), 5
shares = 2 * 2 ** (np.arange(21) / 5)  # of 1/λ₀, from 2 to 32
kinds = [(name, width) for name in scales for width in widths]


def ends(name, width):
    """For each network, the largest rate of an unbroken row that trains and the next one; how many
    runs collapsed."""
    low, high, collapsed = [], [], 0
    for seed in range(seeds):
        network = tl.DeepNetwork.random(
            [64, width, width, 1], scale=scales[name], rng=seed, activation=name.lower()
        )
        run = network.train(samples, shares / network.curvature(samples), 50, looks=[])
        trains = (run.loss[-1] < run.loss[0]) & ~run.collapsed
        last = int(np.argmin(np.append(trains, False)))
        low.append(shares[last - 1])
        high.append(shares[last])
        collapsed += int(run.collapsed.sum())
    return low, high, collapsed


found = [ends(*kind) for kind in kinds]
low, high = (np.array([part[k] for part in found]) for k in (0, 1))
collapsed = np.array([part[2] for part in found])

# %%
# One bar a network: it trains at its lower end, and not at its upper one.

figure, ax = plt.subplots(figsize=(5.4, 3.4))
for k, (name, width) in enumerate(kinds):
    place = k + np.linspace(-0.3, 0.3, seeds)
    bars = ax.plot([place, place], [low[k], high[k]], "-_", color=f"C{list(scales).index(name)}")
    if width == widths[0]:
        bars[0].set_label(name)
ax.axhline(4, color="0.4", linestyle="--", linewidth=0.8, label="4: the solved model")
ax.axhline(12, color="0.4", linestyle=":", label="12: ReLU, in the paper")
ax.set_yscale("log", base=2)
ax.set_yticks([2, 4, 8, 12, 16], ["2", "4", "8", "12", "16"])
ax.set_xticks(range(len(kinds)), [f"{name}\nwidth {width}" for name, width in kinds])
ax.set(
    title="Upper ends of networks of three layers",
    xlabel="activation and width, one bar a network",
    ylabel=r"largest $\eta\lambda_0$ that trains",
    ylim=(1.8, 36),
)
ax.legend(loc="upper left")

for k, (name, width) in enumerate(kinds):
    print(
        f"{name:6} width {width:2}: trains up to {low[k].min():5.3g} to {low[k].max():5.3g}; "
        f"{collapsed[k]} of {seeds * shares.size} runs collapsed"
    )
plt.show()

# %%
# **What to see.** Linear and tanh networks end near 4, on both sides of it, narrow tanh networks
# well below; ReLU networks go far beyond. Collapse happens to ReLU networks alone: at large rates a
# layer falls silent on every picture, and output and curvature are 0. Take one of the two hidden
# layers away: ReLU networks of two layers end near 4 as well.
