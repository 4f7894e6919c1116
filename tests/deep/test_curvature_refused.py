"""What `kernel_curvature` refuses, in one line each."""

import numpy as np
import pytest

import twolayer as tl


def network(size):
    return (
        tl.DeepNetwork.random([4, size, size, 3], activation="tanh", biases=True, rng=0),
        np.random.default_rng(1).standard_normal((6, 4)),
    )


def shifted(w, net, X):
    """The biases of the last layer in another order."""
    came = net.vjp(X, w)
    return np.concatenate([came[:-3], np.roll(came[-3:], 1)])


def transposed(w, net, X):
    """The second matrix of weights column by column."""
    came, (a, b, c) = net.vjp(X, w), net.widths[:3]
    came[b * a + b :][: c * b] = came[b * a + b :][: c * b].reshape(c, b).T.ravel()
    return came


WRONG = {
    "factor": lambda w, net, X: 2 * net.vjp(X, w),
    "sign": lambda w, net, X: -net.vjp(X, w),
    "zero": lambda w, net, X: 0 * net.vjp(X, w),
    "samples": lambda w, net, X: net.vjp(X, w[::-1]),
    "shifted": shifted,
    "transposed": transposed,
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [7, 60])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_products_that_are_not_adjoint(wrong, size, dtype):
    net, X = network(size)
    with pytest.raises(ValueError, match=r"^jvp and vjp must be adjoint, .* are -?\d\S* and \S+$"):
        tl.kernel_curvature(
            lambda v: net.jvp(X, v).astype(dtype), lambda w: wrong(w, net, X).astype(dtype),
            net.size, (6, 3),
        )  # fmt: skip


def nothing(x):
    return np.ones(3)


BAD = [
    ({"jvp": 5}, "jvp = 5 must be a function"),
    ({"vjp": None}, "vjp = None must be a function"),
    ({"jvp": lambda v: v[:3]}, r"shape of jvp\(v\) = \(3,\) must be \(2, 2\)"),
    ({"vjp": nothing}, r"shape of vjp\(w\) = \(3,\) must be \(4,\)"),
    ({"jvp": lambda v: [*v[:3], np.nan]}, r"jvp\(v\)\[3\] = nan must be finite"),
    ({"vjp": lambda w: w.ravel() * np.inf}, r"vjp\(w\)\[0\] = -?inf must be finite"),
    ({"jvp": lambda v: 1j * v}, r"jvp\(v\) = .* must be a real number or an array"),
    ({"jvp": lambda v: None}, r"jvp\(v\) = None must be a real number or an array"),
    ({"parameters": 0}, "parameters = 0 must be a whole number or a shape, nothing in it 0"),
    ({"parameters": -1}, "parameters = -1 must be a whole number"),
    ({"parameters": None}, "parameters = None must be a whole number or a shape"),
    ({"outputs": (2, 0)}, r"outputs = \(2, 0\) must be a whole number or a shape"),
    ({"outputs": 2.5}, "outputs = 2.5 must be a whole number"),
    ({"samples": 3}, "samples = 3 must divide the number of outputs, 4"),
    ({"samples": 0}, "samples = 0 must be a whole number of at least 1"),
    ({"count": 0}, "count = 0 must be a whole number of at least 1"),
    ({"count": 1.5}, "count = 1.5 must be a whole number of at least 1"),
    ({"count": 5}, "count = 5 must be at most 4, the smaller of the numbers"),
    ({"loss": "hinge"}, "loss = 'hinge' must be one of half-mean, mean"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "match"), BAD, ids=[match for _, match in BAD])
def test_bad_input(changed, match):
    given = {"jvp": np.copy, "vjp": np.copy, "parameters": 4, "outputs": (2, 2)}
    assert tl.kernel_curvature(**given, loss="sum").curvature == 2
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=match) as error:
        tl.kernel_curvature(**given | changed)
    assert "\n" not in str(error.value)
