"""The critical learning rate of a PyTorch model, and what training does on both sides of it."""

import copy

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.func import functional_call, jvp, vjp

import twolayer as tl


def curvature(model, X, loss):
    """λ of your model on your inputs, all of them in one batch."""
    model = copy.deepcopy(model).eval()  # no dropout; batch-norm with its stored averages
    weights = {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}
    flat = nn.utils.parameters_to_vector(weights.values())

    def outputs(flat):
        parts = flat.split([p.numel() for p in weights.values()])
        pairs = zip(weights.items(), parts, strict=True)
        return functional_call(model, {name: part.view_as(p) for (name, p), part in pairs}, (X,))

    out, pull_back = vjp(outputs, flat)
    return tl.kernel_curvature(
        lambda v: jvp(outputs, (flat,), (torch.from_numpy(v).to(flat),))[1],
        lambda w: pull_back(torch.from_numpy(w).to(out))[0],
        parameters=flat.numel(),
        outputs=tuple(out.shape),
        loss=loss,
    )


def train(model, X, Y, rate, steps):
    """The loss before each of so many steps on the whole data, and after the last."""
    model = copy.deepcopy(model)
    optimiser = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range(steps + 1):
        loss = nn.functional.mse_loss(model(X), Y)
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses


torch.manual_seed(0)
pixels, digits = load_digits(return_X_y=True)
X = torch.tensor(pixels[:100], dtype=torch.float32)
X = (X - X.mean(0)) / X.std()
Y = nn.functional.one_hot(torch.tensor(digits[:100])).float()
model = nn.Sequential(
    nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)
)

found = curvature(model, X, loss="mse")
print(f"λ₀ = {found.curvature:.6g} ± {found.error[0]:.1g}, η_crit = {found.eta_crit:.4g}")

shares = [0.25, 0.5, 0.9, 1.2, 1.5, 2, 2.5, 3, 4, 6]
runs = [train(model, X, Y, share * found.eta_crit, steps=60) for share in shares]

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
for share, run in zip(shares, runs, strict=True):
    if share in (0.5, 0.9, 1.5, 3):
        left.semilogy(run, label=f"{share} η_crit")
left.set(xlabel="step", ylabel="loss")
left.legend()
rates = [share * found.eta_crit for share in shares]
right.semilogy(rates, [max(run) for run in runs], "o-", label="largest loss")
right.semilogy(rates, [run[-1] for run in runs], "s-", label="loss after 60 steps")
right.axvline(found.eta_crit, color="black", linestyle="--", label="η_crit = 2/λ₀")
right.set(xlabel="learning rate", ylim=(1e-4, 1e2))
right.legend(loc="upper left")
plt.show()
