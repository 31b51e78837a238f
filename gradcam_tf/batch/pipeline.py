"""Photos in, journal entries out: opened, explained and written at the same time, a few ahead of each other.

Three stages pull from one another, each in threads of its own: photos are opened, explained in batches, and written.
What is between them is bounded in number and in bytes, so that memory is the same after a million photos as after a
hundred.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from PIL import Image

from gradcam_tf import flight, maps, render
from gradcam_tf.ahead import map_ahead
from gradcam_tf.batch.journal import Entry
from gradcam_tf.batch.places import Places, Signature, is_address
from gradcam_tf.batch.recipe import Recipe, opened
from gradcam_tf.batch.rows import failed_row, row_of
from gradcam_tf.batch.sources import Item
from gradcam_tf.batch.stores import Store, StoreLost
from gradcam_tf.errors import GradcamError
from gradcam_tf.explainer import Explainer
from gradcam_tf.explanation import Explanation
from gradcam_tf.export import is_fatal, jpeg, makers
from gradcam_tf.images import open_photo, photo_of
from gradcam_tf.inputs import Fitted
from gradcam_tf.placement import map_to_photo
from gradcam_tf.records import Photo

__all__ = ["CHUNK", "Task", "Work", "Worker"]

BUDGET = 256 * 2**20
"""Bytes of decoded photos that each stage may hold, beyond the one it cannot do without."""
READERS = max(1, min(8, (os.cpu_count() or 1) // 2))
"""Threads that open photos: more would take the processors from the model."""
EXPLAINERS = 2
"""Batches in the model at the same time: where one is handed over, or works in a single thread, the other goes on."""
WRITERS = max(2, READERS)
"""Threads that write files: while one waits for the disk, another packs."""
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
        todo: the numbers of the recipes that are missing, each with the files that an earlier run wrote by it; what
            this one does not write again is removed.
        picture: whether a thumbnail is kept.
    """

    item: Item
    signature: Signature | None
    todo: Mapping[int, tuple[str, ...]]
    picture: bool = True


@dataclass(frozen=True)
class Work:
    """All that a worker must be told once.

    Attributes:
        recipes: what is done to each photo.
        store: where files go.
        places: where photos are that are not on this machine.
    """

    recipes: Sequence[Recipe]
    store: Store
    places: Places = field(default_factory=Places)


@dataclass(slots=True)
class _Photo:
    """A photo on its way through the stages.

    Attributes:
        fitted: by the number of the recipe, the photo as its model takes it; methods of one model share it.
        results: by the number of the recipe, what came out, or what came instead.
    """

    task: Task
    fitted: dict[int, Fitted] = field(default_factory=dict)
    results: dict[int, Explanation | Exception] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """That are held in memory, each array counted once."""
        arrays = [array for values, subject in self.fitted.values() for array in (values, subject.pixels)]
        for result in self.results.values():
            if isinstance(result, Explanation):
                arrays += [result.subjects[0].pixels, result.heatmap]
        return sum({id(array): array.nbytes for array in arrays}.values())


class Worker:
    """Explains photos by some recipes, each photo opened once; opens each model once.

    Args:
        work: what is to be done.
        explainers: of the recipes, if their models are open already.
    """

    def __init__(self, work: Work, explainers: Sequence[Explainer] | None = None):
        self.recipes, self.store, self.places = work.recipes, work.store, work.places
        self.explainers = explainers or opened(work.recipes)
        self.store.make()
        # Looked at once, here: not by several threads at the same time.
        for explainer in self.explainers:
            _ = explainer.layer, explainer.labels
        self._heaviest = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[list[Entry]]:
        """Explain photos and write their files.

        Yields:
            For each task, in order, its entries, one for each recipe that was missing: when its files are on the disk,
            or with the reason that there are none.

        Raises:
            OutputError: if the disk is full or gone. What was yielded is whole.
        """
        most = 2 * self._together() + READERS
        ready = map_ahead(
            self._open, tasks, most=most, threads=READERS, weigh=self._expected, budget=BUDGET, name="open-photos"
        )
        explained = map_ahead(
            self._explain,
            _batches(ready, self._together),
            most=EXPLAINERS,
            threads=EXPLAINERS,
            weigh=lambda batch: sum(photo.bytes for photo in batch),
            budget=BUDGET,
            name="explain",
        )
        written = map_ahead(
            self._write,
            chain.from_iterable(explained),
            most=most,
            threads=WRITERS,
            weigh=lambda photo: photo.bytes,
            budget=BUDGET,
            name="write-files",
        )
        with closing(ready), closing(explained), closing(written):
            yield from written

    def _together(self) -> int:
        return max(explainer.batch_size for explainer in self.explainers)

    # Open, in threads.

    def _open(self, task: Task) -> _Photo:
        photo = _Photo(task)
        try:
            opened_photo = self._opened(task.item.path)
        except GradcamError as error:
            photo.results = dict.fromkeys(task.todo, error)
            return photo
        by_model: dict[int, Fitted] = {}
        for number in task.todo:
            explainer = self.explainers[number]
            try:
                if task.item.target is not None:
                    explainer.check_target(task.item.target)
                key = id(explainer.model)
                by_model[key] = photo.fitted[number] = by_model.get(key) or explainer.fit(opened_photo)
            except GradcamError as error:
                photo.results[number] = error
        self._heaviest = max(photo.bytes, int(self._heaviest * 0.9))
        return photo

    def _opened(self, path: str) -> Photo:
        reading = self.recipes[0].reading
        with flight.at("opening", path):
            return photo_of(self.places.read(path), path, reading) if is_address(path) else open_photo(path, reading)

    def _expected(self, _: Task) -> int:
        """What the next photo will hold: not known before it is opened, but photos come in series."""
        return self._heaviest or BUDGET // 8

    # Explain, in threads.

    def _explain(self, batch: list[_Photo]) -> list[_Photo]:
        for number in range(len(self.recipes)):
            for own in (False, True):
                part = [one for one in batch if number in one.fitted and (one.task.item.target is not None) == own]
                if part:
                    self._explain_alike(part, number, own)
        for photo in batch:
            photo.fitted.clear()
        return batch

    def _explain_alike(self, part: Sequence[_Photo], number: int, own: bool) -> None:
        """By one recipe, those with targets of their own apart from those without."""
        target = [one.task.item.target for one in part] if own else self.recipes[number].target
        try:
            found: Iterable = self.explainers[number].explain_fitted([one.fitted[number] for one in part], target)
            for photo, explanation in zip(part, found, strict=True):
                photo.results[number] = explanation
        except Exception as error:
            if len(part) == 1:
                part[0].results[number] = error
                return
            # One of them may have done it: no photo fails for another.
            for one in part:
                self._explain_alike([one], number, own)

    # Write, in threads.

    def _write(self, photo: _Photo) -> list[Entry]:
        return [self._write_result(photo.task, number, photo.results[number]) for number in photo.task.todo]

    def _write_result(self, task: Task, number: int, result: Explanation | Exception) -> Entry:
        if isinstance(result, Explanation):
            try:
                with flight.at("writing the files of", task.item.path):
                    return self._write_files(task, number, result)
            except Exception as error:
                if _is_fatal(error):
                    raise
                result = error
        self.store.write({}, task.todo[number])
        return self._entry(task, number, failed_row(result))

    def _write_files(self, task: Task, number: int, explanation: Explanation) -> Entry:
        row = row_of(explanation, self.explainers[number].labels, task.item.box)
        files = self.recipes[number].files(task.item)
        names = {kind: name.rpartition("/")[2] for kind, name in files.items()}
        overlay = explanation.overlay() if OVERLAYS & set(files) else None
        make = makers(explanation, names, overlay)
        obsolete = [name for name in task.todo[number] if name not in files.values()]
        self.store.write({name: make[kind]() for kind, name in files.items()}, obsolete)
        row["files"] = json.dumps(files)
        thumbnail, grid = _pictures(explanation, overlay) if task.picture else (None, None)
        return self._entry(task, number, row, thumbnail, grid)

    def _entry(self, task: Task, number: int, row: Mapping[str, Any], *pictures: bytes | None) -> Entry:
        recipe = self.recipes[number]
        return Entry(recipe.key(task.item), row, recipe.settings(task.item), task.signature, *pictures)


def _batches(ready: Iterator[_Photo], size: Callable[[], int]) -> Iterator[list[_Photo]]:
    """As many as are explained together, fewer where the photos are heavy."""
    batch: list[_Photo] = []
    for one in ready:
        batch.append(one)
        if len(batch) >= size() or sum(photo.bytes for photo in batch) > BUDGET:
            yield batch
            batch = []
    if batch:
        yield batch


def _is_fatal(error: Exception) -> bool:
    """Whether the photos after this one would fail in the same way."""
    one: BaseException | None = error
    while one is not None and not isinstance(one, StoreLost):
        one = one.__cause__
    return one is not None or is_fatal(error)


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
