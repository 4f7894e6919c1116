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
    "lambda",
    "curvature",
    "top eigenvalue of the tangent kernel = of the Fisher matrix",
    "lambda > 0",
    "(|u|^2 + |v|^2)/n",
    positive=True,
)
f = _quantity(
    "f",
    "output",
    "output of the network",
    "real, |f| <= sqrt(n) lambda/2",
    "v.u/sqrt(n)",
    real=True,
)
n = _quantity(
    "n", "width", "number of hidden units", "n >= 1; n = oo is the linearised model", positive=True
)
y = _quantity("y", "target", "label", "real; 0 in the paper", real=True)
L = _quantity("L", "loss", "squared error", "L >= 0", "(f - y)^2/2", nonnegative=True)

u = _matrix("u", "u", n, 1, "hidden weights", "")
v = _matrix("v", "v", n, 1, "output weights", "")
uu = _quantity("|u|^2", "uu", "squared length of u", "|u|^2 >= 0", "u.T u", nonnegative=True)
vv = _quantity("|v|^2", "vv", "squared length of v", "|v|^2 >= 0", "v.T v", nonnegative=True)
uv = _quantity("u.v", "uv", "inner product of the weights", "real", "v.T u", real=True)
imbalance = _quantity("|u|^2-|v|^2", "imbalance", "third inner product", "real", real=True)

kappa = _quantity("kappa", "kappa", "output times residual", "real", "f (f - y)/n", real=True)
zeta = _quantity("zeta", "zeta", "label times residual", "real", "y (f - y)/n", real=True)

# The dimensionless state, in which eta and n no longer appear.
x = _quantity("x", "x", "scaled curvature", "x >= 2|s|", "eta lambda", positive=True)
s = _quantity("s", "s", "scaled output", "real", "eta f/sqrt(n)", real=True)
tau = _quantity("tau", "tau", "scaled label", "real", "eta y/sqrt(n)", real=True)
r = _quantity("r", "r", "scaled residual", "real", "eta (f - y)/sqrt(n) = s - tau", real=True)
gain = _quantity(
    "h", "gain", "all the width does to a step", "h >= 0; 0 at n = oo", "eta/n", nonnegative=True
)
rho = _quantity(
    "rho", "rho", "balance", "|rho| <= 1", "2f/(sqrt(n) lambda) = (P - Q)/(P + Q)", real=True
)

# The triangle: three coordinates that each step multiplies.
P = _quantity(
    "P", "P", "aligned weight", "P >= 0", "x/2 + s = eta |u + v|^2/(2n)", nonnegative=True
)
Q = _quantity(
    "Q", "Q", "opposed weight", "Q >= 0", "x/2 - s = eta |u - v|^2/(2n)", nonnegative=True
)
V = _quantity(
    "V",
    "V",
    "distance to divergence; its sign is invariant for |tau| < 2",
    "real",
    "4 + tau r - x",
    real=True,
)
mean = _quantity(
    "G",
    "mean",
    "geometric mean of P and Q, up to its sign",
    "real",
    "G^2 = PQ = x^2/4 - s^2",
    real=True,
)
dV = _quantity("dV", "dV", "change of V, to first order", "real", real=True)
ds = _quantity("ds", "ds", "change of s, to first order", "real", real=True)
p = _quantity("p", "p", "amplitude of P", "real", "p^2 = P", real=True)
q = _quantity("q", "q", "amplitude of Q", "real", "q^2 = Q", real=True)

# A random start, drawn without weights.
a = _quantity("a", "a", "chi-square variable with n degrees of freedom", "a >= 0", nonnegative=True)
g = _quantity("g", "g", "standard normal variable", "real", real=True)
c = _quantity(
    "c", "c", "chi-square variable with n - 1 degrees of freedom", "c >= 0", nonnegative=True
)

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

# --- fates, chaos, final, laws, odds, hessian

# --- expansions
z = _quantity("z", "z", "squared scaled output", "z >= 0", "s^2", nonnegative=True)
delta = _quantity("delta", "delta", "distance from the critical point", "real", "x - 2", real=True)
x_end = _quantity("x_oo", "x_end", "final x", "x_oo > 0", "eta lambda_oo", positive=True)
radius = _quantity(
    "radius",
    "radius",
    "distance from (2, 0)",
    ">= 0",
    "(x - 2)^2 + 2s^2, its square",
    positive=True,
)
reach = _quantity("reach", "reach", "size of an orbit", "real", "reach^2 = I", real=True)
for _meaning, _names in {
    "what no step changes, a cut series; I_end at the end, J with more forms": "I J I_end",
    "a size of a region: how far a series is used, or how far a run or a step comes": "span wide "
    "narrow widest top gauge edge circle amplitude",
    "an exponent, or the order of a coefficient": "first second order",
    "a bound that the chapter states, or what it bounds": "near grow change bend lean tail drift "
    "gap error kept geometric at_start at_end omitted grown lazy_5 lazy_6 shrink_0 shrink_2 "
    "move_0 move_2 part_0 part_2 tail_0 tail_2 back_Q back_move back_part back_away product "
    "origin_5 origin_6 origin_error coordinate_5 coordinate_6 part_W fifth_X fifth_S X_more "
    "X_error",
}.items():
    for _name in _names.split():
        _quantity(_name, _name, _meaning, "real", real=True)


def named(names: str) -> list[Any]:
    """Symbols of the table by their ASCII names."""
    symbols = {quantity.ascii: quantity.symbol for quantity in TABLE}
    return [symbols[name] for name in names.split()]


def numbered(letter: str, order: int) -> Any:
    """The form or coefficient of this order in a series."""
    return sp.Symbol(f"{letter}_{order}", real=True)


# --- samples

ASCII: dict[Any, str] = {quantity.symbol: quantity.ascii for quantity in TABLE}


def code_names(text: str) -> Any:
    """Intermediate results of generated code, by their names there; they occur in no claim."""
    return sp.symbols(text, real=True)
