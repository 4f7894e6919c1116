"""Worker processes: threads, interrupts, and what is left alone."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from pathlib import Path

import pytest
import threadpoolctl

import twolayer as tl
from twolayer.samples import workers


def threads(_):
    return [pool["num_threads"] for pool in threadpoolctl.threadpool_info()]


def test_workers_compute_in_one_thread_and_this_process_is_left_alone():
    before, found = threads(0), {}
    workers.run(threads, [(0,), (1,)], 2, found.__setitem__)
    assert set(found) == {0, 1}
    for counts in found.values():
        assert counts
        assert set(counts) == {1}
    assert threads(0) == before


def test_one_worker_is_this_process():
    found = {}
    workers.run(os.getpid, [(), ()], 1, found.__setitem__)
    assert found == {0: os.getpid(), 1: os.getpid()}


SCRIPT = """
import sys, time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from pathlib import Path
from twolayer.samples import workers
def sleep(place):
    Path(place).write_text("")
    time.sleep(60)
if __name__ == "__main__":
    workers.run(sleep, [(f"{sys.argv[1]}/{i}",) for i in range(3)], 2, print)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for children in /proc")
def test_an_interrupt_of_the_parent_alone_ends_at_once(tmp_path):
    (tmp_path / "job.py").write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(Path(tl.__file__).parent.parent)}
    process = subprocess.Popen(
        [sys.executable, "job.py", str(tmp_path)], cwd=tmp_path, env=environment,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not all((tmp_path / name).exists() for name in "01"):
            assert time.monotonic() < end
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert time.monotonic() - start < 5  # of a busy machine; well below 1 on another
        assert err.endswith(b"KeyboardInterrupt\n")
        assert len(children) >= 2
        assert not any(Path(f"/proc/{child}/cmdline").exists() for child in children[1:])
    finally:
        process.kill()


def test_workers_that_cannot_be_started_are_a_broken_pool(monkeypatch):
    """A system that refuses processes says so by errors that elsewhere mean a closed stream."""

    def refuse(*_):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(ProcessPoolExecutor, "submit", refuse)
    with pytest.raises(BrokenExecutor, match="a worker process cannot be started"):
        workers.run(os.getpid, [(), ()], 2, {}.__setitem__)
