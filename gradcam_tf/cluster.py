"""A job on a Ray cluster: the same workers, journal and files, with the tasks dealt out by Ray Data."""

from __future__ import annotations

import logging
import os
import pickle  # nosec B403: what Ray carries between its own processes is pickled by Ray as well
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradcam_tf import heap
from gradcam_tf.batch.journal import Entry
from gradcam_tf.batch.pipeline import CHUNK, Task, Work, Worker
from gradcam_tf.errors import ClusterError, GradcamError, NoCluster
from gradcam_tf.explainer import Explainer
from gradcam_tf.lazy import tf

__all__ = ["Cluster", "ClusterError"]

PATIENCE = 10.0
"""Seconds to wait for a cluster to answer."""


@dataclass(frozen=True)
class Cluster:
    """Does the tasks of a job on a Ray cluster, each worker with a model of its own.

    Photos and results lie where all machines see them by the same path. A worker that dies is replaced and its tasks
    are done again; the journal stays here, with one writer.

    Attributes:
        address: of the cluster (``host:6379``, ``ray://…``, ``auto``); ``local``: one on this machine.
        workers: at most so many; None: as many as there are GPUs, or processors where there are none.
        at_least: so many workers are begun with and kept; more come while work waits, which asks an autoscaling cluster
            for machines, and go when they are idle. None: all at once, and one is kept.
        gpus: of each worker; None: one where the cluster has any.
        cancelled: asked after every chunk.
    """

    address: str = "local"
    workers: int | None = None
    at_least: int | None = None
    gpus: float | None = None
    cancelled: Callable[[], bool] = lambda: False

    def _pool(self, workers: int) -> dict[str, int]:
        if self.at_least is None:
            return {"min_size": 1, "max_size": workers, "initial_size": workers}
        return {"min_size": min(self.at_least, workers), "max_size": workers}

    def connect(self) -> None:
        """Before anything is begun, see that it is there; in some seconds.

        Raises:
            NoCluster: if Ray is not installed, or the cluster does not answer.
        """
        _connected(self.address)

    def __call__(self, work: Work, tasks: Iterable[Task], explainers: Sequence[Explainer]) -> Iterator[Sequence[Entry]]:
        ray = _connected(self.address)
        from ray.data.exceptions import RayDataUserCodeException, SystemException

        resources = ray.cluster_resources()
        gpus = self.gpus if self.gpus is not None else min(1, resources.get("GPU", 0))
        free = resources["GPU"] / gpus if gpus else resources["CPU"]
        # As many chunks at least as workers, so that none is idle.
        workers = self.workers or max(1, int(free))
        items = [{"task": pickle.dumps(task)} for task in tasks]
        if not items:
            return
        size = max(1, min(CHUNK, -(-len(items) // workers)))
        rows = ray.data.from_items(items, override_num_blocks=-(-len(items) // size)).map_batches(
            _Actor,
            batch_size=size,
            compute=ray.data.ActorPoolStrategy(**self._pool(workers)),
            num_gpus=gpus,
            num_cpus=0 if gpus else 1,
            fn_constructor_args=(work, not gpus),
        )
        try:
            for row in rows.iter_rows():
                yield pickle.loads(row["entries"])  # nosec B301
                if self.cancelled():
                    return
        except (RayDataUserCodeException, SystemException, ray.exceptions.RayError) as error:
            raise _plain(error) from error


class _Actor:
    """A worker as Ray Data wants it: made once in each process, called with one chunk after another."""

    def __init__(self, work: Work, one_thread: bool):
        heap.share()
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        if one_thread:
            tf.config.threading.set_intra_op_parallelism_threads(1)
        self._worker = Worker(work)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        tasks = [pickle.loads(one) for one in batch["task"]]  # nosec B301
        return {"entries": [pickle.dumps(entries) for entries in self._worker.run(tasks)]}


def _connected(address: str) -> Any:
    """Ray, connected.

    Raises:
        NoCluster: if Ray is not installed, or the cluster does not answer.
    """
    # Ray reports home unless it is told not to, and draws bars of its own.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise NoCluster("Ray is not installed", remedy="pip install 'gradcam_tf[cluster]'") from error
    if not ray.is_initialized():
        _check_reachable(address)
        local = {"include_dashboard": False} if address == "local" else {}
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **local)
        except (ConnectionError, RuntimeError, ValueError, TimeoutError, OSError) as error:
            said = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise _unreachable(address, said) from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    return ray


def _check_reachable(address: str) -> None:
    """Ray itself tries for a minute or more, and then ends the process, before it says that nobody answers."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), PATIENCE / 2).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, getattr(error, "strerror", None) or str(error)) from error
    if os.environ.get("RAY_USE_TLS", "0") in ("", "0"):
        _check_speaks(address, f"{host}:{port}")


def _check_speaks(address: str, door: str) -> None:
    """Whether what listens there speaks as Ray does; another server may be silent for ever."""
    import grpc

    with grpc.insecure_channel(door) as channel:
        try:
            grpc.channel_ready_future(channel).result(PATIENCE / 2)
        except grpc.FutureTimeoutError as error:
            raise _unreachable(address, "something listens there that is no Ray cluster") from error


def _unreachable(address: str, said: str) -> NoCluster:
    return NoCluster(
        f"the Ray cluster cannot be reached: {said.lower()}",
        where=address,
        remedy="Is it running, and is this its address? --ray local starts one on this machine.",
    )


def _plain(error: BaseException) -> GradcamError:
    """What a worker met, as it would have been told here."""
    cause: BaseException | None = error
    while cause is not None:
        inner = getattr(cause, "cause", None) or cause.__cause__
        if isinstance(cause, GradcamError):
            return cause
        cause = inner
    first = (str(error).strip().splitlines() or [type(error).__name__])[-1]
    return ClusterError(f"the work failed on the cluster: {first}", remedy="Run the same command again to go on.")
