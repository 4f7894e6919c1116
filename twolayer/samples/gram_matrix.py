"""The Gram matrix of weights with a factor of it: checked, or made of weights, of a factor or of
chance."""

from copy import copy
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from .. import _derived, arguments
from ..arguments import EPS, FloatArray
from ..docstrings import shared


@dataclass(frozen=True, eq=False)
class GramMatrix:
    """What `GramNetwork` knows of the weights, see there."""

    gram: Any
    width: Any
    factor: Any = field(init=False, repr=False)

    @np.errstate(all="ignore")
    def __post_init__(self) -> None:
        gram = arguments.numbers("gram", self.gram, "weights")
        width = arguments.numbers("width", self.width, "finite width")
        batch = _checked(gram, width)
        gram = (gram + gram.mT) / 2
        factor = factored(np.broadcast_to(gram, (*batch, *gram.shape[-2:])), width)
        vars(self).update(gram=gram, width=width[()], factor=factor)

    @classmethod
    def _known(cls, factor: FloatArray, width: Any, gram: FloatArray) -> Self:
        """The matrix with a factor of it, which need no check."""
        known = object.__new__(cls)
        vars(known).update(gram=gram, width=width[()], factor=factor)
        return known

    @classmethod
    @np.errstate(all="ignore")
    def from_weights(cls, u: Any, V: Any, *, output_scale: float | None = None) -> Self:
        """The network of these weights.

        Parameters
        ----------
        u, V : array_like, shapes (..., n, d) and (..., n, k)
        output_scale : float
            α of the output f = α X uᵀV, by default 1/√n. It gives the effective width 1/α², n by
            default, whatever the number of units: 1 for a network without 1/√n (derivations
            `conventions.width`, `losses.scaled_hidden`, `losses.scaled_outer`).

        Returns
        -------
        GramNetwork

        Raises
        ------
        ValueError
            If the shapes do not agree or a weight is not a finite real number.

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.GramNetwork.from_weights([[1.0], [2.0]], [[3.0], [4.0]]).gram
        array([[ 2.5,  5.5],
               [ 5.5, 12.5]])
        >>> same = tl.GramNetwork.from_weights([[1.0], [2.0]], [[3.0], [4.0]], output_scale=1.0)
        >>> same.gram, same.width
        (array([[ 5., 11.],
               [11., 25.]]), np.float64(1.0))
        """
        weights = np.concatenate(arguments.layers(u, V), axis=-1)
        n, p = weights.shape[-2:]
        width = np.float64(n)
        if output_scale is not None:
            alpha = arguments.single("output_scale", output_scale, "scale")
            width = np.float64(_derived.effective_width(alpha))
        gram = weights.mT @ weights / width
        factor = weights.mT / np.sqrt(width) if n < p else factored(gram, n)
        return cls._known(factor, width, gram)

    @classmethod
    @np.errstate(all="ignore")
    def from_factor(cls, factor: Any, width: Any) -> Self:
        """The network whose Gram matrix is LLᵀ, for given L (derivations `factor.factored_hidden`,
        `factor.factored_outer`).

        Parameters
        ----------
        factor : array_like, shape (..., d + k, q)
            L, as the attribute.
        width : array_like
            Effective width, finite; it broadcasts with the batch.

        Returns
        -------
        GramNetwork

        Raises
        ------
        ValueError
            If the shapes do not agree or a number is not finite.

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.GramNetwork.from_factor([[1.0], [2.0]], width=10).gram
        array([[1., 2.],
               [2., 4.]])
        """
        rows = arguments.numbers("factor", factor, "weights")
        n = arguments.numbers("width", width, "finite width")
        if rows.ndim < 2 or rows.shape[-2] < 2 or rows.size == 0:
            raise ValueError(
                f"shape of factor = {rows.shape} must be (..., p, q) with p = inputs + outputs, "
                "at least 2"
            )
        arguments.shape_of(networks=rows[..., 0, 0], width=n)
        return cls._known(rows, n, rows @ rows.mT)

    @classmethod
    @np.errstate(all="ignore")
    @shared
    def random(
        cls, width: Any, inputs: int, outputs: int = 1, size: Any = (), rng: Any = None
    ) -> Self:
        """Networks of independent N(0, 1) weights, drawn without drawing the weights.

        Parameters
        ----------
        width : array_like
            Number of hidden units n.
        inputs, outputs : int
            d and k.
        size : int or tuple of int
            Shape of the batch, to which `width` broadcasts; by default that of `width`.
        {rng}

        Returns
        -------
        GramNetwork

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.GramNetwork.random([1, 10, 10**18], inputs=3, outputs=2, rng=0).gram.shape
        (3, 5, 5)
        """
        n = arguments.numbers("width", width, "units")
        d = arguments.count("inputs", inputs, least=1)
        k = arguments.count("outputs", outputs, least=1)
        shape = arguments.shape("size", size) or n.shape
        if arguments.shape_of(size=np.empty(shape), width=n) != shape:
            raise ValueError(f"size = {shape} must be a shape that width {n.shape} broadcasts to")
        gram = wishart(n, d + k, shape, arguments.generator(rng))
        return cls._known(factored(gram, n), n, gram)

    def _moved(self, **parts: Any) -> Self:
        """The network with some of its parts replaced, which need no check."""
        network = copy(self)
        vars(network).update(parts)
        return network


def _checked(gram: FloatArray, width: FloatArray) -> tuple[int, ...]:
    """The shape of the batch; ValueError if no weights have the matrix."""
    p = gram.shape[-1] if gram.ndim > 1 else 0
    if p < 2 or p != gram.shape[-2] or gram.size == 0:
        raise ValueError(
            f"shape of gram = {gram.shape} must be (..., p, p) with p = inputs + outputs, at "
            "least 2"
        )
    batch = arguments.shape_of(networks=gram[..., 0, 0], width=width)
    slack = _rounding(gram)
    arguments.require("gram", gram, np.abs(gram - gram.mT) <= slack, "symmetric")
    if not (np.linalg.eigvalsh(gram) >= -slack[..., 0]).all():
        raise ValueError("gram must be positive semi-definite: no weights have this one")
    return batch


def _rounding(gram: FloatArray) -> FloatArray:
    """What rounding may make of a zero in matrices, shape (..., 1, 1)."""
    return np.asarray(8 * gram.shape[-1] * EPS * np.abs(gram).max((-2, -1), keepdims=True))


def factored(gram: FloatArray, width: Any) -> FloatArray:
    """L with LLᵀ = gram, positive semi-definite.

    Cholesky's, with a column of zeros where nothing is left but rounding: it keeps small blocks to
    their own rounding. Where the rank can be that of so many units as the width says, eigenvectors:
    a column too many, however small, would be a unit that learns.
    """
    size = gram.shape[-1]
    slack = 8 * size * EPS * np.einsum("...ii->...i", gram)
    factor = np.zeros_like(gram)
    for j in range(size):
        rest = gram[..., j:, j] - (factor[..., j:, :j] @ factor[..., j, :j, None])[..., 0]
        pivot = rest[..., :1]
        positive = pivot > slack[..., j : j + 1]
        factor[..., j:, j] = np.where(positive, rest / np.sqrt(np.where(positive, pivot, 1.0)), 0.0)
    width = np.broadcast_to(width, gram.shape[:-2])
    narrow = (width < size) & (width == np.trunc(width))
    if narrow.any():
        values, vectors = np.linalg.eigh(gram[narrow])
        kept = np.arange(size)[::-1] < width[narrow][..., None]
        fits = (kept | (values <= _rounding(gram[narrow])[..., 0])).all(-1)[..., None, None]
        scale = np.sqrt(np.maximum(values, 0.0) * kept)
        factor[narrow] = np.where(fits, vectors * scale[..., None, :], factor[narrow])
    return factor


def wishart(
    width: FloatArray, size: int, shape: tuple[int, ...], rng: np.random.Generator
) -> FloatArray:
    """MᵀM/n of n × `size` independent N(0, 1) weights M, of a shape to which `width` broadcasts.

    Bartlett: nG = LLᵀ with L lower triangular, L_jj² ~ χ²_{n−j} for j = 0, 1, …, and N(0, 1) below
    the diagonal. For n < size the columns from n on are zero: the triangular factor of the weights
    has n rows.
    """
    freedom = np.maximum(width[..., None] - np.arange(size), 0.0)
    squares = 2 * rng.standard_gamma(freedom / 2, (*shape, size))
    lower = np.tril(rng.standard_normal((*shape, size, size)), -1) * (freedom > 0)[..., None, :]
    np.einsum("...ii->...i", lower)[...] = np.sqrt(squares)
    return lower @ lower.mT / width[..., None, None]
