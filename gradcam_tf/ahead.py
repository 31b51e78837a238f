"""A map over threads that stays a few steps ahead of its reader, in order, and no further."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

from gradcam_tf.progress import reporting

__all__ = ["map_ahead"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    most: int,
    threads: int = 1,
    weigh: Callable[[Item], int] = lambda _: 0,
    budget: int = 0,
    name: str = "ahead",
    pool: Executor | None = None,
) -> Generator[Result, None, None]:
    """``map(function, items)`` with the next results on their way while one is used.

    Stages are chained by giving one as the items of the next: each is pulled by the one behind it, so that nothing
    runs away from a slow reader and memory stays bounded.

    Args:
        function: runs in a thread; what it raises is raised where its result would have come. Where it reports how far
            it is, it ends once the reader has gone.
        items: may be endless; taken one at a time, in the reader's thread.
        most: results begun and not yet read.
        threads: that run ``function``.
        weigh: what an item will hold in memory, in any unit.
        budget: of that unit, for what is begun and not yet read; a single item may weigh more.
        name: of the threads.
        pool: where ``function`` runs instead, such as in other processes; it is shut down at the end.
    """
    waiting: deque[tuple[int, Future[Result]]] = deque()
    held, coming = 0, iter(items)
    gone = threading.Event()

    def go_on(*_: int) -> None:
        if gone.is_set():
            raise _Gone

    def run(item: Item) -> Result:
        with reporting(go_on):
            return function(item)

    call = run if pool is None else function
    pool = pool or ThreadPoolExecutor(threads, thread_name_prefix=name)
    try:
        more = True
        while more or waiting:
            while more and len(waiting) < most and (held <= budget or not waiting):
                try:
                    item = next(coming)
                except StopIteration:
                    more = False
                    break
                weight = weigh(item)
                held += weight
                waiting.append((weight, pool.submit(call, item)))
            if waiting:
                weight, first = waiting.popleft()
                yield first.result()
                held -= weight
    finally:
        gone.set()
        pool.shutdown(wait=True, cancel_futures=True)


class _Gone(BaseException):
    """Nobody reads what would come; no failure of an item's, and not to be taken for one."""
