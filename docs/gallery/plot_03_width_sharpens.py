r"""
The transition sharpens with width
==================================

**Claim.** The curvature after training is almost that of the start where
:math:`\eta < \eta_\mathrm{crit} = 2/\lambda_0`, and below :math:`2/\eta` where
:math:`\eta > \eta_\mathrm{crit}`; the wider the network, the sharper the corner between the two.
At the corner it falls by :math:`\sqrt{2}|f_0|/\sqrt{n}` to leading order
(:statement:`laws.mirror_leading`). In the paper: section 1.2 and Figure 2c.
"""

# %%
# Random networks of three widths, rescaled to the same curvature, are trained on their weights
# until nothing changes. ``final_curvature`` knows where that is without training.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")


def network(width):
    """A random network, its weights rescaled until the curvature is 2."""
    drawn = tl.Network.random(width, rng=28)
    factor = np.sqrt(2 / drawn.curvature)
    return tl.Network(factor * drawn.u, factor * drawn.v)


networks = [network(width) for width in (25, 400, 10_000)]
eta = np.linspace(0.1, 1.9, 19)  # the tenth is 1, the boundary at infinite width
weights = np.array([net.outcome(eta).curvature for net in networks])
theory = np.array([tl.final_curvature(eta, *net.start).curvature for net in networks])

# %%
# Lines are the theory, markers the trained networks.

fine = np.linspace(0.01, 1.95, 389)
figure, ax = plt.subplots(figsize=(5, 3.4))
for net, ends, look in zip(networks, weights, ("-o", "--s", "-.^"), strict=True):
    final = tl.final_curvature(fine, *net.start).curvature
    (line,) = ax.plot(fine, final, look[:-1], label=f"n = {net.width:,}")
    ax.plot(eta, ends, look[-1], color=line.get_color(), markerfacecolor="white")
ax.plot(fine, 2 / fine, color="0.4", linewidth=0.8, label=r"$2/\eta$")
ax.axvline(tl.eta_crit(2.0), color="0.4", linestyle=":", label=r"$\eta_\mathrm{crit}$")
ax.set(
    title="The wider, the sharper: curvature after training",
    xlabel=r"learning rate $\eta$ ($\lambda_0 = 2$)",
    ylabel=r"final curvature $\lambda_\infty$",
    ylim=(0, 2.4),
)
ax.legend()

print(f"Theory and weights differ by {np.abs(weights - theory).max():.0e} at most.")
print("At the corner, eta = 1:")
fall = 2 - weights[:, 9]
law = 2 - np.array([tl.mirror_curvature(eta[9], *net.start) for net in networks])
for net, seen, leading in zip(networks, fall, law, strict=True):
    print(f"n = {net.width:6,}: it falls by {seen:.4f}, to leading order {leading:.4f}")
plt.show()

# %%
# **What to see.** For 25 units the transition is a slope; for ten thousand it is a corner. Just
# after it the curvature follows the mirror image of its start, :math:`4/\eta - \lambda_0`; all the
# way it stays below :math:`2/\eta`. The fall at the corner shrinks as :math:`1/\sqrt{n}`, and the
# leading order comes close to it. Change the widths or the seed.
