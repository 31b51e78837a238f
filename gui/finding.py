"""What paths that were dropped, chosen or given on the command line are, and the photos in folders."""

from __future__ import annotations

import itertools
import os
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from .project import ENDING

__all__ = ["MODEL_ENDINGS", "PHOTO_ENDINGS", "SAVED_MODEL", "Finder", "Found", "is_saved_model", "photos_in", "sort"]

SAVED_MODEL = "saved_model.pb"
"""The file by which a folder is a model; it stands for its folder."""
MODEL_ENDINGS = (".keras", ".h5", ".hdf5")
PHOTO_ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp")
"""By which photos are found in folders; a file that is given itself is tried, whatever its name."""
AT_ONCE = 2000
"""Photos that are told of in one go."""
PATIENCE = 1.0
"""Seconds that a go waits for the one before to be taken in, where no event loop runs."""


@dataclass(frozen=True, slots=True)
class Found:
    """Paths by what they are; ``other`` are neither pictures nor models by their names, nor folders."""

    models: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.models or self.photos or self.folders or self.projects)


def sort(paths: Iterable[str | os.PathLike]) -> Found:
    """Tell models, photos, folders and projects from each other, by name, and folders by one name in them."""
    kinds: dict[str, list[str]] = {"models": [], "photos": [], "folders": [], "projects": [], "other": []}
    for path in map(os.fsdecode, paths):
        kinds[_kind(path)].append(path)
    return Found(**{kind: tuple(found) for kind, found in kinds.items()})


def _kind(path: str) -> str:
    ending = os.path.splitext(path)[1].lower()
    if (ending in MODEL_ENDINGS and not os.path.isdir(path)) or is_saved_model(path):
        return "models"
    if ending == ENDING:
        return "projects"
    if ending in PHOTO_ENDINGS:
        return "photos"
    return "folders" if os.path.isdir(path) else "other"


def is_saved_model(path: str) -> bool:
    """Whether this is a SavedModel folder, or the file that stands for it."""
    return os.path.basename(path) == SAVED_MODEL or os.path.isfile(os.path.join(path, SAVED_MODEL))


def photos_in(folder: str) -> Iterator[str]:
    """The photos in a folder and all folders in it, as a person would order them; hidden ones left out.

    A folder that may not be read is passed over, and no link to a folder is followed: it might lead in circles.
    """
    try:
        with os.scandir(folder) as entries:
            inside = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: _natural(e.name))
    except OSError:
        return
    for entry in inside:
        if _is_file(entry) and entry.name.lower().endswith(PHOTO_ENDINGS):
            yield entry.path
    for entry in inside:
        if _is_folder(entry):
            yield from photos_in(entry.path)


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """So that 2 comes before 10."""
    return [
        (not part.isdecimal(), int(part[:18]) if part.isdecimal() else 0, part.casefold())
        for part in re.split(r"(\d+)", name)
        if part
    ]


def _is_file(entry: os.DirEntry) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


class Finder(QObject):
    """Looks for photos in a thread of its own: a disk may be slow, and a folder may hold a hundred thousand.

    Signals:
        found: some paths, and whether they are the first of what was given (then there may be none).
    """

    found = Signal(object, bool)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._stopped = threading.Event()
        # What is told faster than it is taken in would be taken in all at once, and the window would stand still.
        self._room = threading.Semaphore(0)
        self.found.connect(self._taken)

    def find(self, paths: Iterable[str | os.PathLike]) -> None:
        """Tell the files among the paths, and the photos in the folders among them; returns at once."""
        given = [os.fsdecode(path) for path in paths]
        threading.Thread(target=self._run, args=(given,), daemon=True, name="find-photos").start()

    def stop(self) -> None:
        self._stopped.set()

    def _taken(self) -> None:
        QTimer.singleShot(0, self, self._room.release)

    def _run(self, paths: list[str]) -> None:
        every = (one for path in paths for one in (photos_in(path) if os.path.isdir(path) else (path,)))
        # The first alone, so that something is to be seen soon.
        batch = list(itertools.islice(every, 1))
        first = True
        while (batch or first) and not self._stopped.is_set():
            self.found.emit(batch, first)
            batch, first = list(itertools.islice(every, AT_ONCE)), False
            self._room.acquire(timeout=PATIENCE)
