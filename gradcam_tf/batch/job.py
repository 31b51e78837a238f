"""A whole job: find the photos, do what is missing, keep the journal, write table and report."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradcam_tf import flight
from gradcam_tf.batch.journal import Entry, Journal, Known, Signature, check_ours, locked
from gradcam_tf.batch.pipeline import FolderStore, Task, Worker
from gradcam_tf.batch.recipe import Recipe, labels_sha256
from gradcam_tf.batch.rows import FAILED
from gradcam_tf.batch.sources import Sources, check_apart, find
from gradcam_tf.batch.table import write_tables
from gradcam_tf.errors import OutputError
from gradcam_tf.explainer import Explainer
from gradcam_tf.export import FORMATS, OutputNames, prepare_folder, safe

__all__ = ["Job", "Progress", "Summary", "run"]

MOST_PICTURES = 20_000
"""Photos of which a thumbnail is kept; of more, every second, third, … one."""

GPU_BATCH = 64
"""Images together on a GPU; fewer where the model is large."""
ACTIVATIONS = 2 * 2**30
"""Bytes that the activations of a batch may take; what is wrong with the guess is mended by halving."""

Cancelled = Callable[[], bool]
Open = Callable[..., Explainer]
Execute = Callable[[Recipe, FolderStore, Iterable[Task], Explainer], Iterator[Entry]]


def here(recipe: Recipe, store: FolderStore, tasks: Iterable[Task], explainer: Explainer) -> Iterator[Entry]:
    """Do the tasks in this process."""
    return Worker(recipe, store, explainer).run(tasks)


@dataclass(frozen=True)
class Job:
    """What is asked for.

    Attributes:
        sources: folders, photos and lists, as :func:`gradcam_tf.batch.sources.find` takes them.
        out: the folder of the results.
        models: model files; None among them is the embedded model.
        methods: names of methods; each is applied with each model.
        options: of :meth:`Explainer.open`, for all of them: ``layer``, ``output``, ``labels``, ``preprocessing``, …
        target: a class by number or name, for the photos that have none of their own; None: what the model predicts.
        formats: what is written of each photo, keys of :data:`gradcam_tf.export.FORMATS`.
        include, exclude: patterns of names in folders.
        batch_size: images computed together; None: chosen. Halved when memory runs out.
        retry_failed: try photos again that failed before.
        report: write ``index.html``.
    """

    sources: Sequence[str | os.PathLike]
    out: str | os.PathLike
    models: Sequence[str | os.PathLike | None] = (None,)
    methods: Sequence[str] = ("gradcam",)
    options: Mapping[str, Any] = field(default_factory=dict)
    target: int | str | None = None
    formats: Sequence[str] = ("jpeg", "raw")
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    batch_size: int | None = None
    retry_failed: bool = False
    report: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is; given after every photo.

    Attributes:
        total: photos to explain, times models and methods.
        kept: done by earlier runs and still good.
        done: explained by this run.
        failed: of this run.
        seconds: since the first photo was begun.
        entry: of the photo just done; None when the work is about to begin.
    """

    total: int
    kept: int
    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    entry: Entry | None = None

    @property
    def finished(self) -> int:
        """Photos that nothing is left to do for."""
        return self.kept + self.done + self.failed

    @property
    def rate(self) -> float:
        """Photos per second."""
        return (self.done + self.failed) / self.seconds if self.seconds else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds to go; None while nobody can know."""
        return (self.total - self.finished) / self.rate if self.rate else None

    def after(self, entry: Entry, seconds: float) -> Progress:
        bad = entry.row["status"] == FAILED
        return replace(self, done=self.done + (not bad), failed=self.failed + bad, seconds=seconds, entry=entry)


@dataclass(frozen=True, slots=True)
class Summary:
    """How a job ended.

    Attributes:
        total: photos asked for, times models and methods.
        kept: of them, explained by earlier runs and still good.
        done: explained by this run.
        failed: by this run, or by an earlier one and not tried again.
        tables: paths of the tables; ``report``: of ``index.html``.
    """

    total: int
    kept: int
    done: int
    failed: int
    seconds: float
    tables: tuple[Path, ...]
    report: Path | None

    @property
    def left(self) -> int:
        """Photos that were not reached."""
        return self.total - self.kept - self.done - self.failed

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before all were done."""
        return self.left > 0


def run(
    job: Job,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Cancelled = lambda: False,
    open_model: Open = Explainer.open,
    execute: Execute = here,
) -> Summary:
    """Explain all photos of a job that are not done yet, and write table and report.

    It may be stopped in any way; the next run with the same folder does only what is missing. Photos, models or
    settings that changed are noticed. A photo that cannot be explained is a row with a reason.

    Args:
        job: what is asked for.
        progress: called in this thread after every photo.
        cancelled: asked before every photo; once it says True no more are begun, and what is begun is finished.
        open_model: gives the explainer of a model file, by its path and the options of :meth:`Explainer.open`.
        execute: does the tasks: in this process, in several (:class:`gradcam_tf.batch.processes.Processes`), or on a
            cluster (:class:`gradcam_tf.cluster.Cluster`).

    Raises:
        GradcamError: if nothing can be done at all: no photos, a folder that is not ours, a model that cannot be
            opened, a full disk. What was done is kept.

    Example:
        >>> from gradcam_tf import batch
        >>> summary = batch.run(batch.Job(["photos"], out="results"))    # doctest: +SKIP
    """
    _check(job)
    sources = find(job.sources, include=job.include, exclude=job.exclude)
    with ExitStack() as stack:
        folder = prepare_folder(job.out)
        journal = stack.enter_context(Journal(folder))
        stack.enter_context(locked(folder))
        store = FolderStore(folder)
        store.prepare()
        return _Run(job, sources, journal, store, progress, cancelled).through(open_model, execute)


def _check(job: Job) -> None:
    """What is wrong before anything is opened or made."""
    unknown = [one for one in job.formats if one not in FORMATS]
    if unknown or not job.formats:
        raise OutputError(
            "is not a format that can be written",
            where=", ".join(unknown) or "none",
            remedy=f"Use {', '.join(FORMATS)}.",
        )
    check_apart(job.sources, job.out)
    check_ours(Path(job.out))


class _Run:
    """One run of a job, with its counts."""

    def __init__(
        self,
        job: Job,
        sources: Sources,
        journal: Journal,
        store: FolderStore,
        progress: Callable[[Progress], None],
        cancelled: Cancelled,
    ):
        self.job, self.sources, self.journal, self.store = job, sources, journal, store
        self.tell, self.cancelled = progress, cancelled
        self.progress = Progress(len(sources) * len(job.models) * len(job.methods), 0)
        self.failed_before = 0
        self.began = 0.0

    def through(self, open_model: Open, execute: Execute) -> Summary:
        try:
            for recipe, explainer in recipes(self.job, open_model):
                self._do(recipe, explainer, execute)
                if self.cancelled():
                    break
        finally:
            # Also of a run that failed: what was done is to be seen.
            tables = write_tables(self.journal)
        report = self._report() if self.job.report else None
        now = self.progress
        return Summary(
            now.total,
            now.kept,
            now.done,
            now.failed + self.failed_before,
            now.seconds,
            tuple(tables),
            report,
        )

    def _report(self) -> Path:
        from gradcam_tf.batch.report import write_report

        return write_report(self.journal)

    def _do(self, recipe: Recipe, explainer: Explainer, execute: Execute) -> None:
        missing = self._missing(recipe, again=flight.about(recipe.folder or recipe.name))
        self.tell(self.progress)
        if not missing:
            return
        self.began = self.began or time.perf_counter()
        for entry in self._entries(recipe, explainer, execute, missing):
            self.journal.write([entry])
            self.progress = self.progress.after(entry, time.perf_counter() - self.began)
            self.tell(self.progress)

    def _entries(
        self, recipe: Recipe, explainer: Explainer, execute: Execute, missing: Sequence[int]
    ) -> Iterator[Entry]:
        """First, one by one and here, what a process died of together with others: to see which of them it was."""
        rest = []
        for place in missing:
            if flight.alone(self.sources.items[place].path):
                yield from here(recipe, self.store, self._tasks(recipe, [place]), explainer)
            else:
                rest.append(place)
        yield from execute(recipe, self.store, self._tasks(recipe, rest), explainer)

    def _missing(self, recipe: Recipe, again: bool) -> list[int]:
        """Places of the photos to do; what is known of them no longer holds from here on.

        Args:
            recipe: what is done to them.
            again: a process that died had begun it: photos that failed then are not tried again.
        """
        missing, replaced = [], []
        for place, item in enumerate(self.sources.items):
            known = self.journal.known(recipe.key(item))
            if known is None or not self._holds(known, recipe, place, again):
                missing.append(place)
                replaced += [recipe.key(item)] if known else []
            elif known.failed:
                self.failed_before += 1
            else:
                self.progress = replace(self.progress, kept=self.progress.kept + 1)
        self.journal.invalidate(replaced)
        return missing

    def _holds(self, known: Known, recipe: Recipe, place: int, again: bool) -> bool:
        """Whether what is known of a photo is still so: of this file, these settings, and with its files in place."""
        item = self.sources.items[place]
        if known.settings != recipe.settings(item) or (known.failed and self.job.retry_failed and not again):
            return False
        now = Signature.of(item.path)
        if now != known.signature:
            if now is None or known.sha256 is None or _sha256(item.path) != known.sha256:
                return False
            self.journal.touch(recipe.key(item), now)
        return all((self.store.folder / name).exists() for name in known.files)

    def _tasks(self, recipe: Recipe, missing: Iterable[int]) -> Iterator[Task]:
        every = -(-len(self.sources) // MOST_PICTURES)
        for place in missing:
            if self.cancelled():
                return
            item = self.sources.items[place]
            known = self.journal.known(recipe.key(item))
            yield Task(item, Signature.of(item.path), known.files if known else (), place % every == 0)


def recipes(job: Job, open_model: Open = Explainer.open) -> Iterator[tuple[Recipe, Explainer]]:
    """One for each model and method, with the model open; what is wrong with one is told before the first photo."""
    names, several = OutputNames(), len(job.models) * len(job.methods) > 1
    for model in job.models:
        from gradcam_tf.resources import default_model_path

        name = names.stem(os.path.basename(model or default_model_path()))
        for method in job.methods:
            options = dict(job.options) | {"method": method}
            explainer = open_model(model, **options)
            _ = explainer.layer
            if job.target is not None:
                explainer.check_target(job.target)
            explainer.batch_size = job.batch_size or _fitting_batch(explainer)
            yield (
                Recipe(
                    name,
                    None if model is None else os.path.abspath(model),
                    options,
                    job.target,
                    tuple(job.formats),
                    safe(f"{name}.{method}") if several else "",
                    explainer.identity.sha256,
                    labels_sha256(explainer),
                ),
                explainer,
            )


def _fitting_batch(explainer: Explainer) -> int:
    """So many images together as are fast, if their activations fit into memory even when all are kept."""
    numbers = sum(math.prod(call.shape[1:]) for call in explainer.calls)
    most = GPU_BATCH if explainer.device == "GPU" else explainer.batch_size
    return max(1, min(most, ACTIVATIONS // (4 * max(1, numbers))))


def _sha256(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
