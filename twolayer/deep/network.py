"""Deep fully connected networks, trained on their weights by gradient descent as it is defined: a
judge.

The weights are in weights.py, the passes through the layers in layers.py. Nothing here knows the
theory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arguments
from ..arguments import FloatArray
from ..docstrings import shared
from ..runs import Runs
from . import descent
from .descent import DeepTrajectory
from .samples import Samples, right
from .weights import Weights

__all__ = ["DeepNetwork"]


@shared
@dataclass(frozen=True, eq=False, repr=False)
class DeepNetwork(Weights):
    """Fully connected networks of any depth and widths, with their weights; a batch of them is one
    object.

    h₀ = X, a_l = h_{l−1} W_lᵀ/√(fan-in of l) + b_l, h_l = φ(a_l), and the output f is the last a_l:
    the parametrisation of Lewkowycz et al., arXiv:2003.02218, in which wide networks have a limit.

    Parameters
    ----------
    weights : sequence of array_like, shapes (..., fan-out, fan-in)
        One array a layer, at least two, laid out as PyTorch's ``nn.Linear.weight``; the first has
        fan-in d, the last fan-out k. Leading axes are the batch. Arrays of float64 in C order are
        not copied.
    biases : sequence of array_like, shapes (..., fan-out), optional
        One array a layer, trained at the same rate.
    activation : {"relu", "tanh", "linear"}
        φ, between the layers; relu′(0) = 0.

    {refused_weights}
        Also if the activation is none of these.

    Notes
    -----
    Everything is in the unit of the loss that the `Samples` name, half-mean by default. At depth 2,
    linear and without biases these are the networks ``Network(W1, W2.T, Data(X / d**0.5, Y))``, W1
    and W2 the two weights. A network that `nn.Linear` layers without this parametrisation make has
    weights smaller by √fan-in, and other rates for each layer. To keep networks, save their
    `parameters`; `with_parameters` takes them back.

    Examples
    --------
    >>> import twolayer as tl
    >>> samples = tl.Samples([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = tl.DeepNetwork.random([2, 256, 256, 1], scale=2**0.5, rng=0)
    >>> net.depth, net.size, net(samples.X).shape
    (3, 66304, (3, 1))
    >>> eta_crit = 2 / net.curvature(samples)
    >>> run = net.train(samples, [0.5 * eta_crit, 1.5 * eta_crit], steps=60, looks=[])
    >>> (run.loss.max(axis=0) > run.loss[0]).tolist()
    [False, True]
    """

    @shared
    @np.errstate(all="ignore")
    def __call__(self, X: Any) -> Any:
        """The outputs f.

        Parameters
        ----------
        X : array_like, shape (m, d) or (m,)

        Returns
        -------
        ndarray, shape (..., m, k)

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]])([1.0, -1.0]) * 2**0.5
        array([[2.], [1.]])
        """
        return self._layers.forward(self._inputs(X))[1]

    @shared
    @np.errstate(all="ignore")
    def jvp(self, X: Any, direction: Any) -> Any:
        """J v: how the outputs on inputs X move along a direction in the parameters.

        Parameters
        ----------
        X : array_like, shape (m, d) or (m,)
        direction : array_like, shape (..., size)
            It broadcasts with the batch.

        Returns
        -------
        ndarray, shape (..., m, k)

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]])
        >>> net.jvp([1.0, -1.0], [0.0, 1.0, 1.0, 0.0]) * 2**0.5
        array([[ 2.], [-1.]])
        """
        along = self._row("direction", direction, "output")
        arguments.shape_of(direction=along[..., 0], networks=np.empty(self.shape))
        layers = self._layers
        return layers.jvp(layers.forward(self._inputs(X))[0], self._architecture.layers(along))

    @shared
    @np.errstate(all="ignore")
    def vjp(self, X: Any, cotangent: Any) -> Any:
        """Jᵀ w: the derivative of Σ w·f by all parameters, on inputs X.

        Parameters
        ----------
        X : array_like, shape (m, d) or (m,)
        cotangent : array_like, shape (..., m, k)
            w; it broadcasts with the batch.

        Returns
        -------
        ndarray, shape (..., size)

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]])
        >>> net.vjp([1.0, -1.0], [[1.0], [0.0]]) * 2**0.5
        array([1., 0., 2., 0.])
        """
        inputs = self._inputs(X)
        pull = arguments.numbers("cotangent", cotangent, "output")
        ends = len(inputs), self.widths[-1]
        if pull.shape[-2:] != ends:
            raise ValueError(
                f"shape of cotangent = {pull.shape} must end in samples and outputs, {ends}"
            )
        batch = arguments.shape_of(cotangent=pull[..., 0, 0], networks=np.empty(self.shape))
        layers = self._layers
        return layers.vjp(layers.forward(inputs)[0], np.broadcast_to(pull, (*batch, *ends)))

    @shared
    @np.errstate(all="ignore")
    def loss(self, samples: Samples) -> Any:
        """The loss that the samples name, shape of the batch; `inf` where it overflows.

        {on_samples}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]], activation="linear")
        >>> net.loss(tl.Samples([2.0**0.5, 0.0], [2.0, 1.0]))
        np.float64(0.5)
        """
        self._fit(samples)
        return descent.loss_of(self(samples.X) - samples.Y, samples)

    @shared
    @np.errstate(all="ignore")
    def gradient(self, samples: Samples) -> Any:
        """The derivative of the loss by all parameters, shape (..., size).

        {on_samples}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]], activation="linear")
        >>> net.gradient(tl.Samples([2.0**0.5, 0.0], [2.0, 1.0])).round(12)
        array([-0.5, -0.5, -1. ,  0.5])
        """
        self._fit(samples)
        taken, output = self._layers.forward(samples.X)
        return descent.gradient(self._layers, taken, output - samples.Y, samples)

    @shared
    @np.errstate(all="ignore")
    def curvature(self, samples: Samples) -> Any:
        """λ, the top eigenvalue of JJᵀ/m in the unit of the loss, J the derivatives of all outputs
        on all m samples by all parameters; shape of the batch, `inf` where it overflows.

        {on_samples}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]], activation="linear")
        >>> net.curvature(tl.Samples([2.0**0.5, 0.0], [2.0, 1.0])).round(12)
        np.float64(3.5)
        """
        self._fit(samples)
        found = []
        for row in self.parameters.reshape(-1, self.size):
            taken, _ = self._architecture.layers(row).forward(samples.X)
            found.append(descent.curvature(self._architecture, row, taken, samples))
        return np.array(found).reshape(self.shape)[()]

    @shared
    @np.errstate(all="ignore")
    def accuracy(self, samples: Samples) -> Any:
        """The share of samples with a right output, shape of the batch.

        With one output: whether it has the sign of the label. With several: whether the output
        where the label is largest is larger than all others. Not right is an output of 0, and
        outputs that are equal, as those of a collapsed network, or that have overflowed.

        {on_samples}
            Also if a label says no class: a 0, or several largest numbers.

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.DeepNetwork([[[2.0], [-1.0]], [[1.0, 1.0]]], activation="linear")
        >>> net.accuracy(tl.Samples([1.0, 0.0, -1.0, -2.0], [1.0, 1.0, -1.0, -1.0]))
        np.float64(0.75)
        """
        self._fit(samples)
        return right(samples, self(samples.X)).mean(-1)

    @shared
    def train(
        self, samples: Samples, eta: Any, steps: int, looks: Iterable[int] | None = None
    ) -> DeepTrajectory:
        """Train by gradient descent and keep loss and curvature of every step.

        Parameters
        ----------
        samples : Samples
        eta : array_like
            Learning rate, for the loss of the samples; it broadcasts with the batch.
        steps : int
        looks : iterable of int
            Steps at which the curvature is computed, by default all; elsewhere it is `nan`. It
            costs more than a step.

        Returns
        -------
        DeepTrajectory
            The network itself is unchanged.

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> samples = tl.Samples([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
        >>> net = tl.DeepNetwork.random([2, 64, 64, 1], rng=0)
        >>> run = net.train(samples, 2.5 / net.curvature(samples), steps=60, looks=[0, 60])
        >>> run.loss.shape, bool(run.curvature[60] < run.curvature[0])
        ((61,), True)
        """
        steps = arguments.count("steps", steps)
        self._fit(samples)
        runs = Runs.of(self.shape, eta=arguments.numbers("eta", eta))
        at = range(steps + 1) if looks is None else set(arguments.shape("looks", looks))
        rows = self.parameters.reshape(-1, self.size)
        with np.errstate(all="ignore"):
            done = descent.descend(self._architecture, rows, samples, runs, steps, at)
        loss, curvature = (part.reshape(steps + 1, *runs.shape) for part in done[:2])
        network = self._at(done.parameters.reshape(*runs.shape, self.size))
        return DeepTrajectory(loss, curvature, done.collapsed.reshape(runs.shape)[()], network)

    def _inputs(self, X: Any) -> FloatArray:
        inputs = arguments.table("X", X).astype(np.float64, order="C", copy=False)
        arguments.require("X", inputs, np.isfinite(inputs), "finite")
        if inputs.shape[1] != self.widths[0]:
            raise ValueError(
                f"shape of X = {inputs.shape} must be (samples, {self.widths[0]}), the inputs of "
                "the network"
            )
        return inputs

    def _fit(self, samples: Samples) -> None:
        arguments.instance("samples", samples, Samples)
        ends = self.widths[0], self.widths[-1]
        if (samples.inputs, samples.outputs) != ends:
            raise ValueError(
                f"samples = {samples!r} must have the inputs and outputs of the network, {ends}"
            )
