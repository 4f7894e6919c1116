r"""
Both boundaries, located on trained networks
============================================

**Claim.** Every network has two boundaries in closed form, at every width: the first step raises
the loss above :math:`\eta_\mathrm{crit}` (:statement:`boundaries.eta_crit`), and training converges
below :math:`\eta_\mathrm{max} = 4/\lambda_0` (:statement:`divergence.zero_target`). Both depend on
the start only through :math:`\lambda_0` and the balance :math:`\rho = 2|f_0|/(\sqrt{n}\lambda_0)`
(:statement:`divergence.window`). At infinite width :math:`\rho = 0`, and
:math:`\eta_\mathrm{crit}` is the paper's :math:`2/\lambda_0` (section 1.1).
"""

# %%
# Twenty random networks of each width are trained on their weights at many learning rates.
# ``locate_boundaries`` bisects on what it sees: did the first step raise the loss, and did the run
# converge? ``certificate`` only tells it when a run is certain to converge and may be left.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")


def locate(networks):
    """Both boundaries of each network, as intervals."""

    def observe(eta):
        return networks.outcome(eta, absorbing=tl.certificate).phase

    return tl.locate_boundaries(observe, 1 / networks.curvature, 5 / networks.curvature)


widths = [1, 3, 10, 100, 1000]
balance, weights, theory = [], [], []
for width in widths:
    networks = tl.Network.random(width, size=20, rng=width)
    curvature, output, _ = networks.start
    found = locate(networks)
    exact = tl.eta_crit(*networks.start), tl.eta_max(*networks.start)
    balance.append(2 * np.abs(output) / (np.sqrt(width) * curvature))
    weights.append(curvature * [found.eta_crit.middle, found.eta_max.middle])
    theory.append(curvature * exact)

# %%
# Lines are the theory, the same for all widths; markers are the trained networks. Where
# :math:`\rho^2 > 1/2` no rate below :math:`\eta_\mathrm{max}` raises the loss at the first step.

rho = np.linspace(0, 1, 10_001)
figure, ax = plt.subplots(figsize=(5, 3.4))
ax.plot(rho, tl.eta_crit(1.0, rho / 2, 1), "k--", label=r"$\eta_\mathrm{crit}$, theory")
ax.plot(rho, tl.eta_max(1.0, rho / 2, 1), "k-", label=r"$\eta_\mathrm{max}$, theory")
for width, at, rates, marker in zip(widths, balance, weights, "os^Dv", strict=True):
    known = np.where(np.isfinite(rates), rates, np.nan)
    look = {"marker": marker, "linestyle": "", "markerfacecolor": "white"}
    (drawn,) = ax.plot(at, known[0], label=f"n = {width}, trained", **look)
    ax.plot(at, known[1], color=drawn.get_color(), **look)
for phase, x, y in [("divergent", 0.3, 4.25), ("catapult", 0.2, 3.2), ("lazy", 0.3, 1.6)]:
    ax.text(x, y, phase, ha="center", va="center", style="italic")
ax.set(
    title="Two boundaries, exact at every width",
    xlabel=r"balance of the start, $\rho = 2|f_0|/(\sqrt{n}\lambda_0)$",
    ylabel=r"learning rate, $\eta\lambda_0$",
    ylim=(1.3, 4.5),
)
ax.legend(loc="lower right")

exists = np.isfinite(theory)
gap = np.abs(np.array(weights)[exists] / np.array(theory)[exists] - 1).max()
print(f"{exists.sum()} boundaries of {20 * len(widths)} networks: at most {gap:.0e} off.")
print(f"{(~exists).sum()} networks have no catapult phase.")
plt.show()

# %%
# **What to see.** Every located boundary lies on the theory, to the width of the bisection's
# interval, 1e-8 of itself. Wide networks gather at :math:`\rho = 0`, where the catapult phase is
# from 2 to 4; narrow ones have a smaller window, and some have none. Change the widths, or
# pass ``rtol=1e-12`` to ``locate_boundaries``.
