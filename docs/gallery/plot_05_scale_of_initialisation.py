r"""
The scale of initialisation sets the critical rate
==================================================

**Claim.** The critical learning rate, :math:`2/\lambda_0`, depends on the scale of the
initialisation through :math:`\lambda_0` alone. In the scaled state :math:`x = \eta\lambda`,
:math:`s = \eta f/\sqrt{n}` the learning rate has dropped out of gradient descent
(:statement:`scaling.x_zero_target`, :statement:`scaling.s_zero_target`): weights that are
:math:`\sigma` times as large and a rate :math:`\sigma^2` times as small give the same run.
In the paper: section 1.2.
"""

# %%
# The same thousand random hidden units at five scales. Both boundaries are located on the trained
# weights; then each network is trained at eight learning rates, none of them at the same
# :math:`\eta\lambda_0` as another.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

scales = np.array([0.3, 0.6, 1, 2, 4])
drawn = tl.Network.random(1000, rng=1)
networks = tl.Network(scales[:, None] * drawn.u, scales[:, None] * drawn.v)
curvature, output, width = networks.start

found = tl.locate_boundaries(
    lambda eta: networks.outcome(eta, absorbing=tl.certificate).phase,
    low=1 / curvature,
    high=5 / curvature,
)
located = np.array([found.eta_crit.middle, found.eta_max.middle])
closed = np.array([tl.eta_crit(*networks.start), tl.eta_max(*networks.start)])
limit = np.array([tl.eta_crit(curvature), tl.eta_max(curvature)])

sharpness = np.linspace(0.2, 3.8, 40).reshape(8, 5)
eta = sharpness / curvature
weights = eta * networks.outcome(eta).curvature
theory = eta * tl.final_curvature(eta, *networks.start).curvature

# %%
# Left: the boundaries; lines are the theory at infinite width. Right: the curvature after training
# in units of :math:`1/\eta`; the line is the theory at this width, whatever the scale. Markers are
# the trained networks.

wide = np.geomspace(0.1, 60, 9)
fine = np.linspace(0.02, 3.85, 384)
line = tl.final_curvature(fine / curvature[2], curvature[2], output[2], width)

figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3))
left.loglog(wide, tl.eta_max(wide), "k-", label=r"$\eta_\mathrm{max} = 4/\lambda_0$")
left.loglog(wide, tl.eta_crit(wide), "k--", label=r"$\eta_\mathrm{crit} = 2/\lambda_0$")
right.plot(fine, fine / curvature[2] * line.curvature, "k-", label="theory")
for k, (scale, marker) in enumerate(zip(scales, "os^Dv", strict=True)):
    look = {"marker": marker, "linestyle": "", "markerfacecolor": "white"}
    (shown,) = right.plot(sharpness[:, k], weights[:, k], label=f"{scale:g}", **look)
    left.plot([curvature[k]] * 2, located[:, k], color=shown.get_color(), **look)
left.set(xlabel=r"curvature at the start, $\lambda_0$", ylabel=r"learning rate $\eta$")
right.set(xlabel=r"$\eta\lambda_0$", ylabel=r"final curvature, $\eta\lambda_\infty$")
left.legend()
right.legend(title="scale", loc="upper right")
figure.suptitle(r"Five scales of initialisation, one theory in $\eta\lambda_0$")

gap, wide_gap = (np.abs(located / rate - 1).max() for rate in (closed, limit))
print(f"Located and closed boundaries differ by {gap:.0e} of themselves at most,")
print(f"located ones and those at infinite width by {wide_gap:.1e}.")
print(f"Final curvatures differ by {np.abs(weights - theory).max():.0e}/eta at most.")
plt.show()

# %%
# **What to see.** From one scale to the next both boundaries move along lines of slope −1: they are
# where :math:`\eta\lambda_0` is 2 and 4, up to a correction of order :math:`1/n`. In units of
# :math:`1/\eta` all five networks end on one curve, drawn for one of them. Take other scales: the
# right panel does not change.
