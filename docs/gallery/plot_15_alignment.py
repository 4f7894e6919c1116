r"""
The layers align in the catapult, and end orthogonal
====================================================

**Claim.** The angle between the weights :math:`u` and :math:`v` of the two layers follows from
the recursion and one more number, the asymmetry :math:`\Delta = \eta(|u|^2 - |v|^2)/(2n)`:

.. math:: \cos\angle(u, v) = \frac{P - Q}{\sqrt{(P + Q)^2 - 4\Delta^2}}

(:statement:`alignment.angle`), and a step multiplies :math:`\Delta` by :math:`1 - r^2`
(:statement:`alignment.asymmetry_update`). At label 0 and below
:math:`\eta_\mathrm{max}` layers that are not parallel turn towards one line at every step that
raises the loss (:statement:`alignment.while_rising`), away from it at every step with
:math:`\eta\lambda < 2` (:statement:`alignment.aligns`), and almost all end orthogonal
(:statement:`alignment.orthogonal`). Derived for this project.
"""

# %%
# Gradient descent on the weights, written from its definition, which keeps the angle.

import matplotlib.pyplot as plt
import numpy as np

import twolayer as tl

plt.style.use("twolayer.plotting.twolayer")


def cosines(net, eta, steps, target=0.0):
    """The cosine between u and v at each step of training, for all networks."""
    u, v, root, kept = net.u, net.v, np.sqrt(net.width), []
    for _ in range(steps + 1):
        product = np.sum(u * v, axis=-1)
        kept.append(product / np.linalg.norm(u, axis=-1) / np.linalg.norm(v, axis=-1))
        push = np.asarray(eta * (product / root - target) / root)[..., None]
        u, v = u - push * v, v - push * u
    return np.array(kept)


# %%
# One network of width 1000 at :math:`\eta\lambda_0 = 3`, with label 5 and with label 0. The theory
# iterates output and curvature, and beside them :math:`|u|^2 - |v|^2`.

network, steps = tl.Network.random(1000, rng=0), 30
eta = 3 / network.curvature
imbalance = np.sum(network.u**2 - network.v**2)

theory, trained = {}, {}
for label in (5.0, 0.0):
    run = tl.simulate(eta, *network.start, label, steps)
    r = eta * (run.output - label) / np.sqrt(network.width)
    moved = imbalance * np.cumprod([1.0, *(1 - r[:-1] ** 2)])
    theory[label] = tl.layer_alignment(run.curvature, run.output, network.width, moved)
    trained[label] = cosines(network, eta, steps, label)
peak, stable = run.loss.argmax(), np.argmax(eta * run.curvature < 2)  # at label 0

# %%
# And each step of three hundred random networks of width 20, at label 0: the curvature before it,
# and how many times larger the cosine is after it.

many = tl.Network.random(20, size=300, rng=1)
rates = 3.0 / many.curvature
course = many.train(rates, steps=15)
sharpness = rates * course.curvature[:-1]
aligned = np.abs(cosines(many, rates, steps=15))
ratio = aligned[1:] / aligned[:-1]
rising = np.diff(course.loss, axis=0) > 0

# %%
# Lines are the theory, markers are networks trained on their weights.

figure, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.0))
for k, label in enumerate((0.0, 5.0)):
    left.plot(np.abs(theory[label]), color=f"C{k}", label=f"label {label:g}")
    left.plot(np.abs(trained[label]), "o", color=f"C{k}", markerfacecolor="white")
left.axvline(peak, color="0.4", linestyle=":", label="label 0: loss peaks")
left.axvline(stable, color="0.4", linestyle="--", label=r"label 0: $\eta\lambda < 2$")
left.set(xlabel="training step", ylabel=r"$|\cos|$ of the layers", ylim=(0, 1.5))
left.set_title("Aligned in the catapult, then orthogonal")
left.legend(loc="upper right", ncols=2)
for some, colour, name in ((rising, "C1", "loss rises"), (~rising, "C0", "loss falls")):
    right.semilogy(sharpness[some], ratio[some], ".", color=colour, ms=2, label=name)
right.axvline(2, color="0.4", linestyle="--", label=r"$\eta\lambda = 2$")
right.set(xlabel=r"$\eta\lambda$ before a step", ylabel=r"$|\cos|$ after over before")
right.set_title(r"A step aligns where $\eta\lambda > 2$")
right.legend()
gap = max(np.abs(theory[label] - trained[label]).max() for label in theory)
first, top, last = np.abs(trained[0.0])[[0, stable, -1]]
print(f"Theory and weights differ by {gap:.0e} at most.")
print(f"At label 0 |cos| grows from {first:.2f} to {top:.2f}, and ends at {last:.3f}.")
wrong = np.sum((ratio > 1) != (sharpness > 2))
print(f"Steps on the wrong side: {wrong} of {ratio.size}.")
plt.show()

# %%
# **What to see.** Left: at label 0 the layers are nearly parallel when :math:`\eta\lambda` falls
# below 2, one step after the peak of the loss, and turn orthogonal from there, since they end with
# output 0; with a label they end at an angle. Right: of 4500 steps none is on the wrong side of the
# crossing, and all that raise the loss are on its right. Put 3.5 in place of 3.0: close to
# :math:`\eta_\mathrm{max}` outputs grow so large that some steps are on the wrong side.
