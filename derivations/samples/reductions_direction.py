"""Inputs that all lie along one direction, and one output: again one sample's network, exactly.

The samples are X = x e_d.T with |e_d| = 1. One input (d = 1) and one sample (m = 1) are cases of
it.
"""

import sympy as sp

from ..notation import L, Theta, U, X, Y, e_d, f, floor, k, lam, u, v, xx, y_fit
from ..prover.quantities import prime
from ..prover.statement import by_name, definitions, equation
from . import kernel
from .reductions import (
    LABEL,
    MOMENTS,
    ONE_INPUT,
    OUTPUT,
    RATE,
    both_layers,
    labels,
    loss,
    one_input_u,
    one_input_v,
    special,
    trained,
    x,
)

ONE_OUTPUT = {k: 1}
U_next, u_next = prime(U), prime(u)
ALONG = {
    u_next: U_next * e_d,
    **trained(U, v, ONE_OUTPUT),
    L: special(loss, ONE_OUTPUT),
    floor: ONE_INPUT[floor],
    Theta: special(kernel.THETA.claim.rhs, ONE_OUTPUT),
    **OUTPUT,
    u: U * e_d,
    X: x * e_d.T,
    Y.subs(ONE_OUTPUT): labels,
    **definitions(RATE, LABEL, *MOMENTS),
}
STATEMENTS = (
    equation(
        "reductions.direction_loss",
        L,
        xx * (f - y_fit) ** 2 / 2 + floor,
        "Inputs x e_d.T along one direction, one output: with u = U e_d and f = u.v/sqrt(n) the "
        "loss is that of one sample with label y_fit = xy/xx, times xx, plus a floor.",
        ALONG,
    ),
    *both_layers(
        "direction",
        {u: one_input_u, v: one_input_v},
        "Inputs x e_d.T along one direction, one output: the step of {} is that of the {} weights "
        "of one sample with rate eta_fit = eta xx and label y_fit = xy/xx, u being U e_d.",
        ALONG,
    ),
    equation(
        "reductions.direction_rest",
        U_next - U,
        (u_next - u) * e_d.T,
        "Inputs along one direction, one output: what of U is across it stays as it is.",
        ALONG,
    ),
    equation(
        "reductions.direction_kernel",
        Theta * x,
        xx * lam * x,
        "Inputs x e_d.T along one direction, one output: xx lambda, lambda that of u and v, is an "
        "eigenvalue of the kernel.",
        ALONG,
    ),
    equation(
        "reductions.direction_trace",
        sp.Trace(Theta),
        xx * lam,
        "Inputs along one direction, one output: the eigenvalue xx lambda is the whole trace of "
        "the kernel, and its one nonzero eigenvalue.",
        ALONG,
    ),
)
proved = by_name(STATEMENTS)
