"""Photos in, journal entries out: opened, explained and written at the same time, a few ahead of each other.

Three stages pull from one another: threads open photos, this thread runs the model, threads write the files. What is
between them is bounded in number and in bytes, so that memory is the same after a million photos as after a hundred.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from gradcam_tf import maps, render
from gradcam_tf.ahead import map_ahead
from gradcam_tf.batch.journal import FOLDER, Entry, Signature
from gradcam_tf.batch.recipe import Recipe
from gradcam_tf.batch.rows import failed_row, row_of
from gradcam_tf.batch.sources import Item
from gradcam_tf.errors import GradcamError, OutputError
from gradcam_tf.explainer import Explainer
from gradcam_tf.explanation import Explanation
from gradcam_tf.export import is_fatal, jpeg, makers, write_together
from gradcam_tf.inputs import Fitted
from gradcam_tf.placement import map_to_photo

__all__ = ["CHUNK", "FolderStore", "Store", "Task", "Worker"]

BUDGET = 256 * 2**20
"""Bytes of decoded photos that each stage may hold, beyond the one it cannot do without."""
THREADS = max(1, min(8, (os.cpu_count() or 1) // 2))
"""That open photos, and as many that write files: more would take the processors from the model."""
CHUNK = 64
"""Tasks that are handed to another process or machine together."""
THUMBNAIL = 64
"""Pixels of a thumbnail's longer side, in the report."""
GRID = 14
"""Cells of the small map's side, for the mean map of a class."""
OVERLAYS = {"overlay", "jpeg"}


@dataclass(frozen=True, slots=True)
class Task:
    """A photo to explain now.

    Attributes:
        signature: of its file, before it was opened.
        previous: files that an earlier run wrote of it; what this one does not write again is removed.
        picture: whether a thumbnail is kept.
    """

    item: Item
    signature: Signature | None
    previous: tuple[str, ...] = ()
    picture: bool = True


class Store(Protocol):
    """Where files go."""

    def write(self, contents: Mapping[str, bytes], obsolete: Sequence[str] = ()) -> None:
        """Write files, named relative to the results, whole and to the disk; and remove others."""


class FolderStore:
    """A folder on this machine's disks."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.unfinished = self.folder / FOLDER / "unfinished"

    def prepare(self) -> None:
        """Make it; remove what a run that was killed left unfinished."""
        self.unfinished.mkdir(parents=True, exist_ok=True)
        for left in self.unfinished.iterdir():
            with suppress(OSError):
                left.unlink()

    def write(self, contents: Mapping[str, bytes], obsolete: Sequence[str] = ()) -> None:
        for folder in {(self.folder / name).parent for name in contents}:
            _make(folder)
        whole = {self.folder / name: content for name, content in contents.items()}
        write_together(whole, overwrite=True, through=self.unfinished)
        for name in obsolete:
            with suppress(OSError):
                (self.folder / name).unlink()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot be made: {(error.strerror or '').lower()}", where=folder) from error


Opened = tuple[Task, Fitted | GradcamError]
Explained = tuple[Task, Explanation | Exception]


class Worker:
    """Explains photos by one recipe; opens the model once.

    Args:
        recipe: what is done to each.
        store: where files go.
        explainer: if the model is open already.
    """

    def __init__(self, recipe: Recipe, store: Store, explainer: Explainer | None = None):
        self.recipe = recipe
        self.store = store
        self.explainer = explainer or recipe.open()
        # Looked at once, here: not by several threads at the same time.
        _ = self.explainer.layer, self.explainer.labels
        self._heaviest = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[Entry]:
        """Explain photos and write their files.

        Yields:
            For each task, in order, its entry: when its files are on the disk, or with the reason that there are none.

        Raises:
            OutputError: if the disk is full or gone. What was yielded is whole.
        """
        most = 2 * self.explainer.batch_size + THREADS
        opened = map_ahead(
            self._open, tasks, most=most, threads=THREADS, weigh=self._expected, budget=BUDGET, name="open-photos"
        )
        with closing(opened), closing(self._explain(opened)) as explained:
            written = map_ahead(
                self._write, explained, most=most, threads=THREADS, weigh=_weight, budget=BUDGET, name="write-files"
            )
            with closing(written):
                yield from written

    # Open, in threads.

    def _open(self, task: Task) -> Opened:
        try:
            if task.item.target is not None:
                self.explainer.check_target(task.item.target)
            fitted = self.explainer.fitted(task.item.path)
        except GradcamError as error:
            return task, error
        if not isinstance(fitted, GradcamError):
            self._heaviest = max(_bytes(fitted), int(self._heaviest * 0.9))
        return task, fitted

    def _expected(self, _: Task) -> int:
        """What the next photo will hold: not known before it is opened, but photos come in series."""
        return self._heaviest or BUDGET // 8

    # Explain, in the reader's thread.

    def _explain(self, opened: Iterator[Opened]) -> Generator[Explained, None, None]:
        for batch in _batches(opened, lambda: self.explainer.batch_size):
            results = self._explain_batch([one for one in batch if not isinstance(one[1], GradcamError)])
            for task, photo in batch:
                yield task, photo if isinstance(photo, GradcamError) else results[task.item.name]

    def _explain_batch(self, good: Sequence[tuple[Task, Any]]) -> dict[str, Explanation | Exception]:
        """By the photos' names; those with a target of their own apart from those without."""
        results: dict[str, Explanation | Exception] = {}
        for own in (False, True):
            part = [one for one in good if (one[0].item.target is not None) == own]
            if part:
                results |= self._explain_alike(part, own)
        return results

    def _explain_alike(self, part: Sequence[tuple[Task, Any]], own: bool) -> dict[str, Explanation | Exception]:
        target = [task.item.target for task, _ in part] if own else self.recipe.target
        try:
            explanations: Iterable = self.explainer.explain_fitted([photo for _, photo in part], target)
        except Exception as error:
            if len(part) == 1:
                return {part[0][0].item.name: error}
            # One of them may have done it: no photo fails for another.
            explanations = [next(iter(self._explain_alike([one], own).values())) for one in part]
        return {task.item.name: one for (task, _), one in zip(part, explanations, strict=True)}

    # Write, in threads.

    def _write(self, explained: Explained) -> Entry:
        task, result = explained
        if isinstance(result, Explanation):
            try:
                return self._write_files(task, result)
            except Exception as error:
                if is_fatal(error):
                    raise
                result = error
        self.store.write({}, task.previous)
        return self._entry(task, failed_row(result))

    def _write_files(self, task: Task, explanation: Explanation) -> Entry:
        row = row_of(explanation, self.explainer.labels, task.item.box)
        files = self.recipe.files(task.item)
        names = {kind: name.rpartition("/")[2] for kind, name in files.items()}
        overlay = explanation.overlay() if OVERLAYS & set(files) else None
        make = makers(explanation, names, overlay)
        obsolete = [name for name in task.previous if name not in files.values()]
        self.store.write({name: make[kind]() for kind, name in files.items()}, obsolete)
        row["files"] = json.dumps(files)
        thumbnail, grid = _pictures(explanation, overlay) if task.picture else (None, None)
        return self._entry(task, row, thumbnail, grid)

    def _entry(self, task: Task, row: Mapping[str, Any], *pictures: bytes | None) -> Entry:
        return Entry(self.recipe.key(task.item), row, self.recipe.settings(task.item), task.signature, *pictures)


def _batches(opened: Iterator[Opened], size: Callable[[], int]) -> Iterator[list[Opened]]:
    """As many as are explained together, fewer where the photos are heavy."""
    batch: list[Opened] = []
    for one in opened:
        batch.append(one)
        if len(batch) >= size() or sum(map(_weight, batch)) > BUDGET:
            yield batch
            batch = []
    if batch:
        yield batch


def _weight(one: tuple[Task, Any]) -> int:
    result = one[1]
    if isinstance(result, Explanation):
        return result.subjects[0].pixels.nbytes
    return 0 if isinstance(result, Exception) else _bytes(result)


def _bytes(fitted: Fitted) -> int:
    values, subject = fitted
    return values.nbytes + subject.pixels.nbytes


def _pictures(explanation: Explanation, overlay: Image.Image | None) -> tuple[bytes | None, bytes | None]:
    """A thumbnail of the overlay and a small map, both over the photo."""
    placement = explanation.subjects[0].placement
    if explanation.heatmap.ndim != 3 or placement is None:
        return None, None
    coarse = _coarse(explanation)
    if overlay is None:
        photo = _small(Image.fromarray(explanation.subjects[0].pixels))
        heat, seen = map_to_photo(coarse, placement, photo.size[::-1])
        overlay = render.overlay(np.asarray(photo), np.clip(heat, 0, 1), seen)
    grid, _ = map_to_photo(coarse, placement, (GRID, GRID))
    return jpeg(_small(overlay), 70), (np.clip(grid, 0, 1) * 255).round().astype(np.uint8).tobytes()


def _small(picture: Image.Image) -> Image.Image:
    scale = THUMBNAIL / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0)


def _coarse(explanation: Explanation) -> np.ndarray:
    """The heat on the layer's own grid, where that is small: no need to shrink what was enlarged."""
    raw = explanation.raw
    small = raw.ndim == 3 and max(raw.shape[1:]) <= GRID and explanation.status[0] == "ok"
    return maps.scale(maps.relu(raw))[0] if small else explanation.heatmap[0]
