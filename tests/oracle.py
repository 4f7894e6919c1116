"""The final curvature at label 0 in 80 digits, for every start, however slow: an oracle that shares
no code and no table with the package.

A run is followed as P = x/2 + s and Q = x/2 − s, each of which a step multiplies by a square, until
the exact product of what is left is 1 to 1e-24. Where that would take more than some thousand
steps, closer to (x, s) = (2, 0) or to the origin than `NEAR`, the invariant of the map is evaluated
instead: its power series is solved for here, in fractions, weight by weight, from the map in
coordinates of its own ((P, Q) at the origin, where the package has (x, PQ)), in another gauge, and
used five times closer than the package does. `test_oracle` holds both series against runs that are
followed to their ends in spite of all.
"""

from __future__ import annotations

import itertools
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from tests.helpers import Cell, from_scaled

DIGITS, TAIL = 80, Decimal("1e-24")
NEAR = Fraction(1, 50)  # of ρ = √((x − 2)² + 2s²), and of x
WEIGHT = 22  # of the last terms of the series

Polynomial = dict[tuple[int, int], Fraction]


def times(a: Polynomial, b: Polynomial, kept: Any) -> Polynomial:
    """The product of two polynomials in two letters, without the terms that are not kept."""
    out: Polynomial = {}
    for ((i, j), left), ((k, l), right) in itertools.product(a.items(), b.items()):
        if kept(i + k, j + l):
            out[i + k, j + l] = out.get((i + k, j + l), Fraction(0)) + left * right
    return out


def powers(base: Polynomial, count: int, kept: Any) -> list[Polynomial]:
    return list(
        itertools.accumulate(
            range(count), lambda done, _: times(done, base, kept), initial={(0, 0): Fraction(1)}
        )
    )


def invariant(first: Polynomial, second: Polynomial, weigh: Any, solve: Any) -> Polynomial:
    """An invariant of a map of two letters: at each weight w, the terms that cancel the defect of
    weight w + 1 of those before."""
    kept = lambda i, j: weigh(i, j) <= WEIGHT + 1  # noqa: E731
    one, two = powers(first, WEIGHT, kept), powers(second, WEIGHT, kept)
    found: Polynomial = {}
    defect: Polynomial = {}
    for w in range(2, WEIGHT + 1):
        for (i, j), value in solve(w, defect).items():
            found[i, j] = value
            for at, change in times(one[i], two[j], kept).items():
                defect[at] = defect.get(at, Fraction(0)) + value * change
            defect[i, j] -= value
        assert not any(value for (i, j), value in defect.items() if weigh(i, j) <= w + 1)
    return found


def beside_critical(w: int, defect: Polynomial) -> Polynomial:
    """Σ a_k d^(w − 2k) z^k with 2k a_k = 2(w − 2k + 2) a_(k−1) − defect_k; a_0 is free at even w,
    and at odd w what ends the chain."""
    fixed, free = [Fraction(int(w == 2))], [Fraction(1)]
    for k in range(1, (w + 1) // 2 + 1):
        fixed.append(
            ((w - 2 * k + 2) * fixed[-1] - defect.get((w + 1 - 2 * k, k), Fraction(0)) / 2) / k
        )
        free.append((w - 2 * k + 2) * free[-1] / k)
    lift = -fixed.pop() / free[len(fixed)] if w % 2 else Fraction(0)
    return {(w - 2 * k, k): a + lift * b for k, (a, b) in enumerate(zip(fixed, free, strict=False))}


def beside_origin(w: int, defect: Polynomial) -> Polynomial:
    """Terms c P^a Q^b, a + b = w, with (P − Q) Σ (b − a) c P^a Q^b = −defect; PQ itself at w =
    2."""
    found, quotient = {(1, 1): Fraction(1)} if w == 2 else {}, Fraction(0)
    for a in range(w + 1):
        quotient += defect.get((a, w + 1 - a), Fraction(0))
        if 2 * a != w:
            found[a, w - a] = quotient / (w - 2 * a)
        else:
            assert quotient == 0
    return found


@cache
def series() -> tuple[tuple[tuple[int, int, Decimal], ...], ...]:
    """Both invariants, in Decimal: of d = x − 2 and z = s², and of P and Q."""
    one, half = Fraction(1), Fraction(1, 2)
    growth = {(0, 0): one, (1, 0): one, (0, 1): -one}  # |1 − x + z|
    product = lambda a, b: times(a, b, lambda i, j: True)  # noqa: E731
    critical = invariant(
        {(1, 0): one, (1, 1): one, (0, 1): -2 * one},
        product({(0, 1): one}, product(growth, growth)),
        lambda i, j: i + 2 * j,
        beside_critical,
    )
    shrinks, grows = ({(0, 0): one, (1, 0): -sign * half, (0, 1): sign * half} for sign in (1, -1))
    origin = invariant(
        product({(1, 0): one}, product(shrinks, shrinks)),
        product({(0, 1): one}, product(grows, grows)),
        lambda i, j: i + j,
        beside_origin,
    )
    with localcontext(prec=DIGITS):
        rows = (
            tuple((i, j, Decimal(v.numerator) / v.denominator) for (i, j), v in found.items() if v)
            for found in (critical, origin)
        )
        return tuple(rows)


@cache
def endings() -> tuple[list[tuple[int, Decimal]], ...]:
    """What both invariants are where a run ends, z = 0 or P = Q, as polynomials of one letter."""
    critical, origin = series()
    sums: dict[int, Decimal] = {}
    with localcontext(prec=DIGITS):
        for i, j, c in origin:
            sums[i + j] = sums.get(i + j, Decimal(0)) + c
    return [(i, c) for i, j, c in critical if j == 0], sorted(sums.items())


def ending(terms: Any, a: Decimal) -> Decimal:
    return sum((c * a**i for i, c in terms), Decimal(0))


def value(terms: Any, a: Decimal, b: Decimal) -> Decimal:
    left, right = ([Decimal(1)] for _ in range(2))
    for _ in range(WEIGHT):
        left.append(left[-1] * a)
        right.append(right[-1] * b)
    return sum((c * left[i] * right[j] for i, j, c in terms), Decimal(0))


def root(f: Any, goal: Decimal, start: Decimal) -> Decimal:
    """Where f has the value `goal`, by secant steps from a close guess."""
    a, b = start, start * (1 + Decimal("1e-6"))
    fa, fb = f(a) - goal, f(b) - goal
    while fb and abs(b - a) > abs(b) * Decimal("1e-40"):
        a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
        fb = f(b) - goal
    return b


def end(p: Decimal, q: Decimal, *, near: bool = True, steps: int = 100_000) -> Decimal:
    """Final x from P and Q; `near` allows the series."""
    with localcontext(prec=DIGITS):
        (critical, origin), (at_critical, at_origin) = series(), endings()
        close, product = Decimal(NEAR.numerator) / NEAR.denominator, Decimal(1)
        for _ in range(steps):
            x, s = p + q, (p - q) / 2
            d, z = x - 2, s * s
            if z == 0:
                return x * product
            if near and d * d + 2 * z < close * close:
                level = value(critical, d, z)
                return 2 + root(lambda at: ending(at_critical, at), level, -level.sqrt())
            if near and x < close:
                level = value(origin, p, q)
                return 2 * root(lambda at: ending(at_origin, at), level, level.sqrt())
            if d < 0 and z < TAIL * x * -d:
                return 2 * (p * q).sqrt()
            p, q = p * (1 - s) ** 2, q * (1 + s) ** 2
    raise AssertionError(f"not settled after {steps} steps")


def final_curvature(
    eta: Any, curvature: Any, output: Any, width: Any, *, near: bool = True
) -> Decimal:
    """λ_∞ of one start at label 0, from its float64 numbers taken as exact."""
    with localcontext(prec=DIGITS):
        rate, lam, f = (Decimal(float(number)) for number in (eta, curvature, output))
        half, s = rate * lam / 2, rate * f / Decimal(float(width)).sqrt()
        return end(half + s, max(half - s, Decimal(0)), near=near) / rate


def hard_cells(rng: Any, size: int) -> Cell:
    """Starts below η_max at label 0, four kinds in turn: anywhere; |ηλ₀ − 2| down to 1e-8; balanced
    or flat ones, whose ηλ_∞ goes below 1e-6; widths 1 to 10¹⁸ with an output of order 1."""
    kind = np.arange(size) % 4
    side, share = rng.choice([-1.0, 1.0], size), rng.uniform(0, 1, size)
    x = rng.uniform(0.02, 3.95, size)
    x[kind == 1] = 2 + (side * 10 ** rng.uniform(-8, -1, size))[kind == 1]
    flat = (kind == 2) & (share < 0.5)
    x[flat] = 10 ** rng.uniform(-6, -1, flat.sum())
    width = 10 ** rng.integers(0, 19, size)
    balance = np.select(
        [(kind == 0) | (flat & (share < 0.3)), kind == 1, kind == 2],
        [
            share * side,
            side * 10 ** rng.uniform(-10, -1, size),
            side * (1 - 10 ** rng.uniform(-14, -0.5, size)),
        ],
        rng.standard_normal(size) / np.sqrt(width),
    )
    return from_scaled(
        10 ** rng.uniform(-2, 2, size),
        x,
        np.clip(balance, -1 + 1e-15, 1 - 1e-15),
        width.astype(float),
        0.0,
    )


def judge(cell: Cell, said: Any) -> tuple[Any, Any, Any, Any]:
    """Of each cell: exact λ_∞, the error of what is said as a share of it, whether `said.error`
    covers that, and the share by which a unit of rounding in η and in f₀ moves the exact value."""
    exact, off, covered, moved = [], [], [], []
    up = 1 + np.finfo(np.float64).eps
    for eta, curvature, output, width, number, error in zip(
        *np.broadcast_arrays(*cell[:4], said.curvature, said.error), strict=True
    ):
        with localcontext(prec=DIGITS):
            truth = final_curvature(eta, curvature, output, width)
            beside = (
                final_curvature(eta * up, curvature, output, width),
                final_curvature(eta, curvature, output / up, width),
            )
            gap = (
                abs(Decimal(float(number)) - truth) if np.isfinite(number) else Decimal("Infinity")
            )
            exact.append(float(truth))
            off.append(float(gap / truth))
            covered.append(bool(gap <= Decimal(float(error))) if np.isfinite(number) else False)
            moved.append(float(sum(abs(other - truth) for other in beside) / truth))
    return np.array(exact), np.array(off), np.array(covered), np.array(moved)
