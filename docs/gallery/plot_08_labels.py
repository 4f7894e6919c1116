r"""
A label bends both boundaries
=============================

**Claim.** With a label :math:`y` both boundaries move, at every finite width:
:math:`\eta_\mathrm{crit}` down where the output lies between zero and the label, and up elsewhere
(:statement:`boundaries.eta_crit`, :statement:`boundaries.crit_bends`), and :math:`4/\lambda_0`
bends to :math:`\eta_\mathrm{div}` (:statement:`divergence.eta_div`). Above :math:`\sqrt{n}/|y|` no
minimum is stable (:statement:`divergence.none_stable`), and runs oscillate for ever, up to
:math:`\eta_\mathrm{div}`. The paper has :math:`y = 0`; :math:`\eta_\mathrm{max}`, the smaller of
the two, is Theorem 1 of Liang and Montúfar.
"""

# %%
# One network of ten units is trained on its weights with 21 labels, and both boundaries are located
# for each. A run that has neither converged nor diverged after 500 steps is taken to oscillate.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl
from twolayer.plotting import plot_phase_diagram

plt.style.use("twolayer.plotting.twolayer")

network = tl.Network.random(10, rng=2)
curvature, output, width = network.start
labels = np.linspace(-2.5, 2.5, 21)


def observe(eta):
    """The phases seen at one learning rate for each label."""
    seen = network.outcome(eta, labels, max_steps=500, absorbing=tl.certificate).phase
    return np.where(seen == tl.Phase.UNDECIDED, tl.Phase.OSCILLATING, seen)


found = tl.locate_boundaries(observe, 0.3, 4.0, rtol=1e-3)
weights = np.array([found.eta_crit.middle, found.eta_max.middle])
theory = np.array([bound(*network.start, labels) for bound in (tl.eta_crit, tl.eta_max)])

# %%
# Cells and lines are the theory, in closed form; markers are the trained network.

diagram = tl.phase_diagram(
    eta=np.linspace(0.6, 3.4, 141),
    curvature=curvature,
    output=output,
    width=width,
    target=np.linspace(-2.75, 2.75, 111),
)
figure, ax = plt.subplots(figsize=(5, 3.8))
look = {"color": "black", "markerfacecolor": "white", "zorder": 4}
ax.plot(weights[0], labels, "o", label=r"$\eta_\mathrm{crit}$, trained", **look)
ax.plot(weights[1], labels, "s", label=r"$\eta_\mathrm{max}$, trained", **look)
ax.axvline(tl.eta_max(curvature), color="black", linestyle=":", label=r"$4/\lambda_0$")
ax.legend(loc="lower right", framealpha=0.9, frameon=True)
plot_phase_diagram(diagram, ax=ax)
ax.set_title(r"With a label $\eta_\mathrm{crit}$ and $4/\lambda_0$ bend")

exists = np.isfinite(theory)
gap = np.full(theory.shape, -np.inf)
gap[exists] = np.abs(weights[exists] / theory[exists] - 1)
flat = theory[1] < tl.eta_div(*network.start, labels)
print(f"eta_crit: {gap[0].max():.0e} between theory and weights at most.")
print(f"eta_max: {gap[1, ~flat].max():.0e} at most where runs diverge above it,")
print(f"and {gap[1, flat].max():.0e} where they oscillate above it, and are slow below.")
plt.show()

# %%
# **What to see.** The dotted line is the boundary without a label; it holds only at :math:`y = 0`
# and where the label is the output, 0.95. Between the two training converges beyond it; labels of
# the other sign close the catapult phase, until at the bottom no rate gives one. Large labels cut
# off all rates above :math:`\sqrt{n}/|y|`; runs just below are slow, so the markers lag: set
# ``max_steps`` to 4000 and they come closer.
