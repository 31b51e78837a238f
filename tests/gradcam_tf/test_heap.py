"""The C library's heap."""

from __future__ import annotations

import subprocess
import sys

import pytest

THREADS = """
import ctypes, threading
from gradcam_tf import heap
{share}
together = threading.Barrier(8)
def work():
    together.wait()
    kept = [bytearray(3000) for _ in range(2000)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
heap.trim()
ctypes.CDLL(None).malloc_stats()
"""


def arenas(share: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", THREADS.format(share=share)], capture_output=True, text=True, check=True
    )
    return sum(line.startswith("Arena ") for line in done.stderr.splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
def test_many_threads_share_two_arenas():
    if arenas("") <= 2:
        pytest.skip("this C library has no arena for each thread")
    assert arenas("heap.share()") == 2
