"""The angle between the layers. At label 0 and below eta_max, layers that are not parallel turn
towards one line at every step that raises the loss, away from it at every step with x < 2, and
almost all end orthogonal.

The squared cosine of the angle between u and v is s^2/(s^2 + PQ - Delta^2), with the asymmetry
Delta = eta (|u|^2 - |v|^2)/(2n). PQ - Delta^2 is the squared area of the parallelogram of u and v,
in units of (n/eta)^2. A step multiplies PQ, Delta^2 and the squared area by (1 - r^2)^2, so that
the quotient of any two of them never changes.
"""

import sympy as sp

from . import closure, fates, final, triangle
from .notation import (
    P,
    Q,
    V,
    asymmetry,
    eta,
    f,
    imbalance,
    lam,
    mean,
    n,
    r,
    s,
    uu,
    uv,
    vv,
    x,
)
from .prover.claims import ge, gt
from .prover.function import Function, larger, right
from .prover.quantities import code_names, prime
from .prover.statement import by_name, defined, definitions, equation, equivalence, inequality
from .prover.symbols import nonnegative, positive

ASYMMETRY = defined(
    "alignment.asymmetry",
    asymmetry,
    eta * imbalance / (2 * n),
    "The asymmetry Delta is the difference of the squared layers in the units of P and Q.",
)
WEIGHTS = definitions(triangle.WEIGHTS, ASYMMETRY, {imbalance: closure.DEFINITIONS[imbalance]})
asymmetry_update = equation(
    "alignment.asymmetry_update",
    prime(asymmetry),
    asymmetry * (1 - r**2),
    "A step multiplies the asymmetry by 1 - r^2, for every label.",
    ASYMMETRY,
    closure.proved["third_number"],
    {prime(asymmetry): eta * prime(imbalance) / (2 * n)},
)
AREA = P * Q - asymmetry**2
LATER = {z: prime(z) for z in (P, Q, asymmetry, s)}
NEXT = definitions(triangle.proved["P_update"], triangle.proved["Q_update"], asymmetry_update)
area_update = equation(
    "alignment.area_update",
    AREA.xreplace(LATER),
    AREA * (1 - r**2) ** 2,
    "A step multiplies the squared area PQ - Delta^2 by the square of 1 - r^2, for every label: "
    "layers that are parallel once are parallel for ever.",
    NEXT,
)

# Label 0: r = s, and V = 4 - x.
LENGTHS = s**2 + AREA  # |u|^2 |v|^2, in units of (n/eta)^2
COSINE = s**2 / LENGTHS
area, lengths = positive(AREA), positive(LENGTHS.xreplace(LATER))
STEP = definitions(fates.UNLABELLED, NEXT, {r: s})
small, left = nonnegative(sp.Rational(1, 2) - s**2), positive(4 - x)
kept = inequality(
    "alignment.mean_kept",
    ge(prime(mean) * prime(V) ** 2, mean * V**2),
    positive(mean) * positive(V) ** 2 * s**2 * (small * (sp.Rational(3, 2) + s**2) + 1 / sp.S(4)),
    "At label 0 and V > 0 a step with s^2 <= 1/2 does not lower G V^2, G = sqrt(PQ). So the final "
    "curvature 2G/eta is not 0 unless PQ = 0 at the start or s^2 = 1 at some step.",
    final.portrait_V,
    final.portrait_mean,
    gt(mean, 0),
    gt(V, 0),
    ge(sp.Rational(1, 2), s**2),
    argument="Only finitely many steps have s^2 > 1/2 (fates.step_count), and none of them makes G "
    "0 unless s^2 = 1. From the last one on G V^2 never falls, and V stays below 4.",
    uses=(fates.proved["step_count"],),
)

room = inequality(
    "alignment.room",
    ge(lam**2 - 4 * f**2 / n, (imbalance / n) ** 2),
    4 * nonnegative(uu * vv - uv**2) / n**2,
    "Curvature and output leave this room for the imbalance of the layers; those that are parallel "
    "take all of it.",
    WEIGHTS,
    ge(uu * vv, uv**2),
    argument="The assumption is Cauchy-Schwarz, with equality for parallel layers.",
)

STATEMENTS = (
    ASYMMETRY,
    room,
    equation(
        "alignment.angle",
        uv / sp.sqrt(uu * vv),
        (P - Q) / sp.sqrt((P + Q) ** 2 - 4 * asymmetry**2),
        "The cosine of the angle between u and v follows from P, Q and the asymmetry, where "
        "neither layer vanishes.",
        WEIGHTS,
    ),
    equation(
        "alignment.cosine",
        uv / sp.sqrt(uu * vv),
        2 * f / sp.sqrt(n) / sp.sqrt(lam**2 - (imbalance / n) ** 2),
        "In the network's own numbers the cosine of the angle between u and v needs no rate, where "
        "neither layer vanishes.",
        WEIGHTS,
    ),
    equation(
        "alignment.area",
        AREA,
        (eta / n) ** 2 * (uu * vv - uv**2),
        "The squared area of the parallelogram of u and v is PQ - Delta^2 in units of (n/eta)^2. "
        "It is never negative, and 0 only where the layers are parallel, as they are at n = 1.",
        WEIGHTS,
    ),
    equation(
        "alignment.squared",
        uv**2 / (uu * vv),
        COSINE,
        "The squared cosine of the angle between u and v is a function of output and area, where "
        "neither layer vanishes.",
        WEIGHTS,
    ),
    asymmetry_update,
    area_update,
    equation(
        "alignment.turns",
        (prime(s) / s) ** 2 - AREA.xreplace(LATER) / AREA,
        (x - 2) * (x - 2 * s**2),
        "At label 0 this product tells whether output or area grows by the larger factor.",
        STEP,
    ),
    equivalence(
        "alignment.aligns",
        gt(COSINE.xreplace(LATER), COSINE),
        gt(x, 2),
        positive(s**2) * area * positive(x - 2 * s**2) / ((s**2 + area) * lengths),
        "At label 0, f != 0 and s^2 < x/2, as always where s^2 < 1, a step turns layers that are "
        "not parallel closer to one line iff x > 2. Once x < 2 it turns them away from it.",
        STEP,
        gt(x, 2 * s**2),
        gt(s**2, 0),
        gt(AREA, 0),
        gt(LENGTHS.xreplace(LATER), 0),
        argument="Cauchy-Schwarz, x >= 2|s|, makes x > 2s^2 where s^2 < 1.",
    ),
    inequality(
        "alignment.while_rising",
        gt(x, 2 * s**2),
        2 * positive(x - 2 - s**2) + left,
        "At label 0 and x < 4, x > 2s^2 wherever a step raises the loss, x > 2 + s^2: so layers "
        "that are not parallel align at every step that raises the loss.",
        gt(x, 2 + s**2),
        gt(4, x),
    ),
    kept,
    inequality(
        "alignment.orthogonal",
        ge(s**2 / AREA, uv**2 / (uu * vv)),
        s**4 / (area * (s**2 + area)),
        "At label 0 and V > 0 the layers end orthogonal, cos -> 0, unless they are parallel or s^2 "
        "= 1 at some step.",
        WEIGHTS,
        gt(AREA, 0),
        argument="PQ - Delta^2 is multiplied as G^2 is (alignment.area_update), so that it stays "
        "away from 0 as G does (alignment.mean_kept), while s -> 0 (fates.step_count).",
        uses=(area_update, kept),
    ),
)
proved = by_name(STATEMENTS)

part = code_names("part")
FUNCTIONS = (
    Function(
        "layer_alignment",
        (lam, f, n, imbalance),
        (right(proved["cosine"]),),
        "Cosine of the angle between u and v.",
        helpers=((part, imbalance / n),),
        written=(2 * f / (sp.sqrt(n) * sp.sqrt((lam - part) * (lam + part))),),
        also=(proved["angle"],),
    ),
    Function(
        "imbalance_room",
        (lam, f, n),
        (larger(room),),
        "The largest square of imbalance/width of any network of this curvature and output.",
        written=((lam - 2 * f / sp.sqrt(n)) * (lam + 2 * f / sp.sqrt(n)),),
    ),
)
