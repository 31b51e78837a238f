"""A whole job: find the photos, do what is missing, keep the journal, write table and report."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from gradcam_tf import flight
from gradcam_tf.batch.journal import Entry, Journal, Known, locked
from gradcam_tf.batch.pipeline import Task, Work, Worker
from gradcam_tf.batch.places import Places, Signature, is_address
from gradcam_tf.batch.recipe import Recipe, labels_sha256, opened
from gradcam_tf.batch.rows import FAILED
from gradcam_tf.batch.sources import Item, Sources, check_apart, find
from gradcam_tf.batch.stores import Store, store_at
from gradcam_tf.batch.table import write_tables
from gradcam_tf.errors import ImageError, OutputError
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
Execute = Callable[[Work, Iterable[Task], Sequence[Explainer]], Iterator[Sequence[Entry]]]


def here(work: Work, tasks: Iterable[Task], explainers: Sequence[Explainer]) -> Iterator[Sequence[Entry]]:
    """Do the tasks in this process."""
    return Worker(work, explainers).run(tasks)


@dataclass(frozen=True)
class Job:
    """What is asked for.

    Attributes:
        sources: folders, photos and lists, as :func:`gradcam_tf.batch.sources.find` takes them; paths or addresses.
        out: the folder of the results; a path or an address.
        models: model files; None among them is the embedded model.
        methods: names of methods; each is applied with each model.
        options: of :meth:`Explainer.open`, for all of them: ``layer``, ``output``, ``labels``, ``preprocessing``, …
        target: a class by number or name, for the photos that have none of their own; None: what the model predicts.
        formats: what is written of each photo, keys of :data:`gradcam_tf.export.FORMATS`.
        include, exclude: patterns of names in folders.
        batch_size: images computed at the same time; None: chosen. Halved when memory runs out.
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
        total: photos to explain, however many models and methods explain each.
        kept: done by earlier runs and still good.
        done: explained by this run.
        failed: of this run; by one model and method at least.
        seconds: since the first photo was begun.
        entries: of the photo just done, one for each model and method; empty when the work is about to begin.
    """

    total: int
    kept: int
    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    entries: tuple[Entry, ...] = ()

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

    def after(self, entries: Sequence[Entry], bad: bool, seconds: float) -> Progress:
        return replace(
            self, done=self.done + (not bad), failed=self.failed + bad, seconds=seconds, entries=tuple(entries)
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """How a job ended.

    Attributes:
        total: photos asked for, however many models and methods explain each.
        kept: of them, explained by earlier runs and still good.
        done: explained by this run.
        failed: by one model and method at least: by this run, or by an earlier one and not tried again.
        tables: paths, or addresses, of the tables; ``report``: of ``index.html``.
    """

    total: int
    kept: int
    done: int
    failed: int
    seconds: float
    tables: tuple[Path | str, ...]
    report: Path | str | None

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
    store = store_at(job.out)
    store.check()
    sources = find(job.sources, include=job.include, exclude=job.exclude)
    with ExitStack() as stack:
        stack.enter_context(locked(prepare_folder(store.folder)))
        store.prepare()
        journal = stack.enter_context(Journal(store.folder))
        journal.begin_run()
        store.keep(journal, now=True)
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


class _Run:
    """One run of a job, with its counts."""

    def __init__(
        self,
        job: Job,
        sources: Sources,
        journal: Journal,
        store: Store,
        progress: Callable[[Progress], None],
        cancelled: Cancelled,
    ):
        self.job, self.sources, self.journal, self.store = job, sources, journal, store
        self.tell, self.cancelled = progress, cancelled
        self.progress = Progress(len(sources), 0)
        self.failed_before: set[str] = set()

    def through(self, open_model: Open, execute: Execute) -> Summary:
        try:
            recipes, explainers = prepare(self.job, open_model)
            self._do(recipes, explainers, execute)
        finally:
            # Also of a run that failed: what was done is to be seen.
            tables = write_tables(self.journal)
        self.store.keep(self.journal, now=True)
        published = tuple(self.store.publish(table) for table in tables)
        report = self._report() if self.job.report else None
        now, left = self.progress, len(self.failed_before)
        return Summary(now.total, now.kept, now.done, now.failed + left, now.seconds, published, report)

    def _report(self) -> Path | str:
        from gradcam_tf.batch.report import write_report

        return self.store.publish(write_report(self.journal))

    def _do(self, recipes: Sequence[Recipe], explainers: Sequence[Explainer], execute: Execute) -> None:
        missing = self._missing(recipes)
        self.tell(self.progress)
        if not missing:
            return
        began = time.perf_counter()
        work = Work(recipes, self.store, self.sources.places)
        for entries in self._entries(work, explainers, execute, missing):
            self.journal.write(entries)
            self.store.keep(self.journal)
            name = entries[0].key[0]
            # By other models or methods, and not tried again.
            bad = name in self.failed_before or any(entry.row["status"] == FAILED for entry in entries)
            self.failed_before.discard(name)
            self.progress = self.progress.after(entries, bad, time.perf_counter() - began)
            self.tell(self.progress)

    def _entries(
        self, work: Work, explainers: Sequence[Explainer], execute: Execute, missing: Mapping[int, tuple[int, ...]]
    ) -> Iterator[Sequence[Entry]]:
        """First, one by one and here, what a process died of together with others: to see which of them it was."""
        alone = dict.fromkeys(place for place in missing if flight.alone(self.sources.items[place].path))
        for place in alone:
            yield from here(work, self._tasks(work.recipes, {place: missing[place]}), explainers)
        rest = {place: todo for place, todo in missing.items() if place not in alone}
        yield from execute(work, self._tasks(work.recipes, rest), explainers)

    def _missing(self, recipes: Sequence[Recipe]) -> dict[int, tuple[int, ...]]:
        """Places of the photos to do, each with the recipes; what is known of them no longer holds from here on."""
        missing: dict[int, tuple[int, ...]] = {}
        replaced, kept = [], 0
        seen: dict[tuple[int, ...], tuple[int, ...]] = {}
        for place, item in enumerate(self.sources.items):
            known = [self.journal.known(recipe.key(item)) for recipe in recipes]
            file = _File(item, self.sources.places) if any(known) else None
            todo = tuple(i for i, recipe in enumerate(recipes) if not self._holds(known[i], recipe, item, file))
            if todo:
                missing[place] = seen.setdefault(todo, todo)
            replaced += [recipes[i].key(item) for i in todo if known[i]]
            if any(one.failed for i, one in enumerate(known) if one and i not in todo):
                self.failed_before.add(item.name)
            elif not todo:
                kept += 1
        self.journal.invalidate(replaced)
        flight.begin(kept)
        self.progress = replace(self.progress, kept=kept)
        return missing

    def _holds(self, known: Known | None, recipe: Recipe, item: Item, file: _File | None) -> bool:
        """Whether what is known of a photo is still so: of this file, these settings, and with its files in place."""
        if known is None or file is None or known.settings != recipe.settings(item):
            return False
        # A process that died may have retried it already; what it had not come to is invalid in the journal.
        if known.failed and self.job.retry_failed and flight.notes.kept is None:
            return False
        if file.signature != known.signature:
            if file.signature is None or known.sha256 is None or file.sha256 != known.sha256:
                return False
            self.journal.touch(recipe.key(item), file.signature)
        return all(self.store.has(name) for name in known.files)

    def _tasks(self, recipes: Sequence[Recipe], missing: Mapping[int, Sequence[int]]) -> Iterator[Task]:
        every = -(-len(self.sources) * len(recipes) // MOST_PICTURES)
        for place, todo in missing.items():
            if self.cancelled():
                return
            item = self.sources.items[place]
            known = {number: self.journal.known(recipes[number].key(item)) for number in todo}
            previous = {number: one.files if one else () for number, one in known.items()}
            yield Task(item, _signature(item, self.sources.places), previous, place % every == 0)


class _File:
    """A photo's file as it is now, read at most once."""

    def __init__(self, item: Item, places: Places):
        self.path, self.places = item.path, places
        self.signature = _signature(item, places)

    @cached_property
    def sha256(self) -> str | None:
        return _sha256(self.path, self.places)


def _signature(item: Item, places: Places) -> Signature | None:
    return item.signature or places.signature(item.path)


def prepare(job: Job, open_model: Open = Explainer.open) -> tuple[list[Recipe], list[Explainer]]:
    """One of each for each model and method, models opened; what is wrong with one is told before the first photo."""
    names, several = OutputNames(), len(job.models) * len(job.methods) > 1
    planned = []
    for model in job.models:
        from gradcam_tf.resources import default_model_path

        name = names.stem(os.path.basename(model or default_model_path()))
        path = None if model is None else os.path.abspath(model)
        for method in job.methods:
            folder = safe(f"{name}.{method}") if several else ""
            options = dict(job.options) | {"method": method}
            planned.append(Recipe(name, path, options, job.target, tuple(job.formats), folder))
    explainers = opened(planned, open_model)
    recipes = []
    for recipe, explainer in zip(planned, explainers, strict=True):
        _ = explainer.layer
        if job.target is not None:
            explainer.check_target(job.target)
        explainer.batch_size = job.batch_size or _fitting_batch(explainer)
        recipes.append(replace(recipe, model_sha256=explainer.identity.sha256, labels_sha256=labels_sha256(explainer)))
    return recipes, explainers


def _fitting_batch(explainer: Explainer) -> int:
    """So many images together as are fast, if their activations fit into memory even when all are kept."""
    numbers = sum(math.prod(call.shape[1:]) for call in explainer.calls)
    most = GPU_BATCH if explainer.device == "GPU" else explainer.batch_size
    return max(1, min(most, ACTIVATIONS // (4 * max(1, numbers))))


def _sha256(path: str, places: Places) -> str | None:
    try:
        if is_address(path):
            return hashlib.sha256(places.read(path)).hexdigest()
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ImageError):
        return None
