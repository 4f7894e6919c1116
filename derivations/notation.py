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


def at(symbol: Any, step: Any) -> Any:
    """The same quantity after this many steps, real too."""
    return sp.Function(symbol.name, real=True)(step)


# The network and its training.
eta = _positive("eta", "learning rate")
lam = _positive(
    *("lambda curvature", "top eigenvalue of the tangent kernel = of the Fisher matrix"),
    "(|u|^2 + |v|^2)/n",
)
f = _real("f output", "output of the network", "v.u/sqrt(n)", "real, |f| <= sqrt(n) lambda/2")
n = _positive("n width", "number of hidden units", domain="n >= 1; n = oo is the linearised model")
y = _real("y target", "label", domain="real; 0 in the paper")
L = _nonnegative("L loss", "squared error", "(f - y)^2/2")

u = _matrix("u", "u", n, 1, "hidden weights", "")
v = _matrix("v", "v", n, 1, "output weights", "")
uu = _nonnegative("|u|^2 uu", "squared length of u", "u.T u")
vv = _nonnegative("|v|^2 vv", "squared length of v", "v.T v")
uv = _real("u.v uv", "inner product of the weights", "v.T u")
imbalance = _real("|u|^2-|v|^2 imbalance", "third inner product")

kappa = _real("kappa", "output times residual", "f (f - y)/n")
zeta = _real("zeta", "label times residual", "y (f - y)/n")

# The dimensionless state, in which eta and n no longer appear.
x = _positive("x", "scaled curvature", "eta lambda", "x >= 2|s|")
s = _real("s", "scaled output", "eta f/sqrt(n)")
tau = _real("tau", "scaled label", "eta y/sqrt(n)")
r = _real("r", "scaled residual", "eta (f - y)/sqrt(n) = s - tau")
gain = _nonnegative("h gain", "all the width does to a step", "eta/n", "h >= 0; 0 at n = oo")
rho = _real("rho", "balance", "2f/(sqrt(n) lambda) = (P - Q)/(P + Q)", "|rho| <= 1")

# The triangle: three coordinates that each step multiplies.
P = _nonnegative("P", "aligned weight", "x/2 + s = eta |u + v|^2/(2n)")
Q = _nonnegative("Q", "opposed weight", "x/2 - s = eta |u - v|^2/(2n)")
V = _real("V", "distance to divergence; its sign is invariant for |tau| < 2", "4 + tau r - x")
mean = _real("G mean", "geometric mean of P and Q, up to its sign", "G^2 = PQ = x^2/4 - s^2")
dV = _real("dV", "change of V, to first order")
ds = _real("ds", "change of s, to first order")
p = _real("p", "amplitude of P", "p^2 = P")
q = _real("q", "amplitude of Q", "q^2 = Q")

# A random start, drawn without weights.
a = _positive("a", "chi-square variable with n degrees of freedom")
g = _real("g", "standard normal variable")
c = _nonnegative("c", "chi-square variable with n - 1 degrees of freedom")

# --- scaling, triangle, initialization, boundaries, certificate
t = _quantity("t", "steps", "number of steps", "0, 1, 2 ...", integer=True, nonnegative=True)
u_plus_v = _nonnegative("|u+v|^2 u_plus_v", "squared length of u + v")
u_minus_v = _nonnegative("|u-v|^2 u_minus_v", "squared length of u - v")

# The law of (u.v, |u|^2 + |v|^2): its generating function, and the exponents in it.
M = _positive("M", "generating function of the law", "E exp(alpha u.v + (1 - beta)(...)/2)")
alpha = _real("alpha", "exponent of u.v", domain="|alpha| < beta")
beta = _positive("beta", "inverse variance of a weight")
beta_p = _positive("beta_P beta_p", "inverse variance of a component of (u + v)/sqrt(2)")
beta_q = _positive("beta_Q beta_q", "inverse variance of a component of (u - v)/sqrt(2)")
w = _real("w", "one hidden weight")
tilt = _real("tilt", "exponent of one hidden weight")

# The boundaries: rates, and the roots in them.
multiplier = _real("mu multiplier", "what a step multiplies the residual by", "r'/r")
root_crit = _real("R_crit root_crit", "root in eta_crit", domain="R_crit >= 0 where it is real")
root_div = _real("R_div root_div", "root in eta_div", domain="R_div >= 0")
eta_crit = _real("eta_crit", "rate where mu first is -1", domain="> 0 where it is real")
eta_plus = _real("eta_plus", "rate where mu is -1 again")
eta_div = _real("eta_div", "rate where V first is 0", domain="> 0")

# The certificate.
margin = _positive("margin", "distance of V from 2 or 4, the nearer one")
load = _real("load", "bounds what a step does to V", domain=">= 0")
slack = _real("slack", "what the margin allows beyond the load")
V_t = _real("V_t", "V after t steps")
load_t = _real("load_t", "load after t steps", domain=">= 0")
shift = _real("|V_t-V| shift", "how far V moved in t steps", domain=">= 0")

# --- fates, chaos, final, laws, odds, hessian
i = _quantity("i", "i", "index of a sum or a product", "integer", integer=True)
count = _nonnegative("K count", "number of steps with s^2 >= rise")
rise = _positive("rise", "growth of V in a step, less 1, above which K counts it", "2 eta^2 L/n")
c1 = _real("c1", "how the final x starts out at label 0, x + c1 s^2")
rest = _nonnegative("rest", "sum of r^2 over later steps")
x_end = _positive("x_oo x_end", "final x", "eta lambda_oo")
x_kept = _positive("x_kept", "final x if PQ stayed as it is", "2 sqrt(tau^2 + PQ)")
x_edge = _real("x_edge", "x at which the first step only flips s, at label 0")
b = _positive("b", "another chi-square variable like a")
theta = _real("theta", "angle of a residual on V = 0", "r = 2 cos(theta)")
nu = _positive("nu", "root of the mean growth of V near V = 0", domain="nu > 1")
major = _positive("major", "half the long axis of an ellipse", "nu + 1/nu")
time = _real("time", "steps of the flow near (x, s) = (2, 0)")
radius = _positive("radius", "distance from (x, s) = (2, 0)", "sqrt((x - 2)^2 + 2 s^2)")
epsilon = _positive("epsilon", "small number of weight 1")
landing = _real("landing", "where the step at the peak lands", "(x - 2)/s^2", "|landing| <= 1")
turn = _real("turn", "growth of |s| to its peak, times sqrt(2)")
growth = _real("growth", "growth of |s| in a step before the peak, by its law")
level = _real("level", "the mirror series up to weight 4, or less where it says so")
peak_time = _real("peak_time", "step of the peak by its law")
peak_step = _real("peak_step", "step at which a run peaks")
widths = _real("widths", "ratio of two widths")
direction = _matrix("e", "direction", n, 1, "a direction in the weights of one layer", "")
move = _real("move", "how far the weights are moved")
eigenvalue = _real("eigenvalue", "an eigenvalue of eta times the Hessian")
sharpness = _real("sharpness", "the largest eigenvalue of eta times the Hessian")
fraction = _real("fraction", "share of the learning rate", domain="0 to 1")

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
