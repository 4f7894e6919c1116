"""The symbol table: what every letter means, where it lives and how it is normalised.

One hidden layer of n linear units, u and v in R^n, one input equal to 1, one label y:
output f = v.u/sqrt(n), loss L = (f - y)^2/2. Dividing by n inside the output, not in the
weights, is the normalisation of the paper (arXiv:2003.02218), which takes y = 0.
Every SymPy symbol of the derivations is made here, with its assumptions, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from .prover.symbols import Symmetric


@dataclass(frozen=True)
class Quantity:
    """One row of the table."""

    symbol: Any
    ascii: str
    meaning: str
    domain: str
    normalisation: str = ""


TABLE: list[Quantity] = []


def _quantity(
    letter: str, ascii_name: str, meaning: str, domain: str, normalisation: str = "", **facts: bool
) -> Any:
    symbol = sp.Symbol(letter, **facts)
    TABLE.append(Quantity(symbol, ascii_name, meaning, domain, normalisation))
    return symbol


def _matrix(
    letter: str,
    ascii_name: str,
    rows: Any,
    columns: Any,
    meaning: str,
    normalisation: str,
    symmetric: bool = False,
) -> Any:
    symbol = (Symmetric if symmetric else sp.MatrixSymbol)(letter, rows, columns)
    domain = f"{rows} x {columns}" + (", symmetric" if symmetric else "")
    TABLE.append(Quantity(symbol, ascii_name, meaning, domain, normalisation))
    return symbol


def prime(symbol: Any) -> Any:
    """The same quantity one step later; of its assumptions only `real`, or being symmetric, is
    kept."""
    if isinstance(symbol, sp.MatrixSymbol):
        return symbol.func(symbol.name + "'", *symbol.shape)
    return sp.Symbol(symbol.name + "'", real=True)


# The network and its training.
eta = _quantity("eta", "eta", "learning rate", "eta > 0", positive=True)
lam = _quantity(
    *("lambda", "curvature", "top eigenvalue of the tangent kernel = of the Fisher matrix"),
    *("lambda > 0", "(|u|^2 + |v|^2)/n"),
    positive=True,
)
f = _quantity("f", "output", "output", "real, |f| <= sqrt(n) lambda/2", "v.u/sqrt(n)", real=True)
n = _quantity("n", "width", "hidden units", "n >= 1; oo in the linearised model", positive=True)
y = _quantity("y", "target", "label", "real; 0 in the paper", real=True)
L = _quantity("L", "loss", "squared error", "L >= 0", "(f - y)^2/2", nonnegative=True)

u = _matrix("u", "u", n, 1, "hidden weights", "")
v = _matrix("v", "v", n, 1, "output weights", "")
uu = _quantity("|u|^2", "uu", "squared length of u", ">= 0", "u.T u", nonnegative=True)
vv = _quantity("|v|^2", "vv", "squared length of v", ">= 0", "v.T v", nonnegative=True)
uv = _quantity("u.v", "uv", "inner product of the weights", "real", "v.T u", real=True)
imbalance = _quantity("|u|^2-|v|^2", "imbalance", "third inner product", "real", real=True)

kappa = _quantity("kappa", "kappa", "output times residual", "real", "f (f - y)/n", real=True)
zeta = _quantity("zeta", "zeta", "label times residual", "real", "y (f - y)/n", real=True)

# The dimensionless state, in which eta and n no longer appear.
x = _quantity("x", "x", "scaled curvature", "x >= 2|s|", "eta lambda", positive=True)
s = _quantity("s", "s", "scaled output", "real", "eta f/sqrt(n)", real=True)
tau = _quantity("tau", "tau", "scaled label", "real", "eta y/sqrt(n)", real=True)
r = _quantity("r", "r", "scaled residual", "real", "eta (f - y)/sqrt(n) = s - tau", real=True)
gain = _quantity("h", "gain", "all the width does to a step", "h >= 0", "eta/n", nonnegative=True)
rho = _quantity("rho", "rho", "balance", "|rho| <= 1", "2f/(sqrt(n) lambda)", real=True)

# The triangle: three coordinates that each step multiplies.
P = _quantity("P", "P", "aligned weight, eta |u + v|^2/(2n)", "P >= 0", "x/2 + s", nonnegative=True)
Q = _quantity("Q", "Q", "opposed weight, eta |u - v|^2/(2n)", "Q >= 0", "x/2 - s", nonnegative=True)
V = _quantity("V", "V", "distance to divergence, the invariant", "real", "4 + tau r - x", real=True)
mean = _quantity("G", "mean", "geometric mean of P and Q, up to its sign", "real", real=True)
dV = _quantity("dV", "dV", "change of V, to first order", "real", real=True)
ds = _quantity("ds", "ds", "change of s, to first order", "real", real=True)
p = _quantity("p", "p", "amplitude of P", "real", "p^2 = P", real=True)
q = _quantity("q", "q", "amplitude of Q", "real", "q^2 = Q", real=True)

# A random start, drawn without weights.
a = _quantity("a", "a", "chi-square, n degrees of freedom", "a >= 0", nonnegative=True)
g = _quantity("g", "g", "standard normal variable", "real", real=True)
c = _quantity("c", "c", "chi-square, n - 1 degrees of freedom", "c >= 0", nonnegative=True)

# Many samples (m), inputs (d) and outputs (k): matrices, the samples gone into their second
# moments.
m = _quantity("m", "samples", "number of samples", "m >= 1", positive=True)
d = _quantity("d", "inputs", "number of inputs", "d >= 1", positive=True)
k = _quantity("k", "outputs", "number of outputs", "k >= 1", positive=True)
xx = _quantity(
    "xx", "second_moment", "mean squared input, for one input", "xx > 0", "sum x^2/m", positive=True
)
xy = _quantity(
    "xy", "cross_moment", "mean product of input and label", "real", "sum x y/m", real=True
)
push = _quantity(
    "push", "push", "learning rate per hidden unit", "push > 0", "eta/n = gain", positive=True
)
A = _matrix("A", "hidden", d, d, "Gram matrix of the hidden weights", "u.T u/n", symmetric=True)
B = _matrix(
    "B",
    "cross",
    d,
    k,
    "the linear map that the network is, in units of the output",
    "u.T v/sqrt(n)",
)
C = _matrix("C", "outer", k, k, "Gram matrix of the output weights", "v.T v/n", symmetric=True)
D = _matrix("D", "gradient", d, k, "gradient of the loss in B", "S B - T")
units = _quantity(
    "units",
    "units",
    "units of an equivalent network, columns of a factor",
    "units >= rank of A, B, C",
    positive=True,
)
F = _matrix("F", "inward", d, units, "hidden weights of an equivalent network", "F F.T = u.T u/n")
R = _matrix("R", "outward", k, units, "its output weights", "R R.T = v.T v/n, F R.T = u.T v/n")
E = _matrix(
    "E", "distance", d, k, "the linear map's distance from the best", "B - B_fit, S B_fit = T"
)
left = _matrix(
    "Z",
    "left",
    d,
    k,
    "learning rate times the sum of all gradients to come",
    "A Z + Z C = B - B_fit",
)
root = _quantity("root", "root", "square root of the width", "root >= 1", "sqrt(n)", positive=True)
slope = _quantity(
    "slope",
    "slope",
    "learning rate of an equivalent network's weights",
    "slope > 0",
    "eta/sqrt(n)",
    positive=True,
)

# --- scaling, triangle, initialization, boundaries, certificate
t = _quantity("t", "steps", "number of steps", "0, 1, 2 ...", integer=True, nonnegative=True)
u_plus_v = _quantity("|u+v|^2", "u_plus_v", "squared length of u + v", ">= 0", nonnegative=True)
u_minus_v = _quantity("|u-v|^2", "u_minus_v", "squared length of u - v", ">= 0", nonnegative=True)

# The law of (u.v, |u|^2 + |v|^2): exponents of its generating function, and the function itself.
alpha = _quantity("alpha", "alpha", "exponent of u.v", "|alpha| < beta", real=True)
beta = _quantity("beta", "beta", "inverse variance of a weight", "beta > 0", positive=True)
beta_p = _quantity("beta_P", "beta_p", "that of u + v", "> 0", "beta - alpha", positive=True)
beta_q = _quantity("beta_Q", "beta_q", "that of u - v", "> 0", "beta + alpha", positive=True)
beta_v = _quantity("beta_v", "beta_v", "that of v with u integrated", "> 0", positive=True)
w = _quantity("w", "w", "one hidden weight", "real", real=True)
tilt = _quantity("tilt", "tilt", "exponent of one hidden weight", "real", real=True)
M_weights = _quantity(
    "M_weights", "M_weights", "generating function of the weights", "> 0", positive=True
)
M_two = _quantity("M_two", "M_two", "the same of two chi-squares", "> 0", positive=True)
M_draw = _quantity("M_draw", "M_draw", "the same of the draw (a, g, c)", "> 0", positive=True)

# The boundaries: rates, and the roots in them.
multiplier = _quantity("mu", "multiplier", "what a step multiplies r by", "real", "r'/r", real=True)
root_crit = _quantity("R_crit", "root_crit", "root in eta_crit", "R_crit >= 0", real=True)
root_div = _quantity("R_div", "root_div", "root in eta_div", "R_div >= 0", real=True)
eta_crit = _quantity("eta_crit", "eta_crit", "rate where mu first is -1", "> 0", real=True)
eta_plus = _quantity("eta_plus", "eta_plus", "rate where mu is -1 again", "real", real=True)
eta_div = _quantity("eta_div", "eta_div", "rate where V first is 0", "> 0", real=True)

# The certificate.
margin = _quantity("margin", "margin", "V's distance to 2 and 4", "margin > 0", positive=True)
load = _quantity("load", "load", "bounds what a step moves V", "load >= 0", real=True)
slack = _quantity("slack", "slack", "what the margin allows beyond the load", "real", real=True)
V_t = _quantity("V_t", "V_t", "V after t steps", "real", real=True)
load_t = _quantity("load_t", "load_t", "load after t steps", "load_t >= 0", real=True)
shift = _quantity("|V_t - V|", "shift", "how far V moved in t steps", ">= 0", real=True)

# --- fates, chaos, final, laws, odds, hessian

# --- expansions

# --- samples

ASCII: dict[Any, str] = {quantity.symbol: quantity.ascii for quantity in TABLE}


def code_names(text: str) -> Any:
    """Intermediate results of generated code, by their names there; they occur in no claim."""
    return sp.symbols(text, real=True)
