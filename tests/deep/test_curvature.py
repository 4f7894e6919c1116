"""The top eigenvalues of JJᵀ/m from two products, against kernels built whole and spectra that are
known."""

import inspect

import numpy as np
import pytest
from scipy.sparse.linalg import eigsh
from threadpoolctl import threadpool_limits

import twolayer as tl
from twolayer.deep import curvature as code

RNG = np.random.default_rng
# what each loss divides Σ|f − y|² by, for 6 samples and 3 outputs; its Hessian at zero loss has a 2
DIVIDES = {"half-mean": 12, "mean": 6, "mse": 18, "half-mse": 36, "sum": 1, "half-sum": 2}


def of(J, outputs=None, **options):
    """The curvature of a Jacobian that is there as a matrix."""
    rows, columns = J.shape
    return tl.kernel_curvature(
        lambda v: J @ v.ravel(), lambda w: w.ravel() @ J, columns, outputs or rows, **options
    )


def with_spectrum(values, rows, columns, rng):
    """Products with J = U S Vᵀ where JJᵀ has these eigenvalues, applied in factors, by sums that no
    number of threads changes."""
    r = len(values)
    U, V = (np.linalg.qr(rng.standard_normal((size, r)))[0].T.copy() for size in (rows, columns))
    S = np.sqrt(values)

    def product(into, out, x):
        return np.einsum("in,i->n", into, S * np.einsum("in,n->i", out, x))

    return (lambda v: product(U, V, v)), (lambda w: product(V, U, w))


def holds(found, exact):
    """Each eigenvalue is one of the exact ones, in order, within its error, and that is small."""
    exact = np.sort(exact)[::-1][: found.eigenvalues.size]
    assert (np.abs(found.eigenvalues - exact) <= found.error).all()
    assert (np.diff(found.eigenvalues) <= 0).all()
    assert (found.eigenvalues >= 0).all()
    assert (found.error <= 1e-11 * max(exact[0], 1e-300)).all()


def network(widths=(4, 7, 5, 3), **options):
    options = {"activation": "tanh", "biases": True, "rng": 0} | options
    return tl.DeepNetwork.random(widths, **options), RNG(1).standard_normal((6, widths[0]))


def products(net, X):
    return (lambda v: net.jvp(X, v)), (lambda w: net.vjp(X, w))


def jacobian(net, X):
    return np.stack([net.jvp(X, row).ravel() for row in np.eye(net.size)], -1)


def test_two_layers_and_one_sample():
    """Where the residual vanishes the Hessian is the kernel."""
    for n in (1, 20, 300):
        net = tl.Network.random(n, rng=n)
        J = np.concatenate([net.v, net.u])[None] / np.sqrt(n)
        found = of(J)
        holds(found, [net.curvature])
        holds(found, [tl.hessian_sharpness(*net.start[:3], target=net.start[1])])
        assert found.eta_crit == 2 / found.curvature
        holds(of(J.T, samples=1), [net.curvature])  # one parameter


@pytest.mark.parametrize("loss", DIVIDES)
def test_two_layers_on_data(loss):
    rng = RNG(2)
    u, V = rng.standard_normal((9, 4)), rng.standard_normal((9, 3))
    X, Y = rng.standard_normal((6, 4)), rng.standard_normal((6, 3))
    exact = tl.GramNetwork.from_weights(u, V).curvature(tl.Data(X, Y, loss=loss))

    def jvp(v):
        du, dV = v[:36].reshape(9, 4), v[36:].reshape(9, 3)
        return (X @ du.T @ V + X @ u.T @ dV) / 3

    def vjp(w):
        return np.concatenate([(V @ w.T @ X).ravel(), (u @ X.T @ w).ravel()]) / 3

    holds(tl.kernel_curvature(jvp, vjp, 63, (6, 3), loss=loss), [exact])


@pytest.mark.parametrize("loss", DIVIDES)
@pytest.mark.parametrize("widths", [(4, 7, 5, 3), (2, 2, 3)], ids=["more parameters", "fewer"])
def test_deep_networks_against_the_kernel_built_whole(loss, widths):
    net, X = network(widths)
    J = jacobian(net, X)
    exact = np.linalg.eigvalsh(J @ J.T) * 2 / DIVIDES[loss]
    holds(tl.kernel_curvature(*products(net, X), net.size, (6, 3), count=4, loss=loss), exact)


SPECTRA = {
    "rank 1": [3.0],
    "rank 2": [3.0, 2.9],
    "clustered": [1.0, 1 - 1e-9, 1 - 1e-5, *np.linspace(0.1, 0.9, 30)],
    "repeated": [2.0, 2.0, 2.0, 1.0, 1.0, *np.linspace(0.1, 0.5, 40)],
    "all the same": [1.0] * 50,
    "slow": np.linspace(0, 1, 200),
    "tiny": 1e-200 / np.arange(1, 40),
    "huge": 1e200 / np.arange(1, 40),
}


@pytest.mark.parametrize("shape", [(250, 400), (400, 250)], ids=["JJᵀ", "JᵀJ"])
@pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA)
def test_known_spectra(values, shape):
    exact = np.zeros(5)
    exact[: len(values)] = sorted(values, reverse=True)[:5]
    jvp, vjp = with_spectrum(values, *shape, RNG(3))
    holds(tl.kernel_curvature(jvp, vjp, shape[1], shape[0], samples=1, count=5), exact)


@pytest.mark.parametrize(("rows", "columns"), [(400, 10**5), (10**5, 400), (20_000, 20_000)])
def test_many_parameters_and_samples(rows, columns):
    values = 1 / np.arange(1, 12.0)
    jvp, vjp = with_spectrum(values, rows, columns, RNG(4))
    found = tl.kernel_curvature(jvp, vjp, columns, rows, samples=1, count=2)
    holds(found, values)
    assert found.products < 120


@pytest.mark.parametrize("seed", range(120))
def test_the_first_is_the_top_one(seed):
    """Spectra that fall fast, slowly, not at all; and Jacobians that are nearly their mean."""
    rng = RNG(seed)
    rows, columns = rng.integers(33, 120, 2)
    J = rng.standard_normal((rows, columns)) * rng.uniform(0, 1, columns) ** rng.choice([0, 1, 9])
    J += rng.choice([0, 1, 10]) * rng.standard_normal(columns)
    holds(of(J, samples=1, count=1 + seed % 3), np.linalg.eigvalsh(J @ J.T))


@pytest.mark.parametrize("size", [1, 2, 31, 32, 33, 40, 41, 50])
def test_all_eigenvalues_on_both_sides_of_the_sizes_where_the_way_changes(size):
    J = RNG(size).standard_normal((size, size + 1))
    holds(of(J, samples=1, count=size), np.linalg.eigvalsh(J @ J.T))


def test_where_products_run_out_the_error_says_so(monkeypatch):
    monkeypatch.setattr(code, "RESTARTS", 3)
    rows = 5_000
    spread = np.sqrt(np.linspace(0, 1, rows) ** 0.1)
    few = tl.kernel_curvature(lambda v: spread * v, lambda w: spread * w, rows, rows, samples=1)
    assert few.products < 400
    assert 1e-10 < few.error[0] < 1e-2
    assert abs(few.curvature - 1) < few.error[0]


@pytest.mark.skipif(
    "rng" not in inspect.signature(eigsh).parameters,
    reason="before SciPy 1.17 eigsh fills up small ranks from a seed of the process",
)
@pytest.mark.parametrize(("rows", "values"), [(300, [3.0]), (25, [3.0, 1.0]), (40_000, [1.0, 0.9])])
def test_calls_repeat_bit_by_bit_on_any_number_of_threads(rows, values):
    jvp, vjp = with_spectrum(values, rows, 40_000, RNG(5))
    seen = set()
    for threads in (1, 1, 2, 3):
        with threadpool_limits(threads, user_api="blas"):
            found = tl.kernel_curvature(jvp, vjp, 40_000, rows, count=2)
        seen.add((found.eigenvalues.tobytes(), found.error.tobytes(), found.products))
    assert len(seen) == 1


@pytest.mark.parametrize("rows", [20, 60])
def test_laws(rows):
    J = RNG(6).standard_normal((rows, 90))
    one = of(J, count=3)
    twice = of(2 * J, count=3)
    assert (twice.eigenvalues == 4 * one.eigenvalues).all()
    assert (twice.error == 4 * one.error).all()
    holds(of(J[::-1], count=3), one.eigenvalues)  # samples in another order
    holds(of(np.repeat(J, 3, axis=0), count=3), one.eigenvalues)  # each three times
    holds(of(J, count=2), one.eigenvalues)
    holds(of(J @ np.linalg.qr(RNG(7).standard_normal((90, 90)))[0], count=3), one.eigenvalues)


def test_outputs_in_any_shape():
    J = RNG(8).standard_normal((12, 50))
    mean = of(J, 12).curvature
    assert of(J, (12,)).curvature == of(J, (12, 1)).curvature == mean
    assert of(J, (4, 3)).curvature == pytest.approx(3 * mean, rel=1e-14)
    assert of(J, (3, 4), samples=4).curvature == pytest.approx(3 * mean, rel=1e-14)
    assert of(J, (4, 3), loss="mse").curvature == pytest.approx(2 * mean, rel=1e-14)
    scalar = tl.kernel_curvature(lambda v: 3 * v, lambda w: 3 * w, (), ())
    assert scalar.curvature == 9


@pytest.mark.parametrize("shape", [(1, 1), (1, 70), (70, 1), (20, 50), (60, 50)])
def test_a_collapsed_model_has_no_curvature(shape):
    found = of(np.zeros(shape), count=min(*shape, 3))
    assert not found.eigenvalues.any()
    assert not found.error.any()
    assert found.eta_crit == np.inf


@pytest.mark.parametrize("shape", [(1, 70), (12, 90), (60, 400), (300, 40)])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_coarse_types_pass_and_the_error_holds(shape, dtype):
    J = RNG(9).standard_normal(shape).astype(dtype)
    exact = np.linalg.eigvalsh(J.astype(float) @ J.astype(float).T)[-1]
    found = tl.kernel_curvature(
        lambda v: J @ v.astype(dtype), lambda w: w.astype(dtype) @ J, *shape[::-1], samples=1
    )
    assert 0 < abs(found.curvature - exact) <= found.error[0]
    assert found.error[0] < 5 * max(shape) ** 0.5 * np.finfo(dtype).eps * exact
    assert found.products < 80


@pytest.mark.parametrize("shape", [(1, 1), (1, 70), (2, 5), (3, 3), (5, 1), (60, 100)])
@pytest.mark.parametrize("factor", [1.0, 1.37])
def test_float32_inside_and_float64_outside_is_in_the_error(shape, factor):
    """Also where a part of the rounding shows nowhere: the residual of one row is 0."""
    for seed in range(60):
        J = RNG(seed).standard_normal(shape).astype("f")
        exact = np.linalg.eigvalsh(factor**2 * J.astype(float) @ J.astype(float).T)[-1]
        found = tl.kernel_curvature(
            lambda v, J=J: factor * (J @ v.astype("f")).astype(float),
            lambda w, J=J: factor * (w.astype("f") @ J).astype(float),
            shape[1], shape[0], samples=1,
        )  # fmt: skip
        assert abs(found.curvature - exact) <= found.error[0] < 1e-5 * exact


@pytest.mark.parametrize("shape", [(1, 100), (3, 50), (20, 300)])
def test_the_error_covers_products_that_are_coarser_than_any_type_tells(shape):
    """As those of matrix units that multiply in fewer digits."""
    known = 0
    for seed in range(80):
        J = RNG(seed).standard_normal(shape).astype("f")
        exact = np.linalg.eigvalsh(J.astype(float) @ J.astype(float).T)[-1]
        try:
            found = tl.kernel_curvature(
                lambda v, J=J: (J @ v.astype("f")).astype("e").astype("f"),
                lambda w, J=J: (w.astype("f") @ J).astype("e").astype("f"),
                shape[1], shape[0], samples=1,
            )  # fmt: skip
        except ValueError:  # not adjoint, to the square root of what float32 rounds
            continue
        known += 1
        assert abs(found.curvature - exact) <= found.error[0]
    assert known > 70


def test_functions_that_use_their_arrays_again():
    """They write into what they get, and give the same array each time."""
    J = RNG(11).standard_normal((60, 80))

    def product(matrix):
        buffer = np.empty(len(matrix))

        def function(x):
            np.matmul(matrix, x, out=buffer)
            x[:] = np.nan
            return buffer

        return function

    found = tl.kernel_curvature(product(J), product(J.T), 80, 60)
    assert found.curvature == of(J).curvature


def test_floating_point_errors_are_the_users_own():
    small = 1e-170 * np.ones(50)
    with np.errstate(all="raise"):
        assert of(np.full((40, 50), 2.0), samples=1).products < 100
        with np.errstate(under="ignore"):
            assert (
                tl.kernel_curvature(lambda v: small * v, lambda w: small * w, 50, 50).curvature == 0
            )
        with pytest.raises(FloatingPointError):
            tl.kernel_curvature(lambda v: small * small * v, np.copy, 50, 50)


@pytest.mark.parametrize("size", [5, 50])
@pytest.mark.parametrize("factor", [np.inf, 1.7e308])
def test_a_product_that_overflows_has_infinite_eigenvalues(size, factor):
    with np.errstate(all="ignore"):
        values, residuals, _ = code.top(lambda v: factor * v * v.size, size, 2)
    assert np.isposinf([values, residuals]).all()


def test_the_result_is_kept(tmp_path):
    found = of(RNG(12).standard_normal((5, 9)), count=2)
    tl.save(tmp_path / "curvature.npz", found)
    kept = tl.load(tmp_path / "curvature.npz")
    assert (kept.eigenvalues == found.eigenvalues).all()
    assert (kept.error == found.error).all()
    assert kept.products == found.products == 2 * 5 + 2 * 2 + 4
    assert kept.eta_crit == found.eta_crit
