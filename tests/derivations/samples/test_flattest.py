"""What the chapter on the flattest minimum says, on weights made by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from derivations.notation import S, n, seen, share
from derivations.prover.statement import ARGUED
from derivations.prover.zero import is_zero
from derivations.samples import flattest

from .test_factor import Written
from .weights import MODULE, Array, exact, jacobian


def problem(seed: int, inputs: int = 3, outputs: int = 2) -> tuple[Array, Array, Array]:
    """Inputs that a linear map fits without rest, and their moments."""
    random = np.random.default_rng(seed)
    X, B = random.standard_normal((7, inputs)), random.standard_normal((inputs, outputs))
    return X, B, X.T @ X / len(X)


def least(part: float, S: Array, B: Array, width: float) -> Array:
    values, turn = np.linalg.eigh(S)
    root = turn * np.sqrt(values) @ turn.T
    return MODULE["flattest_kernel"](part, S, root @ B, width)


def top(u: Array, v: Array, X: Array) -> float:
    rows = jacobian(u, v, X)
    return float(np.linalg.eigvalsh(rows @ rows.T / len(X))[-1])


@pytest.mark.parametrize("seed", range(5))
def test_every_minimum_is_at_least_as_sharp_and_one_is_not_sharper(seed: int) -> None:
    """`flattest.kernel` and `flattest.attained_kernel`, from the derivatives by all weights."""
    random = np.random.default_rng(seed)
    X, B, second = problem(seed)
    width, outputs = 5, B.shape[1]
    for _ in range(10):
        v = random.standard_normal((width, outputs))
        u = np.sqrt(width) * np.linalg.pinv(v.T) @ B.T
        spare = random.standard_normal(u.shape)
        u = u + spare - v @ np.linalg.lstsq(v, spare, rcond=None)[0]
        assert np.abs(X @ (u.T @ v) / np.sqrt(width) - X @ B).max() < 1e-12
        part = np.linalg.eigvalsh(v.T @ v / width)[-1]
        bound = np.linalg.eigvalsh(least(part, second, B, width))[-1]
        assert top(u, v, X) >= bound * (1 - 1e-12)
    for part in (0.1, 1.0, 10.0):
        frame = np.linalg.qr(random.standard_normal((width, outputs)))[0]
        u, v = frame @ B.T / np.sqrt(part), np.sqrt(width * part) * frame
        bound = np.linalg.eigvalsh(least(part, second, B, width))[-1]
        assert top(u, v, X) == pytest.approx(bound, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_no_share_is_below_the_dual_and_the_bounds_enclose_the_smallest(seed: int) -> None:
    random = np.random.default_rng(seed)
    _, B, second = problem(seed)
    width = 3
    values, turn = np.linalg.eigh(second)
    root = turn * np.sqrt(values) @ turn.T
    shares = np.exp(np.linspace(-8, 8, 4001))
    tops = np.array([np.linalg.eigvalsh(least(part, second, B, width))[-1] for part in shares])
    for _ in range(50):
        w = random.standard_normal(3)
        w /= np.linalg.norm(w)
        sizes = np.linalg.norm(root @ w), np.linalg.norm(B.T @ root @ w)
        assert tops.min() >= MODULE["flattest_dual"](*sizes, width, np.sqrt)
    norms = (np.linalg.norm(matrix, 2) for matrix in (second, root @ B, second @ B))
    lower, upper, middle = MODULE["flattest_bounds"](*norms, width, np.sqrt)
    assert lower <= tops.min() <= upper
    assert middle / 2 <= shares[tops.argmin()] <= 2 * middle
    logs = np.log(tops)
    assert (np.diff(logs, 2) > -1e-12).all()


def test_the_slope_is_the_derivative() -> None:
    given = Fraction(3, 8), Fraction(7, 5), Fraction(2, 9), 4
    step = Fraction(1, 10**6)

    def along(share: Fraction) -> Fraction:
        return share * given[1] ** 2 + given[2] ** 2 / (4 * share)

    change = along(given[0] * (1 + step)) - along(given[0] * (1 - step))
    assert float(change / (2 * step)) == pytest.approx(float(MODULE["flattest_slope"](*given)))


@pytest.mark.parametrize("seed", range(5))
def test_below_the_rank_the_hessian_is_no_flatter_than_the_kernel(seed: int) -> None:
    """`flattest.residual`, `flattest.standstill`: at the best map of rank 1 of three outputs."""
    X, B, second = problem(seed, 2, 3)
    Y = X @ B
    values, turn = np.linalg.eigh(second)
    root = turn * np.sqrt(values) @ turn.T
    left, sizes, right = np.linalg.svd(root @ B)
    best = np.linalg.inv(root) @ np.outer(left[:, 0] * sizes[0], right[0])
    v = 1.3 * right[:1]
    u = (best @ v.T).T / np.sum(v**2)

    def loss(weights: Array) -> float:
        hidden, outer = weights[:2].reshape(1, 2), weights[2:].reshape(1, 3)
        return float(np.sum((X @ hidden.T @ outer - Y) ** 2) / 2 / len(X))

    at, h = np.concatenate([u.ravel(), v.ravel()]), 1e-4
    size = len(at)
    moves = h * np.eye(size)
    hessian = np.array(
        [
            [
                loss(at + one + two) - loss(at + one - two) - loss(at - one + two)
                + loss(at - one - two)
                for two in moves
            ]
            for one in moves
        ]
    ) / (4 * h * h)  # fmt: skip
    slope = [(loss(at + one) - loss(at - one)) / (2 * h) for one in moves]
    assert np.abs(slope).max() < 1e-6, "no standstill"
    assert np.linalg.eigvalsh(hessian)[-1] >= top(u, v, X) * (1 - 1e-5)
    part = float(np.sum(v**2))
    bound = np.linalg.eigvalsh(MODULE["flattest_kernel"](part, second, root @ best, 1))[-1]
    assert top(u, v, X) == pytest.approx(bound, rel=1e-10)


def test_on_fractions_and_symbols() -> None:
    random = np.random.default_rng(3)
    second, fitted = exact(random, 3, 3), exact(random, 3, 2)
    matrix = MODULE["flattest_kernel"](Fraction(2, 3), second, fitted, 5)
    assert (matrix == Fraction(2, 3) * second + fitted @ fitted.T / (5 * Fraction(2, 3))).all()
    written = MODULE["flattest_kernel"](share, Written(S), Written(seen), n)
    assert is_zero(written.expr - flattest.LEAST.claim.rhs)


def test_what_a_sentence_carries_is_said_to_be_argued() -> None:
    argued = {name for name, item in flattest.proved.items() if item.verdict == ARGUED}
    assert argued == {"value", "lower", "upper", "middle"}
