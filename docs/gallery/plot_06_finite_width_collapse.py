r"""
The rounding of the transition, one curve for all widths
========================================================

**Claim.** At finite width the corner at :math:`\eta_\mathrm{crit}` is rounded, on both sides of it,
over a range of :math:`\eta\lambda_0` as large as :math:`s_0 = \eta|f_0|/\sqrt{n}`. With
:math:`\delta = \eta\lambda_0 - 2` training ends where
:math:`\eta\lambda_\infty = 2 - \sqrt{\delta^2 + 2s_0^2}` to leading order
(:statement:`laws.mirror_leading`, :statement:`laws.mirror`): in units of :math:`s_0` the curves of
all widths are one. The paper sees the sharpening in Figure 2c; this is its law.
"""

# %%
# For each width a random network, whatever its output, is trained on its weights at rates that
# bring :math:`u = \delta/s_0` to given values.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")


networks = [tl.Network.random(width, rng=13) for width in (300, 3000, 30_000)]
u = np.linspace(-3, 3, 61)
x, s, theory, weights = [], [], [], []
for network in networks:
    curvature, output, width = network.start
    per_rate = np.abs(output) / np.sqrt(width)
    eta = 2 / (curvature - u * per_rate)
    x.append(eta * curvature)
    s.append(eta * per_rate)
    theory.append(eta * tl.final_curvature(eta, *network.start).curvature)
    weights.append(eta[::5] * network.outcome(eta[::5]).curvature)  # each fifth is trained

tiny = 1e-6  # in units of s₀ the leading order is the same whatever s₀
law = (2 - tl.mirror_curvature(1.0, 2 + u * tiny, tiny, 1)) / tiny

# %%
# Left: the transition as it is. Right: in units of :math:`s_0`. Coloured lines are the theory at
# each width, the black line is the leading order, and markers are the trained networks.

figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3))
around = np.linspace(1.8, 2.2, 201)
for k, (network, marker) in enumerate(zip(networks, "os^", strict=True)):
    eta = around / network.curvature
    ends = eta * tl.final_curvature(eta, *network.start).curvature
    (line,) = left.plot(around, ends, label=f"n = {network.width:,}")
    look = {"color": line.get_color(), "markerfacecolor": "white"}
    left.plot(x[k][::5], weights[k], marker, **look)
    right.plot(u, (2 - theory[k]) / s[k], color=line.get_color(), linewidth=0.8)
    right.plot(u[::5], (2 - weights[k]) / s[k][::5], marker, **look)
right.plot(u, law, "k--", label="leading order")
left.set(xlabel=r"$\eta\lambda_0$", ylabel=r"final curvature, $\eta\lambda_\infty$")
right.set(xlabel=r"$(\eta\lambda_0 - 2)/s_0$", ylabel=r"$(2 - \eta\lambda_\infty)/s_0$")
left.legend()
right.legend()
figure.suptitle("In units of $s_0$ the rounded corner is the same at every width")

for k, network in enumerate(networks):
    gap = np.abs(weights[k] - theory[k][::5]).max()
    far = np.abs((2 - theory[k]) / s[k] - law).max()
    print(f"n = {network.width:6,}: weights and theory differ by {gap:.0e},")
    print(f"            the curve and its leading order by {far:.3f}")
plt.show()

# %%
# **What to see.** On the left the corner at 2 is rounder the narrower the network. On the right the
# three curves fall on the leading order, :math:`\sqrt{u^2 + 2}`, and what is left shrinks as
# :math:`1/\sqrt{n}`. Far to the left the slope is −1, a network that keeps its curvature; far to
# the right it is 1, the mirror law :math:`\lambda_\infty \approx 4/\eta - \lambda_0`. Pass
# ``order=3`` to ``mirror_curvature``, with :math:`s_0` of one width for ``tiny``, to see its curve.
