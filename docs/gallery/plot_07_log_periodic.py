r"""
The final curvature is periodic in the logarithm of the width
=============================================================

**Claim.** In the catapult phase the final curvature of wide networks has no limit as
:math:`n \to \infty`: it is periodic in :math:`\ln n`. Widths :math:`n` and
:math:`n(\eta\lambda_0 - 1)^2` with the same :math:`\lambda_0` and :math:`f_0` end at the same
curvature, up to :math:`O(\ln n/n)` (:statement:`laws.period`), since the output starts at
:math:`s_0 \sim 1/\sqrt{n}` and grows by :math:`\eta\lambda_0 - 1` a step. The paper says that
:math:`\lambda` ends below :math:`2/\eta`; this is where.
"""

# %%
# Networks of the same curvature and output at widths up to 60,000, trained on their weights at two
# learning rates. To have them, the parts u + v and u − v of random weights are rescaled.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")

curvature, output = 2.0, 0.8


def network(width):
    """A random network with this curvature and output: nλ ± 2√n f is |u ± v|²."""
    drawn = tl.Network.random(width, rng=width)
    plus, minus = drawn.u + drawn.v, drawn.u - drawn.v
    total, twice = width * curvature, 2 * np.sqrt(width) * output
    plus *= np.sqrt(total + twice) / np.linalg.norm(plus)
    minus *= np.sqrt(total - twice) / np.linalg.norm(minus)
    return tl.Network((plus + minus) / 2, (plus - minus) / 2)


eta = np.array([1.5, 1.6])
widths = np.geomspace(300, 60_000, 30).round().astype(int)
weights = np.array([network(width).outcome(eta).curvature for width in widths])
theory = tl.final_curvature(eta, curvature, output, widths[:, None]).curvature

# %%
# Blue lines are the theory at each width, markers the trained networks. Dotted lines are the
# periodic law: it repeats exactly with every period, and the theory differs from it by
# :math:`O(\ln n/n)`.

fine = np.geomspace(100, 1e6, 601).round()[:, None]
line = tl.final_curvature(eta, curvature, output, fine).curvature
cycle = np.log(eta * output / np.sqrt(fine)) / np.log(eta * curvature - 1)
law = tl.limit_curvature(eta, curvature, cycle)
period = tl.width_period(eta, curvature)

figure, axes = plt.subplots(2, 1, figsize=(5.2, 4.4), sharex=True)
for k, ax in enumerate(axes):
    ax.semilogx(fine, line[:, k], label="theory")
    ax.semilogx(fine, law[:, k], "k:", label="periodic law")
    ax.semilogx(widths, weights[:, k], "o", markerfacecolor="white", label="trained")
    x = eta[k] * curvature
    ax.set_title(rf"$\eta\lambda_0 = {x:g}$: the same again at ${period[k]:g}\,n$")
    ax.set(ylabel=r"final curvature $\lambda_\infty$")
axes[0].legend(loc="upper right", ncols=3)
axes[0].set(ylim=(None, 0.18))
axes[1].set(xlabel=r"width $n$ ($\lambda_0 = 2$, $f_0 = 0.8$)")

print(f"Theory and weights differ by {np.abs(weights - theory).max():.0e} at most.")
first = np.array([[1e3], [1e4], [1e5]])
both = first, first * period
pair = [tl.final_curvature(eta, curvature, output, n).curvature for n in both]
for n, apart in zip(first[:, 0], np.abs(pair[0] - pair[1]).max(axis=1), strict=True):
    print(f"Widths {n:,.0f} and a period more end {apart:.1e} apart.")
plt.show()

# %%
# **What to see.** The curves repeat on the logarithmic axis, every factor 4 in the width above,
# every factor 4.84 below, and do not flatten out. The trained networks lie on them to rounding.
# Below :math:`\eta\lambda_0 = 2.4` the swing is less than 4e-8, so that one number seems to be the
# limit.
