"""λ₀ and η_crit of a PyTorch model, and what training does below and above."""

import copy

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits

import twolayer as tl

torch.manual_seed(0)
digits = load_digits()
X = torch.tensor(digits.data[:100] / 16 - 0.3, dtype=torch.float32)
Y = torch.eye(10)[digits.target[:100]]
model = torch.nn.Sequential(
    torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Dropout(0.1),
    torch.nn.Linear(128, 128), torch.nn.ReLU(), torch.nn.Dropout(0.1),
    torch.nn.Linear(128, 10),
)  # fmt: skip
for layer in model[::3]:
    torch.nn.init.kaiming_normal_(layer.weight)
model.eval()  # no dropout, running averages in batch norm: one function of the weights

# --- curvature
weights = {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}
flat = torch.cat([p.ravel() for p in weights.values()])


def outputs(flat):
    """Outputs on all of X as a function of all weights in one vector."""
    parts = flat.split([p.numel() for p in weights.values()])
    rows = zip(weights.items(), parts, strict=True)
    shaped = {name: part.view_as(p) for (name, p), part in rows}
    return torch.func.functional_call(model, shaped, X)


_, pull = torch.func.vjp(outputs, flat)
found = tl.kernel_curvature(
    jvp=lambda v: torch.func.jvp(outputs, (flat,), (torch.as_tensor(v).to(flat),))[1],
    vjp=lambda w: pull(torch.as_tensor(w).to(flat))[0],
    parameters=flat.numel(),
    outputs=tuple(Y.shape),
    loss="mse",  # torch.nn.MSELoss()
)
print(f"λ₀ = {found.curvature:.5f} ± {found.error[0]:.0e}, η_crit = {found.eta_crit:.4f}")


# --- training
def train(eta, steps=60):
    """The loss before each step of gradient descent on all of X."""
    net, mse, losses = copy.deepcopy(model), torch.nn.MSELoss(), []
    sgd = torch.optim.SGD(net.parameters(), lr=eta)
    for _ in range(steps):
        sgd.zero_grad()
        loss = mse(net(X), Y)
        loss.backward()
        sgd.step()
        losses.append(loss.item())
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
