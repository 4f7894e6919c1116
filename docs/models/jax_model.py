"""The critical learning rate of a JAX model, and how the curvature drops above it."""

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
from jax.flatten_util import ravel_pytree
from sklearn.datasets import load_digits

import twolayer as tl


def curvature(model, weights, X, loss):
    """λ of your function model(weights, X) on your inputs; weights are any tree of arrays."""
    flat, as_tree = ravel_pytree(weights)

    def outputs(flat):
        return model(as_tree(flat), X)

    out, push = jax.linearize(outputs, flat)
    pull = jax.linear_transpose(push, flat)
    return tl.kernel_curvature(
        lambda v: push(jnp.asarray(v, flat.dtype)),
        lambda w: pull(jnp.asarray(w, out.dtype))[0],
        parameters=flat.size,
        outputs=out.shape,
        loss=loss,
    )


def model(weights, X):
    """Layers with 1/√fan-in, as `tl.DeepNetwork` has them."""
    *hidden, (last, shift) = weights
    for W, b in hidden:
        X = jax.nn.relu(X @ W.T / W.shape[1] ** 0.5 + b)
    return X @ last.T / last.shape[1] ** 0.5 + shift


@jax.jit
def train(weights, rate):
    """The loss before each of 60 steps on the whole data."""

    def loss(weights):
        return jnp.mean((model(weights, X) - Y) ** 2) / 2

    def step(weights, _):
        now, slope = jax.value_and_grad(loss)(weights)
        return jax.tree.map(lambda w, g: w - rate * g, weights, slope), now

    return jax.lax.scan(step, weights, length=60)


pixels, digits = load_digits(return_X_y=True)
some = ((digits == 3) | (digits == 8)).nonzero()[0][:100]
X = jnp.asarray(pixels[some] - pixels[some].mean(axis=0), jnp.float32)
X, Y = X / X.std(), jnp.where(digits[some] == 3, 1.0, -1.0)[:, None]
widths = [64, 256, 256, 1]
weights = [
    (jax.random.normal(key, (after, before)) * 2**0.5, jnp.zeros(after))
    for key, before, after in zip(
        jax.random.split(jax.random.key(0), 3), widths[:-1], widths[1:], strict=True
    )
]

start = curvature(model, weights, X, loss="half-mse")
print(f"λ₀ = {start.curvature:.6g} ± {start.error[0]:.1g}, η_crit = {start.eta_crit:.4g}")

shares = [0.25, 0.5, 0.9, 1.2, 1.5, 2]
rates = [share * start.eta_crit for share in shares]
ends, runs = zip(*(train(weights, rate) for rate in rates), strict=True)
flatter = [curvature(model, end, X, loss="half-mse").curvature for end in ends]

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
for share, run in zip(shares, runs, strict=True):
    if share in (0.5, 0.9, 1.5):
        left.semilogy(run, label=f"{share} η_crit")
left.set(xlabel="step", ylabel="loss")
left.legend()
right.plot(rates, flatter, "o-", label="λ after 60 steps")
fine = jnp.linspace(rates[0], rates[-1], 200)
right.plot(fine, 2 / fine, ":", color="gray", label="2/η")
right.axvline(start.eta_crit, color="black", linestyle="--", label="η_crit = 2/λ₀")
right.set(xlabel="learning rate", ylabel="curvature", ylim=(0, 1.2 * start.curvature))
right.legend()
plt.show()
