"""How far a long computation is: told to whoever waits, who may stop it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Report", "current", "part", "report", "reporting"]

Report = Callable[[int, int], None]

_report: ContextVar[Report | None] = ContextVar("report", default=None)


@contextmanager
def reporting(callback: Report) -> Iterator[None]:
    """Have ``callback(done, total)`` called between the steps of what runs in the block, in this thread.

    Args:
        callback: given how many variations of the image are done, and of how many; what it raises stops the computation
            and comes out of the block.

    Example:
        >>> with reporting(lambda done, total: print(f"{done} of {total}")):
        ...     report(8, 64)
        8 of 64
    """
    token = _report.set(callback)
    try:
        yield
    finally:
        _report.reset(token)


def current() -> Report | None:
    """Whoever waits in this thread, to be told by another."""
    return _report.get()


def report(done: int, total: int) -> None:
    """Tell whoever waits, if anybody does."""
    callback = _report.get()
    if callback is not None:
        callback(done, total)


@contextmanager
def part(done: int, total: int) -> Iterator[None]:
    """What is reported in the block is the progress of one of ``total`` steps, of which ``done`` are behind it.

    Example:
        >>> with reporting(lambda done, total: print(f"{done} of {total}")), part(1, 3):
        ...     report(2, 8)
        10 of 24
    """
    outer = _report.get()
    with reporting(lambda some, of: outer(done * of + some, total * of) if outer else None):
        yield
