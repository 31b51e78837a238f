"""A job in several processes of this machine: one for each GPU."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from gradcam_tf import flight, heap
from gradcam_tf.ahead import map_ahead
from gradcam_tf.batch.journal import Entry
from gradcam_tf.batch.pipeline import CHUNK, Task, Work, Worker
from gradcam_tf.errors import ModelError
from gradcam_tf.explainer import Explainer
from gradcam_tf.lazy import tf

__all__ = ["Processes"]


@dataclass(frozen=True)
class Processes:
    """Does the tasks of a job in several processes, each with a model and a GPU of its own.

    Attributes:
        count: how many; None: as many as there are GPUs, and none but this one where there is one GPU or none.
    """

    count: int | None = None

    def __call__(self, work: Work, tasks: Iterable[Task], explainers: Sequence[Explainer]) -> Iterator[Sequence[Entry]]:
        gpus = len(tf.config.list_physical_devices("GPU"))
        count = self.count or max(1, gpus)
        if count == 1:
            yield from Worker(work, explainers).run(tasks)
            return
        context = multiprocessing.get_context("spawn")
        numbers = context.SimpleQueue()
        for number in range(count):
            numbers.put(number % gpus if gpus else None)
        threads = max(1, (os.cpu_count() or 1) // count)
        pool = ProcessPoolExecutor(count, context, _begin, (work, numbers, threads))
        under_way: deque[ExitStack] = deque()
        results = map_ahead(_work, _noted(_chunks(tasks), under_way), most=2 * count, pool=pool)
        try:
            with closing(results):
                for photos in results:
                    under_way.popleft().close()
                    yield from photos
        except BrokenProcessPool as error:
            if flight.watched():
                flight.die()
            raise ModelError(
                "one of the processes was killed or crashed; what was done is kept",
                where=f"{count} processes",
                remedy="Is there enough memory for so many? Run the same command again: it goes on where it stopped.",
            ) from error


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    tasks = iter(tasks)
    while chunk := list(itertools.islice(tasks, CHUNK)):
        yield chunk


def _noted(chunks: Iterable[list[Task]], under_way: deque[ExitStack]) -> Iterator[list[Task]]:
    """Chunks, each noted as under way until its note is closed."""
    for chunk in chunks:
        under_way.append(note := ExitStack())
        note.enter_context(flight.at("explaining", *(task.item.path for task in chunk)))
        yield chunk


_worker: Worker
"""Of this process, in the processes that work."""


def _begin(work: Work, numbers: Any, threads: int) -> None:
    global _worker
    heap.share()
    gpu = numbers.get()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(gpu)
    else:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    _worker = Worker(work)


def _work(chunk: list[Task]) -> list[list[Entry]]:
    return list(_worker.run(chunk))
