r"""
Linear dynamics, restored after the catapult
============================================

**Claim.** The width enters a step only through :math:`\eta/n` (:statement:`closure.output_gain`,
:statement:`closure.curvature_gain`), and at :math:`n = \infty` the network is a linear model,
whose kernel stands still. Below :math:`\eta_\mathrm{crit}` wide networks follow that model: their
curvature moves by :math:`O(1/n)` (:statement:`final.lazy`). Above it the model diverges and the
network does not, since its kernel moves in the catapult. After that, what the kernel has still to
move is proportional to what is left of the residual (:statement:`factor.left`): training is
linear again, with the kernel of the end. Below :math:`\eta_\mathrm{crit}` this is the known
theory of wide networks that Lewkowycz et al., arXiv:2003.02218, start from.
"""

# %%
# One sample: networks of different widths, stretched along :math:`u + v` and :math:`u - v` to the
# same curvature 2 and output 1, so that :math:`\eta_\mathrm{crit}` is close to 1.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")
hollow = {"linestyle": "", "marker": "o", "markerfacecolor": "white"}


def network_from(curvature, output, width):
    """A random network, stretched to this curvature and output."""
    net = tl.Network.random(width, rng=width)
    wanted = tl.triangle(1.0, curvature, output, width)
    drawn = tl.triangle(1.0, *net.start)
    aligned = (net.u + net.v) / 2 * np.sqrt(wanted[0] / drawn[0])
    opposed = (net.u - net.v) / 2 * np.sqrt(wanted[1] / drawn[1])
    return tl.Network(aligned + opposed, aligned - opposed)


eta = np.array([0.5, 0.8, 0.95])
widths = np.array([10, 100, 1000, 10_000, 100_000])
linear = tl.simulate(eta, 2.0, 1.0, width=np.inf, steps=200).output
networks = [network_from(2.0, 1.0, width) for width in widths]
trained = np.array([net.train(eta, steps=200).output for net in networks])
astray = np.abs(trained - linear).max(axis=1)  # by width and rate

fine = np.geomspace(8, 2e5, 60)
theory = tl.simulate(eta, 2.0, 1.0, fine[:, None], steps=200).output
line = np.abs(theory - linear[:, None]).max(axis=0)

# %%
# Thirty samples of four inputs at :math:`\eta\lambda_0 = 3`: a network trained on its weights, and
# the linear models around the weights that it has after some steps.

rng = np.random.default_rng(0)
inputs = rng.standard_normal((30, 4))
data = tl.Data(inputs, inputs @ rng.standard_normal(4))
net = tl.Network.random(1000, rng=1, data=data)
rate = 3 / net.curvature
loss = net.train(rate, steps=50).loss

moments = [0, 8, 14, 30]
models = {}
moving = tl.GramNetwork.from_weights(net.u, net.v)
for step in range(max(moments) + 1):
    if step in moments:
        models[step] = moving.linearized.train(data, rate, steps=50 - step).loss
    moving = moving.step(data, rate)
deviation = {step: np.abs(models[step] / loss[step:] - 1).max() for step in moments}

# %%
# Markers are networks trained on their weights, lines are the theory.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0))
for k, share in enumerate(2 * eta):
    left.loglog(fine, line[:, k], color=f"C{k}", label=rf"$\eta\lambda_0 = {share:g}$")
    left.loglog(widths, astray[:, k], color=f"C{k}", **hollow)
left.set(xlabel="width $n$", ylabel="farthest from the linear model")
left.set_title(r"Linear below $\eta_\mathrm{crit}$, up to $O(1/n)$")
left.legend()
right.semilogy(loss, color="0.3", label="trained network", **hollow)
for step, look in zip(moments, ("-", "--", "-.", "-"), strict=True):
    right.semilogy(np.arange(step, 51), models[step], look, label=f"model, step {step}")
right.set(xlabel="training step", ylabel="loss", ylim=(1e-11, 1e17))
right.set_title("Linear again after the catapult")
right.legend()
nearer = astray[-2] / astray[-1]
print(f"Ten times the width: {nearer.min():.2f} to {nearer.max():.2f} times nearer.")
peak = loss.max() / loss[0]
print(f"The loss peaks at step {loss.argmax()}, {peak:.0f} times its start.")
print(f"The model of step 14 overestimates it up to {1 + deviation[14]:.1f}-fold,")
print(f"that of step {moments[-1]} is off by {deviation[moments[-1]]:.1%} at most.")
plt.show()

# %%
# **What to see.** Left: below :math:`\eta_\mathrm{crit}` ten times the width brings the output ten
# times nearer to the linear model; close to the transition that takes wider networks. Right: the
# models of the start and of the peak (step 8) diverge, that of step 14 is too slow, and that of
# step 30 stays within 2 % of the loss. Put 40 in place of 30: its model is better
# still.
