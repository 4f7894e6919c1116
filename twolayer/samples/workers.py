"""Jobs in worker processes, which end at an interrupt and with their parent, however it goes: they
hold nothing worth saving. Each computes in one thread: the processes share the cores, small
matrices are slow under many threads, and the bits of a result do not depend on their number."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any


def run(
    function: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    workers: int,
    keep: Callable[[int, Any], object],
) -> None:
    """Call `function(*job)` for each job, and `keep(index, result)` here as soon as it is done; in
    this process if there is one worker."""
    if workers == 1 or len(jobs) < 2:
        for index, job in enumerate(jobs):
            keep(index, function(*job))
        return
    import multiprocessing
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed

    context, others = multiprocessing.get_context("spawn"), multiprocessing.active_children()
    with ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_obey) as pool:
        started: list[Any] = []
        try:
            with _interrupts_wait():  # workers inherit this until they obey: none dies aloud
                futures = _submitted(pool, function, jobs)
            started = [child for child in multiprocessing.active_children() if child not in others]
            for future in as_completed(futures):
                keep(futures[future], future.result())
        except BaseException as error:
            for process in started:  # rather than wait for what they do
                process.terminate()
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenExecutor) and any(
                process.exitcode == -signal.SIGINT for process in started
            ):
                raise KeyboardInterrupt from None  # it reached the workers first
            raise


def _submitted(
    pool: Any, function: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]
) -> dict[Any, int]:
    """Which future is which job's; a worker that cannot be started is a broken pool, whatever the
    system calls it."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return {pool.submit(function, *job): index for index, job in enumerate(jobs)}
    except OSError as error:
        raise BrokenProcessPool(f"a worker process cannot be started: {error}") from None


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """An interrupt comes after the block, where the system can do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _obey() -> None:
    """In a worker: one thread for each product; end at once at an interrupt, and when the parent is
    gone."""
    import threading

    import scipy.linalg  # noqa: F401 - it has threads of its own, which are there to limit now
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
