"""The flattest minimum: the smallest curvature at which a network fits the data as well as it can.

At a minimum sqrt(S) B = H = sqrt(S) B_fit. The curvature there is at least the top eigenvalue of
share S + H H.T/(n share), where share is the top eigenvalue of C, and some minimum has no more. So
the flattest one has the smallest top eigenvalue over all shares.
"""

import sympy as sp

from ..notation import B, B_fit, C, D, E, F, R, S, T, U, W, cross_top, dU, dW, e_d, eta, frame

# isort: split
from ..notation import (
    inputs_along,
    inputs_top,
    labels_along,
    labels_top,
    lam_C,
    least,
    log_share,
    lower,
)

# isort: split
from ..notation import n, root_S, seen, share, spread, units, upper, w_d, w_k, xx
from ..prover.claims import gt
from ..prover.function import Function, right
from ..prover.statement import by_name, defined, definitions, equation, equivalence
from . import gram, kernel
from .gram import inner, sqrt_n, squared

WHOLE = kernel.WHOLE
SEEN = defined(
    "flattest.seen", seen, root_S * B_fit, "H is the best linear map as the samples see it."
)
LEAST = defined(
    "flattest.least",
    least,
    share * S + seen * seen.T / (n * share),
    "The kernel of a minimum is at least this along the top eigenvalue of its C.",
)


def flat(part, fitted):
    """The least that the kernel is where `part` is the top eigenvalue of C and sqrt(S) B this."""
    return LEAST.claim.rhs.xreplace({share: part, seen: fitted})


# From below: any minimum. Along w, with x = sqrt(S) w.
x = root_S * w_d
BELOW = (
    equation(
        "flattest.minimum",
        inner(E, S * E),
        squared(root_S * E),
        "Twice the excess of the loss is the square of sqrt(S) E: at a minimum sqrt(S) B is H, "
        "whatever B is across the inputs.",
        WHOLE,
        uses=(gram.END[2],),
    ),
    equation(
        "flattest.kernel",
        inner(w_d, kernel.reduced.claim.rhs * w_d),
        inner(w_d, flat(lam_C, root_S * B) * w_d)
        + squared(U * x - W * B.T * x / (sqrt_n * lam_C)) / n
        + inner(B.T * x, lam_C * B.T * x - C * B.T * x) / (n * lam_C**2),
        "Along every w the block lambda_C S + sqrt(S) A sqrt(S) of the kernel is at least "
        "lambda_C S + sqrt(S) B B.T sqrt(S)/(n lambda_C): one of the other terms is a square, the "
        "last is not negative where lambda_C is the top eigenvalue of C.",
        {**gram.in_weights, **WHOLE},
    ),
)

# From above: a network of as many units as B has rank, B = N O.T.
THERE = {B: spread * frame.T, F: spread / sp.sqrt(n * share), R: sp.sqrt(share) * frame}
loose = frame.T * frame - sp.Identity(units)
ATTAINED = (
    equation(
        "flattest.attained_map",
        sqrt_n * F * R.T,
        B,
        "The factor F = N/sqrt(n share), R = sqrt(share) O is that of a network with the linear "
        "map B = N O.T, and of units = rank of B at least.",
        THERE,
    ),
    equation(
        "flattest.attained_outer",
        R * R.T * frame,
        share * frame + share * frame * loose,
        "Where the columns of O have length 1 and are across one another, O.T O = 1, the last term "
        "is 0: share is the top eigenvalue of this network's C.",
        THERE,
    ),
    equation(
        "flattest.attained_kernel",
        share * S + root_S * F * F.T * root_S,
        flat(share, root_S * B) - root_S * spread * loose * spread.T * root_S / (n * share),
        "Where O.T O = 1 the last term is 0: the block of this network's kernel along share is the "
        "least that it can be. Its other blocks have a smaller eigenvalue of C in place of share, "
        "and their top eigenvalues are no larger.",
        {**THERE, **WHOLE},
    ),
)

# The smallest top eigenvalue over all shares.
ALONG = {
    inputs_along: sp.sqrt(inner(w_d, S * w_d)),
    labels_along: sp.sqrt(squared(seen.T * w_d)),
}
both = share * inputs_along**2 + labels_along**2 / (n * share)
by_log = both.subs(share, sp.exp(log_share))
dual = 2 * inputs_along * labels_along / sqrt_n
weak = equation(
    "flattest.dual",
    inner(w_d, least * w_d),
    (sp.sqrt(share) * inputs_along - labels_along / sp.sqrt(n * share)) ** 2 + dual,
    "Along w the matrix share S + H H.T/(n share) is at least 2 |sqrt(S) w| |H.T w|/sqrt(n), "
    "whatever share: the other term is a square.",
    {**definitions(LEAST), **ALONG},
)
slope = equation(
    "flattest.slope",
    share * sp.Derivative(both, share),
    share * inputs_along**2 - labels_along**2 / (n * share),
    "Along w the curvature changes with ln(share) at this rate.",
)
convex = equation(
    "flattest.convex",
    sp.Derivative(sp.log(by_log), (log_share, 2)),
    4 * inputs_along**2 * labels_along**2 / (n * by_log**2),
    "Along w the logarithm of the curvature is convex in ln(share). So is that of the top "
    "eigenvalue, the largest over all w of length 1: it has one minimum.",
)
value = equation(
    "flattest.value",
    both,
    dual,
    "The smallest top eigenvalue of share S + H H.T/(n share) over all shares is the largest "
    "2 |sqrt(S) w| |H.T w|/sqrt(n) over all w of length 1. It is the curvature of the flattest "
    "minimum of a network with at least as many units as B_fit has rank.",
    {share: labels_along / (sqrt_n * inputs_along)},
    argument="No w gives more, by flattest.dual. Where the top eigenvalue is smallest its slopes "
    "in ln(share) on either side are those of top eigenvectors w, the one not above 0, the other "
    "not below. Top eigenvectors of length 1 are connected (or w and -w, of one slope), so one of "
    "them has slope 0: share is the one of this equation, and its curvature is the dual. No "
    "minimum is flatter by flattest.kernel, one is as flat by flattest.attained_kernel.",
    uses=(weak, slope, convex, *BELOW, *ATTAINED),
)

# Closed bounds. For the lower one w = sqrt(S) e_d/|sqrt(S) e_d|.
image = root_S * e_d
CLOSED = (
    equation(
        "flattest.cross",
        seen.T * image,
        T.T * e_d,
        "What the map makes of sqrt(S) e_d is the product of T and e_d.",
        {**definitions(SEEN, gram.NORMAL), **WHOLE},
    ),
    equation(
        "flattest.cauchy",
        inputs_along**2 * labels_along**2 - squared(T.T * e_d),
        squared(T.T * e_d) * squared(w_d) / inner(e_d, S * e_d) ** 2,
        "Along w = sqrt(S) e_d/|sqrt(S) e_d|, |e_d| = 1, the product |sqrt(S) w| |H.T w| is at "
        "least |T.T e_d|: the difference of their squares is a square.",
        {
            inputs_along: sp.sqrt(squared(S * e_d) / inner(e_d, S * e_d)),
            labels_along: sp.sqrt(squared(T.T * e_d) / inner(e_d, S * e_d)),
            w_d: S * e_d - inner(e_d, S * e_d) * e_d,
        },
    ),
)
LOWER = equation(
    "flattest.lower",
    lower,
    2 * cross_top / sqrt_n,
    "The flattest minimum has at least this curvature, |T| the largest singular value of T.",
    {lower: dual, inputs_along: 1, labels_along: cross_top},
    argument="The dual at the w of flattest.cauchy with |T.T e_d| = |T| is at least what it is "
    "where |sqrt(S) w| |H.T w| is |T|.",
    uses=CLOSED,
)
UPPER = equation(
    "flattest.upper",
    upper,
    2 * sp.sqrt(inputs_top) * labels_top / sqrt_n,
    "The flattest minimum has at most this curvature: |S| and |H|^2 are the largest eigenvalues of "
    "S and of H H.T.",
    {
        upper: both.xreplace({inputs_along: sp.sqrt(inputs_top), labels_along: labels_top}),
        share: labels_top / sp.sqrt(n * inputs_top),
    },
    argument="The top eigenvalue of a sum is at most the sum of the top eigenvalues, and this is "
    "the sum at one share.",
)
MIDDLE = equation(
    "flattest.middle",
    share,
    labels_top / sp.sqrt(n * inputs_top),
    "The share of the flattest minimum lies between one half of this and twice this.",
    {share: upper / (2 * inputs_top), **definitions(UPPER)},
    argument="There share |S| and |H|^2/(n share) are both at most the top eigenvalue, which is at "
    "most the upper bound: share is at most twice what this says, and by flattest.middle_below at "
    "least half.",
    uses=(
        below := equation(
            "flattest.middle_below",
            labels_top**2 / (n * upper),
            labels_top / (2 * sp.sqrt(n * inputs_top)),
            "Where |H|^2/(n share) is the upper bound, share is half that of flattest.middle.",
            definitions(UPPER),
        ),
        UPPER,
    ),
)
CASES = (
    equation(
        "flattest.one_input",
        lower,
        upper,
        "With one input and one output both bounds are 2 |xy|/sqrt(n), which is 2 S |b|/sqrt(n) "
        "for the best slope b = xy/xx.",
        {inputs_top: xx, labels_top: cross_top / sp.sqrt(xx)},
        definitions(LOWER, UPPER),
    ),
    equation(
        "flattest.whitened",
        lower,
        upper,
        "Where S = 1 both bounds are twice the largest singular value of B_fit, over sqrt(n).",
        {inputs_top: 1, labels_top: cross_top},
        definitions(LOWER, UPPER),
    ),
    equivalence(
        "flattest.stable",
        gt(2 - eta * lower, 0),
        gt(sp.sqrt(n) / cross_top, eta),
        2 * cross_top / sqrt_n,
        "Nothing is stable at a rate of sqrt(n)/|T| or above: a minimum is stable where eta times "
        "its curvature is below 2.",
        definitions(LOWER),
    ),
)

# Fewer units than B_fit has rank: the loss cannot reach its floor, and D is not 0 at its minimum.
NARROW = (
    equation(
        "flattest.residual",
        inner(D, dU.T * dW),
        sqrt_n * inner(w_k, B.T * w_d) * inner(w_d, D * w_k),
        "Along the eigenvector dU = W w_k w_d.T, dW = U w_d w_k.T of the kernel's side in the "
        "weights this is what the residuals add to the second change of the loss, over "
        "2/sqrt(n).",
        {dU: W * w_k * w_d.T, dW: U * w_d * w_k.T, **gram.in_weights},
    ),
    equation(
        "flattest.standstill",
        lam_C * D * w_k,
        D * (lam_C * w_k - C * w_k) + D * W.T * W * w_k / n,
        "At a standstill, W D.T = 0, with C w_k = lambda_C w_k both terms are 0. So D w_k is 0 for "
        "lambda_C > 0, and the top of the Hessian is at least that of the kernel: the flattest "
        "curvature for B_fit's best approximation of rank n bounds it from below.",
        gram.in_weights,
    ),
)
STATEMENTS = (
    *(SEEN, LEAST, *BELOW, *ATTAINED, weak, slope, convex, value),
    *(*CLOSED, LOWER, UPPER, below, MIDDLE, *CASES, *NARROW),
)
proved = by_name(STATEMENTS)

FUNCTIONS = (
    Function(
        "flattest_kernel",
        (share, S, seen, n),
        (right(LEAST),),
        "The least that the kernel of a minimum is along the top eigenvalue `share` of its C.",
        also=(proved["kernel"], proved["attained_kernel"]),
    ),
    Function(
        "flattest_dual",
        (inputs_along, labels_along, n),
        (right(value),),
        "What the curvature of the flattest minimum is at least, from sizes along a direction.",
        also=(weak,),
    ),
    Function(
        "flattest_slope",
        (share, inputs_along, labels_along, n),
        (right(slope),),
        "How the curvature along a direction changes with the logarithm of the share.",
    ),
    Function(
        "flattest_bounds",
        (inputs_top, labels_top, cross_top, n),
        (right(LOWER), right(UPPER), right(MIDDLE)),
        "Bounds on the curvature of the flattest minimum, and a share within a factor of 2 of "
        "its own.",
    ),
)
