"""Photos in, journal entries out: what a batch does at each of the stages, by one or several recipes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from gradcam_tf import flight, maps, render
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
from gradcam_tf.stages import EXPLAINERS, Underway, each, through

__all__ = ["CHUNK", "Task", "Work", "Worker"]

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
class _Photo(Underway):
    """A photo of a task; its results are by the numbers of the recipes, each of one image."""

    task: Task = field(kw_only=True)


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

    def run(self, tasks: Iterable[Task]) -> Iterator[list[Entry]]:
        """Explain photos and write their files.

        Yields:
            For each task, in order, its entries, one for each recipe that was missing: when its files are on the disk,
            or with the reason that there are none.

        Raises:
            OutputError: if the disk is full or gone. What was yielded is whole.
        """
        return through(
            tasks, self._open, self._explain, self._write, together=lambda _: self._together(), at_once=EXPLAINERS
        )

    def _together(self) -> int:
        """So that all batches at the same time are as large as one was thought to be: memory is the same."""
        return -(-max(explainer.batch_size for explainer in self.explainers) // EXPLAINERS)

    # Open, in threads.

    def _open(self, task: Task) -> _Photo:
        photo = _Photo(task=task)
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
                by_model[key] = photo.fitted[number] = by_model.get(key) or explainer.fitted(opened_photo)
            except GradcamError as error:
                photo.results[number] = error
        return photo

    def _opened(self, path: str) -> Photo:
        reading = self.recipes[0].reading
        with flight.at("opening", path):
            return photo_of(self.places.read(path), path, reading) if is_address(path) else open_photo(path, reading)

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

    def _explain_alike(self, part: list[_Photo], number: int, own: bool) -> None:
        """By one recipe, those with targets of their own apart from those without."""
        recipe, explainer = self.recipes[number], self.explainers[number]

        def together(some: list[_Photo]) -> Iterable[Explanation]:
            target = [one.task.item.target for one in some] if own else recipe.target
            return explainer.explain_fitted([one.fitted[number] for one in some], target)

        for photo, result in zip(part, each(together, part), strict=True):
            photo.results[number] = result if isinstance(result, Exception) else [result]

    # Write, in threads.

    def _write(self, photo: _Photo) -> list[Entry]:
        return [self._write_result(photo.task, number, photo.results[number]) for number in photo.task.todo]

    def _write_result(self, task: Task, number: int, result: list[Explanation] | Exception) -> Entry:
        if not isinstance(result, Exception):
            try:
                with flight.at("writing the files of", task.item.path):
                    return self._write_files(task, number, result[0])
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
        photo = _small(explanation.subjects[0].image)
        heat, seen = map_to_photo(coarse, placement, photo.size[::-1])
        overlay = render.overlay(photo, np.clip(heat, 0, 1), seen)
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
