"""The paper's theorem, label 0 and large width: how long each phase takes and what it reaches.

With delta = x - 2 and z = s^2 a start has delta(0) = eta lambda - 2 and z(0) = eta^2 f^2/n: the
width enters only through z(0), which is small. Lazy, delta(0) < 0: a number of steps that does not
grow with n. Catapult, 0 < delta(0) < 2: a first rise of order ln n steps, and a peak of order n.
From delta(0) = 2 on zero loss repels.
"""

import sympy as sp

from . import certificate, fates, final, laws, scaling, triangle
from .closure import PAPER
from .laws import MAP
from .notation import L, delta, eta, f, margin, n, r, s, t, tau, time, x, z
from .prover.claims import ge, gt
from .prover.quantities import at, prime
from .prover.statement import equation, equivalence, inequality
from .prover.symbols import nonnegative, positive

shrink = certificate.factor
convergence = certificate.proved["certificate"]

# Lazy: the certificate of convergence holds at the start.
wide_enough = equivalence(
    "theorem.lazy_width",
    ge(margin**2 / 32, s**2),
    ge(n, 32 * (eta * f / margin) ** 2),
    margin**2 / (32 * n),
    "At label 0 and eta lambda < 2 every network with n >= 32 (eta f/margin)^2, margin = min(eta "
    "lambda, 2 - eta lambda), has the certificate of convergence at its start.",
    scaling.OUTPUT,
)
LAZY = (
    wide_enough,
    equation(
        "theorem.lazy_steps",
        sp.Subs(
            sp.log(at(L, 0)) + 2 * time * sp.log(shrink),
            time,
            (sp.log(L) - sp.log(at(L, 0))) / (2 * sp.log(shrink)),
        ),
        sp.log(L),
        "Lazy phase, at label 0 and the widths of theorem.lazy_width: after this number of steps "
        "the loss has fallen from L(0) to L at most, and the number does not grow with the width.",
        source=PAPER,
        argument="Each step multiplies the residual by 1 - margin/4 at most (certificate."
        "shrinks_above, shrinks_below).",
        uses=(convergence, wide_enough),
    ),
    equation(
        "theorem.lazy_move",
        certificate.bound / eta,
        16 * eta * f**2 / (margin * n),
        "Lazy phase, at label 0 and the widths of theorem.lazy_width: the curvature moves by at "
        "most this, O(1/n). Its first order in 1/n is final.lazy.",
        certificate.LOAD,
        scaling.OUTPUT,
        {tau: 0, r: s},
        source=PAPER,
        argument="V = 4 - eta lambda moves by at most 16 load/margin.",
        uses=(convergence, wide_enough, final.first_order, final.lazy),
    ),
)

# Catapult, no faster than this: |s| grows by x(0) - 1 a step at most.
START, Z_START = at(delta, 0), at(z, 0)
WITHIN = (gt(START, 0), gt(2, START))
SIZE = tuple(triangle.proved[name] for name in ("r_below", "r_above"))
above = positive(START)
GROWTH = (1 + START) ** 2
LARGEST = Z_START * GROWTH**t
FALLEN = 2 * Z_START * (GROWTH**t - 1) / (GROWTH - 1)
NO_MORE = (ge(LARGEST, z), ge(FALLEN, START - delta))
below, behind = nonnegative(LARGEST - z), nonnegative(FALLEN - START + delta)
fastest = inequality(
    "theorem.fastest",
    ge(Z_START * GROWTH ** (t + 1), prime(z)),
    (1 + above) ** 2 * below
    + z * (nonnegative(START - delta) + z) * (above + positive(2 + delta - z)),
    "At label 0 and 2 < x(0) < 4 a step multiplies |s| by x(0) - 1 at most: z <= z(0) (x(0) - "
    "1)^(2t) after t steps stays true.",
    MAP,
    *WITHIN,
    ge(START, delta),
    gt(2 + delta - z, 0),
    NO_MORE[0],
    argument="Below x = 4 the curvature never rises (fates.curvature_falls), and |s| < 2 there "
    "(triangle.r_below, r_above), so that x >= 2|s| makes z < x.",
    uses=(fates.proved["curvature_falls"], *SIZE),
)
falls_slowly = inequality(
    "theorem.falls_slowly",
    ge(FALLEN.subs(t, t + 1), START - prime(delta)),
    behind + 2 * below + z * positive(delta),
    "At label 0 and 2 < x(0) < 4, while 2 < x, the curvature has fallen in t steps by no more than "
    "a geometric sum.",
    MAP,
    *WITHIN,
    gt(delta, 0),
    *NO_MORE,
)
not_before = inequality(
    "theorem.not_before",
    ge(LARGEST * (1 + 2 / (GROWTH - 1)), START),
    below + nonnegative(z - delta) + behind + 2 * positive(Z_START) / (above * (2 + above)),
    "Catapult phase at label 0: the loss rises at first for at least ln(delta(0)/(z(0) (1 + "
    "2/((x(0) - 1)^2 - 1))))/(2 ln(x(0) - 1)) steps, and until it has stopped rising it is above "
    "that of the start and the curvature above 2/eta.",
    ge(z, delta),
    *WITHIN,
    gt(Z_START, 0),
    *NO_MORE,
    argument="By induction along the run both bounds hold until the loss first stops rising, that "
    "is for as long as delta > z (laws.rises). This is what the first step without a rise makes of "
    "them, and it says that t is not smaller.",
    uses=(fastest, falls_slowly, laws.proved["rises"]),
)

# Catapult, no slower than this: |s| grows by 1 + delta(0)/4 a step at least until z is of order 1.
ENOUGH = START**2 / 8
PACE = (1 + START / 4) ** 2
ABOVE = ge(4 * z / START, START - delta)
room, short = nonnegative(4 * z / START - START + delta), positive(ENOUGH - z)
slack = nonnegative(delta - START / 2)
still_above = inequality(
    "theorem.still_above",
    gt(delta, START / 2),
    room + 4 * short / above,
    "At label 0 and x(0) > 2, while the curvature has fallen by at most 4 z/delta(0) and z < "
    "delta(0)^2/8, the distance delta is more than half of what it was.",
    ABOVE,
    gt(ENOUGH, z),
    gt(START, 0),
)
paced = inequality(
    "theorem.paced",
    ge(prime(z), PACE * z),
    z
    * (slack + short + above * positive(2 - START) / 8)
    * (2 + above / 2 + slack + short + above * positive(2 - START) / 8),
    "At label 0 and 2 < x(0) < 4, while delta >= delta(0)/2 and z < delta(0)^2/8, a step makes |s| "
    "larger by the factor 1 + delta(0)/4 at least.",
    MAP,
    ge(delta, START / 2),
    gt(ENOUGH, z),
    gt(START, 0),
    gt(2, START),
)
stays = inequality(
    "theorem.stays",
    ge(4 * prime(z) / START, START - prime(delta)),
    4 * nonnegative(prime(z) - PACE * z) / above + room + z * (above / 4 + positive(delta)),
    "At label 0 and x(0) > 2, while x > 2, a step that makes |s| larger by the factor 1 + "
    "delta(0)/4 at least leaves it true that the curvature has fallen by at most 4 z/delta(0).",
    {prime(delta): MAP[prime(delta)]},
    ge(prime(z), PACE * z),
    ABOVE,
    gt(delta, 0),
    gt(START, 0),
)
CLIMB = (still_above, paced, stays)
reaches = inequality(
    "theorem.reaches",
    ge(L, n * START**2 / (16 * eta**2)),
    n * nonnegative(z - ENOUGH) / (2 * eta**2),
    "Catapult phase at label 0, f != 0 and 2 < x(0) < 4: the loss grows to n (eta lambda - "
    "2)^2/(16 eta^2) at least, of order n, at every width where it starts below that.",
    scaling.proved["loss"],
    {r: sp.sqrt(z)},
    ge(z, ENOUGH),
    source=PAPER + ", which has n/log n",
    argument="While z < delta(0)^2/8, theorem.still_above, paced and stays repeat by induction "
    "along the run, and z grows by a factor above 1: it comes to z >= delta(0)^2/8.",
    uses=CLIMB,
)
peak_top = inequality(
    "theorem.peak_top",
    gt(2 * n / eta**2, L),
    n * positive(2 - s) * positive(2 + s) / (2 * eta**2),
    "At label 0 and V > 0 no loss exceeds 2n/eta^2: with theorem.reaches, the peak of a catapult "
    "is of order n, neither more nor less.",
    scaling.proved["loss"],
    {r: s},
    gt(2, s),
    gt(s, -2),
    uses=SIZE,
)
climb_time = equation(
    "theorem.climb_time",
    sp.Subs(
        sp.log(Z_START) + time * sp.log(PACE),
        time,
        (sp.log(ENOUGH) - sp.log(Z_START)) / sp.log(PACE),
    ),
    sp.log(ENOUGH),
    "Catapult phase at label 0: z >= delta(0)^2/8 is reached after at most this number of steps "
    "and one more.",
    argument="Each step until then multiplies z by (1 + delta(0)/4)^2 at least (theorem.paced).",
    uses=CLIMB,
)
keeps_pace = inequality(
    "theorem.keeps_pace",
    ge(1 + delta - z, 1 + START - (1 + 4 / START) * z),
    room,
    "At label 0, while the curvature has fallen by at most 4 z/delta(0), a step multiplies |s| by "
    "x(0) - 1 up to a multiple of z.",
    ABOVE,
)
far, size = positive(x - 2), positive(abs(f))
FEWEST = sp.log(START / (Z_START * (1 + 2 / (GROWTH - 1)))) / (2 * sp.log(1 + START))
log_n = equation(
    "theorem.log_n",
    sp.Limit(FEWEST - sp.log(n) / (2 * sp.log(x - 1)), n, sp.oo),
    (sp.log(x * (x - 2) ** 2 / ((x - 1) ** 2 + 1)) / 2 - sp.log(eta * abs(f))) / sp.log(x - 1),
    "Catapult phase at label 0: at fixed rate, curvature and output f != 0 the loss rises at first "
    "for ln n/(2 ln(x - 1)) steps up to a bounded number, x = eta lambda, as laws.peak_grows says "
    "of the law of the peak. Near x = 4 it may rise again later, and higher.",
    {START: far, Z_START: (eta * size) ** 2 / n, x: 2 + far, abs(f): size},
    argument="No fewer: theorem.not_before, of which this is the limit. No more: until z is "
    "delta(0)^2/8 the z of all steps add up to a bounded number, as z grows geometrically "
    "(theorem.paced), so that by theorem.keeps_pace |s| grows by x - 1 a step up to a bounded "
    "factor in all. From there on this first rise goes on with z above delta(0)^2/8, for a "
    "bounded number of steps (fates.step_count).",
    uses=(not_before, *CLIMB, keeps_pace, fates.proved["step_count"]),
)

STATEMENTS = (
    *LAZY,
    fastest,
    falls_slowly,
    not_before,
    *CLIMB,
    reaches,
    peak_top,
    climb_time,
    keeps_pace,
    log_n,
)
