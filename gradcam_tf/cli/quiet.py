"""The start of TensorFlow, without its words."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gradcam_tf.cli.failures import INTERRUPTED

__all__ = ["quiet_start"]


@contextmanager
def quiet_start() -> Iterator[None]:
    """Keep TensorFlow's start-up lines from the terminal; they come from C++, below sys.stderr."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        with _ending_on_interrupt(kept):
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _ending_on_interrupt(stderr: int) -> Iterator[None]:
    """End at once on Ctrl-C: some import would swallow the exception and leave a module half made."""

    def end(*_: object) -> None:
        os.write(stderr, b"stopped\n")
        os._exit(INTERRUPTED)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
