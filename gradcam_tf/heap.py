"""The C library's heap, of a process that is our own; glibc's, elsewhere nothing is done."""

from __future__ import annotations

import functools
import sys
from typing import Any

__all__ = ["share", "trim"]

M_ARENA_MAX = -8
ARENAS = 2


@functools.cache
def _library() -> Any:
    import ctypes

    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def share() -> None:
    """Have threads share a few arenas, before there are many threads.

    By itself each thread has an arena of its own, which keeps the most it ever held. Which thread runs which operation
    is chance: over thousands of photos, one arena after another grows to the size of the largest.
    """
    if (library := _library()) is not None:
        library.mallopt(M_ARENA_MAX, ARENAS)


def trim() -> None:
    """Give back to the system what is free."""
    if (library := _library()) is not None:
        library.malloc_trim(0)
