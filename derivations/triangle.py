"""Three coordinates that every step only multiplies: the triangle.

P = x/2 + s, Q = x/2 - s and V = 4 + tau r - x. P and Q are squares of the weights; V measures
the distance to divergence and keeps its sign while |tau| < 2. They satisfy one linear relation,
so for each |tau| < 2 the networks with V > 0, of every width, are the points of one triangle.
"""

import sympy as sp

from . import closure, scaling
from .notation import P, Q, V, eta, f, lam, n, p, q, r, rho, s, tau, u, u_minus_v, u_plus_v, v, x
from .prover.claims import ge, gt
from .prover.function import Function, larger, right, solved
from .prover.quantities import code_names, prime
from .prover.statement import by_name, defined, definitions, equation, inequality
from .prover.symbols import positive

ALIGNED = defined(
    "triangle.aligned", P, x / 2 + s, "The aligned weight P is half the curvature plus the output."
)
OPPOSED = defined(
    "triangle.opposed", Q, x / 2 - s, "The opposed weight Q is half the curvature minus the output."
)
INVARIANT = defined(
    "triangle.invariant",
    V,
    4 + tau * r - x,
    "V is the invariant: training diverges where it starts negative.",
)
BALANCE = defined(
    "triangle.balance",
    rho,
    2 * f / (sp.sqrt(n) * lam),
    "The balance of a network is its output in units of the largest at its curvature.",
)
COORDINATES = (ALIGNED, OPPOSED, INVARIANT)
# In the state (x, r):
OUTPUT = {s: scaling.output.expression}
STEP = {x: scaling.x_update, r: scaling.r_update}
STATE = definitions(
    OUTPUT,
    *COORDINATES,
    scaling.one_step_later({**STEP, s: OUTPUT[s].xreplace(STEP)}, *COORDINATES),
    {prime(r): scaling.r_update},
)
# In the weights:
WEIGHTS = definitions(
    ALIGNED,
    OPPOSED,
    scaling.CURVATURE,
    scaling.OUTPUT,
    {symbol: closure.DEFINITIONS[symbol] for symbol in (lam, f)},
    {u_plus_v: closure.scalar((u + v).T * (u + v)), u_minus_v: closure.scalar((u - v).T * (u - v))},
)
# In amplitudes, the squared residual is a loss of two weights:
AMPLITUDES = {r: (p**2 - q**2) / 2 - tau}
two_weight_loss = AMPLITUDES[r] ** 2 / 2

# The open triangle, and stand-ins for what is positive inside it.
BAND = (gt(2, tau), gt(tau, -2))
WITHIN = (*BAND, gt(V, 0))
above, below, height = positive(2 - tau), positive(2 + tau), positive(V)
STATEMENTS = (
    *COORDINATES,
    BALANCE,
    equation("triangle.curvature", P + Q, x, "P and Q share out the scaled curvature.", STATE),
    equation("triangle.output", P - Q, 2 * s, "P and Q differ by twice the scaled output.", STATE),
    equation(
        "triangle.P_weights",
        P,
        eta * u_plus_v / (2 * n),
        "The aligned weight P is the squared length of u + v, times eta/(2n).",
        WEIGHTS,
    ),
    equation(
        "triangle.Q_weights",
        Q,
        eta * u_minus_v / (2 * n),
        "The opposed weight Q is the squared length of u - v, times eta/(2n).",
        WEIGHTS,
    ),
    equation(
        "triangle.balance_weights",
        rho,
        (P - Q) / (P + Q),
        "The balance compares the aligned weight with the opposed one.",
        WEIGHTS,
        BALANCE,
    ),
    inequality(
        "triangle.cauchy_schwarz",
        ge(x, 2 * s),
        eta * u_minus_v / n,
        "As Q is a square, x >= 2s; by the mirror (f, y) -> (-f, -y), which exchanges P and Q, "
        "x >= 2|s|.",
        WEIGHTS,
        argument="The mirror (f, y) -> (-f, -y) exchanges P and Q and gives the other sign.",
    ),
    inequality(
        "triangle.largest_output",
        ge(sp.sqrt(n) * lam / 2, f),
        u_minus_v / (2 * sp.sqrt(n)),
        "No output at curvature lambda exceeds sqrt(n) lambda/2; balanced ones, u = v, reach it.",
        WEIGHTS,
        argument="The mirror (f, y) -> (-f, -y) gives the other sign; u = v reaches it.",
    ),
    equation(
        "triangle.P_update",
        prime(P),
        P * (1 - r) ** 2,
        "A step multiplies P by the square of 1 - r.",
        STATE,
    ),
    equation(
        "triangle.Q_update",
        prime(Q),
        Q * (1 + r) ** 2,
        "A step multiplies Q by the square of 1 + r.",
        STATE,
    ),
    equation(
        "triangle.V_update",
        prime(V),
        V * (1 + r * s),
        "A step multiplies V by 1 + r s, which may be negative.",
        STATE,
    ),
    equation(
        "triangle.V_growth",
        prime(V),
        V * (1 + tau * r + r**2),
        "The factor of V depends on the residual and the label alone.",
        STATE,
    ),
    equation(
        "triangle.rV",
        prime(r),
        r * (r**2 + V - 3),
        "With V' = V (1 + tau r + r^2) this is the shortest closed form of the training run.",
        STATE,
    ),
    equation(
        "triangle.sum",
        P + Q + V,
        4 + tau * r,
        "The three coordinates satisfy one linear relation; at label 0 their sum is 4.",
        STATE,
    ),
    inequality(
        "triangle.V_sign",
        gt(prime(V) / V, 0),
        (r + tau / 2) ** 2 + above * below / 4,
        "V keeps its sign while |tau| < 2.",
        STATE,
        *BAND,
    ),
    equation(
        "triangle.barycentric",
        P / (2 * (2 + tau)) + Q / (2 * (2 - tau)) + V / (4 - tau**2),
        1,
        "P, Q and V are weights of a point in a triangle: each term is >= 0 where |tau| < 2 and "
        "V >= 0.",
        STATE,
    ),
    inequality(
        "triangle.P_bound",
        ge(2 * (2 + tau), P),
        (below * Q + 2 * height) / above,
        "Inside the triangle P is bounded by its value in its corner.",
        STATE,
        *WITHIN,
    ),
    inequality(
        "triangle.Q_bound",
        ge(2 * (2 - tau), Q),
        (above * P + 2 * height) / below,
        "Inside the triangle Q is bounded by its value in its corner.",
        STATE,
        *WITHIN,
    ),
    inequality(
        "triangle.V_bound",
        ge(4 - tau**2, V),
        (above * P + below * Q) / 2,
        "Inside the triangle V is bounded by its value in its corner.",
        STATE,
        *WITHIN,
    ),
    equation(
        "triangle.upper_edge",
        V + 2 * Q,
        (2 - r) * (2 - tau),
        "V and Q tell how far the residual is from 2.",
        STATE,
    ),
    equation(
        "triangle.lower_edge",
        V + 2 * P,
        (2 + r) * (2 + tau),
        "V and P tell how far the residual is from -2.",
        STATE,
    ),
    inequality(
        "triangle.r_below",
        gt(2, r),
        (height + 2 * Q) / above,
        "Inside the triangle the residual stays below 2.",
        STATE,
        *WITHIN,
    ),
    inequality(
        "triangle.r_above",
        gt(r, -2),
        (height + 2 * P) / below,
        "Inside the triangle the residual stays above -2.",
        STATE,
        *WITHIN,
    ),
    equation(
        "triangle.amplitude_p",
        sp.Derivative(two_weight_loss, p),
        p * r,
        "With P = p^2, Q = q^2 the network of width n is a network of two weights: gradient "
        "descent at rate 1 on r^2/2 gives p' = p (1 - r), whose square is P'.",
        AMPLITUDES,
    ),
    equation(
        "triangle.amplitude_q",
        sp.Derivative(two_weight_loss, q),
        -q * r,
        "Gradient descent at rate 1 on r^2/2 gives q' = q (1 + r), whose square is Q'.",
        AMPLITUDES,
    ),
)
proved = by_name(STATEMENTS)

half = code_names("half")
FUNCTIONS = (
    Function(
        "triangle",
        (x, r, tau),
        tuple(right(coordinate, {s: scaling.output}) for coordinate in COORDINATES),
        "The coordinates (P, Q, V), each multiplied by every step.",
        helpers=((s, r + tau), (half, x / 2)),
        also=tuple(proved[name] for name in ("P_update", "Q_update", "V_update")),
    ),
    Function(
        "largest_output",
        (lam, n),
        (larger(proved["largest_output"]),),
        "The largest |output| of any network of this curvature.",
    ),
    Function(
        "corners",
        (tau,),
        tuple(larger(proved[name]) for name in ("P_bound", "Q_bound", "V_bound")),
        "The largest P, Q and V in the triangle of a label, |tau| < 2: each has a corner.",
    ),
    Function(
        "from_triangle",
        (P, Q, eta, n),
        (
            solved(scaling.CURVATURE, lam, {x: solved(proved["curvature"], x)}),
            solved(scaling.OUTPUT, f, {s: solved(proved["output"], s)}),
        ),
        "(curvature, output) of the network of this width that is there at this rate.",
    ),
)
