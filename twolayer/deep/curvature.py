"""The top eigenvalues of JJᵀ/m, by Lanczos on products with J and Jᵀ. Knows no network and no
theory."""

import contextlib
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import arguments, foreign, losses
from ..arguments import EPS, FloatArray, Shape
from ..data_results import KernelCurvature
from ..docstrings import shared

__all__ = ["kernel_curvature"]

DENSE = 32  # rows up to which a matrix is built whole
WITHIN = 1e-12  # a search ends at a residual of this share of the largest eigenvalue
LOOSER = 1e-8, 1e-4, 1.0  # where it does not come to that, at these
RESTARTS = 100  # of one search
MISMATCH = 1e-5  # of products that are adjoint; in a coarse type √(its rounding)
MADE_OF_DOUBLES = 2e-12  # above, products that came in float64 were rounded to float32 on the way
Product = Callable[[FloatArray], FloatArray]


# In sums of fixed order: BLAS adds in another order on another number of threads.
def _size(vector: FloatArray) -> float:
    """|vector|, also where its square is none of float64's numbers."""
    largest = float(np.abs(vector).max())
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.square(vector / largest).sum()))


def _dot(a: FloatArray, b: FloatArray) -> float:
    return float((a * b).sum())


class _Overflow(Exception):
    """Of a product."""


def _search(matvec: Product, start: FloatArray, largest: float, within: float) -> FloatArray:
    """An approximate top eigenvector of unit length, to a residual within this share of the larger
    one of its eigenvalue and `largest`."""
    import scipy
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    length = _size(start)
    scale = _size(matvec(start / length))  # ARPACK stops at an absolute error of some 1e-11
    if scale <= within * largest:
        return start / length

    def product(x: FloatArray) -> FloatArray:
        return matvec(x.reshape(-1)) / scale

    operator = LinearOperator((start.size, start.size), matvec=product, dtype=np.float64)
    how: dict[str, Any] = {"which": "LA", "v0": start, "maxiter": RESTARTS}
    if np.lib.NumpyVersion(scipy.__version__) >= "1.17.0":  # before, there was no choice
        how["rng"] = 0
    vector = start
    for tolerance in (within * max(1.0, largest / scale), *LOOSER):
        with contextlib.suppress(ArpackNoConvergence):
            vector = np.asarray(eigsh(operator, 1, tol=tolerance, **how)[1][:, 0])
            break
    return vector / _size(vector)


def top(
    matvec: Product, size: int, count: int, within: float = WITHIN
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The largest eigenvalues of a symmetric matrix that has no negative ones, largest first, for
    each the length of its residual, and their eigenvectors, in rows; `inf` where a product
    overflows. A search ends where the residual is within this share of the largest."""
    vectors, rng = np.zeros((count, size)), np.random.default_rng(0)
    values, residuals = np.full((2, count), np.inf)

    def finite(x: FloatArray) -> FloatArray:
        image = matvec(x)
        if not np.isfinite(image).all():
            raise _Overflow
        return image

    with contextlib.suppress(_Overflow):
        if size <= DENSE:
            matrix = np.stack([finite(row) for row in np.eye(size)], -1)
            vectors[:] = np.linalg.eigh(matrix / 2 + matrix.T / 2)[1].T[::-1][:count]
        for found in range(count):
            if size > DENSE:
                # each search is orthogonal to those before: alone, one sees of an eigenvalue that
                # repeats a single direction
                others = vectors[:found]
                vectors[found] = _search(
                    functools.partial(_outside, finite, others),
                    _apart(rng.standard_normal(size), others),
                    float(values[:found].max(initial=0.0)),
                    within,
                )
            image = finite(vectors[found])
            values[found] = max(_dot(vectors[found], image), 0.0)
            residuals[found] = _size(image - values[found] * vectors[found])
    order = np.argsort(-values, kind="stable")
    return values[order], residuals[order], vectors[order]


def _outside(matvec: Product, others: FloatArray, x: FloatArray) -> FloatArray:
    """The product of a matrix that is zero along these rows, and the same otherwise."""
    return _apart(matvec(_apart(x, others)), others)


def _apart(vector: FloatArray, others: FloatArray) -> FloatArray:
    """What is orthogonal to these rows, orthonormal."""
    for _ in range(2 if len(others) else 0):  # the second time for what rounding left
        along = np.einsum("in,n->i", others, vector)
        vector = vector - np.einsum("i,in->n", along, others)
    return vector


class _Products:
    """J v and Jᵀ w as flat float64 vectors, looked at; how many there were, and the rounding of the
    coarsest type that came."""

    def __init__(self, jvp: Any, vjp: Any, parameters: Shape, outputs: Shape) -> None:
        self.jvp, self.vjp, self.ends = jvp, vjp, (parameters, outputs)
        self.made, self.rounding, self.errors = 0, EPS, np.geterr()

    def forward(self, v: FloatArray) -> FloatArray:
        return self._looked_at("jvp(v)", self.jvp, v, *self.ends)

    def back(self, w: FloatArray) -> FloatArray:
        return self._looked_at("vjp(w)", self.vjp, w, *self.ends[::-1])

    def _looked_at(
        self, name: str, function: Any, x: FloatArray, given: Shape, due: Shape
    ) -> FloatArray:
        with np.errstate(**self.errors):  # of the user's own
            came = function(x.reshape(given).copy())
        self.made += 1
        self.rounding = max(self.rounding, foreign.precision(came))
        array = arguments.numbers(name, came, "output")
        if array.size != np.prod(due):
            raise ValueError(f"shape of {name} = {array.shape} must be {due}")
        return array.reshape(-1).copy()

    def mismatch(self) -> float:
        """How far the products are from adjoint, relative to what they are; refused where that is
        more than rounding, and taken to be made in float32 where it is more than float64's."""
        rng = np.random.default_rng(0)
        v, w = (rng.standard_normal(int(np.prod(shape))) for shape in self.ends)
        moved, pulled = self.forward(v), self.back(w)
        size, length = _size(moved), _size(pulled)
        along, against = (x / (_size(x) or 1.0) for x in (moved, pulled))
        returned, advanced = self.back(along), self.forward(against)
        # v and w are random: sums with them round as their other factors are long
        pairs = [
            (_dot(w, moved), _dot(pulled, v), size + length),
            (size, _dot(returned, v), size + _size(returned)),
            (_dot(w, advanced), length, length + _size(advanced)),
        ]
        allowed, worst = max(MISMATCH, float(np.sqrt(self.rounding))), 0.0
        for ahead, behind, scale in pairs:
            if not abs(ahead - behind) <= allowed * scale:
                raise ValueError(
                    "jvp and vjp must be adjoint, w·jvp(v) = vjp(w)·v: at random v and w the two "
                    f"are {ahead!r} and {behind!r}"
                )
            worst = max(worst, abs(ahead - behind) / scale if scale else 0.0)
        if worst > MADE_OF_DOUBLES:
            self.rounding = max(self.rounding, float(np.finfo(np.float32).eps))
        return worst


@shared
def kernel_curvature(
    jvp: Callable[[Any], Any],
    vjp: Callable[[Any], Any],
    parameters: int | Shape,
    outputs: int | Shape,
    *,
    count: int = 1,
    samples: int | None = None,
    loss: str = losses.DEFAULT,
) -> KernelCurvature:
    """The top eigenvalues of the tangent kernel JJᵀ/m of any model, from products with its
    Jacobian.

    J holds the derivatives of all outputs of all m samples in all parameters. The first eigenvalue
    is the curvature λ of a squared loss: of its Hessian where the residuals vanish, and of the
    training of the model made linear in its parameters at any residuals, which diverges above 2/λ.

    Parameters
    ----------
    jvp : function
        v ↦ J v, from an array of the shape of the parameters (float64) to one of the size of the
        outputs. It may return whatever `numpy.asarray` takes, tensors of PyTorch and JAX, of any
        precision.
    vjp : function
        w ↦ Jᵀ w, from an array of the shape of the outputs to one of the size of the parameters.
    parameters, outputs : int or tuple of int
        Their shapes; a number stands for a flat vector.
    count : int
        How many eigenvalues, at most the smaller of the numbers of parameters and of outputs.
    samples : int, optional
        m, by default the first axis of `outputs`.
    loss : str
        The squared loss in whose unit the eigenvalues are, a name that `Data` takes.

    Returns
    -------
    KernelCurvature

    Raises
    ------
    ValueError
        For bad input, naming the argument: also if a product has another size, or is not finite, or
        if the two are not adjoint at two random vectors, to 1e-5 (in a coarser type than float64 to
        the square root of its rounding).

    Notes
    -----
    Written from the definition: whichever is smaller of JJᵀ and JᵀJ, built whole up to 32 rows, and
    above by Lanczos (`scipy.sparse.linalg.eigsh`) from a fixed start vector, to a residual of 1e-12
    of the largest; where that does not come in some 2,000 products the search ends earlier, and
    `error` is larger. Calls repeat bit by bit, under SciPy 1.17 or later at every rank of J. The
    search finds the largest eigenvalue there is unless its random start is orthogonal to it:
    tested, not proved.

    Other losses have their second derivative H in the outputs between Jᵀ and J (generalised
    Gauss-Newton). Products with √H J and Jᵀ√H give its eigenvalues; the default is the unit of a
    mean over samples.

    Examples
    --------
    >>> import twolayer as tl
    >>> samples = tl.Samples([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = tl.DeepNetwork.random([2, 64, 64, 1], rng=0)
    >>> found = tl.kernel_curvature(
    ...     lambda v: net.jvp(samples.X, v), lambda w: net.vjp(samples.X, w), net.size, (3, 1)
    ... )
    >>> bool(abs(found.curvature - net.curvature(samples)) <= found.error[0])
    True
    """
    arguments.function("jvp", jvp)
    arguments.function("vjp", vjp)
    ends = _ends("parameters", parameters), _ends("outputs", outputs)
    columns, rows = (int(np.prod(shape)) for shape in ends)
    m = arguments.count("samples", (*ends[1], 1)[0] if samples is None else samples, least=1)
    if rows % m:
        raise ValueError(f"samples = {m} must divide the number of outputs, {rows}")
    unit = losses.slope(losses.named(loss), m, rows // m) / m
    count = arguments.count("count", count, least=1)
    if count > min(rows, columns):
        raise ValueError(
            f"count = {count} must be at most {min(rows, columns)}, the smaller of the numbers of "
            "parameters and of outputs"
        )
    products = _Products(jvp, vjp, *ends)
    ways = (products.back, products.forward)  # the smaller of JJᵀ and JᵀJ
    first, second = ways if rows <= columns else ways[::-1]
    with np.errstate(all="ignore"):
        mismatch = products.mismatch()
        terms = float(np.sqrt(max(rows, columns)))  # of a sum, rounded at random
        within = max(WITHIN, 4 * products.rounding + mismatch * terms)
        values, residuals, _ = top(
            lambda x: second(first(x)) * unit, min(rows, columns), count, within
        )
        error = residuals + max(products.rounding, 4 * mismatch) * terms * values[0]
    return KernelCurvature(values, error, products.made)


def _ends(name: str, value: Any) -> Shape:
    shape = arguments.shape(name, value)
    if value is None or 0 in shape:
        raise ValueError(f"{name} = {value!r} must be a whole number or a shape, nothing in it 0")
    return shape
