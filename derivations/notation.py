"""The symbol table: what every letter means, where it lives and how it is normalised.

One hidden layer of n linear units, u and v in R^n, one input equal to 1, one label y:
output f = v.u/sqrt(n), loss L = (f - y)^2/2. Dividing by n inside the output, not in the
weights, is the normalisation of the paper (arXiv:2003.02218), which takes y = 0.
Every SymPy symbol of the derivations is made here, with its assumptions, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from .prover.symbols import Symmetric, Unit


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


def _kind(domain: str, **facts: bool) -> Callable[..., Any]:
    """Rows of one kind: letter and ASCII name, where it is another, and what the row says."""

    def row(names: str, meaning: str, normalisation: str = "", domain: str = domain) -> Any:
        letter, ascii_name = names.split()[0], names.split()[-1]
        return _quantity(letter, ascii_name, meaning, domain, normalisation, **facts)

    return row


_real = _kind("real", real=True)
_positive = _kind("> 0", positive=True)
_nonnegative = _kind(">= 0", nonnegative=True)


def _matrix(
    letter: str,
    ascii_name: str,
    rows: Any,
    columns: Any,
    meaning: str,
    normalisation: str = "",
    kind: Any = sp.MatrixSymbol,
) -> Any:
    symbol = kind(letter, rows, columns)
    domain = f"{rows} x {columns}" + {Symmetric: ", symmetric", Unit: ", length 1"}.get(kind, "")
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

# --- scaling, triangle, initialization, boundaries, certificate

# --- fates, chaos, final, laws, odds, hessian

# --- expansions


# --- samples
# Many samples (m), inputs (d) and outputs (k); in a special case the matrices keep their letters.
m = _positive("m samples", "number of samples")
d = _positive("d inputs", "number of inputs")
k = _positive("k outputs", "number of outputs")
X = _matrix("X", "X", m, d, "inputs of all samples")
Y = _matrix("Y", "Y", m, k, "labels of all samples")
U = _matrix("U", "U", n, d, "hidden weights of many inputs")
W = _matrix("W", "W", n, k, "output weights of many outputs")
S = _matrix("S", "S", d, d, "second moments of the inputs", "X.T X/m", Symmetric)
root_S = _matrix("sqrt(S)", "root_S", d, d, "its root", "sqrt(S) sqrt(S) = S", Symmetric)
T = _matrix("T", "T", d, k, "moments of inputs and labels", "X.T Y/m")
xx = _positive("xx second_moment", "mean squared input, for one input", "sum x^2/m")
xy = _real("xy cross_moment", "mean product of input and label", "sum x y/m")

# The Gram matrix of the weights, and a factor of it.
A = _matrix("A", "hidden", d, d, "Gram matrix of the hidden weights", "U.T U/n", Symmetric)
B = _matrix("B", "cross", d, k, "the linear map that the network is", "U.T W/sqrt(n)")
C = _matrix("C", "outer", k, k, "Gram matrix of the output weights", "W.T W/n", Symmetric)
D = _matrix("D", "gradient", d, k, "gradient of the loss in B", "S B - T")
units = _positive("units", "units of an equivalent network", ">= rank of A, B, C")
F = _matrix("F", "inward", d, units, "hidden weights of an equivalent network", "F F.T = A")
R = _matrix("R", "outward", k, units, "its output weights", "R R.T = C, sqrt(n) F R.T = B")
dF = _matrix("dF", "dF", d, units, "what one step adds to F", "-slope D R")
dR = _matrix("dR", "dR", k, units, "what one step adds to R", "-slope D.T F")
slope = _positive("slope", "learning rate of its weights", "eta/sqrt(n)")
root = _positive("root", "square root of the width", "sqrt(n)")

# The end of a run.
B_fit = _matrix("B_fit", "B_fit", d, k, "a linear map of least loss", "S B_fit = T")
E = _matrix("E", "distance", d, k, "the linear map's distance from it", "B - B_fit")
floor = _real("floor", "loss of B_fit")
left = _matrix("Z", "left", d, k, "eta times all gradients to come, summed", "A Z + Z C = E")
part = _positive("part", "part of Z that a step takes", "eta D = part Z")
dA = _matrix("dA", "dA", d, d, "what A will still move, to first order")
dC = _matrix("dC", "dC", k, k, "what C will still move, to first order")

# The tangent kernel, and the directions in which the special cases move.
outputs = _matrix("f(X)", "all_outputs", m, k, "outputs of all samples", "X B")
residuals = _matrix("f~", "residuals", m, k, "residuals of all samples", "f(X) - Y")
size = _positive("|f~| size", "their length, for one output")
kernel_of = _matrix("Theta(f~)", "kernel_of", m, k, "what the kernel makes of residuals")
Theta = _matrix("Theta", "Theta", m, m, "the kernel, for one output", "J J.T/m", Symmetric)
dU = _matrix("dU", "dU", n, d, "a change of U")
dW = _matrix("dW", "dW", n, k, "a change of W")
lam_C = _real("lambda_C", "an eigenvalue of C")
omega = _real("omega", "an eigenvalue of any matrix")
Phi = _matrix("Phi", "Phi", m, d, "any matrix of this shape")
Psi = _matrix("Psi", "Psi", d, m, "any matrix of this shape")
w_m, w_d, w_k = (_matrix(f"w_{i}", f"w_{i}", i, 1, f"any {i} numbers") for i in (m, d, k))
e_m, e_d, e_k, e_n = (
    _matrix(f"e_{i}", f"e_{i}", i, 1, "direction", kind=Unit) for i in (m, d, k, n)
)
f_1, f_2 = (_matrix(f"f_{i}", f"f_{i}", 2, 1, f"outputs of example {i}") for i in (1, 2))
Theta_1, Theta_2 = (_matrix(f"Theta_{i}", f"Theta_{i}", 2, 2, f"kernel of f_{i}") for i in (1, 2))
eta_fit = _positive("eta_fit", "learning rate of an equal one-sample network")
y_fit = _real("y_fit", "label of an equal one-sample network")
input_size = _positive("|X| input_size", "length of the input of one sample")
sigma_U = _real("sigma_U", "a singular value of U", "of either sign")
sigma_W = _real("sigma_W", "the singular value of W along it", "of either sign")
U_0 = _matrix("U_0", "U_0", n, d, "any weights")
U_rest = _matrix("U_rest", "U_rest", n, d, "what of U is across its singular direction")

# ReLU: single weights of open units.
u_i = _positive("u_i", "one hidden weight")
v_i = _positive("v_i", "size of the output weight of the same unit")
quotient = _positive("q_i quotient", "their quotient", "u_i/v_i")


def on_side(symbol: Any, sign: str) -> Any:
    """The quantity of one side of zero of a ReLU network, of its own samples and units."""
    if isinstance(symbol, sp.MatrixSymbol):
        shape = (size if size.is_number else on_side(size, sign) for size in symbol.shape)
        return symbol.func(symbol.name + sign, *shape)
    return sp.Symbol(symbol.name + sign, **symbol.assumptions0)


def code_matrix(name: str, rows: Any, columns: Any) -> Any:
    """An intermediate matrix of generated code, by its name there; it occurs in no claim."""
    return sp.MatrixSymbol(name, rows, columns)


ASCII: dict[Any, str] = {quantity.symbol: quantity.ascii for quantity in TABLE}


def code_names(text: str) -> Any:
    """Intermediate results of generated code, by their names there; they occur in no claim."""
    return sp.symbols(text, real=True)
