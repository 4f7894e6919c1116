r"""
The flattest minimum bounds the rates of a data set
===================================================

**Claim.** On data a minimum of the loss cannot be as flat as one likes: the map from inputs to
labels has to be made, and the flattest network that makes it has a curvature
:math:`\lambda_\mathrm{flat}` that can be computed (:statement:`flattest.value`). Above
:math:`2/\lambda_\mathrm{flat}` no minimum is stable, whatever :math:`2/\lambda_0` and
:math:`4/\lambda_0` say. It is proportional to the labels: large labels allow small rates only.
With one sample it is the bound :math:`\sqrt n/|y|` (:statement:`divergence.eta_flat`), Theorem 1
of Liang and Montúfar, arXiv:2509.25351; for many samples, inputs and outputs it was derived for
this project.
"""

# %%
# Forty samples of three inputs, and thirty random networks of twenty units, trained on their
# weights at rates on both sides of :math:`2/\lambda_\mathrm{flat}`.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")
hollow = {"linestyle": "", "marker": "o", "markerfacecolor": "white"}

rng = np.random.default_rng(0)
inputs = rng.standard_normal((40, 3)) * [1.0, 1.0, 0.5]
labels = inputs @ [4.0, -8.0, 2.0]

data = tl.Data(inputs, labels)
flat = tl.flattest_curvature(data, width=20)
shares = np.array([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01, 1.05, 1.1, 1.2])
eta = shares * flat.eta

networks = tl.Network.random(20, size=(30, 1), rng=1, data=data)
ends = networks.outcome(eta, max_steps=4000)
converged = ends.phase <= tl.Phase.CATAPULT
final = np.where(converged, ends.curvature, np.nan)
print("share of 2/λ_flat:", *shares)
print("of 30 converge:   ", *converged.sum(axis=0))

# %%
# The other way round: one network, and labels of many sizes. ``rate_guide`` names the smaller of
# two rates, and we look for the rate above which the network does not converge, on a grid of steps
# of 2 %.

net = tl.Network.random(20, rng=3, data=data)
start = tl.GramNetwork.from_weights(net.u, net.v)
sizes = np.geomspace(0.02, 8, 10)
grid = np.arange(0.81, 1.3, 0.02)
guides, low, high = [], [], []
for size in sizes:
    resized = tl.Data(inputs, size * labels)
    guides.append(tl.rate_guide(start, resized))
    rates = grid * guides[-1].rate
    trial = tl.Network(net.u, net.v, resized)
    phase = trial.outcome(rates, max_steps=3000, tolerance=1e-6).phase
    first = np.argmax(phase > tl.Phase.CATAPULT)
    low.append(rates[first - 1])
    high.append(rates[first])
four_over = np.array([guide.four_over for guide in guides])
eta_flat = np.array([guide.eta_flat for guide in guides])
located = np.sqrt(np.multiply(low, high))

# %%
# Lines are the theory, markers are networks trained on their weights.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0))
fine = np.linspace(0.35, 1.25, 100) * flat.eta
left.plot(fine, 2 / fine, color="0.4", linestyle="--", label=r"$2/\eta$")
left.axhline(flat.curvature, color="C0", label=r"$\lambda_\mathrm{flat}$")
left.plot(np.tile(eta, 30), final.ravel(), color="C1", label="converged", **hollow)
none = eta[~converged.any(axis=0)]
left.plot(none, 0 * none + flat.curvature, "x", color="C3", label="none converges")
left.set(xlabel=r"learning rate $\eta$", ylabel="final curvature", xlim=fine[[0, -1]])
left.set_title(r"Nothing converges above $2/\lambda_\mathrm{flat}$")
left.legend()
right.loglog(sizes, four_over, color="0.4", linestyle="--", label=r"$4/\lambda_0$")
right.loglog(sizes, eta_flat, color="C0", label=r"$2/\lambda_\mathrm{flat}$")
right.loglog(sizes, located, color="C1", label="a trained network", **hollow)
right.set(xlabel="factor on the labels", ylabel=r"rate $\eta$", ylim=(0.05, 100))
right.set_title("The smaller rate binds")
right.legend()

bound = np.array([str(guide.binding) == "eta_flat" for guide in guides])
ratios = np.array([low, high]) / np.minimum(four_over, eta_flat)
print("A network stops converging, where that rate binds, at")
for name, some in (("2/λ_flat", bound), ("4/λ_0", ~bound)):
    print(f"{ratios[0, some].min():.2f} to {ratios[1, some].max():.2f} of {name}")
plt.show()

# %%
# **What to see.** Left: final curvatures lie between :math:`\lambda_\mathrm{flat}` and
# :math:`2/\eta`, and the room between them closes at :math:`2/\lambda_\mathrm{flat}`. All thirty
# networks converge at 0.99 of that rate and none at 1.01. Right: where labels are large,
# :math:`2/\lambda_\mathrm{flat}` is exact, to the step of the search; where they are small,
# :math:`4/\lambda_0` is a guide, and this network goes 3 to 15 percent beyond it. Take other
# ``labels``, or more units: their minima are flatter.
