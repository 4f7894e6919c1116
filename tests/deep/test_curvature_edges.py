"""`kernel_curvature` near its limits: products that are adjoint only roughly, and no curvature."""

import numpy as np
import pytest

import twolayer as tl

A = np.random.default_rng(0).standard_normal((40, 60))


@pytest.mark.parametrize("off", [2e-4, 2e-3])
def test_float64_products_are_adjoint_to_more_than_a_thousandth(off):
    with pytest.raises(ValueError, match="adjoint"):
        tl.kernel_curvature(lambda v: A @ v, lambda w: (1 + off) * (A.T @ w), 60, 40)


def test_the_error_holds_what_the_products_disagree_by():
    J, off = A[:20], 1e-6  # built whole: no search leaves a residual
    exact = np.linalg.eigvalsh(J @ J.T)[-1] / 20
    found = tl.kernel_curvature(lambda v: J @ v, lambda w: (1 + off) * (J.T @ w), 60, 20)
    assert found.curvature != pytest.approx(exact, rel=off / 2)
    assert off / 2 * exact < abs(found.curvature - exact) <= found.error[0] < 1e-3 * exact


@pytest.mark.parametrize("where", ["forward", "back"])
def test_one_wrong_entry_of_a_gradient_is_seen_if_it_matters(where):
    J = A.copy()
    J[:, 7] *= 1000
    wrong = J.copy()
    wrong[:, 7] *= 1.001
    one, other = (wrong, J) if where == "forward" else (J, wrong)
    with pytest.raises(ValueError, match="adjoint"):
        tl.kernel_curvature(lambda v: one @ v, lambda w: other.T @ w, 60, 40)


def test_no_eigenvalue_is_negative():
    thin = A[:, :3]
    found = tl.kernel_curvature(lambda v: thin @ v, lambda w: thin.T @ w, 3, 40, count=3)
    assert (found.eigenvalues > 0).all()
    B = np.outer(A[:, 0], A[0])
    found = tl.kernel_curvature(lambda v: B @ v, lambda w: B.T @ w, 60, 40, count=20)
    assert (found.eigenvalues >= 0).all()


def test_the_curvature_where_signals_are_beyond_what_squares():
    rng = np.random.default_rng(2)
    X, factor = rng.standard_normal((6, 4)), 2.0**400
    net = tl.DeepNetwork.random([4, 8, 8, 1], rng=rng)
    small, large = (net.curvature(tl.Samples(x, np.ones(6))) for x in (X, factor * X))
    assert large / factor / factor == pytest.approx(small, rel=1e-12)
