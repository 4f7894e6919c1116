"""The paper's theorem, continued: where a catapult ends, how long that takes, and what lies beyond.

Written in delta = x - 2 and z = s^2, with delta(0) and z(0) those of the start, as in `theorem`.
"""

import sympy as sp

from . import alignment, chaos, fates, final, laws, theorem
from .closure import PAPER
from .laws import MAP
from .notation import V, delta, mean, n, p, q, s, t, x, z
from .prover.claims import ge, gt
from .prover.proofs import Unproved
from .prover.quantities import at, prime
from .prover.statement import Statement, inequality
from .prover.symbols import nonnegative, positive
from .theorem import ENOUGH, START

half = sp.Rational(1, 2)
# The end. The first step without a rise is at z >= delta.
ends_below = inequality(
    "theorem.ends_below",
    gt(delta, z),
    positive(prime(delta)) + z * positive(1 - delta),
    "At label 0 and V > 0 a run ends below x = 2, at a curvature below 2/eta, unless it lands on "
    "zero loss exactly, or starts there.",
    {prime(delta): MAP[prime(delta)]},
    gt(prime(delta), 0),
    gt(1, delta),
    source=PAPER,
    argument="Every run converges to zero loss (fates.step_count), and x never rises "
    "(fates.curvature_falls). Were its limit 2 or more, all late steps would raise the loss "
    "(laws.rises): where the limit is above 2 because z -> 0, and where it is 2 by this claim.",
    uses=(fates.proved["step_count"], fates.proved["curvature_falls"], laws.proved["rises"]),
)
lag = nonnegative(1 - 2 * delta)
height = inequality(
    "theorem.height",
    ge(delta, prime(z)),
    positive(delta - z) * (lag + positive(delta - z) * ((3 + lag) / 2 + positive(delta - z))),
    "At label 0 and x <= 5/2 a step that raises the loss makes z at most what delta was before the "
    "step, and so at most 1/2.",
    MAP,
    gt(delta, z),
    ge(1, 2 * delta),
)
landing = inequality(
    "theorem.landing",
    ge(-z / 2, prime(delta)),
    nonnegative(z - delta) * (1 + z) + z * nonnegative(half - z),
    "At label 0 the first step that does not raise the loss, if z <= 1/2, lands below x = 2 by z/2 "
    "at least.",
    {prime(delta): MAP[prime(delta)]},
    ge(z, delta),
    ge(half, z),
)
KEPT = at(mean, 0) * at(V, 0) ** 2
floor = inequality(
    "theorem.floor",
    ge(x, KEPT / 8),
    (p - q) ** 2
    + positive(mean) * positive(4 - V) * (4 + positive(V)) / 8
    + nonnegative(mean * V**2 - KEPT) / 8,
    "At label 0 and V > 0, where no step has z > 1/2, x stays above a number that the start gives: "
    "G(0) V(0)^2/8, G^2 = x^2/4 - s^2.",
    {x: p**2 + q**2, mean: p * q},
    gt(mean, 0),
    gt(V, 0),
    gt(4, V),
    ge(mean * V**2, KEPT),
    argument="By alignment.mean_kept G V^2 never falls below its start.",
    uses=(alignment.proved["mean_kept"],),
)
same_end = inequality(
    "theorem.same_end",
    ge(-(START**2) / 16, prime(delta)),
    nonnegative(z - ENOUGH) / 2 + nonnegative(-z / 2 - prime(delta)),
    "Catapult phase at label 0, f != 0 and 2 < x(0) <= 5/2: of order ln n steps bring the loss "
    "below any given one that is less than the loss at the start, at every width from some width "
    "on, and the curvature ends below (2 - (x(0) - 2)^2/16)/eta.",
    ge(z, ENOUGH),
    ge(-z / 2, prime(delta)),
    source=PAPER,
    argument="No fewer: theorem.not_before. No more: it rises for of order ln n steps "
    "(theorem.log_n), at z <= 1/2 (theorem.height), and lands below 2 by this much "
    "(theorem.landing). From there neither x nor the loss rises, and x stays above theorem.floor: "
    "the margin of the certificate is bounded away from 0. A bounded number of steps has z too "
    "large for it (fates.step_count); after them each multiplies the residual by 1 - margin/4 at "
    "most.",
    uses=(theorem.log_n, height, landing, floor, theorem.convergence),
)

# Rates at and beyond the boundary.
STEPS_OF_CHAOS = tuple(chaos.proved[name] for name in ("below", "above", "closed_form"))
no_minimum = inequality(
    "theorem.no_minimum",
    ge(0, prime(V)),
    nonnegative(-V) * (1 + s**2),
    "At label 0 and eta >= 4/lambda, V <= 0 for ever: no run converges to zero loss unless it "
    "lands on it exactly, which almost none does. At V = 0 every run stays bounded, and from "
    "almost every start it is chaos (chaos.closed_form); for V < 0 its loss is unbounded unless it "
    "lands on zero loss.",
    {prime(V): final.portrait_V.claim.rhs},
    ge(0, V),
    source=PAPER,
    argument="Where V <= 0, zero loss repels (fates.repelled). The output after t steps is a "
    "polynomial of the start (x, s), not 0 for all, so it vanishes at starts of measure 0 only. "
    "At V = 0, a line in that plane, s is 2 cos(3^t theta) after t steps, and 0 at some step for "
    "countably many theta only.",
    uses=(fates.proved["repelled"], fates.proved["divergent"], *STEPS_OF_CHAOS),
)

STATEMENTS = (
    ends_below,
    height,
    landing,
    floor,
    same_end,
    Statement(
        "theorem.slow_widths",
        gt(t, sp.sqrt(n)),
        Unproved(
            "x = 3.2, eta = f = 1, down to a loss of 0.005: 23,233 steps at n = 21,642,124 and "
            "247,652 at n = 2,453,781,306, where most widths take about 70 and 100; over a period "
            "of widths the least final curvature tends to 0.0103 at x = 3.08 and to 0 at 3.09"
        ),
        "For 3.085 < x < 4, x = eta lambda, steps of order ln n are not enough at every width: "
        "where a step comes within 1/n of s^2 = 1 the run ends at a curvature of order 1/n, and "
        "takes of order sqrt(n) steps. Below x = 3.085 no such widths are seen.",
    ),
    no_minimum,
)
