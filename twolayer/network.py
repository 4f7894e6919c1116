"""Real finite networks, trained on their weights by gradient descent as it is defined: the judge.

One input: weights.py; a data set: samples/descent.py. Nothing here knows the theory.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import arguments, watch
from .docstrings import shared
from .results import Outcome, Trajectory, in_short
from .runs import Runs
from .samples import descent
from .samples.data import Data
from .weights import TOGETHER, Descent, curvature, output

__all__ = ["Network"]


@shared
@dataclass(frozen=True, eq=False)
class Network:
    """Two-layer linear networks with their weights; a batch of them is one object.

    Parameters
    ----------
    u, v : array_like, shape (..., width)
        Hidden and output weights, of the same shape. Arrays of float64 are not copied. On a data
        set with d inputs and k outputs they have shapes (..., width, d) and (..., width, k).
    data : Data, optional
        What the networks are trained on, in place of a single input 1 with a label and the loss
        ½(f − y)². Rates, losses and curvatures are in the unit of the loss that the data name.
    output_scale : float, optional
        α of the output f = α v·u, or α X uᵀV on data, by default 1/√width: 1 for a network without
        1/√n, such as two ``nn.Linear`` layers with ``bias=False``: on data ``first.weight`` is u
        and ``second.weight.T`` is v, on a single input ``first.weight[:, 0]`` and
        ``second.weight[0]``. Nothing is rescaled, rates and losses are the network's own.

    {refused_weights}

    Notes
    -----
    The model of Lewkowycz et al., arXiv:2003.02218: f = v·u/√n on the single input 1; its gradient
    is that of derivations `closure.gradient_u` and `closure.gradient_v`, and on data that of
    `gram.gradient_u` and `gram.gradient_v`, but written by hand here, as a judge. A hidden bias is
    a column of ones in the data, inputs over √d are X/√d; an output bias is outside the model.

    Examples
    --------
    >>> import twolayer as tl
    >>> net = tl.Network([[1.0, 0.0], [1.0, 1.0]], [[1.0, 2.0], [0.5, 0.5]])
    >>> net.width, net.curvature, net.output.round(4)
    (2, array([3.  , 1.25]), array([0.7071, 0.7071]))
    >>> net.outcome([0.5, 3.5]).phase
    array([0, 3], dtype=int8)

    Two inputs, one output:

    >>> data = tl.Data([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [1.0, 0.0, 1.0])
    >>> net = tl.Network.random(100, rng=0, data=data)
    >>> net.outcome([0.5, 0.9, 1.5] / net.curvature * 2).phase
    array([0, 0, 1], dtype=int8)
    """

    u: Any
    v: Any
    data: Data | None = None
    output_scale: Any = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.data is None:
            u, v = arguments.vectors(self.u, self.v)
        else:
            u, v = descent.layers(self.u, self.v, self.data)
        vars(self).update(u=u, v=v)
        if self.output_scale is not None:
            alpha = arguments.single("output_scale", self.output_scale, "scale")
            vars(self).update(output_scale=alpha)

    def __repr__(self) -> str:
        shape = self.u.shape[: -1 if self.data is None else -2]
        last = f"data={self.data!r}"
        if self.data is None:
            last = f"curvature={in_short(self.curvature)}"
        return f"Network(shape={shape}, width={self.width}, {last})"

    @classmethod
    @shared
    def random(
        cls,
        width: int,
        size: Any = (),
        scale: float = 1.0,
        rng: Any = None,
        data: Data | None = None,
        *,
        output_scale: float | None = None,
    ) -> Network:
        """Networks with independent N(0, scale²) weights.

        Parameters
        ----------
        {draws}
        data : Data, optional
            What the networks are trained on.
        output_scale : float, optional
            As for `Network`.

        Returns
        -------
        Network

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.Network.random(1000, size=3, rng=0).u.shape
        (3, 1000)
        """
        width = arguments.units(width)
        deviation = arguments.single("scale", scale)
        generator = arguments.generator(rng)
        if data is not None:
            arguments.instance("data", data, Data)
        shape = (*arguments.shape("size", size), width)
        ends = ((), ()) if data is None else ((data.inputs,), (data.outputs,))
        u, v = (generator.standard_normal((*shape, *end)) for end in ends)
        u *= deviation
        v *= deviation
        return cls(u, v, data, output_scale=output_scale)

    @property
    def width(self) -> int:
        """Number of hidden units n."""
        return int(self.u.shape[-1 if self.data is None else -2])

    @property
    def effective_width(self) -> float:
        """1/α², the width that the theory takes: n by default, any number with `output_scale`
        (derivation `conventions.width`)."""
        return self.width if self.output_scale is None else 1 / self.output_scale**2

    @property
    @np.errstate(all="ignore")
    def output(self) -> Any:
        """f = v·u/√n, n the effective width, shape of the batch; on a data set the map B = uᵀv/√n
        from inputs to outputs, shape (..., d, k): f = X B (derivation `gram.map`)."""
        if self.data is None:
            return self.start[1]
        return self.u.mT @ self.v / np.sqrt(self.effective_width)

    @property
    @np.errstate(all="ignore")
    def curvature(self) -> Any:
        """λ = (|u|² + |v|²)/n, n the effective width, shape of the batch: |∂f/∂(u, v)|², the top
        eigenvalue of the Fisher matrix (derivations `closure.curvature`, `closure.fisher_trace`).
        On m samples it is that of JJᵀ/m, J the derivatives of all outputs by weights
        (`kernel.kernel`), in the unit of the loss that the data name."""
        if self.data is None:
            return self.start[0]
        return descent.curvature(self.u, self.v, self.data, self.effective_width)[()]

    @property
    @np.errstate(all="ignore")
    def start(self) -> tuple[Any, Any, float]:
        """(curvature, output, effective width), as the functions of the theory take them; for a
        single input.

        Examples
        --------
        >>> import twolayer as tl
        >>> tl.eta_max(*tl.Network([1.0, 1.0], [1.0, 0.0]).start).round(4)
        np.float64(2.6667)
        """
        if self.data is not None:
            raise ValueError(
                "data = Data object must be None for start: a network on a data set is more than "
                "three numbers"
            )
        both = np.stack((self.u, self.v), -2)
        width = self.effective_width
        return *(part(both, width) for part in (curvature, output)), width

    @shared
    def train(self, eta: Any, steps: int, target: Any = 0.0) -> Trajectory:
        """Train by gradient descent and keep output, curvature and loss of every step.

        Parameters
        ----------
        {trained}
        steps : int

        Returns
        -------
        Trajectory
            Shape (steps + 1, *cells), `inf` from the step on at which a run overflows; on a data
            set output is None. The network itself is unchanged.

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> run = tl.Network.random(100, rng=1).train(1.5, steps=100)
        >>> run.loss.shape, bool(run.loss[-1] < 1e-10)
        ((101,), True)
        """
        steps, runs = arguments.count("steps", steps), self._runs(eta, target)
        return runs.train(self._model(runs), steps)

    @shared
    def outcome(
        self,
        eta: Any,
        target: Any = 0.0,
        max_steps: int = 10_000,
        *,
        absorbing: Callable[..., Any] | None = None,
        tolerance: float = watch.CONVERGED**2,
    ) -> Outcome:
        """Train by gradient descent and keep only how each run ends.

        Parameters
        ----------
        {trained}
        {budget}
        absorbing : callable, optional
            For a single input. A predicate ``absorbing(eta, curvature, output, width, target)``
            that is true where a run is certain to converge, such as `twolayer.certificate`. Such a
            run is left there, with the curvature it has and an infinite `curvature_error`.
        tolerance : float
            A run has converged when its loss, on a data set that above the floor, is at most this
            share of its start while ηλ < 2.

        Returns
        -------
        Outcome
            Each field has the shape of the cells; diverged is what `twolayer.outcome` says it is.

        {refused}

        Examples
        --------
        >>> import twolayer as tl
        >>> net = tl.Network.random(100, rng=1)
        >>> net.outcome([0.5, 1.5, 2.5]).phase
        array([0, 1, 3], dtype=int8)
        """
        max_steps = arguments.count("max_steps", max_steps)
        residual = math.sqrt(arguments.single("tolerance", tolerance))
        if absorbing is not None:
            arguments.function("absorbing", absorbing)
        runs = self._runs(eta, target)
        if absorbing is not None and self.data is not None:
            raise ValueError("absorbing must be None on a data set: it is told of a single input")
        floor = 0.0 if self.data is None else self.data.floor
        return runs.outcome(self._model(runs, residual, absorbing), max_steps, floor)

    def _runs(self, eta: Any, target: Any) -> Runs:
        rate, label = arguments.numbers("eta", eta), arguments.numbers("target", target)
        if self.data is not None:
            allowed = "left out on a data set, which brings its own labels"
            arguments.require("target", label, label == 0, allowed)
        batch = self.u.shape[: -1 if self.data is None else -2]
        return Runs.of(batch, eta=rate, target=label)

    def _model(
        self, runs: Runs, tolerance: float = watch.CONVERGED, absorbing: Any = None
    ) -> watch.Model:
        """The runs as something to watch."""
        if self.data is None:
            return Descent(self.u, self.v, self.effective_width, runs).model(tolerance, absorbing)
        together = max(1, TOGETHER // (self.width * (self.data.inputs + self.data.outputs)))
        weights = self.u, self.v, self.data, self.effective_width
        return descent.model(*weights, runs, tolerance, together)
