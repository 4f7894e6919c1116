"""Products of matrices with the same bits for every number of BLAS threads. Knows no network.

OpenBLAS shares a large product among threads by blocks of rows and columns, and what is left beside
whole blocks goes through other kernels, whose sums are rounded otherwise. Where all three sizes are
multiples of `WHOLE` nothing is left (measured: 1 to 3 threads under AVX-512, 1 and 2 under AVX2),
so the sizes of large products are filled up with zeros, which costs nothing where they are such
multiples. Products with a vector go by NumPy's own loops.
"""

from typing import Any

import numpy as np

WHOLE = 32
ALONE = 1 << 18  # multiplications up to which OpenBLAS makes a product in one thread


def filled(matrix: Any) -> Any:
    """Matrices (..., rows, columns) with rows and columns of zeros up to multiples of `WHOLE`."""
    rows, columns = matrix.shape[-2:]
    if rows % WHOLE == columns % WHOLE == 0:
        return matrix
    if matrix.strides[-1] > matrix.strides[-2]:
        return filled(matrix.mT).mT
    sizes = (-(-size // WHOLE) * WHOLE for size in (rows, columns))
    room = np.zeros((*matrix.shape[:-2], *sizes), matrix.dtype)
    room[..., :rows, :columns] = matrix
    return room


def times(one: Any, other: Any) -> Any:
    """one @ other."""
    (rows, inner), columns = one.shape[-2:], other.shape[-1]
    if inner > 1 and 1 in (rows, columns):
        return np.einsum("...ij,...jk->...ik", one, other)
    if inner == 1 or rows * inner * columns <= ALONE:
        return one @ other
    return (filled(one) @ filled(other))[..., :rows, :columns]


def gram(matrix: Any) -> Any:
    """matrix @ matrix.T of one matrix."""
    whole, rows = filled(matrix), len(matrix)
    return (whole @ whole.T)[:rows, :rows]
