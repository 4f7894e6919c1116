"""Numbers of other libraries: fakes that raise what those raise, and the libraries themselves where
they are installed."""

import re

import numpy as np
import pytest

import twolayer as tl
from twolayer import arguments, foreign

EPS = np.finfo(float).eps


class Tensor:
    """What torch does: no array with a gradient, none of bfloat16."""

    def __init__(self, values, gradient=False, brain=False):
        self.values, self.gradient, self.brain = np.asarray(values), gradient, brain

    def __repr__(self):
        return f"tensor({self.values.tolist()},\n       requires_grad={self.gradient})"

    def __array__(self, dtype=None, copy=None):
        if self.gradient:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.brain:
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.values if dtype is None else self.values.astype(dtype)

    def detach(self):
        return Tensor(self.values, False, self.brain)

    def cpu(self):
        return self

    def double(self):
        return Tensor(self.values.astype(np.float64), self.gradient)

    def new_tensor(self, values):
        raw = np.asarray(values, np.float32).view(np.uint32)  # bfloat16: the upper half, rounded
        raw = ((raw + 0x7FFF + ((raw >> 16) & 1)) >> 16 << 16).astype(np.uint32)
        return Tensor(raw.view(np.float32), brain=True)


class Capsule:
    """DLPack and nothing else."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __dlpack__(self, **options):
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.values.__dlpack_device__()


class Elsewhere:
    """What arrays on another device do."""

    shown = "Elsewhere()"

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __dlpack__(self, **options):
        raise BufferError("not on this device")

    def __dlpack_device__(self):
        return 2, 0

    def __repr__(self):
        return self.shown


class Speechless(Elsewhere):
    def __repr__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    "value",
    [
        Tensor([1.0, 2.0]),
        Tensor([1.0, 2.0], gradient=True),
        Tensor([1.0, 2.0], brain=True),
        Tensor([1.0, 2.0], gradient=True, brain=True),
        Capsule([1.0, 2.0]),
        np.array([1.0, 2.0], ">f4"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_has_numbers_is_read(value):
    array = arguments.numbers("eta", value)
    np.testing.assert_array_equal(array, [1.0, 2.0], strict=True)
    assert tl.phase(value, 1.5, 0.5, 10).tolist() == [tl.Phase.LAZY, tl.Phase.CATAPULT]


@pytest.mark.parametrize("name", ["eta", "curvature", "output", "width", "target"])
@pytest.mark.parametrize("value", [Elsewhere(), Speechless(), [Tensor(1.0, gradient=True)] * 2])
def test_what_cannot_be_read_is_named_in_one_line(name, value):
    with pytest.raises(ValueError, match=f"^{name} = ") as caught:
        tl.phase(**({"eta": 1.0, "curvature": 1.0, "output": 0.1, "width": 3} | {name: value}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("call", [tl.Network, tl.Data, tl.GramNetwork.from_weights])
def test_weights_and_data_may_be_tensors(call):
    plain = call([[1.0], [2.0]], [[0.5], [1.5]])
    tensors = call(Tensor([[1.0], [2.0]], gradient=True), Tensor([[0.5], [1.5]], brain=True))
    assert repr(tensors) == repr(plain)
    with pytest.raises(ValueError, match=r"^(u|X) = Elsewhere\(\) must be"):
        call(Elsewhere(), [[0.5], [1.5]])


MASKED = np.ma.array([1.0, 2.0], mask=[False, True])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda a: tl.eta_crit(a), "curvature"),
        (lambda a: tl.outcome(1.0, 1.0, a, 10), "output"),
        (lambda a: tl.phase_diagram(eta=a, curvature=[1.0, 2.0], output=0.1, width=9), "eta"),
        (lambda a: tl.Data(a, [1.0, 2.0]), "X"),
        (lambda a: tl.Data([1.0, 2.0], a), "Y"),
        (lambda a: tl.Network(a, [1.0, 2.0]), "u"),
        (lambda a: tl.GramNetwork(np.ma.array(np.eye(2), mask=np.eye(2)), 3), "gram"),
    ],
)
def test_masked_cells_are_refused(call, name):
    remedy = re.escape(f"{name}.filled(number) or {name}.compressed()")
    with pytest.raises(ValueError, match=rf"^{name} has masked cells: .*{remedy}$"):
        call(MASKED)


def test_a_mask_that_hides_nothing_is_no_matter():
    assert tl.eta_max(np.ma.array([1.0, 2.0], mask=False)).tolist() == [4.0, 2.0]
    with pytest.raises(ValueError, match=r"^curvature has masked cells"):
        tl.eta_max([1.0, np.ma.masked])


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (1, EPS), (1.0, EPS), (np.arange(3), EPS), (np.float64(1), EPS), ("text", EPS),
        (np.longdouble(1), EPS), (np.float32(1), 2.0**-23), ([np.float16(1), 1.0], EPS),
        (np.array([1, 2], np.float16), 2.0**-10), (np.array([1, 2], ">f4"), 2.0**-23),
        (Tensor([1.0], brain=True), 2.0**-7), (Tensor(np.float32([1])), 2.0**-23),
        (Tensor([1.0], gradient=True), EPS), (Elsewhere(), EPS),
    ],
)  # fmt: skip
def test_precision(value, unit):
    assert foreign.precision(value) == unit


def test_ml_dtypes():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    for name, unit in (("bfloat16", 2.0**-7), ("float8_e4m3fn", 2.0**-3)):
        value = np.array([1.0, 1.5], getattr(ml_dtypes, name))
        assert foreign.precision(value) == unit
        np.testing.assert_array_equal(arguments.numbers("eta", value), [1.0, 1.5], strict=True)


def test_torch():
    torch = pytest.importorskip("torch")
    for kind, unit in (("float64", EPS), ("float32", 2.0**-23), ("bfloat16", 2.0**-7)):
        value = torch.tensor([1.0, 1.5], dtype=getattr(torch, kind), requires_grad=True)
        assert foreign.precision(value) == unit
        np.testing.assert_array_equal(arguments.numbers("eta", value), [1.0, 1.5], strict=True)
    for bad in (torch.tensor([1.0], device="meta"), torch.tensor([1j]), [value, value]):
        with pytest.raises(ValueError, match=r"^eta = .* must be a real number"):
            arguments.numbers("eta", bad)


def test_jax():
    jnp = pytest.importorskip("jax.numpy")
    value = jnp.asarray([1.0, 1.5], jnp.bfloat16)
    assert foreign.precision(value) == 2.0**-7
    np.testing.assert_array_equal(arguments.numbers("eta", value), [1.0, 1.5], strict=True)
