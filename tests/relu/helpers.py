"""What the tests of ReLU networks share."""

import numpy as np

from twolayer import ReluNetwork


def on_samples(u, v, x, y, eta, steps, frozen, root):
    """Gradient descent sample by sample, from L = Σ (f − y)²/(2m); each step's weights, gates and
    outputs. Runs on fractions too."""
    began, rows = u, []
    for _ in range(steps + 1):
        gate = [[int(w * a > 0) for w in (began if frozen else u)] for a in x]
        f = [sum(v * g * u) * a / root for a, g in zip(x, gate, strict=True)]
        rows.append((u, v, f))
        du = sum(
            (fa - ya) * a * np.array(g) * v for a, ya, g, fa in zip(x, y, gate, f, strict=True)
        ) / (root * len(x))
        dv = sum(
            (fa - ya) * a * np.array(g) * u for a, ya, g, fa in zip(x, y, gate, f, strict=True)
        ) / (root * len(x))
        u, v = u - eta * du, v - eta * dv
    return rows


def random_case(seed, width, sided="both"):
    """Samples and a network; with a sample at zero."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 7))
    x = {"both": x, "plus": np.abs(x), "minus": -np.abs(x)}[sided]
    x[3] = 0.0
    return x, y, ReluNetwork.random(width, rng=rng)
