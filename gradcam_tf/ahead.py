"""Work in stages, each in threads of its own and a few steps ahead of its reader, in order, and no further."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from gradcam_tf import progress

__all__ = ["Stage", "flow", "map_ahead"]

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done to each item, or to several of them together.

    Attributes:
        function: runs in a thread; what it raises is raised where its result would have come. What it reports of its
            progress is told to whoever waited when it was begun; once the reader has gone, it ends there.
        most: calls begun whose results the next stage, or the reader, has not taken.
        threads: that run ``function``.
        weigh: what an item will hold in memory, in any unit.
        budget: of that unit, for what is begun and not yet taken; a single item may weigh more.
        name: of the threads.
        together: how many items ``function`` is given in one list, for which it returns as many results; asked with the
            number of items before them, for each of them. Fewer are given where they weigh more than the budget, and at
            the end. None: it is given one item.
        pool: where ``function`` runs instead of threads, such as in other processes; it is shut down at the end.
    """

    function: Callable[[Any], Any]
    most: int
    threads: int = 1
    weigh: Callable[[Any], int] = lambda _: 0
    budget: int = 0
    name: str = "ahead"
    together: Callable[[int], int] | None = None
    pool: Executor | None = None


def map_ahead(
    function: Callable[[Item], Result], items: Iterable[Item], **options: Any
) -> Generator[Result, None, None]:
    """``map(function, items)`` with the next results on their way while one is used; options of a :class:`Stage`."""
    return flow(items, Stage(function, **options))


def flow(items: Iterable[Any], *stages: Stage) -> Generator[Any, None, None]:
    """Items through one stage after another, the results of the last in the order of the items.

    What is done is handed on while the reader waits for a result, and in the reader's thread: when it does not come
    back, all stages come to a halt, and memory stays bounded. Nothing waits for what comes after it.

    Args:
        items: may be endless; taken one at a time, in the reader's thread.
        stages: each is given what the one before it returned.
    """
    gone, done = threading.Event(), threading.Event()
    source: _Source | _Station = _Source(iter(items))
    stations = []
    for stage in stages:
        source = _Station(stage, source, gone, done)
        stations.append(source)
    last = stations[-1]
    try:
        while True:
            done.clear()
            # Until nothing moves: what one takes makes room in the one before it.
            while any(station.take() for station in stations):
                pass
            if last.ready():
                yield last.give()
            elif last.over:
                return
            else:
                done.wait()
    finally:
        gone.set()
        for wait in (False, True):
            for station in stations:
                station.close(wait)


class _Source:
    """What comes into the first stage; always ready, though it may take its time."""

    def __init__(self, coming: Iterator[Any]):
        self._coming = coming
        self._next: list[Any] = []
        self.over = False

    def ready(self) -> bool:
        if not self._next and not self.over:
            try:
                self._next.append(next(self._coming))
            except StopIteration:
                self.over = True
        return bool(self._next)

    def give(self) -> Any:
        return self._next.pop()


class _Station:
    """A stage at work: what it has begun, in order, and what it is about to begin."""

    def __init__(self, stage: Stage, source: _Source | _Station, gone: threading.Event, done: threading.Event):
        self._stage, self._source, self._gone, self._done = stage, source, gone, done
        self._pool = stage.pool or ThreadPoolExecutor(stage.threads, thread_name_prefix=stage.name)
        self._begun: deque[tuple[int, Future]] = deque()
        self._gathered: list[Any] = []
        self._before = 0
        self._given: deque[Any] = deque()
        self._held = self._held_by_given = 0

    # To the stage before.

    def take(self) -> bool:
        """Begin whatever can be begun without waiting; whether there was anything."""
        moved = False
        while self._has_room() and self._source.ready():
            moved = True
            try:
                item = self._source.give()
            except BaseException as error:
                # It comes out behind what was begun before it.
                self._begin_gathered()
                self._fail(error)
            else:
                self._gather(item)
        if self._source.over and self._gathered and self._has_room():
            self._begin_gathered()
            moved = True
        return moved

    def _has_room(self) -> bool:
        return len(self._begun) < self._stage.most and (self._held <= self._stage.budget or not self._begun)

    def _gather(self, item: Any) -> None:
        stage = self._stage
        if stage.together is None:
            self._begin(item, stage.weigh(item))
            return
        self._gathered.append(item)
        enough = len(self._gathered) >= stage.together(self._before)
        if enough or sum(map(stage.weigh, self._gathered)) > stage.budget:
            self._begin_gathered()

    def _begin_gathered(self) -> None:
        if self._gathered:
            together, self._gathered = self._gathered, []
            self._before += len(together)
            self._begin(together, sum(map(self._stage.weigh, together)))

    def _begin(self, item: Any, weight: int) -> None:
        call = self._stage.function if self._stage.pool is not None else self._reporting(progress.current())
        future = self._pool.submit(call, item)
        future.add_done_callback(lambda _: self._done.set())
        self._held += weight
        self._begun.append((weight, future))

    def _fail(self, error: BaseException) -> None:
        failed: Future = Future()
        failed.set_exception(error)
        self._begun.append((0, failed))

    def _reporting(self, waiting: progress.Report | None) -> Callable[[Any], Any]:
        def go_on(done: int, total: int) -> None:
            if self._gone.is_set():
                raise _Gone
            if waiting is not None:
                waiting(done, total)

        def call(item: Any) -> Any:
            with progress.reporting(go_on):
                return self._stage.function(item)

        return call

    # To the stage behind.

    @property
    def over(self) -> bool:
        return self._source.over and not (self._gathered or self._begun or self._given)

    def ready(self) -> bool:
        """Whether a result is there to give, or what was raised instead."""
        return bool(self._given or (self._begun and self._begun[0][1].done()))

    def give(self) -> Any:
        """The next result; what it was made from no longer counts once the next one is asked for."""
        if not self._given:
            self._held -= self._held_by_given
            self._held_by_given, first = self._begun.popleft()
            result = first.result()
            self._given.extend([result] if self._stage.together is None else result)
        return self._given.popleft()

    def close(self, wait: bool) -> None:
        self._pool.shutdown(wait=wait, cancel_futures=True)


class _Gone(BaseException):
    """Nobody reads what would come; no failure of an item's, and not to be taken for one."""
