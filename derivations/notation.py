"""The symbol table: what every letter means, where it lives and how it is normalised.

One hidden layer of n linear units, u and v in R^n, one input equal to 1, one label y:
output f = v.u/sqrt(n), loss L = (f - y)^2/2. Dividing by n inside the output, not in the
weights, is the normalisation of the paper (arXiv:2003.02218), which takes y = 0.
Every SymPy symbol of the derivations is made here, with its assumptions, and nowhere else.
"""

from .prover.quantities import kind, matrix
from .prover.symbols import Symmetric, Unit

real = kind("real", real=True)
positive = kind("> 0", positive=True)
nonnegative = kind(">= 0", nonnegative=True)


# The network and its training.
eta = positive("eta", "learning rate")
lam = positive(
    *("lambda curvature", "top eigenvalue of the tangent kernel = of the Fisher matrix"),
    "(|u|^2 + |v|^2)/n",
)
f = real("f output", "output of the network", "v.u/sqrt(n)", "real, |f| <= sqrt(n) lambda/2")
n = positive("n width", "number of hidden units", domain="n >= 1; n = oo is the linearised model")
y = real("y target", "label", domain="real; 0 in the paper")
L = nonnegative("L loss", "squared error", "(f - y)^2/2")

u = matrix("u", n, 1, "hidden weights")
v = matrix("v", n, 1, "output weights")
uu = nonnegative("|u|^2 uu", "squared length of u", "u.T u")
vv = nonnegative("|v|^2 vv", "squared length of v", "v.T v")
uv = real("u.v uv", "inner product of the weights", "v.T u")
imbalance = real("(|u|^2-|v|^2) imbalance", "third inner product")

kappa = real("kappa", "output times residual", "f (f - y)/n")
zeta = real("zeta", "label times residual", "y (f - y)/n")

# The dimensionless state, in which eta and n no longer appear.
x = positive("x", "scaled curvature", "eta lambda", "x >= 2|s|")
s = real("s", "scaled output", "eta f/sqrt(n)")
tau = real("tau", "scaled label", "eta y/sqrt(n)")
r = real("r", "scaled residual", "eta (f - y)/sqrt(n) = s - tau")
gain = nonnegative("h gain", "all the width does to a step", "eta/n", "h >= 0; 0 at n = oo")
asymmetry = real("Delta asymmetry", "how unlike the layers are", "eta (|u|^2 - |v|^2)/(2n)")
rho = real("rho", "balance", "2f/(sqrt(n) lambda) = (P - Q)/(P + Q)", "|rho| <= 1")

# The triangle: three coordinates that each step multiplies.
P = nonnegative("P", "aligned weight", "x/2 + s = eta |u + v|^2/(2n)")
Q = nonnegative("Q", "opposed weight", "x/2 - s = eta |u - v|^2/(2n)")
V = real("V", "distance to divergence; its sign is invariant for |tau| < 2", "4 + tau r - x")
mean = real("G mean", "geometric mean of P and Q, up to its sign", "G^2 = PQ = x^2/4 - s^2")
dV = real("dV", "change of V, to first order")
ds = real("ds", "change of s, to first order")
p = real("p", "amplitude of P", "p^2 = P")
q = real("q", "amplitude of Q", "q^2 = Q")

# A random start, drawn without weights.
a = positive("a", "chi-square variable with n degrees of freedom")
g = real("g", "standard normal variable")
c = nonnegative("c", "chi-square variable with n - 1 degrees of freedom")

# --- scaling, triangle, initialization, boundaries, certificate
t = kind("0, 1, 2 ...", integer=True, nonnegative=True)("t steps", "number of steps")
u_plus_v = nonnegative("|u+v|^2 u_plus_v", "squared length of u + v")
u_minus_v = nonnegative("|u-v|^2 u_minus_v", "squared length of u - v")

# The law of (u.v, |u|^2 + |v|^2): its generating function, and the exponents in it.
M = positive("M", "generating function of the law", "E exp(alpha u.v + (1 - beta)(...)/2)")
alpha = real("alpha", "exponent of u.v", domain="|alpha| < beta")
beta = positive("beta", "inverse variance of a weight")
beta_p = positive("beta_P beta_p", "inverse variance of a component of (u + v)/sqrt(2)")
beta_q = positive("beta_Q beta_q", "inverse variance of a component of (u - v)/sqrt(2)")
w = real("w", "one hidden weight")
tilt = real("tilt", "exponent of one hidden weight")

# The boundaries: rates, and the roots in them.
multiplier = real("mu multiplier", "what a step multiplies the residual by", "r'/r")
root_crit = real("R_crit root_crit", "root in eta_crit", domain="R_crit >= 0 where it is real")
root_div = real("R_div root_div", "root in eta_div", domain="R_div >= 0")
eta_crit = real("eta_crit", "rate where mu first is -1", domain="> 0 where it is real")
eta_plus = real("eta_plus", "rate where mu is -1 again")
eta_div = real("eta_div", "rate where V first is 0", domain="> 0")

# The certificate.
margin = positive("margin", "distance of V from 2 or 4, the nearer one")
load = real("load", "bounds what a step does to V", domain=">= 0")
slack = real("slack", "what the margin allows beyond the load")
V_t = real("V_t", "V after t steps")
load_t = real("load_t", "load after t steps", domain=">= 0")
shift = real("|V_t-V| shift", "how far V moved in t steps", domain=">= 0")

# --- fates, chaos, final, laws, odds, hessian
i = kind("integer", integer=True)("i", "index of a sum or a product")
count = nonnegative("K count", "number of steps with s^2 >= rise")
rise = positive("rise", "growth of V in a step, less 1, above which K counts it", "2 eta^2 L/n")
c1 = real("c1", "how the final x starts out at label 0, x + c1 s^2")
rest = nonnegative("rest", "sum of r^2 over later steps")
x_end = positive("x_oo x_end", "final x", "eta lambda_oo")
x_kept = positive("x_kept", "final x if PQ stayed as it is", "2 sqrt(tau^2 + PQ)")
x_bare = real("x_bare", "x of a run without a label that ends alike, near (2, 0)")
s_bare = real("s_bare", "s of that run")
r_small = real("r_small", "small residual in its unit", "r/epsilon")
x_edge = real("x_edge", "x at which the first step only flips s, at label 0")
b = positive("b", "another chi-square variable like a")
theta = real("theta", "angle of a residual on V = 0", "r = 2 cos(theta)")
nu = positive("nu", "root of the mean growth of V near V = 0", domain="nu > 1")
major = positive("major", "half the long axis of an ellipse", "nu + 1/nu")
time = real("time", "steps of the flow near (x, s) = (2, 0)")
radius = positive("radius", "distance from (x, s) = (2, 0)", "sqrt((x - 2)^2 + 2 s^2)")
epsilon = positive("epsilon", "small number of weight 1")
landing = real("landing", "where the step at the peak lands", "(x - 2)/s^2", "|landing| <= 1")
turn = real("turn", "growth of |s| to its peak, times sqrt(2)")
growth = real("growth", "growth of |s| in a step before the peak, by its law")
level = real("level", "the mirror series up to weight 4, or less where it says so")
peak_time = real("peak_time", "step of the peak by its law")
peak_step = real("peak_step", "step at which the first rise of a run ends")
widths = real("widths", "ratio of two widths")
direction = matrix("e direction", n, 1, "a direction in the weights of one layer")
move = real("move", "how far the weights are moved")
eigenvalue = real("eigenvalue", "an eigenvalue of eta times the Hessian")
sharpness = real("sharpness", "the largest eigenvalue of eta times the Hessian")
fraction = real("fraction", "share of the learning rate", domain="0 to 1")

# --- conventions
# A network f = scale u.v with the loss weight (f - y)^2/2 and a rate for each layer.
eta_u = positive("eta_u", "learning rate of the hidden weights")
eta_v = positive("eta_v", "learning rate of the output weights")
scale = positive("scale", "what the output of a network is multiplied by", "f_fit = scale u.v")
weight = positive("weight", "what half the squared error is multiplied by in a loss")
skew = positive("skew", "how much faster u learns than v", "sqrt(eta_u/eta_v)")
eta_fit = positive("eta_fit", "learning rate of an equal one-sample network")
lam_fit = positive("lambda_fit lam_fit", "curvature of an equal one-sample network")
f_fit = real("f_fit", "output of an equal one-sample network")
n_fit = positive("n_fit", "width of an equal network with 1/sqrt(n), its effective width")
y_fit = real("y_fit", "label of an equal one-sample network")
lam_loss = positive("lambda_loss lam_loss", "curvature of another loss", "its own, at equal rates")
L_other = nonnegative("L_other", "another loss")

# --- expansions
z = nonnegative("z", "squared scaled output", "s^2")
delta = real("delta", "distance from the critical point", "x - 2")
reach = real("reach", "size of an orbit", "reach^2 = I")
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
        real(_name, _meaning)


# --- samples
# Many samples (m), inputs (d) and outputs (k); in a special case the matrices keep their letters.
m = positive("m samples", "number of samples")
d = positive("d inputs", "number of inputs")
k = positive("k outputs", "number of outputs")
X = matrix("X", m, d, "inputs of all samples")
Y = matrix("Y", m, k, "labels of all samples")
U = matrix("U", n, d, "hidden weights of many inputs")
W = matrix("W", n, k, "output weights of many outputs")
S = matrix("S", d, d, "second moments of the inputs", "X.T X/m", Symmetric)
root_S = matrix("sqrt(S) root_S", d, d, "its root", "sqrt(S) sqrt(S) = S", Symmetric)
T = matrix("T", d, k, "moments of inputs and labels", "X.T Y/m")
xx = positive("xx second_moment", "mean squared input, for one input", "sum x^2/m")
xy = real("xy cross_moment", "mean product of input and label", "sum x y/m")

# Losses by their names; each is a multiple of L.
multiple = positive("multiple", "what L is multiplied by in another loss")
L_mean = nonnegative("L_mean", "mean over samples")
L_mse = nonnegative("L_mse", "mean over samples and outputs")
L_half_mse = nonnegative("L_half_mse", "half of L_mse")
L_sum = nonnegative("L_sum", "sum over samples and outputs")
L_half_sum = nonnegative("L_half_sum", "half of L_sum")

# The Gram matrix of the weights, and a factor of it.
A = matrix("A hidden", d, d, "Gram matrix of the hidden weights", "U.T U/n", Symmetric)
B = matrix("B cross", d, k, "the linear map that the network is", "U.T W/sqrt(n)")
C = matrix("C outer", k, k, "Gram matrix of the output weights", "W.T W/n", Symmetric)
D = matrix("D gradient", d, k, "gradient of the loss in B", "S B - T")
units = positive("units", "units of an equivalent network", ">= rank of A, B, C")
F = matrix("F inward", d, units, "hidden weights of an equivalent network", "F F.T = A")
R = matrix("R outward", k, units, "its output weights", "R R.T = C, sqrt(n) F R.T = B")
dF = matrix("dF", d, units, "what one step adds to F", "-slope D R")
dR = matrix("dR", k, units, "what one step adds to R", "-slope D.T F")
slope = positive("slope", "learning rate of its weights", "eta/sqrt(n)")
root = positive("root", "square root of the width", "sqrt(n)")

# The end of a run.
B_fit = matrix("B_fit", d, k, "a linear map of least loss", "S B_fit = T")
E = matrix("E distance", d, k, "the linear map's distance from it", "B - B_fit")
floor = real("floor", "loss of B_fit")
left = matrix("Z left", d, k, "eta times all gradients to come, summed", "A Z + Z C = E")
part = positive("part", "part of Z that a step takes", "eta D = part Z")
dA = matrix("dA", d, d, "what A will still move, to first order")
dC = matrix("dC", k, k, "what C will still move, to first order")

# The tangent kernel, and the directions in which the special cases move.
outputs = matrix("f(X) all_outputs", m, k, "outputs of all samples", "X B")
residuals = matrix("f~ residuals", m, k, "residuals of all samples", "f(X) - Y")
size = positive("|f~| size", "their length, for one output")
kernel_of = matrix("Theta(f~) kernel_of", m, k, "what the kernel makes of residuals")
Theta = matrix("Theta", m, m, "the kernel, for one output", "J J.T/m", Symmetric)
dU = matrix("dU", n, d, "a change of U")
dW = matrix("dW", n, k, "a change of W")
lam_C = real("lambda_C", "an eigenvalue of C")
omega = real("omega", "an eigenvalue of any matrix")
Phi = matrix("Phi", m, d, "any matrix of this shape")
Psi = matrix("Psi", d, m, "any matrix of this shape")
w_m, w_d, w_k = (matrix(f"w_{i}", i, 1, f"any {i} numbers") for i in (m, d, k))
e_m, e_d, e_k, e_n = (matrix(f"e_{i}", i, 1, "direction", kind=Unit) for i in (m, d, k, n))
f_1, f_2 = (matrix(f"f_{i}", 2, 1, f"outputs of example {i}") for i in (1, 2))
Theta_1, Theta_2 = (matrix(f"Theta_{i}", 2, 2, f"kernel of f_{i}") for i in (1, 2))
input_size = positive("|X| input_size", "length of the input of one sample")
sigma_U = real("sigma_U", "a singular value of U", "of either sign")
sigma_W = real("sigma_W", "the singular value of W along it", "of either sign")
U_0 = matrix("U_0", n, d, "any weights")
U_rest = matrix("U_rest", n, d, "what of U is across its singular direction")

# The flattest minimum: the curvature along a direction w of the inputs, and what bounds it.
share = positive("share", "top eigenvalue of C at a minimum")
log_share = real("ln(share) log_share", "its logarithm")
seen = matrix("H seen", d, k, "the best map as the samples see it", "sqrt(S) B_fit")
least = matrix("L_min least", d, d, "the least that a block of the kernel is at a minimum")
inputs_along = positive("|sqrt(S)w| inputs_along", "size of the inputs along w", "|w| = 1")
labels_along = nonnegative("|H.Tw| labels_along", "size of the best outputs along w")
inputs_top = positive("|S| inputs_top", "largest eigenvalue of S")
labels_top = positive("|H| labels_top", "largest singular value of H")
cross_top = positive("|T| cross_top", "largest singular value of T")
lower = real("lower", "bounds the flattest curvature from below")
upper = real("upper", "bounds it from above")
spread = matrix("N spread", d, units, "a factor of B", "B = N O.T")
frame = matrix("O frame", k, units, "the other, of columns of length 1 across one another")

# ReLU: single weights of open units.
u_i = positive("u_i", "one hidden weight")
v_i = positive("v_i", "size of the output weight of the same unit")
quotient = positive("q_i quotient", "their quotient", "u_i/v_i")
