"""λ₀ and η_crit of a JAX model, and what training does below and above."""

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
from jax.flatten_util import ravel_pytree
from sklearn.datasets import load_digits

import twolayer as tl

digits = load_digits()
X = jnp.asarray(digits.data[:100] / 16 - 0.3, jnp.float32)
Y = jax.nn.one_hot(digits.target[:100], 10)
widths = [64, 128, 128, 10]


def model(layers, x):
    for W, b in layers[:-1]:
        x = jax.nn.relu(x @ W + b)
    W, b = layers[-1]
    return x @ W + b


keys = jax.random.split(jax.random.key(0), 3)
layers = [
    (jax.random.normal(key, (before, after)) * (2 / before) ** 0.5, jnp.zeros(after))
    for key, before, after in zip(keys, widths, widths[1:], strict=False)
]

# --- curvature
flat, as_layers = ravel_pytree(layers)


def outputs(flat):
    """Outputs on all of X as a function of all weights in one vector."""
    return model(as_layers(flat), X)


values, push = jax.linearize(outputs, flat)
_, pull = jax.vjp(outputs, flat)
found = tl.kernel_curvature(
    jvp=lambda v: push(jnp.asarray(v, flat.dtype)),
    vjp=lambda w: pull(jnp.asarray(w, values.dtype))[0],
    parameters=flat.size,
    outputs=values.shape,
    loss="mse",  # jnp.mean((f - y)**2)
)
print(f"λ₀ = {found.curvature:.5f} ± {found.error[0]:.0e}, η_crit = {found.eta_crit:.4f}")


# --- training
@jax.jit
def step(flat, eta):
    loss, slope = jax.value_and_grad(lambda flat: jnp.mean((outputs(flat) - Y) ** 2))(flat)
    return flat - eta * slope, loss


def train(eta, steps=60):
    """The loss before each step of gradient descent on all of X."""
    weights, losses = flat, []
    for _ in range(steps):
        weights, loss = step(weights, eta)
        losses.append(float(loss))
    return losses


rates = [share * found.eta_crit for share in (0.5, 0.7, 0.9, 1.1, 1.4, 2, 3, 4)]
runs = [train(eta) for eta in rates]

fig, ax = plt.subplots()
ax.semilogy(rates, [max(run) / run[0] for run in runs], "o-", label="highest in 60 steps")
ax.semilogy(rates, [run[-1] / run[0] for run in runs], "s-", label="after 60 steps")
ax.axvline(found.eta_crit, color="black", ls="--", label=r"$\eta_{\rm crit} = 2/\lambda_0$")
ax.set(xlabel="learning rate", ylabel="loss / loss at the start")
ax.legend()
plt.show()
