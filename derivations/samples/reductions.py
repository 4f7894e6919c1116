"""Data on which the network is one sample's network exactly: all that was proved of that holds.

`one_step` is the step of closure: one input equal to 1 and one label. Each reduction says which
rate, label and weights of it follow the network at hand, and is a special case of gram and kernel.
"""

import sympy as sp

from .. import closure, fates
from ..notation import U_0, A, B, C, D, L, Theta, U, U_rest, W, X, Y, d, e_d, e_k, e_n, eta

# isort: split
from ..notation import eta_fit, f, floor, input_size, k, lam, m, n, sigma_U
from ..prover.quantities import prime

# isort: split
from ..notation import sigma_W, u, v, xx, xy, y, y_fit
from ..prover.claims import Iff, gt
from ..prover.function import Function, right
from ..prover.proofs import Equivalence
from ..prover.statement import Statement, by_name, defined, definitions, equation
from . import gram, kernel
from .gram import inner, sqrt_n, squared

FATES = by_name(fates.STATEMENTS)
BOUNDARY = (FATES["step_count"], FATES["divergent"])
one = sp.Identity(1)
U_next, u_next, v_next = prime(U), prime(u), prime(v)


def one_step(hidden, outer, rate, label, width=n):
    """One step of the one-sample network from these weights."""
    start = {u: hidden, v: outer, y: label, n: width}
    slope_u, slope_v = (closure.proved[f"gradient_{w}"].claim.rhs.xreplace(start) for w in "uv")
    return hidden - rate * slope_u, outer - rate * slope_v


def special(expr, sizes, hidden=U, outer=v):
    """The same for these sizes, and weights of these names."""
    return expr.subs(sizes).xreplace({U.subs(sizes): hidden, W.subs(sizes): outer})


def trained(hidden, outer, sizes, slopes=(gram.gradient_u, gram.gradient_v)):
    """The weights after one step, for definitions."""
    return {
        prime(weights): weights - eta * special(slope, sizes, hidden, outer)
        for weights, slope in zip((hidden, outer), slopes, strict=True)
    }


def both_layers(case, moved, says, known):
    """What one step makes of the hidden and of the output weights."""
    for (weights, value), layer in zip(moved.items(), ("hidden", "output"), strict=True):
        name = f"reductions.{case}_{weights.name.lower()}"
        yield equation(name, prime(weights), value, says.format(weights.name, layer), known)


loss = gram.loss(gram.linear_map)

# One input and one output, any samples and labels.
INPUT = {d: 1, k: 1}
x, labels = X.subs(INPUT), Y.subs(INPUT)
MOMENTS = (
    defined("reductions.second_moment", xx, squared(x) / m, "For one input xx is the mean of x^2."),
    defined(
        "reductions.cross_moment", xy, inner(x, labels) / m, "For one input xy is the mean of x y."
    ),
)
RATE = defined(
    "reductions.rate", eta_fit, eta * xx, "The equal one-sample network has the rate eta xx."
)
LABEL = defined(
    "reductions.label", y_fit, xy / xx, "The equal one-sample network has the best slope as label."
)
OUTPUT = {f: inner(u, v) / sqrt_n, lam: (squared(u) + squared(v)) / n}
ONE_INPUT = {
    **trained(u, v, INPUT),
    L: special(loss, INPUT, u),
    floor: gram.loss(B).subs(INPUT).xreplace({B.subs(INPUT): y_fit * one}),
    **OUTPUT,
    Theta: special(kernel.THETA.claim.rhs, INPUT, u),
    **definitions(RATE, LABEL, *MOMENTS),
}
one_input_u, one_input_v = one_step(u, v, eta_fit, y_fit)
MANY_SAMPLES = (
    *(*MOMENTS, RATE, LABEL),
    equation(
        "reductions.one_input_loss",
        L,
        xx * (f - y_fit) ** 2 / 2 + floor,
        "One input, one output, any samples: with f = u.v/sqrt(n) the loss is that of one sample "
        "with label y_fit = xy/xx, times xx, plus a floor.",
        ONE_INPUT,
    ),
    *both_layers(
        "one_input",
        {u: one_input_u, v: one_input_v},
        "One input, one output, any samples: the step of {} is that of the {} weights of one "
        "sample with rate eta_fit = eta xx and label y_fit = xy/xx.",
        ONE_INPUT,
    ),
    equation(
        "reductions.one_input_kernel",
        Theta * x,
        xx * lam * x,
        "One input, one output, any samples: xx lambda is an eigenvalue of the kernel, so that "
        "eta_fit lambda is eta times it.",
        ONE_INPUT,
    ),
    equation(
        "reductions.one_input_trace",
        sp.Trace(Theta),
        xx * lam,
        "One input, one output, any samples: the eigenvalue xx lambda is the whole trace of the "
        "kernel, and its one nonzero eigenvalue.",
        ONE_INPUT,
    ),
)

# One sample and one output, any inputs: the input is one row, u the projection of U on it.
SAMPLE = {m: 1, k: 1}
row = X.subs(SAMPLE)
ONE_SAMPLE = {
    u_next: U_next * row.T / input_size,
    **trained(U, v, SAMPLE),
    L: special(loss, SAMPLE).xreplace({Y.subs(SAMPLE): y * one}),
    **OUTPUT,
    Theta.subs(SAMPLE): special(kernel.THETA.claim.rhs, SAMPLE),
    Y.subs(SAMPLE): y * one,
    u: U * row.T / input_size,
    eta_fit: eta * input_size**2,
    y_fit: y / input_size,
    input_size: sp.sqrt(sp.Trace(row * row.T)),
}
MANY_INPUTS = (
    equation(
        "reductions.one_sample_loss",
        L,
        input_size**2 * (f - y_fit) ** 2 / 2,
        "One sample, one output, any inputs: with u = U X.T/|X| and f = u.v/sqrt(n) the loss "
        "is that of one sample with label y_fit = y/|X|, times |X|^2.",
        ONE_SAMPLE,
    ),
    *both_layers(
        "one_sample",
        {u: one_input_u, v: one_input_v},
        "One sample, one output, any inputs: the step of {} is that of the {} weights of one "
        "sample with rate eta_fit = eta |X|^2 and label y_fit = y/|X|, u being U X.T/|X|.",
        ONE_SAMPLE,
    ),
    equation(
        "reductions.one_sample_rest",
        U_next - U,
        (u_next - u) * row / input_size,
        "One sample, one output, any inputs: what of U the input does not see stays as it is.",
        ONE_SAMPLE,
    ),
    equation(
        "reductions.one_sample_kernel",
        sp.Trace(Theta.subs(SAMPLE)),
        input_size**2 * lam,
        "One sample, one output, any inputs: the kernel is |X|^2 lambda, lambda that of u and v.",
        ONE_SAMPLE,
    ),
)

# Whitened inputs, S = 1, and labels 0, so that the gradient D is B itself. Width 1.
WHITENED = tuple(slope.xreplace({D: gram.linear_map}) for slope in (gram.slope_u, gram.slope_v))
NARROW = {n: 1}
U_row, W_row = U.subs(NARROW), W.subs(NARROW)
IN_DIRECTIONS = {
    **trained(U_row, W_row, NARROW, WHITENED),
    A: gram.in_weights[A].subs(NARROW),
    C: gram.in_weights[C].subs(NARROW),
    U_row: sigma_U * e_d.T,
    W_row: sigma_W * e_k.T,
}
narrow_u, narrow_w = one_step(sigma_U * one, sigma_W * one, eta, sp.Integer(0), sp.Integer(1))
ranks = (
    equation(
        "reductions.narrow_hidden",
        A,
        sigma_U**2 * e_d * e_d.T,
        "At width 1 the one nonzero eigenvalue of A is sigma_U^2 = |U|^2.",
        IN_DIRECTIONS,
    ),
    equation(
        "reductions.narrow_outer",
        C,
        sigma_W**2 * e_k * e_k.T,
        "At width 1 the one nonzero eigenvalue of C is sigma_W^2 = |W|^2.",
        IN_DIRECTIONS,
    ),
)
WIDTH_1 = (
    *both_layers(
        "narrow",
        {U_row: narrow_u * e_d.T, W_row: narrow_w * e_k.T},
        "Width 1, whitened inputs S = 1, labels 0, any inputs and outputs: {0} keeps its "
        "direction, and sigma_{0} moves as the {1} weight of a one-sample network of width 1.",
        IN_DIRECTIONS,
    ),
    *ranks,
    equation(
        "reductions.narrow_kernel",
        (sigma_W**2 * sp.Identity(d) + A) * e_d,
        (sigma_U**2 + sigma_W**2) * e_d,
        "Width 1, whitened inputs, labels 0: the curvature sigma_U^2 + sigma_W^2 of the "
        "one-sample network is the top eigenvalue of the kernel, whose eigenvalues are, by "
        "kernel.reduced with S = 1, sums of one of C and one of A.",
        IN_DIRECTIONS,
        uses=(kernel.reduced, *ranks),
    ),
)

# One output, v along a left singular vector e_n of U with right singular vector e_d.
SINGULAR = {
    **trained(U, v, {k: 1}, WHITENED),
    A: gram.in_weights[A],
    U: sigma_U * e_n * e_d.T + U_rest,
    v: sigma_W * e_n,
    U_rest: (sp.Identity(n) - e_n * e_n.T) * U_0 * (sp.Identity(d) - e_d * e_d.T),
}
aligned_u, aligned_v = one_step(sigma_U * e_n, sigma_W * e_n, eta, sp.Integer(0))
STATEMENTS = (
    *(*MANY_SAMPLES, *MANY_INPUTS, *WIDTH_1),
    equation(
        "reductions.aligned_u",
        U_next,
        aligned_u * e_d.T + U_rest,
        "One output, whitened inputs, labels 0, v = sigma_W e_n along a left singular vector of "
        "U = sigma_U e_n e_d.T + U_rest: sigma_U e_n moves as the hidden weights of a one-sample "
        "network of width n, and U_rest does not move.",
        SINGULAR,
    ),
    equation(
        "reductions.aligned_v",
        v_next,
        aligned_v,
        "One output, whitened inputs, labels 0, v = sigma_W e_n along a left singular vector of U: "
        "v moves as the output weights of a one-sample network of width n, and stays along it.",
        SINGULAR,
    ),
    equation(
        "reductions.aligned_kernel",
        (squared(v) * sp.Identity(d) / n + A) * e_d,
        (sigma_U**2 + sigma_W**2) / n * e_d,
        "One output, whitened inputs, v along a left singular vector of U: the curvature "
        "(sigma_U^2 + sigma_W^2)/n of the one-sample network is an eigenvalue of the kernel, whose "
        "eigenvalues are, by kernel.reduced with S = 1, |v|^2/n plus those of A.",
        SINGULAR,
        uses=(kernel.reduced,),
    ),
    equation(
        "reductions.aligned_hidden",
        A,
        sigma_U**2 / n * e_d * e_d.T + U_rest.T * U_rest / n,
        "The other eigenvalues of A are those of U_rest.T U_rest/n: the curvature of "
        "reductions.aligned_kernel is the top eigenvalue of the kernel where sigma_U is the "
        "largest singular value of U, and below it elsewhere.",
        SINGULAR,
    ),
    Statement(
        "reductions.boundary",
        Iff(gt(4 - eta * lam, 0), gt(4 / lam, eta)),
        Equivalence(lam),
        "In every reduction to one sample with label 0, 4/lambda is exact: below it every run "
        "converges, above it every run diverges that does not land on zero loss. The boundary is "
        "4/lambda_0, lambda_0 the top eigenvalue of the kernel, in all of them but where v is "
        "along another than the top singular vector of U: there it lies above.",
        argument="The two fates are those of the one-sample network at label 0, where V = 4 - x "
        "and x = eta lambda. Where sigma_U is not the largest singular value, lambda is below "
        "lambda_0.",
        uses=BOUNDARY,
    ),
)
proved = by_name(STATEMENTS)

FUNCTIONS = (
    Function(
        "one_input",
        (eta, xx, xy),
        (right(RATE), right(LABEL)),
        "(eta, target) of the one sample whose training run is that of many samples of one input.",
        also=tuple(proved[f"one_input_{part}"] for part in ("loss", "u", "v")),
    ),
)
