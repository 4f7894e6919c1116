"""Rivals of `Network`: what users of torch and of NumPy write, on one thread, to the same end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import twolayer as tl


def threads_of_one() -> Any:
    """Torch on one thread, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    return torch


def by_hand(torch: Any, u: Any, v: Any, eta: float) -> Iterator[tuple[Any, Any]]:
    """Output and curvature after 0, 1, 2, … steps, with the gradients written out."""
    u, v, root = u.clone(), v.clone(), u.shape[-1] ** 0.5
    while True:
        f = (u * v).sum(-1) / root
        yield f, ((u * u).sum(-1) + (v * v).sum(-1)) / u.shape[-1]
        push = (eta / root * f)[:, None]
        u, v = u - push * v, v - push * u


def by_autograd(torch: Any, u: Any, v: Any, eta: float) -> Iterator[tuple[Any, Any]]:
    """The same with loss.backward() and torch's own gradient descent."""
    u, v, root = u.clone().requires_grad_(), v.clone().requires_grad_(), u.shape[-1] ** 0.5
    descent = torch.optim.SGD([u, v], lr=eta)
    while True:
        f = (u * v).sum(-1) / root
        with torch.no_grad():
            lam = ((u * u).sum(-1) + (v * v).sum(-1)) / u.shape[-1]
        yield f.detach(), lam
        descent.zero_grad()
        (f * f / 2).sum().backward()
        descent.step()


def ended(steps: Iterator[tuple[Any, Any]], eta: float, max_steps: int) -> Any:
    """Until every network has converged or overflowed, or the budget is spent."""
    first = None
    for step, (f, lam) in enumerate(steps):
        first = f.abs() if first is None else first
        converged = (f.abs() <= 1e-6 * first) & (eta * lam < 2)
        if step == max_steps or bool((converged | ~(f.abs() < 1e154)).all()):
            return f, lam


def followed(torch: Any, steps: Iterator[tuple[Any, Any]], count: int) -> Any:
    """Output, curvature and loss of every step."""
    kept = [(f, lam, f * f / 2) for _, (f, lam) in zip(range(count + 1), steps, strict=False)]
    return [torch.stack(column) for column in zip(*kept, strict=True)]


Pair = tuple[Callable[[], Any], Callable[[], Any]]


def outcome(torch: Any, way: Any, width: int, size: int, eta: float) -> Pair:
    """How networks end, by both."""
    nets = tl.Network.random(width, size=size, rng=0)
    u, v = map(torch.from_numpy, (nets.u, nets.v))
    return (
        lambda: nets.outcome(eta, max_steps=2000),
        lambda: ended(way(torch, u, v, eta), eta, 2000),
    )


def train(torch: Any, way: Any) -> Pair:
    """Every step of a hundred, by both."""
    nets = tl.Network.random(1000, size=100, rng=0)
    u, v = map(torch.from_numpy, (nets.u, nets.v))
    return lambda: nets.train(1.2, 100), lambda: followed(torch, way(torch, u, v, 1.2), 100)


def user_networks(u: Any, v: Any, eta: float, max_steps: int) -> Any:
    """The loop over seeds that a user would write in NumPy: train each network until it has
    converged or overflowed."""
    ends = []
    for u0, v0 in zip(u, v, strict=True):
        a, b, root = u0.copy(), v0.copy(), np.sqrt(u0.size)
        f = first = a @ b / root
        for step in range(max_steps + 1):  # noqa: B007 - read below
            lam = (a @ a + b @ b) / u0.size
            if not abs(f) < 1e154 or (f * f <= 1e-12 * first * first and eta * lam < 2):
                break
            a, b = a - eta * f * b / root, b - eta * f * a / root
            f = a @ b / root
        ends.append((step, lam))
    return ends


def passes(a: Any, b: Any) -> None:
    for _ in range(40):
        np.multiply(a, 1.0000001, out=a)
        np.multiply(b, 1.0000001, out=b)
