r"""
The scale of a deep network enters through λ₀
=============================================

**Claim.** Random weights that are larger make :math:`\eta_\mathrm{crit}` smaller, and only through
:math:`\lambda_0`: against :math:`\eta\lambda_0` the curvatures after training fall on nearly one
curve, whatever the scale. In the solved model without a label that is exact
(:statement:`initialization.curvature_draw`, :statement:`boundaries.wide_crit`); for a deep ReLU
network it is measured, and labels, whose size does not scale along, bend it. In the paper: section
1.2 and Figure 3.
"""

# %%
# One draw of weights at three scales. In a ReLU network of three layers the factor :math:`c` on all
# weights multiplies the output by :math:`c^3` and the curvature by :math:`c^4`, so that the rates
# of the three stand far apart.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

pixels, digit = load_digits(return_X_y=True)
some = np.flatnonzero((digit == 3) | (digit == 8))[:100]
X = pixels[some] - pixels[some].mean(axis=0)
samples = tl.Samples(X / np.sqrt(np.mean(X**2)), np.where(digit[some] == 8, 1.0, -1.0))

scales = (1.0, 2**0.5, 2.0)  # standard deviations of the weights
shares = np.array([0.5, 0.8, 1.2, 1.6, 2, 2.2, 2.4, 2.7, 3, 3.5, 4])
networks = [tl.DeepNetwork.random([64, 96, 96, 1], scale=scale, rng=0) for scale in scales]
start = np.array([network.curvature(samples) for network in networks])
runs = [
    network.train(samples, shares / curvature, 50, looks=[50])
    for network, curvature in zip(networks, start, strict=True)
]
ratio = np.array([run.curvature[-1] for run in runs]) / start[:, None]

# %%
# The same points twice: against the learning rate, and against it in units of the curvature at the
# start.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0), sharey=True)
for k, look in enumerate(("-o", "--s", "-.^")):
    label = rf"weights N(0, {scales[k] ** 2:.0f})"
    (line,) = left.semilogx(shares / start[k], ratio[k], look, mfc="white", label=label)
    left.axvline(2 / start[k], color=line.get_color(), linestyle=":", linewidth=0.8)
    right.semilogx(shares, ratio[k], look, mfc="white", label=label)
right.semilogx(shares, 2 / shares, color="0.4", linewidth=0.8, label=r"$2/\eta$")
right.axvline(2, color="0.4", linestyle=":", label=r"$2/\lambda_0$")
left.set(xlabel=r"learning rate $\eta$", ylabel=r"curvature at the end $\lambda/\lambda_0$")
left.set(title="Three curves", ylim=(0, 1.3))
right.set(xlabel=r"$\eta\lambda_0$", title="One curve, nearly")
right.set_xticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
right.minorticks_off()
right.legend()

apart = np.ptp(ratio, axis=0)
print(f"2/lambda_0 of the three: {', '.join(f'{2 / part:.3g}' for part in start)}.")
print(
    f"At equal eta lambda_0, lambda/lambda_0 differs by {apart.max():.2f} at most, at "
    f"{shares[apart.argmax()]:g}."
)
plt.show()

# %%
# **What to see.** The rates at which the three fall differ by a factor of sixteen; in units of
# :math:`\lambda_0` they fall together, up to the :math:`4/\lambda_0` that is drawn; at 5 they are
# three curves again, 0.6 apart. What is left apart is the label: to small weights, whose
# output at the start is small, it is large. Give each scale labels in proportion, :math:`\pm c^3`,
# and the three curves are one, to rounding.
