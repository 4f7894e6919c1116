"""Rivals of `final_curvature`: the best plain iteration in NumPy, and a C loop on two threads."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import twolayer as tl
from tests import oracle

SOURCE = r"""
#include <pthread.h>
#include <stddef.h>
typedef struct { const double *x0, *s0; double *end; size_t low, high; } job;
static void *run(void *pointer) {
    job *j = pointer;
    for (size_t i = j->low; i < j->high; i++) {
        double x = j->x0[i], s = j->s0[i], z = s * s;
        while (!(x < 2 && z * (4 - x) <= 1e-13 * x * x * (2 - x))) {
            double growth = 1 - x + z;
            x -= z * (4 - x);
            s *= growth;
            z = s * s;
        }
        j->end[i] = x;
    }
    return NULL;
}
void settle(const double *x0, const double *s0, double *end, size_t n) {
    pthread_t threads[2];
    job jobs[2];
    for (int k = 0; k < 2; k++) {
        jobs[k] = (job){x0, s0, end, n * k / 2, n * (k + 1) / 2};
        pthread_create(&threads[k], NULL, run, &jobs[k]);
    }
    for (int k = 0; k < 2; k++) pthread_join(threads[k], NULL);
}
"""


def cells(size: int = 1000) -> tuple[Any, Any, float, Any]:
    """eta, curvature, output and width on a map of size² cells, in random order so that threads
    share the work."""
    x, n = np.linspace(0.002, 3.998, size)[:, None], np.logspace(0, 18, size).round()[None, :]
    order = np.random.default_rng(0).permutation(size * size)
    x, n = (np.broadcast_to(array, (size, size)).reshape(-1)[order] for array in (x, n))
    return x, np.ones(x.size), 0.4, n


def scaled(eta: Any, curvature: Any, output: Any, width: Any) -> tuple[Any, Any]:
    return eta * curvature, eta * output / np.sqrt(width)


def plain(x0: Any, s0: Any, max_steps: int = 1_000_000, block: int = 8192) -> Any:
    """Iterate in place, block by block; settled cells are compacted away in rounds of growing
    length. Cells that spend the budget are left where they are, which favours this rival: finishing
    them would take it minutes (one needs 5e7)."""
    end = np.array(x0)
    left, step = np.arange(x0.size), 0
    x, s = x0.copy(), s0.copy()
    while left.size and step < max_steps:
        count = min(max(2, step // 4), 256)
        for low in range(0, left.size, block):
            a, b = x[low : low + block], s[low : low + block]
            z, g = np.empty_like(a), np.empty_like(a)
            for _ in range(count):
                np.multiply(b, b, out=z)
                np.subtract(z, a, out=g)
                g += 1
                b *= g
                np.subtract(a, 4, out=g)
                g *= z
                a += g
        step += count
        unsettled = ~((x < 2) & (s * s * (4 - x) <= 1e-13 * x * x * (2 - x)))
        if step >= max_steps or not unsettled.all():
            end[left] = x
        left, x, s = left[unsettled], x[unsettled], s[unsettled]
    return end


def compiled() -> Callable[[Any, Any], Any] | None:
    """The C loop, or None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    folder = Path(tempfile.mkdtemp())
    (folder / "settle.c").write_text(SOURCE)
    flags = [
        "-O3",
        "-march=native",
        "-shared",
        "-fPIC",
        "-pthread",
        "-o",
        str(folder / "settle.so"),
    ]
    subprocess.run([compiler, *flags, str(folder / "settle.c")], check=True)
    library = ctypes.CDLL(str(folder / "settle.so"))

    def settle(x0: Any, s0: Any) -> Any:
        end = np.empty_like(x0)
        arrays = (
            array.ctypes.data_as(ctypes.c_void_p)
            for array in (np.ascontiguousarray(x0), np.ascontiguousarray(s0), end)
        )
        library.settle(*arrays, ctypes.c_size_t(x0.size))
        return end

    return settle


# a cell is well conditioned if a rounding of its inputs moves the exact result by less than this
# share
WELL = 1e-15


def few_steps(end: tl.FinalCurvature) -> str:
    return f"{end.steps.mean():.1f} steps on average, {end.steps.max()} at most"


def accuracy(size: int = 2000) -> list[str]:
    """Lines about how close `final_curvature` is on hard cells (`oracle.hard_cells`), and whether
    its `error` is one."""
    cell = oracle.hard_cells(np.random.default_rng(0), size)
    said = tl.final_curvature(*cell)
    exact, off, covered, moved = oracle.judge(cell, said)
    well = moved < WELL
    gap, flat = np.abs(cell.eta * cell.curvature - 2).min(), (cell.eta * exact)[well].min()
    return [
        f"{size} random cells against 80 digits: |ηλ₀ − 2| down to {gap:.0e}, ηλ_∞ (of "
        f"well-conditioned ones) down to {flat:.0e}, widths {cell.width.min():.0f} to "
        f"{cell.width.max():.0e}; {few_steps(said)};",
        f"worst error {off[well].max():.1e}, median {np.median(off[well]):.1e}, as a share of "
        f"λ_∞, in the {well.mean():.0%} that a rounding of η and f₀ moves by less than {WELL:.0e};",
        f"elsewhere at most {(off / moved)[~well].max():.1f} times what such a rounding does. The "
        f"reported error covers the actual one in {covered.sum()} of {size} cells.",
    ]
