"""Random networks in chunks: each drawn from its own spawned generator, trained at every value of
ηλ₀, and kept in a file."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import losses, storage
from ..arguments import FloatArray
from ..results import Phase
from .data import Data
from .gram import GramNetwork

STARTS = 250  # networks that share a generator, and are kept or lost together
CATAPULT = "any step"  # what raised the loss, where there is no equal network of one sample
NUMBERS = 1 << 23  # entries of Gram matrices that are drawn together: they bound the memory

Span = tuple[int, int]  # first start of a chunk, and the one after its last


class Chunk(NamedTuple):
    """Curvatures (starts,) and phases (starts, g)."""

    curvature: FloatArray
    phase: NDArray[np.int8]


@dataclass(frozen=True)
class Job:
    """What decides the bits of each chunk."""

    data: Data
    width: int
    sharpness: FloatArray
    seed: int
    max_steps: int
    tolerance: float

    def header(self, span: Span) -> dict[str, Any]:
        """The job by names and numbers, arrays by a hash, and the chunk of it: what a file of a
        chunk must agree with."""
        from .. import __version__

        data = self.data
        return vars(self) | {
            "data": f"{data.fingerprint}-{data.inputs}-{data.outputs}",
            "loss": f"{losses.slope(data.loss, data.samples, data.outputs)!r}, {data.loss}",
            "starts": f"{span[0]} to {span[1]}",
            "sharpness": _hash(self.sharpness),
            "chunk": STARTS,
            "catapult": CATAPULT,
            "twolayer": __version__,
            "numpy": np.__version__,
        }


def _hash(value: Any) -> str:
    array = np.asarray(value, "<f8")
    return sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()[:16]


def train(job: Job, span: Span) -> Chunk:
    """The starts of a chunk drawn, and trained at every value of ηλ₀."""
    # that of spawn()
    rng = np.random.default_rng(np.random.SeedSequence(job.seed, spawn_key=(span[0] // STARTS,)))
    data, count = job.data, span[1] - span[0]
    together = max(1, NUMBERS // (data.inputs + data.outputs) ** 2)
    curvatures, phases = [], []
    for first in range(0, count, together):
        # they are drawn as a whole, needed or not: fewer starts are the beginning of more
        size = min(together, STARTS - first)
        nets = GramNetwork.random(job.width, data.inputs, data.outputs, size, rng)
        net = GramNetwork(nets.gram[: count - first], job.width)
        curvatures.append(net.curvature(data))
        eta = job.sharpness[:, None] / curvatures[-1]
        phases.append(net.outcome(data, eta, job.max_steps, job.tolerance).phase.T)
    return Chunk(np.concatenate(curvatures), np.concatenate(phases))


def file(folder: Path, span: Span) -> Path:
    """Where a chunk is kept."""
    return folder / f"starts_{span[0]:08d}_{span[1]:08d}.npz"


def write(folder: Path, span: Span, job: Job, chunk: Chunk) -> None:
    """Keep a chunk, whole or not at all."""
    parts = {"job": json.dumps(job.header(span)), **chunk._asdict()}
    storage.write_whole(file(folder, span), lambda stream: np.savez(stream, **parts))


def read(folder: Path, span: Span, job: Job) -> Chunk | None:
    """The chunk that a file holds, if there is one; ValueError unless it is whole and of this
    job."""
    path = file(folder, span)
    refused = f"folder: {str(path)!r} "
    damaged = refused + "is damaged; without it the job goes on"
    try:
        parts = storage.arrays(path, damaged)
    except FileNotFoundError:
        return None
    with storage.reading(damaged):
        header = dict(json.loads(str(parts["job"])))
        chunk = Chunk(parts["curvature"], parts["phase"])
    for name, value in job.header(span).items():
        if header.get(name) != value:
            raise ValueError(
                f"{refused}belongs to another job: {name} = {header.get(name)!r} there, {value!r} "
                "here"
            )
    count = span[1] - span[0]
    kinds: list[Any] = [(np.float64, (count,)), (np.int8, (count, job.sharpness.size))]
    same = [(part.dtype, part.shape) for part in chunk] == kinds
    if not (same and np.isin(chunk.phase, list(Phase)).all()):
        raise ValueError(damaged)
    return chunk
